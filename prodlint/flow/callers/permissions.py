"""DRF's permission classes: which of them a view asks, and what their answers hold.

Knows: `permission_classes`, `get_permissions`, instances with arguments, `&` and `|`. Sources: djangorestframework 3.16 permissions.py and views.py.
Does not know: dictionaries of permissions by the action (`by_action.py`), levels of authentication (`guards.py`), when the framework asks
(`bases.py`).

A permission is a value: a class, an instance, or a value whose `ref` is "&", "|" or "~" and whose items are the sides (`combined`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from prodlint import ir
from prodlint import regex as re
from prodlint.flow.callers import by_action
from prodlint.flow.callers.requests import CALLER_ATTRIBUTES
from prodlint.flow.frames import ON, REFUSES, Frame
from prodlint.flow.knowledge import OR, last_name, snake
from prodlint.flow.lookups import queries
from prodlint.flow.proofs import refusals, ways
from prodlint.flow.values import ADMIN, EMPTY, FALSE, OPEN, PRESENCE, REQUEST, ROLE, TRUE, Link, Tie, Value, flipped, holds_answers, in_doubt, weaker
from prodlint.names import Definition, Names, statements
from prodlint.routing.walking import expressions, inside

KNOWN = {
    "rest_framework.permissions.IsAdminUser": frozenset({ROLE, ADMIN}),
    "rest_framework.permissions.IsAuthenticated": frozenset({PRESENCE}),
    "rest_framework.permissions.IsAuthenticatedOrReadOnly": frozenset({PRESENCE}),
}
KNOWN |= {name.replace("rest_framework", "ninja_extra"): marks for name, marks in KNOWN.items()}  # django-ninja-extra 0.30 has the same
# those who run the whole app, by the name of a permission
_RULES = re.compile(
    r"(?:(?:is|for|only|has|allow|require[sd]?|django|site|system|global|super)_)*(?:super_?(?:user|admin)|admin(?:istrator)?|staff|root|sys_?admin)s?"
    r"(?:_(?:users?|members?|only|permissions?|required|access|roles?))*",
    re.I,
)
CLASSLIKE = re.compile(r"[A-Z][a-z]")
FRAMEWORKS = ("rest_framework.", "ninja_extra.permissions.")
SAID = frozenset({"query_params", "data", "GET", "POST"})  # what a client puts into a request, and who it is says nothing
BROUGHT = frozenset({"headers", "META", "COOKIES", "auth", "user", "session"})
PARENT = Value()  # what a field of GraphQL stands under: its permissions are handed (parent, info) and no request (strawberry 0.285 permission.py)
READS = frozenset({"GET", "HEAD", "OPTIONS"})
# of DRF: asks those who change something for what Django makes for each table, and who reads for nothing (permissions.py, `perms_map`)
OF_TABLES = ("rest_framework.permissions.DjangoModelPermissions", "rest_framework.permissions.DjangoModelPermissionsOrAnonReadOnly")
# classes of other packages that views inherit their permissions from, by name
PROTECTS = re.compile(r"(?:Protect|Permission|Auth|Login|Secur|Restrict|Access|Organi[sz]ation|Tenant|Owner|Private)\w*$")

STANDARD = "rest_framework.settings.api_settings.DEFAULT_PERMISSION_CLASSES"


def combined(op: str, left: Value, right: Value) -> Value | None:
    """`A | B` and `A & B` over classes; None where these are not classes."""
    if op in ("&", "|") and (_is_class(left) or _is_class(right)):
        return Value(ref=op, items=(left, right))
    return None


def of_table(names: Names, ref: Definition | str | None) -> bool:
    """Is this a permission for all rows of a table, which staff give to whom they trust? One that says by itself what each method asks may ask for
    nothing."""
    if isinstance(ref, Definition) and ref.kind == "class" and isinstance(names.class_member(ref, "perms_map"), Definition):
        return False
    asked = names.class_member(ref, "has_permission") if isinstance(ref, Definition) and ref.kind == "class" else ref
    return isinstance(asked, str) and asked.removesuffix(".has_permission") in OF_TABLES


def unread(names: Names, cls: Definition) -> bool:
    """Does a view inherit its permissions from a package that nobody reads? A mixin that asks for a login looks at no row."""
    above = (a for a in names.mro(cls) if isinstance(a, str) and not a.startswith(("rest_framework.", "django.")))
    return any(PROTECTS.search(a) and "Login" not in a for a in above)


def refused(value: Value) -> Value | None:
    """`~IsGuest`; None where this is no class."""
    return Value(ref="~", items=(value,)) if _is_class(value) else None


def _is_class(value: Value) -> bool:
    if value.ref in ("&", "|", "~"):
        return value.items is not None
    if _made(value) and value.kind is None and CLASSLIKE.match(value.ref.name):  # type: ignore[union-attr]
        return True  # `CanEdit | CanView`, which a function makes
    named = isinstance(value.ref, str) and value.ref.rpartition(".")[2][:1].isupper() and "ermission" in value.ref
    return not value.origins and (named or (isinstance(value.ref, Definition) and value.ref.kind == "class" and not value.fields))


def listed(run: Any, me: Value, frame: Frame) -> tuple[list[Value] | None, bool]:
    """The permissions of a view and whether these are all: None where the view names none and the settings decide."""
    cls = me.kind
    assert isinstance(cls, Definition)
    own = run.names.class_member(cls, "get_permissions")
    if isinstance(own, Definition) and own.kind == "function":
        kept = by_action.asks(run, me, own, frame)
        if kept is not None:
            return kept
        given = run.call_function(own, [me], {}, frame, ir.Name("get_permissions", own.at))
        if given.items is not None:
            return list(given.items), True
        named = _mentioned(run, own)
        if "get_permissions" in own.node.calls:  # type: ignore[attr-defined]  # `permissions = super().get_permissions()`, and something more
            above, _ = classes(run, me, frame)
            named = [*(of_settings(run) if above is None else above), *named]
        return named, False
    return classes(run, me, frame)


def of_settings(run: Any) -> list[Value]:
    """What every view asks that names no permissions itself: DEFAULT_PERMISSION_CLASSES."""
    refs = [run.settings.resolve(dotted) for dotted in run.settings.permissions] if run.settings is not None else []
    return [Value(ref=ref) for ref in refs if isinstance(ref, (str, Definition))]


def classes(run: Any, me: Value, frame: Frame) -> tuple[list[Value] | None, bool]:
    """What `permission_classes` lists: set on the view, else on its class."""
    from prodlint.flow.frameworks.bases import attribute

    set_here = (me.fields or {}).get("permission_classes")
    if set_here is not None and set_here.items is not None:
        return list(set_here.items), True
    for decorator in (
        getattr(me.kind.node, "decorators", ()) if isinstance(me.kind, Definition) else ()
    ):  # `@permission_classes([IsEditor])` over a class sets the same attribute
        if isinstance(decorator, ir.Call) and last_name(decorator) == "permission_classes" and decorator.args:
            given = run.eval(decorator.args[0], Frame(run.names.scope_of(me.kind), {}, frame.depth + 1))
            return (list(given.items), True) if given.items is not None else ([], False)
    found = run.names.class_member(me.kind, "permission_classes")
    if not isinstance(found, Definition):
        return None, True
    if found.kind == "function":  # a property
        value = run.call_function(found, [me], {}, frame, ir.Name("permission_classes", found.at))
        return (list(value.items), True) if value.items is not None else (_mentioned(run, found), False)
    value = attribute(run, me, "permission_classes", frame)
    if value.items is not None:
        return list(value.items), True
    return _expressions(run, found), False


def _mentioned(run: Any, function: Definition) -> list[Value]:
    """Every class that a `get_permissions` names where what it returns could not be told."""
    scope = run.names.scope(function)
    refs = [
        run.names.resolve(part, scope)
        for part in expressions(tuple(statements(run.names.body(function.node))))
        if isinstance(part, (ir.Name, ir.Attr))
    ]
    return [Value(ref=ref) for ref in dict.fromkeys(ref for ref in refs if _is_permission(ref))]


def _expressions(run: Any, found: Definition) -> list[Value]:
    scope = run.names.class_scope(found.owner) if found.owner is not None else run.names.scope_of(found)
    refs = [run.names.resolve(part, scope) for part in inside(getattr(found.node, "value", None)) if isinstance(part, (ir.Name, ir.Attr))]
    return [Value(ref=ref) for ref in dict.fromkeys(ref for ref in refs if _is_permission(ref))]


def _is_permission(ref: object) -> bool:
    """A class: of the project, or of a package by the way its name is written (`permissions` of `permissions.AllowAny` is a module)."""
    if isinstance(ref, str):
        return ref.rpartition(".")[2][:1].isupper() and not ref.startswith("builtins.")
    return isinstance(ref, Definition) and ref.kind == "class"


def resolved(run: Any, term: Value) -> Value:
    """A name in a module that stands for a combination: `IsMember = IsOwner | IsAdmin`."""
    ref = term.ref
    if unreadable(run.names, term):
        return EMPTY
    if isinstance(ref, Definition) and ref.kind == "value" and isinstance(ref.node, ir.Assign) and ref.node.value is not None:
        return run.eval(ref.node.value, Frame(run.names.scope_of(ref), {}, 2))
    return term


def refs(run: Any, term: Value, depth: int = 4) -> Iterator[Definition | str]:
    """The classes of a permission."""
    term = resolved(run, term)
    if term.ref == "~":
        return  # whom it lets in is who does not have what it names
    if term.ref in ("&", "|") and term.items is not None:
        for item in term.items if depth else ():
            yield from refs(run, item, depth - 1)
        return
    what = _class_of(term)
    if what is not None:
        yield what


def _class_of(term: Value) -> Definition | str | None:
    """The class of a permission, named or instantiated."""
    if isinstance(term.kind, Definition):
        return term.kind
    if isinstance(term.ref, str) and term.ref.endswith("()"):
        return term.ref.removesuffix("()")
    return term.ref if isinstance(term.ref, (Definition, str)) else term.kind if isinstance(term.kind, str) else None


def unreadable(names: Names, term: Value) -> bool:
    """Does a function make it, `CanEdit = permission_for("edit")`, of a package, or in whose class stands what the function was told?"""
    what = _class_of(term)
    call = what.node.value if isinstance(what, Definition) and what.kind == "value" and isinstance(what.node, ir.Assign) else None
    maker = names.resolve(call.func, names.scope_of(what)) if isinstance(call, ir.Call) and isinstance(what, Definition) else None
    if isinstance(maker, Definition):
        return maker.kind == "function" and any(isinstance(statement, ir.Class) for statement in names.body(maker.node))
    return isinstance(maker, str) and not maker.startswith("builtins.")


def called(value: Value, expr: ir.Call, frame: Frame) -> bool:
    """`(IsOwner | IsEditor)()`, and what stands for a permission where a view lists its own: they are as they were."""
    if value.ref in ("&", "|", "~"):
        return value.items is not None and isinstance(expr.func, ir.Bin)
    here = frame.scope.function is not None and frame.scope.function.name in ("get_permissions", "permission_classes")
    return here and _made(value)


def _made(value: Value) -> bool:
    ref = value.ref
    made = isinstance(ref, Definition) and ref.kind == "value" and isinstance(ref.node, ir.Assign) and isinstance(ref.node.value, ir.Call)
    return made and not value.origins


def ask(run: Any, term: Value, name: str, args: list[Value], frame: Frame, expr: ir.Expr, depth: int = 4) -> Value:
    """What a permission answers to `has_permission` or `has_object_permission`."""
    term = resolved(run, term)
    if term.ref == "~" and term.items is not None and depth:
        answer = ask(run, term.items[0], name, args, frame, expr, depth - 1)
        return FALSE if answer.truth is True else Value(flipped(answer.outcomes))
    if term.ref in ("&", "|") and term.items is not None and depth:
        if term.ref == "&":  # the framework asks the second only where the first says yes
            both = [ask(run, item, name, args, frame, expr, depth - 1) for item in term.items]
            return FALSE if any(one.truth is False for one in both) else Value(frozenset().union(*(one.origins for one in both)))
        return either(*(_side(run, item, name, args, frame, expr, depth - 1) for item in term.items))
    cls = _class_of(term)
    if not isinstance(cls, Definition):
        if isinstance(cls, str) and name == "has_object_permission":
            return elsewhere(f"{cls}.{name}", args)
        return _known(run, cls)
    found = run.names.class_member(cls, name)
    if not isinstance(found, Definition) or found.kind != "function":
        return elsewhere(found, args) if isinstance(found, str) and name == "has_object_permission" else EMPTY
    me = term if term.fields is not None else run.construct(cls, [], {}, frame, expr)
    before = len(run.selections)
    handed = args if args[:1] == [PARENT] else [Value(frozenset({REQUEST})), *args]
    answer = as_truth(run, found, run.call_function(found, [me, *handed], {}, frame, expr))
    if answer.truth is True and not answer.outcomes:
        return TRUE  # on every way
    if not answer.has(OPEN) and _asks(run, found):
        told = {target for o in answer.outcomes if not ways.only_there(o) for target in o.targets}
        asked = args[-1].selections if name == "has_object_permission" else [s for s in run.selections[before:] if queries.client_terms(s)]
        answer = answer.plus(Tie(target, weak=True) for target in asked if target not in told)  # what it weighs could not be told
    return Value(frozenset(map(weaker, answer.origins))) if answer.has(OPEN) else answer


def _side(run: Any, term: Value, name: str, args: list[Value], frame: Frame, expr: ir.Expr, depth: int) -> Value:
    """One side of an "or": for an object the framework asks it both questions (rest_framework.permissions.OR)."""
    answer = ask(run, term, name, args, frame, expr, depth)
    if name != "has_object_permission":
        return answer
    before = ask(run, term, "has_permission", args[:-1], frame, ir.Name("has_permission", ir.start_of(expr)), depth)
    return answer if before.truth is True else FALSE if before.truth is False else Value(answer.origins | before.origins)


def _known(run: Any, cls: object) -> Value:
    """What a class of the framework's own answers, or one of a package that is for admins by its name."""
    if isinstance(cls, str) and not cls.startswith(FRAMEWORKS) and _rule_everything(snake(cls.rpartition(".")[2])):
        return Value(frozenset({ROLE, ADMIN}))
    name = cls.rpartition(".")[2] if isinstance(cls, str) and cls.startswith(FRAMEWORKS) else ""
    if name == "AllowAny" or (name == "IsAuthenticatedOrReadOnly" and run.method in READS):
        return TRUE
    return Value(KNOWN.get(cls, frozenset())) if isinstance(cls, str) else EMPTY


