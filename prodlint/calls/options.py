"""What a value may be where one binding does not tell: a client that is looked up first and made when it is missing, one out of a registry.

Knows: names bound more than once, dictionaries of clients, classes or factories, element types of annotations, what callers give for a parameter
without an annotation. Does not know: libraries.

`Names` answers with one class; here every binding of the name at the root counts, up to a handful.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from prodlint import ir
from prodlint.calls.walk import expressions
from prodlint.names import Definition, Names, Ref, Scope, statements
from prodlint.routing.walking import last_name

_DEPTH = 16
_MOST = 6
_CALLERS = 12
_LOOKUPS = frozenset({"get", "pop", "setdefault"})
_MAPPINGS = frozenset({"dict", "Dict", "Mapping", "MutableMapping", "defaultdict", "DefaultDict", "OrderedDict", "WeakValueDictionary", "LRUCache",
                       "TTLCache"})  # fmt: skip


class Options:
    """Answers about one project, memoised by scope and root."""

    def __init__(self, names: Names, calling: Callable[[str], list[Definition]]) -> None:
        """calling: the functions that call something of a last name."""
        self.names, self._calling = names, calling
        self._given: dict[tuple[object, str], list[Ref]] = {}
        self._roots: dict[tuple[Scope, str], list[Ref]] = {}
        self._calls: dict[ir.Function, dict[str, list[ir.Call]]] = {}

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
            return _few(kind for ref in self.references(expr, scope, depth - 1) for kind in self._kept(ref, depth - 1))
        return []

    def _kept(self, ref: Ref, depth: int) -> list[Ref]:
        """The classes of what an attribute holds."""
        kind = self.names.value_type(ref)
        if kind is not None or not isinstance(ref, Definition) or ref.kind != "value":
            return [kind] if kind is not None else []
        return [kind for value, where in self._bound(ref) for kind in self.kinds(value, where, depth - 1)]

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
                injected = kind is None and isinstance(found, Definition) and found.kind == "param" and found.owner is not None
                known = self._injected(found, depth) if injected else [kind] if kind is not None else []  # type: ignore[arg-type]
            self._roots[scope, expr.id] = known
        return known

    def _injected(self, param: Definition, depth: int) -> list[Ref]:
        """The classes of what callers give for a parameter without an annotation."""
        function = param.owner
        assert function is not None
        key = (function.node, param.name)
        if key in self._given:
            return self._given[key]
        self._given[key] = []
        made = function.owner if function.name == "__init__" else None
        found: list[Ref] = []
        callers = self._calling(made.name if made is not None else function.name)[:_CALLERS]
        if made is not None:  # `return cls(client)`
            methods = [m for m in self.names.members(made).values() if isinstance(m.node, ir.Function)]
            callers += [m for m in methods if "cls" in m.node.calls]  # type: ignore[attr-defined]
        for caller in callers:
            scope = self.names.scope(caller)
            by_name = self._calls_in(caller.node)  # type: ignore[arg-type]
            for name in dict.fromkeys((function.name, made.name, "cls") if made is not None else (function.name, "cls")):
                for call in by_name.get(name, ()):
                    given = self._argument(call, param, function, made, scope)
                    found += self.kinds(given, scope, min(depth - 2, 6)) if given is not None else []
        self._given[key] = _few(found)
        return self._given[key]

    def _calls_in(self, function: ir.Function) -> dict[str, list[ir.Call]]:
        """The calls of a function by the last name of what they call."""
        known = self._calls.get(function)
        if known is None:
            known = self._calls[function] = {}
            for call in (e for e in expressions(self.names.body(function)) if isinstance(e, ir.Call)):
                known.setdefault(last_name(call.func), []).append(call)
        return known

    def _argument(self, call: ir.Call, param: Definition, function: Definition, made: Definition | None, scope: Scope) -> ir.Expr | None:
        """What a call gives for a parameter, where it calls the function (or makes an object of the class)."""
        func = call.func
        own = isinstance(func, ir.Name) and func.id == "cls" and scope.cls is not None and made is not None and scope.cls.node is made.node
        called = self.names.resolve(func, scope)
        wanted = made if made is not None else function
        if not own and not (isinstance(called, Definition) and called.node is wanted.node):
            return None
        for keyword in call.kwargs:
            if keyword.name == param.name:
                return keyword.value
        params = [p.name for p in function.node.params if p.kind in ("pos", "any")]  # type: ignore[attr-defined]
        bound = function.owner is not None and function.owner.kind == "class"
        index = params.index(param.name) - bound if param.name in params else -1
        return call.args[index] if 0 <= index < len(call.args) and not any(isinstance(a, ir.Star) for a in call.args) else None

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
        vague = isinstance(kind, str) and kind.startswith(("builtins.", "typing."))  # `-> dict`, `-> Any` tell nothing of a client
        if depth > 0 and (vague or factory.node.returns is None):  # type: ignore[attr-defined]
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
