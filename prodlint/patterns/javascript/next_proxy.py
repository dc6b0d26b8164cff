"""Next.js: what a `middleware.ts` or `proxy.ts` asks before the handlers beneath it, path by path.

Knows: Clerk's `clerkMiddleware` with `auth.protect()`, also where `createRouteMatcher` lists what is public or protected, its older
`authMiddleware`, next-auth's `withAuth`, Auth.js's `auth((req) => ...)` that refuses whoever is not known; the `matcher` of its configuration. Does
not know: conditions of a project's own, patterns of paths beside plain ones with a wildcard at the end; server actions, which may be posted to any
page.

What it does not surely read asks nobody: a path is protected where a matcher surely runs it, and no list of public paths may hold it.
"""

from __future__ import annotations

from collections.abc import Iterable

from prodlint import regex as re

_FILE = re.compile(r"(?:^|/)(?:src/)?(?:middleware|proxy)\.[jt]s$")
_LIST = r"\[(?:[^\]'\"`]|'[^'\n]*'|\"[^\"\n]*\"|`[^`\n]*`)*\]"
_LISTS = re.compile(rf"\b(?:const|let|var)\s+(\w+)\s*=\s*createRouteMatcher\(\s*({_LIST})")
_TEXT = re.compile(r"['\"`]([^'\"`\n]*)['\"`]")
_MATCHER = re.compile(rf"\bmatcher\s*:\s*({_LIST}|['\"`][^'\"`]*['\"`])")
_PROTECTS = r"\{?\s*(?:return\s+)?(?:await\s+)?(?:\(\s*await\s+)?auth(?:\(\))?\s*\)?\s*\.\s*protect\("
_ALL_BUT = re.compile(rf"\bif\s*\(\s*!\s*(\w+)\(\s*\w+\s*\)\s*\)\s*{_PROTECTS}")
_ONLY = re.compile(rf"\bif\s*\(\s*(\w+)\(\s*\w+\s*\)\s*\)\s*{_PROTECTS}")
# the only thing that a middleware does: `clerkMiddleware(async (auth) => { await auth.protect() })`
_ALWAYS = re.compile(r"\bclerkMiddleware\(\s*(?:async\s*)?\(\s*auth\b[^()]{0,60}\)\s*=>\s*\{?\s*(?:await\s+)?auth(?:\(\))?\s*\.\s*protect\(\s*\)")
_OLDER = re.compile(r"\bauthMiddleware\(\s*(?:\{([^{}]*)\})?\s*\)")
_OPEN_LISTS = re.compile(rf"\b(?:publicRoutes|ignoredRoutes)\b(?:\s*:\s*({_LIST}))?")
_WITH_AUTH = re.compile(r"\bexport\s+default\s+withAuth\(")
_OF_TOKEN = re.compile(
    r"\bauthorized\s*:\s*(?:async\s*)?\(\s*\{\s*token\s*\}\s*\)\s*=>\s*(?:!!token\b|Boolean\(token\)|token\s*!==?\s*null)\s*[,}\n]"
)
_REFUSES = re.compile(r"\bexport\s+default\s+auth\(\s*(?:async\s*)?\(\s*(\w+)\s*\)\s*=>\s*\{\s*if\s*\(\s*!\s*(\w+)\.auth\s*\)\s*\{?\s*return\b")
# what the documentation of Next.js leaves out of a matcher: folders by their name, files by their ending
_ALL_PATHS = re.compile(r"/\(\(\?!(.+)\)\.(?:\*|\+)\)")
_OF_FILES = re.compile(r"(?:\.\*|\.\+|\[\^\?\]\*)\\+\.|\.\*\\+\.\.\*")
_PLAIN = re.compile(r"/?[\w./-]*")
_WILD = re.compile(r"(/[\w./-]*?)(/?)(\(\.\*\)|:\w+\*|\(\.\+\)|:\w+\+)?")
_EITHER = re.compile(r"/\((\w+(?:\|\w+)*)\)(?:\(\.\*\)|/:\w+\*|/\(\.\*\))")


