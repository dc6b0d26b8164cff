"""The command line: click verbs over one run.

Knows: arguments, where the root is, streams, colours and progress on a TTY, exit codes. Does not know: what is good or bad.
"""

from __future__ import annotations

import contextlib
import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, NoReturn

import click

from prodlint import __version__
from prodlint.root import root_for

FORMATS = ("text", "json", "github", "sarif", "gitlab", "junit", "rdjson", "markdown", "html")
TABLES = ("text", "json", "markdown", "html")
SLOW = 1.0  # seconds after which a run on a TTY shows how far it is


class Verbs(click.Group):
    """Shows the verbs in the order in which a user meets them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return ["check", "routes", "calls", "checklist", "baseline", "explain", "rules", "init"]


@click.group(cls=Verbs, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="prodlint", message="%(prog)s %(version)s")
def cli() -> None:
    """Which items of the production-grade checklist does this app fail, with evidence.

    Start with `prodlint check`, see every route with `prodlint routes`, and the eight items with `prodlint checklist`."""


def common(function: Callable[..., Any]) -> Callable[..., Any]:
    """Options that every verb that examines code has."""
    for option in reversed((
        click.argument("paths", nargs=-1, type=click.Path()),
        click.option("--config", "config_file", type=click.Path(dir_okay=False), help="Use this configuration file."),
        click.option("--pack", "packs", multiple=True, type=click.Path(exists=True, file_okay=False), help="Also the rules of this folder."),
        click.option("--select", multiple=True, help="Only these rules: names, codes, code prefixes or items (comma-separated)."),
        click.option("--ignore", multiple=True, help="Not these rules."),
        click.option("--all", "everything", is_flag=True, help="Also findings of low confidence."),
        click.option("--no-cache", is_flag=True, help="Neither read nor write .prodlint_cache."),
        click.option("--jobs", "-j", type=click.IntRange(0, 64), default=0, help="Processes; 0 means as many as there are processors."),
        click.option("--output", "-o", type=click.Path(dir_okay=False), help="Write to this file instead of standard output."),
        click.option("--verbose", "-v", is_flag=True, help="Also evidence, related places and help."),
        click.option("--quiet", "-q", is_flag=True, help="No closing line on standard error."),
    )):  # fmt: skip
        function = option(function)
    return function


@cli.command()
@common
@click.option("--format", "form", type=click.Choice(FORMATS), default="text", show_default=True)
@click.option("--fail-on", type=click.Choice(("info", "warning", "error", "never")), help="Exit 1 for findings at or above this severity.")
@click.option("--exit-zero", is_flag=True, help="Exit 0 although there are findings (still 2 where prodlint could not look).")
@click.option("--stdin-display-name", help="With `-` as path: the name of the file whose text comes on standard input.")
@click.option("--statistics", is_flag=True, help="Count findings by rule on standard error.")
@click.option("--history", is_flag=True, help="Also search what the commits of every branch added for .env files and credentials.")
@click.option("--fix", is_flag=True, help="Apply the fixes that keep behaviour; report what is left.")
@click.option("--unsafe-fixes", is_flag=True, help="With --fix or --diff: also those that need a second look.")
@click.option("--diff", "only_diff", is_flag=True, help="Print what --fix would change and change nothing; exit 1 where that is something.")
def check(
    form: str, fail_on: str | None, exit_zero: bool, stdin_display_name: str | None, statistics: bool,
    fix: bool, unsafe_fixes: bool, only_diff: bool, **common_options: Any,
) -> None:  # fmt: skip
    """Report what is missing before production.

    PATHS limit what is reported, not what is read: the whole project is always examined."""
    from prodlint.decide import exit_code
    from prodlint.render import render

    session = Session(common_options, stdin_display_name)
    session.entry_points = form == "html"
    done = session.run()
    if fix or only_diff:
        done = session.fixed(done, "unsafe" if unsafe_fixes else "safe", only_diff)
    extra = session.tables(done) if form == "html" else {}
    text = render(done.report, form, done.sources, colour=session.colour(), verbose=common_options["verbose"], **extra)
    session.write(text)
    session.close(done.report, statistics)
    sys.exit(exit_code(done.report, "never" if exit_zero else fail_on or session.config.fail_on))


@cli.command()
@common
@click.option("--format", "form", type=click.Choice(TABLES), default="text", show_default=True)
@click.option("--unprotected", is_flag=True, help="Only routes that miss authentication or an ownership check.")
@click.option("--explain", "handler", help="What was understood of one handler (part of its dotted name).")
def routes(form: str, unprotected: bool, handler: str | None, **common_options: Any) -> None:
    """List every route: method, path, handler, who may call it, and what ties its data to the caller."""
    from prodlint.render.routes import render_routes
    from prodlint.render.routes import unprotected as misses

    session = Session(common_options)
    session.select_nothing()
    done = session.run()
    every = [route for route in done.routes() if session.reports(route.file)]
    table = [route for route in every if not handler or handler in route.handler or handler in route.path]
    if unprotected:
        table = [route for route in table if misses(route)]
    problems = sorted({*done.report.problems, *done.route_problems()})
    verbose = common_options["verbose"] or bool(handler)
    text = render_routes(table, problems, form, colour=session.colour(), verbose=verbose, everything=every, outside=done.outside_routes())
    session.write(text)
    session.close_line(f"{len(table)} routes, {done.report.files} files, {len(problems)} problems")
    sys.exit(2 if any(problem.severity == "error" for problem in problems) else 0)


@cli.command()
@common
@click.option("--format", "form", type=click.Choice(("text", "json", "markdown")), default="text", show_default=True)
@click.option(
    "--kind", multiple=True, help="Only calls of this kind: http, payment, email, sms, cloud, storage, search, llm, auth, db, cache, queue."
)
@click.option("--unhandled", is_flag=True, help="Only calls without a timeout, or whose errors nobody takes.")
def calls(form: str, kind: tuple[str, ...], unhandled: bool, **common_options: Any) -> None:
    """List every external call: library, timeout, who handles its errors, and what runs it."""
    from prodlint.render.calls import render_calls

    session = Session(common_options)
    session.select_nothing()
    done = session.run()
    table = [call for call in done.project.external_calls() if session.reports(call.at.path) and (not kind or call.kind in split(kind))]
    if unhandled:
        table = [call for call in table if call.timeout in ("missing", "removed") or call.handled in ("unhandled", "partial")]
    problems = sorted(set(done.report.problems))
    session.write(render_calls(table, problems, form, colour=session.colour(), verbose=common_options["verbose"]))
    session.close_line(f"{len(table)} calls, {done.report.files} files, {len(problems)} problems")
    sys.exit(2 if any(problem.severity == "error" for problem in problems) else 0)


@cli.command()
@common
@click.option("--format", "form", type=click.Choice((*TABLES, "badge")), default="text", show_default=True)
@click.option("--fail-on-item", multiple=True, help="Exit 1 where this item (or `all`) fails.")
@click.option("--tables", "list_tables", is_flag=True, help="Instead: every table of the database, its row-level security, and who may do what.")
def checklist(form: str, fail_on_item: tuple[str, ...], list_tables: bool, **common_options: Any) -> None:
    """Answer the eight items: pass, partial, fail, unknown or not applicable, each with its evidence."""
    from prodlint.checklist import checklist as items_of
    from prodlint.report import ITEMS

    names = split(fail_on_item)
    for name in names:
        if name not in (*ITEMS, "all"):
            refuse(f"unknown item {name!r}; the items are {', '.join(ITEMS)}")
    session = Session(common_options)
    session.entry_points = True
    if list_tables:
        tables_of(session, form)
    done = session.run()
    items = items_of(done.report, done.routes())
    if form == "badge":
        from prodlint.render.badge import render as badge

        session.write(badge(items))
    else:
        from prodlint.render.checklist import render_checklist

        colour, verbose = session.colour(), common_options["verbose"]
        session.write(render_checklist(items, done.report.problems, form, colour=colour, verbose=verbose, width=session.width()))
    session.close(done.report, False)
    if any(problem.severity == "error" for problem in done.report.problems):
        sys.exit(2)
    sys.exit(int(any(item.verdict == "fail" and (item.item in names or "all" in names) for item in items)))


def tables_of(session: Session, form: str) -> NoReturn:
    """Prints the tables that migrations make, and ends."""
    from prodlint.render.tables import render_tables

    if form == "badge":
        refuse("there is no badge of tables; the formats are text, json, markdown and html")
    session.select_nothing()
    done = session.run()
    listed = [table for table in done.project.tables() if session.reports(table.path)]
    session.write(render_tables(listed, done.report.problems, form, colour=session.colour(), verbose=session.options["verbose"]))
    session.close_line(f"{len(listed)} tables, {done.report.files} files, {len(done.report.problems)} problems")
    sys.exit(2 if any(problem.severity == "error" for problem in done.report.problems) else 0)


@cli.command()
@common
def baseline(**common_options: Any) -> None:
    """Take today's findings as known: later runs report only new ones.

    Writes the file that `baseline` in the configuration names (or --output)."""
    from prodlint.render.baseline import render as render_baseline

    session = Session(common_options)
    if session.paths is not None:
        refuse("a baseline is of the whole project; leave the paths out")
    file = common_options["output"] or (session.config.baseline and str(session.root / session.config.baseline))
    if not file:
        refuse('name the file in the configuration: baseline = ".prodlint_baseline.json"')
    session.start_baseline()
    done = session.run()
    session.options["output"] = file
    session.write(render_baseline(done.report))
    session.close(done.report, False)
    sys.exit(2 if any(problem.severity == "error" for problem in done.report.problems) else 0)


@cli.command()
@click.argument("name")
def explain(name: str) -> None:
    """Print the page of a rule: what it finds, why, and how to fix it. NAME is a rule's name or code."""
    from prodlint.config import nearest
    from prodlint.rulebook import Rulebook

    book = Rulebook()
    rule = book.named(name)
    if rule is None:
        close = nearest(name, [word for each in book.rules for word in (each.name, each.code)])
        refuse(f"there is no rule {name!r}{close or '; `prodlint rules` lists them'}")
    click.echo(f"{rule.name} ({rule.code}, item {rule.item}, severity {rule.severity})\n\n{rule.page}", nl=False)


