"""Text for people and editors, whole."""

from __future__ import annotations

from prodlint.render import render
from prodlint.render.checklist import render_checklist
from prodlint.render.text import closing
from tests.reports import decided, items, sample


def test_one_line_for_each_finding_and_problem_with_nothing_a_terminal_would_obey():
    assert render(sample()) == (
        "b.tf:1:1: PRD701 in\\x1b[31m|a|<b>&\"'`\\n::error::x%, keeps no snapshot [database-without-backups]\n"
        "shop/api.py:5:27: PRD301 GET /orders/{order_id} returns an Order chosen by the client; nothing ties it to the caller"
        " [missing-ownership-check]\n"
        "shop/api.py:8:12: PRD501 requests.post waits forever [external-call-without-timeout]\n"
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
    assert render(sample(), colour=True).startswith("\x1b[1mb.tf:1:1:\x1b[0m \x1b[36mPRD701\x1b[0m in\\x1b[31m")


def test_a_clean_run_prints_nothing():
    assert render(decided({"a.py": "\n"}, [])) == ""


def test_the_closing_line():
    assert closing(sample(), 1.26) == ("3 findings (1 error, 1 warning, 1 info), 1 suppressed; 2 problems; 3 files, 7 rules, 1.3 s")
    assert closing(decided({"a.py": "\n"}, []), 0) == "no findings; 0 problems; 1 file, 7 rules, 0.0 s"


def test_a_terminal_gets_the_checklist_in_paragraphs_within_its_columns():
    wide = render_checklist(items(), (), width=60)
    assert max(map(len, wide.splitlines()[:-1])) <= 100
    assert "3 access: fail" in wide and "prodlint explain missing-ownership-check" in wide
    assert wide.splitlines()[-1].startswith("1 fail, 2 partial, 5 unknown.")
    assert len(render_checklist(items(), ()).splitlines()) == 9  # eight lines and a note
