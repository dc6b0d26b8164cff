"""Decorators of the project that are told whom to let in, and hand that on: `@grant_access(IS_STAFF, IS_DOMAIN_MANAGER)`.

Knows: does the wrapper hold the caller against what the decorator was told, by a function of the project, and turn somebody away; which decorator of
a library it puts around every view. Does not know: what that function asks of each rule (`predicates.py` reads those that can be read), which
decorators stand before a handler (`decorators.py`).

One function answers for every rule there is, so what a run of it proves for one rule says nothing of the others: that it turns strangers away is all
that is known, and that nothing more is asked is not.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from prodlint import ir
from prodlint import regex as re
from prodlint.flow.frames import ABORTS, after
from prodlint.flow.knowledge import last_name
from prodlint.flow.proofs import refusals
from prodlint.names import Definition, blocks_of, statements
from prodlint.routing.walking import expressions, inside

CALLERS = frozenset({"user", "current_user", "g", "auth", "identity", "principal"})
REQUESTS = frozenset({"request", "req"})
HOLDS = frozenset({*CALLERS, "session", "roles", "permissions"})  # what a request brings of who calls
KEEPS_OUT = re.compile(
    r"Forbidden|NotFound|404|403|401|Unauthori[sz]ed|Denied|Permission|NotAllowed|Auth(?:entication|orization)?(?:Error|Required|Failed)"
)


def held(guards: Any, ref: object, expr: ir.Expr) -> bool:
    """Is the caller held against what a decorator is told where it is put, by a call that gets both, so that somebody is turned away?"""
    if not isinstance(expr, ir.Call) or not (expr.args or expr.kwargs) or not isinstance(ref, Definition) or ref.kind != "function":
        return False
    told = {param.name for param in ref.node.params}  # type: ignore[attr-defined]
    for wrapper in guards.wrappers(ref):
        scope = guards.names.scope(wrapper)
        for test in _turning_away(guards.names.body(wrapper.node)):
            if any(_asks(guards.names, part, told, scope) for part in inside(test)):
                return True
    return False


def _turning_away(body: tuple[ir.Stmt, ...]) -> Iterator[ir.Expr]:
    """The tests of which one side says that somebody may not: `if not may(user): raise Forbidden`; `if may(user): return view()`, then that."""
    for statement in body:
        if isinstance(statement, ir.If) and any(map(_keeps_out, (statement.body, statement.orelse or after(statement, body)))):
            yield statement.test
        for block in blocks_of(statement):
            yield from _turning_away(block)


def _keeps_out(body: tuple[ir.Stmt, ...]) -> bool:
    last = body[-1] if body else None
    said = last.exc if isinstance(last, ir.Raise) else last.value if isinstance(last, (ir.Return, ir.ExprStmt)) else None
    if isinstance(last, ir.Return) and not isinstance(said, ir.Call):
        return refusals.is_refusal(said)
    name = last_name(said) if said is not None else ""
    if KEEPS_OUT.search(name) or (isinstance(last, ir.Return) and (name in refusals.REDIRECTS or refusals.is_refusal(said))):
        return True
    placed = said.args[:1] if isinstance(said, ir.Call) and (isinstance(last, ir.Raise) or name in ABORTS) else ()
    return refusals.is_refusal(said) or any(isinstance(arg, ir.Const) and arg.value in refusals.NO for arg in placed)


def _asks(names: Any, part: ir.Expr, told: set[str], scope: Any) -> bool:
    """`has_permission(request.user, request, rules)`, where the decorator takes `rules`; a request alone is the caller where the function looks at
    who calls in it."""
    if not isinstance(part, ir.Call):
        return False
    given = [*part.args, *(keyword.value for keyword in part.kwargs)]
    if not any(isinstance(arg, ir.Name) and arg.id in told for arg in map(_bare, given)):
        return False
    handed = {name for arg in given for name in _last(arg)}
    called = names.resolve(part.func, scope)
    if not isinstance(called, Definition) or called.kind != "function":
        return not CALLERS.isdisjoint(handed)
    read = {each.name for each in expressions(names.body(called.node)) if isinstance(each, ir.Attr)}
    who = not CALLERS.isdisjoint(handed) or (not REQUESTS.isdisjoint(handed) and not HOLDS.isdisjoint(read))
    return who and _weighs(names.body(called.node), _taking(called, part, told))


def _taking(called: Definition, part: ir.Call, told: set[str]) -> set[str]:
    """The parameters of a function that what the decorator was told is handed in as."""
    params = called.node.params  # type: ignore[attr-defined]
    placed = [(param.name, _bare(arg)) for param, arg in zip(params, part.args, strict=False)]
    placed += [(keyword.name, keyword.value) for keyword in part.kwargs]
    return {name for name, arg in placed if isinstance(arg, ir.Name) and arg.id in told}


def _weighs(body: tuple[ir.Stmt, ...], rules: set[str]) -> bool:
    """Does its answer hang on the rules: `any(check() for rule, check in checks if rule in rules)`, a loop over them? One that says the same whatever
    it is told is read as it stands."""
    given = [s.value if isinstance(s, ir.Return) else s.iter for s in statements(body) if isinstance(s, (ir.Return, ir.For))]
    return any(isinstance(part, ir.Name) and part.id in rules for each in given for part in inside(each))


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
