"""Guards that packages bring: what they ask, beyond a login.

Knows: django-guardian and django-rules (a permission on the very object), `user_passes_test`, authentication of django-ninja,
extensions of fields of strawberry, decorators that another one makes. Sources: django-guardian 3.0, rules 3.5, django 5.2 contrib.auth, django-ninja
1.4 security, strawberry-graphql-django 0.67 permissions.py. Does not know: which of them stand before a handler
(`guards.py`), authentication of DRF (`authenticators.py`).
"""

from __future__ import annotations

from typing import Any

from prodlint import ir
from prodlint import regex as re
from prodlint.flow.callers import predicates
from prodlint.flow.frames import ON, REFUSES, is_stub
from prodlint.flow.frameworks import bases
from prodlint.flow.knowledge import ADMIN_WORDS, LOGIN_STRICT, ROLE_WORDS, last_name, snake
from prodlint.flow.proofs import ways
from prodlint.flow.values import ADMIN, CALLER, PRESENCE, REQUEST, ROLE, Client, Value
from prodlint.names import Definition, Scope, statements
from prodlint.routing.walking import expressions, inside

CLIENTS = "ClientProtected"  # django-oauth-toolkit 3 views/mixins.py: lets in a program by its own secret, and knows no user
PERMISSIONS = ("django.contrib.auth.decorators.permission_required", "django.contrib.auth.mixins.PermissionRequiredMixin")
ASKS_IN_VIEWS = re.compile(r"\.\w*Permission\w*Mixin$")  # of packages that nobody reads
READ = ("django.", "rest_framework.", "guardian.", "rules.", "oauth2_provider.")
_DENIES = re.compile(r"Permission|Denied|Forbidden|Unauthori[sz]ed|NotAuth|GraphQLError")
FIELD_PERMS = "strawberry_django.permissions.Has"
OF_TABLES = re.compile(r"^(?:add|change|delete|view)_")  # what Django makes for each model (contrib.auth.management.create_permissions)
# what asks for a token that programs are given, and no user
PROGRAMS = re.compile(r"(?:^|_)(?:api|client|service|machine|device)_?(?:key|token|secret)s?(?:_|$)")


def for_strangers(guards: Any, test: ir.Expr, scope: Scope) -> bool:
    """`user_passes_test(lambda user: user.is_anonymous)`, a page for who has no account yet: does it turn nobody away who is not known?"""
    value = guards.run.eval(test, guards.at(scope))
    if not isinstance(value.closure, tuple):
        return False
    answer = guards.run.call_lambda(value.closure, [Value(frozenset({CALLER}))])
    return answer.truth is True or (answer.has(PRESENCE) and not answer.has(ROLE) and not ways.known(value.closure[0].body))


def permission(guards: Any, given: Value, path: str, at: int) -> None:
    """`@permission_required("users.manage_others")`: a permission that the app made up is a role of it, and none of those that come with a table."""
    words = [word.const or "" for word in given.items or (given,)]
    if words and all("." in word and not OF_TABLES.match(word.rpartition(".")[2]) for word in words):
        guards.run.roles.append((path, at, frozenset(), False))


def permission_of_view(guards: Any, cls: Definition) -> None:
    if guards.run.me is not None:
        permission(guards, bases.attribute(guards.run, guards.run.me, "permission_required", guards.run.view_frame), cls.module.path, cls.at)


def user_test(guards: Any, test: ir.Expr, scope: Scope) -> None:
    """`@user_passes_test(lambda user: user.is_staff)`: who does not pass is refused."""

    value, caller = guards.run.eval(test, guards.at(scope)), Value(frozenset({CALLER}), guards.run.knowledge.user_model)
    if isinstance(value.closure, tuple):
        answer = guards.run.call_lambda(value.closure, [caller])
    elif isinstance(value.ref, Definition) and value.ref.kind == "function":
        answer = guards.run.call_function(value.ref, [caller], {}, guards.at(scope), test)
    else:
        return
    guards.run.guarded(Value(answer.origins), guards.at(scope), ON, REFUSES, ir.start_of(test), admin=True)


def called(guards: Any, mixin: str) -> str:
    """What a mixin is called: not like Django's, whose permissions staff give for whole tables, where the project says what they ask."""
    name = mixin.rpartition(".")[2]
    return f"{name} of rules" if mixin in predicates.MIXINS and predicates.added(guards.run) else name


_SIGNED_IN = ("is_authenticated", "is_active")
# a mixin that may ask for more than a login, or stands beneath all views; lists that can be searched and pages in a dialog ask for nothing
_ASKS = re.compile(r"(?!.*Login)(?:.*(?:Perm|Access|Auth|Guard|Required|Rights?|Base))")


