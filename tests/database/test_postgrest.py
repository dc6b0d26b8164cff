# ruff: noqa: E501  # statements are easier to read in one line
"""A PostgREST of one's own: roles and schemas that the database and its configuration name."""

from __future__ import annotations

import pytest

from tests.database.projects import project, said

ROLES = "create role web_anon nologin; create role authenticator noinherit login; create role staff nologin; grant web_anon to authenticator; grant staff to authenticator;"
TABLES = """
create schema api;
create table api.todos (id int); create table api.notes (id int); create table public.inner (id int);
grant usage on schema api to web_anon, staff;
grant select on api.todos to web_anon;
grant all on api.notes to staff;
alter table api.notes enable row level security;
create policy all_of_it on api.notes for all to staff using (true);
"""
CONFIG = {
    "compose.yml": "services:\n  rest:\n    image: postgrest/postgrest\n    environment:\n      PGRST_DB_SCHEMAS: api\n      PGRST_DB_ANON_ROLE: web_anon\n",
    "compose.yaml": "services:\n  rest:\n    image: postgrest/postgrest\n    environment:\n      - PGRST_DB_SCHEMA=api\n      - PGRST_DB_ANON_ROLE=web_anon\n",
    "postgrest.conf": 'db-uri = "postgres://authenticator:x@localhost/app"\ndb-schemas = "api"\ndb-anon-role = "web_anon"\n',
}


@pytest.mark.parametrize("config", ["", *CONFIG])
def test_the_roles_that_the_database_makes_count(config):
    files = {"db/01_roles.sql": ROLES, "db/02_tables.sql": TABLES, **({config: CONFIG[config]} if config else {})}
    (database,) = project(files).databases()
    assert set(database.roles) == {"web_anon", "staff"}
    assert "api" in database.served
    reach = {table.name: database.reach(table) for table in database.tables()}
    assert reach["todos"] == {"web_anon": ("select",)}
    assert set(reach["notes"]) == {"staff"}
    assert reach["inner"] == {}
    assert [finding.subject["table"] for finding in said("row-level-security-off", files)] == ["todos"]
    assert [finding.subject["table"] for finding in said("always-true-write-policy", files)] == ["notes"]


def test_an_empty_list_of_schemas_is_the_platforms_own():
    files = {"supabase/config.toml": "[api]\nschemas = []\n", "supabase/migrations/20240101000000_a.sql": "create table carts (id int);"}
    assert [finding.subject["table"] for finding in said("row-level-security-off", files)] == ["carts"]
