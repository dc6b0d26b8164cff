"""Judges: where one object of a route is held against the caller, the others that the client names beside it are tied to it."""

from prodlint import Finding, Project, Related, Skip


def check(project: Project):
    handlers = [handler for handler in project.handlers() if len(handler.ids) > 1 or any(choice.why == "child" for choice in handler.ids)]
    if not handlers:
        yield Skip("no route takes several ids")
    for handler in handlers:
        route = handler.route
        for choice in handler.ids:
            if choice.ownership != "missing" or choice.why != "child":
                continue
            what = choice.model or "data"
            related = [Related(choice.lookup, f"{what} is looked up here")] if choice.lookup != choice.at else []
            if choice.guard is not None:
                related.append(Related(choice.guard, "another object is held against the caller here"))
            yield Finding(
                choice.at,
                f"{handler.label} holds another object against the caller, but {what} is chosen by {choice.id} alone: "
                "it may belong to somebody else's",
                confidence="high" if choice.owner_path is not None else "medium",
                symbol=route.handler,
                subject={"id": choice.id, "source": choice.source, "model": choice.model or None},
                route=handler.ref,
                related=tuple(related),
            )
