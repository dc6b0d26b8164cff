# ruff: noqa: E501  # statements are easier to read in one line
"""What rules say about policies and views: the meaning of the steps in supabase/splinter's own tests, and traps around them."""

from __future__ import annotations

import pytest

from prodlint.report import Skip
from tests.database.projects import found, migrated, said

ON = "create table notes (id int primary key, owner uuid, state text); alter table notes enable row level security;"


@pytest.mark.parametrize(
    ("policy", "wrong"),
    [
        ("for select using (true)", False),
        ("for update using (true)", True),
        ("for delete using (true)", True),
        ("for all using (true)", True),
        ("using (true)", True),
        ("for insert with check (true)", True),
        ("for insert with check (1 = 1)", True),
        ("for insert with check ((1=1))", True),
        ("for insert with check ('a' = 'a' or owner is null)", True),
        ("for insert with check (not false)", True),
        ("for insert with check ((select true))", True),
        ("for update using (owner = owner)", True),
        ("for update using (owner = auth.uid()) with check (true)", True),
        ("for update using (true) with check (true)", True),
        ("for update using (true) with check (owner = auth.uid())", True),
        ("for update using ( TRUE )", True),
        ("as restrictive for update using (true)", False),
        ("for update to service_role using (true)", False),
        ("for update to app_worker using (true)", False),
        ("for update to anon using (true)", True),
        ("for update to public using (true)", True),
        ("for update to app_worker, authenticated using (true)", True),
        ("for update using (owner = auth.uid())", False),
        ("for all using (owner = auth.uid())", False),
        ("for all using (owner = auth.uid()) with check (owner = auth.uid())", False),
        ("for all to authenticated using (true)", True),
        ("for insert to authenticated with check (owner = (select auth.uid()))", False),
        ("for insert to anon", True),
        ("for update using (false)", False),
        ("for update using (true and owner = auth.uid())", False),
        ("for update using (state = 'true')", False),
    ],
)
def test_always_true(policy: str, wrong: bool) -> None:
    assert found("always-true-write-policy", f"create role app_worker; {ON} create policy p on notes {policy};") == ["public.notes"] * wrong


def test_always_true_counts_only_while_it_counts() -> None:
    policy = "create policy p on notes for update using (true);"
    assert found("always-true-write-policy", ON + policy)
    assert not found("always-true-write-policy", ON.replace("enable", "disable") + policy)
    assert not found("always-true-write-policy", ON + policy, "drop policy p on notes;")
    assert not found("always-true-write-policy", ON + policy, "alter policy p on notes to service_role;")
    assert not found("always-true-write-policy", ON + policy, "revoke all on notes from anon, authenticated;")
    assert found("always-true-write-policy", ON + policy, "drop policy if exists q on notes; drop policy p on other;")
    assert found("always-true-write-policy", ON.replace("notes", "old") + policy.replace("notes", "old"), "alter table old rename to new;") == [
        "public.new"
    ]


def test_security_without_policy() -> None:
    assert found("rls-without-policy", ON) == ["public.notes"]
    assert not found("rls-without-policy", ON, "create policy p on notes for select using (true);")
    assert found("rls-without-policy", ON, "create policy p on notes for select using (true);", "drop policy p on notes;")
    assert not found("rls-without-policy", "create table notes (id int);")


def test_policy_without_security() -> None:
    table = "create table notes (id int); create policy p on notes for select using (true);"
    assert found("policy-without-rls", table) == ["public.notes"]
    assert not found("policy-without-rls", table, "alter table notes enable row level security;")
    assert found("policy-without-rls", table, "alter table notes enable row level security;", "alter table notes disable row level security;")
    assert not found("policy-without-rls", "create table notes (id int);")


