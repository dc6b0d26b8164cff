"""What the models say about external libraries, ready to ask: which library a dotted name belongs to, which exception is which.

Knows: the sections `calls`, `exceptions`, `exception_aliases` of the models. Does not know: a project.

Keys of one library under `calls`: `package` on PyPI; `kind` (http, payment, email, sms, cloud, storage, search, llm, auth, dns, db, cache, queue);
`match`, patterns of calls that reach the network ("*" is any attribute path, "**" also through calls,
"{a,b}" either, "()" what a call returns), and `unless`, those that do not;
`clients`, what makes a client object; `timeout`, seconds by default ("none": it can block for ever; no key: finite, or not known);
`at`, where a timeout is set ("call", "client", "both", "setting"; no key: nothing to set for us); `keyword`, its keywords; `position`, its place
among the positional arguments (a number, or one for each client); `setters`, methods that set it; `setting`, settings that do; `attribute`, an
attribute that does; `socket`, follows socket.setdefaulttimeout; `raises`, the classes that one must take to be safe, `family`, the one to name;
`status`, an error status does not raise (a list: only in what
these methods return); `silent`, the keyword that swallows; `tries`, how often it tries by itself; `local`, a keyword that, when
true, keeps the call at home; `how`, words for a person; `fix`, words where nothing can be set; `moves`, patterns of calls that move money, and
`once`, the keywords that make it safe to repeat one; `changed`, what was different before a major version ({"8": {timeout: none}});
`async`, its calls are coroutines whatever they are called; `tells`, patterns of calls that do not raise when they fail, each with
the attributes or keys of what they return (or of the object itself) that say so; `anywhere`, functions that bound every call once they are called.
"""

from __future__ import annotations

import builtins
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from prodlint import regex as re
from prodlint.calls.versions import Version, before
from prodlint.models import Models


class Library(msgspec.Struct, frozen=True, eq=False):
    """One external library. `timeout`: seconds, "none" or "" (finite or unknown)."""

    name: str
    package: str
    kind: str
    timeout: float | str
    at: str
    keywords: tuple[str, ...]
    position: int | dict[str, int] | None
    raises: tuple[str, ...]
    family: str
    status: bool
    settings: tuple[str, ...]
    setters: dict[str, dict[str, Any]]
    attribute: str
    socket: bool
    silent: str
    how: str
    fix: str
    tries: int = 1
    local: str = ""
    once: tuple[str, ...] = ()
    moves: re.Pattern[str] | None = None
    asynchronous: bool = False
    clients: frozenset[str] = msgspec.field(default_factory=frozenset)
    tells: tuple[tuple[re.Pattern[str], frozenset[str]], ...] = ()
    anywhere: tuple[str, ...] = ()
    answers: frozenset[str] = msgspec.field(default_factory=frozenset)

    @property
    def forever(self) -> bool:
        """Can a call block for ever where nobody sets a timeout?"""
        return self.timeout == "none"


class Matched(msgspec.Struct, frozen=True):
    """A dotted name that a model knows: the library, and whether it makes a client (role "client") or reaches out (role "call")."""

    library: Library
    role: str


