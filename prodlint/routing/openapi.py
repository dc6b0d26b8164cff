"""Routes that an OpenAPI file names: connexion reads `operationId` (and `x-openapi-router-controller`) as the handler's dotted name.

Knows: the `paths` of specification files, as blocks (`facts/blocks.py`, kind "openapi"), which operations ask for credentials, and whether a function
of the project looks at them (`x-bearerInfoFunc` and its like; without one connexion lets everyone pass). Does not know: which call takes which file,
names that resolvers make up (`resolvers.py`), what handlers do.
"""

from __future__ import annotations

from collections.abc import Mapping

from prodlint import ir
from prodlint import regex as re
from prodlint.model import Block, Entry, FileFacts, Span
from prodlint.models import Models
from prodlint.names import Definition, Names, statements
from prodlint.routing import resolvers
from prodlint.routing.table import VERBS, Before, Endpoint, Table, Unresolved, params_of
from prodlint.routing.values import UNKNOWN
from prodlint.routing.walking import expressions, imported, last_name

_OPERATION = re.compile(r"^paths\.(.+)\.(get|post|put|patch|delete)$")
_LOOKS = re.compile(r"\.x-(?:basic|bearer|token|apikey)InfoFunc$")
_HARMLESS = frozenset({"dict", "str", "print", "debug", "info", "getLogger"})  # calls that refuse nobody
_SCHEMES = re.compile(r"^(?:components\.securitySchemes|securityDefinitions)\.([^.]+)\.")


def find(names: Names, models: Models, table: Table, files: Mapping[str, FileFacts]) -> None:
    specifications = [(path, block) for path, facts in files.items() for block in facts.blocks if block.kind == "openapi"]
    if specifications:
        search = Search(names, table)
        for path, block in specifications:
            search.specification(path, block)


