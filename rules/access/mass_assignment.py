"""Judges: no row is written as the client sent it; one that belongs to nobody gives nobody anything, staff choose for others, and confidence is low
there."""

import re

from prodlint import Finding, Project, Skip

STAFF = re.compile(r"(?:^|/)(?:(?:super_?)?[aA]dmin(?:istration|panel)?|[bB]ackoffice|[sS]taff)/")  # those who come here choose for others
TYPE = re.compile(r"every column of (\w+)$")


def check(project: Project):
    matches = [(at, match) for at, match in project.matches("mass-assignment") if not project.is_aside(at.path)]
    compared = {(at.path, at.line, at.column) for at, match in matches if match.metadata["role"] == "fact"}
    told = False
    for at, match in matches:
        if match.metadata["role"] == "fact" or (at.path, at.line, at.column) in compared:
            continue
        told = True
        entity = TYPE.search(match.message) if match.metadata.get("whole") == "entity" else None
        free = entity is not None and project.belongs_to(entity.group(1)) == "free"
        doubtful = free or STAFF.search(at.path) or project.holds_permitted(at)
        yield Finding(at, match.message, confidence="low" if doubtful else match.metadata["confidence"])
    yield from project.silence(told, Skip("nothing is written as a client sent it"))
