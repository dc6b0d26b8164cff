"""Comparisons whose answer is known for one endpoint: `self.action == "create"`, `request.method in SAFE_METHODS`.

Knows: the endpoint's action and method as literal strings. Does not know: any other test; what follows from the answer (`interpreter.py`).
"""

from __future__ import annotations

from prodlint import ir
from prodlint.flow.values import FALSE, TRUE, Value

SAFE = ("GET", "HEAD", "OPTIONS")
SAFE_NAMES = frozenset({"rest_framework.permissions.SAFE_METHODS"})
WORDS = frozenset({"action", "method"})


def folded(expr: ir.Cmp, left: Value, right: Value) -> Value | None:
    """TRUE or FALSE; None where the comparison is of something else or with something unknown."""
    if len(expr.ops) != 1 or left.const is None or not (isinstance(expr.left, ir.Attr) and expr.left.name in WORDS):
        return None
    op = expr.ops[0]
    if op in ("==", "!="):
        return None if right.const is None else _answer((left.const == right.const) == (op == "=="))
    if op in ("in", "not in"):
        words = _words(right)
        return None if words is None else _answer((left.const in words) == (op == "in"))
    return None


def _answer(yes: bool) -> Value:
    return TRUE if yes else FALSE


def _words(value: Value) -> tuple[str, ...] | None:
    if value.ref in SAFE_NAMES:
        return SAFE
    if value.items is None or any(item.const is None for item in value.items):
        return None
    return tuple(item.const for item in value.items if item.const is not None)
