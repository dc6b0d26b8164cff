"""Modules and imports: which file an import means, and what a name at the top level of a module is.

Knows: Python's rules for finding modules, from the paths, and the folders that a module of the project puts on `sys.path`. Does not know: classes,
types.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping

from prodlint import ir
from prodlint.model import FileFacts
from prodlint.names.memos import Memos
from prodlint.names.nouns import DEPTH, Definition, Module, Ref, collect, statements

SCRIPTS = ("main", "app", "run", "server", "application", "wsgi", "asgi")  # what programs are started with


class Modules(Memos):
    """A part of `Names`."""

    def __init__(self, files: Mapping[str, FileFacts]) -> None:
        super().__init__()
        self.modules: dict[str, Module] = {}
        self._itself: dict[str, bool] = {}  # path -> does it import its own name, which means a package then
        self._packages = {path[: -len("__init__.py")].rstrip("/") for path in files if path.endswith("__init__.py")}
        self._by_suffix: dict[str, list[str]] = {}
        self.unread = {path for path, facts in files.items() if facts.problems}  # could not be parsed: nobody knows what they define
        for path, facts in files.items():
            if facts.module is not None:
                self._add(path, facts.module)
        self.added = sorted({folder for module in self.modules.values() for folder in _added_to_path(module, self.modules.values())})
        self._folders = {path[:at] for path in self.modules for at, char in enumerate(path) if char == "/"}
        self.started = self._imported_from() | {folder for folder in self._packages if folder and self._beside_main(folder)}
        self._from_root = {self._from_path(path) for path in self.modules}
        self.outer = self._outer_package()
        for module in self.modules.values():
            if self.outer and "" in self._packages:
                module.dotted = f"{self.outer}.{module.dotted}" if module.dotted else self.outer
        self._module_definitions = {path: Definition("module", m.dotted, m, m) for path, m in self.modules.items()}

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

    def _beside_main(self, folder: str) -> bool:
        """Is a program started in this folder, though an `__init__.py` lies there? Then its main module imports by bare name what lies beside it."""
        for script in SCRIPTS:
            module = self.modules.get(f"{folder}/{script}.py")
            for first, _ in _absolute(module) if module is not None else ():
                if first != script and self._lies(f"{folder}/{first}") and not self._lies(first):
                    return True
        return False

    def _imported_from(self) -> set[str]:
        """Packages in whose folder a program is started, as `uvicorn app.main:app` in `backend`: three modules below import others by the path from
        there, none by the name of the folder itself, and fewer by the whole path to it: `from flask.helpers import x` is Flask's own, though
        `shop.web.flask` has helpers, too."""
        count: dict[str, int] = {}
        by_path: dict[str, int] = {}
        by_name: set[str] = set()
        for path, module in self.modules.items():
            above = [path[:at] for at, char in enumerate(path) if char == "/" and path[:at] in self._packages]
            imported = _absolute(module) if above else []
            firsts = {first for first, _ in imported}
            inside = [(first, rest) for first, rest in imported if rest and first not in sys.stdlib_module_names and not self._lies(first)]
            for folder in above:
                if folder.rpartition("/")[2] in firsts:
                    by_name.add(folder)
                elif any(self._lies(f"{folder}/{first}") and self._lies_below(f"{folder}/{first}", rest) for first, rest in inside):
                    count[folder] = count.get(folder, 0) + 1
                whole = f"{self._dotted([*folder.split('/'), ''])}"
                by_path[folder] = by_path.get(folder, 0) + any(f"{first}.{rest}.".startswith(whole) for first, rest in imported)
        return {folder for folder, modules in count.items() if modules >= 3 and modules > by_path[folder]} - by_name

    def _lies_below(self, stem: str, dotted: str) -> bool:
        """Is `x.y` of a folder a module, or a name in the module `x`?"""
        path = f"{stem}/{dotted.replace('.', '/')}"
        return self._lies(path) or ("." in dotted and self._lies(path.rpartition("/")[0]))

    def _lies(self, stem: str) -> bool:
        return f"{stem}.py" in self.modules or stem in self._folders

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
            if depth == 1 and self._means_a_package(path):
                self.touched.add(path)  # what it imports says that it is not meant
                continue
            parts = path.split("/")[:-1] if path.endswith("__init__.py") else path[:-3].split("/")
            root = "/".join(parts[:-depth])
            near = root == "" or importer.path.startswith(root + "/")
            stray = root in self._packages and root != ""  # a folder that programs start in may still have an __init__.py
            added = depth > 1 and root.rpartition("/")[2] in self.added
            if stray and not added and not (near and (f"{root}/manage.py" in self.modules or root in self.started)):
                continue
            if not near and depth == 1 and not path.endswith("__init__.py"):
                continue  # a lone script somewhere is not what `import json` means
            rank = (0 if near else 1, -len(root) if near else len(root), path)
            if best is None or rank < best:
                best = rank
        return self.modules[best[2]] if best else None

    def _means_a_package(self, path: str) -> bool:
        if path not in self._itself:
            self._itself[path] = _imports_itself(self.modules[path])
        return self._itself[path]

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
                found_there = self.symbol(holder, last, depth - 1)
                return binding.target if found_there is None and self._is_far(holder, holder_name, module) else found_there
        elif any(self.find_module(binding.full.rsplit(".", n)[0], module) for n in range(binding.full.count(".") + 1)):
            return Definition("module", binding.target, Module("", binding.target, True, ()), None)
        former = "flask.ext."  # `flask.ext.login`, as Flask called `flask_login` before 1.0 (flask 0.12 exthook.py)
        return f"flask_{binding.target[len(former) :]}" if binding.target.startswith(former) else binding.target

    @staticmethod
    def _is_far(holder: Module, dotted: str, importer: Module) -> bool:
        """Does this module lie on no path that the importing file is below? Then it may only share its name with an installed package."""
        root = holder.path.split("/")[: -dotted.count(".") - (2 if holder.is_package else 1)]
        return bool(root) and importer.path.split("/")[: len(root)] != root

    def _rebound(self, package: Module | None, binding: ir.Binding, depth: int) -> Ref | None:
        """What a package itself binds to the name of one of its modules (`from .get_user import get_user` in its __init__): that wins."""
        name = binding.target.rpartition(".")[2]
        if package is not None:
            self.touched.add(package.path)
        bound = package.symbols.get(name) if package is not None else None
        if package is None or bound is None or bound.node is binding:
            return None
        if bound.kind == "import" and bound.node.target.rpartition(".")[2] == name and bound.node.target.count(".") == 0:  # type: ignore[attr-defined]
            return None  # `from . import name`: the module
        return self.symbol(package, name, depth - 1)

    def symbol(self, module: Module, name: str, depth: int = DEPTH) -> Ref | None:
        """What a name at the top level of a module means, imports and re-exports followed."""
        if depth <= 0:
            return None
        self.touched.add(module.path)
        found = module.symbols.get(name)
        if found is not None:
            return self._import(module, found.node, depth) if found.kind == "import" else found  # type: ignore[arg-type]
        if module.is_package:
            sub = self._at_path(f"{module.path[: -len('__init__.py')]}{name}")
            if sub is not None:
                return self._module_definitions[sub.path]
            if f"{module.path[: -len('__init__.py')]}{name}" in self._folders and not module.stars:  # a folder without __init__.py
                return Definition("module", f"{module.dotted}.{name}", Module("", f"{module.dotted}.{name}", True, ()), None)
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


def _absolute(module: Module) -> list[tuple[str, str]]:
    """(first name, the rest) of what a module imports that is not relative."""
    imports = (statement for statement in module.body if isinstance(statement, ir.Import) and not statement.bindings[0].level)
    parts = ((binding.full or binding.target).partition(".") for statement in imports for binding in statement.bindings)
    return [(first, rest) for first, _, rest in parts]


def _imports_itself(module: Module) -> bool:
    """`import jwt` in `utils/jwt.py`: no module imports itself, so that name is an installed package's, here and in the files beside it."""
    own = module.path[:-3].rpartition("/")[2]
    return any(first == own for first, _ in _absolute(module))


