"""Comments that speak to us, and the lines they speak for."""

from __future__ import annotations

import pytest

from prodlint.facts.comments import read


def spoken(text, path="shop/api.py"):
    return [(comment.line, comment.text, comment.first, comment.last) for comment in read(text, path)]


def test_most_files_say_nothing():
    assert read("x = 1\n", "a.py") == ()
    assert read("prodlint is mentioned\n", "README.md") == ()


def test_a_comment_speaks_for_its_statement():
    text = "a = 1\nb = call(\n    1,  # prodlint: ignore[PRD501] -- why\n    2,\n)\n"
    assert spoken(text) == [(3, "prodlint: ignore[PRD501] -- why", 2, 5)]


def test_alone_it_speaks_for_the_next_statement_past_other_comments():
    text = "# prodlint: ignore[a] -- why\n# more\n\nb = call(\n    1)\nc = 2\n"
    assert spoken(text) == [(1, "prodlint: ignore[a] -- why", 1, 5)]


@pytest.mark.parametrize("line", [1, 2, 3, 4])
def test_on_the_head_of_a_function_it_speaks_for_all_of_it(line):
    lines = ["@app.get('/')", "@login", "async def f(", "    a):", "    if a:", "        return 1", "    return 2", "", "x = 1"]
    lines[line - 1] += "  # prodlint: ignore[a] -- why"
    ((_, _, first, last),) = spoken("\n".join(lines) + "\n")
    assert first <= line and last == 7


def test_a_method_ends_where_it_ends_and_an_inner_statement_is_not_a_function():
    text = (
        "class A:\n"
        "    def one(self):  # prodlint: ignore[a] -- why\n"
        "        def inner():\n"
        "            return 1\n"
        "        return inner\n"
        "    def two(self):\n"
        "        return 2  # prodlint: ignore[b] -- why\n"
        "def last(): return 1  # prodlint: ignore[c] -- why\n"
    )
    assert [(first, last) for _, _, first, last in spoken(text)] == [(2, 5), (7, 7), (8, 8)]


def test_words_in_a_string_are_no_comment():
    assert read('s = "# prodlint: ignore[a] -- no"\nt = """\n# noqa\n"""\n', "a.py") == ()
    assert read('const s = "// prodlint: ignore[a] -- no";\n', "a.ts") == ()


def test_noqa_speaks_for_the_statement_not_for_the_function():
    assert spoken("def f(a,  # noqa: PRD301\n      b):\n    return a\n") == [(1, "noqa: PRD301", 1, 2)]
    assert spoken("x = 1  # type: ignore # noqa\n") == [(1, "noqa", 1, 1)]
    assert spoken("# flake8: noqa\nx = 1\n") == [(1, "flake8: noqa", 1, 0)]


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("a.ts", "f() // prodlint: ignore[a] -- why"),
        ("a.go", "f() /* prodlint: ignore[a] -- why */"),
        ("a.sql", "select 1; -- prodlint: ignore[a] -- why"),
        ("index.html", "<p> <!-- prodlint: ignore[a] -- why -->"),
        ("ci.yml", "key: 1 # prodlint: ignore[a] -- why"),
        ("main.tf", "x = 1 # prodlint: ignore[a] -- why"),
        ("setup.cfg", "x = 1 ; prodlint: ignore[a] -- why"),
        (".env.production", "KEY=1 # prodlint: ignore[a] -- why"),
        ("Dockerfile", "RUN x # prodlint: ignore[a] -- why"),
        ("odd.unknown", "x <!-- prodlint: ignore[a] -- why -->"),
    ],
)
def test_each_language_has_its_own_sign(path, line):
    assert spoken(f"first\n{line}\n", path) == [(2, "prodlint: ignore[a] -- why", 2, 2)]


def test_another_languages_sign_does_not_count():
    assert read("# prodlint: ignore[a] -- why\n", "a.ts") == ()
    assert read("x = 1 // prodlint: ignore[a] -- why\n", "a.yml") == ()


def test_elsewhere_a_comment_alone_speaks_for_the_next_line_and_noqa_needs_a_code():
    text = "// prodlint: ignore[a] -- why\n// more\nf()\n/* eslint */ g() // noqa\nh() // noqa: PRD301\n"
    assert spoken(text, "a.ts") == [(1, "prodlint: ignore[a] -- why", 1, 3), (5, "noqa: PRD301", 5, 5)]


def test_python_that_cannot_be_tokenised_is_scanned():
    assert spoken("def f(:\n    x = (1  # prodlint: ignore[a] -- why\n") == [(2, "prodlint: ignore[a] -- why", 2, 2)]


def test_long_lines_cost_nothing():
    assert read("// noqa: PRD301 " * 200_000, "bundle.js") == ()
