"""Where requests enter: every way in which frameworks register routes, one file for each.

`find(names, models) -> Table` asks them all. Knows: registration. Does not know: what a handler does, who may call it.
"""

from __future__ import annotations

from collections.abc import Mapping

from prodlint.model import FileFacts
from prodlint.models import Models
from prodlint.names import Names
from prodlint.routing.table import Table


def find(names: Names, models: Models, files: Mapping[str, FileFacts]) -> Table:
    """Every route of the project, and every registration that could not be resolved, in path and line order."""
    if not names.modules:  # nor is anything imported for it
        return Table()
    from prodlint.routing import ariadne, django, exposed, graphql, openapi, registrations, silence, tables

    table = Table()
    for way in (registrations, django, tables, graphql, ariadne, exposed):
        way.find(names, models, table)
    openapi.find(names, models, table, files)
    silence.find(names, models, table)
    table.sort()
    return table
