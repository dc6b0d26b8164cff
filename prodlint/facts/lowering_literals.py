"""Lowers literals: strings, f-strings, numbers, the ellipsis.

Knows: how libcst writes them, what they stand for. Does not know: names, calls, operators (`lowering_expressions.py`, `lowering_operators.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import libcst as cst

from prodlint import ir
from prodlint.ir import start_of

if TYPE_CHECKING:
    from prodlint.facts.lowering import Lowering


def closed(low: Lowering, node: Any) -> None:
    """Moves past a node's own closing parentheses."""
    for _ in node.rpar:
        low.cursor.close()


def _string(low: Lowering, node: cst.SimpleString) -> ir.Expr:
    raw = node.value
    at = low.cursor.leaf(raw)
    end = low.cursor.here()
    if node.rpar:
        closed(low, node)
    first = raw[0]
    if first in "'\"" and "\\" not in raw:
        return ir.Const(raw[3:-3] if raw[:3] in ('"""', "'''") else raw[1:-1], at, end)
    try:
        value = node.evaluated_value
    except (ValueError, SyntaxError):
        value = raw
    if isinstance(value, bytes):
        return ir.Const(value.decode("latin-1"), at, end, "bytes")
    return ir.Const(_without_surrogates(value), at, end)


def _without_surrogates(value: str) -> str:
    """A lone surrogate (legal in a literal) cannot be encoded into the cache."""
    return value if value.isascii() else value.encode("utf-8", "replace").decode("utf-8")


def _concatenated(low: Lowering, node: cst.ConcatenatedString) -> ir.Expr:
    parts: list[ir.Expr] = []
    current: Any = node
    while type(current) is cst.ConcatenatedString:
        parts.append(low.expr(current.left))
        current = current.right
    parts.append(low.expr(current))
    flat: list[ir.Expr] = []
    for part in parts:
        flat.extend(part.parts if type(part) is ir.Fstr else (part,))
    end = low.cursor.here()
    if node.rpar:
        closed(low, node)
    if all(type(part) is ir.Const and isinstance(part.value, str) for part in flat):
        return ir.Const("".join(part.value for part in flat), start_of(parts[0]), end, flat[0].kind)  # type: ignore[misc, union-attr]
    return ir.Fstr(tuple(flat), start_of(parts[0]), end)


def _formatted(low: Lowering, node: Any) -> ir.Expr:
    cursor = low.cursor
    at = cursor.leaf(node.start)
    parts = _formatted_parts(low, node.parts)
    cursor.raw(node.end)
    end = cursor.here()
    if node.rpar:
        closed(low, node)
    return ir.Fstr(tuple(parts), at, end)


def _formatted_parts(low: Lowering, nodes: Sequence[Any]) -> list[ir.Expr]:
    cursor = low.cursor
    parts: list[ir.Expr] = []
    for part in nodes:
        if type(part) in (cst.FormattedStringText, cst.TemplatedStringText):
            at = cursor.raw(part.value)
            written = part.value.replace("{{", "{").replace("}}", "}")
            parts.append(ir.Const(_without_surrogates(written), at, cursor.here()))
            continue
        cursor.raw("{")
        parts.append(low.expr(part.expression))
        if part.format_spec:
            cursor.raw(":")
            parts.extend(spec for spec in _formatted_parts(low, part.format_spec) if type(spec) is not ir.Const)
        cursor.raw("}")
    return parts


def _integer(low: Lowering, node: Any) -> ir.Expr:
    at = low.cursor.leaf(node.value)
    if node.rpar:
        closed(low, node)
    try:
        value: Any = node.evaluated_value
    except (ValueError, SyntaxError):
        value = node.value
    end = at + len(node.value)
    if isinstance(value, complex):
        return ir.Const(node.value, at, end, "complex")
    if isinstance(value, int) and not -(2**63) <= value < 2**63:
        return ir.Const(float(value) if value < 2**1000 else node.value, at, end)
    return ir.Const(value, at, end)


def _ellipsis(low: Lowering, node: cst.Ellipsis) -> ir.Expr:
    at = low.cursor.keyword("...")
    if node.rpar:
        closed(low, node)
    return ir.Const(None, at, at + 3, "...")


TABLE: dict[type, Callable[[Lowering, Any], ir.Expr]] = {
    cst.SimpleString: _string, cst.ConcatenatedString: _concatenated, cst.FormattedString: _formatted, cst.TemplatedString: _formatted,
    cst.Integer: _integer, cst.Float: _integer, cst.Imaginary: _integer, cst.Ellipsis: _ellipsis,
}  # fmt: skip
