"""Decorators that look like registrations on an object that nobody could tell to be a router.

Knows: `@orders.get("/orders/{id}")` above a function is a route, whatever `orders` is: a class that another package derives from a router, what a
factory makes in a way that cannot be followed. So is `orders.add_url_rule("/orders", view_func=show)`. Such routes are listed with what is known of
them, and it is said that their prefix and what runs before them are not known. Does not know: routers that could be told (`routers.py`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from prodlint import ir
from prodlint.names import Definition, Scope, is_super
from prodlint.routing.items import Env
from prodlint.routing.routers import Router
from prodlint.routing.values import shown
from prodlint.routing.walking import packages

Take = Callable[[Router, Definition, ir.Call, Scope, Env], None]
Act = Callable[[Router, ir.Call, Scope, Env], None]
# methods that nothing but a router has
PLAIN = ("add_api_route", "add_api_websocket_route", "add_url_rule", "add_resource", "include_router", "register_blueprint", "add_namespace",
         "add_subapp")  # fmt: skip


class UnknownRouters:
    """Decorators seen on unknown objects, in source order; one that is resolved after all (a factory read for one of its calls) is none."""

    def __init__(self, frameworks: dict[str, dict[str, Any]]) -> None:
        self.frameworks = frameworks
        self.seen: dict[ir.Call, tuple[Definition, Scope, Env]] = {}
        self.resolved: set[ir.Call | None] = set()  # the calls themselves: the address of one that is dropped is soon another's
        self.calls: dict[ir.Call, tuple[Scope, Env]] = {}

    def meet(self, call: ir.Call | None, definition: Definition, scope: Scope, env: Env) -> None:
        """A decorator whose object is no router that we know."""
        first = call.args[0] if call is not None and call.args else None
        if call is None or definition.kind != "function" or not isinstance(first, ir.Const) or not isinstance(first.value, str):
            return
        if first.value.startswith("/"):
            self.seen.setdefault(call, (definition, scope, env))

    def meet_call(self, call: ir.Call, scope: Scope, env: Env) -> None:
        """A registration whose object is no router that we know; those of a project's own router classes are read with their calls."""
        func = call.func
        if not isinstance(func, ir.Attr) or func.name not in PLAIN or is_super(func.base):
            return
        path = call.args[1] if len(call.args) > 1 else None
        if func.name != "add_resource" or (isinstance(path, ir.Const) and str(path.value).startswith("/")):  # others have that name for files
            self.calls.setdefault(call, (scope, env))

    def act(self, act: Act, gap: Callable[[Scope, int, str], None]) -> list[Router]:
        """Hands the calls that are left to `act`, and says once for each object that it is unknown."""
        made: dict[tuple[str, str], Router] = {}
        for call, (scope, env) in [entry for entry in self.calls.items() if entry[0] not in self.resolved]:
            name = self.framework(call.func.name, scope, ("registrations", "mounts"))  # type: ignore[union-attr]
            key = (scope.module.path, shown(call.func.base))  # type: ignore[union-attr]
            if name and key not in made:
                made[key] = Router(name, "", False, "")
                gap(scope, call.at, f"{shown(call.func)}(…): the router could not be resolved; the prefix of its routes is not known")
            if name:
                act(made[key], call, scope, env)
        return list(made.values())

    def settle(self, take: Take, gap: Callable[[Scope, int, str], None]) -> list[Router]:
        """Hands what is left to `take`, as routes of routers of their own, and says once for each object that it is unknown."""
        made: dict[tuple[str, str], Router | None] = {}
        left = [entry for entry in self.seen.items() if entry[0] not in self.resolved]
        called: dict[str, set[str]] = {}  # the frameworks of objects of one name: a loader gives each module of a folder its own
        for call, (_, scope, _) in left:
            called.setdefault(shown(call.func.base), set()).add(self.framework(call.func.name, scope))  # type: ignore[union-attr]
        for call, (definition, scope, env) in left:
            func = call.func
            assert isinstance(func, ir.Attr)
            key = (scope.module.path, shown(func.base))
            if key not in made:
                elsewhere = sorted(called[key[1]] - {""})
                name = self.framework(func.name, scope) or (elsewhere[0] if len(elsewhere) == 1 else "")
                made[key] = Router(name, "", False, "") if name else None
                if name:
                    gap(scope, call.at, f"@{key[1]}.{func.name}(…): the router could not be resolved; the prefix of its routes is not known")
            router = made[key]
            if router is not None:
                take(router, definition, call, scope, env)
        return [router for router in made.values() if router is not None]

    def framework(self, verb: str, scope: Scope, parts: tuple[str, ...] = ("decorators",)) -> str:
        """The framework whose method it may be: one that the module imports, else the only one; "" where neither is clear."""
        having = [name for name, how in self.frameworks.items() if any(verb in how.get(part, ()) for part in parts)]
        imported = packages(scope.module.body)
        near = [name for name in having if imported & set(self.frameworks[name].get("imports", ()))]
        return near[0] if near else having[0] if len(having) == 1 else ""
