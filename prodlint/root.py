"""Where the project begins that is examined.

Knows: the marks of a project's root: a configuration, a .git. Does not know: what the configuration says.
"""

from __future__ import annotations

import contextlib
import os
import tomllib
from collections.abc import Iterable
from pathlib import Path


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
    return marked(common) or (cwd if below or not folders else common)
