"""Input that nobody should have to examine: each is a problem with a name and a place, the rest is examined, and nothing looks clean that is not."""

from __future__ import annotations

import ctypes
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.conftest import CRASH, rule

READ_ALL = (1, 2)  # CAP_DAC_OVERRIDE and CAP_DAC_READ_SEARCH: why root may read everything
DROP = 24  # PR_CAPBSET_DROP
GENERATED = "x = 1\n" * 900_000  # 5.4 MB


def check(cwd: Path, *args: str, pack: Path | None = None, **options) -> tuple[int, dict]:
    """(exit code, JSON) of `prodlint check`; with a pack only its rule, else all of them are switched off."""
    select = ["--pack", str(pack), "--select", "loud-name"] if pack else ["--select", "meta"]
    command = [sys.executable, "-m", "prodlint", "check", "--format", "json", *select, *args]
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False, timeout=60, **options)
    assert done.stdout, done.stderr
    return done.returncode, json.loads(done.stdout)


FILES = {
    "not UTF-8": (b"name = 'Zo\xeb'\n", 1, "could not be read: not valid in its encoding"),
    "an unknown encoding": (b"# coding: klingon\nx = 1\n", 1, "could not be read: not valid in its encoding"),
    "a null byte": (b"x = 1\ny = '\0'\n", 2, "could not be read: null byte in Python source"),
    "a syntax error": (b"x = 1\ndef f(:\n    pass\n", 2, "could not be parsed: "),
    "Python 2": (b"import os\nprint 'hello'\n", 2, "could not be parsed: "),
    "3,000 nested brackets": (b"a = 1\nx = " + b"[" * 3000 + b"]" * 3000 + b"\n", 2, "could not be parsed: 3000 nested brackets"),
    "3,000 nested calls and strings": (b"x = " + b"f('(')(" * 3000 + b")" * 3000 + b"\n", 1, "could not be parsed: 3000 nested brackets"),
}


@pytest.mark.parametrize("name", FILES)
def test_what_is_not_python_is_told_and_is_not_clean(name: str, app: Path, pack: Path) -> None:
    data, line, message = FILES[name]
    (app / "shop/odd.py").write_bytes(data)
    code, report = check(app, pack=pack)
    (problem,) = report["problems"]
    assert (problem["path"], problem["line"]) == ("shop/odd.py", line)
    assert problem["message"].startswith(message)
    assert (code, len(report["findings"])) == (1, 1), "the others are examined"
    (app / "shop/bad.py").unlink()
    code, report = check(app, pack=pack)
    assert (code, report["summary"]["unexamined"]) == (0, 1), "an answer, and what it leaves out"
    assert check(app, "--unexamined", "fail", pack=pack)[0] == 2, "what was not looked at is not clean"
    assert check(app, "shop/good.py", "--unexamined", "fail", pack=pack)[0] == 0, "a hook speaks of the files that it is given"
    (app / "tests").mkdir()
    (app / "shop/odd.py").rename(app / "tests/test_odd.py")
    assert check(app, "--unexamined", "fail", pack=pack)[0] == 0, "nobody judges tests"


@pytest.mark.parametrize(
    "text",
    [
        "x = " + "-" * 100_000 + "1\n",
        "x = " + "a." * 50_000 + "b\n",
        "x = " + "1 + " * 50_000 + "1\n",
        "if x:\n" + "".join(f"{' ' * n}if x:\n" for n in range(1, 900)),
    ],
    ids=["signs", "attributes", "sums", "blocks"],
)
def test_depth_without_brackets_ends_as_a_problem_or_not_at_all(text: str, app: Path, pack: Path) -> None:
    """A parser's stack must not end the process: the neighbours are still examined."""
    (app / "shop/deep.py").write_text(text)
    code, report = check(app, pack=pack)
    assert [finding["path"] for finding in report["findings"]] == ["shop/bad.py"]
    assert {problem["path"] for problem in report["problems"]} <= {"shop/deep.py"}
    assert code in (1, 2)


