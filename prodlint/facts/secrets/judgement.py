"""Whether a value is a credential or only looks like one.

Knows: placeholders, templates, look-ups, values made up by hand. Does not know: in which file or under which name a value stands.
"""

from __future__ import annotations

import re

from prodlint.facts.secrets.token_shapes import entropy

# words that people write where a value has to be filled in
_MADE_UP = re.compile(
    r"(?i)ex[ae]mple|placeholder|dummy|your[_-]?|change[_-]?(?:me|this|it)|replace[_-]?(?:me|this|with)|redacted|fake|sample|insert[_-]|todo"
    r"|fill[_-]?(?:me|in)|goes[_-]?here|not[_-]?(?:a[_-]?)?(?:real|secret)|foobar|lorem|secret[_-]?key[_-]?here|paste[_-]"
)
_RUN = re.compile(r"(?i)(.)\1{5}|(..)\2{4}|(...)\3{3}|x{4}|\*{3}|\.{3}|…|0123456|1234567|2345678|abcdefg|bcdefgh|qwertyu|deadbeef")


def made_up(value: str) -> bool:
    """Is this a value that nobody could use: filled in by hand to show where one belongs?"""
    return bool(_MADE_UP.search(value) or _RUN.search(value))


def random_looking(value: str) -> bool:
    """Does the value have the variety of one that a machine drew?"""
    if len(value) < 12:
        return False
    return entropy(value) >= min(3.9, 0.72 * _most(len(value)))


def _most(length: int) -> float:
    """The entropy that a drawn value of this length about has."""
    return min(5.6, {True: 3.0, False: 4.2}[length < 16] + (0.02 * max(0, length - 16)))
