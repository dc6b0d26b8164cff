"""What a value may be where one binding does not tell: a client that is looked up first and made when it is missing, one out of a registry.

Knows: names bound more than once, dictionaries of clients, classes or factories, element types of annotations. Does not know: libraries.

`Names` answers with one class; here every binding of the name at the root counts, up to a handful.
"""

from __future__ import annotations

from collections.abc import Iterator

from prodlint import ir
from prodlint.names import Definition, Names, Ref, Scope, statements

_DEPTH = 16
_MOST = 6
_LOOKUPS = frozenset({"get", "pop", "setdefault"})
_MAPPINGS = frozenset({"dict", "Dict", "Mapping", "MutableMapping", "defaultdict", "DefaultDict", "OrderedDict", "WeakValueDictionary", "LRUCache",
                       "TTLCache"})  # fmt: skip


class Options:
    """Answers about one project, memoised by scope and root."""

    def __init__(self, names: Names) -> None:
        self.names = names
        self._roots: dict[tuple[Scope, str], list[Ref]] = {}

    def references(self, expr: ir.Expr, scope: Scope, depth: int = _DEPTH) -> list[Ref]:
        """What an expression may name: methods of every class that its object may have, entries of a registry."""
        if depth <= 0:
            return []
        if isinstance(expr, ir.Attr):
            found = [self.names.instance_member(kind, expr.name) for kind in self.kinds(expr.base, scope, depth - 1)]
            return _few(ref for ref in found if ref is not None)
        held = self._held(expr, scope)
        if held is not None:
            values, where, _ = held
            return _few(ref for ref in (self.names.resolve(value, where) for value in values) if ref is not None)
        one = self.names.resolve(expr, scope) if isinstance(expr, ir.Name) else None
        if isinstance(one, Definition) and one.kind == "value":  # `make = REGISTRY[kind]`
            return _few(ref for value, where in self._bound(one) for ref in self.references(value, where, depth - 1))
        return [one] if one is not None else []

    def kinds(self, expr: ir.Expr, scope: Scope, depth: int = _DEPTH) -> list[Ref]:
        """The classes of which a value may be an instance."""
        if depth <= 0:
            return []
        if isinstance(expr, ir.Name):
            return self._of_name(expr, scope, depth)
        if isinstance(expr, ir.Await | ir.Walrus):
            return self.kinds(expr.value, scope, depth - 1)
        if isinstance(expr, ir.IfExp):
            return _few([*self.kinds(expr.body, scope, depth - 1), *self.kinds(expr.orelse, scope, depth - 1)])
        if isinstance(expr, ir.Bool):
            return _few(kind for value in expr.values for kind in self.kinds(value, scope, depth - 1))
        held = self._held(expr, scope)
        if held is not None:
            values, where, annotation = held
            element = self.names.annotated(annotation, where) if annotation is not None else None
            found = (self.names.type_of(value, where) for value in values)
            return _few(kind for kind in (element, *found) if kind is not None)
        if isinstance(expr, ir.Call):
            return _few(kind for ref in self.references(expr.func, scope, depth - 1) for kind in self._made(ref, depth - 1))
        if isinstance(expr, ir.Attr):
            refs = self.references(expr, scope, depth - 1)
            return _few(kind for kind in (self.names.value_type(ref) for ref in refs) if kind is not None)
        return []

    def _of_name(self, expr: ir.Name, scope: Scope, depth: int) -> list[Ref]:
        known = self._roots.get((scope, expr.id))
        if known is None:
            self._roots[scope, expr.id] = []
            found = self.names.lookup(expr.id, scope)
            if isinstance(found, Definition) and found.kind == "value":
                one = self.names.type_of(expr, scope)
                more = [kind for value, where in self._bound(found) for kind in self.kinds(value, where, depth - 1)]
                known = _few([*more, *([one] if one is not None else [])])
            else:
                kind = self.names.type_of(expr, scope)
                known = [kind] if kind is not None else []
            self._roots[scope, expr.id] = known
        return known

    def _bound(self, value: Definition) -> Iterator[tuple[ir.Expr, Scope]]:
        scope = self.names.scope_of(value)
        for node in (value.node, *value.again):
            bound = node.value if isinstance(node, ir.Assign) else node
            if isinstance(bound, ir.Expr.__args__):  # type: ignore[attr-defined]
                yield bound, scope  # type: ignore[misc]

    def _made(self, ref: Ref, depth: int) -> Iterator[Ref]:
        """What a call of a reference gives."""
        if isinstance(ref, str):
            yield ref if ref.rpartition(".")[2][:1].isupper() else f"{ref}()"
        elif ref.kind == "class":
            yield ref
        elif ref.kind == "function":
            yield from self._returned(ref, depth)

    def _returned(self, factory: Definition, depth: int) -> Iterator[Ref]:
        """What a function of the project may return: what it promises, or everything that it returns."""
        kind = self.names.return_type(factory)
        if kind is not None:
            yield kind
        if depth > 0 and factory.node.returns is None:  # type: ignore[attr-defined]
            scope = self.names.scope(factory)
            for s in statements(self.names.body(factory.node)):  # type: ignore[arg-type]
                if isinstance(s, ir.Return) and s.value is not None:
                    yield from self.kinds(s.value, scope, depth - 2)

    def _held(self, expr: ir.Expr, scope: Scope) -> tuple[list[ir.Expr], Scope, ir.Expr | None] | None:
        """The entries of the dictionary that an expression looks something up in, and the annotation of its values."""
        if isinstance(expr, ir.Sub):
            base = expr.base
        elif isinstance(expr, ir.Call) and isinstance(expr.func, ir.Attr) and expr.func.name in _LOOKUPS:
            base = expr.func.base
        else:
            return None
        found = self.names.resolve(base, scope) if isinstance(base, ir.Name | ir.Attr) else None
        if isinstance(base, ir.Map):
            return [value for _, value in base.items], scope, None
        if not isinstance(found, Definition) or found.kind != "value" or not isinstance(found.node, ir.Assign):
            return None
        where, node = self.names.scope_of(found), found.node
        element = _element(node.annotation)
        if isinstance(node.value, ir.Map) and node.value.items:
            return [value for _, value in node.value.items], where, element
        return ([], where, element) if element is not None else None


def _element(annotation: ir.Expr | None) -> ir.Expr | None:
    """What the values of an annotated dictionary are."""
    if not isinstance(annotation, ir.Sub) or not isinstance(annotation.index, ir.Seq) or len(annotation.index.items) != 2:
        return None
    base = annotation.base
    name = base.name if isinstance(base, ir.Attr) else base.id if isinstance(base, ir.Name) else ""
    return annotation.index.items[1] if name in _MAPPINGS else None


def _few(refs: object) -> list[Ref]:
    return list(dict.fromkeys(refs))[:_MOST]  # type: ignore[call-overload]
