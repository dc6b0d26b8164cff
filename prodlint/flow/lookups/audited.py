"""Who wrote a row down, as a base class tells it of many models.

Knows: `created_by` beside `updated_by` in a class that many models of the app inherit from. Does not know: how a way to a user is found
(`schema.py`), whether a route asks for it (`siblings.py`).

The settings of such an app have these columns too: they are kept for those who look after it, and make nobody an owner. So who works on a row that
others brought: colleagues share these, where nobody is held to what they were given. Where nobody brought it, it is theirs to whom it is assigned.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from prodlint import regex as re
from prodlint.flow.lookups.audits import HANDLED, paper
from prodlint.flow.lookups.schema import OWNER_COLUMN, PERSONS, TENANT
from prodlint.names import Definition

if TYPE_CHECKING:
    from prodlint.flow.lookups.schema import Schema

WROTE = re.compile(r"^(?:created|added|inserted|entered)_by(?:_(?:id|user))?$|^creator(?:_id)?$")
WORKS = re.compile(r"^(?:assigned_to|assignee|assigned_(?:user|staff|agent))(?:_id)?$")  # who works on what others brought
HOUSE = re.compile(r"^(?:team|group|department|project|organi[sz]ation|tenant|company|workspace|manager|supervisor|submitter|employee)(?:_id)?$")
WRITES = re.compile(
    r"^(?:submitter|contact|reporter|requester|requestor|customer|client|complainant|sender)_?e?mail(?:_address)?$"
)  # who has no account
MEMBER = re.compile(r"Member|Profile|Employee|Staff|Access|Role")
MANY = 10  # models that a base class gives the same columns


class Audit:
    """Memoised: how many models have the columns of a class, which have another way to a user."""

    def __init__(self, schema: Schema) -> None:
        self.schema, self.names = schema, schema.names
        self.heirs: dict[Definition, int] = {}
        self.others: dict[Definition, bool] = {}
        self.brought: dict[Definition, bool] = {}

    def only(self, model: object, path: tuple[str, ...] | None) -> bool:
        """Does the way from a model to a user end in who wrote a row down, or works on it, and say no more?"""
        if path and WORKS.match(path[-1]):
            return self._brought(model, path)
        for name in (path or ())[:-1]:
            model = dict(self.schema.references(model)).get(name) if isinstance(model, Definition) else None
        if not (isinstance(model, Definition) and model.kind == "class" and path and WROTE.match(path[-1])):
            return False
        above = [a for a in self.names.mro(model) if isinstance(a, Definition) and a is not model]
        found = next((a for a in above if path[-1] in self.names.members(a)), None)
        told = found is not None and any(map(HANDLED.search, self.names.members(found))) and self.count(found) >= MANY
        return told and not (self.somebodys(model) or paper(self.schema, model))

    def somebodys(self, model: Definition) -> bool:
        """Does another way lead to a user: the ticket that an attachment goes with, and whose ticket that is?"""
        if model not in self.others:
            self.others[model] = False  # ways in a circle lead nowhere
            self.others[model] = any(itertools.starmap(self._leads, self.schema.references(model)))
        return self.others[model]

    def _leads(self, name: str, target: Definition | str | None) -> bool:
        if WROTE.match(name) or HANDLED.search(name):
            return False
        if target is None or self.schema.is_owner(target):
            return target is not None or bool(OWNER_COLUMN.match(name))
        path = self.schema.owner_path(target) if isinstance(target, Definition) else None
        return bool(path) and not self.only(target, path)

    def _brought(self, model: object, path: tuple[str, ...]) -> bool:
        """Do colleagues work on a row that somebody else brought: who wrote it down, a customer or a company without an account? What leads to a user
        by another column is that user's, and what says of nobody else is whose it is assigned to."""
        for name in path[:-1]:
            model = dict(self.schema.references(model)).get(name) if isinstance(model, Definition) else None
        if not isinstance(model, Definition):
            return False
        if model not in self.brought:
            self.brought[model] = False
            beside = [(n, t) for n, t in self.schema.references(model) if not (WORKS.match(n) or HANDLED.search(n))]
            brought = any(itertools.starmap(self._brings, beside)) or any(map(WRITES.match, self.schema.columns(model)))
            self.brought[model] = brought and not any(itertools.starmap(self._owns, beside))
        return self.brought[model]

    def _brings(self, name: str, target: Definition | str | None) -> bool:
        if target is not None and self.schema.says_user(target):
            return not OWNER_COLUMN.match(name) or bool(WROTE.match(name) or HOUSE.match(name))
        return isinstance(target, Definition) and bool(PERSONS.search(target.name) or TENANT.match(name))

    def _owns(self, name: str, target: Definition | str | None) -> bool:
        if WROTE.match(name):
            return False
        if not self._brings(name, target):
            return self._leads(name, target)
        return isinstance(target, Definition) and not self.schema.says_user(target) and (self._comes_in(target) or self._holds_users(target))

    def _comes_in(self, model: Definition) -> bool:
        """Has a customer an account, a company an owner?"""
        beside = (name for name, target in self.schema.references(model) if target is not None and self.schema.says_user(target))
        return any(not (WROTE.match(name) or WORKS.match(name) or HANDLED.search(name)) for name in beside)

    def _holds_users(self, house: Definition) -> bool:
        """Does each user belong to one of several companies, as their own row says, or that of a member?"""
        inside = (m for m in self.schema.models() if any(target is house for _, target in self.schema.references(m)))
        return any(self.schema.says_user(m) or (MEMBER.search(m.name) and self._comes_in(m)) for m in inside)

    def count(self, base: Definition) -> int:
        if base not in self.heirs:
            self.heirs[base] = sum(base in self.names.mro(model) for model in self.schema.models() if model.kind == "class")
        return self.heirs[base]
