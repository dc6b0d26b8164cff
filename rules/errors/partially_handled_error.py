"""Judges: an except clause around an external call takes all that the call raises."""

from prodlint import Project, Related, Skip


def check(project: Project):
    calls = [call for call in project.external_calls() if call.role == "call"]
    if not calls:
        yield Skip("no external call was found")
    clauses: dict = {}
    for call in calls:
        if call.handled == "partial":
            clauses.setdefault((call.handlers or call.at, call.escapes), []).append(call)
    for first, *others in clauses.values():
        yield finding(first, others)


def finding(call, others):
    """One clause is one thing to mend, however many calls stand in its try."""
    verb = "escape" if len(call.escapes) > 1 else "escapes"
    more = f" (and so for {len(others)} more in the same try)" if others else ""
    return call.finding(
        f"{' and '.join(call.taken[:3]) or call.family} of {call.call} is handled, but {' and '.join(call.escapes[:3])} {verb}"
        f" to {call.reached.kind} {call.reached.label}{more}",
        confidence="high" if call.sure and call.handlers else "medium",
        related=(
            *(Related(at, "takes no more than that") for at in call.handlers[:2]),
            *(Related(other.at, f"{other.call} as well") for other in others),
        ),
        severity="error"
        if call.charges and call.sure and call.reached.kind == "route"
        else "info"
        if call.app_handler and not call.stake
        else "warning",
    )
