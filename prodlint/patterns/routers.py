"""Where a handler of JavaScript is registered: `router.get("/x/:id", ...)`.

Knows: the brackets of the call, the name of the router. Does not know: what the router is told to use, or where it is mounted (`before.py`).
"""

from __future__ import annotations

from typing import NamedTuple

from prodlint.model import Match
from prodlint.patterns.spans import chain_start, opening
from prodlint.patterns.tokens import Code


class AtRouter(NamedTuple):
    """Where a route is registered: the bracket after `get`, the method, the path, the name of the router."""

    opened: int
    method: str
    path: str
    router: str


def at_router(code: Code, match: Match) -> AtRouter | None:
    """What `router.get("/x/:id", ...)` says of the route, None where its brackets do not close."""
    first = code.index_at(match.line, match.column)
    opened = opening(code, first, first + 12)
    if opened < 0:
        return None
    method, _, route = match.message.partition(" ")
    return AtRouter(opened, method.upper(), route, router_of(code, opened))


def router_of(code: Code, opened: int) -> str:
    """The name at which a route is registered, by the bracket after `get`."""
    start = chain_start(code, opened - 1)
    if code.texts[start - 1 : start] == ["new"]:  # `const notes = new Router().get(...)`
        start -= 1
    return code.texts[start - 2] if start > 1 and code.texts[start - 1] == "=" else code.texts[start]
