"""Types: the class that a value is an instance of.

Knows: constructors, annotations, what project functions return. Does not know: what a library's function returns; its value is written
"requests.session()".
"""

from __future__ import annotations

from typing import Any

from prodlint import ir
from prodlint.names.classes import Classes
from prodlint.names.memos import Memo
from prodlint.names.nouns import DEPTH, Definition, Ref, Scope, is_static, statements

_NO_CLASS = frozenset({"builtins.None", "typing.Any", "builtins.object"})


class Types(Classes):
    """A part of `Names`."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self._managers: dict[ir.Call, Definition] = {}
        self._returns: Memo[Definition, Ref | None] = {}

    def type_of(self, expr: ir.Expr | None, scope: Scope, depth: int = DEPTH) -> Ref | None:
        """The class that a value is an instance of; None where it cannot be told."""
        if expr is None or depth <= 0:
            return None
        if isinstance(expr, ir.Await):
            return self.type_of(expr.value, scope, depth - 1)
        if isinstance(expr, ir.Call):
            return self.call_type(expr, scope, depth - 1)
        if isinstance(expr, (ir.Name, ir.Attr)):
            if isinstance(expr, ir.Name) and self._is_self(expr.id, scope):
                return scope.cls
            ref = self.resolve(expr, scope, depth - 1)
            return self.value_type(ref, depth - 1) if ref is not None else None
        if isinstance(expr, ir.Bool) and expr.op == "or":
            return next(filter(None, (self.type_of(value, scope, depth - 1) for value in expr.values)), None)
        if isinstance(expr, ir.IfExp):
            return self.type_of(expr.body, scope, depth - 1) or self.type_of(expr.orelse, scope, depth - 1)
        if isinstance(expr, ir.Walrus):
            return self.type_of(expr.value, scope, depth - 1)
        if isinstance(expr, (ir.Const, ir.Fstr)):
            return "builtins.str" if isinstance(expr, ir.Fstr) or isinstance(expr.value, str) else None
        return None

    def _is_self(self, name: str, scope: Scope) -> bool:
        function = scope.function
        if function is None or scope.cls is None or function.owner is not scope.cls:
            return False
        node = function.node
        params = node.params  # type: ignore[attr-defined]
        return bool(params) and params[0].name == name and not is_static(node)  # type: ignore[arg-type]

    def value_type(self, ref: Ref, depth: int = DEPTH) -> Ref | None:
        """The class of what a reference names: a value's constructor or annotation; an outside name stays as it is."""
        if isinstance(ref, str):
            return ref
        self.touched.add(ref.module.path)
        node = ref.node
        if ref.kind == "param":
            assert isinstance(node, ir.Param)
            outer = self.scope_of(ref.owner) if ref.owner is not None else Scope(ref.module)
            found = self.annotated(node.annotation, outer, depth - 1)
            return found or (self.type_of(node.default, outer, depth - 1) if node.default is not None else None)
        if ref.kind == "function" and any(_is_property(d) for d in node.decorators):  # type: ignore[attr-defined]
            return self.return_type(ref, depth - 1)
        if ref.kind != "value" or depth <= 0:
            return None
        scope = self.scope_of(ref)
        if isinstance(node, ir.Assign):
            found = self.annotated(node.annotation, scope, depth - 1) if node.annotation is not None else None
            return found or self.type_of(node.value, scope, depth - 1)
        if isinstance(node, ir.Expr.__args__):  # type: ignore[attr-defined]  # bound by `with ... as`, a loop or a walrus
            return self.type_of(node, scope, depth - 1)  # type: ignore[arg-type]
        return None

    def call_type(self, call: ir.Call, scope: Scope, depth: int) -> Ref | None:
        """The class of what a call returns."""
        rows = self._queryset(call.func if isinstance(call.func, ir.Call) else call, scope, depth - 1)
        if rows is not None:
            return rows
        ref = self.resolve(call.func, scope, depth - 1)
        if isinstance(ref, str):
            last = ref.rpartition(".")[2]
            return ref if last[:1].isupper() else f"{ref}()"
        if ref is None:
            return None
        if ref.kind == "class":
            return ref
        if ref.kind == "function":
            return self.return_type(ref, depth - 1)
        if ref.kind == "value":
            alias = self._alias(ref, depth - 1)
            if isinstance(alias, str):
                return alias if alias.rpartition(".")[2][:1].isupper() else f"{alias}()"
            return alias if isinstance(alias, Definition) and alias.kind == "class" else None
        return None

    def _queryset(self, call: ir.Call, scope: Scope, depth: int) -> Definition | None:
        """The class whose methods a manager has: `Orders.as_manager()`, `Manager.from_queryset(Orders)`."""
        if not isinstance(call.func, ir.Attr) or call.func.name not in ("as_manager", "from_queryset") or depth <= 0:
            return None
        rows = call.func.base if call.func.name == "as_manager" else call.args[0] if call.args else None
        found = self.resolve(rows, scope, depth - 1) if isinstance(rows, (ir.Name, ir.Attr)) else None
        if not isinstance(found, Definition) or found.kind != "class":
            return None
        manager = self.resolve(call.func.base, scope, depth - 1) if call.func.name == "from_queryset" else None
        if not isinstance(manager, Definition) or manager.kind != "class" or scope.function is not None or rows is None:
            return found
        if call not in self._managers:  # a class of both, as Django makes it
            both = ir.Class(found.name, (call.func.base, rows), (), (), (), call.at, call.end)
            self._managers[call] = Definition("class", found.name, scope.module, both)
        return self._managers[call]

    def return_type(self, function: Definition, depth: int = DEPTH) -> Ref | None:
        """The class a project function returns: its annotation, else the constructor it returns."""
        return self.remembering(self._returns, function, lambda: self._returned(function), None)

    def _returned(self, function: Definition, depth: int = DEPTH) -> Ref | None:
        self.touched.add(function.module.path)
        node = function.node
        assert isinstance(node, ir.Function)
        found: Ref | None = None
        if node.returns is not None:
            found = self.annotated(node.returns, self.scope_of(function), depth - 1)
        if found is None and depth > 0:
            scope = self.scope(function)
            for statement in statements(self.body(node)):
                value = statement.value if isinstance(statement, ir.Return) else None
                if isinstance(statement, ir.ExprStmt) and isinstance(statement.value, ir.Yield):
                    value = statement.value.value
                found = self.type_of(value, scope, depth - 2) if value is not None else None
                if found is not None:
                    break
        return found

    def annotated(self, annotation: ir.Expr | None, scope: Scope, depth: int = DEPTH) -> Ref | None:
        """The class that an annotation names: through Annotated, Optional, unions with None, strings, aliases and generators."""
        if annotation is None or depth <= 0:
            return None
        if isinstance(annotation, ir.Const):
            return self._string_annotation(annotation, scope, depth)
        if isinstance(annotation, ir.Bin) and annotation.op == "|":
            return self.annotated(annotation.left, scope, depth - 1) or self.annotated(annotation.right, scope, depth - 1)
        if isinstance(annotation, ir.Sub):
            head = self.resolve(annotation.base, scope, depth - 1)
            inner = annotation.index.items[0] if isinstance(annotation.index, ir.Seq) and annotation.index.items else annotation.index
            last = (head if isinstance(head, str) else "").rpartition(".")[2]
            if last in ("Annotated", "Optional", "Type", "ClassVar", "Final", "Generator", "AsyncGenerator", "Iterator",
                        "AsyncIterator", "Required", "NotRequired", "Awaitable"):  # fmt: skip
                return self.annotated(inner, scope, depth - 1)
            if last == "Union" and isinstance(annotation.index, ir.Seq):
                return next(filter(None, (self.annotated(item, scope, depth - 1) for item in annotation.index.items)), None)
            return head if not self._is_value(head or "") else None
        ref = self.resolve(annotation, scope, depth - 1) if isinstance(annotation, (ir.Name, ir.Attr)) else None
        if isinstance(ref, Definition) and ref.kind == "value" and isinstance(ref.node, ir.Assign):
            return self.annotated(ref.node.value, self.scope_of(ref), depth - 1)
        if isinstance(ref, Definition) and ref.kind == "class":
            return ref
        return ref if isinstance(ref, str) and ref not in _NO_CLASS else None

    def _string_annotation(self, annotation: ir.Const, scope: Scope, depth: int) -> Ref | None:
        text = annotation.value if isinstance(annotation.value, str) else ""
        text = text.removesuffix(" | None").removeprefix("Optional[").removesuffix("]").strip()
        if not text.replace(".", "").replace("_", "").isalnum():
            return None
        expr: ir.Expr = ir.Name(text.split(".")[0], annotation.at)
        for part in text.split(".")[1:]:
            expr = ir.Attr(expr, part, annotation.at, annotation.end)
        return self.annotated(expr, scope, depth - 1)


def _is_property(decorator: ir.Expr) -> bool:
    name = decorator.id if isinstance(decorator, ir.Name) else decorator.name if isinstance(decorator, ir.Attr) else ""
    return name in ("property", "cached_property")
