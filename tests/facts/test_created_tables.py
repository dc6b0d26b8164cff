"""Tables that a program makes by SQL of its own: in files of SQL and in strings of Python."""

from __future__ import annotations

import pytest

from prodlint.facts import facts_of
from prodlint.facts.created_tables import FILLED, KIND, read
from tests.pages import source

MADE = {
    "plain": ("CREATE TABLE notes (id INTEGER PRIMARY KEY, user_id INTEGER NOT NULL, body TEXT)", "id user_id body"),
    "quoted": ('create table if not exists "notes" ("id" serial, `owner` text, [body] text);', "id owner body"),
    "with keys": (
        "CREATE TABLE notes (id INT, user_id INT, PRIMARY KEY (id), FOREIGN KEY (user_id) REFERENCES users (id), UNIQUE (user_id, id))",
        "id user_id",
    ),
    "with commas and brackets": (
        "CREATE TABLE public.notes (price DECIMAL(10, 2) DEFAULT (0), kind VARCHAR(9) CHECK (kind IN ('a,b', 'c')), n INT)",
        "price kind n",
    ),
    "with comments": ("CREATE TABLE notes (\n  id INT,  -- first, of all (this\n  /* user, and */ owner_id INT\n)", "id owner_id"),
}


@pytest.mark.parametrize("how", MADE)
def test_columns_of_a_table(how: str) -> None:
    text, columns = MADE[how]
    (fact,) = read(text)
    assert (fact.name, fact.data) == ("notes", {"columns": columns})


@pytest.mark.parametrize(
    "text", ["CREATE TABLE notes (", "CREATE TABLE notes AS SELECT 1", "create a table (of contents)", "CREATE INDEX i ON notes (id)"]
)
def test_what_makes_no_table_is_none(text: str) -> None:
    assert read(text) == ()


def test_both_kinds_of_files_tell() -> None:
    sql = facts_of(source("schema.sql", MADE["plain"][0]))
    python = facts_of(source("db.py", f'connect().execute("""{MADE["plain"][0]}""")\n'))
    assert [[fact.name for fact in facts.facts if fact.kind == KIND] for facts in (sql, python)] == [["notes"], ["notes"]]


def test_a_table_that_never_ends_takes_no_time() -> None:
    assert read("CREATE TABLE notes (" * 2000) == ()


FILLS = {
    "INSERT INTO Clients (name, phone) VALUES (%s, %s)": [("clients", "name phone")],
    '"INSERT INTO shop.notes (a, b) "\n    "VALUES (?, ?)"': [("notes", "a b")],
    'insert or ignore into "notes" ("a", `b`) select 1, 2': [("notes", "a b")],
    "INSERT INTO notes (a) VALUES (1);\nINSERT INTO notes (a) VALUES (2);": [("notes", "a")],
    "INSERT INTO notes VALUES (1, 2)": [],
    "insert into boxes (of any kind) what you like": [],
}


@pytest.mark.parametrize("text", FILLS)
def test_columns_of_a_table_that_is_filled(text: str) -> None:
    assert [(fact.name, fact.data["columns"]) for fact in read(text) if fact.kind == FILLED] == FILLS[text]


def test_a_row_that_never_ends_takes_no_time() -> None:
    assert read("INSERT INTO notes (" * 2000 + "a, " * 20_000) == ()


def test_a_wide_gap_behind_the_columns_takes_no_time() -> None:
    assert read("insert into notes (a)" + " " * 20_000 + ";") == ()  # hours, when blanks could be shared between several parts of a pattern
