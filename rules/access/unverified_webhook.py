"""Judges: outside Python, a webhook is believed only when it is told that the right party sent it."""

from prodlint import Project, Skip


def check(project: Project):
    found = list(project.believed_hooks())
    yield from found
    if project.unmatched:
        yield Skip(f"semgrep did not look at {len(project.unmatched)} files", verdict="unknown")
    elif not found:
        yield Skip("no webhook outside Python that believes whoever calls it was found")
