"""Work that is shared out among processes, forked from this one so that they begin with all it knows.

Knows: when forking is safe (on Linux, beside no other thread, as an editor has them), how shares go out and answers come back. Does not know: what
the work is. Answers are the same in whatever number of processes.
"""

from __future__ import annotations

import gc
import sys
import threading
from collections.abc import Callable
from typing import Any, TypeVar

import msgspec

SHARES = 6  # for each process, so that none waits long for another at the end
T = TypeVar("T")
_work: Callable[[int], Any] | None = None  # what forked processes inherit


def answers(work: Callable[[int], T], count: int, jobs: int, kind: Any, *, worth: int, near: bool = False) -> list[T]:
    """`work(0)`, `work(1)`, up to `count`.

    jobs: processes; kind: the type of an answer, for msgspec; worth: the count below which starting processes costs more than it saves; near: do
    neighbours share what they find out on the way, so that one process should do them?"""
    if jobs < 2 or count < worth or sys.platform != "linux" or threading.active_count() > 1:
        return [work(number) for number in range(count)]
    from concurrent.futures.process import BrokenProcessPool

    global _work
    _work = work
    gc.freeze()  # a collection in a fork would copy every page
    try:
        return forked(count, jobs, kind, near)
    except BrokenProcessPool:  # a process was killed, most likely for its memory
        return [work(number) for number in range(count)]
    finally:
        gc.unfreeze()
        _work = None


def forked(count: int, jobs: int, kind: Any, near: bool) -> list[Any]:
    """The answers of forked processes, in order; raises BrokenProcessPool where one of them dies, and whatever the work raises."""
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    step = min(jobs * SHARES, count)
    shares = [range(count * n // step, count * (n + 1) // step) if near else range(n, count, step) for n in range(step)]
    decode = msgspec.msgpack.Decoder(list[kind]).decode
    out: list[Any] = [None] * count
    with ProcessPoolExecutor(min(jobs, step), get_context("fork")) as pool:
        for share, packed in zip(shares, pool.map(_share, shares), strict=True):
            out[share.start : share.stop : share.step] = decode(packed)
    return out


def _share(numbers: range) -> bytes:
    """The answers of one share, encoded."""
    assert _work is not None
    return msgspec.msgpack.encode([_work(number) for number in numbers])
