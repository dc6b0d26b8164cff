"""django-ninja: operations on NinjaAPI and Router objects, routers added to each other, controllers of django-ninja-extra.

Knows: decorators of operations, add_router, api_controller. Does not know: where the API is mounted (`django.py`). Sources: django-ninja 1.4
main.py and router.py, django-ninja-extra 0.30.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from prodlint import ir
from prodlint.names import Definition, Names, Scope, blocks_of, statements
from prodlint.routing.items import Env, Item
from prodlint.routing.lists import Lists
from prodlint.routing.table import Before
from prodlint.routing.values import UNKNOWN, argument, words
from prodlint.routing.views import Views
from prodlint.routing.walking import bodies, last_name

VERBS = ("get", "post", "put", "patch", "delete")
ANY_VERB = ("api_operation", "generic")  # told their methods
PACKAGES = ("ninja", "ninja_extra", "ninja_jwt")
CHILDREN = ("add_router", "register_controllers")


class Operations(msgspec.Struct, eq=False):
    """One NinjaAPI, Router or controller class: its operations, its children with their prefixes, its own authentication."""

    handlers: list[tuple[Definition, ir.Call, Scope]] = msgspec.field(default_factory=list)
    children: list[tuple[str, Definition, ir.Expr | None, Scope]] = msgspec.field(default_factory=list)
    auth: tuple[ir.Expr, Scope] | None = None
    permissions: tuple[ir.Expr, Scope] | None = None  # of a controller: what its operations ask that name none
    prefix: str = ""
    model: Definition | None = None  # a controller that serves the rows of a model


MODEL_ROUTES = (("create", "POST", "/"), ("list", "GET", "/"), ("find_one", "GET", "/{id}"), ("update", "PUT", "/{id}"),
                ("patch", "PATCH", "/{id}"), ("delete", "DELETE", "/{id}"))  # fmt: skip


class Apis:
    """All ninja objects of a project."""

    def __init__(self, names: Names, lists: Lists) -> None:
        self.names, self.lists = names, lists
        self.known: dict[Definition, Operations] | None = None
        self.mounted: set[Definition] = set()

    # ------------------------------------------------------------ reading
    @property
    def objects(self) -> dict[Definition, Operations]:
        if self.known is None:
            self.known = {}
            if any(
                (b.full or b.target).split(".")[0] in PACKAGES
                for m in self.names.modules.values()
                for s in m.body
                if isinstance(s, ir.Import)
                for b in s.bindings
            ):
                self._operations()
                self._children()
        return self.known

    def _object(self, expr: ir.Expr, scope: Scope) -> Definition | None:
        ref = self.names.resolve(expr, scope) if isinstance(expr, (ir.Name, ir.Attr)) else None
        if not isinstance(ref, Definition) or ref.kind != "value":
            return None
        kind = self.names.value_type(ref)
        chain = self.names.mro(kind) if isinstance(kind, Definition) and kind.kind == "class" else (kind,)
        return ref if any(isinstance(k, str) and k.partition(".")[0] in PACKAGES for k in chain) else None

    def _made(self, ref: Definition) -> Operations:
        assert self.known is not None
        if ref not in self.known:
            node, scope = ref.node, self.names.scope_of(ref)
            auth = argument(node.value, "auth") if isinstance(node, ir.Assign) and isinstance(node.value, ir.Call) else None
            self.known[ref] = Operations(auth=(auth, scope) if auth is not None else None)
        return self.known[ref]

    def _operations(self) -> None:
        for definition in self.names.functions():
            scope = self.names.scope_of(definition)
            for decorator in definition.node.decorators:  # type: ignore[attr-defined]
                if not isinstance(decorator, ir.Call):
                    continue
                func = decorator.func
                if isinstance(func, ir.Attr) and func.name in (*VERBS, "api_operation"):
                    ref = self._object(func.base, scope)
                    if ref is not None:
                        self._made(ref).handlers.append((definition, decorator, scope))
                        continue
                self._controller(definition, decorator, scope)

    def _controller(self, definition: Definition, decorator: ir.Call, scope: Scope) -> None:
        """`@http_get("/x")` or `@route.get("/x")` in a class with `@api_controller("/prefix")`."""
        ref = self.names.resolve(decorator.func, scope)
        cls = definition.owner
        if not isinstance(ref, str) or not ref.startswith("ninja_extra.") or cls is None or cls.kind != "class" or self.known is None:
            return
        if last_name(decorator.func).removeprefix("http_") in (*VERBS, *ANY_VERB):  # and not `@paginate()`, `@searching()`
            self._controller_class(cls).handlers.append((definition, decorator, scope))

    def _controller_class(self, cls: Definition) -> Operations:
        assert self.known is not None
        if cls not in self.known:
            made = next((d for d in cls.node.decorators if isinstance(d, ir.Call) and last_name(d.func) == "api_controller"), None)  # type: ignore[attr-defined]
            where = self.names.class_scope(cls)
            auth, asked = (argument(made, word) if made is not None else None for word in ("auth", "permissions"))
            prefix = self.lists.text(argument(made, [0, "prefix_or_class"]), where, {}) if made is not None else ""
            serves = any(isinstance(a, str) and a.startswith("ninja_extra.") and a.endswith("ModelControllerBase") for a in self.names.mro(cls))
            self.known[cls] = Operations(
                auth=(auth, where) if auth is not None else None,
                permissions=(asked, where) if asked is not None else None,
                prefix=prefix or "",
                model=cls if serves else None,
            )
        return self.known[cls]

    def _children(self) -> None:
        for scope, body in bodies(self.names, *CHILDREN):
            self._read(body, scope, {})

    def _read(self, body: Iterable[ir.Stmt], scope: Scope, env: Env) -> None:
        for statement in body:
            if isinstance(statement, ir.ExprStmt) and isinstance(statement.value, ir.Call) and isinstance(statement.value.func, ir.Attr):
                self._child(statement.value, scope, env)
            choices = self.lists.choices(Item(statement.iter, scope, env), True) if isinstance(statement, ir.For) and _adds(statement) else None
            for here in [self.lists.bind(statement.target, choice, env) for choice in choices] if choices is not None else [env]:  # type: ignore[attr-defined]
                for block in blocks_of(statement):
                    self._read(block, scope, here)

    def _child(self, call: ir.Call, scope: Scope, env: Env) -> None:
        func = call.func
        assert isinstance(func, ir.Attr)
        if func.name not in CHILDREN:
            return
        parent = self._object(func.base, scope)
        if parent is None:
            return
        if func.name == "register_controllers":
            for arg in self.lists.given(call, scope, env).args:
                ref = self.lists.resolve(arg.expr, arg.scope, arg.env)
                if isinstance(ref, Definition) and ref.kind == "class":
                    self._controller_class(ref)
                    self._made(parent).children.append(("", ref, None, scope))
            return
        prefix = self.lists.text(argument(call, [0, "prefix"]), scope, env)
        given = argument(call, [1, "router"])
        item = self.lists.deref(Item(given, scope, env)) if given is not None else None
        child = self._router(item.expr, item.scope) if item is not None else None
        if child is not None:
            self._made(parent).children.append((UNKNOWN if prefix is None else prefix, child, argument(call, "auth"), scope))

    def _router(self, expr: ir.Expr | None, scope: Scope) -> Definition | None:
        """A router by its name or by a dotted string."""
        if isinstance(expr, ir.Const) and isinstance(expr.value, str):
            module = self.names.find_module(expr.value.rpartition(".")[0], scope.module)
            ref = self.names.symbol(module, expr.value.rpartition(".")[2]) if module is not None else None
            return ref if isinstance(ref, Definition) and ref.kind == "value" else None
        return self._object(expr, scope) if expr is not None else None

    # ------------------------------------------------------------ serving
    def is_urls(self, item: Item) -> bool:
        return self._of_urls(item) is not None

    def _of_urls(self, item: Item) -> Definition | None:
        expr = item.expr
        if not isinstance(expr, ir.Attr) or expr.name != "urls" or not self.objects:
            return None
        ref = self._object(expr.base, item.scope)
        return ref if ref in self.objects else None

    def serve(self, item: Item, views: Views, path: str, before: tuple[Before, ...]) -> bool:
        """Adds the routes of `api.urls` under a path; False where the item is something else."""
        ref = self._of_urls(item)
        if ref is None:
            return False
        self._serve(ref, views, path, before, None, 0)
        return True

    def unmounted(self, urls: Any) -> None:
        """APIs that no URL configuration of this tree mounts are listed under an unknown path."""
        children = {child for made in self.objects.values() for _, child, *_ in made.children}
        for ref in self.objects:
            if ref not in self.mounted and ref not in children:
                self._serve(ref, urls.views, f"/{UNKNOWN}/", (), None, 0)

    def _serve(self, ref: Definition, views: Views, path: str, before: tuple[Before, ...], auth: tuple[ir.Expr, Scope] | None, depth: int) -> None:
        made = self.objects.get(ref)
        if made is None or depth > 12:
            return
        self.mounted.add(ref)
        auth = made.auth or auth
        path = _join(path, made.prefix)
        for definition, decorator, scope in made.handlers:
            self._operation(definition, decorator, scope, views, path, before, auth, made.permissions)
        for action, verb, where in MODEL_ROUTES if made.model is not None else ():
            permission = (Before("permission", auth[0], auth[1]),) if auth is not None else ()
            views.add("ninja", (verb,), _join(path, where), None, made.model, f"{made.model.dotted}.{action}", before + permission, action)
        for prefix, child, given, scope in made.children:
            self._serve(child, views, _join(path, prefix), before, (given, scope) if given is not None else auth, depth + 1)

    def _operation(
        self, definition: Definition, decorator: ir.Call, scope: Scope, views: Views, path: str, before: tuple[Before, ...],
        auth: tuple[ir.Expr, Scope] | None, asked: tuple[ir.Expr, Scope] | None,
    ) -> None:  # fmt: skip
        last = last_name(decorator.func).removeprefix("http_")
        if last in ANY_VERB:
            first = last == "api_operation"  # `generic` of controllers takes the path first
            methods = words(self.names, argument(decorator, [0, "methods"] if first else "methods"), scope) or ()
            given = argument(decorator, [1, "path"] if first else [0, "path"])
        else:
            methods, given = (last.upper(),), argument(decorator, [0, "path"])
        own = argument(decorator, "auth")
        auth = (own, scope) if own is not None else auth
        guards = tuple(Before("decorator", d, scope) for d in definition.node.decorators if d is not decorator)  # type: ignore[attr-defined]
        permission = (Before("permission", auth[0], auth[1]),) if auth is not None else ()
        own = argument(decorator, "permissions")
        asked = (own, scope) if own is not None else asked
        permission += (Before("permissions", asked[0], asked[1]),) if asked is not None else ()
        route = _join(path, (self.lists.text(given, scope, {}) if given is not None else "") or "")
        cls = definition.owner if definition.owner is not None and definition.owner.kind == "class" else None
        views.add("ninja", tuple(methods), route, definition, cls, definition.dotted, before + permission + guards)


def _join(path: str, more: str) -> str:
    """ninja normalises: one slash between the parts."""
    return path.rstrip("/") + "/" + more.lstrip("/") if more else path


def _adds(loop: ir.For) -> bool:
    """Does a loop add routers or controllers?"""
    calls = (s.value for s in statements(loop.body) if isinstance(s, ir.ExprStmt))
    return any(isinstance(call, ir.Call) and last_name(call.func) in CHILDREN for call in calls)
