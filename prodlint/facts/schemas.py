"""Data models that a Prisma schema declares.

Knows: `model` blocks, their fields and relations. Does not know: what a name means, other files.
"""

from __future__ import annotations

from prodlint import regex as re
from prodlint.model import Fact

MODEL = "data-model"
MAX_MODELS = 2_000
_BLOCK = re.compile(r"^model[ \t]+(\w+)[ \t]*\{[ \t]*\n(.*?)^\}", re.M | re.S)
_FIELD = re.compile(r"^[ \t]+(\w+)[ \t]+(\w+)(\[\])?", re.M)


def read(path: str, text: str) -> tuple[Fact, ...]:
    """Facts of kind "data-model": the name and, in `data`, its columns and the models that it points to (lists of others are not its own)."""
    if not path.endswith(".prisma"):
        return ()
    out = []
    for block in list(_BLOCK.finditer(text))[:MAX_MODELS]:
        fields = [found.groups() for found in _FIELD.finditer(block.group(2))]
        columns = " ".join(name for name, _, _ in fields)
        points = " ".join(f"{name}:{kind}" for name, kind, listed in fields if not listed and kind[:1].isupper() and kind not in _SCALARS)
        out.append(Fact(MODEL, block.group(1), text.count("\n", 0, block.start()) + 1, data={"columns": columns, "points": points}))
    return tuple(out)


_SCALARS = frozenset(("String", "Int", "BigInt", "Float", "Decimal", "Boolean", "DateTime", "Json", "Bytes"))
