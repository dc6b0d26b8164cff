"""Answers that are kept, and the files that they were taken from.

Knows: questions that lead back to themselves, and what stands only while another is being answered. Does not know: what is asked.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

LEVELS = 24  # questions within questions that are answered
K = TypeVar("K")
V = TypeVar("V")
Memo = dict[K, tuple[V, frozenset[str]]]  # answers with the modules they were taken from


class Memos:
    """A part of `Names`."""

    def __init__(self) -> None:
        self._asking: dict[tuple[int, Any], int] = {}  # what is about to be answered, outermost first
        self._loose: dict[tuple[int, Any], tuple[dict[Any, Any], int]] = {}  # kept meanwhile: in which memo, and for which question
        self._open = LEVELS  # the outermost question whose answer was not there when it was needed
        self.touched: set[str] = set()  # paths of the modules that answers were taken from, since somebody cleared it

    def remembering(self, memo: Memo[K, V], key: K, answer: Callable[[], V], meanwhile: V) -> V:
        """The answer from the memo, else asked for and kept; either way `touched` then has the modules it was taken from.

        meanwhile: what is said where the same is asked while it is being answered, or too deep below. Answers that were taken from such a word
        stand only until the outermost question that it was said for is answered: what is kept does not depend on who asked first."""
        known = memo.get(key)
        if known is not None:
            if self._loose:
                self._open = min(self._open, self._loose.get((id(memo), key), (memo, LEVELS))[1])
            self.touched |= known[1]
            return known[0]
        place = (id(memo), key)
        level = len(self._asking)
        if place in self._asking or level >= LEVELS:
            self._open = min(self._open, self._asking.get(place, 0))
            return meanwhile
        self._asking[place] = level
        around, outside, loose = self.touched, self._open, len(self._loose)
        self.touched, self._open = set(), LEVELS
        try:
            known = memo[key] = (answer(), frozenset(self.touched))
        finally:
            del self._asking[place]
            within, self.touched, self._open = self._open, around, outside
        if within < level:
            self._loose[place] = memo, within
            self._open = min(outside, within)
        else:
            for other in list(self._loose)[loose:]:
                self._loose.pop(other)[0].pop(other[1], None)
        self.touched |= known[1]
        return known[0]
