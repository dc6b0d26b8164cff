"""Which models belong to somebody: read from their declarations, outside Python.

Knows: how Eloquent, Doctrine, Active Record, Prisma, Drizzle, Mongoose, TypeORM and Sequelize declare a model, its columns and what it points to.
Does not know: the database; who asks.

A model belongs to somebody where it points to whoever signs in, or to a model that does. Words for the tenant count only as columns
(`team_id`, `organizationId`), because a model called `Company` may be an address.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

import msgspec

from prodlint import regex as re
from prodlint.model import FileFacts
from prodlint.patterns.evidence import madeby
from prodlint.patterns.evidence.entities import entities, slices, tables
from prodlint.patterns.evidence.scopes import Scopes

_PHP = re.compile(r"\bclass\s+(\w+)\s+extends\s+\\?[\w\\]*(?:Model|Authenticatable|Pivot)\b")
_PHP_KIND = re.compile(r"\bclass\s+(\w+)\s+extends\s+\\?[\w\\]+")  # of a base of the project
_RELATED = re.compile(r"\$this->(?:belongsTo|hasMany|belongsToMany)\(")
# in a comment other annotations of the class, with braces, may stand behind: `@ORM\Table(indexes={@ORM\Index(...)})`
_DOCTRINE = re.compile(r"(?:#\[|@)(?:\w+\\)*Entity\b(?:[^{;]{0,2000}?|(?:(?!\*/)[^;]){0,4000}\*/[^{;]{0,400}?)\bclass\s+(\w+)([^{]*)\{")
_DOCTRINE_POINTS = re.compile(r"(?:#\[|@)(?:\w+\\)*(?:ManyToOne|OneToOne)\b(\([^)]*\))?([^;]{0,600}?)\$(\w+)\s*[;=]")
_RUBY = re.compile(
    r"^[ \t]*class\s+([\w:]+)\s*<\s*(?:::)?(?:ApplicationRecord|ActiveRecord::Base|Active(?:Hash|File|Yaml|YAML|JSON)::Base|\w*Record)\b", re.M
)
_RAILS_TABLE = re.compile(r"^[ \t]*create_table\s+[\"':](\w+)", re.M)  # of `db/schema.rb`
_OF_TABLE = re.compile(r"^[ \t]*(?:self\.table_name\s*=|set_table_name[ (])\s*[:'\"](\w+)", re.M)
_DRIZZLE = re.compile(r"\bconst\s+(\w+)\s*=\s*\w*[tT]able\(\s*[\"'`]\w+[\"'`]")
_ENTITY = re.compile(r"@Entity\([^)]*\)[^{]*?\bclass\s+(\w+)")
_SEQUELIZE = re.compile(r"\.define(?:<[^>]*>)?\(\s*[\"'](\w+)[\"']\s*,|\b(\w+)\.init\(\s*\{")
_MONGOOSE = re.compile(r"\bnew\s+(?:mongoose\.)?Schema\b|\bmongoose\.Schema\s*\(|@Schema\(")
_MONGOOSE_NAME = re.compile(r"\bmodel(?:<[^>]*>)?\(\s*[\"'](\w+)[\"']|@Schema\([^)]*\)\s*export\s+class\s+(\w+)")
# Laravel: how a model is found for the parameter of a route
_BINDS = re.compile(r"\bfunction\s+(?:resolve\w*Binding|\w*[rR]oute_?[bB]ind\w*)\s*\([^{;]{0,300}\{")
_BRACES = re.compile(r"[{}]")
_ASKS = re.compile(r"\bauth\(|\bAuth::|->user\(")
# columns that name whoever signs in, or the group that they share: these may be something else where a model of that name is no such thing
_OWNER = re.compile(
    r"(?:owner_?)?(?:user|usuario|utilisateur|benutzer|gebruiker|pengguna)(?:_?(?:id|uuid))?|id_?(?:user|usuario|cliente)|(?:buyer|purchaser)_?(?:id|uuid)",
    re.I,
)
_GROUP = re.compile(
    r"(account|member|profile|tenant|org|organi[sz]ation|team|workspace|household|family|customer|owner)(?:_?(?:id|uuid))|(tenant|owner)", re.I
)
# an app that calls whoever asks by a `uid`: what a row with an `id` of its own has as `uid` is whose it is
_BY_UID = re.compile(r"\b\$?(?:this->)?(?:current_?)?user(?:\(\))?(?:->|&?\.)uid\b", re.I)
# who made a row need not own it
_AUDIT = re.compile(r"(?:created|updated|edited|modified|deleted|added|approved|reviewed|author|creator|editor|uploader|uploaded)\w*", re.I)
_SIGNS_IN = re.compile(
    r"\b(?:password|passWord|senha|contrase[nñ]a|passwordHash|password_hash|hashedPassword|hashed_password|password_digest|encrypted_password)\b"
    r"|has_secure_password|^[ \t]*devise\b",
    re.M,
)
_IN_SESSION = re.compile(
    r"\b(?:[cC]urrent|[aA]ctive)_?([oO]rgani[sz]ation|[tT]eam|[wW]orkspace|[tT]enant|[cC]ompany|[hH]ousehold|[fF]amily|[aA]gency|[cC]linic)(?:_?[iI]d)?\b"
)
PERSON = frozenset((
    "user", "account", "member", "customer", "profile", "usuario", "cliente", "utilisateur", "utente", "benutzer", "kunde", "gebruiker", "pengguna",
))  # fmt: skip

_SHARED = re.compile(r"team|org|workspace|tenant|account|compan|household|famil|group|project|club|store|shop|site|space|board|chat|conversation")
_BESIDE = frozenset(("customer", "client", "member", "profile", "patient", "student"))  # what whoever signs in is, where `users` point to one


class Model(msgspec.Struct):
    """One declared model: who it points to, whether a column names the owner, whether every query of it is narrowed, whether it signs in."""

    points: set[str] = msgspec.field(default_factory=set)
    owner: bool = False
    own: bool = False  # by a column of its own
    made: bool = False  # Java, Kotlin: a column says who made it, which code holds against who calls
    grouped: set[str] = msgspec.field(default_factory=set)  # what columns like `tenant_id` name
    signs_in: bool = False
    scoped: bool = False
    binds: bool = False  # it finds itself for a route, by who asks
    person: bool = False
    known: bool = False  # its columns or relations could be read


class Owners:
    """`of(name)`: "owned", "scoped" (every query is narrowed), "person" (whoever signs in), "free" (belongs to nobody), "" where it is not known."""

    def __init__(self, files: dict[str, FileFacts], texts: Iterable[tuple[str, str]]) -> None:
        """texts: (language, text) of files that may declare models."""
        self.models: dict[str, Model] = {}
        self._made_by: set[str] = set()
        self._makers: set[str] = set()
        self._by_uid = False
        self._kept_in: list[tuple[Model, str]] = []  # models of Rails, and the table of another name in which their rows are
        self._private: set[str] | None = None
        for facts in files.values():
            for fact in facts.facts:
                if fact.kind == "data-model":
                    self._columns(self._model(fact.name), fact.data.get("columns", "").split())
                    for pair in fact.data.get("points", "").split():
                        self._points(self._model(fact.name), *pair.split(":", 1))
        texts = list(texts)
        self._by_uid = any(_BY_UID.search(text) for language, text in texts if language in ("php", "ruby"))
        self._scopes = Scopes(texts)
        self._made_by = set(map(normal, madeby.columns(texts, madeby.OTHERS)))
        self._makers = set(map(normal, madeby.columns(texts, madeby.JVM)))
        statements = (each.text for _, facts in sorted(files.items()) for each in facts.statements if facts.aside not in ("test", "vendored"))
        for entity in (*entities(texts), *tables(statements)):
            model = self._model(entity.name)
            model.known = True
            model.scoped |= self._scopes.narrowed("csharp", entity.name)
            self._columns(model, entity.columns)
            for column, target in entity.points:
                self._points(model, column, target)
        for language, text in texts:
            reader = _READERS.get(language)
            if reader is not None:
                reader(self, text)
        for model, table in self._kept_in:
            if (kept := self.models.get(normal(table))) is not None:
                model.points, model.grouped, model.owner = model.points | kept.points, model.grouped | kept.grouped, model.owner or kept.owner
        self._people()
        self._sessions(texts)
        self._groups()
        self._grouped()
        for model in self.models.values():
            model.own = model.owner
        self._spread()

    def of(self, name: str) -> str:
        model = self.models.get(normal(name))
        if model is None or not (model.known or model.scoped or model.person):
            return ""
        if model.scoped:
            return "scoped"
        return "person" if model.person else "owned" if model.owner or model.made else "free"

    def by_maker_alone(self, name: str) -> bool:
        """Does only who made a row of a model say whose it is?"""
        model = self.models.get(normal(name))
        return model is not None and model.made and not model.owner

    def binds(self, name: str) -> bool:
        """Laravel: does a model look at who asks where a route's parameter becomes a row of it?"""
        model = self.models.get(normal(name))
        return model is not None and model.binds

    def by_own_column(self, name: str) -> bool:
        """Does a column of the model's own say whose a row is, and no way over other models?"""
        model = self.models.get(normal(name))
        return model is not None and (model.own or any(map(self._is_person, model.points)))

    def shared(self, name: str, public: re.Pattern[str]) -> bool:
        """Does a model belong to somebody only by way of data that is made for everybody, as the cast of a film that somebody entered?"""
        if self._private is None:
            direct = (name for name, model in self.models.items() if model.own or model.made or any(map(self._is_person, model.points)))
            self._private = {name for name in direct if not public.fullmatch(name)}
            grown = True
            while grown:
                more = {
                    name
                    for name, model in self.models.items()
                    if name not in self._private and not public.fullmatch(name) and model.points & self._private
                }
                self._private |= more
                grown = bool(more)
        return self.of(name) == "owned" and normal(name) not in self._private

    def named(self, parts: Iterable[str], loosely: bool = False) -> tuple[str, str]:
        """(model, what it is) for the first name that names a declared model: of `prisma.link.findUnique`, `orderRepository`, `getBookingById`;
        loosely: also of a part of a name, `getOrderSummary`."""
        listed = list(nouns(parts))
        for name in [*listed, *(part for each in listed for part in _within(each))] if loosely else listed:
            said = self.of(name)
            if said:
                return name, said
        return "", ""

    # ------------------------------------------------------------ what declarations say
    def _model(self, name: str) -> Model:
        return self.models.setdefault(normal(name), Model())

    def _columns(self, model: Model, names: Collection[str]) -> None:
        model.owner |= self._by_uid and {"id", "uid"} <= set(names) and "provider" not in names
        for name in names:
            model.known = True
            model.owner |= _OWNER.fullmatch(name) is not None or normal(name) in self._made_by
            model.made |= normal(name) in self._makers
            if group := _GROUP.fullmatch(name):
                model.grouped.add(normal(group.group(1) or group.group(2)))
            model.signs_in |= bool(_SIGNS_IN.search(name))
            stem = re.sub(r"_?(?:id|Id|ID|uuid|Uuid)$", "", name)
            if stem != name and not _AUDIT.fullmatch(stem):
                model.points.add(normal(stem))

    def _points(self, model: Model, name: str, target: str) -> None:
        model.known = True
        model.made |= normal(name) in self._makers
        if not _AUDIT.fullmatch(name):
            model.points.add(normal(target))

    def php(self, text: str) -> None:
        for declared, body in slices(_DOCTRINE, text) if "Entity" in text else ():
            self._doctrine(self._model(declared.group(1)), declared.group(2), body)
        found = _PHP.search(text) or (_PHP_KIND.search(text) if _RELATED.search(text) is not None else None)
        if found is None:
            return
        model, body = self._model(found.group(1)), text[found.start() :]
        model.scoped |= self._scopes.narrowed("php", found.group(1))
        model.binds |= any(_ASKS.search(_block(text, found.end())) for found in _BINDS.finditer(text))
        model.signs_in |= "Authenticatable" in found.group()
        self._columns(model, re.findall(r"['\"](\w+_id)['\"]", body))
        for name, target in re.findall(r"function\s+(\w+)\s*\([^)]*\)[^{]*\{[^}]*?belongsTo\(\s*\\?(?:\w+\\)*(\w+)::class", body):
            self._points(model, name, target)
        model.known |= "$fillable" in body

    def _doctrine(self, model: Model, bases: str, body: str) -> None:
        model.known = True
        model.signs_in |= bool(re.search(r"UserInterface|AuthenticatedUser", bases))
        for given, typed, name in _DOCTRINE_POINTS.findall(body):
            if "mappedBy" in given:
                continue
            target = re.search(r"targetEntity\s*[:=]\s*[\"']?\\?(?:\w+\\)*(\w+)", given)
            kind = target.group(1) if target is not None else next(iter(re.findall(r"\\?(?:\w+\\)*([A-Z]\w*)(?:\|null)?\s*$", typed)), name)
            self._points(model, name, kind.removesuffix("Interface"))
            model.owner |= bool(_OWNER.fullmatch(name) or name == "owner") and not _AUDIT.fullmatch(name)

    def ruby(self, text: str) -> None:
        for found, body in slices(_RUBY, text):
            model = self._model(found.group(1).rsplit("::", 1)[-1])
            model.scoped |= self._scopes.narrowed("ruby", found.group(1).rsplit("::", 1)[-1])
            model.signs_in |= bool(_SIGNS_IN.search(body))
            model.known = True
            if (table := _OF_TABLE.search(body)) is not None:
                self._kept_in.append((model, table.group(1)))
            for name, rest in re.findall(r"^[ \t]*belongs_to\s+:(\w+)((?:[^\n]|(?<=,)\n)*)", body, re.M):
                self._columns(model, re.findall(r"\bforeign_key(?::|\s*=>)\s*[:'\"](\w+)", rest))
                kind = re.search(r"class_name(?::|\s*=>)\s*['\"](?:::)?(?:\w+::)*(\w+)", rest)
                self._points(model, name, kind.group(1) if kind else name)
            for name in re.findall(r"^[ \t]*has_one\s+:(user|account)\b(?![^\n]*through)", body, re.M):
                model.points.add(name)  # what somebody is, beside the login: `Consumer`, whose carts are that user's
        for found, body in slices(_RAILS_TABLE, text):
            whose = "" if '"id"' in body or "id: false" in body else "id"
            self._columns(self._model(found.group(1)), [whose, *re.findall(r"^[ \t]*t\.(?!index\b)\w+\s+[\"':](\w+)", body, re.M)])

    def script(self, text: str) -> None:
        for found, body in slices(_DRIZZLE, text):
            model = self._model(found.group(1))
            self._columns(model, re.findall(r"^[ \t]*(\w+):\s*\w+\(", body, re.M))
            for name, target in re.findall(r"^[ \t]*(\w+):[^\n]*(?:\n[^\n:]*){0,3}?references\(\s*\(\)[^=]*=>\s*(\w+)\.", body, re.M):
                self._points(model, name, target)
        for found, body in slices(_ENTITY, text):
            model = self._model(re.sub(r"Entity$", "", found.group(1)))
            self._columns(model, re.findall(r"^[ \t]*(?:(?:public|readonly|private)\s+)*(\w+)[!?]?:\s", body, re.M))
            for target, name in re.findall(r"@(?:ManyToOne|OneToOne)\(\s*\(?\w*\)?\s*=>\s*(\w+)[^;]*?(\w+)[!?]?:", body):
                self._points(model, name, re.sub(r"Entity$", "", target))
        if _MONGOOSE.search(text):
            for name in {name for pair in _MONGOOSE_NAME.findall(text) for name in pair if name}:
                model = self._model(name)
                self._columns(model, re.findall(r"^[ \t]*(\w+)[!?]?:", text, re.M))
                for key, target in re.findall(r"(\w+)\s*:\s*\[?\s*\{[^{}]*?\bref:\s*[\"'`]?(\w+)", text):
                    self._points(model, key, target)
        for found, body in slices(_SEQUELIZE, text):
            self._columns(self._model(found.group(1) or found.group(2)), re.findall(r"^[ \t]*(\w+):\s*(?:\{|DataTypes)", body, re.M))
        for name, target in re.findall(r"\b([A-Z]\w+)\.belongsTo\(\s*(?:\w+\.)?(\w+)", text):
            self._points(self._model(name), target, target)

    # ------------------------------------------------------------ over all models
    def _people(self) -> None:
        """Who signs in is a person; a customer or a member is one too, unless it is known that somebody else signs in."""
        others = any(model.signs_in or (name == "user" and model.known) for name, model in self.models.items())
        for name, model in self.models.items():
            model.person = model.signs_in or name == "user" or (name in PERSON and not (others and model.known))

    def _groups(self) -> None:
        """What members join is shared by them: the other model of a membership, a model that the user's own columns name."""
        for name, model in list(self.models.items()):
            joins = re.search(
                r"member|employee|collaborator|participant|(?:team|org\w*|store|shop|site|space|board|group|project|compan\w+)s?(?:user|staff)"
                r"|user(?:team|org|store|shop|site|space|board|group|project|role|compan)",
                name,
            )
            if (joins or model.person) and (model.person or any(self._is_person(target) for target in model.points)):
                for target in model.points & self.models.keys():
                    if _SHARED.search(target) or (model.person and target in _BESIDE):
                        self.models[target].owner = True

    def _sessions(self, texts: Iterable[tuple[str, str]]) -> None:
        """What the session of whoever asks is in, `current_organization.invoices`, `activeWorkspaceId`, is shared by its members alone."""
        for _, text in texts:
            for name in _IN_SESSION.findall(text):
                if (model := self.models.get(normal(name))) is not None and model.known and not model.person:
                    model.owner = True

    def _is_person(self, name: str) -> bool:
        model = self.models.get(name)
        return name in PERSON if model is None else model.person

    def _grouped(self) -> None:
        for model in self.models.values():
            # a tenant that is a model of its own counts where people lead to it
            model.owner |= any(name not in self.models or not self.models[name].known for name in model.grouped)

    def _spread(self) -> None:
        """Whoever points to a person, or to what belongs to somebody, belongs to somebody."""
        changed = True
        while changed:
            changed = False
            for model in self.models.values():
                if not model.owner and any(
                    self._is_person(target) or (target in self.models and self.models[target].owner) for target in model.points
                ):
                    model.owner = changed = True


