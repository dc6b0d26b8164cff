"""Branches: what a test proves on either side, and for what follows.

Knows: which side of a test ends, which outcomes hold on the other, and what both leave behind. Does not know: how a test got its value
(`comparisons.py`).

A test whose value is an outcome (Tie, Link) of comparing something with the caller guards it where the branch in which it does not fit ends:
by raising or aborting anywhere, by returning where the function is the handler itself. Where the branch in which it fits uses the data, that
use is held. In a called function a return under such a test makes the returned value an outcome too, so that
`if not allowed(user, order): abort(403)` works at any depth; signs keep an inverted test from counting.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from prodlint import ir
from prodlint.flow.callers import open_paths
from prodlint.flow.frames import LEAVES, ON, REFUSES, RETURNS, Frame, after, ends_refusing
from prodlint.flow.interpret import texts
from prodlint.flow.lookups import queries
from prodlint.flow.proofs import choosing, complaints, conditions, dispatching, given, guests, plain_roles, refusals, showing, switches, ways
from prodlint.flow.proofs.conditions import Condition, identifies, oriented
from prodlint.flow.proofs.polarity import answers_callers, turns_callers_away
from prodlint.flow.values import (
    ADMIN,
    CALLER,
    KIND,
    PRESENCE,
    ROLE,
    ROLES,
    TRUE,
    Client,
    Link,
    Outcome,
    Selection,
    Target,
    Tie,
    Value,
    alternatives,
    in_doubt,
)
from prodlint.names import Definition

SOMEBODY = frozenset({CALLER, ROLE, PRESENCE})


class Branching:
    """A part of `interpreter.Run`."""

    def branches(self: Any, statement: ir.If, frame: Frame) -> int:
        test = self.truth(statement.test, frame)
        test = TRUE if self.told_words(statement.test, test, frame) else test
        if not self.began:
            self.answered[id(statement)] = test.truth
        if test.truth is not None:
            return self.block(statement.body if test.truth else statement.orelse, frame)
        if isinstance(statement.test, ir.Name) and _is_function(test):  # `if check:`, where a function was given
            return self.block(statement.body, frame)
        if choosing.by_path(statement.test, test):
            return self.block(statement.body, frame)  # a parameter of the path is always there
        if choosing.has_conditions(statement, test):
            return self.block(statement.body, frame)
        some = not self.began and open_paths.some_only(self, statement.test, frame)
        if some:  # only some requests are asked, and nobody can tell whether those of this route are
            self.branch.append((id(statement.test), True))
        end = self.either(statement, test, frame)
        if some:
            self.branch.pop()
        return end

    def either(self: Any, statement: ir.If, test: Value, frame: Frame) -> int:
        """Both sides, where nobody can tell which of them it is."""
        it = conditions.of(self, statement, test, frame)
        around, free, values = frame.around, self.free, len(frame.returns)
        self.free = free.union(showing.free_rows(self, statement.test, frame))
        given.noted(self, statement, test, frame)
        it.off = switches.side(self, statement.test, frame)
        switches.noted(self, statement, it.off)
        # what is returned here is what is answered; what goes on to a handler is asked which way it took
        whole = (not frame.depth or frame.answers) and not frame.onward
        # the other side ends: what holds on this one holds for all that follows
        it.refused = ends_refusing(statement.orelse) or (whole and refusals.says_no(statement.orelse or after(statement, around)))
        went, said, guards, yeses, shown = frame.went, len(frame.kept), self.guards, len(frame.passes), self.marks + frame.named
        guest = frame.stand_ins
        first, env_first = conditions.side(self, it, statement.body, True, frame)
        guests_first = frame.stand_ins - guest
        passed = frame.went > went and first == RETURNS
        idle = self.began and not frame.depth and self.marks + frame.named == shown
        opened = first == RETURNS and frame.depth and not frame.answers and any(data for _, data in frame.kept[said:])
        opened = opened or (first == RETURNS and frame.depth and len(frame.passes) > yeses and choosing.said_by_client(test))
        it.refused = first == REFUSES or (first == RETURNS and whole and refusals.says_no(statement.body))
        second, env_second = conditions.side(self, it, statement.orelse, False, frame)
        if it.mine is not None and not frame.tests and (first if it.mine else second) == ON != (second if it.mine else first):
            frame.callers += 1  # `if not user.is_authenticated: return False`: what follows is for callers
        self.free = self.free if ON in (first, second) and first != second else free  # `if not free: abort`: what follows takes it too
        if first == ON and second == ON and test.outcomes:
            ways.beside(self, test, guards)
        if not it.soft and self.guards > guards + 1:
            self.on_both_sides(id(statement), guards, frame.scope.module.path, statement.at)
        frame.doubted |= it.doubtful and RETURNS in (first, second) and ON in (first, second)
        self.meet(it, (first, env_first), (second, env_second), frame)
        of_caller = any(isinstance(o, Tie) for o in test.outcomes) or any(test.has(mark) for mark in (ROLE, PRESENCE, CALLER))
        if opened and not of_caller and second == ON:  # `if project.public: return project`: what comes later holds other ways
            frame.detour = (id(statement), False)
        came = guests.opened(self, it, (first, second), (guests_first, frame.stand_ins - guest - guests_first), frame)
        frame.detour = came or frame.detour
        switched = switches.weighed(self, statement, it.off, (first, second), it.asked, values, frame)
        if passed and not it.soft and second == ON:
            frame.detour = (id(statement), False)
        else:
            rest = after(statement, around)
            away = first == RETURNS and refusals.same_page(statement.body, statement.orelse or rest)
            away = away or (first == RETURNS and idle and answers_callers(statement, test, rest))
            self.settle(it, ON if passed else first, first, second, bool(away or came), switched, frame)
        if first != ON and second != ON:
            return min(first, second) if RETURNS in (first, second) else first
        return ON

    def meet(self: Any, it: Condition, one: tuple[int, dict[str, Value]], other: tuple[int, dict[str, Value]], frame: Frame) -> None:
        """What names hold after both sides: `one` where the test holds, `other` where not; each with how it ends."""
        statement, test, before = it.statement, it.value, it.before
        (first, env_first), (second, env_second) = one, other
        if id(statement) in self.kinds:
            dispatching.doubted(self, env_first, env_second, frame, statement)
        sides = [one, other]
        scoped = not it.admin if it.admin is not None else choosing.caller_side(self, statement.test, test, frame)
        if scoped is not None and (kept := sides[0 if scoped else 1])[0] == ON:  # staff may see the rest, and nobody is anonymous here
            sides = [(ON, {**sides[1 if scoped else 0][1], **kept[1]})]
        if len(sides) == 2 and first == ON and second == ON and test.outcomes:
            self.earned(test, sides, frame, statement)
        if ON in (first, second) and first != second:
            showing.sifted(self, statement.test, frame)
        if second == ON and (first == REFUSES or (first == RETURNS and (not frame.depth or frame.answers))):
            refusals.weighed(self, statement, test, frame)
        frame.env = complaints.noted(before, test.outcomes, *sides, self.merged(before, *sides)) if len(sides) == 2 else self.merged(before, *sides)
        if first == second == ON:
            choosing.perhaps_nobody(test, env_first, env_second, frame.env)
        if test.has(KIND) and len(sides) == 2:
            frame.env = complaints.of_kind(before, env_first, frame.env)

    def settle(self: Any, it: Condition, end: int, first: int, second: int, away: bool, switched: bool, frame: Frame) -> None:
        """What the test proves for all that follows. end: how the first side ends for what comes after it, which `first` ends in itself; away: who
        leaves by it comes to the same page; switched: what holds on the side that goes on stands behind a setting."""
        statement, test = it.statement, it.value
        if not it.soft and it.harmless is None and {first, second} == {LEAVES, ON}:  # `if force: break`: what comes after it is not asked on that way
            frame.detour = (id(statement), first == ON)
        away = turns_callers_away(statement, test, first, second) or self.asks_place(statement.test, frame) or away
        away = away or choosing.lets_strangers_pass(self, statement.test, first, frame)
        sure = test.has(ADMIN) and isinstance(statement.test, (ir.Attr, ir.Call))
        self.requirements += not (self.branch or away) and plain_roles.turned_away(statement.test, it.plain, first, second, frame)
        leaky = (first == REFUSES and True in it.leaks) or (second == REFUSES and False in it.leaks)
        test = in_doubt(test) if leaky else test  # `if not mine: if draft: return` and then `abort(403)`
        self.branch += [(id(statement), not it.off)] if switched else []
        self.guarded(test, frame, end, second, statement.at, away, it.admin, sure)  # `if not mine: return super().dispatch()`
        del self.branch[len(self.branch) - switched :]

    def on_both_sides(self: Any, statement: int, since: int, path: str, at: int) -> None:
        """`if order.shared: ensure_member(order, user)` and `else: ensure_owner(order, user)`: whichever way, the order was held."""
        for target, entries in list(self.bound.items()):
            new = [(where, weak) for where, weak, number in entries if number > since]
            yes, no = (([(where - {mark}, weak) for where, weak in new if mark in where]) for mark in ((statement, True), (statement, False)))
            for where, weak in yes:
                others = [doubted for other, doubted in no if other == where]
                if others:
                    self.bind(target, where, weak or all(others), path, at)

    def earned(self: Any, test: Value, sides: list[tuple[int, dict[str, Value]]], frame: Frame, statement: ir.If) -> None:
        """`if not may_edit(user, project): rows = rows.filter(owner=user)`: all rows are there only where the test held."""
        for position, which in enumerate((True, False)):
            held = [o for o in oriented(test, which) if isinstance(o, Tie) and o.sign > 0]
            mine, others = sides[position][1], sides[1 - position][1]
            for name, value in mine.items() if held else ():
                if value is others.get(name) or name not in others or not value.selections or any(o.target in value.origins for o in held):
                    continue
                mine[name] = self.part_held(value, all(o.weak for o in held), statement.test, frame, statement.at)

    def part_held(self: Any, value: Value, weak: bool, expr: ir.Expr, frame: Frame, at: int) -> Value:
        """The value with rows that are held against the caller on this way only; at: the place of what holds them."""
        rows = {s: self.select(s.model, expr, frame, (s,), part=True) for s in value.selections if not s.part}  # those are held already
        for row in rows.values():
            self.bind(row, frozenset(self.branch), weak, frame.scope.module.path, at)
        return value.made_of(frozenset(rows.get(o, o) if isinstance(o, Selection) else o for o in value.origins))

    def held_here(self: Any, value: Value, known: Value | None, target: ir.Expr, frame: Frame) -> Value:
        """`if project.may_edit(user): self.project = project`: what is kept there is held wherever it is used, if it was kept nowhere else."""
        ties = [o for o in self.held if isinstance(o, Tie) and o.sign > 0 and o.target in value.origins]
        if not ties or {o.target for o in ties} != set(value.selections) or (known is not None and known.selections):
            return value
        return self.part_held(value, any(o.weak for o in ties), target, frame, ir.start_of(target))

    @staticmethod
    def merged(before: dict[str, Value], *sides: tuple[int, dict[str, Value]]) -> dict[str, Value]:
        live = [env for end, env in sides if end == ON]
        if not live:
            return before
        if len(live) == 1:
            return live[0]
        out = dict(live[0])
        for env in live[1:]:
            for name, value in env.items():
                known = out.get(name)
                if known is not value:
                    out[name] = value if known is None else alternatives(*complaints.doubted(known, value))
        texts.apart(out, live)
        return out

    def guarded(
        self: Any, test: Value, frame: Frame, first: int, second: int, at: int, away: bool = False, admin: bool | None = None, sure: bool = False
    ) -> None:
        """What a test proves where one of its sides ends: what holds on the other. away: it is callers that end there, and strangers go on;
        admin: the side of who has the role; sure: it says so itself (`user.is_superuser`, which strangers are not)."""
        where = frozenset(self.branch)
        for end, other in ((first, False), (second, True)):
            if end == ON:
                continue
            rest = oriented(test, other)
            if end == RETURNS and frame.depth and not frame.answers:
                asked = frame.refused and not (sure and admin is (not other))  # who has no role ends here, not who has one
                frame.early |= rest | (test.origins & ROLES if asked else frozenset())
                self.held.extend(o for o in rest if isinstance(o, (Tie, Link)) and o.sign > 0)  # until this block is left
                continue
            guards = self.guards
            proven = [o for o in rest if isinstance(o, (Tie, Link)) and o.sign >= 0]
            if not (where or away or admin or test.has(PRESENCE)) and any(isinstance(o, Tie) and o.sign > 0 for o in proven):
                self.perhaps_asked += 1  # `if not invoice.can_user_delete(request.user): raise PermissionDenied`
            self.prove(proven, where, frame.scope.module.path, at)
            self.held.extend(o for o in proven if frame.skips and o.sign > 0)  # who left off before does none of what follows here
            if end == LEAVES:  # what does not fit is passed over, and is still among the others when the loop has ended
                self.passed_over.update(range(guards + 1, self.guards + 1), ((o, where) for o in proven if isinstance(o, Link)))
            if test.outcomes and test.has(ROLE) and end == REFUSES and all(isinstance(o, Tie) and o.weak for o in test.outcomes):
                self.requirements += admin is None and not (self.began or where or away)  # whether it asks for the role or for that is not told
            if not test.outcomes and end in (REFUSES, RETURNS):
                if test.has(ROLE) and admin is other:  # who has no role ends here; the other way round nobody is asked for one
                    self.roles.append((frame.scope.module.path, at, where, test.has(ADMIN)))
                self.requirements += test.has(ROLE) and admin is None and not (self.began or where or away)  # a decorator that nobody understood
                if not where and not away and any(self.key_of_nobody(selection) for selection in test.selections):
                    self.roles.append((frame.scope.module.path, at, where, False))
                    self.login.append((frame.scope.module.path, at))
                # only some kind of user comes this far
                self.requirements += not (where or away) and (test.has(KIND) or ways.by_office(test))
                known = test.has(ROLE) or test.has(PRESENCE) or test.has(CALLER) or identifies(test)
                if known and not away and not (sure and admin is (not other)):  # `if user.is_superuser: raise`: strangers go on
                    switches.asked(self, where)
                    self.maybe_login += bool(where) and not self.trying and where.isdisjoint(self.for_known)  # strangers stand on the other side
                    if not where or (not self.trying and switches.on_both_sides(self, where)):
                        self.login.append((frame.scope.module.path, at))
                        self.brought.update(() if test.selections or not test.origins.isdisjoint(SOMEBODY) else self.login[-1:])

    def prove(self: Any, outcomes: Iterable[Outcome], where: frozenset[tuple[int, bool]], path: str, at: int) -> None:
        outcomes = list(outcomes)
        rows = Counter(o.target.model for o in outcomes if isinstance(o, Tie) and isinstance(o.target, Selection))
        for outcome in outcomes:
            if isinstance(outcome, Tie):
                self.bind(outcome.target, where, outcome.weak, path, at)
                if isinstance(outcome.target, Selection) and rows[outcome.target.model] > 1:  # one of them was asked, and nobody can tell which
                    self.several.add(outcome.target)
            elif (outcome, where | frozenset(self.tried)) not in self.links:
                self.guards += 1
                self.links[outcome, where | frozenset(self.tried)] = self.guards

    def bind(self: Any, target: Target, where: frozenset[tuple[int, bool]], weak: bool, path: str, at: int) -> None:
        """From here on (and for the whole handler, where a guard follows the look-up) the target is held against the caller."""
        where |= frozenset(self.tried)
        entries = self.bound.setdefault(target, [])
        if not any(known == where and doubted == weak for known, doubted, _ in entries):
            self.guards += 1
            entries.append((where, weak, self.guards))
            if not weak:
                self.places.setdefault(target.plain if isinstance(target, Client) else target, (path, at))
            self.evidence.append((path, at, "refuses unless it fits the caller"))

    def came_late(self: Any) -> None:
        """What stands before a handler has run to its end: what it asked after it had gone on to the handler stops no change, and is in doubt."""
        if self.gone is not None:
            del self.login[self.gone_logins :]
            for entries in self.bound.values():
                entries[:] = [(where, weak or number > self.gone, number) for where, weak, number in entries]  # type: ignore[operator]
            self.links = {link: number for link, number in self.links.items() if number <= self.gone}
        self.gone = None

    def goes(self: Any) -> None:
        """What stands before a handler goes on to it."""
        if self.gone is None:
            self.gone, self.gone_logins, self.gone_doubts = self.guards, len(self.login), self.maybe_login

    def committed(self: Any, rows: Iterable[Selection] | None = None) -> None:
        """What was changed is changed: a guard that comes after comes too late."""
        for selection in self.selections if rows is None else rows:
            if selection.changed and self.began:
                named = any(queries.client_terms(part) for part in queries.narrowed_from(selection))
                if (
                    self.in_time is None and named and not queries.by_credential(selection)
                ):  # when a key was last used is written beside asking for it
                    self.in_time = len(self.login)
                selection.uses[:] = dict.fromkeys((held, min(before, self.guards)) for held, before in selection.uses)


def _is_function(value: Value) -> bool:
    return isinstance(value.ref, Definition) and value.ref.kind == "function" and not value.origins and value.receiver is None
