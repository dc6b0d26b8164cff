"""Findings for people and editors: `path:line:col: CODE message [rule-name]`, one a line, what matters most first.

Knows: colours, and that everything it prints is hostile. Does not know: whether there is a terminal, what all of it adds up to (`closing.py`).
"""

from __future__ import annotations

from itertools import groupby

from prodlint.model import Problem
from prodlint.render.common import help_url, plural, safe, weight
from prodlint.render.summary import together
from prodlint.report import Report, Verdict

_COLOURS = {"error": "31", "warning": "33", "info": "36", "good": "32", "dim": "2", "bold": "1"}


def render(report: Report, *, colour: bool = False, verbose: bool = False, headed: bool = False) -> str:
    """A line for each finding and problem; with `verbose` also severity, related places, fix and the page below each finding; headed: a line above
    the findings of each severity (for a terminal: what reads a pipe is given nothing but lines)."""
    lines: list[str] = []
    shown = sorted(report.shown, key=weight)
    for severity, group in groupby(shown, key=lambda verdict: verdict.severity):
        several = list(group)
        if headed:
            lines += ["", paint(f"{len(several)} info" if severity == "info" else plural(len(several), severity), "bold", colour)]
        for verdict in several:
            lines.extend(_finding(verdict, colour, verbose))
    if headed and report.problems:
        lines += ["", paint("Could not be looked at", "bold", colour)]
    lines.extend(problem_line(entry, colour) + also for entry, also in together(report.problems))
    return "".join(f"{line}\n" for line in (lines[1:] if headed else lines))


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
