"""semgrep behind one function: all .yaml rules at once over the files that matter; its matches are facts.

Knows: where the engine is found, what it is given, how its answer is read, what of it can be kept from run to run. Does not know: how the process
is started and ended (`engine_process.py`), what a match means.

The engine runs beside its caller: `begin` starts it, `finish` waits for it. Its own threads are switched off, because they cost twice the time of one
(they wait for each other at every collection of garbage); where there is much to look at, several processes share the files.

The engine never sees the user's tree: the bytes in memory are written under neutral names into a private folder, so that ignore files, odd
names and links of a hostile repository cannot hide code (a rule therefore cannot use `paths:`). Comments that switch semgrep off are not
honoured; prodlint's own suppressions are. Everything that was not looked at is a Problem: exit code 0 of the engine means nothing by itself.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import blake2b
from pathlib import Path
from typing import Any, Protocol

import msgspec

from prodlint import regex as re
from prodlint.facts import engine_process, languages, redact
from prodlint.model import Match, Problem, Secret, Source

TIMEOUT = 900.0  # seconds for the whole process
FILE_TIMEOUT = 10  # seconds for one rule on one file
TEXT = "source-text"  # the rule of the match that holds a file's text, where a rule's metadata says `keep: text`
NOT_EXAMINED = "not examined with semgrep rules: "
INSTALL = "pip install 'prodlint[semgrep]'"
SHARE_BYTES = 400_000  # of code, for which a further process pays off
_LANGUAGES = re.compile(r"^[ -]+languages:\s*\[([^\]]+)\]", re.M)
_SHARED = ("scan", "--config", "rules.json", "--json", "--quiet", "--metrics=off", "--disable-version-check", "--no-git-ignore", "--disable-nosem",
           "--no-rewrite-rule-ids", "--max-target-bytes=0", f"--timeout={FILE_TIMEOUT}", "--jobs=1", "src")  # fmt: skip


class Kept(msgspec.Struct, frozen=True, array_like=True):
    """What is cached for one file: its matches, and what could not be read of it."""

    matches: tuple[Match, ...]
    problems: tuple[Problem, ...]


class Store(Protocol):
    """What is asked of the fact cache (`facts.cache.Cache`)."""

    def get(self, keys: Mapping[str, str]) -> dict[str, bytes]: ...
    def put(self, entries: Mapping[str, bytes]) -> None: ...


# ---------------------------------------------------------------- the door
def scan(
    sources: Sequence[Source],
    rules: Iterable[str | Path],
    *,
    timeout: float = TIMEOUT,
    work_dir: str | Path | None = None,
    cache: Store | None = None,
    engine: Path | None = None,
    secrets: Mapping[str, tuple[Secret, ...]] | None = None,
) -> tuple[dict[str, tuple[Match, ...]], tuple[Problem, ...]]:
    """Matches of every rule in these .yaml files by path, for every path that was looked at; and what was not.

    `Match.rule` is the stem of the rule's file in kebab-case, whatever ids it holds; `metadata` is the rule's `metadata.prodlint` as text, with the
    id under "id". timeout: for the whole process, in seconds; work_dir: where the private folder is made; cache: answers of earlier runs, by content;
    engine: the program to start (found beside the interpreter or on PATH where not given); secrets: by path, whose values no match may repeat."""
    with contextlib.closing(begin(sources, rules, timeout=timeout, work_dir=work_dir, cache=cache, engine=engine)) as begun:
        return begun.finish(secrets)


def begin(
    sources: Sequence[Source],
    rules: Iterable[str | Path],
    *,
    timeout: float = TIMEOUT,
    work_dir: str | Path | None = None,
    cache: Store | None = None,
    engine: Path | None = None,
    jobs: int = 1,
) -> Begun:
    """Starts what `scan` does, with up to so many processes; to be closed."""
    begun = Begun(cache)
    if not any(languages.language(source.path) for source in sources):
        begun.idle = {source.path: () for source in sources}
        return begun
    loaded, begun.problems = _load(rules)
    spoken = {name for rule in loaded for name in languages.spoken(rule["languages"])}
    needed = _needed(loaded)
    chosen = [source for source in sources if languages.language(source.path) in spoken and _may_match(source, needed)]
    picked = {source.path for source in chosen}
    begun.idle = {source.path: () for source in sources if source.path not in picked}
    engine = engine or find() if chosen else None
    if engine is None:
        begun.problems += [missing([source.path for source in chosen])] if chosen else []
        return begun
    begun.known, begun.keys = _remembered(chosen, loaded, engine, cache)
    unknown = [source for source in chosen if source.path not in begun.known]
    present = {languages.language(source.path) for source in unknown}
    wanted = [rule for rule in loaded if not present.isdisjoint(languages.spoken(rule["languages"]))]
    count = max(1, min(jobs, sum(len(source.data) for source in unknown) // SHARE_BYTES))
    ordered = sorted(unknown, key=lambda source: (-len(source.data), source.path))
    begun.shares = [_Share(share, wanted, engine, timeout, work_dir) for number in range(count) if (share := ordered[number::count])]
    return begun


class Begun:
    """A scan that has begun: what is known already, and the processes that look at the rest."""

    def __init__(self, cache: Store | None) -> None:
        self.cache = cache
        self.problems: list[Problem] = []
        self.idle: dict[str, tuple[Match, ...]] = {}
        self.known: dict[str, Kept] = {}
        self.keys: dict[str, str] = {}
        self.shares: list[_Share] = []

    def finish(self, secrets: Mapping[str, tuple[Secret, ...]] | None = None) -> tuple[dict[str, tuple[Match, ...]], tuple[Problem, ...]]:
        """What `scan` gives, when the engine is done."""
        problems, known = list(self.problems), dict(self.known)
        for share in self.shares:
            fresh, told, sure = share.answer()
            problems += [problem for problem in told if problem not in problems]  # each process refuses the same rule
            fresh = {path: _with_text(kept, share.sources[path], (secrets or {}).get(path, ())) for path, kept in fresh.items()}
            known.update(fresh)
            if self.cache is not None and sure:
                self.cache.put({self.keys[path]: msgspec.msgpack.encode(kept) for path, kept in fresh.items() if path in sure})
        if failed := [share for share in self.shares if share.failed]:
            paths = tuple(sorted(source.path for share in failed for source in share.written.values()))
            why = "; then ".join(failed[0].failures)
            problems.append(Problem("", 0, f"semgrep failed: {_counted(paths)} not examined ({why})", unread=paths))
        problems += [problem for path in sorted(known) for problem in known[path].problems]
        looked = {
            path: kept.matches for path, kept in known.items() if not any(problem.message.startswith(NOT_EXAMINED) for problem in kept.problems)
        }
        return {**self.idle, **dict(sorted(looked.items()))}, tuple(problems)

    def close(self) -> None:
        """Ends what still runs."""
        for share in self.shares:
            share.close()


def missing(paths: Sequence[str]) -> Problem:
    """The engine is not there, and these files were not looked at."""
    return Problem("", 0, f"semgrep is not installed: {_counted(paths)} not examined; {INSTALL}", "warning", unread=tuple(paths))


def find() -> Path | None:
    """The engine beside this interpreter, or on PATH (absolute entries only: the analysed tree may be the working directory)."""
    folders = [os.path.dirname(sys.executable), *os.environ.get("PATH", "").split(os.pathsep)]
    names = ("semgrep.exe", "semgrep.cmd") if os.name == "nt" else ("semgrep",)
    for folder in folders:
        for name in names if os.path.isabs(folder) else ():
            program = Path(folder, name)
            if program.is_file() and os.access(program, os.X_OK):
                return program
    return None


def identity() -> str:
    """Which engine a run would start; "" where there is none. What it did not look at may be looked at once it is there."""
    engine = find()
    return _identity(engine) if engine is not None else ""


def languages_of(rules: str | Path) -> frozenset[str]:
    """The languages (as `languages.language` names them) that a rule file is about, read from its `languages: [a, b]` lines without a parser."""
    lists = _LANGUAGES.findall(Path(rules).read_text(encoding="utf-8"))
    return languages.spoken({name.strip(" \"'") for listed in lists for name in listed.split(",")})


def subject(match: Match) -> dict[str, str | None] | None:
    """What a finding is about, where the rule's metadata says so (`library`, `call`, `kind`)."""
    said: dict[str, str | None] = {key: match.metadata[key] for key in ("library", "call", "kind") if key in match.metadata}
    return said or None


