"""What a project says of itself in `[tool.prodlint.access]`, for code outside Python: which handlers are open on purpose, which guards there are.

Knows: the words of the configuration, paths and names of handlers, names of decorators, middleware and wrappers. Does not know: what a guard does;
guards that a handler calls itself, and where a principal stands (`words.py`).
"""

from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatchcase

from prodlint import regex as re

_ROUTE = re.compile(r"([\"'`])[^\"'`\s]*/[^\"'`\s]*\1")  # `"/mine-only/:id"` asks nobody


_REQUEST = frozenset(("req", "request", "res", "response", "ctx", "context", "c", "this", "self", "locals", "state"))


def holder(word: str) -> str:
    """The name that holds who asks, in a word with its request: `request.account`, `res.locals.account.id` -> account."""
    parts = word.split(".")
    return next((part for part in parts if part not in _REQUEST), parts[-1])


def opens(words: Iterable[str], path: str, handler: str) -> bool:
    """Is a route open on purpose: by a glob of paths, or by its handler's name?"""
    return any(fnmatchcase(path, word) or handler == word or handler.endswith(f".{word}") for word in words)


def names(words: Iterable[str]) -> frozenset[str]:
    """Of guards only the last name counts, as it is written: `orders.ensure_member` -> ensure_member."""
    return frozenset(word.rpartition(".")[2].removesuffix("()") for word in words) - {""}


def stands(words: frozenset[str], around: str) -> bool:
    """Does a guard of the project stand before a handler: `@UseGuards(MineOnly)`, `router.get("/orders/:id", mineOnly, ...)`?"""
    return bool(words) and not words.isdisjoint(re.findall(r"[A-Za-z_$][\w$]*[?!]?", _ROUTE.sub(" ", around)))
