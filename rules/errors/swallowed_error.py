"""Judges: an except clause around an external call does something with what it takes."""

from prodlint import Project, Skip


def check(project: Project):
    if not any(call.role == "call" for call in project.external_calls()):
        yield Skip("no external call was found")
    for caught in project.caught_errors():
        if caught.call and caught.silent and (caught.silent != "return" or caught.broad):
            yield caught.finding(
                f"a failure of {caught.call} disappears here: nothing is logged, nobody is told",
                confidence="high" if caught.silent == "pass" else "medium",
            )
