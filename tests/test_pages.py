"""The pages of rules: each is whole, and its examples are true."""

from __future__ import annotations

import contextlib
import re

import msgspec
import pytest

from prodlint.config import Config
from prodlint.decide import decide
from prodlint.facts import extract, languages, semgrep
from prodlint.facts.history import leaks
from prodlint.model import Git
from prodlint.project import link
from prodlint.report import Rule
from prodlint.rulebook import Rulebook
from prodlint.run import ask, matched, matching
from prodlint.sources import expected
from tests.pages import FOLDER, Example, all_rules, examples

RULES = all_rules()
EXAMPLES = [example for rule in RULES for example in examples(rule)]


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_example(example: Example) -> None:
    """Every marked line is found, nothing else is."""
    names = {example.rule.name} | {name for name, _, _ in example.marks}
    wanted = [rule for rule in RULES if rule.name in names] if example.rule.item != "meta" else list(RULES)
    if any(languages.language(source.path) for source in example.sources) and semgrep.find() is None:
        pytest.skip("semgrep is not installed: pip install 'prodlint[semgrep]'")
    assert names <= {rule.name for rule in RULES}, "a mark names no rule"
    found, problems = judged(example, [rule for rule in wanted if rule.engine != "semgrep" or rule.name in names])
    assert not problems
    assert {entry for entry in found if entry[0] in names} == example.marks


def judged(example: Example, rules: list[Rule]) -> tuple[set[tuple[str, str, int]], list]:
    book = Rulebook(packs=False)
    config = Config() if example.rule.item == "meta" else Config(select=tuple(rule.name for rule in rules))
    facts, problems = extract(example.sources, jobs=1)
    with contextlib.closing(matching(example.sources, rules)) as begun:
        facts, told, unmatched = matched(facts, begun)
    project = link(
        facts,
        {source.path: source.tracked for source in example.sources},
        unmatched=unmatched,
        git=git_of(example),
        history=leaks(example.added) if example.added else None,
    )
    said, crashed = ask(book, [rule for rule in rules if rule.engine != "none"], project)
    everything = [*problems, *told, *crashed]
    report = decide(said, everything, {source.path: source for source in example.sources}, facts, config, book.rules)
    found = {(verdict.rule.name, verdict.finding.at.path, verdict.finding.at.line) for verdict in report.shown}
    return found, [msgspec.to_builtins(problem) for problem in everything]


def git_of(example: Example) -> Git:
    """A repository that tracks everything of the example."""
    texts = {source.path: source.data.decode() for source in example.sources}
    covered = ".env" in texts.get(".gitignore", "").split()
    return Git(present=True, bare=frozenset() if covered else frozenset(expected(texts)))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_page_is_whole(rule: Rule) -> None:
    """A page has a bad and a good example, the sections that a reader looks for, and a summary of one sentence."""
    mine = [example for example in EXAMPLES if example.rule.name == rule.name]
    assert any(name == rule.name for example in mine for name, _, _ in example.marks), "no example of what it finds"
    assert any(not example.marks for example in mine), "no example of what it leaves alone"
    assert rule.summary.endswith(".") and "\n" not in rule.summary
    assert rule.page.startswith("# ")
    assert re.search(r"^## .*\b(fix|do|mend)\b", rule.page, re.M | re.I), "no section on how to fix it"


def test_codes_are_unique() -> None:
    assert len({rule.code for rule in RULES}) == len(RULES)
    assert not Rulebook(packs=False).problems


def test_every_rule_has_its_page() -> None:
    """A .py without a page would never run; a .yaml without one holds facts for a rule of code."""
    orphans = [file for file in FOLDER.rglob("*.py") if not file.with_suffix(".md").exists()]
    assert not orphans
