"""Entry points of ASP.NET: what stands around an action in other places, groups, filters, constants, behaviours of a mediator.

Knows: which of the rooms about these is asked for which entry. Does not know: what they say (`mapped.py`, `filters.py`, `roles.py`,
`secured_messages.py`, `fastendpoints.py`).
"""

from __future__ import annotations

from functools import cached_property

from prodlint import regex as re
from prodlint.patterns.dotnet import fastendpoints
from prodlint.patterns.dotnet.filters import AspFilters
from prodlint.patterns.dotnet.mapped import Mapped
from prodlint.patterns.dotnet.roles import AspRoles
from prodlint.patterns.dotnet.secured_messages import SecuredMessages
from prodlint.patterns.entries.inline import joined
from prodlint.patterns.entries.parameters import Entry
from prodlint.patterns.ties.callees import Callees

DEPTH_TYPED = 3  # where types, or in Go the names of receivers, say which function runs


class AspEntries(Callees):
    """Mixin of Project; expects what `Kept` expects."""

    def _put_on_group(self, entry: Entry, path: str) -> None:
        """Minimal APIs: the entry takes up the group of another function onto which its own function, or its class, is mapped."""
        at = entry.function.at
        outer = [each for each in self._read(path)[1] if each.first <= at < each.last and each.name]
        owner = entry.function.owner or (outer[0].owner if outer else None)
        prefix, around = self._mapped.before(*(each.name for each in reversed(outer)), owner.name if owner is not None else "")
        if prefix and entry.path:
            entry.path = f"/{joined(prefix, entry.path)}"
        entry.around += f" {around}"

    def _put_in_group(self, entry: Entry, path: str) -> re.Pattern[str] | None:
        """FastEndpoints: the entry takes up what its group says; the names of what claims fill in its request."""
        classes = self._classes("csharp").paths
        name = fastendpoints.group_of(entry)
        above = (each for file in classes.get(name, ()) for each in self._read(file)[1] if each.name == name)
        if (group := next(above, None)) is not None:
            fastendpoints.grouped(entry, group)
        request = next((found.group() for param in entry.function.params[:1] if (found := re.match(r"\w+", param.text)) is not None), "")
        filled = [each for file in (path, *classes.get(request, ())) for each in fastendpoints.of_claims(self._text(file), request)]
        return re.compile("|".join(map(re.escape, sorted(set(filled))))) if filled else None

    @cached_property
    def _mapped(self) -> Mapped:
        return Mapped(self._read(path) for path in sorted(self._kept) if path.endswith(".cs") and ".Map" in self._text(path))

    @cached_property
    def _asp_filters(self) -> AspFilters:
        """Filters of ASP.NET that the project writes itself."""
        texts = ((path, self._text(path)) for path in sorted(self._kept) if path.endswith(".cs"))
        return AspFilters(texts, lambda path: self._read(path)[1], self._words("csharp"), lambda path: self._resolve("csharp", DEPTH_TYPED, path))

    @cached_property
    def _asp_roles(self) -> AspRoles:
        return AspRoles(self._text(path) for path in sorted(self._kept) if path.endswith(".cs"))

    @cached_property
    def _secured_messages(self) -> SecuredMessages:
        return SecuredMessages(self._text(path) for path in sorted(self._kept) if path.endswith(".cs"))
