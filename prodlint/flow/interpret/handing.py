"""What a decorator of the project hands to the function that it wraps.

Knows: which arguments the wrapper calls the wrapped function with, by which names it may ask for them, and what held at every such call. Does not
know: what a decorator is called, what the arguments mean to the handler (`parameters.py`).

`kwargs["user"] = find_user(token); return view(*args, **kwargs)` gives the handler a user that the client cannot name;
`if order.owner != user: return 403` or `if order.owner == user: return view(order=order)` hold the order for the whole handler.
"""

from __future__ import annotations

from typing import Any

import msgspec

from prodlint import ir
from prodlint.flow.frames import Frame
from prodlint.flow.lookups import queries
from prodlint.flow.values import ADMIN, REQUEST, ROLE, ROLES, Outcome, Value, union
from prodlint.names import Definition

SIGNATURE = "inspect.Signature"
MOST = 4  # ways on which a wrapper calls the handler, each of which is looked at by itself
MARKS = 1 << 80  # beyond what marks a branch


class Handing(msgspec.Struct, eq=False):
    """The calls of the wrapped function in one wrapper: (arguments, keywords, what held there, roles that were asked for)."""

    wrapper: Definition
    calls: list[tuple[list[Value], dict[str, Value], frozenset[Outcome], frozenset[object]]] = msgspec.field(default_factory=list)


def wrapped(run: Any, ref: object) -> bool:
    """Is this name a parameter of a function around the wrapper that runs: the function that the decorator was put on?"""
    if run.handing is None or not isinstance(ref, Definition) or ref.kind != "param":
        return False
    outer = run.handing.wrapper.owner
    while isinstance(outer, Definition) and outer.kind == "function":
        if ref.owner is outer:
            return True
        outer = outer.owner
    return False


def _asked_for(frame: Frame) -> frozenset[object]:
    """The roles in the tests around."""
    return frozenset().union(*(test.origins for test, _ in frame.tests)) & ROLES


def hand(run: Any, args: list[Value], kwargs: dict[str, Value], frame: Frame, for_good: bool) -> None:
    """The wrapper calls the wrapped function; for good: it returns what that gives, so that whatever it asks further down it asks on other ways."""
    held = queries.certain(run.held)
    roles = _asked_for(frame) if run.admin_depth else frozenset()
    run.handing.calls.append((args, kwargs, held, roles))
    if not for_good:
        run.goes()
    frame.went += 1


def by_name(run: Any, receiver: Value | None, name: str, ref: object, args: list[Value], kwargs: dict[str, Value]) -> Value | None:
    """`inspect.signature(view).bind(*args, **kwargs).arguments`, `inspect.getcallargs(view, *args, **kwargs)`: what the handler takes, each under
    the name of its parameter; None for any other call."""
    if ref == "inspect.signature":
        return Value(kind=SIGNATURE)
    binds = receiver is not None and receiver.kind == SIGNATURE and name in ("bind", "bind_partial")
    if not (binds or ref == "inspect.getcallargs"):
        return None
    params = run.view.node.params if run.view is not None and isinstance(run.view.node, ir.Function) else ()
    named = [param.name for param in params if param.kind in ("any", "pos")]
    given = {**dict(zip(named, args if binds else args[1:], strict=False)), **kwargs}
    return Value(fields={"arguments": Value(fields=given), "kwargs": Value(fields=kwargs)}) if binds else Value(fields=given)


def _on_every_way(run: Any, ways: list[frozenset[Outcome]]) -> frozenset[Outcome]:
    """What holds wherever it went on: the row is the caller's on one way, and its id was found among the caller's on another."""
    return ways[0] if len(ways) == 1 else queries.on_all_ways([queries.implied(held, run.named) for held in ways])


def _by_ways(run: Any, ways: list[frozenset[Outcome]], path: str, at: int) -> None:
    """`if mine: return view(...)`, and `if member: return view(...)` further down: the row was held on one way, and what it stands in on the other.
    What only some ways hold counts where each of them holds something of the rows (`judge.py`)."""
    if not 1 < len(ways) <= MOST or not all(ways):
        return
    first = MARKS * (len(run.ways) + 1)
    marks = tuple((first + number, True) for number in range(len(ways)))
    for mark, held in zip(marks, ways, strict=True):
        run.prove(sorted(held, key=repr), frozenset((*run.branch, mark)), path, at)
    run.ways.append(marks)


def dispatched(run: Any, frame: Frame) -> None:
    """A class goes on to the framework's own `dispatch`: what held there."""
    held = queries.certain(run.held)
    roles = (_asked_for(frame) or frozenset({ROLE})) if run.admin_depth else frozenset()
    run.dispatches.append((held, roles, not run.for_callers.isdisjoint(run.branch)))


def went_on(run: Any, path: str, at: int) -> None:
    """`if verified(request): return super().dispatch(request)`, and 403 for the others: what held wherever it went on holds for the handler."""
    if not run.dispatches:
        return
    run.prove(_on_every_way(run, [held for held, _, _ in run.dispatches]), frozenset(run.branch), path, at)
    roles = frozenset.intersection(*(roles for _, roles, _ in run.dispatches))
    if roles:
        run.roles.append((path, at, frozenset(run.branch), ADMIN in roles))
    if roles or all(known for _, _, known in run.dispatches):
        run.login.append((path, at))


def received(run: Any, handing: Handing, at: int) -> None:
    """What the handler is given, and what every call of it holds."""
    run.came_late()
    if not handing.calls:
        return
    path = handing.wrapper.module.path
    others = [held for _, _, held, roles in handing.calls if not roles] or [held for _, _, held, _ in handing.calls]  # staff have their own way in
    run.prove(common := _on_every_way(run, others), frozenset(run.branch), path, at)
    _by_ways(run, [held - common for held in others], path, at)
    roles = frozenset.intersection(*(roles for _, _, _, roles in handing.calls))
    if roles:
        run.roles.append((path, at, frozenset(run.branch), ADMIN in roles))
    for name in sorted({name for _, kwargs, _, _ in handing.calls for name in kwargs}):
        run.injected[name] = union([kwargs[name] for _, kwargs, _, _ in handing.calls if name in kwargs])
    for args, _, _, _ in handing.calls:
        given = [value for value in args if value is not run.me and not (value.has(REQUEST) and value.kind is None)]
        if given and not run.handed:
            run.handed = given
