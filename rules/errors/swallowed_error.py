"""Judges: an except clause around an external call does something with what it takes."""

from prodlint import Finding, Project, Skip


def check(project: Project):
    if not any(call.role == "call" for call in project.external_calls()):
        yield Skip("no external call was found")
    for caught in project.caught_errors():
        if not caught.call or not caught.silent or (caught.silent == "return" and not caught.broad):
            continue
        yield Finding(
            caught.at,
            f"a failure of {caught.call} disappears here: nothing is logged, nobody is told",
            confidence="low" if caught.beside else "high" if caught.silent == "pass" else "medium",
            symbol=caught.symbol,
            subject={"library": caught.library, "call": caught.call},
        )
