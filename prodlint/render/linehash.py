"""The line hashes by which GitHub code scanning recognises an alert after lines have moved.

Knows: the published algorithm of `primaryLocationLineHash`. Does not know: SARIF. From the first character of a line it takes 100
UTF-16 units, without spaces and tabs and with CR and CRLF as LF, then one end-of-file unit and zeros; the hash is the polynomial
with base 37 modulo 2**64 in hex, followed by how often that hash has occurred in the file so far.
"""

from __future__ import annotations

from array import array
from collections import defaultdict

_BLOCK = 100
_BASE = 37
_MASK = (1 << 64) - 1
_TAB, _LF, _CR, _SPACE, _EOF = 9, 10, 13, 32, 65535


def line_hashes(text: str) -> list[str]:
    """The hash of each line of a file, in order."""
    units, starts = _significant(text)
    units.extend([0] * _BLOCK)
    seen: dict[int, int] = defaultdict(int)
    result = []
    for start in starts:
        value = 0
        for unit in units[start : start + _BLOCK]:
            value = value * _BASE + unit & _MASK
        seen[value] += 1
        result.append(f"{value:x}:{seen[value]}")
    return result


def _significant(text: str) -> tuple[list[int], list[int]]:
    """The units that count, end-of-file last, and where among them each line starts."""
    raw = array("H")
    raw.frombytes(text.encode("utf-16-le", "surrogatepass"))
    units: list[int] = []
    starts: list[int] = []
    at_start, after_cr = True, False
    for unit in (*raw, _EOF):
        if unit in (_SPACE, _TAB) or (after_cr and unit == _LF):
            after_cr = False
            continue
        after_cr = unit == _CR
        if at_start:
            starts.append(len(units))
        units.append(_LF if after_cr else unit)
        at_start = units[-1] == _LF
    return units, starts
