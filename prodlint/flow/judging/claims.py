"""What clients say of themselves: whose a new row is, and what they may do.

Knows: rows that a handler makes, and tests of cookies and headers. Does not know: who the caller really is (`guards.py`), selections (`judge.py`).

A session, a signed cookie or a verified token are no claims: they never reach this as values of the client.
"""

from __future__ import annotations

from typing import Any

from prodlint import ir
from prodlint import regex as re
from prodlint.flow.frames import Frame
from prodlint.flow.judging.degrees import LOOSE
from prodlint.flow.judging.judge import Judge
from prodlint.flow.judging.siblings import CONTENT
from prodlint.flow.knowledge import HIGHEST, last_name, snake
from prodlint.flow.lookups.queries import client_terms
from prodlint.flow.values import CALLER, CHOSEN, FRESH, Client, Made, Selection, Tie, Value
from prodlint.flow.verdicts import spelled
from prodlint.names import Definition

POWER = re.compile(r"(?:^|[-_])(?:is[-_]?)?(?:admin|superuser|staff|root|role|roles|privileges?|permissions?)(?:$|[-_])", re.I)
DEVELOPS = re.compile(
    r"(?:^|_)(?:dev|debug|development|local|test|testing|tests|insecure)(?:_|$)"
    r"|(?:^|_)(?:disable|skip|bypass|no)_?auth|auth\w*_(?:disabled|off|bypass)(?:_|$)",  # switched off by whoever runs it
    re.I,
)
# The other way round: `if not settings.FEATURE_FLAGS["CHECK_PERMISSIONS"]:`, where whoever runs it may leave them out.
# `USE_GOOGLE_LOGIN`, `enable_guest_access` say how or who else may come, and not that rows are held against who asks.
_HELD = r"(?:perm(?:ission)?s?|auth(?:n|z|entication|orization)?|acls?|owner(?:ship)?)"
CHECKS = re.compile(
    rf"(?:^|_)(?:check|enforce|require|verify)(?:_\w+)?_(?:{_HELD}|access|login)(?:_|$)|(?:^|_)(?:enable|use)_{_HELD}(?:_checks?)?$"
    rf"|(?:^|_)(?:{_HELD}|access|login)_(?:checks?|check(?:ing|ed)|required|enforced)$|^{_HELD}_enabled?$",
    re.I,
)
SETTINGS = re.compile(r"(?:^|_)(?:settings?|conf|config|configuration|flags?|features?|environ|env)$", re.I)
ROOTS = frozenset({"app", "current_app", "application", "os", "self", "cls", "core", "django"})  # of what whoever runs the app sets, not of a row
ROLES = re.compile(r"roles?|permissions?|privileges?|capabilit(?:y|ies)|grants?|badges?|titles?", re.I)
PART_OF = re.compile(r"(\w+?)_?(?:id|uuid|pk)$", re.I)  # the key of another row, and what that is called
VERIFIED = re.compile(r"auth|token|session|bearer|remote|forwarded|secret|sign|api|key|origin|host|referer|csrf", re.I)
# Rows that say who else may do something: the one they name is not the one who asks.
GRANTS = re.compile(
    r"member|role|perm|grant|access|shar|invit|collab|assign|follow|friend|block|mention|recipient|participa|subscri|notif|like|vote|link|group|user$|users$"
    r"|account|profile|customer|person|employee|audit|log|event|token|session|attempt|history",
    re.I,
)
WHO = re.compile(r"(?:user|owner|account|member|_id|_name)$", re.I)  # whom staff look at the app as: `staff_user`
PASSES = re.compile(r"(?:^|_)(?:code|state|ticket|token|key|secret|hash|signature|email|phone)$", re.I)  # what somebody else vouches for


def asked(run: Any, value: Value, against: ir.Const | None, frame: Frame, at: int) -> None:
    """A test of a cookie or header: does it decide what the caller may do?"""
    word = against.value if against is not None and isinstance(against.value, str) else ""
    for client in value.clients:
        name = client.name.removeprefix("HTTP_")
        if client.source not in ("cookie", "header") or VERIFIED.search(name):
            continue
        if against is not None and against.value is None and WHO.search(name):
            continue
        if POWER.search(name) or HIGHEST.search(word.replace("-", "_")):
            run.powers.setdefault(client, (frame.scope.module.path, at))


def says_which(value: Value) -> bool:
    """Is this made of a header or a cookie that names a role, `X-Acting-Role`? Held against the roles of who asks it chooses one of their own."""
    return any(client.source in ("cookie", "header") and POWER.search(client.name.removeprefix("HTTP_")) for client in value.clients)


def in_development(run: Any, test: ir.Expr, frame: Frame) -> bool:
    """`if settings.allow_dev_auth and x_user_id:`, `if ENV == "development":`: what stands there is for the developer's own machine. What the client
    says of itself switches nothing."""
    parts = test.values if isinstance(test, ir.Bool) and test.op == "and" else (test,)
    return any((_switches(part) or _leaves_out(run, part, frame)) and not run.eval(part, frame).clients for part in parts)


def _leaves_out(run: Any, part: ir.Expr, frame: Frame) -> bool:
    """Is it a setting of the deployment that has to be off for what stands there, and switches checks on? What a customer sets, in a row, is none."""
    if not (isinstance(part, ir.Unary) and part.op == "not"):
        return False
    said, base = part.value, None
    word = ""
    if isinstance(said, ir.Sub) and isinstance(said.index, ir.Const):
        word, base = str(said.index.value), said.base
    elif isinstance(said, ir.Call) and said.args and isinstance(said.args[0], ir.Const) and last_name(said) in ("getenv", "get"):
        word, base = str(said.args[0].value), said.func.base if isinstance(said.func, ir.Attr) else said.func
    elif isinstance(said, ir.Attr):
        word, base = said.name, said.base
    if base is None or not CHECKS.search(word) or not (SETTINGS.search(last_name(base)) or last_name(said) == "getenv"):
        return False
    value = run.eval(base, frame)
    above = base.base if isinstance(base, ir.Attr) else None
    return not (value.selections or value.has(CALLER)) and (above is None or last_name(above) in ROOTS or bool(SETTINGS.search(last_name(above))))


