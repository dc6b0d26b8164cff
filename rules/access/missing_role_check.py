"""Judges: what some routes keep to a role, others do not do for everybody who can log in."""

import re

from prodlint import Finding, Project, Proof, Skip

KEYS = {"id", "pk", "uuid", "slug", "code"}  # a row by its name or address is a login, a sign-up, somebody who joins
SAFE = {"GET", "HEAD", "OPTIONS"}
ENTRANCE = re.compile(r"log_?(?:in|out)|sign_?(?:in|up|out)|password|profile|/me(?:/|$)|(?:^|/)auth/(?:\w+/)*refresh(?:/|$)", re.I)
# no /internal: it is as often what the app's own pages call, for every user
STAFF = re.compile(r"/(?:admin|administration|staff|superuser|management|backoffice)(?:/|$)", re.I)


def check(project: Project):
    handlers = project.handlers()
    kept = {model for handler in handlers if handler.role and not handler.machine for model in handler.changes}
    for handler in handlers:
        yield from _claimed(handler)
    if not any(handler.role for handler in handlers) and not _has_customers(handlers):
        yield Skip("no route of this app asks for a role")
        return
    if any(handler.role for handler in handlers):
        for handler in handlers:
            yield from _promoted(handler)
    for handler in handlers:
        route = handler.route
        if handler.role:
            yield Proof(handler.at, f"{handler.label} asks for a role")
        elif handler.complete and route.authentication == "required" and not any(choice.ownership == "missing" for choice in handler.ids):
            yield from _open(handler, kept)


def _has_customers(handlers) -> bool:
    """Do people log in who reach only what is theirs? Then those who log in are not all staff."""
    return any(handler.route.ownership == "owned" and not STAFF.search(handler.route.path) for handler in handlers)


def _claimed(handler):
    """A finding where a cookie or header that anybody can set says what the caller may do."""
    for power in handler.powers:
        yield Finding(
            power.at,
            f"{handler.label} asks the {power.source} {power.id} what the caller may do: whoever sets the {power.source} may do it",
            confidence="medium",
            symbol=handler.route.handler,
            subject={"id": power.id, "source": power.source, "model": None},
            route=handler.ref,
        )


def _promoted(handler):
    """A finding where strangers sign up as whatever they say they are."""
    for told in handler.promotes[:1]:
        chosen = f"is what {told.id} in the {told.source} says: whoever signs up says themselves what they may do"
        yield Finding(
            told.at,
            f"{handler.label} makes a {told.model or 'user'} whose {told.field} {chosen if told.id else 'lets them do everything, for whoever asks'}",
            confidence="medium",
            symbol=handler.route.handler,
            subject={"id": told.id or None, "source": told.source or None, "model": told.model or None},
            route=handler.ref,
        )


def _open(handler, kept):
    """A finding where the route does for every user what is kept to a role elsewhere, or stands among the routes for staff."""
    route = handler.route
    changes = not set(route.methods) <= SAFE
    shared = [choice for choice in handler.ids if choice.ownership == "not-applicable" and choice.changed and choice.field in KEYS]
    common = [model for model in handler.changes if model in kept]
    if changes and shared and common and not handler.makes_own:  # what a loan takes from the shelf
        choice = shared[0]
        yield Finding(
            choice.at,
            f"{handler.label} changes {choice.model} for everybody, and every user may; other routes that change it ask for a role",
            confidence="medium",
            symbol=route.handler,
            subject={"id": choice.id, "source": choice.source, "model": choice.model or None},
            route=handler.ref,
        )
    elif (
        STAFF.search(route.path)
        and route.ownership not in ("owned", "admin")
        and (handler.touches_data or handler.makes)
        and not (handler.kinds or ENTRANCE.search(route.path))
    ):
        yield Finding(
            handler.at,
            f"{handler.label} is among the routes for staff, and a login is all it asks for",
            confidence="medium",
            symbol=route.handler,
            subject={"id": None, "source": None, "model": handler.changes[0].rpartition(".")[2] if handler.changes else None},
            route=handler.ref,
        )