class Proxies:
    """The middleware of each app of a project that says that it asks for a login."""

    def __init__(self, texts: Iterable[tuple[str, str]]) -> None:
        """texts: (path, text) of the files in TypeScript and JavaScript."""
        self._by_folder: dict[str, tuple[str, str]] = {}
        for path, text in texts:
            if (found := _FILE.search(path)) is not None:
                self._by_folder[path[: found.start()]] = path, text

    def asks(self, path: str, route: str) -> str:
        """The middleware that asks for a login before the handler of this file and route; "" where none surely does."""
        folders = [folder for folder in self._by_folder if path.startswith(f"{folder}/" if folder else "")]
        if not folders or not route.startswith("/"):
            return ""
        file, text = self._by_folder[max(folders, key=len)]
        return file if _runs(text, route) and _protects(text, route) else ""


def _runs(text: str, route: str) -> bool:
    """Does it surely run before that route?"""
    found = _MATCHER.search(text)
    if found is None:
        return "matcher" not in text
    return any(_surely(place, route) for place in _TEXT.findall(found.group(1)))


def _protects(text: str, route: str) -> bool:
    """Is whoever is not signed in surely turned away from that route?"""
    lists = {name: _TEXT.findall(held) for name, held in _LISTS.findall(text)}
    for found in _ALL_BUT.finditer(text):
        if found.group(1) in lists and _reached(text, found.start()):
            return not any(_perhaps(place, route) for place in lists[found.group(1)])
    for found in _ONLY.finditer(text):
        if _reached(text, found.start()) and any(_surely(place, route) for place in lists.get(found.group(1), ())):
            return True
    if _ALWAYS.search(text) or (_WITH_AUTH.search(text) and ("authorized" not in text or _OF_TOKEN.search(text))):
        return True
    if (refuses := _REFUSES.search(text)) is not None:
        return refuses.group(1) == refuses.group(2)
    older = _OLDER.search(text)
    held = _OPEN_LISTS.findall(older.group(1) or "") if older is not None else []
    if older is None or not all(held):  # a list that stands elsewhere
        return False
    return not any(_perhaps(place, route) for listed in held for place in ["/", *_TEXT.findall(listed)])


def _reached(text: str, at: int) -> bool:
    """Is a question of Clerk's middleware asked of every request, behind nothing that returns?"""
    start = text.rfind("clerkMiddleware(", 0, at)
    return start >= 0 and re.search(r"\breturn\b", text[start:at]) is None


def _parts(place: str) -> tuple[str, bool] | None:
    """(how a path begins, does more of it follow) of one with a wildcard at its end; None for any other pattern."""
    found = _WILD.fullmatch(place)
    if found is None:
        return None
    start, slash, wild = found.groups()
    return f"{start}{slash}" if wild and wild.startswith("(") else start or "/", wild is not None


def _surely(place: str, route: str) -> bool:
    """Does a pattern of paths hold every request of a route?"""
    fixed = route.split("{", 1)[0]
    if (every := _ALL_PATHS.fullmatch(place)) is not None:
        return all(_passes(each, route, fixed) for each in _alternatives(every.group(1)))
    if (either := _EITHER.fullmatch(place)) is not None:
        return any(fixed.startswith(f"/{each}/") or route == f"/{each}" for each in either.group(1).split("|"))
    parts = _parts(place)
    if parts is None:
        return False
    start, more = parts
    return (fixed.startswith(start) and (start.endswith("/") or fixed[len(start) : len(start) + 1] in ("", "/"))) if more else route == start


def _perhaps(place: str, route: str) -> bool:
    """May a pattern of paths hold some request of a route? In doubt it may."""
    fixed = route.split("{", 1)[0]
    parts = _parts(place)
    if parts is None:
        return True
    start, more = parts
    if fixed != route and start.startswith(fixed):
        return True
    return fixed.startswith(start) if more else route == start


def _alternatives(text: str) -> list[str]:
    """The sides of `a|b|(?:c|d)` outside of all brackets."""
    out, depth, last = [], 0, 0
    for at, sign in enumerate(text):
        depth += (sign in "([") - (sign in ")]")
        if sign == "|" and depth == 0:
            out.append(text[last:at])
            last = at + 1
    return [*out, text[last:]]


def _passes(left_out: str, route: str, fixed: str) -> bool:
    """Does a route surely pass one thing that a matcher leaves out?"""
    if _OF_FILES.match(left_out):
        return "." not in route
    if _PLAIN.fullmatch(left_out) is None:
        return False
    start = left_out.lstrip("/")
    return not (fixed[1:].startswith(start) or (fixed != route and start.startswith(fixed[1:])))
