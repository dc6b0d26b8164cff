"""Statements replayed: the final state is PostgreSQL's."""

from __future__ import annotations

import pytest

from tests.database.projects import migrated
from tests.database.scenarios import SCENARIOS, tables


@pytest.mark.parametrize("name", SCENARIOS)
def test_final_state(name: str) -> None:
    files, exist, off = SCENARIOS[name]
    found = {table.title: table.rls for table in migrated(*files, "create table zz_end (id int);").tables()}
    del found["public.zz_end"]
    assert set(found) == tables(exist)
    assert {title for title, rls in found.items() if not rls} == tables(off)
