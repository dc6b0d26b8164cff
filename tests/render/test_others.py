"""What the smaller formats promise their readers, beyond the whole outputs in `expected/`."""

from __future__ import annotations

import json
import re
from xml.etree import ElementTree

import pytest

from prodlint.config import Config, read_baseline
from prodlint.model import Problem, Span
from prodlint.render import FORMATS, badge, baseline, github, markdown, render
from prodlint.render.common import safe
from prodlint.render.routes import unprotected
from prodlint.report import ITEMS, Finding, ItemVerdict, Related, Said
from tests.reports import API, OWNERSHIP, SECRET, decided, ownership, routes, sample, source, sources, timeout

HOSTILE = "\x1b]0;x\x07\u202e\x9b31m\r\n::error::<script>alert(1)</script>|`%, \udcff]]>"


def hostile():
    finding = Finding(Span(f"a/{HOSTILE}.py", 1), HOSTILE, symbol=HOSTILE, related=(Related(Span(HOSTILE, 1), HOSTILE),))
    return decided({}, [Said(OWNERSHIP, finding)], problems=(Problem(HOSTILE, 1, HOSTILE),))


@pytest.mark.parametrize("form", FORMATS)
def test_hostile_text_is_harmless_in_every_format(form):
    text = render(hostile(), form, {})
    text.encode("utf-8")
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f]", text)
    if form != "json":
        assert not re.search("[\x80-\x9f\u202e]", text)
    if form in ("junit", "html", "markdown"):
        assert "<script" not in text
    if form == "github":
        assert [line[:7] for line in text.splitlines()] == ["::error", "::error"]


def test_safe_shows_what_it_takes_away():
    assert safe("a\tb\x1b[0m\u202e\x85é") == "a\\tb\\x1b[0m\\u202e\\x85é"


# ---------------------------------------------------------------- github
def test_github_keeps_ten_of_a_kind_worst_first_and_counts_the_rest():
    lines = render(decided({}, [ownership(n) for n in range(1, 13)] + [timeout()]), "github").splitlines()
    assert [line.split(" ", 1)[0] for line in lines[:-1]] == ["::error"] * 10 + ["::warning"]
    assert lines[-1] == "2 more errors not shown: the runner keeps 10 of a kind"


def test_github_properties_cannot_be_left():
    assert github.command("error", {"file": "a:b,c%\n"}, "x%\r\n::y") == "::error file=a%3Ab%2Cc%25\\n::x%25\\r\\n::y"


def test_github_columns_only_on_one_line():
    report = decided({}, [Said(OWNERSHIP, Finding(Span("a.py", 3, 5, 4, 2), "x"))])
    assert render(report, "github") == "::error title=PRD301 missing-ownership-check,file=a.py,line=3,endLine=4::x\n"


# ---------------------------------------------------------------- gitlab, junit, rdjson
def test_gitlab_has_what_its_parser_requires():
    entries = json.loads(render(sample(), "gitlab"))
    assert len(entries) == 5
    for entry in entries:
        assert entry["description"] and entry["fingerprint"] and entry["location"]["path"]
        assert entry["severity"] in ("info", "minor", "major", "critical", "blocker")
        assert entry["location"]["lines"]["begin"] >= 1
    assert len({entry["fingerprint"] for entry in entries}) == 5
    assert json.loads(render(decided({}, []), "gitlab")) == []


def test_junit_counts_what_it_holds():
    root = ElementTree.fromstring(render(sample(), "junit"))
    assert (root.get("tests"), root.get("failures"), root.get("errors")) == ("5", "3", "2")
    assert len(root.findall(".//failure")) == 3 and len(root.findall(".//error")) == 2
    for suite in root:
        assert int(suite.get("tests")) == len(suite)
    clean = ElementTree.fromstring(render(decided({}, []), "junit"))
    assert (clean.get("tests"), clean.get("failures")) == ("1", "0")


def test_rdjson_counts_columns_in_bytes():
    text = "é𝄞 = requests.post(URL, json=order)\n"
    report = decided({"shop/api.py": text}, [timeout(1)])
    (entry,) = json.loads(render(report, "rdjson", {"shop/api.py": source("shop/api.py", text)}))["diagnostics"]
    assert entry["location"]["range"]["start"] == {"line": 1, "column": 16}
    assert entry["suggestions"][0]["text"] == ", timeout=10"


