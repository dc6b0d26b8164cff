"""Apps that keep those who work there in one table, and those who come there in another, each with an authentication class of DRF of its own.

Knows: of which model an authentication class gives a row, as it is written. Does not know: who gets past it (`authenticators.py`), verdicts.

What belongs to a customer is not the clerk's, and no clerk can be held against it: which orders staff see is for the house to say. Only what the
clerks' model is called tells them from vendors and couriers, who have a table and a class of their own too. Source:
djangorestframework 3.16 authentication.py, `authenticate` gives (user, auth).
"""

from __future__ import annotations

from collections.abc import Sequence

from prodlint import ir
from prodlint import regex as re
from prodlint.flow.knowledge import Knowledge, is_none
from prodlint.flow.lookups.schema import MAX_HOPS, Schema
from prodlint.names import Definition, Names, Scope, statements

DEPTH = 4  # calls and attributes of one chain
ADMINS = re.compile(r"(?:^|[a-z_])Admin(?:istrator)?s?(?:User|Account|Profile)?$|^admin(?:istrator)?s?$")
# what a house calls those who work there; vendors and couriers are others who come there
STAFF = re.compile(
    r"(?:^|[a-z_])(?:Staff(?:Member)?|Admin(?:istrator)?|Employee|Operator|Clerk|Agent|Teacher|Manager|Moderator|Officer|Cashier|Receptionist|Librarian)s?"
    r"(?:User|Account|Profile)?$"
)


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


def works_here(schema: Schema, who: Definition | None, model: object) -> bool:
    """Does who calls work for the house, as their model is called, and do rows of a model go with somebody else who comes in by an authentication
    class, and lead nowhere to who calls, or to what both belong to?"""
    if who is None or not isinstance(model, Definition) or not STAFF.search(who.name):
        return False
    near = _around(schema, model)
    if who in near or not near.isdisjoint(_around(schema, who)):
        return False
    others = (other for other in signed_in(schema.names, schema.knowledge) if other in near)
    return any(not STAFF.search(other.name) or ADMINS.search(who.name) for other in others)


def _around(schema: Schema, model: Definition) -> set[Definition]:
    """What rows of a model go with, as far as an owner is looked for."""
    found: set[Definition] = set()
    front = {model}
    for _ in range(MAX_HOPS):
        front = {target for each in front for _, target in schema.references(each) if isinstance(target, Definition)} - found
        found |= front
    return found


def signed_in(names: Names, knowledge: Knowledge) -> list[Definition]:
    """The models of which the project's authentication classes give rows."""
    classes = (cls for cls in names.classes() if cls.kind == "class" and "authenticate" in names.members(cls))
    return [model for cls in classes if (model := _gives(names, knowledge, cls)) is not None]
