"""One process of the engine and the files that it looks at: what it is given, and what its answer says about each of them.

Knows: under which names files are handed over, how matches and errors are read, which file was not looked at. Does not know: how the process is
started and ended (`engine_process.py`), where its rules come from, what is kept of its answers (`semgrep.py`).
"""

from __future__ import annotations

import json
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from prodlint import regex as re
from prodlint.facts import engine_process, languages
from prodlint.facts.engine_clues import Clues
from prodlint.facts.engine_found import native
from prodlint.model import Match, Problem, Source

_JSX_TEXT = re.compile(rb"&[ \t][\w \t,.'\x80-\xff-]*")
FILE_TIMEOUT = 10  # seconds for one rule on one file
NOT_EXAMINED = "not examined with semgrep rules: "
_SHARED = ("scan", "--config", "rules.json", "--json", "--quiet", "--metrics=off", "--disable-version-check", "--no-git-ignore", "--disable-nosem",
           "--no-rewrite-rule-ids", "--max-target-bytes=0", f"--timeout={FILE_TIMEOUT}", "--jobs=1", "src")  # fmt: skip


class Kept(msgspec.Struct, frozen=True, array_like=True):
    """What is cached for one file: its matches, and what could not be read of it."""

    matches: tuple[Match, ...]
    problems: tuple[Problem, ...]


def plain(rules: Sequence[dict[str, Any]]) -> str:
    """All rules as one JSON for the engine."""
    return json.dumps({"rules": [{key: value for key, value in rule.items() if key != "of"} for rule in rules]}, sort_keys=True)


class Share:
    """One process, and the files that it looks at."""

    def __init__(
        self, sources: Sequence[Source], rules: Sequence[dict[str, Any]], engine: Path, timeout: float, work_dir: str | Path | None, clues: Clues
    ) -> None:
        self.sources = {source.path: source for source in sources}
        self.rules, self.engine, self.timeout = rules, engine, timeout
        self.unread: dict[str, Kept] = {}
        self.folder = tempfile.TemporaryDirectory(prefix="prodlint-", dir=work_dir, ignore_cleanup_errors=True)
        self.home = Path(self.folder.name)
        self.failures: list[str] = []
        self.failed = False
        self.written = dict(_write(sources, self.home / "src", self.unread, clues))
        if self.written:
            (self.home / "rules.json").write_text(plain([clues.limited(rule) for rule in rules]), encoding="utf-8")
        self.running = self._started((*_SHARED[:1], "--experimental", *_SHARED[1:]), native(engine)) if self.written else None

    def _started(self, front: Sequence[str], program: Path | None = None) -> engine_process.Running | None:
        """program: the native front itself, started without the script around it."""
        command = ["osemgrep" if program is not None else str(self.engine), *front]
        try:
            return engine_process.Running(command, self.home, self.timeout, program)
        except engine_process.Failed as error:
            self.failures.append(str(error))
            return None

    def answer(self) -> tuple[dict[str, Kept], list[Problem], set[str]]:
        """(what the engine says by path, problems of the run, paths whose answer is good for another run)."""
        if not self.written:
            return self.unread, [], set(self.unread)
        for front in (None, _SHARED):
            if front is not None:
                self._end()
                self.running = self._started(front)
            try:
                answer = self.running.answer() if self.running is not None else None
            except engine_process.Failed as error:
                self.failures.append(str(error))
                continue
            if answer is not None:
                found, problems, sure = _read(answer, self.written, self.rules)
                return {**self.unread, **found}, problems, sure | set(self.unread)
        self.failed = True
        return self.unread, [], set(self.unread)

    def _end(self) -> None:
        if self.running is not None:
            self.running.end()
            self.running = None

    def close(self) -> None:
        self._end()
        self.folder.cleanup()


def _write(sources: Sequence[Source], folder: Path, out: dict[str, Kept], clues: Clues) -> Iterator[tuple[str, Source]]:
    """Writes what can be read under neutral names, which say what rules may match there; tells in `out` what cannot."""
    folder.mkdir()
    (folder / ".semgrepignore").write_text("", encoding="utf-8")  # an own one replaces the built-in list of ignored names
    for number, source in enumerate(sources):
        data, why = languages.readable(source.path, source.data)
        if why:
            out[source.path] = Kept((), (Problem(source.path, 1, f"{NOT_EXAMINED}{why}", "warning"),))
            continue
        name = f"f{number:06}{clues.marks(source)}{languages.READ_AS[languages.extension(source.path)][1]}"
        (folder / name).write_bytes(data)
        yield name, source


