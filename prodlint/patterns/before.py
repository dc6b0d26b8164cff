"""What runs before a handler of JavaScript, read from the project's own functions: middleware, the bases of procedures.

Knows: functions by the names that stand around a handler. Does not know: middleware of libraries; what the handler does; what routers are told to
`use` (`uses.py`, `mounts.py`).
"""

from __future__ import annotations

from prodlint import regex as re
from prodlint.patterns.flow import Flow, Reading
from prodlint.patterns.meanings import Resolve
from prodlint.patterns.parameters import http_start
from prodlint.patterns.reader import Function
from prodlint.patterns.words import Words

_NAME = re.compile(r"[A-Za-z_$][\w$]*")
_PASSES_ON = re.compile(r"\bnext\b|\breply\b")
_REFUSES = re.compile(r"\bthrow\b|\b40[134]\b|\breject|\bredirect\b|\bdeny\b|[fF]orbidden|[uU]nauthorized|[nN]otFound|FORBIDDEN|UNAUTHORIZED")
MAX_NAMES = 12  # around one handler


def candidates(around: str) -> list[str]:
    """The names around a handler that may be functions of the project, in order."""
    return list(dict.fromkeys(_NAME.findall(around)))[:MAX_NAMES]


def is_middleware(function: Function) -> bool:
    """Does the function, or one that it makes, hand on to what comes after it, and can it refuse?"""
    code = function.code
    text = code.source(function.head, function.last)
    return len(text) < 6000 and bool(_PASSES_ON.search(text)) and bool(_REFUSES.search(text))


def read(function: Function, words: Words, resolve: Resolve) -> Reading:
    """A middleware as the handler of the same request."""
    return Flow(function, words, http_start(function, words), resolve).read()
