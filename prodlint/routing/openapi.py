"""Routes that an OpenAPI file names: connexion reads `operationId` (and `x-openapi-router-controller`) as the handler's dotted name.

Knows: the `paths` of specification files, as blocks (`facts/blocks.py`, kind "openapi"). Does not know: what handlers do.
"""

from __future__ import annotations

from collections.abc import Mapping

from prodlint import ir
from prodlint.model import Block, FileFacts, Span
from prodlint.models import Models
from prodlint.names import Definition, Names
from prodlint.routing.table import VERBS, Before, Endpoint, Table, Unresolved, params_of


def find(names: Names, models: Models, table: Table, files: Mapping[str, FileFacts]) -> None:
    for path, facts in files.items():
        for block in facts.blocks:
            if block.kind == "openapi":
                _specification(names, path, block, table)


def _specification(names: Names, path: str, block: Block, table: Table) -> None:
    """One specification: entries are "paths.<path>.<verb>.operationId" with dots in the path kept, "servers.0.url", "basePath"."""
    values = {entry.key: entry for entry in block.entries}
    base = next((values[key].value for key in ("basePath", "servers.0.url") if key in values), "")
    base = base if base.startswith("/") else ""
    for entry in block.entries:
        if not entry.key.startswith("paths.") or not entry.key.endswith(".operationId"):
            continue
        route, _, verb = entry.key[len("paths.") : -len(".operationId")].rpartition(".")
        if verb not in VERBS:
            continue
        controller = values.get(f"paths.{route}.{verb}.x-openapi-router-controller") or values.get(f"paths.{route}.x-openapi-router-controller")
        dotted = f"{controller.value}.{entry.value}" if controller is not None else entry.value
        handler = _function(names, dotted)
        if handler is None:
            if "." in dotted and _is_connexion(names):
                table.unresolved.append(Unresolved(Span(path, entry.line, entry.column), f"operationId {dotted}: no such function"))
            continue
        full = base.rstrip("/") + route
        scope = names.scope_of(handler)
        before = tuple(Before("decorator", d, scope) for d in handler.node.decorators)  # type: ignore[attr-defined]
        secured = "yes" if f"paths.{route}.{verb}.security.0" in values or any(
            key.startswith(f"paths.{route}.{verb}.security.") for key in values
        ) else ""  # fmt: skip
        table.endpoints.append(
            Endpoint("connexion", (verb.upper(),), full, handler, None, handler.dotted, handler.module.path, ir.line_of(handler.at),
                     before=before, params=params_of(full), options={"security": secured} if secured else {})
        )  # fmt: skip


def _function(names: Names, dotted: str) -> Definition | None:
    module_name, _, function = dotted.rpartition(".")
    for module in names.modules.values():
        if module.dotted == module_name or module.path in (f"{module_name.replace('.', '/')}.py", f"{module_name.replace('.', '/')}/__init__.py"):
            found = names.symbol(module, function)
            if isinstance(found, Definition) and found.kind == "function":
                return found
    return None


def _is_connexion(names: Names) -> bool:
    return any(
        binding.target.split(".")[0] == "connexion"
        for module in names.modules.values()
        for statement in module.body
        if isinstance(statement, ir.Import)
        for binding in statement.bindings
    )
