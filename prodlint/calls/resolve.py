"""What is called at a place, and where the object it is called on was made.

Knows: Names; the habit of binding a name twice (`try: import a as x / except: import b as x`, `client = None` and later a constructor).
Does not know: libraries, exceptions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from prodlint import ir
from prodlint.calls.options import Options
from prodlint.calls.walk import Place, Unit
from prodlint.names import Definition, Names, Ref, Scope, statements

_DEPTH = 6


def chain(expr: ir.Expr) -> str:
    """ "a.b.c" for names and attributes, "" for anything else."""
    parts = []
    while type(expr) is ir.Attr:
        parts.append(expr.name)
        expr = expr.base
    if type(expr) is not ir.Name:
        return ""
    parts.append(expr.id)
    return ".".join(reversed(parts))


# Who calls a function that it is given, and hands back what it returns or raises: last name -> place of the function among the arguments.
_HANDS = {"to_thread": 0, "run_in_threadpool": 0, "run_sync": 0, "run_in_executor": 1}
_WRAPS = frozenset({"sync_to_async", "database_sync_to_async", "partial"})
HANDS = ("to_thread", "run_in_threadpool", "run_sync", "run_in_executor", "sync_to_async", "database_sync_to_async")


def hands_on(call: ir.Call) -> bool:
    """Is it a call that calls the function it is given (`asyncio.to_thread(send, message)`)?"""
    return last(call) in _HANDS or (type(call.func) is ir.Call and last(call.func) in _WRAPS)


def applied(call: ir.Call) -> ir.Call:
    """The call that is made in the end: `asyncio.to_thread(f, x)`, `run_in_executor(None, partial(f, x))`, `sync_to_async(f)(x)` are `f(x)`."""
    func = call.func
    if type(func) is ir.Call:
        if last(func) in _WRAPS and func.args and type(func.args[0]) in (ir.Name, ir.Attr):
            partial = last(func) == "partial"
            return ir.Call(
                func.args[0], (*func.args[1:], *call.args) if partial else call.args, (*func.kwargs, *call.kwargs) if partial else call.kwargs,
                call.at, call.end,
            )  # fmt: skip
        return call
    position = _HANDS.get(last(call))
    if position is None or len(call.args) <= position:
        return call
    target, rest = call.args[position], call.args[position + 1 :]
    kwargs = call.kwargs if position == 0 else ()
    if type(target) is ir.Call and last(target) == "partial" and target.args:
        return ir.Call(target.args[0], (*target.args[1:], *rest), (*target.kwargs, *kwargs), call.at, call.end)
    return ir.Call(target, rest, kwargs, call.at, call.end) if type(target) in (ir.Name, ir.Attr) else call


def _root(expr: ir.Expr) -> tuple[ir.Name | None, bool]:
    """The name at the root of an expression, and whether something is looked up on the way to it (`CLIENTS[name].send`)."""
    looked_up = False
    while not isinstance(expr, ir.Name):
        if isinstance(expr, ir.Attr):
            expr = expr.base
        elif isinstance(expr, ir.Call):
            looked_up = looked_up or (isinstance(expr.func, ir.Attr) and expr.func.name in ("get", "pop", "setdefault"))
            expr = expr.func
        elif isinstance(expr, ir.Sub):
            looked_up = True
            expr = expr.base
        elif isinstance(expr, ir.Await):
            expr = expr.value
        else:
            return None, False
    return expr, looked_up


def last(call: ir.Call) -> str:
    """The last segment of what is called ("get" of `client.get(...)`)."""
    func = call.func
    return func.name if type(func) is ir.Attr else func.id if type(func) is ir.Name else ""


class Resolver:
    """Memoised answers about callees."""

    def __init__(self, names: Names, calling: Callable[[str], list[Definition]]) -> None:
        self.names = names
        self._by_text: dict[tuple[Scope, str], Ref | None] = {}
        self._by_call: dict[ir.Call, Ref | None] = {}
        self.options = Options(names, calling)

    def callee(self, place: Place) -> Ref | None:
        """What a place calls: a Definition, an outside dotted name, or None."""
        return self.called(place.call, place.unit.scope)

    def called(self, call: ir.Call, scope: Scope) -> Ref | None:
        """What a call calls, in its scope."""
        if call in self._by_call:
            return self._by_call[call]
        self._by_call[call] = None  # `x = x.get(y)` must end
        func = applied(call).func
        text = chain(func)
        if text and (scope, text) in self._by_text:
            found = self._by_text[scope, text]
        else:
            found = self.reference(func, scope)
            if text:
                self._by_text[scope, text] = found
        self._by_call[call] = found
        return found

    def reference(self, expr: ir.Expr, scope: Scope) -> Ref | None:
        """What an expression names; for a method of an object bound more than once, by the first binding that tells."""
        found = self.names.resolve(expr, scope)
        if found is None and type(expr) is ir.Attr:
            for made, where in self.origins(expr.base, scope):
                kind = self.names.call_type(made, where, 12)
                if kind is not None:
                    return self.names.instance_member(kind, expr.name)
        return found

    def alternatives(self, expr: ir.Expr, scope: Scope, search: bool = False) -> Iterator[Ref]:
        """Other meanings of an expression whose root is imported or bound more than once, looked up in a dictionary, or (search) given by callers."""
        root, looked_up = _root(expr)
        if root is None:
            return
        found = scope.symbols.get(root.id) or scope.module.symbols.get(root.id)
        text = chain(expr)
        if text and found is not None and found.kind == "import":
            rest = text.partition(".")[2]
            for node in found.again:
                if isinstance(node, ir.Binding) and not node.level:
                    yield f"{node.target}.{rest}" if rest else node.target
        elif isinstance(expr, ir.Attr) and (search or looked_up or (found is not None and found.again)):
            yield from self.options.references(expr, scope)

    def origins(self, expr: ir.Expr, scope: Scope, depth: int = _DEPTH) -> list[tuple[ir.Call, Scope]]:
        """The calls that made an object: its constructor, through names, attributes of self and functions that return it."""
        if depth <= 0:
            return []
        kind = type(expr)
        if kind is ir.Await:
            return self.origins(expr.value, scope, depth - 1)
        if kind is ir.IfExp:
            return self.origins(expr.body, scope, depth - 1) + self.origins(expr.orelse, scope, depth - 1)
        if kind is ir.Bool:
            return [made for value in expr.values for made in self.origins(value, scope, depth - 1)]
        if kind is ir.Call:
            found = self.called(expr, scope)
            if isinstance(found, Definition) and found.kind == "function":
                return self._returned(found, depth)
            return [(expr, scope)]
        if kind is ir.Name:
            found = self.names.lookup(expr.id, scope)
            return self._bound(found, depth) if isinstance(found, Definition) and found.kind == "value" else []
        if kind is ir.Attr:
            return self._attribute(expr, scope, depth)
        return []

    def _attribute(self, expr: ir.Attr, scope: Scope, depth: int) -> list[tuple[ir.Call, Scope]]:
        holder = self.names.type_of(expr.base, scope) if type(expr.base) is ir.Name else None
        if isinstance(holder, Definition) and holder.kind == "class":
            for cls in self.names.mro(holder):
                if isinstance(cls, Definition):
                    kept = self.names.instance_attributes(cls).get(expr.name)
                    if kept is not None and kept[0] is not None:
                        return self.origins(kept[0], kept[2], depth - 1)
                    member = self.names.members(cls).get(expr.name)
                    if member is not None:
                        return self._returned(member, depth) if member.kind == "function" else self._bound(member, depth)
            return []
        found = self.names.resolve(expr, scope)
        return self._bound(found, depth) if isinstance(found, Definition) and found.kind == "value" else []

    def _bound(self, value: Definition, depth: int) -> list[tuple[ir.Call, Scope]]:
        scope = self.names.scope_of(value)
        out = []
        for node in (value.node, *value.again):
            if isinstance(node, ir.Assign):
                node = node.value
            if isinstance(node, ir.Expr.__args__):  # type: ignore[attr-defined]
                out += self.origins(node, scope, depth - 1)
        return out

    def _returned(self, function: Definition, depth: int) -> list[tuple[ir.Call, Scope]]:
        scope = self.names.scope(function)
        out = []
        for statement in statements(self.names.body(function.node)):  # type: ignore[arg-type]
            value = statement.value if isinstance(statement, ir.Return) else None
            if isinstance(statement, ir.ExprStmt) and isinstance(statement.value, ir.Yield):
                value = statement.value.value
            if value is not None:
                out += self.origins(value, scope, depth - 1)
        return out


def unit_of(definition: Definition, unit: Unit) -> bool:
    """Is this the definition of the unit?"""
    return unit.definition is not None and unit.definition.node is definition.node
