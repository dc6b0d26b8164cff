"""Which app or router an expression is: Flask, Quart, Sanic, FastAPI, Starlette and what is built on them.

Knows: that a router is an object of a modelled class (`frameworks.*.routers` of the models) or of a project class that descends from one,
through names, attributes, factories, wrappers and parameters. A factory that is called twice makes two routers. Does not know: what is
registered on them (`registrations.py`), how prefixes add up (`composing.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any

import msgspec

from prodlint import ir
from prodlint.names import Definition, Names, Scope, is_super
from prodlint.names import statements as every
from prodlint.routing.items import CONTEXT, Env, Item
from prodlint.routing.lists import Lists
from prodlint.routing.subclasses import passed_up
from prodlint.routing.table import Before, Endpoint
from prodlint.routing.values import UNKNOWN
from prodlint.routing.walking import inside, last_name, packages

APP_NAMES = ("app", "application", "api", "blueprint", "bp", "router", "server")  # what an app is called where nothing else says it
PROPERTIES = ("property", "cached_property")
Enter = Callable[[Definition, ir.Call, Scope, Env], Env]
Entries = Callable[["Router", Item], None]


class Router(msgspec.Struct, eq=False):
    """An app or router object, known by the call that constructs it. parents: (parent, the prefix it was mounted with, what that adds)."""

    framework: str
    prefix: str
    app: bool
    name: str
    cls: Definition | None = None
    before: list[Before] = msgspec.field(default_factory=list)
    parents: list[tuple[Router, str | None, tuple[Before, ...]]] = msgspec.field(default_factory=list)
    own: list[Endpoint] = msgspec.field(default_factory=list)
    version: str = ""  # of Sanic: it stands before all prefixes
    package: str = ""  # the package whose class it is an object of


class Routers:
    """All routers of a project."""

    def __init__(self, names: Names, frameworks: dict[str, dict[str, Any]], lists: Lists, enter: Enter, entries: Entries) -> None:
        """enter: reads the registrations in a project function for one of its calls, and gives what its parameters stand for. entries: reads a
        list of routes that a router is made with."""
        self.names, self.lists, self.enter, self.entries = names, lists, enter, entries
        self.groups: list[Router] = []
        self.frameworks = frameworks
        self.classes: dict[str, tuple[str, dict[str, Any]]] = {
            cls: (name, how) for name, framework in self.frameworks.items() for cls, how in framework.get("routers", {}).items()
        }
        self.known: dict[tuple[object, ...], Router] = {}
        self.params: dict[tuple[object, str], list[Router]] = {}
        self.callers: dict[str, list[Definition]] | None = None
        self.top: dict[str, list[tuple[ir.Call, Scope]]] = {}
        self.free: dict[ir.Call, tuple[str, ...]] = {}
        self.alive: list[Env] = []  # contexts are told apart by identity, so none may be collected

    def everyone(self) -> list[Router]:
        """Each router once."""
        found: dict[int, Router] = {id(router): router for router in (*self.known.values(), *self.groups)}
        for routers in self.params.values():
            found.update({id(router): router for router in routers})
        return list(found.values())

    # ------------------------------------------------------------ which router is it
    def of(self, expr: ir.Expr | None, scope: Scope, env: Env, depth: int = 10) -> list[Router]:
        """The routers that an expression may be: one as a rule, several where a parameter gets different ones."""
        if isinstance(expr, ir.Await):
            expr = expr.value
        if expr is None or depth <= 0:
            return []
        if isinstance(expr, ir.Name) and expr.id in env:
            bound = env[expr.id]
            return self.of(bound.expr, bound.scope, bound.env, depth - 1) if isinstance(bound, Item) and bound.expr is not expr else []
        if isinstance(expr, ir.Call):
            return self.constructed(expr, scope, env, depth)
        if isinstance(expr, ir.Bool):
            return next(filter(None, (self.of(value, scope, env, depth - 1) for value in expr.values)), [])
        if isinstance(expr, ir.IfExp):
            return self.of(expr.body, scope, env, depth - 1) or self.of(expr.orelse, scope, env, depth - 1)
        if isinstance(expr, ir.Sub):
            item = self.lists.followed(Item(expr, scope, env))
            return self.of(item.expr, item.scope, item.env, depth - 1) if not isinstance(item.expr, ir.Sub) else []
        return self.named(expr, scope, env, depth) if isinstance(expr, (ir.Name, ir.Attr)) else []

    def named(self, expr: ir.Name | ir.Attr, scope: Scope, env: Env, depth: int) -> list[Router]:
        """The router that a name or an attribute stands for."""
        ref = self.lists.resolve(expr, scope, env)
        if isinstance(expr, ir.Attr) and expr.name in ("router", "app", "api") and not isinstance(ref, Definition):
            inner = self.of(expr.base, scope, env, depth - 1)  # app.router of a wrapper or of the app itself
            if inner:
                return inner
        if not isinstance(ref, Definition):
            return []
        if ref.kind == "param":
            return self.passed(ref, depth)
        if ref.kind == "function" and isinstance(expr, ir.Attr) and any(last_name(d) in PROPERTIES for d in ref.node.decorators):  # type: ignore[attr-defined]
            inner = self.names.scope(ref)
            return next(filter(None, (self.of(value, inner, {}, depth - 1) for value in self.lists.returns(ref))), [])
        if ref.kind != "value":
            return []
        here = env if ref.owner is scope.function else self.made_with(ref, expr, scope, env)
        for node in (ref.node, *ref.again):
            value = node.value if isinstance(node, ir.Assign) else node
            if isinstance(value, (ir.Name, ir.Attr, ir.Call, ir.Await, ir.Bool, ir.IfExp)):
                found = self.of(value, self.names.scope_of(ref), here, depth - 1)
                if found:
                    return found
        return []

    def made_with(self, ref: Definition, expr: ir.Name | ir.Attr, scope: Scope, env: Env) -> Env:
        """What the names of a constructor stand for that sets this attribute: for the object that is asked, or for the only one there is."""
        init = ref.owner
        if init is None or init.name != "__init__" or init.owner is None or init.owner.kind != "class":
            return {}
        base = self.lists.followed(Item(expr.base, scope, env)) if isinstance(expr, ir.Attr) else None
        if base is not None and isinstance(base.expr, ir.Call) and self.lists.resolve(base.expr.func, base.scope, base.env) is init.owner:
            return self.enter(init, base.expr, base.scope, base.env)
        calls = list(islice(self.calls_of(init), 2))
        return self.enter(init, calls[0][0], calls[0][1], {}) if len(calls) == 1 else {}

    def constructed(self, call: ir.Call, scope: Scope, env: Env, depth: int) -> list[Router]:
        """The router that a call constructs, that the project function it calls returns, or that it wraps."""
        key = (call, *((name, id(env[name])) for name in self._free(call) if name in env))
        known = self.known.get(key)
        if known is not None:
            return [known]
        func = call.func
        if is_super(call) and scope.function is not None and scope.function.node.params:  # type: ignore[attr-defined]
            return self.of(ir.Name(scope.function.node.params[0].name, call.at), scope, env, depth - 1)  # type: ignore[attr-defined]
        if isinstance(func, ir.Name) and func.id == "getattr" and len(call.args) > 1:
            name = self.lists.text(call.args[1], scope, env)
            return self.of(ir.Attr(call.args[0], name, call.at, call.end), scope, env, depth - 1) if name else []
        kind = self.lists.resolve(func, scope, env)
        kind = self.made_class(kind) or kind
        model = self.model_of(kind) or self.derived(kind, call, scope)
        if model is not None:
            self.alive.append(env)
            self.known[key] = router = self.make(call, scope, env, kind, model)
            self.parents(router, call, scope, env, model[1], depth)
            listed = self.lists.given(call, scope, env).pick(model[1].get("routes"))
            if listed is not None:
                self.entries(router, listed)
            if model[1].get("gathers"):  # a group of others
                for item in self.lists.given(call, scope, env).args:
                    for child in self.of(item.expr, item.scope, item.env, depth - 1):
                        child.parents.append((router, None, ()))
            return [router]
        if isinstance(kind, Definition) and kind.kind == "function":
            found = self.returned(kind, call, scope, env, depth)
            if found:
                return found
        return self.wrapped(call, scope, env, kind, depth)

    def _free(self, call: ir.Call) -> tuple[str, ...]:
        """What tells apart the objects that one call makes: the names in it, and for which call the function around it is read."""
        found = self.free.get(call)
        if found is None:
            names = {part.id for part in inside(call) if isinstance(part, ir.Name)}
            found = self.free[call] = (CONTEXT, *sorted(names))
        return found

    def returned(self, function: Definition, call: ir.Call, scope: Scope, env: Env, depth: int) -> list[Router]:
        here = self.enter(function, call, scope, env)
        inner = self.names.scope(function)
        for value in self.lists.returns(function):
            found = self.of(value, inner, here, depth - 1)
            if found:
                return found
        return []

    def wrapped(self, call: ir.Call, scope: Scope, env: Env, kind: object, depth: int) -> list[Router]:
        """`WSGIMiddleware(app)`, `ProxyFix(app)`, `api.init_app(app)`: what wraps an app stands for it."""
        if isinstance(kind, str) and ("Client" in kind or kind.startswith("builtins.")):
            return []
        if isinstance(kind, Definition) and kind.kind == "class" and not any(word in kind.name for word in ("Middleware", "App", "Wrapper", "SGI")):
            return []
        for arg in call.args[:2]:
            if isinstance(arg, (ir.Name, ir.Attr, ir.Call)):
                found = self.of(arg, scope, env, depth - 2)
                if found:
                    return found
        return []

    def made_class(self, kind: object) -> Definition | None:
        """The class that a factory makes: `Router = router_class(Route)`, where `router_class` returns a class it defines."""
        made = kind.node.value if isinstance(kind, Definition) and kind.kind == "value" and isinstance(kind.node, ir.Assign) else None
        if not isinstance(made, ir.Call):
            return None
        factory = self.names.resolve(made.func, self.names.scope_of(kind))  # type: ignore[arg-type]
        if not isinstance(factory, Definition) or factory.kind != "function":
            return None
        inner = self.names.scope(factory)
        found = (self.names.resolve(value, inner) for value in self.lists.returns(factory) if isinstance(value, ir.Name))
        return next((each for each in found if isinstance(each, Definition) and each.kind == "class"), None)

    def model_of(self, kind: object) -> tuple[str, dict[str, Any]] | None:
        if isinstance(kind, str):
            return self.classes.get(kind)
        if isinstance(kind, Definition) and kind.kind == "class":
            for ancestor in self.names.mro(kind):
                if isinstance(ancestor, str) and ancestor in self.classes:
                    return self.classes[ancestor]
        return None

    def derived(self, kind: object, call: ir.Call, scope: Scope) -> tuple[str, dict[str, Any]] | None:
        """`Router(dependencies=[...])` of a package that nobody reads, beside FastAPI: what is called so and takes these derives from its router."""
        if not isinstance(kind, str) or not kind.endswith("Router") or all(keyword.name != "dependencies" for keyword in call.kwargs):
            return None
        return self.classes.get("fastapi.APIRouter") if "fastapi" in packages(scope.module.body) else None

    # ------------------------------------------------------------ making
    def make(self, call: ir.Call, scope: Scope, env: Env, kind: object, model: tuple[str, dict[str, Any]]) -> Router:
        framework, how = model
        given = self.lists.given(call, scope, env)
        prefix = self.string(given.pick(how.get("prefix")))
        before = self.dependencies(given.pick(how.get("dependencies"))) + self.dependencies(given.pick(how.get("middleware")), "middleware")
        cls = kind if isinstance(kind, Definition) else None
        if cls is not None:
            for inner in passed_up(self.names, self.lists, cls, call, scope, env):  # the last of them is what the framework hears
                above = self.string(inner.pick(how.get("prefix")))
                prefix = above if above is not None and (UNKNOWN not in above or prefix is None) else prefix
                before += self.dependencies(inner.pick(how.get("dependencies")))
        if prefix is None and "prefix_from_name" in how and given.pick(how.get("prefix")) is None:
            name = self.string(given.pick(how["prefix_from_name"]))
            prefix = "/" + name.replace(" ", "_") if name else None
        first = self.string(given.args[0]) if given.args else None
        version = given.kwargs.get(how.get("version", ""))
        made = Router(framework, prefix or "", bool(how.get("app")), first or "", cls, before)
        outside = (kind,) if isinstance(kind, str) else self.names.mro(cls) if cls is not None else ()
        made.package = next((a.partition(".")[0] for a in outside if isinstance(a, str) and a in self.classes), "")
        if version is not None and isinstance(version.expr, ir.Const) and version.expr.value is not None:
            made.version = f"/v{str(version.expr.value).removeprefix('v')}"
        return made

    def group(self, parent: Router, prefix: str) -> Router:
        """Routes that stand together under a path on a router."""
        made = Router(parent.framework, prefix, False, "", parents=[(parent, None, ())])
        self.groups.append(made)
        return made

    def parents(self, router: Router, call: ir.Call, scope: Scope, env: Env, how: dict[str, Any], depth: int) -> None:
        """`Api(app)` stands on the app, `api.namespace("orders")` on the api."""
        if how.get("on_receiver") and isinstance(call.func, ir.Attr):
            router.parents.extend((parent, None, ()) for parent in self.of(call.func.base, scope, env, depth - 1))
        item = self.lists.given(call, scope, env).pick(how.get("parent"))
        for parent in self.of(item.expr, item.scope, item.env, depth - 1) if item is not None else ():
            router.parents.append((parent, None, ()))

    def string(self, item: Item | None) -> str | None:
        """The text of an argument; None where it is not given or None, UNKNOWN where it cannot be told."""
        if item is None:
            return None
        source = self.lists.followed(item)
        if isinstance(source.expr, ir.Const) and source.expr.value is None:
            return None
        found = self.lists.text(item.expr, item.scope, item.env)
        return UNKNOWN if found is None else found

    def dependencies(self, item: Item | None, kind: str = "dependency") -> list[Before]:
        return [Before(kind, one.expr, one.scope) for one in (self.lists.choices(item) if item is not None else None) or ()]

    # ------------------------------------------------------------ parameters
    def passed(self, param: Definition, depth: int) -> list[Router]:
        """What callers pass for a parameter: `def register(app): ...` gets its app from the calls of `register`."""
        function = param.owner
        if function is None or function.kind != "function":
            return []
        key = (function.node, param.name)
        if key in self.params:
            return self.params[key]
        found: list[Router] = []
        self.params[key] = found
        kind = self.names.value_type(param)
        if kind is not None and self.model_of(kind) is None:
            return found
        position = [p.name for p in function.node.params].index(param.name)  # type: ignore[attr-defined]
        method = function.owner is not None and function.owner.kind == "class"
        for call, where in self.calls_of(function):
            item = self.lists.given(call, where, {}).pick([position - method, param.name])
            if item is not None:
                found.extend(r for r in self.of(item.expr, item.scope, item.env, depth - 1) if r not in found)
        if not found:
            model = self.model_of(kind) or self.guess(param)
            if model is not None:
                found.append(Router(model[0], "", True, param.name))
        return found

    def guess(self, param: Definition) -> tuple[str, dict[str, Any]] | None:
        """An unannotated `app` nobody passes in sight: the framework its module imports."""
        if param.name not in APP_NAMES:
            return None
        imported = {b.target.split(".")[0] for s in param.module.body if isinstance(s, ir.Import) for b in s.bindings if not b.level}
        for name, framework in self.frameworks.items():
            if imported & set(framework.get("imports", ())):
                return name, {}
        return None

    def calls_of(self, function: Definition) -> Iterator[tuple[ir.Call, Scope]]:
        """Statement-level calls of a project function; of a class where the function is its __init__."""
        called = function.owner if function.name == "__init__" and function.owner is not None else function
        if self.callers is None:
            self.callers = {}
            for caller in self.names.functions():
                for name in caller.node.calls:  # type: ignore[attr-defined]
                    self.callers.setdefault(name, []).append(caller)
            self.top = {}
            for module in self.names.modules.values():
                for call, scope in calls_in(module.body, Scope(module)):
                    self.top.setdefault(last_name(call.func), []).append((call, scope))
        inside = (found for caller in self.callers.get(called.name, ()) for found in calls_in(self.names.body(caller.node), self.names.scope(caller)))  # type: ignore[arg-type]
        for call, scope in (*self.top.get(called.name, ()), *inside):
            if last_name(call.func) == called.name and self.names.resolve(call.func, scope) is called:
                yield call, scope


def calls_in(body: Iterable[ir.Stmt], scope: Scope) -> Iterator[tuple[ir.Call, Scope]]:
    for statement in every(body):
        value = statement.value if isinstance(statement, (ir.ExprStmt, ir.Assign, ir.Return)) else None
        if isinstance(value, ir.Await):
            value = value.value
        if isinstance(value, ir.Call):
            yield value, scope
