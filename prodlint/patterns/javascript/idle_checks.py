"""JavaScript: checks by their name that cannot tell whose something is: those that never look at an argument, and those that only count rows by it.

Knows: what stands in one function: parameters that are only written down, calls that ask nothing but data. Does not know: what it calls.
"""

from __future__ import annotations

from collections.abc import Sequence

from prodlint import regex as re
from prodlint.patterns.text.meanings import Slot
from prodlint.patterns.text.reader import Function
from prodlint.patterns.text.words import Words

# what only writes down what it is handed, with one level of brackets within
_SAYS = re.compile(
    r"\b(?:console|log|logger|\w{0,20}Logger|audit|Sentry)(?:\.\w{1,30}){0,2}\((?:[^()]|\([^()]*\)){0,600}\)|\bnew\s+\w*Error\((?:[^()]|\([^()]*\)){0,400}\)"
)
_CALLED = re.compile(r"(?<![\w$])([\w$]{1,60})\s{0,9}(?:<[^<>()]{0,60}>)?\(")
_PLAIN = re.compile(
    r"if|for|while|switch|return|await|catch|function|async|Error|\w+Error|Number|String|Boolean|parseInt|isNaN|Date|now|trim|min|max|includes|select|from|limit"
    r"|count|aggregate|then|map|some|every|filter|length|where|and|eq|orderBy|isNull|gt|gte|lt|lte|sql|exec|lean"
)
_ASKS_WHO = re.compile(r"(?i)session|current|auth|cookie|headers|\bctx\b|context|token|\bthis\b|viewer|caller|\bme\b")
MAX_BODY = 6_000


def of_checks(found: Sequence[Function], words: Words) -> dict:
    """What is known of a check by all functions that may be it, as fields of a `Meaning`."""
    return {"idle": frozenset.intersection(*map(idle, found)), "blind": all(knows_nobody(each, words) for each in found)}


def idle(function: Function) -> frozenset[Slot]:
    """The parameters at which a function never looks: it leaves them, or only writes them down."""
    body = function.body
    if function.code.language not in ("javascript", "typescript") or len(body) > MAX_BODY or "arguments" in body:
        return frozenset()
    rest = _SAYS.sub("", body)
    return frozenset(
        at for at, param in enumerate(function.params) if param.name and not re.search(rf"(?<![\w$]){re.escape(param.name)}(?![\w$])", rest)
    )


def knows_nobody(function: Function, words: Words) -> bool:
    """Does a function only ask the data by what it is handed, and nothing that could say who calls: `canOwnMore(userId)`, which counts?"""
    body = function.body
    if function.code.language not in ("javascript", "typescript") or len(body) > MAX_BODY or _ASKS_WHO.search(body):
        return False
    called = [name for name in _CALLED.findall(body) if not _PLAIN.fullmatch(name)]
    return bool(_CALLED.search(body)) and all(words.lookup.fullmatch(name) or words.sole.fullmatch(name) for name in called)
