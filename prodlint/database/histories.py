"""Which files make one database, and in which order they run.

Knows: Supabase's migration folders (order and names as its command line takes them: a number, an underscore, a name; sources: supabase/cli,
pkg/migration/list.go), its declarative schemas, migrations of Alembic and Django, folders of SQL files of other tools. Does not know: what a
statement does.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from prodlint import regex as re
from prodlint.model import FileFacts, Span, Statement

_MIGRATION = re.compile(r"(?:^|.*/)supabase/migrations/([^/]+\.sql)$", re.I)
_SCHEMA = re.compile(r"(?:^|.*/)supabase/schemas/.+\.sql$", re.I)
_BESIDE = re.compile(r"(?:^|.*/)supabase/[^/]+\.sql$", re.I)
_VERSIONED = re.compile(r"^(\d+)_.*\.sql$", re.I)
_OLD_INIT = re.compile(r"^(\d{14})_init\.sql$")
_UNDOES = re.compile(
    r"(?:^|/)(?:[^/]*[._-])?(?:down|rollback|undo|revert)(?:[._-][^/]*)?\.sql$|(?:^|/)(?:down|rollbacks?|undo)/|(?:^|/)U\d[^/]*__[^/]*\.sql$", re.I
)
_DATA = re.compile(
    r"(?:^|/)(?:[^/]*[._-])?(?:seeds?|sample|demo|dummy|snippets?|quer(?:y|ies)|reports?|test|dump|backup)(?:[._-][^/]*)?(?:\.sql$|/)", re.I
)
_ALTERS = re.compile(r"(?i)drop\s+(?:table|policy|schema)\b|create\s+(?:\w+\s+){0,2}(?:table|policy|view)\b|alter\s+table\b|do\b|grant\b|revoke\b")
# what only a database behind Supabase's or PostgREST's data API says
_API_WORDS = re.compile(
    r"(?i)\bauth\s*\.\s*(?:uid|jwt|role|email)\s*\(|\b(?:to|from)\s+(?:anon|authenticated|service_role)\b|\bstorage\.(?:objects|buckets)\b|\b(?:to|from)\s+(?:authenticator|web_anon)\b"
)
_SWITCH = re.compile(r'(?i)alter\s+table\s+(?:if\s+exists\s+)?(?:only\s+)?([\w."]+)\s+enable\s+row\s+level')
_MAKES_ROLE = re.compile(r'(?i)create\s+(?:role|user)\s+"?(?:\w+_)?(?:anon|anonymous|authenticator)\b')
_NUMBERED = re.compile(r"V?\d+(?:[._-]|$)", re.I)
SEQUENCE = 3  # numbered files that are one
_NUMBERS = re.compile(r"(\d+)")


class History(msgspec.Struct, frozen=True):
    """The files of one database in order.

    kind: "supabase" (its command line runs them), "declared" (its declarative schemas), "code" (Alembic, Django), "files" (SQL files whose order is
    that of their names). api: is there a data API before it? own_roles: do the files make its roles, so that these hold nothing at first?
    speaking: the files that speak of it, where only some do. unordered: statements may stand before what they need. skipped: files that the command
    line passes over."""

    kind: str
    root: str
    files: tuple[tuple[str, tuple[Statement, ...]], ...]
    api: bool
    unordered: bool = False
    skipped: tuple[str, ...] = ()
    since: str = ""
    own_roles: bool = False
    speaking: frozenset[str] | None = None


def histories(files: Mapping[str, FileFacts], passed_over: frozenset[str], schema_paths: Mapping[str, tuple[str, ...]]) -> list[History]:
    """Every database, in order of its root. passed_over: paths of tests, examples and vendored code; schema_paths: `[db.migrations]
    schema_paths` of config.toml by root, as regular expressions."""
    migrations: dict[str, list[str]] = {}
    declared: dict[str, list[str]] = {}
    loose: list[str] = []
    code: list[str] = []
    for path, facts in files.items():
        if not facts.statements or path in passed_over:
            continue
        if _MIGRATION.match(path):
            migrations.setdefault(_root(path), []).append(path)
        elif _SCHEMA.match(path):
            declared.setdefault(_root(path), []).append(path)
        elif facts.language == "python":
            code.append(path)
        elif not _UNDOES.search(path) and not _DATA.search(path) and any(_ALTERS.match(each.text) for each in facts.statements):
            loose.append(path)
    out = []
    for root in sorted({*migrations, *declared}):
        out.append(_supabase(files, root, migrations.get(root, []), declared.get(root, []), schema_paths.get(root, ())))
    made = [history for history in out if history.files]
    if loose and not made:
        out.append(_files(files, loose))
    if code:
        ordered = _chained(files, sorted(code, key=_natural))
        speaking = _speaking(files, code)
        out.append(History("code", "", _statements(files, ordered), bool(speaking), True, own_roles=_makes_roles(files, code), speaking=speaking))
    return [history for history in out if history.files]


def _chained(files: Mapping[str, FileFacts], paths: list[str]) -> list[str]:
    """Alembic's migrations in the order of their revisions, the others by their names before them."""
    own = {fact.name: path for path, facts in files.items() for fact in facts.facts if fact.kind == "revision"}
    follows = {fact.name: fact.data["follows"].split() for facts in files.values() for fact in facts.facts if fact.kind == "revision"}
    depth: dict[str, int] = {}
    for start in follows:
        stack = [start]
        while stack:
            name = stack[-1]
            before = [each for each in follows.get(name, ()) if each in follows]
            waiting = [each for each in before if each not in depth and each not in stack]
            if waiting:
                stack += waiting
                continue
            depth[name] = 1 + max((depth.get(each, 0) for each in before), default=0)
            stack.pop()
    place = {path: depth[name] for name, path in own.items()}
    return sorted(paths, key=lambda path: place.get(path, 0))


