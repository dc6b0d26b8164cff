"""Patterns as Python compiled them in an earlier run: to compile them again is the most that a short run would do.

Knows: what Python makes of a pattern before it is one (source: CPython 3.11 to 3.14, Lib/re/_compiler.py, `compile`), and the folder in which
it keeps the byte code of this package: there they stand, for the one version of Python that made them. Does not know: any pattern.

Where Python writes no byte code (PYTHONDONTWRITEBYTECODE, a folder that nobody may write to), or its inner parts are others than these, every
pattern is compiled anew.
"""

from __future__ import annotations

import contextlib
import marshal
import os
import re
import sys
from array import array
from pathlib import Path
from typing import Any

try:
    import _sre
    from re import _compiler, _parser  # type: ignore[attr-defined]
except ImportError:  # another Python than CPython
    _sre = None  # type: ignore[assignment]

FEW = 8  # patterns for which the file is not written anew
MOST = 5_000  # that are kept
MADE_BY = (sys.hexversion, getattr(_sre, "MAGIC", 0), 1)
Parts = tuple[int, bytes, int, dict[str, int], tuple["str | None", ...]]  # flags, code, groups, their numbers, their names

_parts: dict[tuple[str, int], Parts] | None = None  # None before anybody asked
_fresh = 0  # of these, how many this run compiled


def pattern(text: str | bytes, flags: int) -> re.Pattern[Any]:
    """`re.compile(text, flags)`."""
    global _fresh
    if _sre is None or not isinstance(text, str):
        return re.compile(text, flags)
    known, flags = _known(), int(flags)
    parts = known.get((text, flags))
    if parts is None:
        parts = known[text, flags] = _compiled(text, flags)
        _fresh += 1
    flags, code, *groups = parts
    return _sre.compile(text, flags, memoryview(code).cast("I").tolist(), *groups)


def keep() -> None:
    """Writes down what this run compiled, for the next one."""
    file = _file()
    if file is None or sys.dont_write_bytecode or _fresh <= FEW or len(_known()) > MOST:
        return
    part = file.with_suffix(f".{os.getpid()}")
    with contextlib.suppress(OSError):  # a folder of somebody else's: as Python does with byte code
        part.write_bytes(marshal.dumps((MADE_BY, _parts)))
        part.replace(file)


def _compiled(text: str, flags: int) -> Parts:
    parsed = _parser.parse(text, flags)
    state = parsed.state
    names: list[str | None] = [None] * state.groups
    for name, number in state.groupdict.items():
        names[number] = name
    code = array("I", _compiler._code(parsed, flags)).tobytes()
    return int(flags | state.flags), code, state.groups - 1, state.groupdict, tuple(names)


def _known() -> dict[tuple[str, int], Parts]:
    global _parts
    if _parts is None:
        _parts = {}
        file = _file()
        with contextlib.suppress(OSError, EOFError, ValueError, TypeError):  # none yet, or a damaged one
            made_by, parts = marshal.loads(file.read_bytes()) if file is not None else ((), {})
            _parts = parts if made_by == MADE_BY else {}
    return _parts


def _file() -> Path | None:
    """Beside the byte code of this file."""
    cached = __spec__.cached if __spec__ is not None else None
    return Path(cached).with_suffix(".patterns") if cached else None
