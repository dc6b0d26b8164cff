# ruff: noqa: E501, SIM905  # statements are easier to read in one line
"""Whatever stands in a migration: no crash, bounded time."""

from __future__ import annotations

import random
import time

import pytest

from prodlint.database import catalog
from tests.database.projects import answers, migrated, project

WORDS = """create table policy view materialized schema function or replace if not exists a b public. "q" ( ) , ; alter enable disable row level security force
rename to set drop cascade grant revoke select insert on all tables in from anon authenticated default privileges for role postgres do $$ $x$ begin end declare
loop foreach array [ ] execute format 'alter table %I enable row level security' := = || case when then else elsif using with check true false null and or is
auth.uid() current_setting('x') exists partition of values 1 2 . :: text record unnest pg_tables where schemaname like '%a%' perform return exit continue into
-- /* */ \\ ' " search_path like including inherits as temp only * event trigger ddl_command_end security_invoker restrictive
function functions routine security definer invoker returns trigger language sql plpgsql int , storage.buckets insert into values on conflict do update set public = true bucket_id""".split()
RULES = (
    "row-level-security-off",
    "always-true-write-policy",
    "policy-ignores-caller",
    "security-definer-view",
    "policy-without-rls",
    "rls-without-policy",
    "policy-trusts-user-metadata",
    "public-bucket-listing",
    "definer-function-for-anybody",
)


@pytest.mark.parametrize("seed", range(120))
def test_any_words(seed: int) -> None:
    dice = random.Random(seed)
    text = " ".join(dice.choice(WORDS) for _ in range(dice.randrange(5, 250)))
    files = {
        "supabase/migrations/20250101000000_a.sql": f"create table a (id int);\n{text};\n",
        "supabase/migrations/20250102000000_b.sql": f"do $$ begin {text} end $$;",
    }
    asked = project(files)
    assert asked.databases()
    for rule in RULES:
        answers(rule, asked)


@pytest.mark.parametrize("seed", range(60))
def test_cut_anywhere(seed: int) -> None:
    """A file that ends in the middle of anything."""
    whole = """create table a (id int, owner uuid); create policy "p q" on a as permissive for update to anon, authenticated using ((owner = (select auth.uid()))) with check (true);
    do $$ declare t text; r record; begin foreach t in array array['a','b'] loop execute format('alter table public.%I enable row level security', t); end loop;
    for r in select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname in ('public') and c.relname <> all (array['x']) loop
    execute 'alter table ' || quote_ident(r.relname) || ' force row level security'; if exists (select 1 from pg_policies) then null; else drop table a; end if; end loop; end $$;
    grant select (id), insert on table a, public.a to anon; create view v with (security_invoker = on) as select * from a join only public.a b on true;"""
    cut = whole[: random.Random(seed).randrange(1, len(whole))]
    asked = project({"supabase/migrations/20250101000000_a.sql": cut})
    for rule in RULES:
        answers(rule, asked)


