"""Lists that code puts together itself: what is left after something was taken out, put in another's place or cut away.

Knows: where items stand, as far as literals say; what is not certain to be there any more is in doubt; that one of the ids which a client names says
nothing of the others. Does not know: dictionaries (`calls.py`), rows (`selecting.py`).

`terms = [Order.user_id == user.id, Order.id == order_id]` and `terms.pop(0)`: what is left of the conditions names nobody.
"""

from __future__ import annotations

from typing import Any

from prodlint import ir
from prodlint.flow.frames import Frame
from prodlint.flow.interpret.pairs import rows_in
from prodlint.flow.knowledge import last_name
from prodlint.flow.lookups.narrowing import doubted
from prodlint.flow.values import EMPTY, Value, in_doubt, origins_of
from prodlint.names import Definition
from prodlint.routing.walking import inside

LISTED = frozenset({"body", "form", "query"})
# itertools, random, heapq: what they give is not all that they were given
PICKS = frozenset(
    {"islice", "takewhile", "dropwhile", "filterfalse", "compress", "sample", "choice", "choices", "nlargest", "nsmallest", "max", "min"}
)
PARTS = "the parts of a text"  # as a kind
TAKES = frozenset({"pop", "popleft", "popitem", "remove", "discard"})


def number(expr: ir.Expr | None) -> int | None:
    """An index that is written down: `0`, `-1`."""
    if isinstance(expr, ir.Unary) and expr.op == "-":
        inner = number(expr.value)
        return None if inner is None else -inner
    return expr.value if isinstance(expr, ir.Const) and type(expr.value) is int else None


def cut(items: tuple[Value, ...], index: ir.Slice) -> tuple[Value, ...]:
    """`terms[1:]`; a slice that is worked out, or has a step, leaves nobody knows what."""
    lower, upper = number(index.lower), number(index.upper)
    unknown = (index.lower is not None and lower is None) or (index.upper is not None and upper is None)
    if unknown or (lower is None and upper is None):
        return tuple(map(_maybe, items))
    return items[lower:upper]


def one_of(value: Value, at: object, split: bool = False) -> Value:
    """`ids[0]`, `next(iter(ids))`: what holds for it says nothing of the others. A text of a path or a header has letters, and no ids, unless it
    was split."""
    named = [c for c in value.clients if (c.source in LISTED or (split and c.source == "path")) and c.name not in ("*", "?")]
    one = {c: c.part(f"{c.name}[{at}]") for c in named}
    return value.made_of(frozenset(one.get(o, o) for o in value.origins)) if one else value  # type: ignore[call-overload]


def some(expr: ir.Expr) -> bool:
    """`for order_id in ids[:10]`, `for order_id in islice(ids, 1)`: not all of them."""
    if isinstance(expr, ir.Call):
        return last_name(expr.func) in PICKS
    return isinstance(expr, ir.Sub) and isinstance(expr.index, ir.Slice)


def unpacked(run: Any, value: Value, target: ir.Seq, position: int, frame: Frame) -> Value:
    """`first, *rest = ids`, `order_id, item_id = name.split("-")`"""
    if value.items is not None and position < len(value.items):
        return value.items[position]
    stars = any(isinstance(each, ir.Star) for each in target.items)
    if value.items is None and not isinstance(target.items[position], ir.Star) and (stars or value.kind == PARTS):
        return Value(one_of(run.one_of(value, target, frame), position, value.kind == PARTS).origins)
    return Value(value.origins)


def picked(run: Any, name: str, receiver: Value | None, args: list[Value], expr: ir.Expr, frame: Frame) -> Value | None:
    """`order_ids.split(",")`, `islice(ids, 1)`; None for any other call."""
    address = bool(args) and args[0].const == "@"  # the parts of a mail address name no rows
    if name in ("split", "rsplit") and receiver is not None and receiver.clients and not (receiver.selections or address):
        return Value(receiver.origins, PARTS)
    if name in PICKS and args and not (receiver is not None and receiver.origins):
        return one_of(run.one_of(Value(origins_of(args)), expr, frame), name)
    return None


