"""Handlers of Express that stand in a file of their own: does anybody catch what rejects in them?

Knows: `await` outside of `try`, handlers that a router is handed by their name, what wraps them there. Does not know: which version of Express runs,
packages that catch for all (`rules/errors/unhandled_promise_in_handler.py`); handlers that are written where they are registered.
"""

from __future__ import annotations

from collections.abc import Sequence

from prodlint import regex as re
from prodlint.patterns.text.reader import Function

_WRAPS = re.compile(r"(?i)\b\w*(?:async|catch|wrap|handle(?:r|d|s)?|try|safe|promise|guard(?:ed)?)\w*\s*\(\s*[\w.\[\]'\"]*$")
_REGISTERS = frozenset(("get", "post", "put", "patch", "delete", "del", "all", "use", "head", "options", "route", "param"))
_CALLED = re.compile(r"([\w$]+)\s*$")
_CATCHES = frozenset(("catch", "finally"))


def uncaught(function: Function, others: Sequence[Function] = ()) -> int:
    """The first `await` of an async handler that stands in no `try` and no function of its own, and has no `.catch()`; -1 where there is none.
    others: the functions of the file; one of these that catches all for which it waits is waited for in peace."""
    code = function.code
    start = next((at for at in range(function.at, max(function.at - 3, 0) - 1, -1) if code.texts[at] == "async"), -1)
    if start < 0 or code.texts[max(0, start - 1)] in ("(", ","):
        return -1  # also one that is handed to something where it is written: `const show = catching(async (req, res) => {`
    for at in range(function.first, function.last):
        if code.texts[at] == "await" and not _caught(function, at) and not _answers_itself(code.texts[at + 1 : at + 3], others):
            return at
    return -1


def _answers_itself(call: list[str], others: Sequence[Function]) -> bool:
    """Is it a call of the one function of that name here, which waits only where it catches, and throws nothing?"""
    called = [each for each in others if call[1:] == ["("] and each.name == call[0]]
    if len(called) != 1:
        return False
    texts, places = called[0].code.texts, range(called[0].first, called[0].last)
    waits = [at for at in places if texts[at] == "await"]
    return bool(waits) and not any(texts[at] == "throw" for at in places) and all(_caught(called[0], at) for at in waits)


def _caught(function: Function, at: int) -> bool:
    code = function.code
    for brace in range(at - 1, function.first - 1, -1):
        if code.texts[brace] == "{" and code.mate[brace] > at:
            before = code.texts[brace - 1]
            if before == "try" or before in ("=>", "catch") or (before == ")" and code.texts[code.mate[brace] + 1 : code.mate[brace] + 2] == [")"]):
                return True  # another function's, or the block that answers for an error
    end = next(
        (each for each in range(at, min(at + 120, function.last)) if code.texts[each] == ";" or code.line(each) > code.line(at) + 6), function.last
    )
    return any(code.texts[each] in _CATCHES and code.texts[each - 1] in (".", "?.") for each in range(at, end))


def wrapped(around: str, name: str) -> bool:
    """Is the handler handed to something that catches, where it is registered: `router.get("/x", wrap(orders.show))`?"""
    last = name.rsplit(".", 1)[-1]
    places = list(re.finditer(rf"(?<![/'\"`]){re.escape(last)}\b(?!['\"`])", around)) if last else []  # not the path of that name
    return not places or any(_WRAPS.search(around[: place.start()]) or _handed(around[: place.start()]) for place in places)


def _handed(before: str) -> bool:
    """Is what comes next an argument of a function that registers nothing itself: `router.get(protectedRoute("orders", orders.show))`?"""
    depth = 0
    for at in range(len(before) - 1, -1, -1):
        depth += (before[at] == ")") - (before[at] == "(")
        if depth < 0:
            called = _CALLED.search(before, 0, at)
            return called is not None and called.group(1) not in _REGISTERS
    return False
