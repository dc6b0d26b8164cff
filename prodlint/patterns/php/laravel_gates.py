"""Middleware of Laravel that a project writes itself: whether it asks for more than that somebody is signed in.

Knows: classes with `handle($request, $next)`, the names that `Kernel.php` or `bootstrap/app.php` gives them, which of them refuse by a part of the
path, closures that a constructor puts before its actions. Does not know: what is asked for; middleware of packages; groups of middleware.
"""

from __future__ import annotations

from collections.abc import Iterable

from prodlint import regex as re

_NAMED = re.compile(r"['\"]([\w.-]+)['\"]\s*=>\s*\[?\s*\\?(?:\w+\\)*(\w+)::class")
_NAMES = re.compile(r"\$(?:routeMiddleware|middlewareAliases)\b|->alias\(\s*\[")
_CLASS = re.compile(r"\bclass\s+(\w+)")
_HANDLE = re.compile(r"\bfunction\s+handle\s*\(\s*(?:\\?[\w\\]+\s+)?\$request\b.*", re.S)
_ASKS = re.compile(
    r"(?:->|::)(?:can|cannot|cant|canAny|allows|denies|authorize|has(?:Any|All)?(?:Role|Permission|Ability|Access)s?\w*|is\w*(?:Admin|Owner|Member|Manager|Staff)\w*)\("
    r"|->(?:role|role_id|is_?admin|isAdmin)\b"
    # `$request->user()->group->is_modo`; who is an employee or a client is no more than one of those who sign in
    r"|(?:\buser\(\)|\$user)(?:\??->\w{1,40}){0,3}\??->is_(?:super|admin|mod(?:o|erator)?\b|owner|staff|manager|supervisor|internal|editor|operator|curator)"
)
_REFUSES = re.compile(r"\babort(?:_if|_unless)?\s*\(|\bredirect\s*\(|\bthrow\b|\bresponse\s*\(|->(?:back|json)\s*\(")
_BY_PATH = re.compile(r"->route\(|->parameters?\(|\$request->[a-z]\w*\b(?!\()")  # Laravel gives parts of the path as properties, too
_STOPS = re.compile(r"\w+OrFail\(")
_FOR_GUESTS = re.compile(r"RedirectIf|Guest")  # leads whoever is signed in away
_SETS = re.compile(r"->headers->set\(\s*['\"]([\w-]+)['\"]")
_HELD = re.compile(
    r"(?:\$\w*(?:user|member|caller)|->user\(\)|\bauth\([^()]*\)->user\(\)|\bAuth::user\(\))(?:\??->\w+(?:\(\))?)*\??->(?:has|can|is|in|owns|belongs|contains|exists)\w*\(\s*\$request->header\(\s*['\"]([\w-]+)['\"]",
    re.I,
)
_WHO = re.compile(r"->user\(\)|\bauth\(|\bAuth::")
_CLOSURE = re.compile(r"->middleware\(\s*(?:static\s+)?function\b(.*?)\}\s*\)([^;{}]*);", re.S)


class Gates:
    """The middleware of a project that refuses whoever may not."""

    def __init__(self, texts: Iterable[tuple[str, str]]) -> None:
        self._names: dict[str, str] = {}
        self._asking: set[str] = set()
        self._by_path: dict[str, str] = {}
        for path, text in texts:
            if _NAMES.search(text):
                self._names.update(_NAMED.findall(text))
            handle, name = _HANDLE.search(text), _CLASS.search(text)
            if handle is not None and name is not None and refuses(handle.group()) and not _FOR_GUESTS.match(name.group(1)):
                self._asking.add(name.group(1))
            if handle is not None and name is not None and _BY_PATH.search(handle.group()) and _may_stop(handle.group()):
                self._by_path[name.group(1)] = path

    def asks(self, around: str) -> bool:
        """Is one of them named around an action: by its alias, also with parameters, or by its class?"""
        return bool(self._asking) and not self._asking.isdisjoint(self._named(around))

    def by_path(self, around: str) -> list[tuple[str, str]]:
        """(class, file) of those named around an action that may refuse by a part of the path."""
        return [(name, self._by_path[name]) for name in sorted(self._named(around) & self._by_path.keys())] if self._by_path else []

    def _named(self, around: str) -> set[str]:
        """The classes that stand around an action, by an alias, also with parameters, or by themselves."""
        named = {name.partition(":")[0] for name in re.findall(r"['\"]([\w.:,|-]+)['\"]", around)}
        return {self._names[name] for name in named if name in self._names} | set(re.findall(r"(\w+)::class", around))


def _may_stop(body: str) -> bool:
    return _REFUSES.search(body) is not None or _STOPS.search(body) is not None


def refuses(body: str) -> bool:
    """Does the body of a middleware ask for a permission or a role, and refuse?"""
    return _ASKS.search(body) is not None and _REFUSES.search(body) is not None


def closures(constructor: str) -> list[str]:
    """What stands behind each closure that a constructor puts before actions and that refuses: `->only('destroy')`."""
    return [found.group(2) for found in _CLOSURE.finditer(constructor) if refuses(found.group(1))]


def given(texts: Iterable[str]) -> frozenset[str]:
    """Headers that a middleware holds against who asks, and that it sets where they do not fit: they are no choice of the client."""
    handles = (found.group() for text in texts if "->headers->set(" in text and (found := _HANDLE.search(text)) is not None)
    names = ((handle, name) for handle in handles for name in _SETS.findall(handle) if _WHO.search(handle))
    return frozenset(name.lower() for handle, name in names if name in _HELD.findall(handle))
