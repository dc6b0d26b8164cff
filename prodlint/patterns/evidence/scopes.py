"""Which models narrow every query of theirs to who asks: by a scope of their own, a concern or trait that they take in, a class that they extend.

Knows: `default_scope` of Active Record and acts_as_tenant, global scopes of Eloquent (closures, classes that implement `Scope`, `ScopedBy`),
concerns, traits and base classes that bear them; of Entity Framework as `dotnet/query_filters.py` reads them. Does not know: where a query leaves
them out again (`unscoped`, `withoutGlobalScope`).
"""

from __future__ import annotations

from collections.abc import Iterable

from prodlint import regex as re
from prodlint.patterns.dotnet import query_filters

_CALLER = r"(?:auth\b|Auth::|session\(|[uU]ser|[tT]enan|[cC]urrent|[tT]eam|[oO]wner|[aA]ccount)"
_PHP = re.compile(
    rf"\bBelongsTo(?:Tenant|Team|Company|Organi[sz]ation|Workspace|Account|User)s?\b(?!::)|TenantScope|(?:addGlobalScope|ScopedBy)\b[^;]{{0,300}}?{_CALLER}"
)
# what a default scope of Active Record says, up to the end of its block: a lambda in braces, or with `do`
_DEFAULT = re.compile(r"\bdefault_scope\b(?:[^\n{]*\{[^}]{0,400}\}|[^\n]*\bdo\b.{0,400}?\bend\b|[^\n]*)", re.S)
_OF_REQUEST = re.compile(r"\bCurrent\b|\bcurrent_|\.current\b|Thread\.current|RequestStore|[tT]enant")
_TENANT = re.compile(r"^[ \t]*(?:acts_as_tenant|multi_tenant)\b", re.M)
_MODULE = re.compile(r"^[ \t]*(?:module|class)[ \t]+([\w:]+)(?:[ \t]*<[ \t]*(?:::)?([\w:]+))?", re.M)
_INCLUDES = re.compile(r"^[ \t]*include[ \t(]+([\w:, \t]+)", re.M)
_DECLARES = re.compile(
    r"^[ \t]*(?:(?:abstract|final|readonly)[ \t]+)*(trait|class)\s+(\w+)(?:\s+extends\s+\\?(?:\w+\\)*(\w+))?([^{;]{0,2000})\{", re.M
)
_USES = re.compile(r"^[ \t]+use[ \t]+([\w\\, \t\n]+)[;{]", re.M)
_GIVEN = re.compile(r"(?:addGlobalScope|ScopedBy)\(\s*([^;]{0,200})")
_APPLY = re.compile(r"\bfunction\s+apply\s*\(.*", re.S)
_ASKED = re.compile(r"\bauth\(|\bAuth::|\bsession\(|->user\(|[tT]enant\w*(?:\(|::|->)|[cC]urrent\w+(?:\(|::)|::current\(")


class Scopes:
    """`narrowed(language, name)`: is every query of a class of that name narrowed to who asks?"""

    def __init__(self, texts: Iterable[tuple[str, str]]) -> None:
        self._takes: dict[tuple[str, str], set[str]] = {}
        self._narrowed: set[tuple[str, str]] = set()
        for language, text in texts:
            if language == "ruby":
                self._ruby(text)
            elif language == "php":
                self._php(text)
            elif language == "csharp":
                self._narrowed |= {("csharp", name) for name in query_filters.narrowed(text)}
                for name, taken in query_filters.bases(text):
                    self._takes.setdefault(("csharp", name), set()).update(taken)
        grown = True
        while grown:
            more = {
                each for each, taken in self._takes.items() if each not in self._narrowed and any((each[0], name) in self._narrowed for name in taken)
            }
            self._narrowed |= more
            grown = bool(more)

    def narrowed(self, language: str, name: str) -> bool:
        return (language, name) in self._narrowed

    def _ruby(self, text: str) -> None:
        declared = list(_MODULE.finditer(text))
        for at, found in enumerate(declared):
            body = text[found.end() : declared[at + 1].start() if at + 1 < len(declared) else len(text)]
            name, base = (part.rsplit("::", 1)[-1] if part else "" for part in found.groups())
            taken = self._takes.setdefault(("ruby", name), set())
            taken |= {part.rsplit("::", 1)[-1] for listed in _INCLUDES.findall(body) for part in re.findall(r"[\w:]+", listed)}
            taken |= {base} if base else set()
            if _TENANT.search(body) or any(_OF_REQUEST.search(said) for said in _DEFAULT.findall(body)):
                self._narrowed.add(("ruby", name))

    def _php(self, text: str) -> None:
        found = _DECLARES.search(text)
        if found is None:
            return
        kind, name, base, implements = found.groups()
        body = text[found.end() :]
        taken = self._takes.setdefault(("php", name), set())
        taken |= {part.rsplit("\\", 1)[-1] for listed in _USES.findall(body) for part in re.findall(r"[\w\\]+", listed)}
        taken |= {part for listed in _GIVEN.findall(text) for part in re.findall(r"(\w+)(?:::class|\s*\(|\s*\))", listed)}
        taken |= {base} if base else set()
        applied = _APPLY.search(body) if kind == "class" and re.search(r"\bScope\b", implements) else None
        if _PHP.search(text) or (applied is not None and _ASKED.search(applied.group())):
            self._narrowed.add(("php", name))
