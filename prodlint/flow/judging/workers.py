"""All endpoints, analysed side by side where there are many.

Knows: that an endpoint is analysed by itself: what one of them learns is no part of another's verdict. Does not know: how one is analysed
(`handlers.py`), how processes share the work (`prodlint/forks.py`).
"""

from __future__ import annotations

from collections.abc import Sequence

from prodlint import forks
from prodlint.flow.judging.handlers import Analyst
from prodlint.flow.verdicts import Outcome
from prodlint.model import raised_at
from prodlint.routing.table import Endpoint

WORTH = 60  # endpoints below which starting processes costs more than it saves
Analysed = tuple[Outcome, tuple[str, ...]]


def analysed(analyst: Analyst, endpoints: Sequence[Endpoint], jobs: int) -> list[Analysed]:
    """The verdict of each endpoint, in their order, with the files its analysis looked into. jobs: processes."""
    return forks.answers(lambda number: _one(analyst, endpoints[number]), len(endpoints), jobs, Analysed, worth=WORTH)


def _one(analyst: Analyst, endpoint: Endpoint) -> Analysed:
    """What nobody foresaw is told of this endpoint and ends no other's analysis."""
    analyst.names.touched.clear()
    try:
        outcome = analyst.analyse(endpoint)
    except Exception as error:  # told without its words, which may be the app's
        outcome = Outcome(endpoint.methods, "unknown", "unknown", complete=False, failed=f"{type(error).__name__} ({raised_at(error)})")
    return outcome, tuple(sorted(analyst.names.touched))
