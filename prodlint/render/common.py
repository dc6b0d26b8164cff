"""What several formats share: safe text, addresses of rule pages, counts, parts of the contract's JSON.

Knows: how to make hostile text harmless on a terminal. Does not know: any one format.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from prodlint import regex as re
from prodlint.model import Problem
from prodlint.report import SEVERITIES, Check, ItemVerdict, Related, Report, Route, RouteRef, Rule, Verdict

TITLES = {
    "environments": "something stands before production",
    "deploys": "automated, stopped by failing tests, able to go back",
    "access": "users reach only their own data",
    "secrets": "no keys in the code or in git",
    "errors": "calls to others are bounded in time and handled",
    "monitoring": "logs, metrics, somebody is told",
    "backups": "data survives a deleted database",
    "runbooks": "how to run it, ship it, and what to do when it breaks",
}
PAGES = "https://prodlint.readthedocs.io/rules"
_UNSAFE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufeff]")


def safe(text: str) -> str:
    """The text on one line, with control characters, terminal escapes and direction overrides shown as `\\x1b`."""
    return _UNSAFE.sub(_shown, text)


def _shown(match: re.Match[str]) -> str:
    point = ord(match.group())
    short = {9: "\\t", 10: "\\n", 13: "\\r"}.get(point)
    return short or (f"\\x{point:02x}" if point < 256 else f"\\u{point:04x}")


def help_url(rule: Rule) -> str:
    """Where the rule's page is published."""
    return f"{PAGES}/{rule.item}/{rule.name}"


def worst_first(severity: str) -> int:
    """Sorts errors before warnings before infos."""
    return -SEVERITIES.index(severity)


# what hurts somebody else comes before what hurts the team at night
_MATTERS = ("access", "secrets", "errors", "backups", "deploys", "environments", "monitoring", "runbooks", "meta")


def weight(verdict: Verdict) -> tuple[int, int]:
    """Sorts what matters most first: by severity, then by item."""
    return worst_first(verdict.severity), _MATTERS.index(verdict.rule.item)


def in_order(routes: Iterable[Route]) -> list[Route]:
    """Routes by file, line and path, whatever the order in which they were found."""
    return sorted(routes, key=lambda route: (route.file, route.line, route.path, route.methods, route.handler))


def telling(item: ItemVerdict) -> Check | None:
    """The check that decides the item: one of the item's own verdict that can show something, else any that can; one that counts before one that is
    only worth knowing, one with a place before one without."""
    showing = [check for check in item.checks if check.evidence]
    order = ("fail", "partial", "pass", "unknown", "not-applicable")
    showing.sort(
        key=lambda check: (check.rule.severity == "info", check.verdict != item.verdict, order.index(check.verdict), not check.evidence[0].at.path)
    )
    only_good = showing and showing[0].verdict == "pass" and item.verdict == "unknown"  # what is proven does not tell why the rest is open
    return showing[0] if showing and not only_good else None


def unsaid(item: ItemVerdict) -> str:
    """Why an item has its verdict where no check can show it."""
    return "not every route could be decided" if item.note else "nothing in the repository speaks for or against it"


def tally(items: Iterable[ItemVerdict]) -> list[tuple[str, int]]:
    """(verdict, how many items have it), the worst first."""
    return counts((item.verdict for item in items), ("fail", "partial", "unknown", "pass", "not-applicable"))


def counts(words: Iterable[str], order: Sequence[str]) -> list[tuple[str, int]]:
    """(word, how often it is said) in this order, without words that are not said."""
    said = list(words)
    return [(word, said.count(word)) for word in order if word in said]


def plural(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def hidden(report: Report, why: str) -> int:
    """How many findings are hidden for this reason."""
    return sum(verdict.hidden == why for verdict in report.verdicts)


# ---------------------------------------------------------------- the contract's JSON, in the contract's key order
def route_ref(route: RouteRef | None) -> dict | None:
    if route is None:
        return None
    return {
        "methods": list(route.methods),
        "path": route.path,
        "handler": route.handler,
        "file": route.file,
        "line": route.line,
    }


def related(entry: Related, column: bool = True) -> dict:
    at = entry.at
    place = {"path": at.path, "line": at.line, "column": at.column} if column else {"path": at.path, "line": at.line}
    return {**place, "message": entry.message}


def problem(entry: Problem) -> dict:
    return {"path": entry.path, "line": entry.line, "message": entry.message, "severity": entry.severity}
