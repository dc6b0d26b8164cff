"""One file for each output format, one function each: report in, text out.

Knows: which formats there are. Does not know: configuration, the disk, where the text goes. A format's module is imported when
it is asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from importlib import import_module

from prodlint.model import Source
from prodlint.report import ItemVerdict, Report, Route

FORMATS = ("text", "json", "github", "sarif", "gitlab", "junit", "rdjson", "markdown", "html")
TABLE_FORMATS = ("text", "json", "markdown", "html")


def render(
    report: Report,
    form: str = "text",
    sources: Mapping[str, Source] | None = None,
    *,
    colour: bool = False,
    verbose: bool = False,
    items: Iterable[ItemVerdict] = (),
    routes: Iterable[Route] = (),
    headed: bool = False,
) -> str:
    """The report in one of `FORMATS`, ending in a newline where it is not empty.

    sources: the examined files by path, for formats that show or hash code lines; colour, verbose and headed: for text only; items and
    routes: the checklist and the table of routes, for html only."""
    module = import_module(f"prodlint.render.{form}")
    if form == "text":
        return module.render(report, colour=colour, verbose=verbose, headed=headed)
    if form == "html":
        return module.render(report, sources or {}, items, routes)
    return module.render(report, sources or {})
