"""Text -> tokens with matching brackets, for every language that has brackets, strings and comments.

Knows: how comments, strings, templates inside of templates, regular expressions and names are written in each language. Does not know: grammar.
Text that no language would accept gives tokens all the same.
"""

from __future__ import annotations

from bisect import bisect_right
from functools import cache

from prodlint import regex as re

_NUMBER = r"(?P<d>\d[\w.]*)"
_SIGN = r"(?P<p>\?->|===|!==|<=>|\.\.\.|=>|->|::|:=|==|!=|<=|>=|&&|\|\||\?\?|\?\.|!!|=~|\+=|-=|#\[|[^\w\s])"
_DOUBLE = r'"(?:\\.|[^"\\])*+"?'
SINGLE = r"'(?:\\.|[^'\\\n])*+'?"
_TICKS = r"`(?:\\.|[^`\\])*+`?"
BLOCK = r'"""(?:[^"]|"(?!""))*+(?:""")?'
SLASHES = r"//[^\n]*|/\*(?:[^*]|\*(?!/))*+(?:\*/)?"
_SLASHES_PHP = SLASHES.replace(r"[^\n]*", r"(?:(?!\?>)[^\n])*", 1)  # a comment of one line ends where the code does
_OPENS = re.compile(r"<\?(?:php\b|=)")
_TYPES = r"(?<=\.)<[\w.,? ]{1,80}>(?=\w)"  # `Order.<Order>findById(id)`: what a call gives, which says nothing of what it does
_GLOBAL = r"\\(?=[A-Za-z_]\w*+(?!\\))"  # PHP: `\Auth::user()` is `Auth::user()`
_PARTS = {
    "javascript": (SLASHES, f"{_DOUBLE}|{SINGLE}|{_TICKS}", r"[#@]?[A-Za-z_$][\w$]*"),
    "go": (SLASHES, rf"{_DOUBLE}|{SINGLE}|`[^`]*`?", r"[A-Za-z_]\w*"),
    "java": (f"{SLASHES}|{_TYPES}", f"{BLOCK}|{_DOUBLE}|{SINGLE}", r"@?[A-Za-z_$][\w$]*"),
    "csharp": (SLASHES, rf'\$?@\$?"(?:[^"]|"")*+"?|\$?{_DOUBLE}|{SINGLE}', r"[A-Za-z_]\w*"),
    "php": (rf"{_SLASHES_PHP}|#(?!\[)(?:(?!\?>)[^\n])*|{_GLOBAL}", rf"{_DOUBLE}|'(?:\\.|[^'\\])*+'?", r"\$?\\?[A-Za-z_][\w\\]*"),
    "ruby": (r"^=begin.*?^=end|#[^\n]*", rf"{_DOUBLE}|{SINGLE}|{_TICKS}", r"@{0,2}[A-Za-z_]\w*[?!]?(?!=[^=>~])|@{0,2}[A-Za-z_]\w*"),
}  # fmt: skip
_PARTS["typescript"] = _PARTS["javascript"]
_PARTS["kotlin"] = _PARTS["java"]
_REGEX = re.compile(r"/(?![*/])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n\[])+/[a-z]*")
_BEFORE_VALUE = frozenset((
    "(", ",", "=", ":", "[", "!", "&", "|", "?", "{", "}", ";", "=>", "&&", "||", "===", "!==", "==", "!=", "return", "=~", "case", "and",
    "or", "not",
))  # fmt: skip
MAX_NESTED = 8  # templates inside of templates
_IN_TEMPLATE = re.compile(r"`|\$\{|\\.", re.S)
_IN_HOLE = re.compile(rf"`|[{{}}]|{_DOUBLE}|{SINGLE}", re.S)
_PAIRS = {")": "(", "]": "[", "}": "{"}


@cache
def _form(language: str) -> re.Pattern[str]:
    comment, string, name = _PARTS[language]
    symbol = r"|(?P<y>:[A-Za-z_]\w*[?!]?(?!:))" if language == "ruby" else ""
    # a symbol must not be the second half of `::`
    before = r"(?P<q>::)|" if language == "ruby" else ""
    return re.compile(rf"\s+|(?P<c>{comment})|(?P<s>{string})|{before}(?P<n>{name}){symbol}|{_NUMBER}|{_SIGN}", re.M | re.S)


