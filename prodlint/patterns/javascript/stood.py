"""What an app or a router of JavaScript is told to `use` before it mounts another, or before a route: `app.use("/admin", requireAdmin)`.

Knows: the order in which it is told, the block that it is told in, the path that it is told for; functions that are written there, which get a name
of their place. Does not know: what a guard does (`before.py`); what is used only sometimes, which counts for nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from prodlint import regex as re
from prodlint.patterns.text.spans import chain_start
from prodlint.patterns.text.tokens import Code

# an argument that surely is no path: a call, or the name of a function
_GUARD = re.compile(r"(?:\w+\.)*[a-z]\w*(?:\s*\(|$)")
_A_PATH = re.compile(r"(?i)path|url|prefix|route|base|endpoint")
# what may ask who calls, or for what; the rest of what apps use (headers, logs, parsers) asks nothing, whatever its options say
_MAY_ASK = re.compile(
    r"(?i)(?<!csrf_)(?<!csrf)(?<!xsrf)(?:auth|guard|require|ensure|verif|protect)|admin|roles?(?![a-z])|permi|member|owner|tenant|rbac|(?:signed|logged)_?in|login|token|jwt|session|access|only"
    r"|allow|check|staff|user|can(?-i:[A-Z])"
)
# what only finds out who calls, and turns nobody away
_FINDS_OUT = re.compile(
    r"(?i)passport\.(?:initialize|session)\b|authenticate\(\s*\[?\s*['\"](?:session|anonymous)|optional|^(?:express)?_?session\(|clerkMiddleware"
    r"|deserialize"
)
# of what a whole app uses for every path, only what says that it refuses: it may as well find out who calls
_APP = re.compile(r"(?i)app|server|fastify|instance|hono")
_REFUSING = re.compile(
    r"(?:\w+\.)*(?:require|ensure|assert|must|protect|verify|check|enforce|only|restrict|authori[sz]e|permit|guard|is[A-Z]|has[A-Z])\w*"
)
_OPTIONS = re.compile(r"\{[^{}]*\}")
_TURNS_AWAY = re.compile(r"\b40[134]\b|\bthrow\b|[uU]nauthori[sz]ed|[fF]orbidden|UNAUTHORIZED|FORBIDDEN")
MAX_TEXT = 400  # of one argument


class _Used(NamedTuple):
    at: int
    block: tuple[int, int]
    path: str
    exact: bool
    guards: tuple[str, ...]
    inline: tuple[str, ...]


class Stood:
    """`keep` what is used, in the order of the text; `before(...)`: what stands before a place."""

    def __init__(self) -> None:
        self._used: dict[tuple[str, str], list[_Used]] = {}
        # functions that are written where they are used: name -> (file, the tokens of the argument)
        self.inline: dict[str, tuple[str, int, int]] = {}
        self._told: dict[str, list[tuple[int, int, tuple[int, int]]]] = {}

    def named(self, path: str, code: Code, first: int, last: int) -> str:
        """What a guard is called: its text, and the name of its place where it is a function with a body."""
        text = code.source(first, last)
        body = any(code.texts[at] == "{" and code.texts[at - 1] in ("=>", ")") for at in range(first + 1, last))
        if not body:
            return text
        name = f"inline{len(self.inline)}"
        self.inline[name] = path, first, last
        return f"{name} {text}" if len(text) < MAX_TEXT else name

    def tell(self, path: str, code: Code, opened: int) -> None:
        """Takes up where something is used."""
        self._told.setdefault(path, []).append((opened, code.starts[opened], _block(code, opened)))

    def later(self, path: str, at: int) -> frozenset[int]:
        """Where, in the text, the block around a place uses something after it: that does not stand before it."""
        return frozenset(offset for opened, offset, block in self._told.get(path, ()) if at and opened > at and block[0] <= at <= block[1])

    def keep(self, path: str, router: str, code: Code, opened: int, said: str, parts: list[tuple[int, int]]) -> None:
        """Takes up what a router is told to use. said: the path that it is told for; parts: the arguments that are none."""
        block = _block(code, opened)
        sometimes = _sometimes(code, opened, block[0])
        if sometimes or (not said and len(parts) > 1 and not _is_guard(code, *parts[0])):
            return
        guards, inline = [], []
        for first, last in parts:
            text = self.named(path, code, first, last)
            name = text.split(" ", 1)[0]
            if name in self.inline:
                inline += [name] if _TURNS_AWAY.search(code.source(first, last)) else []
            elif _MAY_ASK.search(text.split("(", 1)[0]) and not _FINDS_OUT.search(text) and (said.strip("*/") or _refuses(router, text)):
                guards.append(_OPTIONS.sub(" ", _OPTIONS.sub(" ", text))[:MAX_TEXT])
        exact = bool(said) and "Hono" in code.text and not said.endswith("*")
        self._used.setdefault((path, router), []).append(_Used(opened, block, said, exact, tuple(guards), tuple(inline)))

    def before(self, path: str, router: str, route: str, at: int, *, inline_only: bool = False) -> list[str]:
        """What the router was told to use before that place, for a path that this one lies under."""
        return list(self._before(path, router, route, at, inline_only=inline_only))

    def _before(self, path: str, router: str, route: str, at: int, *, inline_only: bool) -> Iterator[str]:
        for used in self._used.get((path, router), ()):
            if used.at < at and used.block[0] <= at <= used.block[1] and _under(route, used.path, exact=used.exact):
                yield from used.inline
                yield from () if inline_only else used.guards


def _refuses(router: str, text: str) -> bool:
    return not _APP.fullmatch(router) or _REFUSING.match(text) is not None


def _is_guard(code: Code, first: int, last: int) -> bool:
    text = code.source(first, last)
    return bool(_GUARD.match(text)) and not _A_PATH.search(text) and code.texts[first] != "["


def _block(code: Code, at: int) -> tuple[int, int]:
    """The braces around a place; of the whole file, where there are none."""
    depth = at - 1
    while depth >= 0:
        mate = code.mate[depth]
        if code.texts[depth] == "{" and mate > at:
            return depth, mate
        depth = mate - 1 if 0 <= mate < depth else depth - 1
    return -1, len(code)


def _sometimes(code: Code, opened: int, brace: int) -> bool:
    """Is it told only on a condition: `if (live) app.use(guard)`, `live && app.use(guard)`, or in the braces of one?"""
    start = chain_start(code, opened - 1)
    return any(_hangs(code, at) for at in (start, brace) if at > 0)


def _hangs(code: Code, at: int) -> bool:
    before = code.texts[at - 1]
    if before == ")" and code.mate[at - 1] > 0:
        return code.texts[code.mate[at - 1] - 1] in ("if", "for", "while", "catch")
    return before in ("else", "&&", "||", "?", ":", "catch")


def _under(route: str, path: str, *, exact: bool) -> bool:
    """Does a route lie under the path that something is used for? A part that is a parameter there is one here."""
    wanted = [part for part in path.rstrip("*").strip("/").split("/") if part]
    parts = [part for part in route.strip("/").split("/") if part]
    same = len(parts) == len(wanted) if exact else len(parts) >= len(wanted)
    return same and all(part == other or (part[:1] == ":" and other[:1] == ":") for part, other in zip(wanted, parts, strict=False))
