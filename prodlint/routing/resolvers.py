"""How connexion was told to take a specification: `app.add_api("openapi.yaml", base_path="/v1", resolver=RestyResolver("api"))`.

Knows: which call takes which file, the path that it puts before the routes, the handler that a resolver makes up where a specification names none or
only a part of its name. Sources: connexion 2.14 and 3.1, apps/abstract.py, resolver.py. Does not know: what a specification holds (`openapi.py`).
"""

from __future__ import annotations

from dataclasses import dataclass

from prodlint import ir
from prodlint import regex as re
from prodlint.names import Names, Scope
from prodlint.routing.values import UNKNOWN, argument, text
from prodlint.routing.walking import bodies, expressions, inside, last_name

_PLACE = re.compile(r"^/?((?:[\w-])*)(/*)(.*)$", re.S)
_METHODS = frozenset({"MethodResolver", "MethodViewResolver"})
_OWN = frozenset({"Resolver", "RelativeResolver", "RestyResolver", *_METHODS})


@dataclass(frozen=True, slots=True)
class Taken:
    """One `add_api`. spec: the last part of the file's name, None where it cannot be told. base: None where it is the specification's own, with
    UNKNOWN in it where it cannot be told. resolver and root: the class of the resolver and the module that it starts from."""

    spec: str | None
    base: str | None
    resolver: str
    root: str | None
    scope: Scope
    at: int


def taken(names: Names) -> list[Taken]:
    """Every call that gives connexion a specification; a call is known by its name alone, for apps come from factories."""
    found: dict[tuple[str, int], Taken] = {}
    for scope, body in bodies(names, "add_api"):
        for expr in expressions(body):
            if isinstance(expr, ir.Call) and last_name(expr.func) == "add_api" and (scope.module.path, expr.at) not in found:
                found[scope.module.path, expr.at] = _call(names, expr, scope)
    return list(found.values())


def _call(names: Names, call: ir.Call, scope: Scope) -> Taken:
    given = argument(call, [0, "specification"])
    base = argument(call, [1, "base_path"])
    said = None if base is None or (isinstance(base, ir.Const) and base.value is None) else (text(names, base, scope) or UNKNOWN)
    made = argument(call, "resolver")
    resolver = last_name(made.func) if isinstance(made, ir.Call) else ""
    root = argument(made, [0, "root_path"]) or argument(made, "default_module_name") if isinstance(made, ir.Call) else None
    return Taken(
        _file(names, given, scope), said, resolver if resolver in _OWN else "", text(names, root, scope) if root is not None else None, scope, call.at
    )


def _file(names: Names, expr: ir.Expr | None, scope: Scope) -> str | None:
    """The last part of a file's name: of a literal, or of the last literal in `Path(__file__).parent / "openapi.yaml"`."""
    whole = text(names, expr, scope) if expr is not None else None
    parts = [whole] if whole is not None else [part.value for part in inside(expr) if isinstance(part, ir.Const) and isinstance(part.value, str)]
    return next((part.rpartition("/")[2] for part in reversed(parts) if part.endswith((".yaml", ".yml", ".json"))), None)


def of(path: str, calls: list[Taken]) -> list[Taken]:
    """The calls that take this file; the only call whose file cannot be told may take any that no other call names."""
    own = [call for call in calls if call.spec == path.rpartition("/")[2]]
    loose = [call for call in calls if call.spec is None]
    return own or loose[:1] if len(loose) == 1 else own


def handlers(call: Taken | None, route: str, verb: str, operation: str | None, controller: str | None) -> list[str]:
    """The dotted names that an operation may lead to, likeliest first; none where nothing names it."""
    if operation is not None:
        named = f"{controller}.{operation}" if controller is not None else operation
        relative = call is not None and call.resolver == "RelativeResolver" and controller is None and call.root
        return [f"{call.root}.{named}", named] if relative else [named]  # type: ignore[union-attr]
    if call is None or call.resolver not in ("RestyResolver", *_METHODS) or not (call.root or controller):
        return []
    found = _PLACE.match(route)
    resource, _, rest = found.groups() if found is not None else ("", "", "")
    root = controller or (f"{call.root}.{resource.replace('-', '_')}" if resource else call.root)
    name = "search" if verb == "get" and resource and not rest else verb
    if call.resolver in _METHODS:
        module, _, view = str(root).rpartition(".")
        root = f"{module}.{view}" if view[:1].isupper() else f"{module}.{view[:1].upper()}{view[1:]}View"
    return [f"{root}.{name}"]