def _counted(paths: Sequence[str]) -> str:
    """Counts by language, as the start of a sentence (12 TypeScript and 3 Go files were)."""
    counts = Counter(languages.TITLES[languages.language(path)] for path in paths)
    parts = [f"{count} {title}" for title, count in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))]
    listed = " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)
    return f"{listed} file was" if len(paths) == 1 else f"{listed} files were"


# ---------------------------------------------------------------- rules
def _load(rules: Iterable[str | Path]) -> tuple[list[dict[str, Any]], list[Problem]]:
    """Every semgrep rule of these files, with its file's name under "of"; a file that cannot be read is a problem."""
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    out: list[dict[str, Any]] = []
    problems = []
    for path in sorted(map(Path, rules)):
        name = path.stem.replace("_", "-")
        try:
            content = yaml.load(path.read_text(encoding="utf-8"), loader)  # noqa: S506  # a safe loader
            out += [{**rule, "of": name, "languages": [str(each) for each in rule["languages"]], "id": str(rule["id"])} for rule in content["rules"]]
        except (OSError, UnicodeDecodeError, yaml.YAMLError, KeyError, TypeError) as error:
            problems.append(Problem("", 0, f"the semgrep rule {path.name} could not be read: {type(error).__name__}", "error", name))
    return out, problems


