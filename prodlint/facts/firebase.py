"""Rules of Firebase that let strangers in: Firestore, Storage and Realtime Database.

Knows: `allow` statements with the path they are about, `.read` and `.write` of a JSON file. Does not know: functions that rules call; whether the
data is meant for everybody.
"""

from __future__ import annotations

from collections.abc import Iterator

from prodlint import regex as re
from prodlint.model import Fact

KIND = "firebase-rule"
MAX_FACTS = 200
_RULES = re.compile(r"(?:^|/)[\w.-]*\.rules$")
_DATABASE = re.compile(
    r"(?:^|/)database(?:\.[\w-]+)?\.rules(?:\.[\w-]+)?\.json$|(?:^|/)[\w-]*database[\w-]*\.rules\.json$|(?:^|/)firebase-?rules\.json$"
)
_SERVICE = re.compile(r"\bservice\s+(?:cloud\.firestore|firebase\.storage)\b")
_COMMENT = re.compile(r"//[^\n]*|/\*(?:[^*]|\*(?!/))*+\*/")
_MATCH = re.compile(r"\bmatch\s+(/[^\s{]*(?:\{[^}\s]*\}[^\s{]*)*)\s*\{|\}|\ballow\s+([\w,\s]+?)\s*(?::\s*if\s+([^;]*))?;")
_NODE = re.compile(r'"([^"\\]*)"\s*:\s*(\{|true|"(?:[^"\\]|\\.)*")|\}')
_ANYBODY = re.compile(r"^\s*\(?\s*true\s*\)?\s*$")
_UNTIL = re.compile(r"^\s*request\.time\s*<\s*timestamp\.date\([^)]*\)\s*$|^\s*now\s*<\s*\d+\s*$")
_SIGNED = re.compile(r"^\s*\(?\s*(?:request\.)?auth(?:\.uid)?\s*!==?\s*null\s*\)?\s*$")
_WRITES = frozenset(("write", "create", "update", "delete"))


def read(path: str, text: str) -> tuple[Fact, ...]:
    """Facts of kind "firebase-rule": the path in the database and, in `data`, what is allowed (`may`) and to `who` (anybody, until, signed-in)."""
    if _DATABASE.search(path):
        found = _database(_blank(text))
    elif _RULES.search(path) and _SERVICE.search(text):
        found = _statements(_blank(text))
    else:
        return ()
    return tuple(fact for fact, _ in zip(found, range(MAX_FACTS), strict=False))


def _blank(text: str) -> str:
    return _COMMENT.sub(lambda found: re.sub(r"[^\n]", " ", found.group()), text)


def _statements(text: str) -> Iterator[Fact]:
    places: list[str] = []
    for found in _MATCH.finditer(text):
        if found.group(1):
            places.append(found.group(1))
        elif found.group(2):
            who = _who(found.group(3) if found.group(3) is not None else "true")
            if who:
                may = " ".join(sorted(set(re.findall(r"\w+", found.group(2)))))
                yield _fact("".join(places[1:]) or "/", text, found.start(), may, who)
        elif places:
            places.pop()


def _database(text: str) -> Iterator[Fact]:
    places: list[str] = []
    for found in _NODE.finditer(text):
        name, value = found.group(1), found.group(2)
        if value == "{":
            places.append(name)
        elif value is None:
            if places:
                places.pop()
        elif name in (".read", ".write") and (who := _who(value.strip('"'))):
            yield _fact("/" + "/".join(places[1:]), text, found.start(), name[1:], who)


def _who(condition: str) -> str:
    if _ANYBODY.match(condition):
        return "anybody"
    if _UNTIL.match(condition):
        return "until"
    return "signed-in" if _SIGNED.match(condition) else ""


def _fact(place: str, text: str, at: int, may: str, who: str) -> Fact:
    writes = bool(_WRITES & set(may.split()))
    whole = place in ("/", "/{document=**}", "/{allPaths=**}") or (place.endswith("=**}") and place.count("/") <= 1)
    return Fact(
        KIND, place, text.count("\n", 0, at) + 1, data={"may": may, "who": who, "writes": "yes" if writes else "", "whole": "yes" if whole else ""}
    )
