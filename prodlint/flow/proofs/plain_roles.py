"""Tests of a role that nearly everybody has: students, customers, members.

Knows: which side of a test such users come to. Does not know: other roles (`comparisons.py`), what a test proves (`branching.py`).

To have such a role is no privilege: it says that somebody is known. To be turned away for it leaves some other kind of users, of whom nobody can tell
what they may. And where a handler asks for several roles and shows all rows to these, somebody has thought of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from prodlint import ir
from prodlint import regex as re
from prodlint.flow.frames import ON, REFUSES, RETURNS, Frame
from prodlint.flow.judging.siblings import PERSONAL, PRIVATE
from prodlint.flow.proofs.comparisons import PLAIN_ROLES, words
from prodlint.flow.values import CALLER, ROLE, Selection
from prodlint.names import Definition
from prodlint.routing.walking import inside

# who works in a house is everybody there, and keeps the books of a shop
EMPLOYED = re.compile(r"(?:roles?_?)?employees?$", re.I)
RUNS_ALL = re.compile(r"(?:super_?(?:user|admin)|(?:site_|system_|global_)?admin(?:istrator)?|staff|root)", re.I)
FLAG = re.compile(rf"(?:is_)?{RUNS_ALL.pattern}", re.I)
ROLE_COLUMN = re.compile(r"(?:user_?)?(?:role|scope|permission)s?", re.I)
PLAINEST = re.compile(rf"(?:{PLAIN_ROLES.pattern})|{EMPLOYED.pattern}", re.I)


def runs_all(test: ir.Expr) -> bool:
    """`user.is_superuser`, `not user.is_admin`, `user.role == "admin"`: does it ask for those who run the whole app, and for nobody who runs a
    part of it (`is_org_admin`, `user.admin_projects`)?"""
    if isinstance(test, ir.Unary) and test.op == "not":
        return runs_all(test.value)
    if isinstance(test, ir.Cmp) and len(test.ops) == 1 and test.ops[0] in ("==", "!=", "in"):
        sides = [side for side in (test.left, test.rights[0]) if isinstance(side, ir.Attr) and ROLE_COLUMN.fullmatch(side.name)]
        others = [side for side in (test.left, test.rights[0]) if side not in sides]
        return len(sides) == len(others) == 1 and _highest(others[0])
    return isinstance(test, ir.Attr) and FLAG.fullmatch(test.name) is not None


def _highest(expr: ir.Expr) -> bool:
    word = expr.value if isinstance(expr, ir.Const) else expr.name if isinstance(expr, ir.Attr) else None
    return isinstance(word, str) and RUNS_ALL.fullmatch(word) is not None


def side(run: Any, test: ir.Expr, frame: Frame) -> bool | None:
    """The side of a test to which only those come who have such a role; None for any other test."""
    if not any(map(PLAINEST.match, _words(test))):
        return None
    if isinstance(test, ir.Unary) and test.op == "not":
        inner = side(run, test.value, frame)
        return None if inner is None else not inner
    if isinstance(test, ir.Bool) and test.op == "and":
        open_ones = [part for part in test.values if run.eval(part, frame).truth is not True]  # `and request.method not in SAFE_METHODS`
        return True if len(open_ones) == 1 and side(run, open_ones[0], frame) else None
    if not isinstance(test, ir.Cmp) or test.ops not in (("==",), ("!=",), ("in",), ("not in",)):
        return None
    left, right = run.eval(test.left, frame), run.eval(test.rights[0], frame)
    for asked, said in ((left, right), (right, left)):
        if (asked.has(CALLER) or asked.has(ROLE)) and not said.origins and (named := words(said)) and all(map(PLAINEST.match, named)):
            return test.ops[0] in ("==", "in")
    return None


def _words(test: ir.Expr) -> Iterator[str]:
    """What stands in a test that may be a role."""
    for part in inside(test):
        if isinstance(part, ir.Const) and isinstance(part.value, str):
            yield part.value
        elif isinstance(part, ir.Attr):
            yield part.name


def turned_away(test: ir.Expr, which: bool | None, first: int, second: int, frame: Frame) -> bool:
    """`if user.role == "student": raise PermissionDenied`: whoever goes on is something else. Where employees are turned away,
    customers may go on."""
    if any(map(EMPLOYED.match, _words(test))):
        return False
    ends, goes_on = (first, second) if which else (second, first)
    return which is not None and goes_on == ON and (ends == REFUSES or (ends == RETURNS and (not frame.depth or frame.answers)))


def thought_of(run: Any, since: int) -> None:
    """What such users alone are shown, where other roles are asked for too: as it is meant, unless these are rows that no app shows to others. Where
    they are kept to their own, `if user.role == "student": return grades.filter(student=user)`, whoever comes past is somebody who is not."""
    run.requirements += any(value.has(CALLER) for row in run.selections[since:] for _, value in row.terms)
    for row in run.selections[since:] if run.role_words else ():
        name = row.model.name if isinstance(row, Selection) and isinstance(row.model, Definition) else str(row.model)
        row.shown = row.shown or not (PRIVATE.search(name) or PERSONAL.search(name))
