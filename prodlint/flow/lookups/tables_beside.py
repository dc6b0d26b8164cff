"""Tables that stand in a query beside the one whose rows it gives.

Knows: which tables SQLAlchemy and Peewee bring in by `join`, `select_from` and the list of columns, and what ties them to the rows. Does not know:
what the terms of a query say (`narrowing.py`), SQL (`sql_places.py`), Django, whose lookups join by themselves.

A condition on a table that nothing ties to the rows is met by all of them or none: `select(Order).select_from(User).where(User.id == me)`. So is one
on a table that no join brings in. Where a join cannot be read, any table may stand there.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from prodlint import ir
from prodlint.flow.frames import Frame
from prodlint.flow.knowledge import last_name
from prodlint.flow.lookups import queries
from prodlint.flow.lookups.narrowing import doubted
from prodlint.flow.values import Selection, Value
from prodlint.names import Definition

Tables = set[Definition]
LISTED = frozenset({"query", "select", "with_entities", "add_columns", "add_entity", "select_from"})  # of these each argument is a table of its own
TIES = frozenset({"join", "join_from", "innerjoin"})


def beside(run: Any, name: str, args: list[Value], kwargs: dict[str, Value], expr: ir.Call, frame: Frame) -> tuple[Tables, Tables, bool]:
    """The tables that a call brings in, those of them that it ties to nothing (`select(Order, User)`, `join(User, User.id == me)`), and whether all
    of it could be read."""
    given = expr.args[1:] if name in ("query", "select") else expr.args
    if name in LISTED:
        found = [_table(run, each, frame) for each in given]
        tables = {each for each in found if each is not None}
        return tables, tables, len(tables) == len(set(found))
    ends = 2 if name == "join_from" else 1
    found = [_joined(run, each, frame) for each in given[:ends]]
    tables = {each for each in found if each is not None}
    on = [*zip(given[ends:], args[ends:], strict=False), *((k.value, kwargs[k.name]) for k in expr.kwargs if k.name in ("on", "onclause"))]
    loose = tables if any(_open(run, each, value, frame) for each, value in on) else set()
    return tables, loose, len(tables) == len(given[:ends]) > 0


def brought(run: Any, rows: Iterable[Selection], name: str, expr: ir.Call, frame: Frame) -> None:
    """`select_from(User)` and other calls that say nothing of which rows come back."""
    for row in rows:
        if name in LISTED:
            tables, loose, known = beside(run, name, [], {}, expr, frame)
            row.beside, row.loose = row.beside | tables - {row.model}, row.loose | loose - {row.model}  # type: ignore[operator]
            row.unread |= not known
        else:
            row.unread = True


def loose_in(
    model: object, name: str, tables: Tables, loose: Tables, terms: list[tuple[str, Value]], parents: Iterable[Selection], around: list[Selection]
) -> Tables:
    """The tables in a query that nothing ties to its rows."""
    above = set().union(*(parent.loose for parent in parents))
    if name in TIES:
        above = set() if model in tables else above - (tables - loose)  # `select_from(Project).join(Task)`
    every = tables.union(*(part.beside for part in around)) | {model}
    pairs = {(k.model, k.across) for t in (terms, *(part.terms for part in around)) for k, _ in t if isinstance(k, queries.Column) and k.across}
    tied = every - above - loose
    for _ in pairs:
        tied |= {table for pair in pairs if not tied.isdisjoint(pair) for table in pair}  # type: ignore[misc]
    return (above | loose) - tied


def elsewhere(run: Any, key: str, model: object, tables: Tables, around: list[Selection], terms: list[tuple[str, Value]]) -> bool:
    """Is a term about a table that does not stand in the query, so that every row goes with every row of that table?"""
    other = key.model if isinstance(key, queries.Column) else None
    if other is None or other is model or not isinstance(model, Definition) or not run.knowledge.is_model(other):
        return False
    if key.across is not None or any(part.unread for part in around):  # type: ignore[attr-defined]
        return False
    known = tables.union(*(part.beside for part in around), connected(terms), *(connected(part.terms) for part in around)) | {model}
    above = run.names.mro(other)
    return not any(each is other or each in above or other in run.names.mro(each) for each in known if isinstance(each, Definition))


def connected(terms: Iterable[tuple[str, Value]]) -> set[object]:
    """The tables that terms hold against one another."""
    keys = [key for key, _ in terms if isinstance(key, queries.Column) and key.across is not None]
    return {table for key in keys for table in (key.model, key.across)}


def apart(terms: list[tuple[str, Value]], loose: Iterable[Definition]) -> list[tuple[str, Value]]:
    """The terms, with those in doubt that are about a table which nothing ties to the rows."""
    alone = set(loose)
    return [(key, doubted(value) if getattr(key, "model", None) in alone else value) for key, value in terms] if alone else terms


def _table(run: Any, expr: ir.Expr, frame: Frame) -> Definition | None:
    if isinstance(expr, ir.Attr):
        found = run.column(expr, frame)
    else:
        found = run.named_class(run.eval(expr, frame)) if isinstance(expr, ir.Name) else None
    return found if isinstance(found, Definition) and run.knowledge.is_model(found) else None


def _joined(run: Any, expr: ir.Expr, frame: Frame) -> Definition | None:
    """`join(Project)`, `join(Task.project)`; None where nobody can tell."""
    named = run.named_class(run.eval(expr, frame)) if isinstance(expr, (ir.Name, ir.Attr)) else None
    if named is not None:
        return named if run.knowledge.is_model(named) and named.kind == "class" else None
    owner = run.column(expr, frame) if isinstance(expr, ir.Attr) else None
    member = run.names.class_member(owner, expr.name) if isinstance(owner, Definition) and owner.kind == "class" else None  # type: ignore[union-attr]
    made = member.node.value if isinstance(member, Definition) and isinstance(member.node, ir.Assign) else None
    if not isinstance(made, ir.Call) or last_name(made.func).lower() != "relationship" or not made.args:
        return None
    target = made.args[0]
    if isinstance(target, ir.Const):
        return run.schema.named(target.value.rpartition(".")[2]) if isinstance(target.value, str) and run.schema is not None else None
    found = run.names.resolve(target, run.names.scope_of(member)) if isinstance(target, (ir.Name, ir.Attr)) else None
    return found if isinstance(found, Definition) and run.knowledge.is_model(found) else None


def _open(run: Any, on: ir.Expr, value: Value, frame: Frame) -> bool:
    """An ON that ties nothing: columns against values, `!=`, `~`, `true()`; of conditions of which one is enough, each must."""
    if isinstance(on, ir.Call) and last_name(on.func) in ("true", "not_", "or_", "and_"):
        parts = [_open(run, each, run.eval(each, frame), frame) for each in on.args]
        return all(parts) if last_name(on.func) == "and_" else any(parts) if last_name(on.func) == "or_" else True
    if isinstance(on, ir.Bin) and on.op in ("&", "|"):
        sides = [_open(run, each, run.eval(each, frame), frame) for each in (on.left, on.right)]
        return all(sides) if on.op == "&" else any(sides)
    if isinstance(on, ir.Unary):
        return True
    if isinstance(on, ir.Cmp) or value.fields:
        return not any(isinstance(key, queries.Column) and key.across is not None for key in value.fields or {})
    return value.truth is True
