"""Python's `re`, except that a pattern is compiled when it is first used: a run uses a part of the patterns that prodlint knows.

Knows: when patterns are compiled. Does not know: any pattern. `from prodlint import regex as re` stands where `import re` would.
"""

from __future__ import annotations

import re
from re import (
    DOTALL,
    IGNORECASE,
    MULTILINE,
    VERBOSE,
    A,
    I,
    M,
    Match,
    Pattern,
    RegexFlag,
    S,
    X,
    error,
    escape,
    findall,
    finditer,
    fullmatch,
    match,
    search,
    split,
    sub,
)
from typing import Any, cast

__all__ = [
    "DOTALL", "IGNORECASE", "MULTILINE", "VERBOSE", "A", "I", "M", "Match", "Pattern", "RegexFlag", "S", "X", "compile", "error", "escape", "findall",
    "finditer", "fullmatch", "match", "search", "split", "sub",
]  # fmt: skip

MEMBERS = frozenset({"match", "fullmatch", "search", "split", "findall", "finditer", "sub", "subn"})


class Waiting:
    """A pattern that nobody has used yet; from its first use on its methods are those of the compiled one."""

    def __init__(self, pattern: str, flags: int) -> None:
        self.pattern, self._flags = pattern, flags

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):  # what copies and pickles look for is none of a pattern's
            raise AttributeError(name)
        compiled = re.compile(self.pattern, self._flags)
        for member in MEMBERS:
            self.__dict__[member] = getattr(compiled, member)  # from now on found without asking here
        return getattr(compiled, name)

    def __reduce__(self) -> tuple[type[Waiting], tuple[str, int]]:
        return Waiting, (self.pattern, self._flags)


def compile(pattern: str, flags: int = 0) -> Pattern[str]:
    """`re.compile` for patterns that stand in code: a wrong one is only told when it is used."""
    return cast("Pattern[str]", Waiting(pattern, int(flags)))
