"""What a schema makes of a body: its fields, and the objects that its hooks fetch.

Knows: marshmallow (fields, nested schemas, `post_load` and `validates_schema` hooks), pydantic's and dataclasses' dumps, rows that SQLModel makes of
one. Sources: marshmallow 3.26 schema.py, pydantic 2.12 main.py, sqlmodel 0.0.27 main.py. Does not know: serializers of DRF (`serializers.py`),
decorators that read a body (`parsers.py`), whether anything is tied.

A field that a nested schema turns into a row of a model (`parent: {"id": 5}`) is a foreign key that the client writes: its selection carries the
field as `link`.
"""

from __future__ import annotations

from typing import Any

from prodlint import ir
from prodlint.flow.frames import Frame
from prodlint.flow.knowledge import last_name
from prodlint.flow.lookups import moves
from prodlint.flow.values import CALLER, EMPTY, Client, Value, origins_of, whichever
from prodlint.names import Definition
from prodlint.routing.walking import inside

SCHEMAS = ("marshmallow.Schema", "marshmallow.schema.Schema")
AUTO = (
    ".SQLAlchemyAutoSchema",
    ".SQLAlchemySchema",
    ".ModelSchema",
    ".Marshmallow.Schema",
    ".ma.Schema",
    "apiflask.Schema",
    "apiflask.schemas.Schema",
)
PYDANTIC = ("pydantic.BaseModel", "pydantic.main.BaseModel", "sqlmodel.SQLModel", "sqlmodel.main.SQLModel", "ninja.Schema")
LOADS = frozenset({"load", "loads"})
DUMPS = frozenset({"dict", "model_dump", "to_dict", "asdict"})
DUMPED = "pydantic.dumped"  # a dict that holds the fields of a class and nothing else
UPDATES = frozenset({"sqlmodel_update", "update"})  # of a row of SQLModel's; of the rows of a query
ROWS = UPDATES | {"model_validate", "from_orm", "parse_obj"}  # and of SQLModel's tables, which are pydantic's classes too
DEEP = 3  # nested schemas


def read(run: Any, name: str, receiver: Value, args: list[Value], kwargs: dict[str, Value], frame: Frame, expr: ir.Call) -> Value | None:
    """What a call makes of a body: a schema's `load`, a dump, a row of SQLModel's that takes all that the body's class has."""
    if name in LOADS and args and is_schema(run, receiver.kind):
        return load(run, receiver.kind, args[0], frame, expr, instance=kwargs.get("instance", EMPTY))
    if name in DUMPS:
        return dumped(run, receiver, kwargs)
    if name not in ROWS or not args:
        return None
    given = dumped(run, args[0], {}) or (args[0] if args[0].ref == DUMPED else EMPTY)
    fields = {**(given.fields or {}), **(kwargs.get("update", EMPTY).fields or {})}
    if name in UPDATES:
        for field, value in fields.items():
            moves.into(run, receiver, field, value, frame, ir.start_of(expr))
        return None
    if not given.fields or not isinstance(receiver.ref, Definition):
        return None
    if not run.knowledge.is_model(receiver.ref):  # `UserCreate.model_validate(sign_up)`: what the body's class does not have is not the client's
        known = {field: fields.get(field, EMPTY) for field in _columns(run, receiver.ref)} if run.names.is_a(receiver.ref, *PYDANTIC) else {}
        return Value(args[0].origins, receiver.ref, fields=known) if known else None
    run.made_row(receiver.ref, fields, expr, frame)
    return Value(kind=receiver.ref, fields=fields)


def is_schema(run: Any, cls: object) -> bool:
    if not isinstance(cls, Definition) or cls.kind != "class":
        return False
    return run.names.is_a(cls, *SCHEMAS) or any(isinstance(a, str) and a.endswith(AUTO) for a in run.names.mro(cls))


