"""What a serializer of DRF says of its own fields when it is made: rows that a field may name, fields that the server fills or takes out.

Knows: the constructor and the hooks that make fields. Sources: djangorestframework 3.16 serializers.py (`fields` is a dictionary of this one
serializer, `initial_data` what `data=` gave). Does not know: fields that stand in the class (`serializers.py`), whether anything is tied.

`kwargs["data"]["team"] = context["team"].pk` says which team a row goes with, whatever the client sent; under `if request.method == "POST":` it says
so of nothing that is changed later.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from prodlint import ir
from prodlint.calls.walk import every
from prodlint.flow.frames import Frame
from prodlint.flow.knowledge import last_name
from prodlint.flow.values import Value
from prodlint.names import Definition, blocks_of, is_super, statements
from prodlint.routing.table import SAFE
from prodlint.routing.walking import inside

SETS_UP = ("__init__", "get_fields", "get_extra_kwargs", "to_internal_value", "build_relational_field")
DATA = frozenset({"data", "initial_data"})


def restricted(run: Any, cls: Definition) -> Iterator[str]:
    """Fields whose rows the serializer narrows when it is made (`self.fields["project"].queryset = ...`); "*" where the name is not literal."""
    for name in SETS_UP:
        for statement in statements(_body(run, cls, name)):
            for target in statement.targets if isinstance(statement, ir.Assign) else ():
                if isinstance(target, ir.Attr) and target.name in ("queryset", "read_only"):
                    words = [part.value for part in inside(target) if isinstance(part, ir.Const) and isinstance(part.value, str)]
                    yield from words or ["*"]


def closed(run: Any, cls: Definition, there: bool) -> set[str]:
    """Fields that the constructor fills or replaces for each method by which the endpoint that runs may write, and those that are thrown away before
    a row is made, or changed where it is there."""
    writing = set(run.methods) - SAFE or None
    makers = [run.names.members(ancestor).get("__init__") for ancestor in run.names.mro(cls) if isinstance(ancestor, Definition)]
    bodies = [run.names.body(maker.node) for maker in makers if maker is not None and maker.kind == "function"]
    pending: list[tuple[ir.Stmt, frozenset[str] | None]] = [(statement, None) for body in bodies for statement in body]
    found = set(_thrown_away(_body(run, cls, "update" if there else "create")))
    while pending:
        statement, methods = pending.pop()
        if methods is None or (writing is not None and writing <= methods):
            found |= {name for name in map(_named, _taken(statement)) if name}
        asked = _methods(statement.test) if isinstance(statement, ir.If) else None
        for block in blocks_of(statement):
            of_these = asked if isinstance(statement, ir.If) and block is statement.body else None
            pending.extend((inner, of_these if methods is None else methods if of_these is None else methods & of_these) for inner in block)
    return found


def filled(run: Any, cls: Definition, made: Value, sent: Value, frame: Frame) -> dict[str, Value]:
    """Fields that the server says, whatever was sent: `data["team"] = self.team().pk` on every way through `to_internal_value`, before anything is
    read or answered. What cannot be followed is not the server's for that."""
    said: dict[str, list[Value]] = {}
    for method in _internal_values(run, cls):
        env = {param.name: given for param, given in zip(method.node.params, (made, sent), strict=False)}
        inner = Frame(run.names.scope(method), env, frame.depth + 1, me=made, owner=method.owner)
        for statement in _first_of(run.names.body(method.node)):
            for target in statement.targets if isinstance(statement, ir.Assign) else ():
                name = target.index.value if isinstance(target, ir.Sub) and isinstance(target.index, ir.Const) else None
                if isinstance(name, str) and isinstance(target.base, ir.Name) and target.base.id == method.node.params[1].name:
                    said.setdefault(name, []).append(run.eval(statement.value, inner))
    return {name: values[-1] for name, values in said.items() if all(value.origins and not value.clients for value in values)}


def _first_of(body: tuple[ir.Stmt, ...]) -> Iterator[ir.Stmt]:
    """What runs before a body may answer, or hands on what was sent."""
    for statement in body:
        within = (statement, *(inner for block in blocks_of(statement) for inner in statements(block)))
        asked = (each.value for each in within if isinstance(each, (ir.Assign, ir.ExprStmt)))
        if any(isinstance(each, ir.Return) for each in within) or any(is_super(part) for value in asked for part in inside(value)):
            return
        yield statement


def _internal_values(run: Any, cls: Definition) -> Iterator[Definition]:
    """Each `to_internal_value` of the project that runs: one that calls no `super()` is the last."""
    for ancestor in run.names.mro(cls):
        found = run.names.members(ancestor).get("to_internal_value") if isinstance(ancestor, Definition) else None
        if found is not None and found.kind == "function" and len(found.node.params) > 1:
            yield found
            if "super" not in found.node.calls:
                return


def _body(run: Any, cls: Definition, name: str) -> tuple[ir.Stmt, ...]:
    found = run.names.class_member(cls, name)
    return run.names.body(found.node) if isinstance(found, Definition) and found.kind == "function" else ()


def _taken(statement: ir.Stmt) -> Iterator[ir.Expr]:
    """What a statement sets, deletes or takes out."""
    if isinstance(statement, (ir.Assign, ir.Del)):
        yield from statement.targets
    elif (popped := _popped(statement)) is not None:
        yield popped


def _popped(statement: ir.Stmt) -> ir.Sub | None:
    """`data["team"]` of `data.pop("team", None)`, where nobody looks at what that gives."""
    call = statement.value if isinstance(statement, ir.ExprStmt) else None
    if isinstance(call, ir.Call) and isinstance(call.func, ir.Attr) and call.func.name == "pop" and call.args:
        return ir.Sub(call.func.base, call.args[0], call.at, call.end)
    return None


def _thrown_away(body: tuple[ir.Stmt, ...]) -> Iterator[str]:
    """`validated_data.pop("team", None)`"""
    for popped in filter(None, map(_popped, body)):
        if isinstance(popped.base, ir.Name) and isinstance(popped.index, ir.Const) and isinstance(popped.index.value, str):
            yield popped.index.value


def _named(target: ir.Expr) -> str:
    """The field in `kwargs["data"]["team"]`, `self.initial_data["team"]`, `self.fields["team"]`."""
    if not isinstance(target, ir.Sub) or not isinstance(target.index, ir.Const) or not isinstance(target.index.value, str):
        return ""
    base = target.base
    whole = base.index.value if isinstance(base, ir.Sub) and isinstance(base.index, ir.Const) else last_name(base)
    return target.index.value if whole in DATA or (whole == "fields" and isinstance(base, ir.Attr)) else ""


def _methods(test: ir.Expr) -> frozenset[str] | None:
    """The methods of which a test says that it is one; None where it says nothing of the kind."""
    for part in every(test):
        if not isinstance(part, ir.Cmp) or len(part.ops) != 1 or not (isinstance(part.left, ir.Attr) and part.left.name == "method"):
            continue
        right = part.rights[0]
        words = [item.value for item in (right.items if isinstance(right, ir.Seq) else (right,)) if isinstance(item, ir.Const)]
        if part.ops[0] in ("==", "in") and words:
            return frozenset(word for word in words if isinstance(word, str))
    return None
