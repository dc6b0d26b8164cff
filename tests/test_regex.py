"""Patterns are compiled when they are used, and each of them can be."""

from __future__ import annotations

import importlib
import pickle
import pkgutil
import re
import subprocess
import sys
from pathlib import Path

import pytest

import prodlint
from prodlint import regex

ROOMS = sorted(each.name for each in pkgutil.walk_packages(prodlint.__path__, "prodlint.") if not each.name.endswith("__main__"))


def test_a_pattern_is_what_re_makes_of_it() -> None:
    ours, theirs = regex.compile(r"(?P<word>\w+)-(\d+)", regex.I), re.compile(r"(?P<word>\w+)-(\d+)", re.I)
    assert ours.pattern == theirs.pattern
    assert ours.groupindex == theirs.groupindex
    assert ours.flags == theirs.flags
    assert [found.groups() for found in ours.finditer("a-1 B-22")] == [("a", "1"), ("B", "22")]
    assert ours.sub(r"\g<word>", "a-1 B-22") == "a B"
    assert ours.search("-") is None
    assert regex.compile(rb"\d").match(b"7")


def test_a_pattern_is_compiled_once_and_not_before_it_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    made = []
    monkeypatch.setattr(regex.re, "compile", lambda pattern, flags, real=re.compile: made.append(pattern) or real(pattern, flags))
    ours = regex.compile("x+y")
    assert made == []
    assert ours.search("xxy")
    assert ours.match("y") is None
    assert made == ["x+y"]


def test_a_pattern_goes_to_another_process() -> None:
    ours = regex.compile("a|b", regex.I)
    ours.search("a")
    assert pickle.loads(pickle.dumps(ours)).fullmatch("B")


@pytest.mark.parametrize("name", ROOMS)
def test_every_pattern_of_a_room_compiles(name: str) -> None:
    """A wrong one would only be told by the first run that needs it."""

    def patterns(value: object, depth: int) -> None:
        if isinstance(value, regex.Waiting):
            assert value.groups >= 0
        elif isinstance(value, (tuple, list, dict)) and depth:
            for each in (*value, *(value.values() if isinstance(value, dict) else ())):
                patterns(each, depth - 1)

    for value in vars(importlib.import_module(name)).values():
        patterns(value, 3)


def test_where_nothing_has_changed_no_room_that_knows_something_is_loaded(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text("import requests\n\nrequests.get('https://example.com', timeout=3)\n")
    command = [sys.executable, "-X", "importtime", "-m", "prodlint", "check", "."]
    subprocess.run(command, cwd=tmp_path, capture_output=True, check=False)
    warm = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    seen = {line.rpartition("|")[2].strip() for line in warm.stderr.splitlines() if line.startswith("import time:")}
    assert "prodlint.recall" in seen
    assert not {name for name in seen if name.startswith(("prodlint.project", "prodlint.flow", "prodlint.operations", "prodlint.patterns"))}
