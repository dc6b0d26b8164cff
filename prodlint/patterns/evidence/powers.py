"""Roles with a name of their own that give power over rows of everybody, by what the app does: behind them no handler ties what it takes to who asks,
and where nobody is asked for one, handlers do.

Knows: how many handlers tie something, and behind which role. Does not know: what a role is called (`roles.py`), how an id is tied (`flow.py`).
"""

from __future__ import annotations

from collections.abc import Iterable

ENOUGH, OTHERS = 4, 2  # handlers behind a role that tie nothing, and handlers behind none that do


def with_power(seen: Iterable[tuple[tuple[str, ...], bool]]) -> frozenset[str]:
    """seen: the roles of each handler that takes ids, and whether it ties any of them to who asks."""
    loose: dict[str, int] = {}
    tied: set[str] = set()
    others = every = 0
    for roles, ties in seen:
        every += 1
        others += ties and not roles
        for role in roles:
            loose[role] = loose.get(role, 0) + 1
        tied |= set(roles) if ties else set()
    if others < OTHERS:
        return frozenset()
    return frozenset(role for role, count in loose.items() if count >= ENOUGH and role not in tied and 2 * count <= every)
