"""What the models say about access, ready to ask; and habits of naming where libraries are silent.

Knows: principals, guards, ORM bases of `models/access.yaml`, the project's own vocabulary from configuration. Does not know: one endpoint.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fnmatch import fnmatchcase
from functools import cached_property, lru_cache
from typing import Any, TypeVar

from prodlint import ir
from prodlint import regex as re
from prodlint.flow.callers import session_users
from prodlint.flow.values import ADMIN, PRESENCE, ROLE, Mark
from prodlint.models import Models
from prodlint.names import Definition, Memo, Names, Ref
from prodlint.routing.walking import imported

# What functions, dependencies and attributes that give the caller are called.
CALLER_WORDS = re.compile(
    r"(?:^|_)(?:current_?(?:active_?|super_?)*(?:user|account|member|principal|identity|customer|tenant|org|organi[sz]ation|team|project|workspace|company)"
    r"|(?:logged_in|auth(?:enticated|orized|ed)?|active|request|session|token|jwt|api)_?(?:user|account|member|customer|service|client|tenant|org|organi[sz]ation|team)|user_?from_?(?:token|request|session|jwt|header)"
    r"|get_(?:user|identity|principal|me)|principal|identity|whoami)(?:$|_)",
    re.I,
)
AS_MODEL = r"(?:Model|Entity|Table|DB|O(?:rm|RM))?$"  # what a class of rows may have behind the name of what it stands for
# what works on users, or is something of theirs, and is none: `get_user_service`, `get_user_agent`
WORKS = re.compile(
    r"_(?:services?|repo(?:sitor(?:y|ies))?|stores?|storage|manager|dao|crud|db|database|use_?cases?|factory|handler|controller|gateway|uow|unit_of_work)$"
    r"|(?:^|_)get_user_(?:agents?|settings|configs?|cache|limits?|models?|class|queryset|filters?|schema|counts?|stats|lists?|langs?|languages?|locale|timezone|ip|country)(?:_|$)",
    re.I,
)
TENANT_WORDS = re.compile(
    r"^(?:user|account|member|profile|customer|tenant|org|organi[sz]ation|team|workspace|company|principal|identity|employee|person)$", re.I
)
ROLE_WORDS = re.compile(
    r"(?:^|_)(?:is_?(?:super_?user|staff|admin|root|owner|moderator|manager)\w*|admin|superuser|(?:u|user)?roles?|role_\w+|permissions?|scopes?|groups?|privileges?"
    r"|has_(?:role|perms?|permissions?|scope|any_role)\w*|can_admin\w*)(?:$|_)",
    re.I,
)
ADMIN_WORDS = re.compile(r"(?:^|_)(?:super_?(?:user|admin)s?|admin\w*|staff(?:_member)?|root|sysadmin|moderator)(?:$|_)", re.I)
OR = re.compile(r"(?<=[a-z0-9])_or_(?=[a-z])", re.I)
HIGHEST = re.compile(r"(?:^|_)(?:super_?(?:user|admin)s?|admin(?:istrator)?s?|staff|root|sys_?admin)(?:$|_)", re.I)
IDENTITY_KEYS = re.compile(r"^(?:user|account|member|customer)_?(?:id|name|uid|email|login)?$|^(?:sub|identity|uname|email|login|logged_?in)$", re.I)
PRESENCE_WORDS = re.compile(r"^(?:is_authenticated|is_anonymous|is_active|authenticated|is_logged_in|logged_in|email_verified|is_verified)$")
# What kind of user a caller is: `user.is_finance`, `request.from_employer`. Not how far their account is, and not what every customer is.
KINDS = re.compile(r"^(?:is|from|has|can)_(?!not_)(\w+)$")
# what says what something is like, and not which one it is
NOT_KEYS = re.compile(
    r"(?:\w+_)?(?:status|state|type|kind|title|level|mode|format|version|date|time|count|amount|price|size|language|locale|timezone|currency|length|password|version"
    r"|role|roles|permissions?|plan|tier|gender|age|country|city|theme)$|^is_\w+$",
    re.I,
)
NO_KINDS = re.compile(
    r"(?:.*_)?(?:active|enabled|verified|verify|approved|confirmed|complete[d]?|disabled|banned|blocked|suspended|inactive|pending|deleted|locked|valid|expired|new"
    r"|authenticated|anonymous|logged_in|known|guest|premium|pro|paid|paying|subscribed|subscriber|subscription|trial|plan|online|public|private|email|phone|password"
    r"|profile|avatar|consent|agreed|onboarded|setup|secure|ajax|json|htmx|xhr|mobile|tablet|pc|bot|touch|preview|debug|https?|api|ready|first|next|prev\w*"
    r"|user|customer|client|member|patient|student|buyer|viewer|reader|seller|vendor|author|owner|creator)s?$",
    re.I,
)
GUARD_WORDS = re.compile(
    r"(?:^|_)(?:can|has|is|may|check|verify|verif(?:y|ies)|allow(?:ed|s)?|permit(?:ted|s)?|permission|perms?|access(?:ible)?|auth|authorize[ds]?|own(?:s|er|ed|ership)?"
    r"|belongs?|abilit(?:y|ies)|member|enforce|require[ds]?|ensure|assert|validate|guard|forbid|deny|protect|scope|shared)(?:_|$)",
    re.I,
)
# what asks whether a value is well formed, or whether another row has it
ASKS_VALUES = re.compile(r"(?:^|_)(?:uniq\w*|duplicates?|taken|strength|format|syntax|length)(?:_|$)", re.I)
LOGIN_WORDS = re.compile(
    r"(?:^|_)(?:login|log(?:ged)?_?in|auth(?:enticate[ds]?|enticated|entication|orized?|orization)?|jwt|token|signed_?in|user|session|api_?key|account|member|role|roles|permission)s?"
    r"_?(?:is_)?(?:required|require[ds]?|needed|only|protected|check(?:ed)?|guard)?(?:$|_)|(?:^|_)(?:require[sd]?|needs|protected?|secured?|only)_?"
    r"(?:login|auth\w*|user|token|jwt|session|api_?key|account|member|role|permission|scope|admin)",
    re.I,
)
LOGIN_STRICT = re.compile(
    r"(?:login|log_?in|auth\w*|jwt|token|user|session|api_?key|account|member|role|roles|permission|permissions|admin|staff|scope)s?_?(?:is_)?(?:required|only|protected|needed)"
    r"|(?:require[sd]?|needs|ensure|protected|secured|check|verify|validate)_?(?:\w*_)?(?:login|auth\w*|user|token|jwt|session|api_?key|role|permission|admin|scope)|^authenticated$|^protected$|^secured?$|^auth$|^authorize[d]?$",
    re.I,
)
SECRET_FIELDS = re.compile(
    r"(?!.*_id$)(?:^|.*_)(?:token|api_?key|secret|signature|otp|nonce|(?:share|reset|access|auth|private)_?(?:key|code|link)|session_?key|password|hash|digest|(?:access|ingest|write|stream|client|consumer|license|auth|private|public|sentry|publishable|feed|shared|webhook|edit)_?key|activation_?key|confirm\w*|invit\w*_(?:key|code)"
    r"|(?:referral|coupon|promo|voucher|gift|verification|reset|access|join|share|registration|backup|recovery)_?code)(?:$|_)",
    re.I,
)
USER_MODEL, DJANGO_USER = "django.contrib.auth.get_user_model", "django.contrib.auth.models.User"
PASSWORD_HASHES = frozenset({"hashed_password", "password_hash", "passwordhash", "encrypted_password", "password_digest", "pw_hash", "pwd_hash"})
# Rows that whoever holds their code may use: invitations, resets, shared links.
HANDED_OUT = re.compile(r"Invit|Invite|Reset|Verification|Activation|Confirmation|Magic|Share(?:d)?Link|OneTime|Otp|Voucher|GiftCard", re.I)
HANDED_CODES = re.compile(r"^(?:code|key|uuid|hash|slug|link)$", re.I)
# Headers and cookies by which a caller identifies themselves, not what shows that a person or a browser sends it; and functions that read them.
AUTH_HEADERS = re.compile(
    r"^(?!.*(?:captcha|turnstile|[cx]srf))(?:.*(?:authori[sz]ation|token|api[-_]?key|x[-_]auth|session)|jwt|auth(?:[-_]?(?:cookie|header))?(?:[-_]?name)?$)",
    re.I,
)
SHARED_SECRET = re.compile(r"authori[sz]ation|token|api[-_]?key|secret|signature|hmac|x[-_]auth|webhook|(?:^|[-_])mac(?:[-_]|$)", re.I)
AUTHENTICATES = re.compile(
    r"^_?(?:authenticate(?:_request|_user)?|(?:verify|validate|decode|check|parse)_(?:auth_?)?(?:token|jwt|session|api_?key)|login_from_\w+)$", re.I
)
ID_FIELDS = re.compile(
    r"(?:^|_)(?:id|ids|pk|uuid|guid|oid|uid|slug|code|number|key|ref|name|username|email|handle|identifier|hash)(?:$|__)|(?:Id|ID|Ids|Uuid|UUID|Pk)$|^_id$",
    re.I,
)
# Client values that page, sort or search: they name no object.
PAGING = re.compile(
    r"^(?:page|pages|per_?page|page_?(?:size|number|num|no|index)|items_per_page|limit|offset|skip|take|size|count|sort\w*|order|order_?by|direction|q|query|search\w*"
    r"|term|filters?|cursor|marker|next|(?:older|newer)_than|(?:after|before|since|last|prev|previous|next|max|min)_id|start\w*|end\w*|since|until|before|after|from|to|date\w*|day|month|year|lang|language|locale|format|ext|extension|width|height|days|hours)$",
    re.I,
)
# scopes of those who manage people: `users:write`, `admin`, `accounts.read`
MANAGES = re.compile(
    r"(?:^|[_.:/-])(?:users|accounts|members|people|roles|permissions|tenants|admin\w*|staff|super_?users?|root|sudo|impersonat\w*)(?:$|[_.:/-])",
    re.I,
)
KEY_FIELDS = re.compile(r"(?:^|_)(?:id|pk|uuid|guid|oid|uid)(?:__in)?$|^(?:code|slug|key|ref|number)(?:__in)?$")


def admins_only(words: str) -> bool:
    """Does a name in snake case speak of admins, and of nobody beside them? `is_company_or_admin` lets companies in."""
    return all(ADMIN_WORDS.search(part) for part in OR.split(words))


@lru_cache(4096)
def role_marks(name: str) -> frozenset[Mark]:
    """What an attribute of the caller, or a word that it is compared with, says about a role: nothing, a role, the highest one."""
    if re.search(r"_(?:id|ids|uuid)$", name, re.I):
        return frozenset()  # user.group_ids: which groups, not what they may
    if HIGHEST.search(name):
        return frozenset({ROLE, ADMIN})
    return frozenset({ROLE}) if ROLE_WORDS.search(name) else frozenset()


def scope_marks(scopes: list[str]) -> frozenset[Mark]:
    """What it says of a caller that they have these scopes: whoever manages other people has a role, `orders:read` may be everybody's."""
    roles = [word for word in scopes if MANAGES.search(word)]
    if not roles:
        return frozenset({PRESENCE})
    return frozenset({ROLE, ADMIN}) if any(HIGHEST.search(word) for word in roles) else frozenset({ROLE})


