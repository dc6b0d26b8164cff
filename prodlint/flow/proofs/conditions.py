"""A test that nobody can decide: what it asks, and what stands around either side while it runs.

Knows: which side is that of staff, of who is known, of rows that are not there, of a setting that is off; what is counted while a side runs. Does
not know: what both sides leave behind, what a test proves for what follows (`branching.py`), how a test got its value (`comparisons.py`).
"""

from __future__ import annotations

from typing import Any

import msgspec

from prodlint import ir
from prodlint.flow.frames import ON, Frame, ends_refusing
from prodlint.flow.judging import claims
from prodlint.flow.knowledge import AUTH_HEADERS
from prodlint.flow.lookups import memory, queries
from prodlint.flow.proofs import choosing, dispatching, given, plain_roles, refusals, skipping, ways
from prodlint.flow.proofs.polarity import orders, privileged
from prodlint.flow.values import ADMIN, CALLER, EMPTY, PRESENCE, ROLE, Link, Origin, Tie, Value, flipped
from prodlint.routing.walking import inside


class Condition(msgspec.Struct, eq=False):
    """before: what names held; admin: the side of staff; known: of who is known, where no more is asked; mine: that only callers take; brought: of
    who brings a token; plain: of a role that is no power; harmless: on which a row is not there, or belongs to nobody; off: that is taken where
    nobody sets anything; answered: the name of an answer that is given back there; soft: both sides say the same; doubtful: by something about
    the caller of which nobody can tell what it means; refused: the other side ends; leaks: sides on which a return stands that others may take;
    asked: sides on which something is asked of who calls."""

    statement: ir.If
    value: Value
    before: dict[str, Value]
    admin: bool | None
    known: bool | None
    mine: bool | None
    brought: bool | None
    plain: bool | None
    harmless: bool | None
    answered: str | None
    soft: bool
    doubtful: bool
    in_development: bool
    off: bool | None = None
    refused: bool = False
    leaks: set[bool] = msgspec.field(default_factory=set)
    asked: set[bool] = msgspec.field(default_factory=set)


def of(run: Any, statement: ir.If, value: Value, frame: Frame) -> Condition:
    """What a test asks, before either side runs."""
    test = statement.test
    if isinstance(test, (ir.Name, ir.Attr, ir.Sub, ir.Call)):
        claims.asked(run, value, None, frame, statement.at)
    last = dispatching.last_of_chain(run, statement, frame) if statement.orelse else None
    if last is not None:
        run.kinds.add(id(last))
    before, admin = frame.env, _of_staff(run, statement, value, frame)
    told = value.has(ROLE) or value.outcomes or value.selections or value.clients
    return Condition(
        statement,
        value,
        before,
        admin,
        known=privileged(test) if value.has(PRESENCE) and not told else None,
        mine=choosing.callers_only(run, test, frame) if frame.depth and value.has(PRESENCE) else None,
        brought=brings(test, value),
        doubtful=admin is None and dispatching.by_what_they_are(run, test, value, frame),
        soft=run.soft(test, value, frame),
        harmless=ways.harmless(run, test, value, frame),
        answered=refusals.handed_back(run, test, frame),
        in_development=claims.in_development(run, test, frame),
        plain=plain_roles.side(run, test, frame),
    )


def _of_staff(run: Any, statement: ir.If, value: Value, frame: Frame) -> bool | None:
    """The side of staff."""
    test, admin = statement.test, None
    if value.has(ROLE) and not value.outcomes:
        admin = privileged(test, lambda part: run.eval(part, frame).truth is not None, lambda part: run.eval(part, frame).has(ROLE))
    if admin is not None and orders(test) and not (value.selections or value.clients):
        # `if RANKS[user.role] > RANKS[least]: raise`: whichever is the higher, nobody refuses it
        admin = False if ends_refusing(statement.body) else True if ends_refusing(statement.orelse) else admin
    return not admin if admin is not None and value.ref == refusals.OR_NOTHING else admin


