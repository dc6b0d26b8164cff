"""Judges: somebody keeps what was started, and hears when it fails."""

from prodlint import Project, Skip


def check(project: Project):
    found = project.lost_work()
    if not found:
        yield Skip("no task or future is thrown away")
    for hazard in found:
        name = hazard.name or "what it runs"
        if hazard.how == "future":
            if not hazard.sure:
                continue
            yield hazard.finding(
                f"nobody reads this future: an error in {name} disappears",
                confidence="medium",
            )
        elif hazard.sure:
            yield hazard.finding(
                f"nobody keeps this task: an error in {name} is not seen, and the task may be collected before it ends",
                confidence="high",
            )
        else:
            yield hazard.finding(
                f"nobody keeps this task: {name} may be collected before it ends",
                confidence="medium",
                severity="info",
            )
