"""A project's own class of router: what its constructors make of the arguments, and pass on to the framework's.

Knows: `super().__init__(...)`, `kwargs["prefix"] = ...` and `kwargs.setdefault("prefix", ...)` before it, through several classes. Does not know:
what an argument means to the framework (`routers.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from prodlint import ir
from prodlint.names import Definition, Names, Scope
from prodlint.names import statements as every
from prodlint.routing.items import Env, Given, Item
from prodlint.routing.lists import Lists

MAX_BASES = 4  # constructors above one another


class Put(NamedTuple):
    """One more argument in `**options`. anyway: whatever the caller gave under this name."""

    options: str
    key: str
    value: ir.Expr
    anyway: bool


def passed_up(names: Names, lists: Lists, cls: Definition, call: ir.Call, scope: Scope, env: Env) -> Iterator[Given]:
    """The arguments that the classes of a router pass to their bases, the nearest class first. call: where an object of it is made."""
    kin = [each for each in names.mro(cls) if isinstance(each, Definition)]
    inits = [init for each in kin if (init := names.members(each).get("__init__")) is not None and init.kind == "function"]
    for init in inits[:MAX_BASES]:
        here, where = dict(lists.parameters(init, call, scope, env)), names.scope(init)
        above = None
        for statement in every(names.body(init.node)):  # type: ignore[arg-type]
            value = statement.value if isinstance(statement, ir.ExprStmt) else None
            if isinstance(value, ir.Call) and isinstance(value.func, ir.Attr) and value.func.name == "__init__":
                above = value
                yield lists.given(value, where, here)
            elif (put := _put_in(init, statement)) is not None:
                here[put.options] = _filled(here.get(put.options), put, where, dict(here))
        if above is None:
            return
        call, scope, env = above, where, here


def _put_in(init: Definition, statement: ir.Stmt) -> Put | None:
    """`kwargs["prefix"] = "/orders"`, `kwargs.setdefault("prefix", "/orders")`."""
    options = next((param.name for param in init.node.params if param.kind == "**"), "")  # type: ignore[attr-defined]
    table, key, value, anyway = None, None, None, False
    if isinstance(statement, ir.Assign) and len(statement.targets) == 1 and isinstance(statement.targets[0], ir.Sub):
        table, key, value, anyway = statement.targets[0].base, statement.targets[0].index, statement.value, True
    elif isinstance(statement, ir.ExprStmt) and isinstance(statement.value, ir.Call) and len(statement.value.args) == 2:
        func, (key, value) = statement.value.func, statement.value.args
        table = func.base if isinstance(func, ir.Attr) and func.name == "setdefault" else None
    if not isinstance(table, ir.Name) or table.id != options or not isinstance(key, ir.Const) or value is None:
        return None
    return Put(options, str(key.value), value, anyway)


def _filled(options: object, put: Put, where: Scope, here: Env) -> Item:
    """`**options` with one more in it."""
    at = ir.start_of(put.value)
    known = options if isinstance(options, Item) and isinstance(options.expr, ir.Map) else Item(ir.Map((), at, at), where)
    pairs = known.expr.items  # type: ignore[attr-defined]
    same = [name for name, _ in pairs if isinstance(name, ir.Const) and name.value == put.key]
    if same and not put.anyway:
        return known
    row = f"{put.key} of a row"  # no name of a program has a blank in it
    left = tuple(pair for pair in pairs if pair[0] not in same)
    pairs = (*left, (ir.Const(put.key, at, at), ir.Name(row, at)))
    return Item(ir.Map(pairs, at, at), known.scope, {**known.env, row: Item(put.value, where, here)})
