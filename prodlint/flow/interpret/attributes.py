"""Runs attributes on abstract values: `order.owner`, `request.user`, `Order.objects`, members of the project's own classes.

Knows: what an attribute of a request, a caller, a client container, a model, a manager or an instance is. Does not know: calls (`calls.py`), which
calls select data (`selecting.py`), parts by index (`expressions.py`).
"""

from __future__ import annotations

from typing import Any

from prodlint import ir
from prodlint import regex as re
from prodlint.flow.callers import open_paths, permissions, requests
from prodlint.flow.callers.principals import named_by_client, says_itself, who
from prodlint.flow.frames import Frame
from prodlint.flow.frameworks import forms
from prodlint.flow.interpret import folding, hung
from prodlint.flow.judging import tenants
from prodlint.flow.knowledge import DJANGO_USER, KEY_FIELDS, PRESENCE_WORDS, TENANT_WORDS, is_none, last_name, role_marks, says_kind
from prodlint.flow.lookups import queries
from prodlint.flow.values import (
    ADMIN,
    CALLER,
    DOUBT,
    EMPTY,
    FALSE,
    FRESH,
    KIND,
    PRESENCE,
    REQUEST,
    ROLE,
    ROLES,
    Client,
    Link,
    Origin,
    Selection,
    Tie,
    Value,
    union,
)
from prodlint.names import Definition, Scope, is_static, is_super

_PLAIN_METHODS = frozenset({
    "get", "getlist", "items", "keys", "values", "pop", "copy", "dict", "model_dump", "json", "to_dict", "strip", "split", "lower", "upper",
    "setdefault", "getone", "getall", "decode", "read", "data", "validated_data", "cleaned_data", "is_valid", "update", "encode", "format",
    "replace", "startswith",
})  # fmt: skip


TO_ONE = frozenset({"ForeignKey", "OneToOneField", "ForeignKeyField", "TreeForeignKey", "ParentalKey"})  # fields that give the row they refer to
WHOSE = re.compile(
    r"^(?:user|owner|account|customer|member|tenant|org|organi[sz]ation|team|workspace|company|created_by|creator|profile)(?:_?(?:id|pk|uuid))?$"
)

ROLE_TABLES = re.compile(r"(?:(?:^|[a-z._])Roles?|(?:^|[_.])roles?)(?:Model|Entity|Table|_table)?$")
# what a table of roles calls each of them
CALLED = re.compile(r"^(?:name|slug|code|key|title|label|role(?:_?name)?)$", re.I)

# what packages set on views of their own: drf-yasg 1.21 and drf-spectacular 0.28 where they describe an API, so that no request comes to it, DRF 3.16
# on the root of a router
OF_PACKAGES = frozenset({"swagger_fake_view", "_ignore_model_permissions"})

# What people log in by: `account.id`, where such a word found the account in ways that nobody could read, is no part of the body.
LOGS_IN_BY = re.compile(r"(?:^|[_.])(?:user_?name|e_?mail|phone(?:_?(?:number|no))?|mobile)$", re.I)


