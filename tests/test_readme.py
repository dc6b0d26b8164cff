"""What the README and the pages of docs/ print is what today's tool prints, and every name that they use is one that it has."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from prodlint.cli import cli
from prodlint.config import TEMPLATE, load
from prodlint.rulebook import Rulebook

HOME = Path(__file__).parent.parent
README = (HOME / "README.md").read_text(encoding="utf-8")
PAGES = {path.name: path.read_text(encoding="utf-8") for path in (HOME / "README.md", *sorted((HOME / "docs").glob("*.md")))}
SHOWN = re.findall(r"^\$ (prodlint[^\n]*)\n((?:(?!\$ |```).*\n)+)", README, re.M)


def said(text: str) -> list[str]:
    """Lines without the time, and without how many rules there are today."""
    return re.sub(r"\d+ rules, \d+\.\d s|\d+\.\d s", "", text).splitlines()


@pytest.mark.parametrize("command, output", SHOWN, ids=[command for command, _ in SHOWN])
def test_the_output_that_is_shown_is_todays(command: str, output: str, tmp_path: Path) -> None:
    shutil.copytree(HOME / "docs/shop", tmp_path / "shop")
    words = [sys.executable, "-m", *command.split()]
    done = subprocess.run(words, cwd=tmp_path / "shop", capture_output=True, text=True, check=False)
    printed = said(done.stdout) + said(done.stderr)
    lines = [line for line in said(output) if line != "…"]
    assert lines and [line for line in lines if line not in printed] == []
    assert [printed.index(line) for line in lines] == sorted(printed.index(line) for line in lines)


@pytest.mark.parametrize("name", PAGES)
def test_every_option_and_verb_that_is_named_exists(name: str) -> None:
    text = PAGES[name]
    options = {option for command in cli.commands.values() for param in command.params for option in (*param.opts, *param.secondary_opts)}
    for verb in re.findall(r"`prodlint ([a-z]+)", text) + re.findall(r"^\$ prodlint ([a-z]+)", text, re.M):
        assert verb in cli.commands, verb
    for option in re.findall(r"(?<!-)--[a-z][a-z-]+", "\n".join(re.findall(r"`(?:prodlint )?[^`\n]*`", text))):
        assert option in options or option in ("--pack",), option


def test_every_setting_and_rule_that_is_named_exists(tmp_path: Path) -> None:
    for block in re.findall(r"```toml\n(.*?)```", README, re.S):
        (tmp_path / "pyproject.toml").write_text(block, encoding="utf-8")
        assert load(tmp_path).file
    book = Rulebook()
    for name in re.findall(r"PRD\d{3}|(?<=ignore\[)[\w-]+", README):
        assert book.named(name), name
    for key in re.findall(r"`([a-z-]+)`", README.partition("None is needed.")[2].partition("```")[0]):
        assert re.search(rf"^# (?:\[)?{key}\b", TEMPLATE, re.M), key


def test_every_link_leads_somewhere() -> None:
    for name, text in PAGES.items():
        for link in re.findall(r"\]\((?!https?://|#)([^)#]+)", text):
            assert ((HOME if name == "README.md" else HOME / "docs") / link).exists(), (name, link)
