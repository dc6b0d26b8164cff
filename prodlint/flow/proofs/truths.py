"""Runs what is asked for its truth: tests joined by words, one of two values, the side on which a part runs.

Knows: how answers join, turn around and fall into doubt. Does not know: what a comparison says (`comparisons.py`), what a test proves for the
statements behind it (`branching.py`).
"""

from __future__ import annotations

from typing import Any

from prodlint import ir
from prodlint import regex as re
from prodlint.flow.callers import permissions
from prodlint.flow.frames import Frame
from prodlint.flow.interpret import deferred, texts
from prodlint.flow.knowledge import is_none
from prodlint.flow.lookups import narrowing, queries
from prodlint.flow.proofs import choosing, switches, ways
from prodlint.flow.proofs.comparisons import is_set
from prodlint.flow.values import (
    ADMIN,
    CALLER,
    DOUBT,
    EMPTY,
    FALSE,
    PRESENCE,
    ROLE,
    TRUE,
    Value,
    flipped,
    holds_answers,
    in_doubt,
    origins_of,
    union,
    unsigned,
    weaker,
    whichever,
)
from prodlint.names import Definition, statements

# what a row says of itself that lets everybody see it
OPEN_ROWS = re.compile(r"^(?:is_)?(?:\w+_)?(?:public|published|live|open)$", re.I)


