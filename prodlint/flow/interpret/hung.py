"""What a project hangs on its app when it starts, for handlers to take: `app.orders = OrderService(db)`, `app.state.redis = Redis()`,
`app.ctx.jwt = Jwt()`, `app["db"] = Database()`.

Knows: on which objects of an app such things hang (flask 3.1 and quart 0.20 `current_app`, starlette 0.50 `app.state`, sanic 25.3 `app.ctx`,
aiohttp 3.13 `request.app`), and of which class they are. Does not know: what they hold; of two classes under one name, which one is there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from prodlint import ir
from prodlint import regex as re
from prodlint.flow.values import Value
from prodlint.names import Definition, Names, Ref, Scope, statements

APP = "request.app"  # the app as a request names it
APPS = frozenset({"Flask", "Quart", "FastAPI", "Starlette", "Sanic", "Application"})  # classes of apps
NAMES = frozenset({"app", "application", "current_app"})
WITHIN = frozenset({"state", "ctx"})  # attributes of an app that are there to hang things on
UNDER = frozenset({"config", "extensions"})  # and those that are dictionaries
HOLDERS = frozenset({"flask.current_app", "quart.current_app", APP, *(f"{APP}.{name}" for name in WITHIN)})
NAMED = re.compile(rb"\xa3app|\xabapplication|\xabcurrent_app")  # one of the names as a string of an encoded body


def find(names: Names) -> dict[str, Ref]:
    """The class of what hangs on an app, by the name it hangs there under; not where two classes share a name."""
    found: dict[str, set[Ref]] = {}
    for statement, scope in _assignments(names):
        for name in filter(None, (_place(names, target, scope) for target in statement.targets)):
            kind = names.annotated(statement.annotation, scope) or names.type_of(statement.value, scope)
            if kind is not None and not (isinstance(kind, str) and kind.startswith("builtins.")):
                found.setdefault(name, set()).add(kind)
    return {name: kinds.pop() for name, kinds in found.items() if len(kinds) == 1}


def _assignments(names: Names) -> Iterator[tuple[ir.Assign, Scope]]:
    """The assignments of modules, functions and methods that name an app."""
    for module in names.modules.values():
        yield from _of(module.body, Scope(module))
    methods = (member for cls in names.classes() for member in names.members(cls).values() if isinstance(member.node, ir.Function))
    for function in (*names.functions(), *methods):
        if NAMED.search(bytes(function.node.body)):  # type: ignore[attr-defined]
            yield from _of(names.body(function.node), names.scope(function))  # type: ignore[arg-type]


def _of(body: Iterable[ir.Stmt], scope: Scope) -> Iterator[tuple[ir.Assign, Scope]]:
    for statement in statements(body):
        if isinstance(statement, ir.Assign) and any(isinstance(target, (ir.Attr, ir.Sub)) for target in statement.targets):
            yield statement, scope


def _place(names: Names, target: ir.Expr, scope: Scope) -> str:
    """The name under which a target hangs on an app; "" for what is none."""
    if isinstance(target, ir.Attr):
        base = target.base.base if isinstance(target.base, ir.Attr) and target.base.name in WITHIN else target.base
        return target.name if _is_app(names, base, scope) else ""
    if isinstance(target, ir.Sub) and isinstance(target.index, ir.Const) and isinstance(target.index.value, str):
        base = target.base.base if isinstance(target.base, ir.Attr) and target.base.name in UNDER else target.base
        return target.index.value if _is_app(names, base, scope) else ""
    return ""


def _is_app(names: Names, expr: ir.Expr, scope: Scope) -> bool:
    if not isinstance(expr, (ir.Name, ir.Attr)):
        return False
    if (expr.id if isinstance(expr, ir.Name) else expr.name) in NAMES:
        return True
    kind = names.type_of(expr, scope)
    return isinstance(kind, str) and kind.rpartition(".")[2] in APPS


def taken(run: Any, base: Value, name: str | None) -> Value | None:
    """What a handler takes from the app by this name; None where it is no app, or nobody can tell what hangs there."""
    holder = base.ref if isinstance(base.ref, str) else APP if isinstance(base.kind, str) and base.kind.rpartition(".")[2] in APPS else ""
    holder = holder.rpartition(".")[0] if holder.rpartition(".")[2] in UNDER else holder
    if base.origins or name is None or holder not in HOLDERS:
        return None
    if name in WITHIN:
        return Value(ref=f"{APP}.{name}")
    kind = run.knowledge.hung.get(name)
    if isinstance(kind, Definition):
        run.names.touched.add(kind.module.path)
    return Value(kind=kind) if kind is not None else None
