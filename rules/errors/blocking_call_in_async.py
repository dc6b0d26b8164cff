"""Judges: a coroutine does not hold the event loop while it waits."""

from prodlint import Project, Related, Skip


def check(project: Project):
    found = project.blocking_calls()
    if not found:
        yield Skip("no blocking call in a coroutine was found")
    for hazard in found:
        if hazard.kinds and not {"route", "task"} & set(hazard.kinds):
            continue  # a command of its own may wait
        through = f" (in {hazard.how})" if hazard.how else ""
        while_ = f" while {hazard.reached.label} runs" if hazard.reached and hazard.reached.kind == "route" else ""
        yield hazard.finding(
            f"{hazard.name}{through} blocks the event loop{while_}: every other request of this process waits with it",
            confidence=confidence(hazard),
            related=(Related(hazard.related, f"{hazard.name} is called here"),) if hazard.related else (),
        )


def confidence(hazard) -> str:
    if not hazard.kinds and (hazard.how or not hazard.sure):
        return "low"
    return "high" if "route" in hazard.kinds and not hazard.how else "medium"