def side(run: Any, it: Condition, body: tuple[ir.Stmt, ...], which: bool, frame: Frame) -> tuple[int, dict[str, Value]]:
    """Runs one side: how it ends, and what names hold there."""
    test = it.statement.test
    parts = not (it.soft or it.refused)
    frame.env = {**it.before, it.answered: EMPTY} if it.answered is not None and which else dict(it.before)
    if frame.sought:
        frame.env.update(memory.sought(run, test, frame, which))
    outside = len(run.held)
    frame.tests.append((it.value, which))
    run.held.extend(o for o in oriented(it.value, which) if isinstance(o, (Tie, Link)) and o.sign >= 0)
    if parts:
        run.branch.append((id(it.statement), which))
    if it.known is which or it.brought is which:
        run.for_known.add((id(it.statement), which))
    if it.known is which and not any(isinstance(part, ir.Bool) and part.op == "or" for part in inside(test)):
        run.for_callers.add((id(it.statement), which))
    excused = which in (it.admin, it.harmless) or skipping.excused(run, test, it.value, body, which, frame)
    _count(run, it, which, excused, frame, 1)
    end = _ran(run, it, body, which, frame)
    _count(run, it, which, excused, frame, -1)
    if parts:
        run.branch.pop()
    del run.held[outside:]
    frame.tests.pop()
    return end, frame.env


def _count(run: Any, it: Condition, which: bool, excused: bool, frame: Frame, one: int) -> None:
    """What stands around while a side runs: 1 where it begins, -1 where it ends."""
    run.admin_depth += one * (it.admin is which)
    run.staff_depth += one * (it.admin is which and plain_roles.runs_all(it.statement.test))
    run.kind_depth += one * (it.admin is which and not it.value.has(ADMIN))
    run.lesser_depth += one * (it.admin is not None and it.admin is not which and it.value.has(ADMIN))
    run.rehearsing += one * (which and it.in_development)
    run.strangers += one * (it.known is not None and it.known is not which)
    run.doubtful += one * it.doubtful
    frame.harmless += one * (it.harmless is which)
    frame.excused += one * excused
    frame.callers += one * (it.mine is which)


def _ran(run: Any, it: Condition, body: tuple[ir.Stmt, ...], which: bool, frame: Frame) -> int:
    """How a side ends; notes what was asked on it."""
    guards, roles, rows, skips, logins = run.guards, len(run.roles), len(run.selections), len(frame.skips), len(run.login)
    end: int = run.block(body, frame)
    if it.plain is which:
        plain_roles.thought_of(run, rows)
    it.leaks.update([which] if len(frame.skips) > skips else [])
    it.asked.update([which] if (run.guards, len(run.roles), len(run.login)) != (guards, roles, logins) else [])
    asking = end == ON and bool(it.value.outcomes)
    if asking and (len(run.roles) > roles or any(number > guards for entries in run.bound.values() for _, _, number in entries)):
        rest = [o for o in oriented(it.value, not which) if isinstance(o, (Tie, Link)) and o.sign > 0]
        # if not mine: ensure_manager(); mine, or a guard held
        run.prove(rest, frozenset(run.branch), frame.scope.module.path, it.statement.at)
    return end


def oriented(test: Value, which: bool) -> frozenset[Origin]:
    """The outcomes of a test as they hold on one of its sides."""
    return frozenset(test.outcomes) if which else flipped(test.outcomes)


def identifies(test: Value) -> bool:
    """Does the test ask for a header or cookie that says who is calling, or for the row of a key that one brings?"""
    return any(map(queries.by_credential, test.selections)) or any(
        c.source in ("header", "cookie") and AUTH_HEADERS.search(c.name) for c in test.clients
    )


def brings(expr: ir.Expr, test: Value, kinds: tuple[type, ...] = (ir.Name, ir.Attr)) -> bool | None:
    """The side of who brings a token, or is known, where the test asks no more than whether somebody does (`if not claims:`). kinds: of expressions
    that ask no more."""
    expr, side = given.asked_for(expr)
    plain = isinstance(expr, kinds) and not (test.outcomes or test.has(ROLE))
    return side if plain and (test.has(CALLER) or test.has(PRESENCE) or identifies(test)) else None