def test_a_large_file(app: Path, pack: Path) -> None:
    (app / "shop/bad_large.py").write_text(GENERATED)
    code, report = check(app, pack=pack)
    assert [(problem["path"], "5.4 MB" in problem["message"]) for problem in report["problems"]] == [("shop/bad_large.py", True)]
    assert (code, len(report["findings"])) == (2, 1)
    (app / "prodlint.toml").write_text('exclude = ["shop/bad_large.py"]\n')
    code, report = check(app, pack=pack)
    assert (code, report["problems"]) == (1, [])


def test_a_file_deleted_while_running(app: Path, pack: Path) -> None:
    """git lists the file, and it is gone when it is read: a git in front of git deletes it in between."""
    subprocess.run(["git", "init", "-q", str(app)], check=True)
    tools = app.parent / "tools"
    tools.mkdir()
    (tools / "git").write_text(f'#!/bin/sh\n{shutil.which("git")} "$@"\ncode=$?\nrm -f {app}/shop/good.py\nexit $code\n')
    (tools / "git").chmod(0o755)
    code, report = check(app, pack=pack, env={**os.environ, "PATH": f"{tools}:{os.environ['PATH']}"})
    assert report["problems"] == [{"path": "shop/good.py", "line": 1, "message": "could not be read: the file is gone", "severity": "error"}]
    assert (code, len(report["findings"])) == (2, 1)


def test_a_symlink_loop(app: Path, pack: Path) -> None:
    (app / "shop/loop").symlink_to(app / "shop")
    (app / "one.py").symlink_to("two.py")
    (app / "two.py").symlink_to("one.py")
    code, report = check(app, pack=pack)
    assert [(problem["path"], problem["message"]) for problem in report["problems"]] == [
        ("one.py", "not followed: a link that leads in a circle"),
        ("two.py", "not followed: a link that leads in a circle"),
    ]
    assert (code, len(report["findings"])) == (1, 1)


@pytest.fixture
def open_place() -> Iterator[Path]:
    """A folder that another user may enter; pytest's own are closed to others."""
    place = Path(tempfile.mkdtemp())
    place.chmod(0o755)
    yield place
    for folder in place.rglob("*"):
        folder.chmod(0o755)
    shutil.rmtree(place)


def _shut(path: Path) -> dict:
    """Takes the permission away; where root runs the tests, the command is root without the right to read everything."""
    path.chmod(0)
    if os.geteuid() != 0:
        return {}
    libc = ctypes.CDLL(None)
    return {"preexec_fn": lambda: [libc.prctl(DROP, right, 0, 0, 0) for right in READ_ALL]}


