"""The analysis of one project's external calls: inventory, timeouts, reach and exceptions become records.

Knows: all of this room. Does not know: which of its answers is a finding.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

import msgspec

from prodlint import ir
from prodlint.calls.callers import Callers
from prodlint.calls.exceptions import Exceptions, words
from prodlint.calls.handlers import Caught, Handlers
from prodlint.calls.hazards import Hazards
from prodlint.calls.inventory import Inventory, Site, argument
from prodlint.calls.library import Libraries
from prodlint.calls.reach import ORDER, End, Fate, Reach
from prodlint.calls.records import Again, Answer, CaughtError, ExternalCall, Helper, beside, end_of, reached, span, stake, tail
from prodlint.calls.resolve import chain, hands_on, last
from prodlint.calls.resort import Resort
from prodlint.calls.results import Results
from prodlint.calls.retries import Retries, again
from prodlint.calls.staff import for_staff
from prodlint.calls.status import Statuses
from prodlint.calls.timeouts import Timeouts
from prodlint.calls.versions import Version
from prodlint.calls.walk import Place
from prodlint.calls.wrappers import Use, Wrappers
from prodlint.model import Span
from prodlint.models import Models
from prodlint.names import Names, Ref, statements
from prodlint.routing.table import Table

HTTP_METHODS = frozenset({"get", "post", "put", "patch", "delete", "head", "options", "request", "send", "urlopen", "send_request"})
# Kinds whose failure an app is expected to survive; a database or cache it cannot work without is another matter.
REMOTE = frozenset({"http", "payment", "email", "sms", "cloud", "storage", "search", "llm", "auth", "dns"})


class Analysis:
    """External calls of one project, found once."""

    def __init__(self, names: Names, models: Models, table: Table, versions: Mapping[str, Version]) -> None:
        self.names, self._models = names, models
        self.libraries = Libraries(models, versions)
        self.inventory = Inventory(names, self.libraries)
        self.callers = Callers(names, self.inventory.units, self.inventory.resolver, table.endpoints, models["entries"])
        self.exceptions = Exceptions(
            names, self.libraries, self.inventory.units, self.inventory.resolver, models.list("exception_answers"), models["entries"]["again"]
        )
        self.reach = Reach(self.callers, self.exceptions)
        self.resort = Resort(names, self.callers, self.exceptions)
        self.wrappers = Wrappers(self.callers, self.exceptions)
        self.timeouts = Timeouts(self.inventory, self.callers)
        self.inside = tuple(models.list("exception_inside"))
        self.providers: dict[str, str] = models["webhook_providers"]
        self.hazards = Hazards(self, table, REMOTE)

    @cached_property
    def calls(self) -> tuple[ExternalCall, ...]:
        """Sites and uses of wrappers, each place once."""
        return tuple(self._by_place[key] for key in sorted(self._by_place))

    @cached_property
    def _by_place(self) -> dict[tuple[str, int, int], ExternalCall]:
        found: dict[tuple[str, int, int], ExternalCall] = {}
        for site in self.inventory.sites:
            bound = self.timeouts.of(site)
            late = {place.call for place in bound.places}
            for place in bound.places:
                self._put(found, self._record(site, Use(place, frozenset(), site.unit), "missing"))
            for use in self._uses(site):
                state = "missing" if use.place.call in late else "inside" if use.via is not None or late else bound.state
                self._put(found, self._record(site, use, state, bound.seconds))
            if _key(site.place) not in found:
                found[_key(site.place)] = self._record(site, Use(site.place, frozenset()), "unknown" if late else bound.state, bound.seconds)
        return found

    def unchecked_answers(self) -> tuple[Answer, ...]:
        """HTTP answers that are used or dropped with no look at their status, each place once."""
        statuses = Statuses(self.callers)
        found: dict[Span, Answer] = {}
        for site in self.inventory.sites:
            answers = site.method in (site.library.answers or HTTP_METHODS)
            if site.role != "call" or not (site.library.status and (answers or site.library.setters)):
                continue
            if self._raises_by_itself(site):
                continue
            for start in self._answered_at(site):
                for place, how in statuses.unchecked(start, site.method if start is site.place else last(start.call)):
                    answer = self._answer(site, place, how)
                    found.setdefault(answer.at, answer)
        return tuple(found[at] for at in sorted(found))

    def unchecked_results(self) -> tuple[Answer, ...]:
        """Results that say whether a call failed, and that nobody asks, each place once."""
        found = {answer.at: answer for answer in (self._answer(*each) for each in Results(self.inventory, self.callers).unchecked())}
        return tuple(found[at] for at in sorted(found))

    def _answer(self, site: Site, place: Place, how: str) -> Answer:
        at = span(place.unit.module.path, place.call.at, place.call.end)
        known = self._by_place.get(_key(place)) or self._record(site, Use(place, frozenset()), "unknown")
        return Answer(at, how, known, chain(place.call.func) or site.name, place.unit.symbol)

    @cached_property
    def caught(self) -> tuple[CaughtError, ...]:
        """Except clauses that something can be said about."""
        out = []
        for caught in Handlers(
            self.inventory, self.exceptions, self.callers, self._models.list("exception_inside"), self._models.list("exception_meant")
        ).all(REMOTE - {"dns"}):  # a name that is not found is an answer
            if not (caught.silent or caught.log is not None or caught.leaks or caught.dropped is not None):
                continue
            path, handler = caught.unit.module.path, caught.handler
            types = tuple(words(kind) for kind in self.exceptions.types(handler, caught.unit.scope) if kind is not None)
            out.append(CaughtError(
                span(path, handler.at), types, caught.broad, caught.site.library.name if caught.site else "", caught.site.name if caught.site else "",
                caught.unit.symbol, caught.silent, span(path, caught.log.at, caught.log.end) if caught.log is not None else None,
                tuple(span(path, ir.start_of(e), end_of(e) or 0) for e in caught.leaks),
                caught.site is not None or self.callers.entry(caught.unit, False) is not None, beside(path),
                *self._log_places(path, caught), *_raise_places(path, caught), caught.handler.name or "",
                tuple(None if each is None else Helper(span(each.module.path, each.node.at), each.name) for each in caught.through),
                bool(caught.leaks) and for_staff(self.names, caught.unit),
            ))  # fmt: skip
        return tuple(sorted(out, key=lambda caught: caught.at))

    def _log_places(self, path: str, caught: Caught) -> tuple[str, Span | None, Span | None]:
        """The level of a logging call, the place of its name, and where a keyword can be put."""
        log = caught.log
        if log is None or not isinstance(log.func, ir.Attr):
            return "", None, None
        func = log.func
        made = [self.inventory.resolver.called(call, scope) for call, scope in self.inventory.resolver.origins(func.base, caught.unit.scope)]
        standard = chain(func.base) == "logging" or (bool(made) and all(name == "logging.getLogger" for name in made))
        return func.name, span(path, func.end - len(func.name), func.end), tail(path, log) if standard else None

    @cached_property
    def retries(self) -> tuple[Again, ...]:
        """Retries that lack something."""
        found = (
            Again(
                span(r.unit.module.path, r.at, r.end),
                r.lacks,
                r.words,
                r.site.library.name if r.site else "",
                r.site.name if r.site else "",
                r.unit.symbol,
                beside(r.unit.module.path),
            )
            for r in Retries(self.names, self.inventory).all(REMOTE)
        )
        return tuple(sorted(set(found), key=lambda again: (again.at, again.lacks)))

    def _answered_at(self, site: Site) -> list[Place]:
        """Where the answer is a value: at the call; for pycurl, which fills a buffer, where the function around it is called."""
        if not site.library.setters:
            return [site.place]
        node = site.unit.node
        if node is None or "getinfo" not in node.calls:
            return []
        return [caller.place for caller in self.callers.of(site.unit) if caller.sure]

    def _raises_by_itself(self, site: Site) -> bool:
        """Was the client told to raise for an error status (aiohttp raise_for_status=True, httpx event hooks, hooks of a session)?"""
        func = site.call.func
        if not isinstance(func, ir.Attr):
            return False
        made = self.inventory.resolver.origins(func.base, site.unit.scope)
        if any(keyword.name in ("raise_for_status", "event_hooks", "hooks") for call, _ in made for keyword in call.kwargs):
            return True
        bodies = [self.names.body(scope.function.node) for _, scope in made if scope.function is not None]  # type: ignore[arg-type]
        hooked = (t for body in bodies for s in statements(body) if isinstance(s, ir.Assign) for t in s.targets)
        return any((isinstance(t, ir.Attr) and t.name == "hooks") or (isinstance(t, ir.Sub) and chain(t.base).endswith(".hooks")) for t in hooked)

    def _put(self, found: dict[tuple[str, int, int], ExternalCall], record: ExternalCall) -> None:
        key = (record.at.path, record.at.line << 12 | record.at.column, record.at.end_line << 12 | record.at.end_column)
        known = found.get(key)
        if known is not None:
            record = msgspec.structs.replace(
                record if record.handled else known,
                timeout="missing" if "missing" in (record.timeout, known.timeout) else record.timeout,
                handled=record.handled or known.handled,
            )
        found[key] = record

    def _uses(self, site: Site) -> list[Use]:
        library = site.library
        if site.role == "client" or library.kind not in REMOTE:
            return [Use(site.place, frozenset())]
        silent = argument(site.call, library.silent)
        if (isinstance(silent, ir.Const) and silent.value) or (library.at == "setting" and self.timeouts.mailed_otherwise()):
            return [Use(site.place, frozenset())]
        return list(self.wrappers.uses(site, frozenset(library.raises)))

    # ------------------------------------------------------------ records
    def _record(self, site: Site, use: Use, state: str, seconds: float | None = None) -> ExternalCall:
        place, library = use.place, site.library
        fate = self.reach.fate(place, use.raises)
        ends = self._unanswered(fate)
        end = ends[0] if ends else next(iter(sorted(fate.ends, key=lambda end: (ORDER[end.entry.kind], end.entry.unit.symbol))), None)
        handled = self._handled(site, use, fate, ends)
        escapes = tuple(sorted(words(c) for c in ends[0].classes)) if ends and handled in ("unhandled", "partial") else ()
        return ExternalCall(
            at=span(place.unit.module.path, place.call.at, place.call.end),
            library=library.name,
            package=library.package,
            kind=library.kind,
            call=site.name if use.via is None else chain(place.call.func) or use.via.symbol,
            symbol=place.unit.symbol,
            role=site.role,
            via=use.via.symbol if use.via is not None else "",
            timeout=state,
            how=library.fix or library.how,
            handled=handled,
            family=words(next(iter(use.raises))) if use.via is not None and len(use.raises) == 1 else words(library.family),
            escapes=escapes,
            narrow=tuple(fate.narrow),
            handlers=tuple(dict.fromkeys(span(path, handler.at) for path, handler in fate.caught)),
            reached=reached(end.entry) if end is not None else None,
            app_handler=bool(ends) and ends[0].entry.kind == "route" and all(self.resort.catches(c) for c in ends[0].classes),
            sure=bool(end and end.sure),
            tail=tail(place.unit.module.path, place.call),
            keyword=_settable(site, use),
            seconds=seconds,
            tries=library.tries,
            retried=again(place, fate),
            taken=self._taken(fate, ends[0].classes if ends else frozenset()),
            beside=beside(place.unit.module.path),
            setting=library.settings[0] if library.at == "setting" else "",
            stake=stake(library.kind, place.unit.symbol, reached(end.entry) if end is not None else None),
        )

    def _taken(self, fate: Fate, escaping: frozenset[Ref]) -> tuple[str, ...]:
        """The classes that the handlers of a call name, without those that take what escapes on another way."""
        kinds = [kind for _, handler in fate.caught for kind in self.exceptions.named(handler)]
        apart = [kind for kind in kinds if kind is not None and not any(self.exceptions.covers(kind, c) for c in escaping)]
        return tuple(dict.fromkeys(words(kind) for kind in apart))

    def _unanswered(self, fate: Fate) -> list[End]:
        """The ends that something escapes from, without exceptions of the project that the app itself maps to an answer."""
        out = []
        for end in fate.escaping():
            left = frozenset(c for c in end.classes if isinstance(c, str) or not (self.resort.maps(c) or self.exceptions.answers(c)))
            if left and end.entry.kind != "command":
                out.append(End(end.entry, left, end.sure, end.through))
        return out

    def _handled(self, site: Site, use: Use, fate: Fate, ends: list[End]) -> str:
        if site.role == "client":
            return ""
        if not use.raises or fate.unsure:
            return "unknown"
        if ends:
            main = {raised for raised in use.raises if raised == (site.library.raises or ("",))[0]} or use.raises
            return "unhandled" if any(main & end.classes or end.classes - use.raises for end in ends) else "partial"
        if fate.ends and all(end.entry.kind == "command" for end in fate.ends if end.classes) and any(end.classes for end in fate.ends):
            return "unknown"
        return "handled" if fate.caught or (fate.ends and fate.complete) else "unknown"


def _raise_places(path: str, caught: Caught) -> tuple[Span | None, Span | None]:
    """The place of a raise that drops its cause, and of its `None` (an empty place behind the exception where there is no `from`)."""
    s = caught.dropped
    if s is None or s.exc is None:
        return None, None
    end = end_of(s.exc)
    if isinstance(s.cause, ir.Const):
        return span(path, s.at, s.cause.end), span(path, s.cause.at, s.cause.end)
    return span(path, s.at, end or 0), span(path, end, end) if end else None


def _key(place: Place) -> tuple[str, int, int]:
    return (place.unit.module.path, place.call.at, place.call.end)


def _settable(site: Site, use: Use) -> str:
    """The keyword that sets a timeout at this place, in seconds."""
    library = site.library
    here = library.at == "both" or (library.at == "client") == (site.role == "client")
    whole = not hands_on(site.place.call)
    return library.keywords[0] if here and whole and use.via is None and library.keywords[:1] in (("timeout",), ("_request_timeout",)) else ""
