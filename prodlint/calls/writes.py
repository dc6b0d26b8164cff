"""What a failed write leaves behind: a database session that was not rolled back and is used again.

Knows: SQLAlchemy's sessions (after a failed flush, a session refuses everything but rollback) and how code comes by one. Does not know: rules.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from prodlint import ir
from prodlint.calls.exceptions import Exceptions
from prodlint.calls.inventory import Inventory
from prodlint.calls.resolve import chain, last
from prodlint.calls.walk import Unit, expressions
from prodlint.names import Definition, blocks_of, statements

_WRITES = frozenset({"commit", "flush"})
_MENDS = frozenset({"rollback", "close", "remove", "invalidate", "abort", "begin_nested", "dispose", "reset", "exit", "_exit"})
_NAMES = frozenset({"session", "db_session", "_session", "dbsession", "sess"})
_BROAD = frozenset({"builtins.Exception", "builtins.BaseException"})
_PACKAGES = ("sqlalchemy.", "flask_sqlalchemy.", "sqlmodel.")


class Broken(msgspec.Struct, frozen=True, eq=False):
    """An except clause that leaves a session broken. `session`: its name in the source; `at`: where it is used again; `how`: "handler" (in the
    clause itself), "after" (behind the try) or "loop" (in the next round)."""

    unit: Unit
    handler: ir.Handler
    session: str
    at: int
    how: str


class Writes:
    """Answers about one project."""

    def __init__(self, inventory: Inventory, exceptions: Exceptions) -> None:
        self.inventory, self.exceptions, self.names = inventory, exceptions, inventory.names
        self._uses = any(
            isinstance(symbol.node, ir.Binding) and f"{symbol.node.target}.".startswith(_PACKAGES)
            for module in self.names.modules.values()
            for symbol in module.symbols.values()
        )

    def all(self) -> Iterator[Broken]:
        """In the order of the units."""
        if not self._uses:
            return
        for unit in self.inventory.walked:
            if unit.node is not None and not _WRITES & set(unit.node.calls):
                continue
            loops = [s for s in statements(unit.body) if isinstance(s, ir.For | ir.While)]
            for s in statements(unit.body):
                if isinstance(s, ir.Try) and s.handlers:
                    yield from self._try(unit, s, loops)

    def _try(self, unit: Unit, node: ir.Try, loops: list[ir.For | ir.While]) -> Iterator[Broken]:
        sessions = {
            chain(e.func.base)
            for e in expressions(node.body)
            if isinstance(e, ir.Call) and isinstance(e.func, ir.Attr) and e.func.name in _WRITES and self._is_session(e.func.base, unit)
        }
        opened = {t.id for s in statements(node.body) if isinstance(s, ir.With) for _, t in s.items if isinstance(t, ir.Name)}
        nested = any(isinstance(e, ir.Call) and last(e) == "begin_nested" for e in expressions(node.body))
        for session in sorted(sessions - opened - {""}):
            for handler in node.handlers:
                if nested or not self._takes(handler, unit) or self._mends((*handler.body, *node.final), unit):
                    continue
                found = self._used_again(unit, node, handler, session, loops)
                if found is not None:
                    yield Broken(unit, handler, session, *found)

    def _is_session(self, expr: ir.Expr, unit: Unit) -> bool:
        kind = self.names.type_of(expr, unit.scope)
        if isinstance(kind, str) and f"{kind}.".startswith(_PACKAGES):
            return True
        if isinstance(kind, Definition):
            return any(isinstance(base, str) and f"{base}.".startswith(_PACKAGES) for base in self.names.mro(kind))
        return chain(expr).rpartition(".")[2] in _NAMES

    def _takes(self, handler: ir.Handler, unit: Unit) -> bool:
        return any(
            kind in _BROAD or (isinstance(kind, str) and self.exceptions.libraries.canonical(kind).startswith("sqlalchemy."))
            for kind in self.exceptions.types(handler, unit.scope)
        )

    def _mends(self, body: tuple[ir.Stmt, ...], unit: Unit) -> bool:
        """Does the clause roll back, raise, or call something of the project that rolls back?"""
        if any(isinstance(s, ir.Raise) for s in statements(body)):
            return True
        for e in expressions(body):
            if isinstance(e, ir.Call):
                found = self.inventory.resolver.called(e, unit.scope) if last(e) not in _MENDS else None
                if found is None and last(e) in _MENDS:
                    return True
                if isinstance(found, Definition) and found.kind == "function" and _MENDS & set(found.node.calls):  # type: ignore[attr-defined]
                    return True
        return False

    def _used_again(self, unit: Unit, node: ir.Try, handler: ir.Handler, session: str, loops: list[ir.For | ir.While]) -> tuple[int, str] | None:
        inside = _uses(handler.body, session)
        if inside:
            return inside, "handler"
        if _leaves(handler.body):
            return None
        behind, left = _behind(unit.body, node) or ([], False)
        for s in behind:
            if found := _uses((s,), session):
                return found, "after"
        if left:
            return None
        for loop in loops:
            if any(s is node for s in statements(loop.body)) and not _leaves(handler.body, ("break",)):
                found = _uses(loop.body, session)
                if found and not self._begins_anew(loop.body, found, session, unit):
                    return found, "loop"
        return None

    def _begins_anew(self, body: tuple[ir.Stmt, ...], found: int, session: str, unit: Unit) -> bool:
        """Does each round roll back before it uses the session again: `session.rollback()`, or `await self._reset_transaction()` that does?"""
        for s in body:
            if isinstance(s, ir.Try) and self._begins_anew(s.body, found, session, unit):
                return True
            call = s.value.value if isinstance(s, ir.ExprStmt) and isinstance(s.value, ir.Await) else getattr(s, "value", None)
            if not isinstance(s, ir.ExprStmt) or s.at >= found or not isinstance(call, ir.Call):
                continue
            if isinstance(call.func, ir.Attr) and chain(call.func.base) == session and call.func.name in ("rollback", "close"):
                return True
            called = self.inventory.resolver.called(call, unit.scope)
            if isinstance(called, Definition) and called.kind == "function" and "rollback" in called.node.calls:  # type: ignore[attr-defined]
                return True
        return False


def _uses(body: tuple[ir.Stmt, ...], session: str) -> int:
    """Where a method of the session is called in these statements, 0 where none is."""
    for e in expressions(body):
        if isinstance(e, ir.Call) and isinstance(e.func, ir.Attr) and chain(e.func.base) == session and e.func.name not in _MENDS | {"expunge"}:
            return e.at
    return 0


def _leaves(body: tuple[ir.Stmt, ...], more: tuple[str, ...] = ()) -> bool:
    """Does the clause end by leaving the function (or the loop)?"""
    final = body[-1] if body else None
    return isinstance(final, ir.Return | ir.Raise) or (isinstance(final, ir.Simple) and final.kind in more)


def _behind(body: tuple[ir.Stmt, ...], node: ir.Try) -> tuple[list[ir.Stmt], bool] | None:
    """What runs behind a statement of a body, and whether the function is left there: `return` right behind it keeps what follows from running."""
    for index, s in enumerate(body):
        inner = ([], False) if s is node else next((found for block in blocks_of(s) if (found := _behind(block, node)) is not None), None)
        if inner is None:
            continue
        out, left = inner
        for later in () if left else body[index + 1 :]:
            out.append(later)
            if isinstance(later, ir.Return | ir.Raise):
                return out, True
            if isinstance(later, ir.Simple) and later.kind in ("break", "continue"):
                break
        return out, left
    return None
