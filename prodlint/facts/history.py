"""Credentials that commits of the history added, whether or not they are still there.

Knows: tokens of a known shape, addresses with passwords, and .env files by their name. Does not know: git; the files of today.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from prodlint import regex as re
from prodlint.facts.secrets import place_of, read
from prodlint.model import Leak

MOST = 2000  # leaks; more is a history of something else
_ENV = re.compile(r"(?:^|/)(?:\.env(?:\.(?:local|prod|production|staging|live))?|\.dev\.vars|\.envrc)$")


class AddedLines(Protocol):
    """What `sources.history` yields."""

    commit: str
    path: str
    first: int
    text: str


def leaks(added: Iterable[AddedLines]) -> tuple[Leak, ...]:
    """One leak for each value and for each .env file, with the oldest commit that holds it."""
    out: dict[tuple[str, str], Leak] = {}
    for each in added:
        if _ENV.search(each.path):
            out[each.path, ""] = Leak(each.path, each.first, each.commit, "env-file", "a .env file")
        if place_of(each.path) != "live" or len(out) >= MOST:
            continue
        for secret in read(each.path, each.text, "text", None, (), "history").secrets:
            if secret.confidence == "high":
                line = each.first + secret.line - 1
                out[secret.salted, secret.kind] = Leak(each.path, line, each.commit, secret.kind, secret.note, secret.salted, secret.rotate)
    return tuple(sorted(out.values()))
