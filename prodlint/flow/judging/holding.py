"""What outcomes that hold where data is used say of the way on which it was selected.

Knows: which client values name a row, and as whose id; what is asked again of the same row or way. Does not know: guards and what follows from them
(`judge.py`).

A handler of deep calls holds hundreds of outcomes at each of hundreds of uses, and each is reached on many ways: whatever does not hang on the use is
found once.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from prodlint.flow.judging.degrees import LOOSE, TIED, WEAK, better, least, most
from prodlint.flow.lookups import identities, queries
from prodlint.flow.lookups.queries import narrowed_from
from prodlint.flow.values import Client, Link, Selection, Tie

Names = dict[Client, list[frozenset[object] | None]]  # client values, with the models of which each names a row


class Holding:
    """A part of `judge.Judge`."""

    def __init__(self) -> None:
        self.denoted: dict[tuple[Selection, str], frozenset[object] | None] = {}  # of which models' rows the terms name one
        self.keyed: dict[Selection, list[tuple[Client, bool]]] = {}  # the client values that name a row
        self.by_way: dict[int, tuple[frozenset[object], Names, dict[object, str]]] = {}  # what a way goes through, its names, what was said of others

    def holds(self: Any, held: Iterable[Tie | Link], chain: list[Selection]) -> str:
        """What the outcomes that hold at a use say of a chain or of the client values in it."""
        best = LOOSE
        for outcome in held:
            if best == TIED:
                break
            if isinstance(outcome, Tie):
                best = better(best, least(self.says(outcome.target, chain), WEAK if outcome.weak else TIED))
                continue
            for one, other in ((outcome.one, outcome.other), (outcome.other, outcome.one)):
                if self.says(other, chain) == LOOSE or (other not in self._through(chain)[0] and queries.narrower(other)):
                    best = better(best, least(self.says(one, chain), self.tied(other)))
        return best

    def says(self: Any, target: object, chain: list[Selection]) -> str:
        """What it says of a way that a target is held."""
        through, names, said = self._through(chain)
        known = said.get(target)
        if known is None:
            known = said[target] = TIED if target in through else self._named_too(target, names)
        return known

    def _named_too(self: Any, target: object, names: Names) -> str:
        """The same id finds the same row again."""
        by = self._key_values(target) if isinstance(target, Selection) else [(target, True)]
        return most(
            TIED if alone and self.same(one.of, of) else WEAK for one, alone in by if isinstance(one, Client) for of in names.get(one.plain, ())
        )

    def _through(self: Any, chain: list[Selection]) -> tuple[frozenset[object], Names, dict[object, str]]:
        known = self.by_way.get(id(chain))
        if known is None:
            names: Names = {}
            for element in chain:
                for field, client in queries.naming_terms(element):
                    named = self._named(client, element, field)
                    names.setdefault(named.plain, []).append(named.of)
            # `if report.may_edit(user): Finding.objects.get(id=pk, report=report)`
            parents = [value.selections[0] for element in chain for _, value in element.terms if len(value.origins) == len(value.selections) == 1]
            known = self.by_way[id(chain)] = frozenset([*chain, *parents]), names, {}
        return known

    def _key_values(self: Any, checked: Selection) -> list[tuple[Client, bool]]:
        """The client values that name a row, each with the model whose row it names, and whether nothing else may name it instead."""
        known = self.keyed.get(checked)
        if known is None:
            terms = [(element, *term) for element in narrowed_from(checked) for term in queries.key_terms(element)]
            known = self.keyed[checked] = [(self._named(client, element, name), alone) for element, name, client, alone in terms]
        return known

    def _named(self: Any, client: Client, element: Selection, field: str) -> Client:
        if client.of is not None:
            return client
        if (element, field) not in self.denoted:
            self.denoted[element, field] = identities.denoted(self.schema, element, field)
        return client.naming(self.denoted[element, field])
