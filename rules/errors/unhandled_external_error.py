"""Judges: what an external call can raise is taken by somebody before it reaches the framework."""

from prodlint import Project, Proof, Skip


def check(project: Project):
    calls = [call for call in project.external_calls() if call.role == "call"]
    if not calls:
        yield Skip("no external call was found")
    for call in calls:
        if call.handled == "unhandled":
            yield call.finding(
                message(call),
                confidence="high" if call.sure else "medium",
                runs="runs it",
                severity=severity(call),
            )
        elif call.handled == "handled" and call.handlers:
            yield Proof(call.at, f"{call.call} is handled")


def severity(call) -> str:
    """A charge that fails half way while somebody waits is the worst of it; what a job raises is in the log of the queue, and what the last resort
    takes in the app's."""
    if call.charges and call.sure and call.reached.kind == "route":
        return "error"
    return "info" if not call.stake and (call.app_handler or call.reached.kind == "task") else "warning"


def message(call) -> str:
    narrow = f" ({', '.join(call.narrow[:3])} alone is caught)" if call.narrow else ""
    resort = "; only the app's last resort takes it" if call.app_handler else ""
    raised = " or ".join(call.escapes[:3])
    return f"{call.call} can raise {raised}; nothing catches it{narrow} before {call.reached.kind} {call.reached.label} ends{resort}"
