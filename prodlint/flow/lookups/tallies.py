"""Rows that only count who came by: `article.views += 1; article.save()`, `article.views = F("views") + 1`.

Knows: what columns that count are called, the shapes of counting one more, statements on whole tables. Does not know: who came by, what else is done.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from prodlint import ir
from prodlint import regex as re
from prodlint.flow.frames import Frame
from prodlint.flow.judging.degrees import LOOSE
from prodlint.flow.knowledge import last_name
from prodlint.flow.lookups.queries import client_terms, narrowed_from
from prodlint.flow.values import ALWAYS, Selection, Value
from prodlint.flow.verdicts import key_of
from prodlint.names import Definition

if TYPE_CHECKING:
    from prodlint.flow.judging.judge import Judge

COUNTER = re.compile(
    r"^(?:num_|no_of_|total_|number_of_)?(?:page_?)?(?:views?|viewed|hits?|clicks?|visits?|visitors|downloads?|reads?|impressions?|opens?|plays?)(?:_?(?:count|counter|total|no|num))?$",
    re.I,
)
ONE = re.compile(r"(?:^|_)(?:id|pk|uuid|slug|e?mail|name|username|phone)$", re.I)  # by these each row is a kind of its own
AGGREGATES = frozenset({
    "count", "sum", "avg", "min", "max", "exists", "array_agg", "string_agg", "json_agg", "jsonb_agg", "group_concat", "bool_or", "bool_and", "every",
})  # fmt: skip
NUMBERS = frozenset({"Count", "Sum", "Avg", "Min", "Max", "StdDev", "Variance"})


def one_more(run: Any, target: ir.Expr, operator: str, by: ir.Expr, frame: Frame) -> bool:
    """Is this `row.views += 1` on rows that a query gave, and nothing else? They are remembered as counted up."""
    if not (isinstance(target, ir.Attr) and COUNTER.match(target.name) and isinstance(by, ir.Const) and by.value == 1 and operator[:1] == "+"):
        return False
    base: Value = run.eval(target.base, frame)
    if not base.selections or base.fields is not None or not all(isinstance(origin, Selection) for origin in base.origins):
        return False
    run.tallies.update(base.selections)
    return True


def others(run: Any, statement: ir.Assign, frame: Frame) -> tuple[ir.Expr, ...]:
    """What an assignment gives a value to, but for a count written out: `row.views = (row.views or 0) + 1`, `row.views = F("views") + 1`."""
    value = statement.value
    if not (isinstance(value, ir.Bin) and len(statement.targets) == 1 and isinstance(target := statement.targets[0], ir.Attr)):
        return statement.targets
    before = value.left
    if (
        isinstance(before, ir.Bool)
        and before.op == "or"
        and len(before.values) == 2
        and isinstance(zero := before.values[1], ir.Const)
        and not zero.value
    ):
        before = before.values[0]
    if isinstance(before, ir.Call) and last_name(before) == "F" and len(before.args) == 1 and isinstance(before.args[0], ir.Const):
        same = before.args[0].value == target.name
    else:
        same = isinstance(before, ir.Attr) and before.name == target.name and isinstance(before.base, ir.Name) and isinstance(target.base, ir.Name)
        same = same and before.base.id == target.base.id  # type: ignore[attr-defined]
    return () if same and one_more(run, target, value.op, value.right, frame) else statement.targets


def only_counted(run: Any, rows: tuple[Selection, ...]) -> bool:
    """Is all that was done to these rows to count one more?"""
    return run.tallies.issuperset(rows) and run.altered.isdisjoint(rows)


def selects_only(name: str, call: ir.Call, what: Callable[[ir.Expr], bool]) -> bool:
    """`select(func.count(Order.id))`, `select(func.count()).select_from(Order)`: is all that is selected of one kind?"""
    begun = call.func.base if name == "select_from" and isinstance(call.func, ir.Attr) else call if name in ("select", "query") else None
    return isinstance(begun, ir.Call) and bool(begun.args) and all(map(what, begun.args))


def how_many(column: ir.Expr) -> bool:
    return isinstance(column, ir.Call) and last_name(column) == "count"


def sums_up(column: ir.Expr, depth: int = 5) -> bool:
    """`func.coalesce(func.sum(Order.total), 0).label("total")`: what SQL gives one row of, whatever rows there are (aggregates, EXISTS)."""
    if not isinstance(column, ir.Call) or depth <= 0:
        return False
    if last_name(column) in AGGREGATES:
        return True
    base = column.func.base if isinstance(column.func, ir.Attr) else None
    return (base is not None and sums_up(base, depth - 1)) or any(sums_up(arg, depth - 1) for arg in column.args)


def grouped(name: str, call: ir.Call) -> bool:
    """`.values("status").annotate(n=Count("id"))`: what there is of each kind, in numbers (Django's GROUP BY)."""
    before = call.func.base if name == "annotate" and isinstance(call.func, ir.Attr) else None
    kinds = isinstance(before, ir.Call) and last_name(before) in ("values", "values_list") and bool(before.args)
    names = [arg.value if isinstance(arg, ir.Const) else "" for arg in before.args] if kinds else []  # type: ignore[union-attr]
    kinds = kinds and not any(isinstance(name, str) and ONE.search(name) for name in names)
    return kinds and bool(call.kwargs) and all(isinstance(k.value, ir.Call) and last_name(k.value) in NUMBERS for k in call.kwargs)


def total(value: Value) -> Value:
    """`sum(order.total for order in orders)`: what all rows add up to shows none of them; of those that somebody chose it tells something."""
    chosen = [o for o in value.origins if not isinstance(o, Selection) or any(True for part in narrowed_from(o) for _ in client_terms(part))]
    return Value(frozenset(chosen))


def whole(rows: list[Selection], judge: Judge) -> tuple[str, ...]:
    """Keys of the models of which all rows leave with the answer, narrowed by nothing."""
    found = {key_of(row.model) for row in rows if row.listing and not (row.admin or row.fresh) and any(before != ALWAYS for _, before in row.uses)
             and judge.verdict(row) == LOOSE and not any(part.terms or part.shown for chain in judge.chains(row) for part in chain)}  # fmt: skip
    return tuple(sorted(found - {""}))


def everybodys(rows: list[Selection], judge: Judge, owner: Any) -> bool:
    """Do all rows of people leave on some way: `if project_id: query = query.filter(…)`?"""
    return not {key_of(row.model) for row in rows if owner(row.model)}.isdisjoint(whole(rows, judge))


def of_whole_table(expr: ir.Call) -> bool:
    """`db.query(Order).delete()`, `Order.objects.all().delete()`, `Order.query.delete()`: does nothing narrow a statement to some rows?"""
    base = expr.func.base if isinstance(expr.func, ir.Attr) else None
    while isinstance(base, ir.Call) and last_name(base) == "all":
        base = base.func.base if isinstance(base.func, ir.Attr) else None
    if isinstance(base, ir.Call):
        return last_name(base) == "query" and len(base.args) == 1
    return isinstance(base, ir.Attr) and base.name in ("objects", "query")


def wiped(rows: list[Selection], judge: Judge, owner: Any) -> tuple[tuple[str, tuple[str, ...], str, int], ...]:
    """(model, its way to an owner, path, place) of each statement that takes all rows of people away, whoever asks."""
    found = {
        (row.model.name, owner(row.model), row.path, row.at)
        for row in rows
        if row.wiped and isinstance(row.model, Definition) and not (row.admin or row.fresh) and owner(row.model)
        and judge.verdict(row) == LOOSE and not any(part.terms for chain in judge.chains(row) for part in chain)
    }  # fmt: skip
    return tuple(sorted(found))


def only_how_many(rows: list[Selection]) -> tuple[str, ...]:
    """`Order.objects.count()`: keys of the models of which it tells how many there are, and shows no row."""
    shown = {key_of(row.model) for row in rows if not row.counted or row.listing or row.changed}
    return tuple(sorted({key_of(row.model) for row in rows if row.counted} - shown))
