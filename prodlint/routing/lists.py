"""Lists as a program builds them: displays, concatenation, `+=`, append and extend, loops over literals, functions that return lists.

Knows: Python's ways to fill a list, and which name stands for which expression on the way. Does not know: frameworks; what an item means is asked of
`special`, given by who uses this. Nothing is executed: a list that cannot be told is reported through `gap`, and the work is bounded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import islice, product
from typing import Any, TypeVar

from prodlint import ir
from prodlint.names import Definition, Module, Names, Ref, Scope, blocks_of, statements
from prodlint.routing.items import Env, Gap, Given, Item
from prodlint.routing.settings import DJANGO, Settings
from prodlint.routing.strings import text_of, truth
from prodlint.routing.values import UNKNOWN

MAX_LOOP = 1000  # items of one unrolled loop
MAX_ACTIVE = 60  # expressions being read within one another
BUDGET = 400_000  # expressions read in one run; real projects need a hundredth


T = TypeVar("T")


class Lists:
    """Evaluates list expressions of a project to their items."""

    def __init__(self, names: Names, special: Callable[[Item], list[Item] | None], gap: Gap) -> None:
        """special: what a call or attribute of a framework means, None for anything else. gap: told of what cannot be read."""
        self.names, self.special, self.gap = names, special, gap
        self.active: set[object] = set()
        self.known: dict[Definition, list[Item]] = {}
        self.steps = 0
        self.elsewhere: dict[Definition, list[Item]] | None = None
        self.settings = Settings(names)

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
            if isinstance(item.expr, (ir.Sub, ir.Call)):
                inner = self._guarded(item, self._picked)
            else:
                inner = self._assigned(item)
            if inner is None:
                return item
            item = inner
        return item

    def _guarded(self, item: Item, read: Callable[[Item], T | None]) -> T | None:
        """`read` of an item, unless it is being read already (`x = list(x)`) or too much is."""
        key = (item.expr, read.__name__)
        if key in self.active or len(self.active) > MAX_ACTIVE:
            return None
        self.active.add(key)
        try:
            return read(item)
        finally:
            self.active.discard(key)

    def _assigned(self, item: Item) -> Item | None:
        ref = self.resolve(item.expr, item.scope, item.env) if isinstance(item.expr, (ir.Name, ir.Attr)) else None
        if isinstance(ref, str) and ref.startswith(DJANGO):
            ref = self.settings.value(ref[len(DJANGO) :])
        if not isinstance(ref, Definition) or ref.kind != "value" or not isinstance(ref.node, ir.Assign) or ref.node.value is None:
            return None
        inside = item.env if ref.owner is item.scope.function else {}
        return Item(ref.node.value, self.names.scope_of(ref), inside, item.prefix)

    def _picked(self, item: Item) -> Item | None:
        """`table["key"]`, `options.get("key", default)`, `options.pop("key")`, `row[0]` where the table is written out; settings by their names;
        `cast(T, x)` is x."""
        expr = item.expr
        self.steps += 1
        if self.steps > BUDGET:
            return None
        if isinstance(expr, ir.Call):
            return self._given_by(item, expr)
        if isinstance(expr, ir.Sub) and isinstance(expr.index, ir.Attr):
            return self._member_of(item, expr)
        if not isinstance(expr, ir.Sub) or not isinstance(expr.index, ir.Const):
            return None
        table = self.table(replace(item, expr=expr.base, prefix=""))
        if table is not None:
            return table.get(str(expr.index.value))
        source = self.followed(replace(item, expr=expr.base))
        place = expr.index.value
        if isinstance(source.expr, ir.Seq) and isinstance(place, int) and -len(source.expr.items) <= place < len(source.expr.items):
            return replace(source, expr=source.expr.items[place])
        return self._setting(place, item) if _last(expr.base) == "config" else None

    def _member_of(self, item: Item, expr: ir.Sub) -> Item | None:
        """`PATHS[Action.CREATE]`, where the keys of the table are members of a class."""
        wanted = self.resolve(expr.index, item.scope, item.env)
        source = self.followed(replace(item, expr=expr.base, prefix=""))
        if wanted is None or not isinstance(source.expr, ir.Map):
            return None
        for key, value in source.expr.items:
            if isinstance(key, ir.Attr) and self.resolve(key, source.scope, source.env) == wanted:
                return replace(source, expr=value, prefix=item.prefix)
        return None

    def _given_by(self, item: Item, call: ir.Call) -> Item | None:
        """What a look-up gives, its default where the table has no such key."""
        func, args = call.func, call.args
        if isinstance(func, ir.Name) and func.id == "cast" and len(args) == 2:
            return replace(item, expr=args[1])
        if isinstance(func, ir.Name) and func.id == "getattr" and len(args) == 3 and isinstance(args[1], ir.Const):
            named = replace(item, expr=ir.Attr(args[0], str(args[1].value), call.at, call.end))
            return self._assigned(named) or replace(item, expr=args[2])
        if not isinstance(func, ir.Attr) or func.name not in ("get", "pop") or not args or not isinstance(args[0], ir.Const):
            return None
        default = args[1] if len(args) > 1 else ir.Const(None, call.at, call.end)
        table = self.table(replace(item, expr=func.base, prefix=""))
        if table is None:
            return (self._setting(args[0].value, item) or replace(item, expr=default)) if _last(func.base) == "config" else None
        return table.get(str(args[0].value)) or replace(item, expr=default)

    def _setting(self, name: object, item: Item) -> Item | None:
        """What the project's own settings say."""
        found = self.settings.value(name) if isinstance(name, str) and name.isupper() else None
        if found is None or not isinstance(found.node, ir.Assign) or found.node.value is None:
            return None
        return Item(found.node.value, self.names.scope_of(found), {}, item.prefix)

    def table(self, item: Item, depth: int = 4) -> dict[str, Item] | None:
        """A dict display by its keys, `**others` put in; None where it is none."""
        source = self.followed(item)
        if not isinstance(source.expr, ir.Map) or depth <= 0:
            return None
        out: dict[str, Item] = {}
        for key, value in source.expr.items:
            inner = replace(source, expr=value, prefix="")
            if key is None:
                out.update(self.table(inner, depth - 1) or {})
            elif isinstance(key, ir.Const):
                out[str(key.value)] = self.deref(inner)
        return out

    def text(self, expr: ir.Expr | None, scope: Scope, env: Env) -> str | None:
        """The string an expression is, loop variables and parameters put in; see `strings.py`."""
        return text_of(self, expr, scope, env)

    def resolve(self, expr: ir.Expr, scope: Scope, env: Env) -> Ref | None:
        """What a name or attribute chain means, loop variables and parameters put in."""
        if isinstance(expr, ir.Name):
            item = self.deref(Item(expr, scope, env))
            if item.expr is not expr:
                return self.resolve(item.expr, item.scope, item.env)
            return None if expr.id in env else self.names.resolve(expr, scope)
        if isinstance(expr, ir.Call):
            return self._guarded(Item(expr, scope, env), self._imported)
        if not isinstance(expr, ir.Attr):
            return self.names.resolve(expr, scope)
        root: ir.Expr = expr
        while isinstance(root, ir.Attr):
            root = root.base
        if not isinstance(root, ir.Name) or root.id not in env:
            found = self.names.resolve(expr, scope)
            if isinstance(expr.base, (ir.Name, ir.Call)) and (found is None or (isinstance(found, str) and found.startswith(_SOME_MODULE))):
                module = self._guarded(Item(expr.base, scope, env), self._imported)
                found = self.names.member(module, expr.name) if module is not None else None
            return found
        owner = self.resolve(expr.base, scope, env)
        kind = self.names.value_type(owner) if isinstance(owner, Definition) and owner.kind in ("value", "param") else None
        if owner is None:
            made = self.deref(Item(expr.base, scope, env))
            kind = self.names.type_of(made.expr, made.scope) if isinstance(made.expr, ir.Call) else None
        elif kind is None and not (isinstance(owner, Definition) and owner.kind in ("value", "param")):
            return self.names.member(owner, expr.name)
        return self.names.instance_member(kind, expr.name) if kind is not None else None

    def _imported(self, item: Item) -> Definition | None:
        """The module that `importlib.import_module("package.name")` gives, also through a project function that returns it."""
        source = self.followed(item)
        call = source.expr
        if not isinstance(call, ir.Call) or not call.args:
            return None
        if _last(call.func) not in ("import_module", "__import__", "import_string"):
            ref = self.names.resolve(call.func, source.scope)
            returned = self.returns(ref) if isinstance(ref, Definition) and ref.kind == "function" else []
            if len(returned) != 1 or not isinstance(ref, Definition):
                return None
            inside = self.parameters(ref, call, source.scope, source.env)
            return self._guarded(Item(returned[0], self.names.scope(ref), inside), self._imported)
        dotted = self.text(call.args[0], source.scope, source.env) or ""
        if dotted.startswith("."):
            dotted = f"{source.scope.module.dotted if source.scope.module.is_package else source.scope.module.dotted.rpartition('.')[0]}{dotted}"
        module = self.names.find_module(dotted, source.scope.module) if UNKNOWN not in dotted else None
        return Definition("module", module.dotted, module, module) if module is not None else None

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
        given = self.given(call, scope, env)
        out: dict[str, Item | tuple[Item, ...]] = {}
        outer = self.names.scope_of(function)
        for index, param in enumerate(params):
            if param.kind == "*":
                out[param.name] = tuple(given.args[index:])
            elif param.kind == "**":
                taken = {each.name for each in params}
                left = {name: item for name, item in given.kwargs.items() if name not in taken}
                pairs = tuple((ir.Const(name, call.at, call.end), ir.Name(f"{name} of a row", call.at)) for name in left)
                out[param.name] = Item(ir.Map(pairs, call.at, call.end), Scope(_NOWHERE), {f"{name} of a row": item for name, item in left.items()})
            else:
                found = given.pick(param.name if param.kind == "kw" else [index, param.name])
                if found is not None:
                    out[param.name] = found
                elif param.default is not None:
                    out[param.name] = Item(param.default, outer)
        return out

    def given(self, call: ir.Call, scope: Scope, env: Env) -> Given:
        """The arguments of a call; `*names` and `**options` are put in where they can be told."""
        args: list[Item] = []
        kwargs: dict[str, Item] = {}
        told = True
        for arg in call.args:
            if not isinstance(arg, ir.Star):
                args.append(self.deref(Item(arg, scope, env)))
                continue
            more = self.choices(Item(arg.value, scope, env))
            if more is None:
                told = False
                break
            args.extend(more)
        for keyword in call.kwargs:
            if keyword.name:
                kwargs[keyword.name] = self.deref(Item(keyword.value, scope, env))
                continue
            for name, item in (self.table(Item(keyword.value, scope, env)) or {}).items():
                kwargs.setdefault(name, item)
        return Given(tuple(args), kwargs, told)

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
        name = call.func.id if isinstance(call.func, ir.Name) else call.func.name if isinstance(call.func, ir.Attr) else ""
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
            numbers = [Item(ir.Const(str(n), call.at, call.end), Scope(_NOWHERE)) for n in range(len(parts[0] or ()))]
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
        out = self.filled(body, value.name, scope, dict(env), [], certain=True)
        if owner is None:
            for place in self.additions().get(value, ()):
                out = out + self._added(place, place.expr)
        self.active.discard(value)
        if not env:
            self.known[value] = out
        return out

    def filled(self, body: Iterable[ir.Stmt], name: str, scope: Scope, env: dict[str, Any], out: list[Item], certain: bool) -> list[Item]:
        """`out` after these statements; `certain` is False where they may not run, so that nothing is replaced. Parameters that are given
        something else are so in `env` too."""
        for statement in body:
            if isinstance(statement, ir.Assign):
                if statement.value is not None and any(isinstance(t, ir.Name) and t.id == name for t in statement.targets):
                    new = self.listed(Item(statement.value, scope, {**env, name: tuple(out)}))
                    out = new if certain else out + [item for item in new if item not in out]
                elif certain and statement.value is not None and isinstance(statement.targets[0], ir.Name) and statement.targets[0].id in env:
                    env[statement.targets[0].id] = Item(statement.value, scope, dict(env))
            elif isinstance(statement, ir.AugAssign):
                if isinstance(statement.target, ir.Name) and statement.target.id == name:
                    out = out + self.listed(Item(statement.value, scope, {**env, name: tuple(out)}))
            elif isinstance(statement, ir.ExprStmt):
                base = _receiver(statement.value)
                if isinstance(base, ir.Name) and base.id == name:
                    out = out + self._added(Item(statement.value, scope, env), statement.value)
            elif isinstance(statement, ir.For):
                out = self._looped(statement, name, scope, env, out)
            elif isinstance(statement, ir.If):
                holds = truth(self, statement.test, scope, env) if env else None
                for taken, block in ((True, statement.body), (False, statement.orelse)):
                    if holds is None or holds is taken:
                        out = self.filled(block, name, scope, env, out, certain and holds is taken)
            else:
                sure = certain and isinstance(statement, (ir.With, ir.Try))
                for index, block in enumerate(blocks_of(statement)):
                    out = self.filled(block, name, scope, env, out, sure and index == 0)
        return out

    def _looped(self, loop: ir.For, name: str, scope: Scope, env: Env, out: list[Item]) -> list[Item]:
        count = sum(_touches(s, name) for s in statements(loop.body))
        if not count:
            return out
        choices = self.choices(Item(loop.iter, scope, env), True)
        if choices is None:
            self.gap(scope, loop.at, f"{count} registration{'s' * (count > 1)} in a loop over {shown(loop.iter)}")
            return out
        for choice in choices:
            out = self.filled(loop.body, name, scope, dict(self.bind(loop.target, choice, env)), out, certain=False)
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


_NOWHERE = Module("", "", False, ())


def _row(items: Iterable[Item], call: ir.Call) -> Item:
    env = {f"{n} of a row": item for n, item in enumerate(items)}  # no name of a program has a blank in it
    return Item(ir.Seq("tuple", tuple(ir.Name(name, call.at) for name in env), call.at, call.end), Scope(_NOWHERE), env)


def _last(expr: ir.Expr) -> str:
    return expr.name if isinstance(expr, ir.Attr) else expr.id if isinstance(expr, ir.Name) else ""


_SOME_MODULE = "types.ModuleType."  # what an annotation says of a module that is imported by its name
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
