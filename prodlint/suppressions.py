"""Suppression comments: what they hide, and what is wrong with them.

Knows: `prodlint: ignore[name] -- reason; until=DATE`, and `noqa` as flake8 reads it. Does not know: comment syntax or which
lines a comment speaks for (`facts/comments.py`), configuration, the disk.

A comment without a reason, or past its date, hides nothing: a silent hole is worse than a repeated finding.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date

import msgspec

from prodlint import regex as re
from prodlint.config import nearest
from prodlint.model import Comment, FileFacts, Span
from prodlint.report import Finding, Rule

WITHOUT_REASON = "suppression-without-reason"
UNUSED = "unused-suppression"
EXPIRED = "expired-suppression"

_IGNORE = re.compile(r"prodlint:\s*ignore\s*(?:\[(?P<names>[^\]]*)\])?(?P<rest>.*)", re.IGNORECASE | re.DOTALL)
_UNTIL = re.compile(r"(?:^|;)\s*until\s*=\s*(?P<day>[^\s;]+)", re.IGNORECASE)
_NOQA = re.compile(r"(?:flake8[:=]\s*)?noqa(?P<coded>\s*:\s*(?P<codes>[A-Z][0-9]+.*|[A-Z]+[0-9]+.*))?", re.IGNORECASE)
# where ruff or flake8 asks the same of the same line, who answered there has answered here; of S105 not: that asks by the name of what holds a
# value, and here the value was weighed
_SAME = {
    "lost-task": ("RUF006",), "external-call-without-timeout": ("S113",), "swallowed-error": ("S110", "S112"), "error-cause-dropped": ("B904",),
}  # fmt: skip
_CODE = re.compile(r"[A-Z]+[0-9]+", re.IGNORECASE)


class Suppression(msgspec.Struct, frozen=True):
    """One `prodlint: ignore[...]` comment taken apart; `fault` says why it does not count, "" where it does."""

    path: str
    comment: Comment
    names: tuple[str, ...]
    reason: str
    until: str
    fault: str = ""
    rule: str = ""


class Suppressions:
    """All suppression comments of a run; remembers which of their names hid something."""

    def __init__(self, facts_by_path: Mapping[str, FileFacts], today: date) -> None:
        self._ours: dict[str, list[Suppression]] = {}
        self._noqa: dict[str, list[Comment]] = {}
        self._used: set[tuple[str, int, str]] = set()
        for path, facts in sorted(facts_by_path.items()):
            for comment in facts.comments:
                if match := _IGNORE.match(comment.text):
                    self._ours.setdefault(path, []).append(_parse(path, comment, match, today))
                else:
                    self._noqa.setdefault(path, []).append(comment)

    def hides(self, rule: Rule, finding: Finding) -> str | None:
        """The reason given where a comment suppresses this finding ("noqa" for that), None where none does.

        A comment speaks for its lines; one on the `def` of the finding's route speaks for the whole handler."""
        reasons = []
        for suppression in self._ours.get(finding.at.path, ()):
            if suppression.fault or not _covers(suppression.comment, finding):
                continue
            for name in suppression.names:
                if name in (rule.name, rule.code):
                    self._used.add((suppression.path, suppression.comment.line, name))
                    reasons.append(suppression.reason)
        if reasons:
            return reasons[0]
        hushed = any(_noqa(comment, rule, finding.at) for comment in self._noqa.get(finding.at.path, ()))
        return "noqa" if hushed else None

    def unused(self, rules: tuple[Rule, ...], ran: Callable[[str, str], bool]) -> Iterator[tuple[Rule, Finding]]:
        """A finding for each name of a comment that hides nothing, where the rule had its chance."""
        meta = _meta(rules, UNUSED)
        known = {word for rule in rules for word in (rule.name, rule.code)}
        for suppression in self._all() if meta else ():
            for name in suppression.names if not suppression.fault else ():
                if (suppression.path, suppression.comment.line, name) in self._used or not ran(name, suppression.path):
                    continue
                what = f"suppresses nothing: {name} finds nothing here" if name in known else f"names no rule: {name}{nearest(name, known)}"
                yield meta, _about(suppression.path, suppression.comment, f"this comment {what}")
        for path, comments in sorted(self._noqa.items()) if meta else ():
            for comment in comments:
                for code in _strange(comment, known):
                    yield meta, _about(path, comment, f"this comment names no rule: {code}{nearest(code, known)}")

    def malformed(self, rules: tuple[Rule, ...]) -> Iterator[tuple[Rule, Finding]]:
        """A finding for each comment that does not count: without reason or rule, or past its date."""
        for suppression in self._all():
            if suppression.fault and (meta := _meta(rules, suppression.rule)):
                yield meta, _about(suppression.path, suppression.comment, suppression.fault)

    def _all(self) -> Iterator[Suppression]:
        for _, each in sorted(self._ours.items()):
            yield from each


