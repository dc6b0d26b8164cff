"""Facts by content hash, kept from run to run; nothing else is cached.

Knows: one SQLite file under `.prodlint_cache/`, written in one transaction, readable by two runs at once. Does not know: what a fact says.

Whatever goes wrong with the file (damaged, locked, read-only disk) costs time, never an answer: the cache is then dropped or ignored.
"""

from __future__ import annotations

import contextlib
import sqlite3
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

FOLDER = ".prodlint_cache"
MAX_ENTRIES = 60_000  # entries beyond the most recently used go


class Cache:
    """`get` and `put` of encoded facts; never raises."""

    def __init__(self, root: Path) -> None:
        self.folder = root / FOLDER
        self.file = self.folder / "facts.db"
        self.note = ""  # why the cache is not used, "" if it is
        self._usable = self._prepare()

    def _prepare(self) -> bool:
        try:
            if self.folder.is_symlink():
                self.note = "the cache folder is a link"
                return False
            self.folder.mkdir(exist_ok=True)
            ignore = self.folder / ".gitignore"
            if not ignore.exists():
                ignore.write_text("*\n", encoding="utf-8")
            return True
        except OSError as error:
            self.note = f"the cache cannot be written: {error.strerror}"
            return False

    @contextlib.contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        connection = sqlite3.connect(self.file, timeout=2)
        try:
            connection.execute("pragma journal_mode=wal")
            connection.execute("pragma synchronous=off")
            connection.execute("create table if not exists facts (key text primary key, data blob not null, used real not null) without rowid")
            yield connection
        finally:
            connection.close()

    def get(self, keys: Mapping[str, str]) -> dict[str, bytes]:
        """keys: path -> key. Gives path -> encoded facts for those that are known."""
        if not self._usable or not keys:
            return {}
        paths = {key: path for path, key in keys.items()}
        out: dict[str, bytes] = {}
        try:
            with self._open() as connection:
                wanted = list(paths)
                for start in range(0, len(wanted), 500):
                    part = wanted[start : start + 500]
                    marks = ",".join("?" * len(part))
                    for key, data in connection.execute(f"select key, data from facts where key in ({marks})", part):  # noqa: S608
                        out[paths[key]] = data
        except sqlite3.Error:
            self._drop()
            return {}
        return out

    def put(self, entries: Mapping[str, bytes]) -> None:
        """Keeps encoded facts by key, in one transaction."""
        if not self._usable or not entries:
            return
        now = time.time()
        try:
            with self._open() as connection, connection:
                connection.executemany("insert or replace into facts values (?, ?, ?)", [(key, data, now) for key, data in entries.items()])
                (count,) = connection.execute("select count(*) from facts").fetchone()
                if count > MAX_ENTRIES:
                    connection.execute(
                        "delete from facts where key in (select key from facts order by used limit ?)", (count - MAX_ENTRIES,)
                    )
        except sqlite3.Error:
            self._drop()

    def _drop(self) -> None:
        """A cache that cannot be read is thrown away; the next run starts a new one."""
        for suffix in ("", "-wal", "-shm"):
            with contextlib.suppress(OSError):
                Path(f"{self.file}{suffix}").unlink()
