"""Judges: in NestJS, a decorator that asks for a role or a permission is read by a guard that stands before the handler."""

from prodlint import Project, Skip


def check(project: Project):
    found = list(project.unread_marks())
    yield from found
    yield from project.silence(bool(found), Skip("no decorator that asks for a role and that no guard reads was found"), "typescript", "javascript")
