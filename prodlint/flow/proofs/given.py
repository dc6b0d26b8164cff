"""What only a client's value being there decides: `if x_org_id: verify(x_org_id)`.

Knows: which tests ask no more than whether a parameter of the request is there, as it came; in which branches therefore a guard stands that is asked
whenever the client says that value. Does not know: values that are read from a request object, or were changed before they are asked for.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from prodlint import ir
from prodlint.flow.frames import Frame
from prodlint.flow.knowledge import is_none
from prodlint.flow.values import Client, Value
from prodlint.names import statements
from prodlint.routing.walking import inside


def noted(run: Any, statement: ir.If, test: Value, frame: Frame) -> None:
    """Remembers the side of a test on which a value of the client is there; a function may be called again with another value."""
    for which in (True, False):
        run.given.pop((id(statement), which), None)
    there = _only(run, statement.test, test, frame)
    if there is not None:
        run.given[id(statement), there[1]] = there[0]


def branches(run: Any, client: Client) -> frozenset[tuple[int, bool]]:
    """The sides of tests that are taken whenever the client says this value."""
    return frozenset(mark for mark, there in run.given.items() if there == client.plain)


def asked_for(expr: ir.Expr) -> tuple[ir.Expr, bool]:
    """What `x`, `not x`, `x is not None` ask for, and the side on which it is there."""
    side = True
    while isinstance(expr, ir.Unary) and expr.op == "not":
        expr, side = expr.value, not side
    if isinstance(expr, ir.Cmp) and len(expr.ops) == 1 and is_none(expr.rights[0]):
        expr, side = expr.left, side is (expr.ops[0] in ("is not", "!="))
    return expr, side


def _only(run: Any, expr: ir.Expr, test: Value, frame: Frame) -> tuple[Client, bool] | None:
    """The value of the client that is there on one side of a test, and that side; None where the test asks for anything else."""
    expr, side = asked_for(expr)
    if not isinstance(expr, ir.Name) or len(test.origins) != 1 or test.outcomes:
        return None
    [origin] = test.origins
    return (origin.plain, side) if isinstance(origin, Client) and _as_it_came(run, expr.id, origin, frame) else None


def _as_it_came(run: Any, name: str, client: Client, frame: Frame) -> bool:
    """Is a name the parameter that the framework filled with this value, and nothing else was put into it?"""
    node = frame.scope.function.node if frame.scope.function is not None else None
    if not isinstance(node, ir.Function) or client.name != name:
        return False
    here = any(param.name == name and client.at == (frame.scope.module.path, param.at) for param in node.params)
    return here and not any(isinstance(part, ir.Name) and part.id == name for place in _places(run.names.body(node)) for part in inside(place))


def _places(body: tuple[ir.Stmt, ...]) -> Iterator[ir.Expr]:
    """What the statements of a function put something into."""
    for statement in statements(body):
        if isinstance(statement, ir.Assign):
            yield from statement.targets
        elif isinstance(statement, (ir.AugAssign, ir.For)):
            yield statement.target
        elif isinstance(statement, ir.With):
            yield from (place for _, place in statement.items if place is not None)
