"""Abstract values: what a value is made of, as far as access is concerned.

Knows: origins and how they join. Does not know: Python's statements, frameworks.

A value carries *origins*. `Client` is something the client chose. CALLER is who asks, or something that belongs to who asks; ROLE is what the
caller is allowed to be (is_admin), PRESENCE whether there is one (is_authenticated). A `Selection` is data that a query selects. `Tie` says
that the value is the outcome of comparing the target with the caller; `Link` that it compares two targets. Origins join by union.

An outcome has a sign: +1 where the value is true when the target fits, -1 where it is true when it does not (`!=`, `not`, `is None`), 0 where
nobody can tell. A guard that refuses on the wrong side proves nothing.

Origins stand in sets, and chains, evidence and what is cut off at a limit follow the order of these. So every origin hashes by what it says
and where it stands, never by an address or by Python's seed: the same source gives the same order in every process.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum
from zlib import crc32

import msgspec

from prodlint.names import Definition, Ref

NOBODYS: frozenset[object] = frozenset()


class Client(msgspec.Struct, frozen=True, eq=False):
    """A client-chosen value: its name ("order_id", "*" for a whole body) and source ("path", "query", "body", "form", "header", ...). of: where it
    is the target of an outcome, the models of which it names a row there (`identities.py`); empty where something was reached by it."""

    name: str
    source: str
    at: tuple[str, int] = ("", 0)  # where it is read: no part of what it is
    of: frozenset[object] | None = None
    number: int = -1  # its hash, the same in every process

    def __post_init__(self) -> None:
        if self.number < 0:
            msgspec.structs.force_setattr(self, "number", crc32(self.name.encode("utf-8", "replace"), len(self.source)))

    def __hash__(self) -> int:
        return self.number

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        return type(other) is Client and (self.name, self.source, self.of) == (other.name, other.source, other.of)

    def part(self, name: str) -> Client:
        return Client(name, self.source, self.at)

    def naming(self, of: frozenset[object] | None) -> Client:
        """The same as the id of a row of these models."""
        return Client(self.name, self.source, self.at, of, self.number)

    @property
    def reached(self) -> Client:
        """What an unknown object has that was found by it: `phase.challenge_id`, where nobody can read what found the phase."""
        return self.naming(NOBODYS)

    @property
    def plain(self) -> Client:
        """Whatever it names."""
        return self.naming(None) if self.of is not None else self


class Mark(IntEnum):
    """An origin that is only itself: CALLER, ROLE, ADMIN (beside ROLE, where the role is the highest), PRESENCE, REQUEST,
    OPEN (a function that may say yes without looking at the caller or an object), FRESH (the id of a row that is made here), KIND (beside CALLER:
    what kind of user it is, in words that only the app understands); in a term of a query: DOUBT (another condition may hold instead), BESIDE
    (beside CALLER: other rows than the caller's come too, by what these say themselves), SOMEBODY (nobody can read whose)."""

    CALLER = 1
    ROLE = 2
    ADMIN = 3
    PRESENCE = 4
    REQUEST = 5
    OPEN = 6
    FRESH = 7
    KIND = 8
    DOUBT = 9
    BESIDE = 10
    SOMEBODY = 11
    __hash__ = int.__hash__  # sets are asked for marks all the time: Enum's own is slow


CALLER, ROLE, ADMIN, PRESENCE, REQUEST, OPEN, FRESH, KIND, DOUBT, BESIDE, SOMEBODY = Mark
ROLES = frozenset({ROLE, ADMIN})
KINDS = ROLES | {KIND}


class Selection(msgspec.Struct, eq=False):
    """Data that a query selects: the model (a Definition, an outside name, or ""), the terms that narrow it, where it stands.

    terms: (field, value). tests: the branches (statement, side) it stands in. parents: selections it was narrowed from or reached through, one for
    each alternative. from_caller: what it was reached through belongs to the caller. raising: it refuses when nothing is found. uses: where its data
    leaves or changes, each with the outcomes that hold there and the number of guards that came before it (ALWAYS where later ones count too).
    changes: executing it changes data. changed: its rows were changed. link: the field where it is only written as a foreign key. admin: made where
    only an admin comes; by_kind: where some kind of user comes, who may be no more than one of many (a doctor among doctors). part: what holds for
    it says nothing of what it was taken from. written: its rows were saved, updated or deleted where nothing was asked of anybody. offered, shown:
    only rows that anybody may take, or see, by what they say themselves. counted: somebody asks how many they are. columns: those that a SELECT
    lists. fresh: rows that the statement makes itself. beside: tables that stand in the query too; loose: those of them that nothing joins to its
    rows; unread: a join in it could not be read. joined: tables that a statement joins, by name. refers: a term names a row of the query around it.
    wiped: a statement takes all of them away. through: the calls it stands within, each as (path, position, function)."""

    model: Ref
    path: str
    at: int
    end: int = 0
    terms: list[tuple[str, Value]] = msgspec.field(default_factory=list)
    parents: tuple[Selection, ...] = ()
    from_caller: bool = False
    raising: bool = False
    uses: list[tuple[frozenset[Outcome], int]] = msgspec.field(default_factory=list)
    changes: bool = False
    changed: bool = False
    admin: bool = False
    by_kind: bool = False
    listing: bool = False
    link: str = ""
    part: bool = False
    written: bool = False
    offered: bool = False
    shown: bool = False
    counted: bool = False
    tests: frozenset[tuple[int, bool]] = frozenset()
    columns: tuple[str, ...] = ()
    fresh: bool = False
    refers: bool = False
    beside: frozenset[Definition] = frozenset()
    joined: tuple[str, ...] = ()
    loose: frozenset[Definition] = frozenset()
    unread: bool = False
    wiped: bool = False
    through: tuple[tuple[str, int, str], ...] = ()

    def __hash__(self) -> int:
        return self.at << 8 ^ len(self.path)

    @property
    def used(self) -> bool:
        return bool(self.uses)


class Tie(msgspec.Struct, frozen=True):
    """The value is an outcome of holding `target` against the caller; weak where only names say so."""

    target: Target
    weak: bool = False
    sign: int = 1

    def __hash__(self) -> int:
        return hash(self.target) * 31 + self.sign * 2 + self.weak

    @property
    def targets(self) -> tuple[Target, ...]:
        return (self.target,)

    def signed(self, sign: int) -> Tie:
        return self if sign == self.sign else Tie(self.target, self.weak, sign)


class Link(msgspec.Struct, frozen=True):
    """The value is an outcome of holding one target against another."""

    one: Target
    other: Target
    sign: int = 1

    def __hash__(self) -> int:
        return (hash(self.one) * 31 + hash(self.other)) * 31 + self.sign

    @property
    def targets(self) -> tuple[Target, ...]:
        return (self.one, self.other)

    def signed(self, sign: int) -> Link:
        return self if sign == self.sign else Link(self.one, self.other, sign)


Outcome = Tie | Link


class Made(msgspec.Struct, eq=False):
    """A row that is made: what is written into which field, and what held there. The fields of an object may be set later."""

    model: Ref
    fields: dict[str, Value]
    path: str
    at: int
    held: frozenset[Outcome] = frozenset()


Target = Client | Selection
Origin = Client | Mark | Selection | Tie | Link
NONE: frozenset[Origin] = frozenset()
NO_OUTCOMES: frozenset[Outcome] = frozenset()
CHOSEN = frozenset({"path", "query", "body", "form"})  # sources of client values by which a client says what it wants


class Value(msgspec.Struct, eq=False):
    """origins; `kind`: the class it is an instance of; `ref`: what it names (function, class, module, outside name); `const`: a literal string;
    `fields`: parts by name (dict displays, **kwargs, attributes of self; shared and mutable for self); `receiver`: a bound method's self."""

    origins: frozenset[Origin] = NONE
    kind: Ref | None = None
    ref: Ref | None = None
    const: str | None = None
    fields: dict[str, Value] | None = None
    receiver: Value | None = None
    items: tuple[Value, ...] | None = None
    closure: object = None
    told: frozenset[Outcome] | None = None  # `outcomes`, once somebody has asked
    ways: Ways | None = None  # what it is by the branches that were taken, where a statement of SQL depends on them (texts.py)

    def has(self, mark: Mark) -> bool:
        return mark in self.origins

    @property
    def selections(self) -> list[Selection]:
        return [o for o in self.origins if type(o) is Selection] if self.origins else []

    @property
    def clients(self) -> list[Client]:
        return [o for o in self.origins if type(o) is Client] if self.origins else []

    @property
    def chosen(self) -> list[Client]:
        """Client values by which the client says what it wants."""
        return [client for client in self.clients if client.source in CHOSEN]

    @property
    def targets(self) -> list[Target]:
        """What a guard can hold: selected data, else client values by name."""
        selections: list[Target] = list(self.selections)
        return selections or [client for client in self.clients if client.name != "*"]

    @property
    def outcomes(self) -> frozenset[Outcome]:
        if self.told is None:
            self.told = frozenset([o for o in self.origins if type(o) is Tie or type(o) is Link]) if self.origins else NO_OUTCOMES
        return self.told

    @property
    def truth(self) -> bool | None:
        """Whether a test of it holds, where it is a literal True, False or None."""
        return _TRUTHS.get(self.ref) if isinstance(self.ref, str) else None

    def plus(self, origins: Iterable[Origin]) -> Value:
        extra = frozenset(origins)
        if extra <= self.origins:
            return self
        return self.made_of(self.origins | extra)

    def made_of(self, origins: frozenset[Origin]) -> Value:
        """The same with other origins."""
        return Value(origins, self.kind, self.ref, self.const, self.fields, self.receiver, self.items, self.closure)

    def of(self, kind: Ref | None) -> Value:
        """The same as an instance of a class."""
        return Value(self.origins, kind, self.ref, self.const, self.fields, self.receiver, self.items, self.closure)

    def with_field(self, name: str, value: Value) -> Value:
        """The same with a part that was set: `order.owner_id = user.id` on a body."""
        return Value(self.origins, self.kind, self.ref, self.const, {**(self.fields or {}), name: value}, self.receiver, self.items, self.closure)

    def with_items(self, items: tuple[Value, ...]) -> Value:
        return Value(self.origins, self.kind, self.ref, self.const, self.fields, self.receiver, items, self.closure)

    def made_in_doubt(self) -> Value:
        """The same, a condition about the caller in doubt."""
        fields = {name: part.plus({DOUBT}) if part.has(CALLER) else part for name, part in (self.fields or {}).items()}
        return Value(self.origins, self.kind, self.ref, self.const, fields or None, self.receiver, self.items, self.closure)

    def signature(self) -> tuple[object, ...]:
        """What makes two arguments alike for a memo of calls; an instance that is made has no fields yet, and is none but itself."""
        apart = self.fields or (self.fields is not None and isinstance(self.kind, Definition))
        return (self.origins, self.kind, self.ref, self.const, id(self.fields) if apart else 0, id(self.closure))


Ways = tuple[tuple[frozenset[tuple[int, int]], Value], ...]  # (which side of which branch was taken, what is held then)
ALWAYS = 1 << 30
ANSWERS = "a list of answers"  # as a kind: what a comprehension gives that asks of each
EMPTY = Value()
TRUE = Value(ref="builtins.True")
FALSE = Value(ref="builtins.False")
NOTHING = Value(ref="builtins.None")
_TRUTHS = {"builtins.True": True, "builtins.False": False, "builtins.None": False}


def holds_answers(value: Value) -> bool:
    """A pair, a list or a dictionary in which answers stand: it is true whatever they say."""
    parts = [*(value.items or ()), *(value.fields.values() if value.fields else ())]
    return value.kind == ANSWERS or (not value.selections and any(part.outcomes for part in parts))


def flipped(origins: Iterable[Origin]) -> frozenset[Origin]:
    """The origins with every outcome's sign turned: what `not` does."""
    return frozenset(o.signed(-o.sign) if isinstance(o, (Tie, Link)) else o for o in origins)


def weaker(origin: Origin) -> Origin:
    """The origin with what it holds against the caller in doubt."""
    return Tie(origin.target, True, origin.sign) if isinstance(origin, Tie) else origin


def in_doubt(value: Value) -> Value:
    """The value with all that it says of the caller in doubt, for something else may stand in its place."""
    return value.made_of(frozenset(weaker(o) for o in value.origins if not isinstance(o, Link))) if value.outcomes else value


def whichever(values: Iterable[Value]) -> Value:
    """What a value may be that is one of several by something that nobody weighs: what not all of them say proves nothing."""
    given = list(values)
    common = frozenset.intersection(*(value.outcomes for value in given)) if given else NO_OUTCOMES
    return union(value if value.outcomes <= common else in_doubt(value) for value in given)


def unsigned(origins: Iterable[Origin]) -> frozenset[Origin]:
    return frozenset(o.signed(0) if isinstance(o, (Tie, Link)) else o for o in origins)


def union(values: Iterable[Value]) -> Value:
    """What a value may be that is one of several; a literal among others is forgotten."""
    given = list(values)
    found = [value for value in given if value is not EMPTY]
    if not found:
        return EMPTY
    first = found[0]
    if len(found) == 1:
        return first if first.truth is None or len(given) == 1 else Value(first.origins)
    if any(value.truth is not None for value in found) and any(value.ref != first.ref for value in found):
        found = [value if value.truth is None else Value(value.origins) for value in found]
        first = found[0]
    origins: frozenset[Origin] = frozenset().union(*(value.origins for value in found))
    kind = next((value.kind for value in found if value.kind is not None), None)
    fields: dict[str, Value] | None = None
    for value in found:
        parts = {} if value.items == () and value.fields is None else value.fields  # `terms = []`, and only one way adds a condition
        if parts is not None:
            fields = parts if fields is None else joined(fields, parts) if fields is not parts else fields
    whole = [o for value in found if value.fields is None for o in value.origins if type(o) is Selection or (type(o) is Client and o.name == "*")]
    if fields and whole:  # set on one way only: on the other it is what the client says, or the row
        fields = {name: part.plus(o.part(name) if isinstance(o, Client) else o for o in whole) for name, part in fields.items()}
    if fields and any(value.fields is None and value.has(CALLER) for value in found):  # the caller, or a stranger that is made here
        fields = {name: part if part.clients or part.has(CALLER) else part.plus({CALLER}) for name, part in fields.items()}
    ref = next((value.ref for value in found if value.ref is not None), None)
    const = first.const if all(value.const == first.const for value in found) else None
    receiver = next((value.receiver for value in found if value.receiver is not None), None)
    sizes = {len(value.items) if value.items is not None else -1 for value in found}
    items = _begun_alike([value.items or () for value in given]) if len(sizes) > 1 and -1 not in sizes else None
    if len(sizes) == 1 and 0 < next(iter(sizes)) <= 8 and all(value.items is not None for value in given):  # pairs that a function returns
        items = tuple(union(parts) for parts in zip(*(value.items or () for value in found), strict=True))
    return Value(origins, kind, ref, const, fields, receiver, items, next((v.closure for v in found if v.closure is not None), None))


def _begun_alike(lists: list[tuple[Value, ...]]) -> tuple[Value, ...] | None:
    """A list of conditions to which one way adds more: `if not everything: terms.append(Order.user_id == user.id)`. What is added is in doubt."""
    shortest, longest = min(lists, key=len), max(lists, key=len)
    if not shortest or any(other[: len(shortest)] != shortest for other in lists) or len(lists) != 2 or not any(v.fields for v in longest):
        return None
    return (*shortest, *(v.made_in_doubt() for v in longest[len(shortest) :]))


def joined(one: dict[str, Value], other: dict[str, Value]) -> dict[str, Value]:
    """The parts of a value that is one of two: a yes here and a no there is neither, and a term for the caller in one of them only is in doubt."""
    out = {**one, **other}
    for name in one.keys() ^ other.keys():
        if out[name].has(CALLER) or out[name].selections:
            out[name] = out[name].plus({DOUBT})
    for name, value in other.items():
        known = one.get(name)
        if known is not None and known is not value and (known.truth is not value.truth or known.origins != value.origins):
            out[name] = union((known, value))
    return out


def alternatives(one: Value, other: Value) -> Value:
    """What a name may hold after two branches: rows that one of them narrowed to the caller's prove nothing of the rows of the other; what both
    hold against the caller, one of them in doubt, is in doubt."""
    apart = one.outcomes ^ other.outcomes
    weak = {(o.target, o.sign) for o in apart if isinstance(o, Tie) and o.weak}
    alone = frozenset(
        o for o in apart if (other if o in one.outcomes else one).selections or (isinstance(o, Tie) and not o.weak and (o.target, o.sign) in weak)
    )
    joined = union((one, other))
    if not alone:
        return joined
    both = {(o.target, o.sign) for o in one.outcomes if isinstance(o, Tie)} & {(o.target, o.sign) for o in other.outcomes if isinstance(o, Tie)}
    return joined.made_of(joined.origins - alone | {Tie(target, True, sign) for target, sign in both})


def origins_of(values: Iterable[Value]) -> frozenset[Origin]:
    return frozenset().union(*(value.origins for value in values)) if values else NONE


def definition(value: Value) -> Definition | None:
    return value.ref if isinstance(value.ref, Definition) else None
