"""What rules ask about databases: the mixin of Project.

Knows: how histories, the platform and its configuration come together. Does not know: a rule.
"""

from __future__ import annotations

import re
from functools import cached_property
from posixpath import dirname, join, normpath

from prodlint.database.catalog import RIGHTS, Catalog, Key, Relation
from prodlint.database.exposure import Api, Database
from prodlint.database.histories import History, by_hand, histories
from prodlint.database.platforms import ROLES, SERVED, plain, supabase
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
        return [_replayed(history, _api(settings.get(history.root)), loose) for history in found]

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


def _listed(database: Database, table: Relation) -> TableAccess:
    security = "unknown" if table.doubt else "off" if not table.rls else "forced" if table.forced else "on"
    served = database.has_api and table.schema in database.served
    may = tuple((role, tuple((right, database.allowed(table, role, right)) for right in RIGHTS)) for role in ROLES) if database.has_api else ()
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
        listed if config.has("api.schemas") else SERVED,
        said.get("api.enabled", "true") != "false",
        said.get("api.auto_expose_new_tables", "true") != "false",
        config.where("api.schemas") if config.has("api.schemas") else config.at,
    )


def _schema_paths(config: Declared) -> tuple[str, ...]:
    """`[db.migrations] schema_paths`: globs relative to the folder of config.toml, as regular expressions."""
    listed = [entry.value for entry in config.entries if re.fullmatch(r"db\.migrations\.schema_paths\.\d+", entry.key)]
    folder = dirname(config.path)
    return tuple(re.escape(normpath(join(folder, each))).replace(r"\*\*/", "(?:.*/)?").replace(r"\*", "[^/]*") for each in listed)
