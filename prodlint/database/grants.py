"""GRANT, REVOKE, ALTER DEFAULT PRIVILEGES and roles: who may touch a table at all, before policies are asked.

Knows: privileges on tables and schemas, default privileges, membership. Does not know: columns (a privilege that is given on one column counts as
one on the table, one that is taken from a column counts for nothing), sequences.
"""

from __future__ import annotations

from prodlint.database import functions
from prodlint.database.catalog import Catalog, Relation, privileges
from prodlint.database.statements import roles
from prodlint.database.tokens import Cursor, Token, split
from prodlint.model import Span

OWNERS = {"postgres", "current_user", "session_user", "current_role"}  # who runs migrations
_OTHER = {"sequence", "database", "domain", "foreign", "language", "large", "parameter", "tablespace", "type"}


def grant(catalog: Catalog, cursor: Cursor, at: Span, gives: bool) -> None:
    """After GRANT (gives) or REVOKE."""
    cursor.take("grant", "option", "for")
    listed = cursor.until("on", "to", "from")
    words = _words(listed if gives else _whole(listed))
    if not cursor.take("on"):
        _membership(catalog, cursor, words, gives)
        return
    rights = privileges(words)
    if cursor.take("schema"):
        names = _names(cursor.until("to", "from"))
        cursor.next()
        _usage(catalog, names, roles(cursor), gives, words)
    elif cursor.take("all", "tables", "in", "schema"):
        names = _names(cursor.until("to", "from"))
        cursor.next()
        whom = roles(cursor)
        catalog.roles.update(whom)
        for relation in catalog.relations.values() if catalog.may(len(catalog.relations), at) else ():
            if relation.schema in names:
                catalog.note(relation)
                _change(relation, whom, rights, gives)
    elif cursor.take("all") and cursor.take_any(*functions.SEVERAL):
        cursor.take("in", "schema")
        names = _names(cursor.until("to", "from"))
        cursor.next()
        whom = roles(cursor)
        for function in catalog.all_functions() if _executes(words) and catalog.may(len(catalog.functions), at) else ():
            if function.schema in names:
                functions.change(function, whom, gives)
    elif cursor.take_any(*functions.KINDS):
        objects = cursor.until("to", "from")
        cursor.next()
        functions.privileges(catalog, objects, roles(cursor) if _executes(words) else (), gives, at)
    elif not (cursor.peek().kind == "word" and cursor.peek().text in _OTHER) and not cursor.sees("all"):
        cursor.take("table")
        objects = split(cursor.until("to", "from"))
        cursor.next()
        _on_tables(catalog, objects, roles(cursor), rights, gives, at)


def _executes(words: list[str]) -> bool:
    return "execute" in words or "all" in words


def _on_tables(catalog: Catalog, objects: list[list[Token]], whom: tuple[str, ...], rights: set[str], gives: bool, at: Span) -> None:
    catalog.roles.update(whom)
    found = []
    for each in objects:
        schema, name = Cursor(each).qualified()
        relation = catalog.find(schema, name)
        if relation is None:
            catalog.miss(schema, name, at)
            return  # PostgreSQL refuses the whole statement
        found.append(relation)
    for relation in found:
        catalog.note(relation)
        relation.named = relation.named or gives
        _change(relation, whom, rights, gives)


def _change(relation: Relation, whom: tuple[str, ...], rights: set[str], gives: bool) -> None:
    for role in whom:
        held = relation.grants.setdefault(role, set())
        held.update(rights) if gives else held.difference_update(rights)


def _usage(catalog: Catalog, names: list[str], whom: tuple[str, ...], gives: bool, words: list[str]) -> None:
    if not {"usage", "all"} & set(words):
        return
    catalog.roles.update(whom)
    for name in names:
        held = catalog.schemas.get(name)
        if held is not None:
            held.update(whom) if gives else held.difference_update(whom)


def _membership(catalog: Catalog, cursor: Cursor, granted: list[str], gives: bool) -> None:
    cursor.next()
    for member in roles(cursor):
        held = catalog.members.setdefault(member, set())
        held.update(granted) if gives else held.difference_update(granted)


def default_privileges(catalog: Catalog, cursor: Cursor, supabase: bool) -> None:
    """After ALTER DEFAULT PRIVILEGES. Those of another role than the one that runs migrations say nothing about the tables here."""
    schemas: list[str] = [""]
    while not cursor.done and not cursor.sees("grant") and not cursor.sees("revoke"):
        if cursor.take("for"):
            cursor.take_any("role", "user")
            owners = roles(cursor)
            if supabase and not OWNERS & set(owners):
                return
        elif cursor.take("in", "schema"):
            schemas = _names(cursor.until("grant", "revoke"))
        else:
            cursor.next()
    gives = cursor.next().text == "grant"
    cursor.take("grant", "option", "for")
    words = _words(cursor.until("on"))
    rights = privileges(words)
    cursor.take("on")
    if cursor.take_any(*functions.SEVERAL):
        cursor.next()
        functions.defaults(catalog, schemas, roles(cursor) if _executes(words) else (), gives)
        return
    if not cursor.take("tables"):
        return
    cursor.next()
    whom = roles(cursor)
    catalog.roles.update(whom)
    for schema in schemas:
        for role in whom:
            held = catalog.defaults.setdefault((schema, role), set())
            held.update(rights) if gives else held.difference_update(rights)


def alter_role(catalog: Catalog, cursor: Cursor) -> None:
    """`ALTER ROLE authenticator SET pgrst.db_schemas = 'public, api'` tells the data API what to serve; also as ALTER DATABASE."""
    name = cursor.name()
    if cursor.take("in", "database"):
        cursor.name()
    if cursor.take("set", "pgrst", ".", "db_schemas") and name:
        cursor.take_any("=", "to")
        listed = ",".join(token.text for token in cursor.tokens[cursor.at :] if token.kind in ("string", "word", "name"))
        catalog.served = tuple(part.strip() for part in listed.split(",") if part.strip())


def _whole(source: list[Token]) -> list[Token]:
    """The privileges of REVOKE without those on columns: these take nothing from a privilege on the whole table."""
    return [each[0] for each in split(source) if each and not any(token.text == "(" and token.kind == "op" for token in each)]


def _words(source: list[Token]) -> list[str]:
    return [token.text for token in source if token.kind in ("word", "name")]


def _names(source: list[Token]) -> list[str]:
    return [name for each in split(source) if (name := Cursor(each).name())]
