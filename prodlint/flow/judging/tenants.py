"""Admins of one organisation among several: what they may reach is what belongs to it.

Knows: the column by which users belong to a tenant, which models belong to one too, what a test of a role lets in. Does not know: verdicts.

`role == "admin"` says what somebody may do, not where. Where users belong to organisations and each of these has admins of its own, a route for
admins has to ask for the organisation as well. That an app is one of these is told by its other routes: admins who reach only what is their
organisation's, or a sign-up that makes an organisation and its first admin. Superusers and staff of Django run the whole system.

What a tenant is called is told by its name, or by the models: where users and several kinds of rows have the same column, `store`, that leads to the
same model, the rows are the store's as the users are. Whether they are kept apart by it is told by how many of the routes ask for it.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Sequence
from functools import cached_property
from typing import Any

from prodlint import ir
from prodlint import regex as re
from prodlint.flow.knowledge import HIGHEST, last_name
from prodlint.flow.lookups import queries
from prodlint.flow.lookups.schema import SAYS_USER, TENANT, Schema
from prodlint.flow.values import CALLER, Value
from prodlint.flow.verdicts import Choice, Outcome
from prodlint.names import Definition

# Roles and marks of those who run the system for all organisations.
SYSTEM = re.compile(r"super|root|sys|platform|global|staff|IsAdminUser|moderator|developer|god|master|saas|internal|support", re.I)
HEADS = re.compile(r"(?:^|[_.-])(?:owner|founder|manager|head|director|principal)(?:$|[_.-])", re.I)
FEW = 2  # routes that make it a habit of the app
HABIT = 3  # the same of a column whose name does not say so; and kinds of rows that have it, users among them
MAX_HOPS = 4
# what many rows share with a user, and keeps nobody out: what somebody may do, where they are, what they study, and what describes them
SHARED = re.compile(
    r"^(?:\w+_)?(?:roles?|groups?|permissions?|departments?|depts?|divisions?|units?|teams?|positions?|designations?|titles?|grades?|levels?|ranks?|status|types?|kinds?"
    r"|categor(?:y|ies)|plans?|tiers?|packages?|cit(?:y|ies)|countr(?:y|ies)|states?|regions?|provinces?|districts?|zones?|locations?|address(?:es)?|places?"
    r"|languages?|locales?|currenc(?:y|ies)|time_?zones?|avatars?|images?|photos?|files?|profiles?|settings?|class(?:es|room)?|courses?|batch(?:es)?|semesters?"
    r"|themes?|series|religions?|sources?|calendars?|uoms?|units?_of_measure|segments?|cohorts?|brands?|generations?"
    r"|years?|sections?|facult(?:y|ies)|programs?|majors?|subjects?|managers?|supervisors?|parents?|users?|accounts?|owners?|\w+_by|tags?|skills?|genders?)$",
    re.I,
)


class Tenancy:
    """Which models belong to a tenant that users belong to."""

    def __init__(self, schema: Schema) -> None:
        self.schema = schema
        self._found: dict[Definition, tuple[str, ...] | None] = {}

    @cached_property
    def columns(self) -> dict[str, Definition | None]:
        """The columns by which those who sign in belong to a tenant, and the tenant's model where there is one."""
        found: dict[str, Definition | None] = {}
        rows = [model for model in self.schema.models() if model.kind == "class"]
        kinds = Counter(pair for model in rows for pair in {(bare(name), target) for name, target in self.schema.references(model)})
        for model in self.schema.models():
            if model.kind == "class" and ((account := self.signs_in(model)) or self.is_profile(model)):
                for name, target in self.schema.references(model):
                    named = TENANT.match(name) and (isinstance(target, Definition) or (target is None and account))
                    if named or (account and self.keeps_apart(name, target, kinds)):
                        found.setdefault(name, target)
        return found

    def keeps_apart(self, name: str, target: object, kinds: Counter[tuple[str, object]]) -> bool:
        """Do users and rows share a column that may keep them apart, and that leads on to no user? kinds: how many kinds of rows have it."""
        if SHARED.match(bare(name)) or not isinstance(target, Definition) or kinds[bare(name), target] < HABIT:
            return False
        return not (self.signs_in(target) or self.schema.owner_path(target) is not None)

    @cached_property
    def unnamed(self) -> frozenset[str]:
        """Such columns, by their names."""
        return frozenset(bare(name) for name in self.columns if not TENANT.match(name))

    def is_profile(self, model: Definition) -> bool:
        """Does a row of it stand for one who signs in: `account = OneToOneField(Account)` of a class CompanyAdministrator?"""
        made = {name: member.node.value for name, member in self.schema.names.members(model).items() if isinstance(member.node, ir.Assign)}
        alone = {name for name, value in made.items() if isinstance(value, ir.Call) and last_name(value) == "OneToOneField"}
        return any(isinstance(target, Definition) and name in alone and self.signs_in(target) for name, target in self.schema.references(model))

    def signs_in(self, model: Definition) -> bool:
        knowledge = self.schema.knowledge
        if model is knowledge.user_model or knowledge.signs_in(model) or self.schema.names.is_a(model, *knowledge.user_bases):
            return True
        return model in self.schema.accounts or bool(SAYS_USER.match(model.name))

    @cached_property
    def models(self) -> frozenset[Definition]:
        return frozenset(target for name, target in self.columns.items() if target is not None and TENANT.match(name))

    def path(self, model: object) -> tuple[str, ...] | None:
        """The columns from a model to the tenant, () for the tenant itself; None where nothing leads there."""
        if not isinstance(model, Definition) or not self.columns:
            return None
        if model not in self._found:
            self._found[model] = self._search(model)
        return self._found[model]

    def listed(self, model: object, admin: bool) -> tuple[tuple[str, ...] | None, bool]:
        """The way from a model that is listed to a user, or else to a tenant, and whether it is the latter: admins are only asked for that."""
        own = self.schema.owner_path(model) if isinstance(model, Definition) and not admin else None
        way = self.path(model) if own is None else None
        return (way, True) if admin or way else (own, False)

    def _search(self, model: Definition) -> tuple[str, ...] | None:
        if model in self.models:
            return ()
        frontier: list[tuple[Definition, tuple[str, ...]]] = [(model, ())]
        seen = {model}
        for _ in range(MAX_HOPS):
            following: list[tuple[Definition, tuple[str, ...]]] = []
            for each, way in frontier:
                for name, target in self.schema.references(each):
                    named = target in self.models if isinstance(target, Definition) else name in self.columns and self.columns[name] is None
                    if named or (bare(name) in self.unnamed and self.columns.get(name, self.columns.get(bare(name))) is target):
                        return (*way, name)
                    if isinstance(target, Definition) and target not in seen:
                        seen.add(target)
                        following.append((target, (*way, name)))
            frontier = following
        return None


