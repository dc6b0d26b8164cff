"""Runs expressions on abstract values: names, attributes, operators, parts.

Knows: how origins move through expressions. Does not know: comparisons (`comparisons.py`), displays (`displays.py`), calls (`calls.py`), statements.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from prodlint import ir
from prodlint.flow import bodies, folding, permissions, queries, requests
from prodlint.flow.comparisons import Comparisons
from prodlint.flow.displays import Displays
from prodlint.flow.frames import Frame, OutOfBudget
from prodlint.flow.knowledge import IDENTITY_KEYS, KEY_FIELDS, PRESENCE_WORDS, ROLE_WORDS, TENANT_WORDS, USER_MODEL, role_marks
from prodlint.flow.values import (
    ADMIN,
    CALLER,
    EMPTY,
    FALSE,
    FRESH,
    NOTHING,
    PRESENCE,
    REQUEST,
    ROLE,
    TRUE,
    Client,
    Link,
    Origin,
    Selection,
    Tie,
    Value,
    flipped,
    origins_of,
    union,
    unsigned,
)
from prodlint.names import Definition, Scope, is_static

REQUESTS = frozenset({"flask.request", "quart.request", "flask.globals.request", "bottle.request", "connexion.request"})


class Expressions(Comparisons, Displays):
    """Half of `interpreter.Run`."""

    def eval(self: Any, expr: ir.Expr, frame: Frame) -> Value:
        """The abstract value of an expression."""
        self.steps += 1
        if self.steps > self.MAX_STEPS:
            raise OutOfBudget
        how = _EVAL.get(type(expr))
        return EMPTY if how is None else how(self, expr, frame)

    MAX_STEPS = 60_000

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
                return Value(frozenset({CALLER}), ref=ref)
            return Value(ref=ref, kind=ref)
        if isinstance(ref, Definition) and ref.kind in ("value", "param"):
            node = ref.node
            if isinstance(node, ir.Assign) and isinstance(node.value, (ir.Name, ir.Attr)):  # orders = Order
                named = self.names.resolve(node.value, self.names.scope_of(ref))
                if isinstance(named, Definition) and named.kind == "class":
                    return Value(ref=named)
            const = node.value.value if isinstance(node, ir.Assign) and isinstance(node.value, ir.Const) else None
            kind = self.names.value_type(ref)
            if kind == f"{USER_MODEL}()":  # User = get_user_model()
                return self.static(self.knowledge.django_user)
            origins: frozenset[Origin] = frozenset()
            if kind in ("werkzeug.local.LocalProxy",) and self.knowledge.names_caller(ref.name):
                origins = frozenset({CALLER})
            if isinstance(kind, Definition) and isinstance(node, ir.Assign) and isinstance(node.value, ir.Call) and not self.knowledge.is_model(kind):
                return self.instance(ref, kind)
            items = self.global_items(ref) if isinstance(node, ir.Assign) else None
            return Value(origins, kind, ref, const if isinstance(const, str) else None, items=items)
        return Value(ref=ref)

    def instance(self: Any, ref: Definition, kind: Definition) -> Value:
        """An object that a module makes (`tasks = Repository(Task)`), with the fields its constructor sets; made once for each endpoint."""
        known = self.made_globals.get(ref)
        if known is None:
            self.made_globals[ref] = Value(frozenset(), kind, ref)
            made = self.eval(ref.node.value, Frame(self.names.scope_of(ref), {}, 2))  # type: ignore[attr-defined]
            known = self.made_globals[ref] = Value(frozenset(), kind, ref, None, made.fields)
        return known

    def global_items(self: Any, ref: Definition) -> tuple[Value, ...] | None:
        value = ref.node.value  # type: ignore[attr-defined]
        if isinstance(value, ir.Call) and isinstance(value.func, ir.Name) and value.func.id in ("frozenset", "set", "tuple", "list") and value.args:
            value = value.args[0]
        if isinstance(value, ir.Seq) and all(isinstance(item, ir.Const) for item in value.items) and len(value.items) < 30:
            return tuple(Value(const=item.value if isinstance(item.value, str) else None) for item in value.items)  # type: ignore[union-attr]
        return None

    # ------------------------------------------------------------ attributes
    def attribute(self: Any, expr: ir.Attr, frame: Frame) -> Value:
        if self.knowledge.own_principals and dotted(expr) in self.knowledge.own_principals:
            self.caller_seen = True
            return Value(frozenset({CALLER}))
        base = self.eval(expr.base, frame)
        return self.attr(base, expr.name, expr, frame)

    def attr(self: Any, base: Value, name: str, expr: ir.Attr, frame: Frame) -> Value:
        """`base.name`."""
        if base.fields is not None and name in base.fields:
            return base.fields[name].plus(base.selections)  # made here in one branch, selected in another
        if base.fields is not None and not base.origins and KEY_FIELDS.search(name) and self.knowledge.is_model(base.kind):
            return Value(frozenset({FRESH}))
        if base.ref == folding.URL and name == "path":
            return self.where()
        if base.ref == requests.KEPT:
            return self.kept(name)
        if REQUEST in base.origins and base.kind is None:
            if name in ("path", "path_info"):
                return self.where()
            if name == "url":
                return Value(ref=folding.URL)
            if name in ("parser_context", "resolver_match"):
                return Value(fields={"kwargs": self.arguments_of_path})
            if name == "endpoint":
                return Value(ref=folding.ENDPOINT, const=self.endpoint or None)
            put = self.carried.get(name)
            if put is not None and name not in requests.CALLER_ATTRIBUTES and requests.chosen_by_client(put):
                return put
            value = requests.attribute(name)
            self.caller_seen |= CALLER in value.origins
            if name == "method" and self.method:
                return Value(const=self.method)
            if name == "user" and self.knowledge.user_model is not None:
                return Value(value.origins, self.knowledge.user_model)
            return value
        static = self.static_attr(base, name, expr, frame)
        if static is not None:
            return static
        origins = self.attr_origins(base, name, expr, frame)
        found = self.names.instance_member(base.kind, name) if base.kind is not None else None
        if isinstance(found, Definition):
            return self.member(base, found, origins, name, expr, frame)
        if base.origins or found is not None:
            return Value(origins, found if isinstance(found, str) else None, found, receiver=base)
        return EMPTY

    def kept(self: Any, name: str) -> Value:
        """`request.state.user`: what a middleware put there, as far as it was seen to, else who asks or a tool by its name."""
        if requests.TOOLS.search(name):
            return EMPTY
        known = self.globals.get(f"{requests.KEPT}.{name}")
        mine = known is None or name in requests.CALLER_ATTRIBUTES
        self.caller_seen |= mine or known.has(CALLER)
        return (known or EMPTY).plus({CALLER} if mine else ())

    def where(self: Any) -> Value:
        """The path of the request, which is known for one endpoint."""
        return Value(ref=folding.PATH, const=self.path or None)

    def static_attr(self: Any, base: Value, name: str, expr: ir.Attr, frame: Frame) -> Value | None:
        """An attribute of a module, class or outside name; None where the base is an ordinary value."""
        ref = base.ref
        if isinstance(ref, str) and not base.origins:
            full = f"{ref}.{name}"
            if ref in ("flask.g", "quart.g"):
                if name in self.globals:
                    return self.globals[name].plus({CALLER} if name in requests.CALLER_ATTRIBUTES else ())
                known = TENANT_WORDS.match(name) or self.knowledge.names_caller(name) or name in requests.CALLER_ATTRIBUTES
                return Value(frozenset({CALLER}) if known else frozenset())
            if name in queries.MANAGERS and self.knowledge.is_model(ref):
                return Value(frozenset({self.select(ref, expr, frame)}), ref=full)
            return self.static(full)
        if isinstance(ref, Definition) and ref.kind in ("class", "module"):
            if ref.kind == "class" and self.knowledge.is_model(ref):
                manager = self.names.class_member(ref, name)
                if name in queries.MANAGERS or self.is_manager(manager) or (not isinstance(manager, Definition) and name.endswith("_objects")):
                    kind = self.names.value_type(manager) if isinstance(manager, Definition) else self.query_class(ref) if name == "query" else None
                    selection = self.select(ref, expr, frame)
                    if name == "query" and isinstance(kind, Definition):
                        return Value(frozenset({selection}), kind)
                    rows = Value(frozenset({selection}), kind if isinstance(kind, Definition) else None)
                    return self.managed(rows, expr, frame) if isinstance(kind, Definition) else rows
                if isinstance(manager, Definition) and manager.kind == "value":
                    return EMPTY  # a column: comparisons name it, they do not read data
            found = self.names.member(ref, name)
            if ref.kind == "class" and isinstance(found, Definition) and found.kind == "function" and _class_method(found):
                return Value(ref=found, receiver=base)
            return self.static(found) if found is not None else EMPTY
        return None

    def query_class(self: Any, model: Definition) -> Definition | None:
        """The project's own class of queries that a model of Flask-SQLAlchemy names."""
        found = self.names.class_member(model, "query_class")
        if not isinstance(found, Definition) or not isinstance(found.node, ir.Assign) or found.node.value is None:
            return None
        ref = self.names.resolve(found.node.value, self.names.class_scope(found.owner or model))
        return ref if isinstance(ref, Definition) and ref.kind == "class" else None

    def managed(self: Any, rows: Value, expr: ir.Expr, frame: Frame) -> Value:
        """What the project's own manager leaves of the rows: its `get_queryset` stands before every query."""
        found = self.names.class_member(rows.kind, "get_queryset")
        if not isinstance(found, Definition) or found.kind != "function":
            return rows
        result = self.call_function(found, [rows], {}, frame, expr)
        return Value(result.origins, rows.kind) if result.selections else rows

    def is_manager(self: Any, member: object) -> bool:
        if not isinstance(member, Definition) or member.kind != "value" or not isinstance(member.node, ir.Assign):
            return False
        kind = self.names.type_of(member.node.value, self.names.scope_of(member))
        if isinstance(kind, str):
            return kind.endswith("Manager") or "Manager" in kind.rpartition(".")[2] or kind.endswith("as_manager()")
        return self.is_queryset(kind)

    def is_queryset(self: Any, kind: object) -> bool:
        """A class of Django's managers or querysets, of the project's own."""
        return isinstance(kind, Definition) and any(isinstance(a, str) and a.endswith(("Manager", "QuerySet")) for a in self.names.mro(kind))

    def attr_origins(self: Any, base: Value, name: str, expr: ir.Attr, frame: Frame) -> frozenset[Origin]:
        """The origins of an attribute of a value."""
        if not base.origins:
            return frozenset()
        out: set[Origin] = set()
        for origin in base.origins:
            if isinstance(origin, Client):
                if name in _PLAIN_METHODS or (origin.name != "*" and origin.source not in ("body", "form")):
                    out.add(origin)
                else:  # a part of a body, or of an object in a body: `order.id`
                    part = name if origin.name == "*" else f"{origin.name}.{name}"[-80:]
                    out.add(Client(part, origin.source, (frame.scope.module.path, expr.at)))
            elif origin is CALLER:
                out.update({PRESENCE} if PRESENCE_WORDS.match(name) else role_marks(name) or {CALLER})
            elif isinstance(origin, (Selection, Tie, Link)) or origin in (ROLE, ADMIN, PRESENCE, REQUEST):
                out.add(origin)
        return frozenset(out)

    def member(self: Any, base: Value, found: Definition, origins: frozenset[Origin], name: str, expr: ir.Attr, frame: Frame) -> Value:
        """A member that the class of a value defines."""
        if found.kind == "function":
            if any(_property(d) for d in found.node.decorators):  # type: ignore[attr-defined]
                return self.call_function(found, [base], {}, frame, expr).plus(origins)
            return Value(origins, ref=found, receiver=None if is_static(found.node) else base)  # type: ignore[arg-type]
        if found.kind == "value":
            value = self.static(found)
            if (
                isinstance(found.node, ir.Assign)
                and isinstance(found.node.value, (ir.Call, ir.Attr))
                and found.owner is not None
                and found.owner.kind == "class"
            ):
                scope = self.names.class_scope(found.owner)
                if self.might_select(found.node.value, scope):
                    value = self.eval(found.node.value, Frame(scope, {}, frame.depth + 1))
            return Value(value.origins | origins, value.kind, value.ref, value.const, value.fields, None, value.items)
        return Value(origins, ref=found)

    def might_select(self: Any, expr: ir.Expr, scope: Scope) -> bool:
        """Does an attribute's expression (`queryset = Order.objects.all()`) start at a model?"""
        while isinstance(expr, (ir.Call, ir.Attr)):
            expr = expr.func if isinstance(expr, ir.Call) else expr.base
            if isinstance(expr, (ir.Name, ir.Attr)) and self.knowledge.is_model(self.names.resolve(expr, scope)):
                return True
        return False

    # ------------------------------------------------------------ selections
    def select(self: Any, model: object, expr: ir.Expr, frame: Frame, parents: tuple[Selection, ...] = (), **more: Any) -> Selection:
        """A new selection, standing where the expression stands."""
        known = model if isinstance(model, (Definition, str)) else ""
        path, at, end = frame.scope.module.path, ir.start_of(expr), getattr(expr, "end", 0)
        selection = Selection(known, path, at, end, parents=parents, admin=self.admin_depth > 0, tests=frozenset(self.branch), **more)
        self.selections.append(selection)
        return selection

    # ------------------------------------------------------------ operators
    def negated(self: Any, expr: ir.Unary, frame: Frame) -> Value:
        value = self.eval(expr.value, frame)
        if expr.op != "not":
            return Value(flipped(value.outcomes)) if expr.op == "~" and value.fields else value  # ~Q(owner=user): everybody else's
        if value.truth is not None:
            return FALSE if value.truth else TRUE
        return Value(flipped(value.origins))

    def boolean(self: Any, expr: ir.Bool, frame: Frame) -> Value:
        values = [self.eval(value, frame) for value in expr.values]
        if expr.op == "or" and any(v.clients and not v.selections and not v.outcomes for v in values) and any(v.outcomes for v in values):
            values = [Value(frozenset(_doubted(v.origins))) for v in values]  # the client may choose the way around the guard
        decided = expr.op == "or"
        if any(v.truth is decided for v in values):
            return TRUE if decided else FALSE
        values = [v for v in values if v.truth is None] or values[:1]
        if len(values) == 1:
            return values[0]  # `self.lookup_url_kwarg or self.lookup_field`, where the first is None
        joined = union(values)
        if expr.op == "or" and joined.has(ROLE) and any(not v.origins for v in values):  # `not allowed or user.id in allowed or is_admin(user)`
            joined = joined.made_of(joined.origins - {ROLE, ADMIN})
            values = [joined]
        if sum(v.fields is not None for v in values) > 1:  # conditions of a query
            return Value(joined.origins, fields=queries.either(values) if expr.op == "or" else queries.both(values))
        return joined if any(v.kind or v.ref or v.fields for v in values) else Value(origins_of(values))

    def conditional(self: Any, expr: ir.IfExp, frame: Frame) -> Value:
        test = self.eval(expr.test, frame)
        if test.truth is not None:
            return self.eval(expr.body if test.truth else expr.orelse, frame)
        first, second = self.eval(expr.body, frame), self.eval(expr.orelse, frame)
        outcomes = test.outcomes if second.truth is False else flipped(test.outcomes) if first.truth is False else unsigned(test.outcomes)
        return union((first, second)).plus(outcomes)

    def binary(self: Any, expr: ir.Bin, frame: Frame) -> Value:
        left, right = self.eval(expr.left, frame), self.eval(expr.right, frame)
        if (permission := permissions.combined(expr.op, left, right)) is not None:
            return permission
        const = None
        if expr.op == "+" and (left.const is not None or right.const is not None):
            const = (left.const if left.const is not None else "%s") + (right.const if right.const is not None else "%s")
            left = left if left.const is not None or left.items else Value(left.origins, items=(left,))
            right = right if right.const is not None or right.items else Value(right.origins, items=(right,))
        fields = queries.both((left, right)) if expr.op == "&" else queries.either((left, right)) if expr.op == "|" else None
        items = (*(left.items or ()), *(right.items or ())) or None if const is not None or expr.op == "+" else right.items
        if expr.op == "%" and left.const is not None:
            return Value(left.origins | right.origins, const=left.const, items=right.items or ((right,) if right.origins else None))
        return Value(left.origins | right.origins, const=const, fields=fields, items=items)

    def children(self: Any, expr: Any, frame: Frame) -> Value:
        return Value(origins_of([self.eval(child, frame) for child in expr.children]))

    # ------------------------------------------------------------ parts and the rest
    def subscript(self: Any, expr: ir.Sub, frame: Frame) -> Value:
        base = self.eval(expr.base, frame)
        index = self.eval(expr.index, frame)
        if index.origins and isinstance(base.ref, Definition) and not base.origins and self.knowledge.is_model(base.ref):
            return self.narrowed((), base.ref, "get", [index], {}, expr, frame)  # Order[order_id]
        if frame.depth == 0 and base.has(CALLER) and not (frame.tests or self.trying or self.branch) and IDENTITY_KEYS.search(index.const or ""):
            self.login.append((frame.scope.module.path, expr.at))  # session["user_id"] raises where nobody is logged in
        if base.fields is not None and index.const in base.fields:
            return base.fields[index.const].plus(o for o in base.outcomes if isinstance(o, Tie) and o.weak)  # what all of it was made by says so
        if (
            base.items is not None
            and isinstance(expr.index, ir.Const)
            and isinstance(expr.index.value, int)
            and -1 < expr.index.value < len(base.items)
        ):
            return base.items[expr.index.value]
        if base.fields and index.const is None and base.receiver is None and not isinstance(expr.index, (ir.Const, ir.Slice)):
            return bodies.any_of(base.fields).plus(self.part(base, index, expr, frame).origins)
        return self.part(base, index, expr, frame)

    def part(self: Any, base: Value, index: Value, expr: ir.Expr, frame: Frame) -> Value:
        """`base[index]` or `base.get(index)`: a named part of a client container, an attribute of the caller, an item of data."""
        name = index.const
        if base.has(REQUEST) and base.kind is None:
            if name == "path":  # scope["path"]
                return self.where()
            return Value(frozenset({CALLER}) if name and (TENANT_WORDS.match(name) or self.knowledge.names_caller(name)) else frozenset())
        out: set[Origin] = set()
        if base.fields and any(client.name == "*" for client in base.clients):  # a dict with something of the caller's, and a body over it
            base = Value(frozenset(client for client in base.clients if client.name == "*"))
        if base.has(CALLER):  # session.get(project.id), user.grants[order_id]: there only if it is the caller's
            out.update(Tie(target) for target in index.targets)
        for origin in base.origins:
            if isinstance(origin, Client) and origin.name == "*":
                out.add(Client(name or "?", origin.source, (frame.scope.module.path, getattr(expr, "at", 0))))
            elif origin is CALLER and name and ROLE_WORDS.search(name):
                out |= role_marks(name)
            else:
                out.add(origin)
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
        return EMPTY


