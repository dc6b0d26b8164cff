"""Walks the tree: disk -> text. The only room, with the fact cache, that touches the user's disk.

Knows: git's own list of files (where git is), ignore files (where it is not), which folders never hold the app's code, sizes, links and binary
files. Does not know: what a file says.

Links are never followed: what a link within the tree points to is read under its own name, one that leads out of the tree or in a circle is
named. A file that goes away while the tree is read is a problem and the rest is still read.
"""

from __future__ import annotations

import contextlib
import errno
import os
import stat
import subprocess
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from prodlint import regex as re
from prodlint.model import Problem, Source

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

MAX_BYTES = 4_000_000  # larger files are generated or data; they are named as problems where they are source code
MAX_FILES = 200_000
SKIPPED = frozenset({
    ".git", ".hg", ".svn", "node_modules", ".venv", "venv", "__pycache__", ".tox", ".nox", ".mypy_cache", ".pytest_cache", ".ruff_cache",
    ".prodlint_cache", "site-packages", "bower_components", ".eggs", ".terraform", ".next", ".nuxt", ".yarn", "__pypackages__",
})  # fmt: skip
PYTHON = (".py", ".pyi")
CODE = (".js", ".jsx", ".ts", ".tsx", ".mjs", ".cjs", ".go", ".rb", ".php", ".java", ".kt", ".cs", ".sql", ".tf", ".yaml", ".yml")
BINARY = (
    ".png", ".jpg", ".jpeg", ".gif", ".webp", ".ico", ".bmp", ".woff", ".woff2", ".ttf", ".otf", ".eot", ".mp3", ".mp4", ".webm", ".mov", ".avif",
    ".zip", ".gz", ".bz2", ".xz", ".7z", ".jar", ".whl", ".pyc", ".so", ".dll", ".dylib", ".exe", ".pdf", ".docx", ".xlsx", ".psd", ".mo",
)  # fmt: skip
KEY_STORES = (".p12", ".pfx", ".jks", ".keystore", ".kdbx")
_SAMPLE = re.compile(r"(?:^|/)\.env[.-](?:example|sample|template|dist)$|(?:^|/)(?:env\.(?:example|sample)|example\.env)$")


MAX_HISTORY = 2_000_000_000  # bytes of what commits changed
MAX_LINE = 20_000
_HUNK = re.compile(r"@@ -\S+ \+(\d+)")


class Added(NamedTuple):
    """Lines that a commit added to a file, the first of them at line `first`."""

    commit: str
    path: str
    first: int
    text: str


class Sources(msgspec.Struct):
    """What was read: sources in path order, problems, and whether git could say what it tracks.

    ignored: the .env files that were read although an ignore file covers them; bare: where a .env would not be ignored, of the folders in
    which one is expected; stores: files that hold keys and are no text."""

    files: list[Source] = msgspec.field(default_factory=list)
    problems: list[Problem] = msgspec.field(default_factory=list)
    git: bool = False
    ignored: set[str] = msgspec.field(default_factory=set)
    bare: set[str] = msgspec.field(default_factory=set)
    stores: list[str] = msgspec.field(default_factory=list)

    @property
    def by_path(self) -> dict[str, Source]:
        return {source.path: source for source in self.files}


def walk(root: Path, exclude: Iterable[str] = (), overlay: Mapping[str, bytes] | None = None, paths: Iterable[str] = ()) -> Sources:
    """Every text file below root, sorted by path.

    exclude: globs as in .gitignore; overlay: unsaved buffers by path, read instead of the disk; paths: files and folders that were asked
    for by name, relative to root: they are read although git or we would pass them over. Raises nothing for single files: what cannot be
    read is a Problem (severity error for a folder, file or Python source that is there and was not read, else warning)."""
    out = Sources()
    listed, tracked = _listed(root, out)
    overlay = dict(overlay or {})
    named = set(_asked(root, paths, listed, out.problems)) | set(overlay)
    spec = _spec(exclude)
    found = sorted({path for path in listed if not _skipped(path)} | named)
    if spec is not None:
        found = [path for path in found if not spec.match_file(path)]
    if len(found) > MAX_FILES:
        out.problems.append(Problem("", 0, f"{len(found) - MAX_FILES} of {len(found)} files were not examined: more than {MAX_FILES}"))
        found = found[:MAX_FILES]
    base = os.fspath(root)
    for path in found:
        if not _utf8(path):
            out.problems.append(Problem(path.encode("utf-8", "surrogateescape").decode("utf-8", "replace"), 1, "not examined: its name is not UTF-8"))
            continue
        data = overlay[path] if path in overlay else _read(base, path, out.problems)
        if data is not None:
            known = path in tracked if out.git else None
            out.files.append(Source(path, data, blake2b(data, digest_size=16).hexdigest(), known))
    out.bare = _bare(root, expected(found), out.git)
    out.stores = [path for path in found if path.lower().endswith(KEY_STORES)]
    if not out.files and not out.problems:
        out.problems.append(Problem("", 0, "there is nothing to examine here: no text file was found"))
    return out


