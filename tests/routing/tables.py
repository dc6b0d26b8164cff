"""Tables of routes from small projects, for the tests of registration."""

from __future__ import annotations

from textwrap import dedent

from prodlint.facts import extract
from prodlint.project import Project, link
from tests.pages import source


def project(files: dict[str, str]) -> Project:
    """A project from path -> text."""
    facts, problems = extract([source(path, dedent(text)) for path, text in files.items()], jobs=1)
    assert not problems
    return link(facts)


def routes(files: dict[str, str] | str) -> list[str]:
    """ "GET,POST /path module.handler" for every route, sorted; a text alone is app.py."""
    table = project({"app.py": files} if isinstance(files, str) else files).table
    return sorted(f"{','.join(e.methods) or 'ANY'} {e.path} {e.name}" for e in table.endpoints)


def untold(files: dict[str, str] | str) -> list[str]:
    """What could not be resolved, as "path:line message"."""
    made = project({"app.py": files} if isinstance(files, str) else files)
    return [f"{p.path}:{p.line} {p.message}" for p in made.route_problems()]


def logins(files: dict[str, str] | str) -> dict[str, str]:
    """ "GET /path" -> required, optional, none or unknown."""
    made = project({"app.py": files} if isinstance(files, str) else files)
    return {f"{','.join(r.methods) or 'ANY'} {r.path}": r.authentication for r in made.routes()}
