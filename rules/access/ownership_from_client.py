"""Judges: who the caller is comes from a session or a verified token, not from what the client says."""

from prodlint import Finding, Project, Skip


def check(project: Project):
    handlers = project.handlers()
    if not handlers:
        yield Skip("no route was found in this repository")
    for handler in handlers:
        route = handler.route
        for claim in handler.claims:
            yield Finding(
                claim.at,
                f"{handler.label} takes {claim.id} from a {claim.source} as it is and looks up {claim.model or 'data'} by it: "
                f"whoever sets the {claim.source} is that user",
                confidence="medium",
                symbol=route.handler,
                subject={"id": claim.id, "source": claim.source, "model": claim.model or None},
                route=handler.ref,
            )
