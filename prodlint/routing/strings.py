"""Strings as a program puts them together: literals, names, concatenation, f-strings, string methods, small functions that return one.

Knows: Python's ways to make a string, with what names stand for on the way. Does not know: what a string is for. A piece that is set outside the
source is UNKNOWN.
"""

from __future__ import annotations

from typing import Any

from prodlint import ir
from prodlint.names import Definition, Scope
from prodlint.routing.items import Env, Item
from prodlint.routing.values import UNKNOWN

DEPTH = 10  # expressions within one another
BUDGET = 400_000  # expressions read in one run
_ENVIRONMENT = ("os.environ.get", "os.getenv")
_METHODS = {"strip": str.strip, "rstrip": str.rstrip, "lstrip": str.lstrip, "lower": str.lower, "upper": str.upper, "title": str.title,
            "capitalize": str.capitalize, "removesuffix": str.removesuffix, "removeprefix": str.removeprefix, "replace": str.replace}  # fmt: skip


def text_of(lists: Any, expr: ir.Expr | None, scope: Scope, env: Env, depth: int = DEPTH) -> str | None:
    """The string an expression is, with UNKNOWN for pieces that cannot be told; None where it is no string at all."""
    lists.steps += 1
    if expr is None or depth <= 0 or lists.steps > BUDGET:
        return None if expr is None else UNKNOWN
    if isinstance(expr, ir.Const):
        return expr.value if isinstance(expr.value, str) else None
    if isinstance(expr, ir.Fstr):
        return "".join(_piece(lists, part, scope, env, depth - 1) for part in expr.parts)
    if isinstance(expr, ir.Bin):
        return _combined(lists, expr, scope, env, depth - 1)
    if isinstance(expr, ir.Bool):
        return next(filter(None, (text_of(lists, value, scope, env, depth - 1) for value in expr.values)), None)
    if isinstance(expr, ir.IfExp):
        known = truth(lists, expr.test, scope, env)
        both = [text_of(lists, one, scope, env, depth - 1) for one in (expr.body, expr.orelse)]
        if known is not None:
            return both[not known]
        return next((one for one in both if one is not None and UNKNOWN not in one), both[0])
    if isinstance(expr, ir.Walrus):
        return text_of(lists, expr.value, scope, env, depth - 1)
    item = lists.followed(Item(expr, scope, env))
    if item.expr is not expr:
        return text_of(lists, item.expr, item.scope, item.env, depth - 1)
    if isinstance(expr, ir.Call):
        return _called(lists, expr, scope, env, depth - 1)
    ref = lists.resolve(expr, scope, env) if isinstance(expr, (ir.Name, ir.Attr)) else None
    if isinstance(ref, Definition) and ref.kind == "param" and isinstance(ref.node, ir.Param) and ref.node.default is not None:
        return text_of(lists, ref.node.default, lists.names.scope_of(ref.owner) if ref.owner else scope, {}, depth - 1)
    return UNKNOWN if isinstance(expr, (ir.Name, ir.Attr, ir.Sub)) else None


def _piece(lists: Any, expr: ir.Expr | None, scope: Scope, env: Env, depth: int) -> str:
    """Text of a part of a string: numbers count as they are written."""
    if isinstance(expr, (ir.Name, ir.Attr, ir.Sub)):
        source = lists.followed(Item(expr, scope, env))
        if isinstance(source.expr, ir.Const):
            expr = source.expr
    if isinstance(expr, ir.Const) and isinstance(expr.value, (int, float)):
        return str(expr.value)
    found = text_of(lists, expr, scope, env, depth)
    return UNKNOWN if found is None else found


def _combined(lists: Any, expr: ir.Bin, scope: Scope, env: Env, depth: int) -> str | None:
    """`a + b`, `"%s/x" % a`."""
    left = text_of(lists, expr.left, scope, env, depth)
    if expr.op == "%" and left is not None:
        given = expr.right.items if isinstance(expr.right, ir.Seq) else (expr.right,)
        for value in given:
            left = left.replace("%s", _piece(lists, value, scope, env, depth), 1)
        return left
    if expr.op != "+":
        return None
    right = text_of(lists, expr.right, scope, env, depth)
    if left is None and right is None:
        return None
    left, right = UNKNOWN if left is None else left, UNKNOWN if right is None else right
    return left + (right[len(UNKNOWN) :] if left.endswith(UNKNOWN) and right.startswith(UNKNOWN) else right)


def _called(lists: Any, call: ir.Call, scope: Scope, env: Env, depth: int) -> str | None:
    """The string a call gives: a look-up's default, a string method, what a small project function returns."""
    func = call.func
    if isinstance(func, ir.Attr):
        found = _method(lists, call, func, scope, env, depth)
        if found is not None:
            return found
    if isinstance(func, ir.Name) and func.id in ("str", "quote", "escape") and call.args:
        return _piece(lists, call.args[0], scope, env, depth)
    target = lists.resolve(func, scope, env)
    if not isinstance(target, Definition) or target.kind != "function":
        return UNKNOWN
    return returned(lists, target, lists.parameters(target, call, scope, env), depth)


