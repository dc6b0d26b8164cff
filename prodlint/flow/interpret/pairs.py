"""Answers that stand beside data: `return None, "not yours"` and `return order, None`, `{"order": order, "error": None}`.

Knows: what each part of a pair or a dictionary says by being there or not, by the returns that gave it. Does not know: what held at a return
(`interpreter.py`), which rows a function keeps from whom (`functions.py`).

Who looks at no part of it knows nothing of the id; `order, error = find(...)` and `if error: refuse` holds the order as `if not allowed: refuse`
does.
"""

from __future__ import annotations

from collections.abc import Callable

from prodlint.flow.proofs.refusals import RESPONSES
from prodlint.flow.values import Link, Origin, Outcome, Selection, Tie, Value, flipped
from prodlint.names import Definition

Side = tuple[Value, frozenset[Outcome]]  # what one return gives, and what held there
DEEP = 3


def told(result: Value, sides: list[Side]) -> Value:
    """What comes back, each part with what its being there says."""
    if len(sides) < 2 or not any(held for _, held in sides):
        return result
    values = [value for value, _ in sides]
    if result.items is not None and all(value.items is not None and len(value.items) == len(result.items) for value in values):
        parts = [_part(item, [(value.items[at], held) for value, held in sides]) for at, item in enumerate(result.items)]  # type: ignore[index]
        return result.with_items((result.items[0], *parts[1:]))  # the first is the answer, and says it already
    made = [value.kind is None or isinstance(value.kind, Definition) for value in values]
    names = set.intersection(*(set(value.fields or ()) for value in values)) if all(made) else set()
    if not names or result.fields is None or result.receiver is not None:
        return result
    for name in sorted(names & result.fields.keys()):
        part = _part(result.fields[name], [(value.fields[name], held) for value, held in sides])  # type: ignore[index]
        result = result if part is result.fields[name] else result.with_field(name, part)
    return result


def _part(part: Value, sides: list[Side]) -> Value:
    there = [held for value, held in sides if _there(value) is not False]
    lacking = [held for value, held in sides if _there(value) is not True]
    if not there or not lacking:
        return part
    said: frozenset[Origin] = frozenset.intersection(*there) | flipped(frozenset.intersection(*lacking))
    return part.plus(o for o in said if isinstance(o, (Tie, Link)) and o.sign)


def _there(value: Value) -> bool | None:
    """Is a part true: a message, a row, a literal? None where nobody can tell. A row that is not there gives nothing away."""
    if value.truth is not None:
        return value.truth
    if value.items == () or value.fields == {} or value.const == "":
        return False
    return True if value.const or value.items or value.selections else None


def replaced(value: Value, parts: dict[Selection, Selection], depth: int = DEEP) -> Value:
    """The value with other rows in it and in its parts."""
    if not depth:
        return value
    swap: Callable[[Value], Value] = lambda part: replaced(part, parts, depth - 1)  # noqa: E731
    value = value.made_of(frozenset(parts.get(o, o) if isinstance(o, Selection) else o for o in value.origins))
    if value.items:
        value = value.with_items(tuple(map(swap, value.items)))
    if value.fields and value.receiver is None and _shows(value):
        value = Value(
            value.origins, value.kind, value.ref, value.const, {k: swap(v) for k, v in value.fields.items()}, None, value.items, value.closure
        )
    return value


def swapped(result: Value, sides: list[Side], parts: dict[Selection, Selection], held: frozenset[Tie | Link]) -> Value:
    """What comes back with the rows that are held on their way out in it; `return None, {"of": order.status}` shows one that is not, in that part."""
    items = result.items
    if not items or any(value.items is None or len(value.items) != len(items) for value, _ in sides):
        return replaced(result, parts)
    whole = replaced(result, parts)
    shown = []
    for at, item in enumerate(items):
        loose = {
            row
            for value, here in sides
            for row in rows_in(value.items[at]) & parts.keys()
            if here.isdisjoint(o for o in held if row in o.targets)  # type: ignore[index]
        }
        shown.append(replaced(item, {row: part for row, part in parts.items() if row not in loose}, DEEP - 1))
    return whole.with_items(tuple(shown))


def _shows(value: Value) -> bool:
    """Are fields what is shown of a row: of a dictionary, an object, a response? Those of a query are its terms."""
    return not isinstance(value.kind, str) or bool(RESPONSES.search(value.kind.rpartition(".")[2]))


def rows_in(value: Value, depth: int = DEEP) -> set[Selection]:
    out = set(value.selections)
    for part in (*(value.items or ()), *(value.fields.values() if value.fields and value.receiver is None else ())) if depth else ():
        out |= rows_in(part, depth - 1)
    return out