def _rule_everything(words: str) -> bool:
    """Does a name in snake case speak of those who run the whole app, and of nothing else? `is_team_admin` may be anybody within a team of theirs."""
    return all(_RULES.fullmatch(part) for part in OR.split(words))


def as_truth(run: Any, function: Definition, answer: Value) -> Value:
    """What a function says that is asked for yes or no: a response by which it means no is as true as its yes, and so is a pair of no and why."""
    if not answer.outcomes or holds_answers(answer):  # `return (one.owner == user for one in [order])`
        return in_doubt(answer)
    said = [statement.value for statement in statements(run.names.body(function.node)) if isinstance(statement, ir.Return)]  # type: ignore[arg-type]
    given = [value for value in said if value is not None and not (isinstance(value, ir.Const) and not value.value)]
    responses = [value for value in given if refusals.is_response(value)]
    pairs = given and all(isinstance(value, ir.Seq) and value.items for value in given)
    return in_doubt(answer) if pairs or 0 < len(responses) < len(given) else answer


def elsewhere(found: str, args: list[Value]) -> Value:
    """An object permission that a package asks: Django's permissions for the object, or something that cannot be read."""
    if found.startswith(("rest_framework.permissions.DjangoObjectPermissions", "rules.contrib.rest_framework.")):
        return Value(frozenset(Tie(target) for target in args[-1].selections))
    if found.startswith((*FRAMEWORKS, "builtins.", "abc.", "typing.")):
        return EMPTY
    return Value(frozenset(Tie(target, weak=True) for target in args[-1].selections))


