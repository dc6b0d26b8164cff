"""How answers of rules add up to the eight verdicts."""

from __future__ import annotations

import msgspec
import pytest

from prodlint.checklist import checklist
from prodlint.config import Config
from prodlint.model import Problem, Span
from prodlint.report import ITEMS, Finding, Proof, Route, RouteRef, Said, Skip
from tests.reports import decided, rule

ERROR = rule("backups-off", "PRD701", "backups")
WARNING = rule("backups-short", "PRD702", "backups", "warning")
INFO = rule("backups-untested", "PRD703", "backups", "info")
RULES = (ERROR, WARNING, INFO)
REF = RouteRef(("GET",), "/x", "a.x", "a.py", 1)


def bad(of, **more):
    return Said(of, Finding(Span("db.tf", 3), f"{of.name} is bad", text="x", **more))


def good(of):
    return Said(of, Proof(Span("db.tf", 9), f"{of.name} is good"))


def skip(of, verdict="not-applicable"):
    return Said(of, Skip("because", None, verdict))


def verdicts(*said, config=None, **options):
    items = checklist(decided({"db.tf": "\n" * 9}, list(said), config, rules=RULES, **options))
    (item,) = (each for each in items if each.item == "backups")
    return item.verdict, [check.verdict for check in item.checks]


def test_there_are_always_eight_items_and_nothing_said_is_unknown():
    items = checklist(decided({}, [], rules=RULES))
    assert [(item.item, item.number) for item in items] == [(name, n) for n, name in enumerate(ITEMS, 1)]
    assert {item.verdict for item in items} == {"unknown"}
    assert verdicts() == ("unknown", ["unknown"] * 3)


@pytest.mark.parametrize(
    ("said", "item", "checks"),
    [
        ([good(ERROR)], "pass", ["pass", "unknown", "unknown"]),
        ([good(ERROR), good(ERROR), bad(ERROR)], "fail", ["fail", "unknown", "unknown"]),
        ([good(WARNING), bad(ERROR, confidence="medium")], "partial", ["fail", "pass", "unknown"]),
        ([good(INFO), bad(ERROR, confidence="medium")], "fail", ["fail", "unknown", "pass"]),
        ([good(ERROR), bad(WARNING)], "partial", ["pass", "fail", "unknown"]),
        ([bad(WARNING)], "fail", ["unknown", "fail", "unknown"]),
        ([bad(WARNING), good(WARNING)], "partial", ["unknown", "fail", "unknown"]),
        ([bad(INFO)], "unknown", ["unknown", "unknown", "fail"]),
        ([good(ERROR), bad(INFO)], "pass", ["pass", "unknown", "fail"]),
        ([skip(ERROR), skip(WARNING), skip(INFO)], "not-applicable", ["not-applicable"] * 3),
        ([skip(ERROR), skip(WARNING)], "not-applicable", ["not-applicable", "not-applicable", "unknown"]),
        ([skip(ERROR, "unknown"), good(ERROR)], "unknown", ["unknown", "unknown", "unknown"]),
        ([skip(ERROR, "partial"), good(ERROR)], "partial", ["partial", "unknown", "unknown"]),
        ([skip(ERROR), good(ERROR)], "pass", ["pass", "unknown", "unknown"]),
    ],
)
def test_answers_add_up(said, item, checks):
    assert verdicts(*said) == (item, checks)


def test_low_confidence_is_no_failure_and_a_baselined_finding_still_is():
    assert verdicts(bad(ERROR, confidence="low"))[0] == "unknown"
    assert verdicts(bad(ERROR, confidence="low"), good(ERROR))[0] == "pass"
    (known,) = decided({"db.tf": "\n" * 9}, [bad(ERROR)], rules=RULES).verdicts
    assert verdicts(bad(ERROR), baseline={known.fingerprint})[0] == "fail"
    assert verdicts(bad(ERROR), only={"other.tf"})[0] == "fail"


