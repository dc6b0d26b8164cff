"""Judges: what tries again gives up in the end."""

from prodlint import Project, Skip


def check(project: Project):
    if not project.retries():
        yield Skip("no retry that lacks anything was found")
    for again in project.retries():
        if again.lacks == "limit":
            yield again.finding(again.words)
