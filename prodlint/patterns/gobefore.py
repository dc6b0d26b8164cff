"""What runs before a handler of Go, read from the project's own functions: middleware that stands in a registration or on its group.

Knows: functions that take the request themselves, and those that make such a function (`func RequireMember(store Store) gin.HandlerFunc`).
Does not know: middleware of libraries; on which groups it stands (`gorouter.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property

from prodlint import regex as re
from prodlint.patterns.entries import handed_more
from prodlint.patterns.flow import Flow
from prodlint.patterns.meanings import Resolve
from prodlint.patterns.parameters import entry_of
from prodlint.patterns.reader import Function
from prodlint.patterns.words import Words

_NAME = re.compile(r"(?<![\w\"])(?:\w+\.){0,3}([A-Za-z_]\w*)")
_TEXT = re.compile(r"\"[^\"\n]*\"|`[^`]*`")
_TAKES_REQUEST = re.compile(r"\bgin\.Context|\becho\.Context|\bfiber\.Ctx|\biris\.Context|\*?http\.Request\b")
# a method or function that stands for itself, `h.remove,`, or is called with a request, `h.remove(w, r)`
_WRAPPED = re.compile(r"\.(?:GET|POST|PUT|PATCH|DELETE|Get|Post|Put|Patch|Delete|Handle|HandleFunc)\([^\n]{1,300}\(\s*(?:\w+\.)?(\w+)\s*\)\s*\)")
_NAMED = re.compile(
    r"(?:\.|[(,=:]\s*)(\w+)\b(?!\s*[(\w.])|(?:\.|\b)(\w+)\(\s*(?:w|rw|rsp|writer|c|ctx|r|req|request|e)(?:\.Request)?\s*(?:,\s*\w+(?:\.\w+)?\s*)*\)"
)
_GIVES_MORE = re.compile(r"\)\s*\([^(){}\n]*,[^(){}\n]*\)\s*\{?\s*$")
_MAKES_BY = re.compile(r"^\s*\{?\s*return\s+(?:\w+\.){0,3}(\w+)\([^{}\n]*\)\s*\}?\s*$")  # a guard that another package makes
_PASSES_ON = re.compile(r"\.Next\(\)|\.ServeHTTP\(|\bnext\(\w+\)")
_ENDS_NEXT = re.compile(r"(?:\.Next\(\)|\bnext\(\w+\)|\.ServeHTTP\([^()\n]{0,200}(?:\([^()\n]{0,200}\)[^()\n]{0,200})?\))\s*(?:\}\)?\s*)*$")
_REFUSES = re.compile(r"\bStatus(?:Forbidden|Unauthorized|NotFound)\b|\b40[134]\b|Forbidden|Unauthorized|NotFound|PermissionDenied")
_TOLD = re.compile(
    r"\b(?:\w+\.)?(?!(?i:parse|valid|bind|decode|rate|limit|log|cache|set|extract|param|with_?id))"
    r"\w*(?:Access|Own(?:s|er|ed)|Member|Permi(?:ssion|tted)|Belongs|Authori[sz]e|RequireRole|Can[A-Z])\w*\(\s*\"(\w+)\""
)
_PATH = re.compile(r"\"/[^\"\n]*\"")
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z0-9]+")
MAX_NAMES = 16  # around one handler
MAX_TEXT = 6000


def candidates(around: str) -> list[str]:
    """The names around a handler that may be functions of the project, in order."""
    return list(dict.fromkeys(_NAME.findall(_TEXT.sub("", around))))[:MAX_NAMES]


def only_before(function: Function) -> bool:
    """Is it a middleware, and no handler: does it end by handing the request on, `c.Next()`?"""
    return _ENDS_NEXT.search(function.body) is not None


def middleware(function: Function, beside: Sequence[Function]) -> Function | None:
    """The function that takes the request: it itself, or the one that it makes; None where that hands nothing on, or refuses nobody."""
    text = function.body
    if len(text) > MAX_TEXT or not (_PASSES_ON.search(text) and _REFUSES.search(text)):
        return None
    inside = (each for each in beside if function.first <= each.at < function.last)
    return next((each for each in (function, *inside) if any(_TAKES_REQUEST.search(param.text) for param in each.params)), None)


def spellings(name: str) -> frozenset[str]:
    """A name of several words in all ways in which Go and JSON spell it; one of a single word, which may be anything (`id`), only as it is."""
    words = [each.lower() for each in _WORD.findall(name)]
    if len(words) < 2 or "." in name:
        return frozenset((name,))
    first, *rest = words
    camel = "".join(each.title() for each in rest)
    said = {f"{head}{tail}" for head in (first, first.title()) for tail in (camel, re.sub("Id$", "ID", camel))}
    return frozenset((name, "_".join(words), *said))


def named(around: str) -> frozenset[str]:
    """The parts of the path that a guard of the project is told by their name, `guards.KBAccessRead("kb_id")`."""
    return frozenset(_TOLD.findall(_PATH.sub(" ", around)))


class Befores:
    """`ties(around)`: the ids that middleware of the project ties to the caller."""

    def __init__(
        self,
        words: Words,
        places: Mapping[str, Sequence[str]],
        read: Callable[[str], Sequence[Function]],
        resolve: Callable[[str, Function], Resolve],
        texts: Iterable[str],
    ) -> None:
        """places: name of a function -> files that may define it; read: the functions of a file; texts: of all files of Go."""
        self.texts = texts
        self.words, self.places, self.read, self.resolve = words, places, read, resolve
        self.known: dict[str, frozenset[str]] = {}

    def unnamed(self, name: str) -> bool:
        """Is a handler handed to no router, and a request to it by no other function? One without a name stands where it is handed on, or is made by
        a function that is called there, `r.Get("/x", Show(deps))`."""
        last = name.rpartition(".")[2]
        return bool(last) and last not in self._named

    def is_helper(self, function: Function, registered: bool) -> bool:
        """Is it no handler: a middleware, one that takes more than a request, or gives more than an error, and that nobody wraps, or one that no
        router is handed? registered: were enough of an app's routes read to say so?"""
        if handed_more(function) and not self.wrapped(function.name):
            return True
        if _GIVES_MORE.search(function.header) and function.name and function.name not in self._handed_on:
            return True
        return only_before(function) or (registered and self.unnamed(function.name))

    def wrapped(self, name: str) -> bool:
        """Is a function that takes more than a request handed to a router within a call: `router.POST("/labels", withUser(MakeLabels))`?"""
        return name in self._wrapped

    @cached_property
    def _wrapped(self) -> frozenset[str]:
        return frozenset(each for text in self.texts for each in _WRAPPED.findall(text))

    @cached_property
    def _handed_on(self) -> frozenset[str]:
        """Functions that stand for themselves somewhere, `wrap(h.Show)`."""
        return frozenset(name for text in self.texts for name, _ in _NAMED.findall(text) if name)

    @cached_property
    def _named(self) -> frozenset[str]:
        return frozenset(each for text in self.texts for pair in _NAMED.findall(text) for each in pair if each)

    def ties(self, around: str) -> frozenset[str]:
        """The handler may spell what was checked in another way: `KbID` of a body, `kb_id` of a query."""
        return frozenset(each for name in candidates(around) for tied in self._by(name) for each in spellings(tied))

    def _by(self, name: str) -> frozenset[str]:
        if name not in self.known:
            found = [(path, each) for path in self.places.get(name, ()) if path.endswith(".go") for each in self.read(path) if each.name == name]
            self.known[name] = self._of(*found[0]) if len(found) == 1 else frozenset()  # of several nobody here reads which it is
        return self.known[name]

    def _of(self, path: str, named: Function) -> frozenset[str]:
        function = middleware(named, self.read(path))
        if function is None:
            made = _MAKES_BY.match(named.body)
            return self._by(made.group(1)) if made is not None and made.group(1) != named.name else frozenset()
        start = entry_of(function, "go", (), "", named.name, self.words, "").start
        return Flow(function, self.words, start, self.resolve(path, function)).read().tied