def load(run: Any, cls: Definition, given: Value, frame: Frame, expr: ir.Expr, link: str = "", depth: int = DEEP, instance: Value = EMPTY) -> Value:
    """What `schema.load(body)` gives: its fields, each the client's, after the schema's own hooks. instance: the row that it is loaded into."""
    fields: dict[str, Value] = {}
    listed, left_out = _listed(run, cls, "fields"), _listed(run, cls, "dump_only")
    for name, call in {**dict.fromkeys(listed), **_members(run, cls)}.items():
        parts = frozenset(_part(client, name) for client in given.clients)
        if not parts or name in left_out or (listed and name not in listed) or (call is not None and _is_set(call, "dump_only")):
            continue
        inner = _nested(run, cls, call) if depth and call is not None else None
        fields[name] = load(run, inner, Value(parts), frame, expr, name, depth - 1) if inner is not None else Value(parts)
    data = Value(given.origins, fields=fields or None)
    me = Value(frozenset(), cls, None, None, {"context": EMPTY, "instance": instance})
    before = len(run.selections)
    for method, decorator in _hooks(run, cls, "validates"):
        for name in _words(decorator):
            if name in fields:
                run.call_function(method, [me, fields[name]], {}, frame, expr)
    for hook in ("validates_schema", "post_load"):
        for method, _ in _hooks(run, cls, hook):
            result = run.call_function(method, [me, data], {}, frame, expr)
            if hook == "post_load" and (result.origins or result.fields or isinstance(result.kind, Definition)):
                data = result
    if not link and data.kind is None and (model := _loaded(run, cls)) is not None:
        return _row(run, model, instance, fields, frame, expr)
    for selection in run.selections[before:] if link else ():
        selection.link = link
    if link or data.items is not None:
        return data
    return Value(data.origins, data.kind, data.ref, data.const, data.fields, data.receiver, (data, EMPTY))  # (data, errors) in marshmallow 2


def _row(run: Any, model: Definition, instance: Value, fields: dict[str, Value], frame: Frame, expr: ir.Expr) -> Value:
    """What a schema with `load_instance` makes of a body: a new row, or the one that it was given with what the client says."""
    if not instance.selections:
        run.made_row(model, fields, expr, frame)
        return Value(frozenset(), model, fields=fields)
    run.use(instance)
    run.use_changed(instance)
    return Value(instance.origins, instance.kind, fields={**(instance.fields or {}), **fields})


def _meta(run: Any, cls: Definition, name: str) -> tuple[ir.Expr | None, Any]:
    """What the nearest `class Meta` says of something, and where its names are looked up."""
    meta = run.names.class_member(cls, "Meta")
    found = run.names.members(meta).get(name) if isinstance(meta, Definition) and meta.kind == "class" else None
    if found is None or not isinstance(found.node, ir.Assign):
        return None, None
    return found.node.value, run.names.class_scope(meta)


def _listed(run: Any, cls: Definition, name: str) -> tuple[str, ...]:
    """The literal words of `fields = (...)` or `dump_only = (...)`; none where it cannot be told."""
    value, _ = _meta(run, cls, name)
    words = [item.value for item in value.items if isinstance(item, ir.Const)] if isinstance(value, ir.Seq) else []
    return tuple(word for word in words if isinstance(word, str)) if isinstance(value, ir.Seq) and len(words) == len(value.items) else ()


def _loaded(run: Any, cls: Definition) -> Definition | None:
    """The model of which a schema with `load_instance = True` makes rows."""
    flag, _ = _meta(run, cls, "load_instance")
    model, scope = _meta(run, cls, "model")
    if not (isinstance(flag, ir.Const) and flag.value is True) or not isinstance(model, (ir.Name, ir.Attr)):
        return None
    found = run.names.resolve(model, scope)
    return found if isinstance(found, Definition) and run.knowledge.is_model(found) else None


def _is_set(call: ir.Call, name: str) -> bool:
    return any(k.name == name and isinstance(k.value, ir.Const) and k.value.value is True for k in call.kwargs)


def _words(decorator: ir.Expr) -> list[str]:
    """The fields that `@validates("name")` is for."""
    given = decorator.args if isinstance(decorator, ir.Call) else ()
    return [arg.value for arg in given if isinstance(arg, ir.Const) and isinstance(arg.value, str)]


def _part(client: Client, name: str) -> Client:
    return client.part(name if client.name in ("*", "?") else f"{client.name}.{name}"[-80:])


def _members(run: Any, cls: Definition) -> dict[str, ir.Call]:
    """The fields that a schema declares, inherited ones first."""
    out: dict[str, ir.Call] = {}
    for ancestor in reversed(run.names.mro(cls)):
        for name, member in run.names.members(ancestor).items() if isinstance(ancestor, Definition) else ():
            value = member.node.value if isinstance(member.node, ir.Assign) else None
            if isinstance(value, ir.Call) and last_name(value)[:1].isupper():
                out[name] = value
    return out


