"""SQL files as statements.

Knows: where a statement ends: quotes, escape strings, dollar quoting, nested comments, psql meta commands and COPY data, a byte order mark; which
part of a migration undoes it (goose, sql-migrate, dbmate, MyBatis, Play), and leaves that out.
Does not know: what a statement does. One that cannot be read costs itself, not the file.
"""

from __future__ import annotations

from prodlint import regex as re
from prodlint.model import Statement

MAX_TEXT = 60_000  # characters kept of one statement; longer ones are data
MAX_DATA = 2_000  # of an INSERT
_SPECIAL = re.compile(r"--|/\*|'|\"|\$|;|\\")  # every branch begins with a sign, which is what makes the search fast
_WITH_ATOMIC = re.compile(r"--|/\*|'|\"|\$|;|\\|\(|\)|\bBEGIN\s+ATOMIC\b|\bCASE\b|\bEND\b", re.I)
_ATOMIC = re.compile(r"\bBEGIN\s+ATOMIC\b", re.I)
_DOLLAR = re.compile(r"\$(?:[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$")
MAX_OPEN = 500  # dollar quotes of one file that never end and are searched for
_DOWN = re.compile(r"^--[ \t]*(?:\+goose[ \t]+Down|\+migrate[ \t]+Down|migrate:down|//[ \t]*@UNDO|!Downs)\b", re.M | re.I)
_UP = re.compile(r"^--[ \t]*(?:\+goose[ \t]+Up|\+migrate[ \t]+Up|migrate:up|!Ups)\b", re.M | re.I)
_COPY = re.compile(r"copy\b.*\bfrom\s+stdin\b", re.I | re.S)
_COMMENT_MARK = re.compile(r"/\*|\*/")
_IN_BODY = re.compile(r"--|/\*|'")
_DATA_END = re.compile(r"^\\\.[ \t]*$", re.M)
_ESCAPED_END = re.compile(r"(?:[^'\\]|\\.|'')*'", re.S)


def read(text: str) -> tuple[Statement, ...]:
    """The statements in order, comments removed (also within dollar quotes) and white space folded; what follows the last semicolon counts."""
    return tuple(_Splitter(_forward(text.removeprefix("\ufeff"))).run())


def _forward(text: str) -> str:
    """The text with blank lines for what undoes the migration."""
    parts, position = [], 0
    while down := _DOWN.search(text, position):
        up = _UP.search(text, down.end())
        end = up.start() if up else len(text)
        parts += [text[position : down.start()], "\n" * text.count("\n", down.start(), end)]
        position = end
    return "".join([*parts, text[position:]]) if parts else text


def fold(text: str) -> str:
    """White space folded outside of quotes, where it means nothing; inside, a line break becomes a space as well."""
    return " ".join(text.split())


