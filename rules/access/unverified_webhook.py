"""Judges: outside Python, a webhook is believed only when it is told that the right party sent it."""

from prodlint import Project, Skip


def check(project: Project):
    found = list(project.believed_hooks())
    yield from found
    yield from project.silence(bool(found), Skip("no webhook outside Python that believes whoever calls it was found"))