def either(left: Value, right: Value) -> Value:
    """An "or": what both sides hold, or one side where the other lets nobody but a role pass."""
    if left.truth is True or right.truth is True:  # `IsAdminUser | AllowAny`
        return TRUE
    if left.truth is False or right.truth is False:  # `IsReading | IsEditor` where something is changed
        return right if left.truth is False else left
    marks = frozenset({ROLE, ADMIN, PRESENCE})
    asked = {PRESENCE} if all(side.has(PRESENCE) or side.has(ROLE) for side in (left, right)) else set()  # who has a role is known
    ties = left.outcomes & right.outcomes
    if left.has(ROLE):
        ties |= right.outcomes
    if right.has(ROLE):
        ties |= left.outcomes
    return Value(ties | (left.origins & right.origins & marks) | asked)


def guard(run: Any, term: Value, name: str, args: list[Value], certain: bool, frame: Frame, expr: ir.Expr) -> Value:
    """Asks a permission; what it holds is bound, for the framework refuses where it says no. Gives its answer."""

    answer = ask(run, term, name, args, frame, expr)
    origins = answer.origins if certain else frozenset(weaker(o) for o in answer.origins if not isinstance(o, Link))
    before = len(run.evidence)
    run.guarded(Value(origins), frame, ON, REFUSES, ir.start_of(expr), admin=True)
    if answer.has(OPEN):
        del run.evidence[before:]  # on one way it refuses nobody
    return answer


