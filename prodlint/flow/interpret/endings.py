"""What a list of parameters surely ends with, where nobody can tell what else is in it: `values.append(order_id)` after some that were put there only
where a body brought them.

Knows: what was appended last on the way to here, and lists written around one (`[*values, order_id]`, `values + [order_id]`, `tuple(values)`). Does
not know: SQL (`sql.py`), what stands before.
"""

from __future__ import annotations

from typing import Any

from prodlint import ir
from prodlint.flow.frames import Frame
from prodlint.flow.knowledge import last_name
from prodlint.flow.values import Value

PLAIN = (ir.Name, ir.Attr, ir.Sub, ir.Const)  # what may be looked at twice
MANY = 8


def appended(frame: Frame, name: str, verb: str, before: Value, value: Value) -> None:
    """`before`: what the name held. Another value under the name since the last time was made where ways meet, or is another list."""
    known = frame.endings.get(name)
    told = known[1] if known is not None and known[0] is before else ()
    if verb == "extend" and value.items is not None:
        told = (*told, *value.items)
    else:
        told = (*told, value) if verb == "append" else ()
    frame.endings[name] = (frame.env[name], told[-MANY:])


def of(run: Any, expr: ir.Expr, frame: Frame) -> tuple[Value, ...]:
    """The values that this list surely ends with."""
    if isinstance(expr, ir.Name):
        known = frame.endings.get(expr.id)
        return known[1] if known is not None and known[0] is frame.env.get(expr.id) else ()
    if isinstance(expr, ir.Call) and last_name(expr.func) in ("tuple", "list") and len(expr.args) == 1:
        return of(run, expr.args[0], frame)
    if isinstance(expr, ir.Bin) and expr.op == "+":
        more = of(run, expr.right, frame)
        return (*of(run, expr.left, frame), *more) if isinstance(expr.right, ir.Seq) and len(more) == len(expr.right.items) else more
    if isinstance(expr, ir.Seq):
        out: tuple[Value, ...] = ()
        for item in expr.items:
            plain = isinstance(item, PLAIN)
            out = of(run, item.value, frame) if isinstance(item, ir.Star) else (*out, run.eval(item, frame)) if plain else ()
        return out
    return ()


def around(expr: ir.Expr) -> bool:
    """Is a list written around another one, `[*values, order_id]`?"""
    return isinstance(expr, ir.Seq) and any(isinstance(item, ir.Star) for item in expr.items)