class Attributes:
    """A part of `expressions.Expressions`."""

    def attribute(self: Any, expr: ir.Attr, frame: Frame) -> Value:
        if self.knowledge.own_principals and dotted(expr) in self.knowledge.own_principals:
            self.caller_seen = True
            return Value(frozenset({CALLER}))
        if is_super(expr.base):
            cls = self.own_class(frame)
            found = self.overridden(expr.name, cls, frame) if cls is not None else ()
            if found:  # `super().base_query`, a property
                return self.member(frame.me, found[0], self.attr_origins(frame.me, expr.name, expr, frame), expr.name, expr, frame)
        base = self.eval(expr.base, frame)
        named = isinstance(base.ref, str) and base.kind is not None and base.kind is self.knowledge.session_user
        if named and not isinstance(self.names.class_member(base.kind, expr.name), Definition):  # what rows or a package hang on it
            base = Value(base.origins, ref=base.ref)
        return self.attr(base, expr.name, expr, frame)

    def attr(self: Any, base: Value, name: str, expr: ir.Attr, frame: Frame) -> Value:
        """`base.name`."""
        if self.marked_here(base, name) is False:
            return FALSE
        if base.fields is not None and name in base.fields:
            return base.fields[name].plus(base.selections)  # made here in one branch, selected in another
        if name == "instance" and ((base.fields is not None and "validated_data" in base.fields) or forms.is_given(base)):
            return EMPTY  # the row that a serializer or a form makes: nobody chose its id
        if base.fields is not None and not base.origins and KEY_FIELDS.search(name) and self.knowledge.is_model(base.kind):
            return Value(frozenset({FRESH}))
        if self.rewritten and base.selections and all((row, name) in self.rewritten for row in base.selections):
            written = union(self.rewritten[row, name] for row in base.selections)  # not what it was
            theirs = base.has(CALLER) and queries.found_by_app(written)  # what the app puts into the caller's row is theirs
            return written.plus({CALLER}) if theirs else written
        if self.said_otherwise and CALLER in base.origins and name in self.said_otherwise:
            return self.said_otherwise[name]
        if base.ref == folding.URL and name == "path":
            return self.where()
        if name == "view_functions" and not self.began:
            return Value(ref=folding.VIEWS)
        if base.ref == folding.MATCH and name == "func":
            return Value(ref=folding.VIEW)
        if base.ref == folding.MATCH and name in ("url_name", "view_name"):
            return Value(ref=folding.ROUTE, const=self.route_name)
        if base.ref == requests.KEPT:
            return self.kept(name)
        if REQUEST in base.origins and base.kind is None:
            if name in ("path", "path_info"):
                return self.where()
            if name == "url":
                return Value(ref=folding.URL)
            if name in ("parser_context", "resolver_match"):
                route = Value(ref=folding.ROUTE, const=self.route_name)
                return Value(fields={"kwargs": self.arguments_of_path, "url_name": route, "view_name": route})
            if name == "endpoint":
                return Value(ref=folding.ENDPOINT, const=self.endpoint or None)
            put = self.carried.get(name)
            if put is not None and name not in requests.CALLER_ATTRIBUTES and (requests.chosen_by_client(put) or queries.either_way(put)):
                return put
            value = requests.attribute(name)
            self.caller_seen |= CALLER in value.origins and not self.place(name)
            if name == "method" and self.method:
                return Value(ref=folding.METHOD, const=self.method)
            if name == "user" and self.knowledge.user_model is not None:
                return Value(value.origins, self.knowledge.user_model)
            return value
        if (found := hung.taken(self, base, name)) is not None:
            return found
        if name in queries.MANAGERS and base.selections and isinstance(expr.base, ir.Attr) and expr.base.name in ("model", "__class__"):
            base = Value(ref=base.selections[0].model)  # `rows.model.objects` begins anew
        if name == "model" and base.selections and self.gives_model(base):  # of a manager: `self.model(email=email)` is a new row
            models = {row.model for row in base.selections}
            return Value(ref=models.pop()) if len(models) == 1 else EMPTY
        if name == "num_pages":  # of a paginator: how many there are, and no row
            return EMPTY
        static = self.static_attr(base, name, expr, frame)
        if static is not None:
            return static
        origins = self.attr_origins(base, name, expr, frame)
        found = self.names.instance_member(base.kind, name) if base.kind is not None else None
        if isinstance(found, Definition):
            if found.kind == "function" and not found.node.decorators and self.knowledge.is_user(base.kind):  # type: ignore[attr-defined]
                origins = origins - ROLES  # `if current_user.is_admin:` of a method is true whoever asks
            return self.member(base, found, origins, name, expr, frame)
        if base.origins or found is not None:
            return Value(origins, found if isinstance(found, str) else None, found, receiver=base)
        return EMPTY

    def marked_here(self: Any, base: Value, name: str | None) -> bool | None:
        """Does the project itself set a mark that packages set on views of their own? None where this is no such mark."""
        return isinstance(self.names.class_member(base.kind, name), Definition) if name in OF_PACKAGES else None

    def gives_model(self: Any, base: Value) -> bool:
        """Is `.model` the class of the rows, as it is of Django's managers and querysets, and no column of theirs?"""
        models = [row.model for row in base.selections]
        django = all(isinstance(model, Definition) and self.names.is_a(model, "django.db.models.Model") for model in models)
        return self.is_queryset(base.kind) or (
            django and not any(isinstance(self.names.class_member(model, "model"), Definition) for model in models)
        )

    def place(self: Any, name: str) -> bool:
        """Does this attribute of the request say where it was sent, and not who asks? What a middleware took from the caller does."""
        found = requests.is_place(name) and not (name in self.carried and self.carried[name].has(CALLER))
        self.places_seen |= found
        return found

    def asks_place(self: Any, test: ir.Expr, frame: Frame) -> bool:
        """`if not request.journal: raise Http404`: strangers pass it as everybody does."""
        if isinstance(test, ir.Bool):
            return all(self.asks_place(part, frame) for part in test.values)
        while isinstance(test, (ir.Unary, ir.Cmp)):
            if isinstance(test, ir.Cmp) and not (len(test.rights) == 1 and is_none(test.rights[0])):
                return False
            test = test.value if isinstance(test, ir.Unary) else test.left
        if isinstance(test, ir.Call) and last_name(test.func) in ("hasattr", "getattr") and len(test.args) > 1 and isinstance(test.args[1], ir.Const):
            test = ir.Attr(test.args[0], str(test.args[1].value), test.at, test.end)
        return isinstance(test, ir.Attr) and REQUEST in self.eval(test.base, frame).origins and self.place(test.name)

    def kept(self: Any, name: str) -> Value:
        """`request.state.user`: what a middleware put there, as far as it was seen to, else who asks or a tool by its name."""
        if requests.TOOLS.search(name) and not (name == "session" and self.knowledge.keeps_sessions):
            return EMPTY
        known = self.globals.get(f"{requests.KEPT}.{name}")
        mine = known is None or (name in requests.CALLER_ATTRIBUTES and not named_by_client(known, []))
        self.caller_seen |= mine or known.has(CALLER)
        return (known or EMPTY).plus(who(self, known or EMPTY) if mine else ())

    def where(self: Any) -> Value:
        """The path of the request, which is known for one endpoint."""
        return Value(ref=folding.PATH, const=self.path or None)

    def static_attr(self: Any, base: Value, name: str, expr: ir.Attr, frame: Frame) -> Value | None:
        """An attribute of a module, class or outside name; None where the base is an ordinary value."""
        ref = base.ref
        if isinstance(ref, str) and not base.origins:
            full = f"{ref}.{name}"
            if not self.began and full.startswith(open_paths.DJANGO) and (kept := open_paths.setting(self, name)) is not None:
                return kept
            if full == permissions.STANDARD:
                return Value(items=tuple(permissions.of_settings(self)))
            if ref in ("flask.g", "quart.g"):
                if name in self.globals:
                    known = self.globals[name]
                    return known.plus(who(self, known) if name in requests.CALLER_ATTRIBUTES and not named_by_client(known, []) else ())
                known = TENANT_WORDS.match(name) or self.knowledge.names_caller(name) or name in requests.CALLER_ATTRIBUTES
                return Value(frozenset({CALLER}) if known else frozenset())
            if name in queries.MANAGERS and self.knowledge.is_model(ref):
                return Value(frozenset({self.select(ref, expr, frame)}), ref=full)
            return self.static(full)
        if isinstance(ref, Definition) and ref.kind in ("class", "module"):
            if ref.kind == "class" and self.knowledge.is_model(ref):
                manager = self.names.class_member(ref, name)
                own = isinstance(manager, Definition) and manager.kind == "function" and not self.librarys_query(ref, manager)
                if (
                    (name in queries.MANAGERS and not own)
                    or self.is_manager(manager)
                    or (not isinstance(manager, Definition) and name.endswith("_objects"))
                ):
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

    def librarys_query(self: Any, model: Definition, method: Definition) -> bool:
        """Does the `query` of Flask-SQLAlchemy's Model come before a mixin's method of that name? `cls.query.filter(...)` reads that one."""
        before = self.names.mro(model)
        before = before[: before.index(method.owner)] if method.owner in before else ()
        return method.name == "query" and any(isinstance(base, str) and base.endswith("SQLAlchemy.Model") for base in before)

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
        tenants.of_profile(self, base, name)
        out: set[Origin] = set()
        for origin in base.origins:
            if isinstance(origin, Client):
                if name not in _PLAIN_METHODS and origin.source in ("body", "form") and LOGS_IN_BY.search(origin.name):
                    out.add(Client("?", origin.source, (frame.scope.module.path, expr.at)))
                elif name in _PLAIN_METHODS or (origin.name != "*" and origin.source not in ("body", "form")):
                    plain = name in _PLAIN_METHODS or (name == "credentials" and origin.source == "header")  # of HTTPBearer
                    out.add(origin if plain else origin.reached)
                else:  # a part of a body, or of an object in a body: `order.id`
                    part = name if origin.name == "*" else f"{origin.name}.{name}"[-80:]
                    out.add(Client(part, origin.source, (frame.scope.module.path, expr.at)))
            elif origin is CALLER and role_marks(name) and says_itself(self, base):
                out.update({CALLER, KIND})
            elif origin is CALLER:
                tenants.asked(self, base, name)
                self.role_marks.update((name,) if ADMIN in role_marks(name) else ())
                out.update({PRESENCE} if PRESENCE_WORDS.match(name) else role_marks(name) or ({CALLER, KIND} if says_kind(name) else {CALLER}))
            elif type(origin) is Selection and role_marks(name) and queries.callers_own(origin):
                out.update({origin} | role_marks(name))  # role.permissions, where the token says which role
            elif type(origin) is Selection and CALLED.match(name) and is_role(origin.model) and queries.callers_own(origin):
                out.update((origin, ROLE))  # Role.query.get(user.role_id).name
            elif type(origin) is Selection and WHOSE.match(name) and queries.by_credential(origin):  # key.user_id: whom the key was given to
                self.caller_seen = True
                out.add(CALLER)
            elif isinstance(origin, (Selection, Tie, Link)) or origin in (ROLE, ADMIN, PRESENCE, REQUEST, DOUBT):
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
            made = found.node.value if isinstance(found.node, ir.Assign) and found.owner is not None and found.owner.kind == "class" else None
            if isinstance(made, (ir.Call, ir.Attr, ir.Seq)):
                scope = self.names.class_scope(found.owner)  # type: ignore[arg-type]
                if _names_only(made) if isinstance(made, ir.Seq) else self.might_select(made, scope):
                    value = self.eval(made, Frame(scope, {}, frame.depth + 1))
                elif base.selections and isinstance(made, ir.Call) and last_name(made) in TO_ONE:
                    kind = dict(self.schema.references(found.owner)).get(found.name)
                    value = value.of((self.knowledge.user_model if kind == DJANGO_USER else kind) or value.kind)
            return Value(value.origins | origins, value.kind, value.ref, value.const, value.fields, None, value.items)
        return Value(origins, ref=found)

    def might_select(self: Any, expr: ir.Expr, scope: Scope) -> bool:
        """Does an attribute's expression (`queryset = Order.objects.all()`) start at a model?"""
        while isinstance(expr, (ir.Call, ir.Attr)):
            expr = expr.func if isinstance(expr, ir.Call) else expr.base
            if isinstance(expr, (ir.Name, ir.Attr)) and self.knowledge.is_model(self.names.resolve(expr, scope)):
                return True
        return False


