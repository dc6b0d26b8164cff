"""Where `prodlint init` writes the commented configuration.

Knows: into which file it goes and how its tables are called there. Does not know: what the keys mean (`config.py`).
"""

from __future__ import annotations

from pathlib import Path

from prodlint import regex as re
from prodlint.config import TEMPLATE


def table() -> str:
    """The configuration as it stands in pyproject.toml: below [tool.prodlint]."""
    head, _, keys = TEMPLATE.partition("\n\n")
    return f"[tool.prodlint]\n{head}\n\n" + re.sub(r"^# \[([\w-]+)\]$", r"# [tool.prodlint.\1]", keys, flags=re.M)


def starter_for(folder: Path) -> str:
    """Writes the configuration; gives the sentence to tell. FileExistsError where there is one already, OSError from the disk."""
    own = folder / "prodlint.toml"
    project = folder / "pyproject.toml"
    if own.exists():
        raise FileExistsError("prodlint.toml is there already; nothing was changed")
    if project.exists():
        text = project.read_bytes().decode("utf-8")
        if re.search(r"^\s*\[\s*tool\s*\.\s*prodlint\s*[.\]]", text, re.M):
            raise FileExistsError("pyproject.toml has a [tool.prodlint] table already; nothing was changed")
        end = "\r\n" if "\r\n" in text else "\n"
        gap = "" if not text else end if text.endswith("\n") else end * 2
        with project.open("ab") as file:  # appended, so that nothing that is there can be lost
            file.write((gap + table().replace("\n", end)).encode())
        return "added [tool.prodlint] to pyproject.toml"
    own.write_text(TEMPLATE, encoding="utf-8")
    return "wrote prodlint.toml"
