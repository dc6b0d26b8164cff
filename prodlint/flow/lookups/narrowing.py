"""Which terms of a query narrow its rows to the caller's, and which are met by the rows of others too.

Knows: a term narrows if it must hold, compares for equality or membership, and is about a column of the table that is looked up, or of one that is
joined to it. Does not know: how a term is read (`comparisons.py`, `selecting.py`), conditions that may not hold at all (`choosing.py`), SQL
(`sql_places.py`).

`owner__gte=user.id`, `Order.email.like(f"%{user.email}")`, `.join(User, User.id == user.id)` and an EXISTS that has nothing to do with the row let
through what belongs to others: the caller in them is in doubt.
"""

from __future__ import annotations

from prodlint import ir
from prodlint import regex as re
from prodlint.flow.knowledge import last_name
from prodlint.flow.lookups import queries
from prodlint.flow.lookups.schema import IDENTITY, OWNER_COLUMN
from prodlint.flow.proofs.fragments import TEXT_FIELDS
from prodlint.flow.values import CALLER, DOUBT, Selection, Value

EXISTS = "a question whether there are rows"  # as a kind
ASKS = frozenset({"exists", "Exists", "EXISTS"})  # of SQLAlchemy, Django, Peewee's fn
# lookups of Django, Tortoise and MongoEngine that more than one value fits
LOOSE = re.compile(
    r"__(?:gte?|lte?|i?startswith|i?endswith|icontains|i?regex|range|(?:not_)?isnull|not|not_in|ne|nin|exists|year|month|day|week|week_day|quarter|hour|minute"
    r"|second|date|time|search|trigram_similar|posix_regex|iposix_regex|size|length|len|mod|type)$"
)
# tests of a column that a part of a text, or more than one value, fits
PARTS = frozenset({"like", "ilike", "startswith", "endswith", "between", "op", "istartswith", "iendswith", "icontains", "match", "regexp"})
PATTERNS = frozenset({"re.compile", "regex.compile", "bson.Regex", "bson.regex.Regex"})
CONDITIONS = frozenset({"filter", "where", "having", "find_one", "find"})  # calls of which each argument is a condition
OUTER = re.compile(r"OUTER|FULL|LEFT", re.I)
# functions around a column that no two values give the same of; those that take another where there is none
KEEPS = frozenset({"lower", "upper", "trim", "cast", "type_coerce", "collate", "col", "getattr", "attrgetter", "literal_column", "text", "str"})
INSTEAD = frozenset({"coalesce", "ifnull", "nvl", "isnull", "Coalesce", "IfNull"})
KEY = re.compile(r"^(?:id|pk|uuid)$|_(?:id|pk|uuid)$")
# filters of supabase and postgrest that say what rows are not, or compare more than one value
NOT_EQUAL = frozenset({"neq", "gt", "gte", "lt", "lte", "like", "ilike", "is_", "not_", "range", "fts", "sl", "sr", "nxl", "nxr", "adj"})
EQUAL = frozenset({"eq", "in", "cs", "cd", "ov", "is", "==", "=", "array_contains"})


def doubted(value: Value) -> Value:
    """The value of a term that also others meet."""
    return value.plus({DOUBT}) if value.has(CALLER) or value.selections else value


def as_it_is(column: ir.Expr) -> bool:
    """Does a column say the same as what is made of it? `func.coalesce(Order.owner_id, me) == me` holds for the orders of nobody too, and
    `func.greatest(Order.owner_id, me) == me` for those of others."""
    while isinstance(column, ir.Call) and column.args:
        called = last_name(column.func)
        instead = column.args[1:] if called in INSTEAD else ()
        if called not in KEEPS and not isinstance(column.func, ir.Call) and not (instead and all(isinstance(a, ir.Const) for a in instead)):
            return False
        column = column.args[0]
    return True


def tested(name: str, column: str, value: Value) -> Value:
    """The value that a method of a column is given: `Order.email.like(...)`."""
    return doubted(value) if name in PARTS or (name == "contains" and TEXT_FIELDS.match(column)) else value


def weighed(terms: list[tuple[str, Value]]) -> list[tuple[str, Value]]:
    """The terms, with those in doubt that are no equality."""
    return [(name, doubted(value) if _loose(name) else value) for name, value in swapped(terms)]


