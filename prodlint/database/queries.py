"""Queries of migration code over the system catalogs, answered from the replayed state.

Knows: pg_tables, information_schema.tables and columns, pg_class with pg_namespace, pg_policies, pg_views, unnest, VALUES, what an event
trigger is told. Does not know: tables of the app: a query that reads one is UNKNOWN.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from typing import Any

from prodlint.database.catalog import EVERYBODY, TEMPORARY, Catalog, Relation
from prodlint.database.evaluate import UNKNOWN, Evaluator, as_list, quoted
from prodlint.database.expressions import Column, Expression, Literal, Operation, Raw, parse, parse_start
from prodlint.database.tokens import Cursor, Token, tokens

MAX_ROWS = 400_000  # combinations of rows tried for all queries of one history
_KIND = {"table": "r", "partitioned": "p", "platform": "r", "view": "v", "materialized": "m", "foreign": "f"}
_TYPE = {"table": "BASE TABLE", "partitioned": "BASE TABLE", "platform": "BASE TABLE", "view": "VIEW", "foreign": "FOREIGN"}
_STOPS = ("where", "order", "group", "limit", "union", "having", "for", "offset", "intersect", "except")


class Queries:
    """Answers queries. `event`: the rows of pg_event_trigger_ddl_commands(), while an event trigger runs."""

    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog
        self.left = MAX_ROWS
        self.parsed: dict[int, tuple[list[Token], Expression]] = {}  # by identity; the tokens are kept, so that it stays theirs
        self.event: list[dict[str, Any]] | None = None
        self.doubtful = False  # was the last answer made with a condition that only a running database decides?

    def evaluator(self, variables: Mapping[str, Any]) -> Evaluator:
        return Evaluator(variables, self.rows, self.exists)

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
        cursor = Cursor(list(source))
        if cursor.take("values"):
            return self.listed(cursor, variables)
        if not cursor.take("select") or any(token.text in ("union", "intersect", "except") and token.kind == "word" for token in source):
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
        if cursor.take_any("group", "having", "limit", "offset"):
            return UNKNOWN
        return self.picked(wanted, sources, conditions, variables)

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
    def sources(self, cursor: Cursor, variables: Mapping[str, Any]) -> tuple[list[tuple[str, list[dict[str, Any]]]] | None, list[list[Token]]]:
        """(alias, rows) of everything in FROM, None where something is not known; and the conditions of joins."""
        out: list[tuple[str, list[dict[str, Any]]]] = []
        conditions: list[list[Token]] = []
        while True:
            found = self.source(cursor, variables)
            if found is None:
                return None, []
            out.append(found)
            if cursor.take("on"):
                conditions.append(cursor.until("join", "left", "right", "full", "inner", "cross", *_STOPS))
            if cursor.take_any("left", "right", "full"):
                return None, []
            if cursor.take(","):
                cursor.take("lateral")
                continue
            cursor.take_any("cross", "inner")
            if not cursor.take("join"):
                return out, conditions

    def source(self, cursor: Cursor, variables: Mapping[str, Any]) -> tuple[str, list[dict[str, Any]]] | None:
        if cursor.sees("("):
            inner = cursor.group()
            rows = self.rows(inner, variables)
            name = ""
        else:
            schema, name = cursor.qualified()
            if cursor.sees("("):
                rows = self.function(name, cursor.group(), variables)
            else:
                rows = self.catalog_rows(schema, name)
        if rows is UNKNOWN:
            return None
        cursor.take("as")
        if cursor.peek().kind == "name" or (
            cursor.peek().kind == "word" and cursor.peek().text not in ("on", "join", "left", "inner", "cross", *_STOPS)
        ):
            name = cursor.name()
        columns = [token.text for token in cursor.group() if token.kind in ("word", "name")]
        if columns:
            rows = [dict(zip(columns, row.values(), strict=False)) for row in rows]
        elif rows and list(rows[0]) == ["unnest"]:
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
    def picked(self, wanted: list[Token], sources: list, conditions: list[list[Token]], variables: Mapping[str, Any]) -> Any:
        tests, columns, out = [parse(each) for each in conditions], _columns(wanted), []
        sources = self.narrowed(sources, tests, variables)
        for several in product(*(rows for _, rows in sources)):
            self.left -= 1
            if self.left < 0:
                return UNKNOWN
            scope = dict(variables)
            for row in several:
                scope.update(row)
            for (alias, _), row in zip(sources, several, strict=True):
                if alias and alias not in row:
                    scope[alias] = row
            evaluator = self.evaluator(scope)
            answers = []
            for test in tests:
                answers.append(evaluator.value(test))
                if answers[-1] is not UNKNOWN and not answers[-1]:
                    break
            else:
                self.doubtful = self.doubtful or any(answer is UNKNOWN for answer in answers)
                out.append(_row(columns, evaluator, several))
        return out

    def narrowed(self, sources: list, tests: list[Expression], variables: Mapping[str, Any]) -> list:
        """The sources without rows that a plain `column = value` rules out; there can be thousands."""
        own = {name for alias, rows in sources for name in (alias, *(rows[0] if rows else ()))}
        plain = self.evaluator(variables)
        for test in tests:
            for each in test.items if isinstance(test, Operation) and test.op == "and" else (test,):
                if not (isinstance(each, Operation) and each.op == "=" and isinstance(each.items[0], Column)):
                    continue
                left, right = each.items
                value = plain.value(right) if isinstance(right, Literal) or (isinstance(right, Column) and right.parts[0] not in own) else UNKNOWN
                if isinstance(value, str):
                    column, of = left.parts[-1], left.parts[0] if len(left.parts) > 1 else ""
                    sources = [
                        (alias, [row for row in rows if row.get(column, value) == value or row[column] is UNKNOWN] if of in ("", alias) else rows)
                        for alias, rows in sources
                    ]
        return sources

    # ------------------------------------------------------------ the system catalogs
    def catalog_rows(self, schema: str, name: str) -> Any:
        if schema not in ("", "pg_catalog", "information_schema"):
            return UNKNOWN
        maker = {
            "pg_tables": self.pg_tables, "tables": self.info_tables, "columns": self.info_columns, "pg_class": self.pg_class,
            "pg_namespace": self.pg_namespace, "pg_policies": self.pg_policies, "pg_views": self.pg_views, "pg_matviews": self.pg_matviews,
            "pg_roles": self.pg_roles, "pg_policy": self.pg_policy, "schemata": self.schemata, "views": self.info_views,
        }.get(name)  # fmt: skip
        if maker is None or (name in ("tables", "columns", "schemata", "views")) != (schema == "information_schema"):
            return UNKNOWN
        return list(maker())

    def relations(self) -> Iterator[Relation]:
        yield from (each for each in self.catalog.relations.values() if each.schema != TEMPORARY)

    def pg_tables(self) -> Iterator[dict[str, Any]]:
        for each in self.relations():
            if _KIND[each.kind] in "rp":
                yield {"schemaname": each.schema, "tablename": each.name, "rowsecurity": each.rls, "tableowner": "postgres"}

    def info_tables(self) -> Iterator[dict[str, Any]]:
        for each in self.relations():
            if each.kind in _TYPE:
                yield {"table_schema": each.schema, "table_name": each.name, "table_type": _TYPE[each.kind], "table_catalog": "postgres"}

    def info_columns(self) -> Iterator[dict[str, Any]]:
        for each in self.relations():
            for column in each.columns:
                yield {"table_schema": each.schema, "table_name": each.name, "column_name": column}

    def info_views(self) -> Iterator[dict[str, Any]]:
        yield from ({"table_schema": each.schema, "table_name": each.name} for each in self.relations() if each.kind == "view")

    def pg_class(self) -> Iterator[dict[str, Any]]:
        for each in self.relations():
            title = f"{quoted(each.schema)}.{quoted(each.name)}"
            yield {
                "oid": title, "relname": each.name, "relnamespace": each.schema, "relkind": _KIND[each.kind], "relrowsecurity": each.rls,
                "relforcerowsecurity": each.forced, "relispartition": each.parent is not None, "relpersistence": "p",
            }  # fmt: skip

    def pg_namespace(self) -> Iterator[dict[str, Any]]:
        yield from ({"oid": name, "nspname": name} for name in self.catalog.schemas)

    def schemata(self) -> Iterator[dict[str, Any]]:
        yield from ({"schema_name": name} for name in self.catalog.schemas)

    def pg_policies(self) -> Iterator[dict[str, Any]]:
        for each in self.relations():
            for policy in each.policies.values():
                yield {
                    "schemaname": each.schema, "tablename": each.name, "policyname": policy.name, "cmd": policy.command.upper(),
                    "roles": list(policy.roles), "permissive": "PERMISSIVE" if policy.permissive else "RESTRICTIVE",
                }  # fmt: skip

    def pg_policy(self) -> Iterator[dict[str, Any]]:
        for each in self.relations():
            for policy in each.policies.values():
                yield {"polname": policy.name, "polrelid": f"{quoted(each.schema)}.{quoted(each.name)}", "polpermissive": policy.permissive}

    def pg_views(self) -> Iterator[dict[str, Any]]:
        yield from ({"schemaname": each.schema, "viewname": each.name} for each in self.relations() if each.kind == "view")

    def pg_matviews(self) -> Iterator[dict[str, Any]]:
        yield from ({"schemaname": each.schema, "matviewname": each.name} for each in self.relations() if each.kind == "materialized")

    def pg_roles(self) -> Iterator[dict[str, Any]]:
        known = {"postgres", *(role for names in self.catalog.schemas.values() for role in names)} - {EVERYBODY}
        yield from ({"rolname": role} for role in sorted(known))


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
