"""What a platform has made before the first migration runs, and what it serves.

Knows: Supabase's roles, schemas, tables and default privileges (sources: supabase/postgres init scripts, the command line's configuration
template, supabase.com/changelog of 2026-04-28 on tables that are no longer exposed by themselves). Does not know: files.
"""

from __future__ import annotations

from prodlint.database.catalog import EVERYBODY, RIGHTS, Catalog, Relation
from prodlint.model import Span

ROLES = ("anon", "authenticated")  # whom the data API lets in: nobody known, and anyone who signed up
SERVICE = "service_role"
SERVED = ("public", "graphql_public")
NOT_EXPOSED_SINCE = "20260530"  # projects begun later give new tables no privileges by themselves
_OPEN = {EVERYBODY, *ROLES, SERVICE}
_USED = {*ROLES, SERVICE}
_TABLES = {
    "auth": ("users", "identities", "sessions", "refresh_tokens", "mfa_factors", "audit_log_entries"),
    "storage": ("objects", "buckets"),
    "realtime": ("messages",),
}
# schemas of the platform and of its extensions: what is in them is not the app's
INTERNAL = frozenset((
    "auth", "cron", "extensions", "graphql", "graphql_public", "information_schema", "net", "pgmq", "pgroonga", "pgsodium", "pgsodium_masks",
    "pgtle", "pgbouncer", "pg_catalog", "realtime", "repack", "storage", "supabase_functions", "supabase_migrations",
    "tiger", "tiger_data", "topology", "vault",
    "_timescaledb_cache", "_timescaledb_catalog", "_timescaledb_config", "_timescaledb_internal", "_realtime", "_analytics", "drizzle",
))  # fmt: skip


def plain() -> Catalog:
    """A database as PostgreSQL makes it."""
    return Catalog(schemas={"public": {EVERYBODY}, "pg_catalog": {EVERYBODY}, "information_schema": {EVERYBODY}})


def supabase(exposes: bool = True) -> Catalog:
    """A database as Supabase makes it. exposes: do new tables of the schema public get privileges by themselves?"""
    catalog = plain()
    catalog.search = ("public", "extensions")
    catalog.schemas["public"] = set(_OPEN)
    for name in ("auth", "storage", "realtime", "graphql", "graphql_public", "extensions"):
        catalog.schemas[name] = set(_USED)
    for name in ("vault", "net", "cron", "pgmq", "pgmq_public", "supabase_functions", "supabase_migrations"):
        catalog.schemas[name] = {SERVICE}
    for schema, names in _TABLES.items():
        for name in names:
            relation = Relation(schema, name, Span("", 0), "platform", rls=True)
            if schema == "storage":
                relation.grants = {role: set(RIGHTS) for role in (*ROLES, SERVICE)}
            catalog.relations[relation.key] = relation
    if exposes:
        for role in (*ROLES, SERVICE):
            catalog.defaults["public", role] = set(RIGHTS)
            catalog.callers.add(("public", role))
    return catalog
