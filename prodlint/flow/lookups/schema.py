"""The models of a project and how each reaches the user or tenant: the owner path.

Knows: foreign keys (Django fields, SQLAlchemy columns and relationships, SQLModel, Peewee, Tortoise, MongoEngine references, and columns called
*_id), and which classes are users or tenants. Does not know: queries.

A model without an owner path is reference data (countries, plans, categories): choosing a row of it is no way around anybody.
"""

from __future__ import annotations

from functools import cached_property

from prodlint import ir
from prodlint import regex as re
from prodlint.flow.knowledge import AS_MODEL, DJANGO_USER, PASSWORD_HASHES, Knowledge, last_name, snake
from prodlint.flow.lookups import audits
from prodlint.names import Definition, Memo, Names
from prodlint.routing.walking import inside

FOREIGN = re.compile(
    r"(?:ForeignKey|OneToOneField|ManyToManyField|ForeignKeyField|ReferenceField|LazyReferenceField|relationship|Relationship|Mapped|Link|BackLink|Required|Optional|Set)$"
)
OWNER_COLUMN = re.compile(
    r"^(?:user|owner|author|creator|created_by|account|customer|member|profile|tenant|org|organi[sz]ation|team|workspace|company|person|uploader|submitter|sender|recipient"
    r"|patient|employee|project|usuario|utilisateur|benutzer)(?:_?(?:id|uuid|pk|by))?$|^id_(?:user|usuario|utilisateur)$",
    re.I,
)
IDENTITY = re.compile(
    r"(?:user|owner|author|creator|uploader|submitter|account|sender)_?(?:id|uuid|pk)$|(?:created|posted|uploaded|owned)_by(?:_id)?$|user_?name$|user$|owner$"
    r"|usuario(?:_?id)?$|utilisateur(?:_?id)?$",
    re.I,
)
SAYS_USER = re.compile(r"(?:.*User|User(?:Account|Model|Table|Entity|DB|O(?:rm|RM)))s?$|Usuarios?$|Utilisateurs?$|Benutzer$|Utent[ei]$|Gebruikers?$")
# a house of many users among others of its kind; a team or a department is a part of one
TENANT = re.compile(
    r"^(?:[a-z]+_)?(?:org|organi[sz]ation|tenant|company|workspace|clinic|school|hospital|restaurant|business|firm|agency|institution|institute|household|family"
    r"|salon|gym|hotel|merchant|empresa|entreprise|negocio)(?:_?(?:id|uuid|pk))?$",
    re.I,
)
CROSSING = re.compile(r"Member|Link|Access|Shar(?:e|ing)|Collaborat|Assignment|UserProject|UserTeam|ProjectUser|Owner", re.I)
# who asked for it, or was asked, or has been there, does not belong to it yet, or any more
ASKED = re.compile(r"(?:Request|Invit(?:e|ation)|Log|History|Event|Audit|Application)s?" + AS_MODEL)
MAY = re.compile(r"Role|Permission|Perms?(?![a-z])|Grant|Privilege")  # beside the name of what it is for: UserDomainRole, ProjectPermission
WORKS = re.compile(r"(?:Book|Novel|Quote|Song|Track|Album|Paper|Movie|Film|Painting|Artwork|Poem|Comic|Manga|Magazine)s?" + AS_MODEL)
# a column of text that is called so holds what somebody calls them
WRITTEN = re.compile(r"(?:company|team|person|project|customer|member|employee|patient|profile|recipient)$", re.I)
SUFFIX = re.compile(r"(?:ORM|Orm|Model|Table|Entity|DB)$")
TEXTS = frozenset({"CharField", "TextField", "EmailField", "URLField", "SlugField"})
MAX_HOPS = 4
_TARGETS = frozenset({"to", "model", "foreign_key", "document_type", "rel_model"})


def _is_text(node: ir.Assign, name: str, cls: Definition) -> bool:
    """`company = models.CharField()`: what somebody wrote there names no row; a user's name does. Who wrote a book is no user."""
    field = node.value
    if field is not None and last_name(field) in TEXTS:
        return not IDENTITY.search(name)
    if WRITTEN.match(name) and _holds_text(node):
        return True
    return name.lower() in ("author", "creator") and bool(WORKS.search(cls.name)) and _holds_text(node)


