"""Judges: what tries again waits before it does."""

from prodlint import Project, Skip


def check(project: Project):
    if not project.retries():
        yield Skip("no retry that lacks anything was found")
    for again in project.retries():
        if again.lacks == "backoff":
            yield again.finding(again.words)