def few(run: Any, expr: ir.Expr, value: Value) -> Value:
    """`ids[1:]`, `[i for i in ids if i not in known]`: what holds for each of these says nothing sure of the others."""
    if value.selections or not value.clients:
        return value
    if isinstance(expr, ir.Comp):
        compares = any(isinstance(part, ir.Cmp) for clause in expr.fors for test in clause.ifs for part in inside(test))
        return _some_of(run, value, f"?{ir.line_of(expr.at)}") if compares else value
    index = expr.index if isinstance(expr, ir.Sub) else None
    if not isinstance(index, ir.Slice):
        return value
    lower, upper = (("" if end is None else number(end)) for end in (index.lower, index.upper))
    return _some_of(run, value, f"{'?' if lower is None else lower}:{'?' if upper is None else upper}")


def _some_of(run: Any, value: Value, at: str) -> Value:
    part = one_of(value, at)
    wholes = {client.name: client.plain for client in value.clients}
    run.wholes.update((client.plain, wholes[client.name.removesuffix(f"[{at}]")]) for client in part.clients if client.name not in wholes)
    return part


def taken(called: str, base: ir.Expr, known: Value, args: tuple[ir.Expr, ...], frame: Frame) -> None:
    """`terms.pop(0)`, `terms.remove(mine)`."""
    at = number(args[0]) if args else 0 if called == "popleft" else -1
    _kept(base, known, None if called in ("remove", "discard") else at, (), frame)


def deleted(target: ir.Sub, frame: Frame) -> None:
    """`del terms[0]`"""
    put(target, (), frame)


def put(target: ir.Sub, instead: tuple[Value, ...], frame: Frame) -> None:
    """`terms[0] = Order.status == status`, `terms[:] = []`"""
    known = frame.env.get(target.base.id) if isinstance(target.base, ir.Name) else None
    if known is None or not known.items or isinstance(known.kind, str):
        return
    if isinstance(target.index, ir.Slice) and target.index.lower is None and target.index.upper is None:
        given = [value.items if value.items is not None else (_maybe(value),) for value in instead]
        _hold(target.base, known, tuple(item for items in given for item in items), frame)
        return
    _kept(target.base, known, number(target.index), instead, frame)


def holder(target: ir.Expr) -> ir.Expr:
    """The name of what holds a part: `found` of `found[key].rows`."""
    while isinstance(target, (ir.Sub, ir.Attr)):
        target = target.base
    return target


def with_rows(value: Value) -> Value:
    """An object that is put into a list, with the rows that its parts were made of."""
    return value if value.origins or not value.fields else value.plus(rows_in(value))


def of_object(known: Value, name: str, given: Value) -> Value:
    """`out.rows.append(row)`: an object of the project's own class, whose list holds a row from now on."""
    part = (known.fields or {}).get(name, EMPTY)
    own = isinstance(known.kind, Definition) and known.receiver is None
    return known.with_field(name, Value(part.origins | given.origins)) if own else known


def _kept(base: ir.Expr, known: Value, at: int | None, instead: tuple[Value, ...], frame: Frame) -> None:
    """What is left without the item at a place, or without nobody knows which."""
    if not isinstance(base, ir.Name) or known.items is None or known.const is not None:
        return
    items = known.items
    if at is None or not -len(items) <= at < len(items):
        _hold(base, known, (*map(_maybe, items), *map(_maybe, instead)), frame)
    else:
        place = at % len(items)
        _hold(base, known, (*items[:place], *instead, *items[place + 1 :]), frame)


def _hold(base: ir.Expr, known: Value, items: tuple[Value, ...], frame: Frame) -> None:
    assert isinstance(base, ir.Name)
    fields = None if known.fields is None else {name: value for item in items for name, value in (item.fields or {}).items()}
    answers = in_doubt(known).outcomes if known.outcomes else frozenset()
    frame.env[base.id] = Value(origins_of(items) | answers, known.kind, known.ref, None, fields or None, known.receiver, items)


def _maybe(item: Value) -> Value:
    """A condition or an answer that may stand there no more."""
    fields = {name: doubted(value) for name, value in (item.fields or {}).items()}
    held = in_doubt(item)
    return Value(held.origins, held.kind, held.ref, held.const, fields or None, held.receiver, held.items, held.closure)


def longer(known: Value, value: Value) -> Value:
    """A list to which something was appended."""
    fields = {**(known.fields or {}), **(value.fields or {})} or None
    listed = (*known.items, value) if known.items is not None and len(known.items) < 40 else None
    return Value(known.origins | value.origins, known.kind, known.ref, None, fields, None, listed)
