"""The table of routes of JavaScript routers: each registration with the prefix of its mounts, joined to the function that handles it.

Knows: handlers that are named (`users.create`, `this.users.create.bind(this.users)`, `wrap(create)`), the file, class or object that the name comes
from, arrows that hand the request on. Does not know: what a handler does.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from prodlint import regex as re
from prodlint.patterns.javascript.mounts import Mounts
from prodlint.patterns.javascript.routers import MAY, TABLE, Place, described, places
from prodlint.patterns.text.imports import Imports
from prodlint.patterns.text.reader import Function
from prodlint.patterns.text.spans import split
from prodlint.patterns.text.tokens import Code

Read = Callable[[str], tuple[Code, list[Function]]]
_PLUMBING = frozenset(("bind", "call", "apply", "as", "any", "unknown", "await", "async", "this", "new", "void", "RequestHandler", "never"))
_REQUESTS = re.compile(r"_?(?:req|request|res|response|reply|ctx|context|c|next|event)")
_NOBODY = re.compile(r"(?i)not_?found|404|error|fallback|spa|index")
_TAKES_REQUEST = re.compile(r"^_?(?:req|request|ctx|context|c)\b|Request|Context")
_SINGLE = re.compile(
    r"^(?:\{\s*)?(?:return\s+|await\s+|void\s+)*(?:this\.)?([\w.]+(?:\([\w.]*\)\.\w+)?)\(([\w\s,]*)\)(?:\s*\.catch\([\w\s.]*\))?\s*;?\s*\}?$"
)
_LAYER = re.compile(r"(?:controllers?|handlers?|ctrl|routes?|router|api|service)$")
_PASSED = re.compile(r"(?:return\s+)?(?:await\s+)?((?:\w+\.)+\w+)\(\s*(?:req|request|ctx|context|c)\b[^()]*\)")
_COMMENT = re.compile(r"(?:(?<=\s)|^)//[^\n]*")
MAX_DEPTH = 4  # wrappers around a handler


class Routed(NamedTuple):
    """One route: where it is registered, and what handles it: its name as written, and the function with its file, where that was found.

    guards: what stands before the handler; around: the same with what wraps it."""

    method: str
    path: str
    around: str
    guards: str
    file: str
    line: int
    label: str
    target: str
    function: Function | None

    @property
    def beside(self) -> str:
        """What stands around, without the handler's own name: `members.remove` handles, and asks nobody."""
        return " ".join(self.around.rpartition(self.label)[::2]) if self.label else self.around


def passed_on(function: Function) -> str:
    """`(request, reply) => orders.remove(request, reply)`: the name of what a function does nothing but hand the request on to, "" for none."""
    body = "" if function.name else function.body.strip().strip("{};").strip()
    found = _PASSED.fullmatch(body) if len(body) < 200 else None
    return found.group(1) if found is not None else ""


class Table:
    """`rows`: every route that the files register, in order of files and lines."""

    def __init__(self, texts: Mapping[str, str], read: Read, places_of: Callable[[str], Sequence[str]], mounts: Mounts, imports: Imports) -> None:
        """places_of: files that may define a function of a name."""
        self.texts, self.read, self.places_of, self.mounts, self.imports = texts, read, places_of, mounts, imports
        self.rows: list[Routed] = []
        for path in sorted(texts):
            if MAY.search(texts[path]) or TABLE.search(texts[path]):
                code, functions = read(path)
                found = places(path, code, self.imports.texts_of(path))
                self.rows += [row for place in found if (row := self._row(path, code, functions, place)) is not None]

    def _row(self, path: str, code: Code, functions: Sequence[Function], place: Place) -> Routed | None:
        method, route = place.method, place.path
        if not method:  # the description stands elsewhere
            method, route = self._described(path, route)
            if not method:
                return None
        prefix, stands = self.mounts.before(path, place.router, route, place.opened)
        first, last = place.handler
        label, target, function = self._handler(path, code, functions, first, last)
        if route.endswith("*") and (_NOBODY.search(label) or not _ends_here(function)):
            return None
        stands = f"{place.before} {stands}"
        written = function is not None and target == path and first <= function.head < last
        around = f"{_said(code, place.opened, function.head if written and function is not None else last)} {stands}"
        guards = f"{_said(code, place.opened, first)} {stands}"
        return Routed(method, _joined(prefix, route), around, guards, path, code.line(place.opened), label, target, function)

    def _described(self, path: str, name: str) -> tuple[str, str]:
        base, _, last = name.rpartition(".")
        target, local = self.imports.origin(path, base or name)
        return described(self.texts.get(target or path, ""), last if base else (local or name))

    # ------------------------------------------------------------ which function
    def _handler(self, path: str, code: Code, functions: Sequence[Function], first: int, last: int) -> tuple[str, str, Function | None]:
        inside = [each for each in functions if first <= each.head < last]
        outer = [each for each in inside if not any(other is not each and other.first <= each.head < other.last for other in inside)]
        if outer:
            function = outer[-1]
            further = _hands_on(function)
            if further:
                target, found = self._named(path, further)
                if found is not None:
                    return ".".join(further), target, found
            return function.name, path, function
        named = _names(code, first, last)
        target, found = self._named(path, named) if named else ("", None)
        return ".".join(named), target, found

    def _named(self, path: str, names: tuple[str, ...]) -> tuple[str, Function | None]:
        *bases, last = names
        for base in reversed(bases):
            for file, owner in self._origins(path, base):
                found = self._in(file, last, owner)
                if found is not None:
                    return file, found
        if not bases:
            target, local = self.imports.origin(path, last)
            for file, name in ((target, local), (path, last)):
                if file and (found := self._in(file, name, "")) is not None:
                    return file, found
        files = self.places_of(last)
        if len(files) == 1 and (found := self._in(files[0], last, "")) is not None and found.params and _TAKES_REQUEST.search(found.params[0].text):
            return files[0], found
        return "", None

    def _origins(self, path: str, base: str) -> list[tuple[str, str]]:
        """(file, class) from which the members of a name may come."""
        out = [self.imports.origin(path, base)] if base in self.imports.of(path) else []
        text = self.texts[path]
        for found in re.finditer(rf"\b{re.escape(base)}\b\s*[?!]?\s*(?::\s*([A-Z]\w*)|=\s*(?:await\s+)?(?:new\s+)?([\w.]+)\(([^)\n]*))", text):
            kind, made, given = found.groups("")
            for name in (kind, made.split(".")[0], *re.findall(r"\b[A-Z]\w+", given)):
                if name and name in self.imports.of(path):
                    out.append(self.imports.origin(path, name))
                elif name and re.search(rf"\bclass\s+{re.escape(name)}\b", text):
                    out.append((path, name))
        if re.search(rf"\b(?:const|let|var|class)\s+{re.escape(base)}\b", text):
            out.append((path, ""))
        return out

    def _in(self, path: str, name: str, owner: str) -> Function | None:
        """The function of that name in a file, of that class where there are several; the only one of the file where it has no name."""
        _, functions = self.read(path)
        found = [each for each in functions if each.name == name] if name else []
        if len(found) > 1:
            found = [each for each in found if each.owner is not None and each.owner.name == owner] or found
        if found:
            return found[0]
        if not name:
            outer = [each for each in functions if not any(other is not each and other.first <= each.head < other.last for other in functions)]
            return outer[-1] if len(outer) == 1 else None
        return None


