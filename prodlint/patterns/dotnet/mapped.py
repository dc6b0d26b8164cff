"""Minimal APIs of ASP.NET whose routes one function maps onto a group of another.

Knows: `group.MapOrders()`, a function of the project that takes the group with `this`; `group.MapEndpoint<CancelOrder>()`, a class that maps itself.
Does not know: what a group asks means (`around.py`); groups that come in a list.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from prodlint import regex as re
from prodlint.patterns.entries.inline import around_of, joined
from prodlint.patterns.text.reader import Function
from prodlint.patterns.text.tokens import Code

# `group.MapOrders(`, or a further call of the chain, `.MapEndpoint<CancelOrder>(`
_MAPS = re.compile(r"(?:\b(\w+)|\))\s*\.\s*(Map\w+)(?:<\s*(?:\w+\.)*(\w+)\s*>)?\(")
_OF_FRAMEWORK = frozenset(("MapGet", "MapPost", "MapPut", "MapPatch", "MapDelete", "MapGroup", "MapMethods", "MapFallback"))
_GROUP = re.compile(r"\bMapGroup\(\s*\"([^\"]*)\"")
MAX_DEPTH = 4


class _Place(NamedTuple):
    """Where something is mapped: the prefix and what is asked there, and the function that does it."""

    prefix: str
    asked: str
    by: str


class Mapped:
    """Who maps what, by the name of a function or a class."""

    def __init__(self, files: Iterable[tuple[Code, Sequence[Function]]]) -> None:
        self._places: dict[str, list[_Place]] = {}
        for code, functions in files:
            group, start = "", 0
            for found in _MAPS.finditer(code.text):
                if found.group(1):
                    group, start = found.group(1), found.start()
                if found.group(2) in _OF_FRAMEWORK or not group:
                    continue
                prefix, asked = around_of(code, group)
                chain = code.text[start : found.start()]
                by = [each for each in functions if code.starts[each.first] <= found.start() < code.starts[each.last - 1] and each.name]
                name = max(by, key=lambda each: each.first).name if by else ""
                self._places.setdefault(found.group(3) or found.group(2), []).append(
                    _Place(joined(prefix, *_GROUP.findall(chain)), f"{asked} {chain}", name)
                )

    def before(self, *names: str) -> tuple[str, str]:
        """(prefix, what stands around) of what maps a function or a class of one of these names; ("", "") where nobody does, or several do."""
        prefix, around, seen = "", "", set()
        for _ in range(MAX_DEPTH):
            name = next((each for each in names if each in self._places), "")
            if not name or name in seen or len(self._places[name]) > 1:
                break
            seen.add(name)
            place = self._places[name][0]
            prefix, around, names = joined(place.prefix, prefix), f"{around} {place.asked}", (place.by,)
        return prefix, around
