"""Refuses Python source that is nested so deeply that a parser's stack may not hold it.

Knows: brackets, operators and strings, as far as they make a syntax tree deep. Does not know: Python's grammar. libcst recurses in native code,
where an overflow ends the process, and takes a time that grows with the square of a chain; so this must be said before it starts.
"""

from __future__ import annotations

from collections import Counter

from prodlint import regex as re

MAX_BRACKETS = 200  # CPython's own tokenizer refuses more ("too many nested parentheses")
MAX_CHAIN = 800  # operators, attributes, calls or strings in one expression; the walk over the tree would meet Python's recursion limit
LONG_LINE = 1200  # characters: a shorter line holds no such chain

_TOKEN = re.compile(
    r"""(?P<skip>\#[^\n]*|\\\n)|(?P<string>'''(?:[^'\\]|\\.|'(?!''))*'''|\"\"\"(?:[^"\\]|\\.|"(?!""))*\"\"\"|'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*")"""
    r"""|(?P<open>[(\[{])|(?P<close>[)\]}])|(?P<end>[,;\n])|(?P<link>[-+*/%@&|^~.<>=!]|\b(?:and|or|not|in|is|if|else|await|lambda|yield)\b)""",
    re.S,
)
# lines that continue an expression begin or end with an operator, or hold nothing but a string
_CONTINUED = re.compile(r"^[ \t]*(?:[-+*/%|&^.]|(?:and|or|not|if|else)\b|[rbfuRBFU]{0,2}[\"'].*[\"'][ \t]*$)|[-+*/%|&^.\\][ \t]*$", re.M)
_ELIF = re.compile(r"^([ \t]*)elif\b", re.M)


def too_deep(text: str) -> tuple[str, int] | None:
    """(why, 1-based line) where this source is nested too deeply to be parsed, None where it is not."""
    if text.count("elif") > MAX_CHAIN:
        indents = Counter(match.group(1) for match in _ELIF.finditer(text))
        if indents and max(indents.values()) > MAX_CHAIN:
            return f"{max(indents.values())} elif branches", 1
    if max(text.count("("), text.count("["), text.count("{")) <= MAX_BRACKETS and not _may_hold_a_chain(text):
        return None
    return _deepest(text)


def _may_hold_a_chain(text: str) -> bool:
    if len(text) <= LONG_LINE:
        return False
    return max(map(len, text.splitlines()), default=0) > LONG_LINE or sum(1 for _ in _CONTINUED.finditer(text)) > MAX_CHAIN // 4


def _deepest(text: str) -> tuple[str, int] | None:
    chains = [0]  # for each open bracket, links of the expression that is being read
    most = place = 0
    for token in _TOKEN.finditer(text):
        kind = token.lastgroup
        if kind == "link" or kind == "string":
            chains[-1] += 1
            if chains[-1] > MAX_CHAIN:
                return f"more than {MAX_CHAIN} operators in one expression", text.count("\n", 0, token.start()) + 1
        elif kind == "open":
            chains[-1] += 1
            chains.append(0)
            if len(chains) > most:
                most, place = len(chains), token.start()
        elif kind == "close":
            if len(chains) > 1:
                chains.pop()
        elif kind == "end" and (token.group() != "\n" or len(chains) == 1):
            chains[-1] = 0
    if most - 1 > MAX_BRACKETS:
        return f"{most - 1} nested brackets (Python allows {MAX_BRACKETS})", text.count("\n", 0, place) + 1
    return None
