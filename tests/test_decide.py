"""What becomes of findings: selection, suppression, thresholds, baseline, order, exit codes."""

from __future__ import annotations

import random
from datetime import date

from prodlint.config import Config
from prodlint.decide import exit_code
from prodlint.model import Problem, Span
from prodlint.report import Finding, Proof, Related, Said
from tests.reports import API, OWNERSHIP, RULES, SECRET, decided, ownership, rule, timeout

DAY = date(2026, 11, 24)


def shown(report):
    return [(v.rule.name, v.finding.at.line, v.severity) for v in report.shown]


def hidden(report):
    return [(v.rule.name, v.finding.at.line, v.hidden) for v in report.verdicts if v.hidden]


def commented(comment: str, line: int = 5) -> str:
    lines = API.splitlines()
    lines[line - 1] += f"  # {comment}"
    return "\n".join(lines) + "\n"


def test_findings_come_in_path_line_column_rule_order_whatever_the_order_of_answers():
    said = [timeout(), ownership(), timeout(2, "a.py"), ownership(5, 30), ownership(5, 9)]
    files = {"shop/api.py": API, "a.py": "\nrequests.get(x)\n"}
    first = decided(files, said)
    assert [(v.finding.at.path, v.finding.at.line, v.finding.at.column) for v in first.verdicts] == [
        ("a.py", 2, 12),
        ("shop/api.py", 5, 9),
        ("shop/api.py", 5, 27),
        ("shop/api.py", 5, 30),
        ("shop/api.py", 8, 12),
    ]
    for seed in range(5):
        random.Random(seed).shuffle(said)
        assert decided(files, said).verdicts == first.verdicts


def test_nothing_is_removed_only_marked():
    report = decided({"shop/api.py": API}, [ownership(), timeout()], Config(ignore=("PRD3",)))
    assert shown(report) == [("external-call-without-timeout", 8, "warning")]
    assert hidden(report) == [("missing-ownership-check", 5, "ignored")]


def test_select_takes_names_codes_prefixes_and_items_and_the_more_specific_wins():
    files, said = {"shop/api.py": API}, [ownership(), timeout()]
    both = [("missing-ownership-check", 5, "error"), ("external-call-without-timeout", 8, "warning")]
    assert shown(decided(files, said)) == both
    for word in ("missing-ownership-check", "PRD301", "PRD30", "PRD3", "access"):
        assert shown(decided(files, said, Config(select=(word,)))) == both[:1]
    assert shown(decided(files, said, Config(select=("PRD",)))) == both
    assert shown(decided(files, said, Config(select=("PRD301",), ignore=("access",)))) == both[:1]
    assert shown(decided(files, said, Config(select=("access",), ignore=("PRD301",)))) == []


def test_a_rule_that_is_off_by_default_is_shown_only_when_selected():
    optional = rule("optional", "PRD399", "access", default=False)
    said = [Said(optional, Finding(Span("a.py", 1), "x"))]
    assert hidden(decided({"a.py": "\n"}, said, rules=(optional,))) == [("optional", 1, "ignored")]
    assert len(decided({"a.py": "\n"}, said, Config(select=("optional",)), rules=(optional,)).shown) == 1


def test_per_path_ignores_are_gitignore_globs():
    files, said = {"shop/api.py": API}, [ownership(), timeout()]
    for glob in ("shop/", "*.py", "shop/*.py", "/shop/**"):
        assert shown(decided(files, said, Config(per_path_ignores=((glob, ("access",)),)))) == [("external-call-without-timeout", 8, "warning")]
    assert len(decided(files, said, Config(per_path_ignores=(("/api.py", ("access",)),))).shown) == 2


def test_severity_is_the_users_then_the_findings_then_the_rules():
    files = {"shop/api.py": API}
    assert shown(decided(files, [ownership()])) == [("missing-ownership-check", 5, "error")]
    assert shown(decided(files, [ownership(severity="info")])) == [("missing-ownership-check", 5, "info")]
    users = Config(severity=(("PRD301", "warning"), ("access", "info")))
    assert shown(decided(files, [ownership(severity="error")], users)) == [("missing-ownership-check", 5, "warning")]


