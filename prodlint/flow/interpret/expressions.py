"""Runs expressions on abstract values: names, operators, parts.

Knows: how origins move through expressions. Does not know: attributes (`attributes.py`),
comparisons (`comparisons.py`), tests (`truths.py`), displays (`displays.py`), calls (`calls.py`), statements.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from prodlint import ir
from prodlint.calls.walk import every, heads
from prodlint.flow.callers import open_paths, permissions, session_keys, session_users
from prodlint.flow.callers.principals import is_token, named_by_client, says_itself, who
from prodlint.flow.frames import LARGE, Frame, OutOfBudget
from prodlint.flow.frameworks import bodies
from prodlint.flow.interpret import cached, folding, hung, lists, texts
from prodlint.flow.interpret.attributes import Attributes
from prodlint.flow.interpret.displays import Displays
from prodlint.flow.judging import tenants
from prodlint.flow.knowledge import IDENTITY_KEYS, ROLE_WORDS, TENANT_WORDS, USER_MODEL, last_name, role_marks
from prodlint.flow.lookups import memory, other_keys, queries, stores
from prodlint.flow.proofs import fragments
from prodlint.flow.proofs.comparisons import Comparisons, is_set
from prodlint.flow.proofs.truths import Truths
from prodlint.flow.values import (
    CALLER,
    EMPTY,
    FALSE,
    KIND,
    NOTHING,
    REQUEST,
    ROLES,
    TRUE,
    Client,
    Link,
    Origin,
    Selection,
    Tie,
    Value,
    flipped,
    in_doubt,
    origins_of,
)
from prodlint.names import Definition, statements

REQUESTS = frozenset({"flask.request", "quart.request", "flask.globals.request", "bottle.request", "connexion.request"})


REGISTRIES = frozenset({"get_model", "load_model"})  # of Django, of packages whose models apps replace (oscar, swapper)


class Expressions(Attributes, Comparisons, Displays, Truths):
    """Half of `interpreter.Run`."""

    def eval(self: Any, expr: ir.Expr, frame: Frame) -> Value:
        """The abstract value of an expression."""
        self.steps += 1
        if self.steps > self.limit:
            self.ended = frame.scope.module.path, ir.start_of(expr)
            raise OutOfBudget
        how = _EVAL.get(type(expr))
        if how is None:
            return EMPTY
        value = how(self, expr, frame)
        if len(value.origins) >= LARGE:
            self.steps += len(value.origins) // LARGE
        return value

    # ------------------------------------------------------------ names
    def name(self: Any, expr: ir.Name, frame: Frame) -> Value:
        if expr.id in self.knowledge.own_principals:
            self.caller_seen = True
            return Value(frozenset({CALLER}))
        here: Frame | None = frame
        while here is not None:
            found = here.env.get(expr.id)
            if found is not None:
                return found
            here = here.outer
        return self.static(self.names.lookup(expr.id, frame.scope))

    def static(self: Any, ref: object) -> Value:
        """The value of something that stands in a module: a function, class, module, global, outside name."""
        if ref is None:
            return EMPTY
        if isinstance(ref, str):
            if ref in REQUESTS:
                return Value(frozenset({REQUEST}), ref=ref)
            if ref in self.knowledge.principals:
                self.caller_seen = True
                return Value(frozenset({CALLER}), self.knowledge.session_user if ref.startswith(session_users.SOURCES) else None, ref)
            return Value(ref=ref, kind=ref)
        if isinstance(ref, Definition) and ref.kind in ("value", "param"):
            node = ref.node
            if isinstance(node, ir.Assign) and isinstance(node.value, (ir.Name, ir.Attr)):  # orders = Order
                named = self.names.resolve(node.value, self.names.scope_of(ref))
                if isinstance(named, Definition) and named.kind == "class":
                    return Value(ref=named)
            if isinstance(node, ir.Assign) and isinstance(node.value, ir.Call) and (model := self.model_called(node.value)) is not None:
                return Value(ref=model)
            if (kept := memory.store(self, ref) or stores.kept(self, ref)) is not None:
                return kept
            const = node.value.value if isinstance(node, ir.Assign) and isinstance(node.value, ir.Const) else None
            kind = self.names.value_type(ref)
            if kind == f"{USER_MODEL}()":  # User = get_user_model()
                return self.static(self.knowledge.django_user)
            if kind == "werkzeug.local.LocalProxy" and (meant := self.proxied(ref)) is not None:
                return meant
            if isinstance(kind, Definition) and isinstance(node, ir.Assign) and isinstance(node.value, ir.Call) and not self.knowledge.is_model(kind):
                return self.instance(ref, kind)
            if isinstance(node, ir.Assign) and isinstance(node.value, ir.Call) and (made := self.function_made(ref, node.value)) is not None:
                return made
            if isinstance(node, ir.Assign) and isinstance(node.value, ir.Call) and (cls := self.class_made(ref, node.value)) is not None:
                return Value(ref=cls)
            items = self.global_items(ref) if isinstance(node, ir.Assign) else None
            if not self.began and isinstance(node, ir.Assign) and isinstance(node.value, (ir.Seq, ir.Bin, ir.Comp, ir.Call)):
                items = open_paths.of_global(self, ref) if items is None or open_paths.are_words(items) else items
            return Value(frozenset(), kind, ref, const if isinstance(const, str) else None, items=items)
        return Value(ref=ref)

    def instance(self: Any, ref: Definition, kind: Definition) -> Value:
        """An object that a module makes (`tasks = Repository(Task)`), with the fields its constructor sets; made once for each endpoint."""
        known = self.made_globals.get(ref)
        if known is None:
            self.made_globals[ref] = Value(frozenset(), kind, ref)
            made = self.eval(ref.node.value, Frame(self.names.scope_of(ref), {}, 2))  # type: ignore[attr-defined]
            known = self.made_globals[ref] = Value(frozenset(), kind, ref, None, made.fields)
        return known

    def model_called(self: Any, call: ir.Call) -> Definition | None:
        """The model that a registry of apps is asked for: `apps.get_model("shop", "Order")`, `load_model("shop.Order")`."""
        if self.schema is None or last_name(call.func) not in REGISTRIES:
            return None
        words = [arg.value for arg in call.args if isinstance(arg, ir.Const) and isinstance(arg.value, str)]
        app, _, name = ".".join(words).rpartition(".")
        return self.schema.of_app(app, name) if app and len(words) == len(call.args) <= 2 else None

    def function_made(self: Any, ref: Definition, call: ir.Call) -> Value | None:
        """A function that another one of the project makes for a module: `get_order = getter_of(Order)`."""
        maker = self.names.resolve(call.func, self.names.scope_of(ref))
        body = self.names.body(maker.node) if isinstance(maker, Definition) and maker.kind == "function" else ()
        if not any(type(s) is ir.Function or (type(s) is ir.Return and type(s.value) is ir.Lambda) for s in body):
            return None
        if ref not in self.made_globals:
            self.made_globals[ref] = EMPTY
            self.made_globals[ref] = self.eval(call, Frame(self.names.scope_of(ref), {}, 0))
        made = self.made_globals[ref]
        return made if isinstance(made.closure, tuple) or (isinstance(made.ref, Definition) and made.ref.kind == "function") else None

    def class_made(self: Any, ref: Definition, call: ir.Call) -> Definition | None:
        """A class that a function of the project makes for a module, `CanEdit = editors_permission()`: all that stands there is the class, and
        nothing in it depends on what the function was told."""
        maker = self.names.resolve(call.func, self.names.scope_of(ref))
        body = self.names.body(maker.node) if isinstance(maker, Definition) and maker.kind == "function" else ()
        cls, given = body[-2:] if len(body) > 1 else (None, None)
        rest = all(isinstance(s, ir.ExprStmt) and isinstance(s.value, ir.Const) for s in body[:-2])
        if not (
            rest and isinstance(cls, ir.Class) and isinstance(given, ir.Return) and isinstance(given.value, ir.Name) and given.value.id == cls.name
        ):
            return None
        told = {param.name for param in maker.node.params}  # type: ignore[union-attr]
        inner = [*statements(cls.body), *(each for f in cls.body if isinstance(f, ir.Function) for each in statements(self.names.body(f)))]
        parts = (part for statement in inner for head in heads(statement) for part in every(head))
        read = {part.id for part in (*parts, *cls.bases) if isinstance(part, ir.Name)}
        made = self.names.lookup(cls.name, self.names.scope(maker)) if read.isdisjoint(told) and not maker.node.decorators else None  # type: ignore[union-attr]
        return made if isinstance(made, Definition) and made.kind == "class" else None

    def proxied(self: Any, ref: Definition) -> Value | None:
        """What `account = LocalProxy(lambda: g.account)` stands for while a request is served, asked each time; None where that says nothing."""
        given = ref.node.value.args[:1] if isinstance(ref.node, ir.Assign) and isinstance(ref.node.value, ir.Call) else ()
        if not given or ref in self.made_globals:  # it stands for itself
            return None
        frame = Frame(self.names.scope_of(ref), {}, 2)
        self.made_globals[ref] = EMPTY
        asked = self.eval(given[0], frame)
        meant = self.call_lambda(asked.closure, []) if isinstance(asked.closure, tuple) else EMPTY
        if isinstance(asked.ref, Definition) and asked.ref.kind == "function":
            meant = self.call_function(asked.ref, [], {}, frame, given[0], asked.closure)
        del self.made_globals[ref]
        if self.knowledge.names_caller(ref.name) and not named_by_client(meant, []):
            return meant.plus(who(self, meant))
        return meant if meant.origins else None

    def global_items(self: Any, ref: Definition) -> tuple[Value, ...] | None:
        value = ref.node.value  # type: ignore[attr-defined]
        if isinstance(value, ir.Call) and isinstance(value.func, ir.Name) and value.func.id in ("frozenset", "set", "tuple", "list") and value.args:
            value = value.args[0]
        if isinstance(value, ir.Seq) and all(isinstance(item, ir.Const) for item in value.items) and len(value.items) < 30:
            return tuple(Value(const=item.value if isinstance(item.value, str) else None) for item in value.items)  # type: ignore[union-attr]
        return None

    # ------------------------------------------------------------ attributes
    # ------------------------------------------------------------ selections
    def select(self: Any, model: object, expr: ir.Expr, frame: Frame, parents: tuple[Selection, ...] = (), **more: Any) -> Selection:
        """A new selection, standing where the expression stands."""
        known = model if isinstance(model, (Definition, str)) else ""
        if "terms" in more:
            more["terms"] = other_keys.doubted(self, model, more["terms"], expr, frame)
        path, at, end = frame.scope.module.path, ir.start_of(expr), getattr(expr, "end", 0)
        selection = Selection(known, path, at, end, parents=parents, admin=self.admin_depth > 0, tests=frozenset((*self.branch, *self.tried)), **more)
        selection.through = tuple(self.chain)
        selection.by_kind = selection.admin and self.kind_depth == self.admin_depth
        self.selections.append(selection)
        if self.rehearsing:
            self.rehearsed.add(selection)
        if parents and not self.kept_here.isdisjoint(parents):
            self.kept_here.add(selection)
        return selection

    # ------------------------------------------------------------ operators
    def binary(self: Any, expr: ir.Bin, frame: Frame) -> Value:
        pair = self.eval(expr.left, frame), self.eval(expr.right, frame)
        whole = self.operated(expr, *pair, frame)
        return texts.spread(whole, pair, lambda left, right: self.operated(expr, left, right, frame)) if expr.op == "+" else whole

    def operated(self: Any, expr: ir.Bin, left: Value, right: Value, frame: Frame) -> Value:
        if (permission := permissions.combined(expr.op, left, right)) is not None:
            return permission
        if expr.op in "|&" and isinstance(expr.left, ir.Cmp) and isinstance(expr.right, ir.Cmp) and left.fields is None and right.fields is None:
            return self.boolean(ir.Bool("or" if expr.op == "|" else "and", (expr.left, expr.right)), frame)  # `(status == "open") | (owner == user)`
        if expr.op == "|" and left.selections and right.selections:
            left, right = self.but_nobodys(left), self.but_nobodys(right)
        const = None
        if expr.op == "+" and (left.const is not None or right.const is not None):
            const = (left.const if left.const is not None else "%s") + (right.const if right.const is not None else "%s")
            left = left if left.const is not None or left.items else Value(left.origins, items=(left,))
            right = right if right.const is not None or right.items else Value(right.origins, items=(right,))
        fields = queries.both((left, right)) if expr.op == "&" else queries.either((left, right)) if expr.op == "|" else None
        items = (*(left.items or ()), *(right.items or ())) or None if const is not None or expr.op == "+" else right.items
        if expr.op == "%" and left.const == "%s" and right.const is not None and not right.origins:
            return Value(const=right.const)
        if expr.op == "%" and left.const is not None:
            return Value(left.origins | right.origins, const=left.const, items=right.items or ((right,) if right.origins else None))
        if expr.op == "^" and (left.outcomes or right.outcomes):
            return in_doubt(Value(left.origins | right.origins))  # one of them, and not the other
        origins = left.origins | (flipped(right.origins) if expr.op == "-" else right.origins)  # what is left is what the right side has not
        if expr.op == "-" and (is_set(expr.left) or is_set(expr.right)):  # what is left of it: `if set(ids) - allowed: raise Forbidden()`
            return Value(origins | self.subset(left, right, -1))
        if expr.op == "-":  # wanted - {order.id for order in mine}: empty where every id is one of theirs
            rows = right.selections if not left.selections else []
            origins |= {Link(client, row, -1) for client in (left.clients if rows else ()) for row in rows}
        return Value(origins, const=const, fields=fields, items=items)

    def but_nobodys(self: Any, rows: Value) -> Value:
        """Without `Tag.objects.filter(owner__isnull=True)`: beside other rows, those that nobody owns are for everybody."""
        nobodys = {
            row
            for row in rows.selections
            for name, value in row.terms
            if name.endswith("__isnull") and value.truth is True and self.schema is not None
            and self.schema.owner_field(row.model, name.removesuffix("__isnull"))
        }  # fmt: skip
        return rows.made_of(rows.origins - nobodys) if nobodys else rows

    def children(self: Any, expr: Any, frame: Frame) -> Value:
        return Value(origins_of([self.eval(child, frame) for child in expr.children]))

    # ------------------------------------------------------------ parts and the rest
    def subscript(self: Any, expr: ir.Sub, frame: Frame) -> Value:
        base = self.eval(expr.base, frame)
        index = self.eval(expr.index, frame)
        if memory.is_kept(self, base) and (row := memory.part(self, base, index, expr, frame)) is not None:
            return row
        if (left := cached.kept(self, base, expr, index)) is not None:
            return left
        self.token_read |= is_token(index)
        if (found := hung.taken(self, base, index.const)) is not None:
            return found
        if (own := self.own_item(base)) is not None:
            return self.call_function(own, [base, index], {}, frame, expr)
        if base.ref == folding.VIEWS and index.ref == folding.ENDPOINT:
            return Value(ref=folding.VIEW)
        if index.origins and isinstance(base.ref, Definition) and not base.origins and self.knowledge.is_model(base.ref):
            return self.narrowed((), base.ref, "get", [index], {}, expr, frame)  # Order[order_id]
        if index.origins and isinstance(base.ref, Definition) and not base.origins and folding.is_enum(self.names, base.ref):
            return Value(index.origins)  # Role[name]
        if base.has(CALLER) and session_keys.is_chosen(self.knowledge.chosen_keys, expr, index.const):
            return EMPTY
        alone = frame.depth == 0 and base.has(CALLER) and not (frame.tests or self.trying or self.branch)
        if alone and index.const not in self.said_otherwise and IDENTITY_KEYS.search(index.const or ""):
            self.login.append((frame.scope.module.path, expr.at))  # session["user_id"] raises where nobody is logged in
        if base.fields is not None and index.const in base.fields:
            return base.fields[index.const].plus(o for o in base.outcomes if isinstance(o, Tie) and o.weak)  # what all of it was made by says so
        if base.items is not None and base.const is None and isinstance(expr.index, ir.Slice) and any(item.fields for item in base.items):
            left = lists.cut(base.items, expr.index)
            return Value(origins_of(left), items=left)
        if base.items is not None and (at := lists.number(expr.index)) is not None and -len(base.items) <= at < len(base.items):
            return base.items[at]
        if base.fields and index.const is None and base.receiver is None and not isinstance(expr.index, (ir.Const, ir.Slice)):
            part = self.part(base, index, expr, frame)
            return bodies.any_of(base.fields).plus(part.origins - part.outcomes)
        at = lists.number(expr.index)
        if base.selections and (at is not None or isinstance(expr.index, ir.Slice)):
            return fragments.marked(expr, self.one_of(base, expr, frame))
        if at is not None and (base.kind == lists.PARTS or not isinstance(expr.base, ir.Call)):
            return lists.one_of(self.part(base, index, expr, frame), at, base.kind == lists.PARTS)
        return fragments.marked(expr, lists.few(self, expr, self.part(base, index, expr, frame)))

    def own_item(self: Any, base: Value) -> Definition | None:
        """The `__getitem__` of an object that the project made here, `session["user_id"]` of a class around the framework's session."""
        if base.fields is None or base.selections or not isinstance(base.kind, Definition) or self.knowledge.is_model(base.kind):
            return None
        found = self.names.class_member(base.kind, "__getitem__")
        return found if isinstance(found, Definition) and found.kind == "function" else None

    def part(self: Any, base: Value, index: Value, expr: ir.Expr, frame: Frame) -> Value:
        """`base[index]` or `base.get(index)`: a named part of a client container, an attribute of the caller, an item of data."""
        name = index.const
        if name is None and any(client.name == "*" and client.source in ("header", "cookie") for client in base.clients):
            name = called(expr)
        if base.has(REQUEST) and base.kind is None:
            if name in self.carried:
                return self.carried[name]
            if name == "path":  # scope["path"]
                return self.where()
            if name == "type" and not self.began:  # of ASGI
                return Value(ref=folding.KIND, const="websocket" if self.method == "WEBSOCKET" else "http")
            mine = name == "session" or (name and (TENANT_WORDS.match(name) or self.knowledge.names_caller(name)))  # sanic_session, aiohttp
            return Value(frozenset({CALLER}) if mine else frozenset())
        out: set[Origin] = set()
        if base.fields and any(client.name == "*" for client in base.clients):  # a dict with something of the caller's, and a body over it
            base = Value(frozenset(client for client in base.clients if client.name == "*"))
        if base.has(CALLER) and name in self.said_otherwise:
            return self.said_otherwise[name]
        if base.has(CALLER) and session_keys.is_chosen(self.knowledge.chosen_keys, expr, name):
            return EMPTY  # a visitor said so
        tenants.asked(self, base, name)
        if base.has(CALLER):  # session.get(project.id), user.grants[order_id]: there only if it is the caller's
            out.update(Tie(target) for target in index.targets)
        for origin in base.origins:
            if isinstance(origin, Client) and origin.name == "*":
                out.add(Client(name or "?", origin.source, (frame.scope.module.path, getattr(expr, "at", 0))))
            elif name and role_marks(name) and says_itself(self, base):
                out |= {origin, KIND}
            elif origin is CALLER and name and ROLE_WORDS.search(name):
                out |= role_marks(name) or {CALLER}  # which role, in claims["role_id"]
            elif name and isinstance(origin, Client) and origin.source in ("header", "cookie"):
                out.add(origin.reached)  # what somebody found by a token has, `lookup(token)["project"]`, is not the token
            else:
                out.add(origin)
        if not base.origins:  # Role[claims["role"]], RANKS[user.role]
            out |= index.origins & ROLES
        if not base.origins and index.clients:  # an in-memory table: ORDERS[order_id]
            return Value(index.origins if base.ref is None else frozenset())
        return Value(frozenset(out), ref=base.ref if isinstance(base.ref, Definition) and base.ref.kind == "class" else None)

    def constant(self: Any, expr: ir.Const, frame: Frame) -> Value:
        if isinstance(expr.value, str):
            return Value(const=expr.value)
        if expr.value is None:
            return EMPTY if expr.kind else NOTHING
        return TRUE if expr.value is True else FALSE if expr.value is False else EMPTY

    def lambda_(self: Any, expr: ir.Lambda, frame: Frame) -> Value:
        return Value(closure=(expr, frame))

    def walrus(self: Any, expr: ir.Walrus, frame: Frame) -> Value:
        value = self.eval(expr.value, frame)
        frame.env[expr.target.id] = value
        return value

    def yielded(self: Any, expr: ir.Yield, frame: Frame) -> Value:
        value = self.maybe(expr.value, frame)
        frame.returns.append(value)
        if frame.depth == 0:
            self.use(value)
        else:
            frame.skips.append((id(expr), True))  # what it asks then comes after what it was asked for
        return EMPTY


