"""Where a node stands, packed.

Knows: lines and columns. Does not know: nodes (`ir.py`, through which all others have these).

A position is one integer, `line << 12 | column` (1-based, columns past 4095 are cut): it orders like the source does and
costs five bytes in the cache. `line_of` and `column_of` take it apart. An end position is exclusive.
"""

from __future__ import annotations


def line_of(at: int) -> int:
    return at >> 12


def column_of(at: int) -> int:
    return at & 4095


def pack(line: int, column: int) -> int:
    return line << 12 | min(column, 4095)
