"""Which of the ids that a request brings choose an object, and what is said of each.

Knows: what else a client names (pages, secrets, logins, people in a form), what makes a choice that nothing ties doubtful or open to all, where it is
told. Does not know: what is tied (`judge.py`), the verdict of the whole endpoint (`handlers.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from prodlint import regex as re
from prodlint.flow.callers.guards import DJANGO, NOWHERE
from prodlint.flow.frameworks import forms
from prodlint.flow.interpret.interpreter import Run
from prodlint.flow.judging import claims, peers, promotions
from prodlint.flow.judging.degrees import LOOSE, TIED, WEAK
from prodlint.flow.judging.judge import Judge, Term, named
from prodlint.flow.judging.tenants import Tenancy
from prodlint.flow.knowledge import AS_MODEL, HANDED_CODES, HANDED_OUT, ID_FIELDS, KEY_FIELDS, PAGING, SECRET_FIELDS, Knowledge, snake
from prodlint.flow.lookups import columns, queries, staffs
from prodlint.flow.lookups.audited import Audit
from prodlint.flow.lookups.beneath import Beneath
from prodlint.flow.lookups.queries import narrowed_from
from prodlint.flow.lookups.schema import Schema
from prodlint.flow.lookups.twins import NATURAL
from prodlint.flow.proofs.showing import VISIBLE
from prodlint.flow.values import Client, Selection, Value
from prodlint.flow.verdicts import Choice, key_of, name_of
from prodlint.names import Definition
from prodlint.routing.table import SAFE, Endpoint

Asked = tuple[Selection, Term, str]  # a row, by which value in which column, and whether that ties it
CLAIMS = re.compile(r"^(?:HTTP_|X[-_])?(?:\w*[-_])?(?:user|account|customer|member|owner)[-_]?(?:id|pk|name|uuid)?$", re.I)
SIGNED = re.compile(r"auth|token|session|bearer|remote|forwarded|key|agent|ur[il]$|referr?er|origin$", re.I)
PEOPLE = re.compile(r"(?:.*User|Person|Profile|Employee)" + AS_MODEL)
# to whom something goes: whoever gives away what is theirs may name anybody
GOES_TO = re.compile(
    r"(?:^|[._])(?:to|receiver|recipient|payee|beneficiary|(?:destination|dest|target)_(?:user|account|wallet|card))(?:_(?:user|account|wallet|customer|member|card))?"
    r"(?:_?(?:id|uuid|pk|number|no|num|name|username|email|phone))?$"
)
# machines that only say that they are alive, to an address that nobody can guess
BEATS = re.compile(r"(?<![a-z])(?:heart[-_]?)?beats?(?![a-z])|(?<![a-z])pings?(?![a-z])|(?<![a-z])check[-_]?in(?![a-z])", re.I)
# programs that ask a user to be let in are known by an identifier that everybody may read (RFC 6749, 2.2)
OAUTH = re.compile(r"o_?auth|oidc|relying_party|service_provider|application$", re.I)
OTHERS = re.compile(r"\w_(?:id|pk|uuid)$", re.I)  # the keys of other rows
# a row that is a key is found by what it is: whoever has the key brings it
KEYS = re.compile(r"(?:api|access|secret|licen[sc]e|activation)_?keys?" + AS_MODEL, re.I)
# what somebody is sent a code for
SENT = re.compile(
    r"(?:(?:Password|E?mail|Phone|Login|Account|User|Registration)\w*(?:Change|Reset|Verif\w*|Confirm\w*|Activat\w*)(?:Request|Code|Link)?"
    r"|(?:Change|Reset|Verify|Confirm|Activate)(?:Password|E?mail|Phone|Account|User|Registration)(?:Request|Code|Link)?|Invit\w*)" + AS_MODEL
)
INVITED = re.compile(r"^invit(?:e|ation)_(?:id|uuid)$", re.I)  # a column of its own, not the key of an invitation
LOGS_IN = re.compile(r"/(?:log[-_]?in|sign[-_]?in|callback|sso|oidc|saml|acs)(?:/[^/]*)?/?$", re.I)  # where somebody says who they are
LOGIN_FIELDS = frozenset({"username", "email", "login", "user_name", "password", "phone", "phone_number"})


ROW_KEYS = re.compile(r"(?:id|pk|uuid|slug|code|_id)$")  # the row's own


class Choices:
    """A part of `handlers.Analyst`."""

    knowledge: Knowledge
    schema: Schema
    tenancy: Tenancy
    audit: Audit
    written_down: Callable[[object, tuple[str, ...] | None], bool]

    def owners(self, run: Run, judge: Judge, endpoint: Endpoint, authentication: str) -> list[Choice]:
        """Rows that go to whom the body names; where it is no stranger who says it, staff may do so for patients and customers."""
        out: dict[tuple[str, str], Choice] = {}
        for made, name, client in claims.owners(run, judge, self.schema, authentication == "none"):
            row = Selection(made.model, made.path, made.at)
            where, at = self.place(row, client, endpoint)
            out.setdefault((row.path, client.name), choice_of(row, client, name, LOOSE, where, at))
        return [out[key] for key in sorted(out)]

    def parents(self, run: Run, judge: Judge, endpoint: Endpoint) -> list[Choice]:
        """What new rows go with, as the client says."""
        out = []
        for made, name, model, client in claims.parents(run, judge, self.schema):
            if SECRET_FIELDS.search(client.name):
                continue  # who holds an invitation takes it
            row = Selection(model, made.path, made.at)
            where, at = self.place(row, client, endpoint)
            choice = choice_of(row, client, name, "missing", where, at, self.schema.owner_path(model))
            choice.made, choice.lets_in = True, claims.lets_in(made, choice.model, choice.owner_path or ())
            out.append(choice)
        return out

    def powers(self, run: Run, endpoint: Endpoint) -> list[Choice]:
        """Cookies and headers that are asked what the caller may do, and not held against their own roles."""
        out = []
        naming = {client.plain for row in run.selections for _, client in queries.client_terms(row)}  # whom staff look at the app as
        naming.update(target.plain for target in run.bound if isinstance(target, Client))
        powers = [(client, place) for client, place in run.powers.items() if client.plain not in naming]
        for client, (path, at) in sorted(powers, key=lambda item: (item[1], item[0].name)):
            test = Selection("", path, at)
            out.append(choice_of(test, client, client.name, LOOSE, *self.place(test, client, endpoint)))
        return out

    def private(self, models: Iterable[object], choices: Sequence[Choice]) -> tuple[str, ...]:
        """Keys of those models whose columns say that they are kept of people; of whom a house deals with only where one of them is chosen by their
        id, as a page for visitors may name its clients."""
        found, one = {model for model in models if isinstance(model, Definition)}, {c.key for c in choices if ROW_KEYS.search(c.field)}
        return tuple(sorted(key_of(m) for m in found if self.confidential(m) or (key_of(m) in one and columns.known(self.schema.columns(m), m.name))))

    def promotes(self, run: Run, endpoint: Endpoint) -> list[Choice]:
        """What those who sign up say that they may do."""
        found = {(row.path, row.at, name): (row, name, client) for row, name, client in promotions.promoted(run, self.tenancy, endpoint)}
        rows = [(Selection(row.model, row.path, row.at), name, client) for _, (row, name, client) in sorted(found.items())]
        return [choice_of(row, client, name, LOOSE, *self.place(row, client, endpoint)) for row, name, client in rows]

    def told(self, selection: Selection) -> bool:
        """Is it worth telling who chooses such a row? What belongs to nobody is looked up by its id by all."""
        return not isinstance(selection.model, Definition) or self.schema.owner_path(selection.model) is not None

    @staticmethod
    def is_claim(selection: Selection, name: str, client: Client) -> bool:
        """A user's id or name that comes in a cookie or header as it is. What a column is called that it is held against, `session_user_id`, says
        less of it than its own name."""
        words = (name, client.name)
        said = client.source in ("cookie", "header") and any(CLAIMS.search(word) for word in words)
        signed = SIGNED.search(client.name) or (not CLAIMS.search(client.name) and SIGNED.search(name))
        return said and not (signed or any(SECRET_FIELDS.search(word) for word in words))

    def said_of(self, run: Run, asked: list[Asked]) -> Iterator[tuple[Selection, Term, str, bool]]:
        """With whether it is a claim of who calls: rows that are those of whom a header names are told of the header, and of no id beside it."""
        theirs = {row for row, one, said in asked if said == LOOSE and self.claims(run, *one)}
        for row, one, said in asked:
            claimed = self.claims(run, *one)
            doubted = (said == TIED and (row in run.unread or queries.made_with(one[0]))) or (row in theirs and not claimed)
            yield row, one, WEAK if doubted else said, claimed

    def claims(self, run: Run, selection: Selection, name: str, client: Client) -> bool:
        return client not in run.credentials and selection not in run.rehearsed and self.is_claim(selection, name, client)

    def counts(self, selection: Selection, name: str, client: Client, changed: bool, anonymous: bool) -> bool:
        """Is this a choice of an object?"""
        if client.source in ("header", "cookie", "files") or client.name in ("*", "?"):
            return False
        if PAGING.match(client.name) and not (client.source == "path" and client.name == "order"):  # /orders/<order>
            return False
        if any(SECRET_FIELDS.search(word) for word in (name, *client.name.split("."))):
            return False  # who holds the secret may, and what a token says is not chosen
        if isinstance(selection.model, Definition) and HANDED_OUT.search(selection.model.name) and HANDED_CODES.match(name):
            return False
        if is_key(selection, name):
            return False
        if name == "client_id" and not changed and isinstance(selection.model, Definition) and OAUTH.search(snake(selection.model.name)):
            return False
        if client.source != "path" and not (ID_FIELDS.search(client.name.rpartition(".")[2]) or KEY_FIELDS.search(name)):
            return False
        if name in LOGIN_FIELDS and (anonymous or (client.source != "path" and not changed)):
            return False  # a login, a sign-up, a forgotten password, a search by name
        return not selection.admin or selection.by_kind

    def beneath(self, judge: Judge, changed: bool, anonymous: bool) -> Beneath:
        """What stands beneath what, as it is told of rows that are changed or not, to callers or to anybody."""
        key = (changed, anonymous)
        if key not in judge.beneath:
            judge.beneath[key] = Beneath(judge, lambda row, by, other: self.told(row) and self.counts(row, by, other, changed, anonymous))
        return judge.beneath[key]  # type: ignore[no-any-return]

    def choice(
        self, terminal: Selection, selection: Selection, name: str, client: Client, ownership: str, judge: Judge, endpoint: Endpoint, admin: bool,
        authentication: str, complete: bool,
    ) -> Choice:  # fmt: skip
        model = selection.model
        path = self.schema.owner_path(model) if isinstance(model, Definition) else None
        chain, reference, stranger, tenanted = narrowed_from(terminal), False, False, None
        changed = terminal.changed or terminal in judge.altered
        anonymous = authentication in ("none", "optional", "unknown")
        if ownership == LOOSE:
            shows = set(endpoint.methods) <= {"GET", "HEAD", "QUERY"} or ("GET" in endpoint.methods and not changed)
            public = authentication in ("none", "optional") and shows
            if admin:
                ownership = "admin"
            elif self.beneath(judge, changed, anonymous).through_loose(terminal, client):
                ownership = WEAK
            elif isinstance(model, Definition) and path is None:
                ownership, reference = "not-applicable", complete and not (public or staffs.works_here(self.schema, judge.run.caller_model, model))
                tenanted = self.tenancy.path(model) if reference else None
            elif anonymous and INVITED.match(name) and self.is_column(model, name):
                ownership = WEAK  # what a link in a mail names
            elif goes_to(client, judge.run, endpoint) or (authentication in ("none", "optional") and beats(endpoint, name, client)):
                ownership = WEAK
            elif path == () and authentication in ("none", "optional") and LOGS_IN.search(endpoint.path):
                ownership = WEAK  # what comes back from who vouches for them says who they are
            elif public:
                stranger = terminal.written and not endpoint.methods and complete  # it takes any method: what the others ask for says more
                ownership = WEAK if changed and not endpoint.methods else "public"
            elif client.source in ("body", "form") and endpoint.framework == "django" and forms.offers(judge.run, client.name):
                ownership = WEAK  # of those that the form takes
            elif client.source in ("body", "form") and not changed and is_person(model):
                ownership = WEAK  # to share with, to assign to: forms name people
            elif not changed and is_person(model) and beside_held(judge.run, terminal, client, endpoint):
                ownership = WEAK  # DELETE /teams/{id}/members/{user_id}: who leaves a team that is the caller's
            elif made_before(judge.run, selection, name, client):
                ownership = WEAK
            elif authentication == "unknown" and endpoint.framework == "litestar" and self.knowledge.plugged:
                ownership = WEAK  # who is asked, and whether anybody is, stands in a plugin
            elif self.may_ask(endpoint, authentication) or staffs.works_here(self.schema, judge.run.caller_model, model):
                ownership = WEAK
            elif terminal in judge.run.rehearsed:
                ownership = WEAK  # whoever runs the app switches on what is asked elsewhere
            elif not model and endpoint.framework in ("django", "drf"):
                ownership = WEAK  # nobody can tell whose rows these are
            elif terminal.counted and not (terminal.listing or changed):
                ownership = WEAK  # how many they are says little of whose
            elif not complete or any(SECRET_FIELDS.search(name) for name in endpoint.params):
                ownership = WEAK  # a signed link: the other part of the path may be what lets its holder in
            elif any(row.offered or (row.shown and not changed) for row in (terminal, *chain, selection)):
                ownership = WEAK  # one of those that everybody may choose from, a free slot, or see, what is published
            elif any(OTHERS.search(name) and unread(name, value) for row in chain for name, value in row.terms):
                ownership = WEAK  # `Project.workspace_id == ws.id`, where nobody could read which one `ws` is
            elif not changed and any(row.shown for row in again(judge, selection, client)):
                ownership = WEAK
            elif any(SECRET_FIELDS.search(name) or is_key(element, name) for element in chain for name, _ in queries.client_terms(element)):
                ownership = WEAK  # a row that is found by its secret too
        where, at = self.place(selection, client, endpoint)
        why = judge.why(terminal) if ownership == LOOSE else ("", "", 0)
        sifted = any(row in judge.run.sifted_out for row in chain) or bool(again(judge, selection, client))
        some = sifted or any(VISIBLE.search(key) and not value.clients for row in chain for key, value in row.terms)
        out = choice_of(selection, client, name, ownership, where, at, path, why, changed, reference, some, stranger)
        out.tenanted = tenanted
        out.written_down = self.written_down(model, path)
        out.audited = self.audit.only(model, path)
        out.whose = peers.whose(self.schema, model, path)
        out.asked = peers.asked(judge.run, out.whose)
        return out

    def is_column(self, model: object, name: str) -> bool:
        """Does a model keep a value of its own under a name, and not the key of another row?"""
        keys = {key for key, _ in self.schema.foreign_keys(model)} if isinstance(model, Definition) else {name}
        return not keys & {name, name.rpartition("_")[0]}

    @staticmethod
    def may_ask(endpoint: Endpoint, authentication: str) -> bool:
        """Django: a middleware asks for a login on some paths, or what wraps the route could not be told."""
        if authentication != "unknown" or endpoint.framework not in DJANGO:
            return False
        return set(endpoint.methods) <= {"GET", "HEAD", "QUERY"} or endpoint.path.startswith(NOWHERE)

    @staticmethod
    def place(selection: Selection, client: Client, endpoint: Endpoint) -> tuple[str, int]:
        """The expression in the handler that carries the id: the look-up where it stands there, else where the id is read. Where the handler is
        inherited, the look-up where it stands in the class that inherits, else the class."""
        handler, cls = endpoint.handler, endpoint.cls
        if selection.link and cls is not None:
            own = handler if handler is not None and _within(cls, handler.module.path, handler.at) else cls
            return own.module.path, own.at
        places = ((selection.path, selection.at), client.at)
        if handler is not None and (cls is None or _within(cls, handler.module.path, handler.at)):
            for path, at in places:
                if _within(handler, path, at):
                    return path, at
            return handler.module.path, handler.at
        if cls is not None:
            return places[0] if _within(cls, *places[0]) else (cls.module.path, cls.at)
        return endpoint.file, endpoint.line << 12 | 1


def choice_of(
    selection: Selection, client: Client, name: str, ownership: str, path: str, at: int, owner_path: tuple[str, ...] | None = None,
    why: tuple[str, str, int] = ("", "", 0), changed: bool = False, reference: bool = False, some: bool = False,
    stranger: bool = False,
) -> Choice:  # fmt: skip
    """A choice as plain data."""
    model = selection.model
    label = name_of(model)
    lookup = (selection.path, selection.at, selection.end)
    return Choice(client.name, client.source, str(name), ownership, label, key_of(model), owner_path, path, at, lookup, why, changed,
                  selection.changed, reference, some, stranger, through=selection.through)  # fmt: skip


def unread(name: str, value: Value) -> bool:
    """Is nothing known of what a column has to be? Another table's column, which it is joined to, is known."""
    if getattr(name, "across", None) is not None:
        return False
    return not (value.origins or value.const is not None or value.ref is not None or value.items is not None or value.fields is not None)


