"""Databases that grow statement by statement, and what a rule says after each: the questions that Supabase's own advisor asks of a running database,
asked of migrations."""

from __future__ import annotations

import pytest

from tests.database.projects import found

# rule -> (what is done next, the tables or views that are found after it)
STEPS: dict[str, list[tuple[str, str]]] = {
    "row-level-security-off": [
        ("select 1;", ""),
        ("create table public.cars (plate text primary key);", "cars"),
        ("create table public.owners (id int, passport text);", "cars owners"),
        ("alter table public.cars enable row level security;", "owners"),
        ("alter table public.owners enable row level security;", ""),
        ("create schema garage; create table garage.keys (id int, code text);", ""),
        ("alter table public.cars disable row level security;", "cars"),
        ("drop table public.cars;", ""),
        ("create foreign table public.prices (id int) server shop;", "prices"),
        ("revoke all on public.prices from anon, authenticated, public;", ""),
    ],
    "row-level-security-off of queues": [
        ("select pgmq.create('letters'); select * from pgmq.create_unlogged(queue_name => 'parcels');", ""),
        ("grant usage on schema pgmq to authenticated; grant select, delete on all tables in schema pgmq to authenticated;", ""),
        ("grant usage on schema pgmq_public to authenticated;", "pgmq.q_letters pgmq.q_parcels"),
        ("alter table pgmq.q_letters enable row level security;", "pgmq.q_parcels"),
        ("select pgmq.drop_queue('parcels');", ""),
        ("do $$ begin perform pgmq.create('later'); grant select on pgmq.q_later to anon, authenticated; end $$;", "pgmq.q_later"),
        ("revoke usage on schema pgmq_public from authenticated;", ""),
    ],
    "policy-without-rls": [
        ("create table public.cars (plate text primary key);", ""),
        ("create policy seen on public.cars for select using (true); create policy kept on public.cars using (true);", "cars"),
        ("alter table public.cars enable row level security;", ""),
    ],
    "rls-without-policy": [
        ("create table public.cars (plate text primary key);", ""),
        ("alter table public.cars enable row level security;", "cars"),
        ("create policy seen on public.cars for select using (plate is not null);", ""),
        ("drop policy seen on public.cars;", "cars"),
    ],
    "security-definer-view": [
        ("create table public.cars (plate text, driver uuid); alter table public.cars enable row level security;", ""),
        ("create view public.parked as select plate from public.cars;", "parked"),
        ("create or replace view public.parked with (security_invoker = on) as select plate from public.cars;", ""),
        ("alter view public.parked reset (security_invoker);", "parked"),
        ("drop view public.parked;", ""),
        ("create materialized view public.counted as select count(*) as n from public.cars;", "counted"),
        ("revoke all on public.counted from anon, authenticated, public;", ""),
        ("create materialized view public.people as select id, email from auth.users;", "people"),
        ("drop materialized view public.people; create view public.people as select id, email from auth.users;", "people"),
        ("alter view public.people set (security_invoker = on);", ""),
        ("create schema garage; create view garage.parked as select * from public.cars;", ""),
    ],
    "policy-trusts-user-metadata": [
        ("create table public.cars (plate text, fleet text); alter table public.cars enable row level security;", ""),
        ("create policy fleet on public.cars for select to authenticated using (fleet = auth.jwt() -> 'app_metadata' ->> 'fleet');", ""),
        ("create policy boss on public.cars for select to authenticated using (((select auth.jwt()) -> 'user_metadata' ->> 'boss')::bool);", "cars"),
        (
            "create policy adds on public.cars for insert to authenticated with check "
            "((current_setting('request.jwt.claims', true)::json -> 'user_metadata' ->> 'boss')::bool);",
            "cars cars",
        ),
        ("drop policy boss on public.cars; drop policy adds on public.cars;", ""),
    ],
}


@pytest.mark.parametrize("rule", STEPS)
def test_after_each_step(rule: str) -> None:
    done: list[str] = []
    for place, (step, wanted) in enumerate(STEPS[rule]):
        done.append(step)
        names = [title.removeprefix("public.") for title in found(rule.partition(" ")[0], "\n".join(done))]
        assert names == wanted.split(), (place, step)