def test_a_suppressed_finding_is_partial_and_says_why():
    text = {"db.tf": "\n\nx # prodlint: ignore[backups-off] -- dumps go to S3\n"}
    items = checklist(decided(text, [bad(ERROR), good(ERROR)], rules=RULES))
    check = items[6].checks[0]
    assert (items[6].verdict, check.verdict) == ("partial", "partial")
    assert check.evidence[0].message == "backups-off is bad, suppressed: dumps go to S3"


def test_an_ignored_rules_findings_do_not_count():
    assert verdicts(bad(ERROR), config=Config(ignore=("backups-off",)))[0] == "unknown"


def test_a_crashed_rule_never_passes():
    crash = Problem("", 0, "crashed", "error", "backups-off")
    assert verdicts(good(ERROR), problems=(crash,)) == ("unknown", ["unknown"] * 3)


def test_the_severity_of_the_user_counts():
    assert verdicts(bad(ERROR), good(WARNING), config=Config(severity=(("PRD701", "warning"),)))[0] == "partial"


def test_undecided_routes_keep_access_from_passing():
    owner = rule("missing-ownership-check", "PRD301", "access")
    route = Route(("GET",), "/x", "a.x", "a.py", 1, "flask", "required", "owned")
    report = decided({}, [Said(owner, Proof(Span("a.py", 1), "tied"))], rules=(owner,))
    access = checklist(report, [route])[2]
    assert (access.verdict, access.note) == ("pass", "1 route: 1 owned")
    undecided = msgspec.structs.replace(route, ownership="unknown")
    access = checklist(report, [route, undecided])[2]
    assert (access.verdict, access.note) == ("unknown", "2 routes: 1 owned, 1 unknown")


def test_in_access_what_is_doubtful_fails_nothing_and_what_is_open_passes_nothing():
    owner, login = rule("missing-ownership-check", "PRD301", "access"), rule("missing-authentication", "PRD302", "access")
    doubtful = Said(owner, Finding(Span("a.py", 1), "bad", text="x", confidence="medium"))
    assert checklist(decided({"a.py": "x"}, [doubtful], rules=(owner, login)))[2].verdict == "partial"  # of a table
    in_code = Said(owner, Finding(Span("a.py", 1), "bad", text="x", confidence="medium", route=REF))
    item = checklist(decided({"a.py": "x"}, [in_code], rules=(owner, login)))[2]
    assert (item.verdict, item.checks[0].verdict, item.checks[0].evidence[0].message) == ("unknown", "unknown", "bad")
    assert checklist(decided({"a.py": "x"}, [in_code, Said(login, Proof(Span("a.py", 1), "good"))], rules=(owner, login)))[2].verdict == "unknown"
    proof, open_ = Said(owner, Proof(Span("a.py", 1), "tied")), Said(login, Skip("who knows", None, "unknown"))
    assert checklist(decided({}, [proof], rules=(owner, login)))[2].verdict == "pass"
    assert checklist(decided({}, [proof, open_], rules=(owner, login)))[2].verdict == "unknown"


def test_what_is_good_besides_passes_its_check_and_not_the_item():
    guarded = Said(WARNING, Proof(Span("db.tf", 9), "guarded", besides=True))
    assert verdicts(guarded, skip(ERROR, "unknown")) == ("unknown", ["unknown", "pass", "unknown"])
    assert verdicts(guarded) == ("unknown", ["unknown", "pass", "unknown"])
    assert verdicts(guarded, good(ERROR))[0] == "pass"
    assert verdicts(guarded, bad(ERROR, confidence="medium"))[0] == "fail"


def test_access_counts_its_holes_whatever_its_verdict():
    owner = rule("missing-ownership-check", "PRD301", "access")
    tied = Route(("GET",), "/x", "a.x", "a.py", 1, "flask", "required", "owned")
    hole = Said(owner, Finding(Span("a.py", 1), "bad", text="x", route=REF))
    doubtful = Said(owner, Finding(Span("a.py", 2), "bad", text="y", confidence="medium", route=REF))
    item = checklist(decided({"a.py": "x\ny"}, [hole, doubtful], rules=(owner,)), [tied])[2]
    assert (item.verdict, item.holes, item.note) == ("partial", 1, "1 route: 1 owned; 1 certain hole; 1 place to look at")
    item = checklist(decided({"a.py": "x\ny"}, [doubtful], rules=(owner,)), [tied])[2]
    assert (item.verdict, item.holes) == ("unknown", 0)
    assert checklist(decided({"a.py": "x\ny"}, [Said(owner, Proof(Span("a.py", 1), "tied"))], rules=(owner,)), [tied])[2].holes == 0