def _switches(part: ir.Expr) -> bool:
    if isinstance(part, ir.Cmp):
        told = part.rights[0] if len(part.ops) == 1 and part.ops[0] in ("==", "is") else None
        return isinstance(told, ir.Const) and bool(DEVELOPS.search(str(told.value)) or (told.value is True and _switches(part.left)))
    if isinstance(part, ir.Call):
        asked = part.args[0] if part.args and last_name(part) in ("getenv", "get", "bool") else None
        return bool(DEVELOPS.search(str(asked.value))) if isinstance(asked, ir.Const) else asked is not None and _switches(asked)
    return isinstance(part, (ir.Name, ir.Attr)) and bool(DEVELOPS.search(last_name(part)))


def owners(run: Any, judge: Judge, schema: Any, people: bool = False) -> list[tuple[Made, str, Client]]:
    """(row, field, client value) where the client says whose a new row is, and nothing else in the row is the caller's. people: patients and
    customers who have an account count as accounts."""
    out: list[tuple[Made, str, Client]] = []
    callers = [made.model for made in run.created if any(_mine(value, judge) for value in made.fields.values())]
    for made in run.created:
        name = spelled(made.model)
        if GRANTS.search(name) or made.model in callers:  # the caller's own, or one beside it: both who write in a chat
            continue
        for field, value in made.fields.items():
            if not (schema.account_field(made.model, field) or (people and schema.person_field(made.model, field))):
                continue
            parents = {
                client.name
                for other, part in made.fields.items()
                if other != field and not schema.owner_field(made.model, other)
                for client in _clients(part)
            }
            for client in _clients(value):
                if not parents.isdisjoint((client.name, client.name.rpartition(".")[0])):
                    continue  # the owner of an object that the row belongs to: the question is whose that object is
                chosen = client.source in ("body", "form", "query") and client.name not in ("*", "?") and not PASSES.search(client.name)
                if chosen and not _held(made, client) and judge.bound(client, frozenset()) == LOOSE:
                    out.append((made, field, client))
    return out


def parents(run: Any, judge: Judge, schema: Any) -> list[tuple[Made, str, Definition, Client]]:
    """(row, field, model, client value) where the client says which object a new row goes with, and nothing holds that object against the caller."""
    out: list[tuple[Made, str, Definition, Client]] = []
    for made in (*run.created, *run.moved):
        keys = dict(schema.foreign_keys(made.model)) if isinstance(made.model, Definition) else {}
        for field, value in made.fields.items():
            target = keys.get(field) or keys.get(f"{field}_id") or keys.get(field.removesuffix("_id"))
            if target is None or schema.owner_path(target) is None or value.has(CALLER) or any(s.link and s.used for s in value.selections):
                continue
            if any(judge.verdict(selection) != LOOSE for selection in value.selections):
                continue
            for client in _clients(value):
                named = client.source in CHOSEN and client.name not in ("*", "?")
                if named and not _held(made, client) and judge.bound(client, frozenset()) == LOOSE and judge.tied(client) == LOOSE:
                    out.append((made, field, target, client))
    return out


def lets_in(made: Made, target: str, path: tuple[str, ...]) -> bool:
    """Is this row what makes somebody a member of what it goes with, and says the client who? `Membership(team_id=..., user_id=...)`. Who has a role
    is no owner of the role."""
    if not isinstance(made.model, Definition) or len(path) < 2 or path[0] != made.model.name or ROLES.search(target):
        return False
    person = next((made.fields[name] for name in (path[1], f"{path[1]}_id", path[1].removesuffix("_id")) if name in made.fields), Value())
    return not person.has(CALLER) and any(client.source in CHOSEN for client in _clients(person))


def hung(run: Any, judge: Judge) -> bool:
    """Is a row put into a table without a class, that names the caller nowhere and goes with what the client says? `INSERT INTO movements
    (account_id, amount)`: whose account that is was not asked."""
    for made in run.created:
        if isinstance(made.model, Definition) or any(_mine(value, judge) or FRESH in value.origins for value in made.fields.values()):
            continue
        own = snake(str(made.model).rpartition(".")[2]).lower()
        for field, value in made.fields.items():
            stem = PART_OF.match(snake(field))
            if stem is None or own.rstrip("s") == stem[1].lower().rstrip("s") or CONTENT.search(stem[1]):
                continue
            clients = [client for client in value.clients if client.source in CHOSEN and client.name not in ("*", "?")]
            if any(not _held(made, client) and judge.bound(client, frozenset()) == LOOSE and judge.tied(client) == LOOSE for client in clients):
                return True
    return False


def _held(made: Made, client: Client) -> bool:
    """Does a test that holds where the row is made hold the id against the caller, whatever it was found to name?"""
    return any(isinstance(o, Tie) and isinstance(o.target, Client) and o.target.plain == client for o in made.held)


def _clients(value: Value) -> list[Client]:
    chosen = [client for selection in value.selections for _, client in client_terms(selection)]
    return sorted({*value.clients, *chosen}, key=lambda client: (client.name, client.source))


def _mine(value: Value, judge: Judge) -> bool:
    """Is a field the caller, or something that is held against the caller?"""
    targets: list[Client | Selection] = [*value.clients, *value.selections]
    return value.has(CALLER) or any(judge.tied(target) != LOOSE for target in targets)
