"""What a handler's parameters are: path values, bodies, requests, dependencies.

Knows: how each framework passes arguments (by position, by name, by annotation, through Depends). Sources: fastapi 0.121
dependencies/utils.py, django 5.2 core/handlers, flask 3.1 app.py, aiohttp 3.13, sanic 25.3, tornado 6.5 web.py, django-ninja 1.4. Does not
know: how a dependency is run (`dependencies.py`), what the handler does with them.
"""

from __future__ import annotations

from typing import Any

from prodlint import ir
from prodlint import regex as re
from prodlint.flow.callers import security_scopes
from prodlint.flow.callers.dependencies import Dependencies
from prodlint.flow.frameworks import bodies, containers, converters, parsers
from prodlint.flow.knowledge import last_name
from prodlint.flow.values import CALLER, DOUBT, EMPTY, REQUEST, Client, Value
from prodlint.names import Definition, Scope
from prodlint.routing.table import Endpoint

BY_ANNOTATION = frozenset({"fastapi", "litestar", "ninja", "starlette", "django-ninja"})
REQUEST_FIRST = frozenset({"django", "drf", "sanic", "ninja", "django-ninja", "aiohttp", "starlette"})
SOURCES = {
    "Path": "path",
    "Query": "query",
    "Body": "body",
    "Form": "form",
    "File": "files",
    "Header": "header",
    "Cookie": "cookie",
    "UploadFile": "files",
}
REQUEST_TYPES = ("Request", "HttpRequest", "WebSocket", "HTTPConnection", "ASGIConnection")
BODY_BASES = (
    "pydantic.BaseModel",
    "pydantic.main.BaseModel",
    "sqlmodel.SQLModel",
    "sqlmodel.main.SQLModel",
    "ninja.Schema",
    "ninja.ModelSchema",
    "msgspec.Struct",
)
TEXTUAL = frozenset(
    {"typing.TypedDict", "typing_extensions.TypedDict", "typing.NamedTuple", "uuid.UUID", "datetime.datetime", "datetime.date", "decimal.Decimal"}
)
SUBJECT = re.compile(r"(?:^|_)(?:auth(?:_?(?:subject|context|info|data|ctx))?|subject|viewer|actor)$", re.I)
# What Litestar hands to parameters of these names; "" for what no client chooses.
LITESTAR = {"state": "", "scope": "", "headers": "header", "cookies": "cookie", "query": "query", "body": "body"}
# What connexion hands over of what a function of the specification's security answered; a client cannot name it there.
SECURED = frozenset({"user", "token_info"})
PLAIN = frozenset({"builtins", "uuid", "datetime", "decimal", "typing", "typing_extensions", "enum", "pathlib", "ipaddress"})


def tool(kind: str) -> bool:
    """An outside class that no value of a query is made into: a session, a client. Requests are told apart before."""
    return kind.partition(".")[0] not in PLAIN and kind.rpartition(".")[2] not in (*REQUEST_TYPES, "UploadFile")


