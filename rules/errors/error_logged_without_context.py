"""Judges: a log record of an error holds a traceback or at least a value that tells what failed."""

from prodlint import Edit, Fix, Project, Skip


def check(project: Project):
    caught = project.caught_errors()
    if not caught:
        yield Skip("no except clause that logs was found")
    for error in caught:
        if error.log is not None and (error.broad or error.call):
            what = f"when {error.call} fails" if error.call else f"for any {error.types[0] if error.types else 'error'}"
            yield error.finding(
                f"the log says the same words {what}: no traceback, no id; use logger.exception, or put the values in",
                at=error.log,
                confidence="high" if error.reached and not told(error) else "low",
                fix=fix(error),
            )


def fix(error):
    if error.log_level == "error" and error.log_name:
        return Fix("log the traceback", (Edit(error.log_name, "exception"),))
    if error.log_level in ("warning", "critical") and error.log_tail:
        return Fix("log the traceback", (Edit(error.log_tail, ", exc_info=True"),))
    return None


NARROW = ("Timeout", "ConnectionError", "TimeoutException", "ConnectTimeout", "ReadTimeout", "ConnectError", "TimeoutError", "APIConnectionError")


def told(error) -> bool:
    """Does the class that is caught itself say what went wrong?"""
    return bool(error.types) and all(name.rpartition(".")[2] in NARROW for name in error.types)
