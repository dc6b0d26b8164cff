"""A cursor that follows the source while its tree is walked, so that positions cost almost nothing.

Knows: the text, and how far the walk has come. Does not know: the tree.

The walk announces each leaf in source order; the cursor skips what may stand between leaves (white space, comments,
operators, brackets, keywords) and lands on it. If a leaf is not where it should be, the cursor looks ahead for it, so a
surprise moves one position and not the rest of the file.
"""

from __future__ import annotations

from bisect import bisect_right

from prodlint import ir
from prodlint import regex as re

_KEYWORDS = (
    "and|assert|async|as|await|break|class|continue|def|del|elif|else|except|finally|for|from|global|if|import|in|is|lambda|"
    "nonlocal|not|or|pass|raise|return|try|while|with|yield"
)
# possessive throughout: a repetition of repetitions that may give back takes exponential time where it fails in the end
_GAP = r"[ \t\r\n\f]++|#[^\n]*+|\\\r?\n"
_SKIP = re.compile(rf"(?:{_GAP}|[-+*/%@&|^~<>=!.,:;()\[\]{{}}]++|(?:{_KEYWORDS})\b)*+")
_BEFORE = re.compile(rf"(?:{_GAP}|[;:@,()\[\]{{}}=]++|(?:else|finally|async|el(?=if\b))\b|el(?=if\b))*+")
_CLOSE = re.compile(rf"(?:{_GAP}|,)*+[)\]}}]")
_OPEN = re.compile(rf"(?:{_GAP}|[-+*/%@&|^~<>=!.,:;]++|(?:{_KEYWORDS})\b)*+")


class Cursor:
    """Follows `text`; offsets are in characters, positions packed as in `ir`."""

    __slots__ = ("_lines", "_size", "pos", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.pos = 0
        self._size = len(text)
        lines = [0]
        find = text.find
        at = find("\n")
        while at >= 0:
            lines.append(at + 1)
            at = find("\n", at + 1)
        self._lines = lines

    def place(self, offset: int) -> int:
        """The packed position of an offset."""
        line = bisect_right(self._lines, offset)
        column = offset - self._lines[line - 1] + 1
        return line << 12 | (column if column < 4096 else 4095)

    def leaf(self, value: str) -> int:
        """Moves past the next leaf with that text; gives the packed position where it starts."""
        at = _SKIP.match(self.text, self.pos).end()  # type: ignore[union-attr]  # matches the empty string at least
        if not self.text.startswith(value, at):
            found = self.text.find(value, at if value not in "().," else self.pos)
            at = found if found >= 0 else self.pos
        self.pos = min(at + len(value), self._size)
        return self.place(at)

    def raw(self, value: str) -> int:
        """Moves past text that stands right here (the literal part of an f-string), white space included."""
        at = self.pos if self.text.startswith(value, self.pos) else self.text.find(value, self.pos)
        at = self.pos if at < 0 else at
        self.pos = at + len(value)
        return self.place(at)

    def keyword(self, word: str) -> int:
        """Moves past a keyword; gives where it starts."""
        at = _BEFORE.match(self.text, self.pos).end()  # type: ignore[union-attr]
        if not self.text.startswith(word, at):
            found = re.search(rf"(?<!\w){re.escape(word)}(?!\w)", self.text[at:])
            at = at + found.start() if found else self.pos
        self.pos = min(at + len(word), self._size)
        return self.place(at)

    def open(self) -> int:
        """Where the next bracket stands, without moving past it; the cursor stops in front of it."""
        at = _OPEN.match(self.text, self.pos).end()  # type: ignore[union-attr]
        self.pos = at
        return self.place(at)

    def step(self, width: int = 1) -> None:
        self.pos = min(self.pos + width, self._size)

    def close(self) -> int:
        """Moves past the next closing bracket; gives the position behind it."""
        match = _CLOSE.match(self.text, self.pos)
        if match:
            self.pos = match.end()
        return self.place(self.pos)

    def here(self) -> int:
        return self.place(self.pos)

    def start(self) -> int:
        """Where the next token that is neither bracket, operator nor keyword stands."""
        return self.place(_SKIP.match(self.text, self.pos).end())  # type: ignore[union-attr]


def unpacked(at: int) -> tuple[int, int]:
    """(line, column) of a packed position."""
    return ir.line_of(at), ir.column_of(at)
