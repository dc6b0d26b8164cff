"""Judges: somebody looks at the status of an HTTP answer before the body is believed."""

from prodlint import Project, Skip


def check(project: Project):
    if not any(call.role == "call" for call in project.external_calls()):
        yield Skip("no external call was found")
    for answer in project.unchecked_answers():
        run = answer.call.reached
        yield answer.finding(
            f"nobody looks at the status of what {answer.name} answers; an error page is taken for "
            + ("success" if answer.how == "ignored" else "the data"),
            confidence="low" if run and run.kind == "command" else "high" if answer.how == "used" else "medium",
            runs="uses it",
        )
