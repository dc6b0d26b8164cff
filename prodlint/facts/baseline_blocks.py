"""A .secrets.baseline of detect-secrets: what somebody has looked at and keeps.

Knows: its form. Does not know: the files that it names. It holds the SHA-1 of values; what is kept is the keyed hash that found values have too.
"""

from __future__ import annotations

import json

from prodlint.facts.secrets.hashes import of_digest
from prodlint.model import Block, Entry, Problem


def read(path: str, text: str) -> tuple[tuple[Block, ...], tuple[Problem, ...]]:
    """One block of kind "secrets-baseline"; for each entry (file, hash) and (file, line). What was audited as a real secret is not among them."""
    try:
        results = json.loads(text).get("results")
    except (ValueError, RecursionError, AttributeError):
        return (), (Problem(path, 1, "could not be parsed: not valid JSON", "warning", unread=(path,)),)
    below = path.rpartition("/")[0]
    entries = []
    for name, found in sorted((results or {}).items()) if isinstance(results, dict) else ():
        for each in found if isinstance(found, list) else ():
            if isinstance(each, dict) and each.get("is_secret") is not True:
                file = f"{below}/{name}" if below else name
                entries.append(Entry(file, of_digest(str(each.get("hashed_secret", ""))), "string", 1))
                if isinstance(each.get("line_number"), int):
                    entries.append(Entry(file, str(each["line_number"]), "number", 1))
    return (Block("secrets-baseline", path.rpartition("/")[2], 1, text.count("\n") + 1, tuple(entries)),), ()
