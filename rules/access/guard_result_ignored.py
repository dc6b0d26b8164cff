"""Judges: the answer of a guard is used."""

from prodlint import Finding, Project, Skip


def check(project: Project):
    handlers = [handler for handler in project.handlers() if handler.ids]
    if not handlers:
        yield Skip("no route takes an id")
    for handler in handlers:
        route = handler.route
        for choice in handler.ids:
            if choice.ownership != "missing" or choice.why != "ignored":
                continue
            what = choice.model or "data"
            yield Finding(
                choice.guard or choice.at,
                f"{handler.label} asks whether {what} ({choice.id}) is the caller's and drops the answer: nobody is refused",
                confidence="high",
                symbol=route.handler,
                subject={"id": choice.id, "source": choice.source, "model": choice.model or None},
                route=handler.ref,
                related=choice.chain,
            )
