"""The inventory of external calls in each of its formats.

Knows: the JSON of calls, an aligned table grouped by file. Does not know: how a call or its handler was found.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from prodlint.model import Problem
from prodlint.render import markdown
from prodlint.render.common import plural, problem, route_ref, safe
from prodlint.render.json import document
from prodlint.render.text import paint, problem_line

if TYPE_CHECKING:
    from prodlint.calls.records import ExternalCall

_STYLES = {"missing": "error", "removed": "error", "unhandled": "error", "partial": "warning", "set": "good", "default": "good", "handled": "good"}


def render_calls(
    calls: Iterable[ExternalCall],
    problems: Sequence[Problem] = (),
    form: str = "text",
    *,
    colour: bool = False,
    verbose: bool = False,
    elsewhere: Sequence[tuple[str, int]] = (),
    left_out: int = 0,
) -> str:
    """The calls as text, json or markdown; colour and verbose (what runs each call, who handles it) are for text.

    elsewhere: (language, number of files) of code whose calls are not listed; left_out: how many there are that nobody asked for."""
    table = sorted(calls, key=lambda call: (call.at, call.call))
    if form == "json":
        unlisted = {"not_listed": dict(elsewhere)} if elsewhere else {}
        return document({"schema": 1, "calls": [_json(call) for call in table], "problems": [problem(each) for each in problems], **unlisted})
    note = only_python(elsewhere)
    if form == "markdown":
        return _markdown(table, problems, note)
    return _text(table, problems, colour, verbose, note, left_out)


def only_python(elsewhere: Sequence[tuple[str, int]]) -> str:
    """What the list does not cover, "" where it covers all."""
    if not elsewhere:
        return ""
    counts = ", ".join(f"{count} {title}" for title, count in elsewhere)
    return f"calls are listed for Python alone; not listed: those of {counts} {'file' if sum(n for _, n in elsewhere) == 1 else 'files'}"


def _json(call: ExternalCall) -> dict:
    reached = call.reached
    return {
        "library": call.library,
        "package": call.package,
        "kind": call.kind,
        "stake": call.stake or None,
        "call": call.call,
        "role": call.role,
        "path": call.at.path,
        "line": call.at.line,
        "column": call.at.column,
        "symbol": call.symbol,
        "via": call.via or None,
        "timeout": call.timeout,
        "seconds": call.seconds,
        "tries": call.tries,
        "retried": call.retried or None,
        "handled": call.handled or None,
        "raises": call.family,
        "escapes": list(call.escapes),
        "handlers": [{"path": at.path, "line": at.line} for at in call.handlers],
        "reached": None if reached is None else {"kind": reached.kind, "label": reached.label, "route": route_ref(reached.route)},
    }


def _text(table: list[ExternalCall], problems: Sequence[Problem], colour: bool, verbose: bool, note: str, left_out: int) -> str:
    lines: list[str] = []
    width = max((len(call.call) for call in table), default=0)
    for path, group in groupby(table, key=lambda call: call.at.path):
        lines += ["", paint(safe(path), "bold", colour)]
        for call in group:
            lines.append(
                f"  {call.at.line:5}  {call.kind:7}  {safe(call.call):{width}}  {_word('timeout', _timeout(call), call.timeout, 21, colour)}"
                f"{_word('', call.handled or 'client', call.handled, 10, colour)}{safe(call.reached.label) if call.reached else ''}".rstrip()
            )
            if verbose:
                lines += [f"         {line}" for line in _below(call)]
    if not table:
        where = " in Python code" if note else ""
        lines.append(
            f"none of {plural(left_out, 'external call')}{where} is one that was asked for" if left_out else f"no external call was found{where}"
        )
    if note:
        lines += ["", note] if table else [note]
    lines += [problem_line(each, colour) for each in problems]
    return "\n".join(lines).lstrip("\n") + "\n"


def _timeout(call: ExternalCall) -> str:
    return f"{call.timeout} {call.seconds:g} s" if call.seconds is not None and call.timeout in ("set", "default") else call.timeout


def _word(label: str, word: str, style: str, width: int, colour: bool) -> str:
    text = f"{label} {word}".strip()
    return paint(text, _STYLES.get(style, "dim"), colour) + " " * max(width - len(text), 1)


def _below(call: ExternalCall) -> list[str]:
    out = [f"in {safe(call.symbol)}, raises {safe(call.family)}"] if call.family else [f"in {safe(call.symbol)}"]
    if call.via:
        out.append(f"through {safe(call.via)}")
    if call.reached is not None:
        out.append(f"run by {call.reached.kind} {safe(call.reached.label)}, {safe(call.reached.at.path)}:{call.reached.at.line}")
    if call.retried or call.tries > 1:
        out.append(f"tried again by {safe(call.retried)}" if call.retried else f"the library tries {call.tries} times")
    out += [f"taken at {safe(at.path)}:{at.line}" for at in call.handlers]
    if call.escapes:
        out.append(f"escapes: {safe(', '.join(call.escapes))}")
    return out


def _markdown(table: list[ExternalCall], problems: Sequence[Problem], note: str) -> str:
    lines = ["# External calls", "", f"{plural(len(table), 'call')}{'; ' if note else ''}{markdown.text(note)}.", ""]
    if table:
        head = ("place", "kind", "call", "timeout", "handled", "run by")
        rows = [markdown.row(*map(markdown.text, _row(call))) for call in table]
        lines += [markdown.row(*head), markdown.row(*["---"] * len(head)), *markdown.cut(rows), ""]
    return "\n".join([*lines, *markdown.problems(problems)])


def _row(call: ExternalCall) -> tuple[str, ...]:
    place = f"{call.at.path}:{call.at.line}"
    return place, call.kind, call.call, _timeout(call), call.handled or "client", f"{call.reached.kind} {call.reached.label}" if call.reached else ""
