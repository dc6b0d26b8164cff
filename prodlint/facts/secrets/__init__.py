"""Credentials in a file.

Knows: in which order a text is searched, and that a value is never kept: `shown` is redacted, `salted` is a keyed hash. Does not know: other
files, what git tracks.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from hashlib import blake2b

from prodlint import ir
from prodlint.facts.secrets import judgement, token_shapes
from prodlint.model import Block, Secret

_DOCUMENT = re.compile(r"(?i)\.(?:md|mdx|rst|adoc|txt|html?)$|(?:^|/)docs?/")
_EXAMPLE = re.compile(r"(?i)(?:^|[/._-])(?:examples?|samples?|templates?|dist|defaults?)(?:[/._-]|$)")
_NAME = re.compile(r"([A-Za-z_][\w.-]*)[\"']?\s*(?::=|=>|[:=])\s*[\"'`]?$")


def read(path: str, text: str, language: str, module: ir.Module | None, blocks: tuple[Block, ...], aside: str) -> tuple[Secret, ...]:
    """The credentials of a file, in source order."""
    spans = token_shapes.lines_to_search(text)
    if not spans:
        return ()
    place = place_of(path, aside)
    lines = Lines(text)
    out = []
    for start, end in spans:
        for token in token_shapes.find(text, start, end):
            value = text[token.value_start : token.value_end]
            if token.shape.public or judgement.made_up(value) or (place != "live" and not token.shape.live):
                continue
            name = _NAME.search(text[start : token.start])
            confidence = "high" if place == "live" and token.shape.live else "medium"
            out.append(lines.secret(token, name.group(1) if name else "", confidence, place))
    return tuple(out)


def place_of(path: str, aside: str) -> str:
    """What a value in this file is worth: "test", "documentation", "example" or "live"."""
    if aside == "test":
        return "test"
    if _EXAMPLE.search(path):
        return "example"
    return "documentation" if _DOCUMENT.search(path) else "live"


class Lines:
    """Offsets of a text as lines and columns."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.starts = [0]
        for line in text.splitlines(keepends=True):
            self.starts.append(self.starts[-1] + len(line))

    def secret(self, token: token_shapes.Token, name: str, confidence: str, place: str) -> Secret:
        value = self.text[token.value_start : token.value_end]
        line = bisect_right(self.starts, token.value_start)
        column = token.value_start - self.starts[line - 1] + 1
        shape = token.shape
        return Secret(shape.name, line, column, column + len(value), name, shown(value), salted(value), confidence, place, shape.title, shape.rotate)


def shown(value: str) -> str:
    """What may be printed: the few signs that say whose key it is."""
    return f"{value[:4]}****" if len(value) >= 16 else "****"


def salted(value: str) -> str:
    """What tells two values apart and nothing else."""
    return blake2b(value.encode("utf-8", "replace"), key=b"prodlint", digest_size=12, salt=b"facts").hexdigest()
