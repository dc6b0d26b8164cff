"""Imports, aliases, annotations, constructors and class hierarchy -> what a name means, across files.

Knows: the modules of a project and Python's rules for names. Does not know: frameworks, routes, what any library means.

A name means either a `Definition` (something defined in this project) or a string, the dotted name of something outside it
("flask.Flask"). An instance is told by its class: `type_of` gives the class a value is an instance of; the value that an
outside function returns is written "requests.session()". Nothing is imported or executed; what cannot be told is None.
"""

from __future__ import annotations

import builtins
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import msgspec

from prodlint import ir
from prodlint.model import FileFacts

_BUILTINS = frozenset(dir(builtins))
_DEPTH = 24  # how many names may be followed for one answer; longer chains in practice are cycles
_decode_body = msgspec.msgpack.Decoder(tuple[ir.Stmt, ...]).decode


@dataclass(eq=False, slots=True)
class Module:
    """One Python file: its path, its dotted name, and the names its top level binds."""

    path: str
    dotted: str
    is_package: bool
    body: tuple[ir.Stmt, ...]
    symbols: dict[str, Definition] = field(default_factory=dict)
    stars: list[ir.Binding] = field(default_factory=list)

    def __repr__(self) -> str:
        return f"<module {self.path}>"


@dataclass(eq=False, slots=True)
class Definition:
    """Something this project defines. kind: "module", "function", "class", "value" or "import"; `owner` is the class or function
    it stands in (None at the top level)."""

    kind: str
    name: str
    module: Module
    node: object
    owner: Definition | None = None
    again: list[object] = field(default_factory=list)  # further assignments to the same name, in source order

    @property
    def qualname(self) -> str:
        """ "Class.method" as Python's __qualname__ has it, with the functions around it."""
        return self.name if self.owner is None else f"{self.owner.qualname}.{self.name}"

    @property
    def dotted(self) -> str:
        if self.kind == "module":
            return self.module.dotted
        return f"{self.module.dotted}.{self.qualname}" if self.module.dotted else self.qualname

    @property
    def at(self) -> int:
        """Packed position of the definition."""
        return getattr(self.node, "at", 1 << 12 | 1)

    def __repr__(self) -> str:
        return f"<{self.kind} {self.dotted}>"


Ref = Definition | str


@dataclass(eq=False, slots=True)
class Scope:
    """Where an expression stands: the module, and in a function its definition and local names."""

    module: Module
    function: Definition | None = None
    cls: Definition | None = None
    parent: Scope | None = None
    symbols: dict[str, Definition] = field(default_factory=dict)
    known: dict[str, Ref | None] = field(default_factory=dict)  # what `Names.lookup` found from here