def asks_for_permission(guards: Any, cls: Definition) -> bool:
    """`permission_required = "shop.change_project"` on a view with a mixin of a package that nobody reads: what asks for it stands there. Without
    one, nothing asks for it."""
    named = guards.names.class_member(cls, "permission_required")
    given = named.node.value if isinstance(named, Definition) and isinstance(named.node, ir.Assign) else None
    if not (isinstance(given, ir.Seq) and given.items) and not (isinstance(given, ir.Const) and given.value):
        return False
    mixins = [a for a in guards.names.mro(cls) if isinstance(a, str) and a.endswith("Mixin") and not a.startswith(READ)]
    asking = [mixin for mixin in mixins if _ASKS.match(mixin.rpartition(".")[2])]
    return bool(asking) and not any(a in PERMISSIONS or a in predicates.MIXINS for a in guards.names.mro(cls))


def object_guard(guards: Any, cls: Definition) -> None:
    """A mixin of a package that asks for a permission on what `get_permission_object`, else `get_object`, gives."""
    me, view = guards.run.me, guards.run.view_frame
    if me is None or not any(isinstance(a, str) and a in guards.run.knowledge.object_guards for a in guards.names.mro(cls)):
        return
    place = ir.Name("get_permission_object", cls.at)
    found = bases.call_own(guards.run, me, "get_permission_object", [], view, place)
    if found is None and bases.is_detail(guards.run, cls):
        found = bases.call_own(guards.run, me, "get_object", [], view, place) or bases.get_object(guards.run, me, view, place)
    given = bases.attribute(guards.run, me, "permission_required", view)
    if predicates.of_view(guards, cls, [word.const for word in given.items or (given,)], found):
        return
    if predicates.added(guards.run):  # one that nobody added here is Django's own: superusers have it, and whom staff gave it to
        permission(guards, given, cls.module.path, cls.at)
    for selection in found.selections if found is not None else ():
        guards.run.bind(selection, frozenset(guards.run.branch), False, cls.module.path, cls.at)


def replaced(guards: Any, ref: Definition, expr: ir.Expr, scope: Scope) -> bool:
    """A decorator that says nothing itself, for another one of the project makes it of its tests: `@runs_before(is_known, may_edit)` over
    `def editor_required(): "Lets in editors."`. What these ask, of caller or object, is not followed."""
    node = ref.node
    if not isinstance(node, ir.Function) or not node.decorators or not is_stub(guards.names.body(node)):
        return False
    made = [guards.names.resolve(d.func if isinstance(d, ir.Call) else d, guards.names.scope_of(ref)) for d in node.decorators]
    if not any(isinstance(each, Definition) for each in made):
        return False
    guards.run.requirements += 1
    guards.note("unknown", scope, ir.start_of(expr), f"@{ref.name} is made by another decorator")
    return True


def of_field(guards: Any, ref: object, name: str) -> str | None:
    """The level of what a package puts before a field of strawberry, or of an extension of the project's; "" where it asks nothing of anybody, None
    for a permission of the project's, which is asked."""
    if not isinstance(ref, Definition) or ref.kind != "class":
        known = guards.run.knowledge.guards.get(ref) if isinstance(ref, str) else None
        words = snake(name)
        asks = LOGIN_STRICT.search(words) or "authenticated" in name.lower() or ADMIN_WORDS.search(words)
        guards.run.requirements += isinstance(ref, str) and ref.startswith(FIELD_PERMS)  # for the row, or for all of its table
        return known or ("required" if asks else "unknown")
    if isinstance(guards.names.class_member(ref, "has_permission"), Definition):
        return None
    own = [m for each in ("resolve", "resolve_async") if isinstance(m := guards.names.class_member(ref, each), Definition) and m.kind == "function"]
    if not any(_turns_away(guards.names.body(each.node)) for each in own):
        return ""
    guards.run.requirements += 1  # it stands around the field and may refuse
    return "unknown"


def _turns_away(body: tuple[ir.Stmt, ...]) -> bool:
    """`if not may(info, kwargs): raise PermissionDenied()`: what looks at who asks, and what it raises says why."""
    for statement in statements(body):
        looks = isinstance(statement, ir.If) and any(isinstance(part, ir.Name) and part.id == "info" for part in inside(statement.test))
        raised = [s.exc for s in statement.body if isinstance(s, ir.Raise) and s.exc is not None] if looks else []  # type: ignore[union-attr]
        if any(_DENIES.search(last_name(exc)) for exc in raised):
            return True
    return False


