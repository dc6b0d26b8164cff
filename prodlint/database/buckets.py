"""Storage buckets that migrations make: rows of storage.buckets.

Knows: INSERT with VALUES or SELECT, what ON CONFLICT does, UPDATE and DELETE of one bucket by its id or name. Does not know: buckets that are made
by hand, or by code of the app. What only the running database knows is kept as a doubt: a bucket that may be public, buckets without a known name.
"""

from __future__ import annotations

from prodlint.database.catalog import Bucket, Catalog
from prodlint.database.conditions import Conditions
from prodlint.database.expressions import Column, Expression, Literal, Operation, parse
from prodlint.database.tokens import Cursor, Token, split
from prodlint.model import Span

_ORDER = ("id", "name", "owner", "created_at", "updated_at", "public")  # the columns where none are named
_EXCLUDED = object()  # `excluded.public`


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
    public = _assigned(catalog, cursor.until("where")) if word == "update" and cursor.take("set") else ()
    if word == "update" and not public:
        return
    for name, certain in _named(catalog, cursor.tokens[cursor.at + 1 :]) if catalog.may(len(catalog.buckets), at) else ():
        if word == "delete" and certain:
            del catalog.buckets[name]
        elif word == "delete":
            catalog.buckets[name] = catalog.buckets[name]._replace(public=None if catalog.buckets[name].public else False)
        elif public:
            value = public[0] if certain or public[0] is catalog.buckets[name].public else None
            catalog.buckets[name] = Bucket(name, at, value)


def _insert(catalog: Catalog, cursor: Cursor, at: Span) -> None:
    columns = [token.text for token in cursor.group() if token.kind in ("word", "name")] or list(_ORDER)
    made: list[Bucket] = []
    if cursor.take("values"):
        while cursor.sees("("):
            made += _bucket(catalog, columns, split(cursor.group()), at)
            cursor.take(",")
    elif cursor.take("select"):
        made += _bucket(catalog, columns, split(cursor.until("from", "where", "on", "union")), at)
    cursor.until("do")
    public = _assigned(catalog, cursor.until("where"), made) if cursor.take("do", "update", "set") else ()
    for bucket in made:
        if catalog.buckets.setdefault(bucket.name, bucket) is not bucket and public:
            catalog.buckets[bucket.name] = Bucket(bucket.name, at, bucket.public if public[0] is _EXCLUDED else public[0])


def _bucket(catalog: Catalog, columns: list[str], values: list[list[Token]], at: Span) -> list[Bucket]:
    row = dict(zip(columns, values, strict=False))
    public = _truth(catalog, row["public"]) if "public" in row else False
    if "id" not in row:
        return []  # it is refused
    name = parse(row["id"])
    if isinstance(name, Literal) and isinstance(name.value, str):
        return [Bucket(name.value, at, public)]
    if public is not False:
        catalog.doubts.setdefault("bucket", at)
    return []


def _truth(catalog: Catalog, source: list[Token]) -> bool | None:
    """A value of the type boolean: of a constant, or of a text as PostgreSQL reads it; no value is as good as false."""
    value = parse(source)
    if isinstance(value, Literal) and not isinstance(value.value, bool):
        word = str(value.value or "").strip().lower()
        sure = bool(word) and ("true".startswith(word) or "yes".startswith(word) or word in ("on", "1"))
        return sure or (None if word and not ("false".startswith(word) or "no".startswith(word) or word in ("of", "off", "0")) else False)
    found = Conditions(catalog).truth(tuple(source), False)
    return found if isinstance(found, bool) else None


def _assigned(catalog: Catalog, source: list[Token], inserted: list[Bucket] | None = None) -> tuple[bool | object | None, ...]:
    """What SET says of `public`, alone: true, false, None where that is not known, what the row to be inserted has; () where it says nothing."""
    for each in split(source):
        inner = Cursor(each)
        if inner.take("public") and inner.take("="):
            value = parse(each[inner.at :])
            excluded = inserted is not None and value == Column(("excluded", "public"))
            return (_EXCLUDED if excluded else _truth(catalog, each[inner.at :]),)
    return ()


def _named(catalog: Catalog, condition: list[Token]) -> list[tuple[str, bool]]:
    """The buckets that a condition may pick, and whether it certainly does: `id = 'x'`, `id in ('x', 'y')`; all where there is no condition."""
    if not condition:
        return [(name, True) for name in catalog.buckets]
    test: Expression = parse(condition)
    parts = test.items if isinstance(test, Operation) and test.op == "and" else (test,)
    possible, certain = list(catalog.buckets), True
    for part in parts:
        if (
            isinstance(part, Operation)
            and part.op in ("=", "in")
            and isinstance(part.items[0], Column)
            and part.items[0].parts[-1] in ("id", "name")
            and all(isinstance(each, Literal) for each in part.items[1:])
        ):
            wanted = [each.value for each in part.items[1:] if isinstance(each, Literal)]
            possible = [name for name in possible if name in wanted]
        else:
            certain = False
    return [(name, certain) for name in possible]
