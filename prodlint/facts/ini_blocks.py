"""INI files (setup.cfg, tox.ini, alembic.ini, newrelic.ini) as one block each, keys as "section.key".

Knows: sections, pairs, indented continuation lines, comments. Does not know: what a key means.
"""

from __future__ import annotations

from prodlint import regex as re
from prodlint.model import Block, Entry, Problem

MAX_ENTRIES = 20_000
_PAIR = re.compile(r"^([^\s=:\[][^=:]*?)\s*[=:]\s*(.*?)\s*$")


def read(path: str, text: str) -> tuple[tuple[Block, ...], tuple[Problem, ...]]:
    """The file as one block of kind "ini"."""
    entries: list[Entry] = []
    section = ""
    for number, line in enumerate(text.splitlines(), 1):
        bare = line.strip()
        if not bare or bare[0] in "#;":
            continue
        if bare.startswith("[") and "]" in bare:
            section = bare[1 : bare.index("]")].strip()
        elif line[0].isspace() and entries:
            last = entries[-1]
            entries[-1] = Entry(last.key, f"{last.value}\n{bare}".strip(), "string", last.line, last.column, last.end_column)
        elif (pair := _PAIR.match(line)) and len(entries) < MAX_ENTRIES:
            key = f"{section}.{pair.group(1)}" if section else pair.group(1)
            entries.append(Entry(key, pair.group(2), "string", number, pair.start(2) + 1, pair.end(2) + 1))
    return (Block("ini", path.rpartition("/")[2], 1, text.count("\n") + 1, tuple(entries)),), ()
