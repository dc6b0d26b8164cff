"""A choice by what kind of caller it is: `if is_user(caller): … elif is_organization(caller): …`, with nothing for the rest.

Knows: chains of tests on the caller's class. Whether another kind of caller can come here, and would see everything, stands in no line that can be
read; so what is left without a filter for "the rest" is held by a doubt, neither proven nor reported. Does not know: roles (`polarity.py`).
"""

from __future__ import annotations

from typing import Any

from prodlint import ir
from prodlint.flow.knowledge import last_name
from prodlint.flow.values import CALLER, Value
from prodlint.names import Definition

GUARDS = ("TypeGuard", "TypeIs")


def last_of_chain(run: Any, statement: ir.If, frame: Any) -> ir.If | None:
    """The last `elif` of a chain of two or more tests on the caller's kind that has no `else`."""
    tests, last = [statement.test], statement
    while len(last.orelse) == 1 and isinstance(last.orelse[0], ir.If):
        last = last.orelse[0]
        tests.append(last.test)
    if last.orelse or len(tests) < 2 or not all(asks_kind(run, test, frame) for test in tests):
        return None
    return last


def asks_kind(run: Any, test: ir.Expr, frame: Any) -> bool:
    """`isinstance(caller, Customer)`, or a call of a function that is declared to be such a test."""
    if not isinstance(test, ir.Call) or not test.args or not isinstance(test.args[0], (ir.Name, ir.Attr)):
        return False
    if last_name(test.func) != "isinstance":
        ref = run.names.resolve(test.func, frame.scope) if isinstance(test.func, (ir.Name, ir.Attr)) else None
        returns = ref.node.returns if isinstance(ref, Definition) and isinstance(ref.node, ir.Function) else None
        if not isinstance(returns, ir.Sub) or last_name(returns.base) not in GUARDS:
            return False
    return bool(run.eval(test.args[0], frame).has(CALLER))


def doubted(run: Any, narrowed: dict[str, Value], rest: dict[str, Value], frame: Any, statement: ir.If) -> None:
    """What the branch narrowed and the rest leaves as it was, is held by a doubt there."""
    for name, value in narrowed.items():
        left = rest.get(name)
        if left is not None and left is not value and left.selections and value.selections:
            rest[name] = run.part_held(left, True, statement, frame)
