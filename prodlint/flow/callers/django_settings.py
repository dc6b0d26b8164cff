"""What Django's settings say about access: middlewares, DRF's default permission and authentication classes.

Knows: the modules and classes of settings, and what is named in them. Does not know: what a middleware or a permission asks
(`django_middleware.py`, `permissions.py`), settings that another package keeps.
"""

from __future__ import annotations

from functools import cached_property

from prodlint import ir
from prodlint import regex as re
from prodlint.flow.callers import django_middleware
from prodlint.flow.knowledge import last_name
from prodlint.flow.values import Value
from prodlint.names import Definition, Module, Names, Scope, statements
from prodlint.routing.values import items, text

SETTINGS = re.compile(r"(?:^|/)(?:settings|config|configs|configuration|conf)(?:/|\.py$|_)")


class Settings:
    """What Django settings say about access: middleware and DRF's default permission classes."""

    def __init__(self, names: Names) -> None:
        self.names = names
        self.middleware: tuple[str, ...] = ()
        self.permissions: tuple[str, ...] = ()
        self.authentication: tuple[str, ...] = ()
        self.path, self.line = "", 1
        self.read = False  # is there a module of settings at all? An app that is installed into others, or that keeps them out of git, has none
        self.modules: list[Module] = []
        for module in names.modules.values():
            self._module(module, module.body, Scope(module))
            if SETTINGS.search(module.path):  # `class Production(Configuration): MIDDLEWARE = [...]`
                for symbol in module.symbols.values():
                    if symbol.kind == "class":
                        self._module(module, symbol.node.body, names.class_scope(symbol))  # type: ignore[attr-defined]

    def _module(self, module: Module, body: tuple[ir.Stmt, ...], scope: Scope) -> None:
        for statement in statements(body):
            if isinstance(statement, ir.AugAssign):
                self._more(module, statement, scope)
            if not isinstance(statement, ir.Assign) or statement.value is None:
                continue
            target = statement.targets[0]
            if isinstance(target, ir.Name):
                self.read = self.read or target.id in ("INSTALLED_APPS", "ROOT_URLCONF", "REST_FRAMEWORK")
                if target.id in ("MIDDLEWARE", "MIDDLEWARE_CLASSES"):
                    found = [text(self.names, item, where) or "" for item, where in items(self.names, statement.value, scope) or ()]
                    self.middleware = (*self.middleware, *found)
                    self.path, self.line = module.path, ir.line_of(statement.at)
                    self.modules.append(module)
                elif target.id == "REST_FRAMEWORK" and isinstance(statement.value, (ir.Map, ir.Call)):
                    self._rest(statement.value, scope)
                    self.modules.append(module)
            elif isinstance(target, ir.Sub) and last_name(target.base) == "REST_FRAMEWORK":  # REST_FRAMEWORK["DEFAULT_..."] = (...)
                self._classes(target.index, statement.value, scope)

    def _more(self, module: Module, statement: ir.AugAssign, scope: Scope) -> None:
        """`MIDDLEWARE += [...]`, `REST_FRAMEWORK["DEFAULT_PERMISSION_CLASSES"] += [...]`: beside what another module or a package lists."""
        if last_name(statement.target) in ("MIDDLEWARE", "MIDDLEWARE_CLASSES"):
            found = [text(self.names, item, where) or "" for item, where in items(self.names, statement.value, scope) or ()]
            self.middleware = (*self.middleware, *found)
            self.modules.append(module)
        elif isinstance(statement.target, ir.Sub) and last_name(statement.target.base) == "REST_FRAMEWORK":
            self._classes(statement.target.index, statement.value, scope, more=True)

    @cached_property
    def middleware_files(self) -> frozenset[str]:
        found = [ref for ref in map(self.resolve, self.middleware) if isinstance(ref, Definition)]
        above = [ancestor for ref in found if ref.kind == "class" for ancestor in self.names.mro(ref)]
        return frozenset(ref.module.path for ref in (*found, *above) if isinstance(ref, Definition))

    @cached_property
    def entries(self) -> tuple[tuple[Definition, Value | None], ...]:
        """The project's own middlewares, as the functions that are called for a request."""
        found = (django_middleware.entries_of(self.names, self.resolve(dotted)) for dotted in dict.fromkeys(self.middleware))
        return tuple(entry for entries in found for entry in entries)

    def _rest(self, value: ir.Map | ir.Call, scope: Scope) -> None:
        """`{"DEFAULT_PERMISSION_CLASSES": [...]}`, `dict(DEFAULT_PERMISSION_CLASSES=[...])`"""
        if isinstance(value, ir.Map):
            for key, item in value.items:
                self._classes(key, item, scope)
            return
        for keyword in value.kwargs if last_name(value.func) == "dict" else ():
            self._classes(ir.Const(keyword.name, value.at, value.end), keyword.value, scope)

    def _classes(self, key: ir.Expr | None, value: ir.Expr, scope: Scope, more: bool = False) -> None:
        if isinstance(key, ir.Const) and key.value in ("DEFAULT_PERMISSION_CLASSES", "DEFAULT_AUTHENTICATION_CLASSES"):
            found = tuple(text(self.names, part, where) or "" for part, where in items(self.names, value, scope) or ())
            if key.value == "DEFAULT_PERMISSION_CLASSES":
                self.permissions = (*self.permissions, *found) if more else found
            else:
                self.authentication = (*self.authentication, *found) if more else found

    def resolve(self, dotted: str) -> object:
        module_name, _, last = dotted.rpartition(".")
        for module in self.names.modules.values():
            if module.dotted == module_name or module.path == f"{module_name.replace('.', '/')}.py":
                return self.names.symbol(module, last)
        for importer in self.modules:  # as an import of that name would find it: a program may start in a folder of the repository
            found = self.names.find_module(module_name, importer)
            if found is not None:
                return self.names.symbol(found, last)
        return dotted
