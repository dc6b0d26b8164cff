"""Judges: somebody keeps what was started, and hears when it fails."""

from prodlint import Finding, Project, Skip


def check(project: Project):
    found = project.lost_work()
    if not found:
        yield Skip("no task or future is thrown away")
    for hazard in found:
        name = hazard.name or "what it runs"
        if hazard.how == "future":
            if not hazard.sure:
                continue
            yield Finding(
                hazard.at,
                f"nobody reads this future: an error in {name} disappears",
                confidence="low" if hazard.beside else "medium",
                symbol=hazard.symbol,
            )
        elif hazard.sure:
            yield Finding(
                hazard.at,
                f"nobody keeps this task: an error in {name} is not seen, and the task may be collected before it ends",
                confidence="low" if hazard.beside else "high",
                symbol=hazard.symbol,
            )
        else:
            yield Finding(
                hazard.at,
                f"nobody keeps this task: {name} may be collected before it ends",
                confidence="medium",
                symbol=hazard.symbol,
                severity="info",
            )
