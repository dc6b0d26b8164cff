"""One SQL statement as tokens.

Knows: words and quoted names, strings of every kind, operators. Does not know: what a statement means. Anything may stand in a statement; what fits
no form is a token of one character.
"""

from __future__ import annotations

from typing import NamedTuple

from prodlint import regex as re

_TOKEN = re.compile(
    r"""\s+
    |(?P<dollar>\$(?:[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$)
    |(?P<escaped>[eE]'(?:[^'\\]|\\.|'')*')
    |(?P<string>(?:[uU]&|[bBxXnN])?'(?:[^']|'')*')
    |(?P<quoted>(?:[uU]&)?"(?:[^"]|"")*")
    |(?P<word>[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*)
    |(?P<number>\d[\d.]*(?:[eE][+-]?\d+)?|\.\d+)
    |(?P<op>::|:=|=>|\.\.|->>|\#>>|->|\#>|<=|>=|<>|!=|\|\||&&|@>|<@|!~~\*|!~~|!~\*|!~|~~\*|~~|~\*|.)""",
    re.S | re.X,
)
_ESCAPE = re.compile(r"\\(.)|''", re.S)
MAX_OPEN = 64  # dollar quotes of one statement that never end and are searched for
MAX_SHARED = 20_000  # words and signs that are kept; a text of more different ones pays for its own
_PARENTHESES = ("(", ")")
_CONTROL = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f"}


class Token(NamedTuple):
    """kind: "word" (folded to lower case), "name" (a quoted name as it stands), "string", "number", "op"."""

    kind: str
    text: str


_END = Token("", "")
_shared: dict[str, Token] = {}  # words, numbers and signs come again and again, and each is always the same token


def tokens(text: str) -> list[Token]:
    """The tokens of a text, in order."""
    out: list[Token] = []
    add, shared = out.append, _shared.get
    position, opened = 0, 0
    while position < len(text):
        for found in _TOKEN.finditer(text, position):
            kind = found.lastgroup
            if kind is None:
                continue
            piece = found.group()
            known = shared(piece)
            if known is not None:
                add(known)
            elif kind == "word" or kind == "op" or kind == "number":
                token = Token(kind, piece.lower() if kind == "word" else piece)
                if len(_shared) < MAX_SHARED:
                    _shared[piece] = token
                add(token)
            elif kind == "quoted":
                add(Token("name", piece[piece.index('"') + 1 : -1].replace('""', '"')))
            elif kind == "string":
                add(Token("string", piece[piece.index("'") + 1 : -1].replace("''", "'")))
            elif kind == "escaped":
                add(Token("string", _ESCAPE.sub(_plain, piece[2:-1])))
            else:
                end = text.find(piece, found.end()) if opened < MAX_OPEN else -1
                if end < 0:
                    opened, position = opened + 1, found.start() + 1
                    add(Token("op", "$"))
                else:
                    add(Token("string", text[found.end() : end]))
                    position = end + len(piece)
                break
        else:
            break
    return out


def _plain(found: re.Match[str]) -> str:
    return "'" if found.group(1) is None else _CONTROL.get(found.group(1), found.group(1))


class Cursor:
    """A walk over tokens. What is asked for and is not there is answered with "" or False, never with an exception."""

    __slots__ = ("at", "tokens")

    def __init__(self, source: list[Token], at: int = 0) -> None:
        self.tokens, self.at = source, at

    @property
    def done(self) -> bool:
        return self.at >= len(self.tokens)

    def peek(self, ahead: int = 0) -> Token:
        place = self.at + ahead
        return self.tokens[place] if place < len(self.tokens) else _END

    def next(self) -> Token:
        place = self.at
        self.at = place + 1
        return self.tokens[place] if place < len(self.tokens) else _END

    def sees(self, *words: str) -> bool:
        """Do these words or signs follow here? A quoted name is no word."""
        source, at = self.tokens, self.at
        if at + len(words) > len(source):
            return False
        for word in words:
            token = source[at]
            if token.text != word or (token.kind != "word" and token.kind != "op"):
                return False
            at += 1
        return True

    def take(self, *words: str) -> bool:
        """Steps over these words where they follow."""
        at = self.at
        if at < len(self.tokens) and self.tokens[at].text == words[0] and self.sees(*words):
            self.at = at + len(words)
            return True
        return False

    def take_any(self, *words: str) -> str:
        """Steps over one of these words; which."""
        token = self.peek()
        if token.kind in ("word", "op") and token.text in words:
            self.at += 1
            return token.text
        return ""

    def name(self) -> str:
        """One name; "" where none follows."""
        if self.peek().kind in ("word", "name"):
            return self.next().text
        return ""

    def qualified(self) -> tuple[str, str]:
        """(schema, name), the schema "" where the name stands alone; of a database's name before it only the end counts."""
        parts = [self.name()]
        while parts[-1] and self.peek().text == "." and self.peek().kind == "op" and self.peek(1).kind in ("word", "name"):
            self.at += 1
            parts.append(self.name())
        return (parts[-2] if len(parts) > 1 else "", parts[-1])

    def group(self) -> list[Token]:
        """What stands between the parentheses that open here; [] where none do."""
        if not self.take("("):
            return []
        start, depth = self.at, 1
        for place in range(start, len(self.tokens)):
            kind, text = self.tokens[place]
            if kind == "op" and text in _PARENTHESES:
                depth += 1 if text == "(" else -1
                if depth == 0:
                    self.at = place + 1
                    return self.tokens[start:place]
        self.at = len(self.tokens)
        return self.tokens[start:]

    def until(self, *words: str) -> list[Token]:
        """Everything up to one of these words outside of parentheses, or the end."""
        start, depth = self.at, 0
        while not self.done:
            token = self.peek()
            if depth == 0 and token.kind in ("word", "op") and token.text in words:
                break
            if token.kind == "op":
                depth += (token.text in "([") - (token.text in ")]")
            self.at += 1
        return self.tokens[start : self.at]


def split(source: list[Token], sign: str = ",") -> list[list[Token]]:
    """The tokens between the signs that stand outside of parentheses and brackets."""
    out: list[list[Token]] = [[]]
    depth = 0
    for token in source:
        if token.kind == "op":
            if token.text == sign and depth == 0:
                out.append([])
                continue
            depth += (token.text in "([") - (token.text in ")]")
        out[-1].append(token)
    return out if out != [[]] else []
