"""Work that is started and never looked at again: the task of an event loop, the future of an executor.

Knows: asyncio and concurrent.futures; whether what is started takes its own errors. Does not know: rules.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from prodlint import ir
from prodlint.calls.exceptions import Exceptions
from prodlint.calls.inventory import Inventory
from prodlint.calls.resolve import chain, last
from prodlint.calls.walk import Place, Unit, expressions
from prodlint.names import Definition, statements

_STARTS = frozenset({"create_task", "ensure_future", "submit"})
_LOOPS = frozenset({"loop", "self.loop", "self._loop", "event_loop"})
_BROAD = frozenset({"builtins.Exception", "builtins.BaseException"})


class Lost(msgspec.Struct, frozen=True, eq=False):
    """A task ("task") or a future ("future") that nobody keeps. `runs`: the function in it, as the source names it; `guarded`: it takes its own
    errors, so that only the task itself can get lost."""

    place: Place
    kind: str
    runs: str
    guarded: bool


class Losses:
    """Answers about one project."""

    def __init__(self, inventory: Inventory, exceptions: Exceptions) -> None:
        self.inventory, self.exceptions = inventory, exceptions

    def all(self) -> Iterator[Lost]:
        """In the order of the units."""
        for unit in self.inventory.walked:
            if unit.node is not None and not _STARTS & set(unit.node.calls):
                continue
            for place in unit.places:
                if last(place.call) in _STARTS:
                    kind = self._kind(place)
                    if kind and self._dropped(place):
                        target = self._target(place)
                        yield Lost(place, kind, _shown(place), target is not None and self._guarded(target))

    def _kind(self, place: Place) -> str:
        found = self.inventory.resolver.callee(place)
        if isinstance(found, str):
            if "TaskGroup" in found:
                return ""
            if found.startswith("asyncio."):
                return "task"
            return "future" if found.startswith("concurrent.futures.") else ""
        func = place.call.func
        loop = isinstance(func, ir.Attr) and func.name == "create_task" and chain(func.base) in _LOOPS
        return "task" if found is None and loop else ""

    def _dropped(self, place: Place) -> bool:
        """Is the result thrown away, or bound to a name that nothing reads?"""
        s = place.statement
        if isinstance(s, ir.ExprStmt):
            return s.value is place.call
        if not isinstance(s, ir.Assign) or s.value is not place.call or len(s.targets) != 1 or not isinstance(s.targets[0], ir.Name):
            return False
        name, unit = s.targets[0].id, place.unit
        if unit.node is None or any(isinstance(g, ir.Simple) and name in g.names for g in statements(unit.body)):
            return False
        bodies = [unit.body, *(self.inventory.units.of(inner).body for inner in unit.nested)]
        return not any(isinstance(e, ir.Name) and e.id == name and e is not s.targets[0] for body in bodies for e in expressions(body))

    def _target(self, place: Place) -> Unit | None:
        """The function of the project that is started."""
        first = place.call.args[0] if place.call.args else None
        if isinstance(first, ir.Call):
            found = self.inventory.resolver.called(first, place.unit.scope)
        else:
            found = self.inventory.names.resolve(first, place.unit.scope) if isinstance(first, ir.Name | ir.Attr) else None
        return self.inventory.units.of(found) if isinstance(found, Definition) and found.kind == "function" else None

    def _guarded(self, unit: Unit) -> bool:
        """Does every call in it stand in a try that takes everything?"""
        places = [place for place in unit.places if not any(frame.kind in ("handler", "finally", "with") for frame in place.frames[:1])]
        if not places:  # it waits for something that it was handed, `await coro`, and calls nothing itself
            return any(isinstance(s, ir.Try) and any(self._takes_all(handler, unit) for handler in s.handlers) for s in unit.body[-1:])
        return all(self._covered(place) for place in places if last(place.call) not in ("info", "debug", "sleep"))

    def _takes_all(self, handler: ir.Handler, unit: Unit) -> bool:
        """Does an except clause take everything, and keep it?"""
        return bool(_BROAD & set(self.exceptions.types(handler, unit.scope))) and not self.exceptions.outcome(handler, unit.scope).again

    def _covered(self, place: Place) -> bool:
        for frame in place.frames:
            if frame.kind == "try":
                for handler in frame.node.handlers:  # type: ignore[attr-defined]
                    if _BROAD & set(self.exceptions.types(handler, place.unit.scope)):
                        return self._takes_all(handler, place.unit)
            elif frame.kind == "handler":
                return True
        return False


def _shown(place: Place) -> str:
    first = place.call.args[0] if place.call.args else None
    return chain(first.func if isinstance(first, ir.Call) else first) if first is not None else ""