_READERS = {"php": Owners.php, "ruby": Owners.ruby, "javascript": Owners.script, "typescript": Owners.script}
_LAYERS = re.compile(r"(?:Repository|Repo|Service|Model|Dao|DAO|Queries|Store|Mapper|Table|Entity|Schema|Manager|Collection|s_table)$")
_VERB = re.compile(
    r"^(?i:find|get|fetch|load|read|retrieve|query|select|delete|remove|destroy|update|edit|patch|modify|save|archive|restore|cancel|set|change|toggle|mark"
    r"|reschedule|approve|reject|close|complete|publish|activate|deactivate|download|export)(?:_|(?=[A-Z]))"
)


def _block(text: str, start: int) -> str:
    """What stands between a brace and the one that closes it."""
    depth = 1
    for found in _BRACES.finditer(text, start, start + 3_000):
        depth += 1 if found.group() == "{" else -1
        if depth == 0:
            return text[start : found.start()]
    return ""


def nouns(parts: Iterable[str]) -> Iterator[str]:
    """The names of models that a chain of names may hold."""
    for part in parts:
        yield from _nouns(part)


def _nouns(part: str) -> Iterator[str]:
    """The names of models that a name may hold."""
    bare = part.lstrip("$@\\").rsplit("\\", 1)[-1]
    yield _LAYERS.sub("", bare)
    verb = _VERB.match(bare)
    if verb is not None and verb.end() < len(bare):
        yield re.split(r"(?:By|For|With|And|From)(?=[A-Z])|_by_", bare[verb.end() :])[0]


def _within(name: str) -> Iterator[str]:
    """`RecentOrderSummary`: without its first words, then without its last ones."""
    words = re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+\d*", name)
    for start in range(1, len(words)):
        yield "".join(words[start:])
    for end in range(len(words) - 1, 0, -1):
        yield "".join(words[:end])


_LONG = {
    "repo": "repository",
    "repos": "repository",
    "org": "organization",
    "orgs": "organization",
    "organisation": "organization",
    "organisations": "organization",
}


def normal(name: str) -> str:
    """A model's name as one compares it: `order_items`, `OrderItem` and `orderItem` are the same."""
    flat = re.sub(r"[^a-z0-9]", "", name.lower())
    flat = _LONG.get(flat, flat)
    if flat.endswith("ies"):
        return f"{flat[:-3]}y"
    if flat.endswith(("sses", "xes", "ches", "shes")):
        return flat[:-2]
    return flat[:-1] if flat.endswith("s") and not flat.endswith(("ss", "us", "is")) else flat
