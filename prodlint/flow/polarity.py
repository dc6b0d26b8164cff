"""Which side of a test about roles is the privileged one.

Knows: `not`, `!=`, `not in`, `and`, `or`. Does not know: values.
"""

from __future__ import annotations

from collections.abc import Callable

from prodlint import ir
from prodlint.flow.knowledge import last_name
from prodlint.routing.walking import inside

Asks = Callable[[ir.Expr], bool]


def privileged(test: ir.Expr, decided: Asks = lambda part: False, asks: Asks = lambda part: True) -> bool | None:
    """The side of the test on which only who has the role comes; None where neither side is sure. decided: parts whose answer is known; asks: those
    that are about a role."""
    kind = type(test)
    if kind is ir.Unary and test.op == "not":  # type: ignore[union-attr]
        inner = privileged(test.value, decided, asks)  # type: ignore[union-attr]
        return None if inner is None else not inner
    if kind is ir.Cmp and len(test.ops) == 1:  # type: ignore[union-attr]
        return _says_yes(test)  # type: ignore[arg-type]
    if kind is ir.Bool:
        open_ones = [value for value in test.values if not decided(value)]  # type: ignore[union-attr]
        if len(open_ones) == 1:
            return privileged(open_ones[0], decided, asks)
        sides = [privileged(value, decided, asks) for value in open_ones if asks(value)]
        wanted = test.op == "and"  # type: ignore[union-attr]  # `admin and x` holds for admins only; `not admin or x` fails for admins only
        if wanted in sides:
            return wanted
        whole = len(sides) == len(open_ones) and set(sides) == {not wanted}
        return not wanted if whole else None  # `admin or owner` holds, `not admin and not owner` fails for nobody else
    if kind is ir.Await:
        return privileged(test.value, decided, asks)  # type: ignore[union-attr]
    return True


def _says_yes(test: ir.Cmp) -> bool:
    """`role == "admin"`, `role in STAFF`, `is_admin is True` hold for the privileged; their opposites do not."""
    negative = test.ops[0] in ("!=", "not in", "is not", "<")
    right = test.rights[0]
    if isinstance(right, ir.Const) and (right.value is False or right.value is None) and not right.kind:
        negative = not negative
    return not negative


def orders(test: ir.Expr) -> bool:
    """Does it ask which of two ranks is the higher one? How many there are is held against what a plan allows."""
    if not (isinstance(test, ir.Cmp) and len(test.ops) == 1 and test.ops[0] in ("<", ">", "<=", ">=")):
        return False
    parts = [part for side in (test.left, *test.rights) for part in inside(side)]
    counts = any(isinstance(part, ir.Call) and last_name(part.func) in ("len", "sum", "count") for part in parts)
    return not counts and not any(isinstance(part, ir.Bin) for part in parts)
