"""Entries of Django's URL configuration that no list is seen to take, and views that a project keeps in a registry of its own.

Knows: a `path(...)` that was read nowhere is still a route: an extension hands it to a registry, an admin class gives it, a list is taken by
something that cannot be followed. Such routes are listed under an unknown prefix, and it is said where they stand. Does not know: how entries are
read (`django.py`). A view class under `@register_view(...)`, a decorator of the project that stores what it decorates, is served from that store.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from prodlint import ir
from prodlint.names import Definition, Module, Scope, statements
from prodlint.routing.items import Item
from prodlint.routing.values import shown
from prodlint.routing.walking import expressions, last_name

VIEWS = ("django.views.", "rest_framework.views.", "rest_framework.generics.")
_KEEPS = frozenset({"append", "add", "register", "setdefault", "insert"})


def serve(urls: Any, above: Any, entries: frozenset[str]) -> None:
    """Adds what `urls` (a `django.Urls` that has run) has not read. above: the unknown prefix. entries: the dotted names of `path` and its like."""
    last = {name.rpartition(".")[2] for name in entries}
    for scope, body in _places(urls.names, last):
        found = [
            expr
            for expr in expressions(body)
            if isinstance(expr, ir.Call) and last_name(expr.func) in last and len(expr.args) > 1 and urls.names.resolve(expr.func, scope) in entries
        ]
        before, first = len(urls.table.endpoints), None
        told = any(at.path == scope.module.path for at in (u.at for u in urls.table.unresolved))
        for call in found:
            if call in urls.read:  # one that stands in another is read with it
                continue
            known, unread = len(urls.table.endpoints), len(urls.table.unresolved)
            urls.call(Item(call, scope), call, above)
            if len(urls.table.endpoints) > known:
                first = first or call
            elif told:  # the loop or the list that it stands in is known to be unread
                del urls.table.unresolved[unread:]
        if first is not None:
            count = len(urls.table.endpoints) - before
            message = f"{count} route{'s' * (count > 1)} in no list that is seen to be included; what stands before their paths is not known"
            urls.gap(scope, first.at, message)


def _places(names: Any, last: set[str]) -> Iterator[tuple[Scope, tuple[ir.Stmt, ...]]]:
    """The top level of the modules that import one of these names, their classes, and the functions that call one."""
    for module in names.modules.values():
        if not last.isdisjoint(_imported(module)):
            yield Scope(module), module.body
            for definition in names.functions_in(module):
                if not last.isdisjoint(definition.node.calls):
                    yield names.scope(definition), names.body(definition.node)


def stored(urls: Any, path: str) -> None:
    """Adds the view classes that a decorator of the project puts into a store, and that nothing else leads to."""
    known = {endpoint.cls for endpoint in urls.table.endpoints}
    told: dict[tuple[str, str], list[Any]] = {}
    for cls in urls.names.classes():
        if cls not in known and cls.node.decorators and any(isinstance(a, str) and a.startswith(VIEWS) for a in urls.names.mro(cls)):
            scope = urls.names.scope_of(cls)
            made = (d.func if isinstance(d, ir.Call) else d for d in cls.node.decorators)
            store = next((name for name in made if _stores(urls.names, name, scope)), None)
            if store is not None:
                urls.views.classes(cls, path, ())
                told.setdefault((cls.module.path, shown(store)), []).append((scope, cls))
    for (_, name), classes in sorted(told.items()):
        scope, first = classes[0]
        urls.gap(scope, first.at, f"{len(classes)} view{'s' * (len(classes) > 1)} given to @{name}: where they are served is not known")


def _stores(names: Any, decorator: ir.Expr, scope: Scope) -> bool:
    """Is this a decorator of the project that puts what it gets somewhere?"""
    maker = names.resolve(decorator, scope)
    if not isinstance(maker, Definition) or maker.kind != "function":
        return False
    inner = [d for d in names.scope(maker).symbols.values() if d.kind == "function"]
    return any(not _KEEPS.isdisjoint(function.node.calls) or _writes(names.body(function.node)) for function in (maker, *inner))


def _writes(body: tuple[ir.Stmt, ...]) -> bool:
    """`registry[key] = view`."""
    return any(isinstance(s, ir.Assign) and isinstance(s.targets[0], ir.Sub) for s in statements(body))


def _imported(module: Module) -> set[str]:
    """The last names of what a module imports; from a package `urls` it may call each of them."""
    found = {binding.target.rpartition(".")[2] for s in statements(module.body) if isinstance(s, ir.Import) for binding in s.bindings}
    return found | {"path", "re_path", "url"} if "urls" in found else found
