"""Apps that keep those who work there in one table, and those who come there in another, each with an authentication class of DRF of its own.

Knows: of which model an authentication class gives a row, as it is written. Does not know: who gets past it (`authenticators.py`), verdicts.

What belongs to a customer is not the clerk's, and no clerk can be held against it: which orders staff see is for the house to say. Source:
djangorestframework 3.16 authentication.py, `authenticate` gives (user, auth).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from prodlint import ir
from prodlint.flow.knowledge import Knowledge, is_none
from prodlint.names import Definition, Names, Scope, statements

DEPTH = 4  # calls and attributes of one chain


def caller(names: Names, knowledge: Knowledge, classes: Sequence[object]) -> Definition | None:
    """The one model of which all authentication classes of a view give a row; None where nobody can tell."""
    found = {_gives(names, knowledge, ref) for ref in classes}
    return found.pop() if len(found) == 1 else None


def _gives(names: Names, knowledge: Knowledge, ref: object) -> Definition | None:
    own = names.class_member(ref, "authenticate") if isinstance(ref, Definition) and ref.kind == "class" else None
    if not isinstance(own, Definition) or not isinstance(own.node, ir.Function):
        return None
    body = list(statements(names.body(own.node)))
    users = [s.value.items[0] for s in body if isinstance(s, ir.Return) and isinstance(s.value, ir.Seq) and s.value.items]
    known = {_row(names, knowledge, user, body, names.scope(own)) for user in users if not is_none(user)}
    return known.pop() if len(known) == 1 else None


def _row(names: Names, knowledge: Knowledge, user: ir.Expr, body: Sequence[ir.Stmt], scope: Scope) -> Definition | None:
    """`staff`, after `staff = Staff.objects.get(pk=payload["sub"])` and nothing else."""
    if isinstance(user, ir.Name):
        sets = [s.value for s in body if isinstance(s, ir.Assign) and any(isinstance(t, ir.Name) and t.id == user.id for t in s.targets)]
        user = sets[0] if len(sets) == 1 and sets[0] is not None else user
    for _ in range(DEPTH * 2):
        if not isinstance(user, (ir.Call, ir.Attr)):
            break
        user = user.func if isinstance(user, ir.Call) else user.base
    ref = names.resolve(user, scope) if isinstance(user, ir.Name) else None
    return ref if isinstance(ref, Definition) and ref.kind == "class" and knowledge.is_model(ref) else None


def works_here(schema: Any, who: Definition | None, model: object) -> bool:
    """Do rows of a model go with somebody who comes in by another authentication class, and lead nowhere to who calls here?"""
    if who is None or not isinstance(model, Definition):
        return False
    near = {target for _, target in schema.references(model) if isinstance(target, Definition)}
    near |= {target for parent in tuple(near) for _, target in schema.references(parent) if isinstance(target, Definition)}
    if who in near or not near.isdisjoint(target for _, target in schema.references(who)):
        return False
    return not near.isdisjoint(signed_in(schema.names, schema.knowledge))


def signed_in(names: Names, knowledge: Knowledge) -> list[Definition]:
    """The models of which the project's authentication classes give rows."""
    classes = (cls for cls in names.classes() if cls.kind == "class" and "authenticate" in names.members(cls))
    return [model for cls in classes if (model := _gives(names, knowledge, cls)) is not None]
