"""Which arguments of a query select rows: read from its SQL text.

Knows: `$1`, `?` and `:name` after WHERE, the first table. Does not know: grammar; text that is put together from parts.
"""

from __future__ import annotations

from prodlint import regex as re

_SQL = re.compile(r"^[\"'`\s]*(?:--[^\n]*\n\s*)*(?:WITH\b.{0,2000}?\b)?(SELECT|UPDATE|DELETE|INSERT)\b", re.I | re.S)
KIND = re.compile(r"\s*(?:--[^\n]*\n\s*)*(?:WITH\b.{0,2000}?\b)?(SELECT|UPDATE|DELETE|INSERT|REPLACE)\s", re.I | re.S)  # of a text without its quotes
_TABLE = re.compile(r"\b(?:FROM|UPDATE|INTO)\s+(?:ONLY\s+)?(?:\w+\.|\"\w+\"\.)?[\"`\[]?(\w+)", re.I)
_HOLES = re.compile(r"'(?:[^']|'')*'|\$(\d{1,3})|(\?)(?!\?)")


def selecting(text: str) -> tuple[frozenset[int], bool] | None:
    """(arguments after the text that stand behind WHERE, does it change rows); None where the text is no SQL or its holes cannot be told."""
    found = _SQL.match(text)
    if found is None:
        return None
    where = re.search(r"\bWHERE\b", text, re.I)
    start = where.end() if where else len(text)
    holes, at = set(), 0
    for hole in _HOLES.finditer(text):
        if hole.group(1):
            place = int(hole.group(1)) - 1
        elif hole.group(2):
            place, at = at, at + 1
        else:
            continue
        if hole.start() >= start:
            holes.add(place)
    return frozenset(holes), found.group(1).upper() in ("UPDATE", "DELETE")


def table(text: str) -> str:
    """The first table that a query names; "" where the text is no SQL."""
    found = _TABLE.search(text) if _SQL.match(text) else None
    return found.group(1) if found is not None else ""


def constant(text: str, name: str) -> str:
    """The literal that a file gives to a name, "" where it gives none."""
    found = re.search(rf"\b{re.escape(name)}\b(?:\s+string|\s*:\s*String)?\s*=\s*(`[^`]*`|\"\"\".*?\"\"\"|\"(?:[^\"\\\n]|\\.)*\")", text, re.S)
    return found.group(1) if found is not None else ""
