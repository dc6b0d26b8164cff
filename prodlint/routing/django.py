"""Django's URL configuration: `urlpatterns` through include, nested lists, wrappers and helper functions, from ROOT_URLCONF down.

Knows: path, re_path, url, include, i18n_patterns and where a router or an API object gives its list. Does not know: what a view class
serves (`views.py`), what a DRF router (`drf.py`) or a ninja API (`ninja.py`) registers. Sources: django 5.2 urls/conf.py, urls/resolvers.py.
"""

from __future__ import annotations

import msgspec
from msgspec.structs import replace

from prodlint import ir
from prodlint.model import Span
from prodlint.models import Models
from prodlint.names import Definition, Module, Names, Scope, statements
from prodlint.routing import drf, entering, ninja, orphans, views
from prodlint.routing.items import Item
from prodlint.routing.lists import Lists
from prodlint.routing.regexes import simplify
from prodlint.routing.table import Before, Table, Unresolved
from prodlint.routing.values import UNKNOWN, argument, shown, text
from prodlint.routing.walking import inside

PATHS = frozenset({"django.urls.path", "django.urls.conf.path"})
REGEXES = frozenset({"django.urls.re_path", "django.urls.conf.re_path", "django.conf.urls.url", "django.conf.urls.defaults.url"})
INCLUDES = frozenset({"django.urls.include", "django.conf.urls.include", "django.urls.conf.include", "django.conf.urls.defaults.include"})
SUFFIXED = "rest_framework.urlpatterns.format_suffix_patterns"
LOCALISED = "django.conf.urls.i18n.i18n_patterns"
MAX_DEPTH = 24


def find(names: Names, models: Models, table: Table) -> None:
    """Adds every view that the URL configuration reaches; without a root, every urlpatterns that nothing includes is one."""
    if any(_uses_django(module) for module in names.modules.values()):
        Urls(names, models, table).run()


def _uses_django(module: Module) -> bool:
    return any(
        (binding.full or binding.target).split(".")[0] in ("django", "rest_framework", "ninja", "ninja_extra")
        for statement in module.body
        if isinstance(statement, ir.Import)
        for binding in statement.bindings
        if binding.level == 0
    )


class Above(msgspec.Struct, frozen=True):
    """What stands over an entry: the path so far and the wrappers of an include."""

    path: str = "/"
    before: tuple[Before, ...] = ()
    depth: int = 0


