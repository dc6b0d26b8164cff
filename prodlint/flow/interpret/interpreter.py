"""Runs statements on abstract values: blocks, returns, loops.

Knows: control flow. Does not know: what a test proves (`branching.py`), what an expression means (`expressions.py`), what a call does (`calls.py`).
"""

from __future__ import annotations

from collections.abc import Iterable

from prodlint import ir
from prodlint.flow.callers import requests
from prodlint.flow.frames import ABORTS, ON, REFUSES, RETURNS, Frame, goes_on
from prodlint.flow.interpret import deferred, lists, texts
from prodlint.flow.interpret.branching import Branching
from prodlint.flow.interpret.calls import Calls
from prodlint.flow.interpret.compound import Compound
from prodlint.flow.interpret.expressions import Expressions
from prodlint.flow.interpret.leaving import Leaving
from prodlint.flow.interpret.state import State
from prodlint.flow.knowledge import is_none, last_name
from prodlint.flow.lookups import memory, moves, queries, sql, tallies
from prodlint.flow.proofs import complaints, dispatching, guests, refusals, showing, switches, ways
from prodlint.flow.proofs.answers import answer, carried, decided, extended, told_whom
from prodlint.flow.proofs.conditions import oriented
from prodlint.flow.proofs.skipping import left_off
from prodlint.flow.values import CALLER, EMPTY, KINDS, REQUEST, ROLE, ROLES, Link, Origin, Selection, Tie, Value, flipped, union


def _looks(test: Value) -> bool:
    """Does a test ask about the caller, an object, or whether the path names one?"""
    return bool(test.has(CALLER) or test.has(ROLE) or test.outcomes or test.selections or any(c.source == "path" for c in test.clients))


