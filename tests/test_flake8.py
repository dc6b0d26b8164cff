"""The flake8 plugin, through flake8 itself: the same findings on .py files as `prodlint check`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

CODE = "import requests\n\nrequests.get('https://api.example.com/rates')\n"


def flake8(cwd: Path, *args: str, stdin: str | None = None) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "flake8", "--select", "PRD", *args]
    return subprocess.run(command, cwd=cwd, input=stdin, capture_output=True, text=True, check=False)


def checked(cwd: Path) -> set[str]:
    done = subprocess.run([sys.executable, "-m", "prodlint", "check"], cwd=cwd, capture_output=True, text=True, check=False)
    return set(done.stdout.splitlines())


def test_findings_are_those_of_check(tmp_path: Path) -> None:
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop/rates.py").write_text(CODE)
    (tmp_path / "shop/fine.py").write_text("x = 1\n")
    done = flake8(tmp_path, "shop")
    assert done.returncode == 1, done.stderr
    assert set(done.stdout.splitlines()) == checked(tmp_path)
    assert "shop/rates.py:3:1: PRD501 " in done.stdout


def test_an_unsaved_buffer_is_read_instead_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "rates.py").write_text("x = 1\n")
    done = flake8(tmp_path, "-", "--stdin-display-name", "rates.py", stdin=CODE)
    assert "rates.py:3:1: PRD501 " in done.stdout, done.stderr


def test_a_wrong_configuration_is_told(tmp_path: Path) -> None:
    (tmp_path / "rates.py").write_text(CODE)
    (tmp_path / "prodlint.toml").write_text('select = ["no-such-rule"]\n')
    done = flake8(tmp_path, ".")
    assert done.returncode != 0
    assert "no-such-rule" in done.stdout + done.stderr


def test_comments_of_flake8_and_ours_are_honoured(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("import requests\n\nrequests.get('https://example.com')  # noqa: PRD501\n")
    assert "PRD501" not in flake8(tmp_path, ".").stdout
