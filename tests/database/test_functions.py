"""Functions that run with their owner's rights, and who may call them."""

from __future__ import annotations

import time

import pytest

from prodlint.report import Finding, Proof, Skip
from tests.database.projects import said

RULE = "definer-function-for-anybody"
MAKE = "create function pay(account int) returns int language sql security definer as $$ select account $$;"


def open_to(*texts: str) -> list[tuple[str, str]]:
    """(function, who may call it) after these migrations."""
    files = {f"supabase/migrations/2025010{place}000000_step.sql": text for place, text in enumerate(texts, 1)}
    return [(answer.subject["resource"], answer.message.partition(" may call")[0]) for answer in said(RULE, files)]


@pytest.mark.parametrize(
    "more",
    [
        "",
        "revoke execute on function pay(int) from public;",  # the roles of the platform hold the right themselves
        "revoke execute on function pay(text, int) from public, anon, authenticated;",  # another function
        "revoke usage on schema public from nobody;",
        "create or replace function pay(account int) returns int language sql security definer as $$ select 2 $$;",
        "alter function pay(int) owner to postgres;",
        "revoke execute on all functions in schema public from anon, authenticated, public; grant execute on function pay to anon;",
    ],
)
def test_open(more: str) -> None:
    assert open_to(MAKE, more) == [("pay", "everybody")]


@pytest.mark.parametrize(
    "more",
    [
        "revoke execute on function pay(int) from public, anon, authenticated;",
        "revoke all on function public.pay(account integer) from public, anon, authenticated;",
        "revoke execute on function pay from public, anon, authenticated;",
        "revoke execute on all functions in schema public from public, anon, authenticated;",
        "revoke all on all routines in schema public from public; revoke all on all routines in schema public from anon, authenticated;",
        "do $$ begin revoke execute on function pay(int) from public, anon, authenticated; end $$;",
        "alter function pay(int) security invoker;",
        "drop function pay(int);",
        "drop function if exists public.pay;",
        "create schema kept; alter function pay(int) set schema kept;",
        "create or replace function pay(account int) returns int language sql security invoker as $$ select 2 $$;",
        "create or replace function pay(account int) returns int language sql security definer as $$ select 2 where auth.uid() is not null $$;",
        "create table t (id int); create policy p on t using (pay(id) = 1);",
        "revoke usage on schema public from public, anon, authenticated;",
    ],
)
def test_closed(more: str) -> None:
    assert not open_to(MAKE, more)


def test_for_those_who_are_signed_in() -> None:
    assert open_to(MAKE, "revoke execute on function pay(int) from public, anon;") == [("pay", "everybody who is signed in")]


def test_defaults() -> None:
    """Functions to come may be closed beforehand; what PostgreSQL gives everybody is taken for all schemas or not at all."""
    anon = "alter default privileges in schema public revoke execute on functions from anon, authenticated;"
    assert open_to(anon, MAKE) == [("pay", "everybody")]
    assert open_to(anon + "alter default privileges in schema public revoke execute on functions from public;", MAKE) == [("pay", "everybody")]
    assert not open_to(anon + "alter default privileges revoke execute on functions from public;", MAKE)


def test_several_of_one_name() -> None:
    more = "create function pay(account int, note text) returns int language sql security definer as $$ select account $$;"
    assert open_to(MAKE, more) == [("pay", "everybody"), ("pay", "everybody")]
    assert open_to(MAKE, more, "revoke execute on function pay(int) from public, anon, authenticated;") == [("pay", "everybody")]
    assert open_to(MAKE, more, "drop function pay(int, text);") == [("pay", "everybody")]


def test_left_alone() -> None:
    assert not open_to(MAKE.replace("security definer", "security invoker"))
    assert not open_to(MAKE.replace("security definer", ""))
    assert not open_to("create schema kept; " + MAKE.replace("pay", "kept.pay"))
    assert not open_to(MAKE.replace("pay", "auth.pay"))
    assert not open_to("create function stamp() returns trigger language plpgsql security definer as $$ begin return new; end $$;")
    asks = "create function boss() returns boolean language sql security definer as $$ select auth.jwt() ->> 'role' = 'boss' $$;"
    assert not open_to(asks + MAKE.replace("select account", "select account where boss()"))


def test_names_that_only_the_database_knows() -> None:
    loop = """do $$ declare r record; begin for r in select oid::regprocedure as f from pg_proc loop
    execute format('revoke execute on function %s from anon, public', r.f); end loop; end $$;"""
    assert not open_to(MAKE, loop)


