"""What rules say that a file must hold for them to match: it may cost no match."""

from __future__ import annotations

from pathlib import Path

import pytest

from prodlint.facts import languages, semgrep
from prodlint.facts.engine_clues import Clues, textual
from prodlint.model import Source
from tests.pages import source

ROOT = Path(__file__).resolve().parents[2]
RULE = """
rules:
  - id: clue-{name}
    languages: [{spoken}]
    severity: ERROR
    message: found
    metadata:
      prodlint: {{role: finding{clue}}}
    pattern: sign($DATA, ...)
"""


NO_ENGINE = Path("/no/such/engine")


def rules(folder: Path, *clues: str, spoken: str = "javascript, typescript") -> list[Path]:
    """Files of one rule each, which says this of what it needs."""
    out = []
    for number, clue in enumerate(clues):
        out.append(folder / f"{spoken[:4]}_{number}.yaml")
        out[-1].write_text(RULE.format(name=out[-1].stem.replace("_", "-"), clue=clue, spoken=spoken))
    return out


def cases() -> list[Source]:
    """What stands below tests/semgrep: code on which every rule fires."""
    files = sorted(path for path in (ROOT / "tests" / "semgrep").rglob("*") if path.is_file() and languages.language(path.name))
    return [source(path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")) for path in files]


ODD = {
    "generic.ts": "const a = xs.filter<{ id: string }>(async (x) => await allowed(x));\n",
    "comment.ts": "const b = load().filter(\n  // whoever may see it; see {docs}\n  async (x) => await allowed(x),\n);\n",
    "function.ts": 'app.get("/x", async function (req, res) {\n  await load();\n});\n',
    "named.js": 'app.get("/x", async function show(req, res) {\n  await load();\n});\n',
    "typed.ts": 'app.get("/x", async <T>(/* it */ req: Request<{ id: string }>, res: Response) => {\n  await load();\n});\n',
    "Add.cs": "class C {\n  [HttpPost]\n  public IActionResult Make(Order order) {\n    _context.Add<Order>(order);\n    return Ok();\n  }\n}\n",
    "Owner.cs": "class C {\n  [HttpPost]\n  public IActionResult Make(Form form) {\n    o.UserId = /* =; */ form.UserId;\n    return Ok();\n  }\n}\n",
    "Base.php": "<?php\nclass X extends /* the */ Controller {\n  public function show($id) {}\n}\n",
    "Name.php": "<?php\nclass /* the */ OrderController {\n  public function show($id) {}\n}\n",
}  # fmt: skip


def test_odd_shapes_of_code_lose_no_match_by_what_a_rule_needs(tmp_path: Path):
    """Generics, comments and functions with a name between the words that a rule needs."""
    told = {"access": ["async_predicate", "mass_assignment", "entries_php"], "errors": ["unhandled_promise_in_handler"]}
    given = [ROOT / "rules" / item / f"{name}.yaml" for item, names in told.items() for name in names]
    matches, problems = semgrep.scan([source(path, text) for path, text in ODD.items()], given)
    assert not problems
    ids = ("async-predicate", "unhandled-promise-in-handler-await", "mass-assignment-csharp-entity", "mass-assignment-csharp-owner")
    ids += ("entry-php-extends-controller", "entry-php-controller")
    found = {path: {match.metadata["id"] for match in each} & set(ids) for path, each in matches.items()}
    assert found == {
        "generic.ts": {ids[0]}, "comment.ts": {ids[0]}, "function.ts": {ids[1]}, "named.js": {ids[1]}, "typed.ts": {ids[1]},
        "Add.cs": {ids[2]}, "Owner.cs": {ids[3]}, "Base.php": {ids[4]}, "Name.php": {ids[5]},
    }  # fmt: skip


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


GO = "package a\n\nfunc show(c *gin.Context) {\n\terr := load()\n\tif err != nil {\n\t\tRESPOND\n\t}\n\tc.JSON(200, nil)\n}\n"


@pytest.mark.parametrize(
    ("responds", "told"),
    [
        ("c.JSON(400, err)", True),
        ("http.Error(w, err.Error(), 400)", True),
        ("web.BadRequest(c, err)", True),
        ("userResponder.Error(c, err)", True),
        ("respondWithJSON(c, err)", True),
        ("writeJSONError(c, err)", True),
        ("myCtx.AbortWithError(400, err)", True),
        ("log.Print(err)", False),
    ],
)
def test_answers_of_go_lose_no_match_by_what_the_rule_needs(responds: str, told: bool):
    given = [ROOT / "rules" / "errors" / "error_response_without_return.yaml"]
    matches, problems = semgrep.scan([source("web/a.go", GO.replace("RESPOND", responds))], given)
    assert not problems
    assert bool(matches["web/a.go"]) is told


def test_a_regular_expression_is_handed_over_as_one_about_text(tmp_path: Path):
    """A file in which nothing but regular expressions match was parsed for them, which cost half of a run on a repository of Go."""
    clue = RULE.format(name="text", spoken="javascript", clue="").replace("pattern: sign($DATA, ...)", 'pattern-regex: "sign\\\\((\\\\w+)"')
    (tmp_path / "text.yaml").write_text(clue.replace("message: found", 'message: "$1"'))
    broken = "sign(x, 1) }}} (((\n"
    given = [source(path, broken) for path in ("a.js", "b.ts", "c.vue", "d.go", "e.mjs", "f.tsx")]
    matches, problems = semgrep.scan(given, [tmp_path / "text.yaml"])
    assert not problems  # a parser would have stumbled
    assert {path: [match.message for match in found] for path, found in matches.items()} == {
        "a.js": ["x"], "b.ts": ["x"], "e.mjs": ["x"], "f.tsx": ["x"], "c.vue": [], "d.go": [],
    }  # fmt: skip


def test_a_rule_that_is_more_than_a_regular_expression_stays_what_it_is():
    plain = {"id": "a", "languages": ["js"], "pattern-regex": "x"}
    either = {"id": "a", "languages": ["js"], "pattern-either": [{"pattern-regex": "x"}, {"pattern-regex": "y"}]}
    mixed = {"id": "a", "languages": ["js"], "pattern-either": [{"pattern-regex": "x"}, {"pattern": "y"}]}
    narrowed = {"id": "a", "languages": ["js"], "patterns": [{"pattern-regex": "x"}, {"pattern-inside": "y"}]}
    assert [textual(rule) for rule in (plain, either, mixed, narrowed, {**plain, "pattern": "z"})] == [True, True, False, False, False]


def test_a_rule_is_tried_only_where_a_file_holds_what_it_needs(tmp_path: Path):
    given = rules(tmp_path, ', needs: "sign\\\\(x"', "")
    matches, problems = semgrep.scan([source("web/a.js", "sign(x, 1)\n"), source("web/b.ts", "sign(y, 1)\n")], given)
    assert not problems
    assert {path: [match.rule for match in found] for path, found in matches.items()} == {"web/a.js": ["java-0", "java-1"], "web/b.ts": ["java-1"]}


@pytest.mark.parametrize(("text", "tried"), [("JWT.sign()", True), ("sign()", False), ("jwt", False)])
def test_words_and_what_is_needed_must_both_be_there(text: str, tried: bool):
    clues = Clues([{"id": "a", "languages": ["js"], "metadata": {"prodlint": {"words": ["jwt"], "needs": r"\.sign\("}}}])
    assert clues.worth(source("a.js", text)) is tried


def test_a_needed_pattern_that_is_none_is_told(tmp_path: Path):
    given = rules(tmp_path, ', needs: "("')
    _, problems = semgrep.scan([source("web/a.js", "sign(x, 1)\n")], given)
    assert [problem.severity for problem in problems] == ["error"]
    assert "java_0.yaml could not be read" in problems[0].message


def test_no_engine_is_started_for_files_that_cannot_match(tmp_path: Path):
    plain = [source("web/a.js", "export const a = 1\n"), source("web/b.ts", "export const b = 2\n")]
    assert semgrep.scan(plain, rules(tmp_path, ", words: [jwt]"), engine=NO_ENGINE) == ({"web/a.js": (), "web/b.ts": ()}, ())


def test_a_file_with_the_word_in_any_case_needs_the_engine(tmp_path: Path):
    matches, problems = semgrep.scan([source("web/a.js", "const JWT = require('x')\n")], rules(tmp_path, ", words: [jwt]"), engine=NO_ENGINE)
    assert "web/a.js" not in matches
    assert problems


def test_one_rule_that_needs_nothing_makes_every_file_of_its_language_worth_a_look(tmp_path: Path):
    given = [*rules(tmp_path, ", words: [jwt]", spoken="javascript"), *rules(tmp_path, "", spoken="typescript")]
    matches, problems = semgrep.scan([source("web/a.js", "let a\n"), source("web/b.ts", "let b\n")], given, engine=NO_ENGINE)
    assert matches == {"web/a.js": ()}
    assert problems
