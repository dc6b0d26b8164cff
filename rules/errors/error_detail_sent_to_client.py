"""Judges: the text of an unexpected exception stays inside."""

from prodlint import Finding, Project, Related, Skip


def check(project: Project):
    caught = project.caught_errors()
    if not caught:
        yield Skip("no except clause in a route was found")
    shared: dict = {}
    for error in caught:
        for at, helper in zip(error.leaks, error.through, strict=True):
            if helper is None:
                yield told(error, at)
            else:
                shared.setdefault(helper, []).append((error, at))
    for helper, places in shared.items():
        if len(places) == 1:
            yield told(*places[0])
        else:
            yield together(helper, places)


def told(error, at) -> Finding:
    return error.finding(
        f"the text of {' or '.join(error.types[:3]) or 'any exception'} goes to the client; it can hold SQL, paths, addresses and keys",
        at=at,
        confidence=sure(error),
        severity="info" if error.staff else None,  # who runs the app may know how it is built
    )


def together(helper, places) -> Finding:
    """One function that many except clauses give their exception to is one thing to mend."""
    related = tuple(Related(at, f"{' or '.join(error.types[:3]) or 'any exception'} is given to it here") for error, at in places)
    levels = {"low" if error.beside else sure(error) for error, _ in places}
    clauses = f"the exceptions of {len(places)} except clauses"
    message = f"{helper.name} sends the text of {clauses} to the client; it can hold SQL, paths, addresses and keys"
    level = next(level for level in ("high", "medium", "low") if level in levels)
    severity = "info" if all(error.staff for error, _ in places) else None
    return Finding(helper.at, message, level, symbol=helper.name, related=related, severity=severity)


def sure(error) -> str:
    return "high" if error.broad else "medium"