@cli.command()
@click.option("--format", "form", type=click.Choice(("text", "json")), default="text", show_default=True)
def rules(form: str) -> None:
    """List the rules by item."""
    from prodlint.rulebook import Rulebook

    book = Rulebook()
    if form == "json":
        import json

        click.echo(json.dumps([
            {"rule": r.name, "code": r.code, "item": r.item, "severity": r.severity, "summary": r.summary, "engine": r.engine} for r in book.rules
        ], indent=1))  # fmt: skip
        return
    width = max((len(rule.name) for rule in book.rules), default=0)
    last = ""
    for rule in book.rules:
        if rule.item != last:
            click.echo(("\n" if last else "") + click.style(rule.item, bold=True))
            last = rule.item
        click.echo(f"  {rule.code}  {rule.name:{width}}  {rule.severity:7}  {rule.summary}")


@cli.command()
@click.option("--stdout", "to_stdout", is_flag=True, help="Print the configuration instead of writing it.")
def init(to_stdout: bool) -> None:
    """Write a commented configuration: into pyproject.toml where there is one, else prodlint.toml."""
    from prodlint.starter import starter_for, table

    if to_stdout:
        click.echo(table(), nl=False)
        return
    try:
        click.echo(starter_for(Path.cwd()))
    except FileExistsError as error:
        refuse(str(error))
    except OSError as error:
        refuse(f"the configuration could not be written: {error.strerror}")


