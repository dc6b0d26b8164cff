"""Calls that do not raise when they fail but say so in what they return: does anybody ask?

Knows: what happens to a result in its unit, and where a function hands it on to its callers. Does not know: which calls those are (the key `tells`
of a model does), rules.
"""

from __future__ import annotations

from collections.abc import Iterator

from prodlint import ir
from prodlint.calls.callers import Callers
from prodlint.calls.inventory import Inventory, Site
from prodlint.calls.resolve import applied, chain, last
from prodlint.calls.walk import Place, Unit, children, every, heads
from prodlint.names import statements

_HARMLESS = frozenset({"print", "debug", "info", "warning", "error", "exception", "critical", "log", "str", "repr", "type"})
_ERRORS = frozenset({"Exception", "BaseException", "AttributeError", "KeyError", "TypeError", "IndexError", "LookupError", "ValueError"})
_DEPTH = 3


class Results:
    """Answers about one project."""

    def __init__(self, inventory: Inventory, callers: Callers) -> None:
        self.inventory, self.callers = inventory, callers

    def unchecked(self) -> Iterator[tuple[Site, Place, str]]:
        """The site, the place where its result is used or dropped with no look at whether it failed, and which of the two ("used", "ignored")."""
        for site in self.inventory.sites:
            words = next((words for pattern, words in site.library.tells if pattern.fullmatch(site.dotted)), None)
            if words is not None and site.role == "call":
                for place, how in self._at(site.place, words, _DEPTH):
                    yield site, place, how

    def _at(self, place: Place, words: frozenset[str], depth: int) -> list[tuple[Place, str]]:
        how = self._how(place, words)
        if how == "returned":
            callers = self.callers.of(place.unit) if depth > 0 else ()
            return [found for caller in callers if caller.sure for found in self._at(caller.place, words, depth - 1)]
        return [(place, how)] if how in ("used", "ignored") else []

    def _how(self, place: Place, words: frozenset[str]) -> str:
        """ "ignored", "used", "returned", "checked" or "unknown"."""
        s, unit = place.statement, place.unit
        head = next((head for head in heads(s) if any(e is place.call for e in every(head))), None)
        if head is None or any(frame.kind == "lambda" for frame in place.frames) or self._asked_of_receiver(place, words):
            return "unknown"
        seen = _uses_of(head, lambda e: e is place.call, s, words)
        if "bound" in seen:
            names = {t.id for t in s.targets if isinstance(t, ir.Name)} if isinstance(s, ir.Assign) else set()
            if not names or len(names) < len(s.targets):  # type: ignore[union-attr]
                return "unknown"
            seen = self._of_names(unit, names, words)
        if seen & {"checked", "unknown"}:
            return "checked" if "checked" in seen else "unknown"
        if "returned" in seen:
            return "returned"
        if "used" in seen and _guarded(place):
            return "unknown"
        return "used" if "used" in seen else "ignored"

    def _of_names(self, unit: Unit, names: set[str], words: frozenset[str]) -> set[str]:
        seen: set[str] = set()
        for body in (unit.body, *(self.inventory.units.of(inner).body for inner in unit.nested)):
            for s in statements(body):
                for head in heads(s):
                    found = _uses_of(head, lambda e: isinstance(e, ir.Name) and e.id in names, s, words)
                    seen |= {"unknown"} if found and body is not unit.body else found
        return seen - {"dropped"}

    def _asked_of_receiver(self, place: Place, words: frozenset[str]) -> bool:
        """Is the object that was called asked afterwards (`payment.create()` and then `payment.error`)?"""
        func = applied(place.call).func
        holder = chain(func.base) if isinstance(func, ir.Attr) else ""
        return bool(holder) and any(
            isinstance(e, ir.Attr) and e.name in words and chain(e.base) == holder
            for s in statements(place.unit.body)
            for head in heads(s)
            for e in every(head)
        )


def _uses_of(head: ir.Expr, wanted, s: ir.Stmt, words: frozenset[str]) -> set[str]:  # noqa: ANN001  # a test of an expression
    """What a statement does with the expressions that are wanted: "checked", "used", "returned", "bound", "dropped", "unknown"."""
    seen: set[str] = set()
    pending: list[tuple[ir.Expr, tuple[ir.Expr, ...]]] = [(head, ())]
    while pending:
        e, parents = pending.pop()
        if wanted(e):
            if not (isinstance(s, ir.Assign) and any(e is target for target in s.targets)):
                seen.add(_use(e, parents, s, words))
            continue
        deeper = (*parents, e)
        pending.extend((child, deeper) for child in children(e))
    return seen


def _use(e: ir.Expr, parents: tuple[ir.Expr, ...], s: ir.Stmt, words: frozenset[str]) -> str:
    kept = [p for p in parents if not isinstance(p, ir.Await | ir.Walrus)]
    parent = kept[-1] if kept else None
    if isinstance(parent, ir.Attr):
        return _asked(parent, kept[:-1], words)
    if isinstance(parent, ir.Sub) and parent.base is not e:
        return "unknown"
    if isinstance(parent, ir.Sub):
        return "checked" if isinstance(parent.index, ir.Const) and parent.index.value in words else "used"
    if isinstance(parent, ir.Cmp | ir.Bool | ir.Unary | ir.IfExp) or (parent is None and isinstance(s, ir.If | ir.While | ir.Assert | ir.Match)):
        return "checked"
    if isinstance(parent, ir.Call):
        return "used" if last(parent) in _HARMLESS else "unknown"
    if isinstance(parent, ir.Fstr):
        return "used"
    if parent is not None:
        return "unknown"
    if isinstance(s, ir.Return):
        return "returned"
    if isinstance(s, ir.Assign):
        return "bound"
    return "dropped" if isinstance(s, ir.ExprStmt) else "unknown"


def _asked(attr: ir.Attr, outer: list[ir.Expr], words: frozenset[str]) -> str:
    """`result.is_success`, `result["status"]`, `result.get("status")`; anything else only uses it."""
    if attr.name in words:
        return "checked"
    call = outer[-1] if outer else None
    if attr.name == "get" and isinstance(call, ir.Call) and call.args and isinstance(call.args[0], ir.Const):
        return "checked" if call.args[0].value in words else "used"
    return "used"


def _guarded(place: Place) -> bool:
    """Does a try around it take what using a failed result would raise?"""
    for frame in place.frames:
        if frame.kind == "try":
            for handler in frame.node.handlers:  # type: ignore[attr-defined]
                kinds = handler.type.items if isinstance(handler.type, ir.Seq) else (handler.type,)
                if any(kind is None or chain(kind).rpartition(".")[2] in _ERRORS for kind in kinds):
                    return True
    return False
