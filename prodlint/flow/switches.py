"""Guards that stand behind a setting which is off where nobody sets it: `if not is_true(os.getenv("API_AUTH_ENABLED", "false")): return`.

Knows: on which side of a test a guard then stands, and that it asks nobody by default. Does not know: what a setting comes to (`defaults.py`), what
a test holds (`branching.py`).

Whether a deployment sets it stands in no line that can be read: such a guard proves no login and no owner, and where nothing else asks, nobody can
tell whether anybody may come. A setting whose default refuses everybody leaves nothing open.
"""

from __future__ import annotations

from typing import Any

from prodlint import ir
from prodlint.flow import defaults
from prodlint.flow.frames import ON, REFUSES, RETURNS, Frame
from prodlint.flow.values import CALLER, PRESENCE, ROLE

State = tuple[int, int, int, bool, int]
UNSIGNED = "which reads a token and checks no signature"
OFF = "which is off where no setting switches it on"


def side(run: Any, test: ir.Expr, frame: Frame) -> bool | None:
    """The side of a test that is taken where nobody sets anything; None where that is not for settings to say."""
    if frame.closed:
        return None
    django = run.settings.modules if run.settings is not None else ()
    said: bool | None = run.names.remembering(run.knowledge.defaults, test, lambda: defaults.truth(run.names, test, frame.scope, django), None)
    return said


def weighed(run: Any, statement: ir.If, off: bool | None, ends: tuple[int, int], asked: set[bool], given: int, frame: Frame) -> bool:
    """After both sides of a test (ends: how each ends, asked: those that ask something, given: how many values had been returned before): does what
    holds on the side that goes on stand behind a setting?"""
    if off is None:
        return False
    default, other = ends if off else ends[::-1]
    if default == REFUSES and not run.branch:
        frame.closed = True
    if default == RETURNS and other == ON and off not in asked and frame.depth and not frame.answers and not any(map(_known, frame.returns[given:])):
        frame.detour = (id(statement), not off)
    return default == ON and other in (REFUSES, RETURNS)


def _known(value: Any) -> bool:
    return any(value.has(mark) for mark in (CALLER, PRESENCE, ROLE)) or bool(value.clients)


def behind(run: Any, where: frozenset[tuple[int, bool]]) -> bool:
    return not run.switched.isdisjoint(where)


def asked(run: Any, where: frozenset[tuple[int, bool]]) -> None:
    """A login is asked for on these ways, and nowhere before: by default nobody is."""
    if behind(run, where) and not run.login:
        run.off += 1
        run.perhaps_asked += 1


def state(run: Any) -> State:
    return run.off, len(run.login), len(run.roles), run.unverified, run.verified


def stands_open(run: Any, before: State) -> str:
    """Why what was asked since turns nobody away: all of it stands behind settings, or looks at a token that anybody can write."""
    off, logins, roles, unverified, verified = before
    if run.off > off and len(run.login) == logins and all(behind(run, where) for _, _, where, _ in run.roles[roles:]):
        return OFF
    return UNSIGNED if run.unverified and not unverified and run.verified == verified else ""


def by_anybody(run: Any) -> set[tuple[str, int]]:
    """Logins that ask for no more than a token that nobody has looked at the signature of."""
    return set(run.login) if run.unverified and not run.verified else run.brought if run.unsigned else set()
