"""From an external call up to the route, task or command that runs it: what escapes there, or who takes it on the way.

Knows: Callers and Exceptions. Does not know: libraries' models, rules. The search is bounded; where it ends early the answer is "unknown".
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from prodlint import ir
from prodlint.calls.callers import Callers, Entry
from prodlint.calls.exceptions import Exceptions
from prodlint.calls.resolve import hands_on, last
from prodlint.calls.walk import Place, Unit
from prodlint.names import Definition, Ref

_DEPTH = 10
_STEPS = 160
ORDER = {"route": 0, "task": 1, "thread": 2, "command": 3}


class End(msgspec.Struct, frozen=True, eq=False):
    """An entry that a call is reached from, and the classes that leave it there."""

    entry: Entry
    classes: frozenset[Ref]
    sure: bool
    through: tuple[Place, ...]


class Fate(msgspec.Struct, eq=False):
    """All that was found above one call: `ends`, entries with what escapes; `caught`, handlers that took something; `narrow`, subclasses that
    somebody catches; `complete`, every path was followed to an entry or a handler."""

    ends: list[End] = msgspec.field(default_factory=list)
    caught: list[tuple[str, ir.Handler]] = msgspec.field(default_factory=list)
    narrow: list[str] = msgspec.field(default_factory=list)
    complete: bool = True
    unsure: bool = False

    def escaping(self) -> list[End]:
        """The entries that something escapes from, routes first, surest first."""
        ends = [end for end in self.ends if end.classes]
        return sorted(
            ends, key=lambda end: (ORDER[end.entry.kind], not end.sure, len(end.through), end.entry.unit.module.path, end.entry.unit.symbol)
        )


class Reach:
    """The search."""

    def __init__(self, callers: Callers, exceptions: Exceptions) -> None:
        self.callers, self.exceptions = callers, exceptions

    def fate(self, place: Place, raises: Iterable[Ref]) -> Fate:
        """What becomes of exceptions of these classes, raised at a place."""
        search = _Search(self.callers, self.exceptions)
        search.step(place, frozenset(raises), _Way())
        return search.fate


class _Way(msgspec.Struct, frozen=True, eq=False):
    """How the search came to a place: the calls below, whether each was sure, and the class of the object whose method runs."""

    through: tuple[Place, ...] = ()
    sure: bool = True
    cls: Definition | None = None


class _Search:
    """One search, from one place upwards."""

    def __init__(self, callers: Callers, exceptions: Exceptions) -> None:
        self.callers, self.exceptions, self.names = callers, exceptions, exceptions.names
        self.fate = Fate()
        self._seen: set[object] = set()
        self._steps = 0

    def step(self, place: Place, raised: frozenset[Ref], way: _Way) -> None:
        """From a place to the end of its unit."""
        unit, fate = place.unit, self.fate
        self._steps += 1
        if self._steps > _STEPS or len(way.through) > _DEPTH:
            fate.complete = False
            return
        state = self.exceptions.leave(raised, place.frames, unit, place.inside)
        if state.detached or (hands_on(place.call) and not _runs(place)):
            fate.complete = False
            return
        if state.classes:
            state = self.exceptions.decorated(unit, state)
        fate.caught += [found for found in state.caught if found not in fate.caught]
        fate.narrow += [name for name in state.narrow if name not in fate.narrow]
        fate.unsure = fate.unsure or state.unsure
        key = (unit.node, state.classes, way.cls)
        if unit.node is None or key in self._seen:
            return
        self._seen.add(key)
        self._above(unit, state.classes, _Way((*way.through, place), way.sure, way.cls))

    def _above(self, unit: Unit, classes: frozenset[Ref], way: _Way) -> None:
        """From the end of a unit to its callers, or out of the project."""
        fate = self.fate
        if self.exceptions.detaches(unit):
            fate.ends.append(End(Entry("thread", unit), classes, way.sure, way.through))
            return
        callers = self.callers.of(unit)
        entry = self.callers.entry(unit, any(caller.sure for caller in callers), way.cls)
        if entry is not None:
            fate.ends.append(End(entry, classes, way.sure and entry.sure, way.through))
        elif not callers:
            fate.complete = False
        here = self._object(unit, way.cls)
        for caller in callers:
            if unit.node is not None and unit.node.is_async and not _runs(caller.place):
                fate.complete = False
            elif not self._apart(here, caller.cls):
                self.step(caller.place, classes, _Way(way.through, way.sure and caller.sure, here if caller.own else None))

    def _object(self, unit: Unit, cls: Definition | None) -> Definition | None:
        """The narrowest class known of the object whose method a unit is."""
        owner = unit.definition.owner if unit.definition is not None else None
        if owner is None or owner.kind != "class":
            return None
        return cls if cls is not None and owner in self.names.mro(cls) else owner

    def _apart(self, one: Definition | None, other: Definition | None) -> bool:
        """Can no object be of both classes, as far as inheritance goes?"""
        return one is not None and other is not None and one not in self.names.mro(other) and other not in self.names.mro(one)


# What runs a coroutine that it is given, so that the exception comes back here.
_RUNS = frozenset({"run", "run_until_complete", "wait_for", "shield", "async_to_sync", "gather", "run_sync", "wait"})


def _runs(place: Place) -> bool:
    """Does a call of an async function run it here, or is the coroutine kept for later?"""
    if place.awaited:
        return True
    outer = place.inside[-1] if place.inside else None
    return outer is not None and last(outer) in _RUNS and not any(keyword.name == "return_exceptions" for keyword in outer.kwargs)
