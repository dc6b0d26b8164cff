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
    """The folder nearest to the working directory that has the look of a project: who keeps many side by side asks for one by its name."""
    way = [folder for folder in (common, *common.parents) if folder.is_relative_to(cwd)]
    return next((folder for folder in reversed(way) if _looks_like_one(folder)), common)


def _looks_like_one(folder: Path) -> bool:
    """Does code, or what stands on top of a project, lie in a folder itself?"""
    try:
        with os.scandir(folder) as entries:
            return any(entry.name in TOPS or entry.name.endswith(CODE) for entry in entries)
    except OSError:  # one that may not be listed is told when it is examined
        return False
