"""Loops and decorators that try again: is there an end, and a pause?

Knows: tenacity, backoff, retrying and hand-written loops around external calls. Does not know: rules.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from prodlint import ir
from prodlint.calls.exceptions import last_name
from prodlint.calls.inventory import Inventory, Site, argument
from prodlint.calls.reach import Fate
from prodlint.calls.resolve import last
from prodlint.calls.walk import Place, Unit, every, heads
from prodlint.names import Definition, Names, statements

_PAUSES = frozenset({"sleep", "wait", "delay", "backoff", "pause", "countdown"})
_ASKS = frozenset({"input", "prompt", "confirm", "getpass", "ask"})  # a person decides to try again
_TENACITY = frozenset({"tenacity.retry", "tenacity.Retrying", "tenacity.AsyncRetrying", "tenacity.retry.retry"})


class Retry(msgspec.Struct, frozen=True, eq=False):
    """Something that tries again. `lacks`: "limit" or "backoff"."""

    unit: Unit
    at: int
    end: int
    lacks: str
    words: str
    site: Site | None


class Retries:
    """All of a project."""

    def __init__(self, names: Names, inventory: Inventory) -> None:
        self.names, self.inventory = names, inventory

    def all(self, remote: frozenset[str]) -> Iterator[Retry]:
        """Decorators and loops, unit by unit."""
        for unit in self.inventory.walked:
            yield from self._decorators(unit)
        for unit, sites in self.inventory.by_unit.items():
            loops: dict[object, Site] = {}
            for site in sites:
                if site.role == "call" and site.library.kind in remote:
                    for index, frame in enumerate(site.place.frames):
                        inner = site.place.frames[index + 1 :]
                        if frame.kind == "loop" and not any(f.kind == "loop" for f in inner) and any(f.kind == "try" for f in inner):
                            loops.setdefault(frame.node, site)
            for loop, site in loops.items():
                yield from self._loop(unit, loop, site)  # type: ignore[arg-type]

    # ------------------------------------------------------------ decorators
    def _decorators(self, unit: Unit) -> Iterator[Retry]:
        node, definition = unit.node, unit.definition
        if node is None or definition is None or not node.decorators:
            return
        scope = self.names.scope_of(definition)
        for decorator in node.decorators:
            call = decorator if isinstance(decorator, ir.Call) else None
            found = self.names.resolve(call.func if call is not None else decorator, scope)
            if found in _TENACITY:
                yield from self._tenacity(unit, decorator, call)
            elif found in ("backoff.on_exception", "backoff.on_predicate") and call is not None:
                if argument(call, "max_tries") is None and argument(call, "max_time") is None and not any(k.name == "" for k in call.kwargs):
                    yield _retry(unit, decorator, "limit", "backoff without max_tries= or max_time= tries for ever", None)
            elif found in ("retrying.retry", "retry.retry", "retry.api.retry"):
                yield from self._retrying(unit, decorator, call, str(found))

    def _tenacity(self, unit: Unit, decorator: ir.Expr, call: ir.Call | None) -> Iterator[Retry]:
        if call is not None and (any(k.name == "" for k in call.kwargs) or (call.args and not call.kwargs)):
            return
        if call is None or argument(call, "stop") is None:
            yield _retry(unit, decorator, "limit", "tenacity's retry without stop= tries for ever", None)
        if call is None or argument(call, "wait") is None:
            yield _retry(unit, decorator, "backoff", "tenacity's retry without wait= tries again at once", None)

    def _retrying(self, unit: Unit, decorator: ir.Expr, call: ir.Call | None, name: str) -> Iterator[Retry]:
        given = {k.name for k in call.kwargs} if call is not None else set()
        if "" in given:
            return
        if not given & {"stop_max_attempt_number", "stop_max_delay", "stop", "stop_func", "tries"}:
            yield _retry(unit, decorator, "limit", f"{name} without a limit tries for ever", None)
        if not given & {
            "wait_fixed",
            "wait_random_min",
            "wait_random_max",
            "wait_exponential_multiplier",
            "wait_incrementing_start",
            "wait_func",
            "wait",
            "delay",
        }:
            yield _retry(unit, decorator, "backoff", f"{name} without a pause tries again at once", None)

    # ------------------------------------------------------------ loops
    def _loop(self, unit: Unit, loop: ir.For | ir.While, site: Site) -> Iterator[Retry]:
        frames = site.place.frames
        inner = next(f.node for f in frames[next(i for i, f in enumerate(frames) if f.node is loop) + 1 :] if f.kind == "try")
        assert isinstance(inner, ir.Try)
        if not self._tries_again(loop, inner) or any(last(e) in _ASKS for e in _calls(loop.body)):
            return
        endless = isinstance(loop, ir.While) and _always(loop.test)
        if endless and not _bounded(loop):
            yield Retry(
                unit, site.place.call.at, site.place.call.end, "limit", f"this loop calls {site.name} again until it succeeds, for ever", site
            )
        if not any(last(e) in _PAUSES or self._pauses(e, unit) for e in _calls(loop.body)):
            yield Retry(
                unit, site.place.call.at, site.place.call.end, "backoff", f"this loop calls {site.name} again at once, with no pause between", site
            )

    def _pauses(self, call: ir.Call, unit: Unit) -> bool:
        """Does a function of the project that the loop calls wait: `def check_timeout(): ...; sleep(0.1)`?"""
        found = self.names.resolve(call.func, unit.scope)
        if not isinstance(found, Definition) or not isinstance(found.node, ir.Function):
            return False
        return not _PAUSES.isdisjoint(found.node.calls)

    def _tries_again(self, loop: ir.For | ir.While, node: ir.Try) -> bool:
        """Success leaves the loop, failure (some of it) goes round again, and it is the same thing that is tried each time."""
        if isinstance(loop, ir.For):
            counted = isinstance(loop.iter, ir.Call) and last(loop.iter) == "range"
            if not counted:
                return False
        success = (*node.body, *node.orelse)
        leaves = any(isinstance(s, ir.Return) or (isinstance(s, ir.Simple) and s.kind == "break") for s in _own(success))
        if not leaves:
            tail = loop.body[loop.body.index(node) + 1 :] if any(s is node for s in loop.body) else ()
            leaves = bool(tail) and (isinstance(tail[-1], ir.Return) or (isinstance(tail[-1], ir.Simple) and tail[-1].kind == "break"))
            if not leaves or any(not _continues(h) for h in node.handlers):
                return False
        return any(_continues(handler) for handler in node.handlers)


def _retry(unit: Unit, decorator: ir.Expr, lacks: str, words: str, site: Site | None) -> Retry:
    return Retry(unit, ir.start_of(decorator), getattr(decorator, "end", 0), lacks, words, site)


def _continues(handler: ir.Handler) -> bool:
    """Can the clause end without leaving the loop?"""
    final = handler.body[-1] if handler.body else None
    if any(isinstance(s, ir.Simple) and s.kind == "continue" for s in _own(handler.body)):
        return True
    return not (isinstance(final, ir.Return | ir.Raise) or (isinstance(final, ir.Simple) and final.kind == "break"))


def _bounded(loop: ir.While) -> bool:
    """Does anything in an endless loop look at a counter or a clock and leave?"""
    for s in _own(loop.body):
        if isinstance(s, ir.If) and any(isinstance(e, ir.Cmp) for e in every(s.test)):
            inside = (*_own(s.body), *_own(s.orelse))
            if any(isinstance(i, ir.Raise | ir.Return) or (isinstance(i, ir.Simple) and i.kind in ("break", "continue")) for i in inside):
                return True
    return False


def _always(test: ir.Expr) -> bool:
    return isinstance(test, ir.Const) and bool(test.value)


def _own(body: tuple[ir.Stmt, ...]) -> list[ir.Stmt]:
    return list(statements(body))


def _calls(body: tuple[ir.Stmt, ...]) -> Iterator[ir.Call]:
    for s in statements(body):
        for head in heads(s):
            yield from (e for e in every(head) if isinstance(e, ir.Call))


_AGAIN = frozenset({"retry", "on_exception", "on_predicate", "retrying", "Retrying", "AsyncRetrying", "actor"})


def again(place: Place, fate: Fate) -> str:
    """What runs a place again after a failure, "" where nothing is known to."""
    if any(f.kind == "loop" for f in place.frames) and any(f.kind == "try" for f in place.frames):
        return "a loop"
    units = [place.unit, *(p.unit for end in fate.ends for p in end.through), *(end.entry.unit for end in fate.ends)]
    return next((words for unit in units for words in _repeats(unit)), "")


def _repeats(unit: Unit) -> Iterator[str]:
    """Decorators that run a function again, and a task that asks for it itself."""
    node = unit.node
    if node is None:
        return
    for decorator in node.decorators:
        call = decorator if isinstance(decorator, ir.Call) else None
        name = last_name(decorator)
        if name in _AGAIN or (call is not None and any(k.name == "autoretry_for" for k in call.kwargs)):
            yield f"@{name}"
    if "retry" in node.calls and any(
        last(p.call) == "retry" and isinstance(p.call.func, ir.Attr) and isinstance(p.call.func.base, ir.Name) for p in unit.places
    ):
        yield "retry()"
