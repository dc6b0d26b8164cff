"""Node: what was sent is held against a signature by hand, `if (req.headers["x-sign"] !== signature) return res.status(401)`.

Knows: names that hold what `createHmac` made, and what is made of these; a test of one of them whose branch turns the request away. Does not know:
what was signed; functions that do this for others (their names say so, `flow.py`).
"""

from __future__ import annotations

from prodlint import regex as re

_SET = re.compile(r"\b(?:const|let|var)\s+(\w+)\s*(?::\s*\w+\s*)?=\s*([^;\n]{1,400}(?:\n\s{0,80}\.[^;\n]{1,200}){0,4})")
_IF = re.compile(r"\bif\s?\(")
_COMPARES = re.compile(r"[!=]==?|\btimingSafeEqual\(")
# whether something was sent at all
_PRESENCE = re.compile(r"[!=]==?\s*(?:undefined|null|\"\"|''|\"string\"|'string')|(?:undefined|null)\s*[!=]==?")
_ENDS = re.compile(r"\b40[013]\b|\bthrow\b|(?i:unauthori[sz]ed|forbidden)")
_WORD, _BRACKETS = re.compile(r"\w+"), re.compile(r"[()]")
MADE = "createHmac"
LONG = 400  # of a test, and of what its branch begins with


def held(body: str) -> bool:
    """Does a function turn away whoever brings no signature like the one that it made?"""
    if "header" not in body:
        return False
    names, answers = {MADE}, set()
    for name, value in _SET.findall(body):
        if names.isdisjoint(_WORD.findall(value)):
            continue
        (answers if _COMPARES.search(value) else names).add(name)
    for found in _IF.finditer(body):
        if not any(name in body[found.end() : found.end() + LONG] for name in (*names, *answers)):
            continue
        test, branch = _parts(body, found.end())
        words = set(_WORD.findall(test))
        compared = not names.isdisjoint(words) and _COMPARES.search(_PRESENCE.sub(" ", test)) is not None
        if (compared or not answers.isdisjoint(words)) and _ENDS.search(branch):
            return True
    return False


def _parts(body: str, at: int) -> tuple[str, str]:
    """The test of an `if` whose bracket opened before this place, and its branch."""
    deep, end = 1, at + LONG
    for found in _BRACKETS.finditer(body, at, at + LONG):
        deep += 1 if found.group() == "(" else -1
        if not deep:
            end = found.end()
            break
    rest = body[end : end + LONG].lstrip()
    return body[at : end - 1], rest.partition("}" if rest.startswith("{") else "\n")[0]
