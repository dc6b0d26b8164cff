"""Which functions of Go a call runs: by the type of its receiver where fields and parameters say it, else by what the receiver is called.

Knows: the candidates of one name, their files, which package of a name is imported. Does not know: how types are read (`types.py`), what names say
(`receivers.py`), what calling one means (`callees.py` of `ties`).
"""

from __future__ import annotations

import posixpath
from functools import cached_property

from prodlint.patterns.go.receivers import chosen, itself, received, subject
from prodlint.patterns.go.types import GoTypes
from prodlint.patterns.text.kept import Kept
from prodlint.patterns.text.reader import Function
from prodlint.patterns.ties.arguments import takes

MAX_FILES_GO = 24  # where the receiver tells which of them
TYPES = ":"  # behind the name of a receiver: the types that it may be of


class GoCallees(Kept):
    """Mixin of Project; expects `_places` of `Callees`."""

    _places: dict[str, list[str]]

    def _go_receiver(self, receiver: str, name: str, here: str, function: Function | None) -> str:
        """What is known of the receiver of a call: "its name or its types, the file that calls, the type whose method of that name calls"."""
        if function is None:
            return f"{receiver} {here} "
        own = bool(receiver) and receiver == itself(function)
        other = received(function) if function.name == name and not own else ""
        if own:
            return f"{received(function)} {here} {other}"  # `r.Get(ctx, id)` in a method of the same type
        behind = self._go_types.behind(receiver, function, here) if receiver else ()
        behind = behind if any(name in self._go_types.methods.get(kind, ()) for kind in behind) else (*behind, *self._go_types.promoted(behind))
        kinds = [f"{of}/{kind}" for of, kind in behind]
        return f"{TYPES.join((receiver, *kinds))} {here} {other}"

    @cached_property
    def _go_types(self) -> GoTypes:
        return GoTypes((path, self._text(path)) for path in sorted(self._kept) if path.endswith(".go"))

    def _by_receiver(self, name: str, receiver: str, here: str, other: str, count: int) -> list[tuple[str, Function]]:
        """Go: the functions of that name that a call on such a receiver may run; other: the type whose method of that name calls it on a field."""
        paths = [path for path in self._places.get(name, ()) if path.endswith(".go")]
        receiver, *kinds = receiver.split(TYPES)
        typed = [
            (path, each)
            for path in paths
            if any(kind.startswith(f"{posixpath.dirname(path)}/") for kind in kinds)
            for each in self._read(path)[1]
            if each.name == name and f"{posixpath.dirname(path)}/{received(each)}" in kinds
        ]
        if typed:
            return typed if len(typed) == 1 else chosen(typed, receiver, here)
        if len(paths) > MAX_FILES_GO:  # `s.OrderRepo.Get`: of many, those of files that are about orders
            paths = [path for path in paths if (about := subject(receiver)) and about in path.rsplit("/", 1)[-1].lower().replace("_", "")]
        if len(paths) > MAX_FILES_GO:
            return []
        found = [(path, each) for path in paths for each in self._read(path)[1] if each.name == name and not (other and received(each) == other)]
        return chosen(self._of_package([pair for pair in found if takes(pair[1], count)] or found, receiver, here), receiver, here)

    def _of_package(self, found: list[tuple[str, Function]], receiver: str, here: str) -> list[tuple[str, Function]]:
        """Of several packages of one name the one that the file's folder imports: `middleware.OrgOf(r)`."""
        places = sorted({posixpath.dirname(path) for path, each in found if not received(each)})
        if not receiver or len(places) < 2:
            return found
        imported = self._go_types.imported(receiver, posixpath.dirname(here), places)
        return [pair for pair in found if not received(pair[1]) and posixpath.dirname(pair[0]) in imported] or found
