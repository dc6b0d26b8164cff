"""The semgrep room: what it finds, what it says when it could not look, what of the tree it does not let through."""

from __future__ import annotations

import contextlib
import os
import stat
from hashlib import blake2b
from pathlib import Path

import pytest

from prodlint.facts import engine_process, languages, semgrep
from prodlint.facts.cache import Cache
from prodlint.model import Source

RULE = """rules:
  - id: eval-call
    languages: [javascript, typescript]
    severity: ERROR
    message: "evaluates $X"
    metadata:
      prodlint: {role: finding, item: access, level: 3}
    pattern: eval($X)
"""
ENGINE = semgrep.find()
needs_engine = pytest.mark.skipif(ENGINE is None, reason="semgrep is not installed: pip install 'prodlint[semgrep]'")


def source(path: str, text: str | bytes) -> Source:
    data = text if isinstance(text, bytes) else text.encode()
    return Source(path, data, blake2b(data, digest_size=16).hexdigest())


@pytest.fixture
def rule(tmp_path: Path) -> Path:
    file = tmp_path / "no_eval.yaml"
    file.write_text(RULE)
    return file


def fake(folder: Path, script: str) -> Path:
    """A program that stands where the engine would."""
    program = folder / "semgrep"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    return program


@needs_engine
def test_matches_carry_rule_place_message_and_metadata(rule: Path) -> None:
    found, problems = semgrep.scan([source("a.ts", 'const é = "éé"; eval(user)\n')], [rule])
    (match,) = found["a.ts"]
    assert not problems
    assert (match.rule, match.line, match.column, match.end_column) == ("no-eval", 1, 17, 27)
    assert match.message == "evaluates user"
    assert match.metadata == {"role": "finding", "item": "access", "level": "3", "id": "eval-call"}


@needs_engine
@pytest.mark.parametrize("path", ["a.mts", "a.cts", "src/a.tsx", "node_modules/x/a.js", "a.min.js", "-rf.ts", "a\nb'\"$(x).ts", "tests/a.test.ts"])
def test_no_name_hides_a_file(rule: Path, path: str) -> None:
    """Ignore lists of the engine, and what a shell or an option parser would make of a name, do not matter."""
    found, problems = semgrep.scan([source(path, "eval(x) // nosemgrep\n"), source(".semgrepignore", "*\n")], [rule])
    assert not problems
    assert [match.line for match in found[path]] == [1]


@needs_engine
@pytest.mark.parametrize(
    ("path", "text", "line", "column"),
    [
        ("a.vue", '<template>\n  <p>{{ eval(1) }}</p>\n</template>\n<script setup lang="ts">\nconst a = eval(b as string)\n</script>\n', 5, 11),
        ("a.svelte", "<script>\n\teval(x)\n</script>\n<h1>eval(y)</h1>\n", 2, 2),
        ("a.astro", "---\nconst a = 1;\neval(a)\n---\n<p>eval(b)</p>\n", 3, 1),
    ],
)
def test_script_blocks_keep_their_places(rule: Path, path: str, text: str, line: int, column: int) -> None:
    found, problems = semgrep.scan([source(path, text)], [rule])
    assert not problems
    assert [(match.line, match.column) for match in found[path]] == [(line, column)]


@needs_engine
def test_both_fronts_agree(rule: Path, tmp_path: Path) -> None:
    """The default front answers where the compiled one does not, and says the same."""
    files = [source("a.ts", "eval(x)\nfunction f() { return eval(y) }\n"), source("b.js", "eval(z)\n"), source("c.go", "package main\n")]
    native = semgrep.scan(files, [rule])
    around = fake(tmp_path, f'exec {ENGINE} "$@"')  # the script of the installation, where its native front is not found beside it
    assert semgrep.scan(files, [rule], engine=around) == native
    slow = fake(tmp_path, f'case "$*" in *--experimental*) exit 2;; esac\nexec {ENGINE} "$@"')
    assert semgrep.scan(files, [rule], engine=slow) == native


