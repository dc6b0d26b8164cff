"""Findings as GitLab Code Quality: one JSON array.

Knows: the keys GitLab requires and its five severities. Does not know: merge requests. Problems are entries too, since the
widget shows nothing else; GitLab compares by fingerprint.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import blake2b

from prodlint.model import Problem, Source
from prodlint.render.common import safe
from prodlint.report import Report, Verdict

_SEVERITIES = {"error": "critical", "warning": "major", "info": "minor"}


def render(report: Report, sources: Mapping[str, Source]) -> str:
    """An entry for each finding and problem; `sources` is not needed."""
    entries = [_finding(verdict) for verdict in report.shown] + [_problem(problem) for problem in report.problems]
    return json.dumps(entries, ensure_ascii=True, indent=1) + "\n"


def _finding(verdict: Verdict) -> dict:
    at = verdict.finding.at
    return {
        "description": f"{verdict.rule.code} {safe(verdict.finding.message)}",
        "check_name": verdict.rule.name,
        "fingerprint": verdict.fingerprint,
        "severity": _SEVERITIES[verdict.severity],
        "location": {"path": at.path, "lines": {"begin": at.line, "end": at.end_line or at.line}},
    }


def _problem(problem: Problem) -> dict:
    return {
        "description": safe(problem.message),
        "check_name": "prodlint-problem",
        "fingerprint": blake2b(f"{problem.path}\0{problem.message}".encode("utf-8", "surrogatepass"), digest_size=16).hexdigest(),
        "severity": "blocker" if problem.severity == "error" else "minor" if problem.unread else "info",
        "location": {"path": problem.path or ".", "lines": {"begin": max(problem.line, 1)}},
    }
