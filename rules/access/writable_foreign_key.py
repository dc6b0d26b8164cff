"""Judges: a record that the client names as a foreign key is tied to the caller before it is written."""

from prodlint import Finding, Project, Proof, Skip


def check(project: Project):
    handlers = [handler for handler in project.handlers() if handler.links]
    if not handlers:
        yield Skip("no serializer of this repository lets a client set a foreign key")
    said = set()
    for handler in handlers:
        for link in handler.links:
            if link.ownership == "owned":
                yield Proof(link.at, f"{handler.label}: the {link.model} in {link.id} is tied to the caller")
            elif link.ownership == "missing" and link.owner_path is not None and (link.at, link.id) not in said:
                said.add((link.at, link.id))
                yield Finding(
                    link.at,
                    f"{handler.label} writes {link.id}, which may name any {link.model}; nothing ties that {link.model} to the caller "
                    f"(it belongs to {'.'.join(link.owner_path) or 'a user'})",
                    confidence="medium" if link.guarded else "low",
                    symbol=handler.route.handler,
                    subject={"id": link.id, "source": "body", "model": link.model or None},
                    route=handler.ref,
                )
