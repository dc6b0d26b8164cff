"""Judges: each external call that can block for ever is bounded, or reported."""

from prodlint import Edit, Finding, Fix, Project, Proof, Related, Skip

DATA = ("db", "cache", "queue")


def check(project: Project):
    calls = project.external_calls()
    if not calls:
        yield Skip("no external call was found")
    for call in calls:
        if call.timeout in ("missing", "removed"):
            yield Finding(
                call.at,
                message(call),
                confidence="low" if call.kind in DATA or call.beside else "high",
                symbol=call.symbol,
                subject={"library": call.library, "call": call.call},
                route=call.reached.route if call.reached else None,
                related=(Related(call.reached.at, f"{call.reached.kind} {call.reached.label} waits for it"),) if call.reached else (),
                severity="error" if call.stake and call.reached and call.reached.kind == "route" else "warning",
                fix=fix(call),
            )
        elif call.timeout == "set":
            yield Proof(call.at, f"{call.call} gives up after a while")


def message(call) -> str:
    where = f" while {call.reached.label} waits" if call.reached and call.reached.kind == "route" else ""
    if call.timeout == "removed":
        return f"{call.call} is told to wait for ever (timeout=None){where}"
    if call.via:
        return f"{call.call} passes no timeout on to {call.library}, which then waits for ever{where}"
    return f"{call.call} has no timeout and can wait for ever{where}; to set one: {call.how}"


def fix(call):
    if call.keyword and call.timeout == "missing" and call.tail:
        return Fix("give it a timeout of 10 seconds", (Edit(call.tail, f", {call.keyword}=10"),))
    return None
