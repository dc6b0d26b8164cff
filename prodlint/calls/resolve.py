"""What is called at a place, and where the object it is called on was made.

Knows: Names; the habit of binding a name twice (`try: import a as x / except: import b as x`, `client = None` and later a constructor).
Does not know: libraries, exceptions.
"""

from __future__ import annotations

from collections.abc import Iterator

from prodlint import ir
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


def last(call: ir.Call) -> str:
    """The last segment of what is called ("get" of `client.get(...)`)."""
    func = call.func
    return func.name if type(func) is ir.Attr else func.id if type(func) is ir.Name else ""


class Resolver:
    """Memoised answers about callees."""

    def __init__(self, names: Names) -> None:
        self.names = names
        self._by_text: dict[tuple[Scope, str], Ref | None] = {}
        self._by_call: dict[ir.Call, Ref | None] = {}

    def callee(self, place: Place) -> Ref | None:
        """What a place calls: a Definition, an outside dotted name, or None."""
        return self.called(place.call, place.unit.scope)

    def called(self, call: ir.Call, scope: Scope) -> Ref | None:
        """What a call calls, in its scope."""
        if call in self._by_call:
            return self._by_call[call]
        self._by_call[call] = None  # `x = x.get(y)` must end
        text = chain(call.func)
        if text and (scope, text) in self._by_text:
            found = self._by_text[scope, text]
        else:
            found = self.reference(call.func, scope)
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

    def alternatives(self, expr: ir.Expr, scope: Scope) -> Iterator[str]:
        """Other outside names for an expression whose first name is imported more than once."""
        text = chain(expr)
        if not text:
            return
        root, _, rest = text.partition(".")
        for symbols in (scope.symbols, scope.module.symbols):
            found = symbols.get(root)
            for node in found.again if found is not None and found.kind == "import" else ():
                if isinstance(node, ir.Binding) and not node.level:
                    yield f"{node.target}.{rest}" if rest else node.target

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