def _spec(globs: Iterable[str]) -> GitIgnoreSpec | None:
    """pathspec is imported where somebody excludes something."""
    lines = list(globs)
    if not lines:
        return None
    from pathspec import GitIgnoreSpec

    return GitIgnoreSpec.from_lines(lines)


def _skipped(path: str) -> bool:
    return not SKIPPED.isdisjoint(path.split("/")[:-1])


def _text(name: bytes) -> str:
    """A file's name as UTF-8, whatever the locale says; one that is not keeps its odd bytes as surrogates and is told."""
    return name.decode("utf-8", "surrogateescape")


def _utf8(path: str) -> bool:
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return True


# ---------------------------------------------------------------- which files there are
def _listed(root: Path, out: Sources) -> tuple[set[str], set[str]]:
    """(every file, those that git tracks). A folder that git passes over whole is walked like one without git."""
    listed: set[str] = set()
    tracked: set[str] = set()
    found = _git(root, out.problems)
    if found is None:
        return set(_from_disk(root, "", out.problems, out.ignored)), tracked
    gone: set[str] = set()
    for tag, path in found:
        if path.endswith("/"):  # a repository within this one, which git does not enter
            listed.update(_from_disk(root, path, out.problems, out.ignored))
        elif tag in "RS":  # deleted before this run, or left out of a sparse checkout
            gone.add(path)
        else:
            listed.add(path)
            if tag != "?":
                tracked.add(path)
    listed -= gone
    if not listed:
        return set(_from_disk(root, "", out.problems, out.ignored)), tracked
    out.git = True
    # .env files are ignored as they should be; that they exist, and where, is still a fact
    out.ignored.update(name for name in (".env", ".env.local", ".env.production") if name not in listed and (root / name).is_file())
    return listed | out.ignored, tracked


def expected(listed: Iterable[str]) -> list[str]:
    """Where a .env belongs: in the root, and beside every sample of one."""
    beside = (path.rpartition("/")[0] for path in listed if _SAMPLE.search(path))
    return sorted({".env", *(f"{folder}/.env" if folder else ".env" for folder in beside)})


def _bare(root: Path, wanted: list[str], git: bool) -> set[str]:
    """Those of the expected .env files that no ignore file covers."""
    if git:
        done = _run_git(root, "check-ignore", "-z", "--no-index", "--stdin", given=b"\0".join(map(os.fsencode, wanted)))
        covered = set() if done is None else {os.fsdecode(name) for name in done.stdout.split(b"\0")}
        return {path for path in wanted if path not in covered}
    specs = {folder: _ignore_file(os.path.join(root, folder, ".gitignore")) for folder in {"", *(path.rpartition("/")[0] for path in wanted)}}
    top = specs[""]

    def covered_by_file(path: str) -> bool:
        own = specs[path.rpartition("/")[0]]
        return (top is not None and top.match_file(path)) or (own is not None and own.match_file(".env"))

    return {path for path in wanted if not covered_by_file(path)}


def _git(root: Path, problems: list[Problem]) -> list[tuple[str, str]] | None:
    """(tag, path) of git's one answer about tracked, deleted and other files; None where there is no git or no repository.

    Tags are those of `git ls-files -t`: H tracked, M unmerged, R deleted, S left out of a sparse checkout, ? untracked."""
    done = _run_git(root, "ls-files", "-t", "-c", "-d", "-o", "--exclude-standard", "-z", "--", ".")
    if done is None:
        return None
    for folder, why in re.findall(r"could not open directory '([^'\n]*)': ([^\n]*)", done.stderr.decode("utf-8", "replace")):
        problems.append(Problem(folder.rstrip("/"), 1, f"the folder could not be read: {why}"))
    return [(entry[0], entry[2:]) for name in done.stdout.split(b"\0") if (entry := _text(name))]


