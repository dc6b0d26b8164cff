"""Conditions of a query that may not stand in it: `Order.user_id == user.id if mine else True`, `if user.email: rows = rows.filter(...)`.

Knows: which side of a test only staff, or only those who are known, come to. Does not know: what a condition narrows (`narrowing.py`), which objects
a test holds (`ways.py`).
"""

from __future__ import annotations

from typing import Any

from prodlint import ir
from prodlint import regex as re
from prodlint.flow.frames import REFUSES, RETURNS, Frame
from prodlint.flow.knowledge import is_none, last_name
from prodlint.flow.lookups import queries
from prodlint.flow.proofs import ways
from prodlint.flow.proofs.polarity import privileged
from prodlint.flow.values import CALLER, DOUBT, PRESENCE, REQUEST, ROLE, Client, Value

DJANGO = frozenset({"django", "drf"})
# what everybody who is known has
ALWAYS_THERE = re.compile(r"^(?:id|pk|uuid|uid|sub|user|user_?id|is_authenticated|is_logged_in|logged_in|authenticated)$", re.I)


def by_path(expr: ir.Expr, test: Value) -> bool:
    """`if pk:` of a parameter of the path."""
    brought = bool(test.origins) and all(isinstance(o, Client) and o.source == "path" and o.name != "?" for o in test.origins)
    return isinstance(expr, ir.Name) and brought


def has_conditions(statement: ir.If, test: Value) -> bool:
    """`if filters: query = query.where(*filters)`, where conditions stand in the list on every way to here: they are asked."""
    written = bool(test.items) and any(isinstance(name, queries.Column) for item in test.items or () for name in item.fields or ())
    asks = isinstance(statement.test, ir.Name) and not statement.orelse
    return written and asks and all(isinstance(each, ir.Assign) for each in statement.body)


def either_side(run: Any, expr: ir.Expr, test: Value, first: Value, second: Value, frame: Frame) -> tuple[Value, Value]:
    """Two conditions of which a test chooses one: what only staff get is left aside, and what one side alone says of the caller is in doubt."""
    kept = everybodys_side(run, expr, test, frame)
    if kept is not None:
        return (first, first) if kept else (second, second)
    return _beside(first, second), _beside(second, first)


def _beside(value: Value, other: Value) -> Value:
    """The value, with what it says of the caller in doubt where the other says nothing of the kind."""
    if value.fields is None and value.has(CALLER) and other.fields and not other.has(CALLER):  # `{"owner": me if mine else {"$exists": True}}`
        return value.plus({DOUBT})
    fields = {name for name, part in (other.fields or {}).items() if part.has(CALLER)}
    alone = isinstance(value.kind, str) or value.kind is None
    loose = alone and value.receiver is None and value.fields and any(part.has(CALLER) and name not in fields for name, part in value.fields.items())
    return value.made_in_doubt() if loose else value


def everybodys_side(run: Any, expr: ir.Expr, test: Value, frame: Frame) -> bool | None:
    """The side of a test that those take who are no staff, or all who are known; None where it asks for neither."""
    if test.has(ROLE) and not test.outcomes:
        admin = privileged(expr, lambda part: run.eval(part, frame).truth is not None, lambda part: run.eval(part, frame).has(ROLE))
        return None if admin is None else not admin
    return caller_side(run, expr, test, frame)


def caller_side(run: Any, expr: ir.Expr, test: Value, frame: Frame) -> bool | None:
    """The side that a known caller takes, where the test asks only whether there is one (`if user:`, `if user_id is not None:`); None where strangers
    come here too, who take the other."""
    if not run.only_callers:
        return None
    if isinstance(expr, (ir.Name, ir.Attr)) and test.has(CALLER):
        return True if _says_who(run, expr, frame) else None
    if isinstance(expr, (ir.Name, ir.Attr)) and test.has(PRESENCE) and not (test.outcomes or test.selections or test.clients):
        return ways.known(expr)
    if test.outcomes or test.selections or test.clients:
        return None
    if isinstance(expr, ir.Cmp) and len(expr.ops) == 1 and is_none(expr.rights[0]) and test.has(PRESENCE):
        return expr.ops[0] in ("is not", "!=") if _says_who(run, expr.left, frame) else None
    return None


def callers_only(run: Any, expr: ir.Expr, frame: Frame) -> bool | None:
    """The side of a test on which none but known callers come: the first of `user.is_authenticated and user.kind == "teacher"`; None for neither."""
    if isinstance(expr, ir.Bool):
        sides, wanted = [callers_only(run, part, frame) for part in expr.values], expr.op == "and"
        return wanted if wanted in sides else not wanted if all(side is (not wanted) for side in sides) else None
    if isinstance(expr, ir.Unary) and expr.op == "not":
        inner = callers_only(run, expr.value, frame)
        return None if inner is None else not inner
    value = run.eval(expr, frame)
    return ways.known(expr) if value.has(PRESENCE) and not (value.outcomes or value.selections or value.clients) else None


