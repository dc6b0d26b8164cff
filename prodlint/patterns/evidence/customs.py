"""What an app is used to do with an id: where nearly every handler that takes one of a name ties it, the one that does not has forgotten it.

Knows: how ids of different handlers are compared: by what they are called, or by what they select where they are only called `id`; like with like,
so that handlers for staff say nothing of those for customers, and changes alone nothing of reads. Does not know: how an id is tied (`flow.py`).
"""

from __future__ import annotations

from collections.abc import Iterable

from prodlint import regex as re
from prodlint.patterns.evidence.owners import normal

ENOUGH, SHARE = 4, 3  # handlers that tie it, and for each that does not
_BARE = re.compile(r"_?(?:id|ids|uuid|guid|pk|key|slug|name|code|token|uid|ulid|oid)", re.I)
# checks of a policy that may be given an object, or only the name of its class
POLICY = re.compile(r"(?i)authorize!?|can(?:not|any)?|allows?|denies|gate|inspect|policy|is_?granted|deny_?access_?unless_?granted|check_?permission")

Key = tuple[str, bool, str, str]  # language, for staff, behind which role, what is taken


def says(name: str) -> bool:
    """Does an id say by its own name what it is of?"""
    return _BARE.fullmatch(name) is None


def key(language: str, staff: bool, asked: str, name: str, model: str) -> Key | None:
    """What makes an id of one handler comparable with one of another; None for an id that says nothing of what it is.

    model: what it selects, as one word."""
    said = normal(name) if says(name) else model
    said = re.sub(r"ids?$|uuid$", "", said) or said
    return (language, staff, asked, said) if len(said) > 2 else None


def usual(seen: Iterable[tuple[Key | None, bool, bool]]) -> tuple[frozenset[Key], frozenset[Key]]:
    """The ids that an app is used to tie: (where it changes, also where it only reads); seen: each id of each handler, whether it is tied there,
    and whether the handler changes something."""
    tied: dict[Key, int] = {}
    loose: dict[Key, int] = {}
    reads: dict[Key, int] = {}
    for each, is_tied, changes in seen:
        if each is not None:
            counted = tied if is_tied else loose
            counted[each] = counted.get(each, 0) + 1
            reads[each] = reads.get(each, 0) + (is_tied and not changes)
    found = frozenset(each for each, count in tied.items() if count >= ENOUGH and count >= SHARE * loose.get(each, 0))
    return found, frozenset(each for each in found if reads[each])
