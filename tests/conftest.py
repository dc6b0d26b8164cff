"""A project with a pack of its own: rules small enough to test the front end without depending on what any real rule finds."""

from __future__ import annotations

from pathlib import Path

import pytest

PAGE = "---\ncode: {code}\nseverity: {severity}\nsummary: {summary}\n---\n# {name}\n\nThe page of {name}.\n"
LOUD = """
from prodlint import Finding, Proof, Span


def check(project):
    for path, facts in project.files.items():
        if facts.language == "python" and facts.module is not None and facts.module.body:
            if "bad" in path:
                yield Finding(Span(path, 1, 1, 1, 2), f"{path} is bad", symbol=path)
            else:
                yield Proof(Span(path, 1), "good")
"""
CRASH = "def check(project):\n    yield from ()\n    raise ValueError('boom')\n"


def rule(folder: Path, name: str, code: str, source: str, item: str = "errors", severity: str = "error") -> None:
    """Writes a rule and its page into a pack."""
    place = folder / item
    place.mkdir(parents=True, exist_ok=True)
    (place / f"{name}.py").write_text(source)
    (place / f"{name}.md").write_text(PAGE.format(code=code, severity=severity, summary=f"What {name} says.", name=name))


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    """A folder with one rule, `loud-name` (PRD598): every non-empty Python file with "bad" in its path is a finding."""
    folder = tmp_path / "pack"
    rule(folder, "loud_name", "PRD598", LOUD)
    return folder


@pytest.fixture
def app(tmp_path: Path) -> Path:
    """Three files, one of them bad, outside git."""
    root = tmp_path / "app"
    (root / "shop").mkdir(parents=True)
    (root / "shop/good.py").write_text("x = 1\n")
    (root / "shop/bad.py").write_text("y = 2\n")
    (root / "README.md").write_text("# Shop\n")
    return root
