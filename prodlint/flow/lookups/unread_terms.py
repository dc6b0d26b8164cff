"""Conditions on whose a row is of which nobody can read who is meant: `filter(pk=pk, author=profile_of(request))`, `filter(pk=pk, **terms(request))`.

Knows: which conditions of a query these are. Does not know: what a query selects (`selecting.py`), which columns say whose a row is (`schema.py`).

The rows are narrowed down to somebody's; that it is the caller's is not shown, and neither is that it is not.
"""

from __future__ import annotations

from typing import Any

from prodlint import ir
from prodlint.calls.walk import every
from prodlint.flow.callers.principals import is_token
from prodlint.flow.knowledge import COLUMN_FIELDS
from prodlint.flow.lookups.queries import narrowed_from, of_caller
from prodlint.flow.lookups.schema import OWNER_COLUMN
from prodlint.flow.values import REQUEST, SOMEBODY, Selection, Value

UNREAD = Value(frozenset({SOMEBODY}))
_SAME = frozenset({"exact", "iexact", "in", "id", "pk", "uuid", "username", "email"})  # what names the same person


def of(run: Any, model: object, args: list[Value], kwargs: dict[str, Value], expr: ir.Expr) -> list[tuple[str, Value]]:
    """The terms of a query that hold what says whose rows of the model are against something that cannot be read."""
    if not isinstance(expr, ir.Call):
        return []
    given = {keyword.name or "**": keyword.value for keyword in expr.kwargs}
    terms = [
        (name, UNREAD)
        for name, value in kwargs.items()
        if _asks(given.get(name, given.get("**"))) and ((_unread(value) and (name == "**" or _whose(run, model, name))) or _by_token(value))
    ]
    compared = any(_compared(run, model, arg, value) for arg, value in zip(expr.args, args, strict=False) if value.fields)
    return [*terms, ("", UNREAD)] if compared else terms


def _compared(run: Any, model: object, arg: ir.Expr, value: Value) -> bool:
    """`Order.user_id == account_of(request)`, alone or joined to others."""
    fields = {str(name) for name, held in (value.fields or {}).items() if type(name) is not int and _unread(held) and _whose(run, model, str(name))}
    tests = [part for part in every(arg) if isinstance(part, ir.Cmp) and part.ops == ("==",)] if fields else []
    sides = [pair for test in tests for pair in ((test.left, test.rights[0]), (test.rights[0], test.left))]
    return any(isinstance(column, ir.Attr) and column.name in fields and _asks(other) for column, other in sides)


def _asks(expr: ir.Expr | None) -> bool:
    """No literal, no column of a model (`Order.user_id`), and no part by name of a session or a dictionary, which a visitor may have written."""
    column = isinstance(expr, ir.Attr) and isinstance(expr.base, ir.Name) and expr.base.id[:1].isupper()
    return isinstance(expr, (ir.Call, ir.Attr, ir.Name, ir.Await)) and not column


def _whose(run: Any, model: object, name: str) -> bool:
    """A column that says whose the row is, or a way to one: `author`, `order__user_id`, `author__email`. Where it goes on, `owner__is_active`,
    `owner__plan__in`, it says what kind of person that is, and many are."""
    parts = name.split("__")
    while len(parts) > 1 and parts[-1] in _SAME:
        parts.pop()
    return OWNER_COLUMN.match(parts[-1]) is not None or (len(parts) == 1 and run.schema.owner_field(model, parts[0]))


def _unread(value: Value) -> bool:
    """Is nothing known of it, and did no client say it?"""
    known = value.const is not None or value.truth is not None or value.items is not None or bool(value.fields)
    what = (value.ref, value.kind)  # what a row that nobody looked up holds: `job.launcher`, `job.launcher.account`
    held = any(isinstance(each, str) and each.startswith(COLUMN_FIELDS) for each in what)
    named = value.ref is not None and not held and not (isinstance(value.ref, str) and value.ref.endswith("()"))
    return not known and not named and value.origins <= {REQUEST} and value.closure is None


def _by_token(value: Value) -> bool:
    """A row that is found by what a library reads in the caller's token, `accounts.get(issuer_of(token))`: whether the token was held against that
    account's own key, and on which way, is not shown."""
    rows = value.selections
    return bool(rows) and value.origins <= {REQUEST, *rows} and all(of_caller(row) or _named_in_token(row) for row in rows)


def _named_in_token(row: Selection) -> bool:
    given = [held for part in narrowed_from(row) for _, held in part.terms if held.clients]
    return bool(given) and all(is_token(held) and isinstance(held.kind, str) and held.kind.endswith("()") for held in given)
