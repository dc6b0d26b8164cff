"""What the neighbours of an entry point say of the app: who it is for, whether strangers sign up, which files look at the caller.

Knows: words of paths, names and what stands around. Does not know: which answer is a finding (`questions.py`).
"""

from __future__ import annotations

from functools import cached_property
from posixpath import basename, dirname

from prodlint import regex as re
from prodlint.patterns.entries import keyed
from prodlint.patterns.entries.around import for_all, ties_by_name
from prodlint.patterns.entries.entrypoints import Known
from prodlint.patterns.entries.parameters import Entry
from prodlint.patterns.evidence.named import model_key, places_of
from prodlint.patterns.evidence.powers import with_power
from prodlint.patterns.javascript import logins, open_house
from prodlint.patterns.jvm import resolvers
from prodlint.patterns.text.kept import language_of
from prodlint.patterns.text.meanings import Lookup
from prodlint.patterns.text.types import TYPED
from prodlint.patterns.together import Together

_SIGNS_UP = re.compile(r"(?i)(?<!un)(?:sign_?-?up|regist(?:er|ration)s?)(?![a-z])")


class Neighbours(Together):
    """Mixin of Project; expects what `Kept` expects."""

    @cached_property
    def _strangers_join(self) -> bool:
        """May whoever comes sign up, so that those who are signed in are no colleagues?"""
        return any(
            _SIGNS_UP.search(f"{known.entry.name} {self._ref(known).path}")
            and not (known.reading.caller or known.reading.roles or ties_by_name(known.entry.around) or self._for_staff(known, self._ref(known).path))
            for known in self._pattern_entries
        ) or logins.lets_strangers_in((language_of(path), self._text(path)) for path in self._kept)

    @cached_property
    def _known_parts(self) -> tuple[Known, ...]:
        """The entry points, one that does several things by a name that the client sends once for each of them."""
        return tuple(Known(each.path, each.entry, part) for each in self._pattern_entries for part in each.reading.parts or (each.reading,))

    def _for_staff(self, known: Known, route: str = "") -> bool:
        """Do the file, the class, what stands around or the route say that only administrators come here?"""
        admin = self._words(known.entry.function.code.language).admin
        if any(admin.fullmatch(place) for place in (*places_of(known), *re.findall(r"\w+", route))):
            return True
        params = known.entry.function.params if known.entry.function.code.language in ("java", "kotlin") else ()
        return resolvers.for_staff(params, self._resolved, admin)

    def _kin(self, known: Known, lookup: Lookup) -> bool:
        """Does another handler of the same class, before which the same is asked, select the same and tie it: whoever comes here may not have
        all of it?"""
        entry, owner, key = known.entry, known.entry.function.owner, model_key(lookup.model)
        if owner is None or not key:
            return False
        if (known.path, owner.name, key, _before_all(entry)) in self._tied_in_class:
            return True
        admin = self._words(entry.function.code.language).admin
        alone = not any(map(admin.fullmatch, re.findall(r"\w+", entry.around.replace(owner.header, " "))))  # nothing asks for staff here alone
        return alone and (known.path, owner.name, key, "") in self._tied_in_class

    @cached_property
    def _tied_in_class(self) -> frozenset[tuple[str, str, str, str]]:
        out: set[tuple[str, str, str, str]] = set()
        for known in self._pattern_entries:
            owner = known.entry.function.owner
            for lookup in known.reading.lookups if owner is not None else ():
                if owner is not None and lookup.strong and lookup.ids & known.reading.tied:
                    of = known.path, owner.name, model_key(lookup.model)
                    out |= {(*of, ""), (*of, _before_all(known.entry))}
        return frozenset(out)

    @cached_property
    def _roles_with_power(self) -> frozenset[str]:
        """Java, Kotlin, C#: roles of a name of their own that let in who may have the rows of everybody."""
        typed = (known for known in self._pattern_entries if known.entry.function.code.language in TYPED and known.reading.ids)
        return with_power((known.entry.roles, bool(known.reading.tied & known.reading.ids)) for known in typed)

    @cached_property
    def _knowing_files(self) -> frozenset[str]:
        """Files in which some entry point looks at the caller, or ties an id."""
        return frozenset(known.path for known in self._pattern_entries if known.reading.caller or known.reading.tied)

    @cached_property
    def _knowing_frameworks(self) -> frozenset[str]:
        """The same for what stands alone in its file, as resolvers of GraphQL in Ruby: where any of them looks at the caller."""
        knowing = {known.entry.framework for known in self._pattern_entries if known.reading.caller or known.reading.tied}
        return frozenset(("graphql-ruby",)) & knowing

    @cached_property
    def _packages(self) -> frozenset[str]:
        return frozenset(dirname(path) for path in self.files if basename(path) == "package.json")

    @cached_property
    def _keyed(self) -> frozenset[str]:
        """tRPC: folders of packages whose procedures only other services call, by a key that they share."""
        texts: dict[str, list[str]] = {}
        for path in self._kept:
            if language_of(path) in logins.SCRIPTS:
                texts.setdefault(open_house.home(path, self._packages), []).append(self._text(path))
        return frozenset(folder for folder, each in texts.items() if keyed.by_shared_key(each))

    def _by_shared_key(self, known: Known) -> bool:
        """Is it such a procedure, and none that everybody may call?"""
        entry = known.entry
        return entry.framework == "procedure" and open_house.home(known.path, self._packages) in self._keyed and not for_all(entry.around)

    def _asking(self, folder: str) -> tuple[int, int]:
        """(handlers of JavaScript in the app of that folder that speak of who calls and sign nobody in, all that there are)."""
        some, every = self._asking_apps.get(folder, (0, 0))
        return (every, every) if self._marks.everywhere else (some, every)

    @cached_property
    def _asking_apps(self) -> dict[str, tuple[int, int]]:
        out: dict[str, tuple[int, int]] = {}
        for known in self._pattern_entries:
            entry, reading = known.entry, known.reading
            if entry.function.code.language not in logins.SCRIPTS or open_house.SIGNS_IN.search(f"{entry.name} {self._ref(known).path}"):
                continue
            said = f"{entry.function.header} {entry.function.body} {entry.around}"
            asks = bool(reading.caller or reading.tied or reading.roles or open_house.LOGIN.search(said))
            where = open_house.home(self._ref(known).file, self._packages)
            some, every = out.get(where, (0, 0))
            out[where] = some + asks, every + 1
        return out


def _before_all(entry: Entry) -> str:
    """Rails: what is asked before all actions of a class; "-" where some are spared, or where nobody can tell."""
    said = entry.around.replace(entry.function.header, " ")
    return said if entry.framework == "rails" and not re.search(r"\b(?:only|except|if|unless):", said) else f"- {entry.name}"