def _says_who(run: Any, expr: ir.Expr, frame: Frame) -> bool:
    """Not what the caller may lack (`user.email`, `user.team_id`)."""
    return not (isinstance(expr, ir.Attr) and run.eval(expr.base, frame).has(CALLER)) or bool(ALWAYS_THERE.match(expr.name))


def said_by_client(test: Value) -> bool:
    """Does a test ask what the client says, and nothing of who it is: `if request.args.get("debug"): return guest`?"""
    if test.outcomes or test.selections or any(test.has(mark) for mark in (CALLER, PRESENCE, ROLE)):
        return False
    return any(client.source in ("query", "body", "form") for client in test.clients)


def maybe_nobody(test: Value, one: Value | None, other: Value | None) -> bool:
    """`user.id if mine else None`: where the client says so it is nobody, whom a function may not ask about then."""
    given = [value for value in (one, other) if value is not None]
    nobody = one is not other and any(value.ref == "builtins.None" for value in given)
    return nobody and any(value.has(CALLER) for value in given) and said_by_client(test)


def perhaps_nobody(test: Value, one: dict[str, Value], other: dict[str, Value], env: dict[str, Value]) -> None:
    """`owner = None` and `if mine: owner = user.id`: what the names hold after both branches."""
    for name in [name for name in env if maybe_nobody(test, one.get(name), other.get(name))]:
        env[name] = env[name].plus({DOUBT})


def lets_strangers_pass(run: Any, expr: ir.Expr, first: int, frame: Frame) -> bool:
    """`if not user.is_authenticated and not request.args.get("preview"): refuse`: whoever says so is not asked. In Django `request.user` is always
    there, `if not request.user` refuses nobody. `if user_id is None and g.user is not None: refuse`: who is somebody is refused, and nobody else."""
    if first not in (REFUSES, RETURNS):
        return False
    if _always_there(run, expr, frame):
        return True
    turned = isinstance(expr, ir.Unary) and expr.op == "not"
    inner = expr.value if isinstance(expr, ir.Unary) and turned else expr
    if not isinstance(inner, ir.Bool) or inner.op != ("or" if turned else "and"):
        return False
    return any(said_by_client(run.eval(part, frame)) or (not turned and _somebody(run, part, frame)) for part in inner.values)


def _somebody(run: Any, part: ir.Expr, frame: Frame) -> bool:
    """`g.user is not None`"""
    if not (isinstance(part, ir.Cmp) and part.ops in (("is not",), ("!=",)) and is_none(part.rights[0])):
        return False
    asked, value = part.left, run.eval(part.left, frame)
    key = asked.args[0] if isinstance(asked, ir.Call) and asked.args and last_name(asked.func) == "get" else None
    name = key.value if isinstance(key, ir.Const) else asked.name if isinstance(asked, ir.Attr) else ""
    named = isinstance(name, str) and (name == "user" or run.knowledge.names_caller(name))
    return named or value.has(CALLER) or any(map(queries.of_caller, value.selections))


THERE = "a row that was found"  # as a closure: what a guard is asked about


def there(value: Value) -> Value:
    """The row that a guard is asked about, where it is surely one: `if obj is None: return True` in the guard is for questions about nothing."""
    if not value.selections:
        return value
    return Value(value.origins, value.kind, value.ref, value.const, value.fields, value.receiver, value.items, THERE)


def never_none(run: Any, expr: ir.Expr, frame: Frame) -> bool:
    """`request.user` of Django: strangers have one too. Or a row that was found."""
    if isinstance(expr, ir.Name) and expr.id in frame.env and frame.env[expr.id].closure is THERE:
        return True
    asked = isinstance(expr, ir.Attr) and expr.name == "user" and run.framework in DJANGO and "user" not in run.carried
    return asked and run.eval(expr.base, frame).has(REQUEST)  # type: ignore[union-attr]


def _always_there(run: Any, expr: ir.Expr, frame: Frame) -> bool:
    while isinstance(expr, ir.Unary) and expr.op == "not":
        expr = expr.value
    if isinstance(expr, ir.Cmp) and len(expr.ops) == 1 and is_none(expr.rights[0]):
        expr = expr.left
    return never_none(run, expr, frame)


def for_caller(run: Any, expr: ir.Expr, value: Value, frame: Frame) -> bool:
    """`if entry.visibility not in Entry.visibilities_for(request.user): raise`: words that a function chooses by who asks, as far as can be told."""
    call = expr.value if isinstance(expr, ir.Await) else expr
    if not isinstance(call, ir.Call) or value.has(CALLER) or value.selections:
        return False
    return any(run.eval(given, frame).has(CALLER) for given in (*call.args, *(keyword.value for keyword in call.kwargs)))