class Truths:
    """Part of `interpreter.Run`."""

    def truth(self: Any, expr: ir.Expr, frame: Frame) -> Value:
        """A value that is asked whether it is true; a display that holds something is, whatever it holds."""
        filled = isinstance(expr, ir.Seq) and any(not isinstance(item, ir.Star) for item in expr.items)
        if filled or deferred.left_alone(self, expr, frame):
            return TRUE
        value = self.eval(expr, frame)
        if isinstance(expr, ir.Attr) and expr.name == "kwargs" and value.fields and self.arguments_of_path.fields:
            return TRUE  # `if not view.kwargs` is for who only describes an API: a path has its parameters
        called = self.callee(expr, frame) if value.outcomes else None
        if isinstance(called, Definition) and called.kind == "function":
            value = permissions.as_truth(self, called, value)
        if value.outcomes and holds_answers(value):
            return in_doubt(value)
        return TRUE if isinstance(expr, ir.Name) and self.switched_on(value.ref) else value

    def told_words(self: Any, expr: ir.Expr, value: Value, frame: Frame) -> bool:
        """`if permissions:` in the wrapper that a decorator makes: is it told some where it stands, `@allowed("admin")`?"""
        closed = isinstance(expr, ir.Name) and not self.began and frame.outer is not None and expr.id not in frame.env
        return closed and bool(value.items) and not value.origins and all(item.const or item.ref for item in value.items or ())

    def callee(self: Any, expr: ir.Expr, frame: Frame) -> object:
        """What a call, awaited or not, calls; None where the expression is none."""
        call = expr.value if isinstance(expr, ir.Await) else expr
        return self.eval(call.func, frame).ref if isinstance(call, ir.Call) else None

    def switched_on(self: Any, ref: object) -> bool:
        """`STRICT = True` in a module, and never anything else: also no function of the module says otherwise."""
        if not isinstance(ref, Definition) or ref.kind != "value" or ref.owner is not None or ref.again:
            return False
        if not (isinstance(ref.node, ir.Assign) and isinstance(ref.node.value, ir.Const) and ref.node.value.value is True):
            return False

        def fixed() -> bool:
            pending = [function.node for function in self.names.functions_in(ref.module)]
            while pending:
                for each in statements(self.names.body(pending.pop())):
                    if isinstance(each, ir.Simple) and each.kind == "global" and ref.name in each.names:
                        return False
                    pending.extend([each] if isinstance(each, ir.Function) else ())
            return True

        known: bool = self.names.remembering(self.knowledge.switches, ref, fixed, False)
        return known

    def negated(self: Any, expr: ir.Unary, frame: Frame) -> Value:
        value = self.truth(expr.value, frame) if expr.op == "not" else self.eval(expr.value, frame)
        if expr.op == "~" and (permission := permissions.refused(value)) is not None:
            return permission
        if expr.op != "not":
            if expr.op == "~" and value.kind == narrowing.EXISTS:
                return EMPTY
            return Value(flipped(value.outcomes)) if expr.op == "~" and value.fields else value  # ~Q(owner=user): everybody else's
        if value.truth is not None:
            return FALSE if value.truth else TRUE
        return Value(flipped(value.origins))

    def boolean(self: Any, expr: ir.Bool, frame: Frame) -> Value:
        values = [self.truth(expr.values[0], frame)]
        for part in expr.values[1:]:
            values.append(self.beside(expr, part, values, frame))
        if any(v.outcomes for v in values) and any(_shows(part, v, expr.op) for part, v in zip(expr.values, values, strict=True)):
            values = [v.made_of(frozenset(map(weaker, v.origins))) for v in values]  # `page.is_public or page.owner == user`: strangers see it too
        decided = expr.op == "or"
        if any(v.truth is decided for v in values):
            return TRUE if decided else FALSE
        denied = all(_denies(part) for part, v in zip(expr.values, values, strict=True) if v.has(ROLE))  # `not may(user) or closed`: refuse
        kept = [(part, v) for part, v in zip(expr.values, values, strict=True) if v.truth is None]
        if not self.began:
            self.answered[id(expr)] = len(kept) < 2  # the path alone answers the rest
        if len(kept) < 2:
            return kept[0][1] if kept else values[0]  # `self.lookup_url_kwarg or self.lookup_field`, where the first is None
        if expr.op == "or" and values[0].items and isinstance(expr.values[-1], (ir.Seq, ir.Map)) and not expr.values[-1].items:
            return values[0]  # `scopes or []`
        values = ways.weighed(self, expr, [part for part, _ in kept], [v for _, v in kept], frame)
        joined = union(values)
        asked = all(v.origins or _void(v) for v in values)
        if expr.op == "or" and joined.has(ROLE) and not (asked or denied):  # `not allowed or user.id in allowed or is_admin(user)`
            joined = joined.made_of(joined.origins - {ROLE, ADMIN})
            values = [joined]
        elif expr.op == "or" and joined.has(ROLE) and not denied and (lesser := _lesser(values, [part for part, _ in kept])):
            joined = joined.made_of(joined.origins - lesser)
            values = [joined]
        if sum(v.fields is not None for v in values) > 1:  # conditions of a query
            fields = queries.either(values) if expr.op == "or" else queries.both(values)
            if expr.op == "and" and not self.of_rows and self.first_alone(expr.values[0], frame):
                return values[0]
            told = Value(joined.origins, fields=fields)
            return told if self.of_rows else told.made_in_doubt()  # Python gives one of the two, and a query is asked that alone
        return joined if any(v.kind or v.ref or v.fields for v in values) else Value(origins_of(values))

    def first_alone(self: Any, part: ir.Expr, frame: Frame) -> bool:
        """`Order.id == order_id and Order.owner_id == user.id`: an equality of SQLAlchemy's columns is false for Python's `and`, which gives it and
        drops what follows. Source: sqlalchemy 2.0 sql/elements.py, BinaryExpression.__bool__."""
        if not isinstance(part, ir.Cmp) or part.ops != ("==",) or not isinstance(part.left, ir.Attr):
            return False
        model = self.names.resolve(part.left.base, frame.scope)
        bases = self.names.mro(model) if isinstance(model, Definition) and model.kind == "class" else ()
        return any(isinstance(base, str) and base.startswith(("sqlalchemy.", "flask_sqlalchemy.", "sqlmodel.")) for base in bases)

    def beside(self: Any, whole: ir.Bool, part: ir.Expr, before: list[Value], frame: Frame) -> Value:
        """A part that runs only where those before it said so: `flag and ask_for_login()` asks some, `Order.query.get(id) or mine(id)` holds one of
        two rows."""
        logins = len(self.login)
        asked = zip(whole.values, before, strict=False)
        sure = self.of_rows or any(self.soft(each, value, frame) or _missing_row(each, value, whole.op) for each, value in asked)
        if not sure:
            self.branch.append((id(part), True))
            switches.beside(self, whole, part, len(before), frame)
        value = self.truth(part, frame)
        if not sure:
            self.branch.pop()
        self.maybe_login += len(self.login) > logins
        del self.login[logins:]
        return value

    def conditional(self: Any, expr: ir.IfExp, frame: Frame) -> Value:
        test = self.truth(expr.test, frame)
        if test.truth is not None:
            return self.eval(expr.body if test.truth else expr.orelse, frame)
        soft = self.soft(expr.test, test, frame)
        switches.noted(self, expr, switches.side(self, expr.test, frame))
        first, second = (self.aside(part, frame, (id(expr), which), soft) for part, which in ((expr.body, True), (expr.orelse, False)))
        if first.outcomes or second.outcomes:  # `True if force else mine` is `force or mine`
            if first.ref in _LITERALS or second.ref in _LITERALS:
                known, part = (first, expr.orelse) if first.ref in _LITERALS else (second, expr.body)
                other = expr.test if (known is first) is (known.truth is True) else ir.Unary("not", expr.test, ir.start_of(expr.test))
                return self.boolean(ir.Bool("or" if known.truth else "and", (other, part)), frame)
        if first.fields is not None or second.fields is not None:
            first, second = choosing.either_side(self, expr.test, test, first, second, frame)
        outcomes = test.outcomes if second.truth is False else flipped(test.outcomes) if first.truth is False else unsigned(test.outcomes)
        told = outcomes | {DOUBT} if choosing.maybe_nobody(test, first, second) else outcomes
        return texts.either(whichever((first, second)).plus(told), first, second)

    def or_else(self: Any, statement: ir.AugAssign, frame: Frame) -> Value | None:
        """`allowed |= request.args.get("x") == "1"`; None where this puts nothing beside an answer."""
        asked = statement.op in ("|=", "|", "&=", "&") and self.eval(statement.target, frame).outcomes and not is_set(statement.value)
        both = ir.Bool("or" if "|" in statement.op else "and", (statement.target, statement.value))
        return self.boolean(both, frame) if asked else None

    @staticmethod
    def condition(op: str, left: Value, right: Value) -> Value | None:
        """`terms |= Q(shared=True)`, `terms &= Q(pk=pk)`; None where these are no conditions of a query."""
        if left.fields is None or right.fields is None or isinstance(left.kind, Definition) or op.rstrip("=") not in ("|", "&"):
            return None
        return Value(left.origins | right.origins, fields=(queries.either if op[0] == "|" else queries.both)((left, right)))

    def aside(self: Any, expr: ir.Expr, frame: Frame, mark: tuple[int, bool], soft: bool) -> Value:
        """The value of a part that runs on one side of a test only: what it refuses holds there, unless the test is soft."""
        if soft:
            return self.eval(expr, frame)
        self.branch.append(mark)
        value = self.eval(expr, frame)
        self.branch.pop()
        return value

    def soft(self: Any, expr: ir.Expr, test: Value, frame: Frame) -> bool:
        """Does a test ask for a role, hold something against the caller, or ask for no more than whether there is one where there must be?"""
        asks_caller = (test.has(PRESENCE) or test.has(CALLER)) and self.only_callers
        return bool(test.outcomes) or test.has(ROLE) or (asks_caller and not ways.about_caller(self, expr, frame))


