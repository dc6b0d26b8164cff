"""Passwords, or their hashes, that leave with an answer: whoever a list of users is meant for, these are for nobody.

Knows: columns that keep passwords, what FastAPI makes of rows (fastapi 0.121, routing.py `serialize_response`: all fields of the class that
`response_model` or the return annotation names; without one, all columns of the row), answers that name such a column themselves; functions of the
project that give such rows (`UserRepository.get_by_id(db, id)`). Does not know: verdicts.
"""

from __future__ import annotations

from collections.abc import Iterable

from prodlint import ir
from prodlint import regex as re
from prodlint.calls.walk import expressions
from prodlint.flow.interpret.interpreter import Run
from prodlint.flow.knowledge import is_none, last_name
from prodlint.flow.values import Selection
from prodlint.names import Definition, Scope
from prodlint.names.nouns import statements
from prodlint.routing.table import SAFE, Endpoint

PASSWORD = re.compile(
    r"^(?:password|passwd|pwd|pass_?word_?hash|hashed_?(?:password|pw)|encrypted_password|password_digest|pw_?hash|pwd_hash)$", re.I
)
ROWS = frozenset({"all", "first", "one", "one_or_none", "scalar_one", "scalar_one_or_none", "get", "get_or_404", "first_or_404", "scalar", "to_list"})
DEPTH = 3  # functions that hand a row on
PARTS = frozenset({"with_entities", "load_only", "defer", "with_only_columns", "only", "values", "values_list", "project", "projection"})
SEVERAL = frozenset({"List", "list", "Sequence", "Iterable", "Optional", "Page", "Union"})


def bared(run: Run, endpoint: Endpoint, rows: Iterable[Selection]) -> tuple[str, ...]:
    """The models of these rows of which an answer shows the column that keeps a password."""
    handler = endpoint.handler
    if handler is None or not endpoint.methods or not set(endpoint.methods) <= SAFE:
        return ()
    kept = [s.model for s in rows if isinstance(s.model, Definition) and _keeps(run, s.model)]
    if not kept or not any(_shows(run, endpoint, handler, model) for model in kept):  # type: ignore[arg-type]
        return ()
    return tuple(sorted({model.name for model in kept if isinstance(model, Definition)}))


def _keeps(run: Run, cls: Definition) -> bool:
    return any(map(PASSWORD.match, _columns(run, cls)))


def _columns(run: Run, cls: Definition) -> set[str]:
    """What an instance shows: not what a field of pydantic excludes."""
    out: set[str] = set()
    for base in run.names.mro(cls):
        for name, member in run.names.members(base).items() if isinstance(base, Definition) and base.kind == "class" else ():
            value = member.node.value if isinstance(member.node, ir.Assign) else None
            hidden = isinstance(value, ir.Call) and any(k.name == "exclude" for k in value.kwargs)
            if isinstance(member.node, ir.Assign) and not hidden:
                out.add(name)
    return out


def _shows(run: Run, endpoint: Endpoint, handler: Definition, model: Definition) -> bool:
    node = handler.node
    assert isinstance(node, ir.Function)
    body = run.names.body(node)
    if endpoint.framework == "fastapi":
        limited, answer = _answers_with(run, node, run.names.scope_of(handler))
        if limited:
            return answer is not None and _keeps(run, answer)
        scope = run.names.scope(handler)
        if any(_is_row(run, statement.value, body, scope) for statement in statements(body) if isinstance(statement, ir.Return)):
            return True
    called = {part.func.name for part in expressions(body) if isinstance(part, ir.Call) and isinstance(part.func, ir.Attr)}
    methods = [run.names.class_member(model, name) for name in sorted(called)]
    own = [run.names.body(m.node) for m in methods if isinstance(m, Definition) and isinstance(m.node, ir.Function)]
    return any(_named(part) for block in (body, *own) for part in expressions(block))


