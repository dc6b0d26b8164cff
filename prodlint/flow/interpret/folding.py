"""Tests whose answer is known for one endpoint: `self.action == "create"`, `request.method in SAFE_METHODS`, `path.startswith("/public")`, `name ==
"user_id"` of keywords that are known; and how many arguments a function takes that is given to another.

Knows: the endpoint's action, method, path, arguments and handler as literal strings. Does not know: any other test; what follows from the answer
(`interpreter.py`).
"""

from __future__ import annotations

import operator
from typing import Any

from prodlint import ir
from prodlint.flow.values import FALSE, NOTHING, TRUE, Value
from prodlint.names import Definition
from prodlint.routing.values import UNKNOWN

SAFE = ("GET", "HEAD", "OPTIONS")
SAFE_NAMES = frozenset({"rest_framework.permissions.SAFE_METHODS"})
WORDS = frozenset({"action", "method"})
PATH, URL, ENDPOINT, METHOD = "request.path", "request.url", "request.endpoint", "request.method"
MATCH, ROUTE, KIND = "request.resolver_match", "request.resolver_match.url_name", "request.type"
KEY = "the name of a keyword"
VIEW, VIEWS = "request.view", "app.view_functions"
GIVEN = "the arguments of a handler by name"  # as a kind: all that its path names, and nothing else
SAME = {"is": True, "==": True, "is not": False, "!=": False}
ORDERS = {"==": operator.eq, "!=": operator.ne, ">": operator.gt, ">=": operator.ge, "<": operator.lt, "<=": operator.le}


def is_enum(names: Any, ref: Definition) -> bool:
    """A class of the project that lists fixed members."""
    above = (each for each in names.mro(ref) if isinstance(each, str)) if ref.kind == "class" else ()
    return any(each.startswith("enum.") or each.rpartition(".")[2] in ("TextChoices", "IntegerChoices") for each in above)


def folded(expr: ir.Cmp, left: Value, right: Value) -> Value | None:
    """TRUE or FALSE; None where the comparison is of something else or with something unknown."""
    if len(expr.ops) != 1 or left.const is None:
        return None
    if right.kind == GIVEN and expr.ops[0] in ("in", "not in"):
        return _answer((left.const in (right.fields or {})) == (expr.ops[0] == "in"))
    if not (isinstance(expr.left, ir.Attr) and expr.left.name in WORDS) and left.ref not in (PATH, ENDPOINT, METHOD, ROUTE, KIND, KEY):
        return None
    if left.ref == METHOD and any(word.islower() for word in _words(right) or (right.const or "",)):  # request.method.lower() == "get"
        return None
    op = expr.ops[0]
    if left.ref in (ENDPOINT, ROUTE):
        right = _last_segments(right)
    if op in ("==", "!="):
        if left.ref == PATH and hangs_anywhere(left.const):
            return None
        return None if right.const is None or UNKNOWN in right.const else _answer((left.const == right.const) == (op == "=="))
    if op in ("in", "not in"):
        if left.ref == PATH and right.items is not None and any(item.const == left.const for item in right.items):
            return _answer(op == "in")  # whatever else is in there
        words = None if left.ref == PATH and hangs_anywhere(left.const) else _words(right)
        return None if words is None else _answer((left.const in words) == (op == "in"))
    return None


def told(run: Any, expr: ir.Cmp, left: Value, right: Value, frame: Any) -> Value | None:
    """`if role != "ANY":`, `if "*" in roles:` in the wrapper that a decorator makes: the words that it was told where it stands,
    `@login_required(role="editor")`."""
    if expr.ops in (("in",), ("not in",)) and isinstance(expr.rights[0], ir.Name) and _written(expr.left, left, frame):
        name = expr.rights[0].id
        handed_on = frame.depth > 0 and name in frame.env and frame.env[name].items == right.items  # `allowed(request, rules)`
        closed = not run.began and bool(right.items) and not right.origins and (handed_on or (frame.outer is not None and name not in frame.env))
        words = [_member_word(run, item) for item in right.items or ()]
        return _answer((left.const in words) == (expr.ops[0] == "in")) if closed and None not in words else None
    word = expr.left.id if isinstance(expr.left, ir.Name) else ""
    closed = word and not run.began and frame.outer is not None and word not in frame.env and not (left.origins or right.origins)
    if not closed or left.const is None or right.const is None or expr.ops not in (("==",), ("!=",)):
        return None
    return _answer((left.const == right.const) == (expr.ops[0] == "=="))


