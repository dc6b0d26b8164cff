"""One endpoint, from registration to verdict.

Knows: how to run what stands before a handler, the handler itself, and what follows for each selection: is it tied to the caller? Does not
know: rules, output.

A selection is tied when a term of it is the caller, when it was reached through the caller, when a guard holds it or the value that selects it
against the caller, or when it was reached through, or narrowed by, something tied. `unknown` is said where only names speak for a guard, where a
guard stands in one branch only, or where the budget ran out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from prodlint import ir
from prodlint.flow import bases, queries
from prodlint.flow.guards import Guards, Settings
from prodlint.flow.interpreter import Frame, OutOfBudget, Run
from prodlint.flow.knowledge import ID_FIELDS, SECRET_FIELDS, Knowledge
from prodlint.flow.parameters import Parameters
from prodlint.flow.schema import Schema
from prodlint.flow.values import CALLER, REQUEST, Client, Selection, Value
from prodlint.names import Definition, Names, Scope
from prodlint.routing.table import Endpoint

TIED, WEAK, LOOSE = "owned", "unknown", "missing"
KEY_FIELDS = re.compile(r"(?:^|_)(?:id|pk|uuid|guid|oid|uid)(?:__in)?$|^(?:code|slug|key|ref|number)(?:__in)?$")
LOGIN_FIELDS = frozenset({"username", "email", "login", "user_name", "password", "phone", "phone_number"})


@dataclass(eq=False, slots=True)
class Choice:
    """A client value that selects data: what was chosen, by which value, and whether it is tied."""

    selection: Selection
    client: Client
    field: str
    ownership: str
    model: str
    owner_path: tuple[str, ...] | None
    path: str
    at: int


@dataclass(eq=False, slots=True)
class Outcome:
    """All that was understood of one endpoint."""

    endpoint: Endpoint
    authentication: str
    ownership: str
    admin: bool
    choices: list[Choice] = field(default_factory=list)
    evidence: list[tuple[str, int, str]] = field(default_factory=list)
    caller_known: bool = False
    touches: bool = False
    complete: bool = True
    guards: list[tuple[str, str, int, str]] = field(default_factory=list)


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
            return Outcome(endpoint, "unknown", "unknown", False, complete=False)
        run.me = me
        run.view_frame = Frame(scope, {}, 0, me=me, owner=endpoint.cls)
        guards = Guards(run, endpoint, parameters, self.settings)
        complete = True
        try:
            if me is not None and endpoint.framework == "fastapi" and endpoint.cls is not None:
                parameters.class_fields(endpoint.cls, me)
                self.controller_init(endpoint.cls, me, parameters)
            guards.run_all(me)
            self.body(run, endpoint, parameters, me)
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
        if endpoint.framework == "tornado":
            fields["current_user"] = Value(frozenset({CALLER}))
            fields["path_kwargs"] = Value(fields=path)
        return Value(frozenset(), endpoint.cls, None, None, fields)

    def controller_init(self, cls: Definition, me: Value, parameters: Parameters) -> None:
        init = self.names.class_member(cls, "__init__")
        if isinstance(init, Definition) and init.kind == "function" and len(init.node.params) > 1:  # type: ignore[attr-defined]
            parameters.run_dependency(init, me)

    def body(self, run: Run, endpoint: Endpoint, parameters: Parameters, me: Value | None) -> None:
        if endpoint.handler is None:
            place = ir.Name(endpoint.action or "view", endpoint.cls.at if endpoint.cls else 1 << 12 | 1)
            if me is None or endpoint.cls is None:
                return
            if endpoint.action in ("list", "create", *bases.SINGLE):
                bases.action(run, endpoint.action, me, run.view_frame, place)
            elif endpoint.action in ("get", "post", "put", "patch", "delete"):
                self.inherited(run, endpoint.action, me, place)
            return
        node = endpoint.handler.node
        assert isinstance(node, ir.Function)
        frame = Frame(self.names.scope(endpoint.handler), parameters.handler(endpoint.handler, me), 0, me=me, owner=endpoint.handler.owner)
        run.active.append(node)
        run.block(self.names.body(node), frame)
        run.active.pop()

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
            for hook in ("perform_create", "form_valid"):
                bases.call_own(run, me, hook, [Value(frozenset({Client("*", "body")}))], run.view_frame, place)

    # ------------------------------------------------------------ verdict
    def verdict(self, run: Run, endpoint: Endpoint, guards: Guards, complete: bool) -> Outcome:
        judge = Judge(run)
        authentication = guards.authentication()
        admin = any(level == "admin" for level, *_ in guards.levels) or any(highest and not where for _, _, where, highest in run.roles)
        role = any(not where for _, _, where, _ in run.roles)
        choices: dict[tuple[str, str, str], Choice] = {}
        for leaf in run.selections:
            for selection in narrowed_from(leaf) if leaf.used else ():
                for name, client in queries.client_terms(selection):
                    if not self.counts(selection, name, client):
                        continue
                    choice = self.choice(
                        selection, leaf, name, client, judge, endpoint, admin, authentication, complete and not run.truncated and not role
                    )
                    known = choices.get((client.name, client.source, choice.model))
                    if known is None or _worse(choice.ownership, known.ownership):
                        choices[(client.name, client.source, choice.model)] = choice
        found = sorted(choices.values(), key=lambda c: (c.path, c.at, c.client.name))
        touched = [s for s in run.selections if s.used]
        ownership = self.overall(found, touched, judge, admin, authentication, run, complete)
        evidence = [(path, line, words) for _, path, line, words in guards.levels]
        evidence += [(path, ir.line_of(at), words) for path, at, words in run.evidence[:20]]
        return Outcome(
            endpoint, authentication, ownership, admin, found, evidence, run.caller_seen or bool(run.login), bool(touched), complete, guards.levels
        )

    def counts(self, selection: Selection, name: str, client: Client) -> bool:
        """Is this a choice of an object?"""
        if client.source in ("header", "cookie", "files") or client.name in ("*", "?"):
            return False
        if SECRET_FIELDS.search(name) or SECRET_FIELDS.search(client.name):
            return False  # who holds the secret may
        if client.source != "path" and not (ID_FIELDS.search(client.name) or KEY_FIELDS.search(name)):
            return False
        if name in LOGIN_FIELDS and client.source in ("body", "form", "query"):
            return False  # a login, a sign-up, a search by name
        return not selection.admin

    def choice(
        self, selection: Selection, leaf: Selection, name: str, client: Client, judge: Judge, endpoint: Endpoint, admin: bool, authentication: str,
        complete: bool,
    ) -> Choice:  # fmt: skip
        model = selection.model
        path = self.schema.owner_path(model) if isinstance(model, Definition) else None
        label = model.name if isinstance(model, Definition) else str(model).rpartition(".")[2]
        ownership = judge.tied(leaf)
        if ownership == LOOSE:
            if admin:
                ownership = "admin"
            elif judge.through_loose(selection):
                ownership = WEAK
            elif isinstance(model, Definition) and path is None and not self.knowledge.is_user(model):
                ownership = "not-applicable"
            elif authentication == "none" and set(endpoint.methods) <= {"GET", "HEAD"}:
                ownership = "public"
            elif not complete:
                ownership = WEAK
        where, at = self.place(selection, client, endpoint)
        return Choice(selection, client, name, ownership, label, path, where, at)

    @staticmethod
    def place(selection: Selection, client: Client, endpoint: Endpoint) -> tuple[str, int]:
        """The expression in the handler that carries the id: the look-up where it stands there, else where the id is read. Where the handler is
        inherited, the look-up where it stands in the class that inherits, else the class."""
        handler, cls = endpoint.handler, endpoint.cls
        places = ((selection.path, selection.at), client.at)
        if handler is not None:
            for path, at in places:
                if _within(handler, path, at):
                    return path, at
            if cls is None or _within(cls, handler.module.path, handler.at):
                return handler.module.path, handler.at
        if cls is not None:
            return places[0] if _within(cls, *places[0]) else (cls.module.path, cls.at)
        return endpoint.file, endpoint.line << 12 | 1

    def overall(
        self, choices: list[Choice], touched: list[Selection], judge: Judge, admin: bool, authentication: str, run: Run, complete: bool
    ) -> str:
        words = {choice.ownership for choice in choices}
        for word in ("missing", "unknown", "owned"):
            if word in words:
                return word
        if admin:
            return "admin"
        if not complete:
            return "unknown"
        own = [s for s in touched if judge.tied(s) == TIED]
        if own and not words:
            loose = [s for s in touched if judge.tied(s) == LOOSE and self.schema.owner_path(s.model if isinstance(s.model, Definition) else None)]
            return "unknown" if loose else "owned"
        if authentication == "none":
            return "public"
        if run.caller_seen and touched and not words and any(self.knowledge.is_model(s.model) for s in touched):
            return "unknown"
        return "public" if "public" in words else "not-applicable"


def narrowed_from(leaf: Selection) -> list[Selection]:
    """A selection and what it was narrowed from, as far as there is one way; their terms all hold for what comes out at the end."""
    out = [leaf]
    while len(out[-1].parents) == 1:
        out.append(out[-1].parents[0])
    return out


def _within(place: Definition, path: str, at: int) -> bool:
    return path == place.module.path and place.at <= at <= getattr(place.node, "end", place.at)


def _worse(one: str, other: str) -> bool:
    order = ("missing", "unknown", "owned", "admin", "public", "not-applicable")
    return order.index(one) < order.index(other)


class Judge:
    """Is a selection tied, given everything one run bound."""

    def __init__(self, run: Any) -> None:
        self.run = run
        self.memo: dict[object, str] = {}
        self.links: dict[object, list[object]] = {}
        self.keys = self._keys()
        for link in run.links:
            self.links.setdefault(link.one, []).append(link.other)
            self.links.setdefault(link.other, []).append(link.one)

    def _keys(self) -> dict[Client, list[tuple[frozenset[tuple[int, bool]], bool]]]:
        """Client values that name an object which a guard holds against the caller: what else they select belongs to that object."""
        out: dict[Client, list[tuple[frozenset[tuple[int, bool]], bool]]] = {}
        for target, entries in self.run.bound.items():
            for selection in narrowed_from(target) if isinstance(target, Selection) else ():
                for name, client in queries.client_terms(selection):
                    if KEY_FIELDS.search(name) or name == "":
                        out.setdefault(client, []).extend(entries)
        return out

    def tied(self, target: object) -> str:
        """ "owned", "unknown" or "missing" for a selection or client value."""
        known = self.memo.get(target)
        if known is not None:
            return known
        self.memo[target] = LOOSE  # a cycle proves nothing
        self.memo[target] = self._tied(target)
        return self.memo[target]

    def _tied(self, target: object) -> str:
        best = self.bound(target, target.tests if isinstance(target, Selection) else None)
        if best == TIED:
            return TIED
        for other in self.links.get(target, ()):
            best = _better(best, self.tied(other))
        if isinstance(target, Selection):
            best = _better(best, self.selection(target))
        return best

    def bound(self, target: object, tests: frozenset[tuple[int, bool]] | None) -> str:
        best = LOOSE
        entries = self.run.bound.get(target, ())
        if isinstance(target, Client):
            entries = (*entries, *self.keys.get(target, ()))
        for where, weak in entries:
            full = not where or (tests is not None and where <= tests)
            best = _better(best, TIED if full and not weak else WEAK)
        return best

    def selection(self, selection: Selection) -> str:
        if selection.from_caller:
            return TIED
        best = LOOSE
        for _, value in selection.terms:
            best = _better(best, self.value(value, selection))
            if best == TIED:
                return TIED
        if selection.parents:
            verdicts = [self.tied(parent) for parent in selection.parents if not parent.admin] or [TIED]
            least = LOOSE if LOOSE in verdicts else WEAK if WEAK in verdicts else TIED
            if least == LOOSE and len(set(verdicts)) > 1:
                least = LOOSE  # one branch is scoped, another is not
            best = _better(best, least)
        return best

    def value(self, value: Value, selection: Selection) -> str:
        """Does a term with this value tie the selection?"""
        if value.has(CALLER):
            return TIED
        best = LOOSE
        for origin in value.origins:
            if isinstance(origin, Client):
                verdict = self.bound(origin, selection.tests)
                if verdict == LOOSE and origin in self.links:
                    verdict = self.tied(origin)
                best = _better(best, verdict)
            elif isinstance(origin, Selection) and origin is not selection:
                best = _better(best, self.tied(origin))
        return best

    def through_loose(self, selection: Selection) -> bool:
        """Is the selection loose only because what it was reached through is, and that is reported by itself?"""
        above = [*selection.parents, *(s for _, value in selection.terms for s in value.selections if s is not selection)]
        own = {client for _, client in queries.client_terms(selection)}
        return any(
            self.tied(parent) == LOOSE and parent.used and any(client not in own for _, client in queries.client_terms(parent)) for parent in above
        )


def _better(one: str, other: str) -> str:
    if TIED in (one, other):
        return TIED
    return WEAK if WEAK in (one, other) else LOOSE
