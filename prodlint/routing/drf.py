"""DRF's routers: what `router.register(prefix, ViewSet)` serves, in whatever module it stands, through nested routers and shared registries.

Knows: SimpleRouter, DefaultRouter, drf-nested-routers, drf-extensions, and a project's own router that takes view sets as these do. Does not know:
where the router is mounted (`django.py`). Sources: djangorestframework 3.16 routers.py, drf-nested-routers 0.95, drf-extensions 0.8 routers.py.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import msgspec
from msgspec.structs import replace

from prodlint import ir
from prodlint.names import Definition, Names, Scope, blocks_of, statements
from prodlint.routing.drf_templates import Template, templates
from prodlint.routing.items import Env, Item
from prodlint.routing.lists import Lists
from prodlint.routing.regexes import simplify
from prodlint.routing.routers import calls_in
from prodlint.routing.table import Before
from prodlint.routing.values import UNKNOWN, argument, shown, words
from prodlint.routing.views import Views
from prodlint.routing.walking import bodies, last_name, own_name

COLLECTION = (("list", "GET"), ("create", "POST"))
MEMBER = (("retrieve", "GET"), ("update", "PUT"), ("partial_update", "PATCH"), ("destroy", "DELETE"))


class Registered(msgspec.Struct, frozen=True, eq=False):
    """One `register` call: prefix and view set; `above` is what a nested router puts before it."""

    prefix: str
    viewset: Item
    slash: str
    above: str = ""
    templates: tuple[Template, ...] | None = None  # of a router with `routes` of its own


class Router(msgspec.Struct, eq=False):
    """A router variable: how it was made, and what was registered on it."""

    made: Item | None
    registered: list[tuple[str, Item]]
    shares: list[Definition]


class Routers:
    """All routers of a project; registrations are read once, when the first router is asked for."""

    def __init__(self, names: Names, lists: Lists, gap: Callable[[Scope, int, str], None]) -> None:
        self.names, self.lists, self.gap = names, lists, gap
        self._routers: dict[Definition, Router] | None = None
        self.mounted: set[Definition] = set()
        self.handed: dict[tuple[object, str], Definition | None] = {}
        self.homeless: list[tuple[str, Item]] = []  # registrations on what nobody could tell to be a router

    # ------------------------------------------------------------ what is registered where
    @property
    def routers(self) -> dict[Definition, Router]:
        if self._routers is None:
            self._routers = {}
            for module in self.names.modules.values():
                self._read(module.body, Scope(module), {})
            seen = set()
            for name in ("register", "extend"):
                for definition in self.names.functions(name):
                    if definition.node not in seen:
                        seen.add(definition.node)
                        self._read(self.names.body(definition.node), self.names.scope(definition), {})  # type: ignore[arg-type]
        return self._routers

    def _read(self, body: Iterable[ir.Stmt], scope: Scope, env: Env) -> None:
        for statement in body:
            if isinstance(statement, (ir.ExprStmt, ir.Assign)) and isinstance(statement.value, ir.Call):
                call: ir.Expr = statement.value
                while isinstance(call, ir.Call) and isinstance(call.func, ir.Attr):  # router.register(...).register(...)
                    self._call(call, scope, env)
                    call = call.func.base
            elif isinstance(statement, ir.For):
                self._loop(statement, scope, env)
            else:
                for block in blocks_of(statement):
                    self._read(block, scope, env)

    def _loop(self, loop: ir.For, scope: Scope, env: Env) -> None:
        calls = [s.value for s in statements(loop.body) if isinstance(s, ir.ExprStmt) and self._place(s.value, scope, env) is not None]
        if not calls:
            return
        choices = self.lists.choices(Item(loop.iter, scope, env), True)
        if choices is None:
            self.gap(scope, loop.at, f"{len(calls)} registration{'s' * (len(calls) > 1)} in a loop over {shown(loop.iter)}")
            return
        for choice in choices:
            self._read(loop.body, scope, self.lists.bind(loop.target, choice, env))

    def _place(self, call: ir.Expr, scope: Scope, env: Env, depth: int = 6) -> tuple[Definition | None, str] | None:
        """The router of `router.register(prefix, ViewSet)` and the path that stands before the prefix; None where it is no such call.

        What drf-extensions' `register` returns takes more registrations: `orders = router.register("orders", Orders)`, then
        `orders.register("lines", Lines, parents_query_lookups=["order"])`."""
        if not isinstance(call, ir.Call) or not isinstance(call.func, ir.Attr) or call.func.name != "register" or depth <= 0:
            return None
        if argument(call, [1, "viewset"]) is None or argument(call, [0, "prefix"]) is None:
            return None
        base = call.func.base
        ref = self.names.resolve(base, scope) if isinstance(base, (ir.Name, ir.Attr)) else None
        if isinstance(ref, Definition) and ref.kind == "value" and self._is_router(ref):
            return ref, ""
        if isinstance(ref, Definition) and ref.kind == "param" and ref.owner is not None:
            key = (ref.owner.node, ref.name)
            if key not in self.handed:
                self.handed[key] = self._passed(ref, ref.owner)
            if (passed := self.handed[key]) is not None:
                return passed, ""
        outer, where = base, scope
        if isinstance(ref, Definition) and isinstance(ref.node, ir.Assign) and ref.node.value is not None:
            outer, where = ref.node.value, self.names.scope_of(ref)
        above = self._place(outer, where, env, depth - 1)
        if above is not None and isinstance(outer, ir.Call):
            lookups = self.lists.choices(Item(argument(call, "parents_query_lookups") or base, scope, env)) or []
            level = self._level(outer, where, env)
            field = self.lists.text(lookups[level].expr, lookups[level].scope, lookups[level].env) if level < len(lookups) else None
            prefix = self.lists.text(argument(outer, [0, "prefix"]), where, env) or UNKNOWN
            return above[0], f"{above[1]}{prefix}/(?P<parent_lookup_{field or 'pk'}>[^/.]+)/"
        return (None, "") if self._takes_viewset(call, scope, env) and not isinstance(ref, str) else None

    def _passed(self, param: Definition, function: Definition) -> Definition | None:
        """The router that the first of its callers hands to a function: `def add_urls(router): router.register(...)`, `add_urls(api)`."""
        if function.kind != "function" or function.owner is not None:
            return None
        position = [each.name for each in function.node.params].index(param.name)  # type: ignore[attr-defined]
        for scope, body in bodies(self.names, function.name):
            for call, where in calls_in(body, scope):
                given = argument(call, [position, param.name]) if last_name(call.func) == function.name else None
                if isinstance(given, (ir.Name, ir.Attr)) and self.names.resolve(call.func, where) is function:
                    ref = self.names.resolve(given, where)
                    if isinstance(ref, Definition) and ref.kind == "value" and self._is_router(ref):
                        return ref
        return None

    def _level(self, outer: ir.Call, scope: Scope, env: Env) -> int:
        """How many registrations stand above this one."""
        place = self._place(outer, scope, env)
        return place[1].count("(?P<parent_lookup_") if place is not None else 0

    def _takes_viewset(self, call: ir.Call, scope: Scope, env: Env) -> bool:
        viewset = argument(call, [1, "viewset"])
        cls = self._class(self.lists.deref(Item(viewset, scope, env))) if viewset is not None else None
        above = [a for a in self.names.mro(cls) if isinstance(a, str)] if cls is not None else []
        return any(a.endswith("ViewSet") or (a.startswith("rest_framework.") and "ViewSet" in a) for a in above)

    def _is_router(self, ref: Definition) -> bool:
        kind = self.names.value_type(ref)
        if isinstance(kind, Definition):
            return kind.kind == "class" and (any(isinstance(a, str) and _drf_router(a) for a in self.names.mro(kind)) or self._is_like(kind))
        return isinstance(kind, str) and (_drf_router(kind.removesuffix("()")) or self._on_another(ref, kind.removesuffix("()")))

    def _on_another(self, ref: Definition, kind: str, depth: int = 4) -> bool:
        """`NestedComplexRouter(api, "orders", lookup="order")`: a router of a package nobody knows, made on top of one of DRF's, as those of
        drf-nested-routers are."""
        call = ref.node.value if isinstance(ref.node, ir.Assign) else None
        if not kind.endswith("Router") or not isinstance(call, ir.Call) or len(call.args) < 2 or not isinstance(call.args[0], (ir.Name, ir.Attr)):
            return False
        parent = self.names.resolve(call.args[0], self.names.scope_of(ref))
        if not isinstance(parent, Definition) or parent.kind != "value" or parent is ref:
            return False
        above = self.names.value_type(parent)
        if isinstance(above, str) and not _drf_router(above.removesuffix("()")):
            return depth > 0 and self._on_another(parent, above.removesuffix("()"), depth - 1)
        return self._is_router(parent)

    def _is_like(self, cls: Definition) -> bool:
        """A router of the project's own (a copy of DRF's, say): it is registered view sets under prefixes and makes URLs of them."""
        ancestors = [ancestor for ancestor in self.names.mro(cls) if isinstance(ancestor, Definition)]
        members = [(name, member) for ancestor in ancestors for name, member in self.names.members(ancestor).items()]
        takes = [m.node.params[1:3] for name, m in members if name == "register" and isinstance(m.node, ir.Function)]
        makes = any(name in ("get_urls", "urls") for name, _ in members)
        return makes and any(len(given) == 2 and "prefix" in given[0].name and "view" in given[1].name for given in takes)

    def _call(self, call: ir.Call, scope: Scope, env: Env) -> None:
        place = self._place(call, scope, env)
        if place is not None:
            viewset = argument(call, [1, "viewset"])
            assert viewset is not None
            prefix = self.lists.text(argument(call, [0, "prefix"]), scope, env)
            entry = (place[1] + (UNKNOWN if prefix is None else prefix), self.lists.deref(Item(viewset, scope, env)))
            if place[0] is None:
                self.gap(scope, call.at, f"{shown(call.func)}({entry[0]}): the router could not be resolved; the prefix of its routes is not known")
                self.homeless.append(entry)
            else:
                self._known(place[0]).registered.append(entry)
            return
        func = call.func
        if isinstance(func, ir.Attr) and func.name == "extend" and isinstance(func.base, ir.Attr) and func.base.name == "registry" and call.args:
            target = self.names.resolve(func.base.base, scope)
            source = call.args[0].base if isinstance(call.args[0], ir.Attr) and call.args[0].name == "registry" else None
            other = self.names.resolve(source, scope) if source is not None else None
            if isinstance(target, Definition) and isinstance(other, Definition):
                self._known(target).shares.append(other)

    def _known(self, definition: Definition) -> Router:
        assert self._routers is not None
        if definition not in self._routers:
            node = definition.node
            made = Item(node.value, self.names.scope_of(definition)) if isinstance(node, ir.Assign) and node.value is not None else None
            self._routers[definition] = Router(made, [], [])
        return self._routers[definition]

    # ------------------------------------------------------------ as a list of entries
    def is_urls(self, item: Item) -> bool:
        """Is this `router.urls` or `router.get_urls()`?"""
        return self._of_urls(item) is not None

    def _of_urls(self, item: Item) -> Definition | None:
        expr = item.expr.func if isinstance(item.expr, ir.Call) and not item.expr.args else item.expr
        if not isinstance(expr, ir.Attr) or expr.name not in ("urls", "get_urls"):
            return None
        base = self.lists.deref(replace(item, expr=expr.base))
        ref = self.names.resolve(base.expr, base.scope) if isinstance(base.expr, (ir.Name, ir.Attr)) else None
        return ref if isinstance(ref, Definition) and ref.kind == "value" and (ref in self.routers or self._is_router(ref)) else None

    def listed(self, item: Item) -> list[Item] | None:
        """The registrations of a router as entries of a URL list."""
        definition = self._of_urls(item)
        if definition is None:
            return None
        return [Item(item.expr, item.scope, item.env, item.prefix, one) for one in self.registrations(definition)]

    def registrations(self, definition: Definition, depth: int = 6) -> list[Registered]:
        router = self.routers.get(definition)
        if router is None or depth <= 0:
            return []
        self.mounted.add(definition)
        slash, above = self._slash(router), self._nested(router, depth)
        kind = self._kind(router)
        laid = templates(self.names, self.lists, kind) if kind is not None else None
        own = [Registered(prefix, viewset, slash, above, laid) for prefix, viewset in router.registered]
        return own + [replace(one, slash=slash) for other in router.shares for one in self.registrations(other, depth - 1)]

    def unmounted(self, views: Views) -> None:
        """What no URL configuration of this tree mounts is listed under an unknown path."""
        shared = {other for router in self.routers.values() for other in router.shares}
        for definition in [d for d in self.routers if d not in self.mounted and d not in shared]:
            for one in self.registrations(definition):
                self.serve(one, views, f"/{UNKNOWN}/", ())
        for prefix, viewset in self.homeless:
            self.serve(Registered(prefix, viewset, "/"), views, f"/{UNKNOWN}/", ())

    def _slash(self, router: Router) -> str:
        call = router.made.expr if router.made is not None else None
        if not isinstance(call, ir.Call) or router.made is None:
            return "/"
        given = argument(call, "trailing_slash")
        if isinstance(given, ir.Const) and given.value is False:
            return ""
        kind = self._kind(router)
        own = self.names.instance_member(kind, "trailing_slash") if kind is not None else None
        value = own.node.value if isinstance(own, Definition) and isinstance(own.node, ir.Assign) else None
        return str(value.value).replace("/?", "").replace("False", "") if isinstance(value, ir.Const) else "/"

    def _kind(self, router: Router) -> Definition | None:
        """The project's own class of a router."""
        call = router.made.expr if router.made is not None else None
        kind = self.names.call_type(call, router.made.scope, 8) if isinstance(call, ir.Call) and router.made is not None else None
        return kind if isinstance(kind, Definition) and kind.kind == "class" else None

    def _nested(self, router: Router, depth: int) -> str:
        """`NestedSimpleRouter(parent, "domains", lookup="domain")` puts `domains/<domain_pk>/` first."""
        made = router.made
        call = made.expr if made is not None else None
        if made is None or not isinstance(call, ir.Call) or len(call.args) < 2:
            return ""
        parent = self.names.resolve(call.args[0], made.scope) if isinstance(call.args[0], (ir.Name, ir.Attr)) else None
        if not isinstance(parent, Definition) or parent not in self.routers:
            return ""
        prefix = self.lists.text(call.args[1], made.scope, made.env)
        prefix = UNKNOWN if prefix is None else prefix
        lookup = self.lists.text(argument(call, [2, "lookup"]), made.scope, made.env) or "nested_1"
        field = next((self.lookup(viewset) for known, viewset in self.routers[parent].registered if known == prefix), "pk")
        return f"{self._nested(self.routers[parent], depth - 1) if depth else ''}{_slashed(prefix)}<{lookup}_{field}>/"

    def lookup(self, viewset: Item) -> str:
        """The name of the path parameter that selects one object."""
        ref = self._class(viewset)
        for name in ("lookup_url_kwarg", "lookup_field"):
            found = self.names.class_member(ref, name) if ref is not None else None
            if isinstance(found, Definition) and isinstance(found.node, ir.Assign):
                word = self.lists.text(found.node.value, self.names.class_scope(found.owner) if found.owner else viewset.scope, {})
                if word and UNKNOWN not in word:
                    return word
        return "pk"

    def _class(self, viewset: Item) -> Definition | None:
        item = self.lists.followed(viewset)
        ref = self.names.resolve(item.expr, item.scope) if isinstance(item.expr, (ir.Name, ir.Attr)) else None
        return ref if isinstance(ref, Definition) and ref.kind == "class" else None

    # ------------------------------------------------------------ what a registration serves
    def serve(self, one: Registered, views: Views, above: str, before: tuple[Before, ...]) -> None:
        """Adds every route of one registration."""
        cls = self._class(one.viewset)
        base = above + one.above + simplify(one.prefix)
        if cls is None:
            ref = self.names.resolve(one.viewset.expr, one.viewset.scope) if isinstance(one.viewset.expr, (ir.Name, ir.Attr)) else None
            if isinstance(ref, str):
                views.table.outside.append((base, ref))
            else:
                views.gap(one.viewset, f"{base}: {shown(one.viewset.expr)} could not be followed to a view set")
            return
        allowed = views.allowed(cls)
        for action, verb, path in self._actions(one, base, above):
            if verb.lower() in allowed:
                views.action(cls, action, (verb,), path, before)
        for method, decorator in views.extra(cls):
            self._extra(method, decorator, cls, views, lambda on_one, word: self._added(one, base, above, on_one, word), before)

    def _actions(self, one: Registered, base: str, above: str) -> Iterator[tuple[str, str, str]]:
        """(action, method, path) of what the router makes of a view set."""
        lookup = self.lookup(one.viewset)
        for template in one.templates or ():
            path = above + one.above + template.path(one.prefix, lookup, one.slash)
            yield from ((action, verb, path) for verb, action in template.leads)
        if one.templates is None:
            for actions, path in ((COLLECTION, base), (MEMBER, f"{_slashed(base)}<{lookup}>")):
                yield from ((action, verb, path if path.endswith("/") else path + one.slash) for action, verb in actions)

    def _added(self, one: Registered, base: str, above: str, on_one: bool, word: str) -> list[str]:
        """The paths of an `@action` method."""
        lookup = self.lookup(one.viewset)
        if one.templates is not None:
            dynamic = (template for template in one.templates if template.dynamic and template.detail is on_one)
            return [above + one.above + template.path(one.prefix, lookup, one.slash, word) for template in dynamic]
        return [f"{_slashed(f'{_slashed(base)}<{lookup}>' if on_one else base)}{simplify(word)}{one.slash}"]

    def _extra(
        self,
        method: Definition,
        decorator: ir.Call,
        cls: Definition,
        views: Views,
        paths: Callable[[bool, str], list[str]],
        before: tuple[Before, ...],
    ) -> None:
        scope = self.names.scope_of(method)
        last = own_name(self.names, decorator.func, scope)
        detail = argument(decorator, [1, "detail"])
        on_one = last == "detail_route" or (isinstance(detail, ir.Const) and detail.value is True)
        given = argument(decorator, [0, "methods"])
        methods = (words(self.names, given, scope) if given is not None else None) or ("GET",)
        url = self.lists.text(argument(decorator, "url_path"), scope, {}) or method.name
        allowed = views.allowed(cls)
        methods = tuple(m for m in methods if m.lower() in allowed and m not in ("HEAD", "OPTIONS"))
        around, of_action = before + views.around(cls), views.permissions(method)
        served = [(methods, method)] if methods else []
        served += [((verb,), mapped) for mapped, verb in self._mapped(method, cls) if verb.lower() in allowed]
        for path in paths(on_one, url):
            for verbs, each in served:
                own = tuple(Before("decorator", d, scope) for d in each.node.decorators)  # type: ignore[attr-defined]
                views.add("drf", verbs, path, each, cls, f"{cls.dotted}.{each.name}", around + of_action + own, each.name)

    def _mapped(self, method: Definition, cls: Definition) -> list[tuple[Definition, str]]:
        """`@name.mapping.delete` on another method."""
        out = []
        for member in self.names.members(method.owner or cls).values():
            for node in (member.node, *member.again):
                for decorator in node.decorators if isinstance(node, ir.Function) else ():
                    if (
                        isinstance(decorator, ir.Attr)
                        and isinstance(decorator.base, ir.Attr)
                        and decorator.base.name == "mapping"
                        and isinstance(decorator.base.base, ir.Name)
                        and decorator.base.base.id == method.name
                    ):
                        found = member if node is member.node else Definition("function", member.name, member.module, node, member.owner)
                        out.append((found, decorator.name.upper()))
        return out


def _slashed(path: str) -> str:
    """A router that registers under an empty prefix puts no slash of its own."""
    return path if path.endswith("/") or not path else f"{path}/"


def _drf_router(name: str) -> bool:
    """A router class of DRF or of a package on top of it."""
    return name.endswith("Router") and name.partition(".")[0] in (
        "rest_framework",
        "rest_framework_nested",
        "rest_framework_extensions",
        "rest_framework_bulk",
        "drf_nested_routers",
    )