class Search:
    """The specifications of one project."""

    def __init__(self, names: Names, table: Table) -> None:
        self.names, self.table = names, table
        self.connexion = "connexion" in imported(names)
        self.calls = resolvers.taken(names) if self.connexion else []
        self.modules = {dotted: module for module in names.modules.values() for dotted in (_path_name(module.path), module.dotted)}

    def specification(self, path: str, block: Block) -> None:
        """One specification: entries are "paths.<path>.<verb>.operationId" with dots in the path kept, "servers.0.url", "basePath"."""
        values = {entry.key: entry for entry in block.entries}
        own = next((values[key].value for key in ("basePath", "servers.0.url") if key in values), "")
        for call in resolvers.of(path, self.calls) or [None]:
            base = call.base if call is not None and call.base is not None else own if own.startswith("/") else ""
            if call is not None and UNKNOWN in base:
                message = f"the base_path that {path} is taken with is not known"
                self.table.unresolved.append(Unresolved(Span(call.scope.module.path, ir.line_of(call.at), ir.column_of(call.at)), message))
            for key, entry in values.items():
                found = _OPERATION.match(key)
                if found is not None:
                    self.operation(path, values, entry, found[1], found[2], base, call)

    def operation(self, path: str, values: dict[str, Entry], entry: Entry, route: str, verb: str, base: str, call: resolvers.Taken | None) -> None:
        key = f"paths.{route}.{verb}"
        if verb not in VERBS:
            return
        told, controller = values.get(f"{key}.operationId"), None
        for word in ("x-openapi-router-controller", "x-swagger-router-controller"):
            controller = controller or values.get(f"{key}.{word}") or values.get(f"paths.{route}.{word}")
        named = resolvers.handlers(call, route, verb, told.value if told is not None else None, controller.value if controller is not None else None)
        folder = (call.scope.module.path if call is not None else path).rpartition("/")[0].replace("/", ".")
        tried = [each for name in named for each in (name, f"{folder}.{name}")]  # an app that is started in its own folder
        handler, cls = next(filter(None, map(self.function, tried)), (None, None))
        if handler is None:
            at = told or entry
            if named and self.connexion and ("." in named[0] or call is not None):
                what = f"operationId {named[-1]}" if told is not None else f"{verb.upper()} {route} leads to {named[0]}"
                self.table.unresolved.append(Unresolved(Span(path, at.line, at.column), f"{what}: no such function"))
            elif call is not None and not named:
                self.table.unresolved.append(Unresolved(Span(path, at.line, at.column), f"{verb.upper()} {route} names no operationId"))
            return
        full = base.rstrip("/") + route
        scope = self.names.scope_of(handler)
        before = tuple(Before("decorator", d, scope) for d in handler.node.decorators)  # type: ignore[attr-defined]
        name = handler.dotted if cls is None else f"{cls.dotted}.{handler.name}"
        secured = self.secured(values, key, folder)
        options = {"security": secured} if secured else {}
        place = handler.module.path, ir.line_of(handler.at)
        self.table.endpoints.append(
            Endpoint("connexion", (verb.upper(),), full, handler, cls, name, *place, before=before, params=params_of(full), options=options)
        )

    def secured(self, values: dict[str, Entry], key: str, folder: str) -> str:
        """ "yes" where an operation asks for credentials that a function looks at, "told" where the file only says so, "" where it asks for none."""
        own = f"{key}.security"
        prefix = f"{own}." if any(name == own or name.startswith(f"{own}.") for name in values) else "security."
        asked = [name[len(prefix) :].split(".")[:2] for name in values if name.startswith(prefix)]
        schemes = {parts[1] for parts in asked if len(parts) > 1}
        if not schemes or len({parts[0] for parts in asked}) > len({parts[0] for parts in asked if len(parts) > 1}):  # {} among them: nobody has to
            return ""
        looked = {
            found[1] for name, entry in values.items() if _LOOKS.search(name) and (found := _SCHEMES.match(name)) and self.looks(entry.value, folder)
        }
        return "yes" if schemes <= looked else "told"

    def looks(self, dotted: str, folder: str) -> bool:
        """Does a function that is given credentials look at them? One that gives back what it was given, or reads a token without its signature, lets
        everybody pass."""
        found = self.function(dotted) or self.function(f"{folder}.{dotted}")
        if found is None or not isinstance(found[0].node, ir.Function):
            return False
        body = self.names.body(found[0].node)
        parts = list(expressions(body))
        asks = any(isinstance(part, ir.Cmp) or (isinstance(part, ir.Call) and last_name(part.func) not in _HARMLESS) for part in parts)
        asks = asks or any(isinstance(each, (ir.If, ir.Raise)) for each in statements(body))
        return asks and not any(map(_unsigned, parts))

    def function(self, dotted: str) -> tuple[Definition, Definition | None] | None:
        """The function, or the method of a class and that class, that a dotted name leads to."""
        owner, _, name = dotted.rpartition(".")
        module = self.modules.get(owner)
        found = self.names.symbol(module, name) if module is not None else None
        if isinstance(found, Definition) and found.kind == "function":
            return found, None
        module_name, _, class_name = owner.rpartition(".")
        module = self.modules.get(module_name)
        cls = self.names.symbol(module, class_name) if module is not None else None
        if isinstance(cls, Definition) and cls.kind == "class":
            method = self.names.class_member(cls, name)
            if isinstance(method, Definition) and method.kind == "function":
                return method, cls
        return None


def _unsigned(expr: ir.Expr) -> bool:
    """`{"verify_signature": False}`, `decode(token, verify=False)`"""
    told: list[tuple[object, ir.Expr]] = []
    if isinstance(expr, ir.Map):
        told = [(key.value, value) for key, value in expr.items if isinstance(key, ir.Const)]
    elif isinstance(expr, ir.Call):
        told = [(keyword.name, keyword.value) for keyword in expr.kwargs]
    return any(name in ("verify", "verify_signature") and isinstance(value, ir.Const) and value.value is False for name, value in told)


def _path_name(path: str) -> str:
    """`a/b/__init__.py` as `a.b`."""
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