class Code:
    """The tokens of one text: `kinds` (n name, s string, d number, p sign), `texts`, `starts` (offsets), `mate` (the other bracket, or -1)."""

    __slots__ = ("_lines", "kinds", "language", "mate", "starts", "text", "texts")

    def __init__(self, text: str, language: str) -> None:
        self.text, self.language = text, language
        self.kinds: list[str] = []
        self.texts: list[str] = []
        self.starts: list[int] = []
        self._lines = [0, *(found.end() for found in re.finditer("\n", text))]
        self._read()
        self.mate = self._mates()

    def _read(self) -> None:
        at, end, text = text_start(self.text, self.language), len(self.text), self.text
        script = self.language in ("javascript", "typescript")
        form, slashes = _form(self.language).match, script or self.language == "ruby"
        kinds, texts, starts = self.kinds, self.texts, self.starts
        pages = self.language == "php" and _OPENS.search(text) is not None
        while at < end:
            if slashes and text[at] == "/" and (not texts or texts[-1] in _BEFORE_VALUE) and (literal := _REGEX.match(text, at)):
                kinds.append("s")
                texts.append(literal.group())
                starts.append(at)
                at = literal.end()
                continue
            if script and text[at] == "`" and (last := template_end(text, at)) > 0:
                kinds.append("s")
                texts.append(text[at:last])
                starts.append(at)
                at = last
                continue
            if pages and text.startswith("?>", at):  # HTML up to the next piece of code
                kinds.append("p")
                texts.append(";")
                starts.append(at)
                more = _OPENS.search(text, at)
                at = more.end() if more is not None else end
                continue
            found = form(text, at)
            if found is None:
                at += 1
                continue
            kind = found.lastgroup
            if kind is not None and kind != "c":
                kinds.append({"y": "s", "q": "p"}.get(kind, kind))
                texts.append(found.group())
                starts.append(at)
            at = found.end()

    def _mates(self) -> list[int]:
        mate = [-1] * len(self.texts)
        open_at: list[int] = []
        for index, text in enumerate(self.texts):
            if text in ("(", "[", "{", "#["):
                open_at.append(index)
            elif text in _PAIRS and open_at and self.texts[open_at[-1]].endswith(_PAIRS[text]):
                mate[index] = open_at.pop()
                mate[mate[index]] = index
        return mate

    def __len__(self) -> int:
        return len(self.texts)

    def line(self, index: int) -> int:
        return bisect_right(self._lines, self.starts[index]) if 0 <= index < len(self.starts) else len(self._lines)

    def column(self, index: int) -> int:
        return self.starts[index] - self._lines[self.line(index) - 1] + 1

    def offset(self, line: int, column: int = 1) -> int:
        """The place in the text."""
        return self._lines[min(line, len(self._lines)) - 1] + column - 1

    def index_at(self, line: int, column: int = 1) -> int:
        """The first token at or after a place."""
        if line > len(self._lines):
            return len(self.starts)
        return bisect_right(self.starts, self._lines[line - 1] + column - 2)

    def source(self, first: int, last: int) -> str:
        """The text from one token up to (not with) another, white space folded."""
        return " ".join(self.written(first, last).split())

    def written(self, first: int, last: int) -> str:
        """The same as it is written, with its lines and comments."""
        if first >= last or first >= len(self.starts):
            return ""
        return self.text[self.starts[first] : self.starts[last - 1] + len(self.texts[last - 1])]


def template_end(text: str, at: int, depth: int = 0) -> int:
    """JavaScript: where the template that begins here ends, past those inside of its `${}`; -1 where it does not end, or goes too deep."""
    place = at + 1
    while depth < MAX_NESTED and (found := _IN_TEMPLATE.search(text, place)) is not None:
        if found.group() == "`":
            return found.end()
        place = _hole_end(text, found.end(), depth) if found.group() == "${" else found.end()
        if place < 0:
            break
    return -1


def _hole_end(text: str, at: int, depth: int) -> int:
    """Where the code of a `${` ends, past its bracket."""
    opened = 1
    while (found := _IN_HOLE.search(text, at)) is not None:
        sign, at = found.group(), found.end()
        if sign == "`":
            at = template_end(text, found.start(), depth + 1)
            if at < 0:
                break
        elif sign in ("{", "}"):
            opened += 1 if sign == "{" else -1
            if not opened:
                return at
    return -1


def text_start(text: str, language: str) -> int:
    """PHP files begin in HTML."""
    return max(0, text.find("<?php")) if language == "php" else 0
