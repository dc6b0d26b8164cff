"""Whoever knows a user's password is that user: what names the user in such a request is how they sign in, not a choice of somebody's data.

Knows: calls that hold a password that the client sends against what a row keeps. Does not know: what happens to who is wrong (`branching.py`), tokens
(`principals.py`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from prodlint.flow.queries import client_terms, narrowed_from
from prodlint.flow.values import CHOSEN, Client, Selection, Value

CHECKS = re.compile(
    r"^(?:_?(?:check|verify|validate|compare|match)_?(?:user_?)?(?:password|pw|pwd|passwd)(?:_?hash)?|checkpw|verify(?:_and_update)?|check_password_hash)$"
)
PASSWORD = re.compile(r"pass(?:word|wd|phrase|code)?|pwd|(?:^|[._])pin$|secret|clave|contrase|senha", re.I)
DEPTH = 4  # rows by which a user was found: the tenant of a login form


def note(run: Any, name: str, receiver: Value | None, args: Iterable[Value], kwargs: dict[str, Value]) -> None:
    """Remembers what names the user whose password is asked: `check_password_hash(user.password, form["password"])`, `user.check_password(given)`."""
    if not CHECKS.match(name):
        return
    values = [*args, *kwargs.values(), *([receiver] if receiver is not None else [])]
    if any(client.source in CHOSEN and PASSWORD.search(client.name) for value in values for client in value.clients):
        run.credentials.update(_naming([row for value in values for row in value.selections]))


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
