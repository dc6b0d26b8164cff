"""Runs calls on abstract values: by what the callee is, builtins, and what lies outside the project.

Knows: how arguments are made and which callee takes them. Does not know: how the project's own functions run (`functions.py`), which calls select
data (`selecting.py`), Python's own functions (`builtins.py`), what a name alone says (`habits.py`), who calls (`principals.py`), the framework's own
base classes (`bases.py`), statements. What lies outside the project passes its arguments' origins on.
"""

from __future__ import annotations

from typing import Any

from prodlint import ir
from prodlint import regex as re
from prodlint.flow import (
    bases,
    bodies,
    cached,
    comparisons,
    complaints,
    containers,
    deferred,
    endings,
    folding,
    forms,
    function_tables,
    handing,
    lists,
    memory,
    narrowing,
    open_paths,
    parsers,
    passwords,
    permissions,
    queries,
    serializers,
    sql,
    stores,
    texts,
)
from prodlint.flow.answers import carried, joined
from prodlint.flow.builtins import Builtins
from prodlint.flow.frames import Frame
from prodlint.flow.functions import Functions
from prodlint.flow.habits import NO_GUARD, Habits
from prodlint.flow.knowledge import AUTHENTICATES, USER_MODEL, last_name, scope_marks
from prodlint.flow.principals import Principals, reads_token
from prodlint.flow.selecting import Selecting, is_credential
from prodlint.flow.shared_secrets import brings_secret, holds_secret, known_by_secret
from prodlint.flow.values import (
    ADMIN,
    CALLER,
    EMPTY,
    FALSE,
    REQUEST,
    ROLE,
    TRUE,
    Client,
    Tie,
    Value,
    in_doubt,
    origins_of,
    union,
)
from prodlint.names import Definition, is_super

MAKES = re.compile(r"^(?:(?:create|insert|sign_?up|register|sign_?in|log_?in)(?:_|$)|retrieve$)", re.I)  # new, just logged in, a service's own
# what writes a row into a document that is handed out: csv, zipfile, xlsxwriter, reportlab, python-docx
WRITES = frozenset({"writerow", "writerows", "writestr", "write_row", "write_string", "write_column", "drawString", "add_paragraph", "add_heading"})
CONTAINERS = frozenset({"builtins.set", "builtins.list", "builtins.dict", "typing.Set", "typing.List", "typing.Dict", "collections.defaultdict"})
DEPENDENCIES = frozenset({"fastapi.Depends", "fastapi.Security", "fastapi.params.Depends", "fastapi.params.Security"})
CASTS = frozenset({"typing.cast", "typing_extensions.cast"})
HTTP_VERBS = frozenset({"get", "post", "put", "patch", "request", "urlopen"})
HTTP_CLIENTS = ("requests.", "httpx.", "aiohttp.client", "aiohttp.ClientSession", "urllib.request.", "urllib3.")
WRAPPERS = frozenset(
    {"sync_to_async", "async_to_sync", "run_in_threadpool", "to_thread", "partial", "run_sync", "iscoroutine", "gather", "ensure_sync"}
)


