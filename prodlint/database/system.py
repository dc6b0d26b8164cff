"""The system catalogs, as queries of migration code see them.

Knows: pg_tables, information_schema.tables, columns, views and schemata, pg_class, pg_namespace, pg_policies, pg_policy, pg_views, pg_matviews,
pg_attribute, pg_inherits, pg_roles, all made from the replayed state. Does not know: queries.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from prodlint.database.catalog import EVERYBODY, TEMPORARY, Catalog, Relation
from prodlint.database.evaluate import quoted

Row = dict[str, Any]
Wanted = Mapping[str, str]  # column -> the only value that is asked for
_KIND = {"table": "r", "partitioned": "p", "platform": "r", "view": "v", "materialized": "m", "foreign": "f"}
_TYPE = {"table": "BASE TABLE", "partitioned": "BASE TABLE", "platform": "BASE TABLE", "view": "VIEW", "foreign": "FOREIGN"}


class SystemTable(NamedTuple):
    """A table of the system: its columns, and how its rows are made; `make` may give rows of other values, `rows` does not."""

    columns: tuple[str, ...]
    make: Callable[[Wanted], Iterator[Row]]

    def rows(self, wanted: Wanted) -> Iterator[Row]:
        """The rows in which every wanted column has its value."""
        for row in self.make(wanted):
            if all(row[column] == value for column, value in wanted.items()):
                yield row


class System:
    """The system tables of one catalog."""

    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog
        self.known = {
            "pg_tables": SystemTable(("schemaname", "tablename", "rowsecurity", "tableowner"), self.pg_tables),
            "pg_class": SystemTable(_PG_CLASS, self.pg_class),
            "pg_namespace": SystemTable(("oid", "nspname"), self.pg_namespace),
            "pg_policies": SystemTable(("schemaname", "tablename", "policyname", "cmd", "roles", "permissive"), self.pg_policies),
            "pg_policy": SystemTable(("polrelid", "polname", "polpermissive"), self.pg_policy),
            "pg_views": SystemTable(("schemaname", "viewname"), self.pg_views),
            "pg_matviews": SystemTable(("schemaname", "matviewname"), self.pg_matviews),
            "pg_attribute": SystemTable(("attrelid", "attname", "attnum", "attisdropped"), self.pg_attribute),
            "pg_inherits": SystemTable(("inhrelid", "inhparent"), self.pg_inherits),
            "pg_roles": SystemTable(("rolname",), self.pg_roles),
        }
        self.standard = {
            "tables": SystemTable(("table_schema", "table_name", "table_type", "table_catalog"), self.tables),
            "columns": SystemTable(("table_schema", "table_name", "column_name"), self.columns),
            "views": SystemTable(("table_schema", "table_name"), self.views),
            "schemata": SystemTable(("schema_name",), self.schemata),
        }

    def table(self, schema: str, name: str) -> SystemTable | None:
        """The system table of that name; None where it is none, or one whose rows are not known."""
        return self.standard.get(name) if schema == "information_schema" else self.known.get(name) if schema in ("", "pg_catalog") else None

    def relations(self, schema: str | None, name: str | None) -> Iterator[Relation]:
        """The relations of a schema, of a name, of both, or all."""
        if schema is not None and name is not None:
            found = self.catalog.relations.get((schema, name))
            every = [found] if found is not None else []
        else:
            every = [each for each in self.catalog.relations.values() if name in (None, each.name) and schema in (None, each.schema)]
        yield from (each for each in every if each.schema != TEMPORARY)

    def numbered(self, number: str | None) -> Iterator[Relation]:
        """The relation that has this number, or all."""
        yield from (each for each in self.relations(None, None) if number is None or oid(each) == number)

    def pg_tables(self, wanted: Wanted) -> Iterator[Row]:
        for each in self.relations(wanted.get("schemaname"), wanted.get("tablename")):
            if _KIND[each.kind] in "rp":
                yield {"schemaname": each.schema, "tablename": each.name, "rowsecurity": each.rls, "tableowner": "postgres"}

    def tables(self, wanted: Wanted) -> Iterator[Row]:
        for each in self.relations(wanted.get("table_schema"), wanted.get("table_name")):
            if each.kind in _TYPE:
                yield {"table_schema": each.schema, "table_name": each.name, "table_type": _TYPE[each.kind], "table_catalog": "postgres"}

    def columns(self, wanted: Wanted) -> Iterator[Row]:
        for each in self.relations(wanted.get("table_schema"), wanted.get("table_name")):
            for column in each.columns:
                yield {"table_schema": each.schema, "table_name": each.name, "column_name": column}

    def views(self, wanted: Wanted) -> Iterator[Row]:
        for each in self.relations(wanted.get("table_schema"), wanted.get("table_name")):
            if each.kind == "view":
                yield {"table_schema": each.schema, "table_name": each.name}

    def pg_class(self, wanted: Wanted) -> Iterator[Row]:
        for each in self.relations(wanted.get("relnamespace"), wanted.get("relname")):
            yield {
                "oid": oid(each), "relname": each.name, "relnamespace": each.schema, "relkind": _KIND[each.kind], "relrowsecurity": each.rls,
                "relforcerowsecurity": each.forced, "relispartition": each.parent is not None, "relpersistence": "p",
            }  # fmt: skip

    def pg_attribute(self, wanted: Wanted) -> Iterator[Row]:
        for each in self.numbered(wanted.get("attrelid")):
            for place, column in enumerate(each.columns, 1):
                yield {"attrelid": oid(each), "attname": column, "attnum": float(place), "attisdropped": False}

    def pg_inherits(self, _: Wanted) -> Iterator[Row]:
        for each in self.relations(None, None):
            if each.parent is not None and (parent := self.catalog.relations.get(each.parent)):
                yield {"inhrelid": oid(each), "inhparent": oid(parent)}

    def pg_namespace(self, _: Wanted) -> Iterator[Row]:
        yield from ({"oid": name, "nspname": name} for name in self.catalog.schemas)

    def schemata(self, _: Wanted) -> Iterator[Row]:
        yield from ({"schema_name": name} for name in self.catalog.schemas)

    def pg_policies(self, wanted: Wanted) -> Iterator[Row]:
        for each in self.relations(wanted.get("schemaname"), wanted.get("tablename")):
            for policy in each.policies.values():
                yield {
                    "schemaname": each.schema, "tablename": each.name, "policyname": policy.name, "cmd": policy.command.upper(),
                    "roles": list(policy.roles), "permissive": "PERMISSIVE" if policy.permissive else "RESTRICTIVE",
                }  # fmt: skip

    def pg_policy(self, wanted: Wanted) -> Iterator[Row]:
        for each in self.numbered(wanted.get("polrelid")):
            for policy in each.policies.values():
                yield {"polrelid": oid(each), "polname": policy.name, "polpermissive": policy.permissive}

    def pg_views(self, wanted: Wanted) -> Iterator[Row]:
        for each in self.relations(wanted.get("schemaname"), wanted.get("viewname")):
            if each.kind == "view":
                yield {"schemaname": each.schema, "viewname": each.name}

    def pg_matviews(self, wanted: Wanted) -> Iterator[Row]:
        for each in self.relations(wanted.get("schemaname"), wanted.get("matviewname")):
            if each.kind == "materialized":
                yield {"schemaname": each.schema, "matviewname": each.name}

    def pg_roles(self, _: Wanted) -> Iterator[Row]:
        known = {"postgres", *(role for names in self.catalog.schemas.values() for role in names)} - {EVERYBODY}
        yield from ({"rolname": role} for role in sorted(known))


_PG_CLASS = ("oid", "relname", "relnamespace", "relkind", "relrowsecurity", "relforcerowsecurity", "relispartition", "relpersistence")


def oid(relation: Relation) -> str:
    """What stands for the number of a relation: the name that `regclass` prints."""
    return f"{quoted(relation.schema)}.{quoted(relation.name)}"
