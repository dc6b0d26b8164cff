"""The command line: click verbs over one run.

Knows: the verbs, their arguments and exit codes. Does not know: where the root is, streams (`session.py`); what is good or bad.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from prodlint import __version__
from prodlint.session import Session, refuse, split

if TYPE_CHECKING:
    from prodlint.report import Route

FORMATS = ("text", "json", "github", "sarif", "gitlab", "junit", "rdjson", "markdown", "html")
KINDS = ("http", "payment", "email", "sms", "cloud", "storage", "search", "llm", "auth", "db", "cache", "queue", "dns")  # of `prodlint calls`
TABLES = ("text", "json", "markdown", "html")


class Verbs(click.Group):
    """Shows the verbs in the order in which a user meets them; a run that was stopped is neither clean nor full of findings."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            refuse("stopped")

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
        click.option("--unexamined", type=click.Choice(("fail", "tell")), help="Where files could not be looked at: only tell (default), or exit 2."),
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

    PATHS limit what is reported, not what is read: the whole project is always examined, and a handler is told whose evidence leads into them."""
    from prodlint.decide import exit_code
    from prodlint.render import render

    session = Session(common_options, stdin_display_name)
    session.entry_points = form == "html"
    done = session.run()
    if fix or only_diff:
        done = session.fixed(done, "unsafe" if unsafe_fixes else "safe", only_diff)
    extra = session.tables(done) if form == "html" else {}
    text = render(done.report, form, done.sources, colour=session.colour(), verbose=common_options["verbose"], headed=session.terminal(), **extra)
    session.write(text)
    session.close(done.report, statistics, steps=form == "text")
    sys.exit(exit_code(done.report, "never" if exit_zero else fail_on or session.config.fail_on, session.config.unexamined))


@cli.command()
@common
@click.option("--format", "form", type=click.Choice(TABLES), default="text", show_default=True)
@click.option("--unprotected", is_flag=True, help="Only routes that miss authentication or an ownership check.")
@click.option("--explain", "handler", help="What was understood of one handler (part of its dotted name).")
def routes(form: str, unprotected: bool, handler: str | None, **common_options: Any) -> None:
    """List every route: method, path, handler, who may call it, and what ties its data to the caller."""
    from prodlint.render.common import plural
    from prodlint.render.routes import render_routes
    from prodlint.render.routes import unprotected as misses

    session = Session(common_options)
    session.select_nothing()
    done = session.run()
    every = [route for route in done.routes() if session.reports(route.file)]
    table = explained(every, handler) if handler else every
    if unprotected:
        table = [route for route in table if misses(route)]
    problems = sorted({*done.report.problems, *done.route_problems()})
    verbose = common_options["verbose"] or bool(handler)
    text = render_routes(table, problems, form, colour=session.colour(), verbose=verbose, everything=every, outside=done.outside_routes())
    session.write(text)
    session.close_line(plural(len(table), "route"), done.report.files, problems)
    sys.exit(session.looked(problems))


def explained(every: list[Route], name: str) -> list[Route]:
    """The routes of which a name, a path or a place speaks, as any format prints it, those whose name or path it is before those that only hold it.
    Ends where there are none."""
    from prodlint.config import nearest

    asked = name.strip()
    words = asked.split()
    method, path = (words[0].upper(), words[1]) if len(words) == 2 else ("", asked)
    whole = [route for route in every if path == route.path or f".{route.handler}".endswith(f".{path}")]  # not those whose names end with it too
    found = whole or [route for route in every if path in route.handler or path in route.path]
    found = [route for route in found if not method or method in route.methods]
    found = found or [route for route in every if asked in (f"{route.file}:{route.line}", f"{route.handler}:{route.line}")]
    found = found or [route for route in every if asked.endswith(f":{route.line}") and f".{route.handler}:{route.line}".endswith(f".{asked}")]
    if not found:
        names = {each for route in every for each in (route.path, route.handler, route.handler.rpartition(".")[2])}
        refuse(f"no route has {asked!r} in its handler or its path{nearest(asked, names)}; `prodlint routes` lists {len(every)}")
    return found


@cli.command()
@common
@click.option("--format", "form", type=click.Choice(("text", "json", "markdown")), default="text", show_default=True)
@click.option("--kind", multiple=True, help=f"Only calls of this kind: {', '.join(KINDS)}.")
@click.option("--unhandled", is_flag=True, help="Only calls without a timeout, or whose errors nobody takes.")
def calls(form: str, kind: tuple[str, ...], unhandled: bool, **common_options: Any) -> None:
    """List every external call: library, timeout, who handles its errors, and what runs it."""
    from prodlint.config import nearest
    from prodlint.render.calls import render_calls
    from prodlint.render.common import plural

    session = Session(common_options)
    session.select_nothing()
    done = session.run()
    for name in split(kind):
        if name not in KINDS:
            refuse(f"unknown kind {name!r}{nearest(name, KINDS)}; the kinds are {', '.join(KINDS)}")
    near = [call for call in done.project.external_calls() if session.reports(call.at.path)]
    table = [call for call in near if not kind or call.kind in split(kind)]
    if unhandled:
        table = [call for call in table if call.timeout in ("missing", "removed") or call.handled in ("unhandled", "partial")]
    problems = sorted({*done.report.problems, *done.route_problems()})
    elsewhere, verbose = done.outside_python(), common_options["verbose"]
    left_out = len(near) - len(table)
    session.write(render_calls(table, problems, form, colour=session.colour(), verbose=verbose, elsewhere=elsewhere, left_out=left_out))
    session.close_line(plural(len(table), "call"), done.report.files, problems)
    sys.exit(session.looked(problems))


@cli.command()
@common
@click.option("--format", "form", type=click.Choice((*TABLES, "badge")), default="text", show_default=True)
@click.option("--fail-on-item", multiple=True, help="Exit 1 where this item (or `all`) fails, or where access has a certain hole.")
@click.option("--tables", "list_tables", is_flag=True, help="Instead: every table of the database, its row-level security, and who may do what.")
def checklist(form: str, fail_on_item: tuple[str, ...], list_tables: bool, **common_options: Any) -> None:
    """Answer the eight items: pass, partial, fail, unknown or not applicable, each with its evidence."""
    from prodlint.checklist import checklist as items_of
    from prodlint.config import nearest
    from prodlint.report import ITEMS

    names = split(fail_on_item)
    for name in names:
        if name not in (*ITEMS, "all"):
            refuse(f"unknown item {name!r}{nearest(name, ITEMS)}; the items are {', '.join(ITEMS)}")
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
    session.close(done.report)
    holed = any((item.verdict == "fail" or item.holes) and (item.item in names or "all" in names) for item in items)
    sys.exit(session.looked(done.report.problems) or int(holed))


def tables_of(session: Session, form: str) -> NoReturn:
    """Prints the tables that migrations make, and ends."""
    from prodlint.render.common import plural
    from prodlint.render.tables import render_tables

    if form == "badge":
        refuse("there is no badge of tables; the formats are text, json, markdown and html")
    session.select_nothing()
    done = session.run()
    listed = [table for table in done.project.tables() if session.reports(table.path)]
    session.write(render_tables(listed, done.report.problems, form, colour=session.colour(), verbose=session.options["verbose"]))
    session.close_line(plural(len(listed), "table"), done.report.files, done.report.problems)
    sys.exit(session.looked(done.report.problems))


@cli.command()
@common
def baseline(**common_options: Any) -> None:
    """Take today's findings as known: later runs report only new ones.

    Writes .prodlint_baseline.json in the project's root, or the file that `baseline` in the configuration (or --output) names."""
    from prodlint.config import BASELINE
    from prodlint.render.baseline import known, render
    from prodlint.render.common import plural

    session = Session(common_options)
    if session.paths is not None:
        refuse("a baseline is of the whole project; leave the paths out")
    name = common_options["output"] or session.config.baseline or BASELINE
    session.start_baseline()
    done = session.run()
    session.close(done.report)
    if any(problem.severity == "error" for problem in done.report.problems):
        refuse(f"{name} was not written: what could not be looked at would count as new")
    session.options["output"] = common_options["output"] or str(session.root / name)
    session.write(render(done.report))
    unread = "; what is in the files that were not examined will count as new" if any(each.blinds for each in done.report.problems) else ""
    session.say(f"{name}: {plural(len(known(done.report)), 'finding')} known from now on; commit the file{unread}")
    sys.exit(session.looked(done.report.problems))