# ---------------------------------------------------------------- markdown, html
def test_markdown_is_cut_before_github_refuses_it(monkeypatch):
    monkeypatch.setattr(markdown, "LONGEST", 400)
    text = render(decided({}, [ownership(n) for n in range(1, 9)]), "markdown")
    assert text.count("| error |") == 1 and "… and 7 more." in text


def test_markdown_text_is_no_mention_and_no_link():
    assert markdown.text("@team see https://x www.x.y #1 _a_b_") == ("&#64;team see https&#58;&#47;&#47;x www&#46;x.y &#35;1 &#95;a_b&#95;")


def test_html_shows_no_line_that_holds_a_secret():
    key = "-----BEGIN RSA PRIVATE KEY-----\nMIIEabc\nMIIEdef\n-----END RSA PRIVATE KEY-----\n"
    text = f"A = 1\nKEY = 'sk_live_1'\nrequests.get(x)\n{key}B = 2\n"
    said = [Said(SECRET, Finding(Span("shop/api.py", 2), "a key", "low", text="h")), timeout(3)]
    page = render(decided({"shop/api.py": text}, said), "html", {"shop/api.py": source("shop/api.py", text)})
    assert "sk_live_1" not in page and "MIIE" not in page
    assert page.count("(not shown: this line holds a secret)") == 3
    assert "requests.get(x)" in page


def test_html_needs_no_script_and_loads_nothing():
    page = render(sample(), "html", sources())
    assert "<script" not in page and "src=" not in page and "@import" not in page
    assert "default-src 'none'" in page and "prefers-color-scheme: dark" in page and 'name="viewport"' in page


# ---------------------------------------------------------------- routes
def test_unprotected_routes_lack_login_or_owner():
    assert [route.path for route in routes() if unprotected(route)] == ["/", "/orders/{order_id}"]


# ---------------------------------------------------------------- baseline
def test_a_baseline_is_sorted_one_entry_a_line_and_hides_what_it_was_made_of(tmp_path):
    said = [ownership(), ownership(confidence="low", column=1), timeout()]
    text = baseline.render(decided({}, said))
    lines = text.splitlines()
    assert lines[0] == "[" and lines[-1] == "]" and len(lines) == 4
    assert lines[1:-1] == sorted(lines[1:-1])
    (tmp_path / "known.json").write_text(text)
    known = read_baseline(tmp_path, Config(baseline="known.json"))
    again = decided({}, said, baseline=known)
    assert again.shown == () and baseline.render(again) == text
    assert read_baseline(tmp_path, Config()) == frozenset() and baseline.render(decided({}, [])) == "[\n\n]\n"


# ---------------------------------------------------------------- badge
def test_the_badge_counts_what_applies_and_its_colour_is_the_worst_word():
    def drawn(*verdicts):
        svg = badge.render([ItemVerdict(item, n, verdict) for n, (item, verdict) in enumerate(zip(ITEMS, verdicts, strict=False), 1)])
        root = ElementTree.fromstring(svg)
        return root.get("aria-label"), root.findall("{*}rect")[1].get("fill")

    assert drawn("pass", "pass", "not-applicable") == ("production grade: 2 of 2", "#14713d")
    assert drawn("pass", "unknown") == ("production grade: 1 of 2", "#93580b")
    assert drawn("pass", "partial", "fail") == ("production grade: 1 of 3", "#b42318")
    assert drawn() == ("production grade: 0 of 0", "#93580b")


def test_a_remark_is_no_failed_test_and_takes_no_finding_its_place():
    remark = Problem("shop/urls.py", 3, "route not resolved: /x", "warning")
    said = [timeout(line=n, text=str(n)) for n in range(1, 11)]
    report = decided({"shop/api.py": API}, said, problems=(remark,))
    assert '<skipped message="route not resolved: /x"/>' in render(report, "junit") and 'errors="0"' in render(report, "junit")
    assert "route not resolved" not in render(report, "github")
    assert json.loads(render(report, "gitlab"))[-1]["severity"] == "info"
