"""Controllers of django-ninja-extra: the permissions that an operation asks, and the helpers that ask them of an object.

Knows: `permissions=[...]` of an operation, which stands in place of the controller's, `self.context`, `get_object_or_exception` and its kin, which
ask `has_object_permission` as DRF's `get_object` does. Source: django-ninja-extra 0.30 controllers/base.py and route/route_functions.py. Does not
know: how operations are registered (`routing/ninja.py`), what a permission answers (`permissions.py`), the default of the settings.
"""

from __future__ import annotations

from typing import Any

from prodlint import ir
from prodlint.flow.frames import Frame
from prodlint.flow.frameworks import bases
from prodlint.flow.values import EMPTY, REQUEST, Value
from prodlint.names import Definition
from prodlint.routing.table import Before

GETS = frozenset({"get_object_or_exception", "aget_object_or_exception", "get_object_or_none", "aget_object_or_none"})
ASKS = frozenset({"check_object_permissions", "async_check_object_permissions"})
NO_TERMS = frozenset({"klass", "error_message", "exception"})  # arguments that narrow nothing


def context(path: Value) -> Value:
    """`self.context`: the request, and the arguments that the path gives."""
    return Value(fields={"request": Value(frozenset({REQUEST})), "kwargs": path})


def ask(guards: Any, before: Before, me: Value) -> None:
    """The permissions that stand before an operation; the helpers ask them again of what they find."""
    given = guards.run.eval(before.expr, Frame(before.scope, {}, 1))
    assert me.fields is not None
    me.fields["permission_classes"] = given
    at = ir.start_of(before.expr)
    if given.items is None:
        guards.note("unknown", before.scope, at, "the permissions could not be read")
    for term in given.items or ():
        guards.permission(term, me, True, before.scope, at)


def method(run: Any, me: Value, name: str, args: list[Value], kwargs: dict[str, Value], expr: ir.Call, frame: Frame) -> Value | None:
    """What `self.name(...)` gives where only ControllerBase defines it; None for anything unknown."""
    assert isinstance(me.kind, Definition)
    if name not in GETS | ASKS or not any(isinstance(a, str) and a.startswith("ninja_extra.") for a in run.names.mro(me.kind)):
        return None
    if name in ASKS:
        found = args[0] if args else kwargs.get("obj", EMPTY)
    else:
        rows = [*args[:1], *([kwargs["klass"]] if "klass" in kwargs else [])]
        terms = {word: value for word, value in kwargs.items() if word not in NO_TERMS}
        found = run.selecting(None, "get_object_or_404", rows, terms, expr, frame) or EMPTY
    bases.object_permissions(run, me, found, frame, expr)
    return EMPTY if name in ASKS else found