_LITERALS = frozenset({"builtins.True", "builtins.False", "builtins.None"})


def _missing_row(part: ir.Expr, value: Value, op: str) -> bool:
    """`order is None or not may_see(order)`, `order and check(order)`: where the rest does not run there is no row."""
    if isinstance(part, ir.Cmp) and len(part.ops) == 1 and is_none(part.rights[0]):
        return bool(value.origins) and (part.ops[0] in ("is", "==")) is (op == "or")
    turned = isinstance(part, ir.Unary) and part.op == "not"
    named = part.value if isinstance(part, ir.Unary) and turned else part
    return turned is (op == "or") and isinstance(named, (ir.Name, ir.Attr)) and bool(value.selections)


def _void(value: Value) -> bool:
    """A literal that stands in for what is missing: `claims.scopes or []`."""
    return value.items == () or value.fields == {} or value.const == "" or value.truth is False


def _lesser(values: list[Value], parts: list[ir.Expr]) -> frozenset[object]:
    """`user.role == "customer" or user.is_superuser`, `user.is_admin or user.beta`: of several that let somebody in, what the least of them does not
    ask."""
    beside = zip(values, parts, strict=True)
    plain = any((v.has(PRESENCE) or (v.has(CALLER) and isinstance(part, ir.Attr))) and not (v.has(ROLE) or v.outcomes) for v, part in beside)
    return frozenset({ROLE, ADMIN} if plain else {ADMIN} if any(v.has(ROLE) and not v.has(ADMIN) for v in values) else ())


def _shows(part: ir.Expr, value: Value, op: str) -> bool:
    """`page.is_public` beside an "or", `not page.is_public` beside an "and": what the row says itself lets everybody see it."""
    if op == "and":
        if not (isinstance(part, ir.Unary) and part.op == "not"):
            return False
        part = part.value
    return isinstance(part, ir.Attr) and bool(OPEN_ROWS.match(part.name)) and bool(value.selections) and not value.outcomes


def _denies(part: ir.Expr) -> bool:
    """Does a part of a test say no, so that what it holds is asked for where the whole does not hold?"""
    return (isinstance(part, ir.Unary) and part.op == "not") or (isinstance(part, ir.Cmp) and part.ops[-1] in ("!=", "not in", "is not"))
