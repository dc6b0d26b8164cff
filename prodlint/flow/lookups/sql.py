"""Raw SQL in calls: which rows a statement selects, by which values.

Knows: statements written as literals, f-strings and joined pieces; placeholders of DB-API, asyncpg, SQLAlchemy's `text` and databases, in order and
by name; which of them stand behind WHERE, and behind an OR. Does not know: who the caller is, dialects beyond that, statements in files.

The receiver of the call does not matter: a driver's cursor, a connection, or the project's own wrapper that could not be followed.
"""

from __future__ import annotations

from typing import Any

from prodlint import ir
from prodlint import regex as re
from prodlint.flow.frames import Frame
from prodlint.flow.interpret import endings
from prodlint.flow.knowledge import last_name
from prodlint.flow.lookups import narrowing, stores, tables
from prodlint.flow.lookups.sql_places import TOKENS, Place, Way, places
from prodlint.flow.values import ADMIN, CALLER, DOUBT, ROLE, Client, Selection, Value, origins_of

_STATEMENT = re.compile(
    r"\s*(?:select\b.+?\bfrom\b|update\s+\S+.*?\sset\b|delete\s+from\b|insert\s+(?:\w+\s+)*into\b|replace\s+into\b|with\s+\w+.*?\bas\b|merge\s+into\b)",
    re.I | re.S,
)
_TABLE = re.compile(r"\b(?:from|update|into)\s+[\"'`\[]?([A-Za-z_][\w.]*)", re.I)
_INNERMOST = re.compile(r"\([^()]*\)")
_WITH = re.compile(r"\s*with\b", re.I)  # what it selects from stands in its parentheses
_JOINED = re.compile(r"\bjoin\s+[\"'`\[]?([A-Za-z_][\w.]*)", re.I)
_COLUMNS = re.compile(r"\binto\s+[\"'`\[]?[\w.]+[\"'`\]]?\s*\(([^()]*)\)\s*(?:values|select)", re.I)
# What only makes, shows or changes text.
_BUILDS = frozenset({
    "text", "sql", "literal_column", "RawSQL", "SQL", "TextClause", "print", "format", "join", "strip", "dedent", "append", "extend", "insert",
    "replace", "split",
    "encode", "lower", "upper", "startswith", "endswith", "sub", "compile", "match", "search", "Template", "info", "debug", "warning",
    "error", "exception", "log", "write", "isinstance", "len", "str", "bindparams", "columns", "add", "quote", "literal", "mogrify", "parse",
})  # fmt: skip
_ALL = frozenset({"fetch", "fetch_all"})  # asyncpg 0.30, databases 0.9: run it and give every row
MANY = 200  # placeholders of one statement that are weighed
_CURSORS = frozenset({"cursor", "cur", "c", "crs", "curs", "csr", "db_cursor", "dbcursor", "_cursor"})


def is_sql(text: str | None) -> bool:
    return text is not None and len(text) > 12 and bool(_STATEMENT.match(text))


def table(text: str) -> str:
    """The first table that a statement names; one in a FROM before one it joins, one of the statement before one of a part in parentheses, as
    `SELECT (SELECT ... FROM choices) FROM answers`."""
    outside = text
    while not _WITH.match(text) and (shorter := _INNERMOST.sub("\0", outside)) != outside:
        outside = shorter
    found = _TABLE.search(outside) or _TABLE.search(text)
    return found.group(1).rpartition(".")[2] if found else ""


def run(run: Any, text: Value, args: list[Value], kwargs: dict[str, Value], expr: ir.Call, frame: Frame) -> Value:
    """What executing a statement with these parameters gives."""
    statement = text.const or ""
    name = table(statement)
    found, ways = places(statement)
    args = [a for a in args if a is not text]
    ends = _ends(run, text, found, args, expr, frame)
    given = _given(run, text, [] if ends else args, kwargs, found)
    given[len(given) - len(ends) :] = ends
    selection: Selection = run.select(stores.model_called(run, name), expr, frame, terms=narrowing.swapped(_terms(found, given, ways)))
    verb = statement.lstrip()[:6].lower()
    if verb in ("insert", "replac"):
        run.made_row(selection.model, _written(statement, found, given), expr, frame)
        selection.fresh = True
    if verb == "select":
        selection.columns = tables.listed(statement)
        selection.listing = bool(selection.columns) and last_name(expr.func) in _ALL
        selection.joined = tuple(found.rpartition(".")[2] for found in _JOINED.findall(statement))
    if not verb.startswith(("select", "with")):
        selection.changed = verb in ("update", "delete")
        run.mark(selection)
    return run.selected(selection)  # type: ignore[no-any-return]