def test_low_confidence_is_hidden_unless_asked_for():
    files, said = {"shop/api.py": API}, [ownership(confidence="low"), timeout()]
    assert hidden(decided(files, said)) == [("missing-ownership-check", 5, "confidence")]
    assert hidden(decided(files, said, Config(confidence="low"))) == []
    assert [name for name, _, _ in hidden(decided(files, said, Config(confidence="high")))] == [
        "missing-ownership-check",
        "external-call-without-timeout",
    ]


def test_only_these_files():
    files, said = {"shop/api.py": API, "a.py": "requests.get(x)\n"}, [ownership(), timeout(1, "a.py")]
    report = decided(files, said, only={"a.py"})
    assert hidden(report) == [("missing-ownership-check", 5, "elsewhere")]


def test_a_handler_is_told_where_its_evidence_leads_into_these_files():
    lookup = Related(Span("shop/crud.py", 12, 5), "Order is looked up by id here")
    files, said = {"shop/api.py": API, "shop/crud.py": "x = 1\n", "a.py": "x = 1\n"}, [ownership(related=(lookup,))]
    assert shown(decided(files, said, only={"shop/crud.py"})) == [("missing-ownership-check", 5, "error")]
    assert hidden(decided(files, said, only={"a.py"})) == [("missing-ownership-check", 5, "elsewhere")]


# ---------------------------------------------------------------- suppressions
def test_a_reasoned_comment_on_the_line_hides_by_name_or_code_and_keeps_the_reason():
    for word in ("missing-ownership-check", "PRD301"):
        report = decided({"shop/api.py": commented(f"prodlint: ignore[{word}] -- orders are public; until=2027-01-31")}, [ownership()])
        assert [(v.hidden, v.reason) for v in report.verdicts] == [("suppressed", "orders are public")]


def test_the_line_above_alone_and_the_def_line_hide_too():
    alone = API.replace("    return crud", "    # prodlint: ignore[PRD301] -- public\n    return crud")
    assert hidden(decided({"shop/api.py": alone}, [ownership(6)])) == [("missing-ownership-check", 6, "suppressed")]
    on_def = decided({"shop/api.py": commented("prodlint: ignore[PRD301] -- public", 4)}, [ownership()])
    assert hidden(on_def) == [("missing-ownership-check", 5, "suppressed")]
    on_decorator = decided({"shop/api.py": commented("prodlint: ignore[PRD301] -- public", 3)}, [ownership()])
    assert hidden(on_decorator) == [("missing-ownership-check", 5, "suppressed")]


def test_a_comment_on_another_function_does_not_hide():
    report = decided({"shop/api.py": commented("prodlint: ignore[PRD301] -- public", 7)}, [ownership()])
    assert [name for name, _, _ in shown(report)] == ["missing-ownership-check", "unused-suppression"]


def test_without_reason_nothing_is_hidden_and_that_is_a_finding():
    for comment in ("prodlint: ignore[PRD301]", "prodlint: ignore[PRD301] --", "prodlint: ignore[PRD301] -- ; until=2027-01-31"):
        report = decided({"shop/api.py": commented(comment)}, [ownership()], today=DAY)
        assert shown(report) == [("suppression-without-reason", 5, "warning"), ("missing-ownership-check", 5, "error")]
    bare = decided({"shop/api.py": commented("prodlint: ignore -- all of it")}, [ownership()])
    assert next(v.finding.message for v in bare.shown) == ("this comment suppresses nothing: name the rule, `prodlint: ignore[rule-name] -- reason`")


def test_an_expired_comment_hides_nothing_and_is_a_finding():
    text = commented("prodlint: ignore[PRD301] -- migrating; until=2026-11-23")
    assert shown(decided({"shop/api.py": text}, [ownership()], today=DAY)) == [
        ("expired-suppression", 5, "warning"),
        ("missing-ownership-check", 5, "error"),
    ]
    last_day = decided({"shop/api.py": text}, [ownership()], today=date(2026, 11, 23))
    assert hidden(last_day) == [("missing-ownership-check", 5, "suppressed")]
    no_date = decided({"shop/api.py": commented("prodlint: ignore[PRD301] -- x; until=soon")}, [ownership()], today=DAY)
    assert next(v.finding.message for v in no_date.shown).endswith("until=soon is not a date such as 2027-01-31")


