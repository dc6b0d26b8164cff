"""Storage buckets that migrations make: rows of storage.buckets.

Knows: INSERT with VALUES or SELECT, what ON CONFLICT does, UPDATE and DELETE of one bucket by its id or name. Does not know: buckets that are made
by hand, or by code of the app.
"""

from __future__ import annotations

from prodlint.database.catalog import Bucket, Catalog
from prodlint.database.expressions import Column, Expression, Literal, Operation, parse
from prodlint.database.tokens import Cursor, Token, split
from prodlint.model import Span

_ORDER = ("id", "name", "owner", "created_at", "updated_at", "public")  # the columns where none are named


def change(catalog: Catalog, word: str, cursor: Cursor, at: Span) -> None:
    """After INSERT, UPDATE or DELETE."""
    cursor.take_any("into", "from")
    cursor.take("only")
    if cursor.qualified() != ("storage", "buckets"):
        return
    if word == "insert":
        _insert(catalog, cursor, at)
        return
    cursor.until("set", "where")
    public = _assigned(cursor.until("where")) if word == "update" and cursor.take("set") else None
    for name in _named(catalog, cursor.tokens[cursor.at + 1 :]) if catalog.may(len(catalog.buckets), at) else ():
        if word == "delete":
            del catalog.buckets[name]
        elif isinstance(public, bool):
            catalog.buckets[name] = Bucket(name, at, public)


def _insert(catalog: Catalog, cursor: Cursor, at: Span) -> None:
    columns = [token.text for token in cursor.group() if token.kind in ("word", "name")] or list(_ORDER)
    made: list[Bucket] = []
    if cursor.take("values"):
        while cursor.sees("("):
            made += _bucket(columns, split(cursor.group()), at)
            cursor.take(",")
    elif cursor.take("select"):
        made += _bucket(columns, split(cursor.until("from", "where", "on", "union")), at)
    cursor.until("do")
    public = _assigned(cursor.until("where")) if cursor.take("do", "update", "set") else None
    for bucket in made:
        if catalog.buckets.setdefault(bucket.name, bucket) is not bucket and public is not None:
            catalog.buckets[bucket.name] = Bucket(bucket.name, at, public if isinstance(public, bool) else bucket.public)


def _bucket(columns: list[str], values: list[list[Token]], at: Span) -> list[Bucket]:
    row = {column: parse(value) for column, value in zip(columns, values, strict=False)}
    name, public = row.get("id"), row.get("public")
    if not isinstance(name, Literal) or not isinstance(name.value, str):
        return []
    return [Bucket(name.value, at, isinstance(public, Literal) and public.value is True)]


def _assigned(source: list[Token]) -> object:
    """What SET says of `public`: true, false, another expression; None where it says nothing."""
    for each in split(source):
        inner = Cursor(each)
        if inner.take("public") and inner.take("="):
            value = parse(each[inner.at :])
            return value.value if isinstance(value, Literal) else value
    return None


def _named(catalog: Catalog, condition: list[Token]) -> list[str]:
    """The buckets that `id = 'x'` or `id in ('x', 'y')` picks; all where there is no condition."""
    if not condition:
        return list(catalog.buckets)
    test: Expression = parse(condition)
    if not (
        isinstance(test, Operation) and test.op in ("=", "in") and isinstance(test.items[0], Column) and test.items[0].parts[-1] in ("id", "name")
    ):
        return []
    wanted = [each.value for each in test.items[1:] if isinstance(each, Literal)]
    return [name for name in catalog.buckets if name in wanted]
