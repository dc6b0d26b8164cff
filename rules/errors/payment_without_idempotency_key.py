"""Judges: money that is moved again after a failure is moved once."""

from prodlint import Project, Skip


def check(project: Project):
    found = project.payments_without_key()
    if not found:
        yield Skip("no call that moves money without a key was found")
    for hazard in found:
        again = f"{hazard.how} runs it again" if hazard.how else "a second click or a retry of the client runs it again"
        yield hazard.finding(
            f"{hazard.name} moves money without an idempotency key: {again}, and it happens twice",
            confidence="high" if hazard.how else "medium",
            runs="runs it",
            severity="error" if hazard.how else "info",
        )
