"""Judges: who the caller is comes from a session or a verified token, not from what the client says."""

from prodlint import Finding, Project, Skip

FEW = 3  # routes of which each is told


def check(project: Project):
    handlers = project.handlers()
    if not handlers:
        yield Skip("no route was found in this repository")
    claims: dict[tuple, list] = {}
    for handler in handlers:
        for claim in handler.claims:
            claims.setdefault((claim.lookup, claim.id, claim.source), []).append((handler, claim))
        if handler.route.authentication == "required":
            for owner in handler.owners:
                yield finding(
                    handler,
                    owner,
                    f"{handler.label} makes a row of {owner.model or 'a table'} for whom {owner.id} in the {owner.source} names: "
                    "it knows who asks, and anybody can make one for anybody",
                )
    for told in claims.values():
        if len(told) > FEW:
            yield shared(told)
        else:
            yield from (finding(handler, claim, claimed(handler.label, claim)) for handler, claim in told)


def shared(told: list) -> Finding:
    """One place that many routes go through, a dependency or a middleware: it is mended once, and told once."""
    handler, claim = told[0]
    said = claimed(f"{handler.label} and {len(told) - 1} more routes", claim, many=True)
    return finding(handler, claim, said, at=claim.lookup)


def claimed(who: str, claim, many: bool = False) -> str:
    takes, looks = ("take", "look") if many else ("takes", "looks")
    return (
        f"{who} {takes} {claim.id} from a {claim.source} as it is and {looks} up {claim.model or 'data'} by it: "
        f"whoever sets the {claim.source} is that user"
    )


def finding(handler, choice, message: str, at=None) -> Finding:
    """at: a place that many routes share; what stands there names the finding, and none of the routes."""
    return Finding(
        at or choice.at,
        message,
        confidence="medium",
        symbol="" if at else handler.route.handler,
        subject={"id": choice.id, "source": choice.source, "model": choice.model or None},
        route=handler.ref,
    )