class Urls:
    """Walks the URL configuration of one project."""

    def __init__(self, names: Names, models: Models, table: Table) -> None:
        self.names, self.table = names, table
        self.lists = Lists(names, self.special, self.gap)
        self.gaps: set[tuple[str, int, str]] = set()
        self.routers = drf.Routers(names, self.lists, self.gap)
        self.apis = ninja.Apis(names, self.lists)
        self.views = views.Views(names, table, self.lists, models)
        self.included: set[Definition] = set()
        self.active: list[Definition] = []
        self.read: set[ir.Call] = set()

    # ------------------------------------------------------------ where it starts
    def run(self) -> None:
        own = [d for m in self.names.modules.values() if (d := m.symbols.get("urlpatterns")) is not None and d.kind == "value"]
        roots = [d for d in own if d.module.dotted in self._root_names() or _stem(d.module) in self._root_names()]
        for root in roots:
            self.module(root, Above())
        for definition in own:  # reached by nothing known: a plugin's or a second site's configuration
            if definition not in self.included and definition not in roots and not self._is_included(definition):
                self.module(definition, Above())
        orphans.serve(self, Above(f"/{UNKNOWN}/"), PATHS | REGEXES)
        orphans.stored(self, f"/{UNKNOWN}/")
        self.apis.unmounted(self)
        self.routers.unmounted(self.views)

    def _root_names(self) -> set[str]:
        found = set()
        for module in self.names.modules.values():
            root = module.symbols.get("ROOT_URLCONF")
            if root is not None and isinstance(root.node, ir.Assign):
                dotted = text(self.names, root.node.value, Scope(module)) or ""
                found |= {dotted, dotted.replace(".", "/")}
        return found - {""}

    def _is_included(self, definition: Definition) -> bool:
        """Is there an include of this module that stands in a list not reached yet?"""
        if not hasattr(self, "_mentioned"):
            self._mentioned: set[Definition] = set()
            for module in self.names.modules.values():
                for statement in statements(module.body):
                    for call in _includes(statement):
                        ref = self._patterns_of(call.args[0] if call.args else None, Scope(module))
                        if ref is not None and ref.module is not module:
                            self._mentioned.add(ref)
                    for part in _added_lists(statement):  # `urlpatterns += debugging.urlpatterns`
                        ref = self.names.resolve(part, Scope(module))
                        if isinstance(ref, Definition) and ref.module is not module:
                            self._mentioned.add(ref)
        return definition in self._mentioned

    # ------------------------------------------------------------ lists
    def module(self, definition: Definition, above: Above) -> None:
        """Everything in one module's urlpatterns."""
        if definition in self.active or above.depth > MAX_DEPTH:
            return
        self.included.add(definition)
        self.active.append(definition)
        self.entries(self.lists.named(definition, {}), above)
        self.active.pop()

    def entries(self, items: list[Item], above: Above) -> None:
        for item in items:
            known = len(self.table.endpoints)
            self.entry(item, above)
            for endpoint in self.table.endpoints[known:] if item.expr in self.lists.debugging else ():
                endpoint.options["debug"] = "yes"

    def special(self, item: Item) -> list[Item] | None:
        """What a call or attribute of Django means as a list of entries; None for anything that is not Django's."""
        expr = item.expr
        made = self.routers.listed(item) if self.routers.is_urls(item) else None
        if made is not None:
            return made
        if not isinstance(expr, ir.Call):
            return [item] if self.apis.is_urls(item) else None
        ref = self.names.resolve(expr.func, item.scope)
        last = ref.rpartition(".")[2] if isinstance(ref, str) else ""
        if ref in (LOCALISED, SUFFIXED) or last in ("i18n_patterns", "format_suffix_patterns", "decorator_include"):
            found = [each for arg in expr.args for each in self._argument(arg, item)]
            before = self._language(expr) if last == "i18n_patterns" else ""
            return [replace(each, prefix=before + each.prefix) for each in found] if before else found
        if isinstance(ref, str) and ref in INCLUDES:
            return [item]
        if isinstance(ref, str) and last == "patterns":  # before Django 1.10
            return [Item(arg, item.scope, item.env) for arg in expr.args[1:]]
        if isinstance(ref, str) and last in ("static", "staticfiles_urlpatterns", "debug_toolbar_urls"):
            return []
        return None

    def _language(self, call: ir.Call) -> str:
        """What i18n_patterns puts before its entries, for the language of the settings. Source: django 5.2 conf/urls/i18n.py, LocalePrefixPattern."""
        settings = self.lists.settings
        asked = argument(call, "prefix_default_language")
        used = settings.value("USE_I18N")
        if any(isinstance(each, ir.Const) and each.value is False for each in (asked, used and getattr(used.node, "value", None))):
            return ""
        code = settings.value("LANGUAGE_CODE")
        if code is None:
            return f"{UNKNOWN}/" if settings.sets("LANGUAGE_CODE") else "en-us/"
        return f"{self.lists.text(code.node.value, Scope(code.module), {}) or UNKNOWN}/"

    def _argument(self, arg: ir.Expr, item: Item) -> list[Item]:
        if isinstance(arg, ir.Call) and isinstance(self.names.resolve(arg.func, item.scope), str):
            return [Item(arg, item.scope, item.env)]
        return self.lists.listed(Item(arg.value if isinstance(arg, ir.Star) else arg, item.scope, item.env))

    def gap(self, scope: Scope, at: int, message: str) -> None:
        """A registration that could not be read: told once for each place."""
        key = (scope.module.path, at, message)
        if key not in self.gaps:
            self.gaps.add(key)
            self.table.unresolved.append(Unresolved(Span(scope.module.path, ir.line_of(at), ir.column_of(at)), message))

    # ------------------------------------------------------------ one entry
    def entry(self, item: Item, above: Above) -> None:
        if isinstance(item.made, drf.Registered):
            self.routers.serve(item.made, self.views, above.path + item.prefix, above.before)
            return
        item = self.lists.followed(item)
        expr = item.expr
        if isinstance(expr, ir.Call):
            self.call(item, expr, above)
        elif isinstance(expr, (ir.Seq, ir.Bin, ir.Comp)):
            self.entries(self.lists.listed(item), above)
        elif not (isinstance(expr, ir.Const) and expr.value is None):
            self.gap(item.scope, ir.start_of(expr), f"{shown(expr)}: not read as a route")

    def call(self, item: Item, call: ir.Call, above: Above) -> None:
        self.read.add(call)
        ref = self.names.resolve(call.func, item.scope)
        if isinstance(ref, str) and ref in INCLUDES:
            self.include(call, item, above)
            return
        is_regex = self._kind(ref, call)
        if is_regex is None:
            found = self.lists.listed(item)
            if any(one.expr is call for one in found):
                return
            self.entries(found, above)
            return
        given = self.lists.text(argument(call, [0, "regex" if is_regex else "route"]) or (call.args[0] if call.args else None), item.scope, item.env)
        route = item.prefix + (given if given is not None else UNKNOWN)
        route = simplify(route) if is_regex else route
        view = argument(call, [1, "view"])
        if view is not None:
            if isinstance(ref, Definition):
                self.read.update(entering.made(self.names, ref))
                above = replace(above, before=(*above.before, *entering.around(self.names, ref)))
            known, name = len(self.table.endpoints), self.lists.text(argument(call, [3, "name"]), item.scope, item.env)
            self.view(replace(item, expr=view, prefix=""), replace(above, path=above.path + route, depth=above.depth + 1))
            for endpoint in self.table.endpoints[known:] if name else ():
                endpoint.options.setdefault("name", name)

    def _kind(self, ref: object, call: ir.Call) -> bool | None:
        """True for a regular expression, False for a path, None where the call is neither. A project function that takes (route, view) and whose body
        calls path is read as path; a package's `path` (registration helpers) likewise."""
        if isinstance(ref, Definition) and ref.kind == "function" and len(call.args) >= 2:
            calls = set(ref.node.calls)  # type: ignore[attr-defined]
            if calls & {"re_path", "url"}:
                return True
            return False if "path" in calls else None
        if not isinstance(ref, str):
            return None
        if ref in REGEXES or ref in PATHS:
            return ref in REGEXES
        last = ref.rpartition(".")[2]
        return last in ("re_path", "url") if last in ("path", "re_path", "url") and len(call.args) >= 2 else None

    # ------------------------------------------------------------ what an entry leads to
    def view(self, item: Item, above: Above) -> None:
        item = self.lists.followed(item)
        expr = item.expr
        if isinstance(expr, ir.Call):
            ref = self.names.resolve(expr.func, item.scope)
            if isinstance(ref, str) and (ref in INCLUDES or ref.rpartition(".")[2] == "include"):
                self.include(expr, item, above)
                return
            if isinstance(ref, str) and ref.rpartition(".")[2] == "decorator_include" and len(expr.args) >= 2:
                wrapped = replace(above, before=(*above.before, Before("decorator", expr.args[0], item.scope)))
                self.include(replace_args(expr, expr.args[1:]), item, wrapped)
                return
        if self.apis.serve(item, self.views, above.path, above.before):
            return
        if self.routers.is_urls(item):
            self.entries(self.routers.listed(item) or [], above)
        elif isinstance(expr, ir.Seq):
            self.tuple(expr, item, above)
        elif isinstance(expr, ir.Attr) and expr.name == "urls":
            ref = self.names.resolve(expr, item.scope)
            if isinstance(ref, Definition) and ref.kind == "function":
                self.entries(self.lists.listed(item), above)
            else:
                self.table.outside.append((above.path, shown(expr)))
        else:
            self.views.serve(item, above.path, above.before)

    def tuple(self, expr: ir.Seq, item: Item, above: Above) -> None:
        """`(patterns, app_name, namespace)`: what include() and admin.site.urls give."""
        first = self.lists.followed(replace(item, expr=expr.items[0])) if expr.items else None
        if first is not None:
            self.entries(self.lists.listed(first), above)

    def include(self, call: ir.Call, item: Item, above: Above) -> None:
        target = argument(call, [0, "arg"])
        if target is None or above.depth > MAX_DEPTH:
            return
        before = self._count()
        self._lead(target, item, above)
        if self._count() == before and not (isinstance(target, ir.Seq) and not target.items):
            self.gap(item.scope, ir.start_of(target), f"{above.path}: no route was read in include({shown(target)})")

    def _count(self) -> tuple[int, ...]:
        """What is known so far; an include that adds nothing was not understood."""
        return len(self.table.endpoints), len(self.table.outside), len(self.table.unresolved), len(self.active), len(self.included)

    def _lead(self, target: ir.Expr, item: Item, above: Above) -> None:
        inner = self.lists.followed(replace(item, expr=target, prefix=""))
        if isinstance(inner.expr, ir.Seq) and inner.expr.kind == "tuple":
            if not inner.expr.items:
                return
            inner = self.lists.followed(replace(inner, expr=inner.expr.items[0]))
        patterns = self._patterns_of(inner.expr, inner.scope, self.lists.text(inner.expr, inner.scope, inner.env))
        if patterns is not None:
            self.module(patterns, above)
        elif self._is_string(inner) and not self._is_list(inner):
            self._outside(inner, above)
        elif self.routers.is_urls(inner):
            self.entries(self.routers.listed(inner) or [], above)
        elif self.apis.serve(inner, self.views, above.path, above.before):
            return
        elif isinstance(self.names.resolve(inner.expr, inner.scope) if isinstance(inner.expr, (ir.Name, ir.Attr)) else None, str):
            self.table.outside.append((above.path, shown(inner.expr)))
        else:
            self.entries(self.lists.listed(inner), above)

    def _is_string(self, item: Item) -> bool:
        return isinstance(item.expr, (ir.Const, ir.Fstr)) or (
            isinstance(item.expr, ir.Bin) and self.lists.text(item.expr, item.scope, item.env) is not None
        )

    def _is_list(self, item: Item) -> bool:
        """A concatenation of lists: one of its ends is a list of entries."""
        expr = item.expr
        while isinstance(expr, ir.Bin):
            if isinstance(self.lists.followed(replace(item, expr=expr.right)).expr, (ir.Seq, ir.Comp)):
                return True
            expr = expr.left
        end = self.lists.followed(replace(item, expr=expr))
        return isinstance(end.expr, (ir.Seq, ir.Comp)) or self.routers.is_urls(end)

    def _outside(self, item: Item, above: Above) -> None:
        """A module named by a string that is not in this tree: an installed package's routes, or one that cannot be told."""
        dotted = self.lists.text(item.expr, item.scope, item.env) or UNKNOWN
        if UNKNOWN in dotted:
            self.gap(item.scope, ir.start_of(item.expr), f"{above.path}: the included module could not be told")
        else:
            self.table.outside.append((above.path, dotted))

    def _patterns_of(self, expr: ir.Expr | None, scope: Scope, dotted: str | None = None) -> Definition | None:
        """The urlpatterns of the module that an include names, by string or by import."""
        module: Module | None = None
        if dotted is None and isinstance(expr, ir.Const) and isinstance(expr.value, str):
            dotted = expr.value
        if dotted and UNKNOWN not in dotted:
            module = self.names.find_module(dotted, scope.module)
        elif isinstance(expr, (ir.Name, ir.Attr)):
            ref = self.names.resolve(expr, scope)
            if isinstance(ref, Definition) and ref.kind == "module" and ref.node is not None:
                module = ref.module
        found = module.symbols.get("urlpatterns") if module is not None else None
        if found is not None and found.kind == "import":
            ref = self.names.symbol(module, "urlpatterns")  # type: ignore[arg-type]
            return ref if isinstance(ref, Definition) and ref.kind == "value" else None
        return found if found is not None and found.kind == "value" else None


def replace_args(call: ir.Call, args: tuple[ir.Expr, ...]) -> ir.Call:
    return ir.Call(call.func, args, call.kwargs, call.at, call.end)


def _stem(module: Module) -> str:
    return module.path[:-3]


def _added_lists(statement: ir.Stmt) -> list[ir.Expr]:
    """The lists of other modules of which a module makes its own."""
    targets = (statement.target,) if isinstance(statement, ir.AugAssign) else statement.targets if isinstance(statement, ir.Assign) else ()
    if not any(isinstance(target, ir.Name) and target.id == "urlpatterns" for target in targets) or statement.value is None:
        return []
    return [part for part in inside(statement.value) if isinstance(part, ir.Attr) and part.name == "urlpatterns"]


def _includes(statement: ir.Stmt) -> list[ir.Call]:
    value = getattr(statement, "value", None)
    return [
        part
        for part in inside(value if isinstance(value, ir.Node) else None)  # type: ignore[arg-type]
        if isinstance(part, ir.Call) and (getattr(part.func, "id", "") or getattr(part.func, "name", "")) == "include"
    ]
