"""Lists as a program builds them: displays, concatenation, loops over literals, functions that return lists.

Knows: Python's expressions that are lists. Does not know: which name stands for which expression (`following.py`), statements that fill a list
(`filling.py`), frameworks; what an item means is asked of `special`, given by who uses this. Nothing is executed: a list that cannot be told is
reported through `gap`, and the work is bounded.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice, product

from msgspec.structs import replace

from prodlint import ir
from prodlint.names import Definition, Scope, statements
from prodlint.routing.filling import YIELDED, Filling
from prodlint.routing.following import BUDGET, MAX_ACTIVE, NOWHERE
from prodlint.routing.items import Env, Item
from prodlint.routing.returning import returned
from prodlint.routing.values import shown
from prodlint.routing.walking import last_name

MAX_LOOP = 1000  # items of one unrolled loop


class Lists(Filling):
    """Evaluates list expressions of a project to their items."""

    # ------------------------------------------------------------ expressions
    def listed(self, item: Item) -> list[Item]:
        """The items of a list expression."""
        item = self.deref(item)
        expr, scope, env = item.expr, item.scope, item.env
        self.steps += 1
        if self.steps > BUDGET:
            return self._told(scope, expr, "too many registrations to read")
        if isinstance(expr, ir.Seq):
            return [found for one in expr.items for found in self._one(one, scope, env)]
        if isinstance(expr, ir.Bin) and expr.op == "+":
            return self.listed(replace(item, expr=expr.left)) + self.listed(replace(item, expr=expr.right))
        if isinstance(expr, ir.Bool):
            return [found for value in expr.values[expr.op == "and" :] for found in self.listed(replace(item, expr=value))]
        if isinstance(expr, ir.IfExp):
            return self.listed(replace(item, expr=expr.body)) + self.listed(replace(item, expr=expr.orelse))
        if isinstance(expr, ir.Sub):
            return self.listed(replace(item, expr=expr.base))
        if isinstance(expr, ir.Star):
            return self.listed(replace(item, expr=expr.value))
        if isinstance(expr, ir.Comp):
            return self._comprehension(expr, scope, env)
        if expr in self.active or len(self.active) > MAX_ACTIVE:
            return []
        self.active.add(expr)
        try:
            return self._meant(item)
        finally:
            self.active.discard(expr)

    def _one(self, expr: ir.Expr, scope: Scope, env: Env) -> list[Item]:
        return self.listed(Item(expr.value, scope, env)) if isinstance(expr, ir.Star) else [Item(expr, scope, env)]

    def _meant(self, item: Item) -> list[Item]:
        """Names, attributes and calls."""
        expr, scope, env = item.expr, item.scope, item.env
        bound = env.get(expr.id) if isinstance(expr, ir.Name) else None
        if isinstance(bound, tuple):
            return list(bound)
        special = self.special(item)
        if special is not None:
            return special
        if isinstance(expr, ir.Call):
            return self._called(expr, scope, env)
        if isinstance(expr, ir.Const) and expr.value is None:
            return []
        ref = self.names.resolve(expr, scope) or self.resolve(expr, scope, env) if isinstance(expr, (ir.Name, ir.Attr)) else None
        if isinstance(ref, str):
            return []  # a list of an installed package
        of_object = isinstance(expr, ir.Attr) and isinstance(ref, Definition) and ref.owner is not None and ref.owner.kind == "function"
        if of_object and isinstance(ref.node, ir.Assign) and ref.node.value is not None:  # type: ignore[union-attr]
            return self.listed(Item(ref.node.value, self.names.scope_of(ref)))  # type: ignore[union-attr, arg-type]
        if isinstance(ref, Definition) and ref.kind == "value":
            return self.named(ref, env if ref.owner is scope.function else {})
        if isinstance(ref, Definition) and ref.kind == "function":  # a property
            return self.returned(ref, {})
        return self._told(scope, expr, f"{shown(expr)}: the list could not be read")

    def _told(self, scope: Scope, expr: ir.Expr, message: str) -> list[Item]:
        self.gap(scope, ir.start_of(expr), message)
        return []

    def _called(self, call: ir.Call, scope: Scope, env: Env) -> list[Item]:
        ref = self.resolve(call.func, scope, env)
        if isinstance(ref, Definition) and ref.kind == "function":
            return self.returned(ref, self.parameters(ref, call, scope, env))
        if isinstance(call.func, ir.Attr) and call.func.name == "copy":
            return self.listed(Item(call.func.base, scope, env))
        if isinstance(ref, str):  # of an installed package: what it returns is its own, but lists of ours pass through
            mine = [arg.value if isinstance(arg, ir.Star) else arg for arg in call.args]
            return [found for arg in mine if self._is_list(arg, scope, env) for found in self.listed(Item(arg, scope, env))]
        return self._told(scope, call, f"{shown(call)}: the list could not be read")

    def _is_list(self, expr: ir.Expr, scope: Scope, env: Env) -> bool:
        return isinstance(self.followed(Item(expr, scope, env)).expr, (ir.Seq, ir.Bin, ir.Comp))

    def returned(self, function: Definition, env: Env) -> list[Item]:
        """The items of the lists that a project function returns."""
        out: list[Item] = []
        if function.node in self.active:
            return out
        self.active.add(function.node)
        scope = self.names.scope(function)
        if any(isinstance(s, ir.ExprStmt) and isinstance(s.value, ir.Yield) for s in statements(self.names.body(function.node))):  # type: ignore[arg-type]
            out = self.filled(self.names.body(function.node), YIELDED, scope, dict(env), [], certain=True)[:MAX_LOOP]  # type: ignore[arg-type]
        for value, inside in returned(self, function, env):
            local = isinstance(value, ir.Name) and value.id not in inside  # `filled` goes through the function by itself
            out.extend(found for found in self.listed(Item(value, scope, env if local else inside)) if found not in out)
        self.active.discard(function.node)
        return out

    # ------------------------------------------------------------ loops
    def _comprehension(self, comp: ir.Comp, scope: Scope, env: Env) -> list[Item]:
        envs: list[Env] = [env]
        for clause in comp.fors:
            wider: list[Env] = []
            for here in envs:
                choices = self.choices(Item(clause.iter, scope, here), True)
                if choices is None:
                    return self._told(scope, comp, f"1 registration in a loop over {shown(clause.iter)}")
                wider.extend(self.bind(clause.target, choice, here) for choice in choices)
            envs = wider[:MAX_LOOP]
        return [found for here in envs for found in self._one(comp.elt, scope, here)]

    def choices(self, item: Item, tell: bool = False) -> list[Item] | None:
        """What a loop runs over, where that is written out; None where nothing of it can be told. tell: `gap` hears of a part that cannot."""
        item = self.deref(item)
        expr, env = item.expr, item.env
        bound = env.get(expr.id) if isinstance(expr, ir.Name) else None
        if isinstance(bound, tuple):
            return list(bound)
        if isinstance(expr, ir.Name) and expr.id in env and self.deref(item) is item:
            return None
        source = self.followed(item)
        if isinstance(source.expr, ir.Map):
            return [Item(key, source.scope, source.env) for key, _ in source.expr.items if key is not None]
        if isinstance(source.expr, ir.Call):
            found = self._guarded(source, self._loop_call_told if tell else self._loop_call)
            if found is not None:
                return found[:MAX_LOOP]
        if isinstance(source.expr, ir.Const):
            return None
        if isinstance(source.expr, ir.Bool) and source.expr.op == "or":  # `actions or ALL`: the first that there is
            chosen = (self.choices(replace(source, expr=value), tell) for value in source.expr.values)
            return next((found for found in chosen if found), None)
        return self._read(item, tell)

    def _read(self, item: Item, tell: bool) -> list[Item] | None:
        """A list as the program leaves it; None where nothing of it can be told."""
        gaps: list[tuple[Scope, int, str]] = []
        told, self.gap = self.gap, lambda scope, at, message: gaps.append((scope, at, message))
        try:
            found = self.listed(item)[:MAX_LOOP]
        finally:
            self.gap = told
        if not found:
            return None if gaps or not isinstance(item.expr, ir.Seq) else []
        for gap in gaps if tell else ():
            self.gap(*gap)
        return found

    def _loop_call_told(self, item: Item) -> list[Item] | None:
        return self._loop_call(item, True)

    def _loop_call(self, item: Item, tell: bool = False) -> list[Item] | None:
        """`d.items()`, `d.values()`, `enumerate(x)`, `sorted(x)`, a project function that returns a display."""
        call, scope, env = item.expr, item.scope, item.env
        assert isinstance(call, ir.Call)
        if isinstance(call.func, ir.Attr) and call.func.name in ("items", "values", "keys"):
            source = self.followed(Item(call.func.base, scope, env))
            if not isinstance(source.expr, ir.Map):
                return None
            pairs = [(key, value) for key, value in source.expr.items if key is not None]
            picked = {"keys": [k for k, _ in pairs], "values": [v for _, v in pairs]}.get(call.func.name)
            exprs = picked if picked is not None else [ir.Seq("tuple", pair, source.expr.at, source.expr.end) for pair in pairs]
            return [Item(expr, source.scope, source.env) for expr in exprs][:MAX_LOOP]
        name = last_name(call.func)
        if name in ("list", "tuple", "set", "sorted", "reversed", "iter", "frozenset", "deepcopy") and call.args:
            return self.choices(Item(call.args[0], scope, env), tell)
        if name in ("zip", "product", "enumerate", "chain") and call.args:
            return self._combined(name, [self.choices(Item(arg, scope, env)) for arg in call.args], call)
        ref = self.names.resolve(call.func, scope)
        if isinstance(ref, Definition) and ref.kind == "function":
            returned = self.returns(ref)
            if len(returned) == 1:
                return self.choices(Item(returned[0], self.names.scope(ref), self.parameters(ref, call, scope, env)), tell)
        return None

    def _combined(self, name: str, parts: list[list[Item] | None], call: ir.Call) -> list[Item] | None:
        """`zip(a, b)`, `product(a, b)`, `chain(a, b)`, `enumerate(a)`: rows are tuples whose items stand for what was combined."""
        if name == "enumerate":
            numbers = [Item(ir.Const(str(n), call.at, call.end), Scope(NOWHERE)) for n in range(len(parts[0] or ()))]
            parts = [numbers, parts[0]]
        known = [part for part in parts if part is not None]
        if len(known) < len(parts):
            return None
        if name == "chain":
            return [item for part in known for item in part]
        rows = product(*known) if name == "product" else zip(*known, strict=False)
        return [_row(row, call) for row in islice(rows, MAX_LOOP)]

    def bind(self, target: ir.Expr, value: Item, env: Env) -> Env:
        """The names of a loop target, bound to one of the items."""
        if isinstance(target, ir.Name):
            return {**env, target.id: value}
        if isinstance(target, ir.Seq):
            value = self.followed(value)
            if isinstance(value.expr, ir.Seq):
                for part, item in zip(target.items, value.expr.items, strict=False):
                    env = self.bind(part, self.deref(replace(value, expr=item)), env)
        return env


def _row(items: Iterable[Item], call: ir.Call) -> Item:
    env = {f"{n} of a row": item for n, item in enumerate(items)}  # no name of a program has a blank in it
    return Item(ir.Seq("tuple", tuple(ir.Name(name, call.at) for name in env), call.at, call.end), Scope(NOWHERE), env)
