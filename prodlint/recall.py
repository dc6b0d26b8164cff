"""What an earlier run answered, where nothing that the answers depend on has changed.

Knows: what that is (every examined file, the rules that are asked, prodlint's own code, the project's words), and how answers are kept in the
fact cache. Does not know: how answers are made, or what is decided about them: suppressions, baselines and thresholds are applied anew.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Sequence
from hashlib import blake2b
from pathlib import Path
from typing import TypeVar

import msgspec

from prodlint.facts.cache import Cache
from prodlint.model import Problem, Source
from prodlint.models import Documents
from prodlint.report import Finding, Proof, Route, Rule, Said, Skip, Tally

_T = TypeVar("_T")


class Answer(msgspec.Struct, frozen=True, array_like=True):
    """One answer of a rule, by its name; one of the three is there."""

    rule: str
    finding: Finding | None = None
    proof: Proof | None = None
    skip: Skip | None = None


class Answers(msgspec.Struct, frozen=True, array_like=True):
    """All answers and problems of a run, the files whose facts `decide` reads (those with findings and those with comments that speak to us), and
    the tallies of routes."""

    said: tuple[Answer, ...]
    problems: tuple[Problem, ...]
    paths: tuple[str, ...]
    tallies: tuple[Tally, ...] = ()


class Routes(msgspec.Struct, frozen=True, array_like=True):
    """The table of routes, and what of it could not be read."""

    routes: tuple[Route, ...]
    problems: tuple[Problem, ...]
    outside: tuple[tuple[str, str], ...] = ()  # (path, dotted name) of what installed packages serve


class Recall:
    """`answers` and `routes` of an earlier run over the same input, and `keep` for this one; None and nothing without a cache."""

    def __init__(self, cache: Cache | None, key: str, shape: str = "", made: str = "") -> None:
        """key: of the whole input (`key_of`); shape: of what stays when the contents of files change (`key_of` without them); made: of prodlint
        and its packs alone (`made_by`)."""
        self._cache, self._key, self._shape, self._made = cache, key, shape, made
        self._verdicts = b""

    @property
    def keeps(self) -> bool:
        """Is anything kept for another run?"""
        return self._cache is not None

    def answers(self, rules: Iterable[Rule]) -> tuple[list[Said], list[Problem], tuple[str, ...], tuple[Tally, ...]] | None:
        """(said, problems, paths whose facts are needed, tallies of routes)."""
        found = self._get("answers", Answers)
        if found is None:
            return None
        by_name = {rule.name: rule for rule in rules}
        said = [Said(by_name[each.rule], each.finding or each.proof or each.skip) for each in found.said]  # type: ignore[arg-type]
        return said, list(found.problems), found.paths, found.tallies

    def routes(self) -> Routes | None:
        return self._get("routes", Routes)

    def verdicts(self) -> bytes:
        """What was said of endpoints when files had other contents (`flow/judging/remembered.py`), b"" where nothing is known."""
        self._verdicts = (self._cache.answer(f"{self._shape}:verdicts") if self._cache is not None else None) or b""
        return self._verdicts

    def keep_verdicts(self, verdicts: bytes) -> None:
        """Writes them down where they are others than those that are there."""
        if self._cache is not None and verdicts != self._verdicts:
            self._cache.keep_answer(f"{self._shape}:verdicts", verdicts)
            self._verdicts = verdicts

    def documents(self, read: Callable[[], Documents]) -> Documents:
        """The models as `read` reads them, which takes longer than to remember them."""
        known = self._cache.answer(f"{self._made}:models") if self._cache is not None and self._made else None
        if known is not None:
            with contextlib.suppress(msgspec.DecodeError, UnicodeDecodeError):  # a damaged entry
                return msgspec.msgpack.decode(known, type=Documents, strict=True)
        found = read()
        if self._cache is not None and self._made:
            with contextlib.suppress(OverflowError, RecursionError, TypeError, ValueError):  # YAML of a pack that says what cannot be kept as it is
                kept = msgspec.msgpack.encode(found)
                if msgspec.msgpack.decode(kept, type=Documents, strict=True) == found:
                    self._cache.keep_answer(f"{self._made}:models", kept)
        return found

    def keep_answers(self, said: Sequence[Said], problems: Sequence[Problem], comments: Iterable[str], tallies: tuple[Tally, ...] = ()) -> None:
        """comments: paths of the files with comments that speak to us."""
        paths = set(comments)
        answers = []
        for each in said:
            answer = each.answer
            if isinstance(answer, Finding):
                paths.add(answer.at.path)
                answers.append(Answer(each.rule.name, finding=answer))
            elif isinstance(answer, Proof):
                answers.append(Answer(each.rule.name, proof=answer))
            else:
                answers.append(Answer(each.rule.name, skip=answer))
        self._put("answers", Answers(tuple(answers), tuple(problems), tuple(sorted(paths)), tallies))

    def keep_routes(self, routes: Routes) -> None:
        self._put("routes", routes)

    def _get(self, what: str, kind: type[_T]) -> _T | None:
        data = self._cache.answer(f"{self._key}:{what}") if self._cache is not None else None
        if data is None:
            return None
        try:
            return msgspec.msgpack.decode(data, type=kind)
        except (msgspec.DecodeError, UnicodeDecodeError):  # a damaged entry
            return None

    def _put(self, what: str, value: Answers | Routes) -> None:
        if self._cache is not None:
            self._cache.keep_answer(f"{self._key}:{what}", msgspec.msgpack.encode(value))


def key_of(files: Iterable[Source], rules: Iterable[Rule], made: bytes, words: object) -> str:
    """What answers depend on, as one hash.

    files: all that were read; rules: those that are asked; made: of which code (`made_by`); words: whatever else the
    run was told (it must have a stable repr)."""
    seen = blake2b(digest_size=16)
    for source in files:
        seen.update(f"{source.path}\0{source.digest}\0{source.tracked}\n".encode("utf-8", "surrogateescape"))
    seen.update(repr(([rule.name for rule in rules], words)).encode())
    seen.update(made)
    return seen.hexdigest()


def made_by(folders: Iterable[Path]) -> bytes:
    """What prodlint and packs are made of: a hash of the code and data in these folders."""
    seen = blake2b(digest_size=16)
    for folder in folders:
        for file in sorted(each for each in folder.rglob("*") if each.suffix in (".py", ".yaml", ".md", ".json", ".txt")):
            seen.update(file.relative_to(folder).as_posix().encode() + b"\0" + file.read_bytes())
    return seen.digest()