@cli.command()
@click.argument("name")
@click.option("--examples", is_flag=True, help="All examples of the page, not the first few.")
def explain(name: str, examples: bool) -> None:
    """Print the page of a rule: what it finds, why, and how to fix it. NAME is a rule's name or code."""
    from prodlint.config import nearest
    from prodlint.render.page import shortened
    from prodlint.rulebook import Rulebook

    book = Rulebook()
    rule = book.named(name) or book.named(name.upper()) or book.named(name.lower())
    if rule is None:
        if family := [each for each in book.rules if each.code.startswith(name.upper()) or each.item == name.lower()]:
            refuse(f"{name} is no rule but several: {', '.join(f'{each.code} {each.name}' for each in family)}")
        if about := [each.name for each in book.rules if name.lower() in each.name]:
            refuse(f"there is no rule {name!r}; these have the word: {', '.join(about)}")
        close = nearest(name, [word for each in book.rules for word in (each.name, each.code)])
        refuse(f"there is no rule {name!r}{close or '; `prodlint rules` lists them'}")
    page, more = (rule.page, 0) if examples else shortened(rule.page)
    click.echo(f"{rule.name} ({rule.code}, item {rule.item}, severity {rule.severity})\n\n{page}", nl=False)
    if more:
        click.echo(f"\n{more} more examples: prodlint explain {rule.code} --examples")


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