def what_it_asks(run: Any, function: Definition) -> str:
    """The level of a permission of the project that says nothing by its name: it may look at no more than what every client says."""
    if _asks(run, function):
        return "required"
    parts = list(expressions(tuple(statements(run.names.body(function.node)))))
    return "unknown" if any(isinstance(part, ir.Attr) and part.name in BROUGHT for part in parts) or not _only_said(parts) else "none"


def refuses_first(names: Names, cls: Definition) -> bool:
    """Does a permission say no before it says yes, as one does that looks for a token, then whether it is right, and then lets who brought it in?"""
    own = names.class_member(cls, "has_permission")
    body = names.body(own.node) if isinstance(own, Definition) and isinstance(own.node, ir.Function) else ()
    said = [statement.value for statement in statements(body) if isinstance(statement, ir.Return)]
    return any(isinstance(value, ir.Const) and value.value is False for value in said[:1])


def _only_said(parts: list[ir.Expr]) -> bool:
    """Does it read what a client puts into a query or body, and is no function called that nobody knows?"""
    said = any(isinstance(part, ir.Attr) and part.name in SAID for part in parts)
    called = [part.func for part in parts if isinstance(part, ir.Call)]
    return said and all(isinstance(func, ir.Attr) and func.name in ("get", "getlist", "lower", "upper") for func in called)


