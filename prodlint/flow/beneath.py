"""Rows that stand beneath others: which id is to be told of, where several name the way to a row.

Knows: the ways that lead to a selection, and which of their terms are reported. Does not know: what is tied (`judge.py`), what counts as an id
(`choices.py`).

`Task.query.filter_by(project_id=project_id).filter_by(id=task_id)`: where the project is anybody's, that is told of the project.
"""

from __future__ import annotations

from collections.abc import Callable

from prodlint import regex as re
from prodlint.flow import queries
from prodlint.flow.degrees import LOOSE
from prodlint.flow.judge import Judge
from prodlint.flow.values import CHOSEN, Client, Selection

SIFTS = re.compile(r"__(?:gte?|lte?|i?contains|i?startswith|i?endswith|i?regex|search|range|date|year|month|day)$")  # what only sifts names no row
Told = Callable[[Selection, str, Client], bool]  # whether a client value is reported: `?archived=` sifts, and is not


def through_loose(judge: Judge, selection: Selection, client: Client, told: Told) -> bool:
    """Is a selection loose only because what it was reached through is, and that is reported by itself under another id? On a way that leads through
    nothing loose it is loose by itself; and what narrows the rows on some ways only (`if project_id: rows = rows.filter(...)`) says less than what
    names one on each."""
    chains = judge.chains(selection)
    said = [frozenset(c for element in chain for c in _told(element, told)) for chain in chains]
    if not all(client in each for each in said) and frozenset.intersection(*said):
        return True
    return bool(chains) and all(_below(judge, chain, client, told) for chain in chains)


def _below(judge: Judge, chain: list[Selection], client: Client, told: Told) -> bool:
    """Does a way lead through rows that are loose, and that another id names?"""
    above = [s for element in chain for _, value in element.terms for s in value.selections if s is not chain[0]]
    for parent in (*above, *chain[1:]):
        others = [c for e in (parent, *parent.parents) for c in _told(e, told) if c != client]
        if others and judge.tied(parent) == LOOSE and not any(c == client for _, c in queries.client_terms(parent)):
            return True
    return False


def _told(element: Selection, told: Told) -> list[Client]:
    """The client values that narrow a selection, of which something is reported."""
    terms = [(name, c) for name, c in queries.client_terms(element) if c.source in CHOSEN and c.name not in ("*", "?")]
    return [c for name, c in terms if not SIFTS.search(name) and told(element, name, c)]