def _added_to_path(module: Module, others: Iterable[Module]) -> Iterator[str]:
    """The last names of folders that a file puts on `sys.path`: `sys.path.insert(0, os.path.join(BASE, "apps"))`, and
    `sys.path.append(settings.APPS_DIR)` where another module says which that is."""
    for call in _sys_path_calls(module):
        folder, body = call.args[-1] if call.args else None, module.body
        if isinstance(folder, ir.Call) and isinstance(folder.func, ir.Name) and folder.func.id == "str" and folder.args:
            folder = folder.args[0]
        if isinstance(folder, ir.Attr):
            name = folder.name
            folder, body = next(((v, other.body) for other in others if (v := _assigned(other.body, name)) is not None), (folder, body))
        elif isinstance(folder, ir.Name):
            folder = _assigned(body, folder.id)
        words = list(_texts(folder, 6)) if folder is not None else []
        if words:
            yield words[-1].rstrip("/").rpartition("/")[2]


def _sys_path_calls(module: Module) -> Iterator[ir.Call]:
    """Calls of `sys.path.append` and `.insert` at the top level, and in its blocks (`if __name__ == "__main__":`)."""
    for s in statements(module.body):
        call = s.value if isinstance(s, ir.ExprStmt) else None
        if isinstance(call, ir.Call) and isinstance(call.func, ir.Attr) and call.func.name in ("append", "insert") and _is_sys_path(call.func.base):
            yield call


def _assigned(body: tuple[ir.Stmt, ...], name: str) -> ir.Expr | None:
    found = [s.value for s in body if isinstance(s, ir.Assign) and any(isinstance(t, ir.Name) and t.id == name for t in s.targets)]
    return found[-1] if found else None


def _is_sys_path(expr: ir.Expr) -> bool:
    return isinstance(expr, ir.Attr) and expr.name == "path" and isinstance(expr.base, ir.Name) and expr.base.id == "sys"


def _texts(expr: ir.Expr, depth: int) -> Iterator[str]:
    """The text literals of an expression that makes a path, in order."""
    parts: tuple[ir.Expr, ...] = ()
    if isinstance(expr, ir.Const) and isinstance(expr.value, str):
        yield expr.value
    elif isinstance(expr, ir.Call):
        parts = (expr.func.base, *expr.args) if isinstance(expr.func, ir.Attr) else expr.args
    elif isinstance(expr, ir.Bin):
        parts = (expr.left, expr.right)
    for part in parts if depth > 0 else ():
        yield from _texts(part, depth - 1)