def test_one_route_that_is_wrong_leaves_the_others_right():
    owner = rule("missing-ownership-check", "PRD301", "access")
    wrong = Said(owner, Finding(Span("a.py", 1), "bad", text="x", route=REF))
    login = Said(owner, Proof(Span("a.py", 2), "login"))
    owned = Route(("GET",), "/x", "a.x", "a.py", 1, "flask", "required", "owned")
    missing = msgspec.structs.replace(owned, ownership="missing")
    report = decided({"a.py": "x\n\n"}, [wrong, login], rules=(owner,))
    assert checklist(report, [owned, missing])[2].verdict == "partial"
    assert checklist(report, [missing])[2].verdict == "fail"  # a login says nothing of whose the data is
    table = Said(owner, Finding(Span("a.sql", 1), "open", text="y"))
    assert checklist(decided({"a.py": "x\n\n", "a.sql": "x"}, [wrong, login, table], rules=(owner,)), [owned])[2].verdict == "fail"


def test_one_call_that_is_wrong_leaves_the_others_right():
    timeout = rule("external-call-without-timeout", "PRD501", "errors")
    wrong, right = Said(timeout, Finding(Span("a.py", 1), "bad", text="x")), Said(timeout, Proof(Span("a.py", 2), "good"))
    assert checklist(decided({"a.py": "x\n\n"}, [wrong], rules=(timeout,)))[4].verdict == "fail"
    assert checklist(decided({"a.py": "x\n\n"}, [wrong, right], rules=(timeout,)))[4].verdict == "partial"
    elsewhere = Said(timeout, Finding(Span("a.ts", 1), "bad", text="x"))  # outside Python nobody lists the calls that are right
    assert checklist(decided({"a.ts": "x"}, [elsewhere], rules=(timeout,)))[4].verdict == "partial"
    doubtful = Said(timeout, Finding(Span("a.py", 1), "bad", text="x", confidence="medium"))
    assert checklist(decided({"a.py": "x\n\n"}, [doubtful], rules=(timeout,)))[4].verdict == "partial"


def test_a_deploy_is_as_strong_as_its_weakest_link():
    tests, gate, back = (rule(name, f"PRD20{n}", "deploys") for n, name in enumerate(("tests", "gate", "back"), 1))
    good_, open_ = (lambda of: Said(of, Proof(Span("a.yml", 1), "good"))), (lambda of: Said(of, Skip("who knows", None, "unknown")))
    for said, verdict in (
        ([good_(tests), good_(gate), good_(back)], "pass"),
        ([good_(tests), good_(gate), open_(back)], "partial"),
        ([open_(tests), open_(gate), good_(back)], "unknown"),
    ):
        assert checklist(decided({}, said, rules=(tests, gate, back)))[1].verdict == verdict
    missing = Said(tests, Finding(Span("a.yml", 1), "nothing tests", text="x", severity="warning"))
    texts = {"a.yml": "\n"}
    assert checklist(decided(texts, [missing, good_(gate)], rules=(tests, gate, back)))[1].verdict == "fail"
    doubtful = Said(tests, Finding(Span("a.yml", 1), "nothing tests", text="x", severity="warning", confidence="medium"))
    assert checklist(decided(texts, [doubtful, good_(gate)], rules=(tests, gate, back)))[1].verdict == "partial"
    lowered = Said(tests, Finding(Span("a.yml", 1), "nothing tests", text="x"))  # by the user, who knows better
    config = Config(severity=(("PRD201", "warning"),))
    assert checklist(decided(texts, [lowered, good_(gate)], config, rules=(tests, gate, back)))[1].verdict == "partial"
