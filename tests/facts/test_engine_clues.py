"""What rules say that a file must hold for them to match: it may cost no match."""

from __future__ import annotations

from pathlib import Path

import pytest

from prodlint.facts import languages, semgrep
from prodlint.facts.engine_clues import Clues
from prodlint.model import Source
from tests.pages import source

ROOT = Path(__file__).resolve().parents[2]
RULE = """
rules:
  - id: clue-{name}
    languages: [javascript, typescript]
    severity: ERROR
    message: found
    metadata:
      prodlint: {{role: finding{clue}}}
    pattern: {pattern}
"""


def rules(folder: Path, *texts: str) -> list[Path]:
    out = []
    for number, text in enumerate(texts):
        out.append(folder / f"rule_{number}.yaml")
        out[-1].write_text(text)
    return out


def cases() -> list[Source]:
    """What stands below tests/semgrep: code on which every rule fires."""
    files = sorted(path for path in (ROOT / "tests" / "semgrep").rglob("*") if path.is_file() and languages.language(path.name))
    return [source(path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")) for path in files]


def test_no_case_of_a_rule_lacks_what_the_rule_needs(tmp_path: Path):
    with_clues = sorted((ROOT / "rules").rglob("*.yaml"))
    texts = {path: path.read_text(encoding="utf-8").replace("words:", "once_words:").replace("needs:", "once_needs:") for path in with_clues}
    for path, text in texts.items():
        (tmp_path / path.name).write_text(text, encoding="utf-8")
    looked, problems = semgrep.scan(cases(), with_clues)
    without, others = semgrep.scan(cases(), sorted(tmp_path.glob("*.yaml")))
    assert problems == others
    found = {path: {(match.line, match.column, match.metadata["id"]) for match in matches} for path, matches in looked.items()}
    assert found == {path: {(match.line, match.column, match.metadata["id"]) for match in matches} for path, matches in without.items()}
    assert sum(map(len, found.values())) > 150


def test_a_rule_is_tried_only_where_a_file_holds_what_it_needs(tmp_path: Path):
    given = rules(
        tmp_path,
        RULE.format(name="needs", clue=', needs: "sign\\\\(x"', pattern="sign($DATA, ...)"),
        RULE.format(name="open", clue="", pattern="sign($DATA, ...)"),
    )
    matches, problems = semgrep.scan([source("web/a.js", "sign(x, 1)\n"), source("web/b.ts", "sign(y, 1)\n")], given)
    assert not problems
    assert {path: [match.rule for match in found] for path, found in matches.items()} == {"web/a.js": ["rule-0", "rule-1"], "web/b.ts": ["rule-1"]}


@pytest.mark.parametrize(("text", "tried"), [("JWT.sign()", True), ("sign()", False), ("jwt", False)])
def test_words_and_what_is_needed_must_both_be_there(text: str, tried: bool):
    clues = Clues([{"id": "a", "languages": ["js"], "metadata": {"prodlint": {"words": ["jwt"], "needs": r"\.sign\("}}}])
    assert clues.worth(source("a.js", text)) is tried


def test_a_needed_pattern_that_is_none_is_told(tmp_path: Path):
    given = rules(tmp_path, RULE.format(name="broken", clue=', needs: "("', pattern="sign($DATA, ...)"))
    _, problems = semgrep.scan([source("web/a.js", "sign(x, 1)\n")], given)
    assert [problem.severity for problem in problems] == ["error"]
    assert "rule_0.yaml could not be read" in problems[0].message