def verdict(body: str, more: str = "", language: str = "plpgsql") -> str:
    """What is said of a function with its owner's rights: "wrong", "fine" or "unknown"."""
    tables = "create table orders (id int, buyer uuid); alter table orders enable row level security; create table log (who uuid);"
    made = f"{tables} {more} create function wipe(p int) returns void language {language} security definer as $$ {body} $$;"
    (answer,) = said(RULE, {"supabase/migrations/20250101000000_step.sql": made}, (Finding, Proof, Skip))
    return {Finding: "wrong", Proof: "fine", Skip: "unknown"}[type(answer)]


HELPER = """create function boss() returns boolean language sql as $$ select exists (select 1 from log where who = auth.uid()) $$;
create function demand() returns void language plpgsql as $$ begin if not boss() then raise exception 'no'; end if; end $$;"""


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("begin if auth.uid() is null then raise exception 'no'; end if; delete from orders where id = p; end", "fine"),
        ("declare me uuid := auth.uid(); begin if me is null then raise exception 'no'; end if; delete from orders where id = p; end", "fine"),
        ("begin delete from orders where id = p and buyer = auth.uid(); end", "fine"),
        ("declare me uuid; begin me := auth.uid(); update orders set id = 0 where id = p and buyer = me; end", "fine"),
        (
            "declare r text; begin select who into r from log where who = auth.uid(); if r is null then raise 'no'; end if; delete from orders; end",
            "fine",
        ),
        ("begin perform 1 from log where who = auth.uid(); if not found then raise 'no'; end if; delete from orders where id = p; end", "fine"),
        ("begin if not exists (select 1 from log where who = auth.uid()) then return; end if; delete from orders where id = p; end", "fine"),
        ("begin if not boss() then raise 'no'; end if; delete from orders where id = p; end", "fine"),
        ("begin perform demand(); delete from orders where id = p; end", "fine"),
        ("begin if current_setting('request.jwt.claims', true) is null then raise 'no'; end if; delete from orders; end", "fine"),
        ("declare ok boolean := false; begin ok := boss(); if not ok then raise 'no'; end if; delete from orders where id = p; end", "fine"),
        (
            "declare w uuid; begin if p = 1 then w := auth.uid(); else select buyer into w from orders where id = p; end if; "
            "if w is not null then delete from orders where id = p; end if; end",
            "unknown",
        ),
        (
            "begin perform 1 from log where who = auth.uid(); perform 1 from orders; if not found then return; end if; delete from log; end",
            "unknown",
        ),
        ("begin update orders set id = 0 where buyer = coalesce(p_buyer, auth.uid()); end", "unknown"),
        ("begin insert into log values (auth.uid()); delete from orders where id = p; end", "unknown"),
        ("declare r text; begin select who into r from log where who = auth.uid(); delete from orders where id = p; end", "unknown"),
        ("begin update orders set id = 1 where buyer = auth.uid(); delete from orders where id = p; end", "unknown"),
        ("begin insert into log values (auth.uid()) on conflict (who) do nothing; delete from orders where id = p; end", "unknown"),
        ("begin delete from orders where id = p and current_setting('TimeZone') is not null; end", "unknown"),
        ("begin if session_user = 'authenticator' then raise 'no'; end if; delete from orders where id = p; end", "unknown"),
        ("begin execute 'delete from orders where buyer = auth.uid()'; end", "unknown"),
        ("begin if current_user = 'anon' then raise exception 'no'; end if; delete from orders where id = p; end", "wrong"),
        ("begin raise notice 'call auth.uid()'; delete from orders where id = p; end", "wrong"),
    ],
)
def test_asking_is_a_condition(body: str, expected: str) -> None:
    assert verdict(body, HELPER) == expected


def test_asking_in_plain_sql() -> None:
    assert verdict("delete from orders where id = p and buyer = auth.uid()", language="sql") == "fine"
    assert verdict("select id from orders join log on log.who = auth.uid() where id = p", language="sql") == "fine"
    assert verdict("select auth.uid(), id from orders", language="sql") == "unknown"
    assert verdict("select id from orders", language="sql") == "wrong"


def test_functions_that_call_one_another_are_read_once() -> None:
    """Twelve functions, each with forty calls of the next, the last one of the first."""
    many = "".join(
        f"create function f{n}() returns void language plpgsql security definer as $$ begin {f'perform f{(n + 1) % 12}();' * 40} end $$; "
        for n in range(12)
    )
    start = time.process_time()
    assert len(open_to(many)) == 12
    assert time.process_time() - start < 3


def test_a_function_of_another_schema_that_a_policy_uses_hides_none() -> None:
    other = MAKE.replace("pay", "kept.pay") + "create table t (id int); create policy p on t using (kept.pay(id) = 1);"
    assert open_to("create schema kept;" + MAKE + other) == [("pay", "everybody")]
    assert not open_to("create schema kept;" + MAKE + other.replace("using (kept.", "using (public."))
