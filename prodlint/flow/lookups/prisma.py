"""What a Prisma client selects: `db.order.find_first(where={"id": order_id, "user_id": user.id})`, `Order.prisma().delete(where={"id": order_id})`.

Knows: the actions of a model, the words of a `where`. Sources: prisma 0.15 (the generated actions.py, types.py; a model `OrderLine` is
`client.orderline`). Does not know: the schema (`facts/schemas.py`, `tables.py`), what is tied.
"""

from __future__ import annotations

from typing import Any

from prodlint import ir
from prodlint.flow.frames import Frame
from prodlint.flow.lookups import queries
from prodlint.flow.lookups.narrowing import doubted
from prodlint.flow.values import EMPTY, Value
from prodlint.names import Definition

_EQUALS = frozenset({"equals", "in"})
_THROUGH = frozenset({"is", "some"})  # a row that goes with it fits
_NO_TERMS = frozenset({"not", "not_in", "is_not", "none", "every", "contains", "startswith", "endswith", "has_every", "has_some", "mode"})


def selecting(run: Any, name: str, args: list[Value], kwargs: dict[str, Value], expr: ir.Call, frame: Frame) -> Value | None:
    """The rows that an action of a Prisma model reads or changes; None for another call."""
    how = run.knowledge.stores["prisma"]
    if name not in how["reads"] and name not in how["changes"]:
        return None
    distinct = name.startswith("find_")  # no other library's calls, and what takes `where=` or `data=` beside it
    if not (distinct or "where" in kwargs or "data" in kwargs) or not run.knowledge.has_prisma:
        return None
    if name == "create":
        _made(run, kwargs, expr, frame)
        return None
    where = kwargs.get("where") or (args[0] if args and name != "create_many" else EMPTY)
    changes = name in how["changes"]
    selection = run.select(_model(run, expr), expr, frame, terms=conditions(where), changes=changes, raising=name.endswith("_or_raise"))
    selection.listing = name == "find_many"
    selection.counted = name == "count"
    if changes:
        run.use_changed(Value(frozenset({selection})))
    return run.selected(selection)  # type: ignore[no-any-return]


def _model(run: Any, expr: ir.Call) -> Definition | str:
    """The model by what holds its actions: `db.order`, `Order.prisma()`."""
    from prodlint.flow.lookups.stores import model_called

    base = expr.func.base if isinstance(expr.func, ir.Attr) else expr.func
    if isinstance(base, ir.Call) and isinstance(base.func, ir.Attr) and base.func.name == "prisma":
        base = base.func.base
    return model_called(run, queries.term_name(base).lower())


def conditions(given: Value) -> list[tuple[str, Value]]:
    """The terms of a `where`: all that every row that comes back must fit. A search names no row, and who is left out says nothing of who is in."""
    if given.fields is None:
        return [("id", given)] if given.origins else []
    out: list[tuple[str, Value]] = []
    for name, value in given.fields.items():
        if name == "AND":
            out.extend(term for part in value.items or (value,) for term in conditions(part))
        elif name == "OR":
            out.extend((queries.either([Value(fields=dict(conditions(part))) for part in value.items or ()]) or {}).items())
        elif name != "NOT":
            out.extend(_terms(name, value))
    return out


def _terms(name: str, value: Value) -> list[tuple[str, Value]]:
    words = value.fields or {}
    if not words:
        return [(name, value)]
    if not _NO_TERMS.isdisjoint(words):
        return []
    if not _EQUALS.isdisjoint(words):
        return [(queries.Column(name, many=True) if word == "in" else name, part) for word, part in words.items() if word in _EQUALS]
    through = [part for word, part in words.items() if word in _THROUGH]
    inner = [term for part in through for term in conditions(part)] if through else conditions(value)  # {"user_id_post_id": {"user_id": ...}}
    if through:
        return [(f"{name}__{field}", part) for field, part in inner]
    return [(field, doubted(part) if field in ("lt", "lte", "gt", "gte") else part) for field, part in inner]


def _made(run: Any, kwargs: dict[str, Value], expr: ir.Call, frame: Frame) -> None:
    """A new row: `data={"title": title, "owner": {"connect": {"id": user.id}}}`."""
    fields = {}
    for name, value in (kwargs.get("data", EMPTY).fields or {}).items():
        connected = ((value.fields or {}).get("connect", EMPTY)).fields or {}
        fields[name] = next(iter(connected.values()), value)
    run.made_row(_model(run, expr), fields, expr, frame)