def test_an_unused_comment_is_a_finding_but_only_where_its_rule_had_a_chance():
    text = commented("prodlint: ignore[PRD401, PRD301] -- public")
    report = decided({"shop/api.py": text}, [ownership()])
    assert [v.finding.message for v in report.shown] == ["this comment suppresses nothing: PRD401 finds nothing here"]
    assert decided({"shop/api.py": text}, [ownership()], Config(ignore=("PRD401",))).shown == ()
    assert decided({"shop/api.py": text}, [ownership()], only={"other.py"}).shown == ()
    assert decided({"shop/api.py": text}, [ownership()], problems=(Problem("", 0, "a rule crashed"),)).shown == ()
    assert decided({"shop/api.py": text}, [ownership()], problems=(Problem("shop/api.py", 1, "odd", "warning"),)).shown == ()


def test_a_comment_that_names_no_rule_says_so():
    report = decided({"shop/api.py": commented("prodlint: ignore[missing-owner-check] -- public")}, [ownership()])
    assert next(v.finding.message for v in report.shown) == (
        'this comment names no rule: missing-owner-check; did you mean "missing-ownership-check"?'
    )
    report = decided({"shop/api.py": commented("noqa: E501, PRD310, PRD3")}, [])
    assert [v.finding.message for v in report.shown] == ['this comment names no rule: PRD310; did you mean "PRD301"?']


def test_a_finding_below_the_threshold_still_uses_its_comment():
    text = commented("prodlint: ignore[PRD301] -- public")
    assert decided({"shop/api.py": text}, [ownership(confidence="low")]).shown == ()


def test_noqa_as_flake8_reads_it():
    def hides(comment):
        return bool(hidden(decided({"shop/api.py": commented(comment)}, [ownership()])))

    assert all(map(hides, ("noqa", "NOQA", "noqa: PRD301", "noqa:E501,PRD301", "noqa: E501 PRD3 why", "noqa: prd301", "noqa:PRD")))
    assert not any(map(hides, ("noqa: E501", "noqa: E501, PRD4", "noqa-ish", "noqab")))
    assert hides("type: ignore  # noqa: PRD301")
    assert not hides("noqa: S113")  # another question
    asked = API.replace("\n", "  # noqa: S113\n")
    assert not decided({"shop/api.py": asked}, [timeout(8)]).shown  # the same one
    kept = API.replace("\n", "  # noqa: S105\n")
    assert (
        len(decided({"shop/api.py": kept}, [Said(SECRET, Finding(Span("shop/api.py", 4), "a key stands here"))]).shown) == 1
    )  # S105 weighs no value
    whole = "# flake8: noqa: PRD3\n" + API
    assert hidden(decided({"shop/api.py": whole}, [ownership(6)])) == [("missing-ownership-check", 6, "suppressed")]
    assert len(decided({"shop/api.py": whole}, [timeout(9)]).shown) == 1


# ---------------------------------------------------------------- fingerprints and baseline
def prints(files, said):
    return [v.fingerprint for v in decided(files, said).verdicts]


def test_a_fingerprint_survives_moved_lines_other_words_and_confidence_and_spaces():
    before = prints({"shop/api.py": API}, [ownership()])
    moved = "\n\n# new\n" + API.replace("db, order_id", "db,   order_id")
    assert prints({"shop/api.py": moved}, [ownership(8, 29)]) == before
    other = ownership(confidence="medium").answer
    reworded = Said(OWNERSHIP, Finding(other.at, "other words", "low", other.symbol))
    assert prints({"shop/api.py": API}, [reworded]) == before
    assert prints({"shop/api.py": API.replace("\n", "\r\n")}, [ownership()]) == before


def test_equal_findings_are_counted_and_text_replaces_the_line():
    same = {"shop/api.py": API + "def pay(order):\n    return requests.post(URL, json=order)\n"}
    first, second = prints(same, [timeout(8), timeout(10)])
    assert first != second and first == prints({"shop/api.py": API}, [timeout()])[0]
    secret = Said(SECRET, Finding(Span("a.py", 1), "a key", text="hash"))
    assert prints({"a.py": "KEY = 'one'\n"}, [secret]) == prints({"a.py": "KEY = 'two'\n"}, [secret])


