"""Frameworks that a project imports and of which no route was found: never silent.

Knows: what is imported to answer requests (models/servers.yaml). Does not know: routes.
"""

from __future__ import annotations

from collections.abc import Iterator

from prodlint import ir
from prodlint.model import Span
from prodlint.models import Models
from prodlint.names import Module, Names, statements
from prodlint.routing.table import Table, Unresolved


def find(names: Names, models: Models, table: Table) -> None:
    """Tells of each such framework once, where it is imported first."""
    servers = models["servers"]
    listed = {endpoint.framework for endpoint in table.endpoints}
    listed |= {"django"} if table.outside else set()  # what is served stands in installed packages
    dumb = {prefix for prefix, how in servers.items() if listed.isdisjoint(how["routes"])}
    told: set[str] = set()
    for module in names.modules.values() if dumb else ():
        for at, dotted in _imported(module):
            prefix = next((p for p in _prefixes(dotted) if p in dumb), None)
            kind = next(iter(servers[prefix]["routes"]), prefix) if prefix is not None else ""
            if prefix is None or kind in told or names.find_module(prefix.partition(".")[0], module) is not None:
                continue
            told.add(kind)
            what = "found in this project" if servers[prefix]["routes"] else "read: prodlint does not know its routing"
            words = f"imports {prefix}, but no route of {prefix.partition('.')[0]} was {what}"
            table.silent.append(Unresolved(Span(module.path, ir.line_of(at), 1), words))


def _imported(module: Module) -> Iterator[tuple[int, str]]:
    for statement in statements(module.body):
        if isinstance(statement, ir.Import):
            for binding in statement.bindings:
                if binding.level == 0:
                    yield statement.at, binding.full or binding.target


def _prefixes(dotted: str) -> Iterator[str]:
    """`a.b.c`, `a.b`, `a`."""
    while dotted:
        yield dotted
        dotted = dotted.rpartition(".")[0]
