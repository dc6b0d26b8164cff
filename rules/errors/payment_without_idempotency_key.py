"""Judges: money that is moved again after a failure is moved once."""

from prodlint import Finding, Project, Related, Skip


def check(project: Project):
    found = project.payments_without_key()
    if not found:
        yield Skip("no call that moves money without a key was found")
    for hazard in found:
        again = f"{hazard.how} runs it again" if hazard.how else "a second click or a retry of the client runs it again"
        yield Finding(
            hazard.at,
            f"{hazard.name} moves money without an idempotency key: {again}, and it happens twice",
            confidence="low" if hazard.beside else "high" if hazard.how else "medium",
            symbol=hazard.symbol,
            subject={"library": hazard.library, "call": hazard.call},
            route=hazard.reached.route if hazard.reached else None,
            related=(Related(hazard.reached.at, f"{hazard.reached.kind} {hazard.reached.label} runs it"),) if hazard.reached else (),
            severity="error" if hazard.how else "info",
        )
