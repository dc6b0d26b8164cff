"""What runs before a handler of JavaScript, read from the project's own functions: middleware, the bases of procedures, routers that are mounted.

Knows: functions by the names that stand around a handler; what a router of the file is told to `use`; `app.use("/admin", guard, router)` and the
file that the router comes from. Does not know: middleware of libraries; what the handler does; what is told to `use` something only later.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from posixpath import dirname, join, normpath
from typing import NamedTuple

from prodlint.patterns.entries import http_start
from prodlint.patterns.flow import Flow, Reading
from prodlint.patterns.reader import Function
from prodlint.patterns.values import Resolve
from prodlint.patterns.words import Words

_NAME = re.compile(r"[A-Za-z_$][\w$]*")
_PASSES_ON = re.compile(r"\bnext\b|\breply\b")
_REFUSES = re.compile(r"\bthrow\b|\b40[134]\b|\breject|\bredirect\b|\bdeny\b|[fF]orbidden|[uU]nauthorized|[nN]otFound|FORBIDDEN|UNAUTHORIZED")
_MOUNT = re.compile(
    r"\.use\(\s*(?:['\"`](/[^'\"`\n]*)['\"`]\s*,)?((?:(?!\.use\()[^;]){0,400}?)\b(?:require\(\s*['\"`]([^'\"`\n]+)['\"`]\s*\)|(\w+))"
    r"\s{0,200},?\s{0,200}\)\s{0,200};?[ \t]{0,40}$",
    re.M,
)
_MAKES = re.compile(
    r"\b(?:const|let|var)\s+(\w+)(?:\s*:[^=\n]{1,80})?\s*=\s*(?:new\s+)?(?:\w+\.)?(?:(\w*(?:Router|Hono))|express|[fF]astify)\s*(?:<[^;\n]{0,200}?>)?\s*\("
)
_USE = re.compile(r"\b(\w+)\s*\.use\(([^;\n]*)")
_CALLED_ROUTER = re.compile(r"\w*[rR]outer")
_ROUTERS = re.compile(r"\b\w*[rR]out(?:er|es?)s?\b(?!\s*\()")
_FIRST_TEXT = re.compile(r"\s*['\"`]([^'\"`\n]*)['\"`]\s*,")
_TRIES = re.compile(r"(?:^|[/.])(?:tests?|specs?|__tests__|e2e|mocks?|examples?)[/.]")
_IMPORTS = re.compile(
    r"\bimport\s+(?:(\w+)|\{([^}]*)\}|(\w+)\s*,\s*\{([^}]*)\})\s+from\s*['\"`]([^'\"`\n]+)['\"`]"
    r"|\b(?:const|let|var)\s+(?:(\w+)|\{([^}]*)\})\s*=\s*require\(\s*['\"`]([^'\"`\n]+)['\"`]\s*\)"
)
_ENDS = ("", ".ts", ".js", ".mjs", ".cjs", ".mts", ".tsx", "/index.ts", "/index.js", "/index.mjs")
MAX_NAMES = 12  # around one handler
MAX_STEPS = 4  # routers that mount routers


def candidates(around: str) -> list[str]:
    """The names around a handler that may be functions of the project, in order."""
    return list(dict.fromkeys(_NAME.findall(around)))[:MAX_NAMES]


def is_middleware(function: Function) -> bool:
    """Does the function, or one that it makes, hand on to what comes after it, and can it refuse?"""
    code = function.code
    text = code.source(function.head, function.last)
    return len(text) < 6000 and bool(_PASSES_ON.search(text)) and bool(_REFUSES.search(text))


def read(function: Function, words: Words, resolve: Resolve) -> Reading:
    """A middleware as the handler of the same request."""
    return Flow(function, words, http_start(function, words), resolve).read()


# ---------------------------------------------------------------- routers of one file
class Uses:
    """`of(router, route)`: what the routers of a file are told to `use` before their routes."""

    def __init__(self, text: str) -> None:
        made = {name: bool(router) for name, router in _MAKES.findall(text)} if ".use(" in text else {}
        # what a whole app uses is everything that it consists of
        self.uses = [pair for pair in _USE.findall(text) if made.get(pair[0], _CALLED_ROUTER.fullmatch(pair[0]) is not None)]
        self.known = {*made, *(name for name, _ in self.uses)}

    def of(self, router: str, route: str) -> str:
        """Everything, where it is not told which router it is."""
        if router not in self.known:
            return " ".join(_ROUTERS.sub("", used) for _, used in self.uses)
        on = {router}
        for _ in range(MAX_STEPS):  # routers that mount it
            on |= {name for name, used in self.uses if on & set(_NAME.findall(used))}
        return " ".join(_ROUTERS.sub("", used) for name, used in self.uses if name in on and _is_on(used, on, route if name == router else ""))


def _is_on(used: str, on: set[str], route: str) -> bool:
    """Is something used for a route: for all, for a path before it, or for a router that holds it?"""
    said = _FIRST_TEXT.match(used)
    path = re.split(r"[*:]", said.group(1))[0].rstrip("/") if said is not None else ""
    return not path or f"{route}/".startswith(f"{path}/") or bool(on & set(_NAME.findall(used[said.end() :] if said is not None else used)))


# ---------------------------------------------------------------- routers that another file mounts
class _Mount(NamedTuple):
    """Where a router is mounted, behind what, and the name that its file gives it ("" for what the file is as a whole)."""

    path: str
    prefix: str
    guards: tuple[str, ...]
    name: str


class Mounts:
    """`of(path, router)`: the prefix of the routes of a file, and what stands before all of them wherever other files mount the router."""

    def __init__(self, texts: Iterable[tuple[str, str]]) -> None:
        """texts: (path, text) of the files in JavaScript and TypeScript."""
        self.texts = dict(texts)
        self.mounted: dict[str, list[_Mount]] = {}
        self.uses: dict[str, Uses] = {}
        self.read: dict[tuple[str, str, int], tuple[str, tuple[str, ...]]] = {}
        for path, text in sorted(self.texts.items()):
            if ".use(" not in text or _TRIES.search(path):
                continue
            imported = self._imported(path, text)
            for found in _MOUNT.finditer(text):
                prefix, before, inline, name = found.groups("")
                source, exported = (self._resolved(path, inline), "") if inline else imported.get(name, ("", ""))
                if source and source != path:
                    self.mounted.setdefault(source, []).append(_Mount(path, prefix.rstrip("/"), _parts(before), exported))

    def before(self, path: str, router: str, route: str) -> tuple[str, str]:
        """(the prefix of a route, all that stands before it: what its router is told to use, and what other files mount that router behind)."""
        if path not in self.uses:
            self.uses[path] = Uses(self.texts[path])
        prefix, mounted = self.of(path, router)
        return prefix, f"{self.uses[path].of(router, route)} {mounted}"

    def of(self, path: str, router: str = "") -> tuple[str, str]:
        """(the first prefix, what stands before on every way) over all routers on the way."""
        prefix, guards = self._of(path, router, MAX_STEPS)
        return prefix, "".join(f" {each}" for each in guards)

    def _of(self, path: str, router: str, steps: int) -> tuple[str, tuple[str, ...]]:
        key = path, router, steps
        if key not in self.read:
            known = self.mounted.get(path, []) if steps else []
            mounts = next((found for name in (router, "") if (found := [each for each in known if each.name == name])), known)
            ways = [(prefix + each.prefix, (*each.guards, *guards)) for each in mounts for prefix, guards in [self._of(each.path, "", steps - 1)]]
            common = set.intersection(*(set(guards) for _, guards in ways)) if ways else set()
            self.read[key] = (ways[0][0], tuple(each for each in ways[0][1] if each in common)) if ways else ("", ())
        return self.read[key]

    def _imported(self, path: str, text: str) -> Mapping[str, tuple[str, str]]:
        """Name -> the file of the project that it comes from, and its name there, "" for the whole or what is exported by default."""
        out = {}
        for found in _IMPORTS.finditer(text):
            alone, listed, first, rest, source, name, taken, required = found.groups("")
            target = self._resolved(path, source or required)
            if target:
                out |= {whole: (target, "") for whole in (alone, first, name) if whole}
                for part in (*listed.split(","), *rest.split(","), *taken.split(",")):
                    names = [each.strip() for each in re.split(r"\bas\b|:", part)]
                    if names[-1]:
                        out[names[-1]] = target, names[0] if names[0] != "default" else ""
        return out

    def _resolved(self, path: str, source: str) -> str:
        if not source.startswith("."):
            return ""
        base = re.sub(r"\.m?js$", "", normpath(join(dirname(path), source)))
        return next((base + end for end in _ENDS if base + end in self.texts), "")


def _parts(before: str) -> tuple[str, ...]:
    """The arguments before a router, white space folded."""
    out, depth = [""], 0
    for sign in before:
        depth += (sign in "([{") - (sign in ")]}")
        if sign == "," and depth <= 0:
            out.append("")
        else:
            out[-1] += sign
    return tuple(part for each in out if (part := " ".join(each.split())))
