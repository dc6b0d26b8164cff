"""Frameworks that a project imports and of which no route was found: never silent.

Knows: what is imported to answer requests (models/servers.yaml); a package on top of another framework is heard only where files of handlers import
it. Does not know: routes.
"""

from __future__ import annotations

from collections.abc import Iterator

from prodlint import ir
from prodlint.model import Span
from prodlint.models import Models
from prodlint.names import Definition, Module, Names, statements
from prodlint.routing.table import Table, Unresolved

GRAPHQL = frozenset({"strawberry", "graphene", "ariadne"})
LIBRARIES = frozenset({"strawberry", "ariadne", "graphene_django", "graphql_server", "flask_graphql", "starlette_graphene3", "starlette_graphene"})
CARRIERS = frozenset({"fastapi", "django", "flask", "aiohttp", "sanic", "quart"})


def find(names: Names, models: Models, table: Table) -> None:
    """Tells of each such framework once, where it is imported first."""
    servers = models["servers"]
    listed = {endpoint.framework for endpoint in table.endpoints}
    served = bool(table.outside)  # what is included may all stand in installed packages, but not views that the project writes
    if not listed.isdisjoint(GRAPHQL) and _mounts(names):
        listed |= CARRIERS  # all that such a framework does here is to carry the schema, whose fields are listed
    dumb = {prefix for prefix, how in servers.items() if listed.isdisjoint(how["routes"]) and not (served and how.get("outside"))}
    apart = {f"{prefix}.{name}": prefix for prefix, how in servers.items() for name in how.get("by", ()) if prefix not in dumb}
    apart |= {prefix: prefix for prefix in apart.values()}
    heard: set[str] | None = None
    told: set[str] = set()
    for module in names.modules.values():
        for at, dotted in _imported(module):
            prefix = next((p for p in _prefixes(dotted) if p in dumb), None)
            kind = next(iter(servers[prefix]["routes"]), prefix) if prefix is not None else ""
            if dotted in apart:
                heard = _heard(names, table) if heard is None else heard
                prefix = kind = apart[dotted] if apart[dotted] not in heard else None
            if prefix is None or kind in told or names.find_module(prefix.partition(".")[0], module) is not None:
                continue
            told.add(kind)
            what = "found in this project" if servers[prefix]["routes"] else "read: prodlint does not know its routing"
            words = f"imports {prefix}, but no route of {prefix.partition('.')[0]} was {what}"
            table.silent.append(Unresolved(Span(module.path, ir.line_of(at), 1), words))


def _mounts(names: Names) -> bool:
    """Is a schema of GraphQL mounted as one route, `GraphQLRouter(schema)`, `GraphQLView.as_view(schema=schema)`?"""
    imports = (dotted for module in names.modules.values() for _, dotted in _imported(module))
    return any(dotted.partition(".")[0] in LIBRARIES and dotted.rpartition(".")[2].startswith(("GraphQL", "AsyncGraphQL")) for dotted in imports)


def _heard(names: Names, table: Table) -> set[str]:
    """The packages that handlers' files import, themselves or through a file of the project that they import."""
    own = {endpoint.file for endpoint in table.endpoints}
    files = [module for module in names.modules.values() if module.path in own]
    near = (names.symbol(m, name) for m in files for name, symbol in m.symbols.items() if symbol.kind == "import")
    every = {module.path: module for module in (*files, *(ref.module for ref in near if isinstance(ref, Definition)))}
    return {dotted.partition(".")[0] for module in every.values() for _, dotted in _imported(module)}


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
