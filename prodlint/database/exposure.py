"""One database as rules ask it: which tables the data API serves, who reaches which rows.

Knows: the replayed state, what the API's configuration serves, how privileges and policies add up. Does not know: a rule; what was changed by hand
in the running database.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property

import msgspec

from prodlint.database.catalog import EVERYBODY, RIGHTS, Bucket, Catalog, Function, Key, Policy, Relation
from prodlint.database.conditions import Conditions
from prodlint.database.histories import History
from prodlint.database.platforms import INTERNAL, NOT_EXPOSED_SINCE, ROLES, SERVICE
from prodlint.database.queues import DOOR, is_queue
from prodlint.database.statements import invoker, sources
from prodlint.model import Span


class Api(msgspec.Struct, frozen=True):
    """What the data API's configuration says. at: where; served: its schemas; enabled: is it on; exposes: do new tables get privileges? stranger:
    the role of those whom it does not know, where it is named. buckets: those that the configuration makes."""

    served: tuple[str, ...]
    enabled: bool = True
    exposes: bool = True
    at: Span | None = None
    stranger: str = ""
    buckets: tuple[Bucket, ...] = ()


class Database:
    """One database after its last migration."""

    def __init__(self, history: History, catalog: Catalog, api: Api, elsewhere: Mapping[Key, Span] | None = None) -> None:
        """elsewhere: tables on which an SQL file that no tool runs switches row-level security on."""
        self.history, self.catalog, self.configured = history, catalog, api
        self.elsewhere = elsewhere or {}
        self.conditions = Conditions(catalog)

    @property
    def title(self) -> str:
        """The folder or file that makes it."""
        path = self.history.files[0][0]
        return path.rpartition("/")[0] or path

    @property
    def at(self) -> Span:
        return Span(self.history.files[0][0], 1)

    @property
    def has_api(self) -> bool:
        """Is there a data API before it, so that people reach tables without the app's own server?"""
        return self.history.api and self.configured.enabled

    @cached_property
    def roles(self) -> tuple[str, ...]:
        """The roles that the API takes: Supabase's, or those that the database makes for its PostgREST."""
        if not self.history.own_roles:
            return ROLES
        own = {self.configured.stranger, *self.catalog.members.get("authenticator", ())} - {"", SERVICE}
        return tuple(sorted(own, key=lambda role: (role != self.configured.stranger, role))) or ROLES

    @cached_property
    def served(self) -> tuple[str, ...]:
        """The app's schemas that the API serves."""
        named = (*self.configured.served, *self.catalog.served)
        if self.history.own_roles and self.roles != ROLES and not self.configured.at:
            named += tuple(schema for schema, users in self.catalog.schemas.items() if users & set(self.roles))
        every = dict.fromkeys(named)
        return tuple(schema for schema in every if schema not in INTERNAL)

    @property
    def ordered(self) -> bool:
        """Does a tool run these files in this order, so that the state is certain?"""
        return self.history.kind == "supabase"

    @property
    def may_expose_nothing(self) -> bool:
        """Was the project begun after new tables ceased to be exposed by themselves?"""
        return len(self.history.since) == 14 and self.history.since >= NOT_EXPOSED_SINCE

    # ------------------------------------------------------------ relations
    def tables(self) -> list[Relation]:
        """The app's tables and the queues that the API reaches, in order of schema and name."""
        return sorted((each for each in self.catalog.tables() if each.schema not in INTERNAL or self._queues(each)), key=lambda each: each.key)

    def _queues(self, relation: Relation) -> bool:
        return is_queue(relation) and self._serves_queues

    @cached_property
    def _serves_queues(self) -> bool:
        """Where nothing here says which schemas are served, the roles of the API may use this one only in order to reach queues through it."""
        users = self.catalog.schemas.get(DOOR, set())
        return DOOR in self.served or (self.configured.at is None and any(self.catalog.inherited(role) & users for role in self.roles))

    def views(self) -> list[Relation]:
        return sorted((each for each in self.catalog.views() if each.schema not in INTERNAL), key=lambda each: each.key)

    def foreign(self) -> list[Relation]:
        """The app's tables whose rows another server holds; no row policy counts for them."""
        return sorted(
            (each for each in self.catalog.relations.values() if each.kind == "foreign" and each.schema not in INTERNAL), key=lambda each: each.key
        )

    def guarded(self) -> list[Relation]:
        """The app's tables and those of the platform on which the app has put policies."""
        mine = [each for each in self.catalog.relations.values() if each.is_table or (each.kind == "platform" and each.policies)]
        return sorted((each for each in mine if each.schema not in INTERNAL or each.policies), key=lambda each: each.key)

    def missing(self) -> list[tuple[Key, Span]]:
        """Relations of the served schemas that statements speak of and that nothing here has made."""
        return sorted((key, at) for key, at in self.catalog.missing.items() if key not in self.catalog.relations and key[0] in self.served)

    def public_buckets(self) -> list[Bucket]:
        """The buckets whose files are, or may be, served to whoever knows their address, of migrations and of the configuration."""
        every = {**{each.name: each for each in self.configured.buckets}, **self.catalog.buckets}
        return [every[name] for name in sorted(every) if every[name].public is not False]

    def lists(self, bucket: Bucket) -> list[Policy]:
        """The policies that let people read all rows of a bucket."""
        objects = self.catalog.relations.get(("storage", "objects"))
        return [
            policy
            for policy in (objects.policies.values() if objects is not None else ())
            if policy.permissive
            and policy.command in ("select", "all")
            and self.speaks_to(policy)
            and policy.using is not None
            and self.conditions.for_all_of_bucket(policy.using, bucket.name)
        ]

    # ------------------------------------------------------------ who
    def reach(self, relation: Relation) -> dict[str, tuple[str, ...]]:
        """role -> what it may do through the API before policies are asked; {} where nobody reaches it."""
        if relation.schema not in self.served and relation.kind != "platform" and not self._queues(relation):
            return {}
        if not self.spoken(relation):
            return {}
        out = {}
        for role in self.roles:
            held = self.catalog.rights(relation, role)
            if rights := tuple(right for right in RIGHTS if right in held):
                out[role] = rights
        return out

    def spoken(self, relation: Relation) -> bool:
        """Is it made by a file that speaks of the API? Beside such files others may be samples, or another database's schema."""
        return self.history.speaking is None or relation.at.path in self.history.speaking or not relation.at.path

    def speaks_to(self, policy: Policy) -> tuple[str, ...]:
        """The roles of the API for which a policy counts."""
        return tuple(role for role in self.roles if EVERYBODY in policy.roles or self.catalog.inherited(role) & set(policy.roles) - {EVERYBODY})

    def allowed(self, relation: Relation, role: str, right: str) -> str:
        """ "all", "policy" or "no": which rows a role may read or write in the end."""
        if right not in self.reach(relation).get(role, ()):
            return "no"
        if not relation.rls:
            return "all"
        mine = [each for each in relation.policies.values() if each.command in ("all", right) and role in self.speaks_to(each)]
        if not any(each.permissive for each in mine):
            return "no"
        narrow = [each for each in mine if not each.permissive and not self._open(each, right)]
        return "all" if not narrow and any(each.permissive and self._open(each, right) for each in mine) else "policy"

    def _open(self, policy: Policy, right: str) -> bool:
        always = self.conditions.always
        if right == "insert":
            return always(policy.check if policy.check is not None or policy.command == "insert" else policy.using)
        return policy.using is not None and always(policy.using)

    # ------------------------------------------------------------ functions
    def open_functions(self) -> Iterator[tuple[Function, tuple[str, ...]]]:
        """The functions of the served schemas that run with their owner's rights, and the roles that may call them. Those that policies use are left
        out: whoever reads the table has to be able to call them."""
        catalog, used = self.catalog, self._used_by_policies
        for function in sorted(catalog.all_functions(), key=lambda each: each.key):
            if (
                not function.definer
                or function.schema not in self.served
                or function.returns in ("trigger", "event_trigger")
                or (function.schema, function.name) in used
            ):
                continue
            users = catalog.schemas.get(function.schema, set())
            if who := tuple(role for role in self.roles if catalog.inherited(role) & function.callers and catalog.inherited(role) & users):
                yield function, who

    @cached_property
    def _used_by_policies(self) -> set[Key]:
        expressions = [
            each for table in self.catalog.relations.values() for policy in table.policies.values() for each in (policy.using, policy.check)
        ]
        called = (self.catalog.called(source, place) for source in expressions if source is not None for place in range(len(source)))
        return {(function.schema, function.name) for function in called if function is not None}

    # ------------------------------------------------------------ views
    def read_by(self, view: Relation) -> Iterator[tuple[Key, Relation | None]]:
        """What a view reads, through other views that run with their owner's rights as well."""
        seen, stack = {view.key}, [view]
        while stack:
            each = stack.pop()
            for key in sources(each.query, each.search):
                if key in seen:
                    continue
                seen.add(key)
                found = self.catalog.relations.get(key)
                if found is None:
                    if key[0] in (*self.served, *INTERNAL) and key[0] not in ("extensions", "pg_catalog"):
                        yield key, None
                elif found.kind == "view" and not invoker(found):
                    stack.append(found)
                else:
                    yield key, found
