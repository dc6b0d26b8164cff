"""Rows that are looked up twice by the same words: `Page.objects.get(name=name)` in a guard, and again where it is used.

Knows: what rows are called, what a guard held that had found one by it, what was held twice. Does not know: what is tied (`judge.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from prodlint import regex as re
from prodlint.flow.lookups import queries
from prodlint.flow.lookups.queries import narrowed_from
from prodlint.flow.values import Client, Selection, Value
from prodlint.names import Definition

# what rows are called
NATURAL = re.compile(
    r"(?:^|_)(?:name|username|login|e?mail|domain|slug|host(?:name)?|title|path|label|handle|urn|uuid|accession|public_id)(?:__i?exact)?$", re.I
)
Held = tuple[frozenset[tuple[int, bool]], bool, int, frozenset[object] | None]  # in which branches, weak, from when on, as whose id


class Twins:
    """A part of `judge.Judge`."""

    def _twins(self: Any) -> dict[tuple[object, str, Client], list[Held]]:
        """What guards hold of a row that the client names by something else than a key: the same words find the same row again."""
        out: dict[tuple[object, str, Client], list[Held]] = {}
        for target, entries in self.run.bound.items():
            for element in narrowed_from(target) if isinstance(target, Selection) and isinstance(target.model, Definition) else ():
                for name, client in queries.client_terms(element):
                    if NATURAL.search(name):
                        out.setdefault((element.model, str(name), client), []).extend((*entry, None) for entry in entries)
        return out

    def _again(self: Any, selection: Selection, field: str, value: Value, tests: frozenset[tuple[int, bool]], before: int) -> bool:
        """Is it looked up by the words by which a guard looked up a row of the same model, or of one that is joined to it? Whether one row alone is
        called so is not told."""
        model = getattr(field, "model", None) or selection.model  # `select(Note).join(Note.project).filter(Project.name == name)`
        entries = [entry for client in value.clients for entry in self.twins.get((model, str(field), client.plain), ())]
        return any(number <= before and not self.apart(where, tests) for where, _, number, _ in entries)


def by_some_key(target: object) -> list[Client]:
    """`get(**{lookup: kwargs[argument]})`: the one id that selects a row, by a column that only who calls the function knows."""
    terms = target.terms if isinstance(target, Selection) else ()
    return [value.clients[0] for name, value in terms if name == "**" and len(value.clients) == 1 and value.clients[0].name not in ("*", "?")]


def earliest(entries: Iterable[Any]) -> list[Any]:
    """What holds from several places on holds from the first of them: a helper that asks, called a hundred times, says one thing. The place is the
    only number of its own in an entry."""
    out: dict[tuple[Any, ...], Any] = {}
    for entry in entries:
        at = next(place for place, part in enumerate(entry) if type(part) is int)
        key = (*entry[:at], *entry[at + 1 :])
        if key not in out or entry[at] < out[key][at]:
            out[key] = entry
    return list(out.values())


def earliest_of(said: Mapping[Any, Iterable[Any]]) -> dict[Any, list[Any]]:
    """The same for each target."""
    return {target: earliest(entries) for target, entries in said.items()}