def _root(path: str) -> str:
    """The folder that holds `supabase/`, with its slash; "" at the top."""
    return path[: path.lower().rindex("supabase/")]


def _supabase(files: Mapping[str, FileFacts], root: str, migrations: list[str], declared: list[str], wanted: tuple[str, ...]) -> History:
    names = {path: path.rpartition("/")[2] for path in migrations}
    versioned = sorted((path for path in migrations if _VERSIONED.match(names[path])), key=lambda path: names[path])
    if versioned and (old := _OLD_INIT.match(names[versioned[0]])) and old.group(1) < "20211209000000":
        versioned = versioned[1:]
    if versioned:
        skipped = tuple(sorted(path for path in migrations if not _VERSIONED.match(names[path])))
        first = _VERSIONED.match(names[versioned[0]])
        return History("supabase", root, _statements(files, versioned), True, False, skipped, first.group(1) if first else "")
    if declared:
        return History("declared", root, _statements(files, sorted(declared, key=lambda path: (_rank(path, wanted), path))), True, True)
    return History("files", root, _statements(files, sorted(migrations, key=_natural)), True, True)


def _rank(path: str, wanted: tuple[str, ...]) -> int:
    return next((place for place, form in enumerate(wanted) if re.fullmatch(form, path)), len(wanted))


def _statements(files: Mapping[str, FileFacts], paths: list[str]) -> tuple[tuple[str, tuple[Statement, ...]], ...]:
    return tuple((path, files[path].statements) for path in paths)


def _files(files: Mapping[str, FileFacts], loose: list[str]) -> History:
    beside = [path for path in loose if _BESIDE.match(path)]
    speaking = _with_sequence(_speaking(files, loose), loose) | frozenset(beside)
    made = _statements(files, sorted(loose, key=_natural))
    root = _root(beside[0]) if beside else ""
    own = _makes_roles(files, loose)
    return History("files", root, made, bool(speaking), True, own_roles=own, speaking=None if own else speaking)


def _speaking(files: Mapping[str, FileFacts], paths: list[str]) -> frozenset[str]:
    """The files that say what only a database behind a data API says."""
    return frozenset(path for path in paths if any(_API_WORDS.search(each.text) for each in files[path].statements))


def _with_sequence(speaking: frozenset[str], paths: list[str]) -> frozenset[str]:
    """These files, and the others of a folder whose files are numbered: all steps of a sequence make one database."""
    folders: dict[str, list[str]] = {}
    for path in paths:
        folders.setdefault(path.rpartition("/")[0], []).append(path)
    out = set(speaking)
    for listed in folders.values():
        numbered = [path for path in listed if _NUMBERED.match(path.rpartition("/")[2])]
        if len(numbered) >= SEQUENCE and 2 * len(numbered) > len(listed) and not speaking.isdisjoint(listed):
            out.update(listed)
    return frozenset(out)


def _makes_roles(files: Mapping[str, FileFacts], paths: list[str]) -> bool:
    return any(_MAKES_ROLE.search(each.text) for path in paths for each in files[path].statements)


def _natural(path: str) -> list[tuple[int, int, str]]:
    """Numbers in names count as numbers, so that V10 follows V9."""
    return [(0, int(part), "") if part.isdigit() else (1, 0, part) for part in _NUMBERS.split(path) if part]


def by_hand(files: Mapping[str, FileFacts], passed_over: frozenset[str], run: Iterable[History]) -> dict[tuple[str, str], Span]:
    """Tables on which SQL files that no tool runs switch row-level security on; somebody may have run them by hand."""
    theirs = {path for history in run for path, _ in history.files} | passed_over
    out: dict[tuple[str, str], Span] = {}
    for path, facts in files.items():
        for statement in facts.statements if facts.language == "sql" and path not in theirs else ():
            if found := _SWITCH.match(statement.text):
                schema, _, name = found.group(1).replace('"', "").rpartition(".")
                out.setdefault((schema.lower() or "public", name.lower()), Span(path, statement.line))
    return out
