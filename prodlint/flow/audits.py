"""Rows of which a table only tells who wrote them down, and who touched them last.

Knows: what is held against the caller on other routes. Does not know: foreign keys (`schema.py`), how a verdict was made,
columns that a base class gives very many models (`audited.py`).

`created_by` beside `updated_by` stands in every table of many apps, as the time of both does: the subjects of a school, the settings of a shop, which
all who work there share. It is an owner where some route asks for it, or where it is a habit of the app to ask. Where none does, nobody can tell.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from prodlint import regex as re
from prodlint.flow.values import Selection
from prodlint.flow.verdicts import Outcome, key_of
from prodlint.names import Definition

MADE = re.compile(r"^(?:created|added|entered|inserted)_by(?:_id)?$")
TOUCHED = re.compile(r"(?:^|_)(?:modified|updated|edited|changed)_by(?:_id)?$")
# who looks after a row for the house
STAFF = re.compile(r"(?:^|_)(?:teacher|instructor|lecturer|doctor|nurse|staff|manager|supervisor|head|officer|agent|technician|librarian)(?:_id)?$")
MANY = 6  # tables with both that make it a habit of the app
HABIT = 3  # such tables of which rows are held against the caller, above which it is how the app means the column


def pair(columns: Iterable[str]) -> bool:
    """Does a table tell both who wrote a row down and who touched it last?"""
    names = tuple(columns)
    return any(map(MADE.match, names)) and any(map(TOUCHED.search, names))


def keys(schema: Any, rows: Iterable[Selection]) -> tuple[str, ...]:
    """Keys of the models of some rows that only such columns lead from to a user, in an app that has them in many tables."""
    found = {key_of(row.model) for row in rows if isinstance(row.model, Definition) and row.model in schema.audited}
    many = bool(found) and sum(pair(schema.columns(model)) for model in schema.models()) >= MANY
    return tuple(sorted(found)) if many else ()


def weigh(outcomes: Sequence[Outcome], theirs: Callable[[str], object]) -> None:
    """Turns "missing" into "unknown" where such columns are all that says whose a row is, and nobody ever asks for them. theirs: is a model called
    by what people make for themselves (an order, a note)? Who wrote it down is whose it is."""
    audited = {key for outcome in outcomes for key in outcome.audited}
    if not audited:
        return
    asked = {key for outcome in outcomes for key in (*outcome.scoped, *outcome.kept)}
    asked |= {choice.key for outcome in outcomes for choice in outcome.choices if choice.ownership == "owned"}
    if len(asked & audited) >= HABIT:
        return
    loose = audited - asked
    for outcome in outcomes:
        if outcome.authentication not in ("required", "unknown"):
            continue
        for choice in outcome.choices:
            if choice.key in loose and choice.ownership == "missing" and not theirs(choice.model):
                choice.ownership = "unknown"
        if outcome.ownership == "missing" and all(choice.ownership != "missing" for choice in (*outcome.choices, *outcome.links)):
            outcome.ownership = "unknown"
        outcome.lists = [each for each in outcome.lists if each.key not in loose or theirs(each.model)]
