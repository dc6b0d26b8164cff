"""One endpoint, from registration to verdict.

Knows: how to run what stands before a handler, the handler itself, and what follows for each selection: is it tied to the caller? Does not
know: rules, output.

What is tied is decided by `judge.py`. `unknown` is said where only names speak for a guard, where a guard stands in one branch only, or where the
budget ran out.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable

from prodlint import ir
from prodlint import regex as re
from prodlint.flow.callers.django_settings import Settings
from prodlint.flow.callers.guards import DJANGO, Guards
from prodlint.flow.frames import Frame, OutOfBudget, allowance
from prodlint.flow.frameworks import bases
from prodlint.flow.frameworks.parameters import Parameters
from prodlint.flow.interpret import cached
from prodlint.flow.interpret.instances import Instances
from prodlint.flow.interpret.interpreter import Run
from prodlint.flow.judging import bared, claims, elsewhere, seen_by_some, tenants
from prodlint.flow.judging.choices import Choices, choice_of, is_key
from prodlint.flow.judging.degrees import LOOSE, TIED, WEAK
from prodlint.flow.judging.gates import gate, kinds
from prodlint.flow.judging.judge import Judge
from prodlint.flow.knowledge import AS_MODEL, KEY_FIELDS, SECRET_FIELDS, Knowledge
from prodlint.flow.lookups import audited, audits, columns, queries, staffs, tallies
from prodlint.flow.lookups.schema import Schema
from prodlint.flow.lookups.tables import names
from prodlint.flow.values import ALWAYS, CALLER, CHOSEN, PRESENCE, Made, Selection, Value
from prodlint.flow.verdicts import UNREAD, Choice, Listing, Outcome, key_of, name_of, spelled
from prodlint.names import Definition, Names, Scope
from prodlint.routing.table import SAFE, Endpoint

# what asks for a permission that staff give for all rows of a model
GRANTED = frozenset({"PermissionRequiredMixin", "@permission_required", "DjangoModelPermissions", "DjangoModelPermissionsOrAnonReadOnly"})
NOTED = re.compile(r"(?:audit|log|history|activit|event)\w*$", re.I)  # rows that only say that somebody did something
SAYS_USERS = re.compile(r"(?:^|[_.]|(?-i:(?<=[a-z0-9])(?=[A-Z])))(?:users?|accounts?|usuarios?|utilisateurs?)" + AS_MODEL, re.I)
REACHES = re.compile(r"(?:^|_)(?:e?mail|phone|mobile|address|password)", re.I)  # columns by which somebody may be reached
ROW_IDS = re.compile(r"(?:^|_)(?:id|pk|uuid|guid|oid)$")


class Analyst(Choices, Instances):
    """Analyses endpoints one by one; what is common to all is built once."""

    def __init__(self, names: Names, knowledge: Knowledge, endpoints: int = 0) -> None:
        """endpoints: how many share the budget of steps."""
        self.names, self.knowledge, self.limit = names, knowledge, allowance(endpoints)
        self.schema = Schema(names, knowledge)
        self.settings = Settings(names)
        self.tenancy, self.audit = tenants.Tenancy(self.schema), audited.Audit(self.schema)
        self.personal: dict[Definition, bool] = {}

    def analyse(self, endpoint: Endpoint) -> Outcome:
        run = Run(self.names, self.knowledge)
        parameters = Parameters(run, endpoint)
        scope = self.names.scope_of(endpoint.handler) if endpoint.handler is not None else Scope(endpoint.cls.module) if endpoint.cls else None
        if scope is None:
            return Outcome(endpoint.methods, "unknown", "unknown", complete=False)
        run.view, run.schema, run.settings, run.tenant_columns = endpoint.handler, self.schema, self.settings, self.tenancy.unnamed
        run.limit, run.framework, run.methods = self.limit, endpoint.framework, endpoint.methods
        run.method = endpoint.methods[0] if len(endpoint.methods) == 1 else ""
        run.path, run.endpoint, run.route_name = endpoint.path, endpoint.name.rpartition(".")[2], endpoint.options.get("name", "")
        me = run.me = self.instance(endpoint, parameters)  # what converters make of its path may be looked up in tables
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
            if broken := self.names.unread & self.names.touched:
                complete = False
                guards.note("unknown", scope, endpoint.line << 12 | 1, f"{min(broken)} could not be parsed")
        except OutOfBudget:
            complete = False
            self.told_unknown(run, guards)
        return self.verdict(run, endpoint, guards, complete)

    @staticmethod
    def told_unknown(run: Run, guards: Guards) -> None:
        """What comes after the place where the steps ran out may ask for a login, or let go of what was held so far."""
        assert run.ended is not None
        path, at = run.ended
        guards.levels.append(("unknown", path, ir.line_of(at), f"too large to be followed further: what comes after {run.limit} steps is not known"))

    def body(self, run: Run, endpoint: Endpoint, parameters: Parameters, me: Value | None) -> bool:
        """Runs what serves the endpoint; False where a class serves it in a way of its own, of which nobody can tell what it runs."""
        run.began = True
        if endpoint.handler is None:
            place = ir.Name(endpoint.action or "view", endpoint.cls.at if endpoint.cls else 1 << 12 | 1)
            if me is None or endpoint.cls is None:
                return True
            if endpoint.action in ("list", "create", *bases.SINGLE):
                bases.action(run, endpoint.action, me, run.view_frame, place)
            elif endpoint.action in ("get", "post", "put", "patch", "delete"):
                self.inherited(run, endpoint.action, me, place)
            return endpoint.action != "" and "unread" not in endpoint.options
        node = endpoint.handler.node
        assert isinstance(node, ir.Function)
        frame = Frame(self.names.scope(endpoint.handler), parameters.handler(endpoint.handler, me), 0, me=me, owner=endpoint.handler.owner)
        run.active.append(node)
        body = self.names.body(node)
        run.block(body, frame)
        last = body[-1] if body else None
        if isinstance(last, ir.If) and not last.orelse and not isinstance(last.test, ir.Unary) and run.eval(last.test, frame).has(PRESENCE):
            run.login.append((frame.scope.module.path, last.at))  # all that answers stands under `if user.is_authenticated:`
        run.active.pop()
        return True

    # ------------------------------------------------------------ verdict
    def verdict(self, run: Run, endpoint: Endpoint, guards: Guards, complete: bool) -> Outcome:
        judge, authentication = Judge(run), guards.authentication()
        run.requirements += run.off > 0 and not run.caller_seen  # whom a secret of the app lets in is nobody whose rows these are
        highest = not (run.machine and run.caller_seen)  # what a gateway proves of itself says nothing of the user that it speaks for
        admin = any(level == "admin" for level, *_ in guards.levels) or any(most and highest and not where for _, _, where, most in run.roles)
        role = any(not where for _, _, where, _ in run.roles)
        of_one = (admin or role) and tenants.of_one(run, [words for level, _, _, words in guards.levels if level == "admin"])
        choices: dict[tuple[str, str, str], Choice] = {}
        links: dict[str, Choice] = {}
        claims_of: dict[str, Choice] = {}
        touched = judge.touched(run.selections)
        for terminal, (selection, name, client), tied, claimed in self.said_of(run, list(judge.asked(touched))):
            if tied == LOOSE and claimed and not (run.machine and role):  # who knows the secret of the app may say for whom it asks
                where, at = self.place(selection, client, endpoint)
                claims_of.setdefault(client.name, choice_of(selection, client, name, LOOSE, where, at))
            alters, stranger = terminal.changed or terminal in judge.altered, authentication != "required"
            if client in run.credentials or not (terminal.link or self.counts(selection, name, client, alters, stranger)):
                continue
            sure = complete and not role and not run.requirements and run.truncated.isdisjoint((terminal, selection, client))
            runs_all = admin and not seen_by_some.by_lesser(run, judge, terminal)
            choice = self.choice(terminal, selection, name, client, tied, judge, endpoint, runs_all, authentication, sure)
            if choice.ownership == WEAK and tied == LOOSE and not sure and complete and not admin and (role or run.requirements):
                plain = self.choice(terminal, selection, name, client, tied, judge, endpoint, admin, authentication, True)
                choice.limited = plain.ownership == LOOSE and run.truncated.isdisjoint((terminal, selection, client))
            left_alone = of_one and choice.ownership in ("admin", "not-applicable", WEAK)
            tenant = self.tenancy.path(selection.model) if left_alone else None
            if complete and tied == LOOSE and (tenant is not None or choice.ownership == "admin"):  # what it is where no role is asked for
                plain = self.choice(terminal, selection, name, client, tied, judge, endpoint, False, authentication, True)
                followed = run.truncated.isdisjoint((terminal, selection, client))
                if tenant is not None:
                    choice.tenanted = tenant if followed and (plain.ownership == LOOSE or plain.tenanted is not None) else None
                if choice.ownership == "admin":
                    choice.limited = followed and plain.ownership == LOOSE
            if terminal.link:
                if terminal.link not in links or _worse(choice.ownership, links[terminal.link].ownership):
                    links[terminal.link] = choice
                continue
            known = choices.get((client.name, client.source, choice.model))
            more = known is not None and choice.ownership == known.ownership and choice.changed and not known.changed
            if known is not None and "owned" in (choice.ownership, known.ownership) and (choice.reference or known.reference):
                choice = choice if choice.reference else known  # held against the caller on one way: on the other somebody's row is loose
                choice.ownership = WEAK
                choices[(client.name, client.source, choice.model)] = choice
            elif known is None or more or _worse(choice.ownership, known.ownership):
                choices[(client.name, client.source, choice.model)] = choice
        reads = bool(endpoint.methods) and set(endpoint.methods) <= SAFE
        written = (
            self.parents(run, judge, endpoint) if not (admin or reads) and (run.caller_seen or authentication == "required") and complete else []
        )
        for link in [] if role else written:
            links.setdefault(f"{link.key}.{link.id}", link)
        found = sorted(choices.values(), key=lambda c: (c.path, c.at, c.id))
        shared = cached.keeps(endpoint.handler) or (run.off > 0 and authentication != "required")  # the next one gets the same answer, unasked
        for choice in found:
            if choice.ownership == TIED and (run.ended is not None or shared or choice.id in run.left_by_others):
                choice.ownership = WEAK  # what comes after may use it before anything is asked
        if self.knowledge.is_public(endpoint.path, endpoint.name):
            for choice in found:
                choice.ownership = "public" if choice.ownership in (LOOSE, WEAK) else choice.ownership
        ownership = self.overall(found, touched, judge, admin, authentication, run, complete, endpoint)
        if ownership == "owned" and any(link.ownership in (LOOSE, WEAK) and link.owner_path for link in (*links.values(), *written)):
            ownership = WEAK  # what it writes beside may point to somebody else's
        ownership = WEAK if ownership == "owned" and (shared or run.left_by_others or claims.hung(run, judge)) else ownership
        if claims_of and ownership != "admin":
            ownership = LOOSE  # theirs whom anybody may say to be
        evidence = [(path, line, words) for _, path, line, words in guards.levels]
        evidence += [(path, ir.line_of(at), words) for path, at, words in sorted(run.evidence)[:20]]
        evidence += [(endpoint.file, endpoint.line, UNREAD)] if authentication == "required" and guards.looks_away() else []
        known = (run.caller_seen or bool(run.login)) and not (run.unsigned and authentication == "none")  # who signed nothing is anybody
        changed = tuple(sorted({s.model.dotted for s in run.selections if s.changed and isinstance(s.model, Definition)}))
        by = gate(run, endpoint, guards.levels) if admin or role else ""
        return Outcome(
            endpoint.methods, authentication, ownership, found, evidence, known, bool(touched), complete, role or admin,
            changed, sorted(links.values(), key=lambda c: (c.path, c.at, c.id)), self.scoped(touched, judge, run),
            self.lists(touched, judge, admin, authentication, of_one), [claims_of[name] for name in sorted(claims_of)],
            [] if role or admin or (authentication != "none" and not run.caller_seen) else self.owners(run, judge, endpoint, authentication),
            self.powers(run, endpoint), self.reached(touched),
            tuple(sorted({key_of(made.model) for made in run.created} - {""})),
            any(SECRET_FIELDS.search(name) for name in endpoint.params) or bool(run.credentials) or run.enters
            or any(is_secret(s) for s in run.selections),
            granted=any(words in GRANTED for _, _, _, words in guards.levels),
            shown=tables(s for s in touched if s.used and judge.verdict(s) != TIED),
            rewritten=tables(s for s in run.selections if s.changed), kept=columns.kept_by_caller(run), named=columns.made_for_caller(run),
            kinds=() if admin or not (role or run.requirements) else kinds(guards.levels, run, endpoint, by),
            all_users=any(self.everybody(s, judge) for s in touched), counted=tallies.only_how_many(touched),
            machine=run.machine, ended=run.ended and (run.ended[0], ir.line_of(run.ended[1])), whole=tallies.whole(touched, judge),
            private=self.private((s.model for s in touched), found),
            columns=self.columns_of(touched, judge, {choice.key for choice in found}), audited=audits.keys(self.schema, touched),
            of_one=of_one, tenant_asked=tenants.narrows(run), founds=authentication == "none" and tenants.founds(run, self.tenancy),
            promotes=self.promotes(run, endpoint) if authentication == "none" else [], gate=by, above=self.above(touched),
            wiped=tallies.wiped(touched, judge, self.path_of) if authentication == "required" and not (admin or role) and complete else (),
            partly=seen_by_some.partly(touched, judge), bared=bared.bared(run, endpoint, [s for s in touched if judge.verdict(s) != TIED]),
        )  # fmt: skip

    def confidential(self, model: Definition) -> bool:
        if model not in self.personal:
            self.personal[model] = columns.confidential(self.schema.columns(model), model.name)
        return self.personal[model]

    def written_down(self, model: object, path: tuple[str, ...] | None) -> bool:
        """Does the way to a user lead to who wrote a row down, and is the row of somebody else: a patient's file, what was found out of a patient? Or
        only to a word that somebody typed?"""
        if isinstance(model, Definition) and path and path[0].lower() == "owner" and self.schema.typed(model, path[0]):
            return True
        if not (isinstance(model, Definition) and path and columns.MAKER.match(path[-1])):
            return False
        beside = [target for _, target in self.schema.foreign_keys(model)] if len(path) == 1 else []
        beside += [target for other in tuple(beside) for _, target in self.schema.foreign_keys(other)]  # a step of a visit of a patient
        return self.confidential(model) or any(self.confidential(target) for target in beside)

    @staticmethod
    def columns_of(touched: list[Selection], judge: Judge, chosen: set[str]) -> tuple[tuple[str, str], ...]:
        """What SQL lists of rows that are not the caller's: of all of a table, or of one that the client names; not of whom a login looks up."""
        rows = [s for s in touched if s.columns and _leaves(s) and judge.verdict(s) != TIED]
        return names((key_of(s.model), s.columns) for s in rows if not s.terms or key_of(s.model) in chosen)

    def reached(self, touched: list[Selection]) -> tuple[tuple[str, str], ...]:
        """Models with an owner of which data leaves or is changed."""
        found = {
            (key_of(s.model), s.model.name)
            for s in touched
            if s.used and isinstance(s.model, Definition) and not s.link and self.schema.owner_path(s.model) is not None
        }
        return tuple(sorted(found))

    def above(self, touched: list[Selection]) -> tuple[tuple[str, str], ...]:
        """(key of a model, key of what it belongs to) where that leads on to an owner: a version of a document."""
        found = set()
        for model in {s.model for s in touched if isinstance(s.model, Definition) and not s.link}:
            path, keys = self.schema.owner_path(model), self.schema.foreign_keys(model)
            if path == ():  # a customer of a shop, whom nobody can tell from one who signs in
                keys = tuple((name, target) for name, target in keys if self.schema.owner_path(target))
                path = (keys[0][0], "") if len(keys) == 1 else ()
            parent = next((target for name, target in keys if path and len(path) > 1 and name == path[0]), None)
            if parent is not None and parent is not model:
                found.add((key_of(model), key_of(parent)))
        return tuple(sorted(found))

    @staticmethod
    def scoped(touched: list[Selection], judge: Judge, run: Run) -> tuple[str, ...]:
        """Keys of the models of which this endpoint reaches only what is tied to the caller; of collections also where it makes rows of theirs."""
        found = {key_of(s.model) for s in touched if s.model and not (s.link or s.admin) and judge.verdict(s) == TIED}
        found |= {key_of(m.model) for m in run.created if isinstance(m.model, str) and any(v.has(CALLER) for v in m.fields.values())}
        return tuple(sorted(found - {""}))

    def lists(self, touched: list[Selection], judge: Judge, admin: bool, authentication: str, of_one: bool) -> list[Listing]:
        """Lists of rows that have an owner, and that nothing narrows to the caller's or to what the client names."""
        if (admin and not of_one) or authentication != "required":
            return []
        mine = {key_of(s.model) for s in touched if judge.verdict(s) == TIED}  # on some ways: nobody forgot whose they are
        ways = {s.model: self.tenancy.listed(s.model, admin) for s in touched}
        return list(dict.fromkeys(  # one query may be a part of two ways
            Listing(name_of(s.model), key_of(s.model), ways[s.model][0] or (), s.path, s.at, bool(ways[s.model][0]), ways[s.model][1])
            for s in touched
            if s.listing and s.model and not (s.admin or s.fresh) and _leaves(s) and judge.verdict(s) == LOOSE
            and (ways[s.model][0] if admin else ways[s.model][0] != ()) and key_of(s.model) not in mine
            and not staffs.works_here(self.schema, judge.run.caller_model, s.model)
            and not any(part.shown or any(itertools.starmap(columns.narrows, part.terms)) for chain in judge.chains(s) for part in chain)
        ))  # fmt: skip

    def path_of(self, model: object) -> tuple[str, ...] | None:
        return self.schema.owner_path(model) if isinstance(model, Definition) else None

    def everybody(self, selection: Selection, judge: Judge) -> bool:
        """Is this the list of all who sign in, and does it leave with the answer?"""
        model = selection.model
        name = name_of(model)
        owner = (isinstance(model, Definition) and self.schema.owner_path(model) == ()) or isinstance(model, str)
        if not (owner and SAYS_USERS.search(name) and selection.listing and _leaves(selection)) or selection.admin:
            return False
        told = isinstance(model, Definition) and not self.names.is_a(model, *self.knowledge.user_bases)
        if told and not any(REACHES.search(field) for field in self.schema.columns(model)):
            return False
        chains = judge.chains(selection)
        return judge.verdict(selection) == LOOSE and any(not any(part.terms or part.shown for part in chain) for chain in chains)  # `if role: ...`

    def overall(
        self, choices: list[Choice], touched: list[Selection], judge: Judge, admin: bool, authentication: str, run: Run, complete: bool,
        endpoint: Endpoint,
    ) -> str:  # fmt: skip
        words = {choice.ownership for choice in choices}
        for word in ("missing", "unknown", "owned"):
            if word in words:
                if word == "owned" and ("public" in words or "admin" in words):  # beside what is the caller's, rows that others may name
                    return "public" if "public" in words else "admin"
                lost = tallies.everybodys(touched, judge, self.path_of) or elsewhere.lost(run, endpoint, choices)
                return "unknown" if word == "owned" and not admin and lost else word
        if admin:
            return "admin"
        if not complete:
            return "unknown"
        own = [s for s in touched if judge.verdict(s) == TIED and (s.changed or _leaves(s))]  # whom a login looked up is no answer
        if own and not words:
            mine = {key_of(s.model) for s in own} - {""}  # where some rows are the caller's, others of the table are somebody's
            begun = {(part.path, part.at) for s in own for part in queries.narrowed_from(s)}  # `update(...)`, before `.eq("user_id", ...)`
            begun |= {(made.path, made.at) for made in run.created if self.made_theirs(made)}  # INSERT INTO orders (user_id, ...)
            loose = [s for s in touched if judge.verdict(s) != TIED and self.somebodys(s, mine, begun)]
            return "unknown" if loose or self.only_asked(run, judge) or elsewhere.went(run, endpoint) else "owned"
        if authentication == "none":
            return "public"
        if not words:
            made = {key_of(row.model) for row in run.created} - {""}
            if any(key_of(s.model) in made and _leaves(s) and judge.verdict(s) != TIED for s in touched):
                return "unknown"  # it shows everybody's rows beside the new one
            if self.kept(run, judge):
                beside = any(_leaves(s) and judge.verdict(s) != TIED and self.somebodys(s, set(), set()) for s in touched)  # and shows others' rows
                return "unknown" if beside or elsewhere.lost(run, endpoint, choices) else "owned"
            if run.caller_seen and any(self.knowledge.is_model(s.model) for s in touched):
                return "unknown"
            if self.only_asked(run, judge) or elsewhere.went(run, endpoint):
                return "unknown"  # an id went where nobody could follow it
        return "public" if "public" in words else "not-applicable"

    def somebodys(self, selection: Selection, mine: set[str], begun: set[tuple[str, int]]) -> bool:
        """Are these rows of people, and no more than where a statement begins that is narrowed to the caller's, or makes a row of theirs? The login
        that a token belongs to is of who brings it."""
        model = selection.model
        if queries.by_credential(selection):
            return False
        if isinstance(model, Definition) and self.schema.owner_path(model):
            return True
        return key_of(model) in mine and (selection.path, selection.at) not in begun

    def only_asked(self, run: Run, judge: Judge) -> bool:
        """Is a row of somebody named by the client, and nothing asked of it but whether it exists? Where its id goes then is not told."""
        named = [s for s in run.selections if not s.used and isinstance(s.model, Definition) and self.schema.owner_path(s.model)]
        chosen = [s for s in named if any(ROW_IDS.search(name) and c.source in CHOSEN for name, c in queries.client_terms(s))]
        return any(judge.verdict(s) == LOOSE for s in chosen if s not in run.came_out)

    def kept(self, run: Run, judge: Judge) -> bool:
        """Is what it selects for nobody's eyes the caller's, or what it makes?"""
        who = [s for s in run.selections if isinstance(s.model, Definition) and self.schema.owner_path(s.model) == ()]  # says nothing of what it does
        asked = [s for s in run.selections if not s.used and queries.client_terms(s) and s not in who]
        if asked:
            return all(judge.verdict(each) == TIED for s in asked for each in run.came_out.get(s, [s]))
        rows = [made for made in run.created if not NOTED.search(spelled(made.model))]
        mine = [made for made in rows if self.names_caller(made)]
        return bool(mine) and all(map(self.made_theirs, mine))

    def names_caller(self, made: Made) -> bool:
        return any(value.has(CALLER) and self.schema.owner_field(made.model, name) for name, value in made.fields.items())

    def made_theirs(self, made: Made) -> bool:
        """Is a new row the caller's, and goes it with nothing that the client names?"""
        return self.names_caller(made) and not any(_refers(name, value) for name, value in made.fields.items())


