"""Somebody whom the app names itself in the place of who calls: `if token is None: return User(id=1)`, `except InvalidToken: return {"id": 0}`.

Knows: which values are such a somebody, and on which side of a test nobody has brought a token. Does not know: settings that are asked around it
(`switches.py`), rows of a fixed user, which are data of the app, `return None` (`principals.py`).

Whoever brings nothing comes in as that somebody: a login that stands behind it asks only those who bring a token.
"""

from __future__ import annotations

from typing import Any

from prodlint import ir
from prodlint import regex as re
from prodlint.flow.frames import ON, Frame
from prodlint.flow.proofs import switches
from prodlint.flow.proofs.conditions import Condition, brings
from prodlint.flow.values import CALLER, Value
from prodlint.names import Definition

SAYS_WHO = re.compile(r"(?:user_?)?(?:id|name)|sub|uid|e?mail|roles?")


def is_stand_in(run: Any, value: Value) -> bool:
    """`User(id=1, role="admin")`, `{"id": 1, "role": "admin"}`: made of nothing that anybody said, where no setting has to be switched on for it."""
    if value.has(CALLER) or value.origins or switches.behind(run, frozenset(run.branch)):
        return False
    fields = value.fields or {}
    if any(field.origins for field in fields.values()):
        return False
    if isinstance(value.kind, Definition):
        return bool(run.knowledge.is_user(value.kind))
    return any(isinstance(name, str) and SAYS_WHO.fullmatch(name) for name in fields)


def strangers_side(run: Any, it: Condition, frame: Frame) -> bool | None:
    """The side of a test that is taken where nobody brought a token; None where that does not decide it."""
    test = it.statement.test
    if isinstance(test, ir.Bool) and test.op == "and":
        off = any(switches.side(run, part, frame) is False for part in test.values)  # `and settings.debug`, which somebody has to switch on
        return True if not off and any(_without(part, run.eval(part, frame)) for part in test.values) else None
    return _without(test, it.value)


def _without(expr: ir.Expr, test: Value) -> bool | None:
    """The side of who brings nothing: `not token`, `request.headers.get("authorization") is None`."""
    side = brings(expr, test, (ir.Name, ir.Attr, ir.Sub, ir.Call))
    return None if side is None else not side


def opened(run: Any, it: Condition, ends: tuple[int, int], came: tuple[int, int], frame: Frame) -> tuple[int, bool] | None:
    """The branch in which all that follows a test stands, where a side of it gave strangers somebody to be. ends: how each side ends; came: how many
    stand-ins each gave."""
    if not any(came) or not frame.depth or frame.answers:
        return None
    side = strangers_side(run, it, frame)
    if side is None or not came[not side] or ends[side] != ON:
        return None
    return id(it.statement), not side


def caught(run: Any, came: int, logins: int) -> None:
    """`except InvalidToken: return User(id=1)`: came: how many stand-ins the handlers gave; logins: how many had been asked for before the `try`."""
    if came and len(run.login) > logins:
        del run.login[logins:]
        run.maybe_login += 1
