"""Judges: an except clause around an external call takes all that the call raises."""

from prodlint import Project, Related, Skip


def check(project: Project):
    calls = [call for call in project.external_calls() if call.role == "call"]
    if not calls:
        yield Skip("no external call was found")
    for call in calls:
        if call.handled != "partial":
            continue
        yield call.finding(
            f"{' and '.join(call.taken[:3]) or call.family} of {call.call} is handled, but {' and '.join(call.escapes[:3])} escapes"
            f" to {call.reached.kind} {call.reached.label}",
            confidence="high" if call.sure and call.handlers else "medium",
            related=tuple(Related(at, "takes no more than that") for at in call.handlers[:2]),
            severity="error" if call.stake else "info" if call.app_handler else "warning",
        )
