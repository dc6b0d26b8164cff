"""The flake8 plugin: the findings of `prodlint check` on .py files, for editors and hooks that speak flake8.

Knows: flake8's plugin protocol, and that the project is examined once, in `parse_options`, before flake8 looks at files (processes that it
forks inherit the answer; where it starts fresh ones each examines again, from the fact cache). Does not know: what is good or bad.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

from prodlint import __version__

PROBLEM = "PRD999"  # what could not be looked at


class Plugin:
    """One instance for each file; `run` yields (line, 0-based column, text, type)."""

    name = "prodlint"
    version = __version__
    found: ClassVar[dict[str, list[tuple[int, int, str]]]] = {}

    def __init__(self, tree: object, filename: str) -> None:
        """tree is not needed, but asking for it makes flake8 call the plugin once for each file."""
        self.filename = filename

    @classmethod
    def parse_options(cls, manager: object, options: Any, args: list[str]) -> None:
        """Examines the project around the files. Raises flake8's ExecutionError where the configuration cannot be used."""
        from flake8.exceptions import ExecutionError

        from prodlint.config import ConfigError, check_names, load
        from prodlint.root import root_for
        from prodlint.rulebook import Rulebook, RuleError
        from prodlint.run import run

        cwd = Path.cwd()
        names = [options.stdin_display_name if name == "-" else name for name in options.filenames]
        paths = [Path(os.path.normpath(cwd / name)) for name in names]
        root = root_for(cwd, paths)
        overlay = {}
        if "-" in options.filenames and (file := Path(os.path.normpath(cwd / options.stdin_display_name))).is_relative_to(root):
            from flake8.utils import stdin_get_value

            overlay[file.relative_to(root).as_posix()] = stdin_get_value().encode()
        try:
            book = Rulebook()
            config = load(root)
            check_names(config, book.rules)
            book.require(config.packs)
            done = run(root, config, overlay=overlay, rulebook=book)
        except (ConfigError, RuleError) as error:
            raise ExecutionError(f"prodlint: {error}") from error
        cls.found = _by_file(root, done)

    def run(self) -> Iterator[tuple[int, int, str, type]]:
        for line, column, text in self.found.get(os.path.abspath(self.filename), ()):
            yield line, column - 1, text, type(self)


def _by_file(root: Path, done: Any) -> dict[str, list[tuple[int, int, str]]]:
    """Findings and problems by absolute path; problems of no .py file are said on standard error."""
    from prodlint.render.common import safe

    found: dict[str, list[tuple[int, int, str]]] = {}
    for verdict in done.report.shown:
        at = verdict.finding.at
        text = f"{verdict.rule.code} {safe(verdict.finding.message)} [{verdict.rule.name}]"
        found.setdefault(str(root / at.path), []).append((at.line, at.column, text))
    for problem in done.report.problems:
        if problem.path.endswith(".py") and problem.blinds:
            text = f"{PROBLEM} {safe(problem.message)}"
            found.setdefault(str(root / problem.path), []).append((max(problem.line, 1), 1, text))
        elif problem.severity == "error":
            print(f"prodlint: {safe(problem.path)}: {safe(problem.message)}".replace(": : ", ": "), file=sys.stderr)
    return found
