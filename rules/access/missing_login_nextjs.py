"""Judges: a Next.js, Remix or SvelteKit handler that changes rows asks who calls, where its siblings do."""

from prodlint import Project, Skip


def check(project: Project):
    found = list(project.unasked_handlers())
    yield from found
    if project.unmatched:
        yield Skip(f"semgrep did not look at {len(project.unmatched)} files", verdict="unknown")
    elif not found:
        yield Skip("no handler that changes rows and asks nobody, while its siblings ask, was found")