def test_views_and_materialized_views() -> None:
    rule = "security-definer-view"
    assert found(rule, ON, "create view seen as select * from notes;") == ["public.seen"]
    assert not found(
        rule, ON, "create view seen as select * from notes;", "create or replace view seen with (security_invoker=on) as select * from notes;"
    )
    assert found(rule, ON, "create view seen with (security_invoker) as select * from notes;", "create or replace view seen as select id from notes;")
    assert not found(rule, ON, "create view seen as select * from notes; revoke all on seen from anon, authenticated;")
    assert found(
        rule, ON, "create view inner_seen with (security_invoker=false) as select * from notes; create view seen as select * from inner_seen;"
    ) == [
        "public.inner_seen",
        "public.seen",
    ]
    assert not found(rule, ON + "create policy p on notes for select using (true);", "create view seen as select * from notes;")
    assert found(rule, ON + "create policy p on notes for select to authenticated using (true);", "create view seen as select * from notes;")
    assert not found(rule, "create table open_notes (id int); create view seen as select * from open_notes;")
    assert found(rule, "create view seen as select email from auth.users;") == ["public.seen"]
    assert found(rule, "create materialized view counted as select 1 as n;") == ["public.counted"]
    assert not found(rule, "create materialized view counted as select 1 as n;", "revoke select on counted from anon, authenticated;")
    assert not found(rule, "create schema stats; create materialized view stats.counted as select 1 as n;")


@pytest.mark.parametrize(
    ("condition", "wrong"),
    [
        ("auth.uid() is not null", True),
        ("(select auth.uid()) is not null", True),
        ("auth.role() = 'authenticated'", True),
        ("auth.role() in ('authenticated', 'service_role')", True),
        ("(auth.jwt() ->> 'role') = 'authenticated'", True),
        ("auth.role() = 'authenticated' or owner = auth.uid()", True),
        ("state = 'open'", True),
        ("exists (select 1 from admins)", True),
        ("owner = auth.uid()", False),
        ("auth.role() = 'authenticated' and owner = auth.uid()", False),
        ("auth.role() = 'service_role'", False),
        ("exists (select 1 from admins a where a.id = auth.uid())", False),
        ("owner in (select person from guarded)", False),
        ("is_admin()", False),
        ("is_admin_of((select auth.uid()), owner)", False),
        ("decided_elsewhere(owner)", False),
        ("owner::text = current_setting('request.jwt.claims', true)::json ->> 'sub'", False),
        ("(auth.jwt() -> 'app_metadata' ->> 'role') = 'admin'", False),
        ("owner = any (select x.person from admins x where x.id = auth.uid())", False),
        ("false", False),
    ],
)
def test_the_caller(condition: str, wrong: bool) -> None:
    helpers = """create table admins (id uuid); create table guarded (person uuid); alter table guarded enable row level security;
    create function is_admin() returns boolean language sql as $$ select exists (select 1 from admins where id = auth.uid()) $$;
    create function is_admin_of(who uuid, whose uuid) returns boolean language sql as $$ select exists (select 1 from admins where id = who) $$;"""
    for command in ("update", "delete"):
        assert (
            found("policy-ignores-caller", helpers + ON + f"create policy p on notes for {command} using ({condition});") == ["public.notes"] * wrong
        )


def test_a_restrictive_policy_may_narrow() -> None:
    policies = (
        "create policy p on notes for update using (state = 'open'); create policy q on notes as restrictive for all using (owner = auth.uid());"
    )
    assert not found("policy-ignores-caller", ON + policies)


def test_reach() -> None:
    """What the data API serves, and to whom."""
    rule = "row-level-security-off"
    assert found(rule, "create table a (id int);") == ["public.a"]
    assert not found(rule, "create schema app; create table app.a (id int); grant usage on schema app to anon; grant all on app.a to anon;")
    assert not found(rule, "create table a (id int); revoke all on all tables in schema public from anon, authenticated;")
    assert not found(rule, "alter default privileges in schema public revoke all on tables from anon, authenticated; create table a (id int);")
    assert found(rule, "alter default privileges for role supabase_admin in schema public revoke all on tables from anon; create table a (id int);")
    assert found(rule, "create table a (id int); revoke all on a from anon, authenticated; grant select (id) on a to anon;") == ["public.a"]
    assert found(
        rule, "create table a (id int); revoke all on a from anon, authenticated, public; grant team to authenticated; grant select on a to team;"
    )
    assert found(rule, "create table a (id int, secret text); revoke select (secret), insert (secret) on a from anon, authenticated;") == ["public.a"]
    assert not found(rule, "drop schema public cascade; create schema public; create table a (id int);")
    assert found(
        rule,
        "drop schema public cascade; create schema public; create table a (id int); grant usage on schema public to anon; grant select on a to anon;",
    )
    served = "create schema app; create table app.a (id int); grant usage on schema app to anon; grant all on all tables in schema app to anon;"
    assert found(rule, served, "alter role authenticator set pgrst.db_schemas = 'public, app';") == ["app.a"]


