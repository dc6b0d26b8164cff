"""Judges: the text of an unexpected exception stays inside."""

from prodlint import Finding, Project, Skip


def check(project: Project):
    caught = project.caught_errors()
    if not caught:
        yield Skip("no except clause in a route was found")
    for error in caught:
        for at in error.leaks:
            yield Finding(
                at,
                f"the text of {' or '.join(error.types[:3]) or 'any exception'} goes to the client; it can hold SQL, paths, addresses and keys",
                confidence="low" if error.beside else "high" if error.broad else "medium",
                symbol=error.symbol,
                subject={"library": error.library or None, "call": error.call or None},
            )
