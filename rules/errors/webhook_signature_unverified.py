"""Judges: a webhook is believed only when it is told that the right party sent it."""

from prodlint import Project, Skip


def check(project: Project):
    found = project.believed_webhooks()
    if not found:
        yield Skip("no webhook that takes what it is sent was found")
    closed = {(route.file, route.line) for route in project.routes() if route.authentication == "required"} if found else set()
    for hazard in found:
        route = hazard.reached.route if hazard.reached else None
        if route is not None and (route.file, route.line) in closed:
            continue
        who = f"{hazard.name}'s webhook" if hazard.name else "the webhook"
        signed = f"{hazard.name} signs what it sends" if hazard.name else "a signature or a shared secret tells who sent it"
        yield hazard.finding(
            f"{who} {hazard.how} acts on its body and nobody checks who sent it; {signed}",
            confidence="high" if hazard.sure else "medium",
        )
