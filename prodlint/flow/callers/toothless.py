"""Functions named for a login that turn nobody away.

Knows: how a function ends and what it calls, as it is written. Does not know: what a call returns (`interpreter.py`), what a decorator that was read
asked for (`decorators.py`).

`@login_required` whose wrapper reads the session, writes a line to the log and calls the view, or makes an answer of 401 and forgets to return it,
or swallows what the check of the token raised: the name promises what the body does not do. Anything in the body that may refuse, and cannot be read
here, lets the name stand.
"""

from __future__ import annotations

from collections.abc import Iterator

from prodlint import ir
from prodlint import regex as re
from prodlint.calls.walk import heads
from prodlint.flow.frames import ABORTS
from prodlint.flow.knowledge import LOGIN_STRICT, last_name
from prodlint.names import Definition, Names, Scope, blocks_of, statements
from prodlint.routing.walking import inside

MAY_REFUSE = re.compile(
    r"check|verif|requir|ensure|assert|validat|authori[sz]|authenticat|abort|deny|refus|reject|decode|login|permission|guard|protect|enforce|or_4\d\d|raise",
    re.I,
)
BROAD = frozenset({"Exception", "BaseException"})
# what surely ends nothing: everything else that is called and cannot be read may, `serializer.loads(token)`, `query.one()`, `fernet.decrypt(token)`
HARMLESS = re.compile(
    r"get|get_?list|get_json|get_data|getattr|hasattr|isinstance|callable|bool|str|int|float|len|print|repr|type|dict|list|set|tuple|format|join"
    r"|[lr]?strip|r?split|r?partition|startswith|endswith|removeprefix|lower|upper|replace|encode|append|extend|add|update|setdefault|items|keys|values|copy"
    r"|debug|info|warn(?:ing)?|error|exception|critical|log|getLogger|time|now|utcnow|monotonic|perf_counter|jsonify|make_response|\w*Response|flash|redirect"
    r"|url_for|render\w*|query|select|where|filter|filter_by|first|all|any|exists|scalar|scalars|execute|one_or_none|scalar_one_or_none"
)
# packages whose types say what is handed over, and ask nothing
PLAIN = frozenset({"builtins", "typing", "fastapi", "starlette", "flask", "django", "sqlalchemy", "sqlmodel", "pydantic", "uuid", "datetime"})
MANAGER = "objects"  # whose `get` raises where there is no such row
SIGNED = "session"  # what it holds the app has put there, and `session["user_id"]` raises for whoever has none


def goes_on_for_all(names: Names, wrapper: Definition) -> bool:
    """Does a wrapper call what it stands in for, whoever asks?"""
    node = wrapper.node
    if not isinstance(node, ir.Function) or any(last_name(each) not in ("wraps", "update_wrapper") for each in node.decorators):
        return False
    around, views = wrapper.owner, frozenset[str]()
    while isinstance(around, Definition) and isinstance(around.node, ir.Function):
        views, around = views.union(param.name for param in around.node.params), around.owner
    returns = [statement.value for statement in statements(names.body(node)) if isinstance(statement, ir.Return)]
    return bool(returns) and all(_called(value, views) for value in returns) and not any(_refuses(names, wrapper, names.body(node), views))


def _called(value: ir.Expr | None, views: frozenset[str]) -> bool:
    value = value.value if isinstance(value, ir.Await) else value
    return isinstance(value, ir.Call) and isinstance(value.func, ir.Name) and value.func.id in views


def asks_by_name(names: Names, target: ir.Expr, name: str, scope: Scope) -> bool:
    """`Depends(login_required)`, unless there is nothing in it that turns anybody away."""
    ref = names.resolve(target, scope)
    read = isinstance(ref, Definition) and ref.kind == "function"
    return bool(LOGIN_STRICT.search(name)) and not (read and never_refuses(names, ref))


def never_refuses(names: Names, function: Definition) -> bool:
    """Is there nothing in a function that turns anybody away?"""
    node = function.node
    if not isinstance(node, ir.Function) or any(_asks_first(names, function, param) for param in node.params):
        return False
    return not any(_refuses(names, function, names.body(node), frozenset()))


def _asks_first(names: Names, function: Definition, param: ir.Param) -> bool:
    """FastAPI: is a parameter given by what runs before, `user: CurrentUser` of a package, `= Depends(known)`, which may refuse?"""
    if isinstance(param.default, ir.Call) and last_name(param.default) in ("Depends", "Security"):
        return True
    ref = names.resolve(param.annotation, names.scope(function)) if param.annotation is not None else None
    return isinstance(ref, str) and ref.partition(".")[0] not in PLAIN


def _refuses(names: Names, function: Definition, body: tuple[ir.Stmt, ...], views: frozenset[str]) -> Iterator[bool]:
    """One for each thing that may turn somebody away; what a block that tries raises and swallows does not."""
    for statement in body:
        if isinstance(statement, (ir.Raise, ir.Match, ir.Function, ir.Class)):
            yield True
        swallows = isinstance(statement, ir.Try) and any(map(_swallows, statement.handlers))
        for block in blocks_of(statement):
            if not (swallows and block is statement.body):  # type: ignore[attr-defined]
                yield from _refuses(names, function, block, views)
        given = statement.targets if isinstance(statement, ir.Assign) else ()
        for part in (part for head in heads(statement) for part in inside(head)):
            if isinstance(part, ir.Call) and _may(names, function, part, views):
                yield True
            if isinstance(part, ir.Sub) and last_name(part.base) == SIGNED and isinstance(part.index, ir.Const) and part not in given:
                yield True


def _swallows(handler: ir.Handler) -> bool:
    kind = handler.type
    named = [last_name(item) for item in kind.items] if isinstance(kind, ir.Seq) else [last_name(kind)] if kind is not None else []
    return kind is None or not BROAD.isdisjoint(named)


def _may(names: Names, function: Definition, call: ir.Call, views: frozenset[str]) -> bool:
    name = last_name(call)
    if isinstance(call.func, ir.Name) and call.func.id in views:
        return False
    ref = names.resolve(call.func, names.scope(function))
    if isinstance(ref, Definition) and isinstance(ref.node, ir.Function):
        return names.raises(ref.node) or _speaks_of_it(name) or not all(map(_harmless, ref.node.calls))
    of_manager = name == "get" and (bool(call.kwargs) or (isinstance(call.func, ir.Attr) and last_name(call.func.base) == MANAGER))
    return isinstance(ref, Definition) or of_manager or not _harmless(name)


def _harmless(name: str) -> bool:
    return HARMLESS.fullmatch(name) is not None


def _speaks_of_it(name: str) -> bool:
    return name in ABORTS or bool(MAY_REFUSE.search(name))
