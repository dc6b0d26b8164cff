"""What only a client's value being there decides: `if x_org_id: verify(x_org_id)`.

Knows: which tests ask no more than whether one value of the client is there, and that a guard on that value inside holds for all that follows: where
it is not there, nobody chose anything by it. Does not know: guards on what such a value found together with another one of the client's.
"""

from __future__ import annotations

from typing import Any

from prodlint import ir
from prodlint.flow import queries
from prodlint.flow.knowledge import is_none
from prodlint.flow.values import Client, Selection, Target, Value


def noted(run: Any, statement: ir.If, test: Value) -> None:
    """Remembers the side of a test on which a value of the client is there; a function may be called again with another value."""
    for which in (True, False):
        run.given.pop((id(statement), which), None)
    there = _only(statement.test, test)
    if there is not None:
        run.given[id(statement), there[1]] = there[0]


def _only(expr: ir.Expr, test: Value) -> tuple[Client, bool] | None:
    """The value of the client that is there on one side of a test, and that side; None where the test asks for anything else."""
    side = True
    while isinstance(expr, ir.Unary) and expr.op == "not":
        expr, side = expr.value, not side
    if isinstance(expr, ir.Cmp) and len(expr.ops) == 1 and is_none(expr.rights[0]) and expr.ops[0] in ("is", "is not", "==", "!="):
        expr, side = expr.left, side is (expr.ops[0] in ("is not", "!="))
    if not isinstance(expr, (ir.Name, ir.Attr)) or len(test.origins) != 1 or test.outcomes:
        return None
    [origin] = test.origins
    return (origin.plain, side) if isinstance(origin, Client) and origin.name != "*" else None


def elsewhere(run: Any, target: Target, where: frozenset[tuple[int, bool]]) -> frozenset[tuple[int, bool]]:
    """The branches that a guard on this target hangs on: not the one in which the client's value is there that alone names the target."""
    there = [mark for mark in where if mark in run.given]
    if not there:
        return where
    named = [target] if isinstance(target, Client) else _named(target) if isinstance(target, Selection) else []
    alone = {client.plain for client in named}
    return where.difference(mark for mark in there if alone == {run.given[mark]})


def _named(row: Selection) -> list[Client]:
    return [client for part in queries.narrowed_from(row) for _, client in queries.client_terms(part)]
