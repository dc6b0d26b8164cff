"""What the entry points of an app say of each other outside Python: what is tied elsewhere, what everybody may list, which ids are usually tied.

Knows: lookups of all entry points together. Does not know: what one handler shows (`evidence.py`); which answer is a finding.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from prodlint import regex as re
from prodlint.patterns.dotnet.secured_messages import SECURED
from prodlint.patterns.entries import inpath
from prodlint.patterns.entries.around import ties_by_name
from prodlint.patterns.entries.entrypoints import Known
from prodlint.patterns.entries.parameters import Entry
from prodlint.patterns.evidence import customs, owners
from prodlint.patterns.evidence.named import model_key
from prodlint.patterns.evidence.neighbours import Neighbours
from prodlint.patterns.javascript.nest_guards import without_marks
from prodlint.patterns.php import laravel
from prodlint.patterns.php.path_roles import OF_ALL
from prodlint.patterns.ruby import rails
from prodlint.patterns.text.kept import family
from prodlint.patterns.text.meanings import Lookup
from prodlint.patterns.text.reader import Function
from prodlint.patterns.text.types import COMPILED
from prodlint.patterns.ties import lists
from prodlint.patterns.ties.roles import for_machines, without_staff

CHANGED, LISTED, READ = 1, 2, 3
ENOUGH, SHARE, MORE = 12, 4, 2  # handlers that ask for a permission, for each that ties something


class Alike(Neighbours):
    """Mixin of Project; expects what `Kept` expects."""

    @cached_property
    def _tied_models(self) -> dict[str, int]:
        """What some entry point selects tied -> CHANGED, where only changes are tied (what everybody may read, its owner alone may change), LISTED,
        where somebody's own are listed, READ, where one that is read by its id is tied."""
        out: dict[str, int] = {}
        for known in self._pattern_entries:
            set_by_client = laravel.properties(known.entry)
            for lookup in known.reading.lookups:
                if (lookup.tied or lookup.ids & known.reading.tied) and not (lookup.ids and lookup.ids <= set_by_client):
                    key = model_key(lookup.model)
                    out[key] = max(out.get(key, 0), CHANGED if self._changes(known, lookup) else READ if lookup.ids else LISTED)
        return out

    @cached_property
    def _of_callers(self) -> frozenset[str]:
        """What some entry point selects by its id among what the caller has, and not only by leave of a policy."""
        out: set[str] = set()
        for known in self._pattern_entries:
            compared = known.reading.tied if not _BY_LEAVE.search(f"{known.entry.around} {known.entry.function.body}") else frozenset()
            for lookup in known.reading.lookups:
                if lookup.ids and not lookup.changes and (lookup.tied or lookup.ids & compared):
                    out |= {model_key(lookup.model), *map(owners.normal, lookup.model.split(".")[-2:-1])}
        return frozenset(out) - {""}

    @cached_property
    def _tied_classes(self) -> frozenset[str]:
        """The models whose rows some entry point ties, also by a scope of theirs: `Order::ownedByTeam()->find($id)`."""
        every = (lookup for known in self._pattern_entries for lookup in known.reading.lookups if lookup.tied or lookup.ids & known.reading.tied)
        return frozenset(owners.normal(each.model.split(".")[0]) for each in every if each.model[:1].isupper())

    @cached_property
    def _held_rows(self) -> frozenset[str]:
        """The models of which some entry point of Go or C# selects rows with something that ties them: whoever wrote it knew whose they are."""
        out: set[str] = set()
        for known in self._pattern_entries:
            if known.entry.function.code.language in ("go", "csharp"):
                held = [each for each in known.reading.lookups if each.ids and (each.tied or each.ids & known.reading.tied)]
                parts = {part for each in held for model in (each.model, *each.inner) for part in model.split(".")}
                out |= {owners.normal(name) for name in owners.nouns(sorted(parts))}
        return frozenset(out) - {""}

    @cached_property
    def _held_against_caller(self) -> frozenset[tuple[str, str]]:
        """(language, id) of parts of paths that say whose data is asked for, and that some handler ties: `/reports/{userId}`."""
        out = set()
        for known in self._pattern_entries:
            named = (name for name in sorted(known.reading.tied) if _OF_PERSON.fullmatch(name) and inpath.stands(known.entry, name))
            out |= {(family(known.entry.function.code.language)[0], owners.normal(name)) for name in named}
        return frozenset(out)

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
                out |= self._listed_at(known)
        return frozenset(out)

    def _listed_at(self, known: Known) -> set[str]:
        """What one entry point gives out as a whole, beside what it selects by an id."""
        of = (lookup.model.split(".") for lookup in known.reading.lookups if lookup.ids)
        by_id = {name for parts in of for name in map(owners.normal, owners.nouns(parts))}
        functions = (known.entry.function, *self._handed_to(known.entry))
        named = (part for function in functions for part in lists.listed(function))
        return {owners.normal(name) for part in named for name in owners.nouns([part])} - by_id

    @cached_property
    def _shown_lists(self) -> frozenset[str]:
        """Rails: what a list gives out to whoever comes, in a controller that asks for a login elsewhere, where whoever comes may sign up: those who
        sign in are no colleagues who keep such rows together."""
        every = (known for known in self._pattern_entries if known.entry.framework == "rails") if self._strangers_join else ()
        return frozenset(name for known in every if rails.before_login(known.entry.function, self._controllers) for name in self._listed_at(known))

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
            around = without_marks(known.entry.around)
            if group == "csharp":  # what is for staff alone says nothing of those who are none
                around = without_staff(around)
            if known.reading.ids and (set(known.reading.roles) - {SECURED} or ties_by_name(around)):
                asked[group] = asked.get(group, 0) + 1
            elif known.reading.tied or any(lookup.tied or (lookup.ids and known.reading.caller) for lookup in known.reading.lookups):
                others[group] = others.get(group, 0) + 1
        return frozenset(group for group, count in asked.items() if count >= ENOUGH and count > SHARE * others.get(group, 0))

    @cached_property
    def _by_role_alone(self) -> bool:
        """PHP: are roles and permissions asked before most handlers, and before far more than hold a row against who asks, in an app that lets nobody
        sign up?"""
        held = asked = others = 0
        admin = self._words("php").admin
        for known in self._pattern_entries:
            if known.entry.function.code.language != "php" or not known.reading.ids:
                continue
            if any(map(admin.fullmatch, re.findall(r"[A-Za-z]+", f"{known.path} {self._ref(known).path}"))):
                continue  # an area of administrators says nothing of the rest
            if known.reading.tied or any(lookup.tied for lookup in known.reading.lookups):
                held += 1
            elif known.reading.roles or ties_by_name(known.entry.around):
                asked += 1
            else:
                others += 1
        joins = self._strangers_join or any(_SIGNS_UP.search(self._text(path)) for path in self._kept if path.endswith(".php"))
        return asked >= ENOUGH and asked > max(MORE * held, held + others) and not joins

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
        for known in self._known_parts:
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


_SIGNS_UP = re.compile(r"\bAuth::routes\((?![^;]{0,200}register['\"]\s{0,9}=>\s{0,9}false)|\bFeatures::registration\(")
_BY_LEAVE = re.compile(r"(?i)authori[sz]e|polic(?:y|ies)|\bcan(?:not)?\b|\bgate\b|allowed_to|permission|isgranted")
_OF_PERSON = re.compile(r"(?i)(?:user|customer|member|owner|patient|student)_?(?:id|uuid|guid)")
_SCHEDULED = re.compile(r"crons?|cron_?jobs?|jobs|webhooks?|workers?")
