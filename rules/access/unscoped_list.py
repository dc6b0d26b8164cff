"""Judges: a list shows the caller's rows, not everybody's."""

from prodlint import Finding, Project, Skip


def check(project: Project):
    handlers = project.handlers()
    if not handlers:
        yield Skip("no route was found in this repository")
    for handler in handlers:
        route = handler.route
        for each in handler.lists:
            yield Finding(
                each.at,
                f"{handler.label} lists every {each.model}, whoever asks ({each.model} belongs to {'.'.join(each.owner_path) or 'a user'})",
                confidence="medium" if each.guarded else "low",
                symbol=route.handler,
                subject={"id": None, "source": None, "model": each.model or None},
                route=handler.ref,
            )
