"""The fact cache: what is known is not read again, and nothing that happens to the file changes an answer."""

from __future__ import annotations

import multiprocessing
import sqlite3
from pathlib import Path

import pytest

from prodlint.facts import cache as room
from prodlint.facts import extract
from prodlint.facts.cache import Cache
from tests.pages import source

SOURCES = [source(f"app/m{n}.py", f"x = {n}\n") for n in range(20)]


def test_what_was_put_is_got(tmp_path: Path) -> None:
    Cache(tmp_path).put({"k1": b"one", "k2": b"two"})
    assert Cache(tmp_path).get({"a.py": "k1", "b.py": "k3"}) == {"a.py": b"one"}
    assert (tmp_path / ".prodlint_cache/.gitignore").read_text() == "*\n"


def test_a_second_run_extracts_only_what_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first, _ = extract(SOURCES, Cache(tmp_path))
    read: list[str] = []
    original = extract.__globals__["facts_of"]
    monkeypatch.setitem(extract.__globals__, "facts_of", lambda each, visitors: read.append(each.path) or original(each, visitors))
    again, _ = extract([*SOURCES[1:], source("app/m0.py", "x = 99\n")], Cache(tmp_path))
    assert read == ["app/m0.py"]
    assert repr(again["app/m5.py"]) == repr(first["app/m5.py"])


def test_facts_of_another_version_are_not_facts_of_this_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Cache(tmp_path).put({"k1": b"one"})
    monkeypatch.setattr(room, "version", lambda: "another")
    assert Cache(tmp_path).get({"a.py": "k1"}) == {}


@pytest.mark.parametrize("damage", [b"", b"no database at all" * 100, b"SQLite format 3\0" + b"\xff" * 5000])
def test_a_damaged_file_costs_time_and_no_answer(tmp_path: Path, damage: bytes) -> None:
    expected, _ = extract(SOURCES)
    extract(SOURCES, Cache(tmp_path))
    (tmp_path / ".prodlint_cache/facts.db").write_bytes(damage)
    for _ in range(3):
        found, problems = extract(SOURCES, Cache(tmp_path))
        assert (repr(found), problems) == (repr(expected), [])
    assert len(Cache(tmp_path).get({"a": _key("app/m1.py")})) == 1, "the cache works again"


def test_damaged_entries_are_read_anew(tmp_path: Path) -> None:
    expected, _ = extract(SOURCES, Cache(tmp_path))
    with sqlite3.connect(tmp_path / ".prodlint_cache/facts.db") as connection:
        connection.execute("update facts set data = x'c1ff00' where key like '%m3.py'")
        connection.execute("update facts set data = 'text' where key like '%m4.py'")
        connection.execute("update facts set data = substr(data, 1, 20) where key like '%m5.py'")
    for _ in range(2):
        found, problems = extract(SOURCES, Cache(tmp_path))
        assert (repr(found), problems) == (repr(expected), [])


def test_a_cache_that_cannot_be_written_is_done_without(tmp_path: Path) -> None:
    (tmp_path / ".prodlint_cache").write_text("a file where the folder should be")
    cache = Cache(tmp_path)
    assert cache.note
    assert len(extract(SOURCES, cache)[0]) == 20
    (tmp_path / ".prodlint_cache").unlink()
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / ".prodlint_cache").symlink_to(tmp_path / "elsewhere")
    extract(SOURCES, Cache(tmp_path))
    assert list((tmp_path / "elsewhere").iterdir()) == [], "a link is not written through"


def test_the_least_recently_used_make_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "MAX_BYTES", 200_000)
    for number in range(10):
        Cache(tmp_path).put({f"k{number}": bytes(50_000)})
    kept = Cache(tmp_path).get({str(number): f"k{number}" for number in range(10)})
    assert "9" in kept
    assert "0" not in kept


def test_two_runs_at_once(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    with context.Pool(4) as pool:
        outcomes = pool.map(_whole, [str(tmp_path)] * 12)
    assert set(outcomes) == {repr(extract(SOURCES)[0])}
    assert len(Cache(tmp_path).get({"a": _key("app/m1.py")})) == 1


def _whole(root: str) -> str:
    return repr(extract(SOURCES, Cache(Path(root)))[0])


def _key(path: str) -> str:
    return next(f"{each.digest}:{each.path}" for each in SOURCES if each.path == path)
