"""SQL texts of which one runs: `query += " AND done = ?"` under a condition, one statement or another by a branch.

Knows: which values of names belong to the same way through the branches, so that a text is read with its own parameters. Does not know: what a
statement says (sql.py), whether a way can be taken.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import count

import msgspec

from prodlint import regex as re
from prodlint.flow.lookups import sql
from prodlint.flow.values import Value, Ways

MOST = 8  # texts that are read of one statement
MOST_TOGETHER = 32  # combinations of texts and parameters that are kept apart
_OPENS = re.compile(r"(?i)\b(?:or|union|intersect|except)\b")
_MARKS = count()


def ways_of(value: Value) -> Ways:
    """What it is on each way, by the branches taken; on every way the same where nothing was kept apart."""
    return value.ways or ((frozenset(), value),)


def agree(one: frozenset[tuple[int, int]], other: frozenset[tuple[int, int]]) -> bool:
    """May both be on one way: is no branch taken to two sides?"""
    taken = dict(one)
    return all(taken.get(mark, side) == side for mark, side in other)


def is_text(value: Value) -> bool:
    """Is it a statement on some way?"""
    return any(sql.is_sql(one.const) for _, one in ways_of(value))


def apart(merged: dict[str, Value], sides: list[dict[str, Value]]) -> None:
    """Where two sides of a branch hold different statements under a name, keeps what each of them left under the names that it changed."""
    changed = [name for name in sides[0] if all(name in side for side in sides) and any(side[name] is not sides[0][name] for side in sides)]
    texts = [name for name in changed if any(is_text(side[name]) for side in sides)]
    if not texts:
        return
    mark = next(_MARKS)
    told: dict[str, Ways] = {
        name: tuple((taken | {(mark, n)}, value) for n, side in enumerate(sides) for taken, value in ways_of(side[name])) for name in changed
    }
    for name in texts:
        if len(told[name]) > MOST:
            told[name] = extremes(told[name])
    kept = [taken for name in texts for taken, value in told[name] if sql.is_sql(value.const)]
    for name, ways in told.items():
        here = tuple((taken, value) for taken, value in ways if any(agree(taken, other) for other in kept))
        if 1 < len(here) <= MOST_TOGETHER:
            merged[name] = msgspec.structs.replace(merged[name], ways=here)


def either(joined: Value, first: Value, second: Value) -> Value:
    """`"SELECT ..." if everything else "SELECT ... WHERE owner_id = ?"`."""
    merged = {"": joined}
    apart(merged, [{"": first}, {"": second}])
    return merged[""]


def extremes(ways: Ways) -> Ways:
    """Of texts to which conditions were added, those with the fewest and the most; nothing where too many are not made of each other."""
    rest, out = sorted(ways, key=lambda way: len(way[1].const or "")), []
    while rest and len(out) < MOST:
        least = rest[0][1].const or ""
        family = [way for way in rest if _adds(least, way[1].const or "")]
        out += [family[0], family[-1]] if len(family) > 1 else family
        rest = [way for way in rest if way not in family]
    return () if rest else tuple(out)


def _adds(least: str, text: str) -> bool:
    """Is a text another one with more conditions?"""
    return text.startswith(least) and not _OPENS.search(text, len(least))


def together(values: Iterable[Value]) -> list[tuple[frozenset[tuple[int, int]], tuple[Value, ...]]]:
    """What several values are on each way on which they can go together."""
    out: list[tuple[frozenset[tuple[int, int]], tuple[Value, ...]]] = [(frozenset(), ())]
    for value in values:
        out = [(taken | more, (*before, one)) for taken, before in out for more, one in ways_of(value) if agree(taken, more)]
        if len(out) > MOST_TOGETHER:
            return []
    return out


def spread(whole: Value, values: tuple[Value, ...], make: Callable[..., Value]) -> Value:
    """What is made of several values, on each way too: `query + " ORDER BY id"`, `params.append(limit)`."""
    if all(value.ways is None for value in values):
        return whole
    made = tuple((taken, make(*parts)) for taken, parts in together(values))
    return msgspec.structs.replace(whole, ways=made) if len(made) > 1 else whole


def runs(statement: Value, args: list[Value], kwargs: dict[str, Value]) -> list[tuple[Value, list[Value], dict[str, Value]]]:
    """Each statement that may run, with the parameters that belong to it."""
    out = []
    for taken, text in ways_of(statement):
        if sql.is_sql(text.const):
            given = [text if value is statement else on(value, taken) for value in args]
            out.append((text, given, {key: on(value, taken) for key, value in kwargs.items() if value is not statement}))
    return out


def on(value: Value, taken: frozenset[tuple[int, int]]) -> Value:
    """What a value is on one way; itself where that cannot be told."""
    found = [one for other, one in ways_of(value) if agree(other, taken)]
    return found[0] if len(found) == 1 else value
