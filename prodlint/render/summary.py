"""What the table of routes adds up to, and problems that say the same many times said once.

Knows: counts of words, kinds of messages. Does not know: how a route or a problem was found.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from prodlint import regex as re
from prodlint.model import Problem
from prodlint.render.common import counts, plural, safe
from prodlint.report import Route

LOGINS = ("none", "optional", "unknown", "required")
OWNERSHIPS = ("missing", "unknown", "owned", "admin", "public", "not-applicable")
UNREAD = "route not resolved: "
FEW = 3  # like messages of one file that are shown one by one
SHOWN = 6  # places of the rest, and paths of installed packages
_PLACE = re.compile(r"^(?:/|…)\S*: |\(/[^()]*\)")


def counted(words: Iterable[str], order: Sequence[str]) -> str:
    """ "12 missing, 3 unknown, 400 owned": what asks for attention first."""
    return ", ".join(f"{count} {word}" for word, count in counts(words, order))


def summary(routes: Sequence[Route], shown: int, problems: Sequence[Problem], outside: Sequence[tuple[str, str]]) -> list[str]:
    """The lines below the table. shown: how many of the routes it lists."""
    files = len({route.file for route in routes})
    lines = [f"{plural(len(routes), 'route')} in {plural(files, 'file')}" + (f", {shown} of them listed" if shown != len(routes) else "")]
    if routes:
        lines.append(f"  login      {counted((route.authentication for route in routes), LOGINS)}")
        lines.append(f"  ownership  {counted((route.ownership for route in routes), OWNERSHIPS)}")
    if outside_python := [route for route in routes if not route.file.endswith(".py")]:
        kinds = Counter(route.file.rpartition(".")[2] for route in outside_python)
        logins = sum(route.authentication == "unknown" for route in outside_python)
        owners = sum(route.ownership == "unknown" for route in outside_python)
        listed = ", ".join(f"{count} .{safe(kind)}" for kind, count in sorted(kinds.items(), key=lambda pair: (-pair[1], pair[0])))
        lines.append(
            f"  outside Python {plural(len(outside_python), 'route')} ({listed}), read by patterns: {plural(logins, 'login')} and "
            f"{plural(owners, 'owner')} could not be told; what is seen to be missing is listed, and `prodlint check` reports it"
        )
    unread = sum(problem.message.startswith(UNREAD) for problem in problems)
    if unread:
        lines.append(
            f"  not read   {plural(unread, 'registration')}, told above: what they register may be missing here, or stand under another path"
        )
    unplaced = sum("…" in route.path for route in routes)
    if unplaced:
        lines.append(f"  …          stands in {plural(unplaced, 'path')} for what the source does not say")
    if outside:
        places = ", ".join(f"{safe(path)} ({safe(name)})" for path, name in outside[:SHOWN])
        more = f", and {len(outside) - SHOWN} more" if len(outside) > SHOWN else ""
        lines.append(f"  not listed {plural(len(outside), 'path')} that installed packages serve: {places}{more}")
    return lines


def together(problems: Iterable[Problem]) -> list[tuple[Problem, str]]:
    """Each problem with what is said after it; those of one file that differ only in their path are said once, with the lines of the others."""
    groups: dict[tuple[str, str], list[Problem]] = {}
    for problem in problems:
        kind = UNREAD + _PLACE.sub("", problem.message[len(UNREAD) :]) if problem.message.startswith(UNREAD) else problem.message
        groups.setdefault((problem.path, kind), []).append(problem)
    out: list[tuple[Problem, str]] = []
    for group in groups.values():
        if len(group) <= FEW:
            out.extend((problem, "") for problem in group)
            continue
        lines = list(dict.fromkeys(problem.line for problem in group[1:]))
        places = ", ".join(map(str, lines[:SHOWN])) + (", …" if len(lines) > SHOWN else "")
        out.append((group[0], f" (and {len(group) - 1} like it: line{'s' * (len(lines) > 1)} {places})"))
    return sorted(out, key=lambda entry: entry[0])
