"""What leaves the handler or is changed: each use of a row, with what held there.

Knows: where data goes out, rows that a loop puts aside, copies of rows. Does not know: which statement lets it out (`interpreter.py`), whether the
row is the caller's (`judge.py`).
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from prodlint import ir
from prodlint.flow.frames import Frame
from prodlint.flow.knowledge import KEY_FIELDS
from prodlint.flow.lookups import queries
from prodlint.flow.proofs import refusals
from prodlint.flow.proofs.answers import carried
from prodlint.flow.values import ALWAYS, Selection, Tie, Value
from prodlint.names import Definition

COPIED = 2  # fields of a row that make another one a copy of it


class Leaving:
    """A part of `interpreter.Run`."""

    def only_addresses(self: Any, expr: ir.Expr | None, frame: Frame) -> bool:
        """A redirect whose address names rows by what the client knows them by: no data leaves with it."""
        parts = refusals.payload(expr)
        if parts is None:
            return False
        values = ((part, self.eval(part, frame)) for part in parts)
        return not any(value.selections and not (isinstance(part, ir.Name) and isinstance(value.kind, Definition)) for part, value in values)

    def use(self: Any, value: Value) -> None:
        """The data in a value leaves the handler, or is changed."""
        for selection in queries.in_order(carried(value)):
            self.mark(selection)

    def shown(self: Any, value: Value, wrong: bool = False) -> None:
        """The same with the answer: what comes later guards it no more. wrong: it only says what went wrong, and perhaps something of a row."""
        told = len(self.held)
        self.held.extend(Tie(row, weak=True) for row in queries.in_order(carried(value)) if wrong)
        self.leaving = True
        self.use(value)
        self.leaving = False
        del self.held[told:]

    def mark(self: Any, selection: Selection) -> None:
        self.marks += 1
        self.collected(selection)
        # `if user.is_admin: return order` gives it to those who run the app: what else is held of it is asked of the others
        staff = (Tie(selection, weak=True),) if self.staff_depth and self.began else ()
        use = (frozenset((*self.held, *staff)), self.guards if self.leaving else ALWAYS)
        if use not in selection.uses and len(selection.uses) < 20:
            selection.uses.append(use)
        if self.lesser_depth and not self.admin_depth and self.began:
            self.for_lesser.setdefault(selection, []).append(use)

    def collected(self: Any, *rows: Selection) -> None:
        for row in rows if self.looping else ():
            self.put_aside.setdefault(row, self.guards)

    def use_changed(self: Any, value: Value) -> None:
        for selection in value.selections:
            selection.changed |= self.began  # what runs before every handler (old tasks are swept away) says nothing of this one
            self.mark(selection)

    def copied(self: Any, model: object, fields: dict[str, Value]) -> None:
        """`Report.objects.create(title=report.title, body=report.body, owner=user)`: what a row holds goes into another one of its kind, for the
        caller to read. Whom it goes with (`parent=comment`, `chat=message.chat`) is no copy."""
        if not isinstance(model, Definition):
            return
        keys = {key for key, _ in self.schema.references(model)}
        held = [value for name, value in fields.items() if not ({name, name.removesuffix("_id")} & keys or KEY_FIELDS.search(name))]
        rows = Counter(row for value in held for row in value.selections if row.model == model)
        for row in [row for row, fields_of_it in rows.items() if fields_of_it >= COPIED]:
            self.mark(row)
