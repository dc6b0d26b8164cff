"""What else goes wrong with errors, as records: blocked event loops, lost work, broken sessions, believed webhooks, payments made twice.

Knows: the small analyses of this room, one for each hazard. Does not know: which of them is a finding.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import TYPE_CHECKING

import msgspec

from prodlint import ir
from prodlint import regex as re
from prodlint.calls.blocking import Blocking
from prodlint.calls.halves import Halves
from prodlint.calls.inventory import Site, argument
from prodlint.calls.lost import Losses
from prodlint.calls.reach import ORDER, Fate
from prodlint.calls.records import Hazard, beside, end_of, reached, span
from prodlint.calls.retries import again
from prodlint.calls.success import Successes
from prodlint.calls.walk import Place, Unit, every
from prodlint.calls.webhooks import Webhooks
from prodlint.calls.writes import Writes
from prodlint.routing.table import Table

if TYPE_CHECKING:
    from prodlint.calls.analysis import Analysis

_APPS = {
    "fastapi.FastAPI": "FastAPI", "starlette.applications.Starlette": "Starlette", "flask.Flask": "Flask", "quart.Quart": "Quart",
    "sanic.Sanic": "Sanic", "litestar.Litestar": "Litestar", "aiohttp.web.Application": "aiohttp", "flask.app.Flask": "Flask",
    "fastapi.applications.FastAPI": "FastAPI",
}  # fmt: skip
_MIGRATES = re.compile(r"(?:^|/)(?:alembic|migrations)\w*/(?:.*/)?env\.py$")  # an app that Alembic's script makes to read its settings serves nobody


# Packages that send every unexpected error, with its context, to a service.
_COLLECTORS = ("sentry_sdk", "raven", "rollbar", "bugsnag", "honeybadger", "airbrake", "elasticapm", "newrelic", "ddtrace", "appsignal", "logfire")


class Hazards:
    """Answers about one project."""

    def __init__(self, analysis: Analysis, table: Table, remote: frozenset[str]) -> None:
        self.a, self.table, self.remote = analysis, table, remote

    def _sorted(self, hazards: Iterable[Hazard]) -> tuple[Hazard, ...]:
        placed = {msgspec.structs.replace(hazard, beside=beside(hazard.at.path)) for hazard in hazards}
        return tuple(sorted(placed, key=lambda hazard: (hazard.at, hazard.name, hazard.how)))

    # ------------------------------------------------------------ the event loop
    @cached_property
    def blocking(self) -> tuple[Hazard, ...]:
        """Blocking calls in coroutines; `how` is the function between, "" for none; not `sure` in a script, where it may be all that runs."""
        found = []
        for stall in Blocking(self.a.inventory, self.a.reach, self.remote).all():
            found.append(Hazard(
                _at(stall.place), stall.name, stall.through.dotted if stall.through is not None else "", stall.place.unit.symbol,
                stall.site.library.name if stall.site is not None else "", stall.name, tuple(sorted(stall.kinds)),
                self._reached(self.a.reach.fate(stall.place, ())), _at(stall.site.place) if stall.site is not None and stall.through else None,
                bool(stall.kinds) or not _is_script(stall.place.unit),
            ))  # fmt: skip
        return self._sorted(found)

    @cached_property
    def lost(self) -> tuple[Hazard, ...]:
        """Tasks and futures that nobody keeps; `how` is "task" or "future", `sure` where an error in them is lost as well."""
        losses = Losses(self.a.inventory, self.a.exceptions).all()
        return self._sorted(Hazard(_at(loss.place), loss.runs, loss.kind, loss.place.unit.symbol, sure=not loss.guarded) for loss in losses)

    # ------------------------------------------------------------ answers
    @cached_property
    def praised(self) -> tuple[Hazard, ...]:
        """Errors that are answered with the status of a success; `related` is the except clause, `sure` where it takes everything."""
        found = []
        for each in Successes(self.a.inventory, self.a.callers, self.a.exceptions, self.a.inside).all():
            path, entry = each.unit.module.path, self.a.callers.entry(each.unit, True)
            found.append(Hazard(
                span(path, ir.start_of(each.value), end_of(each.value) or 0), each.unit.symbol, "", each.unit.symbol, kinds=("route",),
                reached=reached(entry) if entry is not None else None, related=span(path, each.handler.at), sure=each.broad,
            ))  # fmt: skip
        return self._sorted(found)

    @cached_property
    def believed(self) -> tuple[Hazard, ...]:
        """Webhooks whose sender is not checked; `name` is the provider, "" where the names do not tell."""
        found = []
        webhooks = Webhooks(self.a.inventory, self.a.callers, tuple(self.table.endpoints), self.a.providers)
        for hook in webhooks.all():
            entry = self.a.callers.entry(hook.unit, True)
            at = span(hook.unit.module.path, hook.unit.node.at) if hook.unit.node is not None else span(hook.endpoint.file, 1 << 12 | 1)
            found.append(Hazard(
                at, hook.provider, hook.endpoint.path, hook.unit.symbol, kinds=("route",), reached=reached(entry) if entry is not None else None,
                sure=bool(hook.provider),
            ))  # fmt: skip
        return self._sorted(found)

    @cached_property
    def apps(self) -> tuple[Hazard, ...]:
        """The places where an app is made (`name` is the framework); `how` is "handled" where the project registers a last resort, `other` the
        service that collects its errors."""
        found = []
        service = next((name for name in _COLLECTORS if name in self._packages), "")
        for dotted, framework in _APPS.items():
            for place in self.a.callers.calling(dotted.rpartition(".")[2]):
                if self.a.inventory.resolver.callee(place) == dotted and not _MIGRATES.search(place.unit.module.path):
                    found.append(Hazard(_at(place), framework, "handled" if self.a.resort.everything else "", place.unit.symbol, other=service))
        return self._sorted(found)

    @property
    def _packages(self) -> set[str]:
        """The packages that the project's modules import."""
        symbols = (symbol.node for module in self.a.names.modules.values() for symbol in module.symbols.values())
        return {node.target.partition(".")[0] for node in symbols if isinstance(node, ir.Binding)}

    # ------------------------------------------------------------ writes
    @cached_property
    def broken_sessions(self) -> tuple[Hazard, ...]:
        """Database sessions that are used again after a failed write with no rollback; `related` is where, `how` when."""
        found = []
        for broken in Writes(self.a.inventory, self.a.exceptions).all():
            path = broken.unit.module.path
            found.append(Hazard(span(path, broken.handler.at), broken.session, broken.how, broken.unit.symbol, related=span(path, broken.at)))
        return self._sorted(found)

    @cached_property
    def halves(self) -> tuple[Hazard, ...]:
        """Writes that belong together without a transaction; `name` and `other` are what is written first and then, `how` the shape, `related` the
        first of them."""
        found = []
        for half in Halves(self.a.inventory, self.a.reach).all():
            path, entry = half.unit.module.path, self.a.callers.entry(half.unit, False)
            found.append(Hazard(
                span(path, half.second.at, half.second.end), half.what[0], half.how, half.unit.symbol, other=half.what[1],
                reached=reached(entry) if entry is not None else None, related=span(path, half.first),
            ))  # fmt: skip
        return self._sorted(found)

    @cached_property
    def payments(self) -> tuple[Hazard, ...]:
        """Calls that move money and can do so twice; `how` is what runs them again, "" where nothing in the code does."""
        found = []
        for site in self.a.inventory.sites:
            moves = site.library.moves
            if moves is None or not moves.fullmatch(site.dotted) or self._once(site):
                continue
            fate = self.a.reach.fate(site.place, ())
            found.append(Hazard(
                _at(site.place), site.name, again(site.place, fate), site.unit.symbol, site.library.name, site.name,
                tuple(sorted({end.entry.kind for end in fate.ends})), self._reached(fate),
            ))  # fmt: skip
        return self._sorted(found)

    def _once(self, site: Site) -> bool:
        """Is it given a key under which it happens once (or arguments that cannot be told)?"""
        call = site.call
        return any(argument(call, keyword) is not None for keyword in site.library.once) or any(k.name == "" for k in call.kwargs)

    def _reached(self, fate: Fate):  # noqa: ANN202  # a Reached or None
        ends = sorted(fate.ends, key=lambda end: (ORDER[end.entry.kind], end.entry.unit.symbol))
        return reached(ends[0].entry) if ends else None


def _is_script(unit: Unit) -> bool:
    """Is the file started as a program of its own (`if __name__ == "__main__"`)?"""
    return any(isinstance(s, ir.If) and any(isinstance(e, ir.Name) and e.id == "__name__" for e in every(s.test)) for s in unit.module.body)


def _at(place: Place):  # noqa: ANN202  # a Span
    return span(place.unit.module.path, place.call.at, place.call.end)
