"""Conditions of which one side is enough: what an OR leaves open beside the caller.

Knows: `||` in a lambda, `OR`, `$or` and `[Op.or]` of queries in objects, `orWhere` of a chain, OR in the text of a condition with `?`. Does not
know: OR in SQL with named parameters; what stands in a function that is called.
"""

from __future__ import annotations

from collections.abc import Iterator

from prodlint import regex as re
from prodlint.patterns.javascript.indexed import Indexed
from prodlint.patterns.text.meanings import Value
from prodlint.patterns.text.spans import split

OR_CALL = re.compile(r"or_?where(?:[A-Z]\w*)?|or", re.I)
_BRACKETS = re.compile(r"\([^()]*\)")
_OR = re.compile(r"\bor\b", re.I)


class Either(Indexed):
    """The part of the sweep that reads alternatives."""

    def _left_open(self, first: int, last: int) -> bool:
        """Does the caller stand in one alternative only, where another one selects by what the client sent?"""
        for start, end, sides in self._alternatives(first, last):
            held = [self.value(*side) for side in sides]
            around = self.value(first, start) | self.value(end, last)
            if not around.principal and any(each.principal for each in held) and any(self._open(each) for each in held):
                return True
        return self._open_text(first, last)

    def _one_is_open(self, first: int, last: int) -> bool:
        return any(self._open(self.value(*side)) for side in split(self.code, first, last))

    def _open(self, value: Value) -> bool:
        return bool(self._ids_of(value)) and not value.principal

    def _alternatives(self, first: int, last: int) -> Iterator[tuple[int, int, list[tuple[int, int]]]]:
        """(first and last token of a condition, its alternatives)."""
        code = self.code
        texts = code.texts
        for at in range(first, last):
            if texts[at] == "=>" and "||" in texts[at + 1 : last]:
                end = next((stop for _, stop in split(code, at + 1, last)[:1]), last)
                sides = split(code, at + 1, end, "||")
                if len(sides) > 1:
                    yield at + 1, end, sides
            elif texts[at] == "or" and texts[at + 1] == "(" and code.mate[at + 1] > 0:  # `or(eq(notes.id, id), eq(notes.authorId, user.id))`
                yield at, code.mate[at + 1] + 1, split(code, at + 2, code.mate[at + 1])
            elif texts[at] == "[" and code.mate[at] > at and texts[at - 1] == ":" and self._is_or(at - 2):
                yield at, code.mate[at] + 1, split(code, at + 1, code.mate[at])

    def _is_or(self, at: int) -> bool:
        texts = self.code.texts
        return texts[at].strip("'\"") in ("OR", "$or") or texts[at - 3 : at + 1] == ["Op", ".", "or", "]"]

    def _open_text(self, first: int, last: int) -> bool:
        """`Where("id = ? OR user_id = ?", id, userID)`."""
        parts = split(self.code, first, last)
        start, end = parts[0]
        if end != start + 1 or len(parts) < 2:
            return False
        text = self._plain(start)
        if not text or "?" not in text or not _OR.search(text):
            return False
        while (bare := _BRACKETS.sub(lambda found: " ?" * found.group().count("?"), text)) != text:
            text = bare
        held, place = [], 1
        for side in _OR.split(text):
            count = side.count("?")
            values = [self.value(*part) for part in parts[place : place + count]]
            held.append(Value(frozenset(name for each in values for name in self._ids_of(each)), any(each.principal for each in values)))
            place += count
        return len(held) > 1 and any(each.principal for each in held) and any(self._open(each) for each in held)

    def _plain(self, index: int) -> str:
        return self.code.texts[index] if self.code.kinds[index] == "s" else ""
