"""What a run adds up to, in a few lines for standard error: how much, of what, the worst of it, what was not examined, where to go on.

Knows: counts and their words. Does not know: where the lines go, what is good or bad. Nothing here calls a run clean that did not see all.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from prodlint.model import Problem
from prodlint.render.common import hidden, plural, safe, weight
from prodlint.render.text import paint
from prodlint.report import CONFIDENCES, ITEMS, Report, Tally, Verdict

LEVELS = ("error", "warning", "info")
WORST = 3  # rules that are named
FEW = 3  # findings that need no summary of themselves, and files that are named


def closing(report: Report, seconds: float, *, steps: bool = False, colour: bool = False) -> str:
    """The lines that say what was examined and what of it matters. steps: also the worst, and where to go on (for people)."""
    shown = report.shown
    unseen = not_examined(report.problems)
    found = (
        f"{plural(len(shown), 'finding')} ({_levels(shown)})"
        if shown
        else ("no new findings" if hidden(report, "baselined") else "no findings") + (" in what was examined" if unseen else "")
    )
    notes = [f"{count} {why}" for why in ("suppressed", "baselined") if (count := hidden(report, why))]
    if low := hidden(report, "confidence"):
        notes.append(f"{low} below the confidence threshold (--all)")
    head = (
        f"{found}{''.join(f', {note}' for note in notes)}; {plural(len(report.problems), 'problem')}; "
        f"{plural(report.files, 'file')}, {plural(len(report.rules), 'rule')}, {seconds:.1f} s"
    )
    lines = [head]
    if steps and len(shown) > FEW:
        lines += [f"  {line}" for line in (*_by_item(shown), *_worst(shown, colour))]
    if unseen:
        lines.append(f"not examined: {unseen}")
    if steps and (undecided := _undecided(report.tallies)):
        lines.append(undecided)
    if steps and shown:
        lines.append(_next(report, shown))
    return "\n".join(lines)


def _undecided(tallies: Iterable[Tally]) -> str:
    """Of how many routes the run can say neither that an owner is asked for nor that none is; "" where it could decide each."""
    python, outside = [], []
    for tally in tallies:
        (python if tally.path.endswith(".py") else outside).append(tally)
    parts = []
    if (open_ones := sum(tally.undecided for tally in python)) > 0:
        among = f"{plural(sum(tally.routes for tally in python), 'route')}{' in Python' if outside else ''}"
        parts.append(f"{open_ones} of {among}, whose ownership is neither proven nor seen to be missing")
    if (open_ones := sum(tally.undecided for tally in outside)) > 0:
        parts.append(f"{plural(open_ones, 'route')} outside Python, where patterns prove no owner")
    return f"undecided: {'; '.join(parts)} (prodlint routes)" if parts else ""


def not_examined(problems: Iterable[Problem]) -> str:
    """What the run says nothing about, in a line; "" where it saw everything that is the app's own."""
    unseen = [problem for problem in problems if problem.blinds]
    rules = sorted({problem.rule for problem in unseen if problem.rule})
    places = sorted({problem.path for problem in unseen if problem.path and not problem.rule})
    parts = []
    for problem in unseen:
        if not problem.path and not problem.rule:
            why, _, rest = problem.message.partition(": ")
            parts.append(f"{plural(len(problem.unread), 'file')} ({safe(why)})" if problem.unread and rest else safe(problem.message))
    if places:
        more = ", …" if len(places) > FEW else ""
        parts.append(f"{plural(len(places), 'file')} that could not be read ({', '.join(map(safe, places[:FEW]))}{more})")
    if rules:
        parts.append(f"what {plural(len(rules), 'rule')} that crashed would have said ({', '.join(map(safe, rules))})")
    return "; ".join(dict.fromkeys(parts))


def _levels(verdicts: Sequence[Verdict]) -> str:
    counts = [(sum(verdict.severity == level for verdict in verdicts), level) for level in LEVELS]
    return ", ".join(f"{count} info" if level == "info" else plural(count, level) for count, level in counts if count)


def _by_item(shown: Sequence[Verdict]) -> list[str]:
    """One line of counts by item of the checklist, where there is more than one."""
    parts = []
    for item in (*ITEMS, "meta"):
        if mine := [verdict for verdict in shown if verdict.rule.item == item]:
            parts.append(f"{item} {_levels(mine)}")
    return ["; ".join(parts)] if len(parts) > 1 else []


def _worst(shown: Sequence[Verdict], colour: bool) -> list[str]:
    """The rules with the worst findings: severity, how often, where first."""
    by_rule: dict[str, list[Verdict]] = {}
    for verdict in sorted(shown, key=_weight):
        by_rule.setdefault(verdict.rule.name, []).append(verdict)
    first = list(by_rule.values())[:WORST]
    width = max(len(verdicts[0].rule.name) for verdicts in first)
    lines = []
    for verdicts in first:
        rule, at, level = verdicts[0].rule, verdicts[0].finding.at, verdicts[0].severity
        count = f"{len(verdicts):4}"
        lines.append(f"{paint(f'{level:7}', level, colour)} {count}  {rule.code} {rule.name:{width}}  {safe(at.path)}:{at.line}")
    if len(by_rule) > WORST:
        lines.append(f"… and {plural(len(by_rule) - WORST, 'more rule')} (--statistics)")
    return lines


def _weight(verdict: Verdict) -> tuple:
    at = verdict.finding.at
    return *weight(verdict), -CONFIDENCES.index(verdict.finding.confidence), at.path, at.line, at.column


def _next(report: Report, shown: Sequence[Verdict]) -> str:
    """Where to go on: why the worst is wrong, what can be mended by itself, how to take the rest as known."""
    worst = min(shown, key=_weight)
    steps = [f"prodlint explain {worst.rule.code}"]
    if any(verdict.finding.fix and verdict.finding.fix.level == "safe" for verdict in shown):
        steps.append("prodlint check --diff")
    if len(shown) > FEW and not hidden(report, "baselined"):
        steps.append("prodlint baseline (only what is new from then on)")
    return f"next: {'; '.join(steps)}"
