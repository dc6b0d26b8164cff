"""Judges: what tries again gives up in the end."""

from prodlint import Finding, Project, Skip


def check(project: Project):
    if not project.retries():
        yield Skip("no retry that lacks anything was found")
    for again in project.retries():
        if again.lacks == "limit":
            yield Finding(
                again.at,
                again.words,
                confidence="low" if again.beside else "high",
                symbol=again.symbol,
                subject={"library": again.library or None, "call": again.call or None},
            )
