"""The configuration that `prodlint init` writes.

Knows: the text, and into which file it goes. Does not know: what the keys mean (`config.py`).
"""

from __future__ import annotations

from pathlib import Path

STARTER = """\
[tool.prodlint]
# Rules by name, code (PRD301), code prefix (PRD3) or item (access). Empty: all that are on by default.
# select = ["access", "secrets"]
# ignore = ["missing-authentication"]

# Globs as in .gitignore.
# exclude = ["legacy/"]

# Exit 1 for findings at or above this severity: "info", "warning", "error" or "never".
# fail-on = "error"

# Findings below this confidence are hidden: "low", "medium" or "high".
# confidence = "medium"

# [tool.prodlint.per-path-ignores]
# "scripts/**" = ["errors"]

# [tool.prodlint.severity]
# missing-authentication = "error"

# Your app's own words, where prodlint cannot infer them.
# [tool.prodlint.access]
# principals = ["acting_member"]   # functions or names that give the caller
# guards = ["ensure_mine"]         # functions that refuse unless the object is the caller's
# public = ["shop.api.catalogue"]  # handlers that are open on purpose
# admin = ["ops_only"]             # guards that let only staff in
"""


def starter_for(folder: Path) -> str:
    """Writes the starter configuration; gives the sentence to tell. FileExistsError where there is a configuration, OSError from the disk."""
    own = folder / "prodlint.toml"
    project = folder / "pyproject.toml"
    if own.exists():
        raise FileExistsError("prodlint.toml is there already; nothing was changed")
    if project.exists():
        text = project.read_text(encoding="utf-8")
        if "[tool.prodlint" in text:
            raise FileExistsError("pyproject.toml has a [tool.prodlint] table already; nothing was changed")
        project.write_text(text.rstrip("\n") + "\n\n" + STARTER, encoding="utf-8")
        return "added [tool.prodlint] to pyproject.toml"
    own.write_text(STARTER, encoding="utf-8")
    return "wrote prodlint.toml"
