"""Judges: a request does not wait longer than the person who sent it."""

from prodlint import Project, Skip

LONG = 600  # seconds of all tries together; what is behind a route has been given up long before by proxy and person
TOLERABLE = 120


def check(project: Project):
    calls = [call for call in project.external_calls() if call.role == "call" and call.seconds is not None]
    if not calls:
        yield Skip("no external call with a known timeout was found")
    for call in calls:
        total = call.seconds * call.tries
        if total <= TOLERABLE or call.reached is None or call.reached.kind != "route" or call.timeout in ("missing", "removed"):
            continue
        tries = f" ({call.seconds:g} s, {call.tries} tries)" if call.tries > 1 else ""
        yield call.finding(
            f"{call.call} can hold {call.reached.label} for {total:g} seconds{tries}; the proxy and the user give up long before",
            confidence="medium" if total >= LONG and call.sure else "low",
            runs="waits for it",
        )
