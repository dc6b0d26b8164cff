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
Told = Callable[[Selection, str, Client], bool]  # whether a client value is reported: `?archived=` sifts, and is not


class Beneath:
    """What each selection on the way to others names, as far as it is told: many ways lead over the same rows, and each is asked once."""

    def __init__(self, judge: Judge, told: Told) -> None:
        self.judge, self.told = judge, told
        self.known: dict[Selection, tuple[Client, ...]] = {}

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
        chains = self.judge.chains(selection)
        said = [frozenset(c for element in chain for c in self.names(element)) for chain in chains]
        if not all(client in each for each in said) and frozenset.intersection(*said):
            return True
        return bool(chains) and all(self._below(chain, client) for chain in chains)

    def _below(self, chain: list[Selection], client: Client) -> bool:
        """Does a way lead through rows that are loose, and that another id names?"""
        above = [s for element in chain for _, value in element.terms for s in value.selections if s is not chain[0]]
        for parent in (*above, *chain[1:]):
            others = any(c != client for e in (parent, *parent.parents) for c in self.names(e))
            if others and self.judge.tied(parent) == LOOSE and not any(c == client for _, c in queries.client_terms(parent)):
                return True
        return False
