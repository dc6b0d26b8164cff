"""The table of routes as registration left it, before anyone looks into a handler.

Knows: the shape. Does not know: how a framework registers (`routers.py`, `django.py`, ...), what a handler does (`flow/`).
"""

from __future__ import annotations

import msgspec

from prodlint import ir
from prodlint import regex as re
from prodlint.model import Span
from prodlint.names import Definition, Scope

VERBS = ("get", "post", "put", "patch", "delete")  # HEAD and OPTIONS are the framework's own business
SAFE = frozenset({"GET", "HEAD", "OPTIONS", "QUERY"})  # methods that change nothing
_PARAMETER = re.compile(r"<(?:[^<>:]*:)?([A-Za-z_]\w*)>|\{([A-Za-z_]\w*)(?::[^{}]*)?\}")


def params_of(path: str) -> tuple[str, ...]:
    """The parameter names of a path: `<int:id>`, `{id}`, `{path:path}`."""
    return tuple(a or b for a, b in _PARAMETER.findall(path))


class Before(msgspec.Struct, frozen=True, eq=False):
    """Something that runs before the handler and may refuse: an expression and the scope it stands in.

    kind: "decorator" (also a wrapper in a URL table), "dependency" (FastAPI Depends/Security, at parameter, route, router, app or
    include level), "permission" (DRF permission class, ninja auth), "permissions" (the list that a controller's operation asks), "middleware",
    "hook" (before_request)."""

    kind: str
    expr: ir.Expr
    scope: Scope


class Endpoint(msgspec.Struct, eq=False):
    """One registered route.

    methods: () means any. path: as the framework's router prints it. handler: the function or method that serves, None where a
    framework class serves it (then `action` names what: "retrieve", "list", "get", ...). cls: the concrete class of a class-based
    handler. file and line: where the handler (or the class) is defined; the registration's place where it is outside the project.
    params: names of path parameters in order."""

    framework: str
    methods: tuple[str, ...]
    path: str
    handler: Definition | None
    cls: Definition | None
    name: str
    file: str
    line: int
    action: str = ""
    before: tuple[Before, ...] = ()
    params: tuple[str, ...] = ()
    options: dict[str, str] = msgspec.field(default_factory=dict)


class Unresolved(msgspec.Struct, frozen=True):
    """A registration that is there but could not be read: never silent."""

    at: Span
    message: str


class Table(msgspec.Struct):
    """All routes of a project."""

    endpoints: list[Endpoint] = msgspec.field(default_factory=list)
    unresolved: list[Unresolved] = msgspec.field(default_factory=list)
    silent: list[Unresolved] = msgspec.field(default_factory=list)  # frameworks that are imported and have no route
    outside: list[tuple[str, str]] = msgspec.field(default_factory=list)  # (path, dotted name) of what installed packages serve

    def sort(self) -> None:
        """File, line, path order; the same route registered twice is kept once."""
        seen: set[tuple[object, ...]] = set()
        unique = []
        for endpoint in sorted(self.endpoints, key=lambda e: (e.file, e.line, e.path, e.methods, e.name)):
            key = (endpoint.methods, endpoint.path, endpoint.name, endpoint.file, endpoint.line)
            if key not in seen:
                seen.add(key)
                unique.append(endpoint)
        self.endpoints = unique
        self.unresolved.sort(key=lambda u: (u.at, u.message))
