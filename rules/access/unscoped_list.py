"""Judges: a list shows the caller's rows, not everybody's."""

import re

from prodlint import Finding, Project, Skip

# fields that say whose a row is; others name who is assigned to it, whom it tells, what it fills in
OWNER = re.compile(
    r"^(?:user|owner|author|creator|created_by|account|customer|member|profile|tenant|org|organi[sz]ation|team|workspace|company|project|patient|student|client|buyer"
    r"|candidate|applicant|sender|guest)(?:_?id)?$",
    re.I,
)


def check(project: Project):
    handlers = project.handlers()
    if not handlers:
        yield Skip("no route was found in this repository")
    for handler in handlers:
        route = handler.route
        for does, each in [*(("lists", each) for each in handler.lists), *(("deletes", each) for each in handler.wiped)]:
            yield Finding(
                each.at,
                f"{handler.label} {does} every {_row(each.model)}, whoever asks ({_belongs(each)})",
                confidence="medium" if each.guarded and (each.personal or all(OWNER.match(name) for name in each.owner_path[-1:])) else "low",
                symbol=route.handler,
                subject={"id": None, "source": None, "model": each.model or None},
                route=handler.ref,
            )


def _row(model):
    """A class by its name; a table or collection without one has rows."""
    return f"row of {model}" if model.islower() else model


def _belongs(each):
    if not each.owner_path and each.model.islower():
        return "one of them is somebody's on other routes"
    return f"{each.model} belongs to {'.'.join(each.owner_path) or 'a user'}"
