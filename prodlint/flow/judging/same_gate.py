"""What is asked of others who come in by the same gate.

Knows: the verdicts of all handlers, what kind of user each lets in and by which gate (`gates.py`). Does not know: how a verdict was made.

A role says what somebody may do, not to whose rows. Where other routes for the same role hold the same rows, or what these belong to, against who
asks, having the role is not enough.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from prodlint.flow.verdicts import Choice, Outcome

HABIT = 3  # routes of one gate that hold what the rows belong to


def kinds(outcomes: Sequence[Outcome]) -> None:
    """Some kind of user comes in (employers, teachers), and another route for the same kind holds the same rows against who asks: being one is not
    enough. What another kind may do says nothing: managers see what contributors have to be part of."""
    held: dict[str, set[str]] = {}
    for outcome in outcomes:
        for choice in outcome.choices:
            if outcome.kinds and choice.ownership == "owned" and choice.owner_path != ():
                held.setdefault(choice.key, set()).update(outcome.kinds)
    for outcome in outcomes:
        for choice in outcome.choices:
            if choice.limited and not held.get(choice.key, set()).isdisjoint(outcome.kinds):
                choice.ownership = outcome.ownership = "missing"


def staff(outcomes: Sequence[Outcome]) -> None:
    """Staff of one tenant: what comes in by the same gate elsewhere is held against who asks all the same, in more places than not; or what the rows
    belong to is, wherever staff reaches it."""
    held: Counter[tuple[str, str]] = Counter()
    loose: dict[tuple[str, str], list[tuple[Outcome, Choice]]] = {}
    for outcome in outcomes:
        for key in {c.key for c in outcome.choices if outcome.gate and c.key and c.ownership == "owned" and c.owner_path != ()}:
            held[outcome.gate, key] += 1
        for choice in outcome.choices:
            if outcome.gate and choice.limited and choice.ownership in ("admin", "unknown") and choice.key:
                loose.setdefault((outcome.gate, choice.key), []).append((outcome, choice))
    for (gate, key), pairs in loose.items():
        asked = held[gate, key] >= 2 and held[gate, key] >= len({id(outcome) for outcome, _ in pairs})
        for outcome, choice in pairs:
            parent = (gate, dict(outcome.above).get(key, ""))
            if asked or (held[parent] >= HABIT and parent not in loose and not held[gate, key]):
                choice.ownership = outcome.ownership = "missing"
