"""Projects of SQL files for tests."""

from __future__ import annotations

from hashlib import blake2b

from prodlint.database.exposure import Database
from prodlint.facts import extract
from prodlint.model import Source
from prodlint.project import Project, link


def project(files: dict[str, str]) -> Project:
    """A project of these files."""
    sources = [Source(path, text.encode(), blake2b(text.encode(), digest_size=16).hexdigest(), True) for path, text in files.items()]
    facts, problems = extract(sources, jobs=1)
    assert not problems
    return link(facts)


def migrated(*texts: str, **more: str) -> Database:
    """The database that Supabase's command line makes of these migrations; more: other files, `__` for a slash and `_` for a dot at the end."""
    files = {f"supabase/migrations/2025010{place}000000_step.sql": text for place, text in enumerate(texts, 1)}
    (database,) = project({**files, **more}).databases()
    return database
