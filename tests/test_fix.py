"""Text edits: applied whole or refused with a reason, shown as a diff, written with care."""

from __future__ import annotations

import os

import pytest

from prodlint.fix import diff, plan, write
from prodlint.model import Source, Span
from prodlint.report import Edit, Finding, Fix, Said
from tests.reports import API, SECRET, TIMEOUT, decided, timeout


def said(path: str, *edits: tuple[int, int, int, str], level: str = "safe", at: int = 1, rule=TIMEOUT) -> Said:
    """A finding with a fix of (line, column, end_column, text) edits."""
    changes = tuple(Edit(Span(path, line, column, line, end), text) for line, column, end, text in edits)
    return Said(rule, Finding(Span(path, at), "x", fix=Fix("why", changes, level), text=str(edits)))


def planned(texts: dict[str, str | bytes], answers, level="safe"):
    data = {path: text if isinstance(text, bytes) else text.encode() for path, text in texts.items()}
    sources = {path: Source(path, content, "", None) for path, content in data.items()}
    report = decided({}, list(answers))
    return plan(report, sources, level), sources


def after(texts, *answers, level="safe"):
    result, _ = planned(texts, answers, level)
    return {change.path: change.after for change in result.changes}


def whys(texts, *answers, level="safe"):
    result, _ = planned(texts, answers, level)
    return [refused.why for refused in result.refused]


def test_edits_of_several_fixes_go_together():
    first, second = said("a.py", (1, 4, 4, ", 2"), (2, 1, 2, "c")), said("a.py", (1, 1, 2, "b"), at=2)
    assert after({"a.py": "a(1)\nd()\n"}, first, second) == {"a.py": "b(1, 2)\nc()\n"}


def test_the_contracts_kind_of_fix_and_its_diff():
    result, _ = planned({"shop/api.py": API}, [timeout()])
    assert [v.rule.name for v in result.applied] == ["external-call-without-timeout"]
    assert diff(result.changes) == (
        "--- a/shop/api.py\n"
        "+++ b/shop/api.py\n"
        "@@ -5,4 +5,4 @@\n"
        "     return crud.order(db, order_id)\n"
        " \n"
        " def pay(order):\n"
        "-    return requests.post(URL, json=order)\n"
        "+    return requests.post(URL, json=order, timeout=10)\n"
    )


def test_the_second_of_two_that_overlap_waits():
    one, two = said("a.txt", (1, 1, 3, "x")), said("a.txt", (1, 2, 4, "y"), at=2)
    assert after({"a.txt": "abcdef\n"}, one, two) == {"a.txt": "xcdef\n"}
    assert whys({"a.txt": "abcdef\n"}, one, two) == ["overlaps another fix; run again"]
    itself = said("a.txt", (1, 1, 3, "x"), (1, 2, 4, "y"))
    assert after({"a.txt": "abcdef\n"}, itself) == {}


def test_the_same_edit_of_two_fixes_is_made_once():
    one = said("a.py", (1, 1, 1, "import os\n"), (1, 3, 4, "1"))
    two = said("a.py", (1, 1, 1, "import os\n"), (2, 3, 4, "2"), at=2)
    assert after({"a.py": "a=0\nb=0\n"}, one, two) == {"a.py": "import os\na=1\nb=2\n"}


def test_a_fix_is_whole_over_its_files():
    both = Said(
        TIMEOUT,
        Finding(
            Span("a.py", 1),
            "x",
            fix=Fix("why", (Edit(Span("a.py", 1, 1, 1, 2), "("), Edit(Span("b.txt", 1, 1, 1, 2), "z")), "safe"),
        ),
    )
    texts = {"a.py": "a\n", "b.txt": "b\n"}
    assert after(texts, both) == {}
    (why,) = whys(texts, both)
    assert why.startswith("after the fix a.py could not be parsed: ")


def test_a_fix_that_breaks_the_file_does_not_stop_others_elsewhere():
    assert after({"a.py": "a\n", "b.py": "b\n"}, said("a.py", (1, 1, 2, "(")), said("b.py", (1, 1, 2, "c"))) == {"b.py": "c\n"}


def test_only_what_stands_in_the_files_that_were_asked_for_is_mended():
    texts = {"a.py": "x\n", "b.py": "y\n"}
    answers = [said("a.py", (1, 1, 2, "z")), said("b.py", (1, 1, 2, "z"))]
    made = plan(decided(texts, answers), {path: Source(path, text.encode(), "", None) for path, text in texts.items()}, asked="b.py".__eq__)
    assert [change.path for change in made.changes] == ["b.py"]


