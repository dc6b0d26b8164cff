"""Abstract values: what a value is made of, as far as access is concerned.

Knows: origins and how they join. Does not know: Python's statements, frameworks.

A value carries *origins*. `Client` is something the client chose. CALLER is who asks, or something that belongs to who asks; ROLE is what the
caller is allowed to be (is_admin), PRESENCE whether there is one (is_authenticated). A `Selection` is data that a query selects. `Tie` says
that the value is the outcome of comparing the target with the caller; `Link` that it compares two targets. Origins join by union: branches,
arguments and operators all add up.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Union

from prodlint.names import Definition, Ref


@dataclass(frozen=True, slots=True)
class Client:
    """A client-chosen value: its name ("order_id", "*" for a whole body) and source ("path", "query", "body", "form", "header", ...)."""

    name: str
    source: str
    at: tuple[str, int] = field(default=("", 0), compare=False)

    def part(self, name: str) -> Client:
        return Client(name, self.source, self.at)


@dataclass(frozen=True, slots=True)
class Mark:
    """An origin that is only itself: CALLER, ROLE, ADMIN (beside ROLE, where the role is the highest), PRESENCE, REQUEST."""

    word: str


CALLER = Mark("caller")
ROLE = Mark("role")
ADMIN = Mark("admin")
PRESENCE = Mark("presence")
REQUEST = Mark("request")


@dataclass(eq=False, slots=True)
class Selection:
    """Data that a query selects: the model (a Definition, an outside name, or ""), the terms that narrow it, where it stands.

    terms: (field, value). tests: the branches (statement, side) it stands in. parents: selections it was narrowed from or reached through,
    one for each alternative.
    whole: what it was reached through belongs to the caller. raising: it refuses when nothing is found. used: the data
    leaves or changes. admin: made where only an admin comes."""

    model: Ref
    path: str
    at: int
    end: int = 0
    terms: list[tuple[str, Value]] = field(default_factory=list)
    parents: tuple[Selection, ...] = ()
    from_caller: bool = False
    raising: bool = False
    used: bool = False
    admin: bool = False
    listing: bool = False
    tests: frozenset[tuple[int, bool]] = frozenset()


@dataclass(frozen=True, slots=True)
class Tie:
    """The value is an outcome of holding `target` against the caller; weak where only names say so."""

    target: Target
    weak: bool = False


@dataclass(frozen=True, slots=True)
class Link:
    """The value is an outcome of holding one target against another."""

    one: Target
    other: Target


Target = Union[Client, Selection]
Origin = Union[Client, Mark, Selection, Tie, Link]
NONE: frozenset[Origin] = frozenset()


@dataclass(eq=False, slots=True)
class Value:
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

    def has(self, mark: Mark) -> bool:
        return mark in self.origins

    @property
    def selections(self) -> list[Selection]:
        return [o for o in self.origins if isinstance(o, Selection)]

    @property
    def clients(self) -> list[Client]:
        return [o for o in self.origins if isinstance(o, Client)]

    @property
    def outcomes(self) -> frozenset[Origin]:
        return frozenset(o for o in self.origins if isinstance(o, (Tie, Link)))

    def plus(self, origins: Iterable[Origin]) -> Value:
        extra = frozenset(origins)
        if extra <= self.origins:
            return self
        return Value(self.origins | extra, self.kind, self.ref, self.const, self.fields, self.receiver, self.items, self.closure)

    def signature(self) -> tuple[object, ...]:
        """What makes two arguments alike for a memo of calls."""
        return (self.origins, self.kind, self.ref, self.const, id(self.fields) if self.fields else 0, id(self.closure))


EMPTY = Value()


def union(values: Iterable[Value]) -> Value:
    """What a value may be that is one of several."""
    found = [value for value in values if value is not EMPTY]
    if not found:
        return EMPTY
    first = found[0]
    if len(found) == 1:
        return first
    origins: frozenset[Origin] = frozenset().union(*(value.origins for value in found))
    kind = next((value.kind for value in found if value.kind is not None), None)
    fields: dict[str, Value] | None = None
    for value in found:
        if value.fields is not None:
            fields = value.fields if fields is None else {**fields, **value.fields} if fields is not value.fields else fields
    ref = next((value.ref for value in found if value.ref is not None), None)
    const = first.const if all(value.const == first.const for value in found) else None
    receiver = next((value.receiver for value in found if value.receiver is not None), None)
    return Value(origins, kind, ref, const, fields, receiver, None, next((v.closure for v in found if v.closure is not None), None))


def origins_of(values: Iterable[Value]) -> frozenset[Origin]:
    return frozenset().union(*(value.origins for value in values)) if values else NONE


def definition(value: Value) -> Definition | None:
    return value.ref if isinstance(value.ref, Definition) else None
