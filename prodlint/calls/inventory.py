"""The external calls of a project: which library, where, in which unit.

Knows: Resolver and Libraries. Does not know: who handles an exception, which timeout holds.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from prodlint import ir
from prodlint.calls.library import Libraries, Library, Matched
from prodlint.calls.resolve import Resolver, applied
from prodlint.calls.walk import Place, Unit, Units
from prodlint.names import Definition, Names, Ref


class Site(msgspec.Struct, eq=False):
    """One external call. `role`: "call" reaches out, "client" makes the object that will. `name`: what is called, as a person would write it."""

    library: Library
    role: str
    dotted: str
    place: Place

    @property
    def unit(self) -> Unit:
        return self.place.unit

    @property
    def call(self) -> ir.Call:
        """The library's own call, also where something else makes it (`asyncio.to_thread(requests.get, url)`)."""
        return applied(self.place.call)

    @property
    def name(self) -> str:
        return self.dotted.replace("()", "")

    @property
    def method(self) -> str:
        return self.dotted.rpartition(".")[2]


class Inventory:
    """All sites of a project, in file and source order."""

    def __init__(self, names: Names, libraries: Libraries) -> None:
        self.names = names
        self.libraries = libraries
        self.units = Units(names)
        self.resolver = Resolver(names, self.units.calling)
        self.sites: list[Site] = []
        self.by_unit: dict[Unit, list[Site]] = {}
        self.walked: list[Unit] = []
        for unit in self._all():
            self.walked.append(unit)
            found = [site for place in unit.places for site in self.read(place)]
            if found:
                self.by_unit[unit] = found
                self.sites += found
        self.sites.sort(key=lambda site: (site.unit.module.path, site.place.call.at, site.place.call.end))

    def _all(self) -> Iterator[Unit]:
        yield from self.units.modules()
        for definition in self.names.functions():
            yield from self.units.family(definition)

    def read(self, place: Place) -> Iterator[Site]:
        """The site that a place is, if it is one."""
        found = self.resolver.callee(place)
        matched, dotted = self._known(found)
        if matched is None and not isinstance(found, Definition):
            func = applied(place.call).func
            search = found is None and isinstance(func, ir.Attr) and func.name in self.libraries.methods
            for other in self.resolver.alternatives(func, place.unit.scope, search):
                matched, dotted = self._known(other)
                if matched is not None:
                    break
        if matched is not None and not _stays(applied(place.call), matched.library):
            yield Site(matched.library, matched.role, dotted, place)

    def _known(self, found: Ref | None) -> tuple[Matched | None, str]:
        """What the models say of what is called."""
        if isinstance(found, Definition):
            return self._derived(found)
        return (self.libraries.match(found), found) if found is not None else (None, "")

    def _derived(self, found: Definition) -> tuple[Matched | None, str]:
        """A class of the project that derives from a library's client, or a method with which it overrides the client's own."""
        cls = found if found.kind == "class" else found.owner
        if cls is None or cls.kind != "class":
            return None, ""
        for ancestor in self.names.mro(cls):
            if isinstance(ancestor, str):
                dotted = ancestor if cls is found else f"{ancestor}.{found.name}"
                matched = self.libraries.match(dotted)
                if matched is not None and matched.role == ("client" if cls is found else "call"):
                    return matched, dotted
        return None, ""


def _stays(call: ir.Call, library: Library) -> bool:
    """Is it told to use what is there, and not the network?"""
    told = argument(call, library.local)
    return isinstance(told, ir.Const) and bool(told.value)


def argument(call: ir.Call, keyword: str, position: int | None = None) -> ir.Expr | None:
    """The argument of that keyword ("" for none) or position."""
    for given in call.kwargs:
        if given.name == keyword and keyword:
            return given.value
    if position is not None and len(call.args) > position and not any(isinstance(a, ir.Star) for a in call.args[: position + 1]):
        return call.args[position]
    return None
