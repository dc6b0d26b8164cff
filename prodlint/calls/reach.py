"""From an external call up to the route, task or command that runs it: what escapes there, or who takes it on the way.

Knows: Callers and Exceptions. Does not know: libraries' models, rules. The search is bounded; where it ends early the answer is "unknown".
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from prodlint import ir
from prodlint.calls.callers import Callers, Entry
from prodlint.calls.exceptions import Exceptions
from prodlint.calls.walk import Place, Unit
from prodlint.names import Ref

_DEPTH = 10
_STEPS = 160
_ORDER = {"route": 0, "task": 1, "thread": 2, "command": 3}


@dataclass(frozen=True, eq=False, slots=True)
class End:
    """An entry that a call is reached from, and the classes that leave it there."""

    entry: Entry
    classes: frozenset[Ref]
    sure: bool
    through: tuple[Place, ...]


@dataclass(eq=False, slots=True)
class Fate:
    """All that was found above one call: `ends`, entries with what escapes; `caught`, handlers that took something; `narrow`, subclasses that
    somebody catches; `complete`, every path was followed to an entry or a handler."""

    ends: list[End] = field(default_factory=list)
    caught: list[tuple[str, ir.Handler]] = field(default_factory=list)
    narrow: list[str] = field(default_factory=list)
    complete: bool = True
    unsure: bool = False

    def escaping(self) -> list[End]:
        """The entries that something escapes from, routes first, surest first."""
        ends = [end for end in self.ends if end.classes]
        return sorted(ends, key=lambda end: (_ORDER[end.entry.kind], not end.sure, len(end.through), end.entry.unit.module.path, end.entry.unit.symbol))


class Reach:
    """The search."""

    def __init__(self, callers: Callers, exceptions: Exceptions) -> None:
        self.callers, self.exceptions = callers, exceptions

    def fate(self, place: Place, raises: Iterable[Ref]) -> Fate:
        """What becomes of exceptions of these classes, raised at a place."""
        fate = Fate()
        self._step(place, frozenset(raises), fate, True, (), set(), [0])
        return fate

    def _step(self, place: Place, raised: frozenset[Ref], fate: Fate, sure: bool, through: tuple[Place, ...], seen: set[object], steps: list[int]) -> None:
        unit = place.unit
        steps[0] += 1
        if steps[0] > _STEPS or len(through) > _DEPTH:
            fate.complete = False
            return
        state = self.exceptions.leave(raised, place.frames, unit, place.inside)
        if state.detached:
            fate.complete = False
            return
        if state.classes:
            state2 = self.exceptions.decorated(unit, state)
            state = state2
        fate.caught += [found for found in state.caught if found not in fate.caught]
        fate.narrow += [name for name in state.narrow if name not in fate.narrow]
        fate.unsure = fate.unsure or state.unsure
        key = (unit.node, state.classes)
        if unit.node is None or key in seen:
            return
        seen.add(key)
        self._above(unit, state.classes, fate, sure, (*through, place), seen, steps)

    def _above(self, unit: Unit, classes: frozenset[Ref], fate: Fate, sure: bool, through: tuple[Place, ...], seen: set[object], steps: list[int]) -> None:
        callers = self.callers.of(unit)
        entry = self.callers.entry(unit, any(caller.sure for caller in callers))
        if entry is not None:
            fate.ends.append(End(entry, classes, sure and entry.sure, through))
        elif not callers:
            fate.complete = False
        for caller in callers:
            self._step(caller.place, classes, fate, sure and caller.sure, through, seen, steps)
