"""Judges: records that the client names as foreign keys are tied to the caller before they are written."""

from prodlint import Finding, Project, Proof, Related, Skip


def check(project: Project):
    handlers = [handler for handler in project.handlers() if handler.links]
    if not handlers:
        yield Skip("no serializer or form of this repository lets a client set a foreign key")
    said = set()
    for handler in handlers:
        loose = []
        for link in handler.links:
            if link.ownership == "owned":
                yield Proof(link.at, f"{handler.label}: the {link.model} in {link.id} is tied to the caller")
            elif link.ownership == "missing" and link.owner_path is not None and (link.at, link.id) not in said:
                said.add((link.at, link.id))
                loose.append(link)
        for guarded in (True, False):
            if links := [link for link in loose if link.guarded is guarded]:
                yield finding(handler, links)


def finding(handler, links):
    """One for all the keys that a serializer leaves open in a handler: they are mended in one place."""
    first, ids = links[0], [link.id for link in links]
    models = sorted({link.model for link in links})
    if len(links) == 1:
        words = f"writes {first.id}, which may name any {first.model}; nothing ties that {first.model} to the caller"
        words += f" (it belongs to {'.'.join(first.owner_path) or 'a user'})"
    else:
        words = f"writes {listed(ids)}, each of which may name anybody's row of {listed(models)}; nothing ties these rows to the caller"
    return Finding(
        first.at,
        f"{handler.label} {words}",
        confidence="medium" if first.guarded else "low",
        symbol=handler.route.handler,
        subject={"id": ", ".join(ids), "source": "body", "model": first.model if len(models) == 1 else None},
        route=handler.ref,
        related=tuple(Related(link.lookup, f"{link.id} names a row of {link.model}") for link in links if link.lookup != first.at),
    )


def listed(words: list[str]) -> str:
    """`a, b and c`; of more than four the first three and how many there are."""
    if len(words) > 4:
        words = [*words[:3], f"{len(words) - 3} more"]
    return f"{', '.join(words[:-1])} and {words[-1]}" if len(words) > 1 else words[0]
