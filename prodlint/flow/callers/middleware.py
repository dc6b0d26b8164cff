"""What middlewares ask of who calls, before routing or around every handler.

Knows: the shapes of middlewares (Starlette and FastAPI classes and functions, ASGI, aiohttp, Sanic, Litestar), and that they go on by calling the
next one. Does not know: Django's (`django_middleware.py`), how they were registered (`routing/`), what their tests mean (`interpreter.py`).

A middleware is run once for each endpoint with the endpoint's path, so that those which let some paths pass ask only the others. Where it cannot
be told whether a path passes, the login is `unknown`.
"""

from __future__ import annotations

from typing import Any

from prodlint import ir
from prodlint import regex as re
from prodlint.flow.callers import path_patterns
from prodlint.flow.frames import Frame
from prodlint.flow.interpret.portions import within
from prodlint.flow.knowledge import last_name
from prodlint.flow.proofs import refusals
from prodlint.flow.values import EMPTY, REQUEST, Value
from prodlint.names import Definition, Scope, statements
from prodlint.routing.table import Before
from prodlint.routing.values import items, text

METHODS = ("dispatch", "authenticate_request", "__call__")

EACH, ALL, LEAST = 16, 4, 60  # of the steps of an endpoint, how much one middleware may take, all of them, and each however much the others took
NEXT = frozenset({"call_next", "handler", "get_response", "next_handler"})
# what refuses for other reasons than that it does not know who asks
OTHERS = re.compile(r"csrf|xsrf|cors(?![a-z])|rate_?limit|limiter|throttl|trusted_?host|gzip|maintenance|request_?(?:id|log|size)", re.I)
MAKERS = frozenset({"Middleware", "DefineMiddleware"})


