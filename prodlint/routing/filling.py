"""Lists as statements leave them: assigned, `+=`, append and extend, in loops and branches, in other modules.

Knows: Python's ways to fill a list by its name. Does not know: expressions that are lists (`lists.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from prodlint import ir
from prodlint import regex as re
from prodlint.names import Definition, Scope, blocks_of, statements
from prodlint.routing.following import Following
from prodlint.routing.items import Env, Item
from prodlint.routing.strings import truth
from prodlint.routing.values import shown
from prodlint.routing.walking import last_name

YIELDED = "what is yielded"  # no name of a program has a blank in it
_MAKERS = frozenset({"path", "re_path", "url", "include"})
_DEBUG = re.compile(r"^(?:IS_|ENABLE_)?(?:DEBUG|DEVELOPMENT|DEV|TESTING|E2E)(?:_MODE|_ENABLED)?$", re.I)
_WHERE = re.compile(r"(?:^|_)(?:ENV|ENVIRONMENT|STAGE|MODE)$", re.I)
_TRIED = re.compile(r"(?:local|dev|development|debug|test|testing|e2e)$", re.I)


class Filling(Following):
    """Reads the statements around a list; a part of `Lists`."""

    if TYPE_CHECKING:

        def listed(self, item: Item) -> list[Item]: ...
        def bind(self, target: ir.Expr, value: Item, env: Env) -> Env: ...

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
            elif isinstance(statement, ir.ExprStmt) and isinstance(statement.value, ir.Yield):
                if name == YIELDED and statement.value.value is not None:
                    given = Item(statement.value.value, scope, dict(env))
                    out = out + (self.listed(given) if statement.value.delegates else [given])
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
                        before = len(out)
                        out = self.filled(block, name, scope, env, out, certain and holds is taken)
                        if taken and _development(statement.test):
                            self.debugging.update(item.expr for item in out[before:])
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


def _receiver(expr: ir.Expr) -> ir.Expr | None:
    """`x` of `x.append(...)`."""
    if isinstance(expr, ir.Call) and isinstance(expr.func, ir.Attr) and expr.func.name in ("append", "extend", "insert"):
        return expr.func.base
    return None


def _touches(statement: ir.Stmt, name: str) -> bool:
    if isinstance(statement, ir.ExprStmt) and isinstance(statement.value, ir.Yield):
        return name == YIELDED
    base = _receiver(statement.value) if isinstance(statement, ir.ExprStmt) else getattr(statement, "target", None)
    return isinstance(base, ir.Name) and base.id == name and isinstance(statement, (ir.ExprStmt, ir.AugAssign))


def _development(test: ir.Expr) -> bool:
    """`if settings.DEBUG:`, `if settings.ENVIRONMENT == "local":`: nothing that production serves."""
    if isinstance(test, ir.Bool) and test.op == "and":
        return any(map(_development, test.values))
    if isinstance(test, ir.Cmp) and test.ops in (("==",), ("is",)) and isinstance(test.rights[0], ir.Const):
        said = test.rights[0].value
        return _development(test.left) if said is True else _named(test.left, _WHERE) and bool(_TRIED.match(str(said)))
    return _named(test, _DEBUG)


def _named(expr: ir.Expr, words: re.Pattern[str]) -> bool:
    return isinstance(expr, (ir.Attr, ir.Name)) and bool(words.search(last_name(expr)))