def test_the_baseline_hides_what_it_knows():
    known = prints({"shop/api.py": API}, [ownership()])
    report = decided({"shop/api.py": API}, [ownership(), timeout()], baseline=frozenset(known))
    assert hidden(report) == [("missing-ownership-check", 5, "baselined")]


# ---------------------------------------------------------------- exit codes
def test_exit_codes():
    files = {"shop/api.py": API}
    assert exit_code(decided(files, [])) == 0
    assert exit_code(decided(files, [timeout()])) == 0
    assert exit_code(decided(files, [timeout()]), "warning") == 1
    assert exit_code(decided(files, [ownership()])) == 1
    assert exit_code(decided(files, [ownership()]), "never") == 0
    assert exit_code(decided(files, [ownership()], Config(ignore=("access",)))) == 0
    assert exit_code(decided(files, [], problems=(Problem("a.py", 1, "no Python", "warning"),))) == 0
    assert exit_code(decided(files, [ownership()], problems=(Problem("", 0, "a rule crashed"),)), "never") == 2


def test_proofs_stay_in_the_report():
    proof = Said(OWNERSHIP, Proof(Span("shop/api.py", 5), "tied"))
    report = decided({"shop/api.py": API}, [proof], files=7)
    assert report.said == (proof,) and report.files == 7 and report.rules == RULES


def test_a_comment_for_a_rule_that_is_switched_off_is_neither_unused_nor_unknown():
    text = commented("prodlint: ignore[PRD401, hardcoded-secret] -- rotated")
    report = decided({"shop/api.py": text}, [], Config(select=("access", "meta")))
    assert report.shown == ()
    assert [rule.name for rule in report.rules] == [rule.name for rule in RULES if rule.item in ("access", "meta")]


LOGIN = rule("missing-authentication", "PRD302", "access")


def open_route(**more) -> list[Said]:
    """What two rules say of one id on a route that asks nobody who they are."""
    held = ownership(told_by="missing-authentication")
    told = {"symbol": held.answer.symbol, "subject": held.answer.subject, "route": held.answer.route, "confidence": "medium", **more}
    return [held, Said(LOGIN, Finding(Span("shop/api.py", 4), "asks nobody who they are", **told))]


def test_what_another_finding_says_is_not_said_again():
    files, rules = {"shop/api.py": API}, (*RULES, LOGIN)
    login, owner = [("missing-authentication", 4, "error")], [("missing-ownership-check", 5, "error")]
    assert shown(decided(files, open_route(), rules=rules)) == login
    assert hidden(decided(files, open_route(), rules=rules)) == [("missing-ownership-check", 5, "covered")]
    other = {"id": "item_id", "source": "path", "model": "Order"}
    assert shown(decided(files, open_route(subject=other), rules=rules)) == login + owner
    assert shown(decided(files, open_route(subject={"id": None, "source": None, "model": "Order"}), rules=rules)) == login + owner
    assert shown(decided(files, open_route(route=None), rules=rules)) == login + owner
    assert shown(decided(files, open_route(subject=None), rules=rules)) == login  # what is said of a route as a whole is said of its ids


def test_where_the_other_finding_is_not_shown_this_one_is():
    files, rules = {"shop/api.py": API}, (*RULES, LOGIN)
    owner = [("missing-ownership-check", 5, "error")]
    assert shown(decided(files, open_route(), Config(select=("PRD301",)), rules=rules)) == owner
    assert shown(decided(files, open_route(), Config(ignore=("PRD302",)), rules=rules)) == owner
    assert shown(decided(files, open_route(), Config(confidence="high"), rules=rules)) == owner


def test_who_suppressed_the_one_finding_meets_no_other():
    files = {"shop/api.py": commented("prodlint: ignore[missing-authentication] -- open on purpose", 4)}
    report = decided(files, open_route(), rules=(*RULES, LOGIN))
    assert shown(report) == []
    assert hidden(report) == [("missing-authentication", 4, "suppressed"), ("missing-ownership-check", 5, "covered")]
