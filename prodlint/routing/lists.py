"""Lists as a program builds them: displays, concatenation, `+=`, append and extend, loops over literals, functions that return lists.

Knows: Python's ways to fill a list, and which name stands for which expression on the way. Does not know: frameworks; what an item means is asked of
`special`, given by who uses this. Nothing is executed: a list that cannot be told is reported through `gap`, and the work is bounded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from prodlint import ir
from prodlint.names import Definition, Names, Scope, blocks_of, statements
from prodlint.routing.values import UNKNOWN, argument, text

MAX_LOOP = 1000  # items of one unrolled loop
BUDGET = 400_000  # expressions read in one run; real projects need a hundredth


@dataclass(frozen=True, eq=False, slots=True)
class Item:
    """An expression, where it stands, and what its names stand for. `prefix`: text that a wrapper put before it; `made`: an object
    that is not an expression (a router)."""

    expr: ir.Expr
    scope: Scope
    env: Env = field(default_factory=dict)
    prefix: str = ""
    made: Any = None


Env = Mapping[str, "Item | tuple[Item, ...]"]
Gap = Callable[[Scope, int, str], None]


class Lists:
    """Evaluates list expressions of a project to their items."""

    def __init__(self, names: Names, special: Callable[[Item], list[Item] | None], gap: Gap) -> None:
        """special: what a call or attribute of a framework means, None for anything else. gap: told of what cannot be read."""
        self.names, self.special, self.gap = names, special, gap
        self.active: set[object] = set()
        self.known: dict[Definition, list[Item]] = {}
        self.steps = 0
        self.elsewhere: dict[Definition, list[Item]] | None = None

    # ------------------------------------------------------------ names on the way
    def deref(self, item: Item) -> Item:
        """The expression that a loop variable or parameter stands for."""
        for _ in range(12):
            bound = item.env.get(item.expr.id) if isinstance(item.expr, ir.Name) else None
            if not isinstance(bound, Item):
                return item
            item = replace(bound, prefix=item.prefix + bound.prefix)
        return item

    def followed(self, item: Item) -> Item:
        """The expression that a name was given, through loop variables, parameters and assignments; the item itself if there is none."""
        for _ in range(12):
            item = self.deref(item)
            ref = self.names.resolve(item.expr, item.scope) if isinstance(item.expr, (ir.Name, ir.Attr)) else None
            if not isinstance(ref, Definition) or ref.kind != "value" or not isinstance(ref.node, ir.Assign) or ref.node.value is None:
                return item
            inside = item.env if ref.owner is item.scope.function else {}
            item = Item(ref.node.value, self.names.scope_of(ref), inside, item.prefix)
        return item

    def text(self, expr: ir.Expr | None, scope: Scope, env: Env) -> str | None:
        """The string an expression is, loop variables and parameters put in."""
        if isinstance(expr, ir.Name) and expr.id in env:
            item = self.deref(Item(expr, scope, env))
            return self.text(item.expr, item.scope, item.env) if item.expr is not expr else UNKNOWN
        strings: dict[str, str | None] = {}
        for name, bound in env.items():
            if isinstance(bound, Item) and isinstance(bound.expr, (ir.Const, ir.Fstr, ir.Name, ir.Bin)):
                strings[name] = self.text(bound.expr, bound.scope, bound.env)
        return text(self.names, expr, scope, env=strings)

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
        if expr in self.active or len(self.active) > 60:
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
        ref = self.names.resolve(expr, scope) if isinstance(expr, (ir.Name, ir.Attr)) else None
        if isinstance(ref, str):
            return []  # a list of an installed package
        if isinstance(ref, Definition) and ref.kind == "value":
            return self.named(ref, env if ref.owner is scope.function else {})
        if isinstance(ref, Definition) and ref.kind == "function":  # a property
            return self.returned(ref, {})
        return self._told(scope, expr, f"{shown(expr)}: the list could not be read")

    def _told(self, scope: Scope, expr: ir.Expr, message: str) -> list[Item]:
        self.gap(scope, ir.start_of(expr), message)
        return []

    def _called(self, call: ir.Call, scope: Scope, env: Env) -> list[Item]:
        ref = self.names.resolve(call.func, scope)
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

    def parameters(self, function: Definition, call: ir.Call, scope: Scope, env: Env) -> dict[str, Item | tuple[Item, ...]]:
        """What the parameters of a project function stand for in a call."""
        params = list(function.node.params)  # type: ignore[attr-defined]
        method = function.owner is not None and function.owner.kind == "class"
        static = any(isinstance(d, ir.Name) and d.id == "staticmethod" for d in function.node.decorators)  # type: ignore[attr-defined]
        if method and not static and params:
            params.pop(0)
        out: dict[str, Item | tuple[Item, ...]] = {}
        outer = self.names.scope_of(function)
        for index, param in enumerate(params):
            if param.kind == "*":
                out[param.name] = tuple(found for arg in call.args[index:] for found in self._one(arg, scope, env))
            elif param.kind != "**":
                given = argument(call, param.name if param.kind == "kw" else [index, param.name])
                if given is not None:
                    out[param.name] = self.deref(Item(given, scope, env))
                elif param.default is not None:
                    out[param.name] = Item(param.default, outer)
        return out

    def returned(self, function: Definition, env: Env) -> list[Item]:
        """The items of the lists that a project function returns."""
        out: list[Item] = []
        if function.node in self.active:
            return out
        self.active.add(function.node)
        scope = self.names.scope(function)
        for value in self.returns(function):
            out.extend(found for found in self.listed(Item(value, scope, env)) if found not in out)
        self.active.discard(function.node)
        return out

    def returns(self, function: Definition) -> list[ir.Expr]:
        """The expressions a function returns."""
        body = self.names.body(function.node)  # type: ignore[arg-type]
        return [s.value for s in statements(body) if isinstance(s, ir.Return) and s.value is not None]

    # ------------------------------------------------------------ loops
    def _comprehension(self, comp: ir.Comp, scope: Scope, env: Env) -> list[Item]:
        envs: list[Env] = [env]
        for clause in comp.fors:
            wider: list[Env] = []
            for here in envs:
                choices = self.choices(Item(clause.iter, scope, here))
                if choices is None:
                    return self._told(scope, comp, f"1 registration in a loop over {shown(clause.iter)}")
                wider.extend(self.bind(clause.target, choice, here) for choice in choices)
            envs = wider[:MAX_LOOP]
        return [found for here in envs for found in self._one(comp.elt, scope, here)]

    def choices(self, item: Item) -> list[Item] | None:
        """What a loop runs over, where that is written out; None otherwise."""
        item = self.followed(item)
        expr, scope, env = item.expr, item.scope, item.env
        bound = env.get(expr.id) if isinstance(expr, ir.Name) else None
        if isinstance(bound, tuple):
            return list(bound)
        if isinstance(expr, ir.Seq):
            return [found for one in expr.items for found in self._one(one, scope, env)][:MAX_LOOP]
        if isinstance(expr, ir.Bin) and expr.op == "+":
            left, right = self.choices(replace(item, expr=expr.left)), self.choices(replace(item, expr=expr.right))
            return None if left is None or right is None else left + right
        if isinstance(expr, ir.Map):
            return [Item(key, scope, env) for key, _ in expr.items if key is not None]
        if isinstance(expr, ir.Call):
            return self._loop_call(expr, scope, env)
        return None

    def _loop_call(self, call: ir.Call, scope: Scope, env: Env) -> list[Item] | None:
        """`d.items()`, `d.values()`, `enumerate(x)`, `sorted(x)`, a project function that returns a display."""
        if isinstance(call.func, ir.Attr) and call.func.name in ("items", "values", "keys"):
            source = self.followed(Item(call.func.base, scope, env))
            if not isinstance(source.expr, ir.Map):
                return None
            pairs = [(key, value) for key, value in source.expr.items if key is not None]
            picked = {"keys": [k for k, _ in pairs], "values": [v for _, v in pairs]}.get(call.func.name)
            exprs = picked if picked is not None else [ir.Seq("tuple", pair, source.expr.at, source.expr.end) for pair in pairs]
            return [Item(expr, source.scope, source.env) for expr in exprs][:MAX_LOOP]
        if isinstance(call.func, ir.Name) and call.func.id in ("list", "tuple", "set", "sorted", "reversed", "iter") and call.args:
            return self.choices(Item(call.args[0], scope, env))
        if isinstance(call.func, ir.Name) and call.func.id == "enumerate" and call.args:
            inner = self.choices(Item(call.args[0], scope, env))
            numbered = [ir.Const(str(n), call.at, call.end) for n in range(len(inner or ()))]
            return None if inner is None else [
                Item(ir.Seq("tuple", (number, ir.Name("item", call.at)), call.at, call.end), scope, {"item": one})
                for number, one in zip(numbered, inner, strict=True)
            ]  # fmt: skip
        ref = self.names.resolve(call.func, scope)
        if isinstance(ref, Definition) and ref.kind == "function":
            returned = self.returns(ref)
            if len(returned) == 1:
                return self.choices(Item(returned[0], self.names.scope(ref), self.parameters(ref, call, scope, env)))
        return None

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

    # ------------------------------------------------------------ statements
    def named(self, value: Definition, env: Env) -> list[Item]:
        """The items of a list by its name, as the statements around it leave it."""
        known = self.known.get(value) if not env else None
        if known is not None:
            return known
        if value in self.active:
            return []
        self.active.add(value)
        owner = value.owner
        if owner is None:
            body, scope = value.module.body, Scope(value.module)
        elif owner.kind == "function":
            body, scope = self.names.body(owner.node), self.names.scope(owner)  # type: ignore[arg-type]
        else:
            body, scope = owner.node.body, self.names.class_scope(owner)  # type: ignore[attr-defined]
        out = self.filled(body, value.name, scope, env, [], certain=True)
        if owner is None:
            for place in self.additions().get(value, ()):
                out = out + self._added(place, place.expr)
        self.active.discard(value)
        if not env:
            self.known[value] = out
        return out

    def filled(self, body: Iterable[ir.Stmt], name: str, scope: Scope, env: Env, out: list[Item], certain: bool) -> list[Item]:
        """`out` after these statements; `certain` is False where they may not run, so that nothing is replaced."""
        for statement in body:
            if isinstance(statement, ir.Assign):
                if statement.value is not None and any(isinstance(t, ir.Name) and t.id == name for t in statement.targets):
                    new = self.listed(Item(statement.value, scope, {**env, name: tuple(out)}))
                    out = new if certain else out + [item for item in new if item not in out]
            elif isinstance(statement, ir.AugAssign):
                if isinstance(statement.target, ir.Name) and statement.target.id == name:
                    out = out + self.listed(Item(statement.value, scope, {**env, name: tuple(out)}))
            elif isinstance(statement, ir.ExprStmt):
                base = _receiver(statement.value)
                if isinstance(base, ir.Name) and base.id == name:
                    out = out + self._added(Item(statement.value, scope, env), statement.value)
            elif isinstance(statement, ir.For):
                out = self._looped(statement, name, scope, env, out)
            else:
                sure = certain and isinstance(statement, (ir.With, ir.Try))
                for index, block in enumerate(blocks_of(statement)):
                    out = self.filled(block, name, scope, env, out, sure and index == 0)
        return out

    def _looped(self, loop: ir.For, name: str, scope: Scope, env: Env, out: list[Item]) -> list[Item]:
        count = sum(_touches(s, name) for s in statements(loop.body))
        if not count:
            return out
        choices = self.choices(Item(loop.iter, scope, env))
        if choices is None:
            self.gap(scope, loop.at, f"{count} registration{'s' * (count > 1)} in a loop over {shown(loop.iter)}")
            return out
        for choice in choices:
            out = self.filled(loop.body, name, scope, self.bind(loop.target, choice, env), out, certain=False)
        return out

    def _added(self, place: Item, call: ir.Expr) -> list[Item]:
        """What `x.append(item)`, `x.extend(list)`, `x.insert(0, item)` or `x += list` (place.expr is then the list) adds."""
        if not isinstance(call, ir.Call) or _receiver(call) is None:
            return self.listed(place)
        if not call.args:
            return []
        if call.func.name == "extend":  # type: ignore[union-attr]
            return self.listed(Item(call.args[0], place.scope, place.env))
        return [Item(call.args[-1], place.scope, place.env)]

    # ------------------------------------------------------------ lists filled by other modules
    def additions(self) -> dict[Definition, list[Item]]:
        """`from app.urls import urlpatterns` and then `urlpatterns.append(path(...))`: in other modules, and in functions."""
        if self.elsewhere is None:
            self.elsewhere = {}
            for scope, body in self._elsewhere():
                for statement in statements(body):
                    self._addition(statement, scope)
        return self.elsewhere

    def _elsewhere(self) -> Iterator[tuple[Scope, tuple[ir.Stmt, ...]]]:
        for module in self.names.modules.values():
            yield Scope(module), module.body
        for name in ("append", "extend", "insert"):
            for definition in self.names.functions(name):
                if _MAKERS.intersection(definition.node.calls):  # type: ignore[attr-defined]
                    yield self.names.scope(definition), self.names.body(definition.node)  # type: ignore[arg-type]

    def _addition(self, statement: ir.Stmt, scope: Scope) -> None:
        base = value = None
        if isinstance(statement, ir.ExprStmt):
            base, value = _receiver(statement.value), statement.value
        elif isinstance(statement, ir.AugAssign):
            base, value = statement.target, statement.value
        if value is None or not isinstance(base, (ir.Name, ir.Attr)):
            return
        if isinstance(base, ir.Name) and scope.function is None and getattr(scope.module.symbols.get(base.id), "kind", "") != "import":
            return  # its own list: read where it stands
        ref = self.names.resolve(base, scope)
        if isinstance(ref, Definition) and ref.kind == "value" and ref.owner is None and self.elsewhere is not None:
            known = self.elsewhere.setdefault(ref, [])
            if not any(item.expr is value for item in known):
                known.append(Item(value, scope))


_MAKERS = frozenset({"path", "re_path", "url", "include"})


def _receiver(expr: ir.Expr) -> ir.Expr | None:
    """`x` of `x.append(...)`."""
    if isinstance(expr, ir.Call) and isinstance(expr.func, ir.Attr) and expr.func.name in ("append", "extend", "insert"):
        return expr.func.base
    return None


def _touches(statement: ir.Stmt, name: str) -> bool:
    base = _receiver(statement.value) if isinstance(statement, ir.ExprStmt) else getattr(statement, "target", None)
    return isinstance(base, ir.Name) and base.id == name and isinstance(statement, (ir.ExprStmt, ir.AugAssign))


def shown(expr: ir.Expr | None) -> str:
    """An expression in a message, short."""
    if isinstance(expr, ir.Name):
        return expr.id
    if isinstance(expr, ir.Attr):
        return f"{shown(expr.base)}.{expr.name}"
    if isinstance(expr, ir.Call):
        return f"{shown(expr.func)}(…)"
    if isinstance(expr, ir.Const) and isinstance(expr.value, str):
        return repr(expr.value)
    return UNKNOWN
