"""Judges: the key that passes all row policies stays on the server."""

from prodlint import Finding, Project, Skip

WHY = {
    "prefix": "{name} goes to every browser: bundlers send variables with this prefix, and the service role passes all row policies",
    "name": "{name} has a prefix that bundlers send to browsers; whoever reads it there has the service role, which passes all row policies",
    "bundler": "{name} is copied into what browsers get by this configuration, and the service role passes all row policies",
    "client-code": "a key of the service role stands in code that browsers get; it passes all row policies",
}


def check(project: Project):
    found = False
    seen = set()
    for at, fact in project.facts("service-key"):
        found = True
        if (at.path, at.line, fact.name) not in seen:
            seen.add((at.path, at.line, fact.name))
            yield Finding(
                at,
                WHY[fact.data["how"]].format(name=fact.name),
                confidence="low" if fact.data["how"] == "name" else "high",
                subject={"kind": "service-role-key"},
                text=f"{fact.name} in a browser",
            )
    if not found:
        yield Skip("no key of a service role is named in code that browsers get")