def test_a_foreign_table() -> None:
    """No policy counts for it; only its privileges and its schema keep people out."""
    table = "create foreign table ledger (id int) server books;"
    assert found("row-level-security-off", table) == ["public.ledger"]
    assert not found(
        "row-level-security-off", table, "revoke select on ledger from anon, authenticated, public; revoke all on ledger from anon, authenticated;"
    )
    assert not found("row-level-security-off", "create schema kept; " + table.replace("ledger", "kept.ledger"))


def test_configuration_decides() -> None:
    tables = {"supabase/migrations/20250101000000_a.sql": "create table a (id int);"}

    def off(text: str) -> list:
        return said("row-level-security-off", {**tables, "supabase/config.toml": text})

    assert off('[api]\nschemas = ["public", "graphql_public"]\n')
    assert not off('[api]\nschemas = ["app"]\n')
    assert not off("[api]\nenabled = false\n")
    assert not off("[api]\nauto_expose_new_tables = false\n")


def test_a_table_of_elsewhere_is_unknown() -> None:
    files = {"supabase/migrations/20250101000000_a.sql": "alter table profiles add column x int; create policy p on orders for select using (true);"}
    assert not said("row-level-security-off", files)
    (skip,) = said("row-level-security-off", files, Skip)
    assert skip.verdict == "unknown"
    assert "public.orders, public.profiles" in skip.reason


def test_a_database_without_a_data_api() -> None:
    """Plain PostgreSQL behind the app's own server is not judged for having no row-level security."""
    for path in ("db/migrations/001_init.sql", "prisma/migrations/20250101_init/migration.sql", "schema.sql", "drizzle/0000_init.sql"):
        files = {path: "create table users (id int); create table orders (id int, user_id int references users);"}
        assert not said("row-level-security-off", files)
        (skip,) = said("row-level-security-off", files, Skip)
        assert skip.verdict == "not-applicable"


def test_a_project_begun_after_tables_ceased_to_be_exposed() -> None:
    files = {"supabase/migrations/20260701000000_a.sql": "create table a (id int); create table b (id int); grant select on b to anon;"}
    judged = {answer.subject["table"]: (answer.severity, answer.confidence) for answer in said("row-level-security-off", files)}
    assert judged == {"a": ("warning", "medium"), "b": (None, "high")}


def test_names_unknown_until_it_runs() -> None:
    """Where a loop switches tables that only the running database knows, nothing is called off for sure."""
    loop = "do $$ declare r record; begin for r in select name from my_settings loop execute format('alter table %I enable row level security', r.name); end loop; end $$;"
    (answer,) = said("row-level-security-off", {"supabase/migrations/20250101000000_a.sql": f"create table a (id int); {loop}"})
    assert answer.confidence == "low"


def test_a_block_that_needs_tables_of_elsewhere() -> None:
    """PostgreSQL runs all of a block or nothing: what it switched is neither on nor off for sure."""
    block = "do $$ declare t text; begin foreach t in array array['a', 'elsewhere'] loop execute format('alter table %I enable row level security', t); end loop; {}end $$;"
    for handler, verdicts in (("", ["unknown", "unknown"]), ("exception when others then null; ", ["unknown"])):
        files = {"supabase/migrations/20250101000000_a.sql": "create table a (id int); " + block.format(handler)}
        assert not said("row-level-security-off", files)
        assert [answer.verdict for answer in said("row-level-security-off", files, Skip)] == verdicts


def test_a_block_that_needs_tables_of_elsewhere_and_changes_nothing() -> None:
    """What was on before the block is on after it, whether it ran or not; and a block that asks what is there does not fail."""
    table = "create table a (id int); alter table a enable row level security;"
    block = "do $$ begin alter table a enable row level security; alter table elsewhere enable row level security; end $$;"
    assert [answer.verdict for answer in said("row-level-security-off", {"supabase/migrations/20250101000000_a.sql": table + block}, Skip)] == [
        "unknown"
    ]
    asks = """create table b (id int references elsewhere(id)); create table c (id int); do $$ declare t text; begin foreach t in array array['b', 'c'] loop
    if exists (select 1 from pg_tables where tablename = t) then execute format('alter table %I enable row level security', t); end if; end loop; end $$;"""
    assert not said("row-level-security-off", {"supabase/migrations/20250101000000_a.sql": asks}, Skip)
    assert not said("row-level-security-off", {"supabase/migrations/20250101000000_a.sql": asks})


