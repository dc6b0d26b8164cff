"""Runs statements that hold blocks: `try`, `with`, loops, `match`.

Knows: which of their blocks may run or not, and what that leaves of what was held inside. Does not know: `if` (`branching.py`), other statements
(`interpreter.py`).
"""

from __future__ import annotations

from typing import Any

from prodlint import ir
from prodlint.calls.walk import expressions
from prodlint.flow.callers import open_paths
from prodlint.flow.frames import LEAVES, ON, REFUSES, RETURNS, Frame
from prodlint.flow.frameworks import bodies
from prodlint.flow.interpret import folding, lists
from prodlint.flow.knowledge import last_name
from prodlint.flow.lookups import memory, moves, queries
from prodlint.flow.proofs import complaints, guests, skipping, switches, ways
from prodlint.flow.proofs.conditions import oriented
from prodlint.flow.values import EMPTY, NOBODYS, ROLES, Selection, Value, union
from prodlint.names import Definition, statements
from prodlint.routing.walking import inside

# what an except names that takes what turns somebody away
EVERYTHING = frozenset({"Exception", "BaseException", "HTTPException", "PermissionDenied", "PermissionError", "Forbidden"})
MANY = 8  # functions or classes in a list that a loop goes through one by one


def quiets(names: Any, manager: object) -> bool:
    """Does a `with` of the project go on where something was refused in it: `try: yield` and an except that raises nothing, an `__exit__` that says
    yes?"""
    if isinstance(manager, Definition) and manager.kind == "class":
        leave = names.class_member(manager, "__exit__") or names.class_member(manager, "__aexit__")
        returns = [s.value for s in statements(names.body(leave.node)) if isinstance(s, ir.Return)] if isinstance(leave, Definition) else []
        return bool(returns) and all(isinstance(value, ir.Const) and value.value is True for value in returns)
    decorators = manager.node.decorators if isinstance(manager, Definition) and isinstance(manager.node, ir.Function) else ()
    if not any(last_name(decorator) in ("contextmanager", "asynccontextmanager") for decorator in decorators):
        return False
    tries = [s for s in statements(names.body(manager.node)) if isinstance(s, ir.Try)]  # type: ignore[attr-defined]
    around = [s for s in tries if any(isinstance(part, ir.Yield) for part in expressions(s.body))]
    return any(_catches(handler) and not any(isinstance(s, ir.Raise) for s in statements(handler.body)) for s in around for handler in s.handlers)


def _catches(handler: ir.Handler) -> bool:
    named = handler.type.items if isinstance(handler.type, ir.Seq) else (handler.type,)
    return any(each is None or last_name(each) in EVERYTHING for each in named)


