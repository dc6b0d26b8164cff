"""Runs statements on abstract values: blocks, returns, loops.

Knows: control flow. Does not know: what a test proves (`branching.py`), what an expression means (`expressions.py`), what a call does (`calls.py`).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from prodlint import ir
from prodlint.flow import complaints, deferred, dispatching, lists, memory, moves, queries, refusals, requests, showing, sql, tallies, texts, ways
from prodlint.flow.answers import answer, carried, decided, extended, told_whom
from prodlint.flow.branching import Branching, oriented
from prodlint.flow.calls import Calls
from prodlint.flow.compound import Compound
from prodlint.flow.expressions import Expressions
from prodlint.flow.frames import ABORTS, MAX_STEPS, ON, REFUSES, RETURNS, Frame, goes_on
from prodlint.flow.knowledge import Knowledge, is_none, last_name
from prodlint.flow.leaving import Leaving
from prodlint.flow.skipping import left_off
from prodlint.flow.values import (
    CALLER,
    EMPTY,
    KINDS,
    REQUEST,
    ROLE,
    ROLES,
    Client,
    Link,
    Made,
    Origin,
    Outcome,
    Selection,
    Target,
    Tie,
    Value,
    flipped,
    union,
)
from prodlint.names import Definition, Names


def _looks(test: Value) -> bool:
    """Does a test ask about the caller, an object, or whether the path names one?"""
    return bool(test.has(CALLER) or test.has(ROLE) or test.outcomes or test.selections or any(c.source == "path" for c in test.clients))


class Run(Branching, Compound, Expressions, Calls, Leaving):
    """The analysis of one endpoint."""

    def __init__(self, names: Names, knowledge: Knowledge) -> None:
        self.names = names
        self.knowledge = knowledge
        self.steps, self.limit = 0, MAX_STEPS
        self.before = self.handed_on = 0  # steps that middlewares took, and tasks which the handler only hands on
        self.later: set[tuple[int, bool]] = set()  # the branches in which these run: what is asked there stops nobody here
        self.unread: set[Selection] = set()  # what tasks selected that were not followed to their end, and what a cache gives to others
        self.left_by_others: set[str] = set()  # ids by which something was taken out of a cache before anybody was asked
        self.ended: tuple[str, int] | None = None  # where the steps ran out
        self.selections: list[Selection] = []
        self.bound: dict[Target, list[tuple[frozenset[tuple[int, bool]], bool, int]]] = {}  # (branches, weak, which it was in order)
        self.guards, self.several = 0, set[Target]()  # several: rows of which a guard asked one, where a name may stand for each
        self.passed_over: set[object] = set()  # guards that leave out one item of a loop: their numbers, and links with their branches
        self.in_time: int | None = None  # logins that had been asked for when a row that the client names was changed for good
        self.gone_logins = self.gone_doubts = 0  # logins (and doubts of one) when what stands before a handler went on to it
        self.gone: int | None = None  # guards that had been passed when what stands before a handler went on to it
        self.silent: set[ir.Function] = set()  # functions that say yes to some and nothing to the others
        self.raised_in, self.raising = set[ir.Expr](), 0  # calls of functions of the project that raise where they say no
        self.places: dict[object, tuple[str, int]] = {}  # where a target was held first
        self.ignored: dict[Target, tuple[str, int]] = {}  # targets of guards whose answer was dropped, and where
        self.dropped: ir.Expr | None = None  # the call of which nobody reads the answer
        self.answering: ir.Call | None = None  # the call of which the handler returns what it gives, as it is
        self.leaving = self.began = self.turned_away = False  # the handler's own body runs; strangers are turned away by what stands before it
        self.marks = 0  # how often data left or changed
        self.rewritten: dict[tuple[Selection, str], Value] = {}  # what was written into an attribute of a row, on every way
        self.links: dict[tuple[Link, frozenset[tuple[int, bool]]], int] = {}  # with the branches, and which it was in order
        self.evidence: list[tuple[str, int, str]] = []
        self.roles: list[tuple[str, int, frozenset[tuple[int, bool]], bool]] = []  # (path, at, branches, admins only)
        self.login: list[tuple[str, int]] = []
        self.brought: set[tuple[str, int]] = set()  # those that only ask whether something was brought that says who is calling
        self.dependencies: list[Definition] = []  # functions that the framework runs before the handler
        self.memo: dict[tuple[object, ...], tuple[Value, list[Value], dict[str, Value], bool]] = {}
        self.active: list[ir.Function] = []
        self.chain: list[tuple[str, int, str]] = []  # where each function that runs beneath the handler was called
        self.branch: list[tuple[int, bool]] = []
        self.given: dict[tuple[int, bool], Client] = {}  # sides of tests on which a value of the client is there (`given.py`)
        self.held: list[Outcome] = []
        self.ways: list[tuple[tuple[int, bool], ...]] = []  # marks of the ways on which a wrapper calls the handler (`handing.py`)
        self.admin_depth = self.staff_depth = self.kind_depth = 0  # the last: some kind of user, of whom nobody says that they are admins
        self.doubtful = self.strangers = 0  # branches around that something about the caller decides that nobody understands; that strangers take
        # a secret of the app is asked for, and who knows it is no user; somebody signs in here, by whatever they bring; somebody is known
        self.machine = self.enters = self.caller_seen = False
        self.switched, self.off = set[tuple[int, bool]](), 0  # sides that only a setting opens; logins that stand there (`switches.py`)
        self.unsigned = self.unverified = self.token_read = False  # a token (the second: a JWT) was read whose signature nobody looked at; or at all
        self.places_seen = False  # what says where a request was sent, of those who share an app
        self.weighed: set[Client] = set()  # what the client says and a test holds against something fixed
        self.role_words: set[str] = set()  # roles that a caller's is held against, and marks of theirs that say what they may
        self.role_marks: set[str] = set()
        self.tenant_read = self.tenant_held = False  # to which organisation the caller belongs was looked at, and held against another one
        self.caller_model: Definition | None = None  # whose rows callers are here, where the project's own classes authenticate (`staffs.py`)
        self.requirements = 0  # what the request or the caller is held against, of which nobody can tell whom it lets in
        self.perhaps_asked = 0  # guards that raise where they say no, in words that nobody can read
        self.kinds: set[int] = set()  # the last test of a chain of tests on the caller's kind
        self.trying = 0  # blocks around that catch errors
        self.swallowed: set[int] = set()  # blocks that try, of which a handler goes on: what was refused in there may go on too
        self.tried: list[tuple[int, bool]] = []  # the same, as branches in which no handler runs; numbers of blocks that try are negative
        self.globals: dict[str, Value] = {}
        self.method = ""  # the endpoint's one HTTP method
        self.methods: tuple[str, ...] = ()  # all that it takes
        self.framework = self.path = self.endpoint = self.route_name = ""  # its path, the name of its handler, and of the route where it has one
        self.view: Definition | None = None  # the function that serves the endpoint
        self.view_frame: Any = None  # its activation; None while what the path names is converted
        self.lists: dict[Definition, tuple[Value, ...] | None] = {}  # words that modules list (`open_paths.py`)
        self.answered: dict[int, bool | None] = {}  # of the tests that ran before the handler: what is known of each
        self.arguments_of_path = EMPTY  # what its path names, as a framework keeps it beside the request
        self.dispatches: list[tuple[frozenset[Outcome], frozenset[object], bool]] = []  # what held where a class went on to its framework's dispatch
        self.onward: dict[ir.Function, frozenset[str]] = {}
        self.verified = self.maybe_login = 0  # tokens verified on every way; logins asked for on some ways only
        self.for_callers: set[tuple[int, bool]] = set()  # those on which there is somebody
        self.rehearsing = 0  # branches around to which nobody comes but on a developer's machine
        self.rehearsed: set[Selection] = set()  # what is selected there
        self.for_known: set[tuple[int, bool]] = set()  # sides of tests on which somebody is known, or brings a token
        self.contexts: dict[object, Value] = {}  # what context variables hold
        self.carried: dict[str, Value] = {}  # what the project put on the request, by name
        self.made_globals: dict[Definition, Value] = {}
        self.settings: Any = None  # of Django, where somebody needs them
        self.schema: Any = None  # the models of the project, where somebody needs them
        self.handing: Any = None  # the wrapper of a decorator that runs (`handing.py`)
        self.injected: dict[str, Value] = {}  # what decorators hand to the handler by name
        self.handed: list[Value] = []  # and by position
        self.powers: dict[Client, tuple[str, int]] = {}  # cookies and headers that are asked what the caller may do
        self.credentials: set[Client] = set()  # values that say who is calling, beside a token
        self.lost: set[Client] = set()  # what went into calls of which nobody knows what they do
        self.created: list[Made] = []
        self.moved: list[Made] = []  # what is written into rows that are there already
        self.tallies: set[Selection] = set()  # rows that something was counted up in
        self.altered: set[Selection] = set()  # rows of which a column was written
        self.came_out: dict[Selection, list[Selection]] = {}  # what functions gave of rows that they keep where these do not fit
        self.stores: dict[object, Value] = {}  # what modules and files keep instead of a database (`memory.py`), and the rows of it
        self.kept_here: set[Selection] = set()
        self.roots: set[Selection] = set()  # of these, the stores themselves
        self.free: set[Selection] = set()  # rows that a test around found free
        self.sifted_out: set[Selection] = set()  # rows that were refused by what they say of who may see them
        self.looping = 0  # loops around
        self.put_aside: dict[Selection, int] = {}  # rows that left, changed or were collected in a loop, and how many guards came before
        self.said_otherwise: dict[str, Value] = {}  # what the client put in the place of something that says who asks: session["user"] = ...
        self.of_rows = 0  # conditions in Python around that a library makes a query of (Pony)
        self.wholes: dict[Client, Client] = {}  # of some ids of a list: the list that they were taken from
        self.truncated: set[Target] = set()  # what was handed to calls that were too deep to follow

    # ------------------------------------------------------------ blocks
    def block(self, body: Iterable[ir.Stmt], frame: Frame) -> int:
        outside = len(self.branch)
        end = ON
        for statement in body:
            frame.around = body
            skips = len(frame.skips)
            end = self.statement(statement, frame)
            if end != ON:
                break
            self.branch.extend(frame.skips[skips:])
            if frame.detour is not None:
                self.branch.append(frame.detour)
                frame.detour = None
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
