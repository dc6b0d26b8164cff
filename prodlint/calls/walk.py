"""Where calls stand in a function: every call with the tries, withs and loops around it.

Knows: `ir`, and Names for scopes. Does not know: libraries, what a call means, other functions.

A `Unit` is what runs in one piece: a function, a method, a nested function, or a module's top level.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from prodlint import ir
from prodlint.names import Definition, Module, Names, Scope, statements


class Frame(msgspec.Struct, frozen=True, eq=False):
    """What stands around a call. kind: "try" (in its body), "handler", "else", "finally", "with", "loop", "lambda"."""

    kind: str
    node: object


class Place(msgspec.Struct, frozen=True, eq=False):
    """One call: the statement it stands in, the frames around it (outermost first), the calls whose arguments it is part of; `awaited` where
    an await, a return or an `async with`/`async for` takes it at once, `waits` where it is not the return."""

    call: ir.Call
    statement: ir.Stmt
    frames: tuple[Frame, ...]
    inside: tuple[ir.Call, ...]
    unit: Unit
    awaited: bool = False
    waits: bool = False


class Unit(msgspec.Struct, eq=False):
    """A piece of code that runs at once. `definition` is None for a module's top level."""

    module: Module
    definition: Definition | None
    scope: Scope
    body: tuple[ir.Stmt, ...]
    nested: list[Definition] = msgspec.field(default_factory=list)
    _places: tuple[Place, ...] | None = None

    @property
    def node(self) -> ir.Function | None:
        return self.definition.node if self.definition is not None else None  # type: ignore[return-value]

    @property
    def symbol(self) -> str:
        return self.definition.dotted if self.definition is not None else self.module.dotted

    @property
    def places(self) -> tuple[Place, ...]:
        """Every call of this unit, in source order; nested functions are units of their own."""
        if self._places is None:
            self._places = tuple(_Walk(self).run())
        return self._places


class _Walk:
    def __init__(self, unit: Unit) -> None:
        self.unit = unit
        self.found: list[Place] = []

    def run(self) -> Iterable[Place]:
        self.block(self.unit.body, ())
        return self.found

    def block(self, body: Iterable[ir.Stmt], frames: tuple[Frame, ...]) -> None:
        for statement in body:
            self.statement(statement, frames)

    def statement(self, s: ir.Stmt, frames: tuple[Frame, ...]) -> None:
        kind = type(s)
        if kind is ir.Try:
            self.block(s.body, (*frames, Frame("try", s)))
            for handler in s.handlers:
                self.block(handler.body, (*frames, Frame("handler", handler)))
            self.block(s.orelse, (*frames, Frame("else", s)))
            self.block(s.final, (*frames, Frame("finally", s)))
        elif kind is ir.With:
            inner = frames
            for value, _ in s.items:
                self.expr(value, s, inner)
                inner = (*inner, Frame("with", value))
            self.block(s.body, inner)
        elif kind is ir.For or kind is ir.While:
            self.expr(s.iter if kind is ir.For else s.test, s, frames)
            self.block(s.body, (*frames, Frame("loop", s)))
            self.block(s.orelse, frames)
        elif kind is ir.If:
            self.expr(s.test, s, frames)
            self.block(s.body, frames)
            self.block(s.orelse, frames)
        elif kind is ir.Match:
            self.expr(s.subject, s, frames)
            for case in s.cases:
                if case.guard is not None:
                    self.expr(case.guard, s, frames)
                self.block(case.body, frames)
        elif kind is ir.Function:
            pass  # a unit of its own
        elif kind is ir.Class:
            self.block((x for x in s.body if type(x) is not ir.Function), frames)
        else:
            for expr in parts(s):
                self.expr(expr, s, frames)

    def expr(self, e: ir.Expr, s: ir.Stmt, frames: tuple[Frame, ...], inside: tuple[ir.Call, ...] = (), awaited: bool = False) -> None:
        kind = type(e)
        if kind is ir.Name or kind is ir.Const:
            return
        if kind is ir.Call:
            self.expr(e.func, s, frames, inside)
            deeper = (*inside, e)
            waits = awaited or (type(s) in (ir.With, ir.For) and s.is_async)
            for arg in e.args:
                if waits and type(arg) is ir.Lambda and _runs_it(e):
                    self.expr(arg.body, s, frames, deeper, True)
                else:
                    self.expr(arg, s, frames, deeper)
            for keyword in e.kwargs:
                self.expr(keyword.value, s, frames, deeper)
            taken = waits or (type(s) is ir.Return and s.value is e)
            self.found.append(Place(e, s, frames, inside, self.unit, taken, waits))
        elif kind is ir.Await:
            self.expr(e.value, s, frames, inside, True)
        elif kind is ir.Lambda:
            self.expr(e.body, s, (*frames, Frame("lambda", e)), inside)
        else:
            for child in children(e):
                self.expr(child, s, frames, inside)


def _runs_it(call: ir.Call) -> bool:
    """Does it run the function that it is given, in a thread, while somebody waits for it (`await asyncio.to_thread(lambda: f(x))`)?"""
    name = call.func.name if type(call.func) is ir.Attr else call.func.id if type(call.func) is ir.Name else ""
    return name in ("to_thread", "run_in_threadpool", "run_sync", "run_in_executor")


