"""Small projects from text, for the tests of external calls."""

from __future__ import annotations

from textwrap import dedent

from prodlint.facts import extract
from prodlint.project import Project, link
from tests.pages import source


def project(**files: str) -> Project:
    """A project of Python files: keyword `shop__api` is the file shop/api.py."""
    sources = [source(f"{name.replace('__', '/')}.py", dedent(text)) for name, text in files.items()]
    facts, problems = extract(sources, jobs=1)
    assert not problems
    return link(facts)


def timeouts(text: str) -> dict[int, str]:
    """Line -> state of the timeout, of one file."""
    return {call.at.line: call.timeout for call in project(app=text).external_calls()}


def fates(**files: str) -> dict[tuple[str, int], tuple[str, str]]:
    """(path, line) -> how errors are handled, and by what entry they are reached."""
    return {(c.at.path, c.at.line): (c.handled, c.reached.kind if c.reached else "") for c in project(**files).external_calls() if c.role == "call"}
