"""Functions of the project that pass a request on and raise an exception of their own: their callers are the calls a person would fix.

A wrapper that lets the library's exception through is one place to fix, and the call in it is reported once.

Knows: Inventory, Callers, Exceptions. Does not know: timeouts, routes.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from prodlint.calls.callers import Callers
from prodlint.calls.exceptions import Exceptions, Leaving
from prodlint.calls.inventory import Site
from prodlint.calls.walk import Place, Unit
from prodlint.names import Definition, Ref

_ADDRESS = frozenset(
    {
        "url",
        "uri",
        "endpoint",
        "path",
        "href",
        "link",
        "api_url",
        "full_url",
        "target_url",
        "request_url",
        "webhook_url",
        "resource",
        "url_path",
        "route",
    }
)
_FREE = frozenset({"method", "http_method", "verb", "data", "json", "json_data", "headers", "params", "payload", "body", "auth", "timeout"})
_DEPTH = 4


class Use(msgspec.Struct, frozen=True, eq=False):
    """A place where a person would handle the errors of a site: the site's own, or a call of a function that passes it on (`via`)."""

    place: Place
    raises: frozenset[Ref]
    via: Unit | None = None


class Wrappers:
    """Memoised answers about one project."""

    def __init__(self, callers: Callers, exceptions: Exceptions) -> None:
        self.callers, self.exceptions = callers, exceptions
        self._forwards: dict[Unit, bool] = {}

    def forwards(self, unit: Unit) -> bool:
        """Does a function take the address and more of the request from its caller, so that it is a way to send and not a request of its own?"""
        known = self._forwards.get(unit)
        if known is None:
            node = unit.node
            taken = {param.name for param in node.params} if node is not None else set()
            free = bool(taken & _FREE) or (node is not None and any(param.kind == "**" for param in node.params))
            known = self._forwards[unit] = bool(taken & _ADDRESS) and free and any(caller.sure for caller in self.callers.of(unit))
        return known

    def uses(self, site: Site, raises: frozenset[Ref]) -> Iterator[Use]:
        """Where the errors of a site are to be handled: its own place, or the places that call the project's wrapper around it."""
        yield from self._uses(site.place, raises, None, 0, set())

    def _uses(self, place: Place, raises: frozenset[Ref], via: Unit | None, depth: int, seen: set[Unit]) -> Iterator[Use]:
        unit = place.unit
        if depth >= _DEPTH or unit in seen or not self.forwards(unit):
            yield Use(place, raises, via)
            return
        left: Leaving = self.exceptions.decorated(unit, self.exceptions.leave(raises, place.frames, unit, place.inside))
        if not self._own(left.classes):
            yield Use(place, raises, via)
            return
        for caller in self.callers.of(unit):
            if caller.sure:
                yield from self._uses(caller.place, left.classes, unit, depth + 1, seen | {unit})

    def _own(self, classes: frozenset[Ref]) -> bool:
        """Did the wrapper turn the library's exception into one of the project's?"""
        return any(isinstance(raised, Definition) for raised in classes)
