"""What values of a guard hang on: who calls, what the guard was told, the row that the path names, and where these meet.

Knows: the marks, and how they join. Does not know: where they come from (`meeting.py`), what follows from them (`told_rules.py`).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from prodlint.names import Definition

# the caller, what is read of them, what a guard was told, the request, which row it names; the caller together with what was told, with the row
CALLS, WHO, TOLD, ASKED, ROW, MET, MEANT = 1, 2, 4, 8, 16, 32, 64


class Val(msgspec.Struct, eq=False):
    """marks: what a value hangs on. ref, env: the function that it is, and the names around it; fields, kind: an object of the project's class;
    says_no: a function gave it that turns somebody away by what it gives."""

    marks: int = 0
    ref: Any = None
    env: dict[str, Val] | None = None
    fields: dict[str, Val] | None = None
    kind: Definition | None = None
    me: Val | None = None
    says_no: bool = False


NOTHING = Val()
VIEW = Val(ref="view")


def joined(values: Iterable[Val]) -> int:
    marks = 0
    for value in values:
        marks |= value.marks
    return marks


def met(values: Iterable[Val]) -> int:
    """What several values come to in one call or comparison: who calls, on one side, may meet what the guard was told, on another."""
    sides = [value.marks for value in values]
    marks = 0
    for at, one in enumerate(sides):
        marks |= one
        if one & (CALLS | WHO):
            others = all_of(other for place, other in enumerate(sides) if place != at)
            marks |= (MET if others & TOLD else 0) | (MEANT if others & ROW else 0)
    return (marks & ~CALLS) | WHO if marks & CALLS else marks


def all_of(marks: Iterable[int]) -> int:
    out = 0
    for each in marks:
        out |= each
    return out


def told(value: Val) -> Val:
    """What a guard was told: what it asks for, and not where it looks."""
    if isinstance(value.ref, Definition) and value.ref.kind == "class":
        return value
    return Val(value.marks | TOLD, value.ref, value.env, value.fields, value.kind, value.me)