def _answers_with(run: Run, node: ir.Function, scope: Scope) -> tuple[bool, Definition | None]:
    """Does something say what an answer has, and is it a class of the project?"""
    calls = [d for d in node.decorators if isinstance(d, ir.Call)]
    said = {keyword.name: keyword.value for call in calls for keyword in call.kwargs if keyword.name}
    if any(name.startswith(("response_model_", "response_class")) for name in said):
        return True, None
    model = said.get("response_model", node.returns)
    if model is None:
        return False, None
    while isinstance(model, ir.Sub) and last_name(model.base) in SEVERAL:
        model = model.index.items[0] if isinstance(model.index, ir.Seq) and model.index.items else model.index
    found = run.names.annotated(model, scope)
    return True, found if isinstance(found, Definition) and found.kind == "class" else None


def _is_row(run: Run, expr: ir.Expr | None, body: tuple[ir.Stmt, ...], scope: Scope, depth: int = DEPTH) -> bool:
    """`db.query(User).all()`, a name that such a call, and nothing else, was given to, or what a function gives that returns nothing else."""
    if isinstance(expr, ir.Map):
        return any(_is_row(run, item, body, scope, depth) for _, item in expr.items)
    if isinstance(expr, ir.Await):
        return _is_row(run, expr.value, body, scope, depth)
    if isinstance(expr, ir.Name):
        given = [s.value for s in statements(body) if isinstance(s, ir.Assign) and any(isinstance(t, ir.Name) and t.id == expr.id for t in s.targets)]
        return len(given) == 1 and not isinstance(given[0], ir.Name) and _is_row(run, given[0], body, scope, depth)
    if isinstance(expr, ir.Comp):
        return _is_row(run, expr.elt, body, scope, depth)
    if not isinstance(expr, ir.Call):
        return False
    if any(PASSWORD.match(keyword.name) and _read(keyword.value) for keyword in expr.kwargs) and _is_shown(run, expr, scope):
        return True  # `UserDto(id=user.id, password=user.password)`
    called = _called(run, expr.func, scope) if depth else None
    if called is None:
        return isinstance(expr.func, ir.Attr) and expr.func.name in ROWS and not any(map(_names_columns, expressions(body)))
    inner = run.names.body(called.node)  # type: ignore[arg-type]
    given = [s.value for s in statements(inner) if isinstance(s, ir.Return) and s.value is not None and not is_none(s.value)]
    return bool(given) and all(_is_row(run, value, inner, run.names.scope(called), depth - 1) for value in given)


def _is_shown(run: Run, expr: ir.Call, scope: Scope) -> bool:
    """Is this an instance of a class of the project, which FastAPI writes out with all its fields, but for those that it excludes?"""
    found = run.names.resolve(expr.func, scope)
    return isinstance(found, Definition) and found.kind == "class" and _keeps(run, found)


def _names_columns(expr: ir.Expr) -> bool:
    """`select(User.id, User.name)`, `query.options(load_only(User.name))`: only these columns are there."""
    if not isinstance(expr, ir.Call):
        return False
    name = last_name(expr.func)
    return name in PARTS or (name in ("select", "query") and any(isinstance(arg, ir.Attr) and isinstance(arg.base, ir.Name) for arg in expr.args))


def _called(run: Run, func: ir.Expr, scope: Scope) -> Definition | None:
    """The function of the project that is called: by its name, on its class, or on an object of which the class is known."""
    found = run.names.resolve(func, scope)
    if found is None and isinstance(func, ir.Attr):
        kind = run.names.type_of(func.base, scope)
        found = run.names.class_member(kind, func.name) if isinstance(kind, Definition) and kind.kind == "class" else None
    return found if isinstance(found, Definition) and isinstance(found.node, ir.Function) else None


def _named(expr: ir.Expr) -> bool:
    """`{"password": user.password}`"""
    return isinstance(expr, ir.Map) and any(_said(key) and _read(item) for key, item in expr.items)


def _said(key: ir.Expr | None) -> bool:
    return isinstance(key, ir.Const) and isinstance(key.value, str) and bool(PASSWORD.match(key.value))


def _read(expr: ir.Expr) -> bool:
    name = expr.name if isinstance(expr, ir.Attr) else expr.index.value if isinstance(expr, ir.Sub) and isinstance(expr.index, ir.Const) else ""
    return isinstance(name, str) and bool(PASSWORD.match(name))
