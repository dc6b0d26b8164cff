"""Findings as Reviewdog Diagnostic JSON, which carries fixes into pull requests.

Knows: that rdjson counts columns in UTF-8 bytes, and that a suggestion is one range and one text. Does not know: reviewdog.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from prodlint.model import Problem, Source, Span
from prodlint.render.common import PAGES, help_url, safe
from prodlint.report import Report, Verdict
from prodlint.texts import Texts

_SEVERITIES = {"error": "ERROR", "warning": "WARNING", "info": "INFO"}


def render(report: Report, sources: Mapping[str, Source]) -> str:
    """One diagnostic for each finding and problem; columns are right where the file is in `sources`."""
    texts = Texts(sources)
    entries = [_finding(verdict, texts) for verdict in report.shown] + [_problem(problem) for problem in report.problems]
    return json.dumps({"source": {"name": "prodlint", "url": PAGES}, "diagnostics": entries}, indent=1) + "\n"


def _finding(verdict: Verdict, texts: Texts) -> dict:
    finding, rule = verdict.finding, verdict.rule
    entry = {
        "message": safe(finding.message),
        "location": {"path": finding.at.path, "range": _range(finding.at, texts)},
        "severity": _SEVERITIES[verdict.severity],
        "code": {"value": rule.name, "url": help_url(rule)},
    }
    fix = finding.fix
    if fix and fix.level != "display" and len(fix.edits) == 1 and fix.edits[0].at.path == finding.at.path:
        entry["suggestions"] = [{"range": _range(fix.edits[0].at, texts), "text": fix.edits[0].text}]
    return entry


def _problem(problem: Problem) -> dict:
    location = {"path": problem.path}
    if problem.line:
        location["range"] = {"start": {"line": problem.line}}
    severity = _SEVERITIES[problem.severity if problem.blinds else "info"]
    return {"message": safe(problem.message), "location": location, "severity": severity, "code": {"value": "problem"}}


def _range(at: Span, texts: Texts) -> dict:
    end_line = at.end_line or at.line
    return {
        "start": {"line": at.line, "column": _bytes(texts, at.path, at.line, at.column)},
        "end": {"line": end_line, "column": _bytes(texts, at.path, end_line, at.end_column or at.column)},
    }


def _bytes(texts: Texts, path: str, line: int, column: int) -> int:
    lines = texts.lines(path)
    before = lines[line - 1][: column - 1] if 0 < line <= len(lines) else ""
    return len(before.encode("utf-8", "replace")) + column - len(before)
