"""The one-page HTML report: the eight items, the routes, the findings by severity with their code lines, the problems.

Knows: what goes on the page, and what may not: a line that holds a secret is never shown. Does not know: how the page looks
(`page.html.j2`). No script; everything is escaped by the template engine.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from importlib.resources import files

import msgspec

from prodlint import __version__
from prodlint.model import Problem, Source, Span
from prodlint.render.common import TITLES, help_url, in_order, safe, tally, telling, unsaid
from prodlint.report import SEVERITIES, ItemVerdict, Report, Route
from prodlint.texts import Texts

AROUND = 2
LONGEST = 240
_WHY = {"confidence": "of low confidence", "elsewhere": "in files that were not asked for", "covered": "said by another finding"}
_MASK = "(not shown: this line holds a secret)"


class Line(msgspec.Struct, frozen=True):
    """One line of code as it is shown; `marked` where the finding stands."""

    number: int
    text: str
    marked: bool


def render(report: Report, sources: Mapping[str, Source], items: Iterable[ItemVerdict] = (), routes: Iterable[Route] = ()) -> str:
    """The whole report as one HTML document; items and routes are left out where they are not given."""
    code = _Code(report, sources)
    groups = [(level, [v for v in report.shown if v.severity == level]) for level in reversed(SEVERITIES)]
    return page(
        "prodlint report",
        report=report,
        groups=[(level, verdicts) for level, verdicts in groups if verdicts],
        hidden=sorted(Counter(_WHY.get(v.hidden, v.hidden) for v in report.verdicts if v.hidden).items()),
        code=code.around,
        items=tuple(items),
        routes=in_order(routes),
        problems=report.problems,
    )


def page(title: str, *, problems: Iterable[Problem] = (), **sections: object) -> str:
    """A document of the sections that are given: `items`, `routes`, `report` with `groups`, `hidden` and `code`."""
    from jinja2 import Environment, StrictUndefined

    empty = {"items": (), "routes": (), "report": None, "groups": (), "hidden": (), "tables": ()}
    environment = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=StrictUndefined, finalize=_harmless)
    template = environment.from_string(files("prodlint.render").joinpath("page.html.j2").read_text(encoding="utf-8"))
    values = {**empty, **sections, "title": title, "problems": tuple(problems), "version": __version__, "help_url": help_url, "telling": telling}
    values |= {"titles": TITLES, "tally": tally, "unsaid": unsaid}
    return template.render(**values) + "\n"


def _harmless(value: object) -> object:
    """Control characters and direction overrides made visible in everything that is printed, except in finished markup."""
    return safe(value) if isinstance(value, str) and not hasattr(value, "__html__") else value


class _Code:
    """The lines around a finding, without those that hold a secret."""

    def __init__(self, report: Report, sources: Mapping[str, Source]) -> None:
        self._texts = Texts(sources)
        self._secret = report.secret_lines
        self._keys: dict[str, set[int]] = {}

    def around(self, at: Span) -> list[Line]:
        lines = self._texts.lines(at.path)
        lines = lines[:-1] if lines[-1:] == [""] else lines
        first, last = max(at.line - AROUND, 1), min(max(at.end_line, at.line), at.line + 8)
        hushed = self._secret.get(at.path, set()) | self._key_lines(at.path, lines)
        result = []
        for number in range(first, min(last + AROUND, len(lines)) + 1):
            text = lines[number - 1].expandtabs(4)
            text = text[:LONGEST] + "…" if len(text) > LONGEST else text
            result.append(Line(number, _MASK if number in hushed else text, at.line <= number <= last))
        return result

    def _key_lines(self, path: str, lines: list[str]) -> set[int]:
        """The lines of private keys, of which a finding names only the first."""
        if path not in self._keys:
            inside, numbers = False, set()
            for number, line in enumerate(lines, 1):
                inside = inside or ("-----BEGIN" in line and "PRIVATE KEY" in line)
                if inside:
                    numbers.add(number)
                    inside = "-----END" not in line
            self._keys[path] = numbers
        return self._keys[path]