def parts(s: ir.Stmt) -> Iterator[ir.Expr]:
    """The expressions that stand directly in a simple statement."""
    kind = type(s)
    if kind is ir.Assign:
        yield from s.targets
        if s.value is not None:
            yield s.value
    elif kind is ir.AugAssign:
        yield s.target
        yield s.value
    elif kind is ir.ExprStmt or kind is ir.Return:
        if s.value is not None:
            yield s.value
    elif kind is ir.Raise:
        yield from (e for e in (s.exc, s.cause) if e is not None)
    elif kind is ir.Del:
        yield from s.targets
    elif kind is ir.Assert:
        yield from (e for e in (s.test, s.message) if e is not None)


def children(e: ir.Expr) -> tuple[ir.Expr, ...] | list[ir.Expr]:
    """The expressions directly in an expression."""
    kind = type(e)
    if kind is ir.Attr:
        return (e.base,)
    if kind is ir.Call:
        return [e.func, *e.args, *(k.value for k in e.kwargs)]
    if kind is ir.Sub:
        return (e.base, e.index)
    if kind is ir.Slice:
        return [x for x in (e.lower, e.upper) if x is not None]
    if kind is ir.Bin:
        return (e.left, e.right)
    if kind is ir.Bool:
        return e.values
    if kind is ir.Unary or kind is ir.Await or kind is ir.Star:
        return (e.value,)
    if kind is ir.Cmp:
        return (e.left, *e.rights)
    if kind is ir.IfExp:
        return (e.test, e.body, e.orelse)
    if kind is ir.Seq:
        return e.items
    if kind is ir.Map:
        return [x for pair in e.items for x in pair if x is not None]
    if kind is ir.Comp:
        return [x for f in e.fors for x in (f.iter, *f.ifs)] + [e.elt]
    if kind is ir.Lambda:
        return (e.body,)
    if kind is ir.Fstr:
        return e.parts
    if kind is ir.Yield:
        return (e.value,) if e.value is not None else ()
    if kind is ir.Walrus:
        return (e.value,)
    if kind is ir.Other:
        return e.children
    return ()


def every(e: ir.Expr) -> Iterator[ir.Expr]:
    """The expression and all expressions in it."""
    pending = [e]
    while pending:
        current = pending.pop()
        yield current
        pending.extend(reversed(children(current)))


def expressions(body: Iterable[ir.Stmt]) -> Iterator[ir.Expr]:
    """Every expression of a body, in source order; nested functions and classes are not entered."""
    for s in statements(body):
        for e in heads(s):
            yield from every(e)


def heads(s: ir.Stmt) -> Iterator[ir.Expr]:
    """The expressions of a statement itself, without the blocks in it."""
    kind = type(s)
    if kind is ir.If or kind is ir.While:
        yield s.test
    elif kind is ir.For:
        yield s.iter
    elif kind is ir.With:
        for value, _ in s.items:
            yield value
    elif kind is ir.Match:
        yield s.subject
        yield from (case.guard for case in s.cases if case.guard is not None)
    elif kind is ir.Try:
        yield from (handler.type for handler in s.handlers if handler.type is not None)
    else:
        yield from parts(s)


class Units:
    """The units of a project, made when they are asked for, each once."""

    def __init__(self, names: Names) -> None:
        self.names = names
        self._units: dict[ir.Function, Unit] = {}
        self._index: dict[str, list[Definition]] | None = None

    def of(self, definition: Definition) -> Unit:
        """The unit of a function definition."""
        node: ir.Function = definition.node  # type: ignore[assignment]
        unit = self._units.get(node)
        if unit is None:
            scope = self.names.scope(definition)
            unit = self._units[node] = Unit(definition.module, definition, scope, self.names.body(node))
            unit.nested = list(_nested(scope, definition))
        return unit

    def family(self, definition: Definition) -> Iterator[Unit]:
        """The unit of a function and those of the functions inside it."""
        pending = [definition]
        while pending:
            unit = self.of(pending.pop())
            yield unit
            pending.extend(reversed(unit.nested))

    def modules(self) -> Iterator[Unit]:
        """The top levels of all modules."""
        for module in self.names.modules.values():
            yield Unit(module, None, Scope(module), module.body)

    def functions(self) -> list[Definition]:
        """Every function outside functions: top level and methods."""
        return list(self.names.functions())

    def calling(self, name: str) -> list[Definition]:
        """Functions outside functions that call something of that last name, themselves or in a function inside them."""
        return self._by_call().get(name, [])

    def _by_call(self) -> dict[str, list[Definition]]:
        if self._index is None:
            self._index = {}
            for definition in self.names.functions():
                for name in definition.node.calls:  # type: ignore[attr-defined]
                    self._index.setdefault(name, []).append(definition)
        return self._index


def _nested(scope: Scope, definition: Definition) -> Iterator[Definition]:
    """Functions (and methods of classes) defined inside a function."""
    for found in scope.symbols.values():
        for node in (found.node, *found.again):
            if isinstance(node, ir.Function):
                yield found if node is found.node else Definition("function", found.name, found.module, node, definition)
            elif isinstance(node, ir.Class):
                inner = Definition("class", node.name, definition.module, node, definition)
                for s in node.body:
                    if isinstance(s, ir.Function):
                        yield Definition("function", s.name, definition.module, s, inner)
