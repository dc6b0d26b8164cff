"""Judges: a guard stands on every way to the data."""

from prodlint import Finding, Project, Related, Skip


def check(project: Project):
    handlers = [handler for handler in project.handlers() if handler.ids]
    if not handlers:
        yield Skip("no route takes an id")
    for handler in handlers:
        route = handler.route
        for choice in handler.ids:
            if choice.ownership != "missing" or choice.why != "partial":
                continue
            what = choice.model or "data"
            related = list(choice.chain)
            if choice.guard is not None:
                related.append(Related(choice.guard, "this guard does not stand on every way"))
            yield Finding(
                choice.at,
                f"{handler.label} holds {what} ({choice.id}) against the caller on one way and not on another",
                confidence="high" if choice.owner_path is not None else "medium",
                symbol=route.handler,
                subject={"id": choice.id, "source": choice.source, "model": choice.model or None},
                route=handler.ref,
                related=tuple(related),
            )
