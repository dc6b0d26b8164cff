"""Routes of Go that name their handler: the path with the prefixes of its groups, and the middleware around it.

Knows: `group := parent.Group("/x", guard)`, `group.Use(guard)`, `r.Route("/x", func(r chi.Router) {`, `r.With(guard).Get(...)`. Does not know: what
the handler or the middleware does; routers that are handed to another function (`handed.py`).
"""

from __future__ import annotations

import posixpath
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from prodlint import regex as re
from prodlint.model import Match
from prodlint.patterns.text.reader import Function
from prodlint.patterns.text.spans import opening, split
from prodlint.patterns.text.tokens import Code

_GROUP = re.compile(r"\b(\w+)\s*:?=\s*(?:\w+\.){0,3}(\w+)\.(?:Group|PathPrefix|Party)\(\s*(?:\"([^\"\n]*)\")?([^\n]*)")
_USE = re.compile(r"\b(\w+)\.Use\(\s*([^\n]*)")
_BLOCK = re.compile(r"\.(?:Route|Group|Mount)\(\s*(?:\"([^\"\n]*)\"\s*,)?\s*func\([^)\n]*\)\s*\{")
_RECEIVER = re.compile(r"(\w+)(?:\.With\([^\n]*\))?$")
_FUNCTION = re.compile(r"^func\b[^\n]*\{$", re.M)
# `groups := handlers.NewClubGroupHandler(db)`, `groups := &handlers.ClubGroupHandler{db}`: of which type what is called so is
_MADE = re.compile(r"\b(\w+)(?:\s*,\s*\w+)?\s*:?=\s*(?:(?:\w+\.)?New(\w+)\(|&?(?:\w+\.)?([A-Z]\w*)\{)")
MAX_DEPTH = 5


_METHODS = re.compile(r"\)\s*\.Methods\(\s*(?:http\.Method|\")(\w+)")
_RECEIVES = re.compile(r"func\s*\(\s*(?:\w+\s+)?\*?(\w+)")
_ROLE_OF_TYPE = re.compile(r"(?i)(?:^new|http|rest|api)|(?:handlers?|controllers?|api|server|service|resource|routes?|impl|h|ctrl)$")


_CONSTANT = re.compile(r"\b(\w+)[ \t]*(?:string[ \t]*)?:?=[ \t]*\"(/[^\"\n]*)\"")
_OF_PATH = re.compile(r"URL|Url|Path|Route|Endpoint|url|path|route|endpoint")


def constants(texts: Iterable[str]) -> dict[str, str]:
    """The paths that files give a name, `GetOrderURL = "/orders/:id"`; without those that say two things by one name."""
    out: dict[str, set[str]] = {}
    for text in texts:
        for name, path in _CONSTANT.findall(text):
            if _OF_PATH.search(name):
                out.setdefault(name, set()).add(path)
    return {name: paths.pop() for name, paths in out.items() if len(paths) == 1}


class Registration(NamedTuple):
    """Where a handler is named: method, path, what stands around it; the file, what the name is a member of."""

    method: str
    path: str
    around: str
    file: str
    of: str


def registered(known: Sequence[Registration], function: Function, file: str) -> tuple[str, str, str]:
    """(method, path, what stands around) of the handler, where several have its name: by the type it belongs to, by file, by folder."""
    stem = received(function) or posixpath.basename(posixpath.dirname(file)).lower()
    for fits in (
        lambda each: each.file == file and _stem(each.of) == stem,
        lambda each: bool(stem) and _stem(each.of) == stem,
        lambda each: each.file == file,
        lambda each: posixpath.dirname(each.file) == posixpath.dirname(file) and _stem(each.of) in ("", stem),
    ):
        found = [each for each in known if fits(each)]
        if found:
            return found[0][:3]
    return known[0][:3] if len({each.path for each in known}) == 1 else ("", "", "")


def received(function: Function) -> str:
    """What the type that the handler belongs to is about: `order` for `func (h *OrderHandler) Show`."""
    found = _RECEIVES.match(function.header)
    return _stem(found.group(1)) if found is not None else ""


def _stem(name: str) -> str:
    """What `userHandler`, `UserController` and `NewUserAPI` are about."""
    return _ROLE_OF_TYPE.sub("", _ROLE_OF_TYPE.sub("", name)).lower()


# file, offset, name of a router -> (prefix, what stands around)
Before = Callable[[str, int, str], tuple[str, str]]


