"""Which functions ask who calls them.

Knows: the words that name the caller of the data API, functions of the migrations that lead to them, variables that hold the caller, and whether a
condition decides by one of these. Does not know: whether the condition is the right one. In a function with its owner's rights `current_user` is the
owner and says nothing; a setting that no request sets, and a caller that is only written down, leave the answer open.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import accumulate, pairwise

from prodlint import regex as re
from prodlint.database.catalog import Catalog, Function
from prodlint.database.tokens import Token, split, tokens

Key = tuple[str, str, int]
CALLER_WORDS = re.compile(r"\bauth\s*\.\s*\w+\s*\(|\bcurrent_setting\b|\bcurrent_user\b|\bsession_user\b|\brequest\s*\.\s*jwt\b", re.I)
_OF_AUTH = {"uid", "jwt", "role", "email", "session_id"}
_REQUEST = re.compile(r"request\.(?:jwt|header|cookie)")
_GATES = {"if", "elsif", "elseif", "while", "assert"}
_CONDITIONS = {"where", "having", "on", "when"}
_ENDS = {"then", "loop", "returning", "group", "order", "limit", "union", "else", "end"}
_BEGINS = {"declare", "begin", "then", "else", "loop"}
_GIVES = [[Token("op", ":=")], [Token("op", "=")], [Token("word", "default")]]
_CONSTANTS = {"true", "false", "null"}
_CHANGES = {("delete", "from"), ("insert", "into"), ("merge", "into")}
_NO_UPDATE = {"for", "do", "on", "key"}  # FOR UPDATE, DO UPDATE, ON UPDATE


class Askers:
    """Answers about the functions of one catalog; each is read once."""

    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog
        self._answers: dict[Key, bool | None] = {}

    def mentions(self, function: Function) -> bool:
        """Does it name the caller in any way, itself or through another one of the migrations?"""
        return function.key in self._mentioning

    def asks(self, function: Function) -> bool | None:
        """For a function with its owner's rights: does a condition decide by who calls? None where the caller is named and it is not known what
        for."""
        key = function.key
        if key not in self._answers:
            self._answers[key] = self._asked(function)
        return self._answers[key]

    # ------------------------------------------------------------ all functions together
    @cached_property
    def _sources(self) -> dict[Key, list[Token]]:
        return {each.key: tokens(each.body) for each in self.catalog.all_functions()}

    @cached_property
    def _callers(self) -> dict[Key, list[Key]]:
        """Function -> those that call it, each once."""
        out: dict[Key, list[Key]] = {}
        for key, source in self._sources.items():
            for called in {each.key for place in range(len(source)) if (each := self.catalog.called(source, place))}:
                out.setdefault(called, []).append(key)
        return out

    @cached_property
    def _mentioning(self) -> set[Key]:
        return self._spread(each.key for each in self.catalog.all_functions() if CALLER_WORDS.search(each.body))

    @cached_property
    def _depending(self) -> set[Key]:
        """Those that read who calls, whoever's rights they have."""
        return self._spread(key for key, source in self._sources.items() if any(_reads_caller(source, place) for place in range(len(source))))

    @cached_property
    def _doubtful(self) -> set[Key]:
        return self._spread(key for key, source in self._sources.items() if _in_doubt(source))

    @cached_property
    def _refusing(self) -> set[Key]:
        """Those that fail for some callers, and those that call them."""
        return self._spread(
            key
            for key, source in self._sources.items()
            if key in self._depending and any(token == ("word", "raise") for token in source) and _Body(self, source).gated()
        )

    def _spread(self, seed: Iterable[Key]) -> set[Key]:
        found = set(seed)
        stack = list(found)
        while stack:
            for caller in self._callers.get(stack.pop(), ()):
                if caller not in found:
                    found.add(caller)
                    stack.append(caller)
        return found

    # ------------------------------------------------------------ one place, one function
    def names_caller(self, source: list[Token], place: int) -> bool:
        called = self.catalog.called(source, place)
        return _reads_caller(source, place) or (called is not None and called.key in self._depending)

    def _asked(self, function: Function) -> bool | None:
        key = function.key
        if key in self._refusing:
            return True
        if key in self._depending:
            body = _Body(self, self._sources[key])
            return True if body.gated() or body.narrowed() else None
        return None if key in self._doubtful else False


def _reads_caller(source: list[Token], place: int) -> bool:
    """`auth.uid()`, or the setting in which the API hands over a request."""
    token, after = source[place], source[place + 1 : place + 4]
    if token == ("word", "auth"):
        return len(after) == 3 and after[0].text == "." and after[1].text in _OF_AUTH and after[2] == ("op", "(")
    return token.text == "current_setting" and len(after) > 1 and after[1].kind == "string" and _REQUEST.match(after[1].text) is not None


def _in_doubt(source: list[Token]) -> bool:
    """Other settings, whose session it is, helpers of a schema `auth` that is not here, and code that is put together when it runs."""
    executes = any(token == ("word", "execute") for token in source)
    for place, token in enumerate(source):
        helper = token == ("word", "auth") and place + 3 < len(source) and source[place + 1].text == "." and source[place + 3].text == "("
        if token.kind == "string":
            if executes and CALLER_WORDS.search(token.text):
                return True
        elif helper or token.text in ("current_setting", "session_user"):
            return True
    return False


