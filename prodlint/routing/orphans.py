"""Entries of Django's URL configuration that no list is seen to take.

Knows: a `path(...)` that was read nowhere is still a route: an extension hands it to a registry, an admin class gives it, a list is taken by
something that cannot be followed. Such routes are listed under an unknown prefix, and it is said where they stand. Does not know: how entries are
read (`django.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from prodlint import ir
from prodlint.names import Module, Scope, statements
from prodlint.routing.items import Item
from prodlint.routing.walking import expressions


def serve(urls: Any, above: Any, entries: frozenset[str]) -> None:
    """Adds what `urls` (a `django.Urls` that has run) has not read. above: the unknown prefix. entries: the dotted names of `path` and its like."""
    last = {name.rpartition(".")[2] for name in entries}
    for scope, body in _places(urls.names, last):
        found = [
            expr
            for expr in expressions(body)
            if isinstance(expr, ir.Call) and _last(expr.func) in last and len(expr.args) > 1 and urls.names.resolve(expr.func, scope) in entries
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


def _imported(module: Module) -> set[str]:
    """The last names of what a module imports; from a package `urls` it may call each of them."""
    found = {binding.target.rpartition(".")[2] for s in statements(module.body) if isinstance(s, ir.Import) for binding in s.bindings}
    return found | {"path", "re_path", "url"} if "urls" in found else found


def _last(expr: ir.Expr) -> str:
    return expr.name if isinstance(expr, ir.Attr) else expr.id if isinstance(expr, ir.Name) else ""
