"""What a file must hold for a rule to match in it: a rule that is sure to find nothing there is not tried, and what no rule needs is not parsed.

Knows: `metadata.prodlint.words` of a rule (in small letters: a file holds one of them, in any case), its `metadata.prodlint.needs` (a pattern of `re`
for the bytes of a file), and how the engine is told: by the names of files, which a rule's `paths:` ask for. Does not know: what the rules are.

The engine has such a filter of its own, made of the words of a rule's patterns. It is of no use where a pattern is made of metavariables that regular
expressions narrow down: three such rules of forty-five took two thirds of the engine's time on a repository of TypeScript.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from prodlint.facts import languages
from prodlint.model import Source


def needed(rule: dict[str, Any]) -> re.Pattern[bytes] | None:
    """What must be in a file's bytes for this rule to match; None where the rule does not say. Raises re.error."""
    said = rule.get("metadata", {}).get("prodlint", {}).get("needs")
    return re.compile(str(said).encode()) if said else None


class Clues:
    """What the rules of a run need, and what of it is in which file."""

    def __init__(self, rules: Iterable[dict[str, Any]]) -> None:
        self._clues: list[tuple[frozenset[str], tuple[bytes, ...], re.Pattern[bytes] | None]] = []
        self._number: dict[str, int] = {}
        self._open: set[str] = set()  # languages with a rule that may match in any file
        for rule in rules:
            said = rule.get("metadata", {}).get("prodlint", {})
            spoken = languages.spoken(rule["languages"])
            words = tuple(str(word).encode() for word in said.get("words", ()))
            if words or said.get("needs"):
                self._number[rule["id"]] = len(self._clues)
                self._clues.append((spoken, words, needed(rule)))
            else:
                self._open |= spoken
        self._held: dict[str, tuple[int, ...]] = {}

    def worth(self, source: Source) -> bool:
        """May any rule match in this file?"""
        return languages.language(source.path) in self._open or bool(self._of(source))

    def marks(self, source: Source) -> str:
        """A part of the file's name, by which the rules that need something know that it is there."""
        return "".join(f"-{number}" for number in self._of(source)) + "-"

    def limited(self, rule: dict[str, Any]) -> dict[str, Any]:
        """The rule as the engine is to read it: only in files that hold what it needs."""
        number = self._number.get(rule["id"])
        return rule if number is None else {**rule, "paths": {"include": [f"*-{number}-*"]}}

    def _of(self, source: Source) -> tuple[int, ...]:
        """The clues whose rules may match here."""
        if source.path not in self._held:
            language, lowered = languages.language(source.path), source.data.lower()
            self._held[source.path] = tuple(
                number
                for number, (spoken, words, needs) in enumerate(self._clues)
                if language in spoken
                and (not words or any(word in lowered for word in words))
                and (needs is None or needs.search(source.data) is not None)
            )
        return self._held[source.path]
