"""Routes that stand on router objects: Flask, Quart, Sanic, FastAPI, Starlette and what is built on them.

Knows: that an app or router is an object of a modelled class (`frameworks.*.routers`), that decorators and registration calls on it make
routes, that routers are mounted on one another with prefixes, and that what runs before a router runs before its routes. Which
names mean what is data (`models/*.yaml`). Does not know: what handlers do.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from prodlint import ir
from prodlint.model import Span
from prodlint.models import Models
from prodlint.names import Definition, Names, Scope, blocks_of
from prodlint.names import statements as every
from prodlint.routing.table import Before, Endpoint, Table, Unresolved
from prodlint.routing.values import UNKNOWN, argument, items, text, words

MAX_LOOP = 1000  # items of one unrolled loop
Env = dict[str, tuple[ir.Expr, Scope]]  # what loop variables stand for while a loop is unrolled

VERBS = ("get", "post", "put", "patch", "delete")  # HEAD and OPTIONS are the framework's own business


@dataclass(eq=False, slots=True)
class Router:
    """An app or router object, known by the call that constructs it."""

    framework: str
    prefix: str
    app: bool
    name: str
    before: list[Before] = field(default_factory=list)
    parents: list[tuple[Router, str | None, tuple[Before, ...]]] = field(default_factory=list)
    own: list[Endpoint] = field(default_factory=list)


def find(names: Names, models: Models, table: Table) -> None:
    Finder(names, models, table).run()


class Finder:
    """One search over a project."""

    def __init__(self, names: Names, models: Models, table: Table) -> None:
        self.names = names
        self.table = table
        self.frameworks: dict[str, dict[str, Any]] = models["frameworks"]
        self.classes: dict[str, tuple[str, dict[str, Any]]] = {
            cls: (name, how) for name, framework in self.frameworks.items() for cls, how in framework.get("routers", {}).items()
        }
        self.interesting: set[str] = set()
        for framework in self.frameworks.values():
            for section in ("decorators", "registrations", "mounts", "hooks"):
                self.interesting.update(framework.get(section, ()))
        self.routers: dict[ir.Call, Router] = {}
        self.on_params: dict[Definition, list[Router]] = {}

    def run(self) -> None:
        for scope, statements in self.places():
            self.walk(statements, scope, {})
        for definition in self.handlers():
            self.decorated(definition)
        self.compose()

    # ------------------------------------------------------------ where to look
    def places(self) -> Iterator[tuple[Scope, tuple[ir.Stmt, ...]]]:
        """Bodies that may hold registrations: module tops, and functions that call something of interest."""
        for module in self.names.modules.values():
            yield Scope(module), module.body
        for definition in self.all_functions():
            yield self.names.scope(definition), self.names.body(definition.node)  # type: ignore[arg-type]

    def all_functions(self) -> Iterator[Definition]:
        """Functions, methods and nested functions that call something of interest."""
        pending = [d for d in self.names.functions() if not self.interesting.isdisjoint(d.node.calls)]  # type: ignore[attr-defined]
        while pending:
            definition = pending.pop(0)
            yield definition
            for nested in self.names.scope(definition).symbols.values():
                for node in (nested.node, *nested.again):
                    if isinstance(node, ir.Function) and not self.interesting.isdisjoint(node.calls):
                        pending.append(nested if node is nested.node else Definition("function", nested.name, nested.module, node, definition))

    def handlers(self) -> Iterator[Definition]:
        """Every function or class with decorators, nested ones included."""
        for definition in self.names.functions():
            yield definition
            if not self.interesting.isdisjoint(definition.node.calls):  # type: ignore[attr-defined]
                yield from self.nested(definition)
        yield from self.names.classes()

    def nested(self, definition: Definition) -> Iterator[Definition]:
        for inner in self.names.scope(definition).symbols.values():
            for node in (inner.node, *inner.again):
                if isinstance(node, ir.Function):
                    found = inner if node is inner.node else Definition("function", inner.name, inner.module, node, definition)
                    yield found
                    if not self.interesting.isdisjoint(node.calls):
                        yield from self.nested(found)
                elif isinstance(node, ir.Class) and node is inner.node:
                    yield inner
                    yield from (member for member in self.names.members(inner).values() if member.kind == "function")

    # ------------------------------------------------------------ which router is it
    def routers_of(self, expr: ir.Expr | None, scope: Scope, env: Env, depth: int = 8) -> list[Router]:
        """The routers that an expression may be: one as a rule, several where a parameter gets different ones."""
        if expr is None or depth <= 0:
            return []
        if isinstance(expr, ir.Name) and expr.id in env:
            return self.routers_of(*env[expr.id], {}, depth - 1)
        if isinstance(expr, ir.Call):
            return self.constructed(expr, scope, depth)
        if not isinstance(expr, (ir.Name, ir.Attr)):
            return []
        ref = self.names.resolve(expr, scope)
        if isinstance(expr, ir.Attr) and expr.name in ("router", "app", "api") and not isinstance(ref, Definition):
            inner = self.routers_of(expr.base, scope, env, depth - 1)  # app.router of a wrapper or of the app itself
            if inner:
                return inner
        if not isinstance(ref, Definition):
            return []
        if ref.kind == "param":
            return self.passed(ref, scope, depth)
        if ref.kind == "value":
            node = ref.node
            value = node.value if isinstance(node, ir.Assign) else node
            if isinstance(value, (ir.Name, ir.Attr, ir.Call)):
                return self.routers_of(value, self.names.scope_of(ref), {}, depth - 1)
        return []

    def constructed(self, call: ir.Call, scope: Scope, depth: int) -> list[Router]:
        """The router that a call constructs, or that the project function it calls returns."""
        known = self.routers.get(call)
        if known is not None:
            return [known]
        kind = self.names.resolve(call.func, scope)
        model = self.model_of(kind)
        if model is not None:
            return [self.make(call, scope, kind, *model, depth)]
        if isinstance(kind, Definition) and kind.kind == "function":
            inner = self.names.scope(kind)
            for statement in every(self.names.body(kind.node)):  # type: ignore[arg-type]
                if isinstance(statement, ir.Return) and statement.value is not None:
                    found = self.routers_of(statement.value, inner, {}, depth - 1)
                    if found:
                        return found
        if isinstance(call.func, ir.Attr):  # with_middleware(app), Api().init_app(app) and other wrappers give what they wrap
            for arg in call.args[:1]:
                if isinstance(arg, (ir.Name, ir.Attr)):
                    return self.routers_of(arg, scope, {}, depth - 1) if kind is None else []
        return []

    def model_of(self, kind: object) -> tuple[str, dict[str, Any]] | None:
        if isinstance(kind, str):
            return self.classes.get(kind)
        if isinstance(kind, Definition) and kind.kind == "class":
            for ancestor in self.names.mro(kind):
                if isinstance(ancestor, str) and ancestor in self.classes:
                    return self.classes[ancestor]
        return None

    def make(self, call: ir.Call, scope: Scope, kind: object, framework: str, how: dict[str, Any], depth: int) -> Router:
        arguments = argument(call, how.get("prefix"))
        prefix = text(self.names, arguments, scope)
        if prefix is None and isinstance(kind, Definition):
            prefix = self.class_prefix(kind, how)
        if prefix is None and "prefix_from_name" in how:
            name = text(self.names, argument(call, how["prefix_from_name"]), scope)
            prefix = "/" + name.replace(" ", "_") if name and not self._is_none(arguments) else None
        first = text(self.names, call.args[0], scope) if call.args else None
        router = Router(framework, prefix or "", bool(how.get("app")), first or "")
        self.routers[call] = router
        router.before.extend(self.dependencies(argument(call, how.get("dependencies")), scope))
        if isinstance(kind, Definition):
            router.before.extend(self.class_dependencies(kind, how))
        if "parent" in how:
            for parent in self.routers_of(argument(call, how["parent"]), scope, {}, depth - 1):
                router.parents.append((parent, None, ()))
        return router

    @staticmethod
    def _is_none(expr: ir.Expr | None) -> bool:
        return isinstance(expr, ir.Const) and expr.value is None

    def class_prefix(self, cls: Definition, how: dict[str, Any]) -> str | None:
        """The prefix that a router subclass passes to its base."""
        for call, scope in self.super_init(cls):
            return text(self.names, argument(call, how.get("prefix")), scope)
        return None

    def class_dependencies(self, cls: Definition, how: dict[str, Any]) -> list[Before]:
        return [b for call, scope in self.super_init(cls) for b in self.dependencies(argument(call, how.get("dependencies")), scope)]

    def super_init(self, cls: Definition) -> Iterator[tuple[ir.Call, Scope]]:
        init = self.names.class_member(cls, "__init__")
        if isinstance(init, Definition) and init.kind == "function":
            scope = self.names.scope(init)
            for statement in every(self.names.body(init.node)):  # type: ignore[arg-type]
                value = statement.value if isinstance(statement, ir.ExprStmt) else None
                if isinstance(value, ir.Call) and isinstance(value.func, ir.Attr) and value.func.name == "__init__":
                    yield value, scope

    def passed(self, param: Definition, scope: Scope, depth: int) -> list[Router]:
        """What callers pass for a parameter: `def register(app): ...` gets its app from the calls of `register`."""
        function = param.owner
        if function is None or function.kind != "function":
            return []
        key = Definition  # parameters are made anew for every look-up; the function and the name identify them
        known = next((routers for d, routers in self.on_params.items() if d.owner is function and d.name == param.name), None)
        if known is not None:
            return known
        found: list[Router] = []
        assert key
        self.on_params[param] = found
        position = [p.name for p in function.node.params].index(param.name)  # type: ignore[attr-defined]
        method = function.owner is not None and function.owner.kind == "class"
        for call, where in self.calls_of(function):
            arg = argument(call, [position - method, param.name])
            found.extend(r for r in self.routers_of(arg, where, {}, depth - 1) if r not in found)
        if not found:
            annotation = self.names.value_type(param)
            model = self.model_of(annotation) or self.guess(param)
            if model is not None:
                found.append(Router(model[0], "", True, param.name))
        return found

    def guess(self, param: Definition) -> tuple[str, dict[str, Any]] | None:
        """An unannotated `app` nobody passes in sight: the framework its module (or the project) imports."""
        if param.name not in ("app", "application", "api", "blueprint", "bp", "router", "server"):
            return None
        imported = {b.target.split(".")[0] for s in param.module.body if isinstance(s, ir.Import) for b in s.bindings if not b.level}
        for name, framework in self.frameworks.items():
            if imported & set(framework.get("imports", ())):
                return name, {}
        return None

    def calls_of(self, function: Definition) -> Iterator[tuple[ir.Call, Scope]]:
        """Statement-level calls of a project function."""
        name = function.name
        for module in self.names.modules.values():
            yield from self._calls_in(module.body, Scope(module), name, function)
        for caller in self.names.functions(calling=name):
            yield from self._calls_in(self.names.body(caller.node), self.names.scope(caller), name, function)  # type: ignore[arg-type]

    def _calls_in(self, body: Iterable[ir.Stmt], scope: Scope, name: str, function: Definition) -> Iterator[tuple[ir.Call, Scope]]:
        for statement in every(body):
            value = statement.value if isinstance(statement, (ir.ExprStmt, ir.Assign, ir.Return)) else None
            if isinstance(value, ir.Await):
                value = value.value
            if isinstance(value, ir.Call):
                last = value.func.name if isinstance(value.func, ir.Attr) else value.func.id if isinstance(value.func, ir.Name) else ""
                if last == name and self.names.resolve(value.func, scope) is function:
                    yield value, scope

    # ------------------------------------------------------------ registrations
    def walk(self, body: Iterable[ir.Stmt], scope: Scope, env: Env) -> None:
        """Reads registration calls in a body; a loop over a literal list is unrolled."""
        for statement in body:
            value = statement.value if isinstance(statement, (ir.ExprStmt, ir.Assign, ir.Return)) else None
            if isinstance(value, ir.Await):
                value = value.value
            if isinstance(value, ir.Call) and isinstance(value.func, ir.Attr):
                self.registration(value, scope, env)
            if isinstance(statement, ir.For):
                self.loop(statement, scope, env)
                continue
            for block in blocks_of(statement):
                self.walk(block, scope, env)

    def loop(self, loop: ir.For, scope: Scope, env: Env) -> None:
        """Unrolls a loop over a list that can be read; its body is read once with unknown names where it cannot."""
        gaps: list[ir.Expr] = []
        found = items(self.names, loop.iter, scope, gaps=gaps)
        if (found is None or gaps) and self.registers(loop.body, scope, env):
            place = Span(scope.module.path, ir.line_of(loop.at), ir.column_of(loop.at))
            self.table.unresolved.append(Unresolved(place, f"registrations in a loop over {_shown(loop.iter)}: not all could be read"))
        for item, where in (found or ())[:MAX_LOOP]:
            inner = dict(env)
            if isinstance(loop.target, ir.Name):
                inner[loop.target.id] = (item, where)
            elif isinstance(loop.target, ir.Seq) and isinstance(item, ir.Seq):
                for place_, part in zip(loop.target.items, item.items, strict=False):
                    if isinstance(place_, ir.Name):
                        inner[place_.id] = (part, where)
            self.walk(loop.body, scope, inner)

    def registers(self, body: Iterable[ir.Stmt], scope: Scope, env: Env) -> bool:
        for statement in every(body):
            value = statement.value if isinstance(statement, ir.ExprStmt) else None
            if isinstance(value, ir.Call) and isinstance(value.func, ir.Attr) and value.func.name in self.interesting:
                return bool(self.routers_of(value.func.base, scope, env))
        return False

    def registration(self, call: ir.Call, scope: Scope, env: Env) -> None:
        method = call.func.name  # type: ignore[union-attr]
        if method not in self.interesting:
            return
        receivers = self.routers_of(call.func.base, scope, env)  # type: ignore[union-attr]
        for router in receivers:
            framework = self.frameworks[router.framework]
            if method in framework.get("mounts", ()):
                self.mount(router, call, scope, env, framework["mounts"][method])
            elif method in framework.get("registrations", ()):
                self.register(router, call, scope, env, framework["registrations"][method])
            elif method in framework.get("hooks", ()) and call.args:
                router.before.append(Before("hook", call.args[0], scope))
            elif method == "add_middleware" and call.args:
                router.before.append(Before("middleware", call.args[0], scope))

    def mount(self, router: Router, call: ir.Call, scope: Scope, env: Env, how: dict[str, Any]) -> None:
        if "app" in how:  # child.init_app(app): the receiver is the child
            for parent in self.routers_of(argument(call, how["app"]), scope, env):
                if parent is not router and not any(known is parent for known, _, _ in router.parents):
                    router.parents.append((parent, None, ()))
            return
        child = argument(call, how["child"])
        children = self.routers_of(child, scope, env)
        given = argument(call, how.get("prefix"))
        prefix = None if given is None or self._is_none(given) else text(self.names, given, scope)
        if given is not None and prefix is None and not self._is_none(given):
            prefix = UNKNOWN
        before = tuple(self.dependencies(argument(call, how.get("dependencies")), scope))
        if not children and how.get("child") and not self.outside(child, scope):
            self.unresolved(scope, call, f"{_shown(call.func)}({_shown(child)}): the router could not be resolved")
        for one in children:
            if one is router:
                continue
            if prefix is not None and not how.get("overrides"):
                one.parents.append((router, prefix + one.prefix if prefix else one.prefix, before))
            else:
                one.parents.append((router, prefix, before))

    def outside(self, expr: ir.Expr | None, scope: Scope) -> bool:
        """A router of an installed package (its routes are not this project's), or no router at all."""
        if isinstance(expr, ir.Call):
            return not isinstance(self.names.resolve(expr.func, scope), Definition)
        ref = self.names.resolve(expr, scope) if expr is not None else None
        if isinstance(ref, Definition) and ref.kind == "value":
            node = ref.node
            value = node.value if isinstance(node, ir.Assign) else node
            return isinstance(value, ir.Call) and isinstance(self.names.type_of(value, self.names.scope_of(ref)), str)
        return isinstance(ref, str)

    def dependencies(self, expr: ir.Expr | None, scope: Scope) -> list[Before]:
        return [Before("dependency", item, where) for item, where in items(self.names, expr, scope) or ()]

    def register(self, router: Router, call: ir.Call, scope: Scope, env: Env, how: dict[str, Any]) -> None:
        handler = argument(call, how["handler"])
        if handler is None:
            return
        paths = [argument(call, how["path"])]
        if how.get("rest"):
            paths = list(call.args[how["path"][0] :])
        target, where = env[handler.id] if isinstance(handler, ir.Name) and handler.id in env else (handler, scope)
        verbs = self.verbs(call, scope, how, env)
        for path in paths:
            choice, there = env[path.id] if isinstance(path, ir.Name) and path.id in env else (path, scope)
            pattern = text(self.names, choice, there)
            self.serve(router, target, where, pattern if pattern is not None else UNKNOWN, verbs, call)

    def verbs(self, call: ir.Call, scope: Scope, how: dict[str, Any], env: Env) -> tuple[str, ...] | None:
        """The methods of a registration; None where a class-based handler decides."""
        if "verbs" in how:
            return tuple(how["verbs"])
        given = argument(call, how.get("methods"))
        if given is None:
            return None
        if isinstance(given, ir.Name) and given.id in env:
            given, scope = env[given.id]
        return words(self.names, given, scope) or ()

    def serve(self, router: Router, handler: ir.Expr, scope: Scope, path: str, verbs: tuple[str, ...] | None, call: ir.Call) -> None:
        """One registration call: its handler is a function, `View.as_view(...)`, or a class."""
        before: list[Before] = []
        while isinstance(handler, ir.Call) and not (isinstance(handler.func, ir.Attr) and handler.func.name == "as_view"):
            if not handler.args or not isinstance(handler.args[0], (ir.Name, ir.Attr, ir.Call)):
                break
            before.append(Before("decorator", handler.func, scope))
            handler = handler.args[0]
        if isinstance(handler, ir.Call) and isinstance(handler.func, ir.Attr):
            handler = handler.func.base
        ref = self.names.resolve(handler, scope)
        if isinstance(ref, Definition) and ref.kind == "value" and isinstance(ref.node, ir.Assign) and isinstance(ref.node.value, ir.Call):
            inner = ref.node.value  # view = View.as_view("name")
            ref = self.names.resolve(inner.func.base if isinstance(inner.func, ir.Attr) and inner.func.name == "as_view" else inner.func, scope)
        if isinstance(ref, Definition) and ref.kind == "function":
            self.add(router, ref, None, path, verbs if verbs is not None else ("GET",), tuple(before))
        elif isinstance(ref, Definition) and ref.kind == "class":
            self.add_class(router, ref, path, verbs, tuple(before))
        elif ref is None or isinstance(ref, Definition):
            self.unresolved(scope, call, f"{_shown(call.func)}({path}): the handler could not be resolved")

    # ------------------------------------------------------------ decorated handlers
    def decorated(self, definition: Definition) -> None:
        node = definition.node
        decorators = node.decorators  # type: ignore[attr-defined]
        if not decorators:
            return
        owner = definition.owner
        scope = self.names.scope_of(definition) if owner is None or owner.kind != "class" else self.names.class_scope(owner)
        others = [Before("decorator", d, scope) for d in decorators]
        for index, decorator in enumerate(decorators):
            call = decorator if isinstance(decorator, ir.Call) else None
            func = call.func if call is not None else decorator
            if not isinstance(func, ir.Attr) or func.name not in self.interesting:
                continue
            for router in self.routers_of(func.base, scope, {}):
                framework = self.frameworks[router.framework]
                if func.name in framework.get("hooks", ()):
                    router.before.append(Before("hook", ir.Name(definition.name, definition.at), scope))
                    continue
                how = framework.get("decorators", {}).get(func.name)
                if how is None or call is None:
                    continue
                before = [b for position, b in enumerate(others) if position != index and not self.is_route(b.expr)]
                before.extend(self.dependencies(argument(call, "dependencies"), scope))
                self.route(router, definition, call, scope, how, tuple(before))

    def is_route(self, expr: ir.Expr) -> bool:
        return isinstance(expr, ir.Call) and isinstance(expr.func, ir.Attr) and expr.func.name in self.interesting

    def route(self, router: Router, definition: Definition, call: ir.Call, scope: Scope, how: dict[str, Any], before: tuple[Before, ...]) -> None:
        verbs = self.verbs(call, scope, how, {})
        positional = [arg for arg in call.args if isinstance(arg, (ir.Const, ir.Fstr, ir.Name, ir.Attr, ir.Bin, ir.Call))]
        keyword = argument(call, how["path"])
        paths = [keyword] if keyword is not None else positional if definition.kind == "class" else positional[:1]
        for path in paths or [None]:
            pattern = text(self.names, path, scope) if path is not None else ""
            shown = pattern if pattern is not None else UNKNOWN
            if definition.kind == "class":
                self.add_class(router, definition, shown, verbs, before)
            else:
                cls = definition.owner if definition.owner is not None and definition.owner.kind == "class" else None
                self.add(router, definition, cls, shown, verbs if verbs is not None else tuple(how.get("default", ())), before)

    def add(self, router: Router, handler: Definition, cls: Definition | None, path: str, verbs: tuple[str, ...], before: tuple[Before, ...]) -> None:
        router.own.append(
            Endpoint(router.framework, verbs, path, handler, cls, handler.dotted, handler.module.path, ir.line_of(handler.at), before=before)
        )

    def add_class(self, router: Router, cls: Definition, path: str, verbs: tuple[str, ...] | None, before: tuple[Before, ...]) -> None:
        """A class-based handler: one endpoint for each HTTP method that the class or its ancestors define."""
        scope = self.names.class_scope(cls)
        inner = tuple(Before("decorator", d, scope) for d in cls.node.decorators if not self.is_route(d))  # type: ignore[attr-defined]
        listed = self.names.class_member(cls, "decorators")
        if not isinstance(listed, Definition):
            listed = self.names.class_member(cls, "method_decorators")
        if isinstance(listed, Definition) and isinstance(listed.node, ir.Assign):
            inner += tuple(Before("decorator", e, s) for e, s in items(self.names, listed.node.value, scope) or ())
        served = False
        for verb in VERBS:
            if verbs is not None and verb.upper() not in verbs:
                continue
            method = self.names.class_member(cls, verb)
            if not isinstance(method, Definition) or method.kind != "function":
                continue
            served = True
            own = tuple(Before("decorator", d, scope) for d in method.node.decorators)  # type: ignore[attr-defined]
            name = f"{cls.dotted}.{verb}"
            inherited = method.owner is not cls
            router.own.append(
                Endpoint(router.framework, (verb.upper(),), path, method, cls, name, method.module.path, ir.line_of(method.at),
                         action=verb, before=before + inner + own, options={"inherited": "yes"} if inherited else {})
            )  # fmt: skip
        dispatch = self.names.class_member(cls, "dispatch_request")
        if not served and isinstance(dispatch, Definition) and dispatch.kind == "function":
            found = self.names.class_member(cls, "methods")
            value = found.node.value if isinstance(found, Definition) and isinstance(found.node, ir.Assign) else None
            allowed = verbs or words(self.names, value, scope) or ("GET",)
            router.own.append(
                Endpoint(router.framework, allowed, path, dispatch, cls, f"{cls.dotted}.dispatch_request", dispatch.module.path,
                         ir.line_of(dispatch.at), before=before + inner)
            )  # fmt: skip

    def unresolved(self, scope: Scope, call: ir.Call, message: str) -> None:
        self.table.unresolved.append(Unresolved(Span(scope.module.path, ir.line_of(call.at), ir.column_of(call.at)), message))

    # ------------------------------------------------------------ composing prefixes
    def compose(self) -> None:
        everyone: dict[int, Router] = {id(r): r for r in self.routers.values()}
        for routers in self.on_params.values():
            everyone.update({id(r): r for r in routers})
        for router in everyone.values():
            if not router.own:
                continue
            for prefix, before in self.ways(router, (), 0):
                for endpoint in router.own:
                    path = self.joined(router.framework, prefix, endpoint.path)
                    self.table.endpoints.append(
                        Endpoint(endpoint.framework, endpoint.methods, path, endpoint.handler, endpoint.cls, endpoint.name, endpoint.file,
                                 endpoint.line, endpoint.action, endpoint.before + before, params_of(path), dict(endpoint.options))
                    )  # fmt: skip

    def ways(self, router: Router, seen: tuple[Router, ...], depth: int) -> list[tuple[str, tuple[Before, ...]]]:
        """Every (full prefix, what runs before) under which a router is reachable; its own prefix where nobody mounts it."""
        own = tuple(router.before)
        if not router.parents or router in seen or depth > 12:
            return [(router.prefix, own)]
        out = []
        for parent, prefix, before in router.parents:
            inner = router.prefix if prefix is None else prefix
            for above, outer in self.ways(parent, (*seen, router), depth + 1):
                way = (self.joined(router.framework, above, inner), own + before + outer)
                if way not in out:
                    out.append(way)
        return out

    def joined(self, framework: str, prefix: str, path: str) -> str:
        if not prefix:
            return path
        if self.frameworks[framework].get("join") == "slash":
            return prefix.rstrip("/") + "/" + path.lstrip("/") if path else prefix
        return prefix + path


def params_of(path: str) -> tuple[str, ...]:
    """The parameter names of a path: `<int:id>`, `{id}`, `{path:path}`."""
    import re

    return tuple(a or b for a, b in re.findall(r"<(?:[^<>:]*:)?([A-Za-z_]\w*)>|\{([A-Za-z_]\w*)(?::[^{}]*)?\}", path))


def _shown(expr: ir.Expr | None) -> str:
    if isinstance(expr, ir.Name):
        return expr.id
    if isinstance(expr, ir.Attr):
        return f"{_shown(expr.base)}.{expr.name}"
    if isinstance(expr, ir.Call):
        return f"{_shown(expr.func)}(…)"
    return "…"