def swapped(terms: list[tuple[str, Value]]) -> list[tuple[str, Value]]:
    """`WHERE id = ? AND owner_id = ?` with (user.id, order_id): where the client says whose the row is, a key that is the caller's says nothing."""
    if not any(IDENTITY.match(_last(name)) and value.chosen and not (value.has(CALLER) or value.selections) for name, value in terms):
        return terms
    mine = [_last(name) for name, value in terms if value.has(CALLER)]
    if any(not KEY.search(name) or OWNER_COLUMN.match(name) or IDENTITY.match(name) for name in mine):
        return terms
    return [(name, doubted(value) if value.has(CALLER) else value) for name, value in terms]


def _last(name: str) -> str:
    return name.removesuffix("__exact").rpartition("__")[2]


def _loose(name: str) -> bool:
    held = name.removesuffix("__contains").rpartition("__")[2] if name.endswith("__contains") else ""
    return bool(LOOSE.search(name)) or bool(TEXT_FIELDS.match(held))


def conditions(args: list[Value], name: str, model: object, parents: tuple[Selection, ...]) -> list[Value]:
    """The arguments of a query; a question that has nothing to do with its rows, and a condition that cannot be read, are in doubt."""
    outer = {model, *(other for parent in parents for part in queries.narrowed_from(parent) for other in part.beside)}
    return [doubted(arg) if _unread(arg, name, outer) else arg for arg in args]


def _unread(arg: Value, name: str, outer: set[object]) -> bool:
    if arg.fields is not None:
        return False
    if arg.kind == EXISTS:
        return not all(_about(rows, outer) for rows in arg.selections)
    return name in CONDITIONS and (arg.has(CALLER) or bool(arg.selections))


def _about(rows: Selection, outer: set[object]) -> bool:
    """Does a sub-select say of which row around it it asks?"""
    for part in queries.narrowed_from(rows):
        if part.refers:
            return True
        for key, _ in part.terms:
            if isinstance(key, queries.Column) and key.across is not None and not outer.isdisjoint({key.model, key.across}):
                return True
    return False


def joined_by(kwargs: dict[str, Value], fields: dict[str, Value]) -> dict[str, Value] | None:
    """`Q(owner=user, id=order_id, join_type="OR")`, of Tortoise and Django."""
    how = next((kwargs[word].const for word in ("join_type", "_connector") if word in kwargs), None)
    parts = {key: value for key, value in fields.items() if key not in ("join_type", "_connector", "_negated")}
    return queries.either(Value(fields={key: value}) for key, value in parts.items()) if how == "OR" else fields or None


def refers(args: list[Value], kwargs: dict[str, Value]) -> bool:
    """`filter(pk=OuterRef("order_id"))`"""
    given = [*kwargs.items(), *(item for arg in args for item in (arg.fields or {}).items())]
    return any(isinstance(value.kind, str) and value.kind.endswith(".OuterRef") and not _loose(name) for name, value in given)


def asked(value: Value, called: str) -> Value:
    """What `exists(...)` around rows, or a method of theirs, gives."""
    return value.of(EXISTS) if called in ASKS and value.selections else value


def outer(args: list[Value], kwargs: dict[str, Value]) -> bool:
    """`join(..., isouter=True)`, `join(Order, JOIN.LEFT_OUTER)`: rows that nothing fits come too."""
    said = any(kwargs[word].truth is not False for word in ("isouter", "full", "outer") if word in kwargs)
    return said or any(isinstance(a.ref, str) and OUTER.search(a.ref.rpartition(".")[2]) and a.fields is None and not a.selections for a in args)


def by_operator(name: str, func: ir.Expr | None, args: list[Value]) -> list[tuple[str, Value]] | None:
    """A filter that names its column first: `.eq("owner", user.id)`, `.filter("owner", "neq", user.id)`, `.not_.eq("owner", user.id)`."""
    if len(args) < 2 or args[0].const is None or args[0].origins or args[0].fields is not None:
        return None
    turned = isinstance(func, ir.Attr) and isinstance(func.base, ir.Attr) and func.base.name == "not_"
    compares = args[1].const if len(args) == 3 and name in ("filter", "where") else None
    loose = turned or name in NOT_EQUAL or (compares is not None and not args[1].origins and compares not in EQUAL)
    return [(args[0].const, doubted(args[-1]) if loose else args[-1])]
