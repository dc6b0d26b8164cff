"""What rules ask about databases: the mixin of Project.

Knows: how histories, the platform and its configuration come together. Does not know: a rule.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from posixpath import dirname, join, normpath

from prodlint import regex as re
from prodlint.database.catalog import RIGHTS, Bucket, Catalog, Key, Relation
from prodlint.database.exposure import Api, Database
from prodlint.database.histories import History, by_hand, histories
from prodlint.database.platforms import SERVED, plain, supabase
from prodlint.database.replay import Replay
from prodlint.declared import ELSEWHERE, ConfigurationQuestions, Declared
from prodlint.model import Span
from prodlint.report import TableAccess


class DatabaseQuestions(ConfigurationQuestions):
    """Mixin of Project; expects `files`."""

    @cached_property
    def _databases(self) -> list[Database]:
        passed = frozenset(
            path for path, facts in self.files.items() if facts.statements and (facts.aside in ("test", "vendored") or ELSEWHERE.search(path))
        )
        settings = {dirname(each.path).removesuffix("supabase"): each for each in self.blocks("supabase")}
        paths = {root: _schema_paths(each) for root, each in settings.items()}
        found = histories(self.files, passed, paths)
        loose = by_hand(self.files, passed, found)
        gate = self._postgrest()
        apis = [gate if gate and history.own_roles else _api(settings.get(history.root)) for history in found]
        return [_replayed(history, api, loose) for history, api in zip(found, apis, strict=True)]

    def _postgrest(self) -> Api | None:
        """What PostgREST's own configuration says (variables, postgrest.conf): the role of strangers, the schemas that it serves."""
        said: dict[str, tuple[str, Span]] = {}
        for block in self.blocks("compose-service", "dotenv", "ini", "k8s/Deployment", "k8s/ConfigMap"):
            for entry in block.entries:
                for name, value in _settings_in(entry.key, entry.value):
                    said.setdefault(_POSTGREST.get(name, name), (value, Span(block.path, entry.line)))
        role, schemas = said.get("role"), said.get("schemas")
        if role is None and schemas is None:
            return None
        listed = tuple(part.strip() for part in schemas[0].split(",") if part.strip()) if schemas else ()
        return Api(listed, at=(role or schemas or ("", None))[1], stranger=role[0] if role else "")

    def databases(self) -> list[Database]:
        """The databases that SQL migrations and schema files make, each in its final state."""
        return self._databases

    def tables(self) -> tuple[TableAccess, ...]:
        """Every table of every database, with who may do what in the end. Of migrations in Python only those that raw SQL guards: the others are made
        in ways that are not read."""
        return tuple(
            _listed(database, table)
            for database in self._databases
            for table in database.tables()
            if database.history.kind != "code" or table.said or table.policies
        )


_BUCKET = re.compile(r"storage\.buckets\.(.+)\.public")
_POSTGREST = {"PGRST_DB_ANON_ROLE": "role", "db-anon-role": "role", "PGRST_DB_SCHEMAS": "schemas", "PGRST_DB_SCHEMA": "schemas"}
_POSTGREST |= {"db-schemas": "schemas", "db-schema": "schemas"}


def _settings_in(key: str, value: str) -> Iterator[tuple[str, str]]:
    """(name, value) of a setting of PostgREST, as `environment: {NAME: value}`, `- NAME=value`, or a line of its file."""
    name, (other, equals, rest) = key.rpartition(".")[2], value.partition("=")
    if name in _POSTGREST:
        yield name, value.strip("\"' ")
    elif equals and other in _POSTGREST:
        yield other, rest.strip("\"' ")


def _listed(database: Database, table: Relation) -> TableAccess:
    security = "unknown" if table.doubt else "off" if not table.rls else "forced" if table.forced else "on"
    served = database.has_api and table.schema in database.served
    may = (
        tuple((role, tuple((right, database.allowed(table, role, right)) for right in RIGHTS)) for role in database.roles) if database.has_api else ()
    )
    policies = tuple(sorted((each.name, each.command, each.roles) for each in table.policies.values()))
    return TableAccess(table.schema, table.name, table.at.path, table.at.line, security, served, policies, may)


def _replayed(history: History, api: Api, elsewhere: dict[Key, Span]) -> Database:
    catalog: Catalog = supabase(api.exposes) if history.api and not history.own_roles else plain()
    Replay(catalog, history.api and not history.own_roles).files(history.files, history.unordered)
    return Database(history, catalog, api, elsewhere)


def _api(config: Declared | None) -> Api:
    """`[api]` of supabase/config.toml; what the platform does where nothing is said."""
    if config is None:
        return Api(SERVED)
    listed = tuple(entry.value for entry in config.entries if re.fullmatch(r"api\.schemas\.\d+", entry.key))
    said = {entry.key: entry.value for entry in config.entries}
    return Api(
        listed or SERVED,  # an empty list is what older templates hold: the platform adds its own
        said.get("api.enabled", "true") != "false",
        said.get("api.auto_expose_new_tables", "true") != "false",
        config.where("api.schemas") if config.has("api.schemas") else config.at,
        buckets=tuple(_buckets(config)),
    )


def _buckets(config: Declared) -> Iterator[Bucket]:
    """`[storage.buckets.NAME] public = true`."""
    for entry in config.entries:
        if found := _BUCKET.fullmatch(entry.key):
            yield Bucket(found.group(1), Span(config.path, entry.line), entry.value == "true")


def _schema_paths(config: Declared) -> tuple[str, ...]:
    """`[db.migrations] schema_paths`: globs relative to the folder of config.toml, as regular expressions."""
    listed = [entry.value for entry in config.entries if re.fullmatch(r"db\.migrations\.schema_paths\.\d+", entry.key)]
    folder = dirname(config.path)
    return tuple(re.escape(normpath(join(folder, each))).replace(r"\*\*/", "(?:.*/)?").replace(r"\*", "[^/]*") for each in listed)
