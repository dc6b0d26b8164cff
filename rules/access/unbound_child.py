"""Judges: where one object of a route is held against the caller, the others that the client names beside it are tied to it."""

from prodlint import Finding, Project, Related, Skip

_MANY = 3  # ids that choose rows of one model beside the first, each told by a finding of its own


def check(project: Project):
    handlers = [handler for handler in project.handlers() if len(handler.ids) > 1 or any(choice.why == "child" for choice in handler.ids)]
    if not handlers:
        yield Skip("no route takes several ids")
    told = {}  # a handler that stands in the table under several paths is one to mend
    for handler in handlers:
        for choice in handler.ids:
            if choice.ownership == "missing" and choice.why == "child":
                place = handler.route.file, handler.route.line, handler.route.handler, choice.model
                told.setdefault(place, {}).setdefault((choice.id, choice.at), (handler, choice))
    for by_id in told.values():
        first, *others = by_id.values()
        if len(others) >= _MANY:
            yield finding(*first, len(others))
            continue
        for handler, choice in by_id.values():
            yield finding(handler, choice)


def finding(handler, choice, more: int = 0) -> Finding:
    """more: other ids that choose rows of the same model there."""
    what = choice.model or "data"
    related = list(choice.chain)
    if choice.guard is not None:
        related.append(Related(choice.guard, "another object is held against the caller here"))
    by = f"{choice.id} (and by {more} more ids)" if more else choice.id
    return Finding(
        choice.at,
        f"{handler.label} holds another object against the caller, but {what} is chosen by {by} alone: it may belong to somebody else's",
        confidence="high" if choice.owner_path is not None else "medium",
        symbol=handler.route.handler,
        subject={"id": choice.id, "source": choice.source, "model": choice.model or None},
        route=handler.ref,
        related=tuple(related),
    )