def is_key(selection: Selection, name: str) -> bool:
    """`LicenseKey.key == key`, `PasswordChangeRequest.code == code`"""
    called = {"key": KEYS, "code": SENT}.get(name)
    return called is not None and isinstance(selection.model, Definition) and bool(called.search(selection.model.name))


def again(judge: Judge, selection: Selection, client: Client) -> list[Selection]:
    """Rows that were refused by what they say of who may see them, and that the same id of the same model names: looked up a second time, to show."""
    return [row for row in judge.run.sifted_out if row.model == selection.model and client in named(row)]


def goes_to(client: Client, run: Run, endpoint: Endpoint) -> bool:
    """Does a caller name whom something goes to: the other side of a transfer, who reads a message?"""
    sends = run.caller_seen and (not endpoint.methods or not set(endpoint.methods) <= {*SAFE, "DELETE"})
    return sends and client.source in ("body", "form", "query") and bool(GOES_TO.search(snake(client.name)))


def beats(endpoint: Endpoint, name: str, client: Client) -> bool:
    """`/monitors/<uuid:code>/beat`"""
    told = any("uuid" in word for word in (name, client.name)) or f"<uuid:{client.name}>" in endpoint.path
    return told and client.source == "path" and bool(BEATS.search(f"{endpoint.path} {endpoint.name.rpartition('.')[2]}"))


def beside_held(run: Run, selection: Selection, client: Client, endpoint: Endpoint) -> bool:
    """Does a route that changes something hold another row against the caller, and this one go with it?"""
    others = [t for t, entries in run.bound.items() if t != client and not (isinstance(t, Selection) and client in named(t)) and entries]
    return bool(others) and client.source == "path" and bool(endpoint.methods) and set(endpoint.methods).isdisjoint(SAFE) and not selection.changes


def made_before(run: Run, selection: Selection, name: str, client: Client) -> bool:
    """`db.add(Project(name=body.name))`, and again `Project.name == body.name`: the row that was just made is found by what it is called."""
    return NATURAL.search(name) is not None and any(
        made.model == selection.model and client in made.fields[name].clients for made in run.created if name in made.fields
    )


def is_person(model: Definition | str | None) -> bool:
    """A class of people, or one of Django's groups of them."""
    name = name_of(model or "")
    return bool(PEOPLE.match(name)) or model == "django.contrib.auth.models.Group"


def _within(place: Definition, path: str, at: int) -> bool:
    return path == place.module.path and place.at <= at <= getattr(place.node, "end", place.at)
