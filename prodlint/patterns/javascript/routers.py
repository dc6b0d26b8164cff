"""Where routes of JavaScript are registered: `router.get("/x/:id", ...)`, `router.route("/x").put(...)`, `fastify.route({ method, url })`.

Knows: the brackets of the call, the name of the router, paths that are written as texts, constants and pieces of these. Does not know: what the
router is told to use, or where it is mounted (`mounts.py`); which function the handler is (`handlers.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from prodlint import regex as re
from prodlint.patterns.text.paths import Elsewhere, constant, filled, nowhere, path_text
from prodlint.patterns.text.spans import DOTS, chain_start, split
from prodlint.patterns.text.tokens import Code

_VERBS = frozenset(("get", "post", "put", "patch", "delete", "del", "all", "options", "openapi"))
_SURE = re.compile(r"_?(?:app|express|fastify|hono|koa|koaRouter|\w*[rR]out(?:er|es?)|\w+App)")
_LIKELY = re.compile(r"api|server|instance|[rR]|scope|\w+Api|\w+Server")
# routes that stand in a list of objects
TABLE = re.compile(r"\bmethod\s*:\s*\[?\s*['\"`](?:GET|POST|PUT|PATCH|DELETE)['\"`](?=[\s\S]{0,2000}?\bhandler\b)")
# a text that holds one of these may register routes
MAY = re.compile(r"\.\s*(?:get|post|put|patch|delete|del|all|route|openapi)\s*(?:<[^;\n]{0,200}>)?\(")
_OTHERS = re.compile(r"@inertiajs|\bfrom\s*['\"]supertest['\"]|require\(['\"]supertest['\"]\)")
# clients of HTTP have the same methods: a name that only may be a router's is one of theirs
_CLIENTS = re.compile(r"\b(?:from\s*|require\(\s*)['\"](?:axios|ky|got)['\"]")
_TRIES = re.compile(r"(?:^|[/.])(?:tests?|specs?|__tests__|e2e|mocks?|__mocks__)[/.]")
_MADE = re.compile(
    r"\b(\w+)(?:\s*:[^=\n;]{1,80})?\s*=\s*(?:await\s+)?(?:new\s+)?(?:\w+\.)?"
    r"(?:(\w*(?:Router|Hono|Koa|Elysia))|express|[fF]astify|createApp|createServer|buildApp)\s*(?:<[^()=]{0,300}?>)?\s*\("
)
_CLASS = re.compile(r"\w*(?:Router|Hono|Koa|Elysia)")
_PARAM = r"[(,]\s*{}\s*[:,)]|\b{}\s*=>"
_OWN_PREFIX = re.compile(
    r"\b(\w+)(?:\s*:[^=\n;]{1,80})?\s*=\s*new\s+\w+\s*(?:<[^()=]{0,300}?>)?\s*\((?:\s*\{[^{}]{0,300}?\bprefix\s*:\s*([^,}\n]+)|[^;\n]{0,200}?\)\s*\.basePath\(([^)\n]+))"
)
_PREFIXED = re.compile(r"\b(\w+)\.prefix\(([^)\n]+)\)")


class Place(NamedTuple):
    """Where a route is registered: the bracket after `get`, the method, the path, the name of the router, the tokens of what handles it."""

    opened: int
    method: str
    path: str
    router: str
    handler: tuple[int, int]
    before: str = ""  # what the route itself is told to use


def made(text: str) -> dict[str, bool]:
    """Names that a file gives to routers and apps -> is it a router, and no whole app?"""
    return {name: bool(router) for name, router in _MADE.findall(text)}


def router_of(code: Code, opened: int) -> str:
    """The name at which a route is registered, by the bracket after `get`."""
    start = _chain(code, opened)
    if code.texts[start - 1 : start] == ["new"]:  # `const notes = new Router().get(...)`
        start -= 1
    if start > 1 and code.texts[start - 1] == "=":
        return code.texts[start - 2]
    if code.texts[start] == "this" and start + 2 < opened:
        return code.texts[start + 2].lstrip("#")
    return code.texts[start].lstrip("#")


def _chain(code: Code, opened: int) -> int:
    """Where the chain begins that ends with the call of this bracket, over type arguments: `new Hono<{ Bindings: Env }>().get<A>(...)`."""
    index = opened - 1
    while index > 0 and (code.kinds[index] != "n" or code.texts[index - 1] not in DOTS) and opened - index < 200:
        index -= 1
    start = chain_start(code, index if code.texts[opened - 1] == ">" else opened - 1)
    if code.texts[start] == "(" and start and code.texts[start - 1] == ">":
        at, depth = start - 1, 0
        while at > 0 and start - at < 300:
            depth += (code.texts[at] == ">") - (code.texts[at] == "<")
            at -= 1
            if depth == 0:
                return at
    return start


def places(path: str, code: Code, elsewhere: Elsewhere = nowhere) -> list[Place]:
    """The routes that a file registers, in source order; elsewhere: where constants of other files stand."""
    text = code.text
    if not (MAY.search(text) or TABLE.search(text)) or _OTHERS.search(text) or _TRIES.search(path):
        return []
    known, out = made(text), []
    asks_others = _CLIENTS.search(text) is not None
    for index in range(1, len(code) - 1):
        if code.kinds[index] == "n" and code.texts[index - 1] in DOTS and (code.texts[index] in _VERBS or code.texts[index] == "route"):
            opened = _opened(code, index + 1)
            if opened > 0 and _is_router(code, opened, known, asks_others):
                out += _read(code, index, opened, elsewhere)
    return sorted([*out, *_listed(code, elsewhere)], key=lambda place: place.opened) if TABLE.search(text) else out


def _listed(code: Code, elsewhere: Elsewhere) -> Iterator[Place]:
    """The routes of a list that something else registers: `[{ method: "GET", url: "/x", handler }, ...]` (Fastify, hapi)."""
    for brace in range(1, len(code) - 1):
        if code.texts[brace] == "{" and code.mate[brace] > 0 and code.texts[brace - 1] in ("[", ","):
            around = brace - 1
            while around > 0 and code.texts[around] in (",", "}"):
                around = code.mate[around] - 1 if code.texts[around] == "}" and code.mate[around] > 0 else around - 1
            if code.texts[around] == "[" and any(each == "method" for each in code.texts[brace + 1 : code.mate[brace]]):
                yield from _by_object(code, brace, [(brace, code.mate[brace] + 1)], "", elsewhere)


def _opened(code: Code, index: int) -> int:
    """The bracket of the call, past type arguments; -1 where there is none."""
    if code.texts[index] == "<":
        depth, limit = 0, min(len(code), index + 200)
        while index < limit:
            depth += (code.texts[index] == "<") - (code.texts[index] == ">")
            index += 1
            if depth == 0:
                break
    return index if index < len(code) and code.texts[index] == "(" and code.mate[index] > 0 else -1


def _is_router(code: Code, opened: int, known: dict[str, bool], asks_others: bool) -> bool:
    name = router_of(code, opened)
    start = _chain(code, opened)
    if code.texts[start - 1 : start] in (["await"], ["yield"]):
        return False
    if name in known or (code.texts[start - 1 : start] == ["new"] and _CLASS.fullmatch(code.texts[start])):
        return True
    sure = _SURE.fullmatch(name) is not None
    if sure != asks_others:
        return sure
    if not (sure or _LIKELY.fullmatch(name)):
        return False
    inline = any(text in ("=>", "function") for text in code.texts[opened : code.mate[opened]])
    return inline or re.search(_PARAM.format(re.escape(name), re.escape(name)), code.text) is not None


def _read(code: Code, index: int, opened: int, elsewhere: Elsewhere) -> Iterator[Place]:
    parts = [part for part in split(code, opened + 1, code.mate[opened]) if part[0] < part[1]]
    verb, router = code.texts[index], router_of(code, opened)
    if not parts:
        return
    if verb == "route":
        yield from _by_object(code, opened, parts, router, elsewhere)
        return
    if verb == "openapi":
        yield from _by_description(code, opened, parts, router)
        return
    route, own = path_text(code, *parts[0], elsewhere), ""
    if route is None or (len(parts) == 1 and not _is_function(code, *parts[0])):
        if len(parts) == 1 and route is not None and route.startswith(("/", "*")):
            return  # `app.get("/x")` reads a setting
        chained = _route_before(code, index, elsewhere)
        if chained is None:
            return
        route, own = chained
        if verb == "all":
            return
    else:
        parts = parts[1:]
    if verb == "all" and route in ("*", "/*", "(.*)"):
        return
    if parts and _may_handle(code, *parts[-1]):
        yield Place(opened, _method(verb), route, router, parts[-1], own)


def _method(verb: str) -> str:
    return {"del": "DELETE", "all": "ALL"}.get(verb, verb.upper())


def _is_function(code: Code, first: int, last: int) -> bool:
    return any(text in ("=>", "function") for text in code.texts[first:last])


def _may_handle(code: Code, first: int, last: int) -> bool:
    """A name, a call, a function, a list of these, or an object that holds a `handler`."""
    if code.texts[first] == "{":
        return "handler" in code.texts[first:last]
    return code.kinds[first] == "n" or code.texts[first] in ("(", "[")


def _route_before(code: Code, index: int, elsewhere: Elsewhere) -> tuple[str, str] | None:
    """(path, what all its methods are told to use) of the `.route("/x")` earlier in a chain."""
    used, start = "", chain_start(code, index - 2)
    for at in range(index - 1, max(start - 1, 0), -1):
        if code.kinds[at] == "n" and code.texts[at - 1] in DOTS and code.texts[at + 1] == "(" and code.mate[at + 1] > 0:
            if code.texts[at] == "all":
                used = f"{code.source(at + 2, code.mate[at + 1])} {used}"
            elif code.texts[at] == "route":
                found = path_text(code, at + 2, code.mate[at + 1], elsewhere)
                return (found, used) if found is not None else None
    return None


def _by_object(code: Code, opened: int, parts: list[tuple[int, int]], router: str, elsewhere: Elsewhere) -> Iterator[Place]:
    """`fastify.route({ method: "GET", url: "/x", handler })`."""
    first = parts[0][0]
    if code.texts[first] != "{" or code.mate[first] <= 0:
        return
    keys = _keys(code, first)
    said = keys.get("url") or keys.get("path")
    route = path_text(code, *said, elsewhere) if said is not None else None
    if route is None or "method" not in keys or "handler" not in keys:
        return
    stands = " ".join(code.source(*keys[name]) for name in ("preHandler", "onRequest", "preValidation", "middleware", "middlewares") if name in keys)
    for method in re.findall(r"['\"`](\w+)['\"`]", code.source(*keys["method"])):
        yield Place(opened, method.upper(), route, router, keys["handler"], stands)


def _keys(code: Code, brace: int) -> dict[str, tuple[int, int]]:
    """Key -> the tokens of its value, for an object; a short form `handler` and a method `handler() {}` are their own value."""
    out = {}
    for start, end in split(code, brace + 1, code.mate[brace]):
        if start < end:
            name = code.texts[start + (code.texts[start] == "async" and start + 1 < end)].strip("'\"")
            out[name] = (start + 2, end) if code.texts[start + 1 : start + 2] == [":"] else (start, end)
    return out


def _by_description(code: Code, opened: int, parts: list[tuple[int, int]], router: str) -> Iterator[Place]:
    """`router.openapi(routes.list, handlers.list)` (Hono): the path stands in the description, which `described` reads where it is written."""
    if len(parts) > 1:
        yield Place(opened, "", code.source(*parts[0]), router, parts[-1])


def described(text: str, name: str) -> tuple[str, str]:
    """(method, path) of the description that a file gives to a name, `createRoute({ method: "get", path: "/x" })`; "" where it gives none."""
    found = re.search(rf"\b{re.escape(name)}\s*=\s*\w*[rR]oute\w*\(\s*\{{", text)
    if found is None:
        return "", ""
    rest = text[found.end() : found.end() + 4000]
    method = re.search(r"\bmethod\s*:\s*['\"`](\w+)['\"`]", rest)
    route = re.search(r"\bpath\s*:\s*['\"`]([^'\"`\n]*)['\"`]", rest)
    return (method.group(1).upper(), route.group(1)) if method is not None and route is not None else ("", "")


def own_prefixes(text: str) -> dict[str, str]:
    """Name of a router -> the prefix that it is made with: `new Router({ prefix: "/x" })`, `new Hono().basePath("/x")`."""
    out = {}
    for name, given, based in _OWN_PREFIX.findall(text):
        out[name] = _plain(text, given or based)
    for name, given in _PREFIXED.findall(text):
        out[name] = _plain(text, given)
    return {name: prefix.rstrip("/") for name, prefix in out.items() if prefix}


def _plain(text: str, given: str) -> str:
    given = given.strip()
    if given[:1] in ("'", '"', "`") and given[-1:] == given[:1]:
        return filled(text, given[1:-1])
    return constant(text, given) or ""
