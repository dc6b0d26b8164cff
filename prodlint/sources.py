"""Walks the tree: disk -> text. The only room, with the fact cache, that touches the user's disk.

Knows: git's own list of files (where git is), ignore files (where it is not), which folders never hold the app's code, sizes and binary files.
Does not know: what a file says.

Links are never followed out of the tree, a loop of links ends, a file that goes away while the tree is read is a problem and the
rest is still read.
"""

from __future__ import annotations

import os
import stat
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path

from prodlint.model import Problem, Source

MAX_BYTES = 4_000_000  # larger files are generated or data; they are named as problems where they are source code
MAX_FILES = 200_000
SKIPPED = frozenset({
    ".git", ".hg", ".svn", "node_modules", ".venv", "venv", "__pycache__", ".tox", ".nox", ".mypy_cache", ".pytest_cache", ".ruff_cache",
    ".prodlint_cache", "site-packages", "bower_components", ".eggs", ".terraform", ".next", ".nuxt", ".yarn", "__pypackages__",
})  # fmt: skip
CODE = (".py", ".pyi", ".js", ".jsx", ".ts", ".tsx", ".mjs", ".cjs", ".go", ".rb", ".php", ".java", ".kt", ".cs", ".sql", ".tf", ".yaml", ".yml")


@dataclass(slots=True)
class Sources:
    """What was read: sources in path order, problems, and whether git could say what it tracks."""

    files: list[Source] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    git: bool = False

    @property
    def by_path(self) -> dict[str, Source]:
        return {source.path: source for source in self.files}


def walk(root: Path, exclude: Iterable[str] = (), overlay: Mapping[str, bytes] | None = None) -> Sources:
    """Every text file below root, sorted by path.

    exclude: globs as in .gitignore; overlay: unsaved buffers by path, read instead of the disk. Raises nothing for single files: what cannot be
    read is a Problem (severity error for a folder or file that is there and unreadable, warning for one that is too large)."""
    out = Sources()
    tracked = _tracked(root)
    out.git = tracked is not None
    listed = _from_git(root, tracked) if tracked is not None else _from_disk(root, out.problems)
    spec = _spec(exclude)
    overlay = dict(overlay or {})
    paths = sorted({path for path in (*listed, *overlay) if not _skipped(path) and not (spec is not None and spec.match_file(path))})
    if len(paths) > MAX_FILES:
        out.problems.append(Problem("", 0, f"{len(paths) - MAX_FILES} of {len(paths)} files were not examined: more than {MAX_FILES}"))
        paths = paths[:MAX_FILES]
    base = os.fspath(root)
    for path in paths:
        data = overlay.get(path)
        if data is None:
            data = _read(base, path, out.problems)
        if data is not None:
            known = None if tracked is None else path in tracked
            out.files.append(Source(path, data, blake2b(data, digest_size=16).hexdigest(), known))
    return out


def _spec(globs: Iterable[str]):  # noqa: ANN202  # pathspec is imported where somebody excludes something
    lines = list(globs)
    if not lines:
        return None
    from pathspec import GitIgnoreSpec

    return GitIgnoreSpec.from_lines(lines)


def _skipped(path: str) -> bool:
    return any(part in SKIPPED for part in path.split("/")[:-1])


def _git(root: Path, *args: str) -> list[str] | None:
    """The NUL-separated answer of a git command, None where there is no git or no repository."""
    environment = {**os.environ, "GIT_OPTIONAL_LOCKS": "0", "LC_ALL": "C"}
    command = ["git", "-c", "core.fsmonitor=false", "-c", "core.quotepath=off", "-C", os.fspath(root), *args]
    try:
        done = subprocess.run(command, capture_output=True, timeout=60, env=environment, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    if done.returncode != 0:
        return None
    return [os.fsdecode(name) for name in done.stdout.split(b"\0") if name]


def _tracked(root: Path) -> frozenset[str] | None:
    found = _git(root, "ls-files", "-z", "--", ".")
    return None if found is None else frozenset(found)


def _from_git(root: Path, tracked: frozenset[str]) -> Iterator[str]:
    yield from tracked
    yield from _git(root, "ls-files", "-z", "-o", "--exclude-standard", "--", ".") or ()
    # .env files are ignored as they should be; that they exist, and where, is still a fact
    for name in (".env", ".env.local", ".env.production"):
        if name not in tracked and (root / name).is_file():
            yield name


def _from_disk(root: Path, problems: list[Problem]) -> Iterator[str]:
    """The walk outside git: ignore files are honoured, links are not followed."""
    ignored = _ignore_files(root)

    def failed(error: OSError) -> None:
        where = os.path.relpath(error.filename or root, root).replace(os.sep, "/")
        problems.append(Problem(where, 0, f"the folder could not be read: {error.strerror}"))

    for folder, folders, names in os.walk(root, onerror=failed, followlinks=False):
        relative = os.path.relpath(folder, root).replace(os.sep, "/")
        prefix = "" if relative == "." else f"{relative}/"
        folders[:] = sorted(
            name for name in folders if name not in SKIPPED and not (ignored is not None and ignored.match_file(f"{prefix}{name}/"))
        )
        for name in names:
            path = prefix + name
            if ignored is None or not ignored.match_file(path) or name.startswith(".env"):
                yield path


def _ignore_files(root: Path):  # noqa: ANN202
    try:
        lines = (root / ".gitignore").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return None
    return _spec(lines)


def _read(base: str, path: str, problems: list[Problem]) -> bytes | None:
    """The bytes of a text file; None (and a problem, where somebody should know) for anything else."""
    full = os.path.join(base, path)
    try:
        info = os.lstat(full)
        if stat.S_ISLNK(info.st_mode):
            return None  # what it points to is read under its own name, or lies outside
        if not stat.S_ISREG(info.st_mode):
            return None
        if info.st_size > MAX_BYTES:
            if path.endswith(CODE):
                problems.append(Problem(path, 0, f"not examined: {info.st_size / 1e6:.1f} MB is more than {MAX_BYTES / 1e6:.0f} MB", "warning"))
            return None
        with open(full, "rb") as file:
            data = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        problems.append(Problem(path, 0, "could not be read: the file is gone"))
        return None
    except OSError as error:
        problems.append(Problem(path, 0, f"could not be read: {error.strerror}"))
        return None
    if b"\0" in data[:8192] and not path.endswith((".py", ".pyi")):
        return None
    return data
