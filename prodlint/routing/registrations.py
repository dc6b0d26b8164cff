"""Routes that stand on router objects: decorators, registration calls, mounts and hooks, in the order in which a program runs them.

Knows: bodies are read with what their names stand for; loops over lists that are written out are unrolled, and a project function that registers is
read once for each of its calls. Which names mean what is data (`models/*.yaml`). Does not know: which object is a router (`routers.py`), what an
endpoint looks like (`handlers.py`), what handlers do.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from prodlint import ir
from prodlint.model import Span
from prodlint.models import Models
from prodlint.names import Definition, Names, Scope, blocks_of
from prodlint.names import statements as every
from prodlint.routing.composing import Composer
from prodlint.routing.handlers import Serving
from prodlint.routing.items import CONTEXT, Env, Given, Item
from prodlint.routing.lists import Lists
from prodlint.routing.routers import APP_NAMES, Router, Routers, calls_in
from prodlint.routing.strings import truth
from prodlint.routing.table import Before, Table, Unresolved
from prodlint.routing.unknown_routers import UnknownRouters
from prodlint.routing.values import UNKNOWN, shown
from prodlint.routing.walking import expressions

MAX_DEPTH = 12  # project functions within one another
MAX_BOUND = 200  # names of one function that are followed
MAX_ENTERED = 20_000  # function bodies read with what their parameters stand for


def find(names: Names, models: Models, table: Table) -> None:
    Finder(names, models, table).run()


class Finder:
    """One search over a project."""

    def __init__(self, names: Names, models: Models, table: Table) -> None:
        self.names, self.table = names, table
        self.lists = Lists(names, lambda item: None, self.gap)
        self.frameworks = used(names, models["frameworks"])
        self.routers = Routers(names, self.frameworks, self.lists, self.enter, self.entries)
        self.serving = Serving(names, self.lists, self.gap)
        self.unknown_routers = UnknownRouters(self.frameworks)
        self.decorators = {name for framework in self.frameworks.values() for name in framework.get("decorators", ())}
        self.hooks = {name for framework in self.frameworks.values() for part in ("hooks", "middlewares") for name in framework.get(part, ())}
        parts = ("registrations", "mounts", "hooks", "middlewares", "lists")
        self.acts = {name for f in self.frameworks.values() for part in parts for name in f.get(part, ())}
        self.acts.add("add_middleware")
        self.registering: set[ir.Function] = set()
        self.calling: set[str] = set()
        self.entered: dict[tuple[object, ...], Env] = {}
        self.visited: set[ir.Function] = set()
        self.read: set[ir.Call] = set()
        self.depth = self.count = self.muted = 0
        self.told: set[tuple[str, int, str]] = set()

    def run(self) -> None:
        everything = self.interesting()
        for module in self.names.modules.values():
            self.walk(module.body, Scope(module), {})
        for cls in self.names.classes():
            self.klass(cls, {})
        called = {name for definition in everything for name in definition.node.calls}  # type: ignore[attr-defined]
        for outermost in (True, False):  # who is called is read with what it is given, so callers come first
            for definition in everything:
                if definition.node not in self.visited and (not outermost or definition.name not in called):
                    self.body(definition, {})
        self.loose()
        self.routers.groups.extend(self.unknown_routers.settle(self.decorates, self.gap))
        self.routers.groups.extend(self.unknown_routers.act(self.act, self.gap))
        Composer(self.frameworks, self.table).compose(self.routers.everyone())

    def interesting(self) -> list[Definition]:
        """Functions that register something, themselves or through what they call."""
        everything = list(self._functions())
        wanted = self.acts | self.decorators
        new = [d for d in everything if not wanted.isdisjoint(d.node.calls)]  # type: ignore[attr-defined]
        new = [d for d in new if not self.acts.isdisjoint(d.node.calls) or self.holds(d)]  # type: ignore[attr-defined]
        self.calling = set(self.acts)
        for _ in range(MAX_DEPTH):
            self.registering |= {d.node for d in new}  # type: ignore[misc]
            names = {d.owner.name if d.name == "__init__" and d.owner is not None else d.name for d in new}
            self.calling |= names
            new = [d for d in everything if d.node not in self.registering and not names.isdisjoint(d.node.calls) and self.reaches(d, names)]  # type: ignore[attr-defined]
            if not new:
                break
        return [d for d in everything if d.node in self.registering]

    def reaches(self, definition: Definition, names: set[str]) -> bool:
        """Does this function call one that registers? Its calls are looked up, for many functions share a name."""
        scope = self.names.scope(definition)
        for call, where in calls_in(self.names.body(definition.node), scope):  # type: ignore[arg-type]
            if _last(call.func) in names:
                target = self.names.resolve(call.func, where)
                if isinstance(target, Definition) and target.kind == "class":
                    target = self.names.class_member(target, "__init__")
                if isinstance(target, Definition) and target.node in self.registering:
                    return True
        return False

    def _functions(self) -> Iterator[Definition]:
        """Functions, methods and functions within functions that hold decorators or registrations."""
        wanted = self.acts | self.decorators
        pending = list(self.names.functions())
        while pending:
            definition = pending.pop()
            yield definition
            if wanted.isdisjoint(definition.node.calls):  # type: ignore[attr-defined]
                continue
            for nested in self.names.scope(definition).symbols.values():
                for node in (nested.node, *nested.again):
                    if isinstance(node, ir.Function):
                        pending.append(nested if node is nested.node else Definition("function", nested.name, nested.module, node, definition))

    def holds(self, definition: Definition) -> bool:
        """Are there decorated functions or classes in this function that a router's decorator may have registered?"""
        for nested in self.names.scope(definition).symbols.values():
            for node in (nested.node, *nested.again):
                inner = node.decorators if isinstance(node, (ir.Function, ir.Class)) else ()
                if any(_last(d.func if isinstance(d, ir.Call) else d) in self.decorators | self.hooks for d in inner):
                    return True
                if isinstance(node, ir.Class) and any(isinstance(m, ir.Function) and m.decorators for m in node.body):
                    return True
        return False

    # ------------------------------------------------------------ bodies
    def body(self, definition: Definition, env: Env) -> dict[str, Any]:
        self.visited.add(definition.node)  # type: ignore[arg-type]
        return self.walk(self.names.body(definition.node), self.names.scope(definition), env)  # type: ignore[arg-type]

    def enter(self, function: Definition, call: ir.Call, scope: Scope, env: Env, me: Item | None = None, around: Env | None = None) -> Env:
        """Reads a project function for one of its calls; gives what its parameters stand for. me: its first parameter. around: what the names of
        the function stand for that it stands in."""
        inside: dict[str, Any] = {**(around or {}), **self.lists.parameters(function, call, scope, env)}
        params = function.node.params  # type: ignore[attr-defined]
        if me is not None and params:
            inside[params[0].name] = me
        if function.owner is not None and function.owner is scope.function:
            inside = {**env, **inside}
        key = (function.node, *sorted((name, _identity(value)) for name, value in inside.items() if name != CONTEXT))
        if key in self.entered:
            return self.entered[key]
        inside[CONTEXT] = Item(call, scope)
        self.entered[key] = inside
        if self.depth < MAX_DEPTH and len(self.entered) < MAX_ENTERED and function.node in self.registering:
            self.depth += 1
            self.entered[key] = self.body(function, inside)
            self.depth -= 1
        return self.entered[key]

    def walk(self, body: Iterable[ir.Stmt], scope: Scope, env: Env, sure: bool = True) -> dict[str, Any]:
        """Reads registrations in a body, in order; gives what names stand for at its end. sure: False where it may not run."""
        here = dict(env)
        for statement in body:
            if isinstance(statement, (ir.ExprStmt, ir.Assign, ir.Return, ir.AugAssign)):
                if statement.value is not None:
                    self.value(statement.value, scope, here)
                if isinstance(statement, ir.Assign):
                    self.bind(statement, scope, here, sure)
            elif isinstance(statement, ir.Function):
                self.nested(statement, scope, here)
            elif isinstance(statement, ir.Class) and scope.function is not None:
                found = scope.symbols.get(statement.name)
                if found is not None and found.node is statement:
                    self.klass(found, here)
            elif isinstance(statement, ir.For):
                self.loop(statement, scope, here)
            elif isinstance(statement, ir.If):
                self.branch(statement, scope, here, sure)
            else:
                for block in blocks_of(statement):
                    here.update(self.walk(block, scope, here, sure and isinstance(statement, (ir.With, ir.Try))))
        return here

    def branch(self, statement: ir.If, scope: Scope, env: dict[str, Any], sure: bool) -> None:
        """Only the branch that is taken, where parameters say which."""
        holds = truth(self.lists, statement.test, scope, env)
        for taken, block in ((True, statement.body), (False, statement.orelse)):
            if holds is None or holds is taken:
                env.update(self.walk(block, scope, env, sure and holds is not None))

    def bind(self, statement: ir.Assign, scope: Scope, env: dict[str, Any], sure: bool) -> None:
        """In a function a name stands for what it was given last; at the top of a module `names` knows."""
        target = statement.targets[0]
        if isinstance(target, ir.Seq) and scope.function is not None and statement.value is not None and sure:  # path, view = entry
            env.update(self.lists.bind(target, self.lists.followed(Item(statement.value, scope, dict(env))), env))
            return
        if scope.function is None or not isinstance(target, ir.Name) or statement.value is None or len(env) > MAX_BOUND:
            return
        old = env.get(target.id)
        if sure or old is None or (isinstance(old, Item) and isinstance(old.expr, ir.Const) and old.expr.value is None):
            env[target.id] = Item(statement.value, scope, dict(env))

    def value(self, expr: ir.Expr, scope: Scope, env: Env) -> None:
        """A statement's expression: registrations and calls of functions that register, also as arguments (`run(create_app())`)."""
        if isinstance(expr, ir.Await):
            expr = expr.value
        if isinstance(expr, ir.Comp):
            self.comprehension(expr, scope, env)
        if not isinstance(expr, ir.Call):
            return
        self.call(expr, scope, env)
        for arg in (*expr.args, *(keyword.value for keyword in expr.kwargs)):
            if isinstance(arg, ir.Call):
                self.value(arg, scope, env)

    def call(self, call: ir.Call, scope: Scope, env: Env) -> None:
        func = call.func
        if isinstance(func, ir.Attr) and func.name in ("append", "insert") and isinstance(func.base, ir.Attr) and func.base.name == "middlewares":
            for router in self.routers.of(func.base.base, scope, env):  # app.middlewares.append(check_token)
                router.before.append(Before("middleware", call.args[-1], scope))
            return
        if isinstance(func, ir.Attr) and (func.name in self.acts or func.name in self.calling):
            receivers = self.routers.of(func.base, scope, env)
            for router in receivers:
                self.unknown_routers.resolved.add(id(call))
                self.act(router, call, scope, env)
            if receivers:
                return
            self.unknown_routers.meet_call(call, scope, env)
        if isinstance(func, ir.Name) and scope.function is not None:
            bound = self.lists.followed(Item(func, scope, env))
            if isinstance(bound.expr, ir.Attr) and bound.expr.name in self.acts:  # add = app.router.add_route
                self.call(ir.Call(bound.expr, call.args, call.kwargs, call.at, call.end), scope, {**env, **bound.env})
                return
        if isinstance(func, ir.Call) and isinstance(func.func, ir.Attr) and func.func.name in self.decorators and call.args:
            handler, _ = self.serving.led(Item(call.args[0], scope, env), (), 10)  # app.route(path)(view)
            for router in self.routers.of(func.func.base, scope, env) if isinstance(handler, Definition) else ():
                self.decorates(router, handler, func, scope, env)  # type: ignore[arg-type]
            return
        last = _last(func)
        takes = any(_last(arg) in APP_NAMES for arg in (*call.args, *(keyword.value for keyword in call.kwargs)))
        target = self.lists.resolve(func, scope, env) if takes or last in self.calling or last[:1].isupper() else None
        if self.routers.model_of(target) is not None:
            self.routers.of(call, scope, env)  # it may be made with a list of routes
            return
        if isinstance(target, Definition) and target.kind == "class":
            target = self.names.class_member(target, "__init__")
        if isinstance(target, Definition) and target.kind == "function" and (target.node in self.registering or takes):
            self.registering.add(target.node)  # type: ignore[arg-type]
            self.enter(target, call, scope, env)

    # ------------------------------------------------------------ loops
    def loop(self, loop: ir.For, scope: Scope, env: Env) -> None:
        """Unrolls a loop over a list that can be read; where it cannot, says so and reads the body once with unknown names."""
        count = self.registrations(loop.body, scope, env)
        choices = (
            self.lists.choices(Item(loop.iter, scope, env), bool(count))
            if count or any(isinstance(s, ir.For) for s in loop.body) or self.enters(loop.body)
            else None
        )
        if choices is None:
            if count:
                self.gap(scope, loop.at, f"{count} registration{'s' * (count > 1)} in a loop over {shown(loop.iter)}")
            self.muted += 1
            self.walk(loop.body, scope, env, False)
            self.muted -= 1
            return
        for choice in choices:
            self.walk(loop.body, scope, self.lists.bind(loop.target, choice, env))

    def registrations(self, body: Iterable[ir.Stmt], scope: Scope, env: Env) -> int:
        """How many statements of a loop register something on a router."""
        count = 0
        for statement in every(body):
            value = statement.value if isinstance(statement, (ir.ExprStmt, ir.Assign)) else None
            if isinstance(value, ir.Call) and isinstance(value.func, ir.Attr) and value.func.name in self.acts - self.hooks:
                count += bool(self.routers.of(value.func.base, scope, env))
        return count

    def enters(self, body: Iterable[ir.Stmt]) -> bool:
        return any(
            isinstance(s, (ir.ExprStmt, ir.Assign)) and isinstance(s.value, ir.Call) and _last(s.value.func) in self.calling for s in every(body)
        )

    def comprehension(self, comp: ir.Comp, scope: Scope, env: Env) -> None:
        """`[app.include_router(r) for r in routers]`"""
        if not isinstance(comp.elt, ir.Call) or len(comp.fors) != 1 or _last(comp.elt.func) not in self.acts | self.calling:
            return
        for choice in self.lists.choices(Item(comp.fors[0].iter, scope, env)) or ():
            self.value(comp.elt, scope, self.lists.bind(comp.fors[0].target, choice, env))

    # ------------------------------------------------------------ registrations
    def act(self, router: Router, call: ir.Call, scope: Scope, env: Env) -> None:
        """One method call on a router: the project's own method where the class defines it, and what the framework does."""
        method = call.func.name  # type: ignore[union-attr]
        own = self.names.class_member(router.cls, method) if router.cls is not None else None
        if isinstance(own, Definition) and own.kind == "function" and own.node in self.registering and own is not scope.function:
            before = self.count
            base = call.func.base  # type: ignore[union-attr]
            self.enter(own, call, scope, env, Item(base, scope, env))
            if self.count > before:
                return
        framework = self.frameworks[router.framework]
        given = self.lists.given(call, scope, env)
        if method in framework.get("mounts", ()):
            self.mount(router, given, call, scope, framework["mounts"][method])
        elif method in framework.get("registrations", ()):
            self.count += 1
            self.register(router, given, call, scope, framework["registrations"][method])
        elif method in framework.get("lists", ()):
            item = given.pick(framework["lists"][method])
            if item is not None:
                self.entries(router, item)
        elif method in framework.get("hooks", ()) and given.args:
            router.before.append(Before("hook", given.args[0].expr, given.args[0].scope))
        elif (method == "add_middleware" or method in framework.get("middlewares", ())) and given.args and not self.is_response(given):
            router.before.append(Before("middleware", given.args[0].expr, given.args[0].scope))

    @staticmethod
    def is_response(given: Given) -> bool:
        """A middleware that sees responses: `@app.middleware("response")`."""
        return any(isinstance(item.expr, ir.Const) and item.expr.value == "response" for item in (*given.args, *given.kwargs.values()))

    def entries(self, router: Router, listed: Item) -> None:
        """`[Route("/", index), Mount("/admin", routes=[...])]`, `[web.get("/", index)]`, or a table of routes with decorators."""
        tables = self.routers.of(listed.expr, listed.scope, listed.env)
        for table in tables:
            table.parents.append((router, None, ()))
        if tables:
            return
        items = self.lists.choices(listed, True)
        if items is None:
            self.gap(listed.scope, ir.start_of(listed.expr), f"{shown(listed.expr)}: the list of routes could not be read")
        known = self.frameworks[router.framework].get("entries", {})
        for item in items or ():
            item = self.lists.followed(item)
            ref = self.lists.resolve(item.expr.func, item.scope, item.env) if isinstance(item.expr, ir.Call) else None
            how = known.get(ref) if isinstance(ref, str) else None
            if how is not None and isinstance(item.expr, ir.Call):
                self.entry(router, item.expr, item, how)
                continue
            for table in self.routers.of(item.expr, item.scope, item.env):
                table.parents.append((router, None, ()))

    def loose(self) -> None:
        """Entries in lists that no app is seen to take: another program, or a loader, takes them."""
        for name, framework in self.frameworks.items():
            known = {entry: how for entry, how in framework.get("entries", {}).items() if "handler" in how}
            last = {entry.rpartition(".")[2] for entry in known}
            anyone = Router(name, "", False, "")
            self.routers.groups.append(anyone)
            for module in self.names.modules.values() if known else ():
                if self.imports(module.body, {entry.partition(".")[0] for entry in known}):
                    inner = [d for d in self.names.functions_in(module) if not last.isdisjoint(d.node.calls)]  # type: ignore[attr-defined]
                    places = [(Scope(module), module.body), *((self.names.scope(d), self.names.body(d.node)) for d in inner)]  # type: ignore[arg-type]
                    for scope, body in places:
                        self.loose_in(anyone, body, scope, known, last)

    def loose_in(self, anyone: Router, body: tuple[ir.Stmt, ...], scope: Scope, known: dict[str, Any], last: set[str]) -> None:
        for expr in expressions(body):
            if isinstance(expr, ir.Call) and _last(expr.func) in last and expr not in self.read:
                ref = self.names.resolve(expr.func, scope)
                if isinstance(ref, str) and ref in known:
                    self.entry(anyone, expr, Item(expr, scope), known[ref])

    @staticmethod
    def imports(body: tuple[ir.Stmt, ...], packages: set[str]) -> bool:
        return any(
            binding.target.partition(".")[0] in packages
            for s in every(body)
            if isinstance(s, ir.Import)
            for binding in s.bindings
            if not binding.level
        )

    def entry(self, router: Router, call: ir.Call, item: Item, how: dict[str, Any]) -> None:
        """One call in a list of routes: a route, or a group of others under a path."""
        self.count += 1
        self.read.add(call)
        given = self.lists.given(call, item.scope, item.env)
        if "child" not in how:
            self.register(router, given, call, item.scope, how)
            return
        group = self.routers.group(router, self.routers.string(given.pick(how["path"])) or "")
        inner, child = given.pick(how.get("routes")), given.pick(how["child"])
        if inner is not None:
            self.entries(group, inner)
        for one in self.routers.of(child.expr, child.scope, child.env) if child is not None else ():
            one.parents.append((group, None, ()))

    def mount(self, router: Router, given: Given, call: ir.Call, scope: Scope, how: dict[str, Any]) -> None:
        self.count += 1
        if "app" in how:  # child.init_app(app): the receiver is the child
            item = given.pick(how["app"])
            for parent in self.routers.of(item.expr, item.scope, item.env) if item is not None else ():
                if parent is not router and not any(known is parent for known, _, _ in router.parents):
                    router.parents.append((parent, None, ()))
            return
        child = given.pick(how["child"])
        children = self.routers.of(child.expr, child.scope, child.env) if child is not None else []
        prefix = self.routers.string(given.pick(how.get("prefix")))
        before = tuple(self.routers.dependencies(given.pick(how.get("dependencies"))))
        if not children and child is not None and not self.outside(child):
            self.gap(scope, call.at, f"{shown(call.func)}({shown(child.expr)}): the router could not be resolved")
        for one in children:
            if one is router:
                continue
            if prefix is not None and not how.get("overrides"):
                prefix_of_one = self._joined(prefix, one.prefix)
                one.parents.append((router, prefix_of_one, before))
            else:
                one.parents.append((router, prefix, before))

    @staticmethod
    def _joined(prefix: str, own: str) -> str:
        return prefix.rstrip("/") + own if own.startswith("/") else prefix + own

    def outside(self, child: Item) -> bool:
        """A router of an installed package: its routes are not this project's."""
        source = self.lists.followed(child)
        expr = source.expr.func if isinstance(source.expr, ir.Call) else source.expr
        ref = self.lists.resolve(expr, source.scope, source.env) if isinstance(expr, (ir.Name, ir.Attr)) else None
        return isinstance(ref, str) and ref.partition(".")[0] not in _DYNAMIC

    def register(self, router: Router, given: Given, call: ir.Call, scope: Scope, how: dict[str, Any]) -> None:
        handler = given.pick(how["handler"])
        if handler is None:
            return
        paths = list(given.args[how["path"][0] :]) if how.get("rest") else [given.pick(how["path"])]
        if not paths and not given.told:
            self.gap(scope, call.at, f"{shown(call.func)}({shown(handler.expr)}, *…): the paths could not be told")
        verbs = self.verbs(given, how)
        for path in paths:
            pattern = self.lists.text(path.expr, path.scope, path.env) if path is not None else None
            self.serving.serve(router, handler, pattern if pattern is not None else UNKNOWN, verbs, (scope, call))

    def verbs(self, given: Given, how: dict[str, Any]) -> tuple[str, ...] | None:
        """The methods of a registration; None where a class-based handler decides."""
        if "verbs" in how:
            return tuple(how["verbs"])
        if "method" in how:
            item = given.pick(how["method"])
            method = self.lists.text(item.expr, item.scope, item.env) if item is not None else None
            return (method.upper(),) if method and method != "*" and UNKNOWN not in method else ()
        item = given.pick(how.get("methods"))
        return None if item is None else self.serving.words(item) or ()

    # ------------------------------------------------------------ decorated handlers
    def nested(self, node: ir.Function, scope: Scope, env: Env) -> None:
        """A function that stands in a body that is read: its decorators register it."""
        known = (scope.module if scope.function is None else scope).symbols.get(node.name)
        if known is None or known.kind != "function" or known.node is not node:
            known = Definition("function", node.name, scope.module, node, scope.function)
        self.decorated(known, scope, env)

    def klass(self, cls: Definition, env: Env) -> None:
        """A class: its own decorators, and those of its methods."""
        self.decorated(cls, self.names.scope_of(cls), env)
        scope = self.names.class_scope(cls)
        for member in self.names.members(cls).values():
            for node in (member.node, *member.again):
                if isinstance(node, ir.Function):
                    self.decorated(member if node is member.node else Definition("function", member.name, member.module, node, cls), scope, env)

    def decorated(self, definition: Definition, scope: Scope, env: Env) -> None:
        node = definition.node
        decorators = node.decorators  # type: ignore[attr-defined]
        for decorator in decorators:
            call = decorator if isinstance(decorator, ir.Call) else None
            func = call.func if call is not None else decorator
            if not isinstance(func, ir.Attr) or (func.name not in self.decorators and func.name not in self.hooks):
                self.own_decorator(definition, decorator, scope, env)
                continue
            routers = self.routers.of(func.base, scope, env)
            if not routers and func.name in self.decorators and not self.own_decorator(definition, decorator, scope, env):
                self.unknown_routers.meet(call, definition, scope, env)
            for router in routers:
                self.unknown_routers.resolved.add(id(call))
                framework = self.frameworks[router.framework]
                if func.name in framework.get("hooks", ()):
                    router.before.append(Before("hook", ir.Name(definition.name, definition.at), scope))
                elif func.name in framework.get("middlewares", ()):
                    if call is None or not self.is_response(self.lists.given(call, scope, env)):
                        router.before.append(Before("middleware", ir.Name(definition.name, definition.at), scope))
                elif call is not None and func.name in framework.get("decorators", {}):
                    self.decorates(router, definition, call, scope, env)

    def own_decorator(self, definition: Definition, decorator: ir.Expr, scope: Scope, env: Env) -> bool:
        """`@resource("/orders")`, a decorator of the project: what it registers is read with the decorated thing in its parameter's place."""
        call = decorator if isinstance(decorator, ir.Call) else None
        func = call.func if call is not None else decorator
        if _last(func) not in self.calling:
            return False
        maker = self.lists.resolve(func, scope, env)
        if not isinstance(maker, Definition) or maker.kind != "function" or maker.node not in self.registering:
            return False
        before = self.count
        given = ir.Call(func, (ir.Name(definition.name, definition.at),), (), ir.start_of(decorator), ir.start_of(decorator))
        if call is None:
            self.enter(maker, given, scope, env)
            return self.count > before
        around = self.enter(maker, call, scope, env)
        inner = self.names.scope(maker)
        for value in self.lists.returns(maker):
            wrapper = self.names.resolve(value, inner) if isinstance(value, ir.Name) else None
            if isinstance(wrapper, Definition) and wrapper.kind == "function" and wrapper.node in self.registering:
                self.enter(wrapper, given, scope, env, around=around)
        return self.count > before

    def decorates(self, router: Router, definition: Definition, call: ir.Call, scope: Scope, env: Env) -> None:
        """One decorator that registers on a router; what stands beside it runs before the handler."""
        how = self.frameworks[router.framework]["decorators"][call.func.name]  # type: ignore[union-attr]
        given = self.lists.given(call, scope, env)
        decorators = definition.node.decorators  # type: ignore[attr-defined]
        others = [d for d in decorators if d is not call and not self.serving.is_route(d, self.decorators)]
        before = [Before("decorator", d, scope) for d in others] + self.routers.dependencies(given.pick("dependencies"))
        self.route(router, definition, given, how, tuple(before))

    def route(self, router: Router, definition: Definition, given: Given, how: dict[str, Any], before: tuple[Before, ...]) -> None:
        verbs = self.verbs(given, how)
        keyword = given.pick(how["path"])  # by its name alone, or where the first argument is something else
        paths: list[Item | None] = [keyword] if keyword is not None else list(given.args if definition.kind == "class" else given.args[:1])
        for path in paths or [None]:
            pattern = self.lists.text(path.expr, path.scope, path.env) if path is not None else ""
            self.count += 1
            known = pattern if pattern is not None else UNKNOWN
            if definition.kind == "class":
                self.serving.classes(router, definition, known, verbs, before)
            else:
                self.serving.function(router, definition, known, verbs if verbs is not None else tuple(how.get("default", ())), before)

    def gap(self, scope: Scope, at: int, message: str) -> None:
        """A registration that could not be read: told once for each place."""
        key = (scope.module.path, at, message)
        if not self.muted and scope.module.path and key not in self.told:
            self.told.add(key)
            self.table.unresolved.append(Unresolved(Span(scope.module.path, ir.line_of(at), ir.column_of(at)), message))


