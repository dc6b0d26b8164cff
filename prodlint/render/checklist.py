"""The checklist in each of its formats: eight lines, each with a verdict and what shows it.

Knows: the contract's JSON of the checklist. Does not know: how a verdict came about.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from prodlint.model import Problem, Span
from prodlint.render import html, markdown
from prodlint.render.common import TITLES, help_url, problem, related, safe, tally, telling, unsaid
from prodlint.render.json import document
from prodlint.render.text import paint, problem_line
from prodlint.report import Check, ItemVerdict

_STYLES = {"pass": "good", "partial": "warning", "fail": "error", "unknown": "dim", "not-applicable": "dim"}
_MORE = ". Every check: --verbose; a page for a browser: --format html -o checklist.html"


def render_checklist(
    items: Iterable[ItemVerdict],
    problems: Sequence[Problem] = (),
    form: str = "text",
    *,
    colour: bool = False,
    verbose: bool = False,
    width: int = 0,
) -> str:
    """The items as text, json, markdown or html; colour, verbose (every check) and width are for text: 0 gives each item one line, else the columns
    of a terminal."""
    listed = tuple(items)
    if form == "json":
        entries = {"items": [_json(item) for item in listed], "problems": [problem(each) for each in problems]}
        return document({"schema": 1, **entries})
    if form == "markdown":
        return _markdown(listed, problems)
    if form == "html":
        return html.page("prodlint checklist", items=listed, problems=problems)
    lines = [line for item in listed for line in (_wide(item, colour, width) if width and not verbose else _text(item, colour, verbose))]
    if width and not verbose:
        lines += [", ".join(f"{count} {paint(word, _STYLES[word], colour)}" for word, count in tally(listed)) + _MORE]
    return "".join(f"{line}\n" for line in [*lines, *(problem_line(each, colour) for each in problems)])


def _json(item: ItemVerdict) -> dict:
    checks = [
        {"rule": check.rule.name, "verdict": check.verdict, "evidence": [related(each, column=False) for each in check.evidence]}
        for check in item.checks
    ]
    note = {"note": item.note} if item.note else {}
    holes = {"holes": item.holes} if item.holes else {}
    return {"item": item.item, "number": item.number, "verdict": item.verdict, "checks": checks, **note, **holes}


def _text(item: ItemVerdict, colour: bool, verbose: bool) -> list[str]:
    head = f"{item.number} {item.item:<13}{paint(item.verdict, _STYLES[item.verdict], colour)}"
    pad = " " * (16 - len(item.verdict))
    check = telling(item)
    lines = [f"{head}{pad}{_because(check) if check else unsaid(item)}"]
    if item.note:
        lines.append(f"{' ' * 31}{safe(item.note)}")
    for each in item.checks if verbose else ():
        lines.append(f"    {each.rule.code} {paint(each.verdict, _STYLES[each.verdict], colour)} {each.rule.name}")
        lines += [f"        {_place(evidence.at)}{safe(evidence.message)}" for evidence in each.evidence]
    if verbose and check:
        lines.append(f"    {help_url(check.rule)}")
    return lines


def _wide(item: ItemVerdict, colour: bool, width: int) -> list[str]:
    """An item for people: its verdict, why, where, and what to read, within the columns of a terminal."""
    from textwrap import wrap

    check, pad = telling(item), " " * 4
    head = f"{paint(f'{item.number} {item.item}', 'bold', colour)}: {paint(item.verdict, _STYLES[item.verdict], colour)}"
    lines = [f"{head}  {paint(f'({TITLES[item.item]})', 'dim', colour)}"]
    words = safe(check.evidence[0].message) if check else unsaid(item)
    lines += [f"{pad}{line}" for line in wrap(words, max(min(width, 120) - 4, 40), break_long_words=False, break_on_hyphens=False)]
    if item.note:
        lines.append(f"{pad}{safe(item.note)}")
    if check:
        rest = len(check.evidence) - 1
        more = f" and {rest} more {'place' if rest == 1 else 'places'}" if rest else ""
        at = check.evidence[0].at
        place = f"{safe(at.path)}:{at.line}{more}  " if at.path else ""
        lines.append(f"{pad}{place}{paint(f'prodlint explain {check.rule.name}', 'dim', colour)}")
    return [*lines, ""]


def _because(check: Check) -> str:
    first, rest = check.evidence[0], len(check.evidence) - 1
    more = f"; and {rest} more {'place' if rest == 1 else 'places'}" if rest else ""
    return f"{_place(first.at)}{safe(first.message)}{more} [{check.rule.name}]"


def _place(at: Span) -> str:
    return f"{safe(at.path)}:{at.line}: " if at.path else ""


def _markdown(items: tuple[ItemVerdict, ...], problems: Sequence[Problem]) -> str:
    lines = ["# Checklist", "", markdown.row("#", "item", "verdict", "because"), markdown.row(*["---"] * 4)]
    for item in items:
        check = telling(item)
        because = markdown.text(_because(check) if check else unsaid(item))
        note = f" {markdown.text(item.note)}" if item.note else ""
        lines.append(markdown.row(str(item.number), item.item, f"**{item.verdict}**", because + note))
    return "\n".join([*lines, "", *markdown.problems(problems)])
