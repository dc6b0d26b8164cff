"""Judges: in Go the error of a database call is taken, unless somebody says that it need not be, or a schema is brought up to date."""

from prodlint import Finding, Project, Skip

NAME = "dropped-database-error"


def check(project: Project):
    matches = [(at, match) for at, match in project.matches(NAME) if not project.is_aside(at.path)]
    # `//nolint:errcheck`: who writes that down was asked, and said yes; a column that is there already is what the second start meets
    doubtful = {(at.path, at.line) for at, match in matches if match.metadata["role"] == "fact"}
    found = [(at, match) for at, match in matches if match.metadata["role"] == "finding"]
    for at, match in found:
        allowed = (at.path, at.line) in doubtful or (at.path, at.end_line) in doubtful
        severity = "warning" if allowed else match.metadata.get("severity")
        yield Finding(at, match.message, confidence="low" if allowed else match.metadata["confidence"], severity=severity)
    yield from project.silence(bool(found), Skip("no database call whose error is dropped was found in Go"))
