"""Judges: production does not run as on a developer's machine."""

from prodlint import Finding, Project, Skip


def check(project: Project):
    found = project.lenient()
    for each in found:
        yield Finding(each.at, each.words, confidence="high" if each.certain else "medium", severity=None if each.certain else "info")
    if not found:
        served = project.serving()
        if served:
            yield Skip(f"production is started by `{project.shortened(served[0].command)}`", served[0].at)
        else:
            yield Skip("nothing in the repository says how production is started")
