"""What a file must hold for a rule to match in it: a rule that is sure to find nothing there is not tried, and what no rule needs is not parsed.

Knows: `metadata.prodlint.words` of a rule (in small letters: a file holds one of them, in any case), its `metadata.prodlint.needs` (a pattern of `re`
for the bytes of a file), and how the engine is told: by the names of files, which a rule's `paths:` ask for. Does not know: what the rules are.

The engine has such a filter of its own, made of the words of a rule's patterns. It is of no use where a pattern is made of metavariables that regular
expressions narrow down: three such rules of forty-five took two thirds of the engine's time on a repository of TypeScript.

It parses every file in which a rule matches, be it a regular expression alone: such a rule is handed over as one about text, which is not parsed.
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


def textual(rule: dict[str, Any]) -> bool:
    """Is the rule a regular expression, or several of which one must match? It finds the same in a text as in a program."""
    either = rule.get("pattern-either")
    parts = [rule] if "pattern-regex" in rule else either if isinstance(either, list) else []
    outside = {"id", "of", "languages", "message", "metadata", "severity", "pattern-either", "pattern-regex"}
    return bool(parts) and set(rule) <= outside and not {"pattern-either", "pattern-regex"} <= set(rule) and all(map(_one_regex, parts))


def _one_regex(part: dict[str, Any]) -> bool:
    return "pattern-regex" in part and not any(key.startswith(("pattern", "metavariable", "focus")) for key in part if key != "pattern-regex")


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
        """The rule as the engine is to read it: only in files that hold what it needs, and as one about text where it is no more."""
        number = self._number.get(rule["id"])
        include = [f"*-{number}-*"] if number is not None else []
        if not textual(rule):
            return {**rule, "paths": {"include": include}} if include else rule
        spoken = languages.spoken(rule["languages"])
        include = include or sorted({f"*{suffix}" for language, suffix in languages.READ_AS.values() if language in spoken})
        return {**rule, "languages": ["regex"], "paths": {"include": include}}

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
