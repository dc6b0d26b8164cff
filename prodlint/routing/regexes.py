"""Regular expressions as paths: `^orders/(?P<pk>\\d+)/$` -> `orders/<pk>/`.

Knows: the groups that Django's and Tornado's patterns carry, printed as Django's own `simplify_regex` prints them. Does not know: routes.
"""

from __future__ import annotations

from prodlint import regex as re

_NAMED = re.compile(r"\(\?P<(\w+)>")
_NOISE = re.compile(r"(?<!\\)[\^$?]|\\[bBAZz]")


def simplify(pattern: str) -> str:
    """The pattern with named groups as `<name>`, unnamed ones as `<var>`, without anchors, quantifiers of single characters and escapes."""
    out: list[str] = []
    at = 0
    while at < len(pattern):
        if pattern[at] == "\\" and at + 1 < len(pattern):
            out.append(pattern[at : at + 2])
            at += 2
        elif pattern[at] == "(":
            end = _closing(pattern, at)
            out.append(_group(pattern[at:end]))
            at = end
            while at < len(pattern) and pattern[at] in "?*+":
                at += 1
        else:
            out.append(pattern[at])
            at += 1
    return _NOISE.sub("", "".join(out)).replace("\\/", "/").replace("\\-", "-").replace("\\.", ".")


def _group(text: str) -> str:
    named = _NAMED.match(text)
    if named:
        return f"<{named.group(1)}>"
    if text.startswith(("(?:", "(?i", "(?!", "(?=", "(?<")):
        inner = text[3:-1] if text.startswith("(?:") else ""
        return simplify(inner) if "|" not in inner else "<var>"
    return "<var>"


def _closing(pattern: str, start: int) -> int:
    """The end of the group that opens at `start`, exclusive; brackets in character classes do not count."""
    depth, at, in_class = 0, start, False
    while at < len(pattern):
        char = pattern[at]
        if char == "\\":
            at += 2
            continue
        if in_class:
            in_class = char != "]"
        elif char == "[":
            in_class = True
        elif char == "(":
            depth += 1
        elif char == ")":
            depth -= 1
            if depth == 0:
                return at + 1
        at += 1
    return len(pattern)
