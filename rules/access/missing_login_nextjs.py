"""Judges: a Next.js, Remix or SvelteKit handler that changes rows asks who calls, where its siblings do."""

from prodlint import Project, Skip


def check(project: Project):
    found = list(project.unasked_handlers())
    yield from found
    yield from project.silence(bool(found), Skip("no handler that changes rows and asks nobody, while its siblings ask, was found"))
