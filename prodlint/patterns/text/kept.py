"""The files whose text was kept, as tokens and functions: what every question about code outside Python starts from.

Knows: which languages there are and which share their functions, how kept text becomes functions, once for each file. Does not know: what a
function does.
"""

from __future__ import annotations

from functools import cached_property
from posixpath import splitext

from prodlint.model import FileFacts, Match
from prodlint.models import Models
from prodlint.patterns.javascript.sent_marks import of_client
from prodlint.patterns.javascript.verified import verifies
from prodlint.patterns.php import laravel_gates
from prodlint.patterns.text.reader import Function, functions
from prodlint.patterns.text.tokens import Code
from prodlint.patterns.text.words import Words
from prodlint.patterns.ties.whose import put_by_middleware, put_unchecked

LANGUAGES = {
    ".js": "javascript", ".jsx": "javascript", ".mjs": "javascript", ".cjs": "javascript", ".ts": "typescript", ".tsx": "typescript",
    ".mts": "typescript", ".cts": "typescript", ".vue": "typescript", ".svelte": "typescript", ".astro": "typescript", ".go": "go", ".rb": "ruby",
    ".php": "php", ".java": "java", ".kt": "kotlin", ".cs": "csharp",
}  # fmt: skip
_FAMILIES = (("javascript", "typescript"), ("java", "kotlin"))
TEXT = "source-text"
MAX_TOKENS = 400_000  # of one file


def language_of(path: str) -> str:
    """The language of a file as rules name it; "" for one that patterns do not read."""
    return LANGUAGES.get(splitext(path)[1].lower(), "")


def family(language: str) -> tuple[str, ...]:
    """The languages whose functions call each other; the first one stands for all."""
    return next((each for each in _FAMILIES if language in each), (language,))


class Kept:
    """Mixin of Project; expects `files`, `models`, `vocabulary`."""

    files: dict[str, FileFacts]
    models: Models
    vocabulary: dict[str, tuple[str, ...]]

    def _text(self, path: str) -> str:
        return next((match.message for match in self.files[path].matches if match.rule == TEXT), "")

    def _words(self, language: str) -> Words:
        known = self._words_by_language.get(language)
        if known is None:
            verified, kept, unchecked, sent = self._of_scripts if "javascript" in family(language) else (True, *[frozenset[str]()] * 3)
            given = laravel_gates.given(self._text(path) for path in self._kept if path.endswith(".php")) if language == "php" else frozenset()
            known = self._words_by_language[language] = Words(
                self.models["patterns"], language, self.vocabulary, verified, given, kept, unchecked, sent
            )
        return known

    @cached_property
    def _of_scripts(self) -> tuple[bool, frozenset[str], frozenset[str], frozenset[str]]:
        """JavaScript, TypeScript: (is what a token says verified, what middleware puts into the context of a request, what it puts there of the
        client unchecked, decorators of parameters that give what the client sent)."""
        texts = [self._text(path) for path in self._kept if "javascript" in family(language_of(path))]
        return verifies(texts), put_by_middleware(texts), put_unchecked(texts), of_client(texts)

    @cached_property
    def _words_by_language(self) -> dict[str, Words]:
        return {}

    @cached_property
    def _functions_by_path(self) -> dict[str, tuple[Code, list[Function]]]:
        return {}

    def _read(self, path: str) -> tuple[Code, list[Function]]:
        known = self._functions_by_path.get(path)
        if known is None:
            code = Code(self._text(path), language_of(path))
            known = self._functions_by_path[path] = (code, functions(code) if len(code) < MAX_TOKENS else [])
        return known

    @cached_property
    def _kept(self) -> dict[str, tuple[Match, ...]]:
        """The files with text, and their matches of entry points."""
        out = {}
        for path, facts in self.files.items():
            if language_of(path) and any(match.rule == TEXT for match in facts.matches):
                out[path] = tuple(match for match in facts.matches if match.metadata.get("role") == "entry")
        return out