class Names:
    """All names of a project. Answers are memoised; nothing changes after construction."""

    def __init__(self, files: Mapping[str, FileFacts]) -> None:
        """files: path -> facts; only those with a module take part."""
        self.modules: dict[str, Module] = {}
        self._packages = {path[: -len("__init__.py")].rstrip("/") for path in files if path.endswith("__init__.py")}
        self._by_suffix: dict[str, list[str]] = {}
        self._bodies: dict[ir.Function, tuple[ir.Stmt, ...]] = {}
        self._scopes: dict[ir.Function, Scope] = {}
        self._members: dict[ir.Class, dict[str, Definition]] = {}
        self._instance: dict[Definition, dict[str, tuple[ir.Expr | None, ir.Expr | None, Scope]]] = {}
        self._mro: dict[Definition, tuple[Ref, ...]] = {}
        self._returns: dict[Definition, Ref | None] = {}
        self._instance_members: dict[tuple[Definition, str], Ref | None] = {}
        for path, facts in files.items():
            if facts.module is not None:
                self._add(path, facts.module)
        self._from_root = {self._from_path(path) for path in self.modules}
        self.outer = self._outer_package()
        for module in self.modules.values():
            if self.outer and "" in self._packages:
                module.dotted = f"{self.outer}.{module.dotted}" if module.dotted else self.outer
        self._module_definitions = {path: Definition("module", m.dotted, m, m) for path, m in self.modules.items()}

    # ------------------------------------------------------------ modules
    def _add(self, path: str, tree: ir.Module) -> None:
        parts = path[:-3].split("/") if path.endswith((".py", ".pyi")) else [path]
        is_package = parts[-1] == "__init__"
        if is_package:
            parts.pop()
        module = Module(path, self._dotted(parts), is_package, tree.body)
        collect(tree.body, module, None, module.symbols, module.stars)
        self.modules[path] = module
        for start in range(len(parts)):
            self._by_suffix.setdefault(".".join(parts[start:]), []).append(path)

    def _dotted(self, parts: list[str]) -> str:
        """The dotted name of a file: from the topmost package around it, else from the root (without a leading src)."""
        start = len(parts) - 1
        while start > 0 and "/".join(parts[:start]) in self._packages:
            start -= 1
        if start == len(parts) - 1:  # not in a package: a script, or namespace packages from the root
            start = 1 if len(parts) > 1 and parts[0] in ("src", "lib") else 0
        return ".".join(parts[start:])

    @staticmethod
    def _from_path(path: str) -> str:
        return path[: -len("/__init__.py")].replace("/", ".") if path.endswith("/__init__.py") else path[:-3].replace("/", ".")

    def _outer_package(self) -> str:
        """The name of the package that the root folder itself is, where the tree starts inside one ("" if it does not)."""
        if "" not in self._packages:
            return ""
        votes: dict[str, list[int]] = {}  # prefix -> [imports that the rest resolves, all imports]
        for module in self.modules.values():
            for statement in module.body:
                for binding in statement.bindings if isinstance(statement, ir.Import) else ():
                    parts = (binding.full or binding.target).split(".") if binding.level == 0 else []
                    for size in range(1, min(len(parts), 4)):
                        count = votes.setdefault(".".join(parts[:size]), [0, 0])
                        count[1] += 1
                        rest = ".".join(parts[size:])
                        count[0] += rest in self._from_root or rest.rpartition(".")[0] in self._from_root
        likely = sorted((-found, prefix) for prefix, (found, total) in votes.items() if found and found >= 0.8 * total)
        return likely[0][1] if likely else ""

    def find_module(self, dotted: str, importer: Module) -> Module | None:
        """The module that `import dotted` gives in that file; None if it is outside the project."""
        found = self._best(dotted, importer)
        if found is None and self.outer and (dotted == self.outer or dotted.startswith(self.outer + ".")):
            inner = dotted[len(self.outer) + 1 :]
            found = self._best(inner, importer) if inner else self.modules.get("__init__.py")
        return found

    def _best(self, dotted: str, importer: Module) -> Module | None:
        depth = dotted.count(".") + 1
        best: tuple[int, int, str] | None = None
        for path in self._by_suffix.get(dotted, ()):
            parts = path.split("/")[:-1] if path.endswith("__init__.py") else path[:-3].split("/")
            root = "/".join(parts[:-depth])
            near = root == "" or importer.path.startswith(root + "/")
            stray = root in self._packages and root != ""  # a folder that programs start in may still have an __init__.py
            if stray and not (near and f"{root}/manage.py" in self.modules):
                continue
            if not near and depth == 1 and not path.endswith("__init__.py"):
                continue  # a lone script somewhere is not what `import json` means
            rank = (0 if near else 1, -len(root) if near else len(root), path)
            if best is None or rank < best:
                best = rank
        return self.modules[best[2]] if best else None

    def relative(self, module: Module, level: int, target: str) -> str:
        """The path-like prefix of a relative import, as "folder/sub" plus dotted target; see `_import`."""
        folder = module.path.rsplit("/", 1)[0] if "/" in module.path else ""
        for _ in range(level - 1):
            folder = folder.rsplit("/", 1)[0] if "/" in folder else ""
        return "/".join(part for part in (folder, target.replace(".", "/")) if part)

    def _at_path(self, stem: str) -> Module | None:
        """The module there; a package wins over a file of the same name, as in Python's own finder."""
        return self.modules.get(f"{stem}/__init__.py" if stem else "__init__.py") or self.modules.get(f"{stem}.py")

    def _import(self, module: Module, binding: ir.Binding, depth: int) -> Ref | None:
        """What an import binding means."""
        if binding.level:
            stem = self.relative(module, binding.level, binding.target)
            found = self._at_path(stem)
            if found is not None:
                return self._rebound(self._at_path(stem.rpartition("/")[0]), binding, depth) or self._module_definitions[found.path]
            holder = self._at_path(stem.rpartition("/")[0])
            if holder is not None:
                return self.symbol(holder, binding.target.rpartition(".")[2], depth - 1)
            return f"{module.dotted.rpartition('.')[0]}.{binding.target}".lstrip(".")
        found = self.find_module(binding.target, module)
        if found is not None:
            holder = self.find_module(binding.target.rpartition(".")[0], module) if not binding.full and "." in binding.target else None
            return self._rebound(holder, binding, depth) or self._module_definitions[found.path]
        if not binding.full:
            holder_name, _, last = binding.target.rpartition(".")
            holder = self.find_module(holder_name, module) if holder_name else None
            if holder is not None:
                return self.symbol(holder, last, depth - 1)
        elif any(self.find_module(binding.full.rsplit(".", n)[0], module) for n in range(binding.full.count(".") + 1)):
            return Definition("module", binding.target, Module("", binding.target, True, ()), None)
        return binding.target

    def _rebound(self, package: Module | None, binding: ir.Binding, depth: int) -> Ref | None:
        """What a package itself binds to the name of one of its modules (`from .get_user import get_user` in its __init__): that wins."""
        name = binding.target.rpartition(".")[2]
        bound = package.symbols.get(name) if package is not None else None
        if package is None or bound is None or bound.node is binding:
            return None
        if bound.kind == "import" and bound.node.target.rpartition(".")[2] == name and bound.node.target.count(".") == 0:  # type: ignore[attr-defined]
            return None  # `from . import name`: the module
        return self.symbol(package, name, depth - 1)

    def symbol(self, module: Module, name: str, depth: int = _DEPTH) -> Ref | None:
        """What a name at the top level of a module means, imports and re-exports followed."""
        if depth <= 0:
            return None
        found = module.symbols.get(name)
        if found is not None:
            return self._import(module, found.node, depth) if found.kind == "import" else found  # type: ignore[arg-type]
        if module.is_package:
            sub = self._at_path(f"{module.path[: -len('__init__.py')]}{name}")
            if sub is not None:
                return self._module_definitions[sub.path]
        for star in module.stars:
            there = self._star(module, star)
            if isinstance(there, Definition) and there.module is not module:
                through = self.symbol(there.module, name, depth - 1)
                if through is not None:
                    return through
        return None

    def _star(self, module: Module, star: ir.Binding) -> Definition | None:
        if star.level:
            found = self._at_path(self.relative(module, star.level, star.target))
        else:
            found = self.find_module(star.target, module)
        return self._module_definitions[found.path] if found is not None else None

    def outside_stars(self, module: Module) -> Iterator[str]:
        """Modules outside the project whose names a star import may bind here."""
        for star in module.stars:
            if not star.level and self._star(module, star) is None:
                yield star.target

    # ------------------------------------------------------------ bodies and scopes
    def body(self, function: ir.Function) -> tuple[ir.Stmt, ...]:
        """The statements of a function, decoded once."""
        body = self._bodies.get(function)
        if body is None:
            body = self._bodies[function] = _decode_body(function.body)
        return body

    def scope(self, definition: Definition, parent: Scope | None = None) -> Scope:
        """The scope inside a function (local names, imports, nested definitions)."""
        node = definition.node
        assert isinstance(node, ir.Function)
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
    def resolve(self, expr: ir.Expr, scope: Scope, depth: int = _DEPTH) -> Ref | None:
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

    def lookup(self, name: str, scope: Scope, depth: int = _DEPTH) -> Ref | None:
        """What a bare name means in a scope."""
        if depth != _DEPTH:
            return self._lookup(name, scope, depth)
        if name not in scope.known:
            scope.known[name] = self._lookup(name, scope, depth)
        return scope.known[name]

    def _lookup(self, name: str, scope: Scope, depth: int) -> Ref | None:
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

    def member(self, owner: Ref, name: str, depth: int = _DEPTH) -> Ref | None:
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

    def mro(self, cls: Definition, depth: int = _DEPTH) -> tuple[Ref, ...]:
        """The class and its ancestors, nearest first, depth first, each once; outside ones as dotted names."""
        known = self._mro.get(cls)
        if known is not None:
            return known
        if not isinstance(cls.node, ir.Class):  # a name that is a class on one branch and a function on the other
            return (cls,)
        self._mro[cls] = (cls,)  # a cycle in the source must end
        out: list[Ref] = [cls]
        for base in cls.node.bases:  # type: ignore[attr-defined]
            base = base.base if isinstance(base, ir.Sub) else base  # Base[Order]
            ref = self.resolve(base, self.class_scope(cls), depth - 1) if depth > 0 else None
            if isinstance(ref, Definition) and ref.kind == "value":
                ref = self._alias(ref, depth - 1) or ref
            if isinstance(ref, Definition) and ref.kind == "class":
                out.extend(self.mro(ref, depth - 1))
            elif isinstance(ref, str):
                out.append(ref)
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
        self._mro[cls] = tuple(unique)
        return self._mro[cls]

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

    def class_member(self, cls: Definition, name: str, depth: int = _DEPTH) -> Ref | None:
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

    def is_a(self, ref: Ref | None, *names: str) -> bool:
        """Is this class (or outside name) one of these outside classes, or does it descend from one?"""
        if isinstance(ref, str):
            return ref in names
        if isinstance(ref, Definition) and ref.kind == "class":
            return any(isinstance(ancestor, str) and ancestor in names for ancestor in self.mro(ref))
        return False

    def instance_member(self, kind: Ref, name: str, depth: int = _DEPTH) -> Ref | None:
        """What `instance.name` means for an instance of a class."""
        if depth != _DEPTH or isinstance(kind, str):
            return self._instance_member(kind, name, depth)
        key = (kind, name)
        if key not in self._instance_members:
            self._instance_members[key] = self._instance_member(kind, name, depth)
        return self._instance_members[key]

    def _instance_member(self, kind: Ref, name: str, depth: int) -> Ref | None:
        if depth <= 0:
            return None
        if isinstance(kind, str):
            return f"{kind}.{name}"
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

    # ------------------------------------------------------------ types
    def type_of(self, expr: ir.Expr | None, scope: Scope, depth: int = _DEPTH) -> Ref | None:
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
        return bool(params) and params[0].name == name and not any(
            isinstance(d, ir.Name) and d.id == "staticmethod" for d in node.decorators  # type: ignore[attr-defined]
        )  # fmt: skip

    def value_type(self, ref: Ref, depth: int = _DEPTH) -> Ref | None:
        """The class of what a reference names: a value's constructor or annotation; an outside name stays as it is."""
        if isinstance(ref, str):
            return ref
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
        return found if isinstance(found, Definition) and found.kind == "class" else None

    def return_type(self, function: Definition, depth: int = _DEPTH) -> Ref | None:
        """The class a project function returns: its annotation, else the constructor it returns."""
        if function in self._returns:
            return self._returns[function]
        self._returns[function] = None
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
        self._returns[function] = found
        return found

    def annotated(self, annotation: ir.Expr | None, scope: Scope, depth: int = _DEPTH) -> Ref | None:
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

    # ------------------------------------------------------------ enumeration
    def functions(self, calling: str | None = None) -> Iterator[Definition]:
        """Every function of the project outside classes and inside them, top level first, that calls this last name."""
        for module in self.modules.values():
            yield from self._functions_in(module.symbols.values(), calling)

    def functions_in(self, module: Module) -> Iterator[Definition]:
        """Every function of one module outside classes and inside them."""
        return self._functions_in(module.symbols.values(), None)

    def _functions_in(self, symbols: Iterable[Definition], calling: str | None) -> Iterator[Definition]:
        for definition in symbols:
            for node in (definition.node, *definition.again):
                if isinstance(node, ir.Function):
                    if calling is None or calling in node.calls:
                        yield (
                            definition
                            if node is definition.node
                            else Definition("function", definition.name, definition.module, node, definition.owner)
                        )
                elif isinstance(node, ir.Class) and node is definition.node:
                    yield from self._functions_in(self.members(definition).values(), calling)

    def classes(self) -> Iterator[Definition]:
        """Every class at the top level of a module, and the classes inside those."""
        for module in self.modules.values():
            pending = [d for d in module.symbols.values() if d.kind == "class"]
            while pending:
                cls = pending.pop(0)
                yield cls
                pending.extend(d for d in self.members(cls).values() if d.kind == "class")


