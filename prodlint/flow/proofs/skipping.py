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
from prodlint.flow.frames import Frame
from prodlint.flow.knowledge import ID_FIELDS, KEY_FIELDS, is_none, last_name
from prodlint.flow.proofs import ways
from prodlint.flow.values import CALLER, CHOSEN, EMPTY, PRESENCE, ROLE, Tie, Value
from prodlint.names import Definition, statements
from prodlint.routing.walking import expressions, inside

SOMEBODY = (CALLER, PRESENCE)
UNREAD = frozenset({"KeyError", "ValueError", "TypeError", "AttributeError", "IndexError", "LookupError", "ValidationError"})


def gives_nothing(body: tuple[ir.Stmt, ...]) -> bool:
    """Does a function give nothing back on any way?"""
    return all(s.value is None or is_none(s.value) for s in statements(body) if isinstance(s, ir.Return))


def excused(run: Any, expr: ir.Expr, test: Value, body: tuple[ir.Stmt, ...], which: bool, frame: Frame) -> bool:
    """May a guard leave off on this side of a test?"""
    if not (frame.gives_nothing and frame.depth) or not any(isinstance(s, ir.Return) for s in statements(body)):
        return True
    told = {o.sign > 0 for o in test.outcomes if isinstance(o, Tie) and not o.weak}
    if which in told or test.has(ROLE):
        return True
    if told:  # `if order.owner != user: return` leaves what follows to the owner
        return any(isinstance(s, ir.Return) for s in body)
    if any(test.has(mark) for mark in SOMEBODY):
        return not any(
            client.source in CHOSEN for part in _parts(run, expr, frame) for client in _said(run, part, frame).clients if client not in _named(test)
        )
    if ways.absent(expr, which) and all(KEY_FIELDS.search(c.name) or ID_FIELDS.search(c.name) or c.source == "path" for c in test.clients):
        return True
    said = [_said(run, part, frame) for part in _parts(run, expr, frame)]
    return not (test.clients or test.selections or any(value.clients or value.selections for value in said))


def _named(test: Value) -> set[object]:
    """What names the rows that a test holds against the caller."""
    return {name for outcome in test.outcomes for target in outcome.targets for name in ways.reach(target)}


def _said(run: Any, part: ir.Expr, frame: Frame) -> Value:
    """What the client, or a row, says in a part of a test."""
    return run.eval(part, frame) if isinstance(part, (ir.Name, ir.Attr, ir.Sub)) else EMPTY  # type: ignore[no-any-return]


def _parts(run: Any, expr: ir.Expr, frame: Frame) -> list[ir.Expr]:
    """The parts of a test, with those of what its names were given, and what a function without arguments that it calls reads of the request."""
    parts = list(inside(expr))
    node = frame.scope.function.node if frame.scope.function is not None else None
    names = {part.id for part in parts if isinstance(part, ir.Name)}
    for statement in statements(run.names.body(node)) if isinstance(node, ir.Function) and names else ():
        if isinstance(statement, ir.Assign) and any(isinstance(target, ir.Name) and target.id in names for target in statement.targets):
            parts += inside(statement.value)
    for part in list(parts):
        called = run.callee(part, frame) if isinstance(part, ir.Call) and not (part.args or part.kwargs) and isinstance(part.func, ir.Name) else None
        if isinstance(called, Definition) and called.kind == "function":
            parts += expressions(tuple(statements(run.names.body(called.node))))
    return parts


def caught(run: Any, handler: ir.Handler, frame: Frame) -> int:
    """What follows where something was not as it should be; what the client says may not be read."""
    named = handler.type.items if isinstance(handler.type, ir.Seq) else (handler.type,)
    said = any(each is not None and last_name(each) in UNREAD for each in named)
    frame.tests += [(EMPTY, True)] if said else []
    end: int = run.block(handler.body, frame)
    if said:
        frame.tests.pop()
    return end


def left_off(frame: Frame, statement: ir.Return) -> None:
    """A return: what follows in the function stands on the other way, where this one is open to others."""
    if frame.gives_nothing and frame.depth and not (frame.answers or frame.onward or frame.gate) and frame.tests and not frame.excused:
        frame.skips.append((id(statement), False))
