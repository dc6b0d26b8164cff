"""Decorators of the project that are told whom to let in, and hand that on: `@grant_access(IS_STAFF, IS_DOMAIN_MANAGER)`.

Knows: which telling counts, where the caller meets it (`meeting.py`); which decorator of a library it puts around every view. Does not know: what is
asked of each rule (`predicates.py` reads those that can be read), which decorators stand before a handler (`decorators.py`).

One function answers for every rule there is, so what a run of it proves for one rule says nothing of the others: that it turns strangers away is all
that is known, and that nothing more is asked is not.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from prodlint import ir
from prodlint import regex as re
from prodlint.flow.callers.meeting import MEANT, MET, VIEW, WHO, Reader, Val, told, turns_away
from prodlint.flow.knowledge import snake
from prodlint.flow.proofs.plain_roles import PLAINEST
from prodlint.names import Definition, Scope, statements
from prodlint.routing.walking import inside

# what says of a caller how far their account is, what they pay for or how often they came, and nothing of whose rows they may see
ASIDE = re.compile(
    r"(?:^|[_.: -])(?:plans?|subscri\w+|premium|pro|tiers?|quotas?|credits?|billing|paid|paying|paywall|trial|features?|flags?|beta|experiments?"
    r"|limit\w*|throttl\w*|rates?|verified|confirmed|approved|otp|2fa|mfa|two_?factor|fresh|terms|consent\w*|onboard\w*|active|cached?|csrf"
    r"|scopes?|optional)(?:$|[_.: -])"
)


def held(guards: Any, ref: object, expr: ir.Expr, scope: Scope, tied: bool) -> bool:
    """Does a decorator of the project turn callers away for what it is told, or for the row that the path names, as it is written? tied: running it
    proved something."""
    ref, made, scope = _maker(guards.names, ref, expr, scope)
    if not isinstance(ref, Definition) or ref.kind not in ("function", "class") or (ref.kind == "function" and _decided(guards, ref)):
        return False
    return _taken(guards.run, _asked(guards.run, guards.names, ref, made, scope, guards.endpoint.params), tied)


def _decided(guards: Any, ref: Definition) -> bool:
    """Was every test of its wrapper decided where it was run: `@allow(ALL)` lets everybody in?"""
    tests = [each for wrapper in guards.wrappers(ref) for each in statements(guards.names.body(wrapper.node)) if isinstance(each, ir.If)]
    return bool(tests) and all(guards.run.answered.get(id(each)) is not None for each in tests)


def _taken(run: Any, hangs: int, tied: bool) -> bool:
    run.within += bool(hangs & MET) and tied
    run.more += bool(hangs & WHO)
    return bool(hangs & MET or (hangs & MEANT and not tied))


def _maker(names: Any, ref: object, expr: ir.Expr, scope: Scope) -> tuple[object, ir.Expr, Scope]:
    """`can_read = Allowed("report.read")`: what made it, and where that was told."""
    made = ref.node.value if isinstance(ref, Definition) and isinstance(ref.node, ir.Assign) else None
    if not isinstance(made, ir.Call) or isinstance(expr, ir.Call):
        return ref, expr, scope
    scope = names.scope_of(ref)
    return names.resolve(made.func, scope), made, scope


def depended_on(parameters: Any, target: ir.Expr | None, scope: Scope, since: tuple[int, int, int]) -> None:
    """A dependency that turns somebody away, of which nobody could read whom: `Depends(Allowed("report.read"))`, `Depends(policy_of_project)`."""
    run, names = parameters.run, parameters.names
    roles, bound, requirements = since
    if target is None or len(run.roles) > roles or run.requirements > requirements:
        return
    ref, target, scope = _maker(names, names.resolve(target.func if isinstance(target, ir.Call) else target, scope), target, scope)
    if isinstance(ref, Definition) and ref.kind in ("function", "class"):
        run.requirements += _taken(run, _asked(run, names, ref, target, scope, parameters.endpoint.params), len(run.bound) > bound)


def since(run: Any) -> tuple[int, int, int]:
    return len(run.roles), len(run.bound), run.requirements


def _asked(run: Any, names: Any, ref: Definition, expr: ir.Expr, scope: Scope, path: Iterable[str]) -> int:
    aside = ASIDE.search(snake(ref.name).lower()) or (isinstance(expr, ir.Call) and not _rules(expr))
    key = _told(names, expr, scope)
    known, place = run.knowledge.met, (ref, key, frozenset(path))
    if key is None or place not in known:
        found = _met(run, names, ref, expr, scope, frozenset(path))
        if key is not None:
            known[place] = found
    else:
        found = known[place]
    return found & MEANT if aside else found


def _met(run: Any, names: Any, ref: Definition, expr: ir.Expr, scope: Scope, path: frozenset[str]) -> int:
    read = Reader(names, run.knowledge)
    made = Val(ref=ref)
    if isinstance(expr, ir.Call):
        args = [told(read.value(arg, {}, scope)) for arg in expr.args]
        kwargs = {keyword.name: told(read.value(keyword.value, {}, scope)) for keyword in expr.kwargs}
        made = read.answer(made, args, kwargs)
    # what stands in for the handler
    inner = read.answer(made, [VIEW], {}) if made.ref is not None and made.ref != "view" else made
    out = 0
    for each in (inner, made):
        out |= turns_away(read, each, path) if each.ref is not None else 0
    return out


def _rules(expr: ir.Call) -> bool:
    """Do the words that it is told speak of what somebody may do? Not of a plan that they pay for, nor of what all who use the app are."""
    given = [part for arg in (*expr.args, *(keyword.value for keyword in expr.kwargs)) for part in inside(arg)]
    words = [part.value if isinstance(part, ir.Const) else part.name for part in given if isinstance(part, (ir.Const, ir.Attr))]
    said = [snake(word).lower() for word in words if isinstance(word, str)]
    return not (any(map(ASIDE.search, said)) or (said and all(map(PLAINEST.match, said))))


def _told(names: Any, expr: ir.Expr, scope: Scope) -> tuple[object, ...] | None:
    """What tells one telling from another: how much is told, where it is words and no functions, whose bodies say more."""
    if not isinstance(expr, ir.Call):
        return ("bare",)
    given = [*expr.args, *(keyword.value for keyword in expr.kwargs)]
    plain = all(isinstance(part, (ir.Const, ir.Seq, ir.Attr)) for arg in given for part in inside(arg) if not isinstance(part, ir.Name))
    named = [names.resolve(part, scope) for arg in given for part in inside(arg) if isinstance(part, (ir.Name, ir.Attr))]
    functions = any(isinstance(each, Definition) and each.kind == "function" for each in named)
    return None if functions or not plain else (len(expr.args), *(keyword.name for keyword in expr.kwargs))


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