# ---------------------------------------------------------------- one session
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

        self.config = msgspec.structs.replace(self.config, baseline="")

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
        planned = plan(done.report, done.sources, level)
        if only_diff:
            self.write(diff(planned.changes))
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

    # ------------------------------------------------------------ writing
    def colour(self) -> bool:
        return self.options["output"] is None and sys.stdout.isatty() and "NO_COLOR" not in os.environ

    def width(self) -> int:
        """The columns of the terminal, 0 where there is none."""
        if self.options["output"] is not None or not sys.stdout.isatty():
            return 0
        from shutil import get_terminal_size

        return get_terminal_size().columns

    def write(self, text: str) -> None:
        if self.options["output"] is None:
            sys.stdout.flush()
            sys.stdout.buffer.write(text.encode())  # the contract says UTF-8, whatever the terminal's locale
            sys.stdout.buffer.flush()
            return
        try:
            Path(self.options["output"]).write_bytes(text.encode())
        except OSError as error:
            refuse(f"{self.options['output']} could not be written: {error.strerror}")

    def close(self, report: Any, statistics: bool) -> None:
        from prodlint.render.text import closing

        if statistics:
            counts: dict[str, int] = {}
            for verdict in report.shown:
                counts[verdict.rule.name] = counts.get(verdict.rule.name, 0) + 1
            for name in sorted(counts, key=lambda n: (-counts[n], n)):
                click.echo(f"{counts[name]:6}  {name}", err=True)
        if not self.options["quiet"]:
            click.echo(closing(report, time.perf_counter() - self.started).rstrip("\n"), err=True)

    def close_line(self, text: str) -> None:
        if not self.options["quiet"]:
            click.echo(f"{text}, {time.perf_counter() - self.started:.1f} s", err=True)
