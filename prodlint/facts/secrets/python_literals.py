"""Whether a Python text holds a string that could be a credential, before anybody parses it.

Knows: what a literal of Python looks like, and how far from a name that promises one its value stands. Does not know: syntax; which name a value has.

Parsing is most of the time of a search for credentials, and nine files of ten that speak of passwords and tokens hold only words.
"""

from __future__ import annotations

from bisect import bisect_right

from prodlint import regex as re
from prodlint.facts.secrets import judgement

NEAR = 300  # characters behind the end of a line with a name, in which the value of that name begins
# no possessive repeats around a look-ahead: Python before 3.11.5 matches them wrongly (gh-106052) and finds no literal at all
_STRING = re.compile(
    r"""\#[^\n]*|(?P<long>\"{3}(?:\\.|[^\\])*?\"{3}|'{3}(?:\\.|[^\\])*?'{3})"""
    r"""|(?P<quote>["'])(?P<value>(?:\\.|(?!(?P=quote))[^\\\n])*)(?P=quote)""",
    re.S,
)
_WORDY = re.compile(r"[a-z_ .,:-]*|[A-Z_ ]*|[A-Z]?[a-z]+(?: [A-Za-z]+)*")
_JOINED = re.compile(r"\s*\\?\s*[rbuRBU]{0,2}[\"'][^\"'\s]{4,}[\"']")
_OF_PEOPLE = re.compile(r"(?i)pass|pw|phrase|login|auth|cred|user| -u ")  # where a value may be what a person thought of as a password


def promising(text: str, lines: list[tuple[int, int]]) -> bool:
    """Is a literal in this text one that a name in one of these lines could make a credential?

    What a machine drew counts wherever it stands; what a person may have thought of only on such a line or right behind it."""
    starts = [start for start, _ in lines]
    seen: set[tuple[str, bool]] = set()
    for found in _STRING.finditer(text):
        value = found.group("value")
        if value is None:
            if found.group("long") and _drawn(found.group("long")[3:-3]):
                return True
            continue
        if len(value) < 4 or _WORDY.fullmatch(value) or text[found.start() - 1 : found.start()] in ("f", "F"):
            continue
        at = bisect_right(starts, found.start()) - 1
        near = at >= 0 and found.start() <= lines[at][1] + NEAR
        if near and " " not in value and _JOINED.match(text, found.end()):
            return True
        key = (value, near)
        if key not in seen:
            seen.add(key)
            if _drawn(value) or (near and _thought_of(value, text, lines[at])):
                return True
    return False


def _drawn(value: str) -> bool:
    return len(value) >= 10 and not any(sign.isspace() for sign in value) and bool(judgement.judge("token", value, code=True))


def _thought_of(value: str, text: str, line: tuple[int, int]) -> bool:
    promises = ("secret", "password") if _OF_PEOPLE.search(text, *line) else ("secret",)
    return any(judgement.judge(promised, value, code=True) for promised in promises)