def tables(selections: Iterable[Selection]) -> tuple[tuple[str, str], ...]:
    """Keys and names of the tables that rows are from."""
    rows = [s.model for s in selections if s.model and not (s.link or s.admin or (s.counted and not s.listing))]
    return tuple(sorted({(key_of(model), name_of(model)) for model in rows}))


def _refers(name: str, value: Value) -> bool:
    """Does the client say which other row a new one goes with?"""
    return bool(value.clients) and not value.has(CALLER) and (name == "**" or bool(KEY_FIELDS.search(name)))


def is_secret(selection: Selection) -> bool:
    """Is it selected by something that only its holder knows? One of several values that a term may hold says nothing of the term."""
    given: dict[str, list[str]] = {}
    for name, client in queries.client_terms(selection):
        given.setdefault(name, []).append(client.name)
    return any(is_key(selection, name) for name in given) or any(
        SECRET_FIELDS.search(name) or all(map(SECRET_FIELDS.search, clients)) for name, clients in given.items()
    )


def _leaves(selection: Selection) -> bool:
    """Does its data leave with the answer, so that somebody sees it?"""
    return any(before != ALWAYS for _, before in selection.uses)


def _worse(one: str, other: str) -> bool:
    order = ("missing", "unknown", "public", "owned", "admin", "not-applicable")
    return order.index(one) < order.index(other)