class Groups:
    """The groups of routes of one file."""

    def __init__(self, code: Code) -> None:
        self.text = code.text
        self.groups = [(found.start(), *found.groups("")) for found in _GROUP.finditer(code.text)]
        self.uses = [(found.start(), *found.groups("")) for found in _USE.finditer(code.text)]
        self.blocks = [(*span, found.group(1) or "") for found in _BLOCK.finditer(code.text) if (span := _braces(code, found.end() - 1))]
        functions = (span for found in _FUNCTION.finditer(code.text) if (span := _braces(code, found.end() - 1)))
        made: dict[str, set[str]] = {}
        for found in _MADE.finditer(code.text):
            made.setdefault(found.group(1), set()).add(found.group(2) or found.group(3))
        self.made = {name: kind for name, kinds in made.items() if len(kinds) == 1 and _stem(kind := kinds.pop())}
        self.scopes = [*functions, *(block[:2] for block in self.blocks)]

    def registrations(
        self, code: Code, match: Match, file: str, before: Before | None = None, constants: Mapping[str, str] | None = None
    ) -> Iterator[tuple[str, Registration]]:
        """Every function that a registration may hand the request to, by name: handlers, middleware, and what wrappers hold; before: what stands
        before a router that another function made; constants: the paths that have a name."""
        first = code.index_at(match.line, match.column)
        opened = opening(code, first, first + 4)
        if opened < 0:
            return
        verb, _, route = match.message.partition(" ")
        if route.startswith("="):
            route = (constants or {}).get(route[1:], "")
            if not route:
                return
        if verb.startswith("Handle"):  # "DELETE /notes/{id}", or `.Methods("DELETE")` behind
            after = _METHODS.match(code.text, code.starts[code.mate[opened]])
            verb, route = (after.group(1), route) if after is not None else route.split(" ", 1) if " " in route else ("", route)
        at = code.offset(match.line, match.column)
        prefix, around, root = self._around(at)
        if before is not None:
            above, stands = before(file, at, root)
            prefix, around = above + prefix, f"{around} {stands}"
        path = f"{prefix}{route}" if route.startswith("/") or not prefix else f"{prefix}/{route}".rstrip("/")
        around = f"{around} {code.source(opened, code.mate[opened])}"
        for start, end in split(code, opened + 1, code.mate[opened])[1:]:
            last = next((at for at in range(end - 1, start - 1, -1) if code.kinds[at] == "n"), -1)
            held = last if all(code.texts[at] in (")", ",") or code.kinds[at] == "s" for at in range(last + 1, end)) else -1
            made = code.mate[end - 1] - 1 if end > start and code.texts[end - 1] == ")" else -1  # `h.show()` gives the handler
            for at in sorted({held, made if made >= start and code.kinds[made] == "n" else -1, _served(code, start, end)} - {-1}):
                of = code.texts[at - 2] if code.texts[at - 1] == "." else ""
                yield code.texts[at], Registration(verb.upper(), path, around, file, self.made.get(of, of))

    def _reaches(self, place: int, at: int) -> bool:
        """May what is said at one place of a router speak of a route at another: does every function around the one stand around the other?"""
        return place < at and all(at < last for first, last in self.scopes if first <= place < last)

    def around(self, at: int) -> tuple[str, str]:
        """(prefix of the path, middleware as text) of the registration whose verb follows the dot at this offset."""
        return self._around(at)[:2]

    def _around(self, at: int) -> tuple[str, str, str]:
        start, end = self.text.rfind("\n", 0, at) + 1, self.text.find("\n", at)
        found = _RECEIVER.search(self.text[start:at].strip())
        prefix, wrapped, root = self.climb(found.group(1) if found is not None else "", at)
        return prefix, self.text[start : end if end > 0 else None] + wrapped, root

    def climb(self, name: str, at: int) -> tuple[str, str, str]:
        """(prefix, middleware as text, name of the router that it begins at) for what is registered at a router of this name, at this place."""
        prefix, wrapped = "", ""
        for _ in range(MAX_DEPTH):
            wrapped += "".join(f" {rest}" for place, of, rest in self.uses if of == name and self._reaches(place, at))[:600]
            group = next((each for each in reversed(self.groups) if each[1] == name and self._reaches(each[0], at)), None)
            if group is None or group[2] == name:
                break
            name, prefix, wrapped = group[2], group[3].rstrip("/") + prefix, f"{wrapped} {group[4]}"
        nested = "".join(path.rstrip("/") for first, last, path in self.blocks if first <= at < last)
        return nested + prefix, wrapped, name


def _served(code: Code, start: int, end: int) -> int:
    """go-kit: what makes the endpoint of a server, `kithttp.NewServer(trace("show")(showEndpoint(svc)), decode, encode)`; -1 for none."""
    opened = next((at + 1 for at in range(start, end - 1) if code.texts[at] == "NewServer" and code.texts[at + 1] == "("), -1)
    first = next(iter(split(code, opened + 1, code.mate[opened])), None) if 0 < opened < code.mate[opened] else None
    calls = [at for at in range(*first) if code.kinds[at] == "n" and code.texts[at + 1] == "("] if first is not None else []
    return calls[-1] if calls else -1


def _braces(code: Code, at: int) -> tuple[int, int] | None:
    """The offsets of what stands between the brace at this offset and its mate."""
    brace = bisect_left(code.starts, at)
    return (at + 1, code.starts[code.mate[brace]]) if brace < len(code) and code.mate[brace] > 0 else None
