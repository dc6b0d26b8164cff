"""The nouns of the sweep through one function: values, lookups, what calling a function means.

Knows: words. Does not know: code.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import msgspec

# an argument by its place, or a field of one: `(0, "orderId")`
Slot = int | tuple[int, str]
IN_TRAITS = "traits of "  # in the place of a receiver: a class of PHP, of whose traits a function is one


class Meaning(msgspec.Struct, frozen=True):
    """What a call of a function of the project means: the arguments that select data, does it look at the caller itself, at data at all.

    exact: it surely is the function that runs; groups: arguments that go together into a query, a comparison or a call; changes: rows change;
    ties: the function itself checks an argument against the caller, or asks for a role; queried: arguments that stand together in one query;
    gives: it looks at the caller and at no other data, as `userFromContext(ctx)`; models: what it surely selects; hinted: the type of the receiver
    says that it is the function that runs; takes: ids that it takes from a request itself and by which it selects;
    sole: it is the only function of that name; keyed: arguments by which it selects rows by their id; throws: it may end what called it;
    withholds: it compares, and gives nothing where that fails: `if (row.teamId !== teamId) return null`;
    staff: it gives nothing to whoever is not of those who rule everything; of: what each argument surely selects; read: somebody read it;
    sent: it gives what the request that it is handed holds, `orderFrom(c)`, which binds the body;
    looks: arguments at which it looks in any way; places: those that it writes into a row as they came, with the key (`placed.py`);
    vouched: ids that it takes from a request itself and ties; beside: arguments that it puts beside each id that it takes; held: arguments
    that it holds against each other; idle: those at which it never looks; blind: nothing in it could say who calls (`idle_checks.py`);
    asks: a row is asked by it whether it is of whoever it hands over (`jvm/row_checks.py`)."""

    selects: frozenset[Slot] = frozenset()
    caller: bool = False
    data: bool = False
    exact: bool = False
    groups: tuple[frozenset[Slot], ...] = ()
    changes: bool = False
    ties: bool = False
    queried: tuple[frozenset[Slot], ...] = ()
    gives: bool = False
    models: tuple[str, ...] = ()
    hinted: bool = False
    takes: frozenset[str] = frozenset()
    sole: bool = False
    keyed: frozenset[Slot] = frozenset()
    throws: bool = False
    withholds: bool = False
    staff: bool = False
    of: tuple[tuple[Slot, tuple[str, ...]], ...] = ()
    read: bool = False
    sent: bool = False
    looks: frozenset[Slot] = frozenset()
    places: tuple[tuple[Slot, str], ...] = ()
    vouched: frozenset[str] = frozenset()
    beside: frozenset[Slot] = frozenset()
    held: tuple[frozenset[Slot], ...] = ()
    asks: bool = False
    idle: frozenset[Slot] = frozenset()
    blind: bool = False


# name of a called function, its receiver, the number of arguments -> what it means; None where it is not known
Resolve = Callable[[str, str, int], "Meaning | None"]


class Value(msgspec.Struct, frozen=True):
    """What is known of a value: client ids it carries, the caller in it, client data as a whole, the request, objects by number of their lookup."""

    ids: frozenset[str] = frozenset()
    principal: bool = False
    container: bool = False
    request: bool = False
    objects: frozenset[int] = frozenset()

    def __or__(self, other: Value) -> Value:
        if other is NOTHING:
            return self
        if self is NOTHING:
            return other
        return Value(
            self.ids | other.ids,
            self.principal or other.principal,
            self.container or other.container,
            self.request or other.request,
            self.objects | other.objects,
        )


NOTHING = Value()
CALLER = Value(principal=True)


class Lookup(msgspec.Struct):
    """Data selected by client ids: the call's name, what it selects, whether something of the caller narrows it, how sure it is a lookup.

    of_caller: something of the caller stands in the same query; direct: it is a query, and no call of the project's own."""

    name: str
    model: str
    at: int
    ids: set[str] = msgspec.field(default_factory=set)
    tied: bool = False
    strong: bool = False
    changes: bool = False
    made_of: set[int] = msgspec.field(default_factory=set)
    of_caller: bool = False
    direct: bool = False
    open: bool = False  # one of its alternatives selects without the caller
    keys: set[str] = msgspec.field(default_factory=set)  # what is an id here, whatever it is called
    inner: tuple[str, ...] = ()  # what the called function selects


def merged(values: Iterable[Value]) -> Value:
    """What several values carry together."""
    out = NOTHING
    for value in values:
        out |= value
    return out
