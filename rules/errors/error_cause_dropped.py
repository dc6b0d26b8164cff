"""Judges: an exception that stands for a failed external call names what failed."""

from prodlint import Edit, Fix, Project, Skip


def check(project: Project):
    dropped = [error for error in project.caught_errors() if error.dropped and error.call]
    if not dropped:
        yield Skip("no clause around an external call raises without its cause")
    for error in dropped:
        hidden = error.cause is not None and error.cause.end_column > error.cause.column
        yield error.finding(
            f"what {error.call} raised is {'hidden' if hidden else 'not named as the cause'} here, and nothing logs it",
            at=error.dropped,
            confidence="medium" if hidden else "low",
            fix=fix(error, hidden),
        )


def fix(error, hidden):
    if not error.name or error.cause is None:
        return None
    return Fix("name the cause", (Edit(error.cause, error.name if hidden else f" from {error.name}"),))
