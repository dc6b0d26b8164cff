"""What an answer is where it says no: False, or nothing at all.

Knows: which expressions and functions of the project say no by False, which by None, and which tests take one of the two for a yes. Does not know:
what an answer holds (`comparisons.py`), what ends where it says no (`branching.py`).

`allowed = is_mine(order)` and `if allowed is None: refuse` refuses nobody where the function compares: what is false is not None.
"""

from __future__ import annotations

from typing import Any

from prodlint import ir
from prodlint.flow.frames import Frame
from prodlint.flow.knowledge import is_none, last_name
from prodlint.flow.values import Value
from prodlint.names import Definition, Scope, statements

NO, NOTHING, ZERO = "False", "None", "0"
DEEP = 4  # calls of calls, and names of names
ANSWERS = frozenset({"bool", "any", "all", "isinstance", "issubclass", "callable", "hasattr"})
ASKS = frozenset({"exists", "aexists", "issubset", "issuperset", "isdisjoint", "startswith", "endswith"})  # methods that say True or False


def taken_for_yes(run: Any, op: str, left: ir.Expr, right: ir.Expr, other: Value, frame: Frame) -> bool:
    """May what says no pass a comparison that is meant to stop it: `mine(order) is None`, `mine(order) == flag`, `mine(order) >= False`?"""
    noes = _noes(run, left, frame, DEEP)
    if is_none(right):
        return bool(noes - {NOTHING})
    if op in ("in", "not in"):
        return bool(noes) and isinstance(right, ir.Seq) and any(map(_is_no, right.items))
    if isinstance(right, ir.Const) and right.value is False and op in ("is", "is not"):
        return bool(noes - {NO}) or _silent(run, left, frame)
    if op in ("<", ">=") and isinstance(right, ir.Const):
        return bool(noes) and type(right.value) in (int, bool, float) and right.value <= 0  # type: ignore[operator]
    if _is_no(right):  # 0 is False, and None is neither
        return NOTHING in noes or _silent(run, left, frame)
    return bool(noes) and bool(other.chosen) and not other.selections  # what the client says may be a no too


def _is_no(expr: ir.Expr) -> bool:
    empty = isinstance(expr, ir.Seq) and not expr.items
    return empty or (isinstance(expr, ir.Const) and not expr.value and not isinstance(expr.value, str))


def _silent(run: Any, left: ir.Expr, frame: Frame) -> bool:
    """Does the function, or one that it calls, say nothing to those who are not? What a name holds may come from any such function."""
    if not run.silent or isinstance(left, (ir.Cmp, ir.Unary, ir.Bool)):
        return False
    called = run.callee(left, frame)
    node = called.node if isinstance(called, Definition) else None
    if not isinstance(node, ir.Function):
        return called != "builtins.bool"
    return node in run.silent or any(silent.name in node.calls for silent in run.silent)


def _noes(run: Any, expr: ir.Expr, frame: Frame, depth: int) -> frozenset[str]:
    """What an expression is where it says no; empty where nobody can tell."""
    called = run.callee(expr, frame)
    if isinstance(called, Definition) and called.kind == "function":
        return _of_function(run, called, depth)
    return _said(run, expr, frame.scope, depth)


def _of_function(run: Any, function: Definition, depth: int) -> frozenset[str]:
    node = function.node
    if depth == 0 or not isinstance(node, ir.Function):
        return frozenset()
    scope = run.names.scope(function)
    given = [each for each in statements(run.names.body(node)) if isinstance(each, ir.Return)]
    falls = frozenset({NOTHING}) if node in run.silent else frozenset()
    return falls.union(*(_said(run, each.value, scope, depth - 1) for each in given))


def _said(run: Any, expr: ir.Expr | None, scope: Scope, depth: int) -> frozenset[str]:
    while isinstance(expr, (ir.Await, ir.Walrus)):
        expr = expr.value
    if expr is None or is_none(expr):
        return frozenset({NOTHING})
    if isinstance(expr, ir.Const):
        return frozenset({NO}) if expr.value is False else frozenset({ZERO}) if not expr.value else frozenset()
    if isinstance(expr, ir.Cmp) or (isinstance(expr, ir.Unary) and expr.op == "not"):
        return frozenset({NO})
    if depth == 0:
        return frozenset()
    if isinstance(expr, ir.Bool):  # of an "or" that says no the last part is what it is
        parts = expr.values if expr.op == "and" else expr.values[-1:]
        return frozenset().union(*(_said(run, part, scope, depth - 1) for part in parts))
    if isinstance(expr, ir.IfExp):
        return _said(run, expr.body, scope, depth - 1) | _said(run, expr.orelse, scope, depth - 1)
    if isinstance(expr, ir.Name):
        return _of_name(run, expr.id, scope, depth - 1)
    return _of_call(run, expr, scope, depth - 1) if isinstance(expr, ir.Call) else frozenset()


def _of_call(run: Any, expr: ir.Call, scope: Scope, depth: int) -> frozenset[str]:
    called = run.names.resolve(expr.func, scope) if isinstance(expr.func, (ir.Name, ir.Attr)) else None
    if isinstance(called, Definition) and called.kind == "function":
        return _of_function(run, called, depth)
    name = last_name(expr.func)
    if isinstance(expr.func, ir.Attr):
        return frozenset({NO}) if name in ASKS else frozenset()
    return frozenset({NO}) if name in ANSWERS else frozenset({ZERO}) if name in ("int", "float", "len", "sum") else frozenset()


def _of_name(run: Any, name: str, scope: Scope, depth: int) -> frozenset[str]:
    """Of all that a function gives a variable of its own."""
    node = scope.function.node if scope.function is not None else None
    if not isinstance(node, ir.Function):
        return frozenset()
    given = [each.value for each in statements(run.names.body(node)) if isinstance(each, ir.Assign) and any(_names(t, name) for t in each.targets)]
    return frozenset().union(*(_said(run, value, scope, depth) for value in given))


def _names(target: ir.Expr, name: str) -> bool:
    return isinstance(target, ir.Name) and target.id == name
