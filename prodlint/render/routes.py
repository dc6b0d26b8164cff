"""The table of routes in each of its formats.

Knows: the contract's JSON of routes, an aligned table grouped by file that fits a terminal, what it adds up to. Does not know: how a route or its
verdict was found.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby

from prodlint.model import Problem
from prodlint.render import html, markdown
from prodlint.render.common import in_order, problem, related, safe
from prodlint.render.json import document
from prodlint.render.summary import summary, together
from prodlint.render.text import paint, problem_line
from prodlint.report import Access, Route

WIDEST = (18, 44, 36)  # methods, path, handler: what is longer moves the rest of its line
_TELLING = ("missing", "unknown")  # words of ownership that say nothing alone
_STYLES = {"missing": "error", "none": "error", "unknown": "warning", "owned": "good", "required": "good"}


def render_routes(
    routes: Iterable[Route],
    problems: Sequence[Problem] = (),
    form: str = "text",
    *,
    colour: bool = False,
    verbose: bool = False,
    everything: Sequence[Route] | None = None,
    outside: Sequence[tuple[str, str]] = (),
) -> str:
    """The routes as text, json, markdown or html; colour and verbose (evidence and lookups below each route) are for text.

    everything: all routes, where these are a selection. outside: (path, dotted name) of what installed packages serve."""
    table = in_order(routes)
    every = table if everything is None else everything
    if form == "json":
        entries = {"routes": [_json(route) for route in table], "problems": [problem(each) for each in problems]}
        served = {"outside": [{"path": path, "name": name} for path, name in outside]} if outside else {}
        return document({"schema": 1, **entries, **served})
    if form == "markdown":
        return _markdown(table, problems, summary(every, len(table), problems, outside))
    if form == "html":
        return html.page("prodlint routes", routes=table, problems=problems)
    return _text(table, problems, colour, verbose) + "".join(f"{line}\n" for line in ["", *summary(every, len(table), problems, outside)])


def unprotected(route: Route) -> bool:
    """Is there something missing on this route: no login, or an object that nothing ties to the caller?"""
    return route.authentication == "none" or route.ownership == "missing" or any(each.ownership == "missing" for each in route.lookups)


def _json(route: Route) -> dict:
    return {
        "methods": list(route.methods),
        "path": route.path,
        "handler": route.handler,
        "file": route.file,
        "line": route.line,
        "framework": route.framework,
        "authentication": route.authentication,
        "ownership": route.ownership,
        "lookups": [_lookup(each) for each in route.lookups],
        "evidence": [related(each, column=False) for each in route.evidence],
    }


def _lookup(access: Access) -> dict:
    return {
        "model": access.model,
        "id": access.id,
        "source": access.source,
        "ownership": access.ownership,
        "path": access.path,
        "line": access.line,
    }


def _text(routes: list[Route], problems: Sequence[Problem], colour: bool, verbose: bool) -> str:
    """For each file its routes in columns, as wide as they must be there, within what a terminal shows."""
    blocks: list[list[str]] = []
    for file, several in groupby(routes, key=lambda route: route.file):
        rows = [(route, _cells(route)) for route in several]
        widths = [_width([len(cells[n]) for _, cells in rows], most) for n, most in enumerate(WIDEST)]
        lines = [paint(safe(file), "bold", colour)]
        for route, cells in rows:
            columns = [cell.ljust(width) for cell, width in zip(cells, widths, strict=True)]
            words = (
                _words("login", route.authentication, 14, colour),
                _words("ownership" if route.ownership in _TELLING else "", route.ownership, 0, colour),
            )
            lines.append("  ".join(["", *columns, *words]).rstrip())
            lines += _below(route) if verbose else []
        blocks.append(lines)
    if problems:
        blocks.append([problem_line(each, colour) + also for each, also in together(problems)])
    return "\n".join("".join(f"{line}\n" for line in lines) for lines in blocks)


def _width(lengths: list[int], most: int) -> int:
    """As wide as the widest cell, or as is usual where only a few are wider, so that the others stay in sight."""
    widest = max(lengths)
    return widest if widest <= most or (widest <= 2 * most and 2 * sum(n > most for n in lengths) > len(lengths)) else most


def _cells(route: Route) -> tuple[str, str, str]:
    return safe(",".join(route.methods) or "ANY"), safe(route.path), safe(f"{_short(route)}:{route.line}")


def _short(route: Route) -> str:
    """The handler without the module that the file already names."""
    parts = route.file.removesuffix(".py").removesuffix("/__init__").split("/")
    for start in range(len(parts)):
        module = ".".join(parts[start:]) + "."
        if route.handler.startswith(module):
            return route.handler[len(module) :]
    return route.handler


def _words(label: str, word: str, width: int, colour: bool) -> str:
    text = f"{label} {word}".lstrip()
    return paint(text, _STYLES.get(word, "dim"), colour) + " " * max(width - len(text), 0)


def _below(route: Route) -> list[str]:
    lookups = [f"{safe(a.model)} by {safe(a.id)} ({safe(a.source)}): {a.ownership}, {safe(a.path)}:{a.line}" for a in route.lookups]
    evidence = [f"{safe(e.at.path)}:{e.at.line}: {safe(e.message)}" for e in route.evidence]
    return [f"      {line}" for line in (*lookups, *evidence, *_undecided(route))]


def _undecided(route: Route) -> list[str]:
    """Why nothing is said of a route of Python of which no lookup says it."""
    if route.ownership != "unknown" or not route.file.endswith(".py") or any(a.ownership in _TELLING for a in route.lookups):
        return []
    if route.lookups:
        return ["undecided: the ids above are settled; whose the rest is that it reads or changes could not be told"]
    return ["undecided: of no id was it seen that it selects somebody's row; what guards the data may be named in the configuration"]


def _markdown(routes: list[Route], problems: Sequence[Problem], said: list[str]) -> str:
    lines = ["# Routes", "", *(f"- {markdown.text(line.strip())}" for line in said), ""]
    if routes:
        head = ("methods", "path", "handler", "authentication", "ownership", "lookups")
        rows = [markdown.row(*map(markdown.text, _row(route))) for route in routes]
        lines += [markdown.row(*head), markdown.row(*["---"] * len(head)), *markdown.cut(rows), ""]
    return "\n".join([*lines, *markdown.problems(problems)])


def _row(route: Route) -> tuple[str, ...]:
    lookups = "; ".join(f"{a.model} by {a.id} ({a.source}): {a.ownership}" for a in route.lookups)
    place = f"{route.handler} ({route.file}:{route.line})"
    return " ".join(route.methods) or "ANY", route.path, place, route.authentication, route.ownership, lookups