def _holds_text(node: ir.Assign) -> bool:
    """`Column(String)`, `Mapped[str]`, `author: str | None`."""
    parts = [part for expr in (node.value, node.annotation) if expr is not None for part in inside(expr)]
    names = {part.id if isinstance(part, ir.Name) else part.name for part in parts if isinstance(part, (ir.Name, ir.Attr))}
    return not names.isdisjoint({"str", "String", "Text", "Unicode", "VARCHAR", "CharField", "TextField", "StringField"})


def _grants(table: str, model: str) -> bool:
    """Is a table called by what it lets somebody do with a model?"""
    return model in table and bool(MAY.search(table.replace(model, "", 1)))


PERSONS = re.compile(r"(?:customer|client|patient|student|member|guest|passenger|employee|profile|cliente|paciente)s?" + AS_MODEL, re.I)


class Schema:
    """Memoised questions about models."""

    def __init__(self, names: Names, knowledge: Knowledge) -> None:
        self.names, self.knowledge = names, knowledge
        self._by_name: dict[str, list[Definition]] = {}
        self._by_table: dict[str, Definition] = {}
        self._by_noun: dict[str, list[Definition]] = {}  # order_item -> OrderItem, as a column calls it that has no foreign key
        tables = (d for module in names.modules.values() for d in module.symbols.values() if d.kind == "value")
        for cls in (*names.classes(), *tables):
            if knowledge.is_model(cls):
                self._by_name.setdefault(cls.name, []).append(cls)
                self._by_noun.setdefault(snake(cls.name).lower(), []).append(cls)
                for table in self.tables(cls):
                    self._by_table.setdefault(table.lower(), cls)
        for cls in self.models():  # `@declared_attr def __tablename__(cls): return cls.__name__.replace("ORM", "").lower()`
            self._by_table.setdefault(SUFFIX.sub("", cls.name).lower(), cls)
        self._references: Memo[Definition, list[tuple[str, Definition | str | None]]] = {}
        self._paths: dict[Definition, tuple[str, ...] | None] = {}
        self.audited: set[Definition] = set()  # models that nothing else leads from to a user than such columns
        self._crossed: dict[Definition, tuple[str, ...]] | None = None

    def models(self) -> list[Definition]:
        """Every model of the project, in the order of files."""
        return [cls for classes in self._by_name.values() for cls in classes]

    def table(self, cls: Definition) -> str:
        """The table's name where the class says it, else the class's in snake case."""
        return self.tables(cls)[0]

    def tables(self, cls: Definition) -> list[str]:
        """The names a foreign key may call the table by."""
        if cls.kind == "value":
            first = cls.node.value.args[:1]  # type: ignore[attr-defined]
            return [str(first[0].value)] if first and isinstance(first[0], ir.Const) else [cls.name]
        for name in ("__tablename__", "_table_name_"):
            found = self.names.members(cls).get(name)
            if found is not None and isinstance(found.node, ir.Assign) and isinstance(found.node.value, ir.Const):
                return [str(found.node.value.value)]
        return [re.sub(r"(?<!^)(?=[A-Z])", "_", cls.name).lower(), cls.name.lower()]  # SQLModel writes no underscores

    def named(self, name: str) -> Definition | None:
        """A model by the name of its class or table, as a string in a foreign key has it ("app.Order", "orders.id")."""
        last = name.rpartition(".")[2]
        found = self._by_name.get(last)
        if found:
            return found[0]
        first = name.partition(".")[0].lower()
        return self._by_table.get(name.lower()) or self._by_table.get(first)

    def of_app(self, app: str, name: str) -> Definition | None:
        """The model of an app, as Django's registry finds it: by the app's label and the class's name in any case."""
        found = [model for known, models in self._by_name.items() if known.lower() == name.lower() for model in models]
        label = app.rpartition(".")[2].lower()
        near = [model for model in found if label in model.module.path.lower().split("/")]
        return near[0] if len(near) == 1 else found[0] if len(found) == 1 else None

    def _called(self, column: str) -> Definition | None:
        """The one model that a column without a foreign key is called by: `order_id` of a table `orders` or a class Order."""
        noun = column.removesuffix("_id")
        if noun == column:
            return None
        found = self._by_noun.get(noun.lower(), ())
        target = self.named(noun) or (found[0] if len(found) == 1 else None)
        return None if target is not None and self._abstract(target) else target

    def _abstract(self, cls: Definition) -> bool:
        """Has a model no rows of its own (`__abstract__`, `class Meta: abstract = True`)? No column names one of them."""
        if cls.kind != "class":
            return False
        members = self.names.members(cls)
        meta = members.get("Meta")
        inner = self.names.members(meta) if meta is not None and meta.kind == "class" else {}
        marks = [d.node for d in (members.get("__abstract__"), inner.get("abstract")) if d is not None]
        return any(isinstance(mark, ir.Assign) and isinstance(mark.value, ir.Const) and mark.value.value is True for mark in marks)

    def owner_path(self, cls: Definition | None) -> tuple[str, ...] | None:
        """The fields from a model to a user or tenant, () for a user itself, None where there is no way."""
        if cls is None:
            return None
        if cls not in self._paths:
            self._paths[cls] = None
            found = self._search(cls)
            looked_after = found is not None and any(map(audits.STAFF.search, found)) and audits.pair(self.columns(cls))
            if looked_after or (found is None and (found := self._search(cls, True)) is not None):
                self.audited.add(cls)
            self._paths[cls] = self._search(cls, True, True) if found is None else found
        return self._paths[cls]

    def _search(self, cls: Definition, by_writer: bool = False, at_last: bool = False) -> tuple[str, ...] | None:
        if self.is_owner(cls):
            return ()
        frontier: list[tuple[Definition, tuple[str, ...]]] = [(cls, ())]
        seen = {cls}
        for _ in range(MAX_HOPS):
            following: list[tuple[Definition, tuple[str, ...]]] = []
            for model, path in frontier:
                if model in self._crossings():
                    return (*path, *self._crossings()[model])
                columns = self.columns(model)
                audited = not by_writer and audits.pair(columns)
                for name, target in self.references(model):
                    if audits.handled(name, columns, at_last) or (audited and audits.MADE.match(name)):
                        continue
                    if target is None:
                        if OWNER_COLUMN.match(name) and not (path and self.typed(model, name)):  # who wrote a plugin owns no place where it is used
                            return (*path, name)
                        continue
                    if self.is_owner(target):
                        return (*path, name)
                    if isinstance(target, Definition) and target not in seen:
                        seen.add(target)
                        following.append((target, (*path, name)))
            frontier = following
        return None

    def typed(self, cls: Definition, name: str) -> bool:
        """`owner = Column(String)`: a word that somebody typed, or the caller's name."""
        members = [self.names.members(a).get(name) for a in self.names.mro(cls) if isinstance(a, Definition)] if cls.kind == "class" else []
        node = next((member.node for member in members if member is not None), None)
        return name.lower() in ("author", "creator", "owner") and isinstance(node, ir.Assign) and _holds_text(node)

    # ------------------------------------------------------------ who owns
    def is_owner(self, ref: Definition | str) -> bool:
        """Is this who callers are, or a tenant that they belong to? In Django callers are users of its own: people and companies that nothing
        leads from to a user are data like any other (the contacts of a CRM, the staff that an office keeps files of)."""
        if not self.knowledge.is_user(ref):
            return False
        return not (isinstance(ref, Definition) and self._only_named(ref)) or ref in self.linked

    def _only_named(self, cls: Definition) -> bool:
        """Is a model taken for people or tenants by what it is called, and nothing else? In Django users are known; elsewhere where another model
        keeps the passwords and is called a user."""
        if cls.kind != "class" or cls is self.knowledge.user_model or self.names.is_a(cls, *self.knowledge.user_bases):
            return False
        if not ("django.db.models.Model" in self.names.mro(cls) or (self.accounts and cls not in self.accounts and not SAYS_USER.match(cls.name))):
            return False
        return not self._keeps_password(cls)

    def _keeps_password(self, cls: Definition) -> bool:
        columns = {name for a in self.names.mro(cls) if isinstance(a, Definition) for name in self.names.members(a)}
        return not columns.isdisjoint({"password", *PASSWORD_HASHES})

    @cached_property
    def accounts(self) -> frozenset[Definition]:
        """The models that are called users and keep a password: who signs in, whoever else is called like people."""
        return frozenset(model for model in self.models() if model.kind == "class" and SAYS_USER.match(model.name) and self._keeps_password(model))

    def columns(self, cls: Definition) -> set[str]:
        """What a model and its ancestors in the project are written to have; nothing of what a package's class has."""
        return {name for a in self.names.mro(cls) if isinstance(a, Definition) and a.kind == "class" for name in self.names.members(a)}

    def account_field(self, model: object, name: str) -> bool:
        """Does a field say which account a row is of? A customer whom somebody looks after is a row like any other."""
        if isinstance(model, Definition):
            for field, target in self.references(model):
                if field in (name, f"{name}_id", name.removesuffix("_id")) and isinstance(target, Definition):
                    return self.is_owner(target) and not self._only_named(target)
        return self.owner_field(model, name)

    def person_field(self, model: object, name: str) -> bool:
        """Does a field lead to a patient or a customer who has an account?"""
        for field, target in self.references(model) if isinstance(model, Definition) else ():
            if field in (name, f"{name}_id", name.removesuffix("_id")) and isinstance(target, Definition):
                return bool(PERSONS.search(target.name)) and any(map(self.says_user, (user for _, user in self.references(target))))
        return False

    def says_user(self, target: Definition | str | None) -> bool:
        return target is not None and self.knowledge.is_user(target) and not (isinstance(target, Definition) and self._only_named(target))

    @cached_property
    def linked(self) -> frozenset[Definition]:
        """Those that a user refers to, that refer to one, or that stand beside one in a row; all, where no row says anything of users."""
        found: set[Definition] = set()
        if not any(self.says_user(target) for model in self.models() for _, target in self.references(model)):
            return frozenset(model for model in self.models() if self.knowledge.is_user(model))
        for _ in range(2):
            for model in self.models():
                beside = [target for _, target in self.references(model) if target is not None]
                told = [t for t in beside if self.says_user(t) or t in found]
                if told or model in found or (self.knowledge.is_user(model) and not self._only_named(model)):
                    found.update(t for t in (model, *beside) if isinstance(t, Definition) and self.knowledge.is_user(t) and self._only_named(t))
        return frozenset(found)

    def owner_field(self, model: object, name: str) -> bool:
        """Does a field say whose a row is: a foreign key to a user, or a column that is called so?"""
        if isinstance(model, Definition):
            for field, target in self.references(model):
                if field in (name, f"{name}_id", name.removesuffix("_id")) and target is not None:
                    return self.is_owner(target)
        return bool(IDENTITY.match(name))

    def foreign_keys(self, cls: Definition) -> list[tuple[str, Definition]]:
        """(field, model) for each foreign key to a model of the project that is not the user."""
        return [(name, target) for name, target in self.references(cls) if isinstance(target, Definition) and not self.is_owner(target)]

    @cached_property
    def peopled(self) -> frozenset[str]:
        """Names under which rows have users: `board.members.set(users)` changes the board, and none of the users."""
        return frozenset(name for model in self.models() for name, target in self.references(model) if self.says_user(target))

    @cached_property
    def relations(self) -> dict[str, Definition | None]:
        """What a user has, by the name of the relation."""
        from prodlint.flow.lookups.identities import relations

        return relations(self)

    def references(self, cls: Definition) -> list[tuple[str, Definition | str | None]]:
        """(field, model it refers to) for each foreign key; the model None where the column only looks like one."""
        return self.names.remembering(self._references, cls, lambda: self._refers(cls), [])

    def _refers(self, cls: Definition) -> list[tuple[str, Definition | str | None]]:
        if cls.kind == "value":
            return self._columns(cls, cls.node.value) if isinstance(cls.node, ir.Assign) and isinstance(cls.node.value, ir.Call) else []
        out: list[tuple[str, Definition | str | None]] = []
        for ancestor in self.names.mro(cls):
            if not isinstance(ancestor, Definition) or ancestor.kind != "class":
                continue
            for name, member in self.names.members(ancestor).items():
                node = member.node
                if isinstance(node, ir.Assign):
                    target = self._target(node, ancestor)
                    if target is not None:
                        out.append((name, target))
                    elif node.value is not None and last_name(node.value).lower() == "relationship":
                        continue  # the foreign key beside it says whose it is
                    elif name.endswith("_id") or (OWNER_COLUMN.match(name) and not _is_text(node, name, cls)):
                        out.append((name, self._called(name)))
        return out

    def _columns(self, table: Definition, made: ir.Call) -> list[tuple[str, Definition | str | None]]:
        """The foreign keys of a table of SQLAlchemy Core."""
        out: list[tuple[str, Definition | str | None]] = []
        scope = self.names.scope_of(table)
        for column in made.args:
            if not isinstance(column, ir.Call) or not column.args or not isinstance(column.args[0], ir.Const):
                continue
            name = str(column.args[0].value)
            keys = [part for part in inside(column) if isinstance(part, ir.Call) and last_name(part) == "ForeignKey" and part.args]
            if keys:
                out.append((name, self._referred(keys[0].args[0], scope, table)))
            elif OWNER_COLUMN.match(name) or name.endswith("_id"):
                out.append((name, self._called(name)))
        return out

    def _target(self, node: ir.Assign, cls: Definition) -> Definition | str | None:
        scope = self.names.class_scope(cls)
        if node.value is not None and last_name(node.value).lower() == "relationship":
            return self._shared(node, cls, scope)
        linked = _linked(node.annotation)
        if linked is not None and (found := self._referred(linked, scope, cls)) is not None:
            return found
        for part in (*inside(node.value), *inside(node.annotation)):
            if not isinstance(part, ir.Call):
                continue
            func = part.func
            last = func.name if isinstance(func, ir.Attr) else func.id if isinstance(func, ir.Name) else ""
            if not FOREIGN.search(last) and not any(k.name in ("foreign_key", "link_model") for k in part.kwargs):
                continue
            for arg in (*part.args[:1], *(k.value for k in part.kwargs if k.name in _TARGETS)):
                found = self._referred(arg, scope, cls)
                if found is not None:
                    return found
        return None

    def _shared(self, node: ir.Assign, cls: Definition, scope: object) -> Definition | None:
        """A relationship is the other side of a foreign key, which says who belongs to whom; only one through a crossing table says it itself."""
        call = node.value
        if not isinstance(call, ir.Call) or not any(k.name in ("secondary", "link_model") for k in call.kwargs):
            return None
        for part in (*call.args[:1], *inside(node.annotation)):
            found = self._referred(part, scope, cls) if isinstance(part, (ir.Name, ir.Attr, ir.Const)) else None
            if isinstance(found, Definition) and self.knowledge.is_user(found):
                return found
        return None

    def _crossings(self) -> dict[Definition, tuple[str, ...]]:
        """Models that users belong to by rows of a table that says so: (table, field of the user)."""
        if self._crossed is None:
            self._crossed = {}
            for classes in self._by_name.values():
                called = classes[0].name
                for link in classes if (CROSSING.search(called) or MAY.search(called)) and not ASKED.search(called) else ():
                    found = self.references(link)
                    user = next((name for name, target in found if target is not None and self.knowledge.is_user(target)), None)
                    others = [t for _, t in found if isinstance(t, Definition) and t is not link and not self.knowledge.is_user(t)]
                    named = [target for target in others if target.name.lower() in link.name.lower()]
                    for target in others if user is not None else ():
                        beside = named and target not in named and not self.references(target)  # the severity of a FindingLink is nobody's
                        if not beside and (CROSSING.search(link.name) or _grants(link.name, target.name)):
                            self._crossed.setdefault(target, (link.name, user))
        return self._crossed

    def _referred(self, arg: ir.Expr, scope: object, cls: Definition) -> Definition | str | None:
        if isinstance(arg, ir.Const) and isinstance(arg.value, str):
            if arg.value == "self":
                return cls
            return self.named(arg.value) or (arg.value if "user" in arg.value.lower() else None)
        if isinstance(arg, ir.Attr) and arg.name == "AUTH_USER_MODEL":
            return DJANGO_USER
        ref = self.names.resolve(arg, scope) if isinstance(arg, (ir.Name, ir.Attr)) else None  # type: ignore[arg-type]
        if isinstance(ref, Definition) and ref.kind == "class":
            return ref
        if isinstance(ref, Definition) and ref.kind == "value":
            kind = self.names.value_type(ref)
            return kind if isinstance(kind, str) and "user" in kind.lower() else None
        return ref if isinstance(ref, str) and "user" in ref.lower() else None


def _linked(annotation: ir.Expr | None) -> ir.Expr | None:
    """What one document of Beanie refers to: `account: Link[Account]`, also where it may be missing."""
    if isinstance(annotation, ir.Bin):
        annotation = annotation.left
    if isinstance(annotation, ir.Sub) and last_name(annotation.base) == "Optional":
        annotation = annotation.index
    if isinstance(annotation, ir.Sub) and last_name(annotation.base) == "Link":
        return annotation.index
    return None
