"""Findings as Markdown for a pull request comment or a step summary.

Knows: how to keep hostile text from being markup, a link or a mention. Does not know: where it is shown; a step summary over one
mebibyte is refused whole by GitHub, so the list is cut well before and says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from prodlint import regex as re
from prodlint.model import Problem, Source
from prodlint.render.common import help_url, plural, safe, weight
from prodlint.report import Report, Verdict

LONGEST = 900_000
# An underscore within a word is no markup (CommonMark 0.31, 6.2: left- and right-flanking), and most names of Python hold one.
_MARKUP = re.compile(r"[\\`*\[\]<>#|~@&$]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])|://|(?<=www)\.")


def render(report: Report, sources: Mapping[str, Source]) -> str:
    """A heading, the counts, a table of findings with the worst first, the problems; `sources` is not needed."""
    shown = sorted(report.shown, key=weight)
    lines = ["# prodlint", "", f"{plural(len(shown), 'finding')} in {plural(report.files, 'file')}.", ""]
    if shown:
        lines += ["| severity | rule | place | finding |", "| --- | --- | --- | --- |"]
        lines += cut([_row(verdict) for verdict in shown])
        lines.append("")
    return "\n".join([*lines, *problems(report.problems)])


def _row(verdict: Verdict) -> str:
    rule, at = verdict.rule, verdict.finding.at
    link = f"[{rule.code} {rule.name}]({help_url(rule)})"
    return row(verdict.severity, link, f"{text(at.path)}:{at.line}", text(verdict.finding.message))


def problems(entries: Iterable[Problem]) -> list[str]:
    """The section of what could not be looked at; no lines where there is nothing."""
    listed = [f"- {text(p.path)}:{p.line}: {text(p.message)}" if p.path else f"- {text(p.message)}" for p in entries]
    return ["## Could not be looked at", "", *cut(listed), ""] if listed else []


def row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def cut(lines: list[str]) -> list[str]:
    """As many lines as fit in `LONGEST` bytes, and how many more there are."""
    room = LONGEST
    for number, line in enumerate(lines):
        room -= len(line.encode("utf-8", "replace")) + 1
        if room < 0:
            return [*lines[:number], f"\n… and {len(lines) - number} more."]
    return lines


def text(value: str) -> str:
    """The value as text and nothing else: markup, links and mentions are written as character references."""
    return _MARKUP.sub(lambda match: "".join(f"&#{ord(c)};" for c in match.group()), safe(value))
