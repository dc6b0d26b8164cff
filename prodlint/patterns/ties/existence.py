"""Whether a function only asks that there is a row, and gives nothing of it away: `const known = await find(id); if (known) ...`.

Knows: what stands around the name that a lookup is given to; in Java handlers that answer nothing, in Go rows that are
dropped. Does not know: lookups; who asks.
"""

from __future__ import annotations

from prodlint import regex as re
from prodlint.patterns.text.reader import Function
from prodlint.patterns.text.spans import DOTS, chain_start
from prodlint.patterns.text.tokens import Code

_ASKS = frozenset(("if", "!", "!!", "&&", "||", "while", "?", "return"))
_ENDS = frozenset((")", "&&", "||", "?", ";", "}"))
_KEYS = frozenset(("id", "_id", "length", "uuid"))


# Java: what is answered where nothing is
_NOTHING = re.compile(r"\b(?:ResponseEntity|Mono|CompletableFuture)<\s*Void\s*>|\bvoid\s+\w+\s*\(")


def answers_nothing(function: Function) -> bool:
    """Java: is it written that the handler answers nothing: `public ResponseEntity<Void> click(...)`?"""
    return function.code.language == "java" and _NOTHING.search(function.header) is not None


def row_dropped(function: Function, at: int) -> bool:
    """Go: is only the error heard of what the call at this token gives, `_, err = notes.GetByID(ctx, id)`?"""
    code = function.code
    start = chain_start(code, at) - 1
    return code.texts[start] in ("=", ":=") and code.texts[start - 3 : start - 1] == ["_", ","] and code.texts[start - 4] != ","


def only_asked(function: Function, at: int) -> bool:
    """Is what the call at this token gives only asked whether it is there? In doubt it is used."""
    code = function.code
    start = chain_start(code, at) - 1
    while start > function.first and code.texts[start] in ("await", "("):
        start -= 1
    if code.texts[start] in ("!", "!!"):
        return True
    if code.texts[start] != "=" or code.kinds[start - 1] != "n" or code.texts[start - 2] in DOTS:
        return False
    name = code.texts[start - 1]
    if any(code.kinds[index] == "s" and _in_text(code, index, name.lstrip("$")) for index in range(function.first, min(function.last, len(code)))):
        return False
    others = [index for index in range(function.first, min(function.last, len(code))) if code.texts[index] == name and index != start - 1]
    return bool(others) and all(_is_truth(code, index) for index in others)


def _is_truth(code: Code, index: int) -> bool:
    before = index - 1
    while code.texts[before] == "(":
        before -= 1
    after = index + 1
    if code.texts[after] in DOTS and code.texts[after + 1] in _KEYS and code.texts[before] in ("&&", "||"):
        after += 2
    asked = code.texts[before] in _ASKS and (code.texts[before] != "return" or code.texts[index - 1] in ("!", "!!"))
    return asked and code.texts[after] in _ENDS


def _in_text(code: Code, index: int, name: str) -> bool:
    """Does a text hold the value, as `"{$order->total}"` and `${order.total}` do, or name it for whoever takes it: `compact('order')`?"""
    text = code.texts[index]
    if code.language == "php" and text[1:-1] == name:
        return True
    return "$" in text and re.search(rf"\$(?:\{{[^}}]*\b)?{re.escape(name)}\b", text) is not None