def _parse(path: str, comment: Comment, match: re.Match[str], today: date) -> Suppression:
    names = tuple(dict.fromkeys(name.strip() for name in (match["names"] or "").split(",") if name.strip()))
    dashes, _, tail = match["rest"].partition("--")
    tail = "" if dashes.strip() else tail
    until = _UNTIL.search(tail)
    reason = (tail[: until.start()] if until else tail).strip().rstrip(";").strip()
    day = until["day"] if until else ""
    rule, fault = WITHOUT_REASON, ""
    if not names:
        fault = "this comment suppresses nothing: name the rule, `prodlint: ignore[rule-name] -- reason`"
    elif not reason:
        fault = f"this comment suppresses nothing without a reason: `prodlint: ignore[{', '.join(names)}] -- reason`"
    elif day:
        rule, fault = EXPIRED, _expired(day, today)
    return Suppression(path, comment, names, reason, day, fault, rule if fault else "")


def _expired(day: str, today: date) -> str:
    try:
        last = date.fromisoformat(day)
    except ValueError:
        return f"this comment suppresses nothing: until={day} is not a date such as 2027-01-31"
    return "" if today <= last else f"this suppression ended on {last.isoformat()}: fix what it hid, or set a new date"


def _covers(comment: Comment, finding: Finding) -> bool:
    if comment.first <= finding.at.line <= comment.last:
        return True
    route = finding.route
    return route is not None and route.file == finding.at.path and comment.first <= route.line <= comment.last


def _noqa(comment: Comment, rule: Rule, at: Span) -> bool:
    """flake8's own reading: codes are prefixes, no code means all, `flake8: noqa` means the whole file."""
    match = _NOQA.match(comment.text)
    if not match or not ((comment.first, comment.last) == (1, 0) or comment.first <= at.line <= comment.last):
        return False
    if not match["coded"]:
        return True
    codes = [code.upper() for code in _listed(match["codes"])]
    return any(rule.code.startswith(code) or code in _SAME.get(rule.name, ()) for code in codes)


def _listed(codes: str) -> list[str]:
    """`E501,PRD3 because of x` lists E501 and PRD3: codes end at the first word that is none."""
    found = []
    for word in re.split(r"[,\s]+", codes):
        if not _CODE.fullmatch(word):
            break
        found.append(word)
    return found


def _meta(rules: Iterable[Rule], name: str) -> Rule | None:
    return next((rule for rule in rules if rule.name == name), None)


def _strange(comment: Comment, known: Iterable[str]) -> list[str]:
    """Codes of a `noqa` that look like ours and begin no code of ours; PRD999 is what the flake8 plugin calls a problem."""
    match = _NOQA.match(comment.text)
    codes = _listed(match["codes"]) if match and match["coded"] else []
    words = (*known, "PRD999")
    return [code for code in codes if code.upper().startswith("PRD") and not any(word.startswith(code.upper()) for word in words)]


def _about(path: str, comment: Comment, message: str) -> Finding:
    return Finding(Span(path, comment.line), message, text=comment.text)