def says_kind(name: str) -> bool:
    """Does an attribute of the caller or of the request say what kind of user it is?"""
    return (found := KINDS.match(name)) is not None and not NO_KINDS.match(found.group(1))


ORM_BASES = (".SQLAlchemy.Model", ".Database.Entity", ".db.Model", ".MongoEngine.Document")
GET_RAISES = ("django.", "peewee.", "tortoise", "mongoengine", "ormar", "pony", "playhouse")
COLUMN_FIELDS = ("django.db.models.", "django.contrib.postgres.fields.", "django.contrib.gis.db.models.")
DOCUMENT_FIELDS = re.compile(r"^mongoengine\.|(?:^|\.)MongoEngine\.\w+$")  # of MongoEngine, whatever package the document's base is from
DJANGO_USERS = tuple(f"django.contrib.auth.{base}" for base in ("models.AbstractUser", "models.AbstractBaseUser", "base_user.AbstractBaseUser"))


T = TypeVar("T")


class Knowledge:
    """Compiled models, and memoised questions about classes."""

    def __init__(self, names: Names, models: Models, vocabulary: Mapping[str, tuple[str, ...]] | None = None) -> None:
        access = models["access"]
        self.names = names
        self.principals = frozenset(access.get("principals", ()))
        self.principal_calls = frozenset(ref for kind in ("principal", "opening", "unverified") for ref in access.get(f"{kind}_calls", ()))
        self.verifying = frozenset(access.get("verifying_calls", ()))
        self.unread_signatures = frozenset(access.get("unverified_calls", ()))
        self.schemes = frozenset(access.get("security_schemes", ()))
        self.callers_of_libraries = frozenset(access.get("caller_dependencies", ()))
        self.guards: dict[str, str] = dict(access.get("guards", {}))
        self.middleware: dict[str, str] = dict(access.get("middleware", {}))
        self.orm_bases = frozenset(access.get("orm_bases", ()))
        self.user_bases = frozenset(access.get("user_bases", ()))
        self.signed = frozenset(access.get("signed_calls", ()))
        self.opening = frozenset(access.get("opening_calls", ()))
        self.scope_decorators = frozenset(access.get("scope_decorators", ()))
        self.scope_calls = frozenset(access.get("scope_calls", ()))
        self.compares = frozenset(access.get("secret_comparisons", ()))
        self.stores: dict[str, Any] = models["stores"]
        self.object_guards = frozenset(access.get("object_guards", ()))
        self.object_decorators = frozenset(access.get("object_decorators", ()))
        self.policy_bases = frozenset(access.get("policy_bases", ()))
        self.policy_methods: dict[str, str] = dict(access.get("policy_methods", {}))
        given = vocabulary or {}
        self.own_principals = frozenset(given.get("principals", ()))
        self.own_guards = frozenset(word.rpartition(".")[2] for word in given.get("guards", ()))
        self.own_admin = frozenset(word.rpartition(".")[2] for word in given.get("admin", ()))
        self.own_public = tuple(given.get("public", ()))
        self._model: Memo[Definition, bool] = {}
        self._signs_in: Memo[Definition, bool] = {}
        self.links: Memo[Definition, tuple[tuple[str, Definition], ...]] = {}  # writable foreign keys of a serializer (`serializers.py`)
        self.switches: Memo[Definition, bool] = {}  # names of modules that hold True and nothing else (`expressions.py`)
        self.yields: Memo[Definition, bool] = {}  # functions that yield (`deferred.py`)
        self.defaults: Memo[ir.Expr, tuple[Any, frozenset[object]]] = {}  # what tests come to where nobody sets anything (`defaults.py`)
        self.read: Memo[Definition, frozenset[str]] = {}  # the names that a function reads outside its tests (`dispatching.py`)
        self.said: Memo[Definition, frozenset[str]] = {}  # the names in which it keeps what others say of who asks (`dispatching.py`)

        self._about: dict[tuple[object, ir.Expr], Any] = {}

    def about(self, question: Callable[[ir.Expr], T], expr: ir.Expr) -> T:
        """What a function says of an expression by its shape alone; asked once for all endpoints."""
        key = (question, expr)
        if key not in self._about:
            self._about[key] = question(expr)
        return self._about[key]  # type: ignore[no-any-return]

    def is_model(self, ref: Ref | None) -> bool:
        """Is this class a table or a collection?"""
        if isinstance(ref, str):
            return ref.endswith("get_user_model()") or ref.rpartition(".")[0] == "django.contrib.auth.models"
        if ref is not None and ref.kind == "value":
            return self.is_table(ref)
        if ref is None or ref.kind != "class":
            return False
        return self.names.remembering(self._model, ref, lambda: self._is_stored(ref), False)

    def _is_stored(self, ref: Definition) -> bool:
        ancestors = [a for a in self.names.mro(ref) if isinstance(a, str)]
        if any(a in self.orm_bases or a.endswith(ORM_BASES) for a in ancestors):
            if any(a.endswith("SQLModel") for a in ancestors):
                return any(k.name == "table" for k in ref.node.keywords)  # type: ignore[attr-defined]  # without it a SQLModel is a schema
            return True
        own = [a for a in self.names.mro(ref) if isinstance(a, Definition)]
        document = any(a.endswith(".Document") for a in ancestors)
        return any(self._has_columns(a) or (document and self._has_document_fields(a)) for a in own)

    def is_table(self, ref: Definition) -> bool:
        """Is this global a table of SQLAlchemy Core: `orders = Table("orders", metadata, Column(...))`?"""
        made = ref.node.value if isinstance(ref.node, ir.Assign) else None
        called = isinstance(made, ir.Call) and last_name(made) == "Table"
        return called and self.names.value_type(ref) in self.stores["tables"]

    def get_raises(self, model: Ref | None) -> bool:
        """Does `get` of this model's library raise where there is no row? SQLAlchemy's gives None."""
        if isinstance(model, str):
            return model.startswith("django.")
        return model is not None and model.kind == "class" and any(isinstance(a, str) and a.startswith(GET_RAISES) for a in self.names.mro(model))

    def _has_columns(self, cls: Definition) -> bool:
        """Columns, or a table's name, in the class body: a table whatever its base is (`@as_declarative`, a base made by a function)."""
        for name, member in self.names.members(cls).items():
            value = member.node.value if isinstance(member.node, ir.Assign) else None
            if name == "__tablename__" and isinstance(value, ir.Const):
                return True
            if isinstance(value, ir.Call) and last_name(value) in ("Column", "mapped_column"):
                return True
            if isinstance(value, ir.Call) and (last_name(value).endswith("Field") or last_name(value) == "ForeignKey"):
                field = self.names.resolve(value.func, self.names.class_scope(cls))
                if isinstance(field, str) and field.startswith(COLUMN_FIELDS):  # whatever package its base is from
                    return True
        return False

    def _has_document_fields(self, cls: Definition) -> bool:
        """Fields of MongoEngine in the body of a class that another package's `Document` is the base of. A part of a document is none of its own."""
        scope = self.names.class_scope(cls)
        made = [member.node.value for member in self.names.members(cls).values() if isinstance(member.node, ir.Assign)]
        fields = [self.names.resolve(value.func, scope) for value in made if isinstance(value, ir.Call) and last_name(value).endswith("Field")]
        return any(isinstance(field, str) and DOCUMENT_FIELDS.search(field) for field in fields)

    def is_user(self, ref: Ref | None) -> bool:
        """Is this class who a caller is stored as, or a tenant that callers belong to?"""
        if isinstance(ref, str):
            return "user" in ref.lower() or bool(re.match(r"(?:account|member|customer|person|people|employee|tenant)s?$", ref, re.I))
        if ref is None:
            return False
        name = "".join(part[:1].upper() + part[1:] for part in ref.name.split("_")) if ref.kind == "value" else ref.name
        return (ref.kind == "class" and (self.names.is_a(ref, *self.user_bases) or self.signs_in(ref))) or bool(
            re.match(
                r"(?:.*User|User(?:Account|Model|Table|Entity|DB|O(?:rm|RM))|Account|Member|Customer|Profile|Person|Employee|Tenant|Organi[sz]ation|Workspace|Team)s?$|Compan(?:y|ies)$"
                r"|Usuarios?$|Utilisateurs?$|Benutzer$|Utent[ei]$|Gebruikers?$",
                name,
            )
        )

    def signs_in(self, ref: Definition) -> bool:
        """Does a class keep the hash of a password? Its rows are those who sign in, whatever it is called."""
        return self.names.remembering(self._signs_in, ref, lambda: self._keeps_password(ref), False)

    def _keeps_password(self, ref: Definition) -> bool:
        columns = {name for cls in self.names.mro(ref) if isinstance(cls, Definition) and cls.kind == "class" for name in self.names.members(cls)}
        return not columns.isdisjoint(PASSWORD_HASHES) and self.is_model(ref)

    @cached_property
    def has_models(self) -> bool:
        """Does the project keep its rows in a database with classes for them?"""
        return any(self.is_model(cls) for cls in self.names.classes())

    @cached_property
    def converters(self) -> dict[str, Definition]:
        """The project's own classes that make something of a part of a path, by the word that paths have for them."""
        from prodlint.flow.frameworks.converters import find

        return find(self.names)

    @cached_property
    def heirs(self) -> dict[Definition, Definition]:
        """The one class that does what an abstract one only declares."""
        from prodlint.flow.interpret.heirs import find

        return find(self.names)

    @cached_property
    def hung(self) -> dict[str, Ref]:
        """The classes of what the project hangs on its app, by name."""
        from prodlint.flow.interpret.hung import find

        return find(self.names)

    @cached_property
    def rules(self) -> dict[str, Any]:
        """Predicates of django-rules, by the names of their permissions."""
        from prodlint.flow.callers.predicates import find

        return find(self.names)

    @cached_property
    def chosen_keys(self) -> frozenset[str]:
        """Keys of the session that anybody may choose."""
        from prodlint.flow.callers.session_keys import chosen

        return chosen(self.names)

    @cached_property
    def plugged(self) -> bool:
        """Does a plugin of the project configure a Litestar app in a way that is out of sight?"""
        from prodlint.routing.layers import Layers
        from prodlint.routing.plugging import START, Plugging, plugin_start

        layers = Layers(self.names)
        starts = [plugin_start(self.names, cls) for cls in self.names.classes() if START in self.names.members(cls)]
        return any(start is None or not Plugging(self.names, layers).read(start, 1).whole for start in starts)

    @cached_property
    def keeps_sessions(self) -> bool:
        """Does `request.ctx.session` hold what is known of the client (sanic-session), and no connection to a database?"""
        return "sanic_session" in imported(self.names)

    @cached_property
    def has_prisma(self) -> bool:
        """Does the project use Prisma's client for Python, also where it is generated into a package of another name (`output` of its generator)?"""
        found = (getattr(module.symbols.get("Prisma"), "kind", "") for module in self.names.modules.values())
        return "prisma" in imported(self.names) or "import" in found

    @property
    def django_user(self) -> Ref:
        """What `get_user_model()` gives."""
        return self.user_model or DJANGO_USER

    @cached_property
    def user_model(self) -> Definition | None:
        """The class that `request.user` is an instance of in Django: the project's own user model, where there is one."""
        found = [cls for cls in self.names.classes() if self.names.is_a(cls, *DJANGO_USERS) and not self._abstract(cls)]
        return next((cls for cls in found if cls.name in self.user_names), found[0] if len(found) == 1 else None)

    @cached_property
    def session_user(self) -> Definition | None:
        return session_users.of(self.names)

    @cached_property
    def user_names(self) -> frozenset[str]:
        """The last segments of what settings call AUTH_USER_MODEL."""
        out = set()
        for statement in (statement for module in self.names.modules.values() for statement in module.body):
            if isinstance(statement, ir.Assign) and isinstance(statement.targets[0], ir.Name) and statement.targets[0].id == "AUTH_USER_MODEL":
                value = statement.value
                if isinstance(value, ir.Const) and isinstance(value.value, str):
                    out.add(value.value.rpartition(".")[2])
        return frozenset(out)

    def _abstract(self, cls: Definition) -> bool:
        meta = self.names.members(cls).get("Meta")
        flag = self.names.members(meta).get("abstract") if meta is not None and meta.kind == "class" else None
        return flag is not None and isinstance(flag.node, ir.Assign) and isinstance(flag.node.value, ir.Const) and flag.node.value.value is True

    def is_policy(self, kind: Ref | None) -> bool:
        """Is this class a policy object that asks the library who the caller is?"""
        return kind is not None and self.names.is_a(kind, *self.policy_bases)

    def names_caller(self, name: str) -> bool:
        return name in self.own_principals or bool(CALLER_WORDS.search(name) and not WORKS.search(name))

    def is_public(self, path: str, handler: str) -> bool:
        """Is a route open on purpose, by `[tool.prodlint.access] public`: a glob of paths, or a handler's name?"""
        return any(fnmatchcase(path, word) or handler == word or handler.endswith(f".{word}") for word in self.own_public)

    def names_guard(self, name: str) -> bool:
        return name in self.own_guards or bool(GUARD_WORDS.search(name) and not ASKS_VALUES.search(name))


def snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name)


def is_none(expr: ir.Expr) -> bool:
    return isinstance(expr, ir.Const) and expr.value is None and not expr.kind


def last_name(expr: ir.Expr) -> str:
    """The last segment of what an expression calls or names: `a.b(c)` -> "b"."""
    while isinstance(expr, ir.Call):
        expr = expr.func
    return expr.name if isinstance(expr, ir.Attr) else expr.id if isinstance(expr, ir.Name) else ""
