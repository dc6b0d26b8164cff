"""Which arguments of a called function bring which ids, and which of them meet in it.

Knows: parameters by their place, fields of one, the last parameter of Go that takes all that follows. Does not know: which function is called
(`callees.py`), what a call hands over (`slots.py`).
"""

from __future__ import annotations

from prodlint.patterns.flow import Reading
from prodlint.patterns.meanings import Slot
from prodlint.patterns.reader import Parameter

MAX_REST = 6  # arguments that the last parameter of Go takes


def keys_of(params: list[Parameter], reading: Reading, language: str) -> dict[Slot, set[str]]:
    """The ids of a called function by the argument that brings them, or by the field of one."""
    seen = {name for ids in (*(lookup.ids for lookup in reading.lookups), *reading.together, reading.tied) for name in ids}
    out: dict[Slot, set[str]] = {}
    for place, param in enumerate(params):
        for _, key in param.taken:
            out[place, key] = {key}
        name = param.name.lstrip("$")
        if name and not param.taken:
            # `func (r *Orders) one(ctx context.Context, where ...predicate.Order)`: all that is handed over from there on
            out |= {at: {name} for at in range(place, place + (MAX_REST if "..." in param.text and language == "go" else 1))}
            out |= {(place, each[len(name) + 1 :]): {each} for each in sorted(seen) if each.startswith(f"{name}.")}
    return out


def groups_of(reading: Reading, keys: dict[Slot, set[str]]) -> list[frozenset[Slot]]:
    """The positions whose values meet somewhere in the function, over several steps."""
    joined: list[set[str]] = []
    for edge in (set(edge) for edge in reading.together if len(edge) > 1):
        for other in [each for each in joined if each & edge]:
            edge |= other
            joined.remove(other)
        joined.append(edge)
    alone = (frozenset(slot for slot, names in keys.items() if names & lookup.ids) for lookup in reading.lookups if lookup.direct)
    return [frozenset(slot for slot, names in keys.items() if names & group) for group in joined] + [each for each in alone if len(each) > 1]
