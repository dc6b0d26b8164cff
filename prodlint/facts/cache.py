"""Facts by content hash, kept from run to run, and the answers of whole runs by the hash of all they depend on.

Knows: one SQLite file under `.prodlint_cache/`, written in one transaction, readable by two runs at once; which version of the extractors made
a fact. Does not know: what a fact says.

Whatever goes wrong with the file (damaged, locked, read-only disk) costs time, never an answer: the cache is then dropped or ignored.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import time
from collections.abc import Iterator, Mapping
from functools import cache as once
from hashlib import blake2b
from pathlib import Path

FOLDER = ".prodlint_cache"
VARIABLE = "PRODLINT_CACHE_DIR"
MAX_BYTES = 400_000_000  # of facts; the least recently used go
FRESH = 86_400.0  # seconds within which a use need not be written down again
SCHEMA = "create table if not exists {} (key text primary key, data blob not null, used real not null)"
MAX_ANSWERS = 40  # of whole runs: a project is checked with a few sets of rules, and a shared folder holds several projects


@once
def version() -> str:
    """A hash of the code and the data of the extractors: facts that another prodlint made are not facts of this one."""
    here = Path(__file__).parent
    files = [
        *here.rglob("*.py"),
        *here.rglob("*.yaml"),
        *here.rglob("*.json"),
        *here.rglob("*.txt"),
        *(here.parent / f"{name}.py" for name in ("ir", "positions", "model")),
    ]
    seen = blake2b(digest_size=8)
    for file in sorted(files):
        seen.update(file.name.encode() + b"\0" + file.read_bytes())
    return seen.hexdigest()


class Cache:
    """`get` and `put` of encoded facts; never raises."""

    def __init__(self, root: Path) -> None:
        """root: of the project; the variable PRODLINT_CACHE_DIR names one folder for all projects instead (many checkouts of one repository)."""
        self.folder = Path(os.environ.get(VARIABLE) or root / FOLDER)
        self.file = self.folder / "facts.db"
        self.note = ""  # why the cache is not used, "" if it is
        self._prepare()

    def _prepare(self) -> None:
        """Our own folder with our own .gitignore. A link is not followed: it could make us write anywhere."""
        try:
            if self.folder.is_symlink() or self.file.is_symlink():
                self.note = "the cache is a link"
                return
            self.folder.mkdir(parents=True, exist_ok=True)
            ignore = self.folder / ".gitignore"
            if not ignore.exists() and not ignore.is_symlink():
                ignore.write_text("*\n", encoding="utf-8")
        except OSError as error:
            self.note = f"the cache cannot be written: {error.strerror}"

    @contextlib.contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        connection = sqlite3.connect(self.file, timeout=2)
        try:
            connection.execute("pragma journal_mode=wal")
            connection.execute("pragma synchronous=off")
            for table in ("facts", "answers"):
                connection.execute(SCHEMA.format(table))
            yield connection
        finally:
            connection.close()

    def get(self, keys: Mapping[str, str]) -> dict[str, bytes]:
        """keys: path -> key. Gives path -> encoded facts for those that are known."""
        if self.note or not keys:
            return {}
        made = version()
        paths = {f"{made}:{key}": path for path, key in keys.items()}
        out: dict[str, bytes] = {}
        stale: list[str] = []
        now = time.time()
        try:
            with self._open() as connection:
                wanted = list(paths)
                for start in range(0, len(wanted), 500):
                    part = wanted[start : start + 500]
                    marks = ",".join("?" * len(part))
                    for key, data, used in connection.execute(f"select key, data, used from facts where key in ({marks})", part):
                        if isinstance(data, bytes):
                            out[paths[key]] = data
                            stale += [key] if now - used > FRESH else []
                if stale:
                    with connection:
                        connection.executemany("update facts set used = ? where key = ?", [(now, key) for key in stale])
        except (sqlite3.Error, TypeError, OSError) as error:  # TypeError: a damaged row that holds no number where one was written
            self._drop(error)
            return {}
        return out

    def put(self, entries: Mapping[str, bytes]) -> None:
        """Keeps encoded facts by key, in one transaction; makes room first where there is too little."""
        if self.note or not entries:
            return
        now, made = time.time(), version()
        try:
            with self._open() as connection, connection:
                connection.executemany(
                    "insert or replace into facts values (?, ?, ?)", [(f"{made}:{key}", data, now) for key, data in entries.items()]
                )
                self._prune(connection)
        except (sqlite3.Error, TypeError, OSError) as error:
            self._drop(error)

    def answer(self, key: str) -> bytes | None:
        """What a whole run answered, by the hash of all that it depends on (`prodlint/recall.py`)."""
        if self.note:
            return None
        try:
            with self._open() as connection:
                found = connection.execute("select data from answers where key = ?", (key,)).fetchone()
                return found[0] if found is not None and isinstance(found[0], bytes) else None
        except (sqlite3.Error, OSError) as error:
            self._drop(error)
            return None

    def keep_answer(self, key: str, data: bytes) -> None:
        if self.note:
            return
        try:
            with self._open() as connection, connection:
                connection.execute("insert or replace into answers values (?, ?, ?)", (key, data, time.time()))
                connection.execute("delete from answers where key not in (select key from answers order by used desc, key limit ?)", (MAX_ANSWERS,))
        except (sqlite3.Error, OSError) as error:
            self._drop(error)

    def _prune(self, connection: sqlite3.Connection) -> None:
        pages, free, size = (connection.execute(f"pragma {name}").fetchone()[0] for name in ("page_count", "freelist_count", "page_size"))
        over = (pages - free) * size - MAX_BYTES
        if over <= 0:
            return
        over += MAX_BYTES // 4
        for key, length in connection.execute("select key, length(data) from facts order by used, key").fetchall():
            connection.execute("delete from facts where key = ?", (key,))
            over -= length
            if over <= 0:
                return

    def _drop(self, error: Exception) -> None:
        """A cache that cannot be read is thrown away and the next run starts a new one; one that another run holds is left alone."""
        self.note = f"the cache was not used: {error}"
        if isinstance(error, sqlite3.OperationalError) and "locked" in str(error):
            return
        for suffix in ("", "-wal", "-shm"):
            with contextlib.suppress(OSError):
                Path(f"{self.file}{suffix}").unlink()