def _needed(rules: Sequence[dict[str, Any]]) -> dict[str, tuple[bytes, ...]]:
    """language -> words of which a file must hold one for any rule to match; a rule without `metadata.prodlint.words` (in small letters) leaves
    its languages out."""
    out: dict[str, tuple[bytes, ...]] = {}
    anything: set[str] = set()
    for rule in rules:
        words = tuple(str(word).encode() for word in rule.get("metadata", {}).get("prodlint", {}).get("words", ()))
        for language in languages.spoken(rule["languages"]):
            out[language] = (*out.get(language, ()), *words)
            anything |= set() if words else {language}
    return {language: words for language, words in out.items() if language not in anything}


def _may_match(source: Source, needed: Mapping[str, tuple[bytes, ...]]) -> bool:
    words = needed.get(languages.language(source.path))
    text = source.data.lower() if words is not None else b""
    return words is None or any(word in text for word in words)


def _plain(rules: Sequence[dict[str, Any]]) -> str:
    """All rules as one JSON for the engine."""
    return json.dumps({"rules": [{key: value for key, value in rule.items() if key != "of"} for rule in rules]}, sort_keys=True)


# ---------------------------------------------------------------- what earlier runs knew
def _remembered(
    sources: Sequence[Source], rules: Sequence[dict[str, Any]], engine: Path, cache: Store | None
) -> tuple[dict[str, Kept], dict[str, str]]:
    """(what is known by path, the key of every path). A key holds rules, engine and content; a damaged entry is not known."""
    if cache is None:
        return {}, {}
    names = sorted((rule["id"], rule["of"]) for rule in rules)
    made = blake2b(f"{_plain(rules)}\0{names}\0{_identity(engine)}".encode(), digest_size=16).hexdigest()
    keys = {source.path: f"semgrep:{made}:{source.digest}:{source.path}" for source in sources}
    known = {}
    for path, data in cache.get(keys).items():
        with contextlib.suppress(msgspec.DecodeError, UnicodeDecodeError):
            known[path] = msgspec.msgpack.decode(data, type=Kept)
    return known, keys


