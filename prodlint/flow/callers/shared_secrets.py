"""Secrets held against what the client brings: of the app, which no user has, or of a row, which lets in whoever knows it.

Knows: what a secret is called, in a header, a cookie or a query, and a signature wherever it comes. Does not know: functions that compare
(`calls.py`), what follows (`comparisons.py`).
"""

from __future__ import annotations

from collections.abc import Sequence

from prodlint import ir
from prodlint import regex as re
from prodlint.flow.frames import Frame
from prodlint.flow.knowledge import NOT_KEYS, ROLE_WORDS, SECRET_FIELDS, SHARED_SECRET, is_none, last_name
from prodlint.flow.values import CHOSEN, Client, Selection, Value
from prodlint.routing.walking import packages

# how a header says what it carries, and what a token says it is for
SCHEMES = frozenset({"bearer", "basic", "token", "digest", "apikey", "access", "refresh", "access_token", "refresh_token", "id_token", "session",
                     "user", "api", "api_key", "service", "reset", "verify", "email", "jwt"})  # fmt: skip
# what settings call a secret, whatever the client calls what it brings
SETTING = re.compile(
    r"(?:^|_)(?:SECRET|PASSWORD|PASSPHRASE|(?:API|CALLBACK|WEBHOOK|ACCESS|AUTH|SHARED|SIGNING|INTERNAL|SERVICE|CRON)_?(?:KEY|TOKEN))$", re.I
)
SIGNATURE = re.compile(r"signature|hmac|(?:^|[-_.])sig$", re.I)
SIGNS = re.compile(r"hmac\w*|(?:\w+_)?(?:un)?sign(?:ed|er|_\w+)?|\w*(?:hmac|signature)\w*", re.I)  # `hmac.digest`, `signer.sign`, `make_signature`
FORGED = re.compile(r"(?i)csrf|xsrf|forger")


def holds_secret(side: Value, other: Value, expr: ir.Expr) -> bool:
    """Is what the client brings in a header held against a secret of the app? Who knows it is no user, and may what the app lets them."""
    named = isinstance(expr, ir.Attr) and last_name(expr.base).endswith(("settings", "config")) and SETTING.search(expr.name)
    brought = brings_secret(side) or (bool(named) and any(c.source in CHOSEN for c in side.clients))
    if isinstance(expr, ir.Const) and str(expr.value).strip().lower() in SCHEMES:
        return False
    return brought and not other.origins and not is_none(expr) and isinstance(expr, (ir.Name, ir.Attr, ir.Call, ir.Sub, ir.Const, ir.Fstr, ir.Bin))


def given_anyway(left: ir.Expr, right: ir.Expr, frame: Frame) -> bool:
    """`token: str = Header("secret")`, held against "secret": who leaves it out has it all the same."""
    function = frame.scope.function.node if frame.scope.function is not None else None
    for name, other in ((left, right), (right, left)):
        for param in function.params if isinstance(function, ir.Function) and isinstance(name, ir.Name) and isinstance(other, ir.Const) else ():
            default = param.default.args[0] if isinstance(param.default, ir.Call) and param.default.args else param.default
            if param.name == name.id and isinstance(default, ir.Const) and default.value == other.value:
                return True
    return False


def says_of(*sides: ir.Expr) -> bool:
    """`user.role == "authenticated"`: what is said of whom a header brought, and no secret."""
    return any(isinstance(side, ir.Attr) and (ROLE_WORDS.search(side.name) or NOT_KEYS.match(side.name)) for side in sides)


def brings_secret(value: Value) -> bool:
    """Something secret by the name under which the client brings it; a token against forged requests is made for anybody, and brought twice."""
    brought = [c for c in value.clients if c.source in ("header", "cookie", "query") and c.of is None]
    return any(SHARED_SECRET.search(c.name) and not FORGED.search(c.name) for c in brought)


def known_by_secret(left: Value, right: Value, left_expr: ir.Expr, right_expr: ir.Expr, frame: Frame) -> Sequence[Selection | Client]:
    """Rows whose own secret is held against what the client brings (`room.invite_token == token`): who knows it may. What a signature is made of that
    the client brings beside it (`hmac.new(key, order_id).hexdigest() == signature`): whoever signed it chose it."""
    for side, other in ((left, right), (right, left)):
        signed = side.clients and other.clients and all(SIGNATURE.search(client.name) for client in side.clients) and not other.selections
        if signed and _signs(frame):
            return [client for client in other.clients if client not in side.clients]
    for side, other, its in ((left, right, left_expr), (right, left, right_expr)):
        if isinstance(its, ir.Attr) and SECRET_FIELDS.search(its.name) and other.clients and not other.selections:
            return side.selections
    return []


def _signs(frame: Frame) -> bool:
    """Does the function that compares make a signature, for which one needs a key? A mere hash anybody can make."""
    function = frame.scope.function
    calls = function.node.calls if function is not None else ()  # type: ignore[attr-defined]
    by_hand = function is not None and not {"new", "digest"}.isdisjoint(calls) and "hmac" in packages(function.module.body)
    return by_hand or any(map(SIGNS.fullmatch, calls))
