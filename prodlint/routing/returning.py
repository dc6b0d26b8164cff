"""What a project function returns for the arguments of one call: its returns in order, each with what its names stand for there.

Knows: conditions over the arguments that can be told (`strings.truth`), parameters that get a new value on the way (`actions = actions or ALL`).
Does not know: loops (a return in one counts as reached), what an expression means.
"""

from __future__ import annotations

from typing import Any

from prodlint import ir
from prodlint.names import Definition, Scope, statements
from prodlint.routing.items import Env, Item
from prodlint.routing.strings import truth

Returned = list[tuple[ir.Expr, Env]]


def returned(lists: Any, function: Definition, env: Env) -> Returned:
    """The returns that a call with these arguments may reach."""
    out: Returned = []
    _walk(lists, lists.names.body(function.node), lists.names.scope(function), env, out)
    return out


def _walk(lists: Any, body: tuple[ir.Stmt, ...], scope: Scope, env: Env, out: Returned) -> Env | None:
    """The names after a block; None where no way leads through it."""
    for statement in body:
        if isinstance(statement, ir.Return):
            if statement.value is not None:
                out.append((statement.value, env))
            return None
        if isinstance(statement, ir.Raise):
            return None
        if isinstance(statement, ir.If):
            known = truth(lists, statement.test, scope, env)
            blocks = [block for block, when in ((statement.body, True), (statement.orelse, False)) if known in (None, when)]
            left = [after for block in blocks if (after := _walk(lists, block, scope, env, out)) is not None]
            if not left:
                return None
            env = {name: item for name, item in left[0].items() if all(other.get(name) is item for other in left)}
        elif isinstance(statement, ir.Assign):
            for target in statement.targets:
                if isinstance(target, ir.Name) and target.id in env and statement.value is not None:
                    env = {**env, target.id: Item(statement.value, scope, env)}
        else:
            out += [(inner.value, env) for inner in statements([statement]) if isinstance(inner, ir.Return) and inner.value is not None]
    return env