def test_a_block_that_takes_rights_away_and_may_fail() -> None:
    """Who might still hold a right is not called kept out."""
    block = "do $$ begin revoke all on a from anon, authenticated; revoke all on elsewhere from anon; end $$;"
    (answer,) = said("row-level-security-off", {"supabase/migrations/20250101000000_a.sql": "create table a (id int);" + block})
    assert answer.confidence == "low"


def test_a_table_that_refers_to_elsewhere() -> None:
    (answer,) = said("row-level-security-off", {"supabase/migrations/20250101000000_a.sql": "create table a (id int references elsewhere(id));"})
    assert answer.confidence == "medium"


def test_order_of_files() -> None:
    """By name, as the command line sorts; other names are not run, nor is an old first file."""
    files = {
        "supabase/migrations/20200101000000_init.sql": "create table old (id int);",
        "supabase/migrations/20250102000000_b.sql": "alter table a enable row level security;",
        "supabase/migrations/20250101000000_a.sql": "create table a (id int);",
        "supabase/migrations/notes.sql": "create table never (id int);",
        "supabase/seed.sql": "create table seeded (id int);",
    }
    assert not said("row-level-security-off", files)


def test_schema_files_in_any_order() -> None:
    files = {
        "supabase/schemas/a_policies.sql": "alter table z enable row level security;",
        "supabase/schemas/z_tables.sql": "create table z (id int); create table y (id int);",
    }
    assert [answer.subject["table"] for answer in said("row-level-security-off", files)] == ["y"]


def test_who_may_do_what() -> None:
    database = migrated(
        ON,
        "create policy r on notes for select using (true); create policy w on notes for update to authenticated using (owner = auth.uid());"
        " create policy i on notes for insert to authenticated with check (true); revoke delete on notes from anon;",
    )
    (table,) = database.tables()
    assert {
        (role, right): database.allowed(table, role, right)
        for role in ("anon", "authenticated")
        for right in ("select", "insert", "update", "delete")
    } == {
        ("anon", "select"): "all",
        ("anon", "insert"): "no",
        ("anon", "update"): "no",
        ("anon", "delete"): "no",
        ("authenticated", "select"): "all",
        ("authenticated", "insert"): "all",
        ("authenticated", "update"): "policy",
        ("authenticated", "delete"): "no",
    }


@pytest.mark.parametrize(
    ("condition", "wrong"),
    [
        ("((select auth.jwt()) ->> 'user_metadata')::bool", True),
        ("(auth.jwt() -> 'user_metadata' ->> 'team') = state", True),
        ("(current_setting('request.jwt.claims', true)::json -> 'user_metadata' ->> 'admin')::boolean", True),
        ("exists (select 1 from auth.users u where u.id = auth.uid() and u.raw_user_meta_data ->> 'role' = 'admin')", True),
        ("(auth.jwt() -> 'app_metadata' ->> 'team') = state", False),
        ("((select auth.jwt()) ->> 'is_member')::bool", False),
    ],
)
def test_user_metadata(condition: str, wrong: bool) -> None:
    for clause in (f"for select using ({condition})", f"for insert with check ({condition})"):
        assert found("policy-trusts-user-metadata", f"{ON} create policy p on notes {clause};") == ["public.notes"] * wrong


def test_a_switch_under_a_condition() -> None:
    """What only data decides leaves a doubt, except where the table was so already."""
    asks = "do $$ begin if exists (select 1 from settings where strict) then alter table {} enable row level security; end if; end $$;"
    files = {"supabase/migrations/20250101000000_a.sql": "create table a (id int);" + asks.format("a") + ON + asks.format("notes")}
    unknown = [answer.reason.partition(":")[0] for answer in said("row-level-security-off", files, Skip) if answer.verdict == "unknown"]
    assert unknown == ["public.a"]


@pytest.mark.parametrize(
    "head", ["out n text) returns setof text", "quietly boolean, out n text) returns setof text", ") returns table (n text, m int)"]
)
def test_what_a_function_gives_back_is_a_variable_of_it(head: str) -> None:
    """A loop over it runs, and switches row-level security on."""
    made = f"""create table a (id int); create function guard({head} language plpgsql as $$ begin
    for n in select tablename from pg_tables where schemaname = 'public' loop
    execute format('alter table %I enable row level security', n); return next; end loop; end $$; select guard({"true" * head.startswith("q")});"""
    assert not found("row-level-security-off", made)
