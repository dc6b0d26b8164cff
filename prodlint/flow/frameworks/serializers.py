"""Foreign keys that a client writes through a DRF serializer.

Knows: fields of serializers (declared, listed in `Meta`, read-only), what `save` writes, which hooks check. Sources: djangorestframework 3.16
serializers.py and relations.py. Does not know: what the constructor makes of the fields (`serializer_setup.py`), whether a foreign key is tied
(`handlers.py`), what a view asks.

Each writable foreign key to a model of the project becomes a selection of that model by an id of the body, marked with the field as `link`; it
is used where the serializer saves. Hooks of the serializer run on it, so what they refuse counts.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from prodlint import ir
from prodlint import regex as re
from prodlint.calls.walk import every, heads
from prodlint.flow.frames import Frame
from prodlint.flow.frameworks import serializer_fields, serializer_setup
from prodlint.flow.knowledge import last_name
from prodlint.flow.lookups.schema import OWNER_COLUMN
from prodlint.flow.values import CALLER, EMPTY, REQUEST, Client, Made, Value, origins_of
from prodlint.names import Definition, blocks_of, statements
from prodlint.routing.values import items, text

BASES = ("rest_framework.serializers.BaseSerializer", "rest_framework.serializers.Serializer", "rest_framework.serializers.ModelSerializer",
         "rest_framework.serializers.HyperlinkedModelSerializer", "rest_framework.serializers.ListSerializer")  # fmt: skip
# those of packages that build on the framework's (JSON:API, GIS, bulk, flex fields, nested writes): all of them are models' serializers below
PACKAGED = re.compile(r"^(?:rest_|drf_|\w+_rest\.|\w*rest_framework_).*\.(?:\w*Model|Hyperlinked\w*|Document|Nested\w*|Writable\w*)?Serializer$")
RELATED = frozenset({"PrimaryKeyRelatedField", "SlugRelatedField", "HyperlinkedRelatedField", "ModelChoiceField", "ModelMultipleChoiceField"})
# what the constructors of serializers take from the view by habit; no field of a row is called by these names on the serializer itself
CALLERS = {"user": Value(frozenset({CALLER})), "current_user": Value(frozenset({CALLER})), "request": Value(frozenset({REQUEST}))}

NEW = {"id": EMPTY, "pk": EMPTY}  # what a new row is called says the database, whatever else of it the client said


def is_serializer(run: Any, cls: object) -> bool:
    if not isinstance(cls, Definition) or cls.kind != "class":
        return False
    return run.names.is_a(cls, *BASES) or any(isinstance(base, str) and PACKAGED.search(base) for base in run.names.mro(cls))


def of_view(run: Any, me: Value, frame: Frame, expr: ir.Expr) -> Definition | None:
    """The serializer class that a view names for this action."""
    from prodlint.flow.frameworks.bases import attribute, call_own

    chosen = call_own(run, me, "get_serializer_class", [], frame, expr) or attribute(run, me, "serializer_class", frame)
    ref = chosen.ref if isinstance(chosen.ref, Definition) else chosen.kind
    return ref if is_serializer(run, ref) else None  # type: ignore[return-value]


def instance(run: Any, cls: Definition, kwargs: dict[str, Value], args: list[Value], frame: Frame, expr: ir.Expr) -> Value:
    """A serializer with its data: `validated_data` holds a selection for each foreign key; its hooks have run."""
    fields: dict[str, Value] = {}
    me = frame.me if frame.me is not None else EMPTY
    told = kwargs.get("data", EMPTY)
    literal = told.fields if told.fields and not any(client.name == "*" for client in told.clients) else None  # data={"status": "done"}
    closed = serializer_setup.closed(run, cls, bool(args) or "instance" in kwargs)
    context = kwargs.get("context") or _context(run, me, frame, expr)
    given, handed_on = "data" not in kwargs or _of_client(told), serializer_fields.keys(run, cls)
    for name, target in (*writable(run, cls), *serializer_fields.own(run, cls)) if given else ():
        if name in closed:
            continue
        key = handed_on.get(name, name)
        said = Value(frozenset({Client(name, "body", (frame.scope.module.path, ir.start_of(expr)))}))
        if literal is None and name in (told.fields or {}) and not told.fields[name].chosen:  # type: ignore[index]
            fields[key] = told.fields[name]  # type: ignore[index]
            continue
        if literal is not None:
            said = literal.get(name, EMPTY)
            if not said.chosen:
                if name in literal:
                    fields[key] = said
                continue
        fields[key] = serializer_fields.named(run, target, name, said, context, frame, expr)
    if given and literal is None:
        fields.update(serializer_fields.nested(run, cls, context, frame, expr))
    for name, target in narrowed(run, cls) if literal is None and "data" in kwargs and _of_client(told) else ():
        said = Value(frozenset({Client(name, "body", (frame.scope.module.path, ir.start_of(expr)))}))
        selection = run.select(target, expr, frame, terms=[("pk", said)])
        run.bind(selection, frozenset(run.branch), True, selection.path, selection.at)  # which rows it may name says the serializer
        fields[name] = Value(frozenset({selection}), target)
    if literal is None:  # data = request.data; data["user"] = request.user.pk
        fields.update((name, part) for name, part in (told.fields or {}).items() if name not in fields and part.origins and not part.chosen)
    if literal is not None:  # data={"roles": request.data}
        fields.update((name, part) for name, part in literal.items() if name not in fields and part.origins)
        model = _model(run, _meta(run, cls))
        fields.update((name, EMPTY) for name in (_owners(run, cls, model) if model is not None else ()) if name not in fields)
    body = origins_of([*args, *kwargs.values()]) or frozenset({Client("*", "body")})
    valid = (told.origins | origins_of(told.fields.values() if told.fields else ())) or frozenset({Client("*", "body")})  # not who else it is told of
    data = Value(valid, fields=fields)
    made = Value(body, cls, None, None, {"validated_data": data, "data": data, "context": context, "initial_data": Value(valid), **CALLERS})
    if args or "instance" in kwargs:
        made.fields["instance"] = args[0] if args else kwargs["instance"]  # type: ignore[index]
    if given and literal is None:
        fields.update((handed_on.get(name, name), said) for name, said in serializer_setup.filled(run, cls, made, Value(valid), frame).items())
    for name in (*fields, *_asked(run, cls, set(fields))):
        value = (
            fields.get(name)
            or (told.fields or {}).get(name)
            or Value(frozenset({Client(name, "body", (frame.scope.module.path, ir.start_of(expr)))}))
        )
        hook(run, cls, f"validate_{name}", [made, value], frame, expr)
    hook(run, cls, "validate", [made, data], frame, expr)
    return made


def context(me: Value) -> Value:
    """What a view of the framework tells its serializers."""
    return Value(fields={"request": Value(frozenset({REQUEST})), "view": me})


def _context(run: Any, me: Value, frame: Frame, expr: ir.Expr) -> Value:
    from prodlint.flow.frameworks.bases import call_own

    own = call_own(run, me, "get_serializer_context", [], frame, expr) if isinstance(me.kind, Definition) else None
    return own if own is not None and own.fields else context(me)


def _asked(run: Any, cls: Definition, known: set[str]) -> list[str]:
    """The other fields of which a method of the serializer asks something: ids in a list, a number."""
    own = (name for ancestor in run.names.mro(cls) if isinstance(ancestor, Definition) for name in run.names.members(ancestor))
    return sorted({name.removeprefix("validate_") for name in own if name.startswith("validate_")} - known)


def _of_client(told: Value) -> bool:
    """May the client have said what a serializer is given as its data? What the app took out of its own rows, it has not."""
    return bool(told.clients or told.fields or told.has(REQUEST) or not told.origins)


def save(run: Any, made: Value, given: dict[str, Value], frame: Frame, expr: ir.Expr) -> Value:
    """`serializer.save(project=project)`: writes the foreign keys, except those that the server sets."""
    data = (made.fields or {}).get("validated_data", EMPTY)
    left = {name: value for name, value in (data.fields or {}).items() if name not in given and f"{name}_id" not in given}
    written = Value(data.origins, fields={**left, **given})
    assert isinstance(made.kind, Definition)
    instance = (made.fields or {}).get("instance")
    hook(run, made.kind, *(("create", [made, written]) if instance is None else ("update", [made, instance, written])), frame, expr)
    run.use_changed(instance or EMPTY)
    own = isinstance(run.names.class_member(made.kind, "create"), Definition)
    if instance is None and not own:
        _row(run, made.kind, left, given, frame, expr)
    some = {name for name, _ in narrowed(run, made.kind)}  # what the serializer lets them choose from is for everybody who may come here
    run.use(Value(written.origins, fields={name: value for name, value in (written.fields or {}).items() if name in given or name not in some}))
    named = any(isinstance(run.names.class_member(made.kind, name), Definition) for name in NEW)  # else no client can say it
    return Value(made.origins, fields=NEW if instance is None and not named else None)


def _row(run: Any, cls: Definition, left: dict[str, Value], given: dict[str, Value], frame: Frame, expr: ir.Expr) -> None:
    """The row that the framework makes of what is valid: whose it is says the client too, where the serializer lets them."""
    model = _model(run, _meta(run, cls))
    if model is None:
        return
    at = (frame.scope.module.path, ir.start_of(expr))
    theirs = {
        name: Value(frozenset({Client(name, "body", at)})) for name in _owners(run, cls, model) if name not in given and f"{name}_id" not in given
    }
    run.created.append(Made(model, {**theirs, **left, **given}, *at))


def _owners(run: Any, cls: Definition, model: Definition) -> Iterator[str]:
    """The foreign keys to users that a client may set: listed, not declared otherwise, and no method of the serializer names them."""
    meta = _meta(run, cls)
    listed, left_out = _strings(run, meta.get("fields")), set(_strings(run, meta.get("exclude")))
    closed = set(_strings(run, meta.get("read_only_fields"))) | set(_read_only(meta.get("extra_kwargs")))
    for name, target in run.schema.references(model):
        shown = name in listed or "__all__" in listed or (bool(left_out) and name not in left_out)
        said = target is not None and OWNER_COLUMN.match(name) and run.schema.account_field(model, name)
        if (
            shown
            and said
            and name not in closed
            and not (_handled(run, cls, name) or _not_editable(run, model, name) or _set_by_model(run, model, name))
        ):
            yield name


def _handled(run: Any, cls: Definition, name: str) -> bool:
    """Does a serializer declare a field, or say its name in a method of its own?"""
    for ancestor in run.names.mro(cls):
        for member in run.names.members(ancestor).values() if isinstance(ancestor, Definition) else ():
            if member.name == name:
                return True
            if member.kind == "function":
                parts = (part for statement in statements(run.names.body(member.node)) for head in heads(statement) for part in every(head))
                if any(isinstance(part, ir.Const) and part.value == name for part in parts):
                    return True
    return False


def hook(run: Any, cls: Definition, name: str, args: list[Value], frame: Frame, expr: ir.Expr) -> None:
    """Runs a method of the project's on a serializer, where it has one of that name."""
    found = run.names.class_member(cls, name)
    if isinstance(found, Definition) and found.kind == "function":
        run.call_function(found, args, {}, frame, expr)


