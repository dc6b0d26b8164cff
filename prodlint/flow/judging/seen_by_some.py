"""Rows that some may see and others not, where one route of an app forgets to ask.

Knows: queries that give what is the caller's together with what the rows themselves show to others (`Q(is_public=True) | Q(members=user)`), wherever
such a condition stands: in a method of the manager, in a base class. Does not know: how a verdict was made.

Where several routes show the rows of a model in this way, not all of its rows are for everybody. A route that shows any of them by its id, without
a login or because nothing leads from the model to a user, is the odd one out.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from prodlint.flow.judging.degrees import LOOSE
from prodlint.flow.judging.judge import Judge
from prodlint.flow.judging.siblings import KEYS, PEOPLE
from prodlint.flow.values import BESIDE, Selection
from prodlint.flow.verdicts import Choice, Outcome, key_of
from prodlint.routing.table import SAFE, Endpoint

FEW = 2  # handlers that show only what the caller may see


def partly(touched: Iterable[Selection], judge: Judge) -> tuple[str, ...]:
    """Keys of the models of which rows are narrowed in this way."""
    parts = {part for selection in touched for chain in judge.chains(selection) for part in chain}
    return tuple(sorted({key_of(part.model) for part in parts if any(value.has(BESIDE) for _, value in part.terms)} - {""}))


def weigh(endpoints: Sequence[Endpoint], outcomes: Sequence[Outcome]) -> None:
    """Turns what nobody asks for into "missing" where the others ask."""
    asked: dict[str, set[str]] = {}
    loose: dict[str, list[tuple[str, Outcome, Choice]]] = {}
    for endpoint, outcome in zip(endpoints, outcomes, strict=True):
        for key in outcome.partly:
            asked.setdefault(key, set()).add(_handler(endpoint))
        for choice in outcome.choices:
            if choice.key not in outcome.partly and _open(outcome, choice):
                loose.setdefault(choice.key, []).append((_handler(endpoint), outcome, choice))
    for key, found in loose.items():
        handlers = {name for name, _, _ in found}
        if len(asked.get(key, ())) >= max(FEW, len(handlers)):
            for _, outcome, choice in found:
                choice.ownership = outcome.ownership = "missing"


def _handler(endpoint: Endpoint) -> str:
    """A view of several methods is one."""
    return f"{endpoint.cls.module.path}:{endpoint.cls.dotted}" if endpoint.cls is not None else f"{endpoint.file}:{endpoint.name}"


def _open(outcome: Outcome, choice: Choice) -> bool:
    """Is any row shown that the client names, to strangers, or since nothing says whose it is?"""
    reads = bool(outcome.methods) and set(outcome.methods) <= SAFE
    said = outcome.role or outcome.secret or choice.some or choice.key in outcome.scoped or PEOPLE.match(choice.model)
    free = choice.ownership == "public" or choice.reference
    return reads and outcome.complete and free and not said and bool(KEYS.search(choice.field))


def by_lesser(run: Any, judge: Judge, row: Selection) -> bool:
    """`if not user.is_admin: return order`, and more is asked of those who go on: what those see who are no admins is held by nothing."""
    uses = run.for_lesser.get(row, ())
    return any(judge.at_use(held, before, chain, row) == LOOSE for held, before in uses for chain in judge.chains(row))
