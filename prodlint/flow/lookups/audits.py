"""Rows of which a table only tells who wrote them down, and who touched them last.

Knows: what is held against the caller on other routes. Does not know: foreign keys (`schema.py`), how a verdict was made,
columns that a base class gives very many models (`audited.py`).

`created_by` beside `updated_by` stands in every table of many apps, as the time of both does: the subjects of a school, the settings of a shop, which
all who work there share. It is an owner where some route asks for it, or where it is a habit of the app to ask. Where none does, nobody can tell.
What people make for themselves (an order, a note, a document that hangs on nothing) is theirs who wrote it down all the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from prodlint import regex as re
from prodlint.flow.knowledge import AS_MODEL
from prodlint.flow.values import Selection
from prodlint.flow.verdicts import Outcome, key_of
from prodlint.names import Definition

MADE = re.compile(r"^(?:created|added|entered|inserted)_by(?:_id)?$")
TOUCHED = re.compile(r"(?:^|_)(?:modified|updated|edited|changed)_by(?:_id)?$")
# who touched a row last does not own it
HANDLED = re.compile(
    r"^(?:last|latest|previous|assign|default|notify|fallback|filter|remove|exclude)_|(?:^|_)(?:modified|updated|edited|changed|deleted|approved|reviewed|locked|closed|moderated"
    r"|(?:un)?archived|unpublished|rejected|verified|resolved|cancell?ed)_by(?:_id)?$"
)
PASSED_ON = re.compile(r"(?:^|_)(published|restored|assigned)_by(?:_id)?$")  # nor who did this, where anything else says whose it is
GONE = re.compile(r"(?:^|_)(?:deleted|removed|trashed|archived)_by(?:_id)?$")  # beside who brought a row back: whoever may do both
# who looks after a row for the house
STAFF = re.compile(r"(?:^|_)(?:teacher|instructor|lecturer|doctor|nurse|staff|manager|supervisor|head|officer|agent|technician|librarian)(?:_id)?$")
MANY = 6  # tables with both that make it a habit of the app
PAPERS = re.compile(r"(?:^|_|(?<=[a-z0-9]))(?:Document|Doc|File|Attachment|Photo)s?" + AS_MODEL)
HABIT = 3  # such tables of which rows are held against the caller, above which it is how the app means the column


def pair(columns: Iterable[str]) -> bool:
    """Does a table tell both who wrote a row down and who touched it last?"""
    names = tuple(columns)
    return any(map(MADE.match, names)) and any(map(TOUCHED.search, names))


def handled(column: str, columns: Iterable[str], only: bool) -> bool:
    """Is a column of a table one of who touched a row once? only: nothing else leads to a user, and `published_by` is all that says whose it is."""
    passed = PASSED_ON.search(column)
    if passed is None or not only:
        return bool(passed or HANDLED.search(column))
    return passed[1] == "restored" and any(map(GONE.search, columns))


def paper(schema: Any, model: Definition) -> bool:
    """Is a model called by what people put down for themselves, and no part of rows that say no more of whose they are: the files of a meeting, which
    who sees the meeting sees?"""
    if not PAPERS.search(model.name):
        return False
    holders = (other for other in schema.models() if other is not model and any(target is model for _, target in schema.references(other)))
    paths = [schema.owner_path(holder) for holder in holders]
    return not paths or any(path is not None and not (path and MADE.match(path[-1])) for path in paths)


def keys(schema: Any, rows: Iterable[Selection]) -> tuple[str, ...]:
    """Keys of the models of some rows that only such columns lead from to a user, in an app that has them in many tables."""
    models = {row.model for row in rows if isinstance(row.model, Definition) and row.model in schema.audited}
    found = {key_of(model) for model in models if not paper(schema, model)}
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
