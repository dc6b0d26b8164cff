# ruff: noqa: E501  # statements are easier to read in one line
"""Migrations and what PostgreSQL makes of them: for each, the tables of the app on which row-level security is off in the end.

`tests/database/test_referee.py` asks a real PostgreSQL the same, where there is one.
"""

from __future__ import annotations

ON = "alter table {} enable row level security;"

# name -> (files in order, the tables that exist, those of them without row-level security)
SCENARIOS: dict[str, tuple[tuple[str, ...], str, str]] = {
    "switched on and off": (
        ("create table a (id int); create table b (id int); alter table a enable row level security;", "alter table a disable row level security;"),
        "a b", "a b",
    ),
    "several actions of one statement": (
        ("create table a (id int); alter table a add column n text, enable row level security, add check (n <> ', disable row level security');",),
        "a", "",
    ),
    "names in quotes": (
        ('create table "User Data" (id int); create table "Orders"(id int); alter table "User Data" enable row level security; '
         "alter table Orders enable row level security;",),
        "User Data|Orders", "Orders",
    ),
    "a name with a doubled quote": (('create table "a""b" (id int); alter table "a""b" enable row level security;',), 'a"b', ""),
    "not ASCII": (('create table größe (id int); create table "表" (id int); alter table größe enable row level security;',), "größe|表", "表"),
    "the words in a comment or a string do nothing": (
        ("create table a (id int); -- alter table a enable row level security;\n/* alter table a enable /* nested */ row level security; */\n"
         "comment on table a is 'alter table a enable row level security;';",),
        "a", "a",
    ),
    "a semicolon in a string": (("create table a (t text default 'x;y'); alter table a enable row level security;",), "a", ""),
    "an escape string": ((r"create table a (t text default E'it\'s; x'); alter table a enable row level security;",), "a", ""),
    "a function body with statements in it": (
        ("create table a (id int); create function f() returns void language plpgsql as $body$ begin execute 'alter table a enable row level security'; "
         "end $body$;",),
        "a", "a",
    ),
    "a function that is called": (
        ("create table a (id int); create table b (id int); create function guard(t text) returns void language plpgsql as $$ begin "
         "execute format('alter table %I enable row level security', t); end $$; select guard('a');",),
        "a b", "b",
    ),
    "a function called for each of a list": (
        ("create table a (id int); create table b (id int); create function guard(t text) returns void language plpgsql as $$ begin "
         "execute format('alter table %I enable row level security', t); end $$; select guard(t) from unnest(array['a', 'b']) as t;",),
        "a b", "",
    ),
    "a broken statement loses itself": (
        ("create table a (id int);\ncreate tabel b (id int);\nalter table a enable row level security;\nalter table nowhere enable row level security;\n"
         "create table c (id int);",),
        "a c", "c",
    ),
    "if exists": (("alter table if exists a enable row level security; create table a (id int);",), "a", "a"),
    "if not exists keeps the first": (
        ("create table a (id int); alter table a enable row level security; create table if not exists a (id int, n int);",), "a", "",
    ),
    "dropped and made again": (
        ("create table a (id int); alter table a enable row level security; drop table a; create table a (id int);",), "a", "a",
    ),
    "dropped for good": (("create table a (id int); drop table if exists a, nowhere cascade;",), "", ""),
    "one name of a drop is not there": (("create table a (id int); drop table a, nowhere;",), "a", "a"),
    "renamed": (
        ("create table a (id int); alter table a rename to b; create table a (id int); alter table b enable row level security;",), "a b", "a",
    ),
    "renamed before it is switched": (("create table a (id int); alter table a rename to b; alter table a enable row level security;",), "b", "b"),
    "a rename to a name that is taken": (("create table a (id int); create table b (id int); alter table a rename to b; " + ON.format("b"),), "a b", "a"),
    "a column and a constraint are renamed": (
        ("create table a (id int constraint c check (id > 0)); alter table a rename column id to n; alter table a rename id2 to n2; "
         "alter table a rename constraint c to d; alter table a enable row level security;",),
        "a", "",
    ),
    "moved to another schema": (
        ("create schema app; create table a (id int); alter table a set schema app; alter table app.a enable row level security;",), "app.a", "",
    ),
    "a schema is renamed": (
        ("create schema app; create table app.a (id int); alter schema app rename to core; alter table core.a enable row level security;",), "core.a", "",
    ),
    "a schema is dropped": (("create schema app; create table app.a (id int); drop schema app cascade; create table b (id int);",), "b", "b"),
    "a schema that is not empty stays": (("create schema app; create table app.a (id int); drop schema app;",), "app.a", "app.a"),
    "a schema with its tables": (("create schema app create table a (id int) create table b (id int); alter table app.a enable row level security;",),
        "app.a app.b", "app.b"),
    "search_path": (
        ("create schema app; set search_path = app, public; create table a (id int); alter table a enable row level security;", "create table a (id int);"),
        "app.a a", "a",
    ),
    "search_path by function": (
        ("create schema app; select pg_catalog.set_config('search_path', '', false); create table public.a (id int); create table app.b (id int); "
         "alter table only public.a enable row level security;",),
        "a app.b", "app.b",
    ),
    "search_path ends with its file": (("create schema app; set search_path to app;", "create table a (id int);"), "a", "a"),
    "temporary tables": (("create temp table t (id int); create temporary table a (id int); create table b (id int); " + ON.format("b"),), "b", ""),
    "a temporary table hides another": (
        ("create table a (id int); create temp table a (id int); alter table a enable row level security;",), "a", "a",
    ),
    "unlogged": (("create unlogged table a (id int);",), "a", "a"),
    "made from a query": (
        ("create table a (id int); " + ON.format("a") + " create table b as select * from a; create table c as table a with no data; select * into d from a;",),
        "a b c d", "b c d",
    ),
    "like another": (("create table a (id int); " + ON.format("a") + " create table b (like a including all);",), "a b", "b"),
    "partitions": (
        ("create table a (id int, d date) partition by range (d); create table a1 partition of a for values from ('2024-01-01') to ('2025-01-01'); "
         "create table a2 (id int, d date); alter table a attach partition a2 for values from ('2025-01-01') to ('2026-01-01'); " + ON.format("a"),),
        "a a1 a2", "a1 a2",
    ),
    "partitions go with their parent": (
        ("create table a (id int) partition by list (id); create table a1 partition of a for values in (1); drop table a; create table a1 (id int);",),
        "a1", "a1",
    ),
    "inheritance": (("create table a (id int); create table b (n int) inherits (a); " + ON.format("a"),), "a b", "b"),
    "only, and a star": (
        ("create table a (id int); create table b (id int); alter table only a enable row level security; alter table b * enable row level security;",),
        "a b", "",
    ),
    "force is not enable": (("create table a (id int); alter table a force row level security;",), "a", "a"),
    "a loop over a list": (
        ("create table a (id int); create table b (id int); create table c (id int); do $$ declare t text; begin "
         "foreach t in array array['a', 'b'] loop execute format('alter table public.%I enable row level security', t); end loop; end $$;",),
        "a b c", "c",
    ),
    "a loop over a declared list": (
        ("create table a (id int); create table b (id int); do $$ declare names text[] := array['a','b']; t text; begin "
         "foreach t in array names loop execute 'alter table ' || quote_ident(t) || ' enable row level security'; end loop; end $$;",),
        "a b", "",
    ),
    "a loop over a list as text": (
        ("create table a (id int); create table b (id int); do $$ declare names text[] := '{a,b}'; t text; begin "
         "foreach t in array names loop execute format('alter table %s enable row level security', t); end loop; end $$;",),
        "a b", "",
    ),
    "a loop over unnest": (
        ("create table a (id int); create table b (id int); do $$ declare r record; begin for r in select unnest(array['a','b']) as name loop "
         "execute format('alter table %I enable row level security', r.name); end loop; end $$;",),
        "a b", "",
    ),
    "a loop over values": (
        ("create table a (id int); create table b (id int); do $$ declare r record; begin for r in select * from (values ('a', 1), ('b', 2)) as v(name, n) loop "
         "if r.n = 2 then execute format('alter table %I enable row level security', r.name); end if; end loop; end $$;",),
        "a b", "a",
    ),
    "a loop over all tables": (
        ("create table a (id int); create table b (id int); create schema app; create table app.c (id int); do $$ declare r record; begin "
         "for r in select schemaname, tablename from pg_tables where schemaname = 'public' loop "
         "execute format('alter table %I.%I enable row level security', r.schemaname, r.tablename); end loop; end $$; create table late (id int);",),
        "a b app.c late", "app.c late",
    ),
    "a loop over the information schema, with exceptions": (
        ("create table a (id int); create table b (id int); create table _c (id int); create view v as select 1 as x; do $$ declare t text; begin "
         "for t in select table_name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE' "
         "and table_name not in ('b') and table_name not like '\\_%' loop "
         "execute format('alter table public.%I enable row level security', t); end loop; end $$;",),
        "a b _c", "b _c",
    ),
    "a loop over pg_class": (
        ("create table a (id int); create schema app; create table app.b (id int); do $$ declare r record; begin "
         "for r in select c.relname, n.nspname from pg_class c join pg_namespace n on n.oid = c.relnamespace "
         "where n.nspname = 'app' and c.relkind in ('r', 'p') and not c.relrowsecurity loop "
         "execute format('alter table %I.%I enable row level security', r.nspname, r.relname); end loop; end; $$ language plpgsql;",),
        "a app.b", "a",
    ),
    "a loop over pg_class by its identity": (
        ("create table a (id int); do $$ declare r record; begin for r in select oid::regclass as rel from pg_class "
         "where relnamespace = 'public'::regnamespace and relkind = 'r' loop execute format('alter table %s enable row level security', r.rel); "
         "end loop; end $$;",),
        "a", "",
    ),
    "a loop over tables that have a column": (
        ("create table a (id int, org_id int); create table b (id int); alter table b add column owner int; create table c (org_id int); do $$ declare t text; begin "
         "for t in select table_name from information_schema.columns where table_schema = 'public' and column_name = 'org_id' loop "
         "execute format('alter table public.%I enable row level security', t); end loop; end $$;",),
        "a b c", "b",
    ),
    "a loop over rows whose variable nobody declares": (
        ("create table a (id int); do $$ begin for t in select unnest(array['a']) loop execute format('alter table %I enable row level security', t); "
         "end loop; end $$;",),
        "a", "a",
    ),
    "a loop over an array whose variable nobody declares": (
        ("create table a (id int); do $$ begin if true then foreach t in array array['a'] loop "
         "execute format('alter table %I enable row level security', t); end loop; end if; end $$;",),
        "a", "a",
    ),
    "a variable of the block around the loop": (
        ("create table a (id int); do $$ declare t text; begin begin for t in select unnest(array['a']) loop "
         "execute format('alter table %I enable row level security', t); end loop; end; end $$;",),
        "a", "",
    ),
    "a variable that is a parameter": (
        ("create table a (id int); create function guard(t text) returns void language plpgsql as $$ begin for t in select 'a' loop "
         "execute format('alter table %I enable row level security', t); end loop; end $$; select guard('');",),
        "a", "",
    ),
    "a transaction that is rolled back": (
        ("create table a (id int); begin; alter table a enable row level security; create table b (id int); rollback; create table c (id int);",),
        "a c", "a c",
    ),
    "a transaction that goes back to a savepoint and ends": (
        ("create table a (id int); begin; savepoint s; rollback to savepoint s; alter table a enable row level security; commit;",), "a", "",
    ),
    "what follows a savepoint is undone": (
        ("create table a (id int); begin; savepoint s; alter table a enable row level security; rollback to savepoint s; commit;",), "a", "a",
    ),
    "a switch off after a savepoint is undone": (
        ("create table a (id int); alter table a enable row level security; begin; savepoint s; alter table a disable row level security; "
         "rollback work to s; commit;",), "a", "",
    ),
    "a savepoint that is released keeps what follows": (
        ("create table a (id int); begin; savepoint s; alter table a enable row level security; release s; commit;",), "a", "",
    ),
    "nested savepoints, the outer one undone": (
        ("create table a (id int); create table b (id int); begin; savepoint s; alter table a enable row level security; savepoint t; "
         "alter table b enable row level security; release savepoint t; rollback to s; commit;",), "a b", "a b",
    ),
    "nested savepoints, the inner one undone": (
        ("create table a (id int); create table b (id int); begin; savepoint s; alter table a enable row level security; savepoint t; "
         "alter table b enable row level security; rollback transaction to savepoint t; release s; commit;",), "a b", "b",
    ),
    "two savepoints of one name": (
        ("create table a (id int); create table b (id int); begin; savepoint S; alter table a enable row level security; savepoint s; "
         "alter table b enable row level security; rollback to s; release s; rollback to \"s\"; commit;",), "a b", "a b",
    ),
    "a savepoint that is gone back to twice": (
        ("create table a (id int); create table b (id int); begin; savepoint s; alter table a enable row level security; rollback to s; "
         "alter table b enable row level security; rollback to s; alter table a enable row level security; end;",), "a b", "b",
    ),
    "a released savepoint in a transaction that is aborted": (
        ("create table a (id int); begin; savepoint s; alter table a enable row level security; release s; abort;",), "a", "a",
    ),
    "a transaction chained to one that is rolled back": (
        ("create table a (id int); create table b (id int); begin; alter table a enable row level security; rollback and chain; "
         "alter table b enable row level security; commit and no chain;",), "a b", "a",
    ),
    "a transaction with its isolation": (
        ("create table a (id int); start transaction isolation level serializable read write; alter table a enable row level security; "
         "rollback transaction;",), "a", "a",
    ),
    "a rollback of nothing": (("create table a (id int); rollback; alter table a enable row level security;",), "a", ""),
    "only where a column is there": (
        ("create table a (id int, owner int); create table b (id int); do $$ declare t text; begin foreach t in array array['a', 'b'] loop "
         "if exists (select 1 from information_schema.columns where table_schema = 'public' and table_name = t and column_name = 'owner') then "
         "execute format('alter table %I enable row level security', t); end if; end loop; end $$;",),
        "a b", "b",
    ),
    "a loop that goes on": (
        ("create table a (id int); create table b (id int); do $$ declare t text; begin foreach t in array array['a', 'b'] loop "
         "continue when t = 'a'; execute format('alter table %I enable row level security', t); end loop; end $$;",),
        "a b", "a",
    ),
    "a loop that ends": (
        ("create table a (id int); create table b (id int); do $$ declare t text; begin foreach t in array array['a', 'b'] loop "
         "exit when t = 'b'; execute format('alter table %I enable row level security', t); end loop; end $$;",),
        "a b", "b",
    ),
    "only where the table is there": (
        ("create table a (id int); do $$ begin if exists (select 1 from information_schema.tables where table_schema = 'public' and table_name = 'a') then "
         "alter table a enable row level security; end if; if to_regclass('public.b') is null then create table b (id int); else "
         "create table c (id int); end if; end $$;",),
        "a b", "b",
    ),
    "a policy that is there already": (
        ("create table a (id int); create policy p on a using (true); do $$ begin if not exists (select 1 from pg_policies where policyname = 'p' "
         "and tablename = 'a') then alter table a enable row level security; end if; end $$;",),
        "a", "a",
    ),
    "an exception handler": (
        ("create table a (id int); do $$ begin begin alter table a enable row level security; exception when others then "
         "alter table a disable row level security; end; end $$;",),
        "a", "",
    ),
    "a case": (
        ("create table a (id int); create table b (id int); do $$ declare t text := 'b'; begin case t when 'a' then alter table a enable row level security; "
         "when 'b' then alter table b enable row level security; end case; end $$;",),
        "a b", "a",
    ),
    "an outer join": (
        ("create table a (id int); create table b (id int); create policy p on b for select using (true); do $$ declare t text; begin "
         "for t in select c.relname from pg_class c left join pg_policy p on p.polrelid = c.oid join pg_namespace n on n.oid = c.relnamespace "
         "where n.nspname = 'public' and c.relkind = 'r' and p.polname is null loop execute format('alter table %I enable row level security', t); end loop; end $$;",),
        "a b", "b",
    ),
    "a union": (
        ("create table a (id int); create table b (id int); create table c (id int); do $$ declare r record; begin "
         "for r in select 'a' as name union all select tablename from pg_tables where tablename = 'c' loop "
         "execute format('alter table %I enable row level security', r.name); end loop; end $$;",),
        "a b c", "b",
    ),
    "the children of a parent": (
        ("create table a (id int) partition by list (id); create table a1 partition of a for values in (1); create table b (id int); "
         "do $$ declare r record; begin for r in select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid join pg_class p on p.oid = i.inhparent "
         "where p.relname = 'a' loop execute format('alter table %I enable row level security', r.relname); end loop; end $$;",),
        "a a1 b", "a b",
    ),
    "tables with a column, except those that a function names": (
        ("create table a (id int, org int); create table b (org int); create table c (id int); create function kept() returns text[] language sql as "
         "$$ select array['b', 'x'] $$; create function guard() returns int language plpgsql as $f$ declare r record; n int := 0; begin "
         "for r in select c.relname as tbl from pg_class c join pg_namespace ns on ns.oid = c.relnamespace join pg_attribute a on a.attrelid = c.oid "
         "where ns.nspname = 'public' and c.relkind = 'r' and a.attname = 'org' and a.attnum > 0 and not a.attisdropped and not (c.relname = any (kept())) loop "
         "execute format('alter table public.%I enable row level security', r.tbl); n := n + 1; end loop; return n; end $f$; select guard();",),
        "a b c", "b c",
    ),
    "a value selected into a variable": (
        ("create table a (id int); do $$ declare n text; begin select tablename into n from pg_tables where tablename = 'a'; "
         "if n is not null then execute 'alter table a enable row level security'; end if; end $$;",),
        "a", "",
    ),
    "several statements in one string": (
        ("create table a (id int); do $$ begin execute 'create table b (id int); alter table b enable row level security; "
         "alter table a enable row level security'; end $$;",),
        "a b", "",
    ),
    "format with positions and literals": (
        ("create table a (id int); do $$ begin execute format('alter table %2$I.%1$I enable row level security; comment on table %2$I.%1$I is %3$L', "
         "'a', 'public', 'it''s on'); end $$;",),
        "a", "",
    ),
    "nested dollar quotes": (
        ("create table a (id int); do $outer$ begin execute $inner$ alter table a enable row level security $inner$; end $outer$;",), "a", "",
    ),
    "an event trigger": (
        ("create function auto_rls() returns event_trigger language plpgsql as $$ declare cmd record; begin for cmd in select * from "
         "pg_event_trigger_ddl_commands() where command_tag in ('CREATE TABLE', 'CREATE TABLE AS') loop if cmd.schema_name = 'public' then "
         "execute format('alter table if exists %s enable row level security', cmd.object_identity); end if; end loop; end $$; "
         "create event trigger auto_rls on ddl_command_end when tag in ('CREATE TABLE', 'CREATE TABLE AS') execute function auto_rls(); "
         "create table a (id int); create schema app; create table app.b (id int); drop event trigger auto_rls; create table c (id int);",),
        "a app.b c", "app.b c",
    ),
    "rolled back": (
        ("create table a (id int); begin; alter table a enable row level security; create table b (id int); rollback; create table c (id int);",),
        "a c", "a c",
    ),
    "a transaction": (("begin; create table a (id int); alter table a enable row level security; commit;",), "a", ""),
    "a byte order mark": (("\ufeffcreate table a (id int); alter table a enable row level security;",), "a", ""),
    "psql's own commands": (("\\set ON_ERROR_STOP off\n\\echo 'hello; world'\ncreate table a (id int);\n\\x off\n" + ON.format("a"),), "a", ""),
    "copy with its data": (
        ("create table a (id int, t text);\ncopy a (id, t) from stdin;\n1\talter table a disable row level security;\n2\tit's\n\\.\n\n" + ON.format("a"),), "a", "",
    ),
    "an SQL function with a body of its own": (
        ("create table a (id int); create function n() returns bigint language sql begin atomic select count(*) from a; select 1; end; " + ON.format("a"),),
        "a", "",
    ),
    "views are no tables": (("create table a (id int); create view v as select * from a; create materialized view m as select * from a; " + ON.format("a"),), "a", ""),
    "the last statement has no semicolon": (("create table a (id int); alter table a enable row level security",), "a", ""),
    "case and white space": (("CREATE\tTABLE\n  Public . A (id int) ;\nALTER TABLE\n public.a\n ENABLE\n ROW\n LEVEL\n SECURITY ;",), "a", ""),
    "a table named like a word of ours": (('create table "table" (id int); create table role (id int); alter table "table" enable row level security;',),
        "table role", "role"),
    "a do block in another language": (("create table a (id int); do language plpgsql 'begin alter table a enable row level security; end';",), "a", ""),
}  # fmt: skip


def tables(listed: str) -> set[str]:
    """schema.table of each name; names with white space are divided by |."""
    names = listed.split("|") if "|" in listed else [listed] if " " not in listed else listed.split()
    return {name if "." in name else f"public.{name}" for name in names if name}
