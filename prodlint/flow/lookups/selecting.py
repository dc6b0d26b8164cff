"""Calls that select, narrow, change and make rows.

Knows: queries by their shape, what narrows them, and what it proves that one found something. Does not know: the vocabulary of libraries
(`queries.py`, `stores.py`, `sql.py`).
"""

from __future__ import annotations

from functools import reduce
from typing import Any

from prodlint import ir
from prodlint.flow.frames import Frame
from prodlint.flow.frameworks import bases
from prodlint.flow.interpret import texts
from prodlint.flow.knowledge import AUTH_HEADERS, KEY_FIELDS, SECRET_FIELDS
from prodlint.flow.lookups import identities, memory, narrowing, queries, sql, stores, tables_beside, tallies, unread_terms
from prodlint.flow.proofs import showing
from prodlint.flow.proofs.answers import grows, liked, remarks
from prodlint.flow.values import BESIDE, CALLER, EMPTY, ROLE, Client, Link, Made, Origin, Selection, Target, Tie, Value, alternatives, origins_of
from prodlint.names import Definition, Ref

SHORTCUTS = frozenset({"get_object_or_404", "get_list_or_404", "aget_object_or_404", "aget_list_or_404"})  # of Django


class Selecting:
    """A part of `calls.Calls`."""

    def selecting(
        self: Any, receiver: Value | None, name: str, args: list[Value], kwargs: dict[str, Value], expr: ir.Call, frame: Frame
    ) -> Value | None:
        """The selection a call makes; None where it makes none."""
        if memory.is_kept(self, receiver) and (row := memory.call(self, receiver, name, args, expr, frame)) is not None:
            return row
        model = self.model_argument(args, expr, frame)
        rows = bases.default_manager(self, model, frame, expr) if model is not None and name in SHORTCUTS else None
        if rows is not None and any(row.terms or row.parents for row in rows.selections):  # what the manager leaves
            args, model = [rows, *args[1:]], None
        begun = receiver is not None and receiver.selections
        if model is not None and (name in queries.STARTERS or (name == "select_from" and not begun)):  # `select(func.count()).select_from(Order)`
            found = self.narrowed((), model, name, args[1:], kwargs, expr, frame)
            for selection in found.selections if tallies.selects_only(name, expr, tallies.how_many) else ():
                selection.counted = True
            self.summed.update(found.selections if tallies.selects_only(name, expr, tallies.sums_up) else ())
            for selection in found.selections if len(expr.args) > 1 and name in ("query", "select") else ():
                tables, loose, read = tables_beside.beside(self, name, args, kwargs, expr, frame)
                selection.beside, selection.loose, selection.unread = frozenset(tables - {model}), frozenset(loose - {model}), not read
            return found
        if receiver is not None and isinstance(receiver.ref, Definition) and self.knowledge.is_model(receiver.ref) and not receiver.selections:
            if name == "update":  # what the rows get; which rows comes next
                for value in (*args, *kwargs.values()):
                    self.use(value)
                return self.narrowed((), receiver.ref, name, [], {}, expr, frame)
            if name in queries.CLASS_METHODS:
                rows = self.narrowed((), receiver.ref, name, args, kwargs, expr, frame)
                for selection in rows.selections if name == "objects" and not (args or kwargs) else ():  # of MongoEngine
                    selection.listing = True
                return rows
            return None
        if (found := stores.selecting(self, receiver, name, args, kwargs, expr, frame)) is not None:
            return found
        given = (*args[:3], *(kwargs[key] for key in ("query", "sql", "statement", "stmt", "text") if key in kwargs))
        statement = next((v for v in given if texts.is_text(v)), None) if sql.runs(name) else None
        if statement is not None and (ways := texts.runs(statement, args, kwargs)):
            return sql.held(self, expr, frame, reduce(alternatives, (sql.run(self, *way, expr, frame) for way in ways)))
        if not (receiver and receiver.clients) and stores.is_mongo(name, args, kwargs):
            return self.mongo(receiver, name, args, expr, frame)
        if name in ("insert_one", "insert_many") and args and not (receiver and receiver.selections):
            fields = args[0].fields if args[0].fields is not None else {"**": args[0]}  # `insert_one(order.model_dump())`, a list of documents
            self.made_row(stores.model_called(self, stores.collection_called(self, receiver, expr, frame)), fields, expr, frame)
            return None
        if name == "insert_many" and not (receiver and receiver.selections) and (called := stores.collection_called(self, receiver, expr, frame)):
            each = next((item.fields for item in args[0].items or () if item.fields), {}) if args else {}
            self.made_row(stores.model_called(self, called), each, expr, frame)
            return None
        if receiver is None:
            if name.endswith("_or_404") and args and args[0].selections:
                return self.mixed(args[0], self.narrowed(tuple(args[0].selections), "", name, args[1:], kwargs, expr, frame))
            if name.endswith("_or_404") and args and _only_callers(args[0]):  # get_object_or_404(request.user.orders, pk=pk)
                return self.narrowed((), identities.related(self, expr.args[0], frame), name, args[1:], kwargs, expr, frame, True)
            return None
        return self.narrowing(receiver, name, args, kwargs, expr, frame)

    def narrowing(self: Any, receiver: Value, name: str, args: list[Value], kwargs: dict[str, Value], expr: ir.Call, frame: Frame) -> Value | None:
        selections = queries.in_order(receiver.selections)
        if name == "update" and receiver.fields is not None and receiver.kind is None:  # a dictionary of terms
            return None
        if selections and name == "join" and narrowing.outer(args, kwargs):
            name = "outerjoin"
        if selections and name == "exclude" and len(args) == 1 and isinstance(expr.args[0], ir.Unary) and expr.args[0].op == "~" and not kwargs:
            name, args = "filter", [self.eval(expr.args[0].value, frame)]
        if selections:
            if name == "get" and args and args[0].const is not None and not args[0].origins:  # a part of a document or row: order.get("owner")
                return self.named_part(receiver, args, expr, frame)
            if name in queries.LISTS:
                for selection in selections:
                    selection.listing = True
            if name in queries.JOINS and name not in tables_beside.TIES:
                tables_beside.brought(self, selections, name, expr, frame)
            if (name in ("save", "asave") and tallies.only_counted(self, selections)) or liked(name, expr, args):
                return Value(receiver.origins, receiver.kind)  # all that was done to it is to count one more, or to like it
            grown = grows(self, name, receiver, expr)
            for value in args if grown else ():
                self.use(value)
            if name == "delete" and tallies.of_whole_table(expr):
                for selection in selections:
                    selection.wiped = True
            if grown or (name in queries.CHANGING and not (receiver.fields is not None and receiver.kind is None)):  # a dictionary with rows is none
                self.use(receiver)
                self.use_changed(receiver)
                for selection in (
                    row for row in selections if grown and remarks(row, expr, args)
                ):  # who may leave one is not said by whose the row is
                    self.bind(selection, frozenset(self.branch), True, frame.scope.module.path, expr.at)
                if name in queries.WRITING and all(self.knowledge.get_raises(row.model) for row in selections):
                    self.committed(selections)
                asked = self.admin_depth or any(isinstance(outcome, Tie) for outcome in self.held)
                for selection in selections if name in queries.WRITING and not asked else ():
                    selection.written = True
            if name == "exclude" and any(
                queries.mine(value) for value in (*args, *kwargs.values(), *(v for a in args for v in (a.fields or {}).values()))
            ):
                return receiver.plus(Tie(selection, sign=-1) for selection in selections)  # what is left is not the caller's
            if name in queries.WIDENS and (args or kwargs):  # `Order.select().where(mine).orwhere(Order.id == order_id)`
                return receiver.plus(self.narrowed((), selections[0].model, "where", args, kwargs, expr, frame).origins)
            if name == "none" and not args:
                return Value(receiver.origins - frozenset(selections), receiver.kind)
            if name in queries.COUNTS or tallies.grouped(name, expr):
                for selection in selections:
                    selection.counted = True
            if name in queries.TERMLESS:
                for value in (*args, *kwargs.values()) if name in ("update", "aupdate") else ():
                    self.use(value)
                if name in ("update", "delete") and not any(s.terms or s.parents for s in selections):  # a statement whose rows come next
                    return Value(frozenset({self.select(selections[0].model, expr, frame, selections, changes=True)}))
                return receiver.plus(o for value in args for o in value.selections) if name == "union" else narrowing.asked(receiver, name)
            of_column = name in queries.COLUMN_TESTS and not (args and args[0].const is not None)  # of what a row says
            if (name in queries.NARROW or name in queries.CLASS_METHODS) and not of_column:
                if args and (name == "in_bulk" or (name == "intersection" and not args[0].selections)):  # of a set of rows: those that a list names
                    args, kwargs = [], {"id__in": args[0]}
                if args or kwargs:
                    rows = self.mixed(receiver, self.narrowed(selections, "", name, args, kwargs, expr, frame))
                    return narrowing.asked(rows, name) if name in queries.ONE else rows.of(receiver.kind if self.is_queryset(receiver.kind) else None)
                found = self.one_of(receiver, expr, frame) if name in queries.ROW else receiver
                found = found if name not in queries.RAISING else self.raised(found)
                return found.of(row_class(receiver)) if name in queries.ROW else narrowing.asked(found, name)
            return None
        given = (*args, *kwargs.values())
        chosen = any(v.targets or any(part.targets for part in (v.fields or {}).values()) for v in given)
        if _only_callers(receiver) and chosen and name in queries.NARROW and name not in queries.COLUMN_TESTS:
            return self.narrowed((), identities.related(self, expr.func, frame), name, args, kwargs, expr, frame, True)
        return None

    def mixed(self: Any, source: Value, rows: Value) -> Value:
        """Narrowed from a value that is the caller's in one way and rows of anybody in another: whose they are cannot be told."""
        if source.has(CALLER) and not all(queries.of_caller(selection) for selection in source.selections):
            if rows.origins <= source.origins:
                return source
            for selection in rows.selections:
                if selection not in source.origins:
                    self.bind(selection, frozenset(self.branch), True, selection.path, selection.at)
        return rows

    def one_of(self: Any, rows: Value, expr: ir.Expr, frame: Frame) -> Value:
        """One of the rows that a list of ids selects: what holds for it says nothing of the others."""
        parts = {row: self.select(row.model, expr, frame, (row,), part=True) for row in rows.selections if queries.by_list(row)}
        return rows.made_of(frozenset(parts.get(o, o) if isinstance(o, Selection) else o for o in rows.origins)) if parts else rows

    def raised(self: Any, value: Value) -> Value:
        ways = [row for row in value.selections if not row.admin] or value.selections
        proven = [{target for target, _ in self.proven_by(row)} for row in ways] if len(ways) > 1 else []
        for selection in value.selections if self.summed.isdisjoint(value.selections) else ():  # what sums rows up is there without any of them
            # one of several was found: what not all of them prove is not proven
            self.proves(selection, set.intersection(*proven) if proven else None)
        return value

    def model_argument(self: Any, args: list[Value], expr: ir.Call, frame: Frame) -> Definition | str | None:
        """The model that the first argument names: `query(Order)`, `select(Order.id)`."""
        if not args or not expr.args or args[0].selections:
            return None
        ref = args[0].ref
        if isinstance(ref, (Definition, str)) and self.knowledge.is_model(ref):
            return ref
        first = expr.args[0]
        if isinstance(first, ir.Seq) and first.items:  # select([orders.c.id, orders.c.total])
            first = first.items[0]
            ref = self.names.resolve(first, frame.scope) if isinstance(first, (ir.Name, ir.Attr)) else None
            if isinstance(ref, Definition) and self.knowledge.is_model(ref):
                return ref
        while isinstance(first, (ir.Attr, ir.Call)) and not (isinstance(first, ir.Call) and not first.args):
            first = first.base if isinstance(first, ir.Attr) else first.args[0]
            found = self.names.resolve(first, frame.scope) if isinstance(first, (ir.Name, ir.Attr)) else None
            if isinstance(found, Definition) and self.knowledge.is_model(found):
                return found
        return None

    def narrowed(
        self: Any, parents: tuple[Selection, ...], model: object, name: str, args: list[Value], kwargs: dict[str, Value], expr: ir.Call,
        frame: Frame, from_caller: bool = False,
    ) -> Value:  # fmt: skip
        model = model or (parents[0].model if parents else model)
        if name in ("get", "get_one") and not args and "ident" in kwargs:  # `session.get(Order, ident=order_id)`
            args, kwargs = [kwargs["ident"]], {key: value for key, value in kwargs.items() if key != "ident"}
        args = [self.tested(arg, model) for arg in args]
        named = narrowing.by_operator(name, getattr(expr, "func", None), args)
        args = narrowing.conditions(args, name, model, parents)
        around = [part for parent in parents for part in queries.narrowed_from(parent)]
        ties = name in tables_beside.TIES and bool(parents)
        tables, loose, read = tables_beside.beside(self, name, args, kwargs, expr, frame) if ties else (set(), set(), name not in queries.JOINS)
        if name in queries.JOINS:  # what is joined names no row, only conditions do
            args = [*(arg for arg in args if arg.fields), *(kwargs[word] for word in ("on", "onclause") if word in kwargs and kwargs[word].fields)]
            kwargs = {key: value for key, value in kwargs.items() if key not in ("on", "onclause")}
        terms = named or [*narrowing.weighed(self.terms(args, kwargs)), *unread_terms.of(self, model, args, kwargs, expr)]
        loose = tables_beside.loose_in(model, name, tables, loose, terms, parents, around)
        if read:
            terms = [term for term in terms if not tables_beside.elsewhere(self, term[0], model, tables, around, terms)]
        terms = tables_beside.apart(terms, loose)
        told = terms or tables or narrowing.refers(args, kwargs) or showing.free(kwargs) or showing.shown(kwargs)
        if parents and not told and not from_caller:
            for parent in parents:
                parent.unread |= not read
            return Value(frozenset(parents))
        changes = name in queries.CHANGING or any(parent.changes for parent in parents)
        raising = name in queries.RAISING and (name not in ("get", "aget") or self.knowledge.get_raises(model))
        selection = self.select(model, expr, frame, parents, terms=terms, raising=raising, from_caller=from_caller, changes=changes)
        said = [kwargs, *(arg.fields for arg in args if arg.fields)]
        selection.beside, selection.loose, selection.unread = frozenset(tables), frozenset(loose), not read
        selection.refers, selection.fresh = narrowing.refers(args, kwargs), name in queries.FINDING
        selection.offered = any(map(showing.free, said)) or any(parent.offered for parent in parents)
        selection.shown = any(map(showing.shown, said)) or any(parent.shown for parent in parents)
        selection.counted = any(parent.counted for parent in parents)
        self.summed.update([selection] if name != "group_by" and not self.summed.isdisjoint(parents) else ())
        if changes:
            for parent in parents:  # one statement: delete(Order).where(...).where(...)
                if parent.changes and (parent.path, parent.at) == (selection.path, selection.at):
                    parent.uses.clear()
            self.use_changed(Value(frozenset({selection})))
        return self.selected(selection)

    def tested(self: Any, value: Value, model: object) -> Value:
        """`Order.get(lambda o: o.id == order_id)`: what the function asks of a row."""
        if not (isinstance(value.closure, tuple) and isinstance(model, Definition)):
            return value
        self.of_rows += 1
        asked = self.call_lambda(value.closure, [Value(ref=model)])
        self.of_rows -= 1
        return asked

    def selected(self: Any, selection: Selection) -> Value:
        """The value of a selection: the caller too where it is the caller's own record; an outcome where it holds a client value against them."""
        origins: set[Origin] = {selection}
        if self.is_callers_record(selection):
            self.caller_seen = True
            origins.add(CALLER)
        if selection.raising:
            self.proves(selection)
        if not selection.fresh:  # that a row is there says nothing where it is made if it is not
            origins.update(Tie(target, weak) for target, weak in self.proven_by(selection))
            origins.update(Tie(target, weak=True) for target in self.beside_role(selection))
            origins.update(self.named_by(selection))
        return Value(frozenset(origins), selection.model if isinstance(selection.model, Definition) else None)

    def proves(self: Any, selection: Selection, sure: set[Any] | None = None) -> None:
        """What holds from here on, because the selection raises where it finds nothing: in these branches, and if nothing was caught. sure: what
        holds whichever of several was found."""
        where = frozenset((*self.branch, *self.tried))
        for target, weak in self.proven_by(selection):
            if sure is None or target in sure:
                self.bind(target, where, weak, selection.path, selection.at)
        for link in self.named_by(selection) if sure is None else ():
            if (link, where) not in self.links:
                self.guards += 1
                self.links[link, where] = self.guards

    def named(self: Any, client: Client, selection: Selection, field: str) -> Client:
        return identities.named(self.schema, client, selection, field)

    def named_by(self: Any, selection: Selection) -> list[Link]:
        """What it says that this selection is not empty: an id beside other terms names one of its rows, and is tied if they are; so, in doubt, is
        a row that a field of the body names."""
        chain = queries.narrowed_from(selection)
        if sum(len(element.terms) for element in chain) < 2:
            return []
        keys = [(e, name, v.clients) for e in chain for name, v in e.terms if KEY_FIELDS.search(name) and not queries.of_many(name, v)]
        terms = [(element, name, clients[0]) for element, name, clients in keys if len(clients) == 1]  # one of several says nothing of the others
        named = [self.named(client, element, name) for element, name, client in terms if client.name not in ("*", "?") and not is_credential(client)]
        beside = any(row.link and row not in chain for element in chain for _, value in element.terms for row in value.selections)
        return [*(Link(client, selection) for client in dict.fromkeys(named)), *([Link(selection, selection)] if beside else [])]

    def proven_by(self: Any, selection: Selection) -> list[tuple[Any, bool]]:
        """What it proves that this selection is not empty: each client value or record in its terms, if another term is the caller; in doubt where
        the client names a list, of which some are there, or something else than the record. Of rows that others may see too it proves nothing."""
        others = any(value.has(BESIDE) for element in (selection, *selection.parents) for _, value in element.terms)
        if others or not queries.of_caller(selection):
            return []
        return [
            (self.named(t, element, name) if isinstance(t, Client) else t, queries.of_many(name, value) or queries.one_of_several(value))
            for element in (selection, *selection.parents)
            for name, value in element.terms
            if not value.has(CALLER)
            for t in (*value.clients, *value.selections)
            if not isinstance(t, Client) or (t.name != "*" and not is_credential(t))
        ]

    @staticmethod
    def beside_role(selection: Selection) -> list[Target]:
        """What stands in its terms beside the caller's roles or groups: that such a row is there says something of it, in words of the app."""
        asked = any(value.has(ROLE) and not value.has(CALLER) and not value.chosen for _, value in selection.terms)
        told = [value for _, value in selection.terms if not value.has(ROLE)] if asked else []
        return [t for value in told for t in value.targets if not isinstance(t, Client) or not is_credential(t)]

    def is_callers_record(self: Any, selection: Selection) -> bool:
        """A user looked up by what identifies the caller: an id from the token, a session, a secret key they hold."""
        if not selection.terms or not self.knowledge.is_user(selection.model or ""):
            return False
        if any(value.has(CALLER) for _, value in selection.terms) and not any(value.clients for _, value in selection.terms):
            return True
        return any(SECRET_FIELDS.search(name) and any(c.source in ("header", "cookie") for c in value.clients) for name, value in selection.terms)

    @staticmethod
    def terms(args: list[Value], kwargs: dict[str, Value]) -> list[tuple[str, Value]]:
        """(field, value) of what a query is given: keywords, comparisons (their fields), a positional id."""
        out: list[tuple[str, Value]] = []
        if len(args) >= 2 and args[0].const is not None and not args[0].origins and args[0].fields is None:
            return [(args[0].const, args[-1])]
        for value in args:
            if value.fields:
                out.extend(value.fields.items())
            elif value.items and len(value.items) > 1:  # a composite key: get(Member, (project_id, user.id))
                out.extend(("id", item) for item in value.items if item.origins)
            elif value.origins:
                out.append(("id", value))
        for name, value in kwargs.items():
            says = value.origins or value.items or (name.endswith("__isnull") and value.truth is True)  # the rows that nobody owns
            if says and name not in ("defaults", "description", "options", "with_for_update"):
                out.append((name, value.plus(origins_of(value.items)) if value.items else value))
        return out

    def mongo(self: Any, receiver: Value | None, name: str, args: list[Value], expr: ir.Call, frame: Frame) -> Value:
        given = args[0] if args else Value(fields={})
        terms = stores.conditions(given) if given.fields is not None or given.items is not None else self.terms(args[:1], {})
        selection = self.select(stores.model_called(self, stores.collection_called(self, receiver, expr, frame)), expr, frame, terms=terms)
        if name in queries.CHANGING and not stores.counts_up(args):
            if stores.adds_own(args):  # a like, a comment, a follower: who may leave one is not said by whose the row is
                self.bind(selection, frozenset(self.branch), True, selection.path, selection.at)
            self.use_changed(Value(frozenset({selection})))
        return self.selected(selection)

    def created_row(
        self: Any, model: Any, name: str, receiver: Value, args: list[Value], kwargs: dict[str, Value], expr: ir.Call, frame: Frame
    ) -> Value:
        """`Model.objects.create(owner=user, ...)`: a new row has the fields it was given; one that may be there already is selected by them."""
        fields = {key: value for value in (*args, kwargs.get("defaults", EMPTY)) for key, value in (value.fields or {}).items()}
        found = {key: value for key, value in kwargs.items() if key not in ("defaults", "**")}
        fields.update(found)
        self.made_row(model, {**fields, **({"**": kwargs["**"]} if "**" in kwargs else {})}, expr, frame)
        if name not in queries.FINDING:
            return Value(frozenset(), model if isinstance(model, Definition) else None, fields=fields)
        return self.narrowed(tuple(receiver.selections), "" if receiver.selections else model, name, [], found, expr, frame)

    def made_row(self: Any, model: Any, fields: dict[str, Value], expr: ir.Call, frame: Frame) -> None:
        """A row is made: a model's instance, `Model.objects.create(...)`, an INSERT."""
        self.created.append(Made(model, fields, frame.scope.module.path, ir.start_of(expr), queries.certain(self.held)))
        self.copied(model, fields)

    def rows_of(self: Any, receiver: Value) -> Any:
        """The model whose rows a manager, a class or an `insert(Model)` makes."""
        if isinstance(receiver.ref, Definition) and self.knowledge.is_model(receiver.ref):
            return receiver.ref
        return next((selection.model for selection in receiver.selections if not queries.client_terms(selection)), None)


def is_credential(client: Client) -> bool:
    """A token in a header or cookie: it says who is calling, and names no row that could be somebody else's."""
    return client.source in ("header", "cookie") and bool(AUTH_HEADERS.search(client.name))


def _only_callers(value: Value) -> bool:
    """Rows that are reached through the caller and through nothing that the client says: `request.user.orders`."""
    outside = isinstance(value.ref, str) and not value.ref.startswith("django.contrib.auth.")  # what Django's user has, is the user's
    return value.has(CALLER) and not value.clients and not value.fields and not outside


def row_class(value: Value) -> Ref | None:
    """The class of one of these rows."""
    models = {selection.model for selection in value.selections}
    model = models.pop() if len(models) == 1 else None
    return model if isinstance(model, Definition) else value.kind