class _Splitter:
    def __init__(self, text: str) -> None:
        self.text = text
        self.parts: list[str] = []
        self.out: list[Statement] = []
        self.line = 1  # at `counted`
        self.counted = 0
        self.start = 0  # of the statement, its first character that is not white space
        self.begun = False
        self.opened = 0  # dollar quotes that never end
        self.data_follows = True  # may there still be a line that ends COPY data?

    def run(self) -> list[Statement]:
        text, position, depth, atomic = self.text, 0, 0, 0
        special = _WITH_ATOMIC if _ATOMIC.search(text) else _SPECIAL
        while True:
            found = special.search(text, position)
            if found is None:
                self.keep(position, len(text))
                break
            sign, at = found.group(), found.start()
            self.keep(position, at)
            if sign == "--":
                end = text.find("\n", at)
                position = len(text) if end < 0 else end
                self.parts.append(" ")
            elif sign == "/*":
                position = _comment_end(text, at)
                self.parts.append(" ")
            elif sign == "'":
                position = _string_end(text, at)
                self.keep(at, position)
            elif sign == '"':
                end = text.find('"', at + 1)
                position = len(text) if end < 0 else end + 1
                self.keep(at, position)
            elif sign == "$":
                position = self.dollar(at)
            elif sign == "\\" and at and text[at - 1] != "\n":
                position = at + 1
                self.keep(at, position)
            elif sign == "\\":
                end = text.find("\n", at)
                position = len(text) if end < 0 else end
                if not self.begun or not "".join(self.parts).strip():
                    self.parts, self.begun = [], False
            elif sign == ";" and not (atomic and depth == 0):
                position = found.end()
                depth = 0
                if self.close() and self.data_follows:
                    end = _DATA_END.search(text, position)
                    self.data_follows = end is not None
                    position = end.end() if end else position
            else:
                position = found.end()
                depth = max(0, depth + (sign == "(") - (sign == ")"))
                if sign[:1] in "bB" or (sign[:1] in "cC" and atomic):
                    atomic += 1
                elif sign[:1] in "eE" and atomic:
                    atomic -= 1
                self.keep(at, position)
        self.close()
        return self.out

    def keep(self, start: int, end: int) -> None:
        if start >= end:
            return
        piece = self.text[start:end]
        if not self.begun:
            bare = piece.lstrip()
            if not bare:
                return
            self.begun, self.start = True, start + len(piece) - len(bare)
        self.parts.append(piece)

    def dollar(self, at: int) -> int:
        """A dollar-quoted body, its comments removed; a lone dollar is a character like any other."""
        found = _DOLLAR.match(self.text, at)
        before = self.text[at - 1 : at]
        quotes = found is not None and not (before.isalnum() or before == "_") and self.opened < MAX_OPEN
        end = self.text.find(found.group(), found.end()) if found is not None and quotes else -1
        if found is None or end < 0:
            self.opened += quotes
            self.keep(at, at + 1)
            return at + 1
        tag = found.group()
        self.keep(at, found.end())
        self.parts.append(without_comments(self.text[found.end() : end]))
        self.parts.append(tag)
        return end + len(tag)

    def close(self) -> bool:
        """Ends the statement; True where it is a COPY whose data follows."""
        text = fold("".join(self.parts)) if self.begun else ""
        self.parts, begun, self.begun = [], self.begun, False
        if not begun or not text:
            return False
        self.line += self.text.count("\n", self.counted, self.start)
        self.counted = self.start
        limit = MAX_DATA if text[:6].lower() == "insert" else MAX_TEXT
        self.out.append(Statement(text[:limit], self.line))
        return _COPY.match(text) is not None


def without_comments(text: str) -> str:
    """The text of a function body or DO block without comments; strings are kept."""
    if "--" not in text and "/*" not in text:
        return text
    out, position = [], 0
    while found := _IN_BODY.search(text, position):
        out.append(text[position : found.start()])
        if found.group() == "'":
            position = _string_end(text, found.start())
            out.append(text[found.start() : position])
        else:
            newline = text.find("\n", found.start())
            position = _comment_end(text, found.start()) if found.group() == "/*" else len(text) if newline < 0 else newline
            out.append(" ")
    out.append(text[position:])
    return "".join(out)


def _comment_end(text: str, at: int) -> int:
    """Block comments nest in PostgreSQL; one that never ends runs to the end of the file."""
    depth = 0
    for mark in _COMMENT_MARK.finditer(text, at):
        depth += 1 if mark.group() == "/*" else -1
        if depth == 0:
            return mark.end()
    return len(text)


def _string_end(text: str, at: int) -> int:
    if text[at - 1 : at] in ("e", "E") and not text[at - 2 : at - 1].isalnum():
        found = _ESCAPED_END.match(text, at + 1)
        return found.end() if found else len(text)
    end = text.find("'", at + 1)
    while end >= 0 and text[end + 1 : end + 2] == "'":
        end = text.find("'", end + 2)
    return len(text) if end < 0 else end + 1
