"""Credentials that show what they are: a prefix of the provider's and a form.

Knows: the table `shapes.yaml`, and how to look for all of its shapes in one pass over a text. Does not know: where in a file a token stands,
whether it is meant to be found (`judgement.py`).

Two passes, the first one cheap: a file is searched only where it holds a word of the length and the mixture of a token, or one of the few
signs that stand apart from their value. Then one pattern of all prefixes, branching letter by letter, says which shapes are worth trying.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.resources import files
from typing import Any

import msgspec

from prodlint import regex as re

LONGEST = 6000  # characters of one value; longer is data
# letters become `a`, digits `1`, everything else separates; so one pattern finds the words that may hold a token
_SORTS = bytes(97 if chr(code).isalpha() or chr(code) in "_-~" else 49 if chr(code).isdigit() else 32 for code in range(128)) + b" " * 128
_LONG = re.compile(rb" (?:(?=[a1]{14})a*1|a{31})")  # fourteen signs with a digit among them, or more than thirty
_SIGNS = ("-----BEGIN ", "Private-Lines: ", "BUNDLE_", "AKIA", "ASIA")  # what shows a token whose words are short
WINDOW = 700  # characters that are searched behind a long word of a long line


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
    prefixes: tuple[str, ...] = ()


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
            tuple(entry.get("prefix", ())),
        )
        for entry in table()
    }


# ---------------------------------------------------------------- the one pass
class _Search(msgspec.Struct, frozen=True):
    start: Any  # one pattern of every prefix, where a word begins
    escaped: Any  # the same behind an escape (`\\n`, `%3D`), where it seems to be within a word
    by_prefix: dict[str, tuple[Shape, ...]]
    anchored: tuple[tuple[str, Any, Shape], ...]  # what must be in the text for the pattern to be worth a try


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
            anchored.append((entry.get("needle", ""), re.compile(entry["anchor"]), shape))
    by_prefix = {
        prefix: tuple(shape for other in sorted(prefixes, key=len, reverse=True) if prefix.startswith(other) for shape in prefixes[other])
        for prefix in prefixes
    }
    trie = _trie(sorted(prefixes))
    start = re.compile(rf"(?:^|[^A-Za-z0-9_-])({trie})")
    escaped = re.compile(rf"(?:\\[nrt]|%3[DdAa]|%2[0Ff])({trie})")
    return _Search(start, escaped, by_prefix, tuple(anchored))


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


def places(text: str) -> list[tuple[int, int]]:
    """(start, end) of the parts of a text that may hold a token: lines with a long word or a telling sign, windows of very long lines."""
    data = (b" " + text.encode("ascii", "replace")).translate(_SORTS)
    out = []
    found = _LONG.search(data)
    while found:
        at = found.start()  # one sign ahead of the text, so that this is where the word starts
        start, end = text.rfind("\n", max(0, at - WINDOW), at) + 1, text.find("\n", at, at + WINDOW)
        start, end = start or max(0, at - 100), min(at + WINDOW, len(text)) if end < 0 else end
        out.append((start, end))
        found = _LONG.search(data, max(end, at + 1))
    for sign in _SIGNS:
        at = text.find(sign)
        while at >= 0:
            out.append((max(text.rfind("\n", max(0, at - 100), at) + 1, at - 100, 0), at + len(sign) + 200))
            at = text.find(sign, at + 1)
    return _merged(out)


def _merged(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """In order, and none reaches into the next: a place is searched once."""
    out: list[tuple[int, int]] = []
    last = 0
    for start, end in sorted(spans):
        if end > last:
            out.append((max(start, last), end))
            last = end
    return out


def find(text: str, spans: Iterable[tuple[int, int]] | None = None) -> Iterator[Token]:
    """Every place of these parts of a text that has the form of a shape, in order; the longest one takes a place."""
    search = _search()
    spans = [(0, len(text))] if spans is None else spans
    anchored = [entry for entry in search.anchored if entry[0] in text]
    tokens: dict[tuple[int, int, str], Token] = {}
    for start, end in spans:
        part = text[start:end]
        for pattern in (search.start, search.escaped) if "\\" in part or "%" in part else (search.start,):
            for found in pattern.finditer(text, max(0, start - 1), end):
                for shape in search.by_prefix[found.group(1)]:
                    token = _token(text, found.start(1), shape)
                    if token is not None:
                        tokens[token.start, token.end, shape.name] = token
                        break
        for needle, anchor, shape in anchored:
            if needle in part:
                for token in _anchored(text, start, end, anchor, shape):
                    tokens[token.start, token.end, shape.name] = token
    last = -1
    for begin, finish, name in sorted(tokens, key=lambda each: (each[0], -each[1], each[2])):
        if begin >= last:
            yield tokens[begin, finish, name]
            last = finish


def _anchored(text: str, start: int, end: int, anchor: Any, shape: Shape) -> Iterator[Token]:
    """Tokens that have their sign in the middle: from the sign back to where they begin."""
    for found in anchor.finditer(text, start, end):
        begin = found.start()
        for back in range(max(0, start - 1, begin - 120), begin + 1):
            token = _token(text, back, shape)
            if token and token.start <= begin < token.end:
                yield token
                break


def _token(text: str, at: int, shape: Shape) -> Token | None:
    found = shape.pattern.match(text, at, at + LONGEST)
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


_CHECKS = {"mixed": _mixed, "cased": _cased, "encoding": bool, "words": bool, "camel": _camel, "crc32": lambda value: True}


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
