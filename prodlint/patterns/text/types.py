"""Which class a receiver is of, in languages that write types: so that a call leads to the method that runs, and to no other of the same name.

Knows: how Java, Kotlin, C#, TypeScript and PHP declare fields, parameters and variables with their types, and what a class extends or implements.
Does not know: what a method does; generics; types that are inferred.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from prodlint import regex as re

TYPED = frozenset(("java", "kotlin", "csharp"))
HINTED = frozenset(("php", "javascript", "typescript"))  # types may be written: where they are, they say which of several functions is called
COMPILED = TYPED | {"go"}  # Go too writes types, but they are not read
_BEFORE = re.compile(r"\b([A-Z]\w*)(?:<[^;(){}=]{0,80}?>)?(?:\?|\[\])?\s+(_?[a-z]\w*)\s*(?=[;=,){]|in\b|:)")
_BEFORE_ANY = re.compile(r"\b([A-Z]\w*)(?:<[^;(){}=]{0,80}?>)?(?:\?|\[\])?\s+(_?[A-Za-z]\w*)\s*(?=[;=,)]|in\b)")  # C#: parameters of a class
_AFTER = re.compile(r"\b(_?[a-z]\w*)\s*:\s*([A-Z]\w*)")
_PHP = re.compile(
    r"\b(?:\w+\\)*([A-Z]\w*)\s+&?\$(\w+)"
    r"|\$(?:this->)?(\w+)\s*=\s*(?:new\s+(?:\w+\\)*([A-Z]\w*)\b|(?:app|resolve)\(\s*\\?(?:\w+\\)*([A-Z]\w*)::class)"
)
_SCRIPT = re.compile(r"\b(_?[a-z]\w*)[?!]?\s*(?::\s*([A-Z]\w*)|=\s*new\s+([A-Z]\w*)\s*\()")
_CLASS = re.compile(r"\b(?:class|interface|record|object)\s+([A-Z]\w*)([^{;]{0,3000})")  # constructors of a class may be long
_NAME = re.compile(r"[A-Z]\w*")
_ARGUMENTS = re.compile(r"\([^()]*(?:\([^()]*\)[^()]*)*\)|<[^<>]*(?:<[^<>]*>[^<>]*)*>|//[^\n]*|/\*.*?\*/", re.S)
# what such a thing is called says of which class it is, wherever it was made: `container.orderRepository`
_ROLE = re.compile(r"_?([a-z]\w*(?:Repository|Repo|Service|Store|Dao|DAO|UseCase|Gateway))")
MAX_STEPS = 40  # classes looked at for one call


def names(text: str, language: str) -> dict[str, str]:
    """Name of a field, parameter or variable of the file -> its class, where the file gives it one class only."""
    out: dict[str, str] = {}
    for name, kind in _pairs(text, language):
        out[name] = kind if out.get(name, kind) == kind else ""
    return out


def _pairs(text: str, language: str) -> Iterator[tuple[str, str]]:
    if language == "php":
        yield from ((given or made, kind or new or asked) for kind, given, made, new, asked in _PHP.findall(text))
    elif language in ("javascript", "typescript"):
        yield from ((name.lstrip("_"), kind or new) for name, kind, new in _SCRIPT.findall(text))
    elif language == "kotlin":
        yield from _AFTER.findall(text)
    else:
        yield from ((name, kind) for kind, name in (_BEFORE_ANY if language == "csharp" else _BEFORE).findall(text))


class Classes:
    """The classes of a project: what each extends or implements, and who extends it."""

    def __init__(self, texts: Iterable[tuple[str, str]]) -> None:
        """texts: (path, text) of the files in such languages."""
        self.paths: dict[str, list[str]] = {}
        self.above: dict[str, list[str]] = {}
        self.below: dict[str, list[str]] = {}
        for path, text in texts:
            for name, header in _CLASS.findall(text):
                self.paths.setdefault(name, []).append(path)
                for parent in _parents(header):
                    self.above.setdefault(name, []).append(parent)
                    self.below.setdefault(parent, []).append(name)

    def known(self, kind: str) -> bool:
        """Does the project define such a class, or something that extends or implements it?"""
        return kind in self.paths or kind in self.below

    def named(self, receiver: str) -> str:
        """The class that something is of by what it is called: `orderService` is an OrderService; "" where there is none."""
        found = _ROLE.fullmatch(receiver)
        kind = found.group(1)[0].upper() + found.group(1)[1:] if found is not None else ""
        return kind if kind and self.known(kind) else ""

    def runs(self, kind: str) -> Iterator[list[str]]:
        """Where a method of this class may be written: in it or what implements it first, then, class by class, in what these inherit from."""
        level, seen = self._closure([kind], self.below), {kind}
        while level and len(seen) < MAX_STEPS:
            yield level
            seen.update(level)
            level = [name for name in dict.fromkeys(parent for each in level for parent in self.above.get(each, ())) if name not in seen]

    def ancestors(self, kind: str) -> list[str]:
        """What the class extends or implements, nearest first, without itself."""
        return self._closure([kind], self.above)[1:]

    def _closure(self, start: list[str], further: dict[str, list[str]]) -> list[str]:
        out = list(start)
        for name in out:
            out += [each for each in further.get(name, ()) if each not in out]
            if len(out) > MAX_STEPS:
                break
        return out


def _parents(header: str) -> list[str]:
    """The names after `extends`, `implements` or `:`, without constructor arguments and type arguments."""
    while (plain := _ARGUMENTS.sub(" ", header)) != header:
        header = plain
    found = re.search(r"\bextends\b|\bimplements\b|:", header)
    return _NAME.findall(header[found.end() :]) if found else []
