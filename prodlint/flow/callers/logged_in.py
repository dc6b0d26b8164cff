"""Who is logged in, as an app keeps it in its own memory: `sessions[token] = {"user_id": user.id}` at a login, `sessions.get(token)` ever after.

Knows: what such a store is called, that it is empty when the app starts, and what a token that the client brings finds there. Does not know: rows
(`memory.py`), caches (`cached.py`), sessions of frameworks, whether the login that fills it asked for a password.
"""

from __future__ import annotations

from typing import Any

from prodlint import ir
from prodlint import regex as re
from prodlint.flow.callers.principals import is_token
from prodlint.flow.knowledge import last_name
from prodlint.flow.values import CALLER, Value
from prodlint.names import Definition

# of people, and no `game_sessions` or `upload_tokens`, in which stands what whoever came first has said
_OF_PEOPLE = (
    r"^_*(?:(?:users?|accounts?|admin|auth|login|logged_?in|active|current|open|live|valid|issued|web|api|access|bearer|refresh|session|memory)_)*"
)
SESSIONS = re.compile(rf"{_OF_PEOPLE}(?:sessions?|logins|logged_?in(?:_users)?)(?:_(?:store|storage|db|map|dict|data|by_token))?$", re.I)
TOKENS = re.compile(rf"{_OF_PEOPLE}tokens?(?:_(?:store|storage|db|map|dict|to_\w+|users?|data))?$", re.I)
OVER = re.compile(r"revoked|black_?list|block|deny|banned|expired|invalid|used|csrf|xsrf|reset|verif|confirm|invit", re.I)
FILLED = frozenset({"dict", "defaultdict", "OrderedDict", "TTLCache", "LRUCache", "LFUCache", "Cache", "ExpiringDict"})


def is_store(base: Value, expr: ir.Expr) -> bool:
    """Is this filled while the app runs, by those who log in? What it holds is no secret of the app, and each of them has a token of their own."""
    name = last_name(expr)
    if base.origins or not isinstance(expr, (ir.Name, ir.Attr)) or OVER.search(name):
        return False
    ref = base.ref
    if isinstance(ref, Definition) and isinstance(ref.node, ir.Assign):
        return bool(SESSIONS.search(name) or TOKENS.search(name)) and (empty(ref.node.value) or _empty_set(ref.node.value))
    return isinstance(expr, ir.Attr) and ref is None and base.const is None and not base.items and SESSIONS.search(name) is not None


def found(run: Any, base: Value, expr: ir.Expr, index: Value) -> Value | None:
    """Whom a token finds there, `sessions[token]`, `sessions.get(token)`; None where this is something else."""
    on = expr.base if isinstance(expr, ir.Sub) else expr.func.base if isinstance(expr, ir.Call) and isinstance(expr.func, ir.Attr) else None
    if on is None or not is_token(index) or index.chosen or not is_store(base, on):
        return None
    run.caller_seen = True
    return Value(frozenset({CALLER}))


def empty(made: ir.Expr | None) -> bool:
    """A dictionary that holds nothing when the module is loaded."""
    if isinstance(made, ir.Call):
        return last_name(made) in FILLED and not any(isinstance(arg, (ir.Map, ir.Seq, ir.Comp)) and getattr(arg, "items", True) for arg in made.args)
    return isinstance(made, ir.Map) and not made.items


def _empty_set(made: ir.Expr | None) -> bool:
    return isinstance(made, ir.Call) and last_name(made) == "set" and not made.args
