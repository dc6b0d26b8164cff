"""Judges: each client value that selects data is tied to the caller, or reported."""

from prodlint import Finding, Project, Proof, Related, Skip


def check(project: Project):
    handlers = project.handlers()
    if not handlers:
        yield Skip("no route was found in this repository")
    for handler in handlers:
        route = handler.route
        label = f"{','.join(route.methods) or 'ANY'} {route.path}"
        for choice in handler.ids:
            what = choice.model or "data"
            if choice.ownership == "owned":
                yield Proof(choice.at, f"{label}: {choice.id} is tied to the caller")
            elif choice.ownership == "missing" and not choice.why:  # what stands where a guard should is for rules of its own
                known = choice.owner_path is not None
                yield Finding(
                    choice.at,
                    f"{label} reaches {_article(what)} {what} by {choice.id}, which the client chooses; nothing ties it to the caller{_hint(choice)}",
                    confidence="high" if known else "medium",
                    symbol=route.handler,
                    subject={"id": choice.id, "source": choice.source, "model": choice.model or None},
                    route=handler.ref,
                    related=(Related(choice.lookup, f"{what} is looked up here"),) if choice.lookup != choice.at else (),
                    severity="error",
                )


def _article(word: str) -> str:
    return "an" if word[:1].lower() in "aeiou" else "a"


def _hint(choice) -> str:
    path = choice.owner_path
    return f"; {choice.model} belongs to {'.'.join(path)}" if path else ""
