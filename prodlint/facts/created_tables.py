"""Tables that a program makes itself: `CREATE TABLE notes (id INTEGER, user_id INTEGER, ...)` in SQL files, and in strings of Python; and those
that it fills where others made them: `INSERT INTO notes (user_id, body) VALUES ...`.

Knows: the name of each table and of its columns. Does not know: types, keys, what migrations change of a table later (`sql.py`), who reads it.
"""

from __future__ import annotations

from prodlint import regex as re
from prodlint.model import Fact

KIND, FILLED = "created-table", "filled-table"
_MADE = re.compile(
    r"\bcreate\s+(?:temp(?:orary)?\s+|unlogged\s+)?table\s+(?:if\s+not\s+exists\s+)?"
    r"[\"'`\[]?(?:\w+[\"'`\]]?\.[\"'`\[]?)?(\w+)[\"'`\]]?\s*\(",
    re.I,
)
_FILLED = re.compile(
    r"\binsert\s+(?:ignore\s+|or\s+\w+\s+)?into\s+[\"'`\[]?(?:\w+[\"'`\]]?\.[\"'`\[]?)?(\w+)[\"'`\]]?\s*"
    r"\(((?:\s*[\"'`\[]?\w+[\"'`\]]?\s*,?){1,200}+)\)[\s\"'\\]{0,60}+(?:values|select|returning|overriding|output)\b",
    re.I,
)
_WORDS = re.compile(r"[\"'`\[]?(\w+)[\"'`\]]?\s+[\w\"(]")
_NAMES = re.compile(r"\w+")
_ASIDE = re.compile(r"--[^\n]*|/\*.*?\*/|('[^'\n]*')", re.S)  # comments, and values in quotes
_NO_COLUMNS = frozenset({"primary", "foreign", "unique", "check", "constraint", "key", "index", "exclude", "like", "fulltext", "period"})
_LONGEST = 20_000  # characters of one table


def read(text: str) -> tuple[Fact, ...]:
    """One fact for each time that a table is made, then for each way in which rows are put into one; data: "columns", their names in lower case with
    a space between."""
    return (*_made(text), *_filled(text))


def _made(text: str) -> list[Fact]:
    if "create" not in text and "CREATE" not in text and "Create" not in text:
        return []
    out = []
    for made in _MADE.finditer(text):
        columns = _columns(_ASIDE.sub(_blank, text[made.end() : made.end() + _LONGEST]))
        if columns:
            out.append(Fact(KIND, made.group(1).lower(), text.count("\n", 0, made.start()) + 1, data={"columns": " ".join(columns)}))
    return out


def _filled(text: str) -> list[Fact]:
    if "insert" not in text and "INSERT" not in text and "Insert" not in text:
        return []
    first: dict[tuple[str, str], int] = {}  # a dump fills one table a thousand times
    for found in _FILLED.finditer(text):
        first.setdefault((found.group(1).lower(), " ".join(_NAMES.findall(found.group(2).lower()))), found.start())
    return [Fact(FILLED, name, text.count("\n", 0, at) + 1, data={"columns": columns}) for (name, columns), at in first.items()]


def _blank(found: re.Match[str]) -> str:
    """A value in quotes stays a word; a comment is none."""
    return " x " if found.group(1) else " "


def _columns(body: str) -> list[str]:
    """The first word of each part between commas, up to the bracket that closes the table."""
    found, depth, start = [], 0, 0
    for position, char in enumerate(body):
        if char == "(":
            depth += 1
        elif char == ")":
            depth -= 1
        if depth < 0 or (char == "," and depth == 0):
            word = _WORDS.match(body[start:position].lstrip())
            if word and word.group(1).lower() not in _NO_COLUMNS:
                found.append(word.group(1).lower())
            start = position + 1
        if depth < 0:
            return found
    return []