# ---------------------------------------------------------------- fields
def writable(run: Any, cls: Definition) -> tuple[tuple[str, Definition], ...]:
    """(field, model) of each foreign key that a client may set to any row."""

    def found() -> tuple[tuple[str, Definition], ...]:
        restricted = set(serializer_setup.restricted(run, cls))
        return tuple(dict.fromkeys(() if "*" in restricted else (pair for pair in _fields(run, cls) if pair[0] not in restricted)))

    return run.names.remembering(run.knowledge.links, cls, found, ())


def narrowed(run: Any, cls: Definition) -> tuple[tuple[str, Definition], ...]:
    """(field, model) of each foreign key that a client may set to some rows, as the constructor says."""
    model = _model(run, _meta(run, cls))
    names = set(serializer_setup.restricted(run, cls)) if model is not None else set()
    return tuple((name, target) for name, target in run.schema.foreign_keys(model) if name in names) if names else ()


def _fields(run: Any, cls: Definition) -> Iterator[tuple[str, Definition]]:
    declared: dict[str, Definition] = {}
    for ancestor in run.names.mro(cls):
        for name, member in run.names.members(ancestor).items() if isinstance(ancestor, Definition) else ():
            declared.setdefault(name, member)
    meta = _meta(run, cls)
    closed = set(_strings(run, meta.get("read_only_fields"))) | set(_read_only(meta.get("extra_kwargs")))
    for name, member in declared.items():
        target = _declared(run, member)
        if target is not None and name not in closed:
            yield name, target
    model = _model(run, meta)
    if model is None:
        return
    listed = _strings(run, meta.get("fields"))
    left_out = set(_strings(run, meta.get("exclude")))
    for name, target in run.schema.foreign_keys(model):
        shown = name in listed or "__all__" in listed or (bool(left_out) and name not in left_out)
        if shown and name not in declared and name not in closed and not _not_editable(run, model, name):
            yield name, target