def held(run: Any, expr: ir.Call, frame: Frame, result: Value) -> Value:
    """The result of a call, which a cursor holds too."""
    base = expr.func.base if isinstance(expr.func, ir.Attr) else None
    if isinstance(base, ir.Name) and _is_cursor(base.id):
        frame.env[base.id] = result  # the cursor holds the rows: cur.execute(...); cur.fetchone()
    elif isinstance(base, ir.Attr) and _is_cursor(base.name):
        owner = run.eval(base.base, frame)
        if owner.fields is not None:
            owner.fields[base.name] = result
    return result


def _is_cursor(name: str) -> bool:
    """`cur`, `acur`, `dict_cursor`: what code calls a cursor."""
    return name.lower() in _CURSORS or name.lower().endswith(("cur", "cursor"))


def runs(name: str) -> bool:
    """May a call of this name execute the statement that it is given?"""
    return name not in _BUILDS


def _given(run: Any, text: Value, args: list[Value], kwargs: dict[str, Value], found: list[Place]) -> list[Value | None]:
    """The value of each placeholder; None where it could not be told."""
    ordered: list[Value] = list(text.items or ())
    named: dict[str, Value] = {key: value for key, value in kwargs.items() if value.fields is None and value.items is None}
    opaque: list[Value] = []
    args = [*args, *(value for key, value in kwargs.items() if key not in named)]  # values={"id": order_id}, params=[order_id]
    for value in args:
        if value.items is not None:
            ordered.extend(value.items)
            for item in value.items:
                named.update(item.fields or {})
        elif value.fields is not None and (value.kind is None or value.fields):
            named.update(value.fields)
        elif len(args) == 1 and value.origins and sum(isinstance(place.key, int) for place in found) - len(ordered) > 1:
            opaque.append(value)  # a list that was put together out of sight
        else:
            ordered.append(value)
    named.update({f"${at}": value for at, value in enumerate(ordered[len(text.items or ()) :], 1)})  # what stands in the text has no number
    named.update((text.fields or {}).items())
    if text.origins and not text.items and not text.fields:
        opaque.append(Value(text.origins))
    values: list[Value | None] = []
    for position, place in enumerate(found):
        if isinstance(place.key, str) and place.key.startswith("$"):
            values.append(named.get(place.key))
        elif isinstance(place.key, str):
            values.append(named.get(place.key, ordered[position] if position < len(ordered) else None))
        else:
            values.append(ordered[place.key] if place.key < len(ordered) else None)
    if opaque:
        origins = origins_of(opaque)
        run.truncated.update(o.plain if isinstance(o, Client) else o for o in origins if isinstance(o, (Client, Selection)))
        values = [Value(frozenset(o for o in origins if o is not CALLER)) if value is None else value for value in values]
    return values


def _ends(run: Any, text: Value, found: list[Place], args: list[Value], expr: ir.Call, frame: Frame) -> tuple[Value, ...]:
    """What stands behind the last hole of `UPDATE orders SET {fields} WHERE id = ?` is what the list of parameters ends with, whatever came before;
    nothing where that is not known of all of it."""
    holes = [at for at, place in enumerate(found) if not place.column]
    if len(expr.args) != 2 or len(args) != 1 or not holes or len(holes) != len(text.items or ()):
        return ()
    if args[0].items is not None and not endings.around(expr.args[1]):
        return ()
    behind = len(found) - holes[-1] - 1
    ends = endings.of(run, expr.args[1], frame)[-behind:] if behind and all(isinstance(place.key, int) for place in found) else ()
    return ends if len(ends) == behind else ()


