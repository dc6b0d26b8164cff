"""Findings as the contract's JSON, schema 1: one object, keys in the contract's order, a finding a line.

Knows: the contract. Does not know: anything that is not in it. Hidden findings are left out; the summary counts them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from prodlint import __version__
from prodlint.model import Source
from prodlint.render.common import help_url, hidden, problem, related, route_ref
from prodlint.report import Fix, Report, Verdict


def render(report: Report, sources: Mapping[str, Source]) -> str:
    """The report as JSON text; `sources` is not needed."""
    return document(
        {
            "schema": 1,
            "tool": {"name": "prodlint", "version": __version__},
            "findings": [finding(verdict) for verdict in report.shown],
            "problems": [problem(entry) for entry in report.problems],
            "summary": {
                "files": report.files,
                "rules": len(report.rules),
                "findings": len(report.shown),
                "suppressed": hidden(report, "suppressed"),
                "baselined": hidden(report, "baselined"),
                **({"unexamined": len(report.unread)} if report.unread else {}),
            },
        }
    )


def finding(verdict: Verdict) -> dict:
    """One finding as the contract prints it. A span without an end ends where it begins."""
    rule, found, at = verdict.rule, verdict.finding, verdict.finding.at
    return {
        "rule": rule.name,
        "code": rule.code,
        "item": rule.item,
        "severity": verdict.severity,
        "confidence": found.confidence,
        "path": at.path,
        "line": at.line,
        "column": at.column,
        "end_line": at.end_line or at.line,
        "end_column": at.end_column or at.column,
        "message": found.message,
        "symbol": found.symbol or None,
        "route": route_ref(found.route),
        "subject": found.subject,
        "related": [related(entry) for entry in found.related],
        "fingerprint": verdict.fingerprint,
        "suppressed": {"reason": verdict.reason} if verdict.hidden == "suppressed" else None,
        "fix": fix(found.fix),
        "help": help_url(rule),
    }


def fix(entry: Fix | None) -> dict | None:
    if entry is None:
        return None
    edits = [
        {
            "path": edit.at.path,
            "line": edit.at.line,
            "column": edit.at.column,
            "end_line": edit.at.end_line or edit.at.line,
            "end_column": edit.at.end_column or edit.at.column,
            "text": edit.text,
        }
        for edit in entry.edits
    ]
    return {"message": entry.message, "level": entry.level, "edits": edits}


def document(value: dict) -> str:
    """The top-level object with each entry of its lists on a line of its own: readable, and diffable as text."""
    parts = []
    for key, entry in value.items():
        if isinstance(entry, list) and entry:
            body = "[\n" + ",\n".join(f"  {_dump(each)}" for each in entry) + "]"
        else:
            body = _dump(entry)
        parts.append(f'"{key}": {body}')
    return "{" + ",\n ".join(parts) + "}\n"


def _dump(value: object) -> str:
    return _whole(json.dumps(value, ensure_ascii=False))


def _whole(text: str) -> str:
    """Lone surrogates (undecodable bytes of file names) stay visible as escapes, so that the text is valid UTF-8."""
    return text if text.isascii() else "".join(f"\\u{ord(c):04x}" if "\ud800" <= c <= "\udfff" else c for c in text)