class Run(State, Branching, Compound, Expressions, Calls, Leaving):
    """The analysis of one endpoint."""

    # ------------------------------------------------------------ blocks
    def block(self, body: Iterable[ir.Stmt], frame: Frame) -> int:
        outside = len(self.branch)
        end = ON
        for statement in body:
            frame.around = body
            skips, lasting = len(frame.skips), len(frame.lasting)
            end = self.statement(statement, frame)
            if end != ON:
                break
            self.branch.extend(frame.skips[skips:])
            self.branch.extend(switches.behind_it(self, statement, frame, lasting))
        del self.branch[outside:]
        return end

    def statement(self, statement: ir.Stmt, frame: Frame) -> int:
        kind = type(statement)
        if kind is ir.Assign:
            self.assign(statement, frame)  # type: ignore[arg-type]
        elif kind is ir.ExprStmt:
            return self.expression_statement(statement, frame)  # type: ignore[arg-type]
        elif kind is ir.Return:
            return self.returned(statement, frame)  # type: ignore[arg-type]
        elif kind is ir.If:
            return self.branches(statement, frame)  # type: ignore[arg-type]
        elif kind is ir.Raise:
            self.maybe(statement.exc, frame)  # type: ignore[union-attr]
            return RETURNS if statement.exc is not None and last_name(statement.exc) == "NotImplementedError" else REFUSES  # type: ignore[union-attr]
        elif kind is ir.Try:
            return self.attempt(statement, frame)  # type: ignore[arg-type]
        elif kind is ir.For or kind is ir.While:
            return self.loop(statement, frame)
        elif kind is ir.With:
            return self.with_block(statement, frame)  # type: ignore[arg-type]
        elif kind is ir.AugAssign:
            pair = self.eval(statement.target, frame), self.eval(statement.value, frame)  # type: ignore[union-attr]
            value = self.condition(statement.op, *pair) or sql.added(*pair) or extended(*pair) or self.or_else(statement, frame) or union(pair)  # type: ignore[arg-type]
            value = texts.spread(value, pair, lambda *parts: sql.added(*parts) or extended(*parts) or union(parts))
            self.collected(*pair[1].selections)
            if not tallies.one_more(self, statement.target, statement.op, statement.value, frame):  # type: ignore[union-attr]
                self.bind_target(statement.target, value, frame)  # type: ignore[union-attr]
        elif kind is ir.Match:
            return self.match(statement, frame)  # type: ignore[arg-type]
        elif kind is ir.Assert:
            self.guarded(self.truth(statement.test, frame), frame, ON, REFUSES, statement.at)  # type: ignore[union-attr]
        elif kind is ir.Del:
            for target in statement.targets:  # type: ignore[union-attr]
                self.use(gone := self.eval(target, frame))
                if memory.is_kept(self, gone):
                    self.use_changed(gone)
                if isinstance(target, ir.Sub):
                    self.taken_out(target.base, self.eval(target.index, frame).const, frame)
                    lists.deleted(target, frame)
        elif kind is ir.Simple:
            return self.leave(statement.kind == "break", frame) if statement.kind in ("continue", "break") else ON  # type: ignore[union-attr]
        elif kind is ir.Function:
            frame.env[statement.name] = Value(ref=self.local_function(statement, frame), closure=frame)  # type: ignore[arg-type, union-attr]
        return ON

    def assign(self, statement: ir.Assign, frame: Frame) -> None:
        if statement.value is None:
            return
        value = self.declared(deferred.assigned(self, statement, frame), statement.annotation, frame)
        ways.kept(self, statement, value, frame)
        for target in tallies.others(self, statement, frame):
            self.bind_target(target, value, frame)

    def bind_target(self, target: ir.Expr, value: Value, frame: Frame) -> None:
        kind = type(target)
        memory.assigned(self, target, value, frame)
        if kind is ir.Name:
            frame.env[target.id] = value  # type: ignore[union-attr]
        elif kind is ir.Attr:
            base = self.eval(target.base, frame)  # type: ignore[union-attr]
            if base.fields is not None:
                known = base.fields.get(target.name)  # type: ignore[union-attr]
                value = self.held_here(value, known, target, frame)
                sometimes = bool(self.branch) and value.truth is not None and known is not None and known.truth != value.truth
                base.fields[target.name] = EMPTY if sometimes else value  # type: ignore[union-attr]  # `if large: self.refused = True`
            elif isinstance(target.base, ir.Name) and any(client.name == "*" for client in base.clients):  # type: ignore[union-attr]
                self.bind_target(target.base, base.with_field(target.name, value), frame)  # type: ignore[union-attr]
            elif isinstance(base.ref, str) and base.ref in ("flask.g", "quart.g"):
                self.globals[target.name] = value  # type: ignore[union-attr]
            elif base.ref == requests.KEPT:
                self.globals[f"{base.ref}.{target.name}"] = value  # type: ignore[union-attr]
            elif REQUEST in base.origins and base.kind is None:
                self.carry(target.name, value)  # type: ignore[union-attr]
            elif CALLER in base.origins:
                self.say_otherwise(target.name, value)  # type: ignore[union-attr]
            moves.into(self, base, target.name, value, frame, target.at)  # type: ignore[union-attr]
            showing.taken(self, base, value)
            if not (self.branch or frame.tests):
                self.rewritten.update(((row, target.name), value) for row in base.selections)  # type: ignore[union-attr]
            if moves.only_noted(self, base, target.name):  # type: ignore[union-attr]
                self.use(base)
                return
            self.use_changed(base)  # of a row; what an object carries beside is not changed
            self.altered.update(base.selections)
        elif kind is ir.Sub:
            base = self.eval(target.base, frame)  # type: ignore[union-attr]
            index = self.eval(target.index, frame)  # type: ignore[union-attr]
            if CALLER in base.origins and base.fields is None and index.const is not None:
                self.say_otherwise(index.const, value)
            if REQUEST in base.origins and base.kind is None and index.const is not None:
                self.carry(index.const, value)  # request["user"] of aiohttp, info.context["user"] of GraphQL
            if memory.is_kept(self, base):
                memory.put(self, target, base, index, value, frame)  # type: ignore[arg-type]
            if base.fields is not None and index.const is not None:
                local = isinstance(target.base, ir.Name) and target.base.id in frame.env  # type: ignore[union-attr]
                beside = local and value.has(CALLER) and bool(self.branch) and frame.made(target.base.id)  # type: ignore[union-attr]
                if not local or not (beside or base.fields == {} or complaints.is_note(base)):
                    base.fields[index.const] = value
                else:  # maybe in one branch only: errors["name"] = "missing"
                    frame.env[target.base.id] = base.with_field(index.const, value)  # type: ignore[union-attr]
            elif isinstance(target.base, ir.Name) and index.const is not None and any(client.name == "*" for client in base.clients):  # type: ignore[union-attr]
                self.bind_target(target.base, base.with_field(index.const, value), frame)  # type: ignore[union-attr]
            elif isinstance(target.base, ir.Name) and (more := complaints.one_more(base, value)) is not None:  # type: ignore[union-attr]
                frame.env[target.base.id] = more  # type: ignore[union-attr]
            lists.put(target, (value,), frame)  # type: ignore[arg-type]
            self.stored(target, value, frame)
            if base.fields is None:  # a row is changed, a dictionary only carries it
                for selection in base.selections:
                    self.mark(selection)
        elif kind is ir.Seq:
            for position, item in enumerate(target.items):  # type: ignore[union-attr]
                inner = item.value if isinstance(item, ir.Star) else item
                part = lists.unpacked(self, value, target, position, frame)  # type: ignore[arg-type]
                if position == 0 and value.items is not None:  # `allowed, reason = may(user, order)`: what the whole says by its name
                    part = part.plus(o for o in value.outcomes if isinstance(o, Tie) and o.weak)
                self.bind_target(inner, part, frame)

    def carry(self, name: str, value: Value) -> None:
        """`request.organization = ...`: what one way puts there and what another does."""
        self.carried[name] = union((self.carried[name], value)) if name in self.carried else value

    def say_otherwise(self, name: str, value: Value) -> None:
        """`session["user_id"] = request.args["as"]`: from here on the client says who it is."""
        if value.chosen and not value.has(CALLER) and not value.selections:
            self.said_otherwise[name] = value
        elif name in self.said_otherwise and not (self.branch or frozenset(value.clients)):
            del self.said_otherwise[name]

    def stored(self, target: ir.Expr, value: Value, frame: Frame) -> None:
        """What is put into a part of a local container is in the container: `found[key] = row`, `found[key].append(row)`."""
        part, target, value = target, lists.holder(target), lists.with_rows(value)
        if isinstance(target, ir.Name) and value.origins:
            known = frame.env.get(target.id)
            self.collected(*value.selections)
            if known is not None and known.kind is None and known.receiver is None and known is not frame.me:
                frame.env[target.id] = known.plus(value.origins)
            elif known is not None and known is not frame.me and not known.selections and isinstance(part, ir.Attr) and part.base is target:
                frame.env[target.id] = lists.of_object(known, part.name, value)

    def expression_statement(self, statement: ir.ExprStmt, frame: Frame) -> int:
        value = statement.value
        if isinstance(value, ir.Await):
            value = value.value
        elif deferred.left_alone(self, value, frame):
            self.arguments(value, frame)  # type: ignore[arg-type]
            return ON
        if frame.onward and not self.began and goes_on(value, frame.onward):
            frame.went += 1  # `await self.app(scope, receive, send)`, then a bare return
        if fired := deferred.fired(value, value is not statement.value):
            self.branch.append((id(statement), True))
        self.dropped = value
        result = self.eval(value, frame)
        if fired:
            self.branch.pop()
        if isinstance(value, ir.Call):
            if last_name(value.func) in ABORTS or refusals.raised_elsewhere(self, value, frame):
                return REFUSES
            if result.ref == "builtins.NoReturn":
                return REFUSES
            raises = value in self.raised_in
            for outcome in result.outcomes if self.knowledge.names_guard(last_name(value.func)) else ():  # an answer that nobody reads
                if isinstance(outcome, Tie) and raises:  # but it raises where it says no, as far as can be told
                    self.bind(outcome.target, frozenset(self.branch), True, frame.scope.module.path, statement.at)
                    self.perhaps_asked += 1
                elif isinstance(outcome, Tie) and not outcome.weak:
                    self.ignored.setdefault(outcome.target, (frame.scope.module.path, statement.at))
        return ON

    def returned(self, statement: ir.Return, frame: Frame) -> int:
        said = statement.value.value if isinstance(statement.value, ir.Await) else statement.value
        speaks, around = frame.depth == 0 or frame.speaks, self.answering
        if speaks and isinstance(said, ir.Call):
            self.answering = said
        frame.leaving = said
        value = self.maybe(statement.value, frame)
        self.answering, frame.leaving = around, None
        frame.named += value.has(CALLER)
        if frame.onward:
            frame.went += goes_on(statement.value, frame.onward)
        if speaks and not self.only_addresses(statement.value, frame):
            self.shown(value, refusals.is_error(statement.value))
        left_off(frame, statement)
        if frame.depth:
            no = answer(value).truth is False or (statement.value is None and not frame.gate)
            if statement.value is None or is_none(statement.value):
                frame.quiet.append(frozenset().union(frame.early, *(test.origins for test, _ in frame.tests)) & ROLES)
            elif refusals.is_response(statement.value):
                frame.responses += 1
            self.given_back(value, no, frame, statement.value)
        return RETURNS

    def given_back(self, value: Value, no: bool, frame: Frame, expr: ir.Expr | None) -> None:
        """A callee's return: what held there becomes part of the value, turned around where the value says no."""
        if self.admin_depth or self.strangers:
            value = self.for_staff(value)
        elif (self.doubtful or frame.doubted) and not no:
            value = dispatching.for_some(self, value, frame)
        outcomes = set(frame.early) - ROLES
        for test, which in frame.tests:
            outcomes |= oriented(test, which)
        frame.sides.append((value, frozenset(o for o in outcomes if isinstance(o, (Tie, Link)))))
        away = no or refusals.is_refusal(expr)  # a response that says no is no answer, but what takes it for one is true
        frame.refused = away
        frame.noes += away
        if not away:
            frame.stand_ins += guests.is_stand_in(self, value)
            frame.open |= answer(value).truth is True and not frame.early and not any(_looks(test) for test, _ in frame.tests)
            frame.unasked |= self.admin_depth <= frame.staff
            told_whom(value, frame)
            frame.passes.append(frozenset().union(value.origins, *(test.origins for test, _ in frame.tests), frame.early) & KINDS)
        if not away and not self.admin_depth and not self.strangers:  # staff may have their own way in
            frame.kept.append((queries.certain(outcomes), carried(value)))
            if not frame.harmless and (names := ways.passing(self, expr, value, outcomes, frame)) is not None:
                frame.ways.append(names)
        if not away and self.strangers and value.truth is True and not self.only_callers:
            frame.ways.append(set())
        told = flipped(outcomes) if no else outcomes
        frame.returns.append(decided(value, told))

    def for_staff(self, value: Value) -> Value:
        """`if user.is_admin: return rows`: rows that were selected before the branch come back for staff only; so for strangers."""
        origins: set[Origin] = set()
        for origin in value.origins:
            if isinstance(origin, Selection) and not origin.admin:
                origin = Selection(origin.model, origin.path, origin.at, origin.end, parents=(origin,), admin=True)
                self.selections.append(origin)
            origins.add(origin)
        return value.made_of(frozenset(origins))

    @property
    def only_callers(self) -> bool:
        """Do only those come here who are known? Of strangers nothing is held by what asks callers only."""
        return self.turned_away or bool(self.login)

    def maybe(self, expr: ir.Expr | None, frame: Frame) -> Value:
        return EMPTY if expr is None else self.eval(expr, frame)
