"""Constant values in registrations: strings, lists, and what a name in them stands for.

Knows: literals, names of literals, concatenation, f-strings. Does not know: frameworks.
"""

from __future__ import annotations

from prodlint import ir
from prodlint.names import Definition, Names, Scope

UNKNOWN = "…"  # stands in a path for a piece that is set outside the source


def text(names: Names, expr: ir.Expr | None, scope: Scope, depth: int = 8) -> str | None:
    """The string an expression is, with UNKNOWN for pieces that cannot be told; None where it is no string at all."""
    if expr is None or depth <= 0:
        return None
    if isinstance(expr, ir.Const):
        return expr.value if isinstance(expr.value, str) else None
    if isinstance(expr, ir.Fstr):
        return "".join(text(names, part, scope, depth - 1) or UNKNOWN for part in expr.parts)
    if isinstance(expr, ir.Bin) and expr.op == "+":
        left, right = text(names, expr.left, scope, depth - 1), text(names, expr.right, scope, depth - 1)
        return None if left is None and right is None else (left or UNKNOWN) + (right or UNKNOWN)
    if isinstance(expr, ir.Call):
        if isinstance(expr.func, ir.Attr) and expr.func.name == "format":
            return text(names, expr.func.base, scope, depth - 1)
        if expr.args and (default := text(names, expr.args[-1], scope, depth - 1)) is not None and len(expr.args) == 2:
            return default if isinstance(expr.func, ir.Attr) and expr.func.name in ("get", "getenv") else UNKNOWN
        return UNKNOWN
    value = follow(names, expr, scope)
    if value is None:
        return UNKNOWN if isinstance(expr, (ir.Name, ir.Attr, ir.Sub)) else None
    return text(names, value[0], value[1], depth - 1)


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


def items(names: Names, expr: ir.Expr | None, scope: Scope, depth: int = 6) -> list[tuple[ir.Expr, Scope]] | None:
    """The items of a list, tuple or set display, through names and concatenation; None where they cannot be told."""
    if expr is None or depth <= 0:
        return None
    if isinstance(expr, ir.Seq):
        out: list[tuple[ir.Expr, Scope]] = []
        for item in expr.items:
            if isinstance(item, ir.Star):
                out.extend(items(names, item.value, scope, depth - 1) or [])
            else:
                out.append((item, scope))
        return out
    if isinstance(expr, ir.Bin) and expr.op == "+":
        left, right = items(names, expr.left, scope, depth - 1), items(names, expr.right, scope, depth - 1)
        return None if left is None or right is None else left + right
    if isinstance(expr, ir.Call) and isinstance(expr.func, ir.Name) and expr.func.id in ("list", "tuple", "set", "sorted") and expr.args:
        return items(names, expr.args[0], scope, depth - 1)
    value = follow(names, expr, scope)
    return items(names, value[0], value[1], depth - 1) if value is not None else None


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
    if position is not None and position < len(call.args) and not isinstance(call.args[position], ir.Star):
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
