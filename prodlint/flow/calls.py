"""Runs calls on abstract values: by what the callee is, project functions inlined, builtins, and what lies outside the project.

Knows: how arguments reach parameters and what comes back. Does not know: which calls select data (`selecting.py`), Python's own functions
(`builtins.py`), what a name alone says (`habits.py`), who calls (`principals.py`), the framework's own base classes (`bases.py`), statements.

A project function is run with the abstract values of its arguments, so a guard or look-up counts at any depth up to MAX_DEPTH; the same call
with the same arguments is run once. What lies outside the project passes its arguments' origins on.
"""

from __future__ import annotations

import re
from typing import Any

from prodlint import ir
from prodlint.flow import bases, bodies, deferred, folding, handing, parsers, queries, serializers, sql, stores
from prodlint.flow.builtins import Builtins
from prodlint.flow.comparisons import holds_secret
from prodlint.flow.frames import REFUSES, Frame, is_gate
from prodlint.flow.habits import NO_GUARD, Habits
from prodlint.flow.knowledge import LOGIN_STRICT, USER_MODEL, last_name
from prodlint.flow.principals import Principals
from prodlint.flow.selecting import Selecting
from prodlint.flow.values import (
    ADMIN,
    CALLER,
    EMPTY,
    OPEN,
    REQUEST,
    ROLE,
    Client,
    Link,
    Selection,
    Tie,
    Value,
    origins_of,
    union,
)
from prodlint.names import Definition

MAX_DEPTH = 7
MAKES = re.compile(r"^(?:create|insert|sign_?up|register|sign_?in|log_?in)(?:_|$)", re.I)  # what they give is new, or who has just logged in
HTTP_VERBS = frozenset({"get", "post", "put", "patch", "request", "urlopen"})
HTTP_CLIENTS = ("requests.", "httpx.", "aiohttp.client", "aiohttp.ClientSession", "urllib.request.", "urllib3.")
WRAPPERS = frozenset(
    {"sync_to_async", "async_to_sync", "run_in_threadpool", "to_thread", "partial", "run_sync", "iscoroutine", "gather", "ensure_sync"}
)


