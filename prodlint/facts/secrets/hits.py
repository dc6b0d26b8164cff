"""What the layers hand on: places that hold a credential.

Knows: the shapes. Does not know: how a place was found.
"""

from __future__ import annotations

from typing import NamedTuple

from prodlint.model import Secret


class Hit(NamedTuple):
    """One place that holds a credential, before places that overlap are merged. rank: lower wins; confidence: "" says that
    the place is known and is none; value: as a parser sees it, where that is
    not what stands there."""

    start: int
    end: int
    rank: int
    kind: str
    name: str
    confidence: str
    title: str
    rotate: str = ""
    value: str = ""


class Found(NamedTuple):
    """The credentials of a file, and their values as they stand in it, for whoever has to take them out of what is kept."""

    secrets: tuple[Secret, ...]
    values: frozenset[str]
    lines: tuple[int, ...] = ()  # in which any of the values stands
