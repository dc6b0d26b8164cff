"""What runs before a handler of Go, read from the project's own functions: middleware that stands in a registration or on its group.

Knows: functions that take the request themselves, those that make such a function (`func RequireMember(store Store) gin.HandlerFunc`), guards that
are told a part of the path by its name.
Does not know: middleware of libraries; on which groups it stands (`router.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property

from prodlint import regex as re
from prodlint.patterns.entries.entries import handed_more
from prodlint.patterns.entries.parameters import entry_of
from prodlint.patterns.text.meanings import Resolve
from prodlint.patterns.text.reader import Function
from prodlint.patterns.text.words import Words
from prodlint.patterns.ties.flow import Flow

_NAME = re.compile(r"(?<![\w\"])(?:\w+\.){0,3}([A-Za-z_]\w*)")
_TEXT = re.compile(r"\"[^\"\n]*\"|`[^`]*`")
_TAKES_REQUEST = re.compile(r"\bgin\.Context|\becho\.Context|\bfiber\.Ctx|\biris\.Context|\*?http\.Request\b")
# a method or function that stands for itself, `h.remove,`, or is called with a request, `h.remove(w, r)`
_WRAPPED = re.compile(r"\.(?:GET|POST|PUT|PATCH|DELETE|Get|Post|Put|Patch|Delete|Handle|HandleFunc)\([^\n]{1,300}\(\s*(?:\w+\.)?(\w+)\s*\)\s*\)")
_NAMED = re.compile(
    r"(?:\.|[(,=:]\s*)(\w+)\b(?!\s*[(\w.])|(?:\.|\b)(\w+)\(\s*(?:w|rw|rsp|writer|c|ctx|r|req|request|e)(?:\.Request)?\s*(?:,\s*\w+(?:\.\w+)?\s*)*\)"
)
_GIVES_MORE = re.compile(r"\)\s{0,9}\([^(){},\n]{0,80}(?:,[^(){},\n]{0,80}){1,6}\)\s{0,9}\{?\s{0,9}$")
_MAKES_BY = re.compile(
    r"\s{0,9}\{?\s{0,9}return\s{1,9}(?:\w{1,60}\.){0,3}(\w{1,60})\([^{}\n]{0,300}\)\s{0,9}\}?\s{0,9}$"
)  # a guard that another package makes
_PASSES_ON = re.compile(r"\.Next\(\)|\.ServeHTTP\(|\bnext\(\w+\)")
_ENDS_NEXT = re.compile(r"(?:\.Next\(\)|\bnext\(\w+\)|\.ServeHTTP\([^()\n]{0,200}(?:\([^()\n]{0,200}\)[^()\n]{0,200})?\))\s*(?:\}\)?\s*)*$")
_REFUSES = re.compile(r"\bStatus(?:Forbidden|Unauthorized|NotFound)\b|\b40[134]\b|Forbidden|Unauthorized|NotFound|PermissionDenied")
_TOLD = re.compile(
    r"\b(?:\w{1,40}\.)?(\w{0,60}(?:Access|Own(?:s|er|ed)|Member|Permi(?:ssion|tted)|Belongs|Authori[sz]e"
    r"|Can(?:Read|View|See|Edit|Write|Manage|Access|Delete|Update))\w{0,60})\(\s{0,9}\"(\w{1,60})\""
)
# and what only notes it, or reads it
_NOTES = re.compile(
    r"(?i)log|count|tag|header|track|metric|audit|cors|canon|cache|stat|parse|valid|bind|decode|rate|limit|set|extract|param|with_?id|trace|time|record"
)
_PATH = re.compile(r"\"/[^\"\n]*\"")
_ASKS = r"\.(?:Query(?:Param)?|Params?|PathValue|URLParam|Get)\(\s{{0,9}}(?:\w{{1,20}}\s{{0,9}},\s{{0,9}})?\"{}\""
_BODY = re.compile(r"JSON|\bBody|Decode|Unmarshal")
_HANDS = re.compile(r"\b([A-Za-z]\w{0,60})\(\s{0,9}(?:c|ctx|r|req|request)\s{0,9}\)")
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


def asked_alone(function: Function) -> bool:
    """Does it take a request of net/http and nothing that answers it: a handler only where something wraps it, `r.Handle("/x", answer(c.show))`?"""
    return len(function.params) == 1 and "*http.Request" in function.params[0].text


def spelled(name: str) -> str:
    """How what is sent spells the name of a field: `kb_id` for `KbID`."""
    return "_".join(each.lower() for each in _WORD.findall(name))


def of_query(checked: frozenset[str], function: Function) -> frozenset[str]:
    """The fields of a form that a handler which only reads fills from its query, where `kb_id` was checked: `KbID`, `KbId`; none where it looks at a
    body as well, which may say another thing."""
    if _BODY.search(function.body):
        return frozenset()
    parts = (each.split("_") for each in checked if "_" in each)
    held = (("".join(part.title() for part in each), each[-1]) for each in parts)
    return frozenset(name for field, last in held for name in (field, f"{field[:-2]}ID" if last == "id" else field))


def named(around: str) -> frozenset[str]:
    """The parts of the path that a guard of the project is told by their name, `guards.KBAccessRead("kb_id")`."""
    return frozenset(part for guard, part in _TOLD.findall(_PATH.sub(" ", around)) if not _NOTES.search(guard))


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
        if (_GIVES_MORE.search(function.header[-400:]) or asked_alone(function)) and function.name and function.name not in self._handed_on:
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
        return frozenset().union(*(self._by(name) for name in candidates(around)))

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
        tied = Flow(function, self.words, start, self.resolve(path, function)).read().tied
        return tied | frozenset(each for each in map(spelled, tied) if each not in tied and self._asks_for(function, each))

    def _asks_for(self, function: Function, name: str) -> bool:
        """Does a middleware that checks a field of a body ask the path or the query for the same, itself or in a function that it hands the request:
        where there is no body? What a handler takes of a body is another thing."""
        asks = re.compile(_ASKS.format(re.escape(name)))
        called = (each for each in dict.fromkeys(_HANDS.findall(function.body)[:MAX_NAMES]) if len(self.places.get(each, ())) == 1)
        inner = (each for of in called for each in self.read(self.places[of][0]) if each.name == of)
        return any(asks.search(each.body) for each in (function, *inner))
