"""Writes that belong together and are not one transaction: a failure between them leaves half.

Knows: Django's models and `transaction.atomic` (in the function, its decorators, its callers, ATOMIC_REQUESTS), SQLAlchemy sessions that are
committed more than once. Does not know: rules.

Three shapes are told: a row and then the rows that point at it, rows deleted and then written again, two amounts changed one after the other. Only
writes that follow one another in one block count; writes in different branches are different stories.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from itertools import pairwise

import msgspec

from prodlint import ir
from prodlint.calls.exceptions import last_name
from prodlint.calls.inventory import Inventory
from prodlint.calls.reach import Reach
from prodlint.calls.resolve import chain, last
from prodlint.calls.walk import Place, Unit, every, heads
from prodlint.names import Definition, Ref, statements

_ATOMIC = frozenset({"atomic", "commit_on_success", "in_transaction", "atomic_requests", "transaction", "begin", "begin_nested"})
_MODELS = ("django.db.models.Model", "django.db.models.base.Model")
_ADMIN = ("ModelAdmin", "TabularInline", "StackedInline", "BaseCommand", "TestCase")
_CREATES = frozenset({"create", "bulk_create"})
_SESSIONS = frozenset({"session", "db_session", "_session", "dbsession", "sess", "db"})


class Half(msgspec.Struct, frozen=True, eq=False):
    """Writes without a transaction. `first` and `second`: where; `how`: "children", "replaced", "amounts" or "commits"; `what`: what is written
    first and then, for a person."""

    unit: Unit
    first: int
    second: ir.Call
    how: str
    what: tuple[str, str]


class _Write(msgspec.Struct, eq=False):
    """One write: create, save, delete. `var`: the name of the row; `uses`: names its arguments mention; `loop`: it stands in a loop of the block."""

    call: ir.Call
    verb: str
    model: str
    var: str
    uses: frozenset[str] = frozenset()
    loop: bool = False
    changed: bool = False


class _Block(msgspec.Struct, eq=False):
    """One block: its writes in order, and the names in it that hold rows."""

    writes: list[_Write] = msgspec.field(default_factory=list)
    rows: dict[str, str] = msgspec.field(default_factory=dict)
    changed: set[str] = msgspec.field(default_factory=set)


class Halves:
    """Answers about one project."""

    def __init__(self, inventory: Inventory, reach: Reach) -> None:
        self.inventory, self.names, self.reach = inventory, inventory.names, reach

    def all(self) -> Iterator[Half]:
        """In the order of the units, one of each kind for a function."""
        for unit in self.inventory.walked:
            node = unit.node
            if node is None or not {"create", "save", "bulk_create", "commit"} & set(node.calls):
                continue
            found = {half.how: half for half in reversed([*self._django(unit), *self._sessions(unit)])}
            if found and not self._whole(unit):
                yield from (found[how] for how in sorted(found))

    # ------------------------------------------------------------ Django
    def _django(self, unit: Unit) -> Iterator[Half]:
        if not self._has_models:
            return
        for lines in _blocks(unit.body):
            block = _Block()
            for s, loop in lines:
                self._read(s, loop, unit, block)
            yield from self._children(unit, block)
            yield from self._replaced(unit, block)
            yield from self._amounts(unit, block)

    def _children(self, unit: Unit, block: _Block) -> Iterator[Half]:
        """A row is created, then rows that point at it, one by one."""
        for index, parent in enumerate(block.writes):
            if parent.verb != "create" or not parent.var or parent.loop or last(parent.call) == "bulk_create":
                continue
            after = [w for w in block.writes[index + 1 :] if w.verb == "create" and parent.var in w.uses and w.model != parent.model]
            if len(after) > 1 or any(w.loop for w in after):
                yield Half(unit, parent.call.at, after[0].call, "children", (parent.model, after[0].model))

    def _replaced(self, unit: Unit, block: _Block) -> Iterator[Half]:
        """Rows are deleted, then written anew."""
        for index, gone in enumerate(block.writes):
            if gone.verb != "delete" or gone.loop:
                continue
            again = next((w for w in block.writes[index + 1 :] if w.verb == "create" and w.model == gone.model), None)
            if again is not None:
                yield Half(unit, gone.call.at, again.call, "replaced", (gone.model, again.model))

    def _amounts(self, unit: Unit, block: _Block) -> Iterator[Half]:
        """Two rows whose amounts were changed are saved one after the other."""
        saved = [w for w in block.writes if w.verb == "save" and w.changed and not w.loop]
        for one, other in pairwise(saved):
            if one.var != other.var:
                yield Half(unit, one.call.at, other.call, "amounts", (one.var, other.var))

    def _read(self, s: ir.Stmt, loop: bool, unit: Unit, block: _Block) -> None:
        block.changed |= _counted(s)
        for head in heads(s):
            repeated = {inner for e in every(head) if isinstance(e, ir.Comp) for inner in every(e.elt)}
            for e in every(head):
                if isinstance(e, ir.Call) and isinstance(e.func, ir.Attr):
                    write = self._write(e, unit, block)
                    if write is not None:
                        write.loop = loop or e in repeated
                        if isinstance(s, ir.Assign) and _taken(s.value) is e and len(s.targets) == 1 and isinstance(s.targets[0], ir.Name):
                            write.var = s.targets[0].id
                        block.writes.append(write)
        if isinstance(s, ir.Assign) and len(s.targets) == 1 and isinstance(s.targets[0], ir.Name):
            made = _taken(s.value)
            model = self._model(made.func, unit) if isinstance(made, ir.Call) else ""
            if model and made is not None:
                block.rows[s.targets[0].id] = model
                block.writes += [_Write(made, "made", model, s.targets[0].id, _names(made), loop)]  # type: ignore[arg-type]

    def _write(self, call: ir.Call, unit: Unit, block: _Block) -> _Write | None:
        func = call.func
        assert isinstance(func, ir.Attr)
        if func.name in _CREATES:
            model = self._of_manager(func.base, unit)
            return _Write(call, "create", model, "", _names(call)) if model else None
        if func.name == "save" and isinstance(func.base, ir.Name):
            var = func.base.id
            made = next((w for w in reversed(block.writes) if w.verb == "made" and w.var == var), None)
            if made is not None:  # `row = Row(...)` and then `row.save()` create it
                made.verb = "was made"
                return _Write(call, "create", made.model, var, made.uses)
            return _Write(call, "save", "", var, changed=var in block.changed)
        if func.name == "delete" and isinstance(func.base, ir.Call):
            model = self._of_manager(func.base, unit)
            return _Write(call, "delete", model, "") if model else None
        return None

    def _of_manager(self, expr: ir.Expr, unit: Unit) -> str:
        """The model of `Model.objects`, `Model.objects.filter(...)`, `parent.items.all()`: its name, or the relation as it is written."""
        while isinstance(expr, ir.Call):
            expr = expr.func.base if isinstance(expr.func, ir.Attr) else expr.func
        if not isinstance(expr, ir.Attr):
            return ""
        if expr.name in ("objects", "_default_manager", "all_objects", "_base_manager"):
            return self._model(expr.base, unit)
        found = self.names.type_of(expr.base, unit.scope) if isinstance(expr.base, ir.Name | ir.Attr) else None
        rows = isinstance(found, Definition) and found.kind == "class" and self._is_model(found)
        return chain(expr) if rows else ""

    def _model(self, expr: ir.Expr, unit: Unit) -> str:
        found = self.names.resolve(expr, unit.scope) if isinstance(expr, ir.Name | ir.Attr) else None
        return found.name if isinstance(found, Definition) and found.kind == "class" and self._is_model(found) else ""

    def _is_model(self, cls: Definition) -> bool:
        return any(isinstance(base, str) and base in _MODELS for base in self.names.mro(cls))

    @cached_property
    def _has_models(self) -> bool:
        return any(self._is_model(cls) for cls in self.names.classes())

    # ------------------------------------------------------------ SQLAlchemy
    def _sessions(self, unit: Unit) -> Iterator[Half]:
        """A row is committed to have its id, then a row that points at it."""
        if unit.node is None or "commit" not in unit.node.calls or "add" not in unit.node.calls:
            return
        for lines in _blocks(unit.body):
            yield from self._commits(unit, [s for s, loop in lines if not loop])

    def _commits(self, unit: Unit, lines: list[ir.Stmt]) -> Iterator[Half]:
        added: dict[str, ir.Call] = {}
        written: dict[str, ir.Call] = {}
        pointing: dict[str, tuple[str, str]] = {}
        for s in lines:
            if isinstance(s, ir.Assign) and len(s.targets) == 1 and isinstance(s.targets[0], ir.Name) and isinstance(s.value, ir.Call):
                made = last(s.value)
                parent = next((name for name in sorted(_names(s.value)) if name in written), "")
                if parent and made[:1].isupper():
                    pointing[s.targets[0].id] = (parent, made)
            if self._remote(s, unit):
                written.clear()  # what follows a call to somebody else cannot be the same transaction
            call = _taken(s.value) if isinstance(s, ir.ExprStmt) else None
            if not isinstance(call, ir.Call) or not isinstance(call.func, ir.Attr) or chain(call.func.base).rpartition(".")[2] not in _SESSIONS:
                continue
            if call.func.name == "add" and call.args:
                name = call.args[0].id if isinstance(call.args[0], ir.Name) else ""
                inline = call.args[0] if isinstance(call.args[0], ir.Call) else None
                if inline is not None:
                    parent = next((n for n in sorted(_names(inline)) if n in written), "")
                    if parent:
                        pointing[""] = (parent, last(inline))
                added[name] = call
            elif call.func.name == "commit":
                for name in added:
                    if name in pointing:
                        parent, made = pointing[name]
                        yield Half(unit, written[parent].at, call, "commits", (parent, made))
                written |= {name: call for name in added if name}
                added = {}

    def _remote(self, s: ir.Stmt, unit: Unit) -> bool:
        sites = {site.place.call for site in self.inventory.by_unit.get(unit, ()) if site.role == "call"}
        return any(e in sites for head in heads(s) for e in every(head) if isinstance(e, ir.Call))

    # ------------------------------------------------------------ transactions around it
    def _whole(self, unit: Unit) -> bool:
        """Is a transaction around the function, or is it no work of a request or task?"""
        if self._decorated(unit) or self._apart(unit):
            return True
        fate = self.reach.fate(Place(_NOWHERE, _LINE, (), (), unit), ())
        ends = [end for end in fate.ends if end.entry.kind in ("route", "task", "thread")]
        if not ends:
            return True
        for end in ends:
            places = end.through[1:]
            around = any(_in_transaction(p) for p in places) or any(self._decorated(p.unit) for p in places) or self._decorated(end.entry.unit)
            if not around and not (end.entry.kind == "route" and self._requests_are_whole):
                return False
        return True

    def _decorated(self, unit: Unit) -> bool:
        node, definition = unit.node, unit.definition
        if node is None or definition is None:
            return False
        owner = definition.owner
        classes = [owner.node] if owner is not None and isinstance(owner.node, ir.Class) else []
        decorators = (*node.decorators, *(d for cls in classes for d in cls.decorators))
        return any(isinstance(e, ir.Name | ir.Attr) and last_name(e) in _ATOMIC for d in decorators for e in every(d))

    def _apart(self, unit: Unit) -> bool:
        """Django's admin has its own transaction; commands are run by somebody who looks."""
        owner = unit.definition.owner if unit.definition is not None else None
        bases: tuple[Ref, ...] = self.names.mro(owner) if owner is not None and owner.kind == "class" else ()
        return any(isinstance(base, str) and base.rpartition(".")[2] in _ADMIN for base in bases)

    @cached_property
    def _requests_are_whole(self) -> bool:
        """Is ATOMIC_REQUESTS on, or a middleware that does the same?"""
        for module in self.names.modules.values():
            for s in statements(module.body):
                if isinstance(s, ir.Assign) and any(_names_key(t) for t in s.targets):
                    return not (isinstance(s.value, ir.Const) and not s.value.value)
                for e in (e for head in heads(s) for e in every(head)):
                    if isinstance(e, ir.Map):
                        for key, value in e.items:
                            if isinstance(key, ir.Const) and key.value == "ATOMIC_REQUESTS" and not (isinstance(value, ir.Const) and not value.value):
                                return True
        return False


