"""Rules that say what words they cannot match without: files that hold none of them are looked at without an engine."""

from __future__ import annotations

from pathlib import Path

from prodlint.facts import semgrep
from tests.pages import source

RULE = """
rules:
  - id: words-{name}
    languages: [{language}]
    severity: ERROR
    message: found
    metadata:
      prodlint: {{role: finding{words}}}
    pattern: jwt.sign($DATA, "...")
"""
NO_ENGINE = Path("/no/such/engine")


def rules(folder: Path, *texts: str) -> list[Path]:
    out = []
    for number, text in enumerate(texts):
        out.append(folder / f"rule_{number}.yaml")
        out[-1].write_text(text)
    return out


def test_no_engine_is_started_for_files_that_cannot_match(tmp_path: Path):
    (rule,) = rules(tmp_path, RULE.format(name="js", language="javascript", words=", words: [jwt]"))
    plain = [source("web/a.js", "export const a = 1\n"), source("web/b.ts", "export const b = 2\n")]
    assert semgrep.scan(plain, [rule], engine=NO_ENGINE) == ({"web/a.js": (), "web/b.ts": ()}, ())


def test_a_file_with_the_word_in_any_case_needs_the_engine(tmp_path: Path):
    (rule,) = rules(tmp_path, RULE.format(name="js", language="javascript", words=", words: [jwt]"))
    matches, problems = semgrep.scan([source("web/a.js", "const JWT = require('x')\n")], [rule], engine=NO_ENGINE)
    assert "web/a.js" not in matches
    assert problems


def test_one_rule_without_words_makes_every_file_of_its_language_worth_a_look(tmp_path: Path):
    given = rules(
        tmp_path,
        RULE.format(name="js", language="javascript", words=", words: [jwt]"),
        RULE.format(name="any", language="typescript", words=""),
    )
    matches, problems = semgrep.scan([source("web/a.js", "let a\n"), source("web/b.ts", "let b\n")], given, engine=NO_ENGINE)
    assert matches == {"web/a.js": ()}
    assert problems