def ninja_auth(guards: Any, given: ir.Expr, scope: Scope) -> None:
    """`auth=ApiKey(scopes={"stock"})`, `auth=[session, Token()]`: any of several lets in, so only what all of them ask for is asked."""
    guards.run.caller_seen = True
    each = _each_auth(guards, given, scope)
    if any(_asks_nobody(guards, item, where) for item, where in each):
        guards.note("optional", scope, ir.start_of(given), "auth")
        return
    asked = [ninja_role(guards, item, where) for item, where in each]
    guards.note("admin" if asked and all("admin" in marks for marks in asked) else "required", scope, ir.start_of(given), "auth")
    if asked and all(asked):
        guards.run.roles.append((scope.module.path, ir.start_of(given), frozenset(), False))
    if len(each) == 1:
        _held_by_answer(guards, *each[0])


def _held_by_answer(guards: Any, item: ir.Expr, scope: Scope) -> None:
    """`auth=member_of("order_id")`, a function that is handed the request, alone before a handler: whoever it says no to is turned away, so what its
    yes holds against the caller is held."""
    value, request, frame = guards.run.eval(item, guards.at(scope)), Value(frozenset({REQUEST})), guards.at(scope)
    if _lets_in_by_login(guards, value) or _never_awaited(guards, value):
        return
    if isinstance(value.closure, tuple):
        answer = guards.run.call_lambda(value.closure, [request])
    elif isinstance(value.ref, Definition) and value.ref.kind == "function":
        answer = guards.run.call_function(value.ref, [request], {}, frame, item, value.closure)
    else:
        return
    guards.run.guarded(Value(answer.origins), frame, ON, REFUSES, ir.start_of(item), admin=True)


def _lets_in_by_login(guards: Any, value: Value) -> bool:
    """Is a login enough on one of its ways: `owns(request) or request.user.is_authenticated`?"""
    if isinstance(value.closure, tuple):
        answers = [value.closure[0].body]
    elif isinstance(value.ref, Definition) and value.ref.kind == "function":
        answers = [s.value for s in statements(guards.names.body(value.ref.node)) if isinstance(s, ir.Return) and s.value is not None]
    else:
        return False
    for answer in answers:  # a bare `return request.user` gives who asks behind the check that stands before it
        parts = answer.values if isinstance(answer, ir.Bool) and answer.op == "or" else (answer,)
        enough = _SIGNED_IN if len(parts) < 2 else (*_SIGNED_IN, "user", "auth")
        if any(isinstance(part, ir.Attr) and part.name in enough for part in parts):
            return True
    return False


def _never_awaited(guards: Any, value: Value) -> bool:
    """A coroutine is true, whatever it would say: a handler that is none waits for no answer of one."""
    handler = guards.endpoint.handler
    asks = value.ref.node if isinstance(value.ref, Definition) else None
    return isinstance(asks, ir.Function) and asks.is_async and not (handler is not None and handler.node.is_async)


def _asks_nobody(guards: Any, item: ir.Expr, scope: Scope) -> bool:
    """Does an authentication of the project's own make a stranger of whoever brings nothing, and look at a token that somebody brings?"""
    ref = guards.names.resolve(item.func if isinstance(item, ir.Call) else item, scope)
    own = guards.names.class_member(ref, "__call__") if isinstance(ref, Definition) and ref.kind == "class" else None
    if not isinstance(own, Definition) or not isinstance(own.node, ir.Function):
        return False
    return {"AnonymousUser", "authenticate"} <= set(own.node.calls)


def _each_auth(guards: Any, given: ir.Expr, scope: Scope, depth: int = 3) -> list[tuple[ir.Expr, Scope]]:
    """The authentications in a list, also where a name or a function of the project stands for it."""
    if isinstance(given, ir.Seq):
        return [(item, scope) for item in given.items]
    told = not depth or ADMIN_WORDS.search(snake(last_name(given)))  # `auth=staff_only`
    ref = None if told else guards.names.resolve(given.func if isinstance(given, ir.Call) else given, scope)
    if isinstance(ref, Definition) and isinstance(given, ir.Call) and ref.kind == "function":
        made = [s.value for s in statements(guards.names.body(ref.node)) if isinstance(s, ir.Return)]
        if len(made) == 1 and isinstance(made[0], ir.Seq):
            return _each_auth(guards, made[0], guards.names.scope(ref), depth - 1)
    elif isinstance(ref, Definition) and ref.kind == "value" and isinstance(ref.node, ir.Assign) and isinstance(ref.node.value, (ir.Seq, ir.Call)):
        listed = _each_auth(guards, ref.node.value, guards.names.scope_of(ref), depth - 1)
        return listed if len(listed) > 1 or listed[0][0] is not ref.node.value else [(given, scope)]
    return [(given, scope)]


