"""One endpoint, from registration to verdict.

Knows: how to run what stands before a handler, the handler itself, and what follows for each selection: is it tied to the caller? Does not
know: rules, output.

What is tied is decided by `judge.py`. `unknown` is said where only names speak for a guard, where a guard stands in one branch only, or where the
budget ran out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from prodlint import ir
from prodlint.flow import bases, claims, elsewhere, queries
from prodlint.flow.frames import Frame, OutOfBudget
from prodlint.flow.guards import DJANGO, NOWHERE, Guards, Settings
from prodlint.flow.interpreter import Run
from prodlint.flow.judge import LOOSE, TIED, WEAK, Judge, named
from prodlint.flow.knowledge import HANDED_CODES, HANDED_OUT, ID_FIELDS, KEY_FIELDS, PAGING, SECRET_FIELDS, Knowledge, last_name
from prodlint.flow.parameters import Parameters
from prodlint.flow.queries import narrowed_from
from prodlint.flow.schema import Schema
from prodlint.flow.showing import VISIBLE
from prodlint.flow.values import ALWAYS, CALLER, CHOSEN, NOTHING, PRESENCE, REQUEST, Client, Selection, Value
from prodlint.flow.verdicts import Choice, Listing, Outcome, key_of
from prodlint.names import Definition, Names, Scope
from prodlint.routing.table import SAFE, Endpoint

CLAIMS = re.compile(r"^(?:HTTP_|X[-_])?(?:\w*[-_])?(?:user|account|customer|member|owner)[-_]?(?:id|pk|name|uuid)?$", re.I)
SIGNED = re.compile(r"auth|token|session|bearer|remote|forwarded|key|agent", re.I)
# of the keywords of DRF's @action, those that say what the action may reach
ACTION_SETS = frozenset({"permission_classes", "authentication_classes", "filter_backends", "queryset", "serializer_class"})
# what asks for a permission that staff give for all rows of a model
GRANTED = frozenset({"PermissionRequiredMixin", "@permission_required", "DjangoModelPermissions", "DjangoModelPermissionsOrAnonReadOnly"})
PEOPLE = re.compile(r"(?:.*User|Person|Profile|Employee)$")
NOTED = re.compile(r"(?:audit|log|history|activit|event)\w*$", re.I)  # rows that only say that somebody did something
ROW_IDS = re.compile(r"(?:^|_)(?:id|pk|uuid|guid|oid)$")
LOGIN_FIELDS = frozenset({"username", "email", "login", "user_name", "password", "phone", "phone_number"})


class Analyst:
    """Analyses endpoints one by one; what is common to all is built once."""

    def __init__(self, names: Names, knowledge: Knowledge) -> None:
        self.names, self.knowledge = names, knowledge
        self.schema = Schema(names, knowledge)
        self.settings = Settings(names)

    def analyse(self, endpoint: Endpoint) -> Outcome:
        run = Run(self.names, self.knowledge)
        parameters = Parameters(run, endpoint)
        me = self.instance(endpoint, parameters)
        scope = self.names.scope_of(endpoint.handler) if endpoint.handler is not None else Scope(endpoint.cls.module) if endpoint.cls else None
        if scope is None:
            return Outcome(endpoint.methods, "unknown", "unknown", complete=False)
        run.me, run.schema, run.settings = me, self.schema, self.settings
        run.method = endpoint.methods[0] if len(endpoint.methods) == 1 else ""
        run.path, run.endpoint = endpoint.path, endpoint.name.rpartition(".")[2]
        run.view_frame = Frame(scope, {}, 0, me=me, owner=endpoint.cls)
        place = endpoint.handler or endpoint.cls
        if endpoint.framework in DJANGO and endpoint.params and place is not None:
            run.arguments_of_path = Value(fields={name: parameters.path_value(name, place, place.at) for name in endpoint.params})
        guards = Guards(run, endpoint, parameters, self.settings)
        complete = True
        try:
            if me is not None and endpoint.framework == "fastapi" and endpoint.cls is not None:
                parameters.class_fields(endpoint.cls, me)
                self.controller_init(endpoint.cls, me, parameters)
            if me is not None and endpoint.framework in ("django", "drf"):
                self.view_init(run, endpoint, me)
            guards.run_all(me)
            complete = self.body(run, endpoint, parameters, me)
            if not complete:
                guards.note("unknown", scope, endpoint.line << 12 | 1, "what the class runs was not read")
        except OutOfBudget:
            complete = False
        return self.verdict(run, endpoint, guards, complete)

    def instance(self, endpoint: Endpoint, parameters: Parameters) -> Value | None:
        """`self` of a class-based handler."""
        if endpoint.cls is None:
            return None
        at = endpoint.handler.at if endpoint.handler is not None else endpoint.cls.at
        place = endpoint.handler or endpoint.cls
        path = {name: parameters.path_value(name, place, at) for name in endpoint.params}
        fields = {"request": Value(frozenset({REQUEST})), "kwargs": Value(fields=path), "args": Value(items=tuple(path.values()))}
        if endpoint.action or (endpoint.framework == "drf" and endpoint.handler is not None):
            fields["action"] = Value(const=endpoint.action or endpoint.handler.name)  # type: ignore[union-attr]
        if endpoint.framework == "drf":  # what the framework's own class says where the project's does not
            for name, default in (("lookup_field", Value(const="pk")), ("lookup_url_kwarg", NOTHING)):
                if not isinstance(self.names.class_member(endpoint.cls, name), Definition):
                    fields[name] = default
        if endpoint.framework == "tornado":
            fields["current_user"] = Value(frozenset({CALLER}))
            fields["path_kwargs"] = Value(fields=path)
        return Value(frozenset(), endpoint.cls, None, None, fields)

    def controller_init(self, cls: Definition, me: Value, parameters: Parameters) -> None:
        init = self.names.class_member(cls, "__init__")
        if isinstance(init, Definition) and init.kind == "function" and len(init.node.params) > 1:  # type: ignore[attr-defined]
            parameters.run_dependency(init, me)

    def view_init(self, run: Run, endpoint: Endpoint, me: Value) -> None:
        """What a class-based view's constructor and the keywords of `@action(...)` set on the view."""
        assert me.fields is not None and isinstance(me.kind, Definition)
        init = self.names.class_member(me.kind, "__init__")
        if isinstance(init, Definition) and init.kind == "function":
            run.call_function(init, [me], {}, run.view_frame, ir.Name("__init__", init.at))
        for decorator in endpoint.handler.node.decorators if endpoint.handler is not None else ():  # type: ignore[attr-defined]
            if isinstance(decorator, ir.Call) and last_name(decorator) == "action":
                frame = Frame(self.names.scope_of(endpoint.handler), {}, 1)  # type: ignore[arg-type]
                for keyword in decorator.kwargs:
                    if keyword.name in ACTION_SETS:
                        me.fields[keyword.name] = run.eval(keyword.value, frame)

    def body(self, run: Run, endpoint: Endpoint, parameters: Parameters, me: Value | None) -> bool:
        """Runs what serves the endpoint; False where a class serves it in a way of its own, of which nobody can tell what it runs."""
        if endpoint.handler is None:
            place = ir.Name(endpoint.action or "view", endpoint.cls.at if endpoint.cls else 1 << 12 | 1)
            if me is None or endpoint.cls is None:
                return True
            if endpoint.action in ("list", "create", *bases.SINGLE):
                bases.action(run, endpoint.action, me, run.view_frame, place)
            elif endpoint.action in ("get", "post", "put", "patch", "delete"):
                self.inherited(run, endpoint.action, me, place)
            return endpoint.action != ""
        node = endpoint.handler.node
        assert isinstance(node, ir.Function)
        frame = Frame(self.names.scope(endpoint.handler), parameters.handler(endpoint.handler, me), 0, me=me, owner=endpoint.handler.owner)
        run.active.append(node)
        run.began = True
        body = self.names.body(node)
        run.block(body, frame)
        last = body[-1] if body else None
        if isinstance(last, ir.If) and not last.orelse and not isinstance(last.test, ir.Unary) and run.eval(last.test, frame).has(PRESENCE):
            run.login.append((frame.scope.module.path, last.at))  # all that answers stands under `if user.is_authenticated:`
        run.active.pop()
        return True

    def inherited(self, run: Run, verb: str, me: Value, place: ir.Name) -> None:
        """An HTTP method that a generic view of the framework serves."""
        cls = me.kind
        assert isinstance(cls, Definition)
        bases_of = {a.rpartition(".")[2] for a in self.names.mro(cls) if isinstance(a, str)}
        if any(name.startswith(("Retrieve", "Update", "Destroy")) or name in ("DetailView", "UpdateView", "DeleteView") for name in bases_of) or (
            "GenericAPIView" in bases_of
            and verb != "post"
            and any(n.endswith(("RetrieveModelMixin", "UpdateModelMixin", "DestroyModelMixin")) for n in bases_of)
        ):
            bases.generic(run, verb, me, run.view_frame, place)
        elif verb == "get" and any(name.startswith("List") for name in bases_of):
            bases.action(run, "list", me, run.view_frame, place)
        elif verb == "post":
            if any(name in ("CreateAPIView", "ListCreateAPIView", "CreateModelMixin") for name in bases_of):
                if bases.call_own(run, me, "create", [Value(frozenset({REQUEST}))], run.view_frame, place) is None:
                    bases.action(run, "create", me, run.view_frame, place)
            else:
                bases.call_own(run, me, "form_valid", [Value(frozenset({Client("*", "body")}))], run.view_frame, place)

    # ------------------------------------------------------------ verdict
    def verdict(self, run: Run, endpoint: Endpoint, guards: Guards, complete: bool) -> Outcome:
        judge = Judge(run)
        authentication = guards.authentication()
        admin = any(level == "admin" for level, *_ in guards.levels) or any(highest and not where for _, _, where, highest in run.roles)
        role = any(not where for _, _, where, _ in run.roles)
        choices: dict[tuple[str, str, str], Choice] = {}
        links: dict[str, Choice] = {}
        claims_of: dict[str, Choice] = {}
        touched = judge.touched(run.selections)
        for terminal, (selection, name, client), tied in judge.asked(touched):
            if tied == LOOSE and client not in run.credentials and self.is_claim(selection, name, client):
                where, at = self.place(selection, client, endpoint)
                claims_of.setdefault(client.name, _choice(selection, client, name, LOOSE, where, at))
            if client in run.credentials or not (
                terminal.link or self.counts(selection, name, client, terminal.changed, authentication in ("none", "optional", "unknown"))
            ):
                continue
            sure = complete and not role and not run.requirements and run.truncated.isdisjoint((terminal, selection, client))
            choice = self.choice(terminal, selection, name, client, tied, judge, endpoint, admin, authentication, sure)
            if terminal.link:
                if terminal.link not in links or _worse(choice.ownership, links[terminal.link].ownership):
                    links[terminal.link] = choice
                continue
            known = choices.get((client.name, client.source, choice.model))
            more = known is not None and choice.ownership == known.ownership and choice.changed and not known.changed
            if known is None or more or _worse(choice.ownership, known.ownership):
                choices[(client.name, client.source, choice.model)] = choice
        reads = bool(endpoint.methods) and set(endpoint.methods) <= SAFE
        for link in [] if role or admin or reads or not (run.caller_seen and complete) else self.parents(run, judge, endpoint):
            links.setdefault(f"{link.key}.{link.id}", link)
        found = sorted(choices.values(), key=lambda c: (c.path, c.at, c.id))
        if self.knowledge.is_public(endpoint.path, endpoint.name):
            for choice in found:
                choice.ownership = "public" if choice.ownership in (LOOSE, WEAK) else choice.ownership
        ownership = self.overall(found, touched, judge, admin, authentication, run, complete, endpoint)
        if ownership == "owned" and any(link.ownership in (LOOSE, WEAK) and link.owner_path for link in links.values()):
            ownership = WEAK  # what it writes beside may point to somebody else's
        evidence = [(path, line, words) for _, path, line, words in guards.levels]
        evidence += [(path, ir.line_of(at), words) for path, at, words in sorted(run.evidence)[:20]]
        changed = tuple(sorted({s.model.dotted for s in run.selections if s.changed and isinstance(s.model, Definition)}))
        return Outcome(
            endpoint.methods, authentication, ownership, found, evidence, run.caller_seen or bool(run.login), bool(touched), complete, role or admin,
            changed, sorted(links.values(), key=lambda c: (c.path, c.at, c.id)), self.scoped(touched, judge, run),
            self.lists(touched, judge, admin, authentication), [claims_of[name] for name in sorted(claims_of)],
            [] if role or admin or (authentication != "none" and not run.caller_seen) else self.owners(run, judge, endpoint),
            self.powers(run, endpoint), self.reached(touched),
            tuple(sorted({key_of(made.model) for made in run.created} - {""})),
            any(SECRET_FIELDS.search(name) for name in endpoint.params) or bool(run.credentials) or any(is_secret(s) for s in run.selections),
            granted=any(words in GRANTED for _, _, _, words in guards.levels), shown=tables(s for s in touched if judge.verdict(s) != TIED),
            rewritten=tables(s for s in run.selections if s.changed),
        )  # fmt: skip

    def owners(self, run: Run, judge: Judge, endpoint: Endpoint) -> list[Choice]:
        """Rows that go to whom the body names."""
        out: dict[tuple[str, str], Choice] = {}
        for made, name, client in claims.owners(run, judge, self.schema):
            row = Selection(made.model, made.path, made.at)
            where, at = self.place(row, client, endpoint)
            out.setdefault((row.path, client.name), _choice(row, client, name, LOOSE, where, at))
        return [out[key] for key in sorted(out)]

    def parents(self, run: Run, judge: Judge, endpoint: Endpoint) -> list[Choice]:
        """What new rows go with, as the client says."""
        out = []
        for made, name, model, client in claims.parents(run, judge, self.schema):
            row = Selection(model, made.path, made.at)
            where, at = self.place(row, client, endpoint)
            choice = _choice(row, client, name, "missing", where, at, self.schema.owner_path(model))
            choice.made = True
            out.append(choice)
        return out

    def powers(self, run: Run, endpoint: Endpoint) -> list[Choice]:
        """Cookies and headers that are asked what the caller may do."""
        out = []
        for client, (path, at) in sorted(run.powers.items(), key=lambda item: (item[1], item[0].name)):
            test = Selection("", path, at)
            out.append(_choice(test, client, client.name, LOOSE, *self.place(test, client, endpoint)))
        return out

    def reached(self, touched: list[Selection]) -> tuple[tuple[str, str], ...]:
        """Models with an owner of which data leaves or is changed."""
        found = {
            (key_of(s.model), s.model.name)
            for s in touched
            if isinstance(s.model, Definition) and not s.link and self.schema.owner_path(s.model) is not None
        }
        return tuple(sorted(found))

    @staticmethod
    def scoped(touched: list[Selection], judge: Judge, run: Run) -> tuple[str, ...]:
        """Keys of the models of which this endpoint reaches only what is tied to the caller; of collections also where it makes rows of theirs."""
        found = {key_of(s.model) for s in touched if s.model and not (s.link or s.admin) and judge.verdict(s) == TIED}
        found |= {key_of(m.model) for m in run.created if isinstance(m.model, str) and any(v.has(CALLER) for v in m.fields.values())}
        return tuple(sorted(found - {""}))

    def lists(self, touched: list[Selection], judge: Judge, admin: bool, authentication: str) -> list[Listing]:
        """Lists of rows that have an owner, and that nothing narrows to the caller's or to what the client names."""
        if admin or authentication != "required":
            return []
        mine = {key_of(s.model) for s in touched if judge.verdict(s) == TIED}  # on some ways: nobody forgot whose they are
        return [
            Listing(s.model.name, key_of(s.model), self.schema.owner_path(s.model) or (), s.path, s.at)
            for s in touched
            if s.listing and isinstance(s.model, Definition) and not s.admin and _leaves(s) and judge.verdict(s) == LOOSE
            and self.schema.owner_path(s.model) and key_of(s.model) not in mine
            and not any(_narrows(value) for chain in judge.chains(s) for part in chain for _, value in part.terms)
        ]  # fmt: skip

    @staticmethod
    def is_claim(selection: Selection, name: str, client: Client) -> bool:
        """A user's id or name that comes in a cookie or header as it is."""
        words = (name, client.name)
        said = client.source in ("cookie", "header") and any(CLAIMS.search(word) for word in words)
        return said and not any(SECRET_FIELDS.search(word) or SIGNED.search(word) for word in words)

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
        if client.source != "path" and not (ID_FIELDS.search(client.name.rpartition(".")[2]) or KEY_FIELDS.search(name)):
            return False
        if name in LOGIN_FIELDS and (anonymous or (client.source != "path" and not changed)):
            return False  # a login, a sign-up, a forgotten password, a search by name
        return not selection.admin

    def choice(
        self, terminal: Selection, selection: Selection, name: str, client: Client, ownership: str, judge: Judge, endpoint: Endpoint, admin: bool,
        authentication: str, complete: bool,
    ) -> Choice:  # fmt: skip
        model = selection.model
        path = self.schema.owner_path(model) if isinstance(model, Definition) else None
        chain, reference, stranger = narrowed_from(terminal), False, False
        if ownership == LOOSE:
            public = authentication in ("none", "optional") and set(endpoint.methods) <= {"GET", "HEAD", "QUERY"}
            if admin:
                ownership = "admin"
            elif judge.through_loose(terminal, client):
                ownership = WEAK
            elif isinstance(model, Definition) and path is None:
                ownership, reference = "not-applicable", complete and not public
            elif public:
                stranger = terminal.written and not endpoint.methods and complete  # it takes any method: what the others ask for says more
                ownership = WEAK if terminal.changed and not endpoint.methods else "public"
            elif client.source in ("body", "form") and not terminal.changed and is_person(model):
                ownership = WEAK  # to share with, to assign to: forms name people
            elif authentication == "unknown" and endpoint.framework == "litestar" and self.knowledge.plugged:
                ownership = WEAK  # who is asked, and whether anybody is, stands in a plugin
            elif self.may_ask(endpoint, authentication):
                ownership = WEAK
            elif not model and endpoint.framework in ("django", "drf"):
                ownership = WEAK  # nobody can tell whose rows these are
            elif not complete or any(SECRET_FIELDS.search(name) for name in endpoint.params):
                ownership = WEAK  # a signed link: the other part of the path may be what lets its holder in
            elif any(element.offered or (element.shown and not terminal.changed) for element in (terminal, *chain, selection)):
                ownership = WEAK  # one of those that everybody may choose from, a free slot, or see, what is published
            elif any(SECRET_FIELDS.search(name) for element in chain for name, _ in queries.client_terms(element)):
                ownership = WEAK  # a row that is found by its secret too
        where, at = self.place(selection, client, endpoint)
        why = judge.why(terminal) if ownership == LOOSE else ("", "", 0)
        sifted = any(row in judge.run.sifted_out for row in chain) or any(row.model == model and client in named(row) for row in judge.run.sifted_out)
        some = sifted or any(VISIBLE.search(key) and not value.clients for row in chain for key, value in row.terms)
        return _choice(selection, client, name, ownership, where, at, path, why, terminal.changed, reference, some, stranger)

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

    def overall(
        self, choices: list[Choice], touched: list[Selection], judge: Judge, admin: bool, authentication: str, run: Run, complete: bool,
        endpoint: Endpoint,
    ) -> str:  # fmt: skip
        words = {choice.ownership for choice in choices}
        for word in ("missing", "unknown", "owned"):
            if word in words:
                return word
        if admin:
            return "admin"
        if not complete:
            return "unknown"
        own = [s for s in touched if judge.verdict(s) == TIED]
        if own and not words:
            mine = {key_of(s.model) for s in own} - {""}  # where some rows are the caller's, others of the table are somebody's
            begun = {(part.path, part.at) for s in own for part in narrowed_from(s)}  # `update(...)`, before `.eq("user_id", ...)`
            loose = [s for s in touched if judge.verdict(s) != TIED and self.somebodys(s, mine, begun)]
            return "unknown" if loose or self.only_asked(run, judge) or elsewhere.went(run, endpoint) else "owned"
        if authentication == "none":
            return "public"
        if not words:
            if self.kept(run, judge):
                return "owned"
            if run.caller_seen and any(self.knowledge.is_model(s.model) for s in touched):
                return "unknown"
            if self.only_asked(run, judge) or elsewhere.went(run, endpoint):
                return "unknown"  # an id went where nobody could follow it
        return "public" if "public" in words else "not-applicable"

    def somebodys(self, selection: Selection, mine: set[str], begun: set[tuple[str, int]]) -> bool:
        """Are these rows of people, and no more than where a statement begins that is narrowed to the caller's?"""
        model = selection.model
        if isinstance(model, Definition) and self.schema.owner_path(model):
            return True
        return key_of(model) in mine and (selection.path, selection.at) not in begun

    def only_asked(self, run: Run, judge: Judge) -> bool:
        """Is a row of somebody named by the client, and nothing asked of it but whether it exists? Where its id goes then is not told."""
        named = [s for s in run.selections if not s.used and isinstance(s.model, Definition) and self.schema.owner_path(s.model)]
        chosen = [s for s in named if any(ROW_IDS.search(name) and c.source in CHOSEN for name, c in queries.client_terms(s))]
        return any(judge.verdict(s) == LOOSE for s in chosen)

    def kept(self, run: Run, judge: Judge) -> bool:
        """Is what it selects for nobody's eyes the caller's, or what it makes?"""
        who = [s for s in run.selections if isinstance(s.model, Definition) and self.schema.owner_path(s.model) == ()]  # says nothing of what it does
        asked = [s for s in run.selections if not s.used and queries.client_terms(s) and s not in who]
        if asked:
            return all(judge.verdict(s) == TIED for s in asked)
        rows = [made for made in run.created if not NOTED.search(made.model.name if isinstance(made.model, Definition) else str(made.model))]
        mine = [
            made.fields
            for made in rows
            if any(value.has(CALLER) and self.schema.owner_field(made.model, name) for name, value in made.fields.items())
        ]
        return bool(mine) and not any(_refers(name, value) for fields in mine for name, value in fields.items())