class Calls(Selecting, Habits, Principals, Builtins):
    """The other half of `interpreter.Run`."""

    def call(self: Any, expr: ir.Call, frame: Frame) -> Value:
        func = expr.func
        receiver: Value | None = None
        if isinstance(func, ir.Attr):
            if isinstance(func.base, ir.Call) and isinstance(func.base.func, ir.Name) and func.base.func.id == "super":
                args, kwargs = self.arguments(expr, frame)
                return self.super_call(func.name, args, kwargs, frame, expr)
            receiver = self.eval(func.base, frame)
            callee = self.attr(receiver, func.name, func, frame)
        else:
            callee = self.eval(func, frame)
        args, kwargs = self.arguments(expr, frame)
        name = "" if isinstance(func, ir.Call) else last_name(func)  # what `login_required(view)(request)` is called says nothing of this call
        if isinstance(func, ir.Name) and isinstance(callee.ref, str):
            name = callee.ref.rpartition(".")[2] or name  # from sqlalchemy import delete as remove
        return self.dispatch(callee, receiver, name, args, kwargs, expr, frame)

    def arguments(self: Any, expr: ir.Call, frame: Frame) -> tuple[list[Value], dict[str, Value]]:
        args: list[Value] = []
        for arg in expr.args:
            value = self.eval(arg, frame)
            if isinstance(arg, ir.Star) and value.items is not None:
                args.extend(value.items)
            else:
                args.append(value)
        kwargs: dict[str, Value] = {}
        for keyword in expr.kwargs:
            value = self.eval(keyword.value, frame)
            if keyword.name:
                kwargs[keyword.name] = value
            elif value.fields:
                kwargs.update({k: v for k, v in value.fields.items() if k not in kwargs})
            elif value.origins:
                kwargs["**"] = value
        return args, kwargs

    def dispatch(
        self: Any, callee: Value, receiver: Value | None, name: str, args: list[Value], kwargs: dict[str, Value], expr: ir.Call, frame: Frame
    ) -> Value:
        """What a call gives: by what the callee is, then by the shape of the call."""
        ref = callee.ref
        if ref == USER_MODEL:
            return self.static(self.knowledge.django_user)
        if receiver is not None and receiver.ref == folding.PATH and (known := folding.begins(name, receiver, args)) is not None:
            return known
        if receiver is not None and isinstance(receiver.ref, Definition) and receiver.kind == "contextvars.ContextVar" and name in ("set", "get"):
            return self.context(receiver.ref, name, args)
        if name in self.knowledge.own_guards:  # the configuration says that it refuses
            for value in (*args, *kwargs.values(), *([receiver] if receiver is not None else [])):
                for target in value.targets if not value.has(CALLER) else ():
                    self.bind(target, frozenset(self.branch), False, frame.scope.module.path, expr.at)
        if (ref is None or (isinstance(ref, Definition) and ref.kind == "value")) and receiver is None and isinstance(callee.kind, Definition):
            method = self.names.class_member(callee.kind, "__call__")
            if isinstance(method, Definition):
                return self.call_function(method, [callee, *args], kwargs, frame, expr)
        if handing.wrapped(self, ref):
            handing.hand(self, args, kwargs, frame)
            return EMPTY
        if isinstance(ref, Definition) and ref.kind == "function":
            bound = callee.receiver if callee.receiver is not None else receiver if self.is_method(ref, receiver) else None
            return self.call_function(ref, ([bound] if bound is not None else []) + args, kwargs, frame, expr, callee.closure)
        if isinstance(ref, Definition) and ref.kind == "class" and "data" in kwargs and serializers.is_serializer(self, ref):
            return serializers.instance(self, ref, kwargs, args, frame, expr)
        if isinstance(ref, Definition) and ref.kind == "class":
            return self.construct(ref, args, kwargs, frame, expr)
        if isinstance(callee.closure, tuple):
            return self.call_lambda(callee.closure, args)
        if name in queries.COLUMN_TESTS and isinstance(expr.func, ir.Attr):
            column = self.column(expr.func.base, frame)
            if column is not None:
                inner = [value for arg in args if arg.fields for value in arg.fields.values()] if name in ("any", "has") else []
                key = queries.Column(queries.term_name(expr.func.base), column if column.kind == "class" else None)
                return Value(origins_of(args), fields={key: union(inner or args[:1])})
        if isinstance(ref, str):
            if ref in self.knowledge.principal_calls:
                return self.principal(ref, args, kwargs, frame, expr)
            if ref in self.knowledge.signed:
                return self.signed(frame, expr)
            if ref in self.knowledge.compares and len(args) > 1 and any(holds_secret(a, EMPTY, expr) for a in args):
                return Value(frozenset({ROLE, ADMIN}))
            if ref.startswith("builtins.") and "." not in ref[9:]:  # a method of a dict says no more than that of any object
                return self.builtin(ref[9:], args, kwargs, expr, frame)
        if name == "save" and receiver is not None and receiver.fields and "validated_data" in receiver.fields:
            return serializers.save(self, receiver, kwargs, frame, expr)
        if frame.me is not None and receiver is frame.me:
            known = bases.method(self, name, args, kwargs, expr, frame)
            if known is not None:
                return known
        if name in bodies.LOADS and receiver is not None and args and bodies.is_schema(self, receiver.kind):
            return bodies.load(self, receiver.kind, args[0], frame, expr)
        if name in bodies.DUMPS and (fields := bodies.dumped(self, receiver, kwargs)) is not None:
            return fields
        if deferred.run(self, receiver, name, args, kwargs, expr, frame):
            return EMPTY
        known = self.policy(receiver, name, frame, expr) or stores.condition(self, receiver, callee, name, args, expr)
        if known is not None:
            return known
        found = self.selecting(receiver, name, args, kwargs, expr, frame)
        if found is not None:
            return found
        return self.unknown(callee, receiver, name, args, kwargs, expr, frame)

    @staticmethod
    def is_method(ref: Definition, receiver: Value | None) -> bool:
        if receiver is None or ref.owner is None or ref.owner.kind != "class":
            return False
        decorators = {last_name(d) for d in ref.node.decorators}  # type: ignore[attr-defined]
        if "staticmethod" in decorators:
            return False
        return "classmethod" in decorators or not (isinstance(receiver.ref, Definition) and receiver.ref.kind == "class")

    # ------------------------------------------------------------ project functions
    def call_function(
        self: Any, function: Definition, args: list[Value], kwargs: dict[str, Value], frame: Frame, expr: ir.Expr, closure: object = None,
        answers: bool = False,
    ) -> Value:  # fmt: skip
        """Runs a project function with these arguments; EMPTY origins plus its arguments' where it is too deep or runs already.

        answers: what it returns is the response, as that of a hook is."""
        node = function.node
        assert isinstance(node, ir.Function)
        if frame.depth >= MAX_DEPTH or node in self.active:
            given = (*args, *kwargs.values())
            if node not in self.active and any(v.has(CALLER) or v.has(REQUEST) or v.fields for v in given):
                self.truncated.update(target for v in given for target in (*v.clients, *v.selections))
            return self.too_deep(function, args, kwargs)
        key = (
            node,
            tuple(a.signature() for a in args),
            tuple((k, kwargs[k].signature()) for k in sorted(kwargs)),
            tuple(self.branch),
            tuple(self.held),
            self.admin_depth,
            bool(self.doubtful),
            bool(self.strangers),
        )
        known = self.memo.get(key)
        if known is not None:
            return known[0]

        scope = self.names.scope(function)
        outer = closure if isinstance(closure, Frame) else None
        if function.name in self.knowledge.own_admin:
            self.roles.append((scope.module.path, node.at, frozenset(self.branch), True))
        onward = self.onward.get(node, frozenset())
        gate = is_gate(self.names.body(node))
        if not gate and self.names.raises(node):
            self.raised_in.add(expr)
        inner = Frame(scope, {}, frame.depth + 1, owner=function.owner, outer=outer, answers=answers, onward=onward, gate=gate)
        self.bind_parameters(node, args, kwargs, inner)
        if function.owner is not None and function.owner.kind == "class" and args:
            inner.me = args[0]
        self.active.append(node)
        before, held = len(self.selections), len(self.held)
        end = self.block(self.names.body(node), inner)
        self.active.pop()
        del self.held[held:]
        if node.decorators:
            self.guarded_by_decorator(function, frozenset(self.selections[before:]))
        self.released(inner, end == REFUSES, frozenset(self.selections[before:]), expr)
        result = self.with_roles(union(inner.returns), inner)
        if end == REFUSES and not inner.returns:
            result = Value(ref="builtins.NoReturn")
        else:
            result = self.by_habit(function.name, result, args, kwargs)
            result = self.guard_by_habit(function.name, result, args, kwargs)
            result = self.shown_to(function, result, args, kwargs, expr, inner)
            if result.kind is None and (kind := self.names.return_type(function)) is not None:
                result = result.of(kind)
        self.memo[key] = (result, args, kwargs)  # the key names dicts by their address: as long as it stands, these live
        return result

    def guarded_by_decorator(self: Any, function: Definition, made: frozenset[Selection]) -> None:
        """`@membership_required def load(request, project): ...` that a handler calls: what the decorator asks of the arguments is not followed."""
        scope = self.names.scope_of(function)
        for decorator in function.node.decorators:  # type: ignore[attr-defined]
            ref = self.names.resolve(decorator.func if isinstance(decorator, ir.Call) else decorator, scope)
            if isinstance(ref, Definition) and ref.kind == "function" and (self.knowledge.names_guard(ref.name) or LOGIN_STRICT.search(ref.name)):
                for selection in sorted(made, key=lambda s: (s.path, s.at)):
                    self.bind(selection, frozenset(self.branch), True, selection.path, selection.at)

    @staticmethod
    def with_roles(result: Value, inner: Frame) -> Value:
        """A function asks for a role where every way to a yes does: `if user.is_superuser: return True` before other tests asks nobody."""
        if inner.open:
            result = result.plus({OPEN})
        marks = {ROLE, ADMIN}.intersection(*inner.passes) if inner.passes else set()
        return result.made_of(result.origins - {ROLE, ADMIN} | marks)

    def released(self: Any, inner: Frame, refuses: bool, made: frozenset[Selection], expr: ir.Expr) -> None:
        """What held at every return that gave something back: proven where the function refuses else, or where only this way leads to what it
        selected itself."""
        if not inner.kept:
            return
        common = queries.on_all_ways([queries.implied(outcomes) for outcomes, _ in inner.kept])
        if not refuses or inner.noes:  # who only says yes or no hands nothing over
            handed = frozenset().union(*(data for _, data in inner.kept)) & made
            common = frozenset(o for o in common if not handed.isdisjoint(o.targets))
            common |= self.held_on_way_out(inner, made)
        self.prove(common, frozenset(self.branch), inner.scope.module.path, getattr(expr, "at", 0))

    @staticmethod
    def held_on_way_out(inner: Frame, made: frozenset[Selection]) -> frozenset[Link | Tie]:
        """What held at each return that hands a row over which was selected here: other returns say nothing of it."""
        out: set[Link | Tie] = set()
        for selection in frozenset().union(*(data for _, data in inner.kept)) & made:
            ways = [outcomes for outcomes, data in inner.kept if selection in data]
            out.update(o for o in queries.on_all_ways(ways) if selection in o.targets)
        return frozenset(out)

    def too_deep(self: Any, function: Definition, args: list[Value], kwargs: dict[str, Value]) -> Value:
        value = Value(origins_of([*args, *kwargs.values()]))
        return self.guard_by_habit(function.name, value, args, kwargs)

    def bind_parameters(self: Any, node: ir.Function, args: list[Value], kwargs: dict[str, Value], inner: Frame) -> None:
        left = dict(kwargs)
        spread = left.pop("**", None)
        position = 0
        for param in node.params:
            if param.kind == "*":
                rest = tuple(args[position:])
                inner.env[param.name] = Value(origins_of(rest), items=rest)
                position = len(args)
                continue
            if param.kind == "**":
                inner.env[param.name] = Value(origins_of(left.values()) | (spread.origins if spread else frozenset()), fields=left)
                continue
            if param.kind != "kw" and position < len(args):
                value = args[position]
                position += 1
            elif param.name in left:
                value = left.pop(param.name)
            elif param.default is not None:
                value = self.eval(param.default, inner)
            else:
                value = spread if spread is not None else EMPTY
            inner.env[param.name] = self.typed(value, param, inner)

    def typed(self: Any, value: Value, param: ir.Param, inner: Frame) -> Value:
        """A parameter's value with the class its annotation names, where the value does not say itself."""
        if value.kind is not None or value.ref is not None or param.annotation is None or value.has(REQUEST):  # a request is known by what it is
            return value
        outer = self.names.scope_of(inner.scope.function) if inner.scope.function is not None else inner.scope
        kind = self.names.annotated(param.annotation, outer)
        return value if kind is None else value.of(kind)

    def construct(self: Any, cls: Definition, args: list[Value], kwargs: dict[str, Value], frame: Frame, expr: ir.Expr) -> Value:
        """An instance: its fields are what the constructor was given or what __init__ sets."""
        if parsers.is_form(self.names, cls):
            return Value(frozenset({Client("*", "form", (frame.scope.module.path, getattr(expr, "at", 0)))}), cls)
        fields: dict[str, Value] = {k: v for k, v in kwargs.items() if k != "**"}
        init = self.names.class_member(cls, "__init__")
        origins = origins_of([*args, *kwargs.values()])
        me = Value(frozenset(), cls, None, None, fields)
        if self.knowledge.is_model(cls):
            if "**" in kwargs:
                fields["**"] = kwargs["**"]
            self.made_row(cls, fields, expr, frame)
        if isinstance(init, Definition) and init.kind == "function" and frame.depth < MAX_DEPTH - 1:
            self.call_function(init, [me, *args], kwargs, frame, expr)
            if self.knowledge.is_policy(cls):
                return Value(origins, cls, None, None, fields)
            rows = kwargs["**"].selections if "**" in kwargs else ()
            return me.plus(rows)  # Order(**row)
        if self.knowledge.is_model(cls):  # a new row: it has the fields it was given, and an id that nobody chose
            return Value(frozenset(), cls, None, None, fields)
        return Value(origins, cls, None, None, fields)

    def call_lambda(self: Any, closure: tuple[ir.Lambda, Frame], args: list[Value]) -> Value:
        expr, outer = closure

        inner = Frame(outer.scope, {}, outer.depth + 1, me=outer.me, owner=outer.owner, outer=outer)
        for param, value in zip(expr.params, args, strict=False):
            inner.env[param.name] = value
        return self.eval(expr.body, inner) if inner.depth < MAX_DEPTH else EMPTY

    def super_call(self: Any, name: str, args: list[Value], kwargs: dict[str, Value], frame: Frame, expr: ir.Call) -> Value:
        """`super().name(...)`: the next class after the one this function stands in, in the order of the object's own class."""
        me = frame.me
        cls = me.kind if me is not None and isinstance(me.kind, Definition) else frame.owner
        if me is None or not isinstance(cls, Definition) or cls.kind != "class":
            return Value(origins_of([*args, *kwargs.values()]))
        order = list(self.names.mro(cls))
        owner = frame.owner
        start = order.index(owner) + 1 if owner in order else 1
        for ancestor in order[start:]:
            if isinstance(ancestor, Definition):
                found = self.names.members(ancestor).get(name)
                if found is not None and found.kind == "function":
                    return self.call_function(found, [me, *args], kwargs, frame, expr)
        known = bases.method(self, name, args, kwargs, expr, frame)
        if known is not None:
            return known
        if me.selections:  # a manager or queryset of the project: what it inherits selects
            return me if name == "get_queryset" else self.narrowing(me, name, args, kwargs, expr, frame) or me
        return Value(origins_of([*args, *kwargs.values()]))

    # ------------------------------------------------------------ everything else
    def unknown(
        self: Any, callee: Value, receiver: Value | None, name: str, args: list[Value], kwargs: dict[str, Value], expr: ir.Call, frame: Frame
    ) -> Value:
        """A call of something outside the project, or that could not be resolved."""
        if (text := sql.built(receiver, name, args, kwargs)) is not None:
            return text
        values = [*args, *kwargs.values()]
        if name in parsers.READERS and receiver is not None and self.frameworked(receiver):
            return Value(frozenset({Client("*", "body", (frame.scope.module.path, expr.at))}))
        if receiver is not None and receiver.has(REQUEST) and receiver.kind is None and callee.origins:
            return callee  # request.get_json(), await request.form()
        if (name == "get" and receiver is not None and args and (receiver.clients or receiver.has(CALLER) or receiver.fields is not None)) or (
            name in _PARTS and args and receiver
        ):
            return self.named_part(receiver, args, expr, frame)
        if name == "update" and receiver is not None and receiver.fields is not None and any(c.name == "*" for v in args for c in v.clients):
            overwritten(receiver, args)
        if name in ("append", "extend", "add", "insert", "appendleft", "update") and isinstance(expr.func, ir.Attr) and args:
            if isinstance(expr.func.base, ir.Name):
                self.appended(expr.func.base.id, args[-1], frame)
            else:
                self.stored(expr.func.base, args[-1], frame)
        if name in WRAPPERS and args:
            called = args[0].ref.rpartition(".")[2] if isinstance(args[0].ref, str) else name
            return args[0] if len(args) == 1 and not kwargs else self.dispatch(args[0], None, called, args[1:], kwargs, expr, frame)
        if name in queries.CREATING and receiver is not None and (model := self.rows_of(receiver)) is not None:
            return self.created_row(model, name, receiver, args, kwargs, expr, frame)
        if name in queries.CHANGING or name in ("delete", "add", "merge", "render", "emit"):
            for value in (*values, *([receiver] if receiver else [])):
                self.use(value)
                if name not in ("render", "emit"):
                    self.use_changed(value)
        origins = origins_of([*values, *([receiver] if receiver is not None else [])])
        rows = receiver is not None and bool(receiver.selections) and not self.knowledge.is_model(receiver.kind) and not receiver.has(CALLER)
        if rows and any(value.has(CALLER) for value in values):
            origins = self.for_caller(receiver, name, origins, expr, frame)
        answers = name in HTTP_VERBS and any(_is_http_client(value) for value in (receiver, callee))
        if answers:
            self.lost.update(c for value in values for c in value.clients)
        if answers or MAKES.match(name):  # what is new, or what another service answers, has an id that nobody chose
            origins = frozenset(o for o in origins if not isinstance(o, Client))
        if isinstance(callee.ref, str) and callee.kind is None and not origins:
            return Value(ref=callee.ref + "()", kind=callee.ref if name[:1].isupper() else callee.ref + "()")
        fields: dict[str, Value] = {k: v for k, v in kwargs.items() if k != "**"}
        for value in args:
            if value.fields and value.receiver is None:
                fields.update(value.fields)
        if name == "or_":
            fields = queries.either(args)
        if callee.ref is None and (receiver is None or not receiver.origins) and not NO_GUARD.match(name):
            self.lost.update(c for value in values for c in value.clients)
        if self.knowledge.names_caller(name) and not any(c.source not in ("header", "cookie") for c in Value(origins).clients):
            self.caller_seen = True
            origins |= {CALLER}
        result = Value(origins, self.made(callee, name), const=args[0].const if len(args) == 1 and not receiver else None, fields=fields or None,
                       items=args[0].items if len(args) == 1 else None)  # fmt: skip
        return self.guarding(result, receiver, name, values, expr, frame)

    @staticmethod
    def frameworked(receiver: Value) -> bool:
        """A parser of a web framework, not one of command lines."""
        return any(isinstance(kind, str) and "RequestParser" in kind for kind in (receiver.kind, receiver.ref))

    @staticmethod
    def made(callee: Value, name: str) -> Any:
        if isinstance(callee.ref, str):
            return callee.ref if (callee.ref.rpartition(".")[2] or name)[:1].isupper() else None
        return None

    def named_part(self: Any, receiver: Value, args: list[Value], expr: ir.Call, frame: Frame) -> Value:
        """`container.get("name", default)`, `self.get_argument("name")`."""
        default = args[1].origins if len(args) > 1 else frozenset()
        if receiver.fields is not None and args[0].const in receiver.fields:
            return receiver.fields[args[0].const].plus(default)
        return self.part(receiver, args[0], expr, frame).plus(default)

    def appended(self: Any, name: str, value: Value, frame: Frame) -> None:
        known = frame.env.get(name, EMPTY)
        fields = {**(known.fields or {}), **(value.fields or {})} or None
        items = (*known.items, value) if known.items is not None and len(known.items) < 40 else None
        frame.env[name] = Value(known.origins | value.origins, known.kind, known.ref, None, fields, None, items)


def _is_http_client(value: Value | None) -> bool:
    return value is not None and any(isinstance(each, str) and each.startswith(HTTP_CLIENTS) for each in (value.kind, value.ref))


_PARTS = frozenset({"getlist", "getone", "getall", "pop", "setdefault", "__getitem__"})


def overwritten(container: Value, args: list[Value]) -> None:
    """`data.update(request.get_json())`: whatever the container holds, the client may say something else."""
    assert container.fields is not None
    for body in [client for value in args for client in value.clients if client.name == "*"]:
        for name, value in container.fields.items():
            container.fields[name] = Value(value.origins - {CALLER} | {body.part(name)})
