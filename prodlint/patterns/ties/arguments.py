"""Which arguments of a called function bring which ids, and which of them meet in it.

Knows: parameters by their place, fields of one, the last parameter of Go that takes all that follows, what each selects. Does not know: which
function is called (`callees.py`), what a call hands over (`slots.py`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from prodlint import regex as re
from prodlint.patterns.text.meanings import Lookup, Slot, Value
from prodlint.patterns.text.reader import Function, Parameter
from prodlint.patterns.text.words import Words
from prodlint.patterns.ties.flow import Reading

_ASKER = re.compile(r"(?i)\w*(?:user|role|actor|caller|member|account|principal|session|claims|token|auth|admin|operator|requester)\w*(?:\.\w+)*")
_SENT = re.compile(r"\.\s*(?:params|query|body|param|searchParams)\b")
# an id that says of what: `systemID`, and no `id`, nor of whom, which may be a name that everybody knows
_OF_KIND = re.compile(
    r"(?!(?i:(?:\w*(?:user|owner|member|author|follow\w*|account|customer|person|creator|actor))_?(?:u?u?id)$))\w*[a-zA-Z0-9]_?(?:ID|Id|id|UUID|Uuid|uuid)"
)
MAX_REST = 6  # arguments that the last parameter of Go takes


def keys_of(params: list[Parameter], reading: Reading, language: str) -> dict[Slot, set[str]]:
    """The ids of a called function by the argument that brings them, or by the field of one."""
    written = [name for name, _, _ in reading.placed]
    seen = {name for ids in (*(lookup.ids for lookup in reading.lookups), *reading.together, reading.tied, reading.looked, written) for name in ids}
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


def keyed(keys: dict[Slot, set[str]], loose: dict[str, Lookup], language: str, words: Words) -> frozenset[Slot]:
    """The arguments that select whatever a caller calls them: by what the lookup says, in Go also by what the function itself calls them,
    `func (sm *Manager) GetSystem(systemID string)`."""
    said = {name for lookup in loose.values() for name in lookup.keys}
    if language == "go":
        said |= {name for name in loose if words.is_id(last := name.rpartition(".")[2]) and _OF_KIND.fullmatch(last)}
    return frozenset(slot for slot, names in keys.items() if names & said)


def places_of(reading: Reading, keys: dict[Slot, set[str]]) -> tuple[tuple[Slot, str], ...]:
    """The arguments that a called function writes into rows as they came, with the keys that they are given to."""
    return tuple((slot, key) for name, key, _ in reading.placed for slot, names in keys.items() if name in names)


def beside(taken: frozenset[str], reading: Reading, keys: dict[Slot, set[str]]) -> frozenset[Slot]:
    """The arguments that a called function puts beside each id that it takes from a request itself, into a query or a comparison."""
    met = [*(frozenset(lookup.ids) for lookup in reading.lookups), *reading.together]
    return frozenset(slot for slot, names in keys.items() if taken and all(any(name in ids and names & ids for ids in met) for name in taken))


def looks_of(reading: Reading, keys: dict[Slot, set[str]]) -> frozenset[Slot]:
    """The arguments at which a called function looks in any way."""
    every = frozenset(keys) if "*" in reading.looked else frozenset()
    return every | {slot for slot, names in keys.items() if names & reading.looked}


def models_of(lookups: Iterable[Lookup], keys: dict[Slot, set[str]]) -> tuple[tuple[Slot, tuple[str, ...]], ...]:
    """What the lookups of a called function select by each argument."""
    known = list(lookups)
    found = ((slot, [name for each in known if names & each.ids for name in (*each.inner, each.model)]) for slot, names in keys.items())
    return tuple((slot, tuple(dict.fromkeys(models))) for slot, models in found if models)


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


def ties(reading: Reading, keys: dict[Slot, set[str]], loose: Collection[str]) -> bool:
    """Does a called function tie what it is handed? Where it selects by one id that nothing ties, what it ties beside says nothing of that one, but
    for a field of what that one led to, and for a check that is about whoever asks alone: `permissions.HasPermission(roleID, "orders:delete")`."""
    held = set().union(*keys.values()) if keys else set()
    if not held & reading.tied or not held & set(loose):
        return bool(held & reading.tied)
    asked = any(each & held and all(map(_ASKER.fullmatch, each)) for each in reading.guarded)
    return asked or any(each.startswith(f"{name}.") for name in loose for each in reading.tied)


def takes(function: Function, count: int) -> bool:
    """May the function be called with so many arguments?"""
    params = function.params
    if params and params[0].text.startswith("this "):
        params = params[1:]
    needed = sum("=" not in param.text and "..." not in param.text for param in params)
    return needed <= count and (count <= len(params) or any("..." in param.text for param in params))


def takes_sent(function: Function, reading: Reading, start: dict[str, Value]) -> bool:
    """JavaScript: does a function that is handed the request take of what was sent, and hold nothing against who asks, as
    `req.params.orgId ?? req.user.orgId`?"""
    if function.code.language not in ("javascript", "typescript") or not any(value.request for value in start.values()):
        return False
    return not reading.tied and _SENT.search(function.body) is not None
