"""Those whose rows these are, asked for as a role: teachers reach the courses of other teachers.

Knows: what the owners of a row are called on the way to them, and which role a handler asks for. Does not know: how a verdict was made.

Where a course belongs to a `Teacher`, or to a user by `teacher_id`, a test of `role == "teacher"` lets in all who own one. It is none of those who
run the app; and where other routes hold what belongs to teachers against the one who asks, this one forgot to.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from prodlint import regex as re
from prodlint.flow.judging.tenants import bare
from prodlint.flow.knowledge import snake
from prodlint.flow.lookups.schema import Schema
from prodlint.flow.verdicts import Choice, Outcome
from prodlint.names import Definition

HELD = 2  # choices that are held against such an owner, wherever
# who is above others as well: rows are theirs, and those of others are their work
ABOVE = re.compile(
    r"(?:\w+_)?(?:admin\w*|super\w*|staff\w*|root|owners?|managers?|supervisors?|employees?|hr|heads?|leads?|leaders?|directors?|principals?|moderators?|agents?"
    r"|assignees?|operators?|reviewers?|editors?|officers?|receptionists?|librarians?|users?|accounts?|profiles?|members?|authors?|creators?)",
    re.I,
)
ROLE_OF = re.compile(r"^(?:roles?_|is_)|_role$", re.I)


def whose(schema: Schema, model: object, path: tuple[str, ...] | None) -> tuple[str, ...]:
    """What stands on the way to an owner: the columns, and the models that they lead to."""
    found: list[str] = []
    for name in path or ():
        target = dict(schema.references(model)).get(name) if isinstance(model, Definition) else None
        found += [bare(name), *([snake(target.name).lower()] if isinstance(target, Definition) else [])]
        model = target
    return tuple(dict.fromkeys(word for word in found if not ABOVE.fullmatch(word)))


def asked(run: Any, owners: tuple[str, ...]) -> str:
    """The one role that is named where somebody is asked for one, if the rows are of those who have it."""
    named = {ROLE_OF.sub("", word.lower()).removesuffix("s") for word in (*run.role_words, *run.plain_words)}
    word = named.pop() if len(named) == 1 else ""
    return word if word in owners else ""


def weigh(outcomes: Sequence[Outcome]) -> None:
    held: Counter[str] = Counter()
    loose: list[tuple[Outcome, Choice]] = []
    for outcome in outcomes:
        for choice in outcome.choices:
            if choice.ownership == "owned":
                held.update(choice.whose)
            elif choice.asked and choice.limited and choice.ownership == "unknown" and outcome.authentication == "required":
                loose.append((outcome, choice))
    for outcome, choice in loose:
        if held[choice.asked] >= HELD:
            choice.ownership = outcome.ownership = "missing"
