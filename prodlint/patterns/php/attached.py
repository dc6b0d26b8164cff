"""Rows that a relation of Laravel is handed by an id that the client sends, and that nothing looks up: `$order->depots()->attach($depotId)`.

Knows: relations of many to many as models declare them, parameters of an action that are handed on as they came. Does not know: foreign keys among
other columns (`linked.py`), lists that are put together.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping

from prodlint import regex as re
from prodlint.patterns.text.meanings import Lookup, Value
from prodlint.patterns.text.reader import Function

_RELATION = re.compile(
    r"function\s+(\w+)\s*\([^()]{0,300}\)[^{;]{0,80}\{\s*return\s+\$this\s*->\s*(?:belongsToMany|morphToMany)\(\s*\\?(?:\w+\\)*(\w+)::class"
)
_NAME = re.compile(r"attach|sync|syncWithoutDetaching|toggle")
_HANDED = re.compile(r"->\s*(\w+)\(\s*\)\s*->\s*(attach|sync|syncWithoutDetaching|toggle)\(\s*(\$\w+)\s*[,)]")


def relations(texts: Iterable[str]) -> dict[str, str]:
    """Relation -> the model that it leads to, where all models that have one of that name mean the same."""
    found: dict[str, set[str]] = {}
    for text in texts:
        for name, model in _RELATION.findall(text):
            found.setdefault(name, set()).add(model)
    return {name: next(iter(models)) for name, models in found.items() if len(models) == 1}


def joined(function: Function, start: Mapping[str, Value], known: Mapping[str, str]) -> Iterator[Lookup]:
    """What the relations of a function are handed, as lookups of the rows that these lead to."""
    code = function.code
    first, last = code.starts[function.first], code.starts[min(function.last, len(code) - 1)]
    for found in _HANDED.finditer(code.text, first, last):
        relation, how, variable = found.groups()
        held = start.get(variable)
        again = re.search(rf"{re.escape(variable)}\s*=[^=>]", code.text[first : found.start()])
        if relation in known and held is not None and held.ids and again is None:
            at = bisect_left(code.starts, found.start(2))
            yield Lookup(how, f"{known[relation]}.{how}", at, ids=set(held.ids), strong=True, changes=True, direct=True)


def is_one(lookup: Lookup) -> bool:
    return lookup.direct and _NAME.fullmatch(lookup.name) is not None
