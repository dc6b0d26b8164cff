"""Applies the text edits of findings, or says why not.

Knows: edits against the examined text, which of them contradict each other, that a Python file must still parse afterwards, that an edit
at the start of a file that is not there makes it. Does not know: how a rule made an edit. A fix is applied whole or not at all, in all its
files; only `write` touches the disk.
"""

from __future__ import annotations

import difflib
import os
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import msgspec

from prodlint import regex as re
from prodlint.model import Source, Span
from prodlint.report import Edit, Report, Verdict

LEVELS = {"safe": ("safe",), "unsafe": ("safe", "unsafe")}
_BOM = "\ufeff"
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f-\x9f]")
_MASK = "(not shown: this line holds a secret)"


class Change(msgspec.Struct, frozen=True):
    """One file before and after, as text, with the line numbers that held a secret before."""

    path: str
    before: str
    after: str
    secret: frozenset[int] = frozenset()


class Refused(msgspec.Struct, frozen=True):
    """A fix that was not applied, and why."""

    verdict: Verdict
    why: str


class Plan(msgspec.Struct, frozen=True):
    """What a fix run would do: changed files by path, the findings that they settle, and the fixes that were refused."""

    changes: tuple[Change, ...]
    applied: tuple[Verdict, ...]
    refused: tuple[Refused, ...]


class _Unfit(Exception):
    """An edit that does not fit the text."""


def plan(report: Report, sources: Mapping[str, Source], level: str = "safe", asked: Callable[[str], bool] = lambda path: True) -> Plan:
    """The changes that the shown findings' fixes of this level ("safe", or "unsafe" for both) make together.

    asked: may what stands in this file be mended? A finding elsewhere is told where its evidence leads to a file that was named, and left alone.

    The first fix in report order wins where two overlap; a second run gives the other its turn. A Python file that would no
    longer parse refuses every fix that touches it."""
    wanted = [v for v in report.shown if v.finding.fix and v.finding.fix.level in LEVELS[level] and asked(v.finding.at.path)]
    refused: dict[int, str] = {}
    while True:
        taken, edits = _choose(wanted, sources, refused)
        texts = {path: _applied(path, sources.get(path), chosen) for path, chosen in edits.items()}
        broken = {path: why for path, (_, after) in texts.items() if (why := _unparsable(path, after))}
        if not broken:
            break
        for index in taken:
            for path in {edit.at.path for edit in wanted[index].finding.fix.edits} & broken.keys():
                refused[index] = f"after the fix {path} {broken[path]}"
    secret = report.secret_lines
    changes = tuple(
        Change(path, before, after, frozenset(secret.get(path, ()))) for path, (before, after) in sorted(texts.items()) if before != after
    )
    return Plan(
        changes,
        tuple(wanted[index] for index in taken),
        tuple(Refused(wanted[index], why) for index, why in sorted(refused.items())),
    )


def _choose(wanted: list[Verdict], sources: Mapping[str, Source], refused: dict[int, str]) -> tuple[list[int], dict[str, list[tuple[int, int, str]]]]:
    """The fixes that go together, with their edits by path as offsets; those that do not fit are added to `refused`."""
    taken: list[int] = []
    chosen: dict[str, list[tuple[int, int, str]]] = defaultdict(list)
    offsets = _Offsets(sources)
    for index, verdict in enumerate(wanted):
        if index in refused:
            continue
        try:
            placed = [(edit.at.path, offsets.place(edit)) for edit in verdict.finding.fix.edits]
        except _Unfit as error:
            refused[index] = str(error)
            continue
        fresh: dict[str, list[tuple[int, int, str]]] = defaultdict(list)
        clash = False
        for path, place in placed:
            if place not in chosen[path]:
                clash = clash or any(_overlap(place, other) for other in chosen[path] + fresh[path])
                fresh[path].append(place)
        if clash:
            refused[index] = "overlaps another fix; run again"
            continue
        for path, places in fresh.items():
            chosen[path].extend(places)
        taken.append(index)
    return taken, {path: places for path, places in chosen.items() if places}


def _overlap(one: tuple[int, int, str], other: tuple[int, int, str]) -> bool:
    """Do two edits touch the same text? Two insertions at one point contradict each other too, as their order is nobody's, but whole lines
    of text files (a name more in .env.example) do not: they stand in order of the alphabet."""
    if one[0] == one[1] == other[0] == other[1] == 0 and one[2].endswith("\n") and other[2].endswith("\n"):
        return False
    return (one[0] < other[1] and other[0] < one[1]) or one[0] == other[0]


