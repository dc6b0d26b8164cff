"""What is left of a file's statements when its transactions have ended.

Knows: transactions and savepoints, nested and named alike, that are committed, released or rolled back. Does not know: what a statement does, or
that PostgreSQL refuses one.
"""

from __future__ import annotations

from prodlint import regex as re
from prodlint.model import Span

Placed = tuple[str, Span]
_SAVEPOINT = re.compile(
    r"(?i)(?:(?P<set>savepoint)|(?P<keep>release)(?:\s+savepoint\b)?|rollback(?:\s+(?:work|transaction))?\s+to(?:\s+savepoint\b)?)"
    r"\s+(?P<name>\"(?:[^\"]|\"\")+\"|[^\W\d][\w$]*)$"
)
_END = re.compile(
    r"(?i)(?P<verb>begin|start\s+transaction|commit|end|rollback|abort)\b(?!\s+(?:prepared|atomic)\b)(?:\s+(?:work|transaction)\b)?(?P<chain>\s+and\s+chain\b)?"
)


def lasting(every: list[Placed]) -> list[Placed]:
    """The statements without those that are rolled back: whole transactions, and what follows a savepoint. One outside of a transaction of the file
    counts, because most tools run a migration in a transaction of their own."""
    out: list[Placed] = []
    begun: int | None = None
    marks: list[tuple[str, int]] = []  # savepoints that are set, with how much had run before
    for each in every:
        if (found := _SAVEPOINT.match(each[0])) is not None:
            _at_savepoint(found, out, marks)
        elif (ends := _END.match(each[0])) is not None:
            verb = ends.group("verb")[:5].lower()
            if verb in ("rollb", "abort") and begun is not None:
                del out[begun:]
            opens = verb in ("begin", "start")
            begun = begun if opens and begun is not None else len(out) if opens or ends.group("chain") else None
            marks = marks if opens else []
        else:
            out.append(each)
    return out


def _at_savepoint(found: re.Match[str], out: list[Placed], marks: list[tuple[str, int]]) -> None:
    """Sets a savepoint, forgets one with those after it, or goes back to one, which stays."""
    written = found.group("name")
    name = written if written[0] == '"' else f'"{written.lower()}"'  # as PostgreSQL keeps it
    if found.group("set"):
        marks.append((name, len(out)))
        return
    last = next((place for place in range(len(marks) - 1, -1, -1) if marks[place][0] == name), None)
    if last is None:
        return
    if found.group("keep"):
        del marks[last:]
    else:
        del out[marks[last][1] :], marks[last + 1 :]
