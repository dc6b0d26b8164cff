"""Handlers that are written where they are registered: routes of Ktor, minimal APIs of ASP.NET.

Knows: `get("/x/{id}") { ... }` within `route`, `authenticate` and blocks of the project; `group.MapGet("/x/{id}", (int id) => ...)`, and functions
that are named there. Does not know: groups that are handed to another function (`mapped.py`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from prodlint import regex as re
from prodlint.patterns.text.reader import Function, parameters
from prodlint.patterns.text.spans import chain_start, expression_end, opening, split
from prodlint.patterns.text.tokens import Code

MAX_DEPTH = 8


class Inline(NamedTuple):
    """A handler with its method, its path, and what stands around it."""

    function: Function
    method: str
    path: str
    around: str
    name: str


def joined(*parts: str) -> str:
    """The parts of a path as one, without a slash around it."""
    return "/".join(bare for part in parts if (bare := part.strip("/")))


def ktor(code: Code, found: Sequence[Function], first: int, message: str) -> Iterator[Inline]:
    """The block after `get("/x")`."""
    brace = opening(code, first, first + 40, "{")
    if brace < 0 or "io.ktor" not in code.text:
        return
    method, _, route = message.partition(" ")
    heads = list(_heads(code, first))
    path = joined(*(_route(head) for head in reversed(heads)), route)
    outer = max((each for each in found if each.first <= first < each.last and each.name), key=lambda each: each.first, default=None)
    name = f"{outer.name if outer else ''}.{method.lower()}"
    function = Function(code, "", [], first, brace + 1, code.mate[brace], at=first)
    yield Inline(function, method.upper(), f"/{path}", " ".join(heads), name)


def _heads(code: Code, index: int) -> Iterator[str]:
    """What stands before the braces around a place, from the inside out."""
    for at in range(index - 1, -1, -1):
        if code.texts[at] == "{" and code.mate[at] > index:
            start = at
            while start > 0 and code.line(start - 1) == code.line(at):
                start -= 1
            yield code.source(start, at)


def _route(head: str) -> str:
    found = re.match(r"route\s*\(\s*\"([^\"]*)\"", head)
    return found.group(1) if found is not None else ""


def minimal(code: Code, found: Sequence[Function], first: int, last: int, message: str) -> Iterator[Inline]:
    """The lambda, or the named function, that `MapGet` is given."""
    opened = opening(code, first, last + 2)
    if opened < 0:
        return
    parts = split(code, opened + 1, code.mate[opened])
    function = _handler(code, found, *parts[-1]) if len(parts) > 1 else None
    if function is None:
        return
    method, _, route = message.partition(" ")
    end = expression_end(code, first)
    prefix, around = around_of(code, code.texts[first - 1] if first else "")
    yield Inline(
        function, method.upper(), f"/{joined(prefix, route)}", f"{around} {code.source(code.mate[opened] + 1, end)} {function.header}", function.name
    )


def _handler(code: Code, found: Sequence[Function], start: int, end: int) -> Function | None:
    arrow = next((at for at in range(start, end) if code.texts[at] == "=>"), -1)
    if arrow < 0:
        name = code.texts[end - 1] if end > start and code.kinds[end - 1] == "n" else ""
        named = [each for each in found if each.name == name]
        beside = (each for each in named if each.owner is not None and each.owner.first <= start < each.owner.last)
        return next(beside, named[0] if named else None)
    close = arrow - 1
    opened = code.mate[close] if code.texts[close] == ")" else -1
    params = parameters(code, opened + 1, close) if opened >= 0 else []
    body = arrow + 1
    if code.texts[body] == "{" and code.mate[body] > 0:
        return Function(code, "", params, start, body + 1, code.mate[body], at=start)
    return Function(code, "", params, start, body, end, at=start)


def around_of(code: Code, name: str) -> tuple[str, str]:
    """(path, what is asked) of the group of that name, and of those that it is in."""
    prefix, around = "", ""
    groups = dict(_groups(code))
    for _ in range(MAX_DEPTH):
        group = groups.pop(name, None)
        if group is None:
            break
        prefix, around, name = f"{group.path}/{prefix.lstrip('/')}".rstrip("/"), f"{around} {group.asked}", group.of
    return prefix, around


class _Group(NamedTuple):
    """`of.RequireAuthorization().MapGroup(path)`, with all calls of the statement."""

    of: str
    path: str
    asked: str


@lru_cache(maxsize=2)  # every handler of a file asks
def _groups(code: Code) -> dict[str, _Group]:
    """The groups of a file by the name that each is given."""
    out: dict[str, _Group] = {}
    start = -1
    for at in range(len(code) - 1):
        if code.texts[at] != "MapGroup" or code.texts[at + 1] != "(":
            continue
        known, start = start, _chain_with_types(code, at)
        if start > 1 and code.texts[start - 1] == "=" and code.kinds[start - 2] == "n" and code.kinds[start] == "n":
            name = code.texts[start - 2]
            outer = out[name].path if known == start else ""  # `app.MapGroup("/a").MapGroup("/b")`
            path = code.texts[at + 2].strip('$@"') if code.kinds[at + 2 : at + 3] == ["s"] else ""
            out[name] = _Group(code.texts[start], f"{outer}{path}", code.source(start + 1, expression_end(code, start)))
    return out


def _chain_with_types(code: Code, at: int) -> int:
    """Where a chain begins, also over calls like `.AddFilter<Audit>()`."""
    start = chain_start(code, at)
    while start > 2 and code.texts[start] == "(" and code.texts[start - 1] == ">":
        opened = next((before for before in range(start - 2, max(start - 30, 0), -1) if code.texts[before] == "<"), 0)
        if opened < 1 or code.kinds[opened - 1] != "n":
            return start
        start = chain_start(code, opened - 1)
    return start