def _run_git(root: Path, *arguments: str, given: bytes = b"") -> subprocess.CompletedProcess[bytes] | None:
    """What git answers; None where there is no git, or where it says no."""
    environment = {**os.environ, "GIT_OPTIONAL_LOCKS": "0", "LC_ALL": "C"}
    # the repository's own configuration must not start a program
    command = ["git", "-c", "core.fsmonitor=false", "-C", os.fspath(root), *arguments]
    try:
        done = subprocess.run(command, input=given, capture_output=True, timeout=60, env=environment, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done if done.returncode == 0 else None


def _asked(root: Path, paths: Iterable[str], listed: set[str], problems: list[Problem]) -> Iterator[str]:
    """What was asked for by name and is not listed: an ignored file, the files of an ignored folder."""
    for path in paths:
        if path in listed or path == ".":
            continue
        full = root / path
        if full.is_dir() and not full.is_symlink():
            if not any(known.startswith(f"{path}/") and not _skipped(known) for known in listed):
                yield from _from_disk(root, f"{path}/", problems)
        elif os.path.lexists(full):
            yield path


def _from_disk(root: Path, below: str, problems: list[Problem], secret: set[str] | None = None) -> Iterator[str]:
    """The walk outside git, from the folder `below` ("" or ending in a slash): ignore files are honoured, links are not followed. A .env file
    is listed although it is ignored, and then also added to `secret`."""

    def failed(error: OSError) -> None:
        where = os.path.relpath(error.filename or root, root).replace(os.sep, "/")
        problems.append(Problem(where, 1, f"the folder could not be read: {error.strerror}"))

    ignores: list[tuple[str, GitIgnoreSpec]] = []

    def ignored(path: str) -> bool:
        return any(path.startswith(prefix) and spec.match_file(path[len(prefix) :]) for prefix, spec in ignores)

    for folder, folders, names in os.walk(root / below, onerror=failed, followlinks=False):
        relative = os.path.relpath(folder, root).replace(os.sep, "/")
        prefix = "" if relative == "." else f"{relative}/"
        if "pyvenv.cfg" in names:  # a virtual environment, whatever its name
            folders.clear()
            continue
        if ".gitignore" in names and (spec := _ignore_file(os.path.join(folder, ".gitignore"))) is not None:
            ignores.append((prefix, spec))
        yield from (_text(os.fsencode(prefix + name)) for name in folders if os.path.islink(os.path.join(folder, name)))
        folders[:] = sorted(name for name in folders if name not in SKIPPED and not ignored(f"{prefix}{name}/"))
        for name in names:
            hidden, path = ignored(prefix + name), _text(os.fsencode(prefix + name))
            if hidden and name.startswith(".env") and secret is not None:
                secret.add(path)
            if not hidden or name.startswith(".env"):
                yield path


def _ignore_file(file: str) -> GitIgnoreSpec | None:
    try:
        with open(file, encoding="utf-8", errors="replace") as stream:
            return _spec(line for line in stream.read(100_000).splitlines() if line.strip() and not line.startswith("#"))
    except (OSError, ValueError):  # unreadable, or a pattern that is none: then nothing is ignored
        return None


# ---------------------------------------------------------------- the history
def history(root: Path, problems: list[Problem], seconds: float = 300.0, progress: Callable[[int, int], None] | None = None) -> Iterator[Added]:
    """Every run of lines that a commit of any branch added, newest commit first. Bounded in time and in size; what was not read is a problem."""
    counted = _run_git(root, "rev-list", "--all", "--count")
    if counted is None:
        problems.append(Problem("", 0, "the history was not searched: this is no git repository, or git is not there"))
        return
    total, done, size = int(counted.stdout or 0), 0, 0
    ends = time.monotonic() + seconds
    commit = path = ""
    first, lines = 0, []
    with _log(root) as stream:
        for raw in stream:
            size += len(raw)
            if size > MAX_HISTORY or time.monotonic() > ends:
                problems.append(Problem("", 0, f"the history was searched down to commit {commit[:12]}, {total - done} older commits were not"))
                break
            line = raw[:MAX_LINE].decode("utf-8", "replace").rstrip("\r\n")
            if line.startswith("+") and not line.startswith("+++ ") and first:
                lines.append(line[1:])
                continue
            if lines:
                yield Added(commit, path, first, "\n".join(lines))
                lines = []
            if line.startswith("\0"):
                commit, first, done = line[1:41], 0, done + 1
                if progress is not None:
                    progress(done, total)
            elif line.startswith("+++ "):
                path, first = line[6:] if line.startswith("+++ b/") else "", 0
            elif found := _HUNK.match(line):
                first = int(found.group(1)) if path else 0
    if lines:
        yield Added(commit, path, first, "\n".join(lines))


@contextlib.contextmanager
def _log(root: Path) -> Iterator[Iterator[bytes]]:
    """The lines of `git log -p`; no program that the repository names is started, and git ends when nobody reads on."""
    environment = {**os.environ, "GIT_OPTIONAL_LOCKS": "0", "LC_ALL": "C"}
    flags = ("-p", "-U0", "--all", "--no-color", "--no-ext-diff", "--no-textconv", "--no-renames", "--diff-filter=AM", "--format=%x00%H")
    command = ["git", "-c", "core.fsmonitor=false", "-c", "core.quotepath=false", "-C", os.fspath(root), "log", *flags]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment)
    try:
        yield iter(process.stdout or ())
    finally:
        process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()


