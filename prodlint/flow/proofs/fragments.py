"""Expressions that leave only a part of a value: a remainder, the first letters, whether it is there at all, a text that another may stand in.

Knows: which expressions many values give the same of. Does not know: what is held against them (`comparisons.py`).

`order.user_id % 10 == user.id % 10` holds for one of ten strangers, `str(user.id) in str(order.user_id)` for user 1 and the orders of user 31.
"""

from __future__ import annotations

from prodlint import ir
from prodlint import regex as re
from prodlint.flow.knowledge import last_name
from prodlint.flow.values import Value

PART = "a part of an address"  # as a kind
SPLITS = frozenset({"split", "rsplit", "partition", "rpartition", "splitlines"})
KEEPS = frozenset({"str", "int", "lower", "upper", "strip", "casefold", "encode", "decode", "UUID", "uuid", "ObjectId"})
YES_OR_NO = frozenset({"bool", "type"})
TEXTS = frozenset({"str", "lower", "upper", "strip", "casefold", "join", "format", "decode", "hex"})
# attributes that hold one text: what is in it may be in that of somebody else
TEXT_FIELDS = re.compile(r"^(?:e?mail|email_address|user_?name|name|full_name|title|text|body|description|path|url|slug|address|notes?|bio)$", re.I)


def is_fragment(expr: ir.Expr) -> bool:
    """`order.user_id % 10`, `user.email.split("@")[1]`, `order.code[:3]`, `bool(order.user_id)`."""
    if is_length(expr):
        return True
    while isinstance(expr, (ir.Call, ir.Await)):
        if isinstance(expr, ir.Await):
            expr = expr.value
        elif isinstance(expr.func, ir.Name) and expr.func.id in YES_OR_NO and len(expr.args) == 1:
            return True
        elif last_name(expr.func) not in KEEPS:
            return False
        elif isinstance(expr.func, ir.Attr) and not expr.args:
            expr = expr.func.base
        elif len(expr.args) == 1:
            expr = expr.args[0]
        else:
            return False
    if isinstance(expr, ir.Bin):
        said = isinstance(expr.left, ir.Const) and isinstance(expr.left.value, str)
        return expr.op in ("//", ">>") or (expr.op in ("%", "&") and not said and isinstance(expr.right, ir.Const))
    if isinstance(expr, ir.Sub):
        return isinstance(expr.index, ir.Slice) or (isinstance(expr.base, ir.Call) and last_name(expr.base.func) in SPLITS)
    return False


def marked(expr: ir.Sub, value: Value) -> Value:
    """`user.email.split("@")[1]` goes on as a part of an address, for those who hold it against another under a name."""
    call = expr.base
    split = (
        isinstance(call, ir.Call)
        and last_name(call.func) in SPLITS
        and call.args
        and isinstance(call.args[0], ir.Const)
        and call.args[0].value == "@"
    )
    return value.of(PART) if split and value.kind is None else value


def is_length(expr: ir.Expr) -> bool:
    """`len(order.email)`"""
    return isinstance(expr, ir.Call) and isinstance(expr.func, ir.Name) and expr.func.id == "len" and len(expr.args) == 1 and is_text(expr.args[0])


def is_text(expr: ir.Expr) -> bool:
    """A text that is looked into: `str(order.user_id)`, `f"{order.user_id}"`, `order.user.email`."""
    if isinstance(expr, ir.Call):
        return last_name(expr.func) in TEXTS
    return isinstance(expr, ir.Fstr) or (isinstance(expr, ir.Attr) and bool(TEXT_FIELDS.match(expr.name)))
