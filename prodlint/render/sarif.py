"""Findings as SARIF 2.1.0, as GitHub code scanning reads it.

Knows: relative percent-encoded URIs, help from the rule's page, severities as numbers in strings, fingerprints, limits. Does not
know: uploads. Suppressed findings are left out, since GitHub would show them as open; problems are tool notifications.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from urllib.parse import quote

from prodlint import __version__
from prodlint.model import Problem, Source, Span
from prodlint.render.common import PAGES, help_url, safe, worst_first
from prodlint.render.linehash import line_hashes
from prodlint.report import Fix, Related, Report, Rule, Verdict
from prodlint.texts import Texts

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
MOST = 25_000  # results that GitHub accepts in one run
_LONGEST = 1_024
_LEVELS = {"error": "error", "warning": "warning", "info": "note"}
_PRECISION = {"error": "high", "warning": "medium", "info": "low"}
_PROBLEM = {"error": "error", "warning": "warning", "info": "recommendation"}
_SECURITY = {"error": "8.0", "warning": "5.5", "info": "2.0"}
_SECURITY_ITEMS = ("access", "secrets")


def render(report: Report, sources: Mapping[str, Source]) -> str:
    """The SARIF log; `sources` give the columns' ends and the hashes by which GitHub recognises an alert."""
    shown = report.shown
    notes = [_notification(problem) for problem in report.problems]
    if len(shown) > MOST:
        shown = tuple(sorted(shown, key=lambda verdict: worst_first(verdict.severity))[:MOST])
        left_out = len(report.shown) - MOST
        notes.append({"level": "warning", "message": {"text": f"{left_out} results left out: GitHub accepts {MOST} in a run"}})
    rules = tuple(sorted({rule.name: rule for rule in (*report.rules, *(v.rule for v in shown))}.values(), key=_by_code))
    results = _Results(sources, {rule.name: n for n, rule in enumerate(rules)})
    run = {
        "tool": {
            "driver": {
                "name": "prodlint",
                "version": __version__,
                "semanticVersion": __version__,
                "informationUri": PAGES,
                "rules": [_rule(rule) for rule in rules],
            }
        },
        "automationDetails": {"id": "prodlint/"},
        "columnKind": "unicodeCodePoints",
        "invocations": [
            {
                "executionSuccessful": not any(problem.blinds for problem in report.problems),
                "toolExecutionNotifications": notes,
            }
        ],
        "results": [results.result(verdict) for verdict in shown],
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=1) + "\n"


def _by_code(rule: Rule) -> tuple[str, str]:
    return rule.code, rule.name


def _rule(rule: Rule) -> dict:
    page = rule.page.strip() or rule.summary
    properties = {
        "tags": [rule.item, *(["security"] if rule.item in _SECURITY_ITEMS else [])],
        "code": rule.code,
        "precision": _PRECISION[rule.severity],
        "problem.severity": _PROBLEM[rule.severity],
    }
    if rule.item in _SECURITY_ITEMS:
        properties["security-severity"] = _SECURITY[rule.severity]
    return {
        "id": rule.name,
        "name": rule.name.replace("-", " ").title().replace(" ", ""),
        "shortDescription": {"text": rule.summary[:_LONGEST]},
        "fullDescription": {"text": _first_paragraph(page, rule.summary)[:_LONGEST]},
        "help": {"text": page, "markdown": page},
        "helpUri": help_url(rule),
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
        "properties": properties,
    }


def _first_paragraph(page: str, summary: str) -> str:
    """The first paragraph of the page's prose; the summary where it has none."""
    for block in page.split("\n\n"):
        text = " ".join(line.strip() for line in block.splitlines() if not line.startswith("#")).strip()
        if text and not text.startswith(("```", "|", "<")):
            return text
    return summary


def _notification(problem: Problem) -> dict:
    note = {"level": _LEVELS[problem.severity], "message": {"text": safe(problem.message) or "unknown problem"}}
    if problem.path:
        location: dict = {"artifactLocation": {"uri": uri(problem.path)}}
        if problem.line > 0:
            location["region"] = {"startLine": problem.line}
        note["locations"] = [{"physicalLocation": location}]
    return note


class _Results:
    """Turns verdicts into results; remembers decoded lines and line hashes of files."""

    def __init__(self, sources: Mapping[str, Source], index: Mapping[str, int]) -> None:
        self._sources = sources
        self._texts = Texts(sources)
        self._index = index
        self._hashes: dict[str, list[str]] = {}

    def result(self, verdict: Verdict) -> dict:
        rule, finding = verdict.rule, verdict.finding
        entry = {
            "ruleId": rule.name,
            "ruleIndex": self._index[rule.name],
            "level": _LEVELS[verdict.severity],
            "message": {"text": _plain(finding.message)},
            "locations": [{"physicalLocation": self._place(finding.at)}],
            "partialFingerprints": {"prodlint/v1": verdict.fingerprint},
            "properties": {"confidence": finding.confidence, "item": rule.item},
        }
        if line_hash := self._hash(finding.at):
            entry["partialFingerprints"]["primaryLocationLineHash"] = line_hash
        if finding.related:
            entry["relatedLocations"] = [self._related(n, each) for n, each in enumerate(finding.related[:100], 1)]
        if finding.fix and finding.fix.level != "display":
            entry["fixes"] = [self._fix(finding.fix)]
        return entry

    def _related(self, number: int, entry: Related) -> dict:
        return {"id": number, "physicalLocation": self._place(entry.at), "message": {"text": _plain(entry.message)}}

    def _place(self, at: Span) -> dict:
        return {"artifactLocation": {"uri": uri(at.path)}, "region": self._region(at)}

    def _region(self, at: Span) -> dict:
        """A span without an end reaches to the end of its line; one without a line is anchored at the first."""
        line = max(at.line, 1)
        end_line, end_column = max(at.end_line, line), at.end_column
        if not end_column:
            lines = self._texts.lines(at.path)
            length = len(lines[end_line - 1]) if end_line <= len(lines) else 0
            end_column = max(length + 1, at.column if end_line == line else 1)
        return {"startLine": line, "startColumn": max(at.column, 1), "endLine": end_line, "endColumn": end_column}

    def _hash(self, at: Span) -> str:
        if at.path not in self._hashes:
            source = self._sources.get(at.path)
            self._hashes[at.path] = line_hashes(source.data.decode("utf-8", "replace")) if source else []
        hashes = self._hashes[at.path]
        return hashes[max(at.line, 1) - 1] if max(at.line, 1) <= len(hashes) else ""

    def _fix(self, fix: Fix) -> dict:
        changes: dict[str, list[dict]] = {}
        for edit in fix.edits:
            at = edit.at
            region = {
                "startLine": at.line,
                "startColumn": at.column,
                "endLine": at.end_line or at.line,
                "endColumn": at.end_column or at.column,
            }
            changes.setdefault(at.path, []).append({"deletedRegion": region, "insertedContent": {"text": edit.text}})
        listed = [{"artifactLocation": {"uri": uri(path)}, "replacements": edits} for path, edits in changes.items()]
        return {"description": {"text": _plain(fix.message)}, "artifactChanges": listed}


def uri(path: str) -> str:
    """A path relative to the root as a relative URI reference; bytes that are no UTF-8 survive."""
    return quote(path.encode("utf-8", "surrogateescape"), safe="/-._~")


def _plain(text: str) -> str:
    """Message text in which brackets are brackets and not the start of an embedded link."""
    return safe(text).replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]") or "no message"