def is_role(model: object) -> bool:
    """Is it a table of roles: `Role`, `UserRole`, `roles`? What else somebody belongs to says less of what they may do."""
    return bool(ROLE_TABLES.search(model.name if isinstance(model, Definition) else str(model)))


def _names_only(made: ir.Seq) -> bool:
    """`permission_classes = [IsAuthenticated, IsOwner]`: a short list of things with a name."""
    return len(made.items) <= 8 and all(isinstance(item, (ir.Name, ir.Attr)) for item in made.items)


def _class_method(function: Definition) -> bool:
    return any(isinstance(d, ir.Name) and d.id == "classmethod" for d in function.node.decorators)  # type: ignore[attr-defined]


def _property(decorator: ir.Expr) -> bool:
    name = decorator.id if isinstance(decorator, ir.Name) else decorator.name if isinstance(decorator, ir.Attr) else ""
    return name in ("property", "cached_property", "hybrid_property", "lazy_property")


def dotted(expr: ir.Expr) -> str:
    """`request.account` as text; "" for anything but names and attributes."""
    parts: list[str] = []
    while isinstance(expr, ir.Attr):
        parts.append(expr.name)
        expr = expr.base
    return ".".join([expr.id, *reversed(parts)]) if isinstance(expr, ir.Name) else ""
