"""What rules may ask about code outside Python: the part of `Project` that answers with entry points and what ties their ids.

Knows: what each rule asks, in the words of its answer. Does not know: how a file or a function becomes an entry point (`entrypoints.py`), what was
seen of an id (`evidence.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from prodlint.model import Problem, Span
from prodlint.patterns import webhooks
from prodlint.patterns.entries import before
from prodlint.patterns.entries.entrypoints import Known
from prodlint.patterns.evidence.evidence import Evidence
from prodlint.patterns.evidence.loose import LooseId
from prodlint.patterns.evidence.unreadguards import Guard
from prodlint.patterns.javascript import logins, nest_guards, open_house, promises
from prodlint.patterns.ruby import permits
from prodlint.patterns.text import ownwords
from prodlint.patterns.text.kept import family, language_of
from prodlint.report import Finding, Route, RouteRef, Skip


def _of_guard(guard: Guard, count: int) -> str:
    rows = "one row" if count == 1 else f"{count} rows"
    looks = "what is asked for" if guard.path.endswith(".go") else "parts of the path"
    return f"{guard.name} looks at {looks} before handlers; prodlint does not read whom it lets through to {rows} that nothing else ties"


class PatternQuestions(Evidence):
    """Mixin of Project; expects `unmatched`, `pattern_routes` and what `Kept` expects."""

    unmatched: frozenset[str]

    def pattern_routes(self) -> tuple[Route, ...]:
        raise NotImplementedError

    def _said_open(self, ref: RouteRef) -> bool:
        """Does the configuration of the project say that this handler is open on purpose?"""
        words = self.vocabulary.get("public", ())
        return bool(words) and (ownwords.opens(words, ref.path, ref.handler) or (ref.file, ref.line) in self._opened)

    @cached_property
    def _opened(self) -> frozenset[tuple[str, int]]:
        """(file, line) of the handlers of routes that the configuration opens, by their whole path."""
        words = self.vocabulary.get("public", ())
        return frozenset((row.file, row.line) for row in self.pattern_routes() if ownwords.opens(words, row.path, row.handler))

    def unscoped_lookups(self, *languages: str) -> Iterator[Finding | Skip]:
        """The answers of a rule about the ids of these languages."""
        loose = sorted(self.loose_ids(*languages), key=lambda each: (each.at, each.id))
        yield from open_house.told(loose, self._asking, self._packages, self._looks_closed)
        yield from (Skip(told.message, Span(told.path, told.line), "unknown") for of, told in self._unread_before if of in languages)
        seen = sum(known.entry.function.code.language in languages for known in self._pattern_entries)
        none = Skip(f"no id without an owner at {seen} entry points" if seen else "there is no entry point in these languages here")
        unread = (Skip(f"{told.path} {told.message}", Span(told.path, told.line), "unknown") for of, told in self._unread_apps if of in languages)
        yield from self.silence(bool(loose), next(unread, none), *languages)

    def _looks_closed(self, folder: str) -> bool:
        """Does any script of the app in a folder say that it asks for something?"""
        paths = (path for path in self._kept if "javascript" in family(language_of(path)) and open_house.home(path, self._packages) == folder)
        return open_house.looks_closed(map(self._text, paths))

    @cached_property
    def _unread_before(self) -> tuple[tuple[str, Problem], ...]:
        """(language, what is told) of each guard that stands before rows which nothing else ties."""
        held: dict[tuple[str, Guard], int] = {}
        for loose in self.loose_ids("java", "kotlin", "php", "javascript", "typescript", "go"):
            if loose.unread is not None and loose.told_without():
                held[loose.language, loose.unread] = held.get((loose.language, loose.unread), 0) + 1
        return tuple((of, Problem(guard.path, guard.line, _of_guard(guard, count), "warning")) for (of, guard), count in held.items())

    def silence(self, told: bool, none: Skip, *languages: str) -> Iterator[Skip]:
        """What a rule says that lives on patterns (of these languages, or of all), beside its findings: that files were not looked at, else, where
        it told nothing, `none`."""
        unread = [path for path in self.unmatched if not languages or language_of(path) in languages]
        if unread:
            yield Skip(f"semgrep did not look at {len(unread)} files", verdict="unknown")
        elif not told:
            yield none

    def holds_permitted(self, at: Span) -> bool:
        """Is what is written whole there of rows that belong to nobody, or in Rails held against who asks, or only searched by?"""
        text = self._text(at.path)
        held = at.path.endswith(".rb") and permits.held(text, at.line)
        return held or (bool(model := permits.whole(text, at.line)) and self.belongs_to(model) == "free")

    def believed_hooks(self) -> Iterator[Finding]:
        """Webhooks outside Python that act on what they are sent, whoever sends it."""
        for known in self._pattern_entries:
            entry = known.entry
            if entry.function.code.language not in ("javascript", "typescript", "ruby", "php"):
                continue
            provider = webhooks.believed(entry, known.reading, known.path, lambda known=known: self._ref(known).path, self._text(known.path))
            if provider is not None:
                ref = self._ref(known)
                who = f"{provider}'s webhook" if provider else "the webhook"
                signed = f"{provider} signs what it sends" if provider else "a signature or a shared secret tells who sent it"
                words = f"{who} acts on its body and nobody checks who sent it; {signed}"
                yield Finding(Span(ref.file, ref.line), words, "high" if provider else "medium", ref.handler, None, ref)

    def uncaught_handlers(self) -> Iterator[Span]:
        """Where async handlers of JavaScript that a router is handed by name wait for something outside of `try`, and nothing around them catches."""
        for rows in self._script_handlers.values():
            for row in rows:
                function = row.function
                read = function is not None and not promises.wrapped(row.around, row.label)
                at = promises.uncaught(function, self._read(row.target)[1]) if function is not None and read else -1
                if function is not None and at >= 0:
                    yield Span(row.target, function.code.line(at), function.code.column(at))

    def unread_marks(self) -> Iterator[Finding]:
        """Handlers of NestJS whose decorator asks for a role or a permission, where no guard reads it; one answer for a guard that stands nowhere."""
        handlers = [known for known in self._pattern_entries if known.entry.framework == "nest"]
        forgotten: dict[str, list[Finding]] = {}
        for known in handlers:
            for mark, guard, others in self._marks.unread(known.entry):
                ref = self._ref(known)
                words = f"@{mark} on {ref.handler} only says what is asked for; {guard}, which reads it, stands nowhere before the handler"
                told = Finding(Span(ref.file, ref.line), words, "low" if others else "high", ref.handler, None, ref)
                if self._marks.stands_nowhere(guard) and not others:
                    forgotten.setdefault(guard, []).append(told)
                else:
                    yield told
        for guard, each in forgotten.items():
            yield each[0] if len(each) < 2 else nest_guards.at_once(guard, each)

    def unasked_handlers(self) -> Iterator[Finding]:
        """Handlers of Next.js and its like that change or create rows and ask nobody who calls, where most of the others do."""
        unguarded = logins.unguarded((path, self._text(path)) for path in self._kept)
        every = [known for known in self._pattern_entries if known.entry.framework in unguarded]
        acting = [known for known in every if logins.changes(known.entry, self._texts_of)]
        creating = [known for known in every if known not in acting and logins.created(known.entry)]
        silent = [known for known in acting if not self._asks(known)]
        kept = sum(self._for_staff(known) for known in acting if known not in silent) >= logins.ENOUGH  # handlers for staff ask, each itself
        asking = len(acting) - len(silent)
        enough = asking >= logins.ENOUGH and asking >= logins.SHARE * len(acting)
        yield from self._unasked(silent if enough else [], "changes", asking, len(acting), kept)
        silent = [known for known in creating if not self._asks(known)]
        asking = len(creating) - len(silent)
        if asking >= logins.ENOUGH and asking >= logins.SHARE_OF_CREATING * len(creating):
            # of what no handler that asks ever touches, anybody may create
            kept = {name for known in every if known not in silent and self._asks(known) for name in logins.touched(known.entry)}
            yield from self._unasked([known for known in silent if logins.created(known.entry) in kept], "creates", asking, len(creating))

    def _asks(self, known: Known) -> bool:
        return logins.asks(known.entry, known.reading, self._texts_of)

    def _unasked(self, silent: list[Known], does: str, asking: int, among: int, kept: bool = False) -> Iterator[Finding]:
        for known in silent:
            ref, staff = self._ref(known), self._for_staff(known)
            if (kept or not staff) and not self._said_open(ref) and not logins.for_strangers(known.entry, known.path, ref.path, staff):
                words = f"{ref.handler} {does} rows and asks nobody who calls; {asking} of {among} such handlers of this app ask"
                yield Finding(Span(ref.file, ref.line), words, "medium", ref.handler, None, ref)

    def loose_ids(self, *languages: str) -> Iterator[LooseId]:
        """Every client id that selects data and that nothing ties, in these languages."""
        tied = self._tied_models
        for known in self._known_parts:
            code = known.entry.function.code
            if code.language in languages and not self._said_open(self._ref(known)):
                for name, lookup in known.reading.missing(self._ref(known).path):
                    if name not in self._put_on_request or code.language not in ("javascript", "typescript"):
                        yield self._loose(known, name, lookup, tied)
                for name, lookup in self._placed(known):
                    yield self._loose(known, name, lookup, tied)

    @cached_property
    def _put_on_request(self) -> frozenset[str]:
        return before.put(self._text(path) for path in self._kept if "javascript" in family(language_of(path)))
