"""Judges: each external call that can block for ever is bounded, or reported."""

from prodlint import Edit, Fix, Project, Proof, Related, Skip

DATA = ("db", "cache", "queue")


def check(project: Project):
    calls = project.external_calls()
    if not calls:
        yield Skip("no external call was found")
    unset: dict = {}
    for call in calls:
        if call.timeout == "missing" and call.setting:
            unset.setdefault(call.setting, []).append(call)
        elif call.timeout in ("missing", "removed"):
            yield finding(call, message(call))
        elif call.timeout == "set":
            yield Proof(call.at, f"{call.call} gives up after a while")
    for setting, without in unset.items():
        yield of_setting(setting, without)


def finding(call, text, others=()):
    return call.finding(
        text,
        confidence="low" if call.kind in DATA else "high",
        runs="waits for it",
        related=tuple(Related(other.at, f"{other.call} waits without a bound as well") for other in others),
        severity=severity(call),
        fix=fix(call),
    )


def severity(call) -> str:
    """Who writes `timeout=None` has thought of it: what is paid, or listened to, may take as long as it takes. A command keeps whoever started it
    waiting, and nobody else."""
    if call.timeout == "removed" or (call.reached and call.reached.kind == "command"):
        return "info"
    if "offers no timeout" in call.how or call.setting == "EMAIL_TIMEOUT":
        return "warning"  # another package, or the timeout of the process, has to do it; a mail server that hangs is rare, and often one's own
    return "error" if call.stake and call.reached and call.reached.kind == "route" else "warning"


def of_setting(setting, calls):
    """One setting bounds them all, so it is one finding: at the call that matters most, with the others named."""
    worst, *others = sorted(calls, key=lambda call: (call.beside, not call.reached or call.reached.kind != "route", not call.stake))
    more = f" ({len(others)} more calls like it)" if len(others) > 1 else " (and one more call like it)" if others else ""
    return finding(worst, f"{setting} is not set: {message(worst)}{more}", sorted(others, key=lambda call: call.at))


def message(call) -> str:
    where = f" while {call.reached.label} waits" if call.reached and call.reached.kind == "route" else ""
    if call.timeout == "removed":
        return f"{call.call} is told to wait for ever (timeout=None){where}"
    if call.via:
        return f"{call.call} passes no timeout on to {call.library}, which then waits for ever{where}"
    return f"{call.call} has no timeout and can wait for ever{where}" + ("" if call.setting else f"; to set one: {call.how}")


def fix(call):
    if call.keyword and call.timeout == "missing" and call.tail:
        return Fix("give it a timeout of 10 seconds", (Edit(call.tail, f", {call.keyword}=10"),))
    return None
