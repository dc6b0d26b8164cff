"""Rows that are moved: a foreign key of a row that is there already is written anew, and the client says to what.

Knows: attributes that are set by name, and by whatever name the body has (`setattr(task, key, value)` in a loop over its fields). Does not know: what
a row is that is only made (`selecting.py`), whether the row or what it is moved to is the caller's (`claims.py`).

What a test in the loop leaves out is not known, so nothing is said where one stands around.
"""

from __future__ import annotations

from typing import Any

from prodlint import ir
from prodlint.flow.frames import Frame
from prodlint.flow.knowledge import KEY_FIELDS, last_name
from prodlint.flow.lookups import queries
from prodlint.flow.lookups.schema import OWNER_COLUMN
from prodlint.flow.values import CALLER, Made, Value
from prodlint.names import Definition, statements

TELLS = (  # makes a mail or an answer of text
    "django.core.mail.", "anymail.", "email.", "flask_mail.", "fastapi_mail.", "django.http.", "rest_framework.response.", "starlette.responses.",
    "fastapi.responses.", "flask.wrappers.",
)  # fmt: skip


def into(run: Any, base: Value, name: str, value: Value, frame: Frame, at: int) -> None:
    """`task.project_id = body.project_id`"""
    if not (value.chosen or value.selections) or value.has(CALLER):
        return
    for model in _models(run, base):
        _moved(run, model, {name: value}, frame, at)


def sets(body: tuple[ir.Stmt, ...]) -> bool:
    """Does a loop set attributes by whatever name it has come to?"""
    calls = (s.value for s in statements(body) if isinstance(s, ir.ExprStmt))
    return any(isinstance(call, ir.Call) and last_name(call.func) == "setattr" for call in calls)


def by_name(run: Any, base: Value, name: Value, value: Value, frame: Frame, expr: ir.Call) -> None:
    """`setattr(task, key, value)`; in a loop that looks at the key, nobody can tell which keys come this far."""
    spelled = isinstance(expr.args[1], ir.Const)
    if value.chosen and not value.has(CALLER) and not frame.tests[frame.loop :]:
        _overwritten(run, base, name.const, value)
    if name.const is not None and (spelled or all(test.clients for test, _ in frame.tests[frame.loop :])):
        into(run, base, name.const, value, frame, ir.start_of(expr))


def _overwritten(run: Any, base: Value, name: str | None, value: Value) -> None:
    """`setattr(order, key, value)` for whatever the client sends: whose the row says it is from here on, the client may have said."""
    for row in base.selections if run.schema is not None else ():
        columns = run.schema.columns(row.model) if isinstance(row.model, Definition) else ()
        for column in sorted(columns) if name is None else [name]:
            if KEY_FIELDS.search(column) or OWNER_COLUMN.match(column):
                run.rewritten.setdefault((row, column), Value(value.origins | {row}))


def _models(run: Any, base: Value) -> list[Definition]:
    """The classes of the rows that are written to: of a part of a body, or of what is only made here, none."""
    if run.schema is None or base.clients:
        return []
    found = {row.model for row in base.selections if isinstance(row.model, Definition) and not row.link}
    return sorted(found, key=lambda model: model.dotted)


def _moved(run: Any, model: Definition, fields: dict[str, Value], frame: Frame, at: int) -> None:
    held = queries.certain(run.held)
    if fields:
        run.moved.append(Made(model, fields, frame.scope.module.path, at, held))


PLAIN = frozenset({"builtins.object", "object", "pydantic.BaseModel", "pydantic.main.BaseModel", "typing.NamedTuple", "typing.Generic"})


def only_noted(run: Any, base: Value, name: str) -> bool:
    """`tag.chart = chart.get(tag.pk)` on rows of Django's whose class has no such field: noted for the page, and saved nowhere. So what a mail or an
    answer carries that tells of rows: `mail = EmailMessage(order.name)`, `mail.content_subtype = "html"`."""
    rows = base.selections
    if isinstance(base.kind, str) and base.kind.startswith(TELLS):
        return True
    return bool(rows) and run.schema is not None and (_is_plain(run, base) or all(_has_no(run, row.model, name) for row in rows))


def _is_plain(run: Any, base: Value) -> bool:
    """`profile = Profile(name=row[1])` and `profile.following = True`: an object of a class that no table stands for, made of parts of rows."""
    cls = base.kind
    if base.fields is None or not isinstance(cls, Definition) or cls.kind != "class" or run.knowledge.is_model(cls):
        return False
    return all(isinstance(each, Definition) or each in PLAIN for each in run.names.mro(cls))


def _has_no(run: Any, model: object, name: str) -> bool:
    if not isinstance(model, Definition) or model.kind != "class":
        return False
    above = [each for each in run.names.mro(model) if isinstance(each, str) and each not in ("builtins.object", "object")]
    if not above or not all(each.startswith("django.db.models.") for each in above):  # a package's class may have any field
        return False
    return run.schema.columns(model).isdisjoint({name, name.removesuffix("_id")}) and name not in ("pk", "id")
