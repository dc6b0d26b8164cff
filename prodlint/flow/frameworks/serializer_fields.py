"""Fields that a serializer of DRF declares: the rows that a client may name by them, and the serializers that stand in it.

Knows: related fields of the project's own, whose `get_queryset` says what may be named; under which name a field's value is handed on (`source=`);
serializers in serializers. Sources: djangorestframework 3.16 relations.py (`RelatedField.get_queryset`, `use_pk_only_optimization` aside: what is
validated is the row) and fields.py (`Field.context` is that of the outermost serializer). Does not know: the fields of the framework and those that
`Meta` lists (`serializers.py`), what the constructor makes of them (`serializer_setup.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from prodlint import ir
from prodlint.flow.frames import Frame
from prodlint.flow.values import Client, Value
from prodlint.names import Definition, Scope

RELATED = frozenset({"RelatedField", "PrimaryKeyRelatedField", "SlugRelatedField", "HyperlinkedRelatedField"})
DEEP = 3  # serializers in serializers


def declared(run: Any, cls: Definition) -> Iterator[tuple[str, ir.Call, Definition | str | None]]:
    """(name, call, class) of each field that is declared by a call, of the class itself and of those it extends."""
    seen: set[str] = set()
    for ancestor in run.names.mro(cls):
        for name, member in run.names.members(ancestor).items() if isinstance(ancestor, Definition) else ():
            call = member.node.value if isinstance(member.node, ir.Assign) else None
            if name not in seen and isinstance(call, ir.Call):
                yield name, call, run.names.resolve(call.func, scope_of(run, member))
            seen.add(name)


def scope_of(run: Any, member: Definition) -> Scope:
    """The scope in which what stands in a class is read."""
    return run.names.class_scope(member.owner) if member.owner is not None and member.owner.kind == "class" else run.names.scope_of(member)


def own(run: Any, cls: Definition) -> tuple[tuple[str, Definition], ...]:
    """(name, class) of the related fields whose class is the project's own, and says what rows may be named."""
    return tuple(
        (name, field)
        for name, call, field in declared(run, cls)
        if isinstance(field, Definition)
        and not _read_only(call)
        and any(isinstance(base, str) and base.rpartition(".")[2] in RELATED for base in run.names.mro(field))
        and isinstance(run.names.class_member(field, "get_queryset"), Definition)
    )


def keys(run: Any, cls: Definition) -> dict[str, str]:
    """Field -> the name under which its value is handed on: that of `source="product"`; those that keep their own are left out."""
    said = ((name, next((option.value for option in call.kwargs if option.name == "source"), None)) for name, call, _ in declared(run, cls))
    words = ((name, value.value) for name, value in said if isinstance(value, ir.Const) and isinstance(value.value, str))
    return {name: word for name, word in words if "." not in word and word != "*"}


def row(run: Any, target: Definition, name: str, said: Value, frame: Frame, expr: ir.Expr) -> Value:
    """The row of a model that a client names by a field that takes any."""
    selection = run.select(target, expr, frame, terms=[("pk", said)])
    selection.link = name
    return Value(frozenset({selection}), target)


def named(run: Any, target: Definition, name: str, said: Value, context: Value, frame: Frame, expr: ir.Expr) -> Value:
    """The row that a client names by a field. target: its model, or the field's own class, whose `get_queryset` says from which rows."""
    if run.knowledge.is_model(target):
        return row(run, target, name, said, frame, expr)
    field = Value(kind=target, fields={"context": context, "parent": Value(fields={"context": context}), "root": Value(fields={"context": context})})
    rows = run.names.class_member(target, "get_queryset")  # of a package: nobody can read which ones
    source = run.call_function(rows, [field], {}, frame, expr) if isinstance(rows, Definition) and isinstance(rows.node, ir.Function) else Value()
    if not source.selections:
        return Value()  # rows of which nothing is known: nobody's
    found = run.mixed(source, run.narrowed(tuple(source.selections), "", "get", [], {"pk": said}, expr, frame, False))
    for selection in found.selections:
        selection.link = name
    return found  # type: ignore[no-any-return]


def nested(run: Any, cls: Definition, context: Value, frame: Frame, expr: ir.Expr, depth: int = DEEP) -> Iterator[tuple[str, Value]]:
    """(key, value) of the serializers in a serializer by whose fields a client names rows; their own hooks have run on these."""
    from prodlint.flow.frameworks.serializers import hook, is_serializer, writable

    if depth == 0:
        return
    outer = keys(run, cls)
    for name, call, field in declared(run, cls):
        if not isinstance(field, Definition) or _read_only(call) or not is_serializer(run, field):
            continue
        client = Client(name, "body", (frame.scope.module.path, ir.start_of(expr)))
        parts, handed_on = {}, keys(run, field)
        for inner, target in (*writable(run, field), *own(run, field)):
            said = Value(frozenset({Client(f"{name}.{inner}", "body", client.at)}))
            parts[handed_on.get(inner, inner)] = named(run, target, f"{name}.{inner}", said, context, frame, expr)
        parts.update(nested(run, field, context, frame, expr, depth - 1))
        asks = hooked(run, field)
        if parts or asks:
            for inner in plain(run, field) if asks else ():  # ids in a list: the hooks may ask whose these are
                parts.setdefault(handed_on.get(inner, inner), Value(frozenset({Client(f"{name}.{inner}", "body", client.at)})))
            whole = Value(frozenset({client}), fields=parts)
            made = Value(whole.origins, field, None, None, {"context": context, "validated_data": whole})
            for part, value in list(parts.items()):
                hook(run, field, f"validate_{part}", [made, value], frame, expr)
            hook(run, field, "validate", [made, whole], frame, expr)
            many = any(option.name == "many" for option in call.kwargs)
            yield outer.get(name, name), Value(frozenset({client}), items=(whole,)) if many else whole


def hooked(run: Any, cls: Definition) -> bool:
    """Has a serializer methods of its own that ask something of its fields?"""
    own = (name for ancestor in run.names.mro(cls) if isinstance(ancestor, Definition) for name in run.names.members(ancestor))
    return any(name == "validate" or name.startswith("validate_") for name in own)


def plain(run: Any, cls: Definition) -> Iterator[str]:
    """The fields of a serializer that hold no serializer."""
    from prodlint.flow.frameworks.serializers import is_serializer

    return (name for name, call, field in declared(run, cls) if not (_read_only(call) or is_serializer(run, field)))


def _read_only(call: ir.Call) -> bool:
    return any(option.name == "read_only" for option in call.kwargs)
