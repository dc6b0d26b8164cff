"""Runs calls of what lies outside the project, or could not be resolved: their arguments' origins are passed on.

Knows: which names read a part, put something into a container, wrap a function, change rows; what of the client, the caller and a guard is left in
the answer. Does not know: what is known by its full name or selects data (`calls.py`, `selecting.py`), what a name alone says of a guard
(`habits.py`).
"""

from __future__ import annotations

from typing import Any

from prodlint import ir
from prodlint import regex as re
from prodlint.flow.frames import Frame
from prodlint.flow.frameworks import bodies, containers, forms, parsers
from prodlint.flow.interpret import cached, endings, folding, lists, texts
from prodlint.flow.interpret.calling import Calling
from prodlint.flow.interpret.habits import NO_GUARD
from prodlint.flow.knowledge import AUTHENTICATES
from prodlint.flow.lookups import narrowing, queries, sql
from prodlint.flow.lookups.selecting import is_credential
from prodlint.flow.proofs import complaints
from prodlint.flow.proofs.answers import carried, joined
from prodlint.flow.values import ADMIN, CALLER, EMPTY, REQUEST, ROLE, Client, Origin, Tie, Value, in_doubt, origins_of

MAKES = re.compile(r"^(?:(?:create|insert|sign_?up|register|sign_?in|log_?in)(?:_|$)|retrieve$)", re.I)  # new, just logged in, a service's own
# what writes a row into a document that is handed out: csv, zipfile, xlsxwriter, reportlab, python-docx
WRITES = frozenset({"writerow", "writerows", "writestr", "write_row", "write_string", "write_column", "drawString", "add_paragraph", "add_heading"})
COLLECTS = frozenset({"append", "extend", "add", "insert", "appendleft", "update"})
CONTAINERS = frozenset({"builtins.set", "builtins.list", "builtins.dict", "typing.Set", "typing.List", "typing.Dict", "collections.defaultdict"})
HTTP_VERBS = frozenset({"get", "post", "put", "patch", "request", "urlopen"})
HTTP_CLIENTS = ("requests.", "httpx.", "aiohttp.client", "aiohttp.ClientSession", "urllib.request.", "urllib3.")
WRAPPERS = frozenset(
    {"sync_to_async", "async_to_sync", "run_in_threadpool", "to_thread", "partial", "run_sync", "iscoroutine", "gather", "ensure_sync"}
)
_PARTS = frozenset({"getlist", "getone", "getall", "pop", "setdefault", "__getitem__"})