def bare(name: str) -> str:
    return name.removesuffix("_id").lower()


def says(run: Any, name: str) -> bool:
    """Does a name say which tenant somebody belongs to?"""
    return TENANT.match(name) is not None or bare(name) in run.tenant_columns


def of_one(run: Any, words: Sequence[str]) -> bool:
    """Does what was asked let in whoever is an admin by their role? words: what stands before the handler."""
    if any(SYSTEM.search(word) for word in words) or any(SYSTEM.search(mark) for mark in run.role_marks):
        return False
    return any((HIGHEST.search(word) or HEADS.search(word)) and not SYSTEM.search(word) for word in (*run.role_words, *run.role_marks))


def founds(run: Any, tenancy: Tenancy) -> bool:
    """Does a handler make a tenant, and somebody in it who is its admin?"""
    made = {row.model for row in run.created}
    if tenancy.models.isdisjoint(made):
        return False
    rows = [row for row in run.created if isinstance(row.model, Definition) and tenancy.signs_in(row.model)]
    return any(not tenancy.columns.keys().isdisjoint(_both(row.fields)) and any(map(_heads, row.fields.values())) for row in rows)


def _both(fields: dict[str, Value]) -> set[str]:
    """`organization=org` sets organization_id as well."""
    return {*fields, *(f"{name}_id" for name in fields), *(name.removesuffix("_id") for name in fields)}


def _heads(value: Value) -> bool:
    """Is this the role of who runs a tenant?"""
    word = value.const or (value.ref.name if isinstance(value.ref, Definition) else str(value.ref or "").rpartition(".")[2])
    return not value.origins and bool(word) and len(word) < 40 and bool(HIGHEST.search(word) or HEADS.search(word))


def weigh(outcomes: Sequence[Outcome]) -> None:
    """Where admins belong to one tenant of several, what they reach of all of them is missing a check."""
    asking = [outcome for outcome in outcomes if outcome.tenant_asked]
    founded = any(outcome.founds for outcome in outcomes)
    admins = founded or sum(outcome.of_one for outcome in asking) >= FEW
    several = founded or len(asking) >= FEW
    loose = sum(any(each.tenanted is not None and not _named(each.tenanted) for each in outcome.choices) for outcome in outcomes)
    usual = len(asking) >= max(HABIT, loose)  # by a column whose name does not say so
    for outcome in outcomes:
        asks, only = (admins if outcome.of_one else several), outcome.of_one or not outcome.role
        for choice in outcome.choices:
            if choice.tenanted is not None and asks and (usual or _named(choice.tenanted)):
                choice.owner_path, choice.reference = choice.tenanted, False
                choice.ownership = outcome.ownership = "missing"
        outcome.lists = [each for each in outcome.lists if not each.tenanted or (asks and only and (usual or _named(each.owner_path)))]


def _named(path: tuple[str, ...]) -> bool:
    """Does a way lead to a tenant by a column that says so?"""
    return not path or TENANT.match(path[-1]) is not None


def told(choice: Choice) -> bool:
    """Is it missing a check because admins belong to one tenant?"""
    return choice.tenanted is not None and choice.ownership == "missing"


def asked(run: Any, value: Value, name: str | None) -> None:
    """Notes that a handler reads the tenant of who asks: `user.organization_id`, `claims["tenant_id"]`."""
    if name and value.has(CALLER) and says(run, name):
        run.tenant_read = True


def of_profile(run: Any, value: Value, name: str | None) -> None:
    """The same of the row that stands for who asks: `CompanyAdministrator.objects.get(account=request.user).company`."""
    if name and says(run, name) and any(map(queries.callers_own, value.selections)):
        run.tenant_read = True


def held(run: Any, left: ir.Expr, right: ir.Expr, one: Value, other: Value) -> None:
    """Notes that the tenant of who asks is held against another one: `visit.clinic_id != user.clinic_id`."""
    if run.tenant_read and (one.has(CALLER) or other.has(CALLER)) and not isinstance(left, ir.Const) and not isinstance(right, ir.Const):
        run.tenant_held |= says(run, last_name(left)) or says(run, last_name(right))


def narrows(run: Any) -> bool:
    """Does a handler select, compare or make something by the tenant of who asks? To show it, or to write it into a log, asks nothing."""
    if not run.tenant_read:
        return False
    terms = itertools.chain((term for row in run.selections for term in row.terms), (item for row in run.created for item in row.fields.items()))
    own = any(row.from_caller for row in run.selections)  # user.organization.projects
    theirs = (value for name, value in terms if says(run, name.removesuffix("__id").rpartition("__")[2]))
    return run.tenant_held or own or any(value.has(CALLER) or any(map(queries.callers_own, value.selections)) for value in theirs)
