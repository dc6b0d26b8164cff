"""semgrep behind one function: all .yaml rules at once over the files that matter; its matches are facts.

Knows: which files and rules matter, what of the answers can be kept from run to run. Does not know: what a file must hold for a rule to match
(`engine_clues.py`), where the engine stands (`engine_found.py`), what one process of it is given and answers (`engine_share.py`), what a match means.

The engine runs beside its caller: `begin` starts it, `finish` waits for it. Its own threads are switched off, because they cost twice the time of one
(they wait for each other at every collection of garbage); where there is much to look at, several processes share the files.

The engine never sees the user's tree: the bytes in memory are written under neutral names into a private folder, so that ignore files, odd
names and links of a hostile repository cannot hide code (a rule therefore cannot use `paths:`). Comments that switch semgrep off are not
honoured; prodlint's own suppressions are. Everything that was not looked at is a Problem: exit code 0 of the engine means nothing by itself.
"""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from hashlib import blake2b
from pathlib import Path
from typing import Any, Protocol

import msgspec

from prodlint import regex as re
from prodlint.facts import languages, redact
from prodlint.facts.engine_clues import Clues, needed
from prodlint.facts.engine_found import find
from prodlint.facts.engine_found import identity as found_identity
from prodlint.facts.engine_share import NOT_EXAMINED, Kept, Share, plain
from prodlint.model import Match, Problem, Secret, Source

TIMEOUT = 900.0  # seconds for the whole process
TEXT = "source-text"  # the rule of the match that holds a file's text, where a rule's metadata says `keep: text`
INSTALL = "pip install 'prodlint[semgrep]'"
SHARE_BYTES = 400_000  # of code, for which a further process pays off
_LANGUAGES = re.compile(r"^[ -]+languages:\s*\[([^\]]+)\]", re.M)


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
    clues = Clues(loaded)
    chosen = [source for source in sources if languages.language(source.path) in spoken and clues.worth(source)]
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
    begun.shares = [Share(share, wanted, engine, timeout, work_dir, clues) for number in range(count) if (share := ordered[number::count])]
    return begun


class Begun:
    """A scan that has begun: what is known already, and the processes that look at the rest."""

    def __init__(self, cache: Store | None) -> None:
        self.cache = cache
        self.problems: list[Problem] = []
        self.idle: dict[str, tuple[Match, ...]] = {}
        self.known: dict[str, Kept] = {}
        self.keys: dict[str, str] = {}
        self.shares: list[Share] = []

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


def identity() -> str:
    """Which engine a run would start; "" where there is none. What it did not look at may be looked at once it is there."""
    engine = find()
    return found_identity(engine) if engine is not None else ""


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
            out += [_rule(rule, name) for rule in content["rules"]]
        except (OSError, UnicodeDecodeError, yaml.YAMLError, KeyError, TypeError, AttributeError, re.error) as error:
            problems.append(Problem("", 0, f"the semgrep rule {path.name} could not be read: {type(error).__name__}", "error", name))
    return out, problems


def _rule(rule: dict[str, Any], of: str) -> dict[str, Any]:
    """A rule of the file with this name. Raises what is raised where it is none."""
    needed(rule)
    return {**rule, "of": of, "languages": [str(each) for each in rule["languages"]], "id": str(rule["id"])}


# ---------------------------------------------------------------- what earlier runs knew
def _remembered(
    sources: Sequence[Source], rules: Sequence[dict[str, Any]], engine: Path, cache: Store | None
) -> tuple[dict[str, Kept], dict[str, str]]:
    """(what is known by path, the key of every path). A key holds rules, engine and content; a damaged entry is not known."""
    if cache is None:
        return {}, {}
    names = sorted((rule["id"], rule["of"]) for rule in rules)
    made = blake2b(f"{plain(rules)}\0{names}\0{found_identity(engine)}".encode(), digest_size=16).hexdigest()
    keys = {source.path: f"semgrep:{made}:{source.digest}:{source.path}" for source in sources}
    known = {}
    for path, data in cache.get(keys).items():
        with contextlib.suppress(msgspec.DecodeError, UnicodeDecodeError):
            known[path] = msgspec.msgpack.decode(data, type=Kept)
    return known, keys
