"""Credentials that show what they are: a prefix of the provider's and a form.

Knows: the table `shapes.yaml`, and how to look for all of its shapes in one pass over a text. Does not know: where in a file a token stands,
whether it is meant to be found (`judgement.py`).

Two passes, the first one cheap: a file is searched only where it holds a word of the length and the mixture of a token, or one of the few
signs that stand apart from their value. Then one pattern of all prefixes, branching letter by letter, says which shapes are worth trying.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Any

import msgspec

LONGEST = 6000  # characters of one value; longer is data
# what is part of a word stays, everything else separates
_WORDS = bytes(code if chr(code).isalnum() or chr(code) in "_-" else 32 for code in range(128)) + b" " * 128
_SIGNS = ("-----BEGIN ", "Private-Lines: ")
SHORTEST = 14  # characters of the shortest word that holds a token


class Shape(msgspec.Struct, frozen=True):
    """One entry of the table, ready to use."""

    name: str
    title: str
    pattern: Any
    checks: tuple[str, ...] = ()
    live: bool = True
    public: bool = False
    named: Any = None
    rotate: str = ""


class Token(msgspec.Struct, frozen=True):
    """A place that has the form of a shape: the whole of it, and the value within."""

    shape: Shape
    start: int
    end: int
    value_start: int
    value_end: int


@cache
def table() -> tuple[dict[str, Any], ...]:
    """The entries of shapes.yaml as they are written."""
    import yaml

    text = files("prodlint.facts.secrets").joinpath("shapes.yaml").read_text(encoding="utf-8")
    return tuple(yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))["shapes"])  # noqa: S506  # the safe loader


@cache
def shapes() -> dict[str, Shape]:
    """All shapes by name."""
    return {
        entry["name"]: Shape(
            entry["name"],
            entry["title"],
            re.compile(entry["pattern"]),
            tuple(entry.get("checks", ())),
            entry.get("live", True),
            entry.get("public", False),
            re.compile(entry["named"]) if "named" in entry else None,
            entry.get("rotate", ""),
        )
        for entry in table()
    }


# ---------------------------------------------------------------- the one pass
class _Search(msgspec.Struct, frozen=True):
    start: Any  # one pattern of every prefix
    by_prefix: dict[str, tuple[Shape, ...]]
    anchored: tuple[tuple[Any, Shape], ...]


@cache
def _search() -> _Search:
    known = shapes()
    prefixes: dict[str, list[Shape]] = {}
    anchored = []
    for entry in table():
        shape = known[entry["name"]]
        for prefix in entry.get("prefix", ()):
            prefixes.setdefault(prefix, []).append(shape)
        if "anchor" in entry:
            anchored.append((re.compile(entry["anchor"]), shape))
    by_prefix = {
        prefix: tuple(shape for other in sorted(prefixes, key=len, reverse=True) if prefix.startswith(other) for shape in prefixes[other])
        for prefix in prefixes
    }
    # not within a word, unless what stands before is the end of an escape (`\n`, `%3D`)
    start = re.compile(rf"(?:(?<![A-Za-z0-9_-])|(?<=\\[nrt])|(?<=%3[DdAa])|(?<=%2[0Ff]))({_trie(sorted(prefixes))})")
    return _Search(start, by_prefix, tuple(anchored))


def _trie(words: list[str]) -> str:
    """One pattern that matches the longest of the words, branching letter by letter."""
    ends = "" in words
    by_head: dict[str, list[str]] = {}
    for word in words:
        if word:
            by_head.setdefault(word[0], []).append(word[1:])
    branches = [re.escape(head) + _trie(tails) for head, tails in by_head.items()]
    if not branches:
        return ""
    body = branches[0] if len(branches) == 1 and not ends else f"(?:{'|'.join(branches)})"
    return f"{body}?" if ends else body


def lines_to_search(text: str) -> list[tuple[int, int]]:
    """(start, end) of the lines that may hold a token: a word of fourteen and more characters with a digit in it, or a telling sign."""
    data = text.encode("utf-8", "replace").translate(_WORDS)
    if not any(len(word) >= SHORTEST and (len(word) > 30 or _DIGIT.search(word)) for word in data.split()) and not any(
        sign in text for sign in _SIGNS
    ):
        return []
    out, position = [], 0
    for line in text.splitlines(keepends=True):
        end = position + len(line)
        if len(line) > SHORTEST and (_LONG.search(line) or any(sign in line for sign in _SIGNS)):
            out.append((position, end))
        position = end
    return out


_DIGIT = re.compile(rb"[0-9]")
_LONG = re.compile(r"(?=[A-Za-z0-9_+/=.-]{14})[A-Za-z_+/=.-]*[0-9]|[A-Za-z_-]{31}")


def find(text: str, start: int = 0, end: int | None = None) -> Iterator[Token]:
    """Every place of the text that has the form of a shape, in order; the longest one takes a place."""
    search = _search()
    end = len(text) if end is None else end
    taken: list[tuple[int, int, Token]] = []
    for found in search.start.finditer(text, start, end):
        for shape in search.by_prefix[found.group(1)]:
            token = _token(text, found.start(1), end, shape)
            if token is not None:
                taken.append((token.start, token.end, token))
                break
    for anchor, shape in search.anchored:
        for found in anchor.finditer(text, start, end):
            begin = found.start()
            for back in range(max(start, begin - 120), begin + 1):
                if (token := _token(text, back, end, shape)) and token.start <= found.start() < token.end:
                    taken.append((token.start, token.end, token))
                    break
    last = -1
    for begin, finish, token in sorted(taken, key=lambda each: (each[0], -each[1])):
        if begin >= last:
            yield token
            last = finish


def _token(text: str, at: int, end: int, shape: Shape) -> Token | None:
    found = shape.pattern.match(text, at, min(end, at + LONGEST))
    if found is None or _goes_on(text, found.end()):
        return None
    group = "value" if "value" in shape.pattern.groupindex else 0
    value = found.group(group)
    if not all(_CHECKS[check](value) for check in shape.checks):
        return None
    return Token(shape, found.start(), found.end(), found.start(group), found.end(group))


def _goes_on(text: str, at: int) -> bool:
    """A value that ends within a word is another thing."""
    return at < len(text) and text[at - 1].isalnum() and text[at].isascii() and text[at].isalnum()


# ---------------------------------------------------------------- checks
def _mixed(value: str) -> bool:
    body = value[3:]
    return any(c.isdigit() for c in body) and any(c.isalpha() for c in body) and entropy(value) > 2.8


def _camel(value: str) -> bool:
    """Digits, capitals and small letters: what an identifier in words rarely is."""
    return _mixed(value) and any(c.isupper() for c in value[3:]) and any(c.islower() for c in value[3:])


def entropy(value: str) -> float:
    """Shannon entropy in bits a character."""
    counts: dict[str, int] = {}
    for sign in value:
        counts[sign] = counts.get(sign, 0) + 1
    return -sum(n / len(value) * math.log2(n / len(value)) for n in counts.values()) if value else 0.0


def _cased(value: str) -> bool:
    """Capitals and small letters in turns, digits or not."""
    return len(re.findall(r"[a-z][A-Z]", value)) >= 3 and entropy(value) > 3.2


_CHECKS = {"mixed": _mixed, "cased": _cased, "camel": _camel, "crc32": lambda value: True}


def checksum_holds(token: str) -> bool:
    """GitHub's tokens end in the CRC32 of what stands before, in base 62: an invented one does not fit."""
    import zlib

    body, said = token[:-6].partition("_")[2], token[-6:]
    digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
    number, out = zlib.crc32(body.encode()), ""
    while number:
        number, rest = divmod(number, 62)
        out = digits[rest] + out
    return out.rjust(6, "0") == said
