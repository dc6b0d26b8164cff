"""Which types of Go stand behind a name: fields of structs, parameters, and the structs that have the methods of an interface.

Knows: how structs declare their fields, interfaces their methods, functions their parameters; what a constructor gives
(`func NewOrders(db DB) OrderRepository { return &orderRepository{...} }`), also to a variable, that several packages declare a type of one name, and
which of them a file of the folder imports, also by another name; what a struct or an interface embeds, generic or not. Does not know: what the
parameters of a generic type stand for, a folder that imports two packages under one name.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable

from prodlint import regex as re
from prodlint.patterns.go.receivers import received, subject
from prodlint.patterns.text.reader import Function

_STRUCT = re.compile(r"^[ \t]*(?:type[ \t]+)?(\w+)(?:\[[^\]\n]{1,200}\])?[ \t]+struct[ \t]*\{([^{}]*)\}", re.M)
_INTERFACE = re.compile(r"^[ \t]*(?:type[ \t]+)?(\w+)(?:\[[^\]\n]{1,200}\])?[ \t]+interface[ \t]*\{([^{}]*(?:\{\}[^{}]*)*)\}", re.M)
_FIELD = re.compile(r"^[ \t]*([A-Za-z_]\w*(?:[ \t]*,[ \t]*\w+)*)[ \t]+\*?((?:\w+\.)?[A-Za-z]\w*)[ \t]*(?:`[^`\n]*`)?[ \t]*(?://[^\n]*)?$", re.M)
_EMBEDS = re.compile(r"^[ \t]*\*?((?:\w+\.)?[A-Z]\w*)(?:\[[^\]\n]*\])?[ \t]*$", re.M)
_DECLARES = re.compile(r"^[ \t]*([A-Z]\w*)[ \t]*\(", re.M)
_METHOD = re.compile(r"^func[ \t]*\([ \t]*(?:\w+[ \t]+)?\*?(\w+)(?:\[[^\]\n]*\])?[ \t]*\)[ \t]*(\w+)", re.M)
_MAKES = re.compile(r"^func[ \t]+\w+\([^{}]{0,800}\)[ \t]*\(?(?:\w+\.)?([A-Z]\w*)\b[^{}\n]{0,80}\{[^{}]{0,2000}?&(\w+)\{", re.M)
_ASSERTS = re.compile(r"^[ \t]*(?:var[ \t]+)?_[ \t]+(?:\w+\.)?(\w+)[ \t]*=[ \t]*(?:\(\*(\w+)\)|&(\w+)\{)", re.M)
_GIVES = re.compile(
    r"^func[ \t]*(?:\([^()\n]*\)[ \t]*)?((?:New|Get|Make)\w+|\w*(?:Repository|Repo|Store|Persister|Service))\([^{}()\n]*(?:\(\)[^{}()\n]*)?\)[ \t]*"
    r"\(?\*?((?:\w+\.)?[A-Z]\w*)",
    re.M,
)
_IMPORTED = re.compile(r"^[ \t]*(?:import[ \t]+)?(?:(\w+)[ \t]+)?\"([\w.~-]+(?:/[\w.~-]+)+)\"[ \t]*$", re.M)
_PARAM = re.compile(r"(?<![\w.])((?:\w+\.)?[A-Z]\w*)$")
_FAKE = re.compile(r"(?i)mock|fake|stub|noop|dummy|test_?(?:util|help|support)|in_?mem(?:ory)?")
_BOUND = re.compile(r"\b(\w+)(?:[ \t]*,[ \t]*\w+)?[ \t]*:=[^\n=]*?\b(\w+)\([^()\n]*\)[ \t]*$", re.M)
MAX_EMBEDDED, MAX_BEHIND = 6, 3

Type = tuple[str, str]  # folder, name


class GoTypes:
    """The types of a project. `behind(receiver, function, here)`: those whose methods a call on such a name runs, () where nothing tells."""

    def __init__(self, texts: Iterable[tuple[str, str]]) -> None:
        """texts: (path, text) of the Go files."""
        self.methods: dict[Type, set[str]] = {}
        self._fields: dict[Type, dict[str, str]] = {}
        self._declared: dict[Type, set[str]] = {}
        self._embedded: dict[Type, list[str]] = {}
        self._every: dict[Type, set[str]] = {}
        self._bound: dict[tuple[int, int], dict[str, str]] = {}
        self._imported: dict[str, set[tuple[str, str]]] = {}  # folder -> (name of a package, its path) that its files import
        self._folders: dict[str, list[str]] = {}  # name of a type -> where it is declared
        self._named: dict[str, set[tuple[str, str]]] = {}  # field -> (type, folder of the struct)
        self._makes: set[tuple[str, str, str]] = set()  # (interface, folder, struct)
        self._gives: dict[str, set[tuple[str, str]]] = {}  # function -> (the type that it gives, its folder)
        for path, text in texts:
            if not _FAKE.search(path):
                self._read(posixpath.dirname(path), text)

    def _read(self, folder: str, text: str) -> None:
        imports = _IMPORTED.findall(text.partition("\nfunc ")[0])
        self._imported.setdefault(folder, set()).update((_plain(name or posixpath.basename(path)), path) for name, path in imports)
        for of, name in _METHOD.findall(text):
            if (folder, of) not in self.methods:
                self._folders.setdefault(of, []).append(folder)
            self.methods.setdefault((folder, of), set()).add(name)
        for name, kind in _GIVES.findall(text):
            self._gives.setdefault(name, set()).add((kind, folder))
        for name, body in _INTERFACE.findall(text):
            self._declare(folder, name, body)
            self._declared[folder, name] = set(_DECLARES.findall(body))
        for name, body in _STRUCT.findall(text):
            self._declare(folder, name, body)
            held = self._fields.setdefault((folder, name), {})
            for names, kind in _FIELD.findall(body):
                for each in re.findall(r"\w+", names):
                    held[each] = kind
                    self._named.setdefault(each, set()).add((kind, folder))
        self._makes |= {(of, folder, made) for of, made in _MAKES.findall(text) if of != made}
        self._makes |= {(of, folder, one or other) for of, one, other in _ASSERTS.findall(text)}

    def _declare(self, folder: str, name: str, body: str) -> None:
        self._folders.setdefault(name, []).append(folder)
        self._embedded.setdefault((folder, name), []).extend(_EMBEDS.findall(body))

    def behind(self, receiver: str, function: Function, here: str) -> tuple[Type, ...]:
        folder = posixpath.dirname(here)
        for param in function.params:
            if param.name == receiver:
                found = _PARAM.search(param.text)
                return self._runs(found.group(1), folder) if found is not None else ()
        kind, of = self._field((folder, received(function)), receiver)
        if not kind and (made := self._given(receiver, function)):
            kind, of = made
        if not kind:
            every = self._named.get(receiver, set())
            kind, of = next(iter(every)) if len(every) == 1 else ("", "")
        return self._runs(kind, of) if kind else ()

    def _given(self, receiver: str, function: Function) -> tuple[str, str] | None:
        """What a function gives: `orders := uc.NewOrderUsecase()`, `h.persister.GetUserPersister().Get(id)`, where all of that name give the same."""
        every = self._gives.get(self._bound_in(function).get(receiver, receiver), set())
        return next(iter(every)) if len(every) == 1 else None

    def promoted(self, kinds: Iterable[Type]) -> list[Type]:
        """The types that structs embed, whose methods are theirs too: `type orders struct { *Repository[uuid.UUID, Order] }`."""
        out: list[Type] = []
        above = list(kinds)
        while above and len(out) < MAX_EMBEDDED:
            one = above.pop(0)
            places = (self._place(each, one[0]) for each in self._embedded.get(one, ()))
            found = [each for place in places if place is not None and place not in out for each in self._runs(*place[::-1])]
            out += found
            above += found
        return out[:MAX_EMBEDDED]

    def _has(self, of: Type) -> set[str]:
        """The methods of a struct, with those of what it embeds."""
        known = self._every.get(of)
        if known is None:
            self._every[of] = self.methods.get(of, set())  # whoever embeds itself
            inner = self._embedded.get(of, ()) if of not in self._declared else ()
            places = [place for each in inner if (place := self._place(each, of[0])) is not None]
            known = self._every[of] = self.methods.get(of, set()).union(
                *(self._wanted(place) if place in self._declared else self._has(place) for place in places)
            )
        return known

    def _bound_in(self, function: Function) -> dict[str, str]:
        """Name -> the function whose call gives what it holds, where the name is first made."""
        key = (id(function.code), function.first)
        if key not in self._bound:
            written = function.code.written(function.first, min(function.last, len(function.code)))
            self._bound[key] = dict(reversed(_BOUND.findall(written)))
        return self._bound[key]

    def _field(self, of: Type, name: str) -> tuple[str, str]:
        """(the type of a field of a struct, also of one that it embeds, the folder that says so)."""
        seen: list[Type] = []
        above = [of]
        while above and len(seen) < MAX_EMBEDDED:
            one = above.pop(0)
            seen.append(one)
            if name in self._fields.get(one, {}):
                return self._fields[one][name], one[0]
            places = (self._place(each, one[0]) for each in self._embedded.get(one, ()))
            above += [each for each in places if each is not None and each not in seen]
        return "", ""

    def _place(self, kind: str, folder: str) -> Type | None:
        """Where a type is declared that a file of a folder names; None where that cannot be told."""
        package, _, name = kind.rpartition(".")
        folders = self._folders.get(name, [])
        if not package:
            return (folder, name) if folder in folders or (folder, name) in self.methods else None
        called = [each for each in folders if _plain(posixpath.basename(each)) == _plain(package)] or folders
        if len(set(called)) > 1:
            called = self._of_import(_plain(package), folder, folders) or called
        return (called[0], name) if len(set(called)) == 1 else None

    def imported(self, package: str, folder: str, places: list[str]) -> list[str]:
        """Those of some folders that the files of a folder call by the name of this package; () where that cannot be told."""
        return self._of_import(_plain(package), folder, places)

    def _of_import(self, package: str, folder: str, places: list[str]) -> list[str]:
        """Those of some folders that the files of a folder import by this name: by the longest end of a path that they have in common."""
        paths = [path for name, path in self._imported.get(folder, ()) if name == package]
        if len(paths) != 1:
            return []
        shared = {place: len(posixpath.commonprefix([place.split("/")[::-1], paths[0].split("/")[::-1]])) for place in places}
        most = max(shared.values())
        return [place for place, many in shared.items() if many == most > 1]

    def _runs(self, kind: str, folder: str) -> tuple[Type, ...]:
        place = self._place(kind, folder)
        if place is None:
            return ()
        if place not in self._declared:
            return (place,) if place in self.methods else ()
        wanted = self._wanted(place)
        real = [of for of in self.methods if not _FAKE.search(of[1])] if wanted else []
        every = [of for of in real if wanted <= self.methods[of]] or [of for of in real if wanted <= self._has(of)]
        said = [of for of in every if (place[1], *of) in self._makes]
        near = [of for of in said if of[0] == place[0]] or said or [of for of in every if subject(of[1]) and subject(of[1]) == subject(place[1])]
        near = near or [of for of in every if of[0] == place[0]] or every
        return tuple(sorted(near)) if len(near) <= MAX_BEHIND else ()

    def _wanted(self, place: Type, depth: int = 3) -> set[str]:
        """The methods of an interface, with those of the interfaces in it."""
        within = (self._place(each, place[0]) for each in self._embedded.get(place, ())) if depth else ()
        return self._declared[place].union(*(self._wanted(each, depth - 1) for each in within if each in self._declared))


def _plain(package: str) -> str:
    return package.replace("-", "").replace("_", "").lower()
