"""The shipped semgrep rules as semgrep itself sees them: they run alone, and their `ruleid` and `ok` cases in tests/semgrep hold."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from prodlint.facts import semgrep
from tests.facts.test_semgrep import fake
from tests.pages import FOLDER, source

ENGINE = semgrep.find()
CASES = Path(__file__).parent.parent / "semgrep"
FILES = sorted(FOLDER.rglob("*.yaml"))
FINDING = [path for path in FILES if path.with_suffix(".md").exists()]
needs_engine = pytest.mark.skipif(ENGINE is None, reason="semgrep is not installed: pip install 'prodlint[semgrep]'")


def cases(rule: Path) -> list[Path]:
    return sorted((CASES / rule.parent.name).glob(f"{rule.stem}.*"))


@pytest.mark.parametrize("rule", FINDING, ids=lambda path: path.stem)
def test_every_rule_has_cases(rule: Path) -> None:
    texts = "".join(path.read_text() for path in cases(rule))
    assert len(re.findall(r"\bruleid:", texts)) >= 3
    assert len(re.findall(r"\bok:", texts)) >= 3
    ids = {each["id"] for each in yaml.safe_load(rule.read_text())["rules"]}
    named = {name.strip() for listed in re.findall(r"\b(?:ruleid|ok):(.*)", texts) for name in listed.split(",")}
    assert named <= ids


@needs_engine
def test_semgrep_test_passes(tmp_path: Path) -> None:
    """The compiled front wants cases beside their rules."""
    for rule in FINDING:
        folder = tmp_path / rule.parent.name
        folder.mkdir(exist_ok=True)
        shutil.copy(rule, folder)
        for case in cases(rule):
            shutil.copy(case, folder)
    command = [str(ENGINE), "scan", "--experimental", "--test", "--json", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    answer = json.loads(done.stdout)
    failed = [(path, name) for path, said in answer["results"].items() for name, check in said["checks"].items() if not check["passed"]]
    assert not failed
    assert not answer["config_with_errors"]
    assert len(answer["results"]) == len(FINDING)


@needs_engine
def test_the_folder_of_rules_runs_alone(tmp_path: Path) -> None:
    """`semgrep --config rules/`, without prodlint: every rule parses and finds its cases (outside a folder called tests)."""
    code = shutil.copytree(CASES, tmp_path / "code")
    command = [str(ENGINE), "scan", "--experimental", "--config", str(FOLDER), "--json", "--quiet", "--metrics=off", "--no-git-ignore", str(code)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    answer = json.loads(done.stdout)
    assert not answer["errors"]
    of = {each["id"]: path for path in FINDING for each in yaml.safe_load(path.read_text())["rules"]}
    assert {of[result["check_id"].rsplit(".", 1)[-1]] for result in answer["results"] if result["check_id"].rsplit(".", 1)[-1] in of} == set(FINDING)


README = FOLDER.parent / "README.md"


def told(start: str) -> list[str]:
    """The command of the README that begins so, run with the engine that was found and without the network."""
    line = next(line for line in README.read_text().splitlines() if line.startswith(start))
    return [str(ENGINE), *line.split()[1:], "--metrics=off", "--disable-version-check"]


@needs_engine
def test_the_cases_hold_by_the_command_of_the_readme() -> None:
    done = subprocess.run([*told("semgrep --test"), "--json"], cwd=FOLDER.parent, capture_output=True, text=True, timeout=300, check=False)
    answer = json.loads(done.stdout)
    checks = [check["passed"] for said in answer["results"].values() for check in said["checks"].values()]
    assert done.returncode == 0
    assert not answer["config_with_errors"]
    assert all(checks)
    assert len(checks) > 40


@needs_engine
def test_facts_are_no_findings_by_the_command_of_the_readme(tmp_path: Path) -> None:
    code = shutil.copytree(CASES, tmp_path / "code")
    command = [*told("semgrep scan"), "--experimental", "--json", "--quiet", "--no-git-ignore", str(code)]
    done = subprocess.run(command, cwd=FOLDER.parent, capture_output=True, text=True, timeout=300, check=False)
    answer = json.loads(done.stdout)
    assert not answer["errors"]
    kinds = {each["id"]: each["severity"] for path in FILES for each in yaml.safe_load(path.read_text())["rules"]}
    assert {kinds[result["check_id"].rsplit(".", 1)[-1]] for result in answer["results"]} == {"ERROR", "WARNING"}


@pytest.mark.parametrize("rule", FILES, ids=lambda path: path.stem)
def test_only_what_may_be_a_finding_is_more_than_a_remark(rule: Path) -> None:
    """Facts, guards and entry points are INFO; `fact` with a library is a finding wherever the library is not bounded."""
    for each in yaml.safe_load(rule.read_text())["rules"]:
        said = each["metadata"]["prodlint"]
        assert (each["severity"] == "INFO") == (said.get("role") != "finding" and (said.get("role") != "fact" or "library" not in said)), each["id"]


@needs_engine
def test_both_fronts_agree_on_every_rule(tmp_path: Path) -> None:
    files = [source(f"{path.parent.name}/{path.name}", path.read_text()) for path in sorted(CASES.rglob("*.*"))]
    native = semgrep.scan(files, FILES)
    assert not native[1]
    slow = fake(tmp_path, f'case "$*" in *--experimental*) exit 2;; esac\nexec {ENGINE} "$@"')
    assert semgrep.scan(files, FILES, engine=slow) == native
