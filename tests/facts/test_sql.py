"""The splitter: every text becomes statements, in a time that grows with its length."""

from __future__ import annotations

import random
import time

import pytest

from prodlint.facts.sql import read

PIECES = (
    "select 1", ";", "\n", " ", "'", "''", '"', "$$", "$a$", "$b", "$", "--", "-- x\n", "/*", "*/", "E'", "\\", "\\.",
    "\n\\echo x\n", "(", ")", "begin atomic ", "case ", "end", "copy t from stdin;", "do $$ begin ", "é", "表", "\x00", "\ufeff",
    "\r\n", "::", "create table a (id int)", "-- +goose Down\n", "U&'x'",
)  # fmt: skip


def test_statements_and_their_lines() -> None:
    text = "\ufeff-- first\ncreate table a (\n  id int -- key\n);\n\n/* gone; */ insert into a values ('x;y');\nselect $f$ a; -- b\n c $f$"
    found = [(each.text, each.line) for each in read(text)]
    assert found == [("create table a ( id int )", 2), ("insert into a values ('x;y')", 6), ("select $f$ a; c $f$", 7)]


def test_what_undoes_a_migration_is_left_out() -> None:
    assert [each.text for each in read("-- +goose Up\ncreate table a (id int);\n-- +goose Down\ndrop table a;\n")] == ["create table a (id int)"]
    assert [each.text for each in read("-- migrate:down\ndrop table a;\n-- migrate:up\ncreate table a ();")] == ["create table a ()"]
    assert [each.line for each in read("-- migrate:down\ndrop table a;\n-- migrate:up\ncreate table a ();")] == [4]


def test_psql_commands_and_copy_data() -> None:
    text = "\\set x 1; 2\ncopy a from stdin;\n1\tit's; $$\n\\.\nselect 2;"
    assert [each.text for each in read(text)] == ["copy a from stdin", "select 2"]


@pytest.mark.parametrize("seed", range(150))
def test_no_text_is_too_odd(seed: int) -> None:
    """Any mixture of pieces is read; lines lie within the text, and texts are folded."""
    dice = random.Random(seed)
    text = "".join(dice.choice(PIECES) for _ in range(dice.randrange(1, 400)))
    last = 0
    for statement in read(text):
        assert last <= statement.line <= text.count("\n") + 1
        assert statement.text == " ".join(statement.text.split())
        assert statement.text
        last = statement.line


@pytest.mark.parametrize("piece", [*PIECES, "$a1$ ", "'\n", "$x$ ';' /* ", "E'\\'", "create table a (b text default '"])
def test_time_grows_with_the_length(piece: str) -> None:
    """Ten times the text takes about ten times as long, not a hundred times."""

    def seconds(count: int) -> float:
        text = "".join(piece.replace("$a1$", f"$a{n}$") for n in range(count))
        start = time.process_time()
        read(text)
        return time.process_time() - start

    short, long = min(seconds(2_000) for _ in range(2)), min(seconds(20_000) for _ in range(2))
    assert long < max(0.4, 35 * short)
