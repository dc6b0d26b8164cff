"""Functions that say nothing of access: settings that are read, clients that are made, texts that are cleaned.

Knows: what a run has noted so far, and whether a function added anything to it. Does not know: what the function does.

Such a function gives the same wherever it is called with the same arguments, whatever is asked around, so it is run once for an endpoint and not
once for each branch. What it gives may be the caller, but no row and no answer: these depend on where they are asked for.
"""

from __future__ import annotations

from operator import attrgetter
from typing import Any

from prodlint.flow.values import Link, Selection, Tie, Value

# what a run notes, one by one
LISTS = ("selections", "bound", "passed_over", "places", "ignored", "rewritten", "links", "evidence", "roles", "login", "kinds", "for_known",
         "contexts", "carried", "injected", "handed", "powers", "credentials", "lost", "created", "tallies", "altered", "came_out", "sifted_out",
         "truncated", "wholes", "unread", "left_by_others", "globals", "made_globals", "later", "brought", "role_words", "role_marks", "moved",
         "dispatches", "for_callers", "rehearsed", "put_aside", "said_otherwise", "stores", "kept_here", "roots",
         "free", "summed", "weighed", "ways", "logins_aside", "for_lesser", "plain_words")  # fmt: skip
COUNTS = ("guards", "gone", "marks", "caller_seen", "unsigned", "unverified", "places_seen", "requirements", "perhaps_asked", "verified",
          "maybe_login", "turned_away", "tenant_read", "tenant_held", "token_read", "machine", "enters", "in_time", "gone_logins",
          "gone_doubts", "off")  # fmt: skip
# what says nothing of access, what stands still while a function runs, and what says where the run is
BESIDE = frozenset({
    "names", "knowledge", "schema", "settings", "steps", "limit", "before", "handed_on", "ended", "memo", "active", "chain", "branch", "held",
    "tried", "trying", "admin_depth", "staff_depth",
    "kind_depth", "lesser_depth", "doubtful", "strangers", "handing", "of_rows", "leaving", "answering", "began", "method", "path",
    "methods", "endpoint", "route_name", "view", "view_frame", "me", "lists", "answered", "arguments_of_path", "onward", "dependencies", "silent",
    "swallowed", "dropped", "caller_model", "raised_in", "raising", "looping", "framework", "rehearsing", "given", "several", "switched",
    "tenant_columns",
})  # fmt: skip

_lists, _counts = attrgetter(*LISTS), attrgetter(*COUNTS)  # asked for twice at each call


def noted(run: Any) -> tuple[object, ...]:
    return (*map(len, _lists(run)), *_counts(run))


def key(run: Any, node: object, args: list[Value], kwargs: dict[str, Value], speaks: bool) -> tuple[object, ...] | None:
    """What tells one call from another, wherever it stands; None in a wrapper, which may hand the view on."""
    if run.handing is not None:
        return None
    given = (*[_said(value) for value in args], *[(name, _said(kwargs[name])) for name in sorted(kwargs)])
    return ("quiet", node, given, speaks, len(run.contexts), len(run.carried), run.caller_seen, run.began, run.of_rows)


def _said(value: Value) -> tuple[object, ...]:
    inside = [(name, part.origins, part.ref, part.const) for name, part in value.fields.items()] if value.fields else ()
    return (value.signature(), frozenset(inside))


def is_quiet(result: Value) -> bool:
    parts = (result, *(result.items or ()), *((result.fields or {}).values()))
    return not any(isinstance(origin, (Selection, Tie, Link)) for part in parts for origin in part.origins)
