"""Two small real apps, pinned, from PyPI: named findings that must be there, named handlers that must stay quiet.

Skipped only where the registry cannot be reached: they are downloaded (never installed or run) and unpacked."""

from __future__ import annotations

import subprocess
import sys
import zipfile

import pytest

from prodlint.config import Config
from prodlint.run import Run, run

# (package, version): a to-do list in Django, a forum in Flask
APPS = {"todo": ("django-todo", "2.7.0"), "forum": ("FlaskBB", "2.0.2")}


@pytest.fixture(scope="session")
def apps(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Run]:
    place = tmp_path_factory.mktemp("corpus")
    out = {}
    for name, (package, version) in APPS.items():
        command = [sys.executable, "-m", "pip", "download", "-q", "--disable-pip-version-check", "--no-deps", "--only-binary", ":all:"]
        done = subprocess.run([*command, "-d", str(place / name), f"{package}=={version}"], capture_output=True, text=True, check=False)
        if done.returncode != 0:
            reason = done.stderr.strip().splitlines()[-1:] or ["pip gave no reason"]
            if "No matching distribution" in done.stderr and "from versions: none" not in done.stderr:
                pytest.fail(f"{package} {version} is not in the registry: {reason[0]}")
            pytest.skip(f"the registry could not be reached: {reason[0]}")
        (wheel,) = (place / name).glob("*.whl")
        zipfile.ZipFile(wheel).extractall(place / name / "tree")
        out[name] = run(place / name / "tree", Config(), use_cache=False)
    return out


def found(done: Run, rule: str) -> set[str]:
    """Symbols and files with a shown finding of that rule."""
    shown = [verdict.finding for verdict in done.report.shown if verdict.rule.name == rule]
    return {finding.symbol for finding in shown} | {finding.at.path for finding in shown}


def test_the_to_do_list(apps: dict[str, Run]) -> None:
    todo = apps["todo"]
    assert len(todo.routes()) >= 14
    unbound = found(todo, "missing-ownership-check")
    assert "todo.views.reorder_tasks.reorder_tasks" in unbound, "ids from the form, looked up one by one"
    assert not unbound & {"todo.views.delete_task.delete_task", "todo.views.toggle_done.toggle_done"}, "held against the groups of the caller"
    assert "todo/utils.py" in found(todo, "unhandled-external-error"), "mail to a thread's participants, in the view"


def test_the_forum(apps: dict[str, Run]) -> None:
    forum = apps["forum"]
    assert len(forum.routes()) >= 120, "registered through a helper of its own"
    assert not {name for name in found(forum, "missing-ownership-check") if "management" in name}, "staff only, by the decorators of the classes"
    assert "flaskbb/utils/helpers.py" in found(forum, "external-call-without-timeout"), "the avatar of a form"


@pytest.mark.parametrize("name", APPS)
def test_nothing_went_wrong(apps: dict[str, Run], name: str) -> None:
    assert [problem for problem in apps[name].report.problems if problem.severity == "error" and "semgrep" not in problem.message] == []