def tables(selections: Iterable[Selection]) -> tuple[tuple[str, str], ...]:
    """Keys and names of the tables that rows are from."""
    rows = [s.model for s in selections if s.model and not (s.link or s.admin)]
    return tuple(sorted({(key_of(model), model.name if isinstance(model, Definition) else str(model).rpartition(".")[2]) for model in rows}))


def _refers(name: str, value: Value) -> bool:
    """Does the client say which other row a new one goes with?"""
    return bool(value.clients) and not value.has(CALLER) and (name == "**" or bool(KEY_FIELDS.search(name)))


def _choice(
    selection: Selection, client: Client, name: str, ownership: str, path: str, at: int, owner_path: tuple[str, ...] | None = None,
    why: tuple[str, str, int] = ("", "", 0), changed: bool = False, reference: bool = False, some: bool = False,
    stranger: bool = False,
) -> Choice:  # fmt: skip
    """A choice as plain data."""
    model = selection.model
    label = model.name if isinstance(model, Definition) else str(model).rpartition(".")[2]
    lookup = (selection.path, selection.at, selection.end)
    return Choice(client.name, client.source, str(name), ownership, label, key_of(model), owner_path, path, at, lookup, why, changed,
                  selection.changed, reference, some, stranger)  # fmt: skip


def is_person(model: Definition | str | None) -> bool:
    """A class of people, or one of Django's groups of them."""
    name = model.name if isinstance(model, Definition) else str(model or "").rpartition(".")[2]
    return bool(PEOPLE.match(name)) or model == "django.contrib.auth.models.Group"


def is_secret(selection: Selection) -> bool:
    """Is it selected by something that only its holder knows?"""
    return any(SECRET_FIELDS.search(name) or SECRET_FIELDS.search(client.name) for name, client in queries.client_terms(selection))


def _leaves(selection: Selection) -> bool:
    """Does its data leave with the answer, so that somebody sees it?"""
    return any(before != ALWAYS for _, before in selection.uses)


def _narrows(value: Value) -> bool:
    """Is a term of a list more than a literal?"""
    return bool(value.origins) or (value.const is None and value.ref is None and not value.items)


def _within(place: Definition, path: str, at: int) -> bool:
    return path == place.module.path and place.at <= at <= getattr(place.node, "end", place.at)


def _worse(one: str, other: str) -> bool:
    order = ("missing", "unknown", "public", "owned", "admin", "not-applicable")
    return order.index(one) < order.index(other)
