"""Of which model's row a client value is the id, where it stands in a term of a query.

Knows: keys of a model and foreign keys of it, paths of them (`project__pk`), rows that a user is related to. Does not know: what is proven of an id
(`judge.py`).

Number 7 names one project and one task as well: that the caller may see the project says nothing of the task. So what is proven of an id is proven
of the model whose id it was, and of what refers to that one by a foreign key.
"""

from __future__ import annotations

from typing import Any

from prodlint import ir
from prodlint import regex as re
from prodlint.flow.knowledge import last_name, snake
from prodlint.flow.lookups import queries
from prodlint.flow.values import CALLER, Client, Selection, Tie, weaker
from prodlint.names import Definition
from prodlint.routing.walking import inside

OWN = re.compile(r"^(?:|_?id|pk|uuid|guid|uid|oid|slug|code|key|number|ref|identifier|(?:public|external)_id)$", re.I)
NATURAL = re.compile(r"^(?:slug|code|number|ref)$", re.I)  # of those, the ones that stand beside a key
LOOKUPS = re.compile(r"__(?:in|exact|iexact|eq)$")


def named(schema: Any, client: Client, selection: Selection, field: str) -> Client:
    """The client value as what it names in this term."""
    return client if client.of is not None else client.naming(denoted(schema, selection, field))


def denoted(schema: Any, selection: Selection, field: str) -> frozenset[object] | None:
    """The models of which a term with this field names a row; None where it cannot be told."""
    column = field if isinstance(field, queries.Column) else None
    model = column.model if column is not None and column.model is not None else selection.model
    if schema is None or not isinstance(model, Definition) or model.kind != "class":
        return None
    if sum(str(name) == str(field) for name, _ in selection.terms) > 1:
        return None  # the parts of a composite key
    *path, last = LOOKUPS.sub("", str(field).removeprefix("of_")).split("__")
    for step in path:
        following = _referred(schema, model, step)
        if len(following) != 1:
            return None
        model = next(iter(following))
    if not isinstance(model, Definition):
        return None
    if NATURAL.match(last) and (names := _spelled(schema, model, last)):
        return names
    found = _referred(schema, model, last)
    noun = snake(model.name).lower()
    if OWN.match(last) or last.lower() in (f"{noun}_id", f"{noun}id", f"{noun}_uuid"):
        found = {*found, model, *_keys_of_others(schema, model)}
    return frozenset(found) or None


def _spelled(schema: Any, model: Definition, field: str) -> frozenset[object] | None:
    """What names a row by a column that is no key: two rows may be named by one text, one by its number and the other by its slug."""
    member = schema.names.class_member(model, field)
    made = member.node.value if isinstance(member, Definition) and isinstance(member.node, ir.Assign) else None
    if not isinstance(made, ir.Call):
        return None
    key = any(k.name in ("primary_key", "to_field") and not (isinstance(k.value, ir.Const) and k.value.value is False) for k in made.kwargs)
    return None if key or _referred(schema, model, field) else frozenset({f"{model.module.path}:{model.dotted}.{field.lower()}"})


def _referred(schema: Any, model: Definition, field: str) -> set[Definition]:
    found = {target for name, target in schema.references(model) if field in (name, f"{name}_id", name.removesuffix("_id"))}
    return {target for target in found if isinstance(target, Definition)} if None not in found else set()


def _keys_of_others(schema: Any, model: Definition) -> set[Definition]:
    """Models whose key a model's own key is: `user = OneToOneField(User, primary_key=True)`."""
    out: set[Definition] = set()
    for name, target in schema.references(model):
        member = schema.names.class_member(model, name)
        made = member.node.value if isinstance(member, Definition) and isinstance(member.node, ir.Assign) else None
        key = isinstance(made, ir.Call) and any(
            k.name == "primary_key" and isinstance(k.value, ir.Const) and k.value.value is True for k in made.kwargs
        )
        if key and isinstance(target, Definition):
            out.add(target)
    return out


def same(names: Any, one: frozenset[object] | None, other: frozenset[object] | None) -> bool:
    """May the two be ids of one row? Models that inherit from one another share theirs."""
    if not one or not other:
        return True
    return any(a == b or (_are_models(a, b) and (a in names.mro(b) or b in names.mro(a))) for a in one for b in other)


