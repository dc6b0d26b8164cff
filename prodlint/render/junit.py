"""Findings as JUnit XML: a suite for each file, a failed test for each finding, an erroneous one for each problem.

Knows: what test reporters read. Does not know: XML libraries; escaping of text is the standard library's. A clean run is one
passing test, since reporters take an empty report for a broken one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from xml.sax.saxutils import escape, quoteattr

from prodlint.model import Problem, Source
from prodlint.render.common import help_url, safe
from prodlint.report import Report, Verdict


def render(report: Report, sources: Mapping[str, Source]) -> str:
    """The XML document; `sources` is not needed."""
    suites: dict[str, list[str]] = defaultdict(list)
    for verdict in report.shown:
        suites[verdict.finding.at.path].append(_failure(verdict))
    errors: dict[str, int] = defaultdict(int)
    for problem in report.problems:
        suites[problem.path or "prodlint"].append(_error(problem))
        errors[problem.path or "prodlint"] += problem.blinds
    if not suites:
        suites["prodlint"].append('    <testcase name="no findings" classname="prodlint"/>')
    total = sum(len(cases) for cases in suites.values())
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<testsuites name="prodlint" tests="{total}" failures="{len(report.shown)}" errors="{sum(errors.values())}">',
    ]
    for name, cases in sorted(suites.items()):
        failures = sum("<failure" in case for case in cases)
        counts = f'tests="{len(cases)}" failures="{failures}" errors="{errors[name]}"'
        lines += [f"  <testsuite name={_quoted(name)} {counts}>", *cases, "  </testsuite>"]
    return "\n".join([*lines, "</testsuites>", ""])


def _failure(verdict: Verdict) -> str:
    at, rule = verdict.finding.at, verdict.rule
    place = f"{safe(at.path)}:{at.line}:{at.column}"
    text = f"{place}: {rule.code} {safe(verdict.finding.message)}\n{help_url(rule)}"
    return (
        f"    <testcase name={_quoted(f'{rule.name} {at.line}:{at.column}')} classname={_quoted(at.path)}"
        f" file={_quoted(at.path)} line={_quoted(str(at.line))}>\n"
        f"      <failure message={_quoted(verdict.finding.message)} type={_quoted(verdict.severity)}>{escape(text)}</failure>\n"
        "    </testcase>"
    )


def _error(problem: Problem) -> str:
    """What could not be looked at is an error; a remark is a test that was skipped."""
    tag = "error" if problem.blinds else "skipped"
    kind = f" type={_quoted(problem.severity)}" if problem.blinds else ""
    return (
        f"    <testcase name={_quoted(f'examined {problem.line}')} classname={_quoted(problem.path or 'prodlint')}>\n"
        f"      <{tag} message={_quoted(problem.message)}{kind}/>\n"
        "    </testcase>"
    )


def _quoted(text: str) -> str:
    return quoteattr(safe(text))
