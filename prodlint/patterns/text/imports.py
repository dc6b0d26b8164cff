"""Which file of the project a name of JavaScript comes from, and what it is called there.

Knows: `import`, `require`, files that hand on what they import, aliases of folders (`@/`, `~/`) by the end of the path. Does not know:
`tsconfig.json`; packages.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from posixpath import commonprefix, dirname, join, normpath

from prodlint import regex as re

_IMPORTS = re.compile(
    r"\bimport\s+(?:type\s+)?(?:(\w+)|\{([^}]*)\}|(\w+)\s*,\s*\{([^}]*)\}|\*\s*as\s+(\w+))\s+from\s*['\"`]([^'\"`\n]+)['\"`]"
    r"|\b(?:const|let|var)\s+(?:(\w+)|\{([^}]*)\})\s*=\s*(?:await\s+)?(?:require|import)\(\s*['\"`]([^'\"`\n]+)['\"`]\s*\)"
)
_HANDED_ON = re.compile(r"\bexport\s+(?:\{([^}]*)\}|\*(?:\s*as\s+(\w+))?)\s*from\s*['\"`]([^'\"`\n]+)['\"`]")
_ALONE = re.compile(r"^(?:export\s+default|module\.exports\s*=|exports\.default\s*=)\s*(?:new\s+)?([A-Za-z_$][\w$]*)\s*(?:\(\s*\))?\s*(?:;|$)", re.M)
_DEFAULT = re.compile(r"^export\s+default\s+(?:async\s+)?function\s*\*?\s*([A-Za-z_$][\w$]*)", re.M)
_LISTED = re.compile(r"^(?:module\.exports\s*=|export\s+default|export)\s*\{([^}]*)\}\s*(?:;|$)", re.M)
_ENDS = re.compile(r"(?:/index)?\.[cm]?[jt]sx?$")
_EXTENSIONS = ("", ".ts", ".js", ".mjs", ".cjs", ".mts", ".tsx", ".jsx", "/index.ts", "/index.js", "/index.mjs")
_ALIAS = re.compile(r"^(?:[@~#]/|[@~#](?=\w)|src/)")
_PACKAGE = re.compile(r"@[\w.-]+/([\w.-]+)(/[\w./-]+)?")
_LAST = re.compile(r"(\w+)\s*(?=,|$)")  # of each of several names, what the file itself calls it
MAX_STEPS = 4  # files that hand on


class Imports:
    """Where names come from, for the files whose text is known."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        """texts: path -> text of the files in JavaScript and TypeScript."""
        self.texts = texts
        self._known: dict[str, dict[str, tuple[str, str]]] = {}
        self._of_packages: dict[str, frozenset[str]] = {}
        self._by_last: dict[str, list[tuple[str, str]]] = {}
        for path in sorted(texts):
            stem = _ENDS.sub("", path)
            self._by_last.setdefault(stem.rsplit("/", 1)[-1], []).append((stem, path))

    def of(self, path: str) -> dict[str, tuple[str, str]]:
        """Name -> (the file of the project that it comes from, its name there): "" for what is exported by default or as a whole."""
        if path not in self._known:
            self._known[path] = self._read(path)
        return self._known[path]

    def _read(self, path: str) -> dict[str, tuple[str, str]]:
        out: dict[str, tuple[str, str]] = {}
        for found in _IMPORTS.finditer(self.texts[path]):
            alone, listed, first, rest, whole, source, name, taken, required = found.groups("")
            target = self.resolved(path, source or required)
            if target:
                out |= {each: (target, "") for each in (alone, first, name, whole) if each}
                for part in (*listed.split(","), *rest.split(","), *taken.split(",")):
                    names = [each.strip().removeprefix("type ") for each in re.split(r"\bas\b|:", part)]
                    if names[-1]:
                        out[names[-1]] = target, names[0] if names[0] != "default" else ""
        return out

    def foreign(self, path: str, name: str) -> bool:
        """Does the file take this name from a package, and not from the project: `import type { Pool } from "pg"`?"""
        if path not in self._of_packages:
            found = (each.groups("") for each in _IMPORTS.finditer(self.texts.get(path, "")))
            listed = (f"{part[1]},{part[3]}" for part in found if part[5] and part[5][0] != "." and not self.resolved(path, part[5]))
            self._of_packages[path] = frozenset(_LAST.findall(",".join(listed)))
        return name in self._of_packages[path]

    def resolved(self, path: str, source: str) -> str:
        """The file that a text after `from` means; "" for a package and for a file without text."""
        if source.startswith("."):
            base = re.sub(r"\.m?js$", "", normpath(join(dirname(path), source)))
            return next((base + end for end in _EXTENSIONS if base + end in self.texts), "")
        bare = _ALIAS.sub("", source)
        if bare == source and "/" not in source:
            return ""
        stem = _ENDS.sub("", bare)
        fits = [(known, file) for known, file in self._by_last.get(stem.rsplit("/", 1)[-1], ()) if f"/{known}".endswith(f"/{stem}")]
        nearest = max(fits, key=lambda pair: len(commonprefix([pair[1], path])), default=("", ""))
        if not nearest[1]:
            return self._in_package(source)
        return nearest[1] if bare != source or "/" in nearest[0] else ""

    def _in_package(self, source: str) -> str:
        """The file of another package of the same repository: `@shop/db/orders` is `packages/db/src/orders.ts`; "" where that is not plain."""
        scoped = _PACKAGE.fullmatch(source)
        if scoped is None:
            return ""
        package, inside = scoped.group(1), _ENDS.sub("", scoped.group(2) or "/src/index")
        fits = [
            file for known, file in self._by_last.get(inside.rsplit("/", 1)[-1], ()) if f"/{known}".endswith(inside) and f"/{package}/" in f"/{known}"
        ]
        return fits[0] if len(fits) == 1 else ""

    def origin(self, path: str, name: str) -> tuple[str, str]:
        """(the file that defines what a name of this file means, its name there), over files that hand on; ("", "") where it is no import."""
        target, exported = self.of(path).get(name, ("", ""))
        for _ in range(MAX_STEPS):
            further = self._handed_on(target, exported) if target else None
            if further is None:
                break
            target, exported = further
        return (target, self.local(target, exported)) if target else ("", "")

    def called(self, path: str, name: str, receiver: str) -> tuple[str, str]:
        """(the file that defines what `name()` or `receiver.name()` calls, where a file imports it, its name there); ("", "") for what it does not
        import: `import * as orders from "./orders"`, `import remove from "./remove-order"`."""
        known = self.of(path)
        if not receiver:
            return self.origin(path, name) if name in known else ("", "")
        target, exported = known.get(receiver, ("", ""))
        if not target or exported:
            return "", ""
        further = self._handed_on(target, name)
        return further if further is not None else (target, self.local(target, name))

    def texts_of(self, path: str) -> Callable[[str], tuple[str, str]]:
        """What a file imports -> (the text of the file that defines it, its name there)."""

        def text_of(name: str) -> tuple[str, str]:
            target, local = self.origin(path, name) if name in self.of(path) else ("", "")
            return self.texts.get(target, ""), local

        return text_of

    def _handed_on(self, path: str, exported: str) -> tuple[str, str] | None:
        text = self.texts[path]
        if exported in self.of(path) and re.search(rf"\b{re.escape(exported)}\b", " ".join(_LISTED.findall(text))):
            return self.of(path)[exported]
        stars = []
        for listed, whole, source in _HANDED_ON.findall(text):
            target = self.resolved(path, source)
            if whole:  # `export * as orders from "./orders"`
                if target and whole == exported:
                    return target, ""
            elif not listed:
                stars.append(target)
            for part in listed.split(","):
                names = [each.strip() for each in re.split(r"\bas\b", part)]
                if target and names[-1] == (exported or "default"):
                    return target, names[0] if names[0] != "default" else ""
        defined = next((each for each in stars if each and exported and re.search(_exports(exported), self.texts[each], re.M)), None)
        return (defined, exported) if defined is not None else None

    def local(self, path: str, exported: str) -> str:
        """What a file itself calls what it exports under this name; "" for what has no name there."""
        text = self.texts.get(path, "")
        if not exported:
            found = _ALONE.findall(text) or _DEFAULT.findall(text)
            return found[-1] if found else ""
        for listed in _LISTED.findall(text):
            for part in listed.split(","):
                names = [each.strip() for each in re.split(r"\bas\b", part)] if " as " in part else [each.strip() for each in part.split(":")][::-1]
                if names[-1] == exported and re.fullmatch(r"\w+", names[0]):
                    return names[0]
        return exported


@lru_cache(maxsize=512)
def _exports(name: str) -> str:
    kinds = r"(?:async\s+)?(?:const|let|var|class|function\*?|abstract\s+class)"
    return rf"\bexport\s+(?:default\s+)?{kinds}\s+{re.escape(name)}\b|\bexports\.{re.escape(name)}\s*="