def test_levels():
    unsafe, shown = said("a.txt", (1, 1, 2, "x"), level="unsafe"), said("a.txt", (1, 2, 3, "y"), level="display", at=2)
    assert after({"a.txt": "ab\n"}, unsafe, shown) == {}
    assert after({"a.txt": "ab\n"}, unsafe, shown, level="unsafe") == {"a.txt": "xb\n"}


@pytest.mark.parametrize(
    ("content", "edit", "why"),
    [
        ("a\n", (9, 1, 1, "x"), "an edit of a.py:9 lies outside the text"),
        ("a\n", (1, 9, 9, "x"), "an edit of a.py:1 lies outside the text"),
        ("abc\n", (1, 3, 1, "x"), "an edit of a.py:1 ends before it begins"),
        (b"\xff\n", (1, 1, 1, "x"), "a.py is not UTF-8"),
    ],
)
def test_edits_that_do_not_fit_are_refused(content, edit, why):
    assert whys({"a.py": content}, said("a.py", edit)) == [why]
    assert whys({}, said("a.py", (1, 1, 1, "x"))) == ["a.py was not examined"]


def test_line_ends_byte_order_mark_and_wide_characters_stay():
    text = "\ufeffx = 'é𝄞'\r\ny = 1\r\n"
    assert after({"a.py": text}, said("a.py", (1, 9, 9, " + z"), (2, 5, 6, "2"))) == {"a.py": "\ufeffx = 'é𝄞' + z\r\ny = 2\r\n"}


def test_a_diff_shows_no_secret_and_no_escape():
    secret = said("a.py", (2, 7, 13, 'os.environ["KEY"]'), at=2, rule=SECRET)
    text = "x = 1\nKEY = 'sk_1'\ny = '\x1b[31m'\n"
    result, _ = planned({"a.py": text}, [secret])
    shown = diff(result.changes)
    assert "sk_1" not in shown and "\x1b" not in shown
    assert shown.endswith(" x = 1\n-(not shown: this line holds a secret)\n+KEY = os.environ[\"KEY\"]\n y = '\\x1b[31m'\n")


def test_writing_keeps_the_mode_and_leaves_alone_what_changed(tmp_path):
    (tmp_path / "a.txt").write_text("ab\n")
    os.chmod(tmp_path / "a.txt", 0o755)
    (tmp_path / "b.txt").write_text("changed\n")
    result, sources = planned(
        {"a.txt": "ab\n", "b.txt": "ab\n", "gone.txt": "ab\n"},
        [said(path, (1, 1, 2, "x")) for path in ("a.txt", "b.txt", "gone.txt")],
    )
    assert write(tmp_path, result.changes, sources) == [
        "b.txt: changed since it was examined",
        "gone.txt: No such file or directory",
    ]
    assert (tmp_path / "a.txt").read_text() == "xb\n" and (tmp_path / "a.txt").stat().st_mode & 0o777 == 0o755
    assert (tmp_path / "b.txt").read_text() == "changed\n"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.txt", "b.txt"]


def test_a_link_out_of_the_project_is_not_followed(tmp_path):
    outside, inside = tmp_path / "outside.txt", tmp_path / "project"
    outside.write_text("ab\n")
    inside.mkdir()
    (inside / "a.txt").symlink_to(outside)
    result, sources = planned({"a.txt": "ab\n"}, [said("a.txt", (1, 1, 2, "x"))])
    assert write(inside, result.changes, sources) == ["a.txt: lies outside the project"]
    assert outside.read_text() == "ab\n"


def test_lines_for_a_file_that_is_not_there_make_it(tmp_path):
    result, sources = planned(
        {"a.py": "x = 1\n", "b.py": "y = 1\n"}, [said("a.py", (1, 5, 6, "2")), said("b.py", (1, 5, 6, "2")), said(".env.example", (1, 1, 1, "X=\n"))]
    )
    for name, text in (("a.py", "x = 1\n"), ("b.py", "y = 1\n")):
        (tmp_path / name).write_text(text)
    assert write(tmp_path, result.changes, sources) == []
    assert (tmp_path / ".env.example").read_text() == "X=\n"
    assert write(tmp_path, [change for change in result.changes if change.path == ".env.example"], sources) == [".env.example: File exists"]


def test_lines_at_the_top_of_a_file_do_not_contradict_each_other():
    assert after({".env.example": "A=\n"}, said(".env.example", (1, 1, 1, "X=\n")), said(".env.example", (1, 1, 1, "W=\n"))) == {
        ".env.example": "W=\nX=\nA=\n"
    }
