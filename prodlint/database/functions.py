"""Functions and procedures: what they are, with whose rights they run, who may call them.

Knows: CREATE, ALTER and DROP, EXECUTE privileges and their defaults. Does not know: types: functions of one name with the same number of parameters
are one.
"""

from __future__ import annotations

from prodlint.database.catalog import UNKNOWN_NAME, Catalog, Function
from prodlint.database.tokens import Cursor, Token, split
from prodlint.model import Span

KINDS = ("function", "procedure", "routine")
SEVERAL = ("functions", "procedures", "routines")


def create(catalog: Catalog, cursor: Cursor, at: Span) -> None:
    """After CREATE FUNCTION or PROCEDURE."""
    schema, name = cursor.qualified()
    parameters: list[str] = []
    outputs: list[str] = []
    for each in split(cursor.group()):
        inner = Cursor(each)
        mode = inner.take_any("in", "out", "inout", "variadic")
        if mode == "out" and len(each) - inner.at > 1:
            outputs.append(inner.name())
        if mode != "out" and len(each) - inner.at > 1:
            parameters.append(inner.name())
        elif mode != "out":
            parameters.append("")
    definer, language, body, returns = False, "", "", ""
    while not cursor.done:
        if cursor.take("security", "definer"):
            definer = True
        elif cursor.take("returns", "table"):
            returns = "table"
            outputs += (Cursor(each).name() for each in split(cursor.group()))
        elif cursor.take("returns"):
            returns = cursor.qualified()[1]
        elif cursor.take("language"):
            language = cursor.next().text.lower()
        elif cursor.take("as") and cursor.peek().kind == "string":
            body = cursor.next().text
        elif cursor.sees("begin", "atomic") or cursor.sees("return"):
            body = " ".join(f"'{token.text}'" if token.kind == "string" else token.text for token in cursor.tokens[cursor.at :])
            break
        else:
            cursor.next()
    catalog.define(Function(catalog.home(schema), name, at, tuple(parameters), body, language, definer, returns, outputs=tuple(outputs)))


def alter(catalog: Catalog, cursor: Cursor) -> None:
    """After ALTER FUNCTION, PROCEDURE or ROUTINE."""
    found = _each(catalog, cursor)
    while not cursor.done:
        if cursor.take("security"):
            definer = cursor.take("definer")
            for function in found:
                function.definer = definer
        elif cursor.take("rename", "to"):
            name = cursor.name()
            for function in found:
                _move(catalog, function, function.schema, name)
        elif cursor.take("set", "schema"):
            schema = cursor.name()
            for function in found:
                _move(catalog, function, schema, function.name)
        else:
            cursor.next()


def drop(catalog: Catalog, cursor: Cursor) -> None:
    """After DROP FUNCTION, PROCEDURE or ROUTINE."""
    cursor.take("if", "exists")
    for each in split(cursor.until("cascade", "restrict")):
        for function in _each(catalog, Cursor(each)):
            catalog.forget(function)


def privileges(catalog: Catalog, objects: list[Token], roles: tuple[str, ...], gives: bool, at: Span) -> None:
    """GRANT or REVOKE EXECUTE ON FUNCTION."""
    for each in split(objects):
        if any(UNKNOWN_NAME in token.text for token in each):
            catalog.doubts.setdefault("execute", at)
        for function in _each(catalog, Cursor(each)):
            change(function, roles, gives)


def change(function: Function, roles: tuple[str, ...], gives: bool) -> None:
    function.callers = function.callers | set(roles) if gives else function.callers - set(roles)


def defaults(catalog: Catalog, schemas: list[str], roles: tuple[str, ...], gives: bool) -> None:
    """ALTER DEFAULT PRIVILEGES ... ON FUNCTIONS. What everybody may do by PostgreSQL's own default is not taken away for one schema."""
    named = {(schema, role) for schema in schemas for role in roles}
    catalog.callers = catalog.callers | named if gives else catalog.callers - named


def move_schema(catalog: Catalog, old: str, new: str) -> None:
    """A schema is renamed, and its functions with it."""
    for function in catalog.all_functions():
        if function.schema == old:
            _move(catalog, function, new, function.name)


def _each(catalog: Catalog, cursor: Cursor) -> list[Function]:
    """The functions that `name` or `name(type, type)` means."""
    schema, name = cursor.qualified()
    if not cursor.sees("("):
        return list(catalog.named(schema, name).values())
    listed = [each for each in split(cursor.group()) if each and each[0].text not in ("out", "table")]
    found = catalog.named(schema, name).get(len(listed))
    return [found] if found is not None else []


def _move(catalog: Catalog, function: Function, schema: str, name: str) -> None:
    if not name or not schema:
        return
    catalog.forget(function)
    function.schema, function.name = schema, name
    catalog.functions.setdefault((schema, name), {})[len(function.parameters)] = function