class Libraries:
    """Compiled models. Answers are memoised."""

    def __init__(self, models: Models, versions: Mapping[str, Version] | None = None) -> None:
        """versions: of the packages that the project asks for, by normalised name; the newest is assumed for others."""
        self._patterns: dict[str, list[tuple[re.Pattern[str], re.Pattern[str] | None, Library]]] = {}
        self._clients: dict[str, Library] = {}
        self._known: dict[str, Matched | None] = {}
        self.methods: set[str] = set()  # last names of calls that models know
        self.all: list[Library] = []
        for name, model in models["calls"].items():
            self._add(name, _at(model, (versions or {}).get(str(model.get("package", name)).lower().replace("_", "-").replace(".", "-"))))
        self._bases: dict[str, list[str]] = models["exceptions"]
        self._aliases: dict[str, str] = models["exception_aliases"]
        self._ancestors: dict[str, frozenset[str]] = {}

    def _add(self, name: str, model: dict[str, Any]) -> None:
        raises = tuple(model.get("raises", ()))
        library = Library(
            name, str(model.get("package", name)), model["kind"], model.get("timeout", ""), model.get("at", ""),
            tuple(model.get("keyword", ())), model.get("position"), raises, model.get("family") or (raises[0] if raises else ""),
            bool(model.get("status")), tuple(model.get("setting", ())), model.get("setters", {}), model.get("attribute", ""),
            bool(model.get("socket")), model.get("silent", ""), model.get("how", ""), model.get("fix", ""),
            int(model.get("tries", 1)), model.get("local", ""), tuple(model.get("once", ())), _compiled(model.get("moves", ())),
            bool(model.get("async")), frozenset(model.get("clients", ())),
            tuple((re.compile(_regex(calls)), frozenset(words)) for calls, words in model.get("tells", {}).items()), tuple(model.get("anywhere", ())),
            frozenset(model["status"]) if isinstance(model.get("status"), list) else frozenset(),
        )  # fmt: skip
        self.all.append(library)
        for client in library.clients:
            self._clients[client] = library
        if model.get("match"):
            pattern, unless = _compiled(model["match"]), _compiled(model.get("unless", ()))
            assert pattern is not None
            self.methods |= {name for text in model["match"] for name in _last_names(text)}
            for top in dict.fromkeys("*" if text[0] == "*" else text.split(".")[0] for text in model["match"]):
                self._patterns.setdefault(top, []).append((pattern, unless, library))

    def match(self, dotted: str) -> Matched | None:
        """What a model says of a called name ("requests.Session.get")."""
        if dotted in self._known:
            return self._known[dotted]
        found = None
        if dotted in self._clients:
            found = Matched(self._clients[dotted], "client")
        else:
            for pattern, unless, library in (*self._patterns.get(dotted.split(".")[0], ()), *self._patterns.get("*", ())):
                if pattern.fullmatch(dotted) and not (unless is not None and unless.fullmatch(dotted)) and not dotted.endswith(_QUIET):
                    found = Matched(library, "call")
                    break
        self._known[dotted] = found
        return found

    # ------------------------------------------------------------ exceptions
    def canonical(self, name: str) -> str:
        """The name under which the models know an exception class; the name itself where they do not."""
        if name in self._bases:
            return name
        holder, _, last = name.rpartition(".")
        moved = f"{self._aliases[holder]}.{last}" if holder in self._aliases else name
        return {"builtins.IOError": "builtins.OSError", "builtins.EnvironmentError": "builtins.OSError"}.get(moved, moved)

    def knows(self, name: str) -> bool:
        """Is this class in the hierarchy (or one of Python's own)?"""
        return name in self._bases or name.startswith("builtins.")

    def ancestors(self, name: str) -> frozenset[str]:
        """The class and everything it derives from."""
        name = self.canonical(name)
        known = self._ancestors.get(name)
        if known is None:
            found = {name}
            if name.startswith("builtins."):
                cls = getattr(builtins, name[len("builtins.") :], None)
                found |= {f"builtins.{base.__name__}" for base in cls.__mro__} if isinstance(cls, type) else set()
            for base in self._bases.get(name, ()):
                found |= self.ancestors(base)
            known = self._ancestors[name] = frozenset(found | ({"builtins.Exception", "builtins.BaseException"} if len(found) == 1 else set()))
        return known


# Methods of clients that only build or close something.
_QUIET = (".close", ".aclose", ".__init__", ".pipeline", ".lock", ".copy", ".setopt", ".getinfo", ".register_script", ".pubsub", ".quit")


def _at(model: dict[str, Any], version: Version | None) -> dict[str, Any]:
    """A model as it was in a version: what `changed` at a later one put back, the latest mark first."""
    for mark in sorted(model.get("changed", {}), key=lambda mark: [int(part) for part in str(mark).split(".")], reverse=True):
        if before(version, str(mark)):
            model = {**model, **model["changed"][mark]}
    return model


def _compiled(patterns: Iterable[str]) -> re.Pattern[str] | None:
    return re.compile("|".join(map(_regex, patterns))) if patterns else None


def _last_names(pattern: str) -> list[str]:
    """The names that a pattern may end with, none where that is any."""
    found = re.search(r"(\w+|\{[\w,]+\})$", pattern)
    return found.group(1).strip("{}").split(",") if found else []


def _regex(pattern: str) -> str:
    out = []
    for part in re.split(r"(\*\*|\*|\{[^}]*\})", pattern):
        if part in ("*", "**"):
            out.append(r"[\w.]*" if part == "*" else r"[\w.()]*")
        elif part.startswith("{"):
            out.append("(?:" + "|".join(_regex(choice) for choice in part[1:-1].split(",")) + ")")
        else:
            out.append(re.escape(part))
    return "".join(out)
