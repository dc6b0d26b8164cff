"""What a project's own plugins and start-up functions put into the configuration of a Litestar app.

Knows: `on_app_init(self, app_config)` of a plugin, functions of `Litestar(on_app_init=[...])` (litestar 2.18 plugins/base.py, config/app.py): the
backend of `litestar.security` that is handed the configuration, the guards, middlewares, dependencies and logins that are put into it, here or in a
function of the project that is given it. Does not know: what stands under a condition, plugins of libraries.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from prodlint import ir
from prodlint.names import Definition, Names, Scope
from prodlint.routing.table import Before
from prodlint.routing.walking import inside

if TYPE_CHECKING:
    from prodlint.routing.layers import Layers

START = "on_app_init"
DEPTH = 4
PUTS = {"append": False, "insert": False, "extend": True, "update": True}  # does it take many at once?


class Plugging:
    """One function that configures an app, and the functions that it hands the configuration to."""

    def __init__(self, names: Names, layers: Layers) -> None:
        self.names, self.layers = names, layers
        self.found: list[Before] = []
        self.whole = True  # is everything known that was done to the configuration?

    def read(self, function: Definition, at: int, given: dict[str, Definition] | None = None, depth: int = DEPTH) -> Plugging:
        """at: which parameter is the configuration, counted with `self`. given: what the other parameters stand for."""
        params = function.node.params  # type: ignore[attr-defined]
        if depth <= 0 or at >= len(params):
            self.whole = False
            return self
        scope, config = self.names.scope(function), params[at].name
        if given:
            scope = msgspec.structs.replace(scope, symbols=scope.symbols | given, known={})
        for statement in self.names.body(function.node):  # type: ignore[arg-type]
            if isinstance(statement, (ir.Assign, ir.ExprStmt, ir.Return)):
                self.assignment(statement, scope, config)
                for part in inside(statement.value):
                    if isinstance(part, ir.Call):
                        self.call(part, scope, config, depth)
            elif not isinstance(statement, (ir.Import, ir.Function, ir.Class)) and any(is_config(part, config) for part in inside(statement)):  # type: ignore[arg-type]
                self.whole = False  # under a condition, or in a loop
        return self

    def assignment(self, statement: ir.Stmt, scope: Scope, config: str) -> None:
        """`app_config.guards = [...]`, `app_config.dependencies["user"] = Provide(...)`."""
        if not isinstance(statement, ir.Assign) or statement.value is None:
            return
        for target in statement.targets:
            if isinstance(target, ir.Attr) and is_config(target.base, config):
                self.put(target.name, statement.value, scope)
            elif isinstance(target, ir.Sub) and isinstance(target.base, ir.Attr) and is_config(target.base.base, config):
                self.put(target.base.name, ir.Map(((target.index, statement.value),), statement.at, statement.at), scope)

    def call(self, call: ir.Call, scope: Scope, config: str, depth: int) -> None:
        """`app_config.guards.append(is_active)`, `auth.on_app_init(app_config)`, `self._secured(app_config)`."""
        func = call.func
        if isinstance(func, ir.Attr) and isinstance(func.base, ir.Attr) and is_config(func.base.base, config) and func.name in PUTS and call.args:
            value = call.args[-1]
            self.put(func.base.name, value if PUTS[func.name] else ir.Seq("list", (value,), call.at, call.end), scope)
        elif any(is_config(arg, config) for arg in (*call.args, *(keyword.value for keyword in call.kwargs))):
            if isinstance(func, ir.Attr) and func.name == START:
                self.start(func, scope)
            else:
                self.handed(call, scope, config, depth)

    def start(self, expr: ir.Expr, scope: Scope) -> None:
        before = self.layers.start(expr, scope)
        self.found += before or ()
        self.whole &= before is not None

    def handed(self, call: ir.Call, scope: Scope, config: str, depth: int) -> None:
        target = self.names.resolve(call.func, scope)
        if not isinstance(target, Definition) or target.kind != "function":
            self.whole = False
            return
        params = [param.name for param in target.node.params]  # type: ignore[attr-defined]
        skip = int(isinstance(call.func, ir.Attr) and params[:1] == ["self"])
        passed = dict(zip(params[skip:], call.args, strict=False)) | {keyword.name: keyword.value for keyword in call.kwargs}
        at = next((params.index(name) for name, value in passed.items() if is_config(value, config) and name in params), len(params))
        known = {name: self.names.resolve(value, scope) for name, value in passed.items() if isinstance(value, (ir.Name, ir.Attr))}
        self.read(target, at, {name: ref for name, ref in known.items() if isinstance(ref, Definition) and ref.kind != "param"}, depth - 1)

    def put(self, field: str, value: ir.Expr, scope: Scope) -> None:
        own = scope.symbols.get(value.id) if isinstance(value, ir.Name) else None
        if own is not None and isinstance(own.node, ir.Assign) and own.owner is scope.function and own.node.value is not None:
            value = own.node.value  # a list of this function, in which its parameters may stand
        if field == START:
            for one, where in self.layers.listed(value, scope):
                self.start(one, where)
        elif field == "plugins":
            self.found += self.layers.plugged(value, scope)
        elif field in ("guards", "middleware", "dependencies"):
            self.found += self.layers.read(scope, **{field: value})


def is_config(expr: ir.Expr, config: str) -> bool:
    return isinstance(expr, ir.Name) and expr.id == config


def plugin_start(names: Names, cls: Definition) -> Definition | None:
    """The method by which a plugin of the project configures an app."""
    start = names.class_member(cls, START)
    return start if isinstance(start, Definition) and start.kind == "function" else None