def ninja_role(guards: Any, item: ir.Expr, scope: Scope) -> set[str]:
    """Does this authentication ask for more than a login: by its arguments, its name, or every way through its own `authenticate`?"""
    name = snake(last_name(item))
    if ADMIN_WORDS.search(name):
        return {"role", "admin"}
    if isinstance(item, ir.Call):
        for keyword in item.kwargs:
            off = isinstance(keyword.value, (ir.Const, ir.Seq)) and not (
                keyword.value.value if isinstance(keyword.value, ir.Const) else keyword.value.items
            )
            if keyword.name and ROLE_WORDS.search(keyword.name) and not off:
                return {"role"}
    ref = guards.names.resolve(item.func if isinstance(item, ir.Call) else item, scope)
    if isinstance(ref, Definition) and ref.kind == "class":
        ref = guards.names.class_member(ref, "authenticate")
    if not isinstance(ref, Definition) or ref.kind != "function":
        return set()
    if _for_machines(guards, ref):
        return {"role"}
    roles, logins = len(guards.run.roles), len(guards.run.login)
    given = [Value(frozenset({REQUEST})), Value(frozenset({Client("token", "header")}))]
    me = [Value(fields={})] if ref.owner is not None and ref.owner.kind == "class" else []
    answer = guards.run.call_function(ref, [*me, *given], {}, guards.frame(ref), ir.Name(ref.name, ref.at))
    del guards.run.roles[roles:], guards.run.login[logins:]
    return {"role", *(("admin",) if answer.has(ADMIN) else ())} if answer.has(ROLE) else set()


def _for_machines(guards: Any, found: Definition) -> bool:
    """`request.user = AnonymousUser()` in what looks at a token: another program brings it, and no user."""
    put = [s for s in statements(guards.names.body(found.node)) if isinstance(s, ir.Assign) and any(last_name(t) == "user" for t in s.targets)]
    return bool(put) and all(isinstance(s.value, ir.Call) and last_name(s.value) == "AnonymousUser" for s in put)


def of_object(guards: Any, ref: object, expr: ir.Expr) -> str:
    """What a decorator is called beside its name that is told which object it asks about: that is no permission for a whole table."""
    told = ref in guards.run.knowledge.object_decorators and isinstance(expr, ir.Call) and len(expr.args) + len(expr.kwargs) > 1
    return " of an object" if told else ""


def object_decorator(guards: Any, expr: ir.Call, scope: Scope) -> None:
    """`(Order, "pk", "order_id")`, `fn=objectgetter(Order, "order_id")`: what the named arguments of the path select is held. Where the name of one
    is not known nobody can tell whether it is that which is asked."""
    for argument in (*expr.args[1:], *(keyword.value for keyword in expr.kwargs)):
        named = argument.items[2::2] if isinstance(argument, ir.Seq) else argument.args[1:2] if isinstance(argument, ir.Call) else ()
        names = [guards.run.eval(part, guards.at(scope)).const for part in named]
        for name in names:
            if name in guards.endpoint.params:
                guards.run.bind(Client(name, "path"), frozenset(), False, scope.module.path, expr.at)
        unread = None in names or ("<var>" in guards.endpoint.path and any(name not in guards.endpoint.params for name in names))
        guards.run.requirements += unread  # also where a function made the decorator and was told the name


def of_program(guards: Any, name: str, ref: object) -> bool:
    """`@api_token_required`: does a decorator ask for a token of a program, and hand on nobody whom it was given to? Which rows that program may
    reach nobody can tell."""
    if not PROGRAMS.search(snake(name)) or not isinstance(ref, Definition) or ref.kind != "function":
        return False
    for wrapper in guards.wrappers(ref):
        body = list(statements(guards.names.body(wrapper.node)))
        targets = [target for s in body if isinstance(s, ir.Assign) for target in s.targets]
        made = {target.id for target in targets if isinstance(target, ir.Name)}
        puts = any(isinstance(t, (ir.Attr, ir.Sub)) and not (isinstance(t.base, ir.Name) and t.base.id in made) for t in targets)
        views = {param.name for param in ref.node.params}  # type: ignore[attr-defined]
        calls = [part for part in expressions(tuple(body)) if isinstance(part, ir.Call) and isinstance(part.func, ir.Name) and part.func.id in views]
        if not puts and calls and not any(arg for call in calls for arg in call.args if not isinstance(arg, ir.Star)):
            return not any(keyword.name for call in calls for keyword in call.kwargs)
    return False
