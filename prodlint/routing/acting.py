"""One call that registers on a router: a route, a list of routes, another router under a prefix, what runs before handlers.

Knows: what the arguments of such calls mean (`models/*.yaml`). Does not know: which object is a router (`routers.py`), how bodies are read
(`registrations.py`), what an endpoint looks like (`handlers.py`).
"""

from __future__ import annotations

from typing import Any

from prodlint import ir
from prodlint.names import Definition, Scope
from prodlint.routing.items import Env, Given, Item
from prodlint.routing.routers import Router
from prodlint.routing.searching import Search
from prodlint.routing.table import Before
from prodlint.routing.values import UNKNOWN, shown
from prodlint.routing.walking import expressions, last_name, packages

_DYNAMIC = ("builtins", "importlib", "pkgutil", "pkg_resources", "inspect", "operator")  # what gives a program's own objects by their names


class Acting(Search):
    """Registration calls; a part of `Finder`."""

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
            first, rest = given.args[0], call.args[1:]
            told = (rest or call.kwargs) and call.args and first.expr is call.args[0] and isinstance(first.expr, (ir.Name, ir.Attr))
            made = ir.Call(first.expr, rest, call.kwargs, call.at, call.end) if told else first.expr  # with what its constructor is given
            router.before.append(Before("middleware", made, first.scope))

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
                if not packages(module.body).isdisjoint(entry.partition(".")[0] for entry in known):
                    inner = [d for d in self.names.functions_in(module) if not last.isdisjoint(d.node.calls)]  # type: ignore[attr-defined]
                    places = [(Scope(module), module.body), *((self.names.scope(d), self.names.body(d.node)) for d in inner)]  # type: ignore[arg-type]
                    for scope, body in places:
                        self.loose_in(anyone, body, scope, known, last)

    def loose_in(self, anyone: Router, body: tuple[ir.Stmt, ...], scope: Scope, known: dict[str, Any], last: set[str]) -> None:
        for expr in expressions(body):
            if isinstance(expr, ir.Call) and last_name(expr.func) in last and expr not in self.read:
                ref = self.names.resolve(expr.func, scope)
                if isinstance(ref, str) and ref in known:
                    self.entry(anyone, expr, Item(expr, scope), known[ref])

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
        children = self.children(child) if child is not None else []
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

    def children(self, child: Item) -> list[Router]:
        """The router that is mounted, or those of a list: `app.blueprint([orders, carts])`."""
        found = self.routers.of(child.expr, child.scope, child.env)
        if not found and isinstance(self.lists.followed(child).expr, ir.Seq):
            found = [one for item in self.lists.choices(child, True) or () for one in self.routers.of(item.expr, item.scope, item.env)]
        return found

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