class Calls(Functions, Selecting, Habits, Principals, Builtins):
    """The other half of `interpreter.Run`."""

    def call(self: Any, expr: ir.Call, frame: Frame) -> Value:
        func = expr.func
        receiver: Value | None = None
        if isinstance(func, ir.Attr):
            if is_super(func.base):
                args, kwargs = self.arguments(expr, frame)
                return self.super_call(func.name, args, kwargs, frame, expr)
            receiver = self.eval(func.base, frame)
            callee = self.attr(receiver, func.name, func, frame)
        elif several := function_tables.meant(self, func, frame):
            return function_tables.call(self, several, *self.arguments(expr, frame), expr, frame)
        else:
            callee = self.eval(func, frame)
        args, kwargs = self.arguments(expr, frame)
        name = "" if isinstance(func, ir.Call) else last_name(func)  # what `login_required(view)(request)` is called says nothing of this call
        if isinstance(func, ir.Name) and isinstance(callee.ref, str):
            name = callee.ref.rpartition(".")[2] or name  # from sqlalchemy import delete as remove
        if self.kept_here and memory.WRITES.search(name):
            for value in (*args, *kwargs.values()):
                memory.rewritten(self, value)
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
        ref, self.token_read = callee.ref, self.token_read or reads_token(name, args, kwargs)
        passwords.note(self, name, receiver, args, kwargs, expr)
        if ref == USER_MODEL:
            return self.static(self.knowledge.django_user)
        if (model := self.model_called(expr)) is not None:
            return Value(ref=model)
        if (file := memory.opened(name, ref, receiver, args)) is not None:
            return file
        if receiver is not None and receiver.ref == folding.PATH and (known := folding.begins(name, receiver, args)) is not None:
            return known
        if not self.began and (known := open_paths.answer(self, ref, receiver, name, args)) is not None:
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
        if (named := handing.by_name(self, receiver, name, ref, args, kwargs)) is not None:
            return named
        if handing.wrapped(self, ref):
            handing.hand(self, args, kwargs, frame, for_good=expr is frame.leaving and not self.tried)
            return EMPTY
        if isinstance(ref, Definition) and ref.kind == "function":
            bound = callee.receiver if callee.receiver is not None else receiver if self.is_method(ref, receiver) else None
            given = ([bound] if bound is not None else []) + args
            speaks = expr is self.answering
            return cached.called(self, ref, given, kwargs, lambda: self.call_function(ref, given, kwargs, frame, expr, callee.closure, speaks=speaks))
        if isinstance(ref, Definition) and ref.kind == "class" and "data" in kwargs and serializers.is_serializer(self, ref):
            return serializers.instance(self, ref, kwargs, args, frame, expr)
        if isinstance(ref, Definition) and ref.kind == "class":
            return forms.filled(self, ref, self.construct(ref, args, kwargs, frame, expr), args, kwargs)
        if isinstance(callee.closure, tuple):
            return self.call_lambda(callee.closure, args)
        if permissions.called(callee, expr, frame):
            return callee
        if name in comparisons.SETS and receiver is not None and args and not (isinstance(ref, Definition) and ref.kind == "function"):
            return self.of_sets(name, receiver, args[0])
        if name in queries.COLUMN_TESTS and isinstance(expr.func, ir.Attr):
            column = self.column(expr.func.base, frame)
            if column is not None:
                inner = [v for arg in args for v in (arg.fields or {}).values()] + [*kwargs.values()] if name in ("any", "has") else []
                key = queries.Column(self.column_name(expr.func.base, frame), column if column.kind == "class" else None, many=name in queries.ANY_OF)
                return Value(origins_of(args), fields={key: narrowing.tested(name, key, union(inner or args[:2]))})
        if (name in queries.NOT_TESTS and isinstance(expr.func, ir.Attr) and self.column(expr.func.base, frame) is not None) or (
            name == "not_" and args and args[0].fields
        ):
            return EMPTY  # everybody else's
        if isinstance(ref, str):
            if ref in self.knowledge.guards and len(args) == 1 and isinstance(args[0].closure, Frame) and isinstance(args[0].ref, Definition):
                return Value(kind=ref, ref=args[0].ref, closure=args[0].closure)  # `return login_required(wrapper)`
            if (kept := memory.loaded(self, ref, args, expr, frame)) is not None:
                return kept
            if ref in self.knowledge.principal_calls:
                return self.principal(ref, args, kwargs, frame, expr)
            shown = self.shown_elsewhere(ref, args, kwargs, frame, expr)
            if shown is not None:
                return shown
            if ref in CASTS and len(args) == 2:
                return args[1] if args[1].kind is not None or not isinstance(args[0].ref, Definition) else args[1].of(args[0].ref)
            if ref in DEPENDENCIES and (args or "dependency" in kwargs):
                return kwargs["dependency"] if "dependency" in kwargs else args[0]
            if ref in self.knowledge.scope_calls:  # asks for scopes of the caller
                return Value(scope_marks([word for value in (*args, *kwargs.values()) for word in comparisons.words(value)]))
            if ref in self.knowledge.signed:
                return self.signed(frame, expr)
            secret = ref in self.knowledge.compares and len(args) > 1 and any(holds_secret(a, EMPTY, expr) for a in args)
            if secret and not all(map(brings_secret, args[:2])):
                self.machine = True
                return Value(frozenset({ROLE, ADMIN}))
            if ref in self.knowledge.compares and len(expr.args) > 1 and (rows := known_by_secret(*args[:2], *expr.args[:2], frame)):
                return Value(frozenset(Tie(row, weak=True) for row in rows))
            if ref in ("inspect.isclass", "inspect.isfunction") and args and isinstance(args[0].ref, Definition) and not args[0].origins:
                return TRUE if args[0].ref.kind == ref.removeprefix("inspect.is") else FALSE
            if ref.startswith("builtins.") and "." not in ref[9:]:  # a method of a dict says no more than that of any object
                return self.builtin(ref[9:], args, kwargs, expr, frame)
        if name == "save" and receiver is not None and receiver.fields and "validated_data" in receiver.fields:
            return serializers.save(self, receiver, kwargs, frame, expr)
        if name == "save" and receiver is not None and (row := forms.saved(self, receiver, frame, expr)) is not None:
            return row
        if frame.me is not None and receiver is frame.me:
            known = bases.method(self, name, args, kwargs, expr, frame)
            if known is not None:
                return known
        if receiver is not None and (read := bodies.read(self, name, receiver, args, kwargs, frame, expr)) is not None:
            return read
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
        decorators = {last_name(d) for d in ref.node.decorators}  # type: ignore[attr-defined]
        if receiver is None or ref.owner is None or ref.owner.kind != "class" or "staticmethod" in decorators:
            return False
        return "classmethod" in decorators or not (isinstance(receiver.ref, Definition) and receiver.ref.kind == "class")

    # ------------------------------------------------------------ everything else
    def unknown(
        self: Any, callee: Value, receiver: Value | None, name: str, args: list[Value], kwargs: dict[str, Value], expr: ir.Call, frame: Frame
    ) -> Value:
        """A call of something outside the project, or that could not be resolved."""
        if (text := sql.built(receiver, name, args, kwargs)) is not None:
            return text
        given = containers.resolved(name, receiver, args) or lists.picked(self, name, receiver, args, expr, frame)
        if (given := given or folding.not_given(receiver, name, args)) is not None:
            return given
        values = [*args, *kwargs.values()]
        if isinstance(expr.func, ir.Call) and len(values) == len(args) == 1 and isinstance(args[0].closure, Frame):
            return args[0]  # `router.get("/orders")(wrapper)`: what a decorator from elsewhere makes of a function goes on to it
        if name == "commit":
            self.committed()
        if name in parsers.READERS and receiver is not None and self.frameworked(receiver):
            return Value(frozenset({Client("*", "body", (frame.scope.module.path, expr.at))}))
        if receiver is not None and receiver.has(REQUEST) and receiver.kind is None and callee.origins:
            return callee  # request.get_json(), await request.form()
        if name == "get" and receiver is not None and args and (left := cached.kept(self, receiver, expr, args[0])) is not None:
            return left
        if (name == "get" and receiver is not None and args and (receiver.clients or receiver.has(CALLER) or receiver.fields is not None)) or (
            name in _PARTS and args and receiver
        ):
            part = self.named_part(receiver, args, expr, frame)
            if name == "pop" and isinstance(expr.func, ir.Attr):
                self.taken_out(expr.func.base, args[0].const, frame)
                lists.taken(name, expr.func.base, receiver, expr.args, frame)
            return part
        if name == "update" and receiver is not None and receiver.fields is not None and any(c.name == "*" for v in args for c in v.clients):
            bodies.overwritten(receiver, args)
        if name in ("append", "extend", "add", "insert", "appendleft", "update") and isinstance(expr.func, ir.Attr) and args:
            if isinstance(expr.func.base, ir.Name):
                self.appended(expr.func.base.id, name, args[-1], frame)
            elif not joined(name, receiver, args[-1]):
                self.stored(expr.func.base, args[-1], frame)
        if name == "clear" and not values and isinstance(expr.func, ir.Attr) and isinstance(expr.func.base, ir.Name) and receiver is not None:
            plain = receiver.fields is not None and receiver.receiver is None and receiver.kind is None
            if plain or not receiver.selections:  # rows that are related are emptied elsewhere
                frame.env[expr.func.base.id] = Value(fields={}) if plain else Value(items=())
        if name in lists.TAKES and isinstance(expr.func, ir.Attr) and isinstance(expr.func.base, ir.Name) and receiver is not None:
            if receiver.outcomes:
                frame.env[expr.func.base.id] = in_doubt(receiver)  # `errors.pop()`
            lists.taken(name, expr.func.base, frame.env.get(expr.func.base.id, receiver), expr.args, frame)
        if name in WRITES and isinstance(expr.func, ir.Attr):
            for value in values:
                self.use(value)
        if name in WRAPPERS and args:
            called = args[0].ref.rpartition(".")[2] if isinstance(args[0].ref, str) else name
            return args[0] if len(args) == 1 and not kwargs else self.dispatch(args[0], None, called, args[1:], kwargs, expr, frame)
        if name in queries.CREATING and receiver is not None and (model := self.rows_of(receiver)) is not None:
            return self.created_row(model, name, receiver, args, kwargs, expr, frame)
        made_here = name == "update" and receiver is not None and receiver.fields is not None and receiver.kind is None
        made_here = made_here or (name in ("add", "update") and _of_own(expr.func, frame))
        if (name in queries.CHANGING or name in ("delete", "add", "merge", "render", "emit")) and not (is_container(receiver) or made_here):
            labelled = name in ("add", "set") and len(args) > 1 and args[0].const is not None  # calendar.add("summary", event.title)
            joins = isinstance(expr.func, ir.Attr) and isinstance(expr.func.base, ir.Attr) and expr.func.base.name in self.schema.peopled
            for value in (*values, *([receiver] if receiver else [])):
                joining = value is not receiver and (joins or joined(name, receiver, value))
                if not (joining and name == "remove"):
                    self.use(value)
                if name not in ("render", "emit") and not labelled and not joining:
                    self.use_changed(value)
        origins = origins_of([*values, *([receiver] if receiver is not None else [])])
        if receiver is not None and receiver.has(ROLE) and any(value.chosen for value in values):  # groups.filter(name=request.GET["group"])
            origins = origins - {ROLE, ADMIN} | {Tie(target, weak=True) for value in values for target in value.targets}
        rows = receiver is not None and bool(receiver.selections) and not self.knowledge.is_model(receiver.kind) and not receiver.has(CALLER)
        if rows and any(value.has(CALLER) for value in values):
            origins = self.for_caller(receiver, name, origins, expr, frame)
        answers = name in HTTP_VERBS and any(_is_http_client(value) for value in (receiver, callee))
        if answers:
            self.lost.update(c for value in values for c in value.clients)
        if answers or MAKES.match(name):  # what is new, or what another service answers, has an id that nobody chose
            origins = frozenset(o for o in origins if not isinstance(o, Client))
        if callee.ref is None and name[:1].islower() and not (receiver is not None and receiver.clients):  # who knows which id it gives
            origins = frozenset(o.reached if isinstance(o, Client) else o for o in origins)
        if isinstance(callee.ref, str) and callee.kind is None and not origins:
            return Value(ref=callee.ref + "()", kind=callee.ref if name[:1].isupper() else callee.ref + "()")
        fields: dict[str, Value] | None = {k: v for k, v in kwargs.items() if k != "**"}
        for value in args:
            if value.fields and value.receiver is None:
                fields.update(value.fields)
        fields = queries.either(args) if name == "or_" else queries.both(args) if name == "and_" else narrowing.joined_by(kwargs, fields)
        if callee.ref in narrowing.PATTERNS:
            origins = narrowing.doubted(Value(origins)).origins
        if callee.ref is None and (receiver is None or not receiver.origins) and not NO_GUARD.match(name):
            self.lost.update(c for value in values for c in value.clients)
        if (
            self.knowledge.names_caller(name) or (AUTHENTICATES.match(name) and any(is_credential(c) for v in values for c in v.clients))
        ) and not any(c.source not in ("header", "cookie") for c in Value(origins).clients):
            self.caller_seen = True
            origins |= {CALLER}
        result = Value(origins, self.made(callee, name), const=args[0].const if len(args) == 1 and not receiver else None, fields=fields or None,
                       items=args[0].items if len(args) == 1 else None)  # fmt: skip
        return self.guarding(narrowing.asked(result, name), receiver, name, values, expr, frame)

    @staticmethod
    def frameworked(receiver: Value) -> bool:
        """A parser of a web framework, not one of command lines."""
        return any(isinstance(kind, str) and "RequestParser" in kind for kind in (receiver.kind, receiver.ref))

    @staticmethod
    def made(callee: Value, name: str) -> Any:
        if isinstance(callee.ref, str):
            return callee.ref if (callee.ref.rpartition(".")[2] or name)[:1].isupper() else None
        return forms.NAMED_AT_RUN if callee.kind == forms.NAMED_AT_RUN else None

    def named_part(self: Any, receiver: Value, args: list[Value], expr: ir.Call, frame: Frame) -> Value:
        """`container.get("name", default)`, `self.get_argument("name")`."""
        default = in_doubt(args[1]).origins if len(args) > 1 else frozenset()
        if receiver.fields is not None and args[0].const in receiver.fields:
            return receiver.fields[args[0].const].plus(default)
        if receiver.ref == bodies.DUMPED and args[0].const is not None:
            return Value(default)  # a field that the body's class does not have
        return self.part(receiver, args[0], expr, frame).plus(default)

    def taken_out(self: Any, container: ir.Expr, name: str | None, frame: Frame) -> None:
        """`del terms["user"]`, `terms.pop("user")`: no longer a term for the caller, on this way."""
        known = frame.env.get(container.id) if isinstance(container, ir.Name) else None
        if known is None or not known.fields or name not in known.fields:
            return
        whole = known.ref == bodies.DUMPED and not (self.branch or frame.tests)  # nor a field of the row that is made of it
        if whole or (known.fields[name].has(CALLER) and not any(c.name == "*" for c in known.clients)):
            fields = {each: part for each, part in known.fields.items() if each != name}
            origins = known.origins if whole else origins_of(fields.values())
            frame.env[container.id] = Value(origins, known.kind, known.ref, known.const, fields, known.receiver, known.items)

    def appended(self: Any, name: str, verb: str, value: Value, frame: Frame) -> None:
        known = frame.env.get(name, EMPTY)
        self.collected(*carried(value))
        more = complaints.one_more(known, value)
        frame.env[name] = more if more is not None else texts.spread(lists.longer(known, value), (known, value), lists.longer)
        endings.appended(frame, name, verb, known, value)


def _of_own(func: ir.Expr, frame: Frame) -> bool:
    """`found[month].update(row)`: a part of a dictionary that was made here."""
    part = func.base if isinstance(func, ir.Attr) else None
    inside = isinstance(part, ir.Sub)
    while isinstance(part, ir.Sub):
        part = part.base
    known = frame.env.get(part.id) if inside and isinstance(part, ir.Name) else None
    if known is None or known.receiver is not None:
        return False
    return is_container(known) or (known.kind is None and known.fields is not None)


def is_container(value: Value | None) -> bool:
    """A set, list or dict that the app made itself: what is put into it is not changed."""
    return value is not None and isinstance(value.kind, str) and value.kind in CONTAINERS


def _is_http_client(value: Value | None) -> bool:
    return value is not None and any(isinstance(each, str) and each.startswith(HTTP_CLIENTS) for each in (value.kind, value.ref))


_PARTS = frozenset({"getlist", "getone", "getall", "pop", "setdefault", "__getitem__"})
