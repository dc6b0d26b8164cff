"""The whole tool: the same bytes whatever the workers, the cache and the order; what is shipped; prodlint on itself."""

from __future__ import annotations

import json
import random
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from prodlint.config import Config, load
from prodlint.facts import POOL_BYTES
from prodlint.render import render
from prodlint.rulebook import Rulebook
from prodlint.run import run
from tests.pages import all_rules, examples

HOME = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All examples of all pages side by side, and enough Python beside them that processes are started."""
    root = tmp_path_factory.mktemp("project")
    for number, example in enumerate(each for rule in all_rules() if rule.engine == "python" for each in examples(rule)):
        for source in example.sources:
            file = root / f"app{number}" / source.path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(source.data)
    (root / "large.py").write_text("".join(f"def f{n}(x):\n    return x + {n}\n\n\n" for n in range(POOL_BYTES // 20)))
    return root


def output(root: Path, form: str = "json", *, jobs: int = 1, use_cache: bool = False, config: Config | None = None) -> str:
    done = run(root, config or Config(exclude=("*.js", "*.ts", "*.go", "*.rb")), jobs=jobs, use_cache=use_cache)
    return render(done.report, form, done.sources)


def test_the_same_bytes_for_any_number_of_workers_and_any_state_of_the_cache(project: Path) -> None:
    first = output(project)
    assert json.loads(first)["findings"]
    assert output(project, jobs=2) == first
    assert output(project, jobs=2, use_cache=True) == first, "cold"
    assert output(project, jobs=1, use_cache=True) == first, "warm"


def test_the_same_bytes_for_any_order_of_files(project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The walk gives files in another order: facts then meet in another order, too."""
    from prodlint import run as spine

    first = output(project, "sarif")
    walked = spine.walk

    def shuffled(*args, **kwargs):
        sources = walked(*args, **kwargs)
        random.Random(7).shuffle(sources.files)
        return sources

    monkeypatch.setattr(spine, "walk", shuffled)
    assert output(project, "sarif") == first


def test_hash_seeds_do_not_show(project: Path) -> None:
    command = [sys.executable, "-m", "prodlint", "check", "--format", "json", "--no-cache", "--jobs", "1", "--quiet"]
    said = {subprocess.run(command, cwd=project, capture_output=True, env={"PYTHONHASHSEED": seed, "PATH": ""}, check=False).stdout for seed in "01"}
    assert len(said) == 1


def test_the_wheel_and_the_sdist_hold_the_rules(tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(HOME, copy, ignore=shutil.ignore_patterns(".git", ".venv", ".prodlint_cache", "__pycache__"))
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(tmp_path), str(copy)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (wheel,) = tmp_path.glob("*.whl")
    (sdist,) = tmp_path.glob("*.tar.gz")
    rules = {file.relative_to(HOME).as_posix() for file in (HOME / "rules").rglob("*") if file.suffix in (".py", ".md", ".yaml")}
    held = set(zipfile.ZipFile(wheel).namelist())
    assert {f"prodlint/{name}" for name in rules} <= held
    assert not [name for name in held if name.startswith("tests/")]
    with tarfile.open(sdist) as packed:
        names = {name.partition("/")[2] for name in packed.getnames()}
    assert rules | {"README.md", "LICENSE", "pyproject.toml"} <= names


def test_the_code_is_clean_by_ruff() -> None:
    for command in (["check"], ["format", "--check"]):
        done = subprocess.run([sys.executable, "-m", "ruff", *command, "."], cwd=HOME, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout


def test_prodlint_on_itself() -> None:
    config = load(HOME)
    done = run(HOME, config, use_cache=False, rulebook=Rulebook(packs=False))
    assert [f"{v.finding.at.path}:{v.finding.at.line}: {v.rule.name}: {v.finding.message}" for v in done.report.shown] == []
    assert [problem for problem in done.report.problems if problem.severity == "error"] == []
