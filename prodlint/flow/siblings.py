"""What handlers of one app say about each other.

Knows: when the same kind of choice stands in many handlers and none of them holds it against the caller. Does not know: how a verdict was made.

Profiles of users are open to other users in many apps. Where several routes show users by id and not one of them asks for more, that is how the
app is meant, and nobody forgot anything; where one of them asks, the others are worth a look.

The same goes for what belongs to a team or an organisation and to no person: where the app never asks for the team, all who can log in share it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Any

from prodlint.names import Definition

PEOPLE = re.compile(r"(?:.*User|Person|Profile|Member)$")
HABIT = 3  # routes that make it a habit of the app


SHARED = re.compile(
    r"(?:^|_)(?:org|organi[sz]ation|tenant|company|team|workspace|project|group|department|household|site)(?:_?(?:id|uuid|pk))?$", re.I
)


def weigh(outcomes: Sequence[Any]) -> None:
    """Turns "missing" into "unknown" where leaving something open is a habit of the app, and data without an owner into "unknown" where the app
    treats it as somebody's."""
    people(outcomes)
    shared(outcomes)
    private(outcomes)


def people(outcomes: Sequence[Any]) -> None:
    """Users who are shown by id."""
    shown = [
        (outcome, choice)
        for outcome in outcomes
        if outcome.endpoint.methods and set(outcome.endpoint.methods) <= {"GET", "HEAD"}
        for choice in outcome.choices
        if isinstance(choice.selection.model, Definition) and PEOPLE.match(choice.selection.model.name)
    ]
    loose = [(outcome, choice) for outcome, choice in shown if choice.ownership == "missing" and not choice.selection.changed]
    if len(loose) < HABIT or any(choice.ownership == "owned" for _, choice in shown):
        return
    for outcome, choice in loose:
        doubt(outcome, choice)


def shared(outcomes: Sequence[Any]) -> None:
    """What belongs to a team or organisation, and is held against it nowhere."""
    by_model: dict[Definition, list[tuple[Any, Any]]] = {}
    for outcome in outcomes:
        for choice in outcome.choices:
            if isinstance(choice.selection.model, Definition) and choice.owner_path and SHARED.search(choice.owner_path[-1]):
                by_model.setdefault(choice.selection.model, []).append((outcome, choice))
    for pairs in by_model.values():
        loose = [(outcome, choice) for outcome, choice in pairs if choice.ownership == "missing"]
        if len({id(outcome) for outcome, _ in loose}) >= HABIT and not any(choice.ownership == "owned" for _, choice in pairs):
            for outcome, choice in loose:
                doubt(outcome, choice)


def private(outcomes: Sequence[Any]) -> None:
    """What no foreign key leads from to a user, and other routes reach only through the caller all the same."""
    routes: Counter[Definition] = Counter(model for outcome in outcomes for model in outcome.scoped)
    for outcome in outcomes:
        for choice in outcome.choices:
            if choice.reference and routes[choice.selection.model] >= HABIT:
                choice.ownership = "unknown"
                if outcome.ownership == "not-applicable":
                    outcome.ownership = "unknown"


def doubt(outcome: Any, choice: Any) -> None:
    choice.ownership = "unknown"
    if outcome.ownership == "missing" and all(c.ownership != "missing" for c in outcome.choices):
        outcome.ownership = "unknown"