def registered(known: Sequence[tuple[str, str, str, str, str]], file: str) -> tuple[str, str, str]:
    """(method, path, what stands around) of a handler by its name alone: of several `getById` the one of `JobController` for `controllers/job.js`,
    none where the file does not tell. known: registrations, with what the name is a member of as the last."""
    if len({each[4] for each in known}) > 1:
        words = re.sub(r"[^a-z/]", "", file.lower())
        stems = [(each, _LAYER.sub("", each[4].lower())) for each in known]
        known = [each for each, stem in stems if stem and re.search(rf"(?:^|/){re.escape(stem)}s?(?:/|[a-z]*\Z)", words)]
    return known[0][:3] if known else ("", "", "")


def _said(code: Code, first: int, last: int) -> str:
    """`code.source`, without comments: what is commented out asks nobody, and hides nothing that follows it."""
    return " ".join(_COMMENT.sub(" ", code.written(first, last)).split())


def _ends_here(function: Function | None) -> bool:
    """Does a handler answer, and hand nothing on?"""
    return function is not None and not any(param.name in ("next", "_next") for param in function.params)


def _joined(prefix: str, route: str) -> str:
    text = re.sub(
        r"/{2,}", "/", f"{prefix}/{route.lstrip('/')}" if route.startswith("/") or prefix.endswith("/") or not route else f"{prefix}/{route}"
    )
    return text.rstrip("/") or "/"


def _hands_on(function: Function) -> tuple[str, ...]:
    """The name of what an arrow only calls with the request: `(req, res) => users.create(req, res)`."""
    found = _SINGLE.match(function.body) if len(function.body) < 200 else None
    given = [each.strip() for each in found.group(2).split(",")] if found is not None else []
    if found is None or not given or not all(_REQUESTS.fullmatch(each) for each in given):
        return ()
    return tuple(part for part in re.split(r"\W+", found.group(1)) if part)


def _names(code: Code, first: int, last: int, depth: int = MAX_DEPTH) -> tuple[str, ...]:
    """The dotted name of a handler, out of the lists, wrappers and bindings in which it stands."""
    texts, mate = code.texts, code.mate
    if depth <= 0 or first >= last:
        return ()
    if texts[first] == "[" and mate[first] > 0:
        parts = [part for part in split(code, first + 1, mate[first]) if part[0] < part[1]]
        return _names(code, *parts[-1], depth - 1) if parts else ()
    if texts[first] == "{" and mate[first] > 0:
        at = next((at for at in range(first, last) if texts[at] == "handler"), -1)
        if at < 0:
            return ()
        end = next((stop for stop in range(at + 1, last) if texts[stop] in (",", "}")), last)
        return _names(code, at + 2, end, depth - 1) if texts[at + 1] == ":" else ("handler",)
    if texts[first] == "(" and mate[first] > 0:
        return _names(code, first + 1, mate[first], depth - 1)
    end = next((at for at in range(first, last) if texts[at] in ("as", "satisfies")), last)
    if texts[end - 1] == ")" and mate[end - 1] > first:
        opened = mate[end - 1]
        if texts[opened - 1] in ("bind", "call"):
            return _names(code, first, opened - 2, depth - 1)
        parts = [part for part in split(code, opened + 1, end - 1) if part[0] < part[1]]
        inner = _names(code, *parts[-1], depth - 1) if parts and code.kinds[parts[-1][0]] == "n" else ()
        return inner or _names(code, first, opened, depth - 1)
    return tuple(texts[at].lstrip("#") for at in range(first, end) if code.kinds[at] == "n" and texts[at] not in _PLUMBING)