# ---------------------------------------------------------------- its answer
def _read(answer: dict[str, Any], written: Mapping[str, Source], rules: Sequence[dict[str, Any]]) -> tuple[dict[str, Kept], list[Problem], set[str]]:
    """(matches and partial reads by path, problems of rules, paths whose answer will be the same next time)."""
    of = {rule["id"]: rule for rule in rules}
    lines = {name: source.data.split(b"\n") for name, source in written.items()}
    matches: dict[str, dict[tuple[Any, ...], Match]] = defaultdict(dict)
    for result in answer["results"]:
        name = Path(result["path"]).name
        source = written.get(name)
        if source is not None and result["check_id"] in of:
            match = _match(result, lines[name], of[result["check_id"]])
            key: tuple[Any, ...] = (match.line, match.column, match.end_line, match.end_column, match.rule, match.metadata["id"])
            if match.metadata.get("role", "finding") != "finding":  # one place can hold several facts, but is one finding
                key = (*key, match.message)
            if key not in matches[source.path] or match.message < matches[source.path][key].message:
                matches[source.path][key] = match
    broken, told, unsure = _errors(answer["errors"], written, of)
    _unread(answer, written, of, told, {problem.rule for problem in broken})
    out = {
        source.path: Kept(tuple(match for _, match in sorted(matches[source.path].items())), tuple(sorted(set(told[source.path]))))
        for source in written.values()
    }
    return out, broken, set() if broken else set(out) - unsure


def _match(result: dict[str, Any], lines: Sequence[bytes], rule: dict[str, Any]) -> Match:
    own = result["extra"].get("metadata", {}).get("prodlint", {})
    metadata = {str(key): value if isinstance(value, str) else json.dumps(value) for key, value in own.items()}
    start, end = result["start"], result["end"]
    return Match(
        rule["of"],
        start["line"],
        _column(lines, start),
        end["line"],
        _column(lines, end),
        " ".join(str(result["extra"]["message"]).split()),
        {**metadata, "id": rule["id"]},
    )


def _column(lines: Sequence[bytes], place: dict[str, int]) -> int:
    """The engine counts bytes, we count characters."""
    line = lines[place["line"] - 1] if 0 < place["line"] <= len(lines) else b""
    return len(line[: place["col"] - 1].decode("utf-8", "replace")) + 1


def _errors(
    errors: Iterable[dict[str, Any]], written: Mapping[str, Source], of: Mapping[str, dict[str, Any]]
) -> tuple[list[Problem], dict[str, list[Problem]], set[str]]:
    """(rules that the engine refused, problems by path, paths that ran out of time or memory: another run may see more)."""
    broken: dict[str, Problem] = {}
    told: dict[str, list[Problem]] = defaultdict(list)
    unsure = set()
    for error in errors:
        kind = error.get("type")
        kind = str(kind[0] if isinstance(kind, list) else kind)
        source = written.get(Path(str(error.get("path") or "")).name)
        if source is not None and _is_jsx_text(error, source):
            continue
        if source is not None:
            parsed = kind in ("PartialParsing", "Syntax error", "Lexical error", "Other syntax error", "AST builder error")
            why = "a part of it could not be parsed" if parsed else f"the engine reports {kind}"
            if not parsed:
                unsure.add(source.path)
            told[source.path].append(Problem(source.path, _line(error), f"not wholly examined with semgrep rules: {why}", "warning"))
        else:
            name = of[error["rule_id"]]["of"] if error.get("rule_id") in of else ""
            what = f"the semgrep rule {name} was refused" if name else "semgrep reports a problem"
            broken[name] = Problem("", 0, f"{what}: {kind}", "error", name)
    return [broken[name] for name in sorted(broken)], told, unsure


def _is_jsx_text(error: dict[str, Any], source: Source) -> bool:
    """Is all that the engine stumbled over an `&` between words, `<p>Terms & Conditions</p>`? Its grammar wants an entity there; JSX does not. What
    holds more than words may be code, and is told."""
    if languages.extension(source.path) not in (".tsx", ".jsx", ".js"):
        return False
    lines = source.data.split(b"\n")
    spans = error.get("spans") or ()
    return bool(spans) and all(_JSX_TEXT.fullmatch(_spanned(lines, span)) for span in spans)


def _spanned(lines: Sequence[bytes], span: dict[str, Any]) -> bytes:
    """What stands in a span of one line; of several lines nothing is said."""
    start, end = span.get("start", {}), span.get("end", {})
    number = int(start.get("line", 0))
    if number != end.get("line") or not 0 < number <= len(lines):
        return b""
    return lines[number - 1][max(0, int(start.get("col", 1)) - 1) : max(0, int(end.get("col", 1)) - 1)]


def _line(error: dict[str, Any]) -> int:
    for span in error.get("spans") or ():
        return max(1, int(span.get("start", {}).get("line", 1)))
    return 1


def _unread(
    answer: dict[str, Any], written: Mapping[str, Source], of: Mapping[str, dict[str, Any]], told: dict[str, list[Problem]], broken: set[str]
) -> None:
    """A file that the engine does not list as scanned was not looked at, whatever its exit code; unless all its rules were refused."""
    scanned = {Path(path).name for path in answer.get("paths", {}).get("scanned", ())}
    spoken = {name for rule in of.values() if rule["of"] not in broken for name in languages.spoken(rule["languages"])}
    for name, source in written.items():
        if name not in scanned and languages.language(source.path) in spoken and not told[source.path]:
            told[source.path].append(Problem(source.path, 1, f"{NOT_EXAMINED}the engine passed it over", "warning", unread=(source.path,)))
