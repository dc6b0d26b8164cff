"""Routes that Ruby writes as blocks: `get '/x/:id' do ... end` in Sinatra and Padrino, `get ':id' do` in Grape, and what runs before them.

Knows: Sinatra's routes, conditions, filters with and without a path and middleware (`use`), after sinatrarb.com/intro.html; Grape's verbs,
`resource`, `namespace`, and `before`, which holds for its own block and those within, after its README; Padrino's `map:`, `with:` and `controllers`,
after its guides. Does not know: what a filter or a middleware decides, where an app is mounted.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from functools import lru_cache

from prodlint import regex as re
from prodlint.patterns.text.reader import Function, Owner, Parameter, end_below
from prodlint.patterns.text.tokens import Code

# what says that blocks are routes in this project: within other blocks `get '/x' do` stands in tests and in languages of other libraries too
SINATRA = re.compile(
    r"\bSinatra::(?:Base|Application)\b|^[ \t]*require\s+['\"]sinatra(?:/base)?['\"]"
    r"|^(?:get|post|put|patch|delete)[ \t]*\(?['\"]?[ \t]*['\"]/[^'\"\n]*['\"][^\n]*\bdo\b",
    re.M,
)
GRAPE = re.compile(r"<\s*(?:::)?Grape::API\b")
PADRINO = re.compile(r"\bPadrino::Application\b|\bPadrino\.mount\b|^[A-Z][\w:]*\.controllers?\b[^\n]*\bdo\b", re.M)
_ROUTE = re.compile(r"(get|post|put|patch|delete)\b[ \t]*\(?[ \t]*(?:['\"]([^'\"\n]*)['\"]|:(\w+))?")
_FILTER = re.compile(
    r"^([ \t]*)(?:before(?:_validation)?|after_validation)\b[ \t]*\(?[ \t]*(?:['\"]([^'\"\n]*)['\"]|%r\{([^}\n]*)\})?([^\n]*?)"
    r"(?:\bdo\b[^\n]*\n(.*?)^\1end\b|\{([^\n]*)\}[ \t]*$)",
    re.M | re.S,
)
_USED = re.compile(r"^[ \t]*use[ \t]+([A-Z][\w:]*)[^\n]*", re.M)
_WITHIN = re.compile(r"^([ \t]*)(?:resources?|namespace|group|segment|route_param)\b[ \t]*\(?[ \t]*:?['\"]?([\w/:-]*)['\"]?[^\n]*\bdo\b[^\n]*$", re.M)
_CONTROLLERS = re.compile(r"^[A-Z][\w:]*\.controllers?[ \t]*\(?[ \t]*(?::(\w+))?[^\n]*\bdo\b", re.M)
_MAP, _WITH = re.compile(r"\bmap:\s*['\"]([^'\"\n]*)|:map\s*=>\s*['\"]([^'\"\n]*)"), re.compile(r"\bwith:\s*(\[[^\]\n]*\]|:\w+)")
_CLASS = re.compile(r"^[ \t]*class[ \t]+([\w:]+)[ \t]*<[ \t]*(?:::)?([\w:]+)", re.M)
_FRAMEWORKS = re.compile(r"(?:Sinatra|Grape|Padrino)::")
_IN_CLASS = re.compile(r"^([ \t]*)class[ \t]+([\w:]+)", re.M)
_END = re.compile(r"^([ \t]*)end\b", re.M)
_MOST = 6  # classes above one


def route(code: Code, at: int, owners: Iterable[Owner]) -> tuple[Function, str, str] | None:
    """(the block as a function, method, path) of a route whose verb is this token; None where no block follows on the line."""
    found = _ROUTE.match(code.text, code.starts[at]) if at < len(code) else None
    opened = at
    while opened < len(code) and code.texts[opened] != "do" and code.line(opened) == code.line(at):
        opened += 1
    last = end_below(code, at)
    if found is None or opened >= len(code) or code.texts[opened] != "do" or last < 0:
        return None
    method, text, word = found.groups()
    parts = (*_above(code, at), text or word or "") if text is not None or GRAPE.search(code.text) else _of_padrino(code, at, opened, word or "")
    path = "/".join(part.strip("/") for part in parts if part.strip("/"))
    first, params = opened + 1, []
    if code.texts[first : first + 1] == ["|"]:
        while first + 1 < last and code.texts[first + 1] != "|":
            first += 1
            params += [Parameter(code.texts[first], code.texts[first])] if code.kinds[first] == "n" else []
        first += 2
    around = [each for each in owners if each.first <= at < each.last]
    owner = max(around, key=lambda each: each.first, default=None)
    return Function(code, "", params, at, first, last, owner, at), method.upper(), f"/{path}"


def _of_padrino(code: Code, at: int, opened: int, word: str) -> tuple[str, ...]:
    """`get :show, map: '/c/:id' do`; else the controller, the name of the action and the parameters that it is found with."""
    head = code.source(at, opened)
    mapped = _MAP.search(head)
    if mapped is not None:
        return (mapped.group(1) or mapped.group(2) or "",)
    controllers = _CONTROLLERS.findall(code.text, 0, code.starts[at])
    found = _WITH.search(head)
    return (*controllers[-1:], "" if word == "index" else word, *(f":{name}" for name in re.findall(r"\w+", found.group(1) if found else "")))


def _above(code: Code, at: int) -> Iterator[str]:
    """What the blocks around a route put before its path, the outermost first."""
    for found in _blocks(code.text, code.starts[at], code.column(at) - 1):
        yield f":{found.group(2)}" if "route_param" in found.group() else found.group(2)


def _blocks(text: str, start: int, indent: int) -> Iterator[re.Match[str]]:
    """The blocks of Grape around a place, the outermost first."""
    return _around(_spans(text)[0], start, indent)


def _around(spans: Iterable[tuple[re.Match[str], int]], at: int, indent: int) -> Iterator[re.Match[str]]:
    return (found for found, end in spans if found.start() < at <= end and len(found.group(1)) < indent)


@lru_cache(maxsize=64)
def _spans(text: str) -> tuple[list[tuple[re.Match[str], int]], list[tuple[re.Match[str], int]]]:
    """The blocks and the classes of a file, each with the place where it ends: at the next `end` below its first sign."""
    ends: dict[str, list[int]] = {}
    for found in _END.finditer(text):
        ends.setdefault(found.group(1), []).append(found.start())

    def until(found: re.Match[str]) -> int:
        below = ends.get(found.group(1), [])
        at = bisect_left(below, found.end())
        return below[at] if at < len(below) else len(text)

    blocks, classes = ([(found, until(found)) for found in form.finditer(text)] for form in (_WITHIN, _IN_CLASS))
    return blocks, classes


class Apps:
    """`before(function, path)`: the filters and the middleware that stand before a route, its own conditions among them."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._above: dict[str, tuple[str, str]] = {}
        self._shared: list[str] = []
        for text in texts:
            classes = list(_CLASS.finditer(text))
            for found in classes:
                self._above.setdefault(found.group(1).rpartition("::")[2], (found.group(2).rpartition("::")[2], text))
            if not classes:  # filters of the app whose routes stand in no class
                self._shared.append(text)

    def before(self, function: Function, path: str) -> str:
        """As text."""
        said = [function.header]
        for text in self._texts(function):
            said += [found.group() for found in _USED.finditer(text)]
            of_own = function if text is function.code.text else None
            said += [found.group(5) or found.group(6) or "" for found in _FILTER.finditer(text) if _meets(found, path, of_own)]
        return " ".join(said)

    def _texts(self, function: Function) -> list[str]:
        if function.owner is None:
            return list(dict.fromkeys((function.code.text, *self._shared)))
        texts, name = [function.code.text], function.owner.name.rpartition("::")[2]
        for _ in range(_MOST):
            name, text = self._above.get(name, ("", ""))
            if not text:
                break
            texts.append(text)
            above = self._above.get(name)
            texts += [above[1]] if above is not None else []
        return list(dict.fromkeys(texts))


