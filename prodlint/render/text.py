"""Findings for people and editors: `path:line:col: CODE message [rule-name]`, one a line.

Knows: colours, and that everything it prints is hostile. Does not know: whether there is a terminal.
"""

from __future__ import annotations

from prodlint.model import Problem
from prodlint.render.common import help_url, hidden, plural, safe
from prodlint.report import Report, Verdict

_COLOURS = {"error": "31", "warning": "33", "info": "36", "good": "32", "dim": "2", "bold": "1"}


def render(report: Report, *, colour: bool = False, verbose: bool = False) -> str:
    """A line for each finding and problem; with `verbose` also severity, related places, fix and the page below each finding."""
    lines: list[str] = []
    for verdict in report.shown:
        lines.extend(_finding(verdict, colour, verbose))
    lines.extend(problem_line(entry, colour) for entry in report.problems)
    return "".join(f"{line}\n" for line in lines)


def closing(report: Report, seconds: float) -> str:
    """The line that says what was examined, for stderr."""
    shown = report.shown
    counts = [
        plural(sum(verdict.severity == level for verdict in shown), level)
        for level in ("error", "warning", "info")
        if any(verdict.severity == level for verdict in shown)
    ]
    found = f"{plural(len(shown), 'finding')} ({', '.join(counts)})" if shown else "no findings"
    notes = [f"{count} {why}" for why in ("suppressed", "baselined") if (count := hidden(report, why))]
    if low := hidden(report, "confidence"):
        notes.append(f"{low} below the confidence threshold (--all)")
    return (
        f"{found}{''.join(f', {note}' for note in notes)}; {plural(len(report.problems), 'problem')}; "
        f"{plural(report.files, 'file')}, {plural(len(report.rules), 'rule')}, {seconds:.1f} s"
    )


def _finding(verdict: Verdict, colour: bool, verbose: bool) -> list[str]:
    rule, finding, at = verdict.rule, verdict.finding, verdict.finding.at
    place = paint(f"{safe(at.path)}:{at.line}:{at.column}:", "bold", colour)
    code = paint(rule.code, verdict.severity, colour)
    lines = [f"{place} {code} {safe(finding.message)} {paint(f'[{rule.name}]', 'dim', colour)}"]
    if verbose:
        lines += [f"    {safe(e.at.path)}:{e.at.line}:{e.at.column}: {safe(e.message)}" for e in finding.related]
        if finding.fix:
            lines.append(f"    fix ({finding.fix.level}): {safe(finding.fix.message)}")
        lines.append(paint(f"    {verdict.severity}, {finding.confidence} confidence; {help_url(rule)}", "dim", colour))
    return lines


def problem_line(problem: Problem, colour: bool) -> str:
    """What could not be looked at, where, and why."""
    place = f"{safe(problem.path)}:{problem.line}: " if problem.path else ""
    return f"{place}{paint('problem', problem.severity, colour)}: {safe(problem.message)}"


def paint(text: str, style: str, colour: bool) -> str:
    """The text in an ANSI style where colours are wanted."""
    return f"\x1b[{_COLOURS[style]}m{text}\x1b[0m" if colour else text