def _method(lists: Any, call: ir.Call, func: ir.Attr, scope: Scope, env: Env, depth: int) -> str | None:
    """A method of a string, or a look-up of the environment."""
    if func.name in ("get", "getenv") and lists.names.resolve(func, scope) in _ENVIRONMENT:
        default = call.args[1] if len(call.args) > 1 else next((k.value for k in call.kwargs if k.name == "default"), None)
        return (text_of(lists, default, scope, env, depth) or "") if default is not None else ""  # an unset variable is what a fresh checkout has
    if func.name == "get" and len(call.args) == 2:
        return text_of(lists, call.args[1], scope, env, depth) or UNKNOWN
    if func.name == "format":
        return _formatted(lists, call, func, scope, env, depth)
    if func.name == "join" and len(call.args) == 1:
        between, parts = text_of(lists, func.base, scope, env, depth), lists.choices(Item(call.args[0], scope, env))
        if between is not None and parts is not None:
            return between.join(_piece(lists, part.expr, part.scope, part.env, depth) for part in parts)
        return UNKNOWN if between is not None else None
    if func.name in _METHODS:
        base = text_of(lists, func.base, scope, env, depth)
        words = [text_of(lists, arg, scope, env, depth) for arg in call.args]
        if base is None or any(word is None or UNKNOWN in word for word in words):
            return base
        try:
            return _METHODS[func.name](base, *words)
        except TypeError:  # arguments that the method does not take
            return base
    return None


def _formatted(lists: Any, call: ir.Call, func: ir.Attr, scope: Scope, env: Env, depth: int) -> str | None:
    """`"{}/x/{name}".format(a, name=b)`: replacement fields by place and by name."""
    base = text_of(lists, func.base, scope, env, depth)
    if base is None:
        return None
    for index, arg in enumerate(call.args):
        value = _piece(lists, arg, scope, env, depth)
        base = base.replace(f"{{{index}}}", value) if f"{{{index}}}" in base else base.replace("{}", value, 1)
    for keyword in call.kwargs:
        base = base.replace(f"{{{keyword.name}}}", _piece(lists, keyword.value, scope, env, depth))
    return base.replace("{{", "{").replace("}}", "}")


def returned(lists: Any, function: Definition, inside: Env, depth: int) -> str:
    """What a project function returns: the first of its strings that can be told."""
    from prodlint.routing.returning import returned as reached  # it asks `truth` of this room

    inner = lists.names.scope(function)
    found = (text_of(lists, value, inner, env, depth) for value, env in reached(lists, function, inside))
    told = [text for text in found if text is not None]
    return next((text for text in told if UNKNOWN not in text), told[0] if told else UNKNOWN)


def truth(lists: Any, test: ir.Expr, scope: Scope, env: Env) -> bool | None:
    """Whether a condition over parameters and settings holds; None where that cannot be told."""
    if isinstance(test, ir.Unary) and test.op == "not":
        inner = truth(lists, test.value, scope, env)
        return None if inner is None else not inner
    if isinstance(test, ir.Bool):
        sides = [truth(lists, value, scope, env) for value in test.values]
        decided = test.op == "or"
        return decided if decided in sides else None if None in sides else not decided
    if isinstance(test, ir.Cmp) and test.ops in (("==",), ("!=",)):
        same = _same(lists, test, scope, env)
        return None if same is None else same == (test.ops[0] == "==")
    if isinstance(test, ir.Cmp) and test.ops in (("is",), ("is not",)):
        right = test.rights[0]
        item = lists.followed(Item(test.left, scope, env))
        if not isinstance(right, ir.Const) or right.value is not None or isinstance(item.expr, (ir.Name, ir.Attr, ir.Call, ir.Sub)):
            return None
        return (isinstance(item.expr, ir.Const) and item.expr.value is None) == (test.ops[0] == "is")
    if not isinstance(test, (ir.Name, ir.Attr, ir.Call, ir.Const)):
        return None
    root: ir.Expr = test
    while isinstance(root, ir.Attr):
        root = root.base
    if not isinstance(root, ir.Name) or root.id not in env:
        return None  # a setting: what is off in a fresh checkout may be on in production
    item = lists.followed(Item(test, scope, env))
    if isinstance(item.expr, ir.Const) and not item.expr.kind:
        return bool(item.expr.value)
    if isinstance(item.expr, ir.Seq):
        return bool(item.expr.items)
    if isinstance(item.expr, (ir.Fstr, ir.Bin)):
        found = text_of(lists, item.expr, item.scope, item.env)
        return bool(found) if found is not None and UNKNOWN not in found else None
    return None


def _same(lists: Any, test: ir.Cmp, scope: Scope, env: Env) -> bool | None:
    """Is a parameter or loop variable this text? None where either cannot be told."""
    if not isinstance(test.left, ir.Name) or test.left.id not in env or not isinstance(test.rights[0], ir.Const):
        return None
    left, right = text_of(lists, test.left, scope, env), test.rights[0].value
    return left == right if isinstance(right, str) and left is not None and UNKNOWN not in left else None
