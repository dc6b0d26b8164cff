"""The state of a database: schemas, relations, policies, privileges, functions.

Knows: how names are looked up and what an object carries with it when it is renamed, moved or dropped. Does not know: SQL text, who is
meant to reach what.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import msgspec

from prodlint.database.tokens import Token
from prodlint.model import Span

Key = tuple[str, str]  # schema, name
TEMPORARY = "pg_temp"
RIGHTS = ("select", "insert", "update", "delete")
EVERYBODY = "public"  # the role; the schema of the same name is another thing
MAX_MASS = 3_000_000  # objects that statements about "all" of a schema look at, in one history
UNKNOWN_NAME = "\ufffd"  # stands in a name for the part that is only known when the migration runs


class Policy(msgspec.Struct):
    """A row policy. `using` and `check` are the tokens of the expressions, None where there is none; `doubt`: why it may not be there."""

    name: str
    at: Span
    command: str = "all"
    roles: tuple[str, ...] = (EVERYBODY,)
    permissive: bool = True
    using: tuple[Token, ...] | None = None
    check: tuple[Token, ...] | None = None


class Relation(msgspec.Struct):
    """A table or a view.

    kind: "table", "partitioned", "foreign", "view", "materialized", or "platform" for what the platform creates. said: where row-level security
    was last switched, doubt: why the switch may not have happened. grants: role -> privileges. columns: the known names. query: of a view."""

    schema: str
    name: str
    at: Span
    kind: str = "table"
    rls: bool = False
    forced: bool = False
    said: Span | None = None
    doubt: str = ""
    policies: dict[str, Policy] = msgspec.field(default_factory=dict)
    grants: dict[str, set[str]] = msgspec.field(default_factory=dict)
    named: bool = False  # a GRANT names it
    contested: bool = False  # privileges on it are taken away by a block that PostgreSQL may have refused
    shaky: bool = False  # made from, or with a reference to, a table that is not in the repository: here PostgreSQL would refuse it
    columns: list[str] = msgspec.field(default_factory=list)
    parent: Key | None = None
    options: dict[str, str] = msgspec.field(default_factory=dict)
    query: tuple[Token, ...] = ()
    search: tuple[str, ...] = ()

    @property
    def key(self) -> Key:
        return self.schema, self.name

    @property
    def title(self) -> str:
        return f"{self.schema}.{self.name}"

    @property
    def is_table(self) -> bool:
        return self.kind in ("table", "partitioned")


class Held(NamedTuple):
    """What a relation was before a block of code changed it."""

    rls: bool
    grants: dict[str, set[str]]


class Function(msgspec.Struct):
    """A function or procedure: the names of its parameters and of what it gives back (outputs), its body, whether it runs with its owner's rights,
    and who may call it."""

    schema: str
    name: str
    at: Span
    parameters: tuple[str, ...] = ()
    body: str = ""
    language: str = ""
    definer: bool = False
    returns: str = ""  # the first word of its type
    callers: set[str] = msgspec.field(default_factory=set)
    outputs: tuple[str, ...] = ()

    @property
    def key(self) -> tuple[str, str, int]:
        """What tells it from other functions: those of one name differ in the number of their parameters."""
        return self.schema, self.name, len(self.parameters)

    @property
    def title(self) -> str:
        return f"{self.schema}.{self.name}"


class Bucket(NamedTuple):
    """A bucket for files. public: are its files served to whoever knows their address? None where only the running database knows."""

    name: str
    at: Span
    public: bool | None


class Catalog(msgspec.Struct):
    """Everything that statements have made so far.

    missing: relations that statements speak of and that nothing creates. defaults: (schema, role) -> privileges on tables yet to come, schema ""
    for all. doubts: places of statements whose text is only known when they run and that switch row-level security, make policies, say who may call
    functions or make buckets."""

    relations: dict[Key, Relation] = msgspec.field(default_factory=dict)
    functions: dict[Key, dict[int, Function]] = msgspec.field(default_factory=dict)  # by the number of their parameters
    schemas: dict[str, set[str]] = msgspec.field(default_factory=dict)  # name -> roles that may use it
    defaults: dict[Key, set[str]] = msgspec.field(default_factory=dict)
    callers: set[Key] = msgspec.field(default_factory=lambda: {("", EVERYBODY)})  # (schema, role): who may call functions yet to come
    members: dict[str, set[str]] = msgspec.field(default_factory=dict)  # role -> the roles whose rights it has
    missing: dict[Key, Span] = msgspec.field(default_factory=dict)
    triggers: dict[str, Key] = msgspec.field(default_factory=dict)  # event triggers that run after CREATE TABLE
    buckets: dict[str, Bucket] = msgspec.field(default_factory=dict)
    roles: set[str] = msgspec.field(default_factory=set)  # named by grants and policies
    doubts: dict[str, Span] = msgspec.field(default_factory=dict)  # "enable", "policy", "execute" or "bucket" -> place
    served: tuple[str, ...] = ()  # schemas that a statement tells the data API to serve
    search: tuple[str, ...] = ("public",)
    misses: int = 0  # statements that met something missing, so far
    listed: bool = False  # is what runs done only to tables that are there?
    journal: dict[Key, Held] | None = None  # what was before the block that runs
    doubtful: bool = False  # do statements run under a condition that only a running database decides?
    readers: dict[Key, list[Relation]] = msgspec.field(default_factory=dict)  # relation -> views whose text names it
    left: int = MAX_MASS
    divided: set[Key] = msgspec.field(default_factory=set)  # tables that have, or had, partitions
    temporary: set[Key] = msgspec.field(default_factory=set)
    failures: int = 0  # those of them that PostgreSQL refuses for it

    # ------------------------------------------------------------ names
    def find(self, schema: str, name: str) -> Relation | None:
        if schema:
            return self.relations.get((schema, name))
        for each in (TEMPORARY, *self.search):
            if found := self.relations.get((each, name)):
                return found
        return None

    def home(self, schema: str) -> str:
        """The schema in which a new object without one is made."""
        return schema or next((each for each in self.search if each in self.schemas), self.search[0] if self.search else "public")

    def miss(self, schema: str, name: str, at: Span, fails: bool = True) -> None:
        """Remembers a relation that is spoken of and not there. fails: does PostgreSQL refuse the statement?"""
        self.misses += 1
        self.failures += fails
        if name:
            self.missing.setdefault((self.home(schema), name), at)

    def note(self, relation: Relation) -> None:
        """Remembers what a relation is before its security or its privileges change, while a block of code runs."""
        if self.journal is not None and relation.key not in self.journal:
            self.journal[relation.key] = Held(relation.rls, {role: set(rights) for role, rights in relation.grants.items()})

    def may(self, count: int, at: Span) -> bool:
        """May a statement look at so many objects? After too many of them nothing is certain any more."""
        self.left -= count
        if self.left < 0:
            for word in ("enable", "policy", "execute", "bucket"):
                self.doubts.setdefault(word, at)
        return self.left >= 0

    # ------------------------------------------------------------ functions
    def named(self, schema: str, name: str) -> dict[int, Function]:
        """The functions of that name, by the number of their parameters."""
        if schema:
            return self.functions.get((schema, name), {})
        return next((found for each in self.search if (found := self.functions.get((each, name)))), {})

    def function(self, schema: str, name: str) -> Function | None:
        """The last function of that name."""
        return next(reversed(self.named(schema, name).values()), None)

    def called(self, source: Sequence[Token], place: int) -> Function | None:
        """The function whose name ends at this token and is followed by its arguments."""
        if place + 1 >= len(source) or source[place + 1].text != "(" or source[place].kind not in ("word", "name") or source[place + 1].kind != "op":
            return None
        schema = source[place - 2].text if place > 1 and source[place - 1] == ("op", ".") else ""
        return self.function(schema, source[place].text)

    def all_functions(self) -> list[Function]:
        return [function for several in self.functions.values() for function in several.values()]

    def define(self, function: Function) -> None:
        """A new function, or a new text for one; the privileges of an older one stay."""
        several = self.functions.setdefault((function.schema, function.name), {})
        known = several.pop(len(function.parameters), None)
        function.callers = known.callers if known else {role for schema, role in self.callers if schema in ("", function.schema)}
        several[len(function.parameters)] = function

    def forget(self, function: Function) -> None:
        """Drops one."""
        several = self.functions.get((function.schema, function.name), {})
        several.pop(len(function.parameters), None)
        if not several:
            self.functions.pop((function.schema, function.name), None)

    # ------------------------------------------------------------ life of a relation
    def create(self, relation: Relation) -> Relation | None:
        """The new relation with its default privileges; None where the name is taken."""
        if relation.key in self.relations or not relation.name:
            return None
        for (schema, role), rights in self.defaults.items():
            if rights and schema in ("", relation.schema):
                relation.grants.setdefault(role, set()).update(rights)
        self.relations[relation.key] = relation
        if relation.schema == TEMPORARY:
            self.temporary.add(relation.key)
        if relation.parent:
            self.divided.add(relation.parent)
        return relation

    def attach(self, child: Relation, parent: Relation) -> None:
        """Makes a table a partition."""
        child.parent = parent.key
        self.divided.add(parent.key)

    def move(self, relation: Relation, schema: str, name: str) -> bool:
        """Renames, or moves to another schema; False where that name is taken."""
        if (schema, name) in self.relations or not name:
            return False
        old = relation.key
        if schema == TEMPORARY or relation.schema == TEMPORARY:
            self.temporary.add((schema, name))
        self.relations = {(schema, name) if key == old else key: each for key, each in self.relations.items()}
        relation.schema, relation.name = schema, name
        if old in self.divided:
            for each in self.relations.values():
                if each.parent == old:
                    self.attach(each, relation)
        return True

    def drop(self, relation: Relation) -> None:
        """Drops it with its partitions."""
        stack = [relation.key]
        while stack:
            key = stack.pop()
            self.relations.pop(key, None)
            if key in self.divided:
                stack += [each.key for each in self.relations.values() if each.parent == key and each.key != key]

    def forget_temporary(self) -> None:
        for key in self.temporary:
            self.relations.pop(key, None)
        self.temporary.clear()

    # ------------------------------------------------------------ privileges
    def inherited(self, role: str) -> set[str]:
        """The role itself, everybody, and every role whose rights it has."""
        out, stack = {EVERYBODY}, [role]
        while stack:
            each = stack.pop()
            if each not in out:
                out.add(each)
                stack += self.members.get(each, ())
        return out

    def rights(self, relation: Relation, role: str) -> set[str]:
        """What a role may do with a relation, before policies; privileges on some of its columns count."""
        mine = self.inherited(role)
        if relation.schema in self.schemas and not mine & self.schemas[relation.schema]:
            return set()
        return {right for each in mine for right in relation.grants.get(each, ())}

    def tables(self) -> Iterator[Relation]:
        yield from (each for each in self.relations.values() if each.is_table and each.schema != TEMPORARY)

    def views(self) -> Iterator[Relation]:
        yield from (each for each in self.relations.values() if each.kind in ("view", "materialized") and each.schema != TEMPORARY)


def privileges(words: Iterable[str]) -> set[str]:
    """The privileges on rows that these words name."""
    found = set(words)
    return set(RIGHTS) if "all" in found else found & set(RIGHTS)