def model_of(run: Any, cls: Definition) -> Definition | None:
    """The model of the project that a serializer or form is for."""
    return _model(run, _meta(run, cls))


def _not_editable(run: Any, model: Definition, name: str) -> bool:
    """`editable=False`: the framework makes the field read-only (rest_framework.utils.field_mapping.get_relation_kwargs)."""
    member = run.names.class_member(model, name)
    call = member.node.value if isinstance(member, Definition) and isinstance(member.node, ir.Assign) else None
    options = call.kwargs if isinstance(call, ir.Call) else ()
    return any(option.name == "editable" and isinstance(option.value, ir.Const) and option.value.value is False for option in options)


def _set_by_model(run: Any, model: Definition, name: str) -> bool:
    """Does the model's own `save` say what the field holds, whatever it held before?"""
    save = run.names.class_member(model, "save")
    body = run.names.body(save.node) if isinstance(save, Definition) and save.kind == "function" else ()
    fields, pending = (name, f"{name}_id"), [*body]
    while pending:
        statement = pending.pop()
        if isinstance(statement, ir.Assign) and any(_named(target, fields) for target in statement.targets):
            return True
        if not (isinstance(statement, ir.If) and any(_named(part, fields) for part in every(statement.test))):  # for want of a value only
            pending.extend(inner for block in blocks_of(statement) for inner in block)
    return False


