"""The vocabulary of a language, compiled: which names mean the caller, the request, a check, an access to data.

Knows: how the lists of `models/patterns.yaml` and the project's own words become one expression for each question. Does not know: code.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from prodlint import regex as re
from prodlint.patterns.text import ownwords

_NEVER = "(?!)"
_CASED = frozenset({"id", "verb"})  # where upper and lower case tell words apart
DATA = re.compile(
    r"(?:\w*[a-z_])?(?:repo|repos|repository|repositories|model|models|service|services|svc|dao|mapper|store|storage|manager|table|db|database|tx|trx|conn"
    r"|connection|em|entity_?manager|prisma|knex|supabase|orm|queries|querier|collection|datastore|gateway|persistence|data_?access|client|api|controller"
    r"|facade|usecase|provider|session|ctx|context|dbset|uow|unit_?of_?work)s?|supabase_?(?:admin|service|server)\w*",
    re.I,
)


class Words:
    """Questions about names; every attribute is a compiled expression to use with `fullmatch`."""

    def __init__(
        self,
        sections: Mapping[str, Mapping[str, list[str]]],
        language: str,
        own: Mapping[str, tuple[str, ...]],
        verified: bool = True,
        given: frozenset[str] = frozenset(),
        kept: frozenset[str] = frozenset(),
        unchecked: frozenset[str] = frozenset(),
        sent: frozenset[str] = frozenset(),
    ) -> None:
        """sections: `patterns` of the models; own: `[tool.prodlint.access]`; verified: whether what a token says of its bearer may be believed;
        given: headers that a middleware of the project holds against who asks, and sets where they do not fit; kept: what middleware puts into the
        context of a request without having taken it from what was sent; unchecked: ids that it puts there as they were sent;
        sent: decorators of parameters that give what the client sent (`javascript/sent_marks.py`)."""
        self.verified, self.given, self.kept, self.unchecked, self.sent = verified, given, kept, unchecked, sent
        base = "javascript" if language == "typescript" else "java" if language == "kotlin" else language
        merged: dict[str, list[str]] = {}
        for section in (sections.get("shared", {}), sections.get(base, {})):
            for name, entries in section.items():
                merged.setdefault(name, []).extend(entries)
        merged.setdefault("principal", []).extend(re.escape(ownwords.holder(word)) for word in own.get("principals", ()))
        for name, entry in (("guard", "guards"), ("admin", "admin")):
            merged.setdefault(name, []).extend(re.escape(word) for word in own.get(entry, ()))
        self._merged = merged
        self.own_guards, self.own_admin = (ownwords.names(own.get(entry, ())) for entry in ("guards", "admin"))

    def __getattr__(self, name: str) -> Any:
        entries = self._merged.get(name, [])
        form = "|".join(f"(?:{entry})" for entry in entries) or _NEVER
        compiled = re.compile(form, 0 if name in _CASED else re.I)
        setattr(self, name, compiled)
        return compiled

    def is_id(self, name: str) -> bool:
        return bool(self.id.fullmatch(name))

    def narrows(self, name: str) -> bool:
        """Does a name of what is handed to a list say that it lists something of somebody: an id, the caller, the request?"""
        return self.is_id(name) or any(form.fullmatch(name) for form in (self.principal, self.member, self.request))

    def is_own(self, name: str) -> bool:
        """Does the project itself say that a call of this name refuses others?"""
        return name in self.own_guards or name in self.own_admin

    def is_guard(self, name: str) -> bool:
        if self.is_own(name):
            return True
        name = name.lstrip("_")
        return bool(self.guard.fullmatch(name)) and not _SHAPE.search(name) and not _ONLY_LIKE.match(name)


# words that begin as `can`, `may` and `require` do, and files that are taken in
_ONLY_LIKE = re.compile(r"(?i)cancel|candidate|canvas|canonical|maybe|allow(?:ance|list|ed)|canopy|require_(?:once|relative|dependency)$")
# checks of a value's form say nothing about who may have it
_SHAPE = re.compile(
    r"(?i)uuid|format|input|schema|param|body|email|string|number|type|length|syntax|csrf|token|password|captcha|rate|limit|version|signature|accepted_?scope|loaded|created|initiali[sz]ed|null|connected|started|capacity|directory|(?-i:Ip|IP)(?=[A-Z]|$)|(?:^|_)ip(?:_|$)|country|origin(?!al)|user_?agent|(?:ajax|admin)_referer|nonce"
)
