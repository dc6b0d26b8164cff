"""What runs before a handler of JavaScript, read from the project's own functions: middleware, the bases of procedures, routers that are mounted.

Knows: functions by the names that stand around a handler; `app.use("/admin", guard, router)` and the file that the router comes from. Does not
know: middleware of libraries; what the handler does.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from posixpath import dirname, join, normpath

from prodlint.patterns.entries import http_start
from prodlint.patterns.flow import Flow, Reading
from prodlint.patterns.reader import Function
from prodlint.patterns.values import Resolve
from prodlint.patterns.words import Words

_NAME = re.compile(r"[A-Za-z_$][\w$]*")
_PASSES_ON = re.compile(r"\bnext\b|\breply\b")
_REFUSES = re.compile(r"\bthrow\b|\b40[134]\b|\breject|\bredirect\b|\bdeny\b|[fF]orbidden|[uU]nauthorized|[nN]otFound|FORBIDDEN|UNAUTHORIZED")
_MOUNT = re.compile(
    r"\.use\(\s*(?:['\"`](/[^'\"`\n]*)['\"`]\s*,)?([^;]{0,400}?)\b(?:require\(\s*['\"`]([^'\"`\n]+)['\"`]\s*\)|(\w+))\s*,?\s*\)\s*;?[ \t]*$", re.M
)
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


# ---------------------------------------------------------------- routers that another file mounts
class Mounts:
    """`of(path)`: the prefix of the routes of a file, and what stands before all of them where another file mounts its router."""

    def __init__(self, texts: Iterable[tuple[str, str]]) -> None:
        """texts: (path, text) of the files in JavaScript and TypeScript."""
        self.texts = dict(texts)
        self.mounted: dict[str, tuple[str, str, str]] = {}
        for path, text in sorted(self.texts.items()):
            if ".use(" not in text:
                continue
            imported = self._imported(path, text)
            for found in _MOUNT.finditer(text):
                prefix, before, inline, name = found.groups("")
                source = self._resolved(path, inline) if inline else imported.get(name, "")
                if source and source != path:
                    self.mounted.setdefault(source, (path, prefix.rstrip("/"), before))

    def of(self, path: str) -> tuple[str, str]:
        """(prefix, what stands before) over all routers on the way."""
        prefix, around = "", ""
        for _ in range(MAX_STEPS):
            if path not in self.mounted:
                break
            path, more, before = self.mounted[path]
            prefix, around = more + prefix, f"{around} {before}"
        return prefix, around

    def _imported(self, path: str, text: str) -> Mapping[str, str]:
        """Name -> the file of the project that it comes from."""
        out = {}
        for found in _IMPORTS.finditer(text):
            alone, listed, first, rest, source, name, taken, required = found.groups("")
            target = self._resolved(path, source or required)
            if target:
                for part in (alone, first, name, *listed.split(","), *rest.split(","), *taken.split(",")):
                    last = re.split(r"\bas\b|:", part)[-1].strip()
                    if last:
                        out[last] = target
        return out

    def _resolved(self, path: str, source: str) -> str:
        if not source.startswith("."):
            return ""
        base = re.sub(r"\.m?js$", "", normpath(join(dirname(path), source)))
        return next((base + end for end in _ENDS if base + end in self.texts), "")