def _doubted(origins: frozenset[Origin]) -> list[Origin]:
    return [Tie(o.target, True, o.sign) if isinstance(o, Tie) else o for o in origins if not isinstance(o, Link)]


def dotted(expr: ir.Expr) -> str:
    """`request.account` as text; "" for anything but names and attributes."""
    parts: list[str] = []
    while isinstance(expr, ir.Attr):
        parts.append(expr.name)
        expr = expr.base
    return ".".join([expr.id, *reversed(parts)]) if isinstance(expr, ir.Name) else ""


def _class_method(function: Definition) -> bool:
    return any(isinstance(d, ir.Name) and d.id == "classmethod" for d in function.node.decorators)  # type: ignore[attr-defined]


def _property(decorator: ir.Expr) -> bool:
    name = decorator.id if isinstance(decorator, ir.Name) else decorator.name if isinstance(decorator, ir.Attr) else ""
    return name in ("property", "cached_property", "hybrid_property", "lazy_property")


_PLAIN_METHODS = frozenset({
    "get", "getlist", "items", "keys", "values", "pop", "copy", "dict", "model_dump", "json", "to_dict", "strip", "split", "lower", "upper",
    "setdefault", "getone", "getall", "decode", "read", "data", "validated_data", "cleaned_data", "is_valid", "update", "encode", "format",
    "replace", "startswith",
})  # fmt: skip

_EVAL: dict[type, Callable[..., Value]] = {
    ir.Name: Expressions.name, ir.Attr: Expressions.attribute, ir.Cmp: Comparisons.compare, ir.Bool: Expressions.boolean,
    ir.IfExp: Expressions.conditional, ir.Bin: Expressions.binary, ir.Seq: Expressions.sequence, ir.Map: Expressions.mapping,
    ir.Comp: Expressions.comprehension, ir.Fstr: Expressions.fstring, ir.Sub: Expressions.subscript, ir.Const: Expressions.constant,
    ir.Lambda: Expressions.lambda_, ir.Walrus: Expressions.walrus, ir.Yield: Expressions.yielded, ir.Other: Expressions.children,
    ir.Await: lambda run, expr, frame: run.eval(expr.value, frame), ir.Unary: Expressions.negated,
    ir.Star: lambda run, expr, frame: run.eval(expr.value, frame), ir.Call: lambda run, expr, frame: run.call(expr, frame),
}  # fmt: skip