def _are_models(*names: object) -> bool:
    return all(isinstance(name, Definition) for name in names)


def held(run: Any, said: set[Any], sides: tuple[ir.Expr, ...], frame: Any) -> set[Any]:
    """Outcomes of holding an id against the caller's own (`user_id == request.user.id`): it names a user then, and no row of another table that
    has the same number."""
    clients = [outcome for outcome in said if isinstance(outcome, Tie) and isinstance(outcome.target, Client) and outcome.target.of is None]
    keys = [side for side in sides if isinstance(side, ir.Attr) and side.name in ("id", "pk", "uuid")]
    if not clients or run.schema is None or not any(run.eval(side.base, frame).has(CALLER) for side in keys):
        return said
    people = frozenset(model for model in run.schema.models() if run.knowledge.is_user(model))
    return said.difference(clients) | {Tie(outcome.target.naming(people), outcome.weak, outcome.sign) for outcome in clients} if people else said


def of_another_kind(run: Any, said: set[Any], sides: tuple[ir.Expr, ir.Expr], frame: Any) -> set[Any]:
    """Outcomes of holding the number of something else that a row belongs to against the number of the caller (`course.category_id == user.id`):
    they are equal by chance."""
    for one, other in (sides, sides[::-1]):
        if run.schema is None or not (isinstance(one, ir.Attr) and isinstance(other, ir.Attr) and other.name in ("id", "pk")):
            continue
        caller = run.eval(other.base, frame)
        if not caller.has(CALLER) or run.schema.relations.get(getattr(other.base, "name", "")) is not None:
            continue
        callers = {row.model for row in caller.selections} | {caller.kind}
        rows = {row for row in run.eval(one.base, frame).selections if row.model not in callers and _elses(run, row.model, one.name)}
        said = {weaker(outcome) if isinstance(outcome, Tie) and outcome.target in rows else outcome for outcome in said}
    return said


def _elses(run: Any, model: Any, field: str) -> bool:
    """Does a field name a row which is nobody that calls, nor goes with one as a profile does?"""
    if not isinstance(model, Definition) or run.knowledge.is_user(model):
        return False
    named = [target for name, target in run.schema.foreign_keys(model) if name in (field, field.removesuffix("_id"))]
    return bool(named) and not any(map(run.knowledge.is_user, named)) and not run.schema.person_field(model, field)


def related(run: Any, expr: ir.Expr, frame: Any) -> Definition | str:
    """The model of rows that are reached through the caller: `request.user.projects.all()`; "" where it cannot be told."""
    while isinstance(expr, ir.Call) or (isinstance(expr, ir.Attr) and expr.name in queries.NARROW):
        expr = expr.func if isinstance(expr, ir.Call) else expr.base
    if run.schema is None or not isinstance(expr, ir.Attr) or not run.eval(expr.base, frame).has(CALLER):
        return ""
    return run.schema.relations.get(expr.name) or ""


def relations(schema: Any) -> dict[str, Definition | None]:
    """What a user has, by name: `related_name="projects"`, `task_set`, `orders = relationship("Order")`; None where two models have the name."""
    out: dict[str, Definition | None] = {}

    def tell(name: str, model: Definition) -> None:
        out[name] = model if out.get(name, model) is model else None

    for model in schema.models():
        if model.kind != "class":
            continue  # a table without a class has no attributes
        for field, target in schema.references(model):
            if target is None or not schema.is_owner(target):
                continue
            member = schema.names.class_member(model, field)
            made = member.node.value if isinstance(member, Definition) and isinstance(member.node, ir.Assign) else None
            called = (
                [k.value.value for k in made.kwargs if k.name == "related_name" and isinstance(k.value, ir.Const)]
                if isinstance(made, ir.Call)
                else []
            )
            tell(called[0] if called and isinstance(called[0], str) else f"{model.name.lower()}_set", model)
        if not schema.is_owner(model):
            continue
        for name, member in schema.names.members(model).items():
            made = member.node.value if isinstance(member.node, ir.Assign) else None
            for part in inside(made) if made is not None and last_name(made).lower() == "relationship" else ():
                target = schema.named(part.value) if isinstance(part, ir.Const) and isinstance(part.value, str) else None
                if target is not None:
                    tell(name, target)
                    break
    return out