_NO_CLASS = frozenset({"builtins.None", "typing.Any", "builtins.object"})


def _is_property(decorator: ir.Expr) -> bool:
    name = decorator.id if isinstance(decorator, ir.Name) else decorator.name if isinstance(decorator, ir.Attr) else ""
    return name in ("property", "cached_property")


def statements(body: Iterable[ir.Stmt]) -> Iterator[ir.Stmt]:
    """Every statement of a body and of the blocks in it, in source order; nested functions and classes are not entered."""
    for statement in body:
        yield statement
        for block in blocks_of(statement):
            yield from statements(block)


def blocks_of(statement: ir.Stmt) -> tuple[tuple[ir.Stmt, ...], ...]:
    """The blocks a compound statement has."""
    if isinstance(statement, ir.If | ir.For | ir.While):
        return (statement.body, statement.orelse)
    if isinstance(statement, ir.With):
        return (statement.body,)
    if isinstance(statement, ir.Try):
        return (statement.body, *(handler.body for handler in statement.handlers), statement.orelse, statement.final)
    if isinstance(statement, ir.Match):
        return tuple(case.body for case in statement.cases)
    return ()


def collect(body: Iterable[ir.Stmt], module: Module, owner: Definition | None, symbols: dict[str, Definition], stars: list[ir.Binding]) -> None:
    """Adds the names that a body binds to `symbols`; later bindings of a name are kept in `again`."""

    def bind(kind: str, name: str, node: object) -> None:
        known = symbols.get(name)
        if known is None:
            symbols[name] = Definition(kind, name, module, node, owner)
        elif node is not known.node:
            known.again.append(node)

    def target(expr: ir.Expr, node: object) -> None:
        if isinstance(expr, ir.Name):
            bind("value", expr.id, node)
        elif isinstance(expr, ir.Seq):
            for item in expr.items:
                target(item.value if isinstance(item, ir.Star) else item, None)

    for statement in statements(body):
        if isinstance(statement, ir.Import):
            for binding in statement.bindings:
                if binding.name == "*":
                    if binding not in stars:
                        stars.append(binding)
                else:
                    bind("import", binding.name, binding)
        elif isinstance(statement, ir.Function):
            bind("function", statement.name, statement)
        elif isinstance(statement, ir.Class):
            bind("class", statement.name, statement)
        elif isinstance(statement, ir.Assign):
            for place in statement.targets:
                target(place, statement)
        elif isinstance(statement, ir.With):
            for value, place in statement.items:
                if place is not None:
                    target(place, value)
        elif isinstance(statement, ir.For):
            target(statement.target, None)
