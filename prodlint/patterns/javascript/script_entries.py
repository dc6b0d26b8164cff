"""Routes of JavaScript, and what is asked before the fields of a schema, for the entry points of a project.

Knows: which files speak of routes, mounts and rules for fields. Does not know: how one is read (`entries/handlers.py`, `mounts.py`, `served.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from prodlint.patterns.entries.handlers import Routed, Table
from prodlint.patterns.javascript import served
from prodlint.patterns.javascript.mounts import Mounts
from prodlint.patterns.ties.callees import Callees


class ScriptEntries(Callees):
    """Mixin of Project; expects what `Kept` expects."""

    @cached_property
    def _asked_of_fields(self) -> dict[str, str]:
        return served.asked_of_fields(self._imports.texts.values())

    @cached_property
    def _script_routes(self) -> Sequence[Routed]:
        """The routes of JavaScript routers."""
        imports, texts = self._imports, self._imports.texts
        return Table(texts, self._read, lambda name: [path for path in self._places.get(name, ()) if path in texts], self._mounts, imports).rows

    @cached_property
    def _mounts(self) -> Mounts:
        """What files of JavaScript mount, and behind what."""
        return Mounts(self._imports.texts, self._imports)

    @cached_property
    def _script_handlers(self) -> dict[str, list[Routed]]:
        """File -> the routes that its functions handle."""
        out: dict[str, list[Routed]] = {}
        for each in self._script_routes:
            if each.function is not None:
                out.setdefault(each.target, []).append(each)
        return out

    @cached_property
    def _route_files(self) -> tuple[str, ...]:
        """The files that register routes of JavaScript."""
        return tuple(sorted({row.file for row in self._script_routes}))
