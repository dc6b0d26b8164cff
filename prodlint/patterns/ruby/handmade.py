"""Policies that a project makes by hand in Ruby, `OrderPolicy.new(current_user, order)`: whether their answer turns somebody away.

Knows: an answer before or behind which a line refuses, blocks of `if` and `unless`, an answer that is kept under a name. Does not know: what such a
policy asks.
"""

from __future__ import annotations

from prodlint import regex as re
from prodlint.patterns.text.reader import Function

_REFUSES = r"(?:error!|raise\b|halt\b|head\b|redirect_\w+|forbid\w*!?|deny\w*!?|un_?authori[sz]ed\w*!?|not_found\w*!?|render_?(?:403|404|401)\w*)"
_REFUSING = re.compile(rf"(?<![\w.:@]){_REFUSES}|\brender\b[^\n]{{0,120}}(?:forbidden|unauthorized|not_found|40[134])")
_STOPS = re.compile(rf"\s*(?:(?:and|&&)\s+)?(?:return\b|render\b|{_REFUSES})")
_CONDITION = re.compile(r"^(.*?)(?<![\w.:])(if|unless)\b(.*)$")
_IS_NONE = re.compile(r"\.(?:nil|blank)\?")
_SHOWS = re.compile(r"(?<![\w.:@])(?:render|present|json|erb|haml|slim|respond_with)\b")
_CHANGES = re.compile(r"\.(?:update|destroy|delete|save|touch|increment)\w*!?")
_OR_ELSE = re.compile(rf"\s*\)*\s*(?:\|\||or\b)\s*\(?\s*(?:return\b|{_REFUSES})")


def source(function: Function) -> str:
    """What a function does, line by line."""
    code = function.code
    first, last = code.starts[function.first], code.starts[min(function.last, len(code) - 1)]
    return code.text[code.text.rfind("\n", 0, first) + 1 : last]


def turns_away(body: str, asked: str) -> bool:
    """Does what a policy answers decide whether the function goes on? asked: the pattern of the answer, `@policy.share?`. That a page shows a button
    more to who may press it, `data[:editable] = true if policy.edit?`, decides nothing."""
    found = re.compile(asked)
    lines = body.split("\n")
    return any(found.search(line) is not None and _line_turns_away(lines, at, found) for at, line in enumerate(lines))


def _line_turns_away(lines: list[str], at: int, asked: re.Pattern[str]) -> bool:
    line = lines[at]
    answer = asked.search(line)
    if answer is not None and _OR_ELSE.match(line, answer.end()):
        return True  # `policy.read? || error!(403)`
    found = _CONDITION.match(line)
    if found is None or answer is None or answer.start() < found.start(3):
        return False
    done, word, rest = found.groups()
    denied = re.search(rf"(?:!|\bnot\s+)\(?\s*{asked.pattern}", rest) is not None or _IS_NONE.match(line, answer.end()) is not None
    said_no = (word == "unless") != denied
    if done.strip():
        return said_no and _STOPS.match(done) is not None
    inside, other, after = _block(lines, at, len(line) - len(line.lstrip()))
    refused, allowed = (inside, other) if said_no else (other, inside)
    if _REFUSING.search(refused) is not None or (said_no and re.search(r"\breturn\b", refused)):
        return True
    before = "\n".join(lines[:at])
    return not said_no and bool(allowed.strip()) and not after.strip() and not (_SHOWS.search(before) or _CHANGES.search(before))


def _block(lines: list[str], at: int, indent: int) -> tuple[str, str, str]:
    """What stands in a block that opens on a line, behind its `else`, and after it."""
    parts: tuple[list[str], list[str]] = ([], [])
    side = 0
    for number in range(at + 1, len(lines)):
        text = lines[number].strip()
        if text and len(lines[number]) - len(lines[number].lstrip()) <= indent:
            if text.startswith(("else", "elsif")):
                side = 1
                continue
            return "\n".join(parts[0]), "\n".join(parts[1]), "\n".join(lines[number + 1 :]) if text.startswith("end") else text
        parts[side].append(text)
    return "\n".join(parts[0]), "\n".join(parts[1]), ""
