"""Which files are examined: git's list, ignore files, names asked for, links, sizes."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from prodlint import sources
from prodlint.sources import walk


def write(root: Path, files: dict[str, str | bytes]) -> None:
    for name, content in files.items():
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content if isinstance(content, bytes) else content.encode())


def git(root: Path, *args: str) -> None:
    subprocess.run(["git", "-C", str(root), "-c", "user.name=t", "-c", "user.email=t@example.com", *args], check=True, capture_output=True)


def paths(root: Path, **options) -> list[str]:
    return [source.path for source in walk(root, **options).files]


def test_outside_git_every_ignore_file_counts(tmp_path: Path) -> None:
    write(tmp_path, {
        ".gitignore": "*.log\n/out/\n# a comment\n", "a.py": "", "a.log": "x", "out/b.py": "", "sub/out/c.py": "", "sub/.gitignore": "secret.txt\n",
        "sub/secret.txt": "x", "secret.txt": "x", "node_modules/x/i.js": "", "env/pyvenv.cfg": "", "env/lib/z.py": "", ".env": "A=1\n",
    })  # fmt: skip
    assert paths(tmp_path) == [".env", ".gitignore", "a.py", "secret.txt", "sub/.gitignore", "sub/out/c.py"]
    assert {source.tracked for source in walk(tmp_path).files} == {None}


def test_git_says_what_it_tracks(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    write(tmp_path, {".gitignore": "*.log\n.env\n", "a.py": "", "b.py": "", "gone.py": "", "x.log": "x", ".env": "A=1\n", "deep/.env": "B=1\n"})
    git(tmp_path, "add", "a.py", "gone.py", ".gitignore")
    git(tmp_path, "add", "-f", "deep/.env")
    (tmp_path / "gone.py").unlink()
    found = walk(tmp_path)
    # a deleted file is no problem, an ignored .env at the root is still seen, a tracked one is seen as tracked
    assert {source.path: source.tracked for source in found.files} == {
        ".env": False, ".gitignore": True, "a.py": True, "b.py": False, "deep/.env": True,
    }  # fmt: skip
    assert found.problems == []


def test_a_folder_that_git_ignores_whole_is_not_taken_for_empty(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    write(tmp_path, {".gitignore": "build-area/\n", "build-area/app/main.py": "x = 1\n"})
    assert paths(tmp_path / "build-area") == ["app/main.py"]
    assert paths(tmp_path, paths=["build-area/app"]) == [".gitignore", "build-area/app/main.py"]
    assert paths(tmp_path, paths=["build-area/app/main.py"]) == [".gitignore", "build-area/app/main.py"]
    assert paths(tmp_path) == [".gitignore"]


def test_a_repository_within_a_repository_is_read(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    write(tmp_path, {"a.py": "", "inner/b.py": ""})
    git(tmp_path / "inner", "init", "-q")
    git(tmp_path / "inner", "add", "b.py")
    git(tmp_path / "inner", "commit", "-qm", "x")
    assert paths(tmp_path) == ["a.py", "inner/b.py"]


def test_exclude_wins_over_what_is_asked_for(tmp_path: Path) -> None:
    write(tmp_path, {"a.py": "", "legacy/b.py": ""})
    assert paths(tmp_path, exclude=["legacy/"], paths=["legacy/b.py"]) == ["a.py"]


def test_an_unsaved_buffer_replaces_the_disk(tmp_path: Path) -> None:
    write(tmp_path, {"a.py": "old\n"})
    found = walk(tmp_path, overlay={"a.py": b"new\n", "b.py": b"only here\n"}).by_path
    assert (found["a.py"].data, found["b.py"].data) == (b"new\n", b"only here\n")


def test_links_are_not_followed(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    root = tmp_path / "root"
    write(tmp_path, {"outside/secret.py": "KEY = 1\n", "root/a.py": ""})
    (root / "within.py").symlink_to("a.py")
    (root / "out.py").symlink_to(outside / "secret.py")
    (root / "folder").symlink_to(outside)
    (root / "up").symlink_to(root)
    (root / "one").symlink_to("two")
    (root / "two").symlink_to("one")
    found = walk(root)
    assert [source.path for source in found.files] == ["a.py"]
    assert {(problem.path, problem.severity, problem.message.rpartition(" a link ")[2]) for problem in found.problems} == {
        ("out.py", "warning", "that leads out of the project"),
        ("folder", "warning", "that leads out of the project"),
        ("one", "warning", "that leads in a circle"),
        ("two", "warning", "that leads in a circle"),
    }


def test_a_pipe_does_not_stop_the_run(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.py")
    write(tmp_path, {"a.py": ""})
    assert paths(tmp_path) == ["a.py"]


def test_binary_files_are_passed_over_but_python_is_not(tmp_path: Path) -> None:
    write(tmp_path, {"a.bin": b"x\0y", "b.py": b"x = 1\0\n", "c.png": "text", "late.txt": b"x" * 9000 + b"\0"})
    assert paths(tmp_path) == ["b.py", "late.txt"]


def test_text_in_utf16_is_read_as_text(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "README.md": "# Größe".encode("utf-16"),
            "a.sql": "create table größe (id int);".encode("utf-16"),
            "b.env": b"\xfe\xff" + "KEY=ß".encode("utf-16-be"),
            "c.dat": b"\xff\xfe\x00\x00\x01\x00",
            "d.dat": b"\xff\xfe\x00\xd8",
        },
    )
    assert [(source.path, source.data.decode()) for source in walk(tmp_path).files] == [
        ("README.md", "# Größe"),
        ("a.sql", "create table größe (id int);"),
        ("b.env", "KEY=ß"),
    ]


@pytest.mark.parametrize(("name", "severity"), [("big.py", "error"), ("big.js", "warning"), ("big.csv", None)])
def test_large_files_are_named_where_they_are_code(tmp_path: Path, name: str, severity: str | None) -> None:
    write(tmp_path, {name: "x = 1\n" * (sources.MAX_BYTES // 6 + 1), "a.py": ""})
    found = walk(tmp_path)
    assert [source.path for source in found.files] == ["a.py"]
    assert [(problem.path, problem.severity) for problem in found.problems] == ([(name, severity)] if severity else [])


def test_a_name_that_is_not_utf8(tmp_path: Path) -> None:
    write(tmp_path, {"a.py": ""})
    with open(os.fsencode(tmp_path) + b"/\xff.py", "wb"):
        pass
    found = walk(tmp_path)
    assert [source.path for source in found.files] == ["a.py"]
    assert [problem.message for problem in found.problems] == ["not examined: its name is not UTF-8"]


def test_a_hostile_repository_starts_no_program(tmp_path: Path) -> None:
    """core.fsmonitor of a repository's own configuration names a program that git would start."""
    git(tmp_path, "init", "-q")
    write(tmp_path, {"a.py": ""})
    (tmp_path / "evil.sh").write_text(f"#!/bin/sh\ntouch {tmp_path}/ran\n")
    (tmp_path / "evil.sh").chmod(0o755)
    git(tmp_path, "config", "core.fsmonitor", str(tmp_path / "evil.sh"))
    assert paths(tmp_path) == ["a.py", "evil.sh"]
    assert not (tmp_path / "ran").exists()


def test_git_is_asked_which_env_files_it_would_leave_alone(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    write(tmp_path, {".gitignore": "/.env\n", ".env.example": "A=\n", "web/.env.example": "B=\n"})
    assert walk(tmp_path).bare == {"web/.env"}
    write(tmp_path, {".gitignore": ".env*\n!.env.example\n"})
    assert walk(tmp_path).bare == set()
    write(tmp_path, {".gitignore": "*.log\n"})
    assert walk(tmp_path).bare == {".env", "web/.env"}
