"""Work that has a part of an endpoint's steps: what stands before its handler, and what the handler hands on.

Knows: what a run has half done when the steps end, and how to put it in order again. Does not know: whose work it is, and what follows from its not
having been read to the end.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from prodlint.flow.frames import OutOfBudget

STACKS = ("active", "chain", "branch", "held", "tried")
AROUND = (
    "admin_depth",
    "staff_depth",
    "kind_depth",
    "lesser_depth",
    "rehearsing",
    "strangers",
    "doubtful",
    "trying",
    "leaving",
    "answering",
    "handing",
    "of_rows",
)


def within(run: Any, steps: int, work: Callable[[], object]) -> tuple[str, int] | None:
    """Where the work ended, if it did not come to its end in so many steps."""
    limit, depths = run.limit, [(getattr(run, name), len(getattr(run, name))) for name in STACKS]
    around = {name: getattr(run, name) for name in AROUND}
    run.limit = min(limit, run.steps + max(steps, 0))
    try:
        work()
    except OutOfBudget:
        if run.steps > limit:
            raise
        for stack, depth in depths:
            del stack[depth:]
        for name, value in around.items():
            setattr(run, name, value)
        ended, run.ended = run.ended, None
        run.limit = limit
        assert ended is not None
        return ended
    run.limit = limit
    return None
