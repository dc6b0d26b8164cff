"""Permissions of django-rules: what the predicate asks that was added under a name.

Knows: `rules.add_perm("shop.change_order", is_owner | is_editor)` and its kin, predicates of the package and of the project, how they join. Source:
rules 3.5 permissions.py, rulesets.py, predicates.py, contrib/views.py. Does not know: names that Django makes of a model (`rules_permissions` in its
Meta), predicates that a function makes or that are bound to themselves: what these ask is in doubt.

A name that was added twice raises when the app starts, so that the first is the one that counts; one that is set as well replaces what was there, and
which of the two ran last is in doubt.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from prodlint import ir
from prodlint.flow.callers import permissions
from prodlint.flow.frames import ON, REFUSES, Frame
from prodlint.flow.knowledge import last_name
from prodlint.flow.proofs import choosing
from prodlint.flow.values import ADMIN, CALLER, EMPTY, FALSE, NOTHING, OPEN, PRESENCE, ROLE, TRUE, Tie, Value, flipped
from prodlint.names import Definition, Scope

ADDS = frozenset({"add_perm", "set_perm", "add_rule", "set_rule"})
DEPTH = 8
PACKAGE: dict[str, Value] = {
    "is_authenticated": Value(frozenset({PRESENCE})),
    "is_active": Value(frozenset({PRESENCE})),
    "is_staff": Value(frozenset({ROLE, ADMIN})),
    "is_superuser": Value(frozenset({ROLE, ADMIN})),
    "is_group_member": Value(frozenset({ROLE})),
    "always_allow": TRUE,
    "always_true": TRUE,
    "always_deny": FALSE,
    "always_false": FALSE,
}
MIXINS = frozenset({"rules.contrib.views.PermissionRequiredMixin"})
NAMES = "get_permission_required"  # what a view overrides that says by itself what it asks for
Added = dict[str, tuple[ir.Expr, Scope]]


def find(names: Any) -> Added:
    """Predicates by the names of their permissions."""
    out: Added = {}
    replaced: set[str] = set()
    for module in names.modules.values():
        for name, predicate, replaces in _adds(names, module):
            known = out.setdefault(name, (predicate, Scope(module)))
            if known[0] is not predicate and (replaces or name in replaced):
                out[name] = (ir.Name("", ir.start_of(predicate)), Scope(module))
            replaced.update({name} if replaces else ())
    return out


def added(run: Any) -> Added:
    known: Added = run.knowledge.rules
    run.names.touched.update(scope.module.path for _, scope in known.values())
    return known


def _adds(names: Any, module: Any) -> Iterator[tuple[str, ir.Expr, bool]]:
    if not any(isinstance(s, ir.Import) and any((b.full or b.target).split(".")[0] == "rules" for b in s.bindings) for s in module.body):
        return
    for statement in module.body:
        call = getattr(statement, "value", None)
        if not isinstance(call, ir.Call) or last_name(call) not in ADDS or len(call.args) != 2 or not isinstance(call.args[0], ir.Const):
            continue
        ref = names.resolve(call.func, Scope(module))
        if isinstance(ref, str) and ref.startswith("rules.") and isinstance(call.args[0].value, str):
            yield call.args[0].value, call.args[1], last_name(call).startswith("set")


def asked(run: Any, name: str | None, given: Value, frame: Frame, expr: ir.Expr) -> Value | None:
    """What a permission says of an object, NOTHING where it is asked of none; None where nobody added one by that name here."""
    found = added(run).get(name or "")
    return None if found is None else _answer(run, *found, given, frame, expr, DEPTH)


def _answer(run: Any, predicate: ir.Expr, scope: Scope, given: Value, frame: Frame, expr: ir.Expr, depth: int) -> Value:
    if not depth:
        return _doubt(given)
    if isinstance(predicate, ir.Bin) and predicate.op in ("&", "|"):
        left, right = (_answer(run, side, scope, given, frame, expr, depth - 1) for side in (predicate.left, predicate.right))
        if predicate.op == "|":
            both = all(side.truth is None and (side.outcomes or side.has(ROLE)) for side in (left, right))
            return permissions.either(left, right).plus(_doubt(given).origins if both and (left.outcomes or right.outcomes) else ())
        if left.truth is False or right.truth is False:
            return FALSE
        return TRUE if left.truth is right.truth is True else Value(left.origins | right.origins)
    if isinstance(predicate, ir.Unary) and predicate.op == "~":
        inner = _answer(run, predicate.value, scope, given, frame, expr, depth - 1)
        return FALSE if inner.truth is True else TRUE if inner.truth is False else Value(flipped(inner.outcomes))
    called = predicate.func if isinstance(predicate, ir.Call) else predicate
    ref = run.names.resolve(called, scope)
    if isinstance(ref, str):
        return PACKAGE.get(ref.rpartition(".")[2], EMPTY) if ref.startswith("rules.") else _doubt(given)
    if isinstance(ref, Definition) and ref.kind == "value" and isinstance(ref.node, ir.Assign) and ref.node.value is not None and not ref.again:
        return _answer(run, ref.node.value, run.names.scope_of(ref), given, frame, expr, depth - 1)
    if isinstance(ref, Definition) and ref.kind == "function" and called is predicate:
        return _own(run, ref, given, frame, expr)
    return _doubt(given)


def _own(run: Any, found: Definition, given: Value, frame: Frame, expr: ir.Expr) -> Value:
    """A predicate of the project: a function of nobody, of the user, or of the user and an object."""
    node: ir.Function = found.node  # type: ignore[assignment]
    if any(isinstance(each, ir.Call) and any(k.name == "bind" for k in each.kwargs) for each in node.decorators):
        return _doubt(given)
    args = [Value(frozenset({CALLER})), choosing.there(given)][: sum(param.kind not in ("*", "**") for param in node.params)]
    answer = permissions.as_truth(run, found, run.call_function(found, args, {}, frame, expr))
    if answer.truth is not None and not answer.outcomes:
        return answer
    told = answer.outcomes or answer.has(ROLE) or (answer.has(OPEN) and not answer.has(CALLER))
    return Value(answer.origins if told else answer.origins | _doubt(given).origins)


def _doubt(given: Value) -> Value:
    return Value(frozenset(Tie(target, weak=True) for target in given.selections))


def of_view(guards: Any, cls: Definition, words: list[str | None], given: Value | None) -> bool:
    """A view that asks for these permissions of what it shows: are all of them added here? What they hold is held then."""
    run = guards.run
    if not words or any(word not in added(run) for word in words) or not MIXINS.intersection(a for a in guards.names.mro(cls) if isinstance(a, str)):
        return False
    if isinstance(guards.names.class_member(cls, NAMES), Definition):
        return False
    for word in words:
        answer = asked(run, word, NOTHING if given is None else given, run.view_frame, ir.Name("has_permission", cls.at))
        if answer is not None and answer.truth is None:
            run.guarded(Value(answer.origins), run.view_frame, ON, REFUSES, cls.at, admin=True)
    return True
