"""Arguments that a decorator of the project hands to the function it stands around.

Knows: wrappers that put a value into their `**kwargs` by a name, or hand it on by keyword: `kwargs["query"] = select(Order)`, `func(*args, db=db)`.
Does not know: what a decorator refuses (`decorators.py`), values that only a running wrapper has (the target of its `with`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from prodlint import ir
from prodlint.calls.walk import expressions
from prodlint.flow.frames import Frame
from prodlint.flow.values import Value
from prodlint.names import Definition, statements


def arguments(run: Any, function: Definition, args: list[Value], kwargs: dict[str, Value], depth: int) -> dict[str, Value]:
    """What a function of the project is called with, and what its decorators add to it."""
    params = function.node.params  # type: ignore[attr-defined]
    open_to = {param.name for param in params[len(args) :] if param.kind in ("any", "kw")} - kwargs.keys()
    taken = kwargs.keys() | {param.name for param in params[: len(args)]}
    anything = any(param.kind == "**" for param in params)  # `def check(**kwargs)` and `kwargs["user"]`
    added: dict[str, Value] = {}
    scope = run.names.scope_of(function)
    for decorator in function.node.decorators if open_to or anything else ():  # type: ignore[attr-defined]
        ref = run.names.resolve(decorator.func if isinstance(decorator, ir.Call) else decorator, scope)
        for name, expr, wrapper in _handed(run, ref) if isinstance(ref, Definition) and ref.kind == "function" else ():
            if (name in open_to or (anything and name not in taken)) and name not in added:
                value = run.eval(expr, Frame(run.names.scope(wrapper), {}, depth + 1))
                if value.origins or value.kind is not None or value.ref is not None:
                    added[name] = value
    return {**kwargs, **added} if added else kwargs


def _handed(run: Any, decorator: Definition) -> Iterator[tuple[str, ir.Expr, Definition]]:
    """(name, value, wrapper) of each argument that the wrapper of a decorator adds."""
    for wrapper in run.names.nested(decorator):
        spread = next((param.name for param in wrapper.node.params if param.kind == "**"), None)
        body = run.names.body(wrapper.node)
        for statement in statements(body) if spread else ():
            for target in statement.targets if isinstance(statement, ir.Assign) and statement.value is not None else ():
                at = target.index if isinstance(target, ir.Sub) and isinstance(target.base, ir.Name) and target.base.id == spread else None
                if isinstance(at, ir.Const) and isinstance(at.value, str):
                    yield at.value, _meant(statement.value, body), wrapper
        wrapped = {param.name for param in decorator.node.params}  # type: ignore[attr-defined]
        for part in expressions(body) if spread else ():
            if isinstance(part, ir.Call) and isinstance(part.func, ir.Name) and part.func.id in wrapped:
                yield from ((keyword.name, _meant(keyword.value, body), wrapper) for keyword in part.kwargs if keyword.name)


def _meant(expr: ir.Expr, body: tuple[ir.Stmt, ...]) -> ir.Expr:
    """`context = current_context()` and `kwargs["context"] = context`: what a name of the wrapper was set to, where it is set once."""
    if not isinstance(expr, ir.Name):
        return expr
    sets = [s for s in statements(body) if isinstance(s, ir.Assign) and any(isinstance(t, ir.Name) and t.id == expr.id for t in s.targets)]
    return sets[0].value if len(sets) == 1 and sets[0].value is not None else expr
