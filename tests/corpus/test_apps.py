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
APPS = {"todo": ("django-todo", "2.5.0"), "forum": ("FlaskBB", "2.0.2")}


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