def _written(expr: ir.Expr, value: Value, frame: Any) -> bool:
    """A word that stands there, or that a name of the module stands for."""
    named = isinstance(expr, ir.Name) and expr.id not in frame.env
    return (isinstance(expr, ir.Const) or named) and value.const is not None and not value.origins


def _member_word(run: Any, item: Value) -> str | None:
    """A word that is written down, or the one that a member of an enumeration stands for; None where it is something else."""
    ref = item.ref
    if item.const is not None or not isinstance(ref, Definition):
        return item.const
    given = ref.node.value if isinstance(ref.node, ir.Assign) else None
    member = ref.owner is not None and is_enum(run.names, ref.owner) and isinstance(given, ir.Const)
    return str(given.value) if member else None  # type: ignore[union-attr]


def takes(run: Any, expr: ir.Cmp, frame: Any) -> Value | None:
    """`if check.__code__.co_argcount > 2:`, in what makes decorators of functions: which of them it makes of this one."""
    left, right = expr.left, expr.rights[0]
    if not (isinstance(left, ir.Attr) and left.name == "co_argcount" and isinstance(left.base, ir.Attr) and left.base.name == "__code__"):
        return None
    ref = run.eval(left.base.base, frame).ref
    number = right.value if isinstance(right, ir.Const) and type(right.value) is int else None
    if number is None or len(expr.ops) != 1 or expr.ops[0] not in ORDERS or not (isinstance(ref, Definition) and isinstance(ref.node, ir.Function)):
        return None
    return _answer(ORDERS[expr.ops[0]](sum(param.kind in ("any", "pos") for param in ref.node.params), number))


def asks_model(run: Any, expr: ir.Cmp, right: Value, frame: Any) -> Value | None:
    """`if queryset.model is Order:`, in what several views share: whose rows these are."""
    model = right.ref
    if not (isinstance(expr.left, ir.Attr) and expr.left.name == "model" and isinstance(model, Definition) and model.kind == "class"):
        return None
    found = {row.model for row in run.eval(expr.left.base, frame).selections} if len(expr.ops) == 1 and expr.ops[0] in SAME else set()
    return _answer((model in found) is SAME[expr.ops[0]]) if len(found) == 1 else None


def not_given(receiver: Value | None, name: str, args: list[Value]) -> Value | None:
    """`self.kwargs.get("course_id")`, on a route whose path names no course."""
    if receiver is None or receiver.kind != GIVEN or name != "get" or len(args) != 1 or args[0].const is None:
        return None
    return NOTHING if args[0].const not in (receiver.fields or {}) else None


def begins(name: str, path: Value, args: list[Value]) -> Value | None:
    """`path.startswith("/public")`, `path.endswith((".css", ".js"))`."""
    words = _words(args[0]) if args and args[0].const is None else (args[0].const,) if args else None
    if path.const is None or name not in ("startswith", "endswith"):
        return None
    known = words if words is not None else [item.const for item in args[0].items or () if item.const is not None] if args else ()
    if any(UNKNOWN not in word and getattr(path.const, name)(word) for word in known):
        return TRUE
    if name == "startswith" and hangs_anywhere(path.const):
        return None
    return FALSE if words is not None and not any(UNKNOWN in word and word.replace(UNKNOWN, "") in path.const for word in words) else None


def hangs_anywhere(path: str) -> bool:
    """Is the beginning of the path not known: a router with a prefix that nobody could read?"""
    return path.lstrip("/").startswith(UNKNOWN)


def _last_segments(value: Value) -> Value:
    """The names of functions in what Flask calls endpoints: "auth.login" -> "login"; so of Django's names of routes, "accounts:login"."""
    if value.items is not None:
        return Value(items=tuple(_last_segments(item) for item in value.items))
    return Value(const=value.const.replace(":", ".").rpartition(".")[2]) if value.const is not None else value


def _answer(yes: bool) -> Value:
    return TRUE if yes else FALSE


def _words(value: Value) -> tuple[str, ...] | None:
    if value.ref in SAFE_NAMES:
        return SAFE
    if value.items is None or any(item.const is None or UNKNOWN in item.const for item in value.items):
        return None
    return tuple(item.const for item in value.items if item.const is not None)
