"""Permissions that a DRF view keeps by the action: `permission_classes_by_action = {"create": [IsAdminUser], "default": [IsAuthenticated]}`.

Knows: a dictionary on the class that `get_permissions` asks by `self.action`, and what stands in for an action that is not in it: the default that
`.get()` is given, an entry of that name, or the view's own `permission_classes`. Does not know: actions that are compared (`permissions.py` runs
these), dictionaries that are made at run time. Source: djangorestframework 3.16 viewsets.py (`initialize_request` sets `action`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from prodlint import ir
from prodlint.flow.frames import Frame
from prodlint.flow.values import Value
from prodlint.names import Definition, statements
from prodlint.routing.walking import expressions, inside

DEFAULTS = ("default", "*")


def asks(run: Any, me: Value, function: Definition, frame: Frame) -> tuple[list[Value] | None, bool] | None:
    """The permissions of the action that runs, as `permissions.listed` gives them; None where `get_permissions` asks no dictionary by the action, or
    does something more."""
    action, body = (me.fields or {}).get("action"), run.names.body(function.node)
    asked = list(_asked(body))
    more = any(isinstance(each, ir.If) and not _whether_asked(each.test) for each in statements(body))
    if action is None or action.const is None or more or len({name for name, _ in asked}) != 1:
        return None
    table = run.names.class_member(me.kind, asked[0][0])
    shown = table.node.value if isinstance(table, Definition) and isinstance(table.node, ir.Assign) else None
    entries = {key.value: value for key, value in shown.items if isinstance(key, ir.Const)} if isinstance(shown, ir.Map) else {}
    if not isinstance(shown, ir.Map) or len(entries) < len(shown.items):
        return None  # made at run time, or of other dictionaries
    for name in (action.const, *(word for word in _words(body) if word in DEFAULTS)):
        if name in entries:
            return _items(run.eval(entries[name], Frame(run.names.class_scope(table.owner), {}, 1)))
    for default in (default for _, default in asked if default is not None and not _is_own(default)):
        return _items(run.eval(default, Frame(run.names.scope(function), {"self": me}, 1)))
    if any(_is_own(part) for part in expressions(body)) or "get_permissions" in function.node.calls:  # type: ignore[attr-defined]
        from prodlint.flow.callers.permissions import classes

        return classes(run, me, frame)
    return None


def _items(value: Value) -> tuple[list[Value], bool] | None:
    return (list(value.items), True) if value.items is not None else None


def _words(body: tuple[ir.Stmt, ...]) -> Iterator[str]:
    return (part.value for part in expressions(body) if isinstance(part, ir.Const) and isinstance(part.value, str))


def _asked(body: tuple[ir.Stmt, ...]) -> Iterator[tuple[str, ir.Expr | None]]:
    """(dictionary, default) of `self.TABLE[self.action]` and `self.TABLE.get(self.action, default)`."""
    for part in expressions(body):
        if isinstance(part, ir.Sub) and _is_action(part.index) and isinstance(part.base, ir.Attr):
            yield part.base.name, None
        if isinstance(part, ir.Call) and part.args and _is_action(part.args[0]) and isinstance(part.func, ir.Attr) and part.func.name == "get":
            if isinstance(part.func.base, ir.Attr):
                yield part.func.base.name, part.args[1] if len(part.args) > 1 else None


def _is_own(expr: ir.Expr) -> bool:
    """`self.permission_classes`"""
    return isinstance(expr, ir.Attr) and expr.name == "permission_classes"


def _is_action(expr: ir.Expr) -> bool:
    return isinstance(expr, ir.Attr) and expr.name == "action" and isinstance(expr.base, ir.Name)


def _whether_asked(test: ir.Expr) -> bool:
    """`self.action in self.permission_classes_by_action`"""
    return (
        isinstance(test, ir.Cmp)
        and _is_action(test.left)
        and test.ops == ("in",)
        and any(isinstance(part, ir.Attr) for part in inside(test.rights[0]))
    )
