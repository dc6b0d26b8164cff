"""Routes that stand on router objects: decorators, registration calls, mounts and hooks, in the order in which a program runs them.

Knows: bodies are read with what their names stand for; loops over lists that are written out are unrolled, and a project function that registers is
read once for each of its calls. Which names mean what is data (`models/*.yaml`). Does not know: which object is a router (`routers.py`), what an
endpoint looks like (`handlers.py`), what handlers do.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from prodlint import ir
from prodlint.models import Models
from prodlint.names import Definition, Names, Scope, blocks_of
from prodlint.names import statements as every
from prodlint.routing.composing import Composer
from prodlint.routing.decorating import Decorating
from prodlint.routing.items import CONTEXT, Env, Item
from prodlint.routing.routers import APP_NAMES
from prodlint.routing.searching import MAX_DEPTH
from prodlint.routing.strings import truth
from prodlint.routing.table import Before, Table
from prodlint.routing.values import shown
from prodlint.routing.walking import last_name

MAX_BOUND = 200  # names of one function that are followed
MAX_ENTERED = 20_000  # function bodies read with what their parameters stand for


def find(names: Names, models: Models, table: Table) -> None:
    Finder(names, models, table).run()


class Finder(Decorating):
    """One search over a project."""

    def run(self) -> None:
        everything = self.interesting()
        for module in self.names.modules.values():
            self.walk(module.body, Scope(module), {})
        for cls in self.names.classes():
            for node in (cls.node, *cls.again):  # a name that is taken again leaves what was registered under it
                if isinstance(node, ir.Class):
                    self.klass(cls if node is cls.node else Definition("class", cls.name, cls.module, node, cls.owner), {})
        called = {name for definition in everything for name in definition.node.calls}  # type: ignore[attr-defined]
        for outermost in (True, False):  # who is called is read with what it is given, so callers come first
            for definition in everything:
                if definition.node not in self.visited and (not outermost or definition.name not in called):
                    self.body(definition, {})
        self.loose()
        self.routers.groups.extend(self.unknown_routers.settle(self.decorates, self.gap))
        self.routers.groups.extend(self.unknown_routers.act(self.act, self.gap))
        Composer(self.frameworks, self.table).compose(self.routers.everyone())

    # ------------------------------------------------------------ bodies
    def body(self, definition: Definition, env: Env) -> dict[str, Any]:
        self.visited.add(definition.node)  # type: ignore[arg-type]
        return self.walk(self.names.body(definition.node), self.names.scope(definition), env)  # type: ignore[arg-type]

    def enter(self, function: Definition, call: ir.Call, scope: Scope, env: Env, me: Item | None = None, around: Env | None = None) -> Env:
        """Reads a project function for one of its calls; gives what its parameters stand for. me: its first parameter. around: what the names of
        the function stand for that it stands in."""
        inside: dict[str, Any] = {**(around or {}), **self.lists.parameters(function, call, scope, env)}
        params = function.node.params  # type: ignore[attr-defined]
        if me is not None and params:
            inside[params[0].name] = me
        if function.owner is not None and function.owner is scope.function:
            inside = {**env, **inside}
        key = (function.node, *sorted((name, _identity(value)) for name, value in inside.items() if name != CONTEXT))
        if key in self.entered:
            return self.entered[key]
        self.alive.append(dict(inside))  # the key names expressions by their addresses
        inside[CONTEXT] = Item(call, scope)
        self.entered[key] = inside
        if self.depth < MAX_DEPTH and len(self.entered) < MAX_ENTERED and function.node in self.registering:
            self.depth += 1
            self.entered[key] = self.body(function, inside)
            self.depth -= 1
        return self.entered[key]

    def walk(self, body: Iterable[ir.Stmt], scope: Scope, env: Env, sure: bool = True) -> dict[str, Any]:
        """Reads registrations in a body, in order; gives what names stand for at its end. sure: False where it may not run."""
        here = dict(env)
        for statement in body:
            if isinstance(statement, (ir.ExprStmt, ir.Assign, ir.Return, ir.AugAssign)):
                if statement.value is not None:
                    self.value(statement.value, scope, here)
                if isinstance(statement, ir.Assign):
                    self.bind(statement, scope, here, sure)
            elif isinstance(statement, ir.Function):
                self.nested(statement, scope, here)
            elif isinstance(statement, ir.Class) and scope.function is not None:
                found = scope.symbols.get(statement.name)
                if found is not None and found.node is statement:
                    self.klass(found, here)
            elif isinstance(statement, ir.For):
                self.loop(statement, scope, here)
            elif isinstance(statement, ir.If):
                self.branch(statement, scope, here, sure)
            else:
                for block in blocks_of(statement):
                    here.update(self.walk(block, scope, here, sure and isinstance(statement, (ir.With, ir.Try))))
        return here

    def branch(self, statement: ir.If, scope: Scope, env: dict[str, Any], sure: bool) -> None:
        """Only the branch that is taken, where parameters say which."""
        holds = truth(self.lists, statement.test, scope, env)
        for taken, block in ((True, statement.body), (False, statement.orelse)):
            if holds is None or holds is taken:
                env.update(self.walk(block, scope, env, sure and holds is not None))

    def bind(self, statement: ir.Assign, scope: Scope, env: dict[str, Any], sure: bool) -> None:
        """In a function a name stands for what it was given last; at the top of a module `names` knows."""
        target = statement.targets[0]
        if isinstance(target, ir.Seq) and scope.function is not None and statement.value is not None and sure:  # path, view = entry
            env.update(self.lists.bind(target, self.lists.followed(Item(statement.value, scope, dict(env))), env))
            return
        if scope.function is None or not isinstance(target, ir.Name) or statement.value is None or len(env) > MAX_BOUND:
            return
        old = env.get(target.id)
        if sure or old is None or (isinstance(old, Item) and isinstance(old.expr, ir.Const) and old.expr.value is None):
            env[target.id] = Item(statement.value, scope, dict(env))

    def value(self, expr: ir.Expr, scope: Scope, env: Env) -> None:
        """A statement's expression: registrations and calls of functions that register, also as arguments (`run(create_app())`)."""
        if isinstance(expr, ir.Await):
            expr = expr.value
        if isinstance(expr, ir.Comp):
            self.comprehension(expr, scope, env)
        if not isinstance(expr, ir.Call):
            return
        self.call(expr, scope, env)
        for arg in (*expr.args, *(keyword.value for keyword in expr.kwargs)):
            if isinstance(arg, ir.Call):
                self.value(arg, scope, env)

    def call(self, call: ir.Call, scope: Scope, env: Env) -> None:
        func = call.func
        if isinstance(func, ir.Attr) and func.name in ("append", "insert") and isinstance(func.base, ir.Attr) and func.base.name == "middlewares":
            for router in self.routers.of(func.base.base, scope, env):  # app.middlewares.append(check_token)
                router.before.append(Before("middleware", call.args[-1], scope))
            return
        if isinstance(func, ir.Attr) and (func.name in self.acts or func.name in self.calling):
            receivers = self.routers.of(func.base, scope, env)
            for router in receivers:
                self.unknown_routers.resolved.add(call)
                self.act(router, call, scope, env)
            if receivers:
                return
            self.unknown_routers.meet_call(call, scope, env)
        if isinstance(func, ir.Name) and scope.function is not None:
            bound = self.lists.followed(Item(func, scope, env))
            if isinstance(bound.expr, ir.Attr) and bound.expr.name in self.acts:  # add = app.router.add_route
                self.call(ir.Call(bound.expr, call.args, call.kwargs, call.at, call.end), scope, {**env, **bound.env})
                return
        if isinstance(func, ir.Call) and isinstance(func.func, ir.Attr) and func.func.name in self.hooks and call.args:
            for router in self.routers.of(func.func.base, scope, env):  # app.middleware("http")(check_token)
                self.act(router, ir.Call(func.func, (call.args[0], *func.args), func.kwargs, call.at, call.end), scope, env)
            return
        made = self.bound_decorator(func, scope, env) if isinstance(func, ir.Call) and call.args else None
        if made is not None:
            handler, around = self.serving.led(Item(call.args[0], scope, env), (), 10)  # app.route(path)(view)
            base = made.expr.func.base  # type: ignore[union-attr]
            for router in self.routers.of(base, made.scope, made.env) if isinstance(handler, Definition) else ():
                self.decorates(router, handler, made.expr, scope, env, around)  # type: ignore[arg-type]
            return
        name = last_name(func)
        takes = any(last_name(arg) in APP_NAMES for arg in (*call.args, *(keyword.value for keyword in call.kwargs)))
        target = self.lists.resolve(func, scope, env) if takes or name in self.calling or name[:1].isupper() else None
        if self.routers.model_of(target) is not None:
            self.routers.of(call, scope, env)  # it may be made with a list of routes
            return
        if isinstance(target, Definition) and target.kind == "class":
            target = self.names.class_member(target, "__init__")
        if isinstance(target, Definition) and target.kind == "function" and (target.node in self.registering or takes):
            self.registering.add(target.node)  # type: ignore[arg-type]
            self.enter(target, call, scope, env)

    def bound_decorator(self, func: ir.Call, scope: Scope, env: Env) -> Item | None:
        """`app.route(path)` of `app.route(path)(view)`, also where a parameter stands for `app.route`; the place is that of the method."""
        method = Item(func.func, scope, env)
        if isinstance(func.func, ir.Name) and scope.function is not None:
            method = self.lists.followed(method)
        if not isinstance(method.expr, ir.Attr) or method.expr.name not in self.decorators:
            return None
        return Item(ir.Call(method.expr, func.args, func.kwargs, func.at, func.end), method.scope, method.env)

    # ------------------------------------------------------------ loops
    def loop(self, loop: ir.For, scope: Scope, env: Env) -> None:
        """Unrolls a loop over a list that can be read; where it cannot, says so and reads the body once with unknown names."""
        count = self.registrations(loop.body, scope, env)
        choices = (
            self.lists.choices(Item(loop.iter, scope, env), bool(count))
            if count or any(isinstance(s, ir.For) for s in loop.body) or self.enters(loop.body)
            else None
        )
        if choices is None:
            if count:
                self.gap(scope, loop.at, f"{count} registration{'s' * (count > 1)} in a loop over {shown(loop.iter)}")
            self.muted += 1
            self.walk(loop.body, scope, env, False)
            self.muted -= 1
            return
        for choice in choices:
            self.walk(loop.body, scope, self.lists.bind(loop.target, choice, env))

    def registrations(self, body: Iterable[ir.Stmt], scope: Scope, env: Env) -> int:
        """How many statements of a loop register something on a router."""
        count = 0
        for statement in every(body):
            value = statement.value if isinstance(statement, (ir.ExprStmt, ir.Assign)) else None
            if isinstance(value, ir.Call) and isinstance(value.func, ir.Attr) and value.func.name in self.acts - self.hooks:
                count += bool(self.routers.of(value.func.base, scope, env))
        return count

    def enters(self, body: Iterable[ir.Stmt]) -> bool:
        return any(
            isinstance(s, (ir.ExprStmt, ir.Assign)) and isinstance(s.value, ir.Call) and last_name(s.value.func) in self.calling for s in every(body)
        )

    def comprehension(self, comp: ir.Comp, scope: Scope, env: Env) -> None:
        """`[app.include_router(r) for r in routers]`"""
        if not isinstance(comp.elt, ir.Call) or len(comp.fors) != 1 or last_name(comp.elt.func) not in self.acts | self.calling:
            return
        for choice in self.lists.choices(Item(comp.fors[0].iter, scope, env)) or ():
            self.value(comp.elt, scope, self.lists.bind(comp.fors[0].target, choice, env))


def _identity(value: Any) -> tuple[object, ...]:
    """What tells two arguments apart: the value of a literal, else the expression and what its names stand for."""
    if isinstance(value, tuple):
        return ("row", *(_identity(each) for each in value))
    if isinstance(value.expr, ir.Const):
        return ("literal", str(value.expr.value))
    return ("expression", str(id(value.expr)), *sorted((name, str(id(each))) for name, each in value.env.items()))
