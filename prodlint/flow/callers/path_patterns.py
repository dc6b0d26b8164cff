"""Patterns of the project that is examined, tried on the paths of its routes.

Knows: which of them may be tried: one that could take long, or that is none, says nothing. Does not know: where patterns are written
(`open_paths.py`, `middleware.py`).
"""

from __future__ import annotations

import warnings

from prodlint import regex as re

LONG = 300  # characters of a pattern
STEPS = 1_000_000  # that a pattern may need
GROUPS = 30
_LITERAL = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]", re.S)  # what is escaped, and sets of characters
_REPEATS_GROUP = re.compile(r"\)[*+{]|\(\?[a-zA-Z]*x")  # or is written with spaces, which may hide that
_SURE = re.compile(r"\\A|\^")


def matches(pattern: str, path: str, how: str = "search") -> bool | None:
    """None for a pattern that is not tried."""
    if len(pattern) > LONG or steps(pattern, len(path), how) > STEPS:
        return None
    try:
        with warnings.catch_warnings():  # what is odd about the pattern is not ours to say
            warnings.simplefilter("ignore")
            return getattr(re, how)(pattern, path) is not None
    except (re.error, OverflowError):
        return None


def steps(pattern: str, length: int, how: str) -> float:
    """At most so many ways the matcher may go through a path of this length: each repetition ends anywhere in it, each choice doubles them."""
    bare = _LITERAL.sub("-", pattern)
    groups, bars = bare.count("("), bare.count("|")
    if groups > GROUPS or _REPEATS_GROUP.search(bare):
        return float("inf")
    repeats = sum(bare.count(sign) for sign in "*+{") + (how == "search" and not _SURE.match(pattern))
    return (length + 1.0) ** min(repeats, 30) * 2.0 ** min(bare.count("?") - bare.count("(?"), 30) * (bars / (groups + 1) + 1) ** (groups + 1)
