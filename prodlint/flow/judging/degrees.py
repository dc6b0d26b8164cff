"""How sure it is that something is the caller's, and what several answers come to.

Knows: the three answers and their order. Does not know: how one is reached (`judge.py`).
"""

from __future__ import annotations

from collections.abc import Iterable

TIED, WEAK, LOOSE = "owned", "unknown", "missing"
NOWHERE = (0, True)  # a branch that nothing stands in: what is said there is in doubt everywhere else


def most(verdicts: Iterable[str]) -> str:
    found = set(verdicts)
    return TIED if TIED in found else WEAK if WEAK in found else LOOSE


def worst(verdicts: Iterable[str]) -> str:
    found = set(verdicts)
    return LOOSE if LOOSE in found or not found else WEAK if WEAK in found else TIED


def better(one: str, other: str) -> str:
    return most((one, other))


def least(one: str, other: str) -> str:
    return worst((one, other))