def _terms(found: list[Place], given: list[Value | None], ways: dict[tuple[int, int], list[Way]]) -> list[tuple[str, Value]]:
    """(column, value) of what stands behind WHERE; where an OR or a UNION opens another way, the caller narrows what all of them give."""
    told = [(place, value) for place, value in zip(found, given, strict=True) if value is not None and place.clause in ("where", "on", "having")]
    on: dict[tuple[tuple[int, int], int], list[Value]] = {}
    for place, value in told:
        for way in place.ways.items():
            on.setdefault(way, []).extend([] if place.opposite else [value])
    out: list[tuple[str, Value]] = []
    for place, value in told[: MANY * 2]:
        mine = value.has(CALLER)
        groups = place.ways.items() if len(told) <= MANY else ()
        others = [(way, on.get((group, at), [])) for group, here in groups for at, way in enumerate(ways[group]) if at != here]
        loose = [(way, values) for way, values in others if not any(v.has(CALLER) or v.has(ROLE) or v.has(ADMIN) for v in values)]
        opened = any(v.clients for _, values in loose for v in values)
        if mine and (place.opposite or place.idle or opened or len(told) > MANY or _beside_it(place, told)):
            continue
        instead = [v for p, v in told if p is not place and not place.firsts.isdisjoint(p.firsts)]
        doubt = place.outer or place.above or len(told) > MANY or any(v.clients for v in instead)
        doubt |= (mine or bool(value.selections)) and not place.plain
        doubt |= any(not way.shown for way, _ in loose) if mine else any(not v.has(CALLER) for _, values in others for v in values)
        out.append((place.column, value.plus({DOUBT}) if doubt and value.origins else value))
    return out


def _beside_it(place: Place, told: list[tuple[Place, Value]]) -> bool:
    """`JOIN users u ON u.id = :me WHERE o.id = :order`: a condition on a table that nothing joins to the rows."""
    return place.alone and any(
        p.table and p.table != place.table and p.level == place.level and value.clients and not value.has(CALLER) for p, value in told
    )


def _written(text: str, found: list[Place], given: list[Value | None]) -> dict[str, Value]:
    """The columns that an INSERT writes, with their values where it lists both and each value is a placeholder or plain."""
    columns = _COLUMNS.search(text)
    values = re.search(r"\bvalues\s*\((.*)\)", text[columns.end() - 6 :] if columns else "", re.I | re.S)
    if columns is None or values is None:
        return {}
    names = [part.strip(" \"'`[]\n\t") for part in columns.group(1).split(",")]
    written = iter([value for place, value in zip(found, given, strict=True) if place.clause == "values"])
    out: dict[str, Value] = {}
    for column, part in zip(names, _split(values.group(1)), strict=False):
        for token in TOKENS.finditer(part):
            if token["place"] is not None or (token["quoted"] or "")[1:-1] in ("%s", "{}"):
                value = next(written, None)
                if value is not None:
                    out[column] = value
    return out


def _split(text: str) -> list[str]:
    """The parts of a list of values: at commas outside brackets and quotes."""
    parts, depth, quote, start = [], 0, "", 0
    for position, char in enumerate(text):
        if quote:
            quote = "" if char == quote else quote
        elif char in "'\"":
            quote = char
        elif char in "()":
            depth += 1 if char == "(" else -1
        elif char == "," and depth == 0:
            parts.append(text[start:position])
            start = position + 1
    return [*parts, text[start:]]


def built(receiver: Value | None, name: str, args: list[Value], kwargs: dict[str, Value]) -> Value | None:
    """Text that methods of text, and wrappers around it, give back; None where this is something else."""
    if receiver is not None and receiver.const is not None:
        if name == "join" and len(args) == 1 and args[0].items and all(item.const is not None for item in args[0].items):
            inner = tuple(part for item in args[0].items for part in item.items or ())
            return Value(args[0].origins, const=receiver.const.join(item.const or "" for item in args[0].items), items=inner or None)
        if name == "join":
            return Value(origins_of(args), "builtins.str")
        if name in ("format", "bindparams", "params"):
            origins = receiver.origins | origins_of([*args, *kwargs.values()])
            return Value(origins, const=receiver.const, items=(*(receiver.items or ()), *args) or None, fields=kwargs or None)
        if name in ("strip", "lstrip", "rstrip", "columns", "lower"):
            return receiver
    if name in ("text", "dedent", "cleandoc", "SQL") and len(args) == 1 and (args[0].const is not None or args[0].ways is not None):
        return args[0]
    return None


def added(left: Value, right: Value) -> Value | None:
    """`query += " AND user_id = %s"`; None where either is no text."""
    if left.const is None or right.const is None:
        return None
    return Value(left.origins | right.origins, const=left.const + right.const, items=(*(left.items or ()), *(right.items or ())) or None)
