"""Constant values in registrations: strings, lists, and what a name in them stands for.

Knows: literals, names of literals, concatenation, f-strings. Does not know: frameworks.
"""

from __future__ import annotations

from prodlint import ir
from prodlint.names import Definition, Names, Scope, statements

UNKNOWN = "…"  # stands in a path for a piece that is set outside the source


def text(names: Names, expr: ir.Expr | None, scope: Scope) -> str | None:
    """The string an expression is, with UNKNOWN for pieces that cannot be told; None where it is no string at all."""
    from prodlint.routing.lists import Lists

    return Lists(names, lambda item: None, lambda *place: None).text(expr, scope, {})


def follow(names: Names, expr: ir.Expr, scope: Scope) -> tuple[ir.Expr, Scope] | None:
    """The expression that a name was assigned, with its scope; None where that cannot be told."""
    if not isinstance(expr, (ir.Name, ir.Attr)):
        return None
    ref = names.resolve(expr, scope)
    if isinstance(ref, Definition) and ref.kind == "value" and isinstance(ref.node, ir.Assign) and ref.node.value is not None:
        return ref.node.value, names.scope_of(ref)
    if isinstance(ref, Definition) and ref.kind == "param" and isinstance(ref.node, ir.Param) and ref.node.default is not None:
        return ref.node.default, names.scope_of(ref.owner) if ref.owner else scope
    return None


def items(names: Names, expr: ir.Expr | None, scope: Scope, depth: int = 6, gaps: list[ir.Expr] | None = None) -> list[tuple[ir.Expr, Scope]] | None:
    """The items of a list, tuple or set display, through names, concatenation and project functions that return one.

    None where nothing can be told. gaps: collects the parts of a concatenation that could not be told."""
    if expr is None or depth <= 0:
        return None
    if isinstance(expr, ir.Seq):
        out: list[tuple[ir.Expr, Scope]] = []
        for item in expr.items:
            if isinstance(item, ir.Star):
                out.extend(_or_gap(names, item.value, scope, depth, gaps))
            else:
                out.append((item, scope))
        return out
    if isinstance(expr, ir.Bin) and expr.op == "+":
        return _or_gap(names, expr.left, scope, depth, gaps) + _or_gap(names, expr.right, scope, depth, gaps)
    if isinstance(expr, ir.Call):
        if isinstance(expr.func, ir.Name) and expr.func.id in ("list", "tuple", "set", "sorted", "reversed") and expr.args:
            return items(names, expr.args[0], scope, depth - 1, gaps)
        return _returned(names, expr, scope, depth, gaps)
    if isinstance(expr, ir.Comp) and len(expr.fors) == 1 and isinstance(expr.fors[0].target, ir.Name) and expr.elt == expr.fors[0].target:
        return items(names, expr.fors[0].iter, scope, depth - 1, gaps)
    value = follow(names, expr, scope)
    return items(names, value[0], value[1], depth - 1, gaps) if value is not None else None


def _or_gap(names: Names, expr: ir.Expr, scope: Scope, depth: int, gaps: list[ir.Expr] | None) -> list[tuple[ir.Expr, Scope]]:
    found = items(names, expr, scope, depth if isinstance(expr, ir.Bin) else depth - 1, gaps)
    if found is None and gaps is not None:
        gaps.append(expr)
    return found or []


def _returned(names: Names, call: ir.Call, scope: Scope, depth: int, gaps: list[ir.Expr] | None) -> list[tuple[ir.Expr, Scope]] | None:
    """The list that a project function returns, where its last return says so."""
    target = names.resolve(call.func, scope)
    if not isinstance(target, Definition) or target.kind != "function":
        return None
    found = None
    for statement in statements(names.body(target.node)):  # type: ignore[arg-type]
        if isinstance(statement, ir.Return) and statement.value is not None:
            found = items(names, statement.value, names.scope(target), depth - 1, gaps) or found
    return found


def argument(call: ir.Call, where: object) -> ir.Expr | None:
    """An argument by model notation: "name" (keyword only), [position, "name"], or an int position."""
    if where is None or where == []:
        return None
    position, name = (where[0], where[1] if len(where) > 1 else None) if isinstance(where, list) else (None, where)
    if isinstance(where, int):
        position, name = where, None
    for keyword in call.kwargs:
        if keyword.name == name:
            return keyword.value
    if position is not None and 0 <= position < len(call.args) and not isinstance(call.args[position], ir.Star):
        return call.args[position]
    return None


def words(names: Names, expr: ir.Expr | None, scope: Scope) -> tuple[str, ...] | None:
    """Strings of a list ("GET", "POST"), upper case; None where they cannot be told."""
    found = items(names, expr, scope)
    if found is None:
        single = text(names, expr, scope) if isinstance(expr, ir.Const) else None
        return (single.upper(),) if single else None
    out = []
    for item, where in found:
        word = text(names, item, where)
        if word is None or UNKNOWN in word:
            word = item.name if isinstance(item, ir.Attr) else None  # HTTPMethod.GET, Methods.POST
        if word is None:
            return None
        out.append(word.upper())
    return tuple(out)


def shown(expr: ir.Expr | None) -> str:
    """An expression in a message, short."""
    if isinstance(expr, ir.Name):
        return expr.id
    if isinstance(expr, ir.Attr):
        return f"{shown(expr.base)}.{expr.name}"
    if isinstance(expr, ir.Call):
        return f"{shown(expr.func)}(…)"
    if isinstance(expr, ir.Const) and isinstance(expr.value, str):
        return repr(expr.value)
    return UNKNOWN
