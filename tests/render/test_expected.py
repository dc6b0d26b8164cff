"""Whole outputs, as they lie in `expected/`. After a wanted change: `python -m tests.render.test_expected`, and read the diff."""

from __future__ import annotations

from pathlib import Path

import pytest

from prodlint import __version__
from prodlint.model import Problem
from prodlint.render import FORMATS, TABLE_FORMATS, render
from prodlint.render.checklist import render_checklist
from prodlint.render.routes import render_routes
from tests.reports import items, routes, sample, sources

HERE = Path(__file__).parent / "expected"
PROBLEMS = (Problem("shop/api.py", 120, "12 registrations in a loop are not listed", "warning"),)


def outputs() -> dict[str, str]:
    """Every output by the name of its file."""
    report = sample()
    made = {f"check.{form}": render(report, form, sources()) for form in FORMATS}
    made["check-verbose.text"] = render(report, "text", verbose=True)
    made["report.html"] = render(report, "html", sources(), items=items(), routes=routes())
    for form in TABLE_FORMATS:
        made[f"routes.{form}"] = render_routes(routes(), PROBLEMS, form)
        made[f"checklist.{form}"] = render_checklist(items(), PROBLEMS, form)
    made["routes-verbose.text"] = render_routes(routes(), verbose=True)
    made["checklist-verbose.text"] = render_checklist(items(), verbose=True)
    return {name: text.replace(__version__, "VERSION") for name, text in made.items()}


@pytest.mark.parametrize("name", sorted(outputs()))
def test_output_is_as_expected(name):
    assert outputs()[name] == (HERE / name).read_text(encoding="utf-8")


def test_nothing_else_is_expected():
    assert sorted(path.name for path in HERE.iterdir()) == sorted(outputs())


if __name__ == "__main__":
    HERE.mkdir(exist_ok=True)
    for name, text in outputs().items():
        (HERE / name).write_text(text, encoding="utf-8")
