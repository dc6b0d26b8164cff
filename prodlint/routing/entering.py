"""A project's own functions that make one entry of a URL configuration: `def staff_path(route, view): return path(route, staff_only(view))`.

Knows: what such a function wraps around the view that it is given. Does not know: what a wrapper asks (`flow/callers/decorators.py`), helpers that
give whole lists (`lists.py`).
"""

from __future__ import annotations

from prodlint import ir
from prodlint.names import Definition, Names
from prodlint.routing.table import Before
from prodlint.routing.values import argument
from prodlint.routing.walking import expressions, last_name

ENTRIES = frozenset({"path", "re_path", "url"})
MAX_WRAPPERS = 8


def made(names: Names, helper: Definition) -> list[ir.Call]:
    """The entries that a helper makes."""
    body = names.body(helper.node)  # type: ignore[arg-type]
    return [part for part in expressions(body) if isinstance(part, ir.Call) and last_name(part.func) in ENTRIES]


def _always_before(names: Names, helper: Definition, calls: list[ir.Call]) -> list[ir.Assign]:
    """What is set on every way to the entry: what stands under an `if`, or behind the entry, says nothing of it."""
    out: list[ir.Assign] = []
    for statement in names.body(helper.node):  # type: ignore[arg-type]
        if any(part is call for part in expressions((statement,)) for call in calls):
            break
        if isinstance(statement, ir.Assign):
            out.append(statement)
    return out


def around(names: Names, helper: Definition) -> tuple[Before, ...]:
    """What the one entry that a helper makes has around its view, from outside in."""
    calls, scope = made(names, helper), names.scope(helper)
    view = argument(calls[0], [1, "view"]) if len(calls) == 1 else None
    out: list[Before] = []
    params = {param.name for param in helper.node.params}  # type: ignore[attr-defined]
    before = _always_before(names, helper, calls)
    for _ in range(MAX_WRAPPERS):
        if isinstance(view, ir.Call) and view.args and last_name(view) != "as_view":
            out.append(Before("decorator", view.func if len(view.args) == 1 and not view.kwargs else view, scope))
            view = view.args[0]
        elif isinstance(view, ir.Name) and before and any(isinstance(t, ir.Name) and t.id == view.id for t in before[-1].targets):
            view = before.pop().value  # `view = login_required(view)`
        elif before and isinstance(view, ir.Name):
            before.pop()
        else:
            break
    return tuple(out) if isinstance(view, ir.Name) and view.id in params else ()
