"""Text for people and editors, whole."""

from __future__ import annotations

import msgspec

from prodlint.model import Problem, Span
from prodlint.render import render
from prodlint.render.checklist import render_checklist
from prodlint.render.closing import closing
from prodlint.report import Finding, Said, Tally
from tests.reports import API, BACKUPS, decided, items, ownership, sample, timeout


def test_one_line_for_each_finding_and_problem_with_nothing_a_terminal_would_obey():
    assert render(sample()) == (
        "shop/api.py:5:27: PRD301 GET /orders/{order_id} returns an Order chosen by the client; nothing ties it to the caller"
        " [missing-ownership-check]\n"
        "shop/api.py:8:12: PRD501 requests.post waits forever [external-call-without-timeout]\n"
        "b.tf:1:1: PRD701 in\\x1b[31m|a|<b>&\"'`\\n::error::x%, keeps no snapshot [database-without-backups]\n"
        "problem: rule unhandled-external-error crashed: KeyError\\x07\n"
        "shop/odd.py:3: problem: could not be parsed: unexpected <token>\n"
    )


def test_verbose_adds_the_chain_the_fix_and_the_page():
    text = render(sample(), verbose=True)
    assert (
        " [missing-ownership-check]\n"
        "    shop/crud.py:12:5: Order is looked up by id here\n"
        "    error, high confidence; https://prodlint.readthedocs.io/rules/access/missing-ownership-check\n"
    ) in text
    assert "    fix (safe): add timeout=10\n    warning, medium confidence; https://" in text


def test_colours_only_when_asked_for():
    assert "\x1b" not in render(sample())
    assert "\x1b[1mb.tf:1:1:\x1b[0m \x1b[36mPRD701\x1b[0m in\\x1b[31m" in render(sample(), colour=True)


def test_a_clean_run_prints_nothing():
    assert render(decided({"a.py": "\n"}, [])) == ""


def test_the_closing_line():
    assert closing(sample(), 1.26).splitlines() == [
        "3 findings (1 error, 1 warning, 1 info), 1 suppressed; 2 problems; 3 files, 7 rules, 1.3 s",
        "not examined: rule unhandled-external-error crashed: KeyError\\x07; 1 file that could not be read (shop/odd.py)",
    ]
    assert closing(decided({"a.py": "\n"}, []), 0) == "no findings; 0 problems; 1 file, 7 rules, 0.0 s"


def test_what_was_not_examined_is_not_called_clean():
    missing = Problem("", 0, "semgrep is not installed: 2 TypeScript files were not examined; pip install x", "warning", unread=("a.ts", "b.ts"))
    apart = Problem("tests/odd.py", 3, "could not be parsed: syntax error", "warning")
    assert closing(decided({"a.py": "\n"}, [], problems=(missing, apart)), 0).splitlines() == [
        "no findings in what was examined; 2 problems; 1 file, 7 rules, 0.0 s",
        "not examined: 2 files (semgrep is not installed)",
    ]


def test_people_get_the_worst_and_where_to_go_on():
    said = [timeout(line=8, text=str(n)) for n in range(40)] + [ownership(), ownership(confidence="medium")]
    lines = closing(decided({"shop/api.py": API}, said), 0, steps=True).splitlines()
    assert lines[0].startswith("42 findings (2 errors, 40 warnings); 0 problems; ")
    assert lines[1:] == [
        "  access 2 errors; errors 40 warnings",
        "  error      2  PRD301 missing-ownership-check        shop/api.py:5",
        "  warning   40  PRD501 external-call-without-timeout  shop/api.py:8",
        "next: prodlint explain PRD301; prodlint check --diff; prodlint baseline (only what is new from then on)",
    ]


def test_people_hear_how_many_routes_nobody_could_decide():
    clean = decided({"a.py": "\n"}, [])
    told = msgspec.structs.replace(clean, tallies=(Tally("a.py", 5, 2), Tally("b.py", 3, 0), Tally("c.ts", 7, 6)))
    assert closing(told, 0, steps=True).splitlines() == [
        "no findings; 0 problems; 1 file, 7 rules, 0.0 s",
        "undecided: 2 of 8 routes in Python, whose ownership is neither proven nor seen to be missing;"
        " 6 routes outside Python, where patterns prove no owner (prodlint routes)",
    ]
    decided_all = msgspec.structs.replace(clean, tallies=(Tally("a.py", 5, 0),))
    assert len(closing(decided_all, 0, steps=True).splitlines()) == len(closing(told, 0).splitlines()) == 1


def test_what_hurts_others_comes_before_what_hurts_the_team():
    said = [Said(BACKUPS, Finding(Span("a.tf", 1), "keeps no snapshot", text="x")), ownership(), timeout()]
    assert [line.split()[1] for line in render(decided({"shop/api.py": API}, said)).splitlines()] == ["PRD301", "PRD701", "PRD501"]


def test_a_terminal_gets_a_line_above_each_severity():
    lines = render(sample(), headed=True).splitlines()
    assert (lines[0], lines[2:4], lines[5:7]) == ("1 error", ["", "1 warning"], ["", "1 info"])
    assert [line for line in lines if ":" in line and " PRD" in line] == render(sample()).splitlines()[:3]


def test_a_terminal_gets_the_checklist_in_paragraphs_within_its_columns():
    wide = render_checklist(items(), (), width=60)
    assert max(map(len, wide.splitlines()[:-1])) <= 100
    assert "3 access: fail" in wide and "prodlint explain missing-ownership-check" in wide
    assert wide.splitlines()[-1].startswith("1 fail, 2 partial, 5 unknown.")
    assert len(render_checklist(items(), ()).splitlines()) == 9  # eight lines and a note
