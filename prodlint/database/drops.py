"""What DROP takes away.

Knows: which statements PostgreSQL refuses as a whole, what goes along with CASCADE. Does not know: what is made.
"""

from __future__ import annotations

from prodlint.database import functions
from prodlint.database.catalog import UNKNOWN_NAME, Catalog, Relation
from prodlint.database.statements import sources
from prodlint.database.tokens import Cursor, split
from prodlint.model import Span


def drop(catalog: Catalog, cursor: Cursor, at: Span) -> None:
    """After the word DROP."""
    if cursor.take("policy"):
        _drop_policy(catalog, cursor, at)
    elif cursor.take("schema"):
        _drop_schemas(catalog, cursor, at)
    elif cursor.take_any(*functions.KINDS):
        functions.drop(catalog, cursor)
    elif cursor.take("event", "trigger"):
        cursor.take("if", "exists")
        catalog.triggers.pop(cursor.name(), None)
    elif cursor.take("table") or cursor.take("foreign", "table"):
        _drop_relations(catalog, cursor, ("table", "partitioned", "foreign", "platform"))
    elif cursor.take("materialized", "view"):
        _drop_relations(catalog, cursor, ("materialized",))
    elif cursor.take("view"):
        _drop_relations(catalog, cursor, ("view",))


def _drop_policy(catalog: Catalog, cursor: Cursor, at: Span) -> None:
    if_exists = cursor.take("if", "exists")
    name = cursor.name()
    if not cursor.take("on"):
        return
    schema, table = cursor.qualified()
    relation = catalog.find(schema, table)
    if relation is not None:
        relation.policies.pop(name, None)
    elif UNKNOWN_NAME not in table:
        catalog.miss(schema, table, at, not if_exists)


def _drop_relations(catalog: Catalog, cursor: Cursor, kinds: tuple[str, ...]) -> None:
    if_exists = cursor.take("if", "exists")
    found = []
    for each in split(cursor.until("cascade", "restrict")):
        relation = catalog.find(*Cursor(each).qualified())
        if relation is not None and relation.kind in kinds:
            found.append(relation)
        elif not if_exists or relation is not None:
            return  # one that is not there, or is something else, and PostgreSQL refuses all of them
    for relation in found:
        catalog.drop(relation)
    if cursor.sees("cascade"):
        _drop_readers(catalog, {relation.key for relation in found})


def _drop_readers(catalog: Catalog, gone: set[tuple[str, str]]) -> None:
    """The views that read what is gone, and those that read these."""
    while gone:
        named = [view for key in sorted(gone) for view in catalog.readers.pop(key, ())]
        readers = [view for view in named if catalog.relations.get(view.key) is view and _reads(view, gone)]
        gone = {view.key for view in readers}
        for view in readers:
            catalog.drop(view)


def _reads(view: Relation, wanted: set[tuple[str, str]]) -> bool:
    return bool(set(sources(view.query, view.search)) & wanted)


def _drop_schemas(catalog: Catalog, cursor: Cursor, at: Span) -> None:
    cursor.take("if", "exists")
    names = [name for each in split(cursor.until("cascade", "restrict")) if (name := Cursor(each).name())]
    cascade = cursor.sees("cascade")
    for name in names:
        if not catalog.may(len(catalog.relations) + len(catalog.functions), at):
            return
        inside = [each for each in catalog.relations.values() if each.schema == name]
        if inside and not cascade:
            return
        for relation in inside:
            catalog.drop(relation)
        _drop_readers(catalog, {relation.key for relation in inside})
        catalog.schemas.pop(name, None)
        for function in catalog.all_functions():
            if function.schema == name:
                catalog.forget(function)
        catalog.defaults = {key: rights for key, rights in catalog.defaults.items() if key[0] != name}
