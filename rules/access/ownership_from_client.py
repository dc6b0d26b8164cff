"""Judges: who the caller is comes from a session or a verified token, not from what the client says."""

from prodlint import Finding, Project, Skip


def check(project: Project):
    handlers = project.handlers()
    if not handlers:
        yield Skip("no route was found in this repository")
    for handler in handlers:
        for claim in handler.claims:
            yield finding(
                handler,
                claim,
                f"{handler.label} takes {claim.id} from a {claim.source} as it is and looks up {claim.model or 'data'} by it: "
                f"whoever sets the {claim.source} is that user",
            )
        if handler.route.authentication == "required":
            for owner in handler.owners:
                yield finding(
                    handler,
                    owner,
                    f"{handler.label} makes a row of {owner.model or 'a table'} for whom {owner.id} in the {owner.source} names: "
                    "it knows who asks, and anybody can make one for anybody",
                )


def finding(handler, choice, message: str) -> Finding:
    return Finding(
        choice.at,
        message,
        confidence="medium",
        symbol=handler.route.handler,
        subject={"id": choice.id, "source": choice.source, "model": choice.model or None},
        route=handler.ref,
    )
