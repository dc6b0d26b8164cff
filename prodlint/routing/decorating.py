"""Functions and classes that a decorator registers: the router's own, or one of the project that registers what it decorates.

Knows: what decorators of routers mean (`models/*.yaml`). Does not know: which object is a router (`routers.py`), what a handler does.
"""

from __future__ import annotations

from typing import Any

from prodlint import ir
from prodlint.names import Definition, Scope
from prodlint.routing import ninja
from prodlint.routing.acting import Acting
from prodlint.routing.items import Env, Given, Item
from prodlint.routing.routers import Router
from prodlint.routing.table import Before
from prodlint.routing.values import UNKNOWN
from prodlint.routing.walking import last_name


class Decorating(Acting):
    """Decorated handlers; a part of `Finder`."""

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
            if (
                not routers
                and func.name in self.decorators
                and not (self.own_decorator(definition, decorator, scope, env) or self.of_others(func.base, scope))
            ):
                self.unknown_routers.meet(call, definition, scope, env)
            for router in routers:
                self.unknown_routers.resolved.add(call)
                framework = self.frameworks[router.framework]
                if func.name in framework.get("hooks", ()):
                    router.before.append(Before("hook", ir.Name(definition.name, definition.at), scope))
                elif func.name in framework.get("middlewares", ()):
                    if call is None or not self.is_response(self.lists.given(call, scope, env)):
                        router.before.append(Before("middleware", ir.Name(definition.name, definition.at), scope))
                elif call is not None and func.name in framework.get("decorators", {}):
                    self.decorates(router, definition, call, scope, env)

    def of_others(self, expr: ir.Expr, scope: Scope) -> bool:
        """Is it an object whose routes are read elsewhere, a router of ninja in a project that also calls others by aiohttp?"""
        ref = self.names.resolve(expr, scope) if isinstance(expr, (ir.Name, ir.Attr)) else None
        kind = self.names.value_type(ref) if isinstance(ref, Definition) and ref.kind == "value" else None
        chain = self.names.mro(kind) if isinstance(kind, Definition) and kind.kind == "class" else (kind,)
        return any(isinstance(each, str) and each.partition(".")[0] in ninja.PACKAGES for each in chain)

    def own_decorator(self, definition: Definition, decorator: ir.Expr, scope: Scope, env: Env) -> bool:
        """`@resource("/orders")`, a decorator of the project: what it registers is read with the decorated thing in its parameter's place."""
        call = decorator if isinstance(decorator, ir.Call) else None
        func = call.func if call is not None else decorator
        handed = call is not None and self.handed(call, scope, env)
        if last_name(func) not in self.calling and not handed:
            return False
        maker = self.lists.resolve(func, scope, env)
        if not isinstance(maker, Definition) or maker.kind != "function" or not (handed or maker.node in self.registering):
            return False
        if handed:
            self.registering |= {maker.node, *self.wrappers(maker)}  # type: ignore[arg-type]
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

    def handed(self, call: ir.Call, scope: Scope, env: Env) -> bool:
        """`@protected(router.get, "/orders/{id}")`: is a decorator of the project handed the method of a router to register with?"""
        args = (*call.args, *(keyword.value for keyword in call.kwargs))
        return any(isinstance(arg, ir.Attr) and arg.name in self.decorators and self.routers.of(arg.base, scope, env) for arg in args)

    def wrappers(self, maker: Definition) -> set[ir.Function]:
        """The functions that a function defines and returns."""
        inner = self.names.scope(maker)
        found = (self.names.resolve(value, inner) for value in self.lists.returns(maker) if isinstance(value, ir.Name))
        return {each.node for each in found if isinstance(each, Definition) and each.kind == "function"}  # type: ignore[misc]

    def decorates(self, router: Router, definition: Definition, call: ir.Call, scope: Scope, env: Env, around: tuple[Before, ...] = ()) -> None:
        """One decorator that registers on a router; what stands beside it runs before the handler. around: what wraps the handler where it is
        registered."""
        how = self.frameworks[router.framework]["decorators"][call.func.name]  # type: ignore[union-attr]
        given = self.lists.given(call, scope, env)
        decorators = definition.node.decorators  # type: ignore[attr-defined]
        around_it = decorators[: decorators.index(call)] if call in decorators and definition.kind == "function" else ()
        others = [d for d in decorators if d is not call and not self.serving.is_route(d, self.decorators)]
        others = [d for d in others if d not in around_it or self.only_marks(d, scope)]
        before = [*around, *(Before("decorator", d, scope) for d in others), *self.routers.dependencies(given.pick("dependencies"))]
        self.route(router, definition, given, how, tuple(before))

    def only_marks(self, decorator: ir.Expr, scope: Scope) -> bool:
        """A decorator above the one that registers wraps what nobody calls: the route has the function as it was below. Where it gives the function
        back as it is, what it has noted there is noted for the route too."""
        maker = self.names.resolve(decorator.func if isinstance(decorator, ir.Call) else decorator, scope)
        if not isinstance(maker, Definition) or maker.kind != "function":
            return False
        given = [maker, *(self.names.resolve(value, self.names.scope(maker)) for value in self.lists.returns(maker) if isinstance(value, ir.Name))]
        for each in given:
            if isinstance(each, Definition) and each.kind == "function":
                params = {param.name for param in each.node.params}  # type: ignore[attr-defined]
                if any(isinstance(value, ir.Name) and value.id in params for value in self.lists.returns(each)):
                    return True
        return False

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
