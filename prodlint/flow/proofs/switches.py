"""Guards that stand behind a setting which is off where nobody sets it: `if not is_true(os.getenv("API_AUTH_ENABLED", "false")): return`.

Knows: on which side of a test a guard then stands, and that it asks nobody by default; that a login on both sides is one. Does not know: what a
setting comes to (`defaults.py`), what a test holds (`branching.py`).

Whether a deployment sets it stands in no line that can be read: such a guard proves no login and no owner, and where nothing else asks, nobody can
tell whether anybody may come. A setting whose default refuses everybody leaves nothing open.
"""

from __future__ import annotations

from typing import Any

from prodlint import ir
from prodlint.flow.frames import ON, REFUSES, RETURNS, Frame
from prodlint.flow.proofs import defaults
from prodlint.flow.values import CALLER, PRESENCE, ROLE

State = tuple[int, int, int, bool, int]
UNSIGNED = "which reads a token and checks no signature"
OFF = "which is off where no setting switches it on"


def side(run: Any, test: ir.Expr, frame: Frame) -> bool | None:
    """The side of a test that is taken where nobody sets anything; None where that is not for settings to say."""
    said, _ = _worth(run, test, frame)
    return None if said is defaults.UNTOLD else bool(said)


def _worth(run: Any, test: ir.Expr, frame: Frame) -> tuple[Any, frozenset[object]]:
    """What an expression comes to where nobody sets anything, and the settings that it reads."""
    django = run.settings.modules if run.settings is not None else ()
    unsaid = defaults.UNTOLD, defaults.NONE
    known: tuple[Any, frozenset[object]] = run.names.remembering(
        run.knowledge.defaults, test, lambda: defaults.worth(run.names, test, frame.scope, django), unsaid
    )
    if known[1].isdisjoint(frame.needed):
        return known
    return defaults.worth(run.names, test, frame.scope, django, frozenset(frame.needed))  # it says nothing of those that somebody has set


def noted(run: Any, test: object, off: bool | None) -> None:
    """One side of a test, or of a value that it chooses, stands behind a setting."""
    run.switched.update(() if off is None else [(id(test), not off)])


def beside(run: Any, whole: ir.Bool, part: ir.Expr, before: int, frame: Frame) -> None:
    """`settings.auth_enabled and read(token)`: by default the part is not run."""
    if any(side(run, each, frame) is (whole.op == "or") for each in whole.values[:before]):
        run.switched.add((id(part), True))


def cases(run: Any, statement: ir.Match, frame: Frame) -> None:
    """`match settings.auth_enabled:`: all cases but the one that is taken by default."""
    said, _ = _worth(run, statement.subject, frame)
    rest = set(statement.cases) if said is not defaults.UNTOLD else set()
    for case in statement.cases if rest else ():
        pattern = case.pattern
        if case.guard is not None or not isinstance(pattern, (ir.Const, ir.Name)):
            return  # whether it fits cannot be told
        if isinstance(pattern, ir.Name) or (pattern.value == said and type(pattern.value) is type(said)):
            rest.discard(case)
            break
    run.switched.update((id(case), True) for case in rest)


def behind_it(run: Any, statement: ir.Stmt, frame: Frame, since: int) -> list[tuple[int, bool]]:
    """The sides on which all that follows a statement stands: what left before it, in a `try` or `with` too, where that was for a setting to say."""
    inside = frame.lasting[since:] if isinstance(statement, (ir.Try, ir.With)) else []
    own, frame.detour = [frame.detour] if frame.detour is not None else [], None
    frame.lasting[since:] = [mark for mark in inside + own if mark in run.switched]
    return inside + own


def on_both_sides(run: Any, where: frozenset[tuple[int, bool]]) -> bool:
    """A login stands on one side of a setting: does one stand on the other too, and in no other `try`?"""
    if len(where) != 1 or run.login:
        return False
    ((test, which),) = where
    tried = frozenset(run.tried)
    run.logins_aside.append((where, tried))
    other = (test, not which)
    return not run.switched.isdisjoint({other, *where}) and (frozenset({other}), tried) in run.logins_aside


def weighed(run: Any, statement: ir.If, off: bool | None, ends: tuple[int, int], asked: set[bool], given: int, frame: Frame) -> bool:
    """After both sides of a test (ends: how each ends, asked: those that ask something, given: how many values had been returned before): does what
    holds on the side that goes on stand behind a setting?"""
    if off is None:
        return False
    default, other = ends if off else ends[::-1]
    if default == REFUSES and not run.branch:
        frame.needed |= _each_needed(run, statement.test, bool(off), frame)
    if default == RETURNS and other == ON and off not in asked and frame.depth and not frame.answers and not any(map(_known, frame.returns[given:])):
        frame.detour = (id(statement), not off)
    return default == ON and other in (REFUSES, RETURNS)


def _each_needed(run: Any, test: ir.Expr, refused: bool, frame: Frame) -> frozenset[object]:
    """Settings each of which alone is refused where nobody has set it: of `not (a or b)` one may be missing. refused: the side that refuses."""
    while isinstance(test, ir.Unary) and test.op == "not":
        test, refused = test.value, not refused
    parts = test.values if isinstance(test, ir.Bool) and (test.op == "or") is refused else (test,)
    if len(parts) > 1:
        return frozenset().union(*(_each_needed(run, part, refused, frame) for part in parts))
    said, read = _worth(run, parts[0], frame)
    return read if said is not defaults.UNTOLD and bool(said) is refused and len(read) == 1 else defaults.NONE


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
