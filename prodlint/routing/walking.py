"""What stands in a body: its expressions, every expression in one and the last name of it, the packages that are imported;
and which bodies of a project may hold a call.

Knows: the shape of `ir.py`. Does not know: what an expression means.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from prodlint import ir
from prodlint.names import Names, Scope, holding, statements


def expressions(body: tuple[ir.Stmt, ...]) -> Iterator[ir.Expr]:
    """Every expression of a body's statements and what stands inside it; functions and classes are not entered."""
    for statement in statements(body):
        if isinstance(statement, (ir.Assign, ir.AugAssign, ir.ExprStmt, ir.Return)):
            yield from inside(statement.value)
        elif isinstance(statement, (ir.For, ir.With)):
            yield from inside(statement.iter if isinstance(statement, ir.For) else None)


def inside(expr: ir.Expr | None) -> Iterator[ir.Expr]:
    """An expression and every expression in it."""
    if expr is None:
        return
    pending: list[Any] = [expr]
    while pending:
        current = pending.pop()
        if isinstance(current, tuple):
            pending.extend(reversed(current))
        elif isinstance(current, ir.Node):
            if not isinstance(current, (ir.Keyword, ir.Param, ir.For_)):
                yield current  # type: ignore[misc]
            for name in holding(type(current)):
                value = getattr(current, name)
                if isinstance(value, (tuple, ir.Node)):
                    pending.append(value)


def bodies(names: Names, *calling: str) -> list[tuple[Scope, tuple[ir.Stmt, ...]]]:
    """The top level of every module, then the functions that call one of these last names."""
    found = [(Scope(module), module.body) for module in names.modules.values()]
    for name in calling:
        found += [(names.scope(d), names.body(d.node)) for d in names.functions(name)]  # type: ignore[arg-type]
    return found


def last_name(expr: ir.Expr) -> str:
    """`c` of `a.b.c`; "" of what is neither a name nor an attribute."""
    return expr.name if isinstance(expr, ir.Attr) else expr.id if isinstance(expr, ir.Name) else ""


def own_name(names: Names, expr: ir.Expr, scope: Scope) -> str:
    """What an installed package calls a thing, under whatever name it was imported: `action` of `action as drf_action`; else its last name."""
    ref = names.resolve(expr, scope) if isinstance(expr, (ir.Name, ir.Attr)) else None
    return ref.rpartition(".")[2] if isinstance(ref, str) else last_name(expr)


def packages(body: tuple[ir.Stmt, ...]) -> set[str]:
    """The first names of what a body imports; of its own package's parts (`from . import x`) nothing."""
    bindings = (binding for statement in statements(body) if isinstance(statement, ir.Import) for binding in statement.bindings)
    return {binding.target.partition(".")[0] for binding in bindings if not binding.level}


def imported(names: Names) -> set[str]:
    """The packages that any module of the project imports."""
    return {package for module in names.modules.values() for package in packages(module.body)}
