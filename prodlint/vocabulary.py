"""The project's own words of `[tool.prodlint.access]`, held against the code: one that stands nowhere in it is a slip, and is told.

Knows: which part of a word is looked for, which names are close. Does not know: what the words mean (`flow/knowledge.py`), where code is read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from fnmatch import fnmatchcase
from pathlib import Path

from prodlint import regex as re
from prodlint.config import Config, line_of, nearest
from prodlint.model import Problem, Source

WORDS = ("principals", "guards", "public", "admin")
_CODE = re.compile(r"\.(?:py|pyi|[cm]?[jt]sx?|vue|svelte|astro|go|rb|php|java|kt|cs)$")
_NAME = re.compile(r"[^\W\d]\w*")
_NEAR = 2  # letters by which the length of a close name may differ


def vocabulary(config: Config) -> dict[str, tuple[str, ...]]:
    """The words by what they stand for."""
    return {name: getattr(config.access, name) for name in WORDS}


def unknown_words(config: Config, root: Path, files: Sequence[Source], routes: Callable[[], Iterable[tuple[str, str]]]) -> list[Problem]:
    """A problem for each word that means nothing in this project. routes: gives (path, handler) of every route that is known."""
    words = vocabulary(config)
    known = tuple(routes()) if words["public"] else ()
    problems = []
    for kind in WORDS:
        for word in words[kind]:
            if kind == "public":
                opened = any(_opens(word, *route) for route in known)
                why = None if opened else f'no route has this path or handler: "{word}"{_near_route(word, known)}'
            else:
                lost = _lost(word, kind, files)
                why = f'no code has this name: "{word}"{_near_name(lost, files)}' if lost else None
            if why is not None:
                problems.append(_problem(config, root, kind, word, f"access.{kind}: {why}"))
    return problems


def _opens(word: str, path: str, handler: str) -> bool:
    return fnmatchcase(path, word) or handler == word or handler.endswith(f".{word}")


def _lost(word: str, kind: str, files: Sequence[Source]) -> str:
    """The first part of a word that stands nowhere; of a guard only its last name counts."""
    parts = word.split(".") if kind == "principals" else [word.rpartition(".")[2]]
    for part in parts:
        name = re.compile(rb"(?<!\w)" + re.escape(part.removesuffix("()").encode()) + rb"(?!\w)")
        if not any(name.search(source.data) for source in files if _CODE.search(source.path)):
            return part
    return ""


def _near_name(lost: str, files: Sequence[Source]) -> str:
    names: set[str] = set()
    for source in files:
        if _CODE.search(source.path):
            names.update(name for name in _NAME.findall(source.data.decode("utf-8", "replace")) if abs(len(name) - len(lost)) <= _NEAR)
    return nearest(lost, names)


def _near_route(word: str, routes: Iterable[tuple[str, str]]) -> str:
    names = {path for path, _ in routes} if "/" in word else {".".join(handler.split(".")[-1 - word.count(".") :]) for _, handler in routes}
    return nearest(word, names)


def _problem(config: Config, root: Path, kind: str, word: str, why: str) -> Problem:
    line = line_of(config.text, ("access", kind, word))
    file = Path(config.file)
    if file.is_relative_to(root):
        return Problem(file.relative_to(root).as_posix(), line, why, "warning")
    return Problem("", 0, f"{config.file}:{line}: {why}", "warning")
