"""Judges: a route of a JavaScript router that changes rows asks who calls, where nearly all others of its file do."""

from prodlint import Project, Skip


def check(project: Project):
    found = list(project.routes_left_out())
    yield from found
    yield from project.silence(
        bool(found), Skip("no route that changes rows stands outside of the login of its siblings"), "javascript", "typescript"
    )
