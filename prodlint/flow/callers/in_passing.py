"""Functions of the project that a handler calls with who asks and with a row, and that may refuse: `await authorize(user, Policy.read(record))`.

Knows: whether who asks and the row meet in what the function refuses for, as it is written (`meeting.py`). Does not know: whether what meets is
who owns the row: where running the function proved nothing of it, the row is in doubt, and not held.
"""

from __future__ import annotations

from typing import Any

from prodlint import ir
from prodlint.flow.callers.meeting import ASKED, CALLS, MEANT, ROW, WHO, Reader, Val
from prodlint.flow.frames import Frame
from prodlint.flow.values import CALLER, REQUEST, Value
from prodlint.names import Definition
from prodlint.routing.walking import inside


def asked(run: Any, call: ir.Call, frame: Frame) -> None:
    """Looks at a call whose answer nobody reads, and which proved nothing."""
    given = {part.id: value for part in inside(call) if isinstance(part, ir.Name) and (value := _held(frame, part.id)) is not None}
    env = {name: _marked(value) for name, value in given.items()}
    marks = [_all(each) for each in env.values()]
    if not any(each & (CALLS | ASKED) for each in marks):
        return
    key = ("in passing", call, tuple(sorted((name, value.marks) for name, value in env.items())))
    known = run.knowledge.met
    if key not in known:
        read = Reader(run.names, run.knowledge)
        read.value(call, env, frame.scope)
        known[key] = read.raised
    run.more += bool(known[key] & WHO)
    if known[key] & MEANT:
        for target in dict.fromkeys(each for value in given.values() if not value.has(CALLER) for each in value.targets):
            run.bind(target, frozenset(run.branch), True, frame.scope.module.path, call.at)


def _held(frame: Frame | None, name: str) -> Value | None:
    while frame is not None:
        if name in frame.env:
            return frame.env[name]
        frame = frame.outer
    return None


def _marked(value: Value, depth: int = 2) -> Val:
    """What a value that was read while the handler ran hangs on."""
    marks = CALLS if value.has(CALLER) else ASKED if value.has(REQUEST) else ROW if value.targets else 0
    if value.kind is not None and isinstance(value.kind, Definition) and value.kind.kind == "class" and value.fields and depth and not marks:
        return Val(0, fields={name: _marked(part, depth - 1) for name, part in value.fields.items()}, kind=value.kind)
    ref = value.ref if isinstance(value.ref, Definition) and value.ref.kind in ("function", "class") else None
    return Val(marks, ref)


def _all(value: Val) -> int:
    marks = value.marks
    for part in (value.fields or {}).values():
        marks |= part.marks
    return marks
