"""Which side of a test about roles is the privileged one, and which tests turn callers away and let strangers go on.

Knows: `not`, `!=`, `not in`, `isdisjoint`, `and`, `or`. Does not know: what a test proves of an object (`branching.py`).
"""

from __future__ import annotations

from collections.abc import Callable

from prodlint import ir
from prodlint.flow.frames import ON, REFUSES, RETURNS, ends_refusing
from prodlint.flow.knowledge import last_name
from prodlint.flow.proofs import refusals
from prodlint.flow.values import CALLER, PRESENCE, ROLE, Value
from prodlint.routing.walking import inside

KNOWN = frozenset({"is_authenticated", "is_logged_in", "logged_in", "authenticated"})
STRANGER = frozenset({"is_anonymous"})
NONE_OF = "isdisjoint"  # `set(user.scopes).isdisjoint(allowed)` holds for those who have none
Asks = Callable[[ir.Expr], bool]


def privileged(test: ir.Expr, decided: Asks = lambda part: False, asks: Asks = lambda part: True) -> bool | None:
    """The side of the test on which only who has the role comes; None where neither side is sure. decided: parts whose answer is known; asks: those
    that are about a role."""
    kind = type(test)
    if kind is ir.Unary and test.op == "not":  # type: ignore[union-attr]
        inner = privileged(test.value, decided, asks)  # type: ignore[union-attr]
        return None if inner is None else not inner
    if kind is ir.Cmp and len(test.ops) == 1:  # type: ignore[union-attr]
        return _says_yes(test)  # type: ignore[arg-type]
    if kind is ir.Bool:
        open_ones = [value for value in test.values if not decided(value)]  # type: ignore[union-attr]
        if len(open_ones) == 1:
            return privileged(open_ones[0], decided, asks)
        sides = [privileged(value, decided, asks) for value in open_ones if asks(value)]
        wanted = test.op == "and"  # type: ignore[union-attr]  # `admin and x` holds for admins only; `not admin or x` fails for admins only
        if wanted in sides:
            return wanted
        whole = len(sides) == len(open_ones) and set(sides) == {not wanted}
        return not wanted if whole else None  # `admin or owner` holds, `not admin and not owner` fails for nobody else
    if kind is ir.Call and last_name(test.func) == NONE_OF:  # type: ignore[union-attr]
        return False
    if kind is ir.Await:
        return privileged(test.value, decided, asks)  # type: ignore[union-attr]
    return True


def _says_yes(test: ir.Cmp) -> bool:
    """`role == "admin"`, `role in STAFF`, `is_admin is True` hold for the privileged; their opposites do not."""
    negative = test.ops[0] in ("!=", "not in", "is not", "<")
    right = test.rights[0]
    if isinstance(right, ir.Const) and (right.value is False or right.value is None) and not right.kind:
        negative = not negative
    return not negative


def orders(test: ir.Expr) -> bool:
    """Does it ask which of two ranks is the higher one? How many there are is held against what a plan allows."""
    if not (isinstance(test, ir.Cmp) and len(test.ops) == 1 and test.ops[0] in ("<", ">", "<=", ">=")):
        return False
    parts = [part for side in (test.left, *test.rights) for part in inside(side)]
    counts = any(isinstance(part, ir.Call) and last_name(part.func) in ("len", "sum", "count") for part in parts)
    return not counts and not any(isinstance(part, ir.Bin) for part in parts)


def turns_callers_away(statement: ir.If, test: Value, first: int, second: int) -> bool:
    """`if user.is_authenticated: return redirect(home)` and `if session: raise AlreadyLoggedIn`: strangers go on, so no login is asked for."""
    if (
        first == ON
        or test.has(ROLE)
        or not _holds_for_callers(statement.test, test)
        or not (second == ON or (second == RETURNS and refusals.shows(statement.orelse)))
    ):
        return False
    return first == REFUSES or _sends_elsewhere(statement.body)


def answers_callers(statement: ir.If, test: Value, rest: tuple[ir.Stmt, ...]) -> bool:
    """`if user.is_authenticated: return {"already": True}`, which shows no row and nobody: what follows is for strangers, where it does not turn them
    away."""
    last = statement.body[-1]
    if statement.orelse or test.has(ROLE) or not isinstance(last, ir.Return) or last.value is None:
        return False
    if isinstance(last.value, ir.Const) and not isinstance(last.value.value, str):
        return False
    asked = statement.test
    if isinstance(asked, ir.Cmp) and asked.ops == ("in",) and not isinstance(asked.left, ir.Const):
        return False  # `user.role in ("student", "guest")`: some of them
    sure = isinstance(asked, (ir.Attr, ir.Call, ir.Bool, ir.Cmp, ir.Unary)) or test.has(CALLER)
    return sure and _holds_for_callers(statement.test, test) and not (refusals.says_no(rest) or ends_refusing(rest))


def for_strangers(body: tuple[ir.Stmt, ...]) -> bool:
    """`if current_user.is_authenticated: return redirect(home)` in front of `return view(*args)`: a page for who has no account yet."""
    tests = [statement for statement in body if isinstance(statement, ir.If) and isinstance(statement.test, (ir.Attr, ir.Call))]
    return any(last_name(statement.test) in KNOWN and not statement.orelse and _sends_elsewhere(statement.body) for statement in tests)


def _sends_elsewhere(body: tuple[ir.Stmt, ...]) -> bool:
    """Is a redirect all that stands here, or one of several?"""
    last = body[0] if len(body) == 1 else None
    if isinstance(last, ir.If):
        return _sends_elsewhere(last.body) and _sends_elsewhere(last.orelse)
    return isinstance(last, ir.Return) and isinstance(last.value, ir.Call) and last_name(last.value) in refusals.REDIRECTS


def _holds_for_callers(test: ir.Expr, value: Value) -> bool:
    """A test that holds only where there is a caller."""
    if isinstance(test, ir.Cmp):
        return test.ops in (("in",), ("is not",))
    if isinstance(test, ir.Bool):
        if test.op == "and" and any(last_name(part) in KNOWN for part in test.values):  # of those who are known, some
            return True
        return all(_holds_for_callers(part, value) for part in test.values)
    if isinstance(test, ir.Unary):
        return test.op == "not" and last_name(test.value) in STRANGER
    if last_name(test) in STRANGER or (isinstance(test, ir.Call) and last_name(test.func) == NONE_OF):
        return False
    if value.has(CALLER) and (isinstance(test, ir.Sub) or (isinstance(test, ir.Call) and last_name(test.func) == "get")):
        return True  # session.get("user_id")
    return isinstance(test, ir.Name) or (isinstance(test, (ir.Attr, ir.Call, ir.Await)) and value.has(PRESENCE))
