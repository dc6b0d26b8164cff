"""Decorators of the project that are told whom to let in, and hand that on: `@grant_access(IS_STAFF, IS_DOMAIN_MANAGER)`.

Knows: does the wrapper hold the caller against what the decorator was told, by a function of the project; which decorator of a library it puts
around every view. Does not know: what that function asks of each rule (`predicates.py` reads those that can be read), which decorators stand before a
handler (`decorators.py`).

One function answers for every rule there is, so what a run of it proves for one rule says nothing of the others: that it turns strangers away is all
that is known, and that nothing more is asked is not.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from prodlint import ir
from prodlint.names import Definition, statements
from prodlint.routing.walking import inside

CALLERS = frozenset({"user", "current_user", "request", "g", "auth", "identity", "principal"})


def held(guards: Any, ref: object, expr: ir.Expr) -> bool:
    """Is the caller held against what a decorator is told where it is put, by a call that gets both?"""
    if not isinstance(expr, ir.Call) or not (expr.args or expr.kwargs) or not isinstance(ref, Definition) or ref.kind != "function":
        return False
    told = {param.name for param in ref.node.params}  # type: ignore[attr-defined]
    bodies = (guards.names.body(wrapper.node) for wrapper in guards.wrappers(ref))
    tests = (s.test for body in bodies for s in statements(body) if isinstance(s, ir.If))
    return any(_asks(part, told) for test in tests for part in inside(test))


def _asks(part: ir.Expr, told: set[str]) -> bool:
    """`has_permission(request.user, request, rules)`, where the decorator takes `rules`."""
    if not isinstance(part, ir.Call):
        return False
    given = [*part.args, *(keyword.value for keyword in part.kwargs)]
    return any(isinstance(arg, ir.Name) and arg.id in told for arg in map(_bare, given)) and any(
        name in CALLERS for arg in given for name in _last(arg)
    )


def _bare(arg: ir.Expr) -> ir.Expr:
    return arg.value if isinstance(arg, ir.Star) else arg


def _last(arg: ir.Expr) -> Iterator[str]:
    if isinstance(arg, ir.Name):
        yield arg.id
    elif isinstance(arg, ir.Attr):
        yield arg.name


def applied(names: Any, ref: Definition) -> tuple[ir.Expr, Any] | None:
    """`def needs(perm): def wrapper(view): view = permission_required(perm)(view); ...; return view`: the decorator of a library that one of the
    project puts around every view, whatever else it does, and where it is told what to ask."""
    nested = names.nested(ref)
    if len(nested) != 1 or len(nested[0].node.params) != 1:
        return None
    view, around = nested[0].node.params[0].name, []
    body = names.body(nested[0].node)
    for s in body:  # what stands in no branch
        value = s.value if isinstance(s, (ir.Assign, ir.Return)) else None
        if isinstance(value, ir.Call) and isinstance(value.func, ir.Call) and [getattr(arg, "id", None) for arg in value.args] == [view]:
            if isinstance(s, ir.Return) or [getattr(target, "id", None) for target in s.targets] == [view]:
                around.append(value.func)
    given = [s.value for s in statements(body) if isinstance(s, ir.Return)]
    back = all(getattr(value, "id", None) == view or (isinstance(value, ir.Call) and value.func in around) for value in given)
    return (around[0], names.scope(ref)) if len(around) == 1 and given and back else None
