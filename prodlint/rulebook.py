"""The rules, found by listing folders: a rule is a page (.md) and, beside it, a .py or .yaml of the same stem.

Knows: where rules lie, how a page's front matter is read, how a rule's code is loaded when it runs. Does not know: what a rule looks at.

A folder is an item of the checklist (`rules/access/`) or `meta` (prodlint's own words about suppressions, computed by `decide`: pages without
code). Packs are folders of the same shape, named by the entry point group `prodlint.packs`; code of the examined project is never loaded.
"""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable, Iterable, Iterator
from os.path import normpath
from pathlib import Path
from typing import Any

from prodlint.model import Problem
from prodlint.report import ITEMS, SEVERITIES, Rule

FOLDERS = (*ITEMS, "meta")


class RuleError(Exception):
    """A rule's page or code cannot be used; the text names the file and the reason."""


def own_rules() -> Path:
    """The folder of prodlint's rules: inside the package in a wheel, the repository's in an editable install."""
    inside = Path(__file__).parent / "rules"
    return inside if inside.is_dir() else Path(__file__).parent.parent / "rules"


class Rulebook:
    """All rules, in code order; `problems` names pages and packs that could not be read.

    folders: packs that lie on the disk, named by the user; packs: also those that are installed."""

    def __init__(self, folders: Iterable[Path] = (), packs: bool = True) -> None:
        self.problems: list[Problem] = []
        self.packs: set[str] = set()
        self.visitors: tuple[type, ...] = ()
        self.model_folders: list[Path] = []
        found: dict[str, Rule] = {}
        for folder in (own_rules(), *map(self._pack, folders), *(self._packs() if packs else ())):
            for rule in self._list(folder):
                first = found.setdefault(rule.name, rule)
                if first is not rule or any(other.code == rule.code for other in found.values() if other is not rule):
                    self.problems.append(Problem("", 0, f"the rule {rule.name} ({rule.code}) of {folder} has the name or the code of another"))
                    found[rule.name] = first
        self.rules = tuple(sorted(found.values(), key=lambda rule: (rule.code, rule.name)))
        self._loaded: dict[str, Callable[..., Any]] = {}

    def _packs(self) -> Iterator[Path]:
        """Folders of installed packs; one that raises on import is a problem, the others still count."""
        if not announced():
            return
        from importlib.metadata import entry_points

        for entry in sorted(entry_points(group="prodlint.packs"), key=lambda e: e.name):
            try:
                pack = entry.load()
                folder = Path(pack if isinstance(pack, (str, Path)) else pack.__path__[0])
                self.visitors = (*self.visitors, *getattr(pack, "VISITORS", ()))
            except (Exception, SystemExit) as error:  # a pack is somebody's code: whatever it raises is told, with its name
                self.problems.append(Problem("", 0, f"the pack {entry.name} could not be loaded: {type(error).__name__}: {error}"))
                continue
            self.packs.add(entry.name)
            yield self._pack(folder)

    def _pack(self, folder: Path) -> Path:
        """The folder of a pack's rules; its models are remembered."""
        if (folder / "models").is_dir():
            self.model_folders.append(folder / "models")
        return folder / "rules" if (folder / "rules").is_dir() else folder

    def require(self, names: Iterable[str]) -> None:
        """Raises RuleError where a pack that the configuration names is not installed. A folder named there is not loaded: a
        configuration is part of what is examined, and what is examined never runs."""
        for name in names:
            if "/" in name or name.startswith("."):
                raise RuleError(f"packs: {name} is a folder, whose code is only run where you name it yourself: --pack {name}")
            if name not in self.packs:
                raise RuleError(f"packs: {name} is not installed, or could not be loaded")

    def _list(self, folder: Path) -> Iterator[Rule]:
        for item in FOLDERS:
            for page in sorted((folder / item).glob("*.md")):
                try:
                    yield read_page(page, item)
                except (RuleError, OSError, UnicodeDecodeError) as error:
                    self.problems.append(Problem("", 0, f"the rule page {page.name} could not be read: {error}"))

    def named(self, name: str) -> Rule | None:
        """The rule of that name or code."""
        return next((rule for rule in self.rules if name in (rule.name, rule.code)), None)

    def check(self, rule: Rule) -> Callable[..., Any]:
        """The rule's check function, loaded now. Raises RuleError where its file has none or raises on import."""
        known = self._loaded.get(rule.name)
        if known is None:
            spec = importlib.util.spec_from_file_location(f"prodlint_rule_{rule.name.replace('-', '_')}", rule.source)
            if spec is None or spec.loader is None:
                raise RuleError(f"{rule.source} is no Python file")
            module = importlib.util.module_from_spec(spec)
            try:
                spec.loader.exec_module(module)
            except (Exception, SystemExit) as error:  # a rule is somebody's code: whatever it raises on import is told
                raise RuleError(f"{type(error).__name__} on import: {error}") from error
            known = getattr(module, "check", None)
            if not callable(known):
                raise RuleError("it has no function check(project)")
            self._loaded[rule.name] = known
        return known


def announced() -> bool:
    """May an installed distribution say that it is a pack? Only then importlib.metadata is asked, whose import takes a tenth of a warm run."""
    for place in map(Path, sys.path):
        if place.is_file():  # an archive
            return True
        for kind in ("*.dist-info", "*.egg-info", "EGG-INFO"):
            if any(b"prodlint.packs" in file.read_bytes() for file in place.glob(f"{kind}/entry_points.txt")):
                return True
    return False


def read_page(page: Path, item: str) -> Rule:
    """The rule that a page describes. Raises RuleError for front matter that is missing or wrong."""
    text = page.read_text(encoding="utf-8")
    front, body = front_matter(text)
    code, severity = front.get("code", ""), front.get("severity", "")
    number = FOLDERS.index(item) + 1
    if not (code.startswith(f"PRD{number}") and len(code) == 6 and code[3:].isdigit()):
        raise RuleError(f"its code must be PRD{number} and two digits")
    if severity not in SEVERITIES:
        raise RuleError(f"its severity must be one of {', '.join(SEVERITIES)}")
    if not front.get("summary"):
        raise RuleError("it has no summary")
    stem = page.with_suffix("")
    source, engine = page, "none"
    for suffix, kind in ((".yaml", "semgrep"), (".py", "python")):
        if stem.with_suffix(suffix).is_file():
            source, engine = stem.with_suffix(suffix), kind
    if engine == "none" and item != "meta":
        raise RuleError("there is no .py or .yaml beside it")
    name = page.stem.replace("_", "-")
    facts = tuple(normpath(page.parent / f"{each.strip()}.yaml") for each in front.get("facts", "").split(",") if each.strip())
    if missing := [each for each in facts if not Path(each).is_file()]:
        raise RuleError(f"its facts {missing[0]} are not there")
    asked, syntax = front.get("default", "true") != "false", front.get("syntax", "true") != "false"
    return Rule(name, code, item, severity, front["summary"], body, str(source), engine, asked, facts, syntax)


def front_matter(text: str) -> tuple[dict[str, str], str]:
    """The `key: value` lines between the two `---` of a page, and the rest. RuleError where there are none."""
    if not text.startswith("---\n") or "\n---\n" not in text[3:]:
        raise RuleError("it does not begin with front matter")
    head, _, body = text[4:].partition("\n---\n")
    front = {}
    for line in head.splitlines():
        key, colon, value = line.partition(":")
        if colon:
            front[key.strip()] = value.strip().strip("\"'")
    return front, body.lstrip("\n")
