"""Every entry point of a project outside Python, read; side by side where there are many.

Knows: that an entry point is read by itself: what one of them says is no part of another's. Does not know: how one is read (`entrypoints.py`), how
processes share the work (`prodlint/forks.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

import msgspec

from prodlint import forks
from prodlint.patterns.entries.entries import entries
from prodlint.patterns.entries.entrypoints import EntryPoints, Known
from prodlint.patterns.entries.parameters import Entry
from prodlint.patterns.text.meanings import Value
from prodlint.patterns.ties.flow import Reading

WORTH = 100  # entry points below which starting processes costs more than it saves


class Seen(msgspec.Struct, frozen=True, array_like=True):
    """What reading an entry point says, and what the entry point is after it: all but its function, which stays where it is."""

    methods: tuple[str, ...]
    path: str
    name: str
    start: dict[str, Value]
    around: str
    roles: tuple[str, ...]
    reading: Reading


class Together(EntryPoints):
    """Mixin of Project; expects what `Kept` expects, and `jobs`."""

    jobs: int

    @cached_property
    def _pattern_entries(self) -> tuple[Known, ...]:  # type: ignore[override]
        listed = list(self._listed())

        def read(number: int) -> Seen:
            path, entry = listed[number]
            reading = self._reading(path, entry)
            return Seen(entry.methods, entry.path, entry.name, entry.start, entry.around, entry.roles, reading)

        out = []
        for (path, entry), seen in zip(listed, forks.answers(read, len(listed), self.jobs, Seen, worth=WORTH, near=True), strict=True):
            entry.methods, entry.path, entry.name, entry.start = seen.methods, seen.path, seen.name, seen.start
            entry.around, entry.roles = seen.around, seen.roles
            out.append(Known(path, entry, seen.reading))
        return tuple(out)

    def _listed(self) -> Iterator[tuple[str, Entry]]:
        """(path, entry point) of every one, before it is read."""
        for path, matches in self._kept.items():
            routed = self._script_handlers.get(path) or self._hooked_in.get(path, ())
            if matches or routed:
                code, found = self._read(path)
                matches = tuple(match for match in matches if match.metadata.get("framework") != "sinatra" or self._routes_are_blocks)
                known = entries(path, code, found, matches, self._words(code.language), routed)
                yield from ((path, entry) for entry in known if not self._is_helper(path, entry))
