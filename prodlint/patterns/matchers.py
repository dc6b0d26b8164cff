"""Spring Security's rules for paths: what the configuration asks of a request before its handler runs.

Knows: `requestMatchers("/a/**").hasRole("ADMIN")` and its older names, Kotlin's `authorize("/a/**", hasRole("ADMIN"))`, constants of the same file;
that the first rule that fits counts. Does not know: filters, beans that decide; which module a configuration is loaded by, apart from its place.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

_RULES = re.compile(r"\.(?:request|ant|mvc|path|regex)Matchers\s*\(|\bauthorize\s*\(|\.(anyRequest|anyExchange)\s*\(")
_SAYS = re.compile(r"\s*\.\s*(?:not\s*\(\s*\)\s*\.\s*)?(\w+)\s*(\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\))?")
_ASKS = re.compile(r"\b(has(?:Any)?(?:Role|Authority)\s*\([^()]*\)|permitAll|denyAll|authenticated|access\s*\()")
_TEXT = re.compile(r"\"([^\"\n]*)\"")
_METHOD = re.compile(r"\bHttpMethod\.(\w+)")
_NAME = re.compile(r"\b([A-Z][A-Z0-9_]{2,}|[a-z]\w*)\b(?!\s*\()")
EVERY = "/**"


class Matchers:
    """`asks(method, path, file)`: the requirement as the configuration writes it, "" where none is known."""

    def __init__(self, texts: Iterable[tuple[str, str]]) -> None:
        """texts: (path, text) of files in Java and Kotlin."""
        self.rules = {path: found for path, text in texts if (found := list(_read(text)))}

    def asks(self, method: str, path: str, file: str) -> str:
        near = max(sorted(self.rules), key=lambda each: _shared(each, file), default="")
        for verb, pattern, requirement in self.rules.get(near, ()) if path else ():
            if verb in ("", method) and pattern.fullmatch(path):
                return requirement
        return ""


def _shared(one: str, other: str) -> int:
    """How many folders two files share."""
    return next((at for at, (a, b) in enumerate(zip(one.split("/")[:-1], other.split("/")[:-1], strict=False)) if a != b), 99)


def _read(text: str) -> Iterator[tuple[str, re.Pattern[str], str]]:
    """(method or "", form of the paths, requirement) of every rule of one file, in order."""
    for found in _RULES.finditer(text):
        end = _closed(text, found.end())
        inside = text[found.end() : end - 1]
        if found.group().startswith("authorize"):
            said = _ASKS.search(inside)
            requirement, inside = (said.group(1), inside[: said.start()]) if said is not None else ("", "")
        else:
            said = _SAYS.match(text, end)
            requirement = f"{said.group(1)}{said.group(2) or ''}" if said is not None else ""
        if requirement and (inside or found.group(1)):
            methods = _METHOD.findall(inside)
            for path in [EVERY] if found.group(1) else _paths(inside, text) or ([EVERY] if methods else []):
                for method in methods or [""]:
                    yield method.upper(), _form(path), requirement


def _closed(text: str, at: int) -> int:
    """The place after the bracket that closes the one before `at`."""
    depth = 1
    for found in re.finditer(r"[()]", text[at : at + 4000]):
        depth += 1 if found.group() == "(" else -1
        if not depth:
            return at + found.end()
    return at


def _paths(inside: str, text: str) -> list[str]:
    direct = _TEXT.findall(inside)
    for name in _NAME.findall(_TEXT.sub("", inside)):
        held = re.search(rf"\b{name}\b(?:\s*:[^=\n]+)?\s*=\s*([^;]{{0,2000}}?)(?:;|\)\n|\n\s*\n)", text)
        direct += _TEXT.findall(held.group(1)) if held is not None and name not in ("new", "antMatcher") else []
    return [path for path in direct if path.startswith("/")]


def _form(path: str) -> re.Pattern[str]:
    """`/**` is any rest, `*` and `{x}` one part."""
    out = ""
    for part in re.findall(r"/\*\*|\*\*|\*|\{[^{}/]*\}|[^*{/]+|[{/]", path):
        out += "(?:/.*)?" if part == "/**" else ".*" if part == "**" else "[^/]*" if part == "*" or part.startswith("{") else re.escape(part)
    return re.compile(out + "/?")