class Parameters(Dependencies):
    """Binds the parameters of one endpoint's functions."""

    def __init__(self, run: Any, endpoint: Endpoint) -> None:
        self.run, self.endpoint, self.names = run, endpoint, run.names
        self.known: dict[object, Value] = {}  # what dependencies gave, each for the scopes that were asked of it
        self.asking: tuple[tuple[ir.Expr, Scope], ...] = ()  # scopes that are asked of the caller on the way to here (`security_scopes.py`)
        self.scoped: dict[ir.Expr, tuple[ir.Expr, Scope]] = {}  # of what is depended on: the scopes that are asked
        self.loaded: dict[str, Value] = {}  # what converters make of parts of the path

    def path_value(self, name: str, definition: Definition, at: int) -> Value:
        value = Value(frozenset({Client(name, "path", (definition.module.path, at))}))
        word = converters.named(self.endpoint).get(name)
        if word is None:
            return value
        if name not in self.loaded:
            self.loaded[name] = converters.converted(self.run, word, value, at)
        return self.loaded[name]

    def handler(self, definition: Definition, me: Value | None) -> dict[str, Value]:
        """The values of a handler's parameters by name."""
        params = list(definition.node.params)  # type: ignore[attr-defined]
        out: dict[str, Value] = {}
        if me is not None and params and not self._static(definition) and not self.unbound(params[0]):
            out[params.pop(0).name] = me
        framework = self.endpoint.framework
        if framework == "ariadne":  # what the field stands under and the context come first, whatever they are called
            out.update(zip((param.name for param in params), (EMPTY, Value(frozenset({REQUEST}))), strict=False))
            params = params[2:]
        if framework in ("strawberry", "graphene", "ariadne"):
            out.update((param.name, self.argument(param, definition)) for param in params)
            if framework == "graphene" and self.endpoint.cls is not None:
                out.update((param.name, self.inputs(self.endpoint.cls, param, definition, out[param.name])) for param in params if param.kind == "**")
            return self.handed(out, params, definition)
        if framework in BY_ANNOTATION:
            for index, param in enumerate(params):
                own = self.endpoint.cls is not None and param.name != "request"  # a controller has the request in its context
                first = index == 0 and framework in REQUEST_FIRST and not own
                out[param.name] = Value(frozenset({REQUEST})) if first else self.by_annotation(param, definition)
            return self.handed(out, params, definition)
        if framework in REQUEST_FIRST and params and params[0].name not in self.endpoint.params and params[0].kind in ("any", "pos"):
            out[params.pop(0).name] = Value(frozenset({REQUEST}))
        for position, param in enumerate(params):
            out[param.name] = self.plain(param, definition, position)
        out.update((name, value) for name, value in parsers.parsed(definition, self.endpoint.params).items() if name in out)
        return self.handed(out, params, definition)

    def handed(self, out: dict[str, Value], params: list[ir.Param], definition: Definition) -> dict[str, Value]:
        """With what the project's decorators hand over instead, by name or by position (`handing.py`)."""
        if definition is not self.endpoint.handler:
            return out
        given = dict(zip((param.name for param in params if param.kind in ("any", "pos")), self.run.handed, strict=False))
        for name, value in (*given.items(), *self.run.injected.items()):
            if name in self.endpoint.params:  # `kwargs["order_id"] = request.args.get("as", order_id)`: not what the path says
                if name in out and any(client.source != "path" for client in value.chosen):
                    out[name] = value
            elif name in out and (value.origins or value.fields or isinstance(value.kind, Definition)):
                out[name] = value
        return out

    @staticmethod
    def argument(param: ir.Param, definition: Definition) -> Value:
        """What a GraphQL resolver gets: the context in `info`, what it stands under, and arguments that the client chooses."""
        if param.name in ("info", "_info", "context"):
            return Value(frozenset({REQUEST}))
        if param.name in ("root", "parent", "self", "cls", "source"):
            return EMPTY
        whole = param.kind in ("*", "**") or param.name in ("data", "input", "payload", "input_")
        return Value(frozenset({Client("*" if whole else param.name, "body", (definition.module.path, param.at))}))

    def inputs(self, cls: Definition, param: ir.Param, definition: Definition, anything: Value) -> Value:
        """What a mutation of graphene takes: the fields of its nearest `class Arguments` or `class Input`, and no others, as the schema sees to."""
        taken = next((found for name in ("Arguments", "Input") if isinstance(found := self.names.class_member(cls, name), Definition)), None)
        if taken is None or taken.kind != "class" or any(base != "builtins.object" for base in self.names.mro(taken) if base is not taken):
            return anything
        places = {name: Client(name, "body", (definition.module.path, param.at)) for name in self.names.members(taken)}
        return Value(frozenset(places.values()), fields={name: Value(frozenset({one})) for name, one in places.items()}, ref=bodies.DUMPED)

    def hook(self, definition: Definition) -> dict[str, Value]:
        """The parameters of what runs before the handler: one of URL values gets (endpoint, values), a guard of Litestar the connection."""
        params = definition.node.params  # type: ignore[attr-defined]
        out = self.handler(definition, None)
        if self.endpoint.framework == "litestar":  # litestar 2.18 types/callable_types.py, Guard
            return out | {param.name: Value(frozenset({REQUEST})) if n == 0 else EMPTY for n, param in enumerate(params[:2])}
        if len(params) == 2:
            out[params[1].name] = Value(fields={name: self.path_value(name, definition, params[1].at) for name in self.endpoint.params})
        return out

    def unbound(self, first: ir.Param) -> bool:
        """Is the first parameter the request's too? FastAPI calls what `@router.get(...)` decorates in the body of a class as the function that it is
        there: `self` is filled in only where a package makes a dependency of the class."""
        said = first.annotation is not None or first.default is not None or first.name in self.endpoint.params
        return self.endpoint.framework == "fastapi" and said and first.name not in ("self", "cls")

    @staticmethod
    def _static(definition: Definition) -> bool:
        return any(last_name(d) == "staticmethod" for d in definition.node.decorators)  # type: ignore[attr-defined]

    def plain(self, param: ir.Param, definition: Definition, position: int) -> Value:
        """A parameter passed by path: name, position, *args or **kwargs."""
        path = self.endpoint.params
        if param.kind == "**":
            return Value(fields={name: self.path_value(name, definition, param.at) for name in path})
        if param.kind == "*":
            return Value(frozenset({Client("?", "path", (definition.module.path, param.at))}))
        if param.name in path:
            return self.path_value(param.name, definition, param.at)
        if param.name in ("request", "req"):
            return Value(frozenset({REQUEST}))
        if (given := containers.provided(self.run, param.default, self.names.scope_of(definition))) is not None:
            return given
        if self.endpoint.framework == "connexion":
            if param.name in SECURED and self.endpoint.options.get("security") == "yes":
                return Value(frozenset({CALLER}))
            source = "body" if param.name == "body" else "query"
            return Value(frozenset({Client("*" if param.name == "body" else param.name, source, (definition.module.path, param.at))}))
        if self.endpoint.framework == "tornado" or (self.endpoint.framework in ("django", "drf") and not path and param.default is None):
            return self.path_value(param.name, definition, param.at)
        if self.run.knowledge.names_caller(param.name) or param.name in ("user", "current_user"):
            return Value(frozenset({CALLER}))  # passed by a decorator: the client cannot name it
        return EMPTY

    # ------------------------------------------------------------ FastAPI and its kin
    def by_annotation(self, param: ir.Param, definition: Definition) -> Value:
        scope = self.names.scope_of(definition)
        depends = self.depends(param, scope)
        if (given := containers.provided(self.run, depends[0] if depends is not None else param.default, scope)) is not None:
            return given
        if depends is not None:
            return self.dependency(depends[0], depends[1], param, definition)
        if self.endpoint.framework == "fastapi" and self.put_together(param.default, scope):
            return self.perhaps_depends(param, scope)
        place = (definition.module.path, param.at)
        if param.name in self.endpoint.params:
            return Value(frozenset({Client(param.name, "path", place)}))
        if self.endpoint.framework == "litestar":
            for before in self.endpoint.before:
                if before.kind == f"provide:{param.name}":
                    made = before.expr.args[0] if isinstance(before.expr, ir.Call) and before.expr.args else before.expr
                    value = self.dependency(made, before.scope, param, definition)
                    said = self.names.annotated(param.annotation, scope)
                    return value.of(said) if isinstance(said, Definition) or value.kind is None else value
        kind = self.names.annotated(param.annotation, scope)
        source = self.marker(param, scope)
        if self.endpoint.framework == "litestar" and (param.name in LITESTAR or (isinstance(kind, str) and not source and tool(kind))):
            given = LITESTAR.get(param.name)
            return Value(frozenset({Client("*", given, place)})) if given else Value(kind=kind)
        if (isinstance(kind, str) and kind.rpartition(".")[2] in REQUEST_TYPES) or (param.name in ("request", "websocket") and kind is None):
            return Value(frozenset({REQUEST}))
        whole = self.endpoint.framework == "litestar" and param.name == "data"
        if whole or (isinstance(kind, Definition) and (self.names.is_a(kind, *BODY_BASES) or source in ("body", "form"))):
            return Value(frozenset({Client("*", source or "body", place)}), kind)
        if isinstance(kind, str) and kind.rpartition(".")[2] == security_scopes.KIND:
            return security_scopes.given(self.run, self.asking, kind, definition.node)  # type: ignore[arg-type]
        if isinstance(kind, str) and kind.rpartition(".")[2] in ("BackgroundTasks", "Response", "Session", "AsyncSession"):
            return Value(kind=kind)
        if isinstance(kind, str) and kind in ("builtins.dict",):
            return Value(frozenset({Client("*", source or "body", place)}))
        if self.endpoint.framework == "litestar" and source is None and self.run.knowledge.names_caller(param.name):
            self.run.caller_seen = True  # a dependency that the app provides out of sight: no client can name a user object
            self.run.login.append(place)
            return Value(frozenset({CALLER}), kind if isinstance(kind, Definition) else None)
        if source is None and isinstance(kind, Definition) and not self.from_text(kind):
            return self.injected(param, kind)
        return Value(frozenset({Client(param.name, source or "query", place)}), kind if isinstance(kind, Definition) else None)

    def put_together(self, default: ir.Expr | None, scope: Scope) -> bool:
        """`user: User = logins["list"]`, `= login` that the function around was given: no default that a client could leave out, and it may depend on
        anything."""
        ref = self.names.resolve(default, scope) if isinstance(default, ir.Name) else None
        return isinstance(default, (ir.Sub, ir.IfExp)) or (isinstance(ref, Definition) and ref.kind == "param")

    def perhaps_depends(self, param: ir.Param, scope: Scope) -> Value:
        """What a parameter gets whose default nobody can read: who asks, by what it is called, and then a login may be asked for."""
        kind, known = self.names.annotated(param.annotation, scope), self.run.knowledge
        if known.names_caller(param.name) or param.name == "user" or (isinstance(kind, Definition) and known.is_user(kind)):
            self.run.caller_seen = True
            self.run.perhaps_asked += 1
            self.run.evidence.append((scope.module.path, param.at, f"what {param.name} depends on could not be read: it may ask for a login"))
            return Value(frozenset({CALLER, DOUBT}), kind if isinstance(kind, Definition) else None)
        return Value(frozenset({Client(param.name, "query", (scope.module.path, param.at))}), kind if isinstance(kind, Definition) else None)

    def from_text(self, kind: Definition) -> bool:
        """Can the framework make such a value from a query string? FastAPI refuses a parameter of any other class when the app starts."""
        outside = [base for base in self.names.mro(kind) if isinstance(base, str)]
        decorated = {last_name(d) for base in self.names.mro(kind) if isinstance(base, Definition) for d in getattr(base.node, "decorators", ())}
        made = any(base in TEXTUAL or base.startswith(("enum.", "builtins.")) for base in outside) or "dataclass" in decorated
        return made or any(self.names.class_member(kind, name) for name in ("__get_validators__", "__get_pydantic_core_schema__"))

    def injected(self, param: ir.Param, kind: Definition) -> Value:
        """What only a signature that is made at run time can hand over: not the client's; the caller where it is called so."""
        known = self.run.knowledge
        if known.is_user(kind) or known.names_caller(param.name) or SUBJECT.search(param.name):
            self.run.caller_seen = True
            return Value(frozenset({CALLER}), kind)
        return Value(kind=kind)

    def marker(self, param: ir.Param, scope: Scope) -> str | None:
        """The source that `= Header()`, `Annotated[str, Cookie()]` and the like name."""
        for expr in (param.default, *self.metadata(param.annotation, scope)):
            if isinstance(expr, ir.Call) and last_name(expr) in SOURCES:
                return SOURCES[last_name(expr)]
        return None

    def metadata(self, annotation: ir.Expr | None, scope: Scope, depth: int = 6) -> list[ir.Expr]:
        return [expr for expr, _ in self._metadata(annotation, scope, depth)]

    def _metadata(self, annotation: ir.Expr | None, scope: Scope, depth: int = 6) -> list[tuple[ir.Expr, Scope]]:
        """What `Annotated[T, ...]` carries, through aliases in other modules."""
        if annotation is None or depth <= 0:
            return []
        if isinstance(annotation, ir.Sub):
            head = self.names.resolve(annotation.base, scope)
            if isinstance(head, str) and head.rpartition(".")[2] == "Annotated" and isinstance(annotation.index, ir.Seq):
                inner = self._metadata(annotation.index.items[0], scope, depth - 1) if annotation.index.items else []
                return inner + [(item, scope) for item in annotation.index.items[1:]]
            if isinstance(head, str) and head.rpartition(".")[2] == "Optional":
                return self._metadata(annotation.index, scope, depth - 1)
            return []
        if isinstance(annotation, ir.Bin):
            return self._metadata(annotation.left, scope, depth - 1)
        if isinstance(annotation, (ir.Name, ir.Attr)):
            ref = self.names.resolve(annotation, scope)
            if isinstance(ref, Definition) and ref.kind == "value" and isinstance(ref.node, ir.Assign):
                return self._metadata(ref.node.value, self.names.scope_of(ref), depth - 1)
        return []