def run(guards: Any, before: Before) -> None:
    """Runs one middleware for the endpoint of these guards, and notes whether it asks for a login."""
    before = made_of(guards.names, before)
    target = before.expr
    if isinstance(target, ir.Call) and guards.endpoint.framework == "litestar" and excluded(guards, target, before.scope):
        return
    made = target if isinstance(target, ir.Call) else None
    if made is not None and last_name(made) in MAKERS and made.args:
        target, made = made.args[0], replace_func(made)
    ref = guards.names.resolve(target.func if isinstance(target, ir.Call) else target, before.scope)
    if isinstance(ref, str):
        level = guards.run.knowledge.middleware.get(ref)
        if level is not None:
            guards.note(level, before.scope, ir.start_of(before.expr), ref.rpartition(".")[2])
        return
    found = entry(guards, ref, isinstance(target, ir.Call))
    if found is None:
        return
    function, me = found
    if me is not None:
        construct(guards, me, made, before.scope)
    logins, doubted = len(guards.run.login), guards.run.maybe_login
    args = ([me] if me is not None else []) + arguments(guards.run, function, me is not None)
    place = ir.Name(function.name, function.at)
    run_, began = guards.run, guards.run.steps
    left = max(min(run_.limit // EACH, run_.limit // ALL - run_.before), run_.limit // LEAST)
    ended = within(run_, left, lambda: run_.call_function(function, args, {}, guards.frame(function), place, answers=True))
    run_.before += run_.steps - began
    if run_.gone is not None:
        went_on(run_, function)
    if ended is not None:  # it may ask for a login yet
        guards.levels.append(("unknown", ended[0], ir.line_of(ended[1]), f"middleware {function.name} is too large to be followed further"))
    if OTHERS.search(function.owner.name if function.owner is not None else function.name):
        del guards.run.login[logins:]
        guards.run.maybe_login = doubted
        return
    words = f"middleware {ref.name if isinstance(ref, Definition) else last_name(target)}"
    if len(guards.run.login) > logins:
        guards.note("required", before.scope, ir.start_of(before.expr), words)
    elif guards.run.maybe_login > doubted:
        guards.note("unknown", before.scope, ir.start_of(before.expr), f"{words} asks on some paths")


def went_on(run_: Any, function: Definition) -> None:
    """It went on to the handler before it had asked all of this: what it asked then stops nothing, but may keep the answer back."""
    late = len(run_.login) > run_.gone_logins
    run_.maybe_login = min(run_.maybe_login, run_.gone_doubts)
    run_.came_late()
    body = statements(run_.names.body(function.node))
    run_.maybe_login += late and any(isinstance(each, ir.Return) and refusals.is_refusal(each.value) for each in body)


def made_of(names: Any, before: Before) -> Before:
    """What a name stands for that was made of a middleware: `Login = DefineMiddleware(_Login, exclude="schema")`, `login = web.middleware(ask)`."""
    ref = names.resolve(before.expr, before.scope) if isinstance(before.expr, (ir.Name, ir.Attr)) else None
    made = ref.node.value if isinstance(ref, Definition) and ref.kind == "value" and isinstance(ref.node, ir.Assign) else None
    if not isinstance(made, ir.Call) or last_name(made) not in (*MAKERS, "middleware") or not made.args:
        return before
    scope = names.scope_of(ref)
    return Before(before.kind, made if last_name(made) in MAKERS else made.args[0], scope)


def replace_func(made: ir.Call) -> ir.Call:
    """`Middleware(Auth, open=["/login"])` as `Auth(open=["/login"])`."""
    return ir.Call(made.args[0], made.args[1:], made.kwargs, made.at, made.end)


def construct(guards: Any, me: Value, made: ir.Call | None, scope: Scope) -> None:
    """Sets on the object what its constructor sets: the paths that it lets pass, as it was given them."""
    assert isinstance(me.kind, Definition)
    init = guards.names.class_member(me.kind, "__init__")
    if not isinstance(init, Definition) or init.kind != "function":
        return
    frame = Frame(scope, {}, 1)
    args, kwargs = guards.run.arguments(made, frame) if made is not None else ([], {})
    inner = [] if made is not None and made.args and last_name(made.args[0]) == "app" else [EMPTY]  # what comes after it is given first
    guards.run.call_function(init, [me, *inner, *args], kwargs, frame, ir.Name("__init__", init.at))


def login(guards: Any, before: Before) -> None:
    """A login of the framework that is hooked into the whole app, except for the paths that it was told to leave alone."""
    assert isinstance(before.expr, ir.Call)
    if not excluded(guards, before.expr, before.scope):
        guards.note("required", before.scope, ir.start_of(before.expr), last_name(before.expr))
        guards.run.caller_seen = True


def excluded(guards: Any, call: ir.Call, scope: Scope) -> bool:
    """Is the endpoint's path among `exclude=["^/login", "/schema"]`?"""
    given = next((keyword.value for keyword in call.kwargs if keyword.name == "exclude"), None)
    if isinstance(given, ir.Const):
        patterns = [given.value]
    else:
        patterns = [text(guards.names, item, where) for item, where in (items(guards.names, given, scope) or ())]
    return any(isinstance(p, str) and 0 < len(p) < 200 and matches(p, guards.endpoint.path) for p in patterns)


def matches(pattern: str, path: str) -> bool:
    """A pattern as the framework would search it; one that could take long is only compared as it is."""
    found = path_patterns.matches(pattern, path)
    return pattern in path if found is None else found


def entry(guards: Any, ref: object, called: bool) -> tuple[Definition, Value | None] | None:
    """The function that is called for a request, and the object it is a method of."""
    if not isinstance(ref, Definition):
        return None
    if ref.kind == "class":
        for name in METHODS:
            found = guards.names.class_member(ref, name)
            if isinstance(found, Definition) and found.kind == "function":
                return found, Value(kind=ref, fields={"app": EMPTY, "get_response": EMPTY})
        return None
    if ref.kind != "function":
        return None
    inner = guards.wrappers(ref) if called or "handler" in (p.name for p in ref.node.params[1:2]) else []  # type: ignore[attr-defined]
    return (inner[0] if inner else ref), None


def arguments(run: Any, function: Definition, method: bool) -> list[Value]:
    """The request (or the scope), then what it calls to go on."""
    params = function.node.params[method:]  # type: ignore[attr-defined]
    names = [param.name for param in params]
    run.onward[function.node] = NEXT | {"app", "get_response", *(names[1:2] or [""])}  # one that is not given the next goes on by a bare return
    return [Value(frozenset({REQUEST})), *(EMPTY for _ in names[1:])]
