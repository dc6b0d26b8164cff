"""Judges: a route that changes data asks who the caller is, where the app has callers at all."""

from prodlint import Finding, Project, Proof, Related, Skip

WHY = {
    "only": "gives {model} to whoever asks; the other routes that show {model} require a login and look at whose it is",
    "child": "gives {model} to whoever asks; every route to what it belongs to requires a login and looks at whose that is",
    "overlooked": "gives {model} to whoever asks; nearly all other routes that show something require a login, those to {model} among them",
    "passwords": "shows the password of {model}, or its hash, to whoever asks",
    "debug": "shows {model} for debugging and asks nobody who they are",
    "private": "gives {model} to whoever asks: what is in there is somebody's, and other routes of this app require a login",
    "named": "makes a row of {model} for whom the client names and asks nobody who they are; other routes of this app require a login",
    "staff": "stands among the routes for staff and asks nobody who they are",
    "alters": "changes or deletes the {model} that anybody names and asks nobody who they are; other routes of this app require a login",
    "changes": "changes {model} and asks nobody who they are; nearly all other routes that change something require a login",
    "makes": "makes rows of {model} and asks nobody who they are, as all that its view lets strangers do; other routes of this app require a login",
    "offers": "makes rows of {model} for whoever asks; other routes of this app require a login",
    "all": "deletes or changes all {model} at once and asks nobody who they are; other routes of this app require a login",
    "users": "gives the list of all {model} to whoever asks; other routes keep {model} to staff, or to who logs in",
}
SAFE = {"GET", "HEAD", "OPTIONS", "QUERY", "SUBSCRIPTION"}


def check(project: Project):
    handlers = project.handlers()
    if not any(handler.route.authentication == "required" for handler in handlers):
        if exposed := [handler for handler in handlers if handler.exposed[1]]:
            yield _nobody_asked(exposed)
            return
        if not handlers and not project.routes() and project.server() is None:
            yield Skip("there is no server code here")
            return
        if not handlers and project.routes():
            yield Skip("the routes of this app stand outside Python, where patterns prove no login: `prodlint routes` lists them", verdict="unknown")
            return
        yield Skip("no route of this app requires a login: how callers are known could not be told from the repository", verdict="unknown")
        return
    if unlisted := project.edge_functions():
        yield Skip(
            "a function that serves requests has no place in the table of routes: who may call it could not be told", unlisted, verdict="unknown"
        )
    told = set()  # a handler that stands in the table several times is one to mend
    for handler in handlers:
        route = handler.route
        if not handler.touches_data and not handler.exposed[1]:
            continue
        if route.authentication == "required":
            yield Proof(handler.at, f"{handler.label} requires a login")
        elif route.handler not in told and (said := _asks_nobody(handler)):
            told.add(route.handler)
            words, choice, model = said
            subject = {"id": choice and choice.id, "source": choice and choice.source, "model": model or None}
            certain = choice is not None and choice.owner_path is not None and not choice.why  # as sure as what it stands for
            sure = "high" if certain else "medium"
            yield Finding(handler.at, f"{handler.label} {words}", confidence=sure, symbol=route.handler, subject=subject, route=handler.ref)


def _nobody_asked(handlers) -> Finding:
    """One for the whole app: it has no login to forget."""
    first, models = handlers[0], sorted({handler.exposed[0] for handler in handlers})
    named = ", ".join(models[:4]) + (f" and {len(models) - 4} more" if len(models) > 4 else "")
    routes = f"{len(handlers)} routes give away or change" if len(handlers) > 1 else "1 route gives away or changes"
    return Finding(
        first.at,
        f"{first.label}: no route of this app requires a login, and {routes} {named} for whoever calls",
        confidence="medium",
        symbol=first.route.handler,
        subject={"id": None, "source": None, "model": first.exposed[0] or None},
        route=first.ref,
        related=tuple(Related(handler.at, f"{handler.label} asks nobody who they are") for handler in handlers[1:]),
    )


def _asks_nobody(handler):
    """(what to say, the client's value, the model) of a handler that should ask who calls."""
    if handler.route.authentication == "none" and handler.complete and (chosen := _writes(handler)):
        said = f"changes {chosen.model or 'data'} by {chosen.id}, which the client chooses, and asks nobody who they are"
        return f"{said}; other routes of this app require a login", chosen, chosen.model
    exposed, why = handler.exposed
    return (WHY[why].format(model=exposed or "data"), None, exposed) if why else None


def _writes(handler):
    """The record that the client chooses and it changes data by; sign-ups and logins choose none, and a POST may only read."""
    chosen = [choice for choice in handler.ids if choice.ownership == "missing"]
    methods = set(handler.route.methods)
    if not methods:  # any method: only what is sure to change something
        return next((choice for choice in chosen if choice.changed), None)
    changing = bool(handler.changes) or not methods <= {*SAFE, "POST"} or any(choice.changed for choice in chosen)
    first = next((choice for choice in chosen if not choice.why), chosen[0] if chosen else None)
    return first if changing and not methods <= SAFE else None