def called(expr: ir.Expr) -> str | None:
    """What a header or cookie is called by who asks for it, where its name is set elsewhere: `cookies.get(settings.SESSION_COOKIE)`."""
    key = expr.index if isinstance(expr, ir.Sub) else expr.args[0] if isinstance(expr, ir.Call) and expr.args else None
    return last_name(key) or None if isinstance(key, (ir.Name, ir.Attr)) else None


_EVAL: dict[type, Callable[..., Value]] = {
    ir.Name: Expressions.name, ir.Attr: Attributes.attribute, ir.Cmp: Comparisons.compare, ir.Bool: Truths.boolean,
    ir.IfExp: Truths.conditional, ir.Bin: Expressions.binary, ir.Seq: Expressions.sequence, ir.Map: Expressions.mapping,
    ir.Comp: Expressions.comprehension, ir.Fstr: Expressions.fstring, ir.Sub: Expressions.subscript, ir.Const: Expressions.constant,
    ir.Lambda: Expressions.lambda_, ir.Walrus: Expressions.walrus, ir.Yield: Expressions.yielded, ir.Other: Expressions.children,
    ir.Await: lambda run, expr, frame: run.eval(expr.value, frame), ir.Unary: Truths.negated,
    ir.Star: lambda run, expr, frame: run.eval(expr.value, frame), ir.Call: lambda run, expr, frame: run.call(expr, frame),
}  # fmt: skip
