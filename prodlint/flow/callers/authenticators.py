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
from prodlint.flow.callers import django_middleware
from prodlint.flow.knowledge import is_none, last_name
from prodlint.flow.lookups import staffs
from prodlint.flow.proofs import ways
from prodlint.flow.values import Value
from prodlint.names import Definition, Scope, statements

DEPTH = 3  # functions that an authenticator hands the request on to


def ask(guards: Any, me: Value) -> None:
    """Notes what the authentication classes of a view, else of the settings, ask."""
    from prodlint.flow.frameworks.bases import attribute

    given = attribute(guards.run, me, "authentication_classes", guards.run.view_frame)
    cls = me.kind
    assert isinstance(cls, Definition)
    if isinstance(guards.names.class_member(cls, "get_authenticators"), Definition) or (given.items is None and _set(guards, cls)):
        return  # nobody can tell which
    classes = (
        [item.ref for item in given.items] if given.items is not None else [guards.settings.resolve(name) for name in guards.settings.authentication]
    )
    guards.run.caller_model = staffs.caller(guards.names, guards.run.knowledge, classes)
    own = {ref: found for ref in classes if (found := _authenticate(guards, ref)) is not None}
    if own and len(own) == len(classes) and all(_knows_no_user(guards, found) for found in own.values()):
        guards.note("required", Scope(cls.module), cls.at, classes[0].name)
        guards.run.roles.append((cls.module.path, cls.at, frozenset(), False))
        return
    for ref, found in own.items():
        if any(last_name(_user(answer)) == "AnonymousUser" for answer in _answers(guards, found) if answer is not None):
            return  # the first that gives something is heard, and no other
        if _insists(guards, found):
            guards.note("required", Scope(cls.module), cls.at, ref.name)
            guards.run.caller_seen = True


def _set(guards: Any, cls: Definition) -> bool:
    """Does a class of the project say by itself which classes authenticate?"""
    return isinstance(guards.names.class_member(cls, "authentication_classes"), Definition)


def _authenticate(guards: Any, ref: object) -> Definition | None:
    found = guards.names.class_member(ref, "authenticate") if isinstance(ref, Definition) and ref.kind == "class" else None
    return found if isinstance(found, Definition) and found.kind == "function" else None


def _knows_no_user(guards: Any, found: Definition) -> bool:
    """Does it refuse, and never give a row of a user?"""
    users = [_user(answer) for answer in _answers(guards, found) if answer is not None]
    scope = guards.names.scope(found)
    strangers = all(is_none(user) or last_name(user) == "AnonymousUser" or _made_here(guards, user, scope) for user in users)
    return strangers and _refuses(guards, found, DEPTH) and not _passes_over(guards, found)


def _passes_over(guards: Any, found: Definition) -> bool:
    """`if not token: return None`: does it let pass who brings nothing?"""
    tests = [s for s in statements(guards.names.body(found.node)) if isinstance(s, ir.If) and s.body]  # type: ignore[arg-type]
    over = [s.test for s in tests if isinstance(last := s.body[-1], ir.Return) and (last.value is None or is_none(last.value))]
    return any(ways.absent(test, True) or (isinstance(test, ir.Cmp) and test.ops[0] == "not in") for test in over)


def _insists(guards: Any, found: Definition, depth: int = DEPTH) -> bool:
    """Does every way through it end in a user or in a refusal?"""
    body = guards.names.body(found.node)
    answers = _answers(guards, found)
    if not depth or django_middleware.ON in django_middleware.ends(body, {}) or not _refuses(guards, found, depth):
        return False
    return None not in answers and bool(answers) and all(_gives(guards, found, answer, depth) for answer in answers)


def _gives(guards: Any, found: Definition, answer: ir.Expr | None, depth: int) -> bool:
    """`return user, token`, `return Other().authenticate(request)`, `return self.authenticate_credentials(token)`."""
    if isinstance(answer, ir.Seq):
        return _somebody(guards, found, _user(answer), depth)
    if not isinstance(answer, ir.Call):
        return False
    inner = _called(guards, found, answer)
    return _insists(guards, inner, depth - 1) if inner is not None else last_name(answer) == "authenticate_credentials"


def _somebody(guards: Any, found: Definition, user: ir.Expr, depth: int) -> bool:
    """Is this surely a user? Not what may be None or AnonymousUser, what the request says already, and what is set on some ways only."""
    body = list(statements(guards.names.body(found.node)))
    if isinstance(user, ir.Name):
        asked = any(isinstance(s, ir.If) and any(isinstance(part, ir.Name) and part.id == user.id for part in every(s.test)) for s in body)
        sets = [s for s in body if isinstance(s, ir.Assign) and any(_names(target, user.id) for target in s.targets)]
        return bool(depth) and all(
            (asked and isinstance(s.value, ir.Call) and last_name(s.value) not in ("AnonymousUser", "getattr"))
            or (isinstance(s.targets[0], ir.Seq) and isinstance(s.value, ir.Call))
            or (isinstance(s.targets[0], ir.Name) and _somebody(guards, found, s.value, depth - 1))
            for s in sets
        )
    if isinstance(user, ir.Attr):
        return user.name != "user" or "request" not in last_name(user.base)  # `token.user`
    if not isinstance(user, ir.Call) or last_name(user) in ("AnonymousUser", "getattr", "first"):
        return False
    inner = _called(guards, found, user)
    return inner is None or (bool(depth) and _always_somebody(guards, inner, depth - 1))


def _always_somebody(guards: Any, inner: Definition, depth: int) -> bool:
    """A function of the project of which every way ends in a user, or in a refusal."""
    answers = _answers(guards, inner)
    if not answers or django_middleware.ON in django_middleware.ends(guards.names.body(inner.node), {}):
        return False
    return all(answer is not None and _somebody(guards, inner, answer, depth) for answer in answers)


def _names(target: ir.Expr, name: str) -> bool:
    return any(isinstance(part, ir.Name) and part.id == name for part in every(target))


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
