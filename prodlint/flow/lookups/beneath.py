"""Rows that stand beneath others: which id is to be told of, where several name the way to a row.

Knows: the ways that lead to a selection, and which of their terms are reported. Does not know: what is tied (`judge.py`), what counts as an id
(`choices.py`).

`Task.query.filter_by(project_id=project_id).filter_by(id=task_id)`: where the project is anybody's, that is told of the project.
"""

from __future__ import annotations

from collections.abc import Callable

from prodlint import regex as re
from prodlint.flow.judging.degrees import LOOSE
from prodlint.flow.judging.judge import Judge
from prodlint.flow.lookups import queries
from prodlint.flow.values import CHOSEN, Client, Selection

SIFTS = re.compile(r"__(?:gte?|lte?|i?contains|i?startswith|i?endswith|i?regex|search|range|date|year|month|day)$")  # what only sifts names no row
Named = tuple[frozenset[Client], frozenset[Client]]  # client values by which something is told of a row or its parents; those of its own terms
Told = Callable[[Selection, str, Client], bool]  # whether a client value is reported: `?archived=` sifts, and is not


class Beneath:
    """What each selection on the way to others names, as far as it is told: many ways lead over the same rows, and each is asked once."""

    def __init__(self, judge: Judge, told: Told) -> None:
        self.judge, self.told = judge, told
        self.known: dict[Selection, tuple[Client, ...]] = {}
        self.ways: dict[Selection, tuple[frozenset[Client], list[list[Named]]]] = {}  # what narrows on each way; the loose rows of each
        self.named: dict[Selection, Named] = {}

    def names(self, element: Selection) -> tuple[Client, ...]:
        """The client values that narrow a selection, of which something is reported."""
        if element not in self.known:
            terms = [(name, c) for name, c in queries.client_terms(element) if c.source in CHOSEN and c.name not in ("*", "?")]
            self.known[element] = tuple(c for name, c in terms if not SIFTS.search(name) and self.told(element, name, c))
        return self.known[element]

    def through_loose(self, selection: Selection, client: Client) -> bool:
        """Is a selection loose only because what it was reached through is, and that is reported by itself under another id? On a way that leads
        through nothing loose it is loose by itself; and what narrows the rows on some ways only (`if project_id: rows = rows.filter(...)`) says less
        than what names one on each."""
        if selection not in self.ways:
            chains = self.judge.chains(selection)
            said = [frozenset(c for element in chain for c in self.names(element)) for chain in chains]
            self.ways[selection] = frozenset.intersection(*said) if said else frozenset(), [self._loose_above(chain) for chain in chains]
        always, above = self.ways[selection]
        if always and client not in always:
            return True
        return bool(above) and all(any(others - {client} and client not in own for others, own in rows) for rows in above)

    def _loose_above(self, chain: list[Selection]) -> list[Named]:
        """The loose rows that a way leads through."""
        above = [s for element in chain for _, value in element.terms for s in value.selections if s is not chain[0]]
        return [self._named(parent) for parent in dict.fromkeys((*above, *chain[1:])) if self.judge.tied(parent) == LOOSE]

    def _named(self, parent: Selection) -> Named:
        if parent not in self.named:
            told = frozenset(c for element in (parent, *parent.parents) for c in self.names(element))
            self.named[parent] = told, frozenset(c for _, c in queries.client_terms(parent))
        return self.named[parent]
