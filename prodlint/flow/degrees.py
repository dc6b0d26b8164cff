"""How sure it is that something is the caller's, and what several answers come to.

Knows: the three answers and their order. Does not know: how one is reached (`judge.py`).
"""

from __future__ import annotations

from collections.abc import Iterable

TIED, WEAK, LOOSE = "owned", "unknown", "missing"


def better(one: str, other: str) -> str:
    if TIED in (one, other):
        return TIED
    return WEAK if WEAK in (one, other) else LOOSE


def least(one: str, other: str) -> str:
    return LOOSE if LOOSE in (one, other) else WEAK if WEAK in (one, other) else TIED


def most(verdicts: Iterable[str]) -> str:
    found = set(verdicts)
    return TIED if TIED in found else WEAK if WEAK in found else LOOSE


def worst(verdicts: Iterable[str]) -> str:
    found = set(verdicts)
    return LOOSE if LOOSE in found or not found else WEAK if WEAK in found else TIED
