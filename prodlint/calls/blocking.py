"""What holds the event loop: calls that block, in coroutines, directly or inside a function that a coroutine calls.

Knows: Inventory for external calls, Reach for what runs a coroutine; the standard library's own sleepers. Does not know: rules.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from prodlint import ir
from prodlint import regex as re
from prodlint.calls.inventory import Inventory, Site
from prodlint.calls.reach import Reach
from prodlint.calls.resolve import hands_on
from prodlint.calls.walk import Place, Unit
from prodlint.names import Definition

_SLEEPERS = frozenset({
    "time.sleep", "subprocess.run", "subprocess.call", "subprocess.check_call", "subprocess.check_output", "subprocess.getoutput",
    "subprocess.getstatusoutput", "os.system", "os.waitpid",
})  # fmt: skip
_MARKS = ("Async", "async", "aio", ".acreate", ".acompletion", ".aembedding", ".aresponses", ".ainvoke", ".astream", ".asend")
_DEPTH = 3


class Stall(msgspec.Struct, frozen=True, eq=False):
    """A blocking call in a coroutine. `name`: what blocks; `through`: the function between, None where the coroutine itself calls it; `kinds`: what
    runs the coroutine, as far as it is known."""

    place: Place
    name: str
    site: Site | None
    through: Definition | None
    kinds: frozenset[str]


class Blocking:
    """Answers about one project."""

    def __init__(self, inventory: Inventory, reach: Reach, remote: frozenset[str]) -> None:
        self.inventory, self.reach, self.remote = inventory, reach, remote
        self._inside: dict[Unit, tuple[str, Site | None] | None] = {}

    def all(self) -> Iterator[Stall]:
        """In the order of the units."""
        for unit in self.inventory.walked:
            if unit.node is None or not unit.node.is_async or _starts(unit.node):
                continue
            for place in unit.places:
                found = self._blocks(place)
                through = None
                if found is None and not place.waits:
                    through = self._called(place)
                    found = self._within(through, _DEPTH) if through is not None else None
                if found is not None:
                    ends = self.reach.fate(place, ()).ends
                    yield Stall(place, found[0], found[1], through, frozenset(end.entry.kind for end in ends))

    def _blocks(self, place: Place) -> tuple[str, Site | None] | None:
        if place.waits or hands_on(place.call) or any(frame.kind == "lambda" for frame in place.frames):
            return None
        for site in self.inventory.by_unit.get(place.unit, ()):
            if site.place is place:
                asks = site.role == "call" and site.library.kind in self.remote
                return (site.name, site) if asks and not self._cooperates(site) else None
        found = self.inventory.resolver.callee(place)
        return (found, None) if isinstance(found, str) and found in _SLEEPERS else None

    def _cooperates(self, site: Site) -> bool:
        """Is it a coroutine of an asynchronous library?"""
        return site.library.asynchronous or site.method.endswith("_async") or any(mark in site.dotted for mark in _MARKS)

    def _called(self, place: Place) -> Definition | None:
        """The plain function of the project that a place calls."""
        if hands_on(place.call) or any(frame.kind == "lambda" for frame in place.frames):
            return None
        found = self.inventory.resolver.callee(place)
        if not isinstance(found, Definition) or found.kind != "function" or found.node.is_async:  # type: ignore[attr-defined]
            return None
        return None if _yields(self.inventory.units.of(found)) or (found.node.decorators and _wrapped(found)) else found  # type: ignore[attr-defined]

    def _within(self, function: Definition, depth: int) -> tuple[str, Site | None] | None:
        unit = self.inventory.units.of(function)
        if unit not in self._inside:
            self._inside[unit] = None
            for place in unit.places:
                found = self._blocks(place)
                if found is None and depth > 1:
                    deeper = self._called(place)
                    found = self._within(deeper, depth - 1) if deeper is not None else None
                if found is not None:
                    self._inside[unit] = found
                    break
        return self._inside[unit]


_START = re.compile(r"lifespan|start_?up|shut_?down|on_(?:start|stop)|cleanup_ctx|^main$|^__aenter__$|^__aexit__$|warm_?up|teardown|^setup")


def _starts(node: ir.Function) -> bool:
    """Does it run while the process starts or stops, when nobody waits?"""
    words = [e.value for d in node.decorators if isinstance(d, ir.Call) for e in d.args if isinstance(e, ir.Const) and isinstance(e.value, str)]
    return _START.search(node.name) is not None or "startup" in words or "shutdown" in words


def _yields(unit: Unit) -> bool:
    return any(isinstance(s, ir.ExprStmt) and isinstance(s.value, ir.Yield) for s in unit.body)


# Decorators that leave what a call does as it is.
_PLAIN = frozenset(
    {"staticmethod", "classmethod", "property", "wraps", "retry", "override", "abstractmethod", "cache", "lru_cache", "cached_property"}
)


def _wrapped(function: Definition) -> bool:
    """Does a decorator of unknown effect stand before the function (it may run it in a thread)?"""
    for decorator in function.node.decorators:  # type: ignore[attr-defined]
        target = decorator.func if isinstance(decorator, ir.Call) else decorator
        name = target.name if isinstance(target, ir.Attr) else target.id if isinstance(target, ir.Name) else ""
        if name not in _PLAIN:
            return True
    return False
