"""The scenarios asked of a real PostgreSQL: PRODLINT_POSTGRES holds the arguments with which psql reaches one (a superuser, a server to spare)."""

from __future__ import annotations

import os
import shlex
import subprocess
from pathlib import Path

import pytest

from tests.database.scenarios import SCENARIOS, tables

REACHED = shlex.split(os.environ.get("PRODLINT_POSTGRES", ""))
STATE = """select n.nspname || '.' || c.relname, c.relrowsecurity from pg_class c join pg_namespace n on n.oid = c.relnamespace
where c.relkind in ('r', 'p') and n.nspname !~ '^pg_|^information_schema$'"""


def psql(database: str, *arguments: str) -> str:
    return subprocess.run(["psql", *REACHED, "-X", "-q", "-d", database, *arguments], capture_output=True, text=True, check=False).stdout


@pytest.mark.skipif(not REACHED, reason="PRODLINT_POSTGRES names no server")
@pytest.mark.parametrize("name", SCENARIOS)
def test_postgresql_agrees(name: str, tmp_path: Path) -> None:
    files, exist, off = SCENARIOS[name]
    psql("postgres", "-c", "drop database if exists prodlint_referee")
    psql("postgres", "-c", "create database prodlint_referee template template0 encoding 'UTF8'")
    for place, text in enumerate(files):
        (tmp_path / f"{place}.sql").write_text(text, encoding="utf-8")
        psql("prodlint_referee", "-f", str(tmp_path / f"{place}.sql"))
    found = dict(line.rsplit("|", 1) for line in psql("prodlint_referee", "-At", "-c", STATE).splitlines())
    assert set(found) == tables(exist)
    assert {title for title, rls in found.items() if rls == "f"} == tables(off)
