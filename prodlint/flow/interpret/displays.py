"""Lists, mappings, comprehensions and f-strings on abstract values.

Knows: how the parts of a display make it up, and that a comprehension's conditions sift rows. Does not know: comparisons.
"""

from __future__ import annotations

from typing import Any

from prodlint import ir
from prodlint.flow.callers import open_paths
from prodlint.flow.frames import Frame
from prodlint.flow.interpret import lists
from prodlint.flow.lookups import memory, queries
from prodlint.flow.proofs import ways
from prodlint.flow.values import ANSWERS, CALLER, DOUBT, EMPTY, ROLES, Client, Link, Origin, Selection, Tie, Value, origins_of
from prodlint.names import Definition


class Displays:
    """A part of `expressions.Expressions`."""

    def sequence(self: Any, expr: ir.Seq, frame: Frame) -> Value:
        values: list[Value] = []
        for item in expr.items:
            value = self.eval(item.value if isinstance(item, ir.Star) else item, frame)
            values.extend(value.items if isinstance(item, ir.Star) and value.items is not None else (value,))
        filled = any(not isinstance(item, ir.Star) for item in expr.items)
        return Value(never_a_test(origins_of(values)) if filled else origins_of(values), items=tuple(values))

    def mapping(self: Any, expr: ir.Map, frame: Frame) -> Value:
        fields: dict[str, Value] = {}
        origins: set[Origin] = set()
        for key, item in expr.items:
            value = self.eval(item, frame)
            origins |= value.origins
            if key is None:
                said = [client for client in value.clients if client.name == "*"]
                if said:  # `{"user_id": user.id, **body}`: the client may say something else
                    fields = {name: part.made_of(part.origins - {CALLER} | {c.part(name) for c in said}) for name, part in fields.items()}
                fields.update(value.fields or {})
            elif (name := self.eval(key, frame).const) is not None:
                fields[name] = value
        return Value(never_a_test(frozenset(origins)) - ROLES if fields else frozenset(origins), fields=fields)  # one with a role in it is none

    def comprehension(self: Any, expr: ir.Comp, frame: Frame) -> Value:
        saved = dict(frame.env)
        tests: set[Origin] = set()
        rest: list[Value] = []
        for clause in expr.fors:
            source = self.named_parts(clause.iter, frame) or self.eval(clause.iter, frame)
            if isinstance(source.ref, Definition) and not source.origins and self.knowledge.is_model(source.ref):
                self.bind_target(clause.target, self.rows(clause, source.ref, frame), frame)
                continue
            self.bind_target(clause.target, self.element(source), frame)
            kept = memory.is_kept(self, source)
            frame.sought.append(memory.names_of(clause.target) if kept else ())
            for condition in clause.ifs:
                if kept:
                    rest.extend(memory.without(self, condition, frame))
                    frame.env.update(memory.sought(self, condition, frame, True))  # what holds of these says nothing of the others
                tests |= self.eval(condition, frame).outcomes
            frame.sought.pop()
        each = self.mapped(expr, frame) if expr.kind in ("list", "set", "gen") and len(expr.fors) == 1 and not expr.fors[0].ifs else None
        value = self.of_each_one(expr, frame) if each is None else Value(origins_of(each), items=each)
        frame.env = saved
        unfit = {o for o in tests if isinstance(o, (Tie, Link)) and o.sign < 0}  # [o for o in orders if o.owner != user]: empty where all fit
        made = value.fields or {} if isinstance(value.kind, Definition) else {}  # [Order(row[0], row[1]) for row in rows]
        origins = value.origins.union(*(part.selections for part in made.values()))
        if rest:  # all but those that the client names
            return Value(self.sifted(origins, tests, expr, frame), memory.REST, receiver=Value(origins_of(rest)))
        if expr.kind == "dict" and not each and not _by_key(expr):  # `{order.team: order.user_id for order in orders}`: the last of each team
            origins = self.one_of(Value(origins), expr, frame).origins
        return lists.few(self, expr, Value(self.sifted(origins, tests, expr, frame) | unfit, ANSWERS if value.outcomes else None, items=each))

    def of_each_one(self: Any, expr: ir.Comp, frame: Frame) -> Value:
        """`[check(order_id) for part in parts]`: where there are none nothing is asked, as in a loop."""
        mark, guards = (id(expr), True), self.guards
        self.branch.append(mark)
        value = self.eval(expr.elt, frame)
        self.branch.pop()
        if self.guards > guards:
            first = expr.fors[0].iter
            source = self.named_parts(first, frame) or self.eval(first, frame)
            some = len(expr.fors) > 1 or expr.fors[0].ifs or lists.some(first) or self.of_a_row(first, source, frame)
            ways.in_loop(self, EMPTY if some else source, mark, guards)
        return value

    def sifted(self: Any, origins: frozenset[Origin], tests: set[Origin], expr: ir.Comp, frame: Frame) -> frozenset[Origin]:
        """[o for o in orders if o.owner == user]: what is left fits the caller; what it was taken from does not."""
        out = set(origins)
        sides = held_by_key(expr) if any(isinstance(o, Link) for o in tests) else []
        keys = {client.plain for side in sides for client in self.eval(side, frame).clients}
        for outcome in tests:
            for row, client in named_by(outcome) if isinstance(outcome, Link) else ():
                if row in out and (queries.of_caller(row) or client in keys):  # next(o for o in user.orders if o.id == order_id)
                    out.discard(row)
                    out |= self.selected(self.select(row.model, expr, frame, (row,), terms=[("id", Value(frozenset({client})))])).origins
            if not isinstance(outcome, Tie) or outcome.sign < 0:
                continue
            target, weak = outcome.target, outcome.weak or outcome.sign == 0
            if isinstance(target, Selection) and target in origins:
                rows = self.select(target.model, expr, frame, (target,), part=True)
                out.discard(target)
                out.add(rows)
                target = rows
            self.bind(target, frozenset(self.branch), weak, frame.scope.module.path, expr.at)
        return frozenset(out)

    def rows(self: Any, clause: Any, model: Definition, frame: Frame) -> Value:
        """`select(o for o in Order if o.owner == user)`: the rows of a model that the conditions leave."""
        self.bind_target(clause.target, Value(ref=model), frame)
        self.of_rows += 1
        conditions = [self.eval(condition, frame) for condition in clause.ifs]
        self.of_rows -= 1
        return self.narrowed((), model, "select", conditions, {}, clause.iter, frame)

    def mapped(self: Any, expr: ir.Comp, frame: Frame) -> tuple[Value, ...] | None:
        """`[permission() for permission in classes]` item by item, where the items are known and few."""
        items = (self.named_parts(expr.fors[0].iter, frame) or self.eval(expr.fors[0].iter, frame)).items
        if not items or (len(items) > 8 and not (not self.began and open_paths.are_words(items))):
            return None
        out = []
        for item in items:
            self.bind_target(expr.fors[0].target, item, frame)
            out.append(self.eval(expr.elt, frame))
        return tuple(out)

    def fstring(self: Any, expr: ir.Fstr, frame: Frame) -> Value:
        values = [self.eval(part, frame) for part in expr.parts]
        text = "".join(v.const if v.const is not None else "%s" for v in values)
        said = never_a_test(origins_of(values))
        items = [item for v in values for item in ((_text(v),) if v.const is None else v.items or ())]
        return Value(said, "builtins.str", const=text, items=tuple(items))


