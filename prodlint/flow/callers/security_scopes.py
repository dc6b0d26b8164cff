"""The scopes that `Security(get_user, scopes=["orders:write"])` asks of the caller, as the dependency sees them in its `SecurityScopes`.

Knows: scopes of a dependency and of those that depend on it, which FastAPI hands down. Sources: fastapi 0.121 security/oauth2.py,
dependencies/utils.py (`own_oauth_scopes`, `parent_oauth_scopes`). Does not know: whether the dependency
looks at them at all: one that does not refuses nobody for a scope.
"""

from __future__ import annotations

from typing import Any

from prodlint import ir
from prodlint.calls.walk import every, heads
from prodlint.flow.frames import Frame, ends_refusing
from prodlint.flow.knowledge import last_name, role_marks, scope_marks
from prodlint.flow.proofs.comparisons import last_word
from prodlint.flow.proofs.plain_roles import RUNS_ALL
from prodlint.flow.values import EMPTY, ROLE, Value
from prodlint.names import Scope, statements

KIND = "SecurityScopes"
ORDER = frozenset({"<", "<=", ">", ">="})
ANYBODYS = Value(const="user")  # `orders:read` is what every token may be made for


def asked(expr: ir.Expr | None) -> ir.Expr | None:
    """What stands for the scopes in `Security(get_user, scopes=[...])`."""
    if not isinstance(expr, ir.Call) or last_name(expr) != "Security":
        return None
    return expr.args[1] if len(expr.args) > 1 else next((keyword.value for keyword in expr.kwargs if keyword.name == "scopes"), None)


def given(run: Any, asking: tuple[tuple[ir.Expr, Scope], ...], kind: str, taker: ir.Function) -> Value:
    """What a parameter `scopes: SecurityScopes` of a function gets: all that are asked on the way to it. Not told to one that goes on after an error,
    or that holds sets against one another: `set(payload.scopes) <= set(scopes.scopes)` lets in who has none."""
    body = tuple(statements(run.names.body(taker)))
    if any(isinstance(s, ir.Try) and not all(ends_refusing(handler.body) for handler in s.handlers) for s in body):
        return Value(kind=kind)
    parts = (part for statement in body for head in heads(statement) for part in every(head))
    if any(isinstance(part, ir.Cmp) and not ORDER.isdisjoint(part.ops) for part in parts):
        return Value(kind=kind)
    items: list[Value] = []
    for expr, scope in asking:
        found = run.eval(expr, Frame(scope, {}, 0)).items
        if found is None:
            return Value(kind=kind)
        items += map(_asked_of, found)
    return Value(kind=kind, fields={"scopes": Value(items=tuple(items)), "scope_str": EMPTY})


def _asked_of(item: Value) -> Value:
    """A scope that says a role; a role within something (`tenant_admin`) is some role, and what any token is made for (`orders:read`) is none."""
    word = item.const or last_word(item)
    if ROLE not in scope_marks([word]) and not role_marks(word.lower()):
        return ANYBODYS
    return item if RUNS_ALL.fullmatch(word) else Value()
