"""What a registration on a router serves: a function, a class with its methods, through wrappers, factories and `as_view`.

Knows: which project function or class an expression leads to. Does not know: paths of routers, what a handler does.
"""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace

from prodlint import ir
from prodlint.names import Definition, Names, Scope
from prodlint.routing.items import Env, Item
from prodlint.routing.lists import Lists
from prodlint.routing.routers import Router
from prodlint.routing.table import VERBS, Before, Endpoint
from prodlint.routing.values import UNKNOWN, items, shown
from prodlint.routing.walking import last_name

Place = tuple[Scope, ir.Call]


class Serving:
    """Adds endpoints to routers."""

    def __init__(self, names: Names, lists: Lists, gap: Callable[[Scope, int, str], None]) -> None:
        self.names, self.lists, self.gap = names, lists, gap

    # ------------------------------------------------------------ from an expression to a handler
    def serve(self, router: Router, handler: Item, path: str, verbs: tuple[str, ...] | None, place: Place, depth: int = 4) -> None:
        """One registration call; what may be one of two handlers is both."""
        source = self.lists.followed(handler)
        if isinstance(source.expr, ir.IfExp) and depth > 0:
            for part in (source.expr.body, source.expr.orelse):
                self.serve(router, replace(source, expr=part), path, verbs, place, depth - 1)
            return
        found, before = self.led(handler, (), 10)
        if isinstance(found, Item):  # a lambda
            module, at = found.scope.module, ir.start_of(found.expr)
            name = f"{module.dotted}.<lambda>"
            router.own.append(Endpoint(router.framework, verbs or ("GET",), path, None, None, name, module.path, ir.line_of(at), before=before))
        elif isinstance(found, Definition) and found.kind == "function":
            inner = self.names.scope_of(found)
            before += tuple(Before("decorator", d, inner) for d in found.node.decorators)  # type: ignore[attr-defined]
            self.function(router, found, path, verbs if verbs is not None else ("GET",), before)
        elif isinstance(found, Definition):
            self.classes(router, found, path, verbs, before)
        elif found is None:
            scope, call = place
            self.gap(scope, call.at, f"{shown(call.func)}({path}): the handler could not be resolved")

    def led(self, item: Item, before: tuple[Before, ...], depth: int) -> tuple[Definition | Item | str | None, tuple[Before, ...]]:
        """The function or class an expression leads to (a lambda as it stands, an outside name as a string), and the wrappers on the way."""
        item = self.lists.deref(item)
        expr = item.expr
        if depth <= 0:
            return None, before
        if isinstance(expr, ir.Lambda):
            return item, before
        if isinstance(expr, ir.Call):
            return self._called(item, expr, before, depth)
        if not isinstance(expr, (ir.Name, ir.Attr, ir.Sub)):
            return None, before
        if isinstance(expr, ir.Sub):
            source = self.lists.followed(item)
            return self.led(source, before, depth - 1) if source.expr is not expr else (None, before)
        ref = self.lists.resolve(expr, item.scope, item.env)
        inner = wrapped(ref, item.env) if isinstance(ref, Definition) and ref.kind == "function" else None
        if inner is not None:
            return self.led(Item(inner, self.names.scope_of(ref), item.env), before, depth - 1)  # type: ignore[arg-type]
        if isinstance(ref, str) or (isinstance(ref, Definition) and ref.kind in ("function", "class")):
            return ref, before
        if isinstance(ref, Definition) and ref.kind == "value":
            return self._assigned(ref, item, before, depth)
        return None, before

    def _assigned(
        self, ref: Definition, item: Item, before: tuple[Before, ...], depth: int
    ) -> tuple[Definition | Item | str | None, tuple[Before, ...]]:
        """What a variable was given; the first of its assignments that leads somewhere in the project."""
        inside = item.env if ref.owner is item.scope.function else {}
        outside: tuple[str, tuple[Before, ...]] | None = None
        for node in (ref.node, *ref.again):
            value = node.value if isinstance(node, ir.Assign) else None
            if value is None or value is item.expr:
                continue
            found, wrappers = self.led(Item(value, self.names.scope_of(ref), inside), before, depth - 2)
            if isinstance(found, (Definition, Item)):
                return found, wrappers
            if isinstance(found, str) and outside is None:
                outside = (found, wrappers)
        return outside if outside is not None else (None, before)

    def _called(self, item: Item, call: ir.Call, before: tuple[Before, ...], depth: int) -> tuple[Definition | Item | str | None, tuple[Before, ...]]:
        """`View.as_view()`, `decorator(handler)`, `make_handler(model)`."""
        func = call.func
        if isinstance(func, ir.Attr) and func.name == "as_view":
            return self.led(Item(func.base, item.scope, item.env), before, depth - 1)
        args = [*call.args, *(keyword.value for keyword in call.kwargs)]
        for arg in args:
            inner = arg.value if isinstance(arg, ir.Star) else arg
            if isinstance(inner, (ir.Name, ir.Attr, ir.Call)):
                found, wrappers = self.led(Item(inner, item.scope, item.env), before, depth - 1)
                if isinstance(found, Definition):
                    wrapper = func if len(args) == 1 else call
                    return found, wrappers if last_name(func) == "partial" else (*wrappers, Before("decorator", wrapper, item.scope))
        ref = self.lists.resolve(func, item.scope, item.env)
        if isinstance(ref, Definition) and ref.kind == "function":
            for value in self.lists.returns(ref):
                made = self.names.resolve(value, self.names.scope(ref)) if isinstance(value, (ir.Name, ir.Attr)) else None
                if isinstance(made, Definition) and made.kind in ("function", "class"):
                    return made, before
        if isinstance(ref, Definition) and ref.kind == "class":
            called = self.names.class_member(ref, "__call__")
            return (called, before) if isinstance(called, Definition) and called.kind == "function" else (ref, before)
        return (ref if isinstance(ref, str) else None), before

    def words(self, item: Item) -> tuple[str, ...] | None:
        """Methods ("GET", "POST"), upper case, of a list or a single string; None where they cannot be told."""
        source = self.lists.followed(item)
        found = [source] if isinstance(source.expr, ir.Const) else self.lists.choices(source if isinstance(source.expr, ir.Seq) else item)
        out = []
        for one in found or ():
            word = self.lists.text(one.expr, one.scope, one.env)
            if word is None or UNKNOWN in word:
                word = one.expr.name if isinstance(one.expr, ir.Attr) else None  # HTTPMethod.GET, Methods.POST
            if word is None:
                return None
            out.append(word.upper())
        return tuple(out) or None

    # ------------------------------------------------------------ endpoints
    @staticmethod
    def is_route(expr: ir.Expr, decorators: set[str]) -> bool:
        return isinstance(expr, ir.Call) and isinstance(expr.func, ir.Attr) and expr.func.name in decorators

    def function(self, router: Router, handler: Definition, path: str, verbs: tuple[str, ...], before: tuple[Before, ...]) -> None:
        cls = handler.owner if handler.owner is not None and handler.owner.kind == "class" else None
        router.own.append(
            Endpoint(router.framework, verbs, path, handler, cls, handler.dotted, handler.module.path, ir.line_of(handler.at), before=before)
        )

    def classes(self, router: Router, cls: Definition, path: str, verbs: tuple[str, ...] | None, before: tuple[Before, ...]) -> None:
        """A class-based handler: one endpoint for each HTTP method that the class or its ancestors define."""
        before += self._around(cls)
        served = False
        for verb in VERBS:
            if verbs and verb.upper() not in verbs:  # none are said where all are served: `add_route("*", "/order", OrderView)`
                continue
            method = self.names.method(cls, verb)
            if method is None:
                continue
            served = True
            own = tuple(Before("decorator", d, self.names.class_scope(cls)) for d in method.node.decorators)  # type: ignore[attr-defined]
            own += self._of_verb(cls, verb)
            router.own.append(
                Endpoint(router.framework, (verb.upper(),), path, method, cls, f"{cls.dotted}.{verb}", method.module.path, ir.line_of(method.at),
                         action=verb, before=before + own, options={"inherited": "yes"} if method.owner is not cls else {})
            )  # fmt: skip
        if not served:
            self._whole(router, cls, path, verbs, before)

    def _around(self, cls: Definition) -> tuple[Before, ...]:
        """Decorators of the class, and Flask's `decorators` and `method_decorators`, of which the last is the outermost."""
        scope = self.names.class_scope(cls)
        out = tuple(
            Before("decorator", d, scope)
            for d in cls.node.decorators
            if not self.is_route(d, {"route", "resource", "get", "post"})  # type: ignore[attr-defined]
        )
        for name in ("decorators", "method_decorators"):
            listed = self.names.class_member(cls, name)
            if isinstance(listed, Definition) and isinstance(listed.node, ir.Assign):
                where = self.names.class_scope(listed.owner) if listed.owner is not None else scope
                out += tuple(Before("decorator", e, s) for e, s in reversed(items(self.names, listed.node.value, where) or ()))
        return out

    def _of_verb(self, cls: Definition, verb: str) -> tuple[Before, ...]:
        """`method_decorators = {"post": [jwt_required()]}` of Flask-RESTful."""
        listed = self.names.class_member(cls, "method_decorators")
        value = listed.node.value if isinstance(listed, Definition) and isinstance(listed.node, ir.Assign) else None
        if not isinstance(value, ir.Map):
            return ()
        where = self.names.class_scope(listed.owner if listed.owner is not None else cls)  # type: ignore[union-attr]
        mine = [each for key, each in value.items if isinstance(key, ir.Const) and key.value == verb]
        return tuple(Before("decorator", e, s) for each in mine for e, s in reversed(items(self.names, each, where) or ()))

    def _whole(self, router: Router, cls: Definition, path: str, verbs: tuple[str, ...] | None, before: tuple[Before, ...]) -> None:
        """A class without methods named like HTTP's: `dispatch_request`, `__call__`, or whatever the project's own base runs."""
        found = self.names.class_member(cls, "methods")
        value = found.node.value if isinstance(found, Definition) and isinstance(found.node, ir.Assign) else None
        allowed = verbs or (self.words(Item(value, self.names.class_scope(cls))) if value is not None else None) or ("GET",)
        whole = next((m for n in ("dispatch_request", "__call__") if isinstance(m := self.names.class_member(cls, n), Definition)), None)
        handler = whole if whole is not None and whole.kind == "function" else None
        at = handler if handler is not None and handler.owner is cls else cls
        name = f"{cls.dotted}.{handler.name}" if handler is not None else cls.dotted
        router.own.append(Endpoint(router.framework, allowed, path, handler, cls, name, at.module.path, ir.line_of(at.at), before=before))


def wrapped(function: Definition, env: Env) -> ir.Name | None:
    """`@wraps(view) def wrapper(...)` in a decorator that is read for one view: that view, whose name the framework shows too."""
    for decorator in function.node.decorators:  # type: ignore[attr-defined]
        if isinstance(decorator, ir.Call) and last_name(decorator.func) == "wraps" and decorator.args and isinstance(decorator.args[0], ir.Name):
            return decorator.args[0] if decorator.args[0].id in env else None
    return None
