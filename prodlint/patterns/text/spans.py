"""Where the parts of code begin and end: arguments, patterns, expressions, chains of calls.

Knows: brackets, signs that end an expression, line ends after which nothing goes on. Does not know: what a part means.
"""

from __future__ import annotations

from prodlint.patterns.text.tokens import Code

FUNCTIONS = frozenset(("=>", "function"))  # what stands in one that is handed over is not handed over itself
DOTS = frozenset((".", "?.", "->", "?->", "::"))


def split(code: Code, first: int, last: int, sign: str = ",") -> list[tuple[int, int]]:
    """The parts between commas that stand in no bracket."""
    out, start, index = [], first, first
    while index < last:
        text = code.texts[index]
        if text == sign:
            out.append((start, index))
            start = index + 1
        elif text in ("(", "[", "{", "#[") and index < code.mate[index] <= last:
            index = code.mate[index]
        index += 1
    out.append((start, last))
    return out


def taken(code: Code, first: int, last: int) -> list[tuple[str, str]]:
    """(name, key) of what a pattern `{ a, b: c, ...rest }` takes; a key within a nested pattern is dotted ("params.id")."""
    out = []
    for start, end in split(code, first, last):
        texts = code.texts[start:end]
        if not texts:
            continue
        if texts[0] == "..." and len(texts) > 1:
            out.append((texts[1], "..."))
        elif len(texts) > 2 and texts[1] == ":":
            if texts[2] == "{" and code.mate[start + 2] > 0:
                out += [(name, f"{texts[0]}.{key}") for name, key in taken(code, start + 3, code.mate[start + 2])]
            else:
                out.append((texts[2], texts[0]))
        else:
            out.append((texts[0], texts[0]))
    return out


def opening(code: Code, first: int, last: int, sign: str = "(") -> int:
    """The first bracket of its kind between two tokens, where it closes again, else -1."""
    found = next((at for at in range(first, min(last, len(code))) if code.texts[at] == sign), -1)
    return found if found >= 0 and code.mate[found] >= 0 else -1


def expression_end(code: Code, index: int) -> int:
    """The token after an expression: at a sign that ends it, or at a line end after which nothing goes on."""
    texts, mate = code.texts, code.mate
    while index < len(code):
        text = texts[index]
        if text in (";", ",", ")", "]", "}"):
            return index
        index = mate[index] + 1 if text in ("(", "[", "{", "#[") and mate[index] > 0 else index + 1
        if index < len(code) and code.line(index) != code.line(index - 1) and not _goes_on(code, index):
            return index
    return index


_JOINS_AFTER = frozenset((
    "=", "=>", "(", "[", "{", ",", "&&", "||", "??", "?", ":", "+", "-", "*", "/", "|", "&", "==", "===", "!=", "!==", ":=", "<=", ">=",
    "->", ".", "?.", "::", "await", "return", "and", "or", "not", "new", "in",
))  # fmt: skip
_JOINS_BEFORE = frozenset((
    ".", "?.", "->", "?->", "&&", "||", "??", "?", ":", "+", "*", "/", "|", "==", "===", "!=", "!==", "and", "or", "as",
))  # fmt: skip


def _goes_on(code: Code, index: int) -> bool:
    """Does the token at the start of a line go on with the line before?"""
    if code.language in ("java", "csharp", "php"):  # these end with a semicolon
        return True
    return code.texts[index - 1] in _JOINS_AFTER or (code.texts[index] in _JOINS_BEFORE and code.language != "go")


def begins(code: Code, index: int) -> bool:
    """Does a statement begin with the token at the start of a line?"""
    return not _goes_on(code, index)


def chain_start(code: Code, index: int) -> int:
    """Where the chain of names, calls and keys begins that ends with this token."""
    texts, mate = code.texts, code.mate
    while index > 0:
        if texts[index] in (")", "]") and mate[index] >= 0:
            index = mate[index] - 1 if code.kinds[mate[index] - 1] == "n" or texts[mate[index] - 1] in (")", "]") else mate[index]
            if texts[index] in ("(", "["):
                return index
            continue
        if index > 1 and texts[index - 1] in DOTS:
            index -= 2 if texts[index - 2] not in ("!", "!!", "?") else 3
            continue
        return index
    return index


def operand_end(code: Code, index: int) -> int:
    """The token after the operand of a comparison that begins here."""
    while index < len(code) and code.texts[index] in ("!", "(", "await", "new", "-"):
        index = code.mate[index] + 1 if code.texts[index] == "(" and code.mate[index] == index + 2 else index + 1  # a cast
    if index >= len(code) or code.kinds[index] != "n":
        return index + 1
    at = index + 1
    if code.texts[index - 1] == "(" and code.texts[at : at + 1] == ["as"] and code.mate[index - 1] > 0:  # `(req as AuthRequest).user`
        at = code.mate[index - 1] + 1
    while at < len(code):
        if code.texts[at] in DOTS:
            at += 2
        elif code.texts[at] in ("(", "[") and code.mate[at] > 0:
            at = code.mate[at] + 1
        else:
            return at
    return at
