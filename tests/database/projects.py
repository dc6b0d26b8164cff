"""Projects of SQL files for tests."""

from __future__ import annotations

from hashlib import blake2b

from prodlint.database.exposure import Database
from prodlint.facts import extract
from prodlint.model import Source
from prodlint.project import Project, link
from prodlint.report import Finding
from prodlint.rulebook import Rulebook


def project(files: dict[str, str]) -> Project:
    """A project of these files."""
    sources = [Source(path, text.encode(), blake2b(text.encode(), digest_size=16).hexdigest(), True) for path, text in files.items()]
    facts, problems = extract(sources, jobs=1)
    assert not problems
    return link(facts)


def migrated(*texts: str) -> Database:
    """The database that Supabase's command line makes of these migrations."""
    (database,) = project({f"supabase/migrations/2025010{place}000000_step.sql": text for place, text in enumerate(texts, 1)}).databases()
    return database


def said(rule: str, files: dict[str, str], kind: type = Finding) -> list:
    """What a rule answers of one kind about a project of these files."""
    return answers(rule, project(files), kind)


def answers(rule: str, asked: Project, kind: type = Finding) -> list:
    """What a rule answers of one kind about a project."""
    book = Rulebook(packs=False)
    found = next(each for each in book.rules if each.name == rule)
    return [answer for answer in book.check(found)(asked) if isinstance(answer, kind)]


def found(rule: str, *texts: str) -> list[str]:
    """The tables of a rule's findings after these migrations, in order."""
    files = {f"supabase/migrations/2025010{place}000000_step.sql": text for place, text in enumerate(texts, 1)}
    return [f"{answer.subject['schema']}.{answer.subject['table']}" for answer in said(rule, files)]
