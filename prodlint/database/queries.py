"""Queries of migration code over the system catalogs, answered from the replayed state.

Knows: SELECT with joins and conditions over system tables, UNION, unnest, VALUES, what an event trigger is told. Does not know: tables of the
app: a query that reads one is UNKNOWN.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from prodlint.database.catalog import Catalog
from prodlint.database.evaluate import UNKNOWN, Evaluator, as_list
from prodlint.database.expressions import Column, Expression, Operation, Query, Raw, parse, parse_start, walk
from prodlint.database.system import System, SystemTable
from prodlint.database.tokens import Cursor, Token, tokens

MAX_CALLS = 4  # functions that call functions
MAX_NESTED = 12  # queries in queries
MAX_ROWS = 400_000  # combinations of rows tried for all queries of one history
_STOPS = ("where", "order", "group", "limit", "union", "having", "for", "offset", "intersect", "except")


class Joined(NamedTuple):
    """One source of FROM: its alias, its rows, and the condition of an outer join.

    A system table makes its rows when it is known which are asked for."""

    alias: str
    rows: list[dict[str, Any]] | SystemTable
    outer: list[Token] | None = None

    def columns(self) -> Iterable[str]:
        return self.rows.columns if isinstance(self.rows, SystemTable) else self.rows[0] if self.rows else ()

    def where(self, wanted: Mapping[str, str]) -> Joined:
        """The same without the rows in which a column has another value than the wanted one."""
        if isinstance(self.rows, SystemTable):
            return self._replace(rows=list(self.rows.rows(wanted)))
        return self._replace(rows=[row for row in self.rows if all(_may_be(row, column, value) for column, value in wanted.items())])


class Queries:
    """Answers queries. `event`: the rows of pg_event_trigger_ddl_commands(), while an event trigger runs."""

    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog
        self.system = System(catalog)
        self.left = MAX_ROWS
        self.depth = self.nested = 0
        self.parsed: dict[int, tuple[list[Token], Expression]] = {}  # by identity; the tokens are kept, so that it stays theirs
        self.event: list[dict[str, Any]] | None = None
        self.doubtful = False  # was the last answer made with a condition that only a running database decides?

    def evaluator(self, variables: Mapping[str, Any]) -> Evaluator:
        return Evaluator(variables, self.rows, self.exists, self.called)

    def called(self, name: str, values: list[Any]) -> Any:
        """A function of the migrations in SQL that is one query."""
        schema, _, bare = name.rpartition(".")
        function = self.catalog.function(schema, bare)
        if function is None or function.language != "sql" or self.depth > MAX_CALLS:
            return UNKNOWN
        body = tokens(function.body)
        self.depth += 1
        rows = self.rows(Cursor(body).until(";"), dict(zip(function.parameters, values, strict=False)))
        self.depth -= 1
        return next(iter(rows[0].values()), None) if isinstance(rows, list) and len(rows) == 1 else UNKNOWN

    def value(self, source: list[Token], variables: Mapping[str, Any]) -> Any:
        """The value of these tokens; a loop asks for the same ones again and again, so that they are parsed once."""
        kept = self.parsed.get(id(source))
        if kept is None:
            kept = self.parsed[id(source)] = (source, parse(source))
        return UNKNOWN if isinstance(kept[1], Raw) else self.evaluator(variables).value(kept[1])

    def exists(self, name: str) -> bool:
        schema, relation = Cursor(tokens(name)).qualified()
        return self.catalog.find(schema, relation) is not None

    # ------------------------------------------------------------ one query
    def rows(self, source: tuple[Token, ...] | list[Token], variables: Mapping[str, Any]) -> Any:
        """The rows of a query as dictionaries, or UNKNOWN."""
        if self.nested > MAX_NESTED:
            return UNKNOWN
        self.nested += 1
        rows = self.answered(Cursor(list(source)), variables)
        self.nested -= 1
        return rows

    def answered(self, cursor: Cursor, variables: Mapping[str, Any]) -> Any:
        if cursor.take("values"):
            return self.listed(cursor, variables)
        first = cursor.until("union")
        if not cursor.done:
            return self.united(first, cursor, variables)
        cursor.at = 0
        if not cursor.take("select"):
            return UNKNOWN
        cursor.take("distinct")
        wanted = cursor.until("from", *_STOPS)
        if not cursor.take("from"):
            return self.unnested(wanted, variables)
        sources, conditions = self.sources(cursor, variables)
        if sources is None:
            return UNKNOWN
        if cursor.take("where"):
            conditions.append(cursor.until(*_STOPS))
        if cursor.take_any("group", "having", "limit", "offset", "intersect", "except"):
            return UNKNOWN
        return self.picked(wanted, sources, conditions, variables)

    def united(self, first: list[Token], cursor: Cursor, variables: Mapping[str, Any]) -> Any:
        """The rows of all parts of a UNION; the columns are named by the first."""
        out = self.rows(_bare(first), variables)
        while isinstance(out, list) and cursor.take("union"):
            cursor.take_any("all", "distinct")
            more = self.rows(_bare(cursor.until("union")), variables)
            if not isinstance(more, list):
                return UNKNOWN
            out = [*out, *(dict(zip(out[0], row.values(), strict=False)) if out else row for row in more)]
        return out

    def listed(self, cursor: Cursor, variables: Mapping[str, Any]) -> Any:
        out = []
        while cursor.sees("("):
            inner = Cursor(cursor.group())
            row = {}
            while not inner.done:
                row[f"column{len(row) + 1}"] = self.evaluator(variables).value(parse_start(inner))
                if not inner.take(","):
                    break
            out.append(row)
            cursor.take(",")
        return out or UNKNOWN

    def unnested(self, wanted: list[Token], variables: Mapping[str, Any]) -> Any:
        """`SELECT unnest(array) AS x`, and a SELECT of plain values."""
        cursor = Cursor(wanted)
        if cursor.take("unnest"):
            values = as_list(self.value(cursor.group(), variables))
            cursor.take("as")
            name = cursor.name() or "unnest"
            return [{name: value} for value in values] if isinstance(values, list) else UNKNOWN
        return [_row(_columns(wanted), self.evaluator(variables), ())]

    # ------------------------------------------------------------ FROM
    def sources(self, cursor: Cursor, variables: Mapping[str, Any]) -> tuple[list[Joined] | None, list[list[Token]]]:
        """Everything in FROM, None where something is not known; and the conditions of inner joins."""
        out: list[Joined] = []
        conditions: list[list[Token]] = []
        outer = False
        while True:
            found = self.source(cursor, variables)
            if found is None:
                return None, []
            condition = cursor.until("join", "left", "right", "full", "inner", "cross", ",", *_STOPS) if cursor.take("on") else []
            if condition and not outer:
                conditions.append(condition)
            out.append(Joined(*found, condition if outer else None))
            if cursor.take_any("right", "full"):
                return None, []
            outer = cursor.take("left")
            cursor.take("outer")
            if cursor.take(","):
                cursor.take("lateral")
                continue
            cursor.take_any("cross", "inner")
            if not cursor.take("join"):
                return out, conditions

    def source(self, cursor: Cursor, variables: Mapping[str, Any]) -> tuple[str, list[dict[str, Any]] | SystemTable] | None:
        if cursor.sees("("):
            inner = cursor.group()
            rows = self.rows(inner, variables)
            name = ""
        else:
            schema, name = cursor.qualified()
            if cursor.sees("("):
                rows = self.function(name, cursor.group(), variables)
            else:
                rows = self.system.table(schema, name) or UNKNOWN
        if rows is UNKNOWN:
            return None
        cursor.take("as")
        if cursor.peek().kind == "name" or (
            cursor.peek().kind == "word" and cursor.peek().text not in ("on", "join", "left", "inner", "cross", *_STOPS)
        ):
            name = cursor.name()
        columns = [token.text for token in cursor.group() if token.kind in ("word", "name")]
        if columns:
            rows = list(rows.rows({})) if isinstance(rows, SystemTable) else rows
            rows = [dict(zip(columns, row.values(), strict=False)) for row in rows]
        elif isinstance(rows, list) and rows and list(rows[0]) == ["unnest"]:
            rows = [{name: row["unnest"]} for row in rows]
        return name, rows

    def function(self, name: str, arguments: list[Token], variables: Mapping[str, Any]) -> Any:
        if name == "unnest":
            values = as_list(self.value(arguments, variables))
            return [{"unnest": value} for value in values] if isinstance(values, list) else UNKNOWN
        if name == "pg_event_trigger_ddl_commands" and self.event is not None:
            return self.event
        return UNKNOWN

    # ------------------------------------------------------------ WHERE and SELECT
    def picked(self, wanted: list[Token], sources: list[Joined], conditions: list[list[Token]], variables: Mapping[str, Any]) -> Any:
        tests, columns, out = [parse(each) for each in conditions], _columns(wanted), []
        scopes: list[tuple[dict[str, Any], list[dict[str, Any]]]] = [(dict(variables), [])]
        for source in self.narrowed(sources, tests, variables):
            joined = []
            for scope, several in scopes:
                before = len(joined)
                for row in source.rows:
                    self.left -= 1
                    if self.left < 0:
                        return UNKNOWN
                    wider = _wider(scope, source.alias, row)
                    if source.outer is None or self.holds([parse(source.outer)], wider):
                        joined.append((wider, [*several, row]))
                if source.outer is not None and len(joined) == before and source.rows:
                    empty = dict.fromkeys(source.rows[0])
                    joined.append((_wider(scope, source.alias, empty), [*several, empty]))
            scopes = joined
            if len(scopes) > 1 and len(sources) > 1:
                scopes = [(scope, several) for scope, several in scopes if self.may_hold(tests, scope)]
        for scope, several in scopes:
            if self.holds(tests, scope):
                out.append(_row(columns, self.evaluator(scope), several))
        return out

    def holds(self, tests: list[Expression], scope: Mapping[str, Any]) -> bool:
        """Do all conditions hold, as far as is known? Where that is not certain, the answer is remembered as doubtful."""
        answers = []
        for test in tests:
            answers.append(self.evaluator(scope).value(test))
            if answers[-1] is not UNKNOWN and not answers[-1]:
                return False
        self.doubtful = self.doubtful or any(answer is UNKNOWN for answer in answers)
        return True

    def may_hold(self, tests: list[Expression], scope: Mapping[str, Any]) -> bool:
        """Does no condition fail already, with the sources that are joined so far?"""
        evaluator = self.evaluator(scope)
        return not any(value is not UNKNOWN and not value for value in map(evaluator.value, tests))

    def narrowed(self, sources: list[Joined], tests: list[Expression], variables: Mapping[str, Any]) -> list[Joined]:
        """The sources without rows that a plain `column = value` rules out; there can be thousands."""
        own = {name for source in sources for name in (source.alias, *source.columns())}
        plain = self.evaluator(variables)
        wanted: list[dict[str, str]] = [{} for _ in sources]
        for test in tests:
            for each in test.items if isinstance(test, Operation) and test.op == "and" else (test,):
                if not (isinstance(each, Operation) and each.op == "=" and isinstance(each.items[0], Column)):
                    continue
                left, right = each.items
                value = plain.value(right) if _decided(right, own) else UNKNOWN
                if isinstance(value, str):
                    column, of = left.parts[-1], left.parts[0] if len(left.parts) > 1 else ""
                    for place, source in enumerate(sources):
                        if of in ("", source.alias) and source.outer is None and column in source.columns():
                            wanted[place].setdefault(column, value)
        return [source.where(names) for source, names in zip(sources, wanted, strict=True)]


def _decided(expression: Expression, own: set[str]) -> bool:
    """Is it the same for every row of sources with these names?"""
    parts = walk(expression)
    return not any(isinstance(part, (Query, Raw)) or (isinstance(part, Column) and part.parts[0] in own) for part in parts)


def _may_be(row: Mapping[str, Any], column: str, value: str) -> bool:
    return row.get(column, value) == value or row[column] is UNKNOWN


def _bare(source: list[Token]) -> list[Token]:
    """A query without the parentheses around it."""
    cursor = Cursor(source)
    inner = cursor.group()
    return inner if inner and cursor.done else source


def _wider(scope: Mapping[str, Any], alias: str, row: dict[str, Any]) -> dict[str, Any]:
    """The variables with those of one more row."""
    out = {**scope, **row}
    if alias and alias not in row:
        out[alias] = row
    return out


def _columns(wanted: list[Token]) -> list[tuple[str, Expression | None]]:
    """(name, expression) of every column after SELECT; `*` has the expression None and the name of its source."""
    cursor, out = Cursor(wanted), []
    while not cursor.done:
        if cursor.take("*"):
            out.append(("", None))
        elif cursor.peek(1).text == "." and cursor.peek(2).text == "*":
            out.append((cursor.name(), None))
            cursor.at += 2
        else:
            start = cursor.at
            value = parse_start(cursor)
            passed = cursor.tokens[start : cursor.at]
            simple = bool(passed) and all(token.kind in ("word", "name") or token.text == "." for token in passed)
            name = passed[-1].text if simple else f"column{len(out) + 1}"
            if cursor.take("as") or cursor.peek().kind in ("word", "name"):
                name = cursor.name()
            out.append((name, value))
        if not cursor.take(","):
            break
    return out


def _row(columns: list[tuple[str, Expression | None]], evaluator: Evaluator, several: Sequence[dict[str, Any]]) -> dict[str, Any]:
    out: dict[str, Any] = {}
    for name, expression in columns:
        if expression is not None:
            out[name] = evaluator.value(expression)
            continue
        for row in several if not name else [evaluator.variables.get(name) or {}]:
            out.update(row)
    return out