class Compound:
    """A part of `interpreter.Run`."""

    def attempt(self: Any, statement: ir.Try, frame: Frame) -> int:
        before = dict(frame.env)
        verified, went, logins = self.verified, frame.went, len(self.login)
        self.trying += bool(statement.handlers)
        self.tried.append((-id(statement), False))
        end = self.block(statement.body, frame)
        self.tried.pop()
        self.trying -= bool(statement.handlers)
        verified, went = self.verified - verified, frame.went
        after = frame.env
        sides: list[tuple[int, dict[str, Value]]] = []
        stand_ins = frame.stand_ins
        for handler in statement.handlers:
            frame.env = {**before, **after}
            if handler.name:
                frame.env[handler.name] = EMPTY
            self.branch.append((-id(statement), True))
            marks = self.marks
            sides.append((skipping.caught(self, handler, frame), frame.env))
            self.branch.pop()
            if sides[-1][0] == ON or self.marks > marks:  # it goes on, or answers with data itself
                self.swallowed.add(-id(statement))
        guests.caught(self, frame.stand_ins - stand_ins, logins)
        frame.env = after
        refused = all(side == REFUSES or (side == RETURNS and (frame.answers or not frame.depth)) for side, _ in sides)
        first = frame.answers or not frame.returns
        if verified and sides and refused and first and frame.went == went and not self.trying:  # a token that is not right ends here
            self.login.append((frame.scope.module.path, statement.at))
        if end == ON:
            end = self.block(statement.orelse, frame)
        frame.env = self.merged(before, (end, frame.env), *sides)
        marks = self.marks
        final = self.block(statement.final, frame)
        if final != ON or self.marks > marks:
            self.swallowed.add(-id(statement))  # `finally: return order`, `finally: db.delete(order)`: whoever was refused comes there too
        if final != ON:
            return final
        ends = [end, *(side for side, _ in sides)]
        return ON if ON in ends else RETURNS if RETURNS in ends else ends[0]

    def with_block(self: Any, statement: ir.With, frame: Frame) -> int:
        swallows = False
        for expr, target in statement.items:
            value = self.eval(expr, frame)
            swallows |= isinstance(expr, ir.Call) and (last_name(expr.func) == "suppress" or quiets(self.names, self.callee(expr, frame)))
            if target is not None:
                self.bind_target(target, value, frame)
        if swallows:  # what is refused in there goes on after it
            self.swallowed.add(-id(statement))
            self.tried.append((-id(statement), False))
        end = self.block(statement.body, frame)
        if swallows:
            self.tried.pop()
        return ON if swallows and end == REFUSES else end

    def leave(self: Any, for_good: bool, frame: Frame) -> int:
        """`break` or `continue`, and what held there."""
        if not for_good and frame.item and all({*test.clients} <= frame.item for test, _ in frame.tests[frame.loop :]):
            return LEAVES  # `if value is None: continue` of a keyword that was given
        held = (oriented(test, which) for test, which in frame.tests[frame.loop :])
        asked = frozenset().union(*(test.origins for test, which in frame.tests[frame.loop :] if which)) & ROLES
        frame.left.append((for_good, frame.env, tuple(outcomes for outcomes in held if outcomes), asked))  # type: ignore[misc]
        return LEAVES

    def loop(self: Any, statement: ir.For | ir.While, frame: Frame) -> int:  # type: ignore[override]
        before, outside, frame.left = dict(frame.env), (frame.left, frame.loop), []
        self.looping += 1
        end = self.around(statement, before, outside, frame)
        self.looping -= 1
        return end

    def around(self: Any, statement: ir.For | ir.While, before: dict[str, Value], outside: tuple[Any, int], frame: Frame) -> int:
        source, named = EMPTY, None
        if isinstance(statement, ir.For):
            named = self.named_parts(statement.iter, frame, moves.sets(statement.body))
            source = named or self.eval(statement.iter, frame)
            if not self.began and open_paths.are_words(source.items):
                end = self.through_words(statement, source.items, frame)
                frame.left, frame.loop = outside
                return end
            few = source.items is not None and len(source.items) <= MANY and all(isinstance(i.ref, Definition) or i.items for i in source.items)
            end, guards, frame.loop = ON, self.guards, len(frame.tests)
            if not source.items:
                self.branch.append((id(statement), True))
            frame.sought.append(memory.names_of(statement.target) if memory.is_kept(self, source) else ())
            for item in source.items if few and source.items else (self.element(source),):  # functions, classes, rows of a table: one by one
                self.bind_target(statement.target, item, frame)
                frame.item = {*item.items[-1].origins} if named and item.items else set()
                gone = len(frame.left)
                end = self.block(statement.body, frame)
                if named and end == LEAVES and any(for_good for for_good, *_ in frame.left[gone:]):
                    break  # `break`, on every way
            frame.sought.pop()
            if not source.items:
                self.branch.pop()
                some = lists.some(statement.iter) or _ends_early(statement.body)
                ways.in_loop(self, EMPTY if some or self.of_a_row(statement.iter, source, frame) else source, (id(statement), True), guards)
        else:
            test = self.eval(statement.test, frame)
            frame.tests.append((test, True))
            frame.loop = len(frame.tests)
            if test.truth is not True:
                self.branch.append((id(statement), True))
            end = self.block(statement.body, frame)
            if test.truth is not True:
                self.branch.pop()
            frame.tests.pop()
        left = [(for_good, complaints.left(before, env, held, marks), held) for for_good, env, held, marks in frame.left]
        marks = [asked for for_good, _, _, asked in frame.left if for_good]
        asked = frozenset.intersection(*marks) if marks else NOBODYS
        frame.left, frame.loop, frame.item = *outside, set()
        ran = bool(isinstance(statement, ir.For) and named and source.ref != bodies.DUMPED)  # for each of them, so at least once
        ended = [(ON if end in (ON, LEAVES) else end, frame.env), *((ON, env) for for_good, env, _ in left if not for_good)]
        ended = ended if ran else [(ON, before), *ended]
        broken = [(ON, env) for for_good, env, _ in left if for_good]
        if not (statement.orelse and broken):
            frame.env = self.last_of(statement, before, self.merged(before, *ended, *broken), source, frame)
            return self.block(statement.orelse, frame)
        frame.env = self.merged(before, *ended)
        self.branch.append((id(statement.orelse), True))
        end = self.block(statement.orelse, frame)  # where nothing was found
        self.branch.pop()
        frame.env = self.last_of(statement, before, self.merged(before, (end, frame.env), *broken), source, frame)
        if end != ON:
            found = queries.on_all_ways([frozenset().union(*held) for for_good, _, held in left if for_good])
            self.guarded(ways.found_in(Value(found), source), frame, ON, end, statement.at)
            if asked and not found:  # `for secret in SECRETS: if compare_digest(...): break`, and else it is refused
                self.guarded(Value(asked), frame, ON, end, statement.at, admin=True)
        return ON

    def through_words(self: Any, statement: ir.For, words: tuple[Value, ...], frame: Frame) -> int:
        """`for prefix in OPEN: if path.startswith(prefix): return True`: one by one, up to the one that ends it on every way."""
        before = dict(frame.env)
        for word in words:
            self.bind_target(statement.target, word, frame)
            end = self.block(statement.body, frame)
            if end in (RETURNS, REFUSES):
                return end
            if end == LEAVES:  # `break`, or `continue`
                break
        frame.env = self.merged(before, (ON, before), (ON, frame.env))
        return self.block(statement.orelse, frame)

    def of_a_row(self: Any, expr: ir.Expr, value: Value, frame: Frame) -> bool:
        """`order.tags.all()`: what a row has many of. There may be none, so what holds for each of them says nothing of the row."""
        while isinstance(expr, (ir.Call, ir.Await)):
            expr = expr.value if isinstance(expr, ir.Await) else expr.func
            if isinstance(expr, ir.Attr) and expr.name in queries.NARROW:
                expr = expr.base
        if not isinstance(expr, ir.Attr) or expr.name in queries.MANAGERS:
            return False
        rows = self.eval(expr.base, frame).selections
        return bool(rows) and not frozenset(rows).isdisjoint(value.selections)

    def last_of(self: Any, statement: ir.For | ir.While, before: dict[str, Value], after: dict[str, Value], source: Value, frame: Frame) -> Any:
        """The variables after a loop. In names that it made is the row of the last round: what holds for it says nothing of the others."""
        out = ways.of_one(before, after, source)
        for name, value in after.items() if isinstance(statement, ir.For) else ():
            rows = [s for s in value.selections if name not in before and (id(statement), True) in s.tests and queries.client_terms(s)]
            if rows:
                last = {row: self.select(row.model, statement.iter, frame, (row,), part=True) for row in rows}
                out[name] = out[name].made_of(frozenset(last.get(o, o) if isinstance(o, Selection) else o for o in out[name].origins))
        return out

    def named_parts(self: Any, expr: ir.Expr, frame: Frame, sets: bool = False) -> Value | None:
        """`for name, value in filters.items()` of keywords that are known: a pair for each; of a body's fields where they are set."""
        if not (isinstance(expr, ir.Call) and isinstance(expr.func, ir.Attr) and expr.func.name == "items" and not expr.args):
            return None
        held = self.eval(expr.func.base, frame)
        known = held.kind is None and held.receiver is None and not held.origins.difference(*(part.origins for part in (held.fields or {}).values()))
        known = known or (sets and held.ref == bodies.DUMPED)
        if not held.fields or not known or len(held.fields) > MANY:
            return None
        return Value(ref=held.ref, items=tuple(Value(items=(Value(const=name, ref=folding.KEY), part)) for name, part in held.fields.items()))

    @staticmethod
    def element(source: Value) -> Value:
        """One item of what is looped over."""
        if source.items:
            return union(source.items)
        for rows in source.selections:
            rows.listing = rows.listing or bool(rows.columns)  # a cursor that is looped over gives all that its SELECT takes
        models = {s.model for s in source.selections if isinstance(s.model, Definition)}
        kind = models.pop() if len(models) == 1 and len(source.selections) == len(source.origins) else None
        several = source.fields if any(client.name == "*" for client in source.clients) else None  # `for each in serializer.validated_data`
        return Value(source.origins, kind, fields=several)

    def match(self: Any, statement: ir.Match, frame: Frame) -> int:
        subject = self.eval(statement.subject, frame)
        before = frame.env
        switches.cases(self, statement, frame)
        sides = []
        for case in statement.cases:
            frame.env = dict(before)
            self.capture(case.pattern, subject, frame)
            test = self.maybe(case.guard, frame)
            frame.tests.append((test, True))
            self.branch.append((id(case), True))
            sides.append((self.block(case.body, frame), frame.env))
            self.branch.pop()
            frame.tests.pop()
        frame.env = self.merged(before, (ON, before), *sides)
        return ON

    def capture(self: Any, pattern: ir.Expr, subject: Value, frame: Frame) -> None:
        for part in inside(pattern):
            if isinstance(part, ir.Name):
                frame.env.setdefault(part.id, Value(subject.origins))


def _ends_early(body: tuple[ir.Stmt, ...]) -> bool:
    """Does a loop end with its first round: `break` at last?"""
    return bool(body) and isinstance(body[-1], ir.Simple) and body[-1].kind == "break"
