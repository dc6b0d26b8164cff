"""What a cache gives to whoever comes next.

Knows: decorators that keep what a function gave, dictionaries of a module that are filled while the app runs, and what a method keeps on its own
object, which lives as long as a request. Does not know: what is tied.

`@lru_cache` on a function that asks who calls, and is not told so: the next one to ask gets what the first was given. What it held against the
caller is in doubt, and so are rows of which nobody can tell for whom they were kept.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from prodlint import ir
from prodlint import regex as re
from prodlint.flow.callers import logged_in
from prodlint.flow.frames import Frame
from prodlint.flow.judging.degrees import NOWHERE
from prodlint.flow.knowledge import KEY_FIELDS, is_none, last_name
from prodlint.flow.lookups import queries
from prodlint.flow.values import CALLER, Client, Value, in_doubt
from prodlint.names import Definition, statements

# functools, async_lru, cachetools, aiocache, joblib, Flask-Caching, fastapi-cache
KEEPS = re.compile(r"^(?:a?lru_cache|cache|(?:ttl_|lru_|alru_)cached?|cached|memoi[sz]ed?)$")
KEYED = re.compile(r"key|unless|vary")  # arguments that say what it is kept under


def keeps(function: Definition | None) -> bool:
    """Does a decorator keep what a function gives, under its arguments alone?"""
    decorators = function.node.decorators if function is not None and isinstance(function.node, ir.Function) else ()
    told = (keyword.name or "" for d in decorators if isinstance(d, ir.Call) for keyword in d.kwargs)
    return any(KEEPS.match(last_name(d)) for d in decorators) and not any(KEYED.search(name) for name in told)


def called(run: Any, function: Definition, given: list[Value], kwargs: dict[str, Value], call: Callable[[], Value]) -> Value:
    """Runs the call of a function of the project."""
    if not keeps(function) or any(_says_who(value) for value in (*given, *kwargs.values())):
        return call()
    before = len(run.selections)
    run.branch.append(NOWHERE)
    result = call()
    run.branch.pop()
    run.unread.update((*run.selections[before:], *result.selections))
    return in_doubt(result)


def not_yet(run: Any, expr: ir.Call, name: str | None, frame: Frame) -> bool:
    """`getattr(self, "_allowed", None)`, `hasattr(self, "_allowed")` in the one method that sets `self._allowed`: the first time nothing is there,
    and what is there later is what it made then."""
    if not (name and name.startswith("_") and isinstance(expr.args[0], ir.Name) and expr.args[0].id == "self" and frame.me is not None):
        return False
    function, cls = frame.scope.function, frame.me.kind
    if function is None or not isinstance(cls, Definition) or cls.kind != "class" or not _sets(run, function, name):
        return False
    for above in (each for each in run.names.mro(cls) if isinstance(each, Definition) and isinstance(each.node, ir.Class)):
        members = run.names.members(above)
        if name in members or any(member.node is not function.node and _sets(run, member, name) for member in members.values()):
            return False  # what comes before may have put another one there
    return True


def _sets(run: Any, function: Definition, name: str) -> bool:
    """Does a method set this attribute of its object, to anything but nothing?"""
    body = statements(run.names.body(function.node)) if isinstance(function.node, ir.Function) else ()
    targets = [target for each in body if isinstance(each, ir.Assign) and not is_none(each.value) for target in each.targets]
    return any(isinstance(t, ir.Attr) and t.name == name and isinstance(t.base, ir.Name) and t.base.id == "self" for t in targets)


def _says_who(value: Value) -> bool:
    return value.has(CALLER) or any(queries.of_caller(row) for row in value.selections)


def kept(run: Any, base: Value, expr: ir.Expr, index: Value) -> Value | None:
    """`CACHE[order_id]`, `CACHE.get(order_id)`: what an earlier request left there, whoever asked for it. Where the id was held against the caller
    before, it is theirs. What a login left there is who calls; None where it is something else."""
    if (who := logged_in.found(run, base, expr, index)) is not None:
        return who
    ref = base.ref
    if not isinstance(ref, Definition) or base.origins or ref.owner is not None or not isinstance(ref.node, ir.Assign) or index.has(CALLER):
        return None
    named = [client for client in index.chosen if KEY_FIELDS.search(client.name)]
    if named and logged_in.empty(ref.node.value):
        held = {target.plain for target in run.bound if isinstance(target, Client)}
        run.left_by_others.update(client.name for client in named if client.plain not in held)
    return None