def filters(function: Function, path: str) -> Iterator[Function]:
    """The blocks of the same file that run before a route, each as a function: those of its own class or of one above, and of no block beside it."""
    code = function.code
    own, around = _stands(code.text, code.starts[function.at], code.column(function.at) - 1)
    classes, by_block = {own[1], *_above_here(code.text, own[1])}, GRAPE.search(code.text) is not None
    for found, (home, outside) in _filters(code.text):
        if not outside <= around or home[0] != own[0] or home[1] not in classes or not (by_block or _meets(found, path, None)):
            continue
        at = bisect_left(code.starts, found.end(1))
        opened = next((each for each in range(at, min(at + 40, len(code))) if code.texts[each] in ("do", "{")), -1)
        last = -1 if opened < 0 else code.mate[opened] if code.texts[opened] == "{" else end_below(code, at)
        if last > opened:
            yield Function(code, "", [], at, opened + 1, last, function.owner, at)


Home = tuple[tuple[int, str], frozenset[int]]  # (the block of Padrino, the class), the blocks within these


@lru_cache(maxsize=64)
def _filters(text: str) -> list[tuple[re.Match[str], Home]]:
    return [(found, _stands(text, found.start(), len(found.group(1)))) for found in _FILTER.finditer(text)]


def _stands(text: str, at: int, indent: int) -> Home:
    """In what a filter or a route stands."""
    controllers = [found.start() for found in _CONTROLLERS.finditer(text, 0, at)]
    around = list(_around(_spans(text)[1], at, indent))
    blocks = frozenset(each.start() for each in _blocks(text, at, indent))
    return (controllers[-1] if controllers else -1, around[-1].group(2).rpartition("::")[2] if around else ""), blocks


def _above_here(text: str, name: str) -> list[str]:
    """The classes of the same file that one extends."""
    extended = (found.groups() for found in _CLASS.finditer(text) if not _FRAMEWORKS.match(found.group(2)))  # `Base` is here another than Sinatra's
    bases = {own.rpartition("::")[2]: base.rpartition("::")[2] for own, base in extended} if name else {}
    out: list[str] = []
    while (name := bases.get(name, "")) and name not in out and len(out) < _MOST:
        out.append(name)
    return out


def _meets(found: re.Match[str], path: str, function: Function | None) -> bool:
    """Is a filter run before the route of that path? function: the route, where it stands in the same file: in Grape a filter holds for the block in
    which it stands."""
    _, pattern, form, options = found.groups()[:4]
    if function is not None and GRAPE.search(function.code.text):
        code, indent = function.code, len(found.group(1))
        around = {each.start() for each in _blocks(code.text, code.starts[function.at], code.column(function.at) - 1)}
        return {each.start() for each in _blocks(code.text, found.start(), indent)} <= around
    if form is not None or re.search(r"\b(?:except|only|if|unless)\b", options):
        return False
    if pattern is None:
        return True
    parts = [".*" if part == "*" else r"[^/]+" if part.startswith(":") else re.escape(part) for part in re.split(r"(\*|:\w+)", pattern) if part]
    return re.fullmatch("".join(parts), path) is not None