class _Offsets:
    """Places of edits as offsets into the examined text, without its byte order mark."""

    def __init__(self, sources: Mapping[str, Source]) -> None:
        self._sources = sources
        self._starts: dict[str, tuple[list[int], int]] = {}

    def place(self, edit: Edit) -> tuple[int, int, str]:
        at = edit.at
        if at.path not in self._sources and (at.line, at.column) == (1, 1) and "/" not in at.path and edit.text.endswith("\n"):
            return 0, 0, edit.text  # a file that the fix makes
        first = self._offset(at, at.line, at.column)
        last = self._offset(at, at.end_line or at.line, at.end_column or at.column)
        if last < first:
            raise _Unfit(f"an edit of {at.path}:{at.line} ends before it begins")
        return first, last, edit.text

    def _offset(self, at: Span, line: int, column: int) -> int:
        if at.path not in self._sources:
            raise _Unfit(f"{at.path} was not examined")
        if at.path not in self._starts:
            text = _decoded(at.path, self._sources[at.path]).removeprefix(_BOM)
            self._starts[at.path] = [0, *(m.end() for m in re.finditer(r"\r\n|\r|\n", text))], len(text)
        starts, length = self._starts[at.path]
        offset = starts[line - 1] + column - 1 if 0 < line <= len(starts) and column > 0 else length + 1
        if offset > (starts[line] if line < len(starts) else length):
            raise _Unfit(f"an edit of {at.path}:{at.line} lies outside the text")
        return offset


def _decoded(path: str, source: Source) -> str:
    try:
        return source.data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _Unfit(f"{path} is not UTF-8") from error


def _applied(path: str, source: Source | None, edits: list[tuple[int, int, str]]) -> tuple[str, str]:
    before = _decoded(path, source) if source is not None else ""
    after = before.removeprefix(_BOM)
    for first, last, text in sorted(edits, reverse=True):
        after = after[:first] + text + after[last:]
    return before, before[: len(before) - len(before.removeprefix(_BOM))] + after


def _unparsable(path: str, text: str) -> str:
    """Why a Python file would not parse any more, "" where it would, or where the file is not Python."""
    if not path.endswith((".py", ".pyi")):
        return ""
    from prodlint.facts import python

    _, _, problems = python.read(path, text.removeprefix(_BOM))
    return problems[0].message if problems else ""


# ---------------------------------------------------------------- showing and writing
def diff(changes: Iterable[Change]) -> str:
    """The changes as a unified diff in which lines that hold a secret are masked."""
    lines: list[str] = []
    for change in changes:
        before, after = change.before.split("\n"), change.after.split("\n")
        hushed = {before[number - 1] for number in change.secret if 0 < number <= len(before)}
        old, new = ([_MASK if line in hushed else line for line in each] for each in (before, after))
        if old[-1] == new[-1] == "":
            old, new = old[:-1], new[:-1]
        lines += difflib.unified_diff(old, new, f"a/{change.path}", f"b/{change.path}", lineterm="")
    return "".join(f"{_shown(line)}\n" for line in lines)


def _shown(line: str) -> str:
    """Terminal escapes in code are shown as text; tabs and the end of a CRLF line stay."""
    body, end = (line[:-1], "\r") if line.endswith("\r") else (line, "")
    return _CONTROL.sub(lambda match: f"\\x{ord(match.group()):02x}", body) + end


def write(root: Path | str, changes: Iterable[Change], sources: Mapping[str, Source]) -> list[str]:
    """Writes the changes below the root, each file atomically and with its mode; gives a line for each that it left alone.

    A file that is no longer what was examined, or that is reached through a link out of the root, is left alone."""
    top = Path(root).resolve()
    left: list[str] = []
    for change in changes:
        file = top / change.path
        try:
            if not file.resolve(strict=change.path in sources).is_relative_to(top):
                left.append(f"{change.path}: lies outside the project")
            elif change.path not in sources:
                with file.open("x", encoding="utf-8", newline="") as stream:
                    stream.write(change.after)
            elif file.read_bytes() != sources[change.path].data:
                left.append(f"{change.path}: changed since it was examined")
            else:
                _replace(file.resolve(), change.after.encode("utf-8"))
        except OSError as error:
            left.append(f"{change.path}: {error.strerror}")
    return left


def _replace(file: Path, data: bytes) -> None:
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
        os.chmod(name, file.stat().st_mode & 0o7777)
        os.replace(name, file)
    except BaseException:
        os.unlink(name)
        raise
