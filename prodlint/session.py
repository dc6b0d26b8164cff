"""One examination from the command line: its root, its configuration, where its output goes.

Knows: what the options that every verb has mean, streams, colours and progress on a TTY. Does not know: any verb, what is good or bad.
"""

from __future__ import annotations

import contextlib
import io
import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from prodlint.root import root_for

if TYPE_CHECKING:
    from prodlint.model import Problem

SLOW = 1.0  # seconds after which a run on a TTY shows how far it is


def split(words: Iterable[str]) -> tuple[str, ...]:
    """Option values, comma-separated or repeated."""
    return tuple(part.strip() for word in words for part in word.split(",") if part.strip())


def refuse(message: str) -> NoReturn:
    """A usage or configuration error: the message on standard error, exit 2."""
    click.echo(f"prodlint: {message}", err=True)
    sys.exit(2)


class Session:
    """One examination from the command line: root, configuration, what is asked for, where the output goes."""

    def __init__(self, options: dict[str, Any], stdin_name: str | None = None) -> None:
        self.options = options
        self.history = bool(options.get("history"))
        self.started = time.perf_counter()
        self.overlay: dict[str, bytes] = {}
        self.entry_points = False
        cwd = Path.cwd()
        paths = {path: Path(os.path.normpath(cwd / (stdin_name or "stdin.py" if path == "-" else path))) for path in options["paths"]}
        for path, full in paths.items():
            if path != "-" and not os.path.lexists(full):
                refuse(f"{path}: there is no such file or folder")
        self.root = root_for(cwd, paths.values())
        relative = {path: self.relative(path, full) for path, full in paths.items()}
        if "-" in relative:
            if sys.stdin is None:
                refuse("standard input is closed, and `-` asks for its text")
            self.overlay[relative["-"]] = sys.stdin.buffer.read()
        self.paths = None if not relative or "." in relative.values() else sorted(set(relative.values()))
        self.config = self.configured()

    def relative(self, path: str, full: Path) -> str:
        """The path as the output prints it; refuses one that lies, or leads, outside the project."""
        top, real = os.path.realpath(self.root), os.path.realpath(full)
        if not full.is_relative_to(self.root) or os.path.commonpath([top, real]) != top:
            refuse(f"{path} is outside the project {self.root}")
        return full.relative_to(self.root).as_posix()

    def reports(self, path: str) -> bool:
        from prodlint.run import within

        return self.paths is None or within(path, self.paths)

    # ------------------------------------------------------------ configuration
    def configured(self) -> Any:
        import msgspec

        from prodlint.config import ConfigError, check_names, load
        from prodlint.rulebook import Rulebook, RuleError

        self.book = Rulebook(map(Path, self.options["packs"]))
        try:
            config = load(self.root, self.options["config_file"])
            changes: dict[str, Any] = {}
            if self.options["select"]:
                changes["select"] = split(self.options["select"])
            if self.options["ignore"]:
                changes["ignore"] = (*config.ignore, *split(self.options["ignore"]))
            if self.options["everything"]:
                changes["confidence"] = "low"
            if self.options["unexamined"]:
                changes["unexamined"] = self.options["unexamined"]
            config = msgspec.structs.replace(config, **changes)
            check_names(config, self.book.rules)
            self.book.require(config.packs)
        except (ConfigError, RuleError) as error:
            refuse(str(error))
        return config

    def select_nothing(self) -> None:
        """No rule is asked: the table of routes needs none, only the facts of some."""
        import msgspec

        self.entry_points = True
        self.config = msgspec.structs.replace(self.config, select=("meta",), ignore=(), confidence=self.config.confidence)

    def start_baseline(self) -> None:
        """Everything that is found counts, whatever an older baseline says (which need not exist yet)."""
        import msgspec

        self.config = msgspec.structs.replace(self.config, baseline=None)

    # ------------------------------------------------------------ running
    def run(self) -> Any:
        from prodlint.config import ConfigError
        from prodlint.run import run

        with self.progress() as told:
            try:
                return run(
                    self.root,
                    self.config,
                    paths=self.paths,
                    overlay=self.overlay,
                    use_cache=not self.options["no_cache"],
                    jobs=self.options["jobs"],
                    progress=told,
                    rulebook=self.book,
                    tables=self.entry_points,
                    history=self.history,
                )
            except ConfigError as error:
                refuse(str(error))

    def fixed(self, done: Any, level: str, only_diff: bool) -> Any:
        """The run after the fixes of its findings; with only_diff they are printed, and the process ends."""
        from prodlint.fix import diff, plan, write

        if self.overlay:
            refuse("text from standard input cannot be fixed; name the file")
        planned = plan(done.report, done.sources, level, self.reports)
        if only_diff:
            self.write(diff(planned.changes))
            if not planned.changes:
                more = sum(verdict.finding.fix is not None and verdict.finding.fix.level == "unsafe" for verdict in done.report.shown)
                held_back = f"; {more} with --unsafe-fixes" if more and level == "safe" else ""
                self.say(f"nothing to fix{' safely' if level == 'safe' else ''}{held_back}")
            sys.exit(int(bool(planned.changes)))
        for each in planned.refused:
            click.echo(f"not fixed: {each.verdict.finding.at.path}:{each.verdict.finding.at.line}: {each.why}", err=True)
        if not planned.changes:
            return done
        left = write(self.root, planned.changes, done.sources)
        for line in left:
            click.echo(f"not fixed: {line}", err=True)
        files = len(planned.changes) - len(left)
        click.echo(f"{files} file{'' if files == 1 else 's'} changed", err=True)
        return self.run()

    @contextlib.contextmanager
    def progress(self) -> Iterator[Callable[[int, int], None] | None]:
        """A line that counts files, on a TTY and only for long runs."""
        if not sys.stderr.isatty() or self.options["quiet"]:
            yield None
            return
        shown = False

        def told(done: int, total: int) -> None:
            nonlocal shown
            if time.perf_counter() - self.started > SLOW:
                shown = True
                bar = "#" * (done * 20 // max(total, 1))
                click.echo(f"\r{bar:20} {done}/{total} files", nl=False, err=True)

        yield told
        if shown:
            click.echo("\r" + " " * 48 + "\r", nl=False, err=True)

    def tables(self, done: Any) -> dict[str, Any]:
        from prodlint.checklist import checklist as items_of

        found = done.routes()
        return {"items": items_of(done.report, found), "routes": found}

    def looked(self, problems: Iterable[Problem]) -> int:
        """The exit code of a verb that finds nothing: 2 where it could not look."""
        from prodlint.decide import could_not_look

        return could_not_look(problems, self.config.unexamined)

    # ------------------------------------------------------------ writing
    def colour(self) -> bool:
        return self.terminal() and "NO_COLOR" not in os.environ and os.environ.get("TERM") != "dumb"

    def terminal(self) -> bool:
        """Does a person read the output where it appears?"""
        return self.options["output"] is None and sys.stdout.isatty()

    def width(self) -> int:
        """The columns of the terminal, 0 where there is none."""
        if not self.terminal():
            return 0
        from shutil import get_terminal_size

        return get_terminal_size().columns

    def write(self, text: str) -> None:
        if self.options["output"] is None:
            try:
                sys.stdout.flush()
                sys.stdout.buffer.write(text.encode())  # the contract says UTF-8, whatever the terminal's locale
                sys.stdout.buffer.flush()
            except BrokenPipeError:  # whoever reads has read enough
                raise
            except OSError as error:
                sys.stdout = io.StringIO()  # what is left in the old one would be tried again at the end, and Python ends with 120 then
                refuse(f"the output could not be written: {error.strerror}")
            return
        try:
            Path(self.options["output"]).write_bytes(text.encode())
        except OSError as error:
            refuse(f"{self.options['output']} could not be written: {error.strerror}")

    def close(self, report: Any, statistics: bool = False, steps: bool = False) -> None:
        """What the run adds up to, on standard error; steps: also where to go on."""
        from prodlint.render.closing import closing

        if statistics:
            counts: dict[str, int] = {}
            for verdict in report.shown:
                counts[verdict.rule.name] = counts.get(verdict.rule.name, 0) + 1
            for name in sorted(counts, key=lambda n: (-counts[n], n)):
                click.echo(f"{counts[name]:6}  {name}", err=True)
        if not self.options["quiet"]:
            colour = self.colour() and sys.stderr.isatty()
            gap = "\n" if steps and self.terminal() and report.shown else ""
            click.echo(gap + closing(report, time.perf_counter() - self.started, steps=steps, colour=colour), err=True)

    def say(self, text: str) -> None:
        """A line more on standard error."""
        if not self.options["quiet"]:
            click.echo(text, err=True)

    def close_line(self, listed: str, files: int, problems: Sequence[Problem]) -> None:
        """The closing lines of a table: how much it lists, and what was not examined for it."""
        from prodlint.render.closing import not_examined
        from prodlint.render.common import plural

        seconds = time.perf_counter() - self.started
        self.say(f"{listed}; {plural(len(problems), 'problem')}; {plural(files, 'file')}, {seconds:.1f} s")
        if unseen := not_examined(problems):
            self.say(f"not examined: {unseen}")
