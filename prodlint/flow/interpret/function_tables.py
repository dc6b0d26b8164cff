"""Functions that a dictionary holds, one of which is called: `CHECKS[kind](request)`, `{"local": by_session, "oidc": by_token}.get(mode)(request)`.

Knows: which functions may be meant. Does not know: which of them it is, what a function does (`functions.py`).

What one of them holds or asks for is in doubt: another may run instead.
"""

from __future__ import annotations

from typing import Any

from prodlint import ir
from prodlint.flow.frames import Frame
from prodlint.flow.values import Value, whichever
from prodlint.names import Definition

MANY = 8


def meant(run: Any, func: ir.Expr, frame: Frame) -> list[Value]:
    """The functions of the project that an expression may give; none for anything else."""
    if isinstance(func, ir.Call) and isinstance(func.func, ir.Attr) and func.func.name == "get" and len(func.args) in (1, 2):
        table, key = func.func.base, func.args[0]
    elif isinstance(func, ir.Sub):
        table, key = func.base, func.index
    else:
        return []
    held = run.eval(table, frame) if isinstance(table, (ir.Name, ir.Attr, ir.Map)) else None
    given = list(held.fields.values()) if held is not None and held.fields and held.receiver is None and not held.origins else []
    known = all(isinstance(each.ref, Definition) and each.ref.kind == "function" and not each.origins for each in given)
    return given if known and 1 < len(given) <= MANY and run.eval(key, frame).const is None else []


def call(run: Any, functions: list[Value], args: list[Value], kwargs: dict[str, Value], expr: ir.Call, frame: Frame) -> Value:
    """What the one of them gives that runs."""
    given = []
    for place, function in enumerate(functions):
        run.branch.append((id(expr) + place, True))
        given.append(run.dispatch(function, None, function.ref.name, args, kwargs, expr, frame))  # type: ignore[union-attr]
        run.branch.pop()
    return whichever(given)