_DYNAMIC = ("builtins", "importlib", "pkgutil", "pkg_resources", "inspect", "operator")  # what gives a program's own objects by their names


def used(names: Names, frameworks: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """The frameworks that the project imports."""
    imported = {
        (binding.full or binding.target).partition(".")[0]
        for module in names.modules.values()
        for statement in every(module.body)
        if isinstance(statement, ir.Import)
        for binding in statement.bindings
        if not binding.level
    }
    imported |= {"flask" for package in imported if package.startswith(("flask_", "apiflask", "connexion"))}
    imported |= {"fastapi" for package in imported if package.startswith(("starlette", "fastapi"))}
    return {name: how for name, how in frameworks.items() if imported.intersection(how.get("imports", ()))}


def _identity(value: Any) -> tuple[object, ...]:
    """What tells two arguments apart: the value of a literal, else the expression and what its names stand for."""
    if isinstance(value, tuple):
        return ("row", *(_identity(each) for each in value))
    if isinstance(value.expr, ir.Const):
        return ("literal", str(value.expr.value))
    return ("expression", str(id(value.expr)), *sorted((name, str(id(each))) for name, each in value.env.items()))


def _last(expr: ir.Expr) -> str:
    return expr.name if isinstance(expr, ir.Attr) else expr.id if isinstance(expr, ir.Name) else ""
