"""Where the project begins that is examined.

Knows: the marks of a project's root: a configuration, a .git, or else what stands on top of a project. Does not know: what they say.
"""

from __future__ import annotations

import contextlib
import os
import tomllib
from collections.abc import Iterable
from pathlib import Path

# what lies on top of a project that is not (or not yet) in git; by the habits of package managers and of those who write projects
TOPS = (
    "pyproject.toml", "requirements.txt", "setup.py", "setup.cfg", "Pipfile", "manage.py", "package.json", "go.mod", "Gemfile", "composer.json",
    "pom.xml", "build.gradle", "build.gradle.kts", "Cargo.toml", "Dockerfile", "docker-compose.yml", "compose.yaml", "README.md", "README.rst",
)  # fmt: skip

CODE = (".py", ".js", ".ts", ".mjs", ".rb", ".go", ".php", ".java", ".kt", ".cs", ".tf")


def marked(start: Path) -> Path | None:
    """The nearest of a folder and its parents that holds a configuration or a .git; a home folder kept in git is no project."""
    for folder in (start, *start.parents):
        if (folder / "prodlint.toml").is_file() or ((folder / ".git").exists() and (folder == start or folder != Path.home())):
            return folder
        file = folder / "pyproject.toml"
        if file.is_file():
            # a file that cannot be read marks nothing here; config.load says what is wrong with it
            with contextlib.suppress(OSError, tomllib.TOMLDecodeError, UnicodeDecodeError), file.open("rb") as stream:
                if "prodlint" in tomllib.load(stream).get("tool", {}):
                    return folder
    return None


def root_for(cwd: Path, paths: Iterable[Path]) -> Path:
    """The project that is examined: the one around the working directory, or, where the paths lie outside, the one around them."""
    folders = [path if path.is_dir() else path.parent for path in paths]
    common = Path(os.path.commonpath(folders)) if folders else cwd
    root = marked(cwd)
    if root is not None and common.is_relative_to(root):
        return root
    below = common.is_relative_to(cwd) and cwd not in (Path.home(), Path(cwd.anchor))
    return marked(common) or (_topmost(cwd, common) if below or not folders else common)


def _topmost(cwd: Path, common: Path) -> Path:
    """The folder nearest to the working directory that has the look of a project, by what stands on top of it, else by its code: who keeps many
    side by side, and a script beside them, asks for one by its name."""
    way = [folder for folder in (common, *common.parents) if folder.is_relative_to(cwd)]
    listed = {folder: _names(folder) for folder in reversed(way)}
    by_top = (folder for folder, names in listed.items() if not names.isdisjoint(TOPS))
    by_code = (folder for folder, names in listed.items() if any(name.endswith(CODE) for name in names))
    return next(by_top, None) or next(by_code, common)


def _names(folder: Path) -> frozenset[str]:
    """What lies in a folder itself."""
    try:
        return frozenset(os.listdir(folder))
    except OSError:  # one that may not be listed is told when it is examined
        return frozenset()
