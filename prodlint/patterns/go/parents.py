"""Whether what stands around a handler of Go is about a parent in its path, and so says nothing of the child: `projectAccess(...)` before
`/projects/:project/releases/:id`.

Knows: how guards are named after what they ask about. Does not know: what they ask (`before.py`, `unread.py`); whether the child is tied elsewhere.
"""

from __future__ import annotations

from prodlint import regex as re
from prodlint.patterns.entries import inpath

_TEXT = re.compile(r"\"[^\"\n]*\"|`[^`]*`")
_NAME = re.compile(r"(?<![\w.])((?:\w+\.){0,3})(\w+)")
_GUARDS = re.compile(
    r"RBAC|[aA]ccess|[mM]ember|[pP]ermission|[pP]ermit|[gG]uard|[sS]cope|Role|[oO]wner|Policy|[rR]equire|[aA]uth(?!or(?!i))|[eE]nsure|[cC]heck|Can[A-Z]"
)
_HANDLES = re.compile(r"(?i)(?:controllers?|handlers?|h|ctrl|service|svc)\.$")
_SEGMENT = re.compile(r"([A-Za-z][\w-]*)/(?:[:{*])(\w+)")
_STEM = re.compile(r"_?(?:[sS]lug|[iI][dD]|[uU][uU][iI][dD]|[kK]ey|[nN]ame|[hH]andle)$")
MIN_NOUN = 3


def guarded(around: str, path: str, name: str, handler: str) -> bool:
    """Does something around the handler ask about a part of the path that stands before this one, and nothing about this one?"""
    parts = inpath.parameters(path)
    if name not in parts[1:]:
        return False
    nouns = _nouns(path)
    before = {noun for part in parts[: parts.index(name)] for noun in nouns.get(part, ())}
    asked = [of for qualifier, of in _NAME.findall(_TEXT.sub(" ", around)) if _GUARDS.search(of) and of != handler and not _HANDLES.search(qualifier)]
    about = [of.lower() for of in asked]
    own = nouns.get(name, set()) - before
    return any(noun in of for of in about for noun in before) and not any(noun in of for of in about for noun in own)


def _nouns(path: str) -> dict[str, set[str]]:
    """A part of the path -> what it is of: by its own name, and by the word before it."""
    out: dict[str, set[str]] = {}
    for word, part in _SEGMENT.findall(path):
        said = {_one(word.lower().replace("-", "")), _STEM.sub("", part).lower().replace("_", "")}
        out[part] = {"org" if each.startswith("org") else each for each in said if len(each) >= MIN_NOUN}
    return out


def _one(word: str) -> str:
    return f"{word[:-3]}y" if word.endswith("ies") else word[:-1] if word.endswith("s") and not word.endswith("ss") else word
