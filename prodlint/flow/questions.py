"""What rules may ask about access: the part of `Project` that answers with routes and choices.

Knows: how outcomes become the report's nouns. Does not know: which of them is a finding.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from prodlint import ir
from prodlint.model import FileFacts, Problem, Span
from prodlint.models import Models
from prodlint.names import Names
from prodlint.report import Related, Route, RouteRef
from prodlint.routing import find
from prodlint.routing.table import Table

UNREADABLE = ir.Module(())


class UnboundId(msgspec.Struct, frozen=True):
    """A client value that selects data: `ownership` says whether anything ties it to the caller ("missing", "owned", "unknown", "public", "admin",
    "not-applicable"); `at` is the expression in the handler that carries it, `lookup` where the data is selected.

    why: what stands where the guard should: "ignored" (its answer is dropped), "partial" (it does not stand on every way), "child" (another object
    of the handler is held, this one is not), or ""; `guard` is where that stands. `guarded`: other routes reach this model
    only through the caller, or a new row makes somebody one of those whose rows these are. `through`: the calls outside the handler that lead to the
    look-up, each with the function that is called."""

    at: Span
    id: str
    source: str
    model: str
    field: str
    ownership: str
    owner_path: tuple[str, ...] | None
    lookup: Span
    why: str = ""
    guard: Span | None = None
    changed: bool = False
    guarded: bool = False
    through: tuple[tuple[Span, str], ...] = ()

    @property
    def chain(self) -> tuple[Related, ...]:
        """What leads from the handler to the data, in its order: the calls in other files, and the look-up where it stands apart from the id."""
        calls = tuple(Related(at, f"{name} is called here") for at, name in self.through)
        return (*calls, Related(self.lookup, f"{self.model or 'data'} is looked up here")) if self.lookup != self.at else calls


class OpenList(msgspec.Struct, frozen=True):
    """A list of all rows of a model that has an owner; `guarded`: every other route that reads this model does so through the caller;
    `personal`: by what they are called, people keep such rows for themselves."""

    at: Span
    model: str
    owner_path: tuple[str, ...]
    guarded: bool
    personal: bool = False


class Handler(msgspec.Struct, frozen=True):
    """One route with everything that was understood of it. `links` are ids that it only writes as foreign keys, `lists` what it lists whole."""

    route: Route
    ref: RouteRef
    ids: tuple[UnboundId, ...]
    caller_known: bool
    touches_data: bool
    complete: bool
    at: Span
    role: bool = False  # asks for a role
    changes: tuple[str, ...] = ()  # models of which rows are changed, dotted
    links: tuple[UnboundId, ...] = ()
    lists: tuple[OpenList, ...] = ()
    claims: tuple[UnboundId, ...] = ()  # who the caller says to be in a cookie or header that nothing verifies
    owners: tuple[UnboundId, ...] = ()  # whose a new row is, where the body says it and nothing else
    powers: tuple[UnboundId, ...] = ()  # cookies and headers that are asked what the caller may do
    promotes: tuple[UnboundId, ...] = ()  # what somebody who signs up may do, as they say it themselves
    makes_own: bool = False  # it makes rows in the caller's name
    kinds: bool = False  # only some kind of user comes in
    exposed: tuple[str, str] = ("", "")  # (model, why) of what it shows or changes for strangers, unlike other routes (`strangers.py`)
    machine: bool = False  # asks for a secret of the app, which no user has
    ended: tuple[str, int] | None = None  # where the budget of steps ran out: what comes after is not known
    failed: str = ""  # what prodlint itself raised over it: nothing is known of it
    makes: bool = False  # it makes rows, whoever they are for
    wiped: tuple[OpenList, ...] = ()  # what it takes away whole, whoever asks

    @property
    def label(self) -> str:
        """The route as messages name it: "GET,POST /orders/{id}"."""
        return f"{','.join(self.route.methods) or 'ANY'} {self.route.path}"


class AccessQuestions:
    """Mixin of Project; expects `files`, `models`, `vocabulary`, `jobs`, `digests`; `verdicts`: of an earlier run, then of this one."""

    files: dict[str, FileFacts]
    models: Models
    vocabulary: dict[str, tuple[str, ...]]
    jobs: int
    digests: Mapping[str, str]
    verdicts: bytes
    _names: Names | None = None
    _table: Table | None = None
    _handlers: tuple[Handler, ...] | None = None

    @property
    def names(self) -> Names:
        """Names across files, of everything that is not set aside (tests, vendored code, migrations)."""
        if self._names is None:
            self._names = Names({path: _readable(facts) for path, facts in self.files.items() if facts.language == "python" and not facts.aside})
        return self._names

    @property
    def table(self) -> Table:
        """Every registered route, and the registrations that could not be read."""
        if self._table is None:
            self._table = find(self.names, self.models, self.files)
        return self._table

    def handlers(self) -> tuple[Handler, ...]:
        """Every route with its verdict, in file and line order."""
        if self._handlers is None:
            endpoints = self.table.endpoints
            if endpoints:
                from prodlint.flow.judging.told import handlers  # what analyses Python is not there where there is none

                self._handlers, self.verdicts = handlers(self, endpoints)
            else:
                self._handlers = ()
        return self._handlers

    def routes(self) -> tuple[Route, ...]:
        """The routes as `prodlint routes` lists them."""
        return tuple(handler.route for handler in self.handlers())

    def route_problems(self) -> tuple[Problem, ...]:
        """Registrations that could not be read, and web frameworks that are imported and of which there is no route."""
        out = [Problem(u.at.path, u.at.line, f"route not resolved: {u.message}", "warning") for u in self.table.unresolved]
        out.extend(Problem(u.at.path, u.at.line, u.message, "warning") for u in self.table.silent)
        for handler in self.handlers():
            if handler.ended is not None:
                path, line = handler.ended
                words = f"{handler.route.handler} is too large to be followed to its end: what it does after {path}:{line} is unknown"
                out.append(Problem(handler.at.path, handler.at.line, words, "warning"))
            if handler.failed:
                words = (
                    f"{handler.route.handler} could not be analysed: {handler.failed} is a defect of prodlint; its login and its owners are unknown"
                )
                out.append(Problem(handler.at.path, handler.at.line, words))
        return tuple(sorted(set(out)))


def _readable(facts: FileFacts) -> FileFacts:
    """A file that could not be parsed is a module of which nobody knows what is in it: its names are not those of a library."""
    return facts if facts.module is not None else msgspec.structs.replace(facts, module=UNREADABLE)
