"""The scopes that `Security(get_user, scopes=["orders:write"])` asks of the caller, as the dependency sees them in its `SecurityScopes`.

Knows: scopes of a dependency and of those that depend on it, which FastAPI hands down. Sources: fastapi 0.121 security/oauth2.py,
dependencies/utils.py (`own_oauth_scopes`, `parent_oauth_scopes`). Does not know: whether the dependency
looks at them at all: one that does not refuses nobody for a scope.
"""

from __future__ import annotations

from typing import Any

from prodlint import ir
from prodlint.flow.comparisons import last_word
from prodlint.flow.frames import Frame
from prodlint.flow.knowledge import last_name, role_marks, scope_marks
from prodlint.flow.values import EMPTY, ROLE, Value
from prodlint.names import Scope

KIND = "SecurityScopes"
ANYBODYS = Value(const="user")  # `orders:read` is what every token may be made for


def asked(expr: ir.Expr | None) -> ir.Expr | None:
    """What stands for the scopes in `Security(get_user, scopes=[...])`."""
    if not isinstance(expr, ir.Call) or last_name(expr) != "Security":
        return None
    return expr.args[1] if len(expr.args) > 1 else next((keyword.value for keyword in expr.kwargs if keyword.name == "scopes"), None)


def given(run: Any, asking: tuple[tuple[ir.Expr, Scope], ...], kind: str) -> Value:
    """What a parameter `scopes: SecurityScopes` gets: all that are asked on the way to it."""
    items: list[Value] = []
    for expr, scope in asking:
        found = run.eval(expr, Frame(scope, {}, 0)).items
        if found is None:
            return Value(kind=kind)
        items += (item if _is_role(item) else ANYBODYS for item in found)
    return Value(kind=kind, fields={"scopes": Value(items=tuple(items)), "scope_str": EMPTY})


def _is_role(item: Value) -> bool:
    word = item.const or last_word(item)
    return ROLE in scope_marks([word]) or bool(role_marks(word.lower()))