def _identity(engine: Path) -> str:
    """What tells one engine from another without starting it: its place, size and time, and the release installed beside it."""
    real = engine.resolve()
    info = real.stat()
    releases = sorted(each.name for each in real.parent.parent.glob("lib/python*/site-packages/semgrep-*.dist-info"))
    return f"{real}:{info.st_size}:{info.st_mtime_ns}:{releases}"


# ---------------------------------------------------------------- one process
class _Share:
    """One process, and the files that it looks at."""

    def __init__(self, sources: Sequence[Source], rules: Sequence[dict[str, Any]], engine: Path, timeout: float, work_dir: str | Path | None) -> None:
        self.sources = {source.path: source for source in sources}
        self.rules, self.engine, self.timeout = rules, engine, timeout
        self.unread: dict[str, Kept] = {}
        self.folder = tempfile.TemporaryDirectory(prefix="prodlint-", dir=work_dir, ignore_cleanup_errors=True)
        self.home = Path(self.folder.name)
        self.failures: list[str] = []
        self.failed = False
        self.written = dict(_write(sources, self.home / "src", self.unread))
        if self.written:
            (self.home / "rules.json").write_text(_plain(rules), encoding="utf-8")
        self.running = self._started((*_SHARED[:1], "--experimental", *_SHARED[1:])) if self.written else None

    def _started(self, front: Sequence[str]) -> engine_process.Running | None:
        try:
            return engine_process.Running([str(self.engine), *front], self.home, self.timeout)
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


def _write(sources: Sequence[Source], folder: Path, out: dict[str, Kept]) -> Iterator[tuple[str, Source]]:
    """Writes what can be read under neutral names; tells in `out` what cannot."""
    folder.mkdir()
    (folder / ".semgrepignore").write_text("", encoding="utf-8")  # an own one replaces the built-in list of ignored names
    for number, source in enumerate(sources):
        data, why = languages.readable(source.path, source.data)
        if why:
            out[source.path] = Kept((), (Problem(source.path, 1, f"{NOT_EXAMINED}{why}", "warning"),))
            continue
        name = f"f{number:06}{languages.READ_AS[languages.extension(source.path)][1]}"
        (folder / name).write_bytes(data)
        yield name, source


def _with_text(kept: Kept, source: Source, secrets: tuple[Secret, ...]) -> Kept:
    """Adds the file's text where a matched rule asks for it, and takes the values of known secrets out of everything."""
    keeps = any(match.metadata.get("keep") == "text" for match in kept.matches)
    if not keeps and not secrets:
        return kept
    text = source.data.decode("utf-8", "replace").removeprefix("\ufeff")
    matches = kept.matches
    if secrets:
        matches = tuple(msgspec.structs.replace(match, message=redact.hide(match.message, secrets, text)) for match in matches)
    if keeps:
        read = languages.readable(source.path, source.data)[0].decode("utf-8", "replace").removeprefix("\ufeff")
        matches = (*matches, Match(TEXT, 1, 1, 1, 1, redact.hide(read, secrets, text), {"id": TEXT}))
    return Kept(matches, kept.problems)


# ---------------------------------------------------------------- its answer
def _read(answer: dict[str, Any], written: Mapping[str, Source], rules: Sequence[dict[str, Any]]) -> tuple[dict[str, Kept], list[Problem], set[str]]:
    """(matches and partial reads by path, problems of rules, paths whose answer will be the same next time)."""
    of = {rule["id"]: rule for rule in rules}
    matches: dict[str, dict[tuple[Any, ...], Match]] = defaultdict(dict)
    for result in answer["results"]:
        source = written.get(Path(result["path"]).name)
        if source is not None and result["check_id"] in of:
            match = _match(result, source, of[result["check_id"]])
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


def _match(result: dict[str, Any], source: Source, rule: dict[str, Any]) -> Match:
    own = result["extra"].get("metadata", {}).get("prodlint", {})
    metadata = {str(key): value if isinstance(value, str) else json.dumps(value) for key, value in own.items()}
    lines = source.data.split(b"\n")
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
