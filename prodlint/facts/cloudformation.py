"""CloudFormation templates (also SAM, and serverless.yml's resources) as one block for each resource.

Knows: where resources, parameters and globals stand in a template. Does not know: what a resource is for.
"""

from __future__ import annotations

from collections.abc import Iterable

from prodlint.model import Block, Entry


def is_template(entries: Iterable[Entry]) -> bool:
    """Does a `Resources.<name>.Type` of AWS stand in it?"""
    return any(e.key.endswith(".Type") and "Resources." in e.key and e.value.startswith("AWS::") for e in entries)


def template_blocks(entries: tuple[Entry, ...]) -> tuple[Block, ...]:
    """One block for each resource (kind "AWS::RDS::DBInstance", name the logical id, keys as in the template: "Properties.Port"), one of kind
    "cfn-parameter" for each parameter, and "cfn-template" for the rest."""
    groups: dict[tuple[str, str], list[Entry]] = {}
    rest: list[Entry] = []
    for entry in entries:
        place, name, key = _split(entry.key)
        if not place:
            rest.append(entry)
        else:
            groups.setdefault((place, name), []).append(Entry(key, entry.value, entry.kind, entry.line, entry.column, entry.end_column))
    out = []
    for (place, name), inner in groups.items():
        kind = "cfn-parameter"
        if place == "Resources":
            kind = next((entry.value for entry in inner if entry.key == "Type"), "cfn-resource")
        kept = tuple(entry for entry in inner if entry.key)
        out.append(Block(kind, name, inner[0].line, inner[-1].line, kept))
    if rest:
        out.append(Block("cfn-template", "template", rest[0].line, rest[-1].line, tuple(rest)))
    return tuple(out)


def _split(key: str) -> tuple[str, str, str]:
    parts = key.split(".")
    if parts[0] == "resources" and len(parts) > 2:  # serverless.yml: resources.Resources.X, or a list of them
        parts = parts[2:] if parts[1].isdigit() else parts[1:]
    if parts[0] in ("Resources", "Parameters") and len(parts) > 1:
        return parts[0], parts[1], ".".join(parts[2:])
    return "", "", ""
