"""Lowers operators: arithmetic, `and`, `not`, comparisons; long chains are walked without recursion.

Knows: libcst's operators by their signs. Does not know: what they are applied to.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import libcst as cst

from prodlint import ir
from prodlint.facts.lowering_literals import closed

if TYPE_CHECKING:
    from prodlint.facts.lowering import Lowering


OPERATORS = {
    cst.Add: "+", cst.Subtract: "-", cst.Multiply: "*", cst.Divide: "/", cst.Modulo: "%", cst.FloorDivide: "//", cst.Power: "**",
    cst.BitAnd: "&", cst.BitOr: "|", cst.BitXor: "^", cst.LeftShift: "<<", cst.RightShift: ">>", cst.MatrixMultiply: "@",
    cst.Not: "not", cst.Minus: "-", cst.Plus: "+", cst.BitInvert: "~", cst.And: "and", cst.Or: "or",
    cst.Equal: "==", cst.NotEqual: "!=", cst.LessThan: "<", cst.LessThanEqual: "<=", cst.GreaterThan: ">", cst.GreaterThanEqual: ">=",
    cst.In: "in", cst.NotIn: "not in", cst.Is: "is", cst.IsNot: "is not",
    cst.AddAssign: "+", cst.SubtractAssign: "-", cst.MultiplyAssign: "*", cst.DivideAssign: "/", cst.ModuloAssign: "%",
    cst.FloorDivideAssign: "//", cst.PowerAssign: "**", cst.BitAndAssign: "&", cst.BitOrAssign: "|", cst.BitXorAssign: "^",
    cst.LeftShiftAssign: "<<", cst.RightShiftAssign: ">>", cst.MatrixMultiplyAssign: "@",
}  # fmt: skip


def _binary(low: Lowering, node: cst.BinaryOperation) -> ir.Expr:
    chain: list[Any] = []  # a + b + c leans left, and long ones would exhaust the stack
    current: Any = node
    while type(current) is cst.BinaryOperation:
        chain.append(current)
        current = current.left
    left = low.expr(current)
    for operation in reversed(chain):
        left = ir.Bin(OPERATORS[type(operation.operator)], left, low.expr(operation.right))
        if operation.rpar:
            closed(low, operation)
    return left


def _boolean(low: Lowering, node: cst.BooleanOperation) -> ir.Expr:
    chain: list[Any] = []
    current: Any = node
    while type(current) is cst.BooleanOperation:
        chain.append(current)
        current = current.left
    left = low.expr(current)
    for operation in reversed(chain):
        op = OPERATORS[type(operation.operator)]
        right = low.expr(operation.right)
        values = left.values if type(left) is ir.Bool and left.op == op else (left,)
        left = ir.Bool(op, (*values, *(right.values if type(right) is ir.Bool and right.op == op else (right,))))
        if operation.rpar:
            closed(low, operation)
    return left


def _unary(low: Lowering, node: cst.UnaryOperation) -> ir.Expr:
    at = low.cursor.start()
    value = low.expr(node.expression)
    if node.rpar:
        closed(low, node)
    op = OPERATORS[type(node.operator)]
    if op == "-" and type(value) is ir.Const and type(value.value) in (int, float):
        return ir.Const(-value.value, value.at, value.end)  # type: ignore[operator]
    return ir.Unary(op, value, at)


def _comparison(low: Lowering, node: cst.Comparison) -> ir.Expr:
    left = low.expr(node.left)
    ops, rights = [], []
    for target in node.comparisons:
        ops.append(OPERATORS[type(target.operator)])
        rights.append(low.expr(target.comparator))
    if node.rpar:
        closed(low, node)
    return ir.Cmp(left, tuple(ops), tuple(rights))


TABLE: dict[type, Callable[[Lowering, Any], ir.Expr]] = {
    cst.BinaryOperation: _binary, cst.BooleanOperation: _boolean, cst.UnaryOperation: _unary, cst.Comparison: _comparison,
}  # fmt: skip
