"""Rails: what was seen of a row beside the method that loads it, where several actions share it.

Knows: whether what a method loads is changed by actions after it, and for whom; which models so many controllers read by an id alone that others are
meant to see them. Does not know: how controllers and their filters are read (`rails.py`, `loads.py`); which confidence that makes (`judge.py`).
"""

from __future__ import annotations

from collections import Counter
from functools import cached_property

from prodlint.patterns.entries.parameters import Entry
from prodlint.patterns.evidence import linked, owners
from prodlint.patterns.evidence.alike import Alike
from prodlint.patterns.evidence.named import before_change, model_key
from prodlint.patterns.ruby import loads as ruby_loads
from prodlint.patterns.ruby import rails

OFTEN = 3  # files of handlers that read rows of a model by an id alone
LARGE = 12  # handlers that take ids: an app of fewer has no habits
HELD = 2  # handlers that hold such rows against who asks, where it is no matter of one alone


class RailsEvidence(Alike):
    """A part of `evidence.Evidence`."""

    def _changed_after(self, entry: Entry) -> bool:
        """Rails: does an action change what this method loads before it?"""
        return before_change(entry) and rails.changed_by(entry.function, self._controllers) == "anybody"

    def _asked_for_changes(self, entry: Entry) -> bool:
        """Rails: does whoever wrote the class ask before what changes such rows, and left reading them open?"""
        if rails.asked_for_changes(entry.function):
            return True
        return ruby_loads.only_loads(entry.function) and rails.changed_by(entry.function, self._controllers) == "staff"

    @cached_property
    def _takes_ids(self) -> Counter[str]:
        """Language -> how many handlers take ids."""
        return Counter(known.entry.function.code.language for known in self._pattern_entries if known.reading.ids)

    @cached_property
    def _held_at(self) -> Counter[str]:
        """Ruby: how many handlers hold rows of a kind against who asks."""
        found = set()
        for known in self._pattern_entries:
            if known.entry.function.code.language == "ruby":
                found |= {
                    (model_key(each.model), known.path, known.entry.name)
                    for each in known.reading.lookups
                    if each.tied or each.ids & known.reading.tied
                }
        return Counter(key for key, _, _ in found)

    @cached_property
    def _often_read(self) -> frozenset[str]:
        """Ruby: the models that handlers of so many classes read by an id alone that they are shown to others than whose rows they are."""
        read: set[tuple[str, str]] = set()
        for known in self._known_parts:
            if known.entry.function.code.language == "ruby" and not self._changed_after(known.entry):
                loose = known.reading.missing(self._ref(known).path)
                kept = ((name, each) for name, each in loose if not each.changes and each.name not in linked.NAMES)
                read |= {(owners.normal(self._owned("ruby", each, known, name)[0]), known.path) for name, each in kept}
        count = Counter(model for model, _ in read)
        return frozenset(model for model in count if model and count[model] >= OFTEN)
