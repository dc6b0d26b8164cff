"""One expectation of another tool against what prodlint's rules say of the same text.

An expectation of a resource is compared with findings about it, one of a whole file with findings anywhere in it; where the text stands within a test
of that tool (Python) or a page of its rule (YAML), it is taken out and read as a file of its own.
"""

from __future__ import annotations

import ast
import re
import subprocess
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path, PurePosixPath

import yaml

from prodlint.facts import extract
from prodlint.project import link
from prodlint.report import Finding
from prodlint.rulebook import Rulebook
from tests.pages import source

# the rules that ask what the other tool's rule asks, where its file has no resource to compare by
SAME = {
    "pod-probes": "workload-without-readiness-probe", "no-readiness-probe": "workload-without-readiness-probe",
    "deployment-strategy": "replaces-all-at-once", "no-rolling-update-strategy": "replaces-all-at-once",
}  # fmt: skip
BOOK = Rulebook(packs=False)


@dataclass(frozen=True)
class Expectation:
    """One line of the list."""

    item: str
    repo: str
    commit: str
    path: str
    line: int | None
    resource: str
    expected: str
    anchor_rule_ids: tuple[str, ...]
    what: str
    kind: str
    verified: object = None
    split: str = ""

    def key(self) -> tuple[str, str, str]:
        return self.anchor_rule_ids[0], self.path.rpartition("/")[2] if self.kind == "file" else self.path, self.resource


def compared(row: Expectation, mirrors: Path) -> tuple[bool, str]:
    """(do we agree, what we say)"""
    git = mirrors / row.repo.replace("/", "+") / "repo"
    if row.kind == "file":
        folder = str(PurePosixPath(row.path).parent)
        files = _folder(str(git), row.commit, folder) if row.path.endswith(".tf") else ((_placed(row.path), _text(str(git), row.commit, row.path)),)
        found = [f for f in _said(files, row.item) if PurePosixPath(f.path).name == PurePosixPath(row.path).name]
        wanted = next((rule for word, rule in SAME.items() if word in row.anchor_rule_ids[0]), None)
        if "(whole file)" in row.resource or wanted:
            found = [f for f in found if wanted in (None, f.rule_name)]
        if "(whole file)" not in row.resource:
            name = re.sub(r"[#(].*", "", row.resource)
            found = [f for f in found if f.resource == name or f.line == row.line]
    else:
        text, ending, names = _inner(_text(str(git), row.commit, row.path), row)
        found = [f for f in _said(((f"main.{ending}", text),), row.item) if f.resource in names]
    return bool(found) == (row.expected == "fail"), "found" if found else "quiet"


@dataclass(frozen=True)
class _Found:
    path: str
    rule_name: str
    resource: str
    line: int


@lru_cache(maxsize=64)
def _said(files: tuple[tuple[str, str], ...], item: str) -> tuple[_Found, ...]:
    facts, _ = extract([source(path, text) for path, text in files], jobs=1)
    project = link(facts)
    out = []
    for rule in BOOK.rules:
        if rule.item == item and rule.engine != "semgrep":
            for each in BOOK.check(rule)(project):
                if isinstance(each, Finding) and each.confidence != "low":
                    out.append(_Found(each.at.path, rule.name, str((each.subject or {}).get("resource", "")), each.at.line))
    return tuple(out)


def _git(git: str, *arguments: str) -> str:
    return subprocess.run(["git", f"--git-dir={git}", *arguments], capture_output=True, text=True, check=True, errors="replace").stdout


@lru_cache(maxsize=64)
def _folder(git: str, commit: str, folder: str) -> tuple[tuple[str, str], ...]:
    names = _git(git, "ls-tree", "-r", "--name-only", commit, f"{folder}/").splitlines()
    return tuple((name[len(folder) + 1 :], _text(git, commit, name)) for name in names)


def _text(git: str, commit: str, path: str) -> str:
    return _git(git, "show", f"{commit}:{path}")


def _placed(path: str) -> str:
    """Where its tool would read a file: a workflow stands in the folder of workflows."""
    name = PurePosixPath(path).name
    return f".github/workflows/{name}" if "zizmor" in path else name


def _inner(text: str, row: Expectation) -> tuple[str, str, tuple[str, ...]]:
    """(text, ending of its file, resources) of an expectation that stands within another file."""
    part, _, name = row.resource.partition(":")
    names = tuple(re.sub(r"^AWS::\w+::\w+\.", "", each) for each in name.split(";"))
    if row.kind == "inline_python_test":
        function = next(n for n in ast.walk(ast.parse(text)) if isinstance(n, ast.FunctionDef) and n.name == part)
        strings = [n.value for n in ast.walk(function) if isinstance(n, ast.Constant) and isinstance(n.value, str)]
        return max(strings, key=len), "tf", names
    kind, place = part.split(".")
    sort, _, number = place.partition("[")
    return yaml.safe_load(text)[kind][sort][int(number.rstrip("]"))], {"terraform": "tf", "cloudformation": "yaml"}[kind], names
