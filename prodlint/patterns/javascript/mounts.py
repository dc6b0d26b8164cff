"""Routers of JavaScript that other files mount: the prefix of their routes, and what stands before all of them.

Knows: `app.use("/admin", guard, router)`, `app.register(routes, { prefix })`, `app.route("/x", notes)`, lists of routers that a loop mounts,
functions that are handed a router, and the file that a router comes from; hooks of Fastify; what the router that mounts another is told to use
before it does (`stood.py`). Does not know: what a guard does; the routes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from prodlint import regex as re
from prodlint.patterns.javascript.hooks import hooks
from prodlint.patterns.javascript.routers import MAY, made, own_prefixes, router_of
from prodlint.patterns.javascript.stood import Stood
from prodlint.patterns.javascript.uses import Uses
from prodlint.patterns.text.imports import Imports
from prodlint.patterns.text.kept import language_of
from prodlint.patterns.text.paths import path_text
from prodlint.patterns.text.spans import DOTS, split
from prodlint.patterns.text.tokens import Code

_MOUNTS = re.compile(r"\.(?:use|register|route|mount)\s*\(")
_TRIES = re.compile(r"(?:^|[/.])(?:tests?|specs?|__tests__|e2e|mocks?|examples?)[/.]")
_LOOP = re.compile(
    r"\.(?:use|route)\(\s*(?:`\$\{)?\w+\.(?:path|prefix|url|route)\b|\.(?:use|route)\(\s*(?:path|prefix|url)\s*,\s*(?:route|router|routes)\b"
)
_LISTED = re.compile(
    r"\{\s*(?:path|prefix|url|route)\s*:\s*['\"`](/?[\w:/.-]*)['\"`]\s*,[^{}]{0,200}?\b(?:route|router|routes|handler|module|controller)\s*:\s*(\w+)"
)
_EACH = re.compile(
    r"\b(\w+)\.forEach\(\s*\(?\s*(\w+)\b[^=\n]{0,60}=>\s*\{?\s*(?:this\.)?(\w+)\.(?:route|use)\(\s*(?:['\"`]([^'\"`\n]*)['\"`]\s*,)?\s*\2(?:\.\w+(?:\(\))?)?\s*\)"
)
_HANDED = re.compile(r"(?<![.\w])(\w+)\(\s*(\w+)\s*[,)]")
_SOURCE = re.compile(r"\b(?:require|import)\(\s*['\"`]([^'\"`\n]+)['\"`]")
_MADE_HERE = frozenset(("routes", "router", "allowedMethods", "middleware", "getRouter", "init"))
MAX_STEPS = 4  # routers that mount routers


class _Mount(NamedTuple):
    """Where a router is mounted: file and router there, the prefix, what stands before it; the name that its own file gives it ("" for the whole)."""

    path: str
    parent: str
    prefix: str
    guards: tuple[str, ...]
    name: str


class Mounts:
    """`before(path, router, route)`: the prefix of a route, and what stands before it wherever files mount its router."""

    def __init__(self, texts: Iterable[tuple[str, str]], imports: Imports | None = None) -> None:
        """texts: (path, text) of the files in JavaScript and TypeScript."""
        self.texts = dict(texts)
        self.imports = imports if imports is not None else Imports(self.texts)
        self.mounted: dict[str, list[_Mount]] = {}
        self.uses: dict[str, Uses] = {}
        self.made: dict[str, dict[str, bool]] = {}
        self.own: dict[str, dict[str, str]] = {}
        self.hooks: dict[str, dict[str, tuple[str, ...]]] = {}
        self.stood = Stood()
        self.read: dict[tuple[str, str, int], tuple[str, tuple[str, ...]]] = {}
        for path, text in sorted(self.texts.items()):
            if _TRIES.search(path):
                continue
            if _MOUNTS.search(text):
                for target, mount in self._mounts_of(path, text):
                    self.mounted.setdefault(target, []).append(mount)
            for target, mount in self._handed(path, text):
                self.mounted.setdefault(target, []).append(mount)

    def before(self, path: str, router: str, route: str, at: int = 0) -> tuple[str, str]:
        """(the prefix of a route, all that stands before it: what its router is told to use, and what other files mount that router behind). at:
        the token at which it is registered."""
        if path not in self.uses:
            self.uses[path] = Uses(self.texts[path])
        prefix, mounted = self.of(path, router)
        # what a router is told to use is read as text; of an app, and of functions that are written there, what stands before in that block
        stood = self.stood.before(path, router, route, at, inline_only=self.uses[path].knows(router))
        used = self.uses[path].of(router, route, self.stood.later(path, at))
        return prefix, " ".join((used, *self._hooks(path).get(router, ()), *stood, mounted))

    def of(self, path: str, router: str = "") -> tuple[str, str]:
        """(the first prefix, what stands before on every way) over all routers on the way."""
        prefix, guards = self._of(path, router, MAX_STEPS)
        return prefix, "".join(f" {each}" for each in guards)

    def _of(self, path: str, router: str, steps: int) -> tuple[str, tuple[str, ...]]:
        key = path, router, steps
        if key not in self.read:
            own = self._own(path).get(router, "")
            mounts = self._known(path, router) if steps else []
            ways = [
                (prefix + each.prefix, (*each.guards, *guards)) for each in mounts for prefix, guards in [self._of(each.path, each.parent, steps - 1)]
            ]
            common = set.intersection(*(set(guards) for _, guards in ways)) if ways else set()
            self.read[key] = (ways[0][0] + own, tuple(each for each in ways[0][1] if each in common)) if ways else (own, ())
        return self.read[key]

    def _known(self, path: str, router: str) -> list[_Mount]:
        """The mounts of a router: by its name, else of the file as a whole, else all, where the file does not make it itself."""
        known = self.mounted.get(path, [])
        for name in (router, ""):
            found = [each for each in known if each.name == name]
            if found:
                return found
        if router not in self._made(path):
            return known
        inside = {each.name for each in known if each.path == path}
        return [each for each in known if each.name not in self._made(path) and each.name not in inside]

    def _made(self, path: str) -> dict[str, bool]:
        if path not in self.made:
            self.made[path] = made(self.texts[path]) if path in self.texts else {}
        return self.made[path]

    def _hooks(self, path: str) -> dict[str, tuple[str, ...]]:
        if path not in self.hooks:
            self.hooks[path] = hooks(self.texts.get(path, ""), language_of(path) or "typescript")
        return self.hooks[path]

    def _own(self, path: str) -> dict[str, str]:
        if path not in self.own:
            text = self.texts.get(path, "")
            self.own[path] = own_prefixes(text) if "prefix" in text or "basePath" in text else {}
        return self.own[path]

    # ------------------------------------------------------------ what one file mounts
    def _mounts_of(self, path: str, text: str) -> Iterator[tuple[str, _Mount]]:
        code = Code(text, language_of(path) or "typescript")
        for index in range(1, len(code) - 1):
            if code.kinds[index] == "n" and code.texts[index - 1] in DOTS and code.texts[index] in ("use", "register", "route", "mount"):
                opened = index + 1
                if code.texts[opened] == "(" and code.mate[opened] > 0:
                    yield from self._mount(path, code, opened)
        yield from self._looped(path, text)
        loop = _LOOP.search(text)
        if loop is not None:
            parent = re.search(r"(\w+)$", text[: loop.start()])
            for prefix, name in _LISTED.findall(text):
                target, local = self.imports.origin(path, name)
                if target and target != path:
                    yield target, _Mount(path, parent.group(1) if parent else "", f"/{prefix.strip('/')}".rstrip("/"), (), local)

    def _looped(self, path: str, text: str) -> Iterator[tuple[str, _Mount]]:
        """`adminRoutes.forEach((each) => app.route("/admin", each))`."""
        for name, _, parent, prefix in _EACH.findall(text):
            home, local = self.imports.origin(path, name) if name in self.imports.of(path) else (path, name)
            listed = re.search(rf"\b{re.escape(local or name)}\b[^=\n]{{0,80}}=\s*\[([^\]]*)\]", self.texts.get(home, ""))
            for each in re.findall(r"\w+", listed.group(1)) if listed is not None else ():
                target, exported = self.imports.origin(home, each)
                if target and target != path:
                    yield target, _Mount(path, parent, prefix.rstrip("/"), (), exported)

    def _mount(self, path: str, code: Code, opened: int) -> Iterator[tuple[str, _Mount]]:
        parts = [part for part in split(code, opened + 1, code.mate[opened]) if part[0] < part[1]]
        if not parts or len(parts) > 12:
            return
        verb, parent, prefix = code.texts[opened - 1], router_of(code, opened), ""
        if verb == "register":
            prefix = next((found for part in parts[1:] if (found := _prefix(code, *part))), "")
            rest = parts[:1]
        else:
            given = path_text(code, *parts[0], self.imports.texts_of(path)) if len(parts) > 1 or verb != "route" else None
            if given is None and len(parts) > 1 and verb == "route":
                return
            prefix, rest = (given, parts[1:]) if given is not None and self._source(path, code, *parts[0]) is None else ("", parts)
        children = [(at, found) for at, part in enumerate(rest) if (found := self._source(path, code, *part, sure=part == rest[-1])) is not None]
        guards = [at for at in range(len(rest)) if at not in {place for place, _ in children}]
        if verb == "use":
            self.stood.tell(path, code, opened)
        if verb == "use" and not children:
            self.stood.keep(path, parent, code, opened, prefix, rest)
        stood = self.stood.before(path, parent, prefix, opened) if children else []
        for at, (target, name) in children:
            named = (self.stood.named(path, code, *rest[place]) for place in guards if place < at)
            before_it = (*self._hooks(path).get(parent, ()), *stood, *(each for each in named if each))
            yield target, _Mount(path, parent, prefix.rstrip("/"), before_it, name)

    def _source(self, path: str, code: Code, first: int, last: int, *, sure: bool = False) -> tuple[str, str] | None:
        """(file, name there) of the router that an argument is; None for a guard. sure: it stands where a router stands."""
        inline = _SOURCE.search(code.source(first, last))
        if inline is not None:
            target = self.imports.resolved(path, inline.group(1))
            return (target, self.imports.local(target, "")) if target else None
        name = _name(code, first, last)
        if not name:
            return None
        target, local = self.imports.origin(path, name)
        if target and target != path:
            return (target, local) if sure or (self._made(target) and MAY.search(self.texts[target])) else None
        return (path, name) if name in self._made(path) else None

    def _handed(self, path: str, text: str) -> Iterator[tuple[str, _Mount]]:
        """`userRoutes(router)`: a function of another file that is handed a router of this one."""
        known = self._made(path) if "outer" in text or "express" in text or "Hono" in text else {}
        known = {**known, **dict.fromkeys(self._hooks(path), True)}
        for name, router in _HANDED.findall(text) if known else ():
            if router in known and name in self.imports.of(path):
                target, local = self.imports.origin(path, name)
                if target and target != path and MAY.search(self.texts[target]):
                    yield target, _Mount(path, router, "", self._hooks(path).get(router, ()), local)


def _name(code: Code, first: int, last: int) -> str:
    """The name that stands for a router in an argument: `notes`, `new Notes().router`, `notes.routes()`, `createNotes(deps)`."""
    names = [at for at in range(first, last) if code.kinds[at] == "n" and code.texts[at] not in ("new", "await", "as", "any", "this")]
    if not names or any(code.texts[at] in ("=>", "function", "{") for at in range(first, last)):
        return ""
    head = code.texts[names[0]]
    chain = [at for at in names if not any(code.texts[b] == "(" and code.mate[b] > at for b in range(first, at))]
    if len(chain) > 1 and code.texts[chain[-1]] not in _MADE_HERE and code.texts[first] != "new":
        return "" if code.texts[chain[-1] + 1 : chain[-1] + 2] == ["("] and chain[-1] + 1 < last else head
    return head


def _prefix(code: Code, first: int, last: int) -> str:
    """The `prefix` of an options object."""
    for at in range(first, last - 2):
        if code.texts[at].strip("'\"") == "prefix" and code.texts[at + 1] == ":":
            end = next((stop for stop in range(at + 2, last) if code.texts[stop] in (",", "}")), last)
            return path_text(code, at + 2, end) or ""
    return ""
