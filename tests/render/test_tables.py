"""The table of tables in each format."""

from __future__ import annotations

import json

from prodlint.render.tables import may, render_tables
from prodlint.report import TableAccess

EVERY = tuple((right, "all") for right in ("select", "insert", "update", "delete"))
SOME = (("select", "all"), ("insert", "policy"), ("update", "no"), ("delete", "policy"))
TABLES = (
    TableAccess("public", "orders", "m/1.sql", 4, "on", True, (("own <b>", "select", ("authenticated",)),), (("anon", ()), ("authenticated", SOME))),
    TableAccess("public", "carts", "m/1.sql", 9, "off", True, (), (("anon", EVERY), ("authenticated", EVERY))),
    TableAccess("private", "keys\x1b[31m", "m/2.sql", 1, "off", False),
)


def test_words() -> None:
    assert may(EVERY) == "everything"
    assert may(SOME) == "select; by policy insert, delete"
    assert may(()) == "nothing"


def test_text() -> None:
    text = render_tables(TABLES, verbose=True)
    assert text.splitlines()[0] == "private  not served"
    assert "\x1b" not in text
    assert (
        "  orders        row-level security on       1 policy     anon (nothing)  authenticated (select; by policy insert, delete)  m/1.sql:4" in text
    )
    assert "      own <b>: select to authenticated" in text


def test_json() -> None:
    listed = json.loads(render_tables(TABLES, form="json"))["tables"]
    assert [(each["schema"], each["table"], each["row_level_security"]) for each in listed] == [
        ("private", "keys\x1b[31m", "off"),
        ("public", "carts", "off"),
        ("public", "orders", "on"),
    ]
    assert listed[2]["may"]["authenticated"] == dict(SOME)


def test_html_and_markdown_are_escaped() -> None:
    assert "own &lt;b&gt;" in render_tables(TABLES, form="html")
    markdown = render_tables(TABLES, form="markdown")
    assert "<b>" not in markdown
    assert "| public.carts | off | yes |" in markdown
