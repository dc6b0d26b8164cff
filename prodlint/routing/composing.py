"""Full paths: a router's routes under every prefix that the routers above it give.

Knows: how frameworks join prefixes; a router that nobody mounts, where several others are mounted and every mount was read, serves nothing: no login
was forgotten there. Does not know: how routers were found.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from prodlint.routing.routers import Router
from prodlint.routing.table import Before, Endpoint, Table, params_of
from prodlint.routing.values import UNKNOWN

MAX_DEPTH = 12  # routers within routers
MAX_WAYS = 64  # paths that lead to one router
Way = tuple[str, tuple[Before, ...], str]  # the full prefix, what runs before, and the version that stands before all prefixes
MOUNTED = 3  # routers that are mounted, beside which one that nobody mounts is left over


class Composer:
    """Turns the routers of a project into rows of the table."""

    def __init__(self, frameworks: dict[str, dict[str, Any]], table: Table) -> None:
        self.frameworks, self.table = frameworks, table

    def compose(self, routers: Iterable[Router]) -> None:
        everyone = list(routers)
        fast = any(router.package == "fastapi" for router in everyone)
        mounted = Counter(router.framework for router in everyone if router.parents and router.own)
        read = not self.table.unresolved  # what cannot be followed may mount any of them
        for router in everyone:
            if not router.own:
                continue
            named = {"shown": "starlette"} if router.framework == "fastapi" and self.bare(router, fast, 0) else {}
            if read and not (router.app or router.parents) and router.name and mounted[router.framework] >= MOUNTED:
                named["debug"] = "unmounted"
            for prefix, before, version in self.ways(router, (), 0):
                for endpoint in router.own:
                    path = self.joined(router.framework, prefix, endpoint.path)
                    path = f"{version}/{path.lstrip('/')}" if version else path
                    if self.frameworks[router.framework].get("leads") and not path.startswith(("/", UNKNOWN)):
                        path = f"/{path}"
                    self.table.endpoints.append(
                        Endpoint(endpoint.framework, endpoint.methods, path, endpoint.handler, endpoint.cls, endpoint.name, endpoint.file,
                                 endpoint.line, endpoint.action, endpoint.before + before, params_of(path), {**endpoint.options, **named})
                    )  # fmt: skip

    def bare(self, router: Router, fast: bool, depth: int) -> bool:
        """Is it Starlette's own? fast: there are routers of FastAPI in the project."""
        if router.package or depth > MAX_DEPTH:
            return router.package == "starlette"
        above = [parent for parent, _, _ in router.parents]
        return all(self.bare(parent, fast, depth + 1) for parent in above) if above else not fast

    def ways(self, router: Router, seen: tuple[Router, ...], depth: int) -> list[Way]:
        """Every way in which a router is reachable; its own prefix where nobody mounts it."""
        own = tuple(router.before)
        if not router.parents or router in seen or depth > MAX_DEPTH:
            return [(router.prefix, own, router.version)]
        out: dict[tuple[object, ...], Way] = {}
        for parent, prefix, before in router.parents:
            inner = router.prefix if prefix is None else prefix
            for above, outer, version in self.ways(parent, (*seen, router), depth + 1):
                way = (self.joined(router.framework, above, inner), own + before + outer, router.version or version)
                out.setdefault((way[0], way[2], *(id(b.expr) for b in way[1])), way)
                if len(out) >= MAX_WAYS:
                    return _told(out.values())
        return _told(out.values())

    def joined(self, framework: str, prefix: str, path: str) -> str:
        if not prefix:
            return path
        if self.frameworks[framework].get("join") == "slash":
            return prefix.rstrip("/") + "/" + path.lstrip("/") if path else prefix
        return prefix.rstrip("/") + path if path.startswith("/") else prefix + path


def _told(ways: Iterable[Way]) -> list[Way]:
    """Ways without those under a name that only a setting knows, where the same is told of one that is written out:
    `if settings.ROOT: app.mount(settings.ROOT, api)`, `else: app.mount("/api", api)`."""
    every = list(ways)
    known = {_asked(way) for way in every if UNKNOWN not in way[0]}
    return [way for way in every if way[0].strip("/") != UNKNOWN or _asked(way) not in known]


def _asked(way: Way) -> tuple[object, ...]:
    """What runs before the handlers."""
    return way[2], *(id(each.expr) for each in way[1])
