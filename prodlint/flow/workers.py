"""All endpoints, analysed side by side where there are many.

Knows: how to share them out among processes. Does not know: how one is analysed (`handlers.py`).

An endpoint is analysed by itself: what one of them learns is no part of another's verdict. So the processes are forked from this one, when all
names are linked, and send plain verdicts back. Where processes cannot be forked safely (not on Linux, or beside other threads, as in an editor),
or are not worth it, one process does it all; the verdicts are the same.
"""

from __future__ import annotations

import gc
import sys
import threading
from collections.abc import Sequence

import msgspec

from prodlint.flow.handlers import Analyst
from prodlint.flow.verdicts import Outcome
from prodlint.model import raised_at
from prodlint.routing.table import Endpoint

WORTH = 60  # endpoints below which starting processes costs more than it saves
SHARES = 6  # for each process, so that none waits long for another at the end
Analysed = tuple[Outcome, tuple[str, ...]]
_decode = msgspec.msgpack.Decoder(list[Analysed]).decode
_shared: tuple[Analyst, Sequence[Endpoint]] | None = None  # what forked processes inherit


def analysed(analyst: Analyst, endpoints: Sequence[Endpoint], jobs: int) -> list[Analysed]:
    """The verdict of each endpoint, in their order, with the files its analysis looked into. jobs: processes."""
    if jobs < 2 or len(endpoints) < WORTH or sys.platform != "linux" or threading.active_count() > 1:
        return [_one(analyst, endpoint) for endpoint in endpoints]
    from concurrent.futures.process import BrokenProcessPool

    global _shared
    _shared = (analyst, endpoints)
    gc.freeze()  # a collection in a fork would copy every page
    try:
        return _forked(len(endpoints), jobs)
    except BrokenProcessPool:  # a process was killed, most likely for its memory
        return [_one(analyst, endpoint) for endpoint in endpoints]
    finally:
        gc.unfreeze()
        _shared = None


def _one(analyst: Analyst, endpoint: Endpoint) -> Analysed:
    """What nobody foresaw is told of this endpoint and ends no other's analysis."""
    analyst.names.touched.clear()
    try:
        outcome = analyst.analyse(endpoint)
    except Exception as error:  # told without its words, which may be the app's
        outcome = Outcome(endpoint.methods, "unknown", "unknown", complete=False, failed=f"{type(error).__name__} ({raised_at(error)})")
    return outcome, tuple(sorted(analyst.names.touched))


def _forked(count: int, jobs: int) -> list[Analysed]:
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    step = min(jobs * SHARES, count)
    out: list[Analysed | None] = [None] * count
    with ProcessPoolExecutor(min(jobs, step), get_context("fork")) as pool:
        for start, packed in enumerate(pool.map(_share, range(step), [step] * step)):
            out[start::step] = _decode(packed)
    return [each for each in out if each is not None]


def _share(start: int, step: int) -> bytes:
    """The verdicts of every step-th endpoint, encoded."""
    assert _shared is not None
    analyst, endpoints = _shared
    return msgspec.msgpack.encode([_one(analyst, endpoint) for endpoint in endpoints[start::step]])
