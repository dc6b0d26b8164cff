"""Whoever knows a user's password is that user: what names the user in such a request is how they sign in, not a choice of somebody's data.

Knows: calls that hold a password that the client sends against what a row keeps, and those that look for the key of which a header brings the
secret; that a new password is held against other things: whether it is strong, and whether it is new. Does not know: what happens to who is wrong
(`branching.py`), tokens (`principals.py`).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from prodlint import ir
from prodlint import regex as re
from prodlint.flow.lookups.queries import client_terms, narrowed_from
from prodlint.flow.values import Client, Selection, Value

CHECKS = re.compile(
    r"^(?:_?(?:check|verify|validate|compare|match)_?(?:user_?)?(?:password|pw|pwd|passwd)(?:_?hash)?|checkpw|verify(?:_and_update)?|check_password_hash)$"
)
STRENGTH = re.compile(r"^_?validate_")  # Django's `validate_password(given, user)` asks whether it is strong
PASSWORD = re.compile(r"pass(?:word|wd|phrase|code)|(?:^|[._])(?:pass|pin)$|pwd|secret(?!ar)|clave|contrase|senha", re.I)
NEW = re.compile(r"(?:^|[._-])new|(?-i:new[A-Z])|confirm|repeat|again|nuev|(?:password|pwd)_?[12]$", re.I)
KEYS = re.compile(r"^_?(?:check|verify|validate|compare|match|matches)_?(?:\w+_)?(?:key|token|secret|hash)(?:_?hash)?$|^compare_digest$")
HASH = re.compile(r"(?:^|_)(?:hash|hashed|digest)(?:_|$)", re.I)
DEPTH = 4  # rows by which a user was found: the tenant of a login form


def note(run: Any, name: str, receiver: Value | None, args: Iterable[Value], kwargs: dict[str, Value], expr: ir.Call) -> None:
    """Remembers what names the user whose password is asked: `check_password_hash(user.password, form["password"])`, `user.check_password(given)`."""
    if name == "sign_in_with_password":  # of Supabase's clients, which refuse who is wrong
        sign_in(run, [*args, *kwargs.values()])
    if KEYS.match(name):
        _one_of_many(args, kwargs, expr)
    if not CHECKS.match(name) or (STRENGTH.match(name) and not _holds_kept(expr, args, kwargs)):
        return
    values = [*args, *kwargs.values(), *([receiver] if receiver is not None else [])]
    if any(_is_current(client.name) for value in values for client in value.clients):
        run.credentials.update(_naming([row for value in values for row in value.selections]))


def sign_in(run: Any, values: Iterable[Value]) -> None:
    """`authenticate(request, username=given.email, password=given.password)`: what a library is given beside the password names who signs in."""
    given = {client for value in values for client in value.clients}
    if any(_is_current(client.name) for client in given):
        run.credentials.update(given)


def _one_of_many(args: Iterable[Value], kwargs: dict[str, Value], expr: ir.Call) -> None:
    """`for key in keys: if verify_key(given, key.key_hash): ...`: which of the rows it is, what a header brings says; nobody is given the list."""
    values = [*args, *kwargs.values()]
    brought = [client for value in values for client in value.clients]
    if not brought or not all(client.source in ("header", "cookie") for client in brought):
        return
    for part, value in _given(expr, args, kwargs):
        if isinstance(part, ir.Attr) and HASH.search(part.name):
            for row in value.selections:
                row.listing = False


def _given(expr: ir.Call, args: Iterable[Value], kwargs: dict[str, Value]) -> list[tuple[ir.Expr, Value]]:
    named = [(keyword.value, kwargs[keyword.name]) for keyword in expr.kwargs if keyword.name in kwargs]
    return [*zip(expr.args, args, strict=False), *named]


def _is_current(name: str) -> bool:
    """Is it the password that somebody has, and not the one that they want?"""
    return bool(PASSWORD.search(name)) and not NEW.search(name)


def _holds_kept(expr: ir.Call, args: Iterable[Value], kwargs: dict[str, Value]) -> bool:
    """Is an argument what a row keeps, as `user.hashed_password`?"""
    given = _given(expr, args, kwargs)
    return any(isinstance(part, ir.Attr) and PASSWORD.search(part.name) and value.selections for part, value in given)


def _naming(rows: list[Selection]) -> set[Client]:
    """The client values by which rows were found, and those by which the rows were found that they are narrowed by."""
    out: set[Client] = set()
    seen: set[Selection] = set()
    for _ in range(DEPTH):
        chain = [part for row in rows for part in narrowed_from(row) if part not in seen]
        seen.update(chain)
        out.update(client for part in chain for _, client in client_terms(part))
        rows = [row for part in chain for _, value in part.terms for row in value.selections]
    return out
