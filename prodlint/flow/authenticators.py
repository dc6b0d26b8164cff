"""Authentication classes of Django REST framework that the project wrote: who gets past them.

Knows: which of them let nobody in who brings nothing, and which know no user, only a program. The framework asks each in turn, before it asks the
permissions, and whatever they raise ends the request; the first that gives something says who calls, and where all give None the caller is a
stranger. Source: djangorestframework 3.16 views.py `initial`, request.py `_authenticate`, authentication.py. Does not know: permissions
(`permissions.py`), how a token is checked.
"""

from __future__ import annotations

from typing import Any

from prodlint import ir
from prodlint.calls.walk import every, heads
from prodlint.flow import django_middleware
from prodlint.flow.knowledge import is_none, last_name
from prodlint.flow.values import Value
from prodlint.names import Definition, Scope, statements

DEPTH = 3  # functions that an authenticator hands the request on to


def ask(guards: Any, me: Value) -> None:
    """Notes what the authentication classes of a view, else of the settings, ask."""
    from prodlint.flow.bases import attribute

    given = attribute(guards.run, me, "authentication_classes", guards.run.view_frame)
    classes = (
        [item.ref for item in given.items] if given.items is not None else [guards.settings.resolve(name) for name in guards.settings.authentication]
    )
    own = {ref: found for ref in classes if (found := _authenticate(guards, ref)) is not None}
    cls = me.kind
    assert isinstance(cls, Definition)
    if own and len(own) == len(classes) and all(_knows_no_user(guards, found) for found in own.values()):
        guards.note("required", Scope(cls.module), cls.at, classes[0].name)
        guards.run.roles.append((cls.module.path, cls.at, frozenset(), False))
        return
    for ref, found in own.items():
        if _insists(guards, found):
            guards.note("required", Scope(cls.module), cls.at, ref.name)
            guards.run.caller_seen = True


def _authenticate(guards: Any, ref: object) -> Definition | None:
    found = guards.names.class_member(ref, "authenticate") if isinstance(ref, Definition) and ref.kind == "class" else None
    return found if isinstance(found, Definition) and found.kind == "function" else None


def _knows_no_user(guards: Any, found: Definition) -> bool:
    """Does it refuse, and never give a row of a user?"""
    users = [_user(answer) for answer in _answers(guards, found) if answer is not None]
    scope = guards.names.scope(found)
    strangers = all(is_none(user) or last_name(user) == "AnonymousUser" or _made_here(guards, user, scope) for user in users)
    return strangers and _refuses(guards, found, DEPTH)


def _insists(guards: Any, found: Definition, depth: int = DEPTH) -> bool:
    """Does every way through it end in a user or in a refusal?"""
    body = guards.names.body(found.node)
    answers = _answers(guards, found)
    if not depth or django_middleware.ON in django_middleware.ends(body, {}) or not _refuses(guards, found, depth):
        return False
    unset = {
        target.id for s in statements(body) if isinstance(s, ir.Assign) and is_none(s.value) for target in s.targets if isinstance(target, ir.Name)
    }
    return None not in answers and bool(answers) and all(_gives(guards, found, answer, unset, depth) for answer in answers)


def _gives(guards: Any, found: Definition, answer: ir.Expr | None, unset: set[str], depth: int) -> bool:
    """`return user, token`, `return Other().authenticate(request)`, `return self.authenticate_credentials(token)`."""
    if isinstance(answer, ir.Seq):
        user = _user(answer)
        return not (is_none(user) or last_name(user) == "AnonymousUser" or (isinstance(user, ir.Name) and user.id in unset))
    if not isinstance(answer, ir.Call):
        return False
    inner = _called(guards, found, answer)
    return _insists(guards, inner, depth - 1) if inner is not None else last_name(answer) == "authenticate_credentials"


def _refuses(guards: Any, found: Definition, depth: int) -> bool:
    """Does it raise, or what it hands something on to?"""
    body = list(statements(guards.names.body(found.node)))
    if any(isinstance(s, ir.Raise) for s in body):
        return True
    calls = [part for s in body for head in heads(s) for part in every(head) if isinstance(part, ir.Call)] if depth > 1 else []
    return any(_refuses(guards, inner, depth - 1) for call in calls if (inner := _called(guards, found, call)) is not None and inner is not found)


def _called(guards: Any, found: Definition, call: ir.Call) -> Definition | None:
    """The function of the project that is called."""
    func, scope = call.func, guards.names.scope_of(found)
    ref = None
    if isinstance(func, ir.Attr) and isinstance(func.base, ir.Name) and func.base.id == "self" and found.owner is not None:
        ref = guards.names.class_member(found.owner, func.name)
    elif isinstance(func, ir.Attr):
        kind = guards.names.type_of(func.base, scope)
        ref = guards.names.class_member(kind, func.name) if isinstance(kind, Definition) and kind.kind == "class" else None
    else:
        ref = guards.names.resolve(func, scope)
    return ref if isinstance(ref, Definition) and ref.kind == "function" else None


def _answers(guards: Any, found: Definition) -> list[ir.Expr | None]:
    return [s.value for s in statements(guards.names.body(found.node)) if isinstance(s, ir.Return)]


def _user(answer: ir.Expr) -> ir.Expr:
    return answer.items[0] if isinstance(answer, ir.Seq) and answer.items else answer


def _made_here(guards: Any, user: ir.Expr, scope: Scope) -> bool:
    """`MachineUser()`: a class of the project that stands in for a user, with no row and no argument that says which."""
    ref = guards.names.resolve(user.func, scope) if isinstance(user, ir.Call) and not (user.args or user.kwargs) else None
    return isinstance(ref, Definition) and ref.kind == "class" and not guards.run.knowledge.is_model(ref)