@pytest.mark.parametrize("with_git", [False, True])
@pytest.mark.parametrize("what", ["shop", "shop/good.py"])
def test_no_permission(what: str, with_git: bool, open_place: Path, pack: Path) -> None:
    root = open_place / "app"
    (root / "shop").mkdir(parents=True)
    (root / "shop/good.py").write_text("x = 1\n")
    (root / "bad.py").write_text("x = 1\n")
    shutil.copytree(pack, open_place / "pack")
    environment = dict(os.environ)
    if with_git:
        subprocess.run(["git", "init", "-q", str(root)], check=True)
        environment |= {"GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "safe.directory", "GIT_CONFIG_VALUE_0": "*"}
    code, report = check(root, pack=open_place / "pack", env=environment, **_shut(root / what))
    (problem,) = report["problems"]
    assert problem["path"] == what
    assert "Permission denied" in problem["message"]
    assert (code, len(report["findings"])) == (2, 1)


@pytest.mark.parametrize("prepare", [lambda root: None, lambda root: subprocess.run(["git", "init", "-q", str(root)], check=True)])
def test_an_empty_repository_is_not_clean(prepare: Callable[[Path], object], tmp_path: Path) -> None:
    prepare(tmp_path)
    code, report = check(tmp_path)
    assert (code, [problem["message"] for problem in report["problems"]]) == (2, ["there is nothing to examine here: no text file was found"])


def test_a_path_without_a_text_file_is_not_clean(app: Path) -> None:
    (app / "empty").mkdir()
    code, report = check(app, "empty")
    assert (code, len(report["problems"])) == (2, 1)


def test_a_path_that_does_not_exist(app: Path) -> None:
    done = subprocess.run([sys.executable, "-m", "prodlint", "check", "nowhere"], cwd=app, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "prodlint: nowhere: there is no such file or folder\n"


def installed(folder: Path, module: str, text: str) -> dict[str, str]:
    """Environment in which a pack of that module is installed."""
    (folder / f"{module}.py").write_text(text)
    information = folder / f"{module}-1.0.dist-info"
    information.mkdir()
    (information / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {module}\nVersion: 1.0\n")
    (information / "entry_points.txt").write_text(f"[prodlint.packs]\n{module} = {module}:FOLDER\n")
    return {**os.environ, "PYTHONPATH": str(folder)}


def test_a_pack_that_raises_on_import(app: Path, tmp_path: Path) -> None:
    code, report = check(app, env=installed(tmp_path, "sick_pack", "raise RuntimeError('no licence')\n"))
    (problem,) = report["problems"]
    assert problem["message"] == "the pack sick_pack could not be loaded: RuntimeError: no licence"
    assert (code, report["summary"]["files"]) == (2, 3)


def test_an_installed_pack_brings_its_rules(app: Path, pack: Path, tmp_path: Path) -> None:
    environment = installed(tmp_path, "fine_pack", f"FOLDER = {str(pack)!r}\n")
    (app / "prodlint.toml").write_text('packs = ["fine_pack"]\nselect = ["loud-name"]\n')
    done = subprocess.run([sys.executable, "-m", "prodlint", "check"], cwd=app, capture_output=True, text=True, check=False, env=environment)
    assert (done.returncode, done.stdout) == (1, "shop/bad.py:1:1: PRD598 shop/bad.py is bad [loud-name]\n")


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (CRASH, "the rule sick crashed: ValueError: boom (sick.py:3)"),
        ("raise KeyError('x')\n", "the rule sick could not be loaded: KeyError on import: 'x'"),
        ("def check(project:\n", "the rule sick could not be loaded: SyntaxError on import: "),
        ("x = 1\n", "the rule sick could not be loaded: it has no function check(project)"),
        ("import sys\n\n\ndef check(project):\n    sys.exit(0)\n", "the rule sick crashed: SystemExit: 0 (sick.py:5)"),
        ("def check(project):\n    yield 'a string'\n", "the rule sick crashed: TypeError: "),
        ("def check(project):\n    return check(project)\n", "the rule sick crashed: RecursionError: "),
    ],
    ids=["raises", "import", "syntax", "no check", "exits", "yields a string", "recursion"],
)
def test_a_rule_that_raises(source: str, message: str, app: Path, pack: Path) -> None:
    rule(pack, "sick", "PRD597", source)
    code, report = check(app, "--select", "sick", pack=pack)
    assert code == 2
    assert [problem["message"].startswith(message) for problem in report["problems"]] == [True], report["problems"]
    assert len(report["findings"]) == 1, "the other rule was asked"


def test_a_page_that_cannot_be_read(app: Path, pack: Path) -> None:
    (pack / "errors/broken.md").write_text("no front matter\n")
    code, report = check(app, pack=pack)
    assert code == 2
    assert report["problems"][0]["message"] == "the rule page broken.md could not be read: it does not begin with front matter"


def test_a_hostile_name_prints_no_control_characters(app: Path, pack: Path) -> None:
    (app / "shop/bad\x1b[31m\n::error::.py").write_text("x = 1\n")
    for form in ("text", "github"):
        command = [sys.executable, "-m", "prodlint", "check", "--pack", str(pack), "--select", "loud-name", "--format", form]
        done = subprocess.run(command, cwd=app, capture_output=True, text=True, check=False)
        assert "\x1b" not in done.stdout
        assert len(done.stdout.splitlines()) == 2