def _nested(run: Any, cls: Definition, call: ir.Call) -> Definition | None:
    """The schema of a nested field, also in a list of them; named by class, by a string, or behind a lambda."""
    name = last_name(call)
    if name in ("List", "Pluck") and call.args:
        return _nested(run, cls, call.args[0]) if isinstance(call.args[0], ir.Call) else None
    if not name.endswith("Nested") or not call.args:
        return None
    target = call.args[0]
    while isinstance(target, (ir.Lambda, ir.Call)):
        target = target.body if isinstance(target, ir.Lambda) else target.func
    scope = run.names.scope_of(cls)
    if isinstance(target, ir.Const) and isinstance(target.value, str):
        target = ir.Name(target.value.rpartition(".")[2], target.at)
    found = run.names.resolve(target, scope) if isinstance(target, (ir.Name, ir.Attr)) else None
    return found if is_schema(run, found) else None


def _hooks(run: Any, cls: Definition, decorator: str) -> list[tuple[Definition, ir.Expr]]:
    """The methods that a decorator of this name makes hooks of, with the decorator."""
    found: dict[str, tuple[Definition, ir.Expr]] = {}
    for ancestor in reversed(run.names.mro(cls)):
        for name, member in run.names.members(ancestor).items() if isinstance(ancestor, Definition) else ():
            for expr in member.node.decorators if member.kind == "function" else ():
                if last_name(expr) == decorator:
                    found[name] = (member, expr)
    return list(found.values())


# ------------------------------------------------------------ dumps
def dumped(run: Any, receiver: Value | None, kwargs: dict[str, Value]) -> Value | None:
    """`payload.model_dump(exclude={"id"})`: the fields of the body's class, each the client's; None where the class is not known."""
    cls = receiver.kind if receiver is not None else None
    if receiver is None or not isinstance(cls, Definition) or not any(c.name == "*" for c in receiver.clients) or not run.names.is_a(cls, *PYDANTIC):
        return None
    left_out = {item.const for item in kwargs["exclude"].items or ()} if "exclude" in kwargs else set()
    taken = _written_out(kwargs.get("include"))
    fields: dict[str, Value] = {}
    for name in _columns(run, cls):
        if name not in left_out and (taken is None or name in taken):
            fields[name] = Value(frozenset(client.part(name) for client in receiver.clients if client.name == "*"))
    fields.update((name, value) for name, value in (receiver.fields or {}).items() if name in fields)  # what the handler set itself
    return Value(receiver.origins, ref=None if _takes_more(run, cls) else DUMPED, fields=fields)


def _columns(run: Any, cls: Definition) -> list[str]:
    """The fields of a class of pydantic's, inherited ones first."""
    members = [member for a in reversed(run.names.mro(cls)) if isinstance(a, Definition) for member in run.names.members(a).items()]
    return [name for name, m in members if isinstance(m.node, ir.Assign) and m.node.annotation is not None and not name.startswith("_")]


def _written_out(included: Value | None) -> set[str | None] | None:
    """The fields that `include={"status"}` names; None, for all of them, where they are not all written there."""
    if included is None or included.items is None or included.ways is not None or included.origins:
        return None
    names = {item.const for item in included.items}
    return None if None in names else names


def _takes_more(run: Any, cls: Definition) -> bool:
    """Does a class of pydantic keep what the client says beside its fields: `model_config = ConfigDict(extra="allow")`?"""
    places = [run.names.class_member(cls, name) for name in ("model_config", "Config")]
    told = [part for place in places if isinstance(place, Definition) for part in inside(place.node) if isinstance(part, ir.Const)]
    return any(part.value == "allow" for part in told)


def any_of(fields: dict[str, Value]) -> Value:
    """What an unknown key of a dict gives: one of its values."""
    return whichever([Value(value.origins) for value in fields.values()]) if fields else Value(origins_of([]))


def overwritten(container: Value, args: list[Value]) -> None:
    """`data.update(request.get_json())`: whatever the container holds, the client may say something else."""
    assert container.fields is not None
    for body in [client for value in args for client in value.clients if client.name == "*"]:
        for name, value in container.fields.items():
            container.fields[name] = Value(value.origins - {CALLER} | {body.part(name)})