_NOWHERE = ir.Call(ir.Name("", 1 << 12 | 1), (), (), 1 << 12 | 1, 1 << 12 | 1)
_LINE = ir.ExprStmt(_NOWHERE, 1 << 12 | 1)


def _names_key(target: ir.Expr) -> bool:
    return (isinstance(target, ir.Sub) and isinstance(target.index, ir.Const) and target.index.value == "ATOMIC_REQUESTS") or (
        isinstance(target, ir.Name) and target.id == "ATOMIC_REQUESTS"
    )


def _in_transaction(place: Place) -> bool:
    return any(frame.kind == "with" and last_name(frame.node) in _ATOMIC for frame in place.frames)  # type: ignore[arg-type]


def _blocks(body: tuple[ir.Stmt, ...]) -> Iterator[list[tuple[ir.Stmt, bool]]]:
    """The blocks of a body, each as the lines that run one after the other (True: in a loop of the block); what a transaction holds is left out."""
    lines: list[tuple[ir.Stmt, bool]] = []
    inner: list[tuple[ir.Stmt, ...]] = []
    _lines(body, False, lines, inner)
    yield lines
    for block in inner:
        yield from _blocks(block)


def _lines(body: tuple[ir.Stmt, ...], loop: bool, lines: list[tuple[ir.Stmt, bool]], inner: list[tuple[ir.Stmt, ...]]) -> None:
    for s in body:
        if isinstance(s, ir.With):
            if not any(last_name(value) in _ATOMIC for value, _ in s.items):
                _lines(s.body, loop, lines, inner)
        elif isinstance(s, ir.Try):
            _lines((*s.body, *s.orelse), loop, lines, inner)
            inner += [handler.body for handler in s.handlers]
        elif isinstance(s, ir.For | ir.While):
            _lines(s.body, True, lines, inner)
        elif isinstance(s, ir.If) and loop:
            _lines((*s.body, *s.orelse), loop, lines, inner)
        elif isinstance(s, ir.If):
            inner += [block for block in (s.body, s.orelse) if block]
        elif not isinstance(s, ir.Function | ir.Class | ir.Match):
            lines.append((s, loop))


def _counted(s: ir.Stmt) -> set[str]:
    """The rows whose amounts a statement adds to or takes from: `row.amount -= x`, `row.amount = F("amount") - x`."""
    if isinstance(s, ir.AugAssign):
        return {chain(s.target.base)} if s.op.rstrip("=") in ("+", "-") and isinstance(s.target, ir.Attr) else set()
    if not isinstance(s, ir.Assign) or not isinstance(s.value, ir.Bin) or s.value.op not in ("+", "-"):
        return set()
    left = s.value.left
    found = set()
    for target in s.targets:
        same = isinstance(target, ir.Attr) and (chain(target) == chain(left) or (isinstance(left, ir.Call) and last(left) == "F"))
        found |= {chain(target.base)} if same and isinstance(target, ir.Attr) else set()
    return found


def _taken(value: ir.Expr | None) -> ir.Expr | None:
    return value.value if isinstance(value, ir.Await) else value


def _names(call: ir.Call) -> frozenset[str]:
    """The names that the arguments of a call mention."""
    given = (*call.args, *(keyword.value for keyword in call.kwargs))
    return frozenset(e.id for arg in given for e in every(arg) if isinstance(e, ir.Name))
