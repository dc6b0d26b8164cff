"""Routers of Go that one function hands to another: `orders.Register(api.Group("/orders"))`, `r.Mount("/users", userRoutes())`.

Knows: which calls hand a router to a function, told by its package or the type it belongs to, and what stands before the router there. Does not
know: routers that are kept in a field; functions that are handed over as values.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterator
from functools import cached_property
from typing import NamedTuple

from prodlint import regex as re
from prodlint.patterns.go.receivers import subject
from prodlint.patterns.go.router import Groups

_FUNCTION = re.compile(r"^func\s*(?:\(\s*(?:\w+\s+)?\*?(\w+)[^)\n]*\)\s*)?(\w+)\(([^)]*)\)", re.M)
_CALL = re.compile(r"(?:\b(\w+)\.)?\b(\w+)\(([^;{}\n]*)\)")
_MOUNT = re.compile(r"\b(\w+)\.Mount\(\s*\"([^\"\n]*)\"\s*,\s*(?:(?:\w+\.)*(\w+)\.)?(\w+)\(")
_GIVEN = re.compile(r"(?:\w+\.)*?(\w+)(?:\.(?:Group|PathPrefix|Party|Route)\(\s*\"([^\"\n]*)\"[^\n]*?\)(?:\.Subrouter\(\))?)?")
_PARTS = re.compile(r",(?![^()]*\))")
MAX_DEPTH = 4


class Head(NamedTuple):
    """Where a function begins, the type it belongs to, its name, and its parameters."""

    at: int
    of: str
    name: str
    params: tuple[str, ...]


class Handed:
    """The functions of a project that are handed routers."""

    def __init__(self, paths: list[str], groups: Callable[[str], Groups]) -> None:
        self.paths, self.groups = paths, groups

    @cached_property
    def _heads(self) -> dict[str, list[Head]]:
        return {path: [_head(found) for found in _FUNCTION.finditer(self.groups(path).text)] for path in self.paths}

    @cached_property
    def _uses(self) -> dict[str, list[tuple[str, int, str, str, str]]]:
        """Name of a function -> (path, offset, qualifier, name of the router or "", arguments or the path that it is mounted at)."""
        wanted = {head.name for heads in self._heads.values() for head in heads}
        out: dict[str, list[tuple[str, int, str, str, str]]] = {}
        for path in self.paths:
            text, defined = self.groups(path).text, {head.at for head in self._heads[path]}
            for found in _MOUNT.finditer(text):
                out.setdefault(found.group(4), []).append((path, found.start(), found.group(3) or "", found.group(1), found.group(2)))
            for found in _CALL.finditer(text):
                line = text.rfind("\n", 0, found.start()) + 1
                if found.group(2) in wanted and line not in defined:
                    out.setdefault(found.group(2), []).append((path, found.start(), found.group(1) or "", "", found.group(3)))
        return out

    def before(self, path: str, at: int, router: str, depth: int = 0) -> tuple[str, str]:
        """(prefix, what stands around) of a router of this name at this place, where it comes from another function; "" where nothing tells."""
        head = max((each for each in self._heads.get(path, ()) if each.at <= at), key=lambda each: each.at, default=None)
        if head is None or depth >= MAX_DEPTH:
            return "", ""
        found = list(dict.fromkeys(self._places(path, head, router, depth)))
        return found[0] if len({prefix for prefix, _ in found}) == 1 else ("", "")

    def _places(self, path: str, head: Head, router: str, depth: int) -> Iterator[tuple[str, str]]:
        position = head.params.index(router) if router in head.params else -1
        for other, offset, qualifier, mounted, rest in self._uses.get(head.name, ()):
            if not _fits(path, head, other, qualifier):
                continue
            if mounted and position < 0:
                prefix, around = self._above(other, offset, mounted, depth)
                yield prefix + rest.rstrip("/"), around
            elif not mounted and position >= 0:
                parts = _PARTS.split(rest)
                given = _GIVEN.fullmatch(parts[position].strip()) if position < len(parts) else None
                if given is not None:
                    prefix, around = self._above(other, offset, given.group(1), depth)
                    yield prefix + (given.group(2) or "").rstrip("/"), f"{around} {parts[position]}"

    def _above(self, path: str, at: int, router: str, depth: int) -> tuple[str, str]:
        prefix, around, root = self.groups(path).climb(router, at)
        before, above = self.before(path, at, root, depth + 1)
        return before + prefix, f"{around} {above}"


def _head(found: re.Match[str]) -> Head:
    params = tuple(part.split()[0] for part in found.group(3).split(",") if part.split())
    return Head(found.start(), found.group(1) or "", found.group(2), params)


def _fits(path: str, head: Head, other: str, qualifier: str) -> bool:
    """May a call with this qualifier run the function: one of its package, of its folder, or of its type?"""
    folder, near = posixpath.basename(posixpath.dirname(path)), posixpath.dirname(path) == posixpath.dirname(other)
    if not head.of:
        return qualifier == folder if qualifier else near
    about = subject(qualifier)
    return about in (subject(head.of), subject(folder)) if about else True