def _named(expr: ir.Expr, fields: tuple[str, ...]) -> bool:
    return isinstance(expr, ir.Attr) and expr.name in fields


def _meta(run: Any, cls: Definition) -> dict[str, Definition]:
    found = run.names.class_member(cls, "Meta")
    out: dict[str, Definition] = {}
    for ancestor in run.names.mro(found) if isinstance(found, Definition) and found.kind == "class" else ():
        for name, member in run.names.members(ancestor).items() if isinstance(ancestor, Definition) else ():
            out.setdefault(name, member)
    return out


def _model(run: Any, meta: dict[str, Definition]) -> Definition | None:
    """The model of the project that a serializer is for."""
    member = meta.get("model")
    model = run.names.resolve(member.node.value, run.names.scope_of(member)) if member is not None and _has_value(member) else None
    known = isinstance(model, Definition) and model.kind in ("class", "value")  # none where a function makes the serializer of what it is given
    return model if known and run.schema is not None else None


def _has_value(member: Definition | None) -> bool:
    return member is not None and isinstance(member.node, ir.Assign) and member.node.value is not None


def _strings(run: Any, member: Definition | None) -> list[str]:
    if member is None or not isinstance(member.node, ir.Assign):
        return []
    value, scope = member.node.value, run.names.scope_of(member)
    if isinstance(value, ir.Const):
        return [value.value] if isinstance(value.value, str) else []
    return [text(run.names, part, where) or "" for part, where in items(run.names, value, scope) or ()]


def _read_only(member: Definition | None) -> Iterator[str]:
    """Fields that `extra_kwargs` closes: `{"owner": {"read_only": True}}`."""
    value = member.node.value if member is not None and isinstance(member.node, ir.Assign) else None
    for key, item in value.items if isinstance(value, ir.Map) else ():
        options = item.items if isinstance(item, ir.Map) else ()
        closed = any(isinstance(k, ir.Const) and k.value in ("read_only", "queryset") for k, _ in options)
        if closed and isinstance(key, ir.Const) and isinstance(key.value, str):
            yield key.value


def _declared(run: Any, member: Definition) -> Definition | None:
    """The model of a related field of the framework whose rows are not restricted."""
    call = member.node.value if isinstance(member.node, ir.Assign) else None
    if not isinstance(call, ir.Call) or last_name(call.func) not in RELATED or any(k.name == "read_only" for k in call.kwargs):
        return None
    rows = next((k.value for k in call.kwargs if k.name == "queryset"), None)
    while isinstance(rows, (ir.Call, ir.Attr)):
        if isinstance(rows, ir.Call) and last_name(rows.func) == "none":
            return None  # set later, for each request
        rows = rows.func if isinstance(rows, ir.Call) else rows.base
    model = run.names.resolve(rows, serializer_fields.scope_of(run, member)) if isinstance(rows, ir.Name) else None
    return model if isinstance(model, Definition) and run.knowledge.is_model(model) else None
