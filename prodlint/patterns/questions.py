"""What rules may ask about code outside Python: the part of `Project` that answers with entry points and what ties their ids.

Knows: what entry points say of each other: what is tied elsewhere, what everybody may list, what is kept to staff. Does not know: how a file or a
function becomes an entry point (`entrypoints.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from prodlint import regex as re
from prodlint.model import Span
from prodlint.patterns import customs, inpath, lists, logins, openhouse, owners, promises, rails, requested, supabase, webhooks
from prodlint.patterns.around import for_all, ties_by_name
from prodlint.patterns.entries import left_out
from prodlint.patterns.entrypoints import Known
from prodlint.patterns.existence import answers_nothing, only_asked, row_dropped
from prodlint.patterns.gorouter import received
from prodlint.patterns.kept import family, language_of
from prodlint.patterns.loose import LooseId
from prodlint.patterns.meanings import Lookup
from prodlint.patterns.named import OF_ONE, OPEN_PATH, PERSONAL, before_change, ends_public, is_about, model_key, places_of, said_names
from prodlint.patterns.neighbours import Neighbours
from prodlint.patterns.nestguards import ASKED, without_marks
from prodlint.patterns.parameters import Entry
from prodlint.patterns.pathroles import OF_ALL
from prodlint.patterns.reader import Function
from prodlint.patterns.roles import for_machines, lists_all, only_staff
from prodlint.patterns.types import COMPILED, HINTED, TYPED
from prodlint.patterns.values import BOUND
from prodlint.report import Finding, Skip

CHANGED, LISTED, READ = 1, 2, 3
ENOUGH, SHARE = 12, 4  # handlers that ask for a permission, for each that ties something


class PatternQuestions(Neighbours):
    """Mixin of Project; expects `unmatched` and what `Kept` expects."""

    unmatched: frozenset[str]

    def unscoped_lookups(self, *languages: str) -> Iterator[Finding | Skip]:
        """The answers of a rule about the ids of these languages."""
        loose = sorted(self.loose_ids(*languages), key=lambda each: (each.at, each.id))
        yield from openhouse.told(loose, self._asking, self._packages)
        seen = sum(known.entry.function.code.language in languages for known in self._pattern_entries)
        none = Skip(f"no id without an owner at {seen} entry points" if seen else "there is no entry point in these languages here")
        unread = (Skip(f"{told.path} {told.message}", Span(told.path, told.line), "unknown") for of, told in self._unread_apps if of in languages)
        yield from self.silence(bool(loose), next(unread, none), *languages)

    def silence(self, told: bool, none: Skip, *languages: str) -> Iterator[Skip]:
        """What a rule says that lives on patterns (of these languages, or of all), beside its findings: that files were not looked at, else, where
        it told nothing, `none`."""
        unread = [path for path in self.unmatched if not languages or language_of(path) in languages]
        if unread:
            yield Skip(f"semgrep did not look at {len(unread)} files", verdict="unknown")
        elif not told:
            yield none

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
        """Handlers of NestJS whose decorator asks for a role or a permission, where no guard reads it."""
        handlers = [known for known in self._pattern_entries if known.entry.framework == "nest"]
        for known in handlers:
            for mark, guard, others in self._marks.unread(known.entry):
                ref = self._ref(known)
                words = f"@{mark} on {ref.handler} only says what is asked for; {guard}, which reads it, stands nowhere before the handler"
                yield Finding(Span(ref.file, ref.line), words, "low" if others else "high", ref.handler, None, ref)

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
            if (kept or not staff) and not logins.for_strangers(known.entry, known.path, ref.path, staff):
                words = f"{ref.handler} {does} rows and asks nobody who calls; {asking} of {among} such handlers of this app ask"
                yield Finding(Span(ref.file, ref.line), words, "medium", ref.handler, None, ref)

    def _behind_policies(self, entry: Entry, lookup: Lookup) -> bool:
        """Supabase: does the client of the handler carry the user's token, so that row level security decides?"""
        code = entry.function.code
        if code.language not in ("javascript", "typescript") or not supabase.is_client(lookup.model.split(".")[0]):
            return False
        return not supabase.is_service(entry.function.body, self._texts_of)

    def _texts_of(self, name: str) -> Iterator[str]:
        """The text of every function of the project of that name."""
        return (each.code.source(each.head, each.last) for _, each in self._by_name(name, "typescript", 0))

    def loose_ids(self, *languages: str) -> Iterator[LooseId]:
        """Every client id that selects data and that nothing ties, in these languages."""
        tied = self._tied_models
        for known in self._pattern_entries:
            code = known.entry.function.code
            if code.language in languages:
                for name, lookup in known.reading.missing(self._ref(known).path):
                    yield self._loose(known, name, lookup, tied)

    @cached_property
    def _tied_models(self) -> dict[str, int]:
        """What some entry point selects tied -> CHANGED, where only changes are tied (what everybody may read, its owner alone may change), LISTED,
        where somebody's own are listed, READ, where one that is read by its id is tied."""
        out: dict[str, int] = {}
        for known in self._pattern_entries:
            for lookup in known.reading.lookups:
                if lookup.tied or lookup.ids & known.reading.tied:
                    key = model_key(lookup.model)
                    out[key] = max(out.get(key, 0), CHANGED if self._changes(known, lookup) else READ if lookup.ids else LISTED)
        return out

    @cached_property
    def _kept_by_owner(self) -> frozenset[str]:
        """What some entry point changes only with the caller in the query."""
        every = (lookup for known in self._pattern_entries for lookup in known.reading.lookups if lookup.of_caller and lookup.changes)
        return frozenset(model_key(lookup.model) for lookup in every) - {""}

    def _sibling(self, known: Known, lookup: Lookup, owned: str, tied: dict[str, int]) -> bool:
        """Is the same tied elsewhere, in a way that says something of this lookup?"""
        key = model_key(lookup.model)
        how = tied.get(key, 0) if key or known.entry.function.code.language not in COMPILED else 0  # `repo.FindByID` names no data
        if known.entry.framework == "symfony" and not owned:
            return how == READ  # lists for the caller say little of what nobody declares to be somebody's
        if known.entry.function.code.language not in COMPILED or self._changes(known, lookup):
            return how > 0
        return how == READ or (how == LISTED and owned == "owned")

    def _joins_person(self, language: str, model: str) -> bool:
        """Does a model join a person to something, as `StudentCourse`: what is made for everybody, and what is not?"""
        name = owners.normal(model)
        return language in COMPILED and any(name.startswith(each) and name != each for each in self._people)

    @cached_property
    def _people(self) -> tuple[str, ...]:
        return tuple(sorted(name for name, each in self._owners.models.items() if each.person and len(name) > 3))

    def _only_reads(self, known: Known) -> bool:
        """Is it registered for GET alone, where what the called functions do is read loosely?"""
        return known.entry.function.code.language in COMPILED and self._ref(known).methods == ("GET",)

    def _changes(self, known: Known, lookup: Lookup) -> bool:
        methods = self._ref(known).methods
        if self._only_reads(known):
            return False
        return lookup.changes or bool(methods and not {"GET", "HEAD", "QUERY"} & set(methods)) or any(each.changes for each in known.reading.lookups)

    def _by_unit_of_work(self, known: Known) -> bool:
        """Doctrine: what a changing route finds is changed where it lies, and written by `flush()`."""
        methods = set(self._ref(known).methods) if known.entry.framework == "symfony" else set()
        return bool(methods) and not methods & {"GET", "HEAD"}

    @cached_property
    def _open_lists(self) -> frozenset[str]:
        """What some entry point that asks for no role gives out as a whole, whoever asks: who signs in may see all of it."""
        out = set()
        for known in self._pattern_entries:
            reading, entry = known.reading, known.entry
            if any(map(_SCHEDULED.fullmatch, re.findall(r"\w+", f"{known.path} {self._ref(known).path}"))):
                continue  # a job that goes through all rows shows them to nobody
            if entry.function.code.language in COMPILED:
                if not (reading.roles or ties_by_name(entry.around) or self._for_staff(known, self._ref(known).path)):
                    words = self._words(entry.function.code.language)
                    named = lists.listed_by_services(entry.function, words.narrows)
                    out |= {owners.normal(name) for part in named for name in owners.nouns([part])}
                continue
            if not (reading.caller or reading.tied or reading.roles or ties_by_name(entry.around) or self._for_staff(known, self._ref(known).path)):
                by_id = {name for lookup in reading.lookups if lookup.ids for name in map(owners.normal, owners.nouns(lookup.model.split(".")))}
                for function in (entry.function, *self._handed_to(entry)):
                    out |= {owners.normal(name) for part in lists.listed(function) for name in owners.nouns([part])} - by_id
        return frozenset(out)

    def _handed_to(self, entry: Entry) -> Iterator[Function]:
        """The methods of services that a controller calls without anything but filters, where the name of the field is the name of the class."""
        code = entry.function.code
        if code.language not in ("javascript", "typescript"):
            return
        for field, name in re.findall(r"\bthis\.(\w+)\.(\w+)\(", entry.function.body):
            kind = f"{field[:1].upper()}{field[1:]}".lstrip("_")
            for path in self._places.get(name, ()):
                if f"class {kind}" in self._text(path):
                    yield from (each for each in self._read(path)[1] if each.name == name and each.owner is not None and each.owner.name == kind)

    @cached_property
    def _by_permission(self) -> frozenset[str]:
        """Languages in which this app asks for permissions before nearly all of its handlers, and hardly looks at who calls elsewhere: its rows
        belong to the people who work with it together."""
        asked: dict[str, int] = {}
        others: dict[str, int] = {}
        for known in self._pattern_entries:
            group = family(known.entry.function.code.language)[0]
            if known.reading.ids and (known.reading.roles or ties_by_name(without_marks(known.entry.around))):
                asked[group] = asked.get(group, 0) + 1
            elif known.reading.tied or any(lookup.tied or (lookup.ids and known.reading.caller) for lookup in known.reading.lookups):
                others[group] = others.get(group, 0) + 1
        return frozenset(group for group, count in asked.items() if count >= ENOUGH and count > SHARE * others.get(group, 0))

    def _kept_together(self, known: Known, lookup: Lookup, tied: dict[str, int]) -> bool:
        """Is it read in an app in which permissions decide, by a handler that does not look at who calls, and nobody's own elsewhere?"""
        if known.reading.caller or model_key(lookup.model) in tied or OF_ALL in known.entry.around:
            return False
        reads = not lookup.changes or self._ref(known).methods == ("GET",)
        return reads and family(known.entry.function.code.language)[0] in self._by_permission

    @cached_property
    def _usually_tied(self) -> tuple[frozenset[customs.Key], frozenset[customs.Key]]:
        """The ids that nearly all handlers of this app tie: where they change something, also where they read."""
        seen = []
        for known in self._pattern_entries:
            loose = dict(known.reading.loose())
            found = {name: lookup for lookup in known.reading.lookups for name in sorted(lookup.ids)}
            seen += [(self._custom(known, name, lookup), name not in loose, self._changes(known, lookup)) for name, lookup in found.items()]
        return customs.usual(seen)

    def _custom(self, known: Known, name: str, lookup: Lookup) -> customs.Key | None:
        entry = known.entry
        if for_machines(entry.function):
            return None
        roles = sorted(role for role in known.reading.roles if not customs.POLICY.fullmatch(role))
        asked = "around" if ties_by_name(entry.around) else " ".join(dict.fromkeys(roles))
        staff = known.reading.staff or self._for_staff(known)
        # the base of a procedure ties for all that are made of it: no habit of those who write handlers
        of = entry.framework if entry.framework == "procedure" else family(entry.function.code.language)[0]
        return customs.key(of, staff, asked, name, model_key(lookup.model))

    def _loose(self, known: Known, name: str, lookup: Lookup, tied: dict[str, int]) -> LooseId:
        entry, reading = known.entry, known.reading
        code = entry.function.code
        at = Span(known.path, code.line(lookup.at), code.column(lookup.at))
        words = self._words(code.language)
        route = self._ref(known).path
        places = [place for place in places_of(known) if route == "" or place in known.path or not _OBSERVES.fullmatch(place)]
        role = next(iter(reading.roles), "") or ("around" if ties_by_name(entry.around) else "")
        model, owned = self._owned(code.language, lookup, entry)
        stored = {owners.normal(each) for each in owners.nouns((*said_names(code.language, lookup.model), model))}
        # a row of somebody by its own id, for all roles that there are
        for_roles = owned == "owned" and owners.normal(name) in ("id", f"{owners.normal(model)}id") and lists_all(entry.around)
        private = owned == "owned" and any(map(OF_ONE.search, stored))
        # a permission that rows of the database give: where whoever comes signs up, most have it for what is their own
        for_roles |= private and self._strangers_join and ASKED in entry.around and not ties_by_name(without_marks(entry.around))
        kin, signed = self._kin(known, lookup), self._signed(entry)
        usual = (
            (lookup.strong or lookup.changes or customs.says(name))
            and self._custom(known, name, lookup) in self._usually_tied[not self._changes(known, lookup)]
            and not (only_staff(entry.around) or (code.language in TYPED and any(map(words.admin.fullmatch, reading.roles))))
        )
        machine = any(words.machine.fullmatch(place) for place in (*places, *re.findall(r"\w+", route), *reading.roles))
        return LooseId(
            at=at,
            id=name,
            model=lookup.model,
            ref=self._ref(known),
            framework=entry.framework,
            language=code.language,
            strong=lookup.strong,
            changes=(lookup.changes and not self._only_reads(known))
            or (before_change(entry) and rails.changed_unchecked(entry.function, self._controllers))
            or self._by_unit_of_work(known)
            or inpath.changed(code.language, self._ref(known), name),
            checked=bool(reading.tied) or reading.caller,
            others_tied=bool(reading.tied),
            role=""
            if role == "around" and (for_roles or (kin and entry.framework == "rails" and not self._controllers.looks_at_row(entry.around)))
            else role,
            admin=self._for_staff(known) and not (for_roles or kin),
            of_person=any(each in owners.PERSON and is_about(known, each) for each in stored),
            behind_policies=self._behind_policies(entry, lookup),
            listed=not self._open_lists.isdisjoint(stored) or self._kept_together(known, lookup, tied),
            sibling=self._sibling(known, lookup, owned, tied),
            kept=model_key(lookup.model) in self._kept_by_owner,
            usual=usual,
            machine=for_machines(entry.function) or (machine and not (usual and signed)),
            signed=signed,
            file_knows=known.path in self._knowing_files or entry.framework in self._knowing_frameworks,
            owned=owned,
            private=private,
            strangers=self._strangers_join,
            unlocked=for_all(entry.around),
            public=bool(
                (words.public.fullmatch(owners.normal(model)) and not self._joins_person(code.language, model))
                or _PUBLIC.search(f"{entry.name} {self._ref(known).path}")
            )
            or (code.language in COMPILED and (self._owners.shared(model, words.public) or (not lookup.changes and ends_public(lookup.name, words)))),
            personal=bool(PERSONAL.fullmatch(owners.normal(model))),
            bound=lookup.name == BOUND,
            served=self._served(code.language, entry, lookup),
            only_asked=not lookup.changes and self._gives_nothing_away(known, lookup),
            open_path=not (reading.caller or reading.tied or reading.roles) and OPEN_PATH.search(f"/{known.path}/{route}/") is not None,
            unasked=self._left_out(known),
            routed=inpath.stands(entry, name),
        )

    def _left_out(self, known: Known) -> bool:
        """Is it left out of the login that handlers of the same class ask for, or of the checks of all others?"""
        entry, owner = known.entry, known.entry.function.owner
        if entry.framework == "rails":
            return rails.spared(entry.function)
        if entry.framework == "spring":
            return left_out(entry.function) and not self._signed(entry)
        routed = entry.framework == "php" and owner is not None and self._ref(known).path
        return bool(routed and owner.name in self._signing and not self._signed(entry))

    @cached_property
    def _signing(self) -> frozenset[str]:
        """Laravel: controllers some of whose actions ask for a login where they are registered."""
        entries = (known.entry for known in self._pattern_entries if known.entry.framework == "php")
        return frozenset(entry.function.owner.name for entry in entries if entry.function.owner is not None and self._signed(entry))

    def _signed(self, entry: Entry) -> bool:
        """Does what stands around it let in only who is signed in?"""
        signed = self._words(entry.function.code.language).signed
        return any(signed.fullmatch(place) for place in re.findall(r"\w+", entry.around))

    def _served(self, language: str, entry: Entry, lookup: Lookup) -> bool:
        """JavaScript: does a service select that was made for who calls, and hung on the request: `req.services.orders.remove(id)`? Livewire: is it
        taken out of what the component holds, which a client cannot change: `$this->order->lines->find($id)`?"""
        if entry.framework == "livewire" and lookup.model.count(".") > 1:
            return f"$this->{lookup.model.partition('.')[0]}->" in entry.function.body
        return "javascript" in family(language) and requested.hangs(lookup.model, entry.function.body) and self._made_for_caller

    @cached_property
    def _made_for_caller(self) -> bool:
        return any(requested.MADE.search(self._text(path)) for path in self._kept if "javascript" in family(language_of(path)))

    def _gives_nothing_away(self, known: Known, lookup: Lookup) -> bool:
        """Is what is read only asked for, or read by a handler that answers nothing and calls nothing that changes it by its name?"""
        function = known.entry.function
        language = function.code.language
        if language in HINTED:
            return only_asked(function, lookup.at)
        if language == "go":
            return row_dropped(function, lookup.at)
        return answers_nothing(function) and not self._words(language).verb.match(lookup.name)

    def _owned(self, language: str, lookup: Lookup, entry: Entry) -> tuple[str, str]:
        """(the model that a lookup selects, what declarations say of it): also of the one that the called function selects, else of the one that
        the controller is about."""
        loosely = language in COMPILED
        parts = said_names(language, lookup.model, lookup.name)
        found = self._owners.named(parts, loosely)
        selected = lookup.inner if language == "go" else self._selected.get((family(language)[0], lookup.name), lookup.inner)
        inner = [each for model in selected if (each := self._owners.named(model.split("."), loosely))[1]]
        of_callee = next((each for each in inner if each[1] == "owned"), None)
        if of_callee is not None and (language in TYPED or not found[1]):  # what the called function selects, not what it is called
            return of_callee
        if found[1]:
            return found
        if inner:
            return inner[0]
        owner = entry.function.owner.name if entry.function.owner is not None else ""
        subject = received(entry.function) if language == "go" else _CONTROLLER.sub("", owner) if language in TYPED else ""
        about = self._owners.named([subject])
        return about if about[1] else (next(iter(owners.nouns(parts)), ""), "")


_SCHEDULED = re.compile(r"crons?|cron_?jobs?|jobs|webhooks?|workers?")
_OBSERVES = re.compile(r"metrics|health\w*")  # what stands around every route of an app to watch it
_PUBLIC = re.compile(r"(?:^|[/_.])public(?:$|[/_ ])|[a-z]Public(?![a-z])")
_CONTROLLER = re.compile(r"(?:Rest|Api|API|Admin|Public|Internal)*(?:Controller|Resource|Endpoints?|Api|Handler)$")