class _Body:
    """The statements of one body, with the variables that hold something of the caller."""

    def __init__(self, askers: Askers, source: list[Token]) -> None:
        self.askers = askers
        self.held: set[str] = set()
        self.pieces = split(source, ";")
        self._named: list[list[bool]] = []  # of each piece and token: is it the caller?
        self._read(self._read(set()))

    def _read(self, spoiled: set[str]) -> set[str]:
        """Marks what is the caller; the variables that are given something else as well, which then say nothing."""
        self.held, self._named, others = set(), [], set()
        for piece in self.pieces:
            marks = [self._marked(piece, place) for place in range(len(piece))]
            self._named.append(marks)
            given = set(_receivers(piece))
            if any(mark and token.text not in given for mark, token in zip(marks, piece, strict=True)):
                self.held |= given - spoiled
                continue
            if "found" in given or any(token.kind == "word" and token.text in ("insert", "update", "delete") for token in piece):
                self.held.discard("found")
            if not (piece[-1:] and piece[-2:-1] in _GIVES and (piece[-1].kind in ("string", "number") or piece[-1].text in _CONSTANTS)):
                others |= given - {"found"}
        return others

    def _marked(self, piece: list[Token], place: int) -> bool:
        token = piece[place]
        if token.kind == "op":
            return False
        if place > 3 and piece[place - 1].text == "," and piece[place - 3].text == "(" and piece[place - 4].text == "coalesce":
            return False  # whoever gives the first one says who calls
        if token.kind in ("word", "name") and token.text in self.held:
            return place == 0 or piece[place - 1].text != "."
        return self.askers.names_caller(piece, place)

    def gated(self) -> bool:
        """Does the way through it depend on the caller?"""
        return any(_decided(piece, marks, _GATES) for piece, marks in self._each())

    def narrowed(self) -> bool:
        """Does every statement on rows ask for the caller in its conditions, or is there none and the answer is the caller's own?"""
        asked = False
        for piece, marks in self._each():
            words = [token.text if token.kind == "word" else "" for token in piece]
            here = _decided(piece, marks, _CONDITIONS)
            changes = [pair for pair in pairwise(words) if pair in _CHANGES]
            updates = any(word == "update" and (not place or words[place - 1] not in _NO_UPDATE) for place, word in enumerate(words))
            if changes or updates or "execute" in words or "truncate" in words:
                only_adds = set(changes) == {("insert", "into")} and not updates and "execute" not in words
                if not (here or (only_adds and any(marks))):
                    return False
                asked = asked or here
            elif "from" in words and not any(_receivers(piece)):
                if not here:
                    return False
                asked = True
            elif any(marks) and ("return" in words or "select" in words[:1]):
                asked = True
        return asked

    def _each(self) -> Iterator[tuple[list[Token], list[bool]]]:
        return zip(self.pieces, self._named, strict=True)


def _receivers(piece: list[Token]) -> Iterator[str]:
    """The variables that a statement gives a value: `x := ...`, `SELECT ... INTO x, y`, FOUND after PERFORM."""
    words = [token.text if token.kind == "word" else "" for token in piece]
    begin = 0
    for place, token in enumerate(piece):
        if words[place] in _BEGINS:
            begin = place + 1
        elif words[place] == "perform":
            yield "found"
        elif words[place] == "into" and "select" in words[:place] and not {"insert", "merge"} & set(words[:place]):
            yield "found"
            for each in split(piece[place + 1 :]):
                yield from (part.text for part in each[: 2 if each[0] == ("word", "strict") else 1] if part.text != "strict")
                if any(part == ("word", "from") for part in each):
                    break
            return
        elif (token.text == ":=" or words[place] == "default" or (token == ("op", "=") and place == begin + 1)) and begin < place:
            yield piece[begin].text
            begin = len(piece)


def _decided(piece: list[Token], marks: list[bool], openers: set[str]) -> bool:
    """Does a condition that one of these words begins name the caller?"""
    before = list(accumulate(marks, initial=0))  # how many marks stand before each token
    return any(before[end] > before[start] for start, end in _regions(piece, openers))


def _regions(piece: list[Token], openers: set[str]) -> Iterator[tuple[int, int]]:
    """From behind a word that begins a condition to where it ends."""
    opened: list[tuple[int, int]] = []  # depth of parentheses, start
    depth = 0
    for place, token in enumerate(piece):
        if token.kind == "op":
            depth += (token.text in "([") - (token.text in ")]")
            while opened and opened[-1][0] > depth:
                yield opened.pop()[1], place
        elif token.kind == "word" and token.text in openers and piece[place + 1 : place + 2] != [("word", "conflict")]:
            opened.append((depth, place + 1))
        elif token.kind == "word" and token.text in _ENDS:
            while opened and opened[-1][0] == depth:
                yield opened.pop()[1], place
    for _, start in opened:
        yield start, len(piece)
