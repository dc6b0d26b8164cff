"""Where registrations may stand: what is known of one search over a project, and which of its functions are worth reading.

Knows: the frameworks that the project imports, the names of what they register with. Does not know: what a registration says (`acting.py`,
`decorating.py`), how bodies are read (`registrations.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from prodlint import ir
from prodlint.model import Span
from prodlint.models import Models
from prodlint.names import Definition, Names, Scope
from prodlint.routing.handlers import Serving
from prodlint.routing.items import Env, Item
from prodlint.routing.lists import Lists
from prodlint.routing.routers import Router, Routers, calls_in
from prodlint.routing.table import Table, Unresolved
from prodlint.routing.unknown_routers import UnknownRouters
from prodlint.routing.walking import imported, last_name

MAX_DEPTH = 12  # project functions within one another


class Search:
    """What one search knows; a part of `Finder`."""

    if TYPE_CHECKING:

        def enter(self, function: Definition, call: ir.Call, scope: Scope, env: Env, me: Item | None = None, around: Env | None = None) -> Env: ...
        def entries(self, router: Router, listed: Item) -> None: ...

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
        self.alive: list[Env] = []
        self.visited: set[ir.Function] = set()
        self.read: set[ir.Call] = set()
        self.depth = self.count = self.muted = 0
        self.told: set[tuple[str, int, str]] = set()

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
            if last_name(call.func) in names:
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
                if any(last_name(d.func if isinstance(d, ir.Call) else d) in self.decorators | self.hooks for d in inner):
                    return True
                if isinstance(node, ir.Class) and any(isinstance(m, ir.Function) and m.decorators for m in node.body):
                    return True
        return False

    def gap(self, scope: Scope, at: int, message: str) -> None:
        """A registration that could not be read: told once for each place."""
        key = (scope.module.path, at, message)
        if not self.muted and scope.module.path and key not in self.told:
            self.told.add(key)
            self.table.unresolved.append(Unresolved(Span(scope.module.path, ir.line_of(at), ir.column_of(at)), message))


def used(names: Names, frameworks: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """The frameworks that the project imports."""
    found = imported(names)
    found |= {"flask" for package in found if package.startswith(("flask_", "apiflask", "connexion"))}
    found |= {"fastapi" for package in found if package.startswith(("starlette", "fastapi"))}
    return {name: how for name, how in frameworks.items() if found.intersection(how.get("imports", ()))}