@pytest.mark.parametrize(
    "text",
    [
        "create policy p on a using (" + "(" * 5_000 + "true" + ")" * 5_000 + ");",
        "create policy p on a using (" + "not " * 9_000 + "true);",
        "create policy p on a using (" + " or ".join(["owner = auth.uid()"] * 2_000) + ");",
        "create policy p on a using (" + "case when true then " * 1_000 + ");",
        "do $$ begin " + "if true then " * 3_000 + " end $$;",
        "do $$ begin " + "begin " * 3_000 + " end $$;",
        "do $$ begin loop loop loop loop end loop; end loop; end loop; end loop; end $$;" * 50,
        "do $$ declare t text; begin for t in select a.x from unnest(string_to_array(repeat('a,', 100000), ',')) a(x) loop execute t; end loop; end $$;",
        "create function f() returns void language plpgsql as $$ begin perform f(); perform f(); end $$; select f();",
        "create function f() returns void language plpgsql as $$ begin for i in 1..1000000 loop perform g(); end loop; end $$; select f();",
        "do $$ declare x text := 'a'; begin " + "x := x || x; " * 60 + " execute x; end $$;",
        "create table " + "a." * 5_000 + "b (id int);",
        "create view v as select * from v; create or replace view v as select * from w; create view w as select * from v;",
        "do $$ begin " + "foreach t in array array[" + ",".join(["'a'"] * 300) + "] loop " * 1 + "".join("foreach t in array array['a','b','c','d'] loop " for _ in range(12))
        + "execute 'alter table a enable row level security'; " + "end loop; " * 13 + "end $$;",
        "select '" + "a" * 60_000 + "' like '%a%a%a%a%';",
        "do $$ begin if '" + "a" * 20_000 + "' like '%a%a%a%a%b' then null; end if; end $$;",
        "do $$ declare x text; begin x := " + " || ".join(["'a'"] * 5_000) + "; end $$;",
        "do $$ declare x int; begin x := " + " + ".join(["1"] * 5_000) + "; end $$;",
        "do $$ begin if a " + "= 1 " * 5_000 + " then null; end if; end $$;",
        "do $$ begin if a" + "[1]" * 5_000 + " then null; end if; end $$;",
        "do $$ begin if " + "(select " * 3_000 + "1" + ")" * 3_000 + " then null; end if; end $$;",
        "do $$ declare r record; begin for r in " + "select * from (" * 2_000 + "select 1 as x" + ") as y" * 2_000 + " loop null; end loop; end $$;",
        "do $$ declare r record; begin for r in select 1 from (select 1 union select 2) as x loop null; end loop; end $$;",
        "do $$ declare r record; begin for r in " + " union ".join(["select 1 as x"] * 5_000) + " loop null; end loop; end $$;",
        "create function f() returns text[] language sql as $$ select f() $$; do $$ begin if 'a' = any (f()) then null; end if; end $$;",
        "create policy p on a using (" + "exists (select 1 from a where " * 1_000 + "true" + ")" * 1_000 + ");",
        "do $$ begin " + "".join(f"execute $x{n}$ do $y{n}$ begin " for n in range(400)) + "null;" + "".join(f" end $y{n}$ $x{n}$;" for n in reversed(range(400))) + " end $$;",
        "create policy p on a using (" + "(" * 35 + "1" + "".join(" + 1" * 55 + ")" for _ in range(35)) + " = 1);",
        "do $$ declare x int; begin " + "if true then " * 23 + "x := " + "(" * 35 + "1" + " + 1)" * 35 + "; " + "end if; " * 23 + " end $$;",
        "".join(f"create function f{n}() returns void language plpgsql as $$ begin {'if true then ' * 20} perform f{n - 1}(); {'end if; ' * 20} end $$; " for n in range(40)) + "select f39();",
        "create policy p on a using (" + " + ".join(["1"] * 5_000) + " = 1);",
        "create view v as " + "select * from (" * 2_000 + "select 1" + ") as y" * 2_000 + ";",
        "alter table a " + ", ".join(["enable row level security"] * 5_000) + ";",
        "".join(f"create table t{n} (id int); alter table t{n} rename to u{n};" for n in range(1_500)),
        "grant select on " + ", ".join(["a"] * 5_000) + " to anon;",
        "create function f() returns void language plpgsql security definer as $$ begin " + "select auth.uid() into x " * 9_000 + " end $$;",
        "create function f() returns void language plpgsql security definer as $$ begin auth.uid() " + "if (case when (" * 9_000 + " end $$;",
    ],
    ids=lambda text: text[:40],
)  # fmt: skip
def test_made_to_hurt(text: str) -> None:
    start = time.perf_counter()
    first = "create table a (id int, owner uuid); alter table a enable row level security;"
    asked = project({"supabase/migrations/20250101000000_a.sql": first, "supabase/migrations/20250102000000_b.sql": text})
    for rule in RULES:
        answers(rule, asked)
    assert time.perf_counter() - start < 20


@pytest.mark.parametrize(
    "text",
    [
        "".join(f"create table t{n} (id int);" for n in range(900)) + "grant all on all tables in schema public to anon;" * 900,
        "".join(f"create function f{n}() returns int language sql as 'select 1';" for n in range(900))
        + "revoke all on all functions in schema public from anon;" * 900,
        "".join(f"create table t{n} (id int); create view v{n} as select * from t{n};" for n in range(900))
        + "".join(f"drop table t{n} cascade;" for n in range(900)),
        "".join(f"insert into storage.buckets (id, public) values ('b{n}', true);" for n in range(900))
        + "update storage.buckets set public = false;" * 900,
        "".join(f"create schema s{n}; drop schema s{n} cascade;" for n in range(2000)),
    ],
    ids=["tables", "functions", "views", "buckets", "schemas"],
)
def test_statements_about_all_of_something(text: str) -> None:
    """They cost what they look at, and not the square of it."""
    started = time.process_time()
    migrated(text)
    assert time.process_time() - started < 5


def test_after_too_many_of_them_nothing_is_certain() -> None:
    database = migrated("create table a (id int);")
    assert not database.catalog.may(catalog.MAX_MASS + 1, database.at)
    assert {"enable", "policy", "execute", "bucket"} == set(database.catalog.doubts)