class Outside:
    """A part of `calls.Calls`: everything else."""

    def unknown(self: Any, call: Calling) -> Value:
        """A call of something outside the project, or that could not be resolved."""
        if (known := self.handed_back(call)) is not None:
            return known
        self.collects(call)
        name, args = call.name, call.args
        if name in WRAPPERS and args:
            called = args[0].ref.rpartition(".")[2] if isinstance(args[0].ref, str) else name
            alone = len(args) == 1 and not call.kwargs
            return args[0] if alone else self.dispatch(args[0], None, called, args[1:], call.kwargs, call.expr, call.frame)
        if name in queries.CREATING and call.receiver is not None and (model := self.rows_of(call.receiver)) is not None:
            return self.created_row(model, name, call.receiver, args, call.kwargs, call.expr, call.frame)
        self.changed_by(call)
        return self.answer_of(call, self.origins_left(call))

    def handed_back(self: Any, call: Calling) -> Value | None:
        """What is known to be one of its arguments, a part of what it is a method of, or what the client sent."""
        receiver, name, args, expr, frame = call.receiver, call.name, call.args, call.expr, call.frame
        if (text := sql.built(receiver, name, args, call.kwargs)) is not None:
            return text
        given = containers.resolved(name, receiver, args) or lists.picked(self, name, receiver, args, expr, frame)
        if (given := given or folding.not_given(receiver, name, args)) is not None:
            return given
        if isinstance(expr.func, ir.Call) and len(call.values) == len(args) == 1 and isinstance(args[0].closure, Frame):
            return args[0]  # `router.get("/orders")(wrapper)`: what a decorator from elsewhere makes of a function goes on to it
        if name == "commit":
            self.committed()
        if receiver is None:
            return None
        if name in parsers.READERS and self.frameworked(receiver):
            return Value(frozenset({Client("*", "body", (frame.scope.module.path, expr.at))}))
        if receiver.has(REQUEST) and receiver.kind is None and call.callee.origins:
            return call.callee  # request.get_json(), await request.form()
        if name == "get" and args and (left := cached.kept(self, receiver, expr, args[0])) is not None:
            return left
        if args and (name in _PARTS or (name == "get" and (receiver.clients or receiver.has(CALLER) or receiver.fields is not None))):
            return self.part_taken(call, receiver)
        return None

    def part_taken(self: Any, call: Calling, receiver: Value) -> Value:
        """A part by its name; `pop` takes it out."""
        part = self.named_part(receiver, call.args, call.expr, call.frame)
        if call.name == "pop" and call.container is not None:
            self.taken_out(call.container, call.args[0].const, call.frame)
            lists.taken(call.name, call.container, receiver, call.expr.args, call.frame)
        return part

    def collects(self: Any, call: Calling) -> None:
        """What is put into a list, a dictionary or a document, or taken out of it."""
        receiver, name, args, frame, base = call.receiver, call.name, call.args, call.frame, call.container
        if name == "update" and receiver is not None and receiver.fields is not None and any(c.name == "*" for v in args for c in v.clients):
            bodies.overwritten(receiver, args)
        if name in COLLECTS and base is not None and args:
            if isinstance(base, ir.Name):
                self.appended(base.id, name, args[-1], frame)
            elif not joined(name, receiver, args[-1]):
                self.stored(base, args[-1], frame)
        if name == "clear" and not call.values and isinstance(base, ir.Name) and receiver is not None:
            plain = receiver.fields is not None and receiver.receiver is None and receiver.kind is None
            if plain or not receiver.selections:  # rows that are related are emptied elsewhere
                frame.env[base.id] = Value(fields={}) if plain else Value(items=())
        if name in lists.TAKES and isinstance(base, ir.Name) and receiver is not None:
            if receiver.outcomes:
                frame.env[base.id] = in_doubt(receiver)  # `errors.pop()`
            lists.taken(name, base, frame.env.get(base.id, receiver), call.expr.args, frame)
        if name in WRITES and base is not None:
            for value in call.values:
                self.use(value)

    def changed_by(self: Any, call: Calling) -> None:
        """Rows that are changed, deleted, shown on a page or sent."""
        receiver, name, args, base = call.receiver, call.name, call.args, call.container
        made_here = name == "update" and receiver is not None and receiver.fields is not None and receiver.kind is None
        made_here = made_here or (name in ("add", "update") and _of_own(base, call.frame))
        if not (name in queries.CHANGING or name in ("delete", "add", "merge", "render", "emit")) or is_container(receiver) or made_here:
            return
        labelled = name in ("add", "set") and len(args) > 1 and args[0].const is not None  # calendar.add("summary", event.title)
        joins = isinstance(base, ir.Attr) and base.name in self.schema.peopled
        for value in call.everything:
            joining = value is not receiver and (joins or joined(name, receiver, value))
            if not (joining and name == "remove"):
                self.use(value)
            if name not in ("render", "emit") and not labelled and not joining:
                self.use_changed(value)

    def origins_left(self: Any, call: Calling) -> frozenset[Origin]:
        """What the answer is made of."""
        receiver, name, values, callee = call.receiver, call.name, call.values, call.callee
        origins = origins_of(call.everything)
        if receiver is not None and receiver.has(ROLE) and any(value.chosen for value in values):  # groups.filter(name=request.GET["group"])
            origins = origins - {ROLE, ADMIN} | {Tie(target, weak=True) for value in values for target in value.targets}
        rows = receiver is not None and bool(receiver.selections) and not self.knowledge.is_model(receiver.kind) and not receiver.has(CALLER)
        if rows and any(value.has(CALLER) for value in values):
            origins = self.for_caller(receiver, name, origins, call.expr, call.frame)
        answers = name in HTTP_VERBS and any(_is_http_client(value) for value in (receiver, callee))
        if answers:
            self.lost.update(c for value in values for c in value.clients)
        if answers or MAKES.match(name):  # what is new, or what another service answers, has an id that nobody chose
            origins = frozenset(o for o in origins if not isinstance(o, Client))
        if callee.ref is None and name[:1].islower() and not (receiver is not None and receiver.clients):  # who knows which id it gives
            origins = frozenset(o.reached if isinstance(o, Client) else o for o in origins)
        return origins

    def answer_of(self: Any, call: Calling, origins: frozenset[Origin]) -> Value:
        """The answer, made of these origins."""
        callee, receiver, name, args, values = call.callee, call.receiver, call.name, call.args, call.values
        if isinstance(callee.ref, str) and callee.kind is None and not origins:
            return Value(ref=callee.ref + "()", kind=callee.ref if name[:1].isupper() else callee.ref + "()")
        fields: dict[str, Value] | None = {k: v for k, v in call.kwargs.items() if k != "**"}
        for value in args:
            if value.fields and value.receiver is None:
                fields.update(value.fields)
        fields = queries.either(args) if name == "or_" else queries.both(args) if name == "and_" else narrowing.joined_by(call.kwargs, fields)
        if callee.ref in narrowing.PATTERNS:
            origins = narrowing.doubted(Value(origins)).origins
        if callee.ref is None and (receiver is None or not receiver.origins) and not NO_GUARD.match(name):
            self.lost.update(c for value in values for c in value.clients)
        signs_in = AUTHENTICATES.match(name) and any(is_credential(c) for v in values for c in v.clients)
        if (self.knowledge.names_caller(name) or signs_in) and not any(c.source not in ("header", "cookie") for c in Value(origins).clients):
            self.caller_seen = True
            origins |= {CALLER}
        result = Value(origins, self.made(callee, name), const=args[0].const if len(args) == 1 and not receiver else None, fields=fields or None,
                       items=args[0].items if len(args) == 1 else None)  # fmt: skip
        return self.guarding(narrowing.asked(result, name), receiver, name, values, call.expr, call.frame)

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


def _of_own(part: ir.Expr | None, frame: Frame) -> bool:
    """`found[month].update(row)`: a part of a dictionary that was made here."""
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