def _text(part: Value) -> Value:
    """`f"... WHERE id = $1{more}"` with a piece of SQL that one branch leaves empty: the caller may not stand in it."""
    return part.plus({DOUBT}) if part.kind == "builtins.str" and part.has(CALLER) else part


def named_by(link: Link) -> list[tuple[Selection, Client]]:
    """The rows that are held against what the client names."""
    pairs = ((link.one, link.other), (link.other, link.one)) if link.sign > 0 else ()
    return [(one, other.plain) for one, other in pairs if isinstance(one, Selection) and isinstance(other, Client)]


def held_by_key(expr: ir.Comp) -> list[ir.Expr]:
    """What the rows' own keys are held against, and no more than that: `[t for t in tasks if t.id == task_id]`."""
    tests = [
        part for clause in expr.fors for test in clause.ifs for part in (test.values if isinstance(test, ir.Bool) and test.op == "and" else (test,))
    ]
    pairs = [(test.left, test.rights[0]) for test in tests if isinstance(test, ir.Cmp) and test.ops == ("==",)]
    return [other for one, two in pairs for row, other in ((one, two), (two, one)) if _is_key(row)]


def _is_key(expr: ir.Expr) -> bool:
    """`t.id`, `t["_id"]`, `str(t.pk)`"""
    if isinstance(expr, ir.Call):
        return len(expr.args) == 1 and not isinstance(expr.func, ir.Attr) and _is_key(expr.args[0])
    name = expr.name if isinstance(expr, ir.Attr) else expr.index.value if isinstance(expr, ir.Sub) and isinstance(expr.index, ir.Const) else ""
    return name in ("id", "_id", "pk", "uuid")


def _by_key(expr: ir.Comp) -> bool:
    """Does a dictionary hold each row under its own key?"""
    key = expr.elt.items[0] if isinstance(expr.elt, ir.Seq) and expr.elt.items else None
    return key is not None and _is_key(key)


def never_a_test(origins: frozenset[Origin]) -> frozenset[Origin]:
    """`ok = order.user_id == user.id,`: what has something in it is true, whatever that is."""
    return frozenset(origin for origin in origins if not isinstance(origin, (Tie, Link)))