@needs_engine
def test_what_cannot_be_parsed_is_told_and_the_rest_still_read(rule: Path) -> None:
    files = [source("bad.ts", "const x = (((;\nfunction( { eval(x)"), source("good.ts", "eval(x)\n"), source("long.ts", f"eval({'x' * 30_000})")]
    found, problems = semgrep.scan(files, [rule])
    assert [match.line for match in found["good.ts"]] == [1]
    assert [(problem.path, problem.severity) for problem in problems] == [("bad.ts", "warning"), ("long.ts", "warning")]
    assert "long.ts" not in found


@needs_engine
@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("eval(x);\nexport const A = () => <p>Terms & Conditions</p>;\n", False),
        ("eval(x);\nexport const A = () => <p>Terms & Conditions</p>;\nconst = broken(;\n", True),
        ("eval(x);\nexport const A = () => <p>R & eval(y)</p>;\n", True),
    ],
)
def test_words_of_jsx_are_no_code_that_was_not_read(rule: Path, text: str, told: bool) -> None:
    found, problems = semgrep.scan([source("page.tsx", text)], [rule])
    assert bool(problems) is told
    assert found["page.tsx"][0].line == 1


@needs_engine
def test_a_bad_rule_is_named_and_the_others_still_run(rule: Path, tmp_path: Path) -> None:
    bad = tmp_path / "broken_rule.yaml"
    bad.write_text(RULE.replace("eval($X)", "foo($$$").replace("eval-call", "broken"))
    unread = tmp_path / "no_yaml.yaml"
    unread.write_text("rules: [")
    found, problems = semgrep.scan([source("a.ts", "eval(x)\n")], [rule, bad, unread])
    assert len(found["a.ts"]) == 1
    assert {(problem.rule, problem.severity) for problem in problems} == {("broken-rule", "error"), ("no-yaml", "error")}


