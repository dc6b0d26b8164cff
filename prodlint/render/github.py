"""Findings as GitHub workflow commands, which the runner turns into annotations.

Knows: escaping of commands, and that the runner keeps ten annotations of each kind and 4,096 characters of a message.
Does not know: whether it runs on GitHub. What could not be looked at comes first, then errors, then the rest; what does not fit is counted aloud.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from prodlint.model import Problem, Source
from prodlint.render.common import plural, safe, weight, worst_first
from prodlint.report import Report, Verdict

KEPT = 10
LONGEST = 4_096
_COMMANDS = {"error": "error", "warning": "warning", "info": "notice"}


def render(report: Report, sources: Mapping[str, Source]) -> str:
    """A command for each problem and finding, at most ten of a kind; `sources` is not needed."""
    commands: dict[str, list[str]] = {"error": [], "warning": [], "notice": []}
    for command, line in _all(report):
        commands[command].append(line)
    lines = [line for kind in commands.values() for line in kind[:KEPT]]
    for command, kind in commands.items():
        if len(kind) > KEPT:
            lines.append(f"{plural(len(kind) - KEPT, f'more {command}')} not shown: the runner keeps {KEPT} of a kind")
    return "".join(f"{line}\n" for line in lines)


def _all(report: Report) -> Iterator[tuple[str, str]]:
    problems = sorted(report.problems, key=lambda problem: worst_first(problem.severity))
    for problem in (each for each in problems if each.blinds):
        yield _COMMANDS[problem.severity], _problem(problem)
    for verdict in sorted(report.shown, key=weight):
        yield _COMMANDS[verdict.severity], _finding(verdict)
    for problem in (each for each in problems if not each.blinds):
        yield _COMMANDS[problem.severity], _problem(problem)


def _finding(verdict: Verdict) -> str:
    at = verdict.finding.at
    end = at.end_line or at.line
    properties = {
        "title": f"{verdict.rule.code} {verdict.rule.name}",
        "file": at.path,
        "line": str(at.line),
        "endLine": str(end),
    }
    if end == at.line:
        properties["col"] = str(at.column)
        properties["endColumn"] = str(at.end_column or at.column)
    return command(_COMMANDS[verdict.severity], properties, verdict.finding.message)


def _problem(problem: Problem) -> str:
    place = {"file": problem.path, "line": str(max(problem.line, 1))} if problem.path else {}
    return command(_COMMANDS[problem.severity], {"title": "prodlint could not look", **place}, problem.message)


def command(name: str, properties: Mapping[str, str], message: str) -> str:
    """One workflow command, escaped so that no text can end it, start another or add a property."""
    words = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
    return f"::{name} {words}::{_data(safe(message)[:LONGEST])}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(safe(text)).replace(":", "%3A").replace(",", "%2C")