# ---------------------------------------------------------------- one file
def _read(base: str, path: str, problems: list[Problem]) -> bytes | None:
    """The bytes of a text file; None (and a problem, where somebody should know) for anything else."""
    full = os.path.join(os.fsencode(base), path.encode())
    try:
        info = os.lstat(full)
        if stat.S_ISLNK(info.st_mode):
            problems.extend(_link(os.fsencode(base), full, path))
            return None
        if not stat.S_ISREG(info.st_mode) or path.lower().endswith(BINARY):
            return None
        if info.st_size > MAX_BYTES:
            problems.extend(_large(path, info.st_size))
            return None
        with open(os.open(full, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)), "rb") as file:
            data = file.read(8192)
            if data[:2] in (b"\xff\xfe", b"\xfe\xff") and not path.endswith(PYTHON):  # as PowerShell writes what a command prints
                return _from_utf16(data + file.read(MAX_BYTES))
            if b"\0" in data and not path.endswith(PYTHON):
                return None
            return data + file.read(MAX_BYTES) if len(data) == 8192 else data
    except FileNotFoundError:
        problems.append(Problem(path, 1, "could not be read: the file is gone"))
    except OSError as error:
        problems.append(Problem(path, 1, f"could not be read: {error.strerror}"))
    return None


def _from_utf16(data: bytes) -> bytes | None:
    """The text as UTF-8; None where it is none, and only begins like one."""
    try:
        text = data.decode("utf-16")
    except UnicodeDecodeError:
        return None
    return None if "\0" in text else text.encode("utf-8", "surrogatepass")


def _large(path: str, size: int) -> Iterator[Problem]:
    why = f"not examined: {size / 1e6:.1f} MB is more than {MAX_BYTES / 1e6:.0f} MB"
    if path.endswith(PYTHON):
        yield Problem(path, 1, f"{why}; if it is generated, name it under `exclude`")
    elif path.endswith(CODE):
        yield Problem(path, 1, why, "warning")


def _link(base: bytes, full: bytes, path: str) -> Iterator[Problem]:
    """A link within the tree needs no word; one that nobody can follow does, and one that we will not follow."""
    try:
        target = os.path.realpath(full, strict=True)
    except OSError as error:
        if error.errno == errno.ELOOP:
            yield Problem(path, 1, "not followed: a link that leads in a circle", "warning")
        return
    top = os.path.realpath(base)
    if target != top and not target.startswith(top.rstrip(os.sep.encode()) + os.sep.encode()):
        yield Problem(path, 1, "not followed: a link that leads out of the project", "warning")
