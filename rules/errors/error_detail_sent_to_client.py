"""Judges: the text of an unexpected exception stays inside."""

from prodlint import Project, Skip


def check(project: Project):
    caught = project.caught_errors()
    if not caught:
        yield Skip("no except clause in a route was found")
    for error in caught:
        for at in error.leaks:
            yield error.finding(
                f"the text of {' or '.join(error.types[:3]) or 'any exception'} goes to the client; it can hold SQL, paths, addresses and keys",
                at=at,
                confidence="high" if error.broad else "medium",
            )
