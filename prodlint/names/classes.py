"""Scopes, classes and their members: what a name means where it stands, and what `owner.name` is.

Knows: Python's scopes, inheritance and attributes set on self. Does not know: the class of a value that is no name (`types.py`).
"""

from __future__ import annotations

import builtins
from typing import Any

import msgspec

from prodlint import ir
from prodlint.names.memos import Memo
from prodlint.names.modules import Modules
from prodlint.names.nouns import DEPTH, Definition, Ref, Scope, collect, statements

_BUILTINS = frozenset(dir(builtins))
_decode_body = msgspec.msgpack.Decoder(tuple[ir.Stmt, ...]).decode


class Classes(Modules):
    """A part of `Names`."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self._bodies: dict[ir.Function, tuple[ir.Stmt, ...]] = {}
        self._scopes: dict[ir.Function, Scope] = {}
        self._raises: dict[ir.Function, bool] = {}
        self._members: dict[ir.Class, dict[str, Definition]] = {}
        self._instance: dict[Definition, dict[str, tuple[ir.Expr | None, ir.Expr | None, Scope]]] = {}
        self._mro: Memo[Definition, tuple[Ref, ...]] = {}
        self._instance_members: Memo[tuple[Definition, str], Ref | None] = {}

    # ------------------------------------------------------------ bodies and scopes
    def body(self, function: ir.Function) -> tuple[ir.Stmt, ...]:
        """The statements of a function, decoded once."""
        body = self._bodies.get(function)
        if body is None:
            body = self._bodies[function] = _decode_body(function.body)
        return body

    def nested(self, function: Definition) -> list[Definition]:
        """The functions that stand in a function itself, as the wrapper that a decorator makes."""
        return [inner for inner in self.scope(function).symbols.values() if inner.kind == "function" and inner.owner is function]

    def raises(self, function: ir.Function) -> bool:
        """Does a raise stand anywhere in a function?"""
        known = self._raises.get(function)
        if known is None:
            known = self._raises[function] = any(isinstance(statement, ir.Raise) for statement in statements(self.body(function)))
        return known

    def scope(self, definition: Definition, parent: Scope | None = None) -> Scope:
        """The scope inside a function (local names, imports, nested definitions)."""
        node = definition.node
        assert isinstance(node, ir.Function)
        self.touched.add(definition.module.path)
        scope = self._scopes.get(node)
        if scope is None:
            cls = definition.owner if definition.owner is not None and definition.owner.kind == "class" else None
            if parent is None and definition.owner is not None and definition.owner.kind == "function":
                parent = self.scope(definition.owner)
            scope = Scope(definition.module, definition, cls or (parent.cls if parent else None), parent)
            collect(self.body(node), definition.module, definition, scope.symbols, definition.module.stars)
            self._scopes[node] = scope
        return scope

    # ------------------------------------------------------------ resolving
    def resolve(self, expr: ir.Expr, scope: Scope, depth: int = DEPTH) -> Ref | None:
        """What a name or attribute chain means: a Definition, an outside dotted name, or None."""
        if depth <= 0:
            return None
        if isinstance(expr, ir.Name):
            return self.lookup(expr.id, scope, depth)
        if isinstance(expr, ir.Attr):
            base = expr.base
            if isinstance(base, (ir.Name, ir.Attr)):
                owner = self.resolve(base, scope, depth - 1)
                if owner is not None and not self._is_value(owner):
                    return self.member(owner, expr.name, depth - 1)
            kind = self.type_of(base, scope, depth - 1)
            return None if kind is None else self.instance_member(kind, expr.name, depth - 1)
        if isinstance(expr, ir.Sub):
            return self.resolve(expr.base, scope, depth - 1)
        return None

    def _is_value(self, ref: Ref) -> bool:
        return isinstance(ref, Definition) and ref.kind in ("value", "param")

    def lookup(self, name: str, scope: Scope, depth: int = DEPTH) -> Ref | None:
        """What a bare name means in a scope."""
        if depth != DEPTH:
            return self._lookup(name, scope, depth)
        return self.remembering(scope.known, name, lambda: self._lookup(name, scope, depth), None)

    def _lookup(self, name: str, scope: Scope, depth: int) -> Ref | None:
        self.touched.add(scope.module.path)
        here: Scope | None = scope
        while here is not None and here.function is not None:
            found = here.symbols.get(name)
            if found is not None:
                if found.kind == "import":
                    return self._import(here.module, found.node, depth)  # type: ignore[arg-type]
                return found
            if any(param.name == name for param in here.function.node.params):  # type: ignore[attr-defined]
                return Definition("param", name, here.module, next(p for p in here.function.node.params if p.name == name), here.function)  # type: ignore[attr-defined]
            here = here.parent
        found = self.symbol(scope.module, name, depth)
        if found is None and scope.function is None and scope.cls is not None:
            found = self.members(scope.cls).get(name)
        if found is None and name in _BUILTINS:
            return f"builtins.{name}"
        if found is None:
            for outside in self.outside_stars(scope.module):
                return f"{outside}.{name}"
        return found

    def member(self, owner: Ref, name: str, depth: int = DEPTH) -> Ref | None:
        """What `owner.name` means for a module, class or outside name."""
        if depth <= 0:
            return None
        if isinstance(owner, str):
            return f"{owner}.{name}"
        if owner.kind == "module":
            if owner.node is None:  # `import a.b` where only part of the path is ours
                found = self._by_suffix.get(f"{owner.name}.{name}")
                if found:
                    return self._module_definitions[min(found, key=len)]
                return Definition("module", f"{owner.name}.{name}", owner.module, None)
            return self.symbol(owner.module, name, depth - 1)
        if owner.kind == "class":
            return self.class_member(owner, name, depth - 1)
        return None

    # ------------------------------------------------------------ classes
    def members(self, cls: Definition) -> dict[str, Definition]:
        """The names a class body binds itself."""
        node = cls.node
        assert isinstance(node, ir.Class)
        self.touched.add(cls.module.path)
        found = self._members.get(node)
        if found is None:
            found = {}
            collect(node.body, cls.module, cls, found, [])
            self._members[node] = found
        return found

    def class_scope(self, cls: Definition) -> Scope:
        """The scope of a class body."""
        parent = self.scope(cls.owner) if cls.owner is not None and cls.owner.kind == "function" else None
        if parent is not None:
            return parent
        return Scope(cls.module, None, cls)

    def mro(self, cls: Definition, depth: int = DEPTH) -> tuple[Ref, ...]:
        """The class and its ancestors, nearest first, depth first, each once; outside ones as dotted names."""
        return self.remembering(self._mro, cls, lambda: self._ancestors(cls), (cls,))

    def _ancestors(self, cls: Definition, depth: int = DEPTH) -> tuple[Ref, ...]:
        self.touched.add(cls.module.path)
        if not isinstance(cls.node, ir.Class):  # a name that is a class on one branch and a function on the other
            return (cls,)
        out: list[Ref] = [cls]
        for base in cls.node.bases:  # type: ignore[attr-defined]
            base = base.base if isinstance(base, ir.Sub) else base  # Base[Order]
            ref = self.resolve(base, self.class_scope(cls), depth - 1) if depth > 0 else None
            if isinstance(ref, Definition) and ref.kind == "value":
                ref = self._alias(ref, depth - 1) or ref
            if isinstance(ref, Definition) and ref.kind == "class":
                out.extend(self.mro(ref, depth - 1))
            elif isinstance(ref, str):
                own = self._model_class(base, self.class_scope(cls), depth - 1) if ref.endswith(".SQLAlchemy.Model") else None
                out.extend((*(self.mro(own, depth - 1) if own is not None else ()), ref))
            elif isinstance(base, ir.Call):
                made = self.type_of(base, self.class_scope(cls), depth - 1)
                if isinstance(made, Definition) and made.kind == "class":
                    out.extend(self.mro(made, depth - 1))
                elif made is not None:
                    out.append(made)
                if isinstance(base.func, ir.Attr) and base.func.name == "from_queryset":  # a manager with the methods of a queryset
                    manager = self.resolve(base.func.base, self.class_scope(cls), depth - 1)
                    out.extend(self.mro(manager, depth - 1) if isinstance(manager, Definition) else (manager,) if manager else ())
        unique: list[Ref] = []
        for ref in reversed(out):  # the last occurrence counts, as in Python's own linearisation
            if ref not in unique:
                unique.append(ref)
        unique.reverse()
        if unique[0] is not cls:
            unique.remove(cls)
            unique.insert(0, cls)
        return tuple(unique)

    def _model_class(self, base: ir.Expr, scope: Scope, depth: int) -> Definition | None:
        """`db = SQLAlchemy(model_class=Base)`: what the project itself puts under `db.Model` (Flask-SQLAlchemy 3.1, "Customizing the base model")."""
        known = self.resolve(base, scope, depth)
        if isinstance(known, Definition) and isinstance(known.node, ir.Assign) and known.node.value is not None:  # `Model = db.Model`
            base, scope = known.node.value, self.scope_of(known)
        made = self.resolve(base.base, scope, depth) if isinstance(base, ir.Attr) else None
        call = made.node.value if isinstance(made, Definition) and isinstance(made.node, ir.Assign) else None
        for keyword in call.kwargs if isinstance(call, ir.Call) and isinstance(made, Definition) else ():
            if keyword.name == "model_class":
                found = self.resolve(keyword.value, self.scope_of(made), depth)
                return found if isinstance(found, Definition) and found.kind == "class" else None
        return None

    def _alias(self, value: Definition, depth: int) -> Ref | None:
        node = value.node
        if isinstance(node, ir.Assign) and isinstance(node.value, (ir.Name, ir.Attr, ir.Sub)) and depth > 0:
            return self.resolve(node.value, self.scope_of(value), depth - 1)
        if isinstance(node, ir.Assign) and isinstance(node.value, ir.Call):
            return self.type_of(node.value, self.scope_of(value), depth - 1)
        return None

    def scope_of(self, definition: Definition) -> Scope:
        """The scope in which a definition stands."""
        owner = definition.owner
        if owner is None:
            return Scope(definition.module)
        return self.scope(owner) if owner.kind == "function" else self.class_scope(owner)

    def class_member(self, cls: Definition, name: str, depth: int = DEPTH) -> Ref | None:
        """The attribute of a class by its ancestors; where only an outside ancestor can have it, its dotted name."""
        outside: str | None = None
        for ancestor in self.mro(cls, depth - 1):
            if isinstance(ancestor, Definition):
                found = self.members(ancestor).get(name)
                if found is not None:
                    return found
            elif outside is None and ancestor not in ("builtins.object", "abc.ABC", "typing.Generic", "typing.Protocol"):
                outside = f"{ancestor}.{name}"
        return outside

    def method(self, cls: Definition, name: str) -> Definition | None:
        """The project's own function that a class has under a name; `post = get` in its body, or an ancestor's, is the other one."""
        found = self.class_member(cls, name)
        if isinstance(found, Definition) and found.kind == "value" and isinstance(found.node, ir.Assign) and isinstance(found.node.value, ir.Name):
            owner, other = found.owner or cls, found.node.value
            found = self.members(owner).get(other.id) or self.resolve(other, self.class_scope(owner))
        return found if isinstance(found, Definition) and found.kind == "function" else None

    def is_a(self, ref: Ref | None, *names: str) -> bool:
        """Is this class (or outside name) one of these outside classes, or does it descend from one?"""
        if isinstance(ref, str):
            return ref in names
        if isinstance(ref, Definition) and ref.kind == "class":
            return any(isinstance(ancestor, str) and ancestor in names for ancestor in self.mro(ref))
        return False

    def instance_member(self, kind: Ref, name: str, depth: int = DEPTH) -> Ref | None:
        """What `instance.name` means for an instance of a class."""
        if depth != DEPTH or isinstance(kind, str):
            return self._instance_member(kind, name, depth)
        return self.remembering(self._instance_members, (kind, name), lambda: self._instance_member(kind, name, depth), None)

    def _instance_member(self, kind: Ref, name: str, depth: int) -> Ref | None:
        if depth <= 0:
            return None
        if isinstance(kind, str):
            return f"{kind}.{name}"
        self.touched.add(kind.module.path)
        if kind.kind != "class":
            return None
        outside = None
        for ancestor in self.mro(kind, depth - 1):
            if isinstance(ancestor, str):
                outside = outside or f"{ancestor}.{name}"
                continue
            found = self.members(ancestor).get(name)
            if found is not None:
                return found
            attribute = self.instance_attributes(ancestor).get(name)
            if attribute is not None:
                node = ir.Assign((ir.Name(name, 1 << 12 | 1),), attribute[0], 1 << 12 | 1, attribute[1])
                return Definition("value", name, ancestor.module, node, attribute[2].function)
        return outside

    def instance_attributes(self, cls: Definition) -> dict[str, tuple[ir.Expr | None, ir.Expr | None, Scope]]:
        """`self.x = value` in the methods of a class: x -> (value, annotation, scope); __init__ first."""
        self.touched.add(cls.module.path)
        known = self._instance.get(cls)
        if known is not None:
            return known
        out: dict[str, tuple[ir.Expr | None, ir.Expr | None, Scope]] = {}
        self._instance[cls] = out
        methods = [m for m in self.members(cls).values() if m.kind == "function"]
        methods.sort(key=lambda method: method.name not in ("__init__", "setUp", "prepare", "initialize"))
        for method in methods:
            params = method.node.params  # type: ignore[attr-defined]
            if not params:
                continue
            scope = self.scope(method)
            for statement in statements(self.body(method.node)):  # type: ignore[arg-type]
                if isinstance(statement, ir.Assign):
                    for target in statement.targets:
                        if isinstance(target, ir.Attr) and isinstance(target.base, ir.Name) and target.base.id == params[0].name:
                            out.setdefault(target.name, (statement.value, statement.annotation, scope))
        return out
