"""Ways past a guard that it leaves open itself: it returns before it has asked.

Knows: functions that give nothing back, so that a bare return of theirs lets through as their end does, and which tests around such a return take
nothing from what is asked behind it. Does not know: functions that answer or hand rows over (`functions.py`), what a test says (`comparisons.py`).

`def check(order): if request.args.get("draft"): return` and then `if order.owner != user: abort(403)` holds the order where nothing was said of a
draft. What stands behind the return is held on the other way only. These are no such ways: that of staff, that of who was held against the row
already, that on which there is no row, or no id of one, and what neither the client nor a row says (a setting).
"""

from __future__ import annotations

from typing import Any

from prodlint import ir
from prodlint.flow import ways
from prodlint.flow.frames import Frame
from prodlint.flow.knowledge import ID_FIELDS, KEY_FIELDS, is_none
from prodlint.flow.values import CALLER, CHOSEN, EMPTY, PRESENCE, ROLE, Tie, Value
from prodlint.names import statements
from prodlint.routing.walking import inside

SOMEBODY = (CALLER, PRESENCE)


def gives_nothing(body: tuple[ir.Stmt, ...]) -> bool:
    """Does a function give nothing back on any way?"""
    return all(s.value is None or is_none(s.value) for s in statements(body) if isinstance(s, ir.Return))


def harmless(run: Any, expr: ir.Expr, test: Value, which: bool, frame: Frame) -> bool:
    """May a guard leave off on this side of a test?"""
    if any(isinstance(o, Tie) and not o.weak for o in test.outcomes) or test.has(ROLE):
        return True
    if any(test.has(mark) for mark in SOMEBODY):
        return not any(client.source in CHOSEN for part in inside(expr) for client in _said(run, part, frame).clients if client not in told(test))
    if ways.absent(expr, which) and all(KEY_FIELDS.search(c.name) or ID_FIELDS.search(c.name) or c.source == "path" for c in test.clients):
        return True
    said = [_said(run, part, frame) for part in inside(expr)]
    return not (test.clients or test.selections or any(value.clients or value.selections for value in said))


def told(test: Value) -> set[object]:
    """What names the rows that a test holds against the caller."""
    return {name for outcome in test.outcomes for target in outcome.targets for name in ways.reach(target)}


def _said(run: Any, part: ir.Expr, frame: Frame) -> Value:
    """What the client, or a row, says in a part of a test."""
    return run.eval(part, frame) if isinstance(part, (ir.Name, ir.Attr, ir.Sub)) else EMPTY  # type: ignore[no-any-return]


def left_off(frame: Frame, statement: ir.Return) -> None:
    """A return: what follows in the function stands on the other way, where this one is open to others."""
    if frame.gives_nothing and frame.depth and not (frame.answers or frame.onward or frame.gate) and frame.tests and not frame.excused:
        frame.skips.append((id(statement), False))
