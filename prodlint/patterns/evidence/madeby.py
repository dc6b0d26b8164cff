"""Columns that say who made a row, where code holds them against who calls: there whoever made it owns it.

Knows: how C#, Go, Java and Kotlin compare a field of a row with who asks. Does not know: models (`owners.py`); whether anything hangs on it.
"""

from __future__ import annotations

from collections.abc import Iterable

from prodlint import regex as re

# C#, Go: `.Where(x => x.CreatedByOid == ownerOid)`, `if s.CreatorID != user.ID`
_MADE = r"((?:Created|Added|Uploaded|Submitted)By\w*|(?:Creator|Uploader|Poster|Buyer|Seller)(?:I[dD]|UserI[dD])?)\b"
_WHO = r"(?i:user|owner|caller|current|account|member|oid|identity)"
_MADE_BY = re.compile(
    rf"\.{_MADE}\s*[=!]=\s*(?:\w{{1,40}}\.){{0,5}}\w{{0,40}}?{_WHO}"
    rf"|(?<!\w){_WHO}\w{{0,40}}(?:\.\w{{1,40}}){{0,4}}(?:\(\))?\s{{0,9}}[=!]=\s{{0,9}}(?:\w{{1,40}}\.){{1,5}}{_MADE}"
)
# Java, Kotlin: `post.getAuthor().equals(actor)`, `Objects.equals(message.getSenderId(), memberId)`, `comment.author.id != userId`
_FIELD = r"\b(?:get(?=[A-Z]))?((?:[aA]uthor|[wW]riter|[cC]reator|[uU]ploader|[sS]ender|[bB]uyer|[sS]eller|[hH]ost)(?:Id|User|Member)?)\b(?:\(\))?"
_ASKER = r"\b\w{0,40}?(?i:user|member|actor|caller|current|account|principal|requester|login)\w{0,40}"
_OF_IT = r"(?:[?!]{0,2}\.(?!equals)\w{1,40}(?:\(\))?){0,3}"
_SAME = r"(?:\.equals\(\s*|\s*[!=]==?\s*)"
_HELD = re.compile(
    rf"{_FIELD}{_OF_IT}{_SAME}{_ASKER}"
    rf"|{_ASKER}{_OF_IT}{_SAME}(?:\w{{1,40}}\.){{0,3}}{_FIELD}"
    rf"|\bequals\(\s*(?:(?:\w{{1,40}}\.){{0,3}}{_FIELD}{_OF_IT}\s*,\s*{_ASKER}|{_ASKER}{_OF_IT}\s*,\s*(?:\w{{1,40}}\.){{0,3}}{_FIELD})"
)
_FORMS = {"csharp": _MADE_BY, "go": _MADE_BY, "java": _HELD, "kotlin": _HELD}
JVM, OTHERS = ("java", "kotlin"), ("csharp", "go")


def columns(texts: Iterable[tuple[str, str]], languages: tuple[str, ...]) -> set[str]:
    """The columns that files (language, text) hold against who calls, each as it is written."""
    return {name for language, text in texts if language in languages for names in _FORMS[language].findall(text) for name in names if name}