def test_absent_is_said_once_with_counts(rule: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(semgrep, "find", lambda: None)
    files = [source("a.ts", ""), source("b.vue", ""), source("c.js", ""), source("d.go", ""), source("e.py", "")]
    found, (problem,) = semgrep.scan(files, [rule])
    assert problem.message == "semgrep is not installed: 2 TypeScript and 1 JavaScript files were not examined; pip install 'prodlint[semgrep]'"
    assert problem.severity == "warning"
    assert "a.ts" not in found and "e.py" in found
    assert semgrep.scan(files[3:], [rule])[1] == ()


def test_only_absolute_folders_of_path_are_searched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A relative entry of PATH could start a program of the analysed tree."""
    fake(tmp_path, "exit 0")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.executable", "/nowhere/python")
    monkeypatch.setenv("PATH", ".:")
    assert semgrep.find() is None
    monkeypatch.setenv("PATH", str(tmp_path))
    assert semgrep.find() == tmp_path / "semgrep"


@pytest.mark.skipif(os.name == "nt", reason="the stand-in programs are shell scripts")
@pytest.mark.parametrize(
    ("script", "says"),
    [
        ("echo Traceback >&2; exit 1", "exit 1: Traceback"),
        ("echo '{\"results\": []}'", "exit 0"),
        ("echo '{}'; exit 2", "exit 2"),
        ("sleep 30", "no answer in 1 s"),
    ],
)
def test_a_failed_run_is_never_clean(rule: Path, tmp_path: Path, script: str, says: str) -> None:
    found, (problem,) = semgrep.scan([source("a.ts", "eval(x)\n")], [rule], engine=fake(tmp_path, script), timeout=1)
    assert problem.severity == "error"
    assert says in problem.message and "1 TypeScript file was not examined" in problem.message
    assert "a.ts" not in found


@pytest.mark.skipif(os.name == "nt", reason="the stand-in programs are shell scripts")
def test_a_file_that_the_engine_passed_over_is_told(rule: Path, tmp_path: Path) -> None:
    program = fake(tmp_path, """echo '{"results": [], "errors": [], "paths": {"scanned": []}}'""")
    found, (problem,) = semgrep.scan([source("a.ts", "eval(x)\n")], [rule], engine=program)
    assert (problem.path, problem.severity) == ("a.ts", "warning")
    assert "a.ts" not in found


@pytest.mark.skipif(os.name == "nt", reason="the stand-in programs are shell scripts")
def test_the_engine_sees_nothing_of_the_user(rule: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEMGREP_APP_TOKEN", "t0ken")
    program = fake(
        tmp_path,
        f'env > {tmp_path}/seen; echo "$@" >> {tmp_path}/seen; echo \'{{"results": [], "errors": [], "paths": {{"scanned": ["f000000.ts"]}}}}\'',
    )
    semgrep.scan([source("a.ts", "")], [rule], engine=program, work_dir=tmp_path)
    seen = (tmp_path / "seen").read_text()
    assert "t0ken" not in seen and f"HOME={Path.home()}\n" not in seen
    assert "SEMGREP_ENABLE_VERSION_CHECK=0" in seen and "--metrics=off" in seen
    assert not list(tmp_path.glob("prodlint-*")), "the private folder is removed"


@needs_engine
def test_known_files_start_no_process(rule: Path, tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    files = [source("a.ts", "eval(x)\n"), source("b.ts", "const x = (((; eval(x)\n")]
    first = semgrep.scan(files, [rule], cache=cache)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engine_process, "Running", lambda *_: pytest.fail("started"))
        assert semgrep.scan(files, [rule], cache=cache) == first
    changed = semgrep.scan([source("a.ts", "eval(y)\n"), files[1]], [rule], cache=cache)
    assert changed[0]["a.ts"][0].message == "evaluates y"
    rule.write_text(RULE.replace("eval($X)", "evil($X)"))
    assert semgrep.scan(files, [rule], cache=cache)[0]["a.ts"] == ()


@needs_engine
def test_several_processes_say_what_one_says(rule: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = [source(f"src/{number}.ts", f"eval(x{number})\n" * (number % 4)) for number in range(9)] + [source("odd.js", "const x = (((; eval(x)\n")]
    bad = tmp_path / "bad.yaml"
    bad.write_text(RULE.replace("eval($X)", "eval((($X"))
    alone = semgrep.scan(files, [rule, bad])
    monkeypatch.setattr(semgrep, "SHARE_BYTES", 10)
    with contextlib.closing(semgrep.begin(files, [rule, bad], jobs=4, work_dir=tmp_path)) as begun:
        assert len(begun.shares) == 4
        assert begun.finish() == alone
    assert not list(tmp_path.glob("prodlint-*"))


@pytest.mark.skipif(os.name == "nt", reason="the stand-in programs are shell scripts")
def test_what_failed_in_several_processes_is_told_once(rule: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(semgrep, "SHARE_BYTES", 1)
    with contextlib.closing(semgrep.begin([source("b.ts", "1\n"), source("a.ts", "2\n")], [rule], jobs=2, engine=fake(tmp_path, "exit 9"))) as begun:
        found, (problem,) = begun.finish()
    assert problem.unread == ("a.ts", "b.ts") and "2 TypeScript files were not examined" in problem.message and not found


@pytest.mark.skipif(os.name == "nt", reason="the stand-in programs are shell scripts")
def test_a_scan_that_nobody_waits_for_is_ended(rule: Path, tmp_path: Path) -> None:
    work = tmp_path / "work"
    work.mkdir()
    begun = semgrep.begin([source("a.ts", "1\n")], [rule], engine=fake(tmp_path, "sleep 60"), work_dir=work)
    process = begun.shares[0].running.process
    assert process.poll() is None
    begun.close()
    assert process.poll() is not None and not list(work.iterdir())


def test_languages() -> None:
    assert languages.language("a/B.MTS") == "typescript"
    assert languages.language("views/a.blade.php") == "" == languages.language("Makefile")
    assert languages.spoken(["js"]) == {"javascript", "typescript"}