def unasked(run: Any, cls: Definition) -> Definition | None:
    """A method of a view that stands in the place of the framework's, which would have asked the permissions, and does not go on to it."""
    for name in ("initial", "check_permissions"):
        own = run.names.class_member(cls, name)
        if isinstance(own, Definition) and own.kind == "function" and {"initial", "check_permissions", "get_permissions"}.isdisjoint(own.node.calls):  # type: ignore[attr-defined]
            return own
    return None


def goes_on(run: Any, me: Value) -> bool:
    """A `permission_denied` of the view's own that raises nothing: who was refused goes on."""
    own = run.names.class_member(me.kind, "permission_denied") if isinstance(me.kind, Definition) else None
    if not isinstance(own, Definition) or own.kind != "function" or "permission_denied" in own.node.calls:  # type: ignore[attr-defined]
        return False
    return not any(isinstance(statement, ir.Raise) for statement in statements(run.names.body(own.node)))


def _asks(run: Any, function: Definition) -> bool:
    """Does a permission of the project look at who is asking?"""
    for part in expressions(tuple(statements(run.names.body(function.node)))):
        given = part.args if isinstance(part, ir.Call) else ()
        if (isinstance(part, ir.Attr) and part.name in CALLER_ATTRIBUTES) or any(isinstance(a, ir.Name) and a.id == "request" for a in given):
            return True
    return False
