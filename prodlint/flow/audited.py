"""Who wrote a row down, as a base class tells it of many models.

Knows: `created_by` beside `updated_by` in a class that many models of the app inherit from. Does not know: how a way to a user is found
(`schema.py`), whether a route asks for it (`siblings.py`).

The settings of such an app have these columns too: they are kept for those who look after it, and make nobody an owner. So who works on a row that
others brought: colleagues share these, where nobody is held to what they were given.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from prodlint import regex as re
from prodlint.flow.schema import OWNER_COLUMN, TOUCHED
from prodlint.names import Definition

if TYPE_CHECKING:
    from prodlint.flow.schema import Schema

WROTE = re.compile(r"^(?:created|added|inserted|entered)_by(?:_(?:id|user))?$|^creator(?:_id)?$")
WORKS = re.compile(r"^(?:assigned_to|assignee|assigned_(?:user|staff|agent))(?:_id)?$")  # who works on what others brought
MANY = 10  # models that a base class gives the same columns


class Audit:
    """Memoised: how many models have the columns of a class, which have another way to a user."""

    def __init__(self, schema: Schema) -> None:
        self.schema, self.names = schema, schema.names
        self.heirs: dict[Definition, int] = {}
        self.others: dict[Definition, bool] = {}

    def only(self, model: object, path: tuple[str, ...] | None) -> bool:
        """Does the way from a model to a user end in who wrote a row down, or works on it, and say no more?"""
        if path and WORKS.match(path[-1]):
            return True
        for name in (path or ())[:-1]:
            model = dict(self.schema.references(model)).get(name) if isinstance(model, Definition) else None
        if not (isinstance(model, Definition) and model.kind == "class" and path and WROTE.match(path[-1])):
            return False
        above = [a for a in self.names.mro(model) if isinstance(a, Definition) and a is not model]
        found = next((a for a in above if path[-1] in self.names.members(a)), None)
        told = found is not None and any(map(TOUCHED.search, self.names.members(found))) and self.count(found) >= MANY
        return told and not self.somebodys(model)

    def somebodys(self, model: Definition) -> bool:
        """Does another way lead to a user: the ticket that an attachment goes with, and whose ticket that is?"""
        if model not in self.others:
            self.others[model] = False  # ways in a circle lead nowhere
            self.others[model] = any(itertools.starmap(self._leads, self.schema.references(model)))
        return self.others[model]

    def _leads(self, name: str, target: Definition | str | None) -> bool:
        if WROTE.match(name) or TOUCHED.search(name):
            return False
        if target is None or self.schema.is_owner(target):
            return target is not None or bool(OWNER_COLUMN.match(name))
        path = self.schema.owner_path(target) if isinstance(target, Definition) else None
        return bool(path) and not self.only(target, path)

    def count(self, base: Definition) -> int:
        if base not in self.heirs:
            self.heirs[base] = sum(base in self.names.mro(model) for model in self.schema.models() if model.kind == "class")
        return self.heirs[base]
