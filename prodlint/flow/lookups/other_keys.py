"""Rows that are looked up by the key of something else: `session.get(Project, task.category_id)`.

Knows: which column of a row a look-up is told, and which model that column names by the foreign keys of the row's own. Does not know: what is tied
(`judge.py`), columns of models that nobody declares.

That the project is the caller's says nothing of a task that goes with another one. A column of which no foreign key says whose it is names a row
of the model that it is looked up in, unless another column of the same row is declared to do so.
"""

from __future__ import annotations

from typing import Any

from prodlint import ir
from prodlint.flow.frames import Frame
from prodlint.flow.lookups import identities
from prodlint.flow.values import DOUBT, Value
from prodlint.names import Definition
from prodlint.routing.walking import inside

Terms = list[tuple[str, Value]]


def doubted(run: Any, model: object, terms: Terms, expr: ir.Expr, frame: Frame) -> Terms:
    """The terms of a look-up in this model; those in doubt that name its row by a column of another row which is declared to name something else."""
    named = [value for name, value in terms if value.selections and isinstance(model, Definition) and _names_row(model, name)]
    if not named or run.schema is None or not isinstance(expr, ir.Call) or not isinstance(model, Definition):
        return terms
    parts = [part for arg in (*expr.args, *(word.value for word in expr.kwargs)) for part in inside(arg) if isinstance(part, ir.Attr)]
    return [
        (name, value.plus({DOUBT}) if value.selections and _names_row(model, name) and _elses(run, model, value, parts, frame) else value)
        for name, value in terms
    ]


def _names_row(model: Definition, field: str) -> bool:
    return model.kind == "class" and getattr(field, "model", None) in (None, model) and identities.OWN.match(str(field)) is not None


def _elses(run: Any, model: Definition, value: Value, parts: list[ir.Attr], frame: Frame) -> bool:
    """Does the column that such a value is taken from name a row of another model, whatever may be read of it?"""
    rows = [(part.name, row) for part in parts for row in run.eval(part.base, frame).selections if row in value.origins]
    return bool(rows) and all(_of_another(run, model, row.model, name) for name, row in rows)


def _of_another(run: Any, model: Definition, holder: object, column: str) -> bool:
    if not isinstance(holder, Definition) or holder.kind != "class" or holder is model:
        return False
    references = run.schema.references(holder)
    told = {target for name, target in references if column in (name, f"{name}_id", name.removesuffix("_id"))}
    if any(isinstance(target, Definition) for target in told):
        return not any(_is(run, target, model) for target in told)
    return column in run.schema.columns(holder) and any(_is(run, target, model) for _, target in references)


def _is(run: Any, target: object, model: Definition) -> bool:
    return isinstance(target, Definition) and bool(identities.same(run.names, frozenset({target}), frozenset({model})))
