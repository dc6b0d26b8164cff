"""Small apps outside Python as the engine of patterns hands them over, and what is told of their ids."""

from __future__ import annotations

from prodlint.model import FileFacts, Match
from prodlint.models import load
from prodlint.project import Project, link


def told(language: str, framework: str, sign: str, files: dict[str, str]) -> list[tuple[str, str]]:
    """(id, confidence) of what nothing ties; `sign`: what stands where an entry point begins."""
    return [(each.id, each.finding().confidence) for each in linked(framework, sign, files).loose_ids(language)]


def linked(framework: str, sign: str, files: dict[str, str]) -> Project:
    """The project of these files."""
    facts = {}
    for path, text in files.items():
        at = [(number, len(line) + 1) for number, line in enumerate(text.splitlines(), 1) if sign in line]
        entries = [Match("entries", number, 1, number, end, "", {"role": "entry", "framework": framework}) for number, end in at]
        facts[path] = FileFacts(path, "x", 0, matches=(*entries, Match("source-text", 1, 1, 1, 1, text, {})))
    return link(facts, models=load())
