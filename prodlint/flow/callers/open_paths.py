"""Which paths what stands before every handler lets pass: lists of paths, of patterns, of names of routes, wherever they are kept.

Knows: how such lists are written (displays, `+`, `+=`, `re.compile`, settings of Django), how a path is held against them. Does not know: which
middleware asks for what (`middleware.py`, `django_middleware.py`), comparisons of strings (`folding.py`).

A path is known for one endpoint but for its parameters, which are taken for something short. Patterns are of the project that is examined: those
that could take long are only compared as they are written.
"""

from __future__ import annotations

from typing import Any

from prodlint import ir
from prodlint import regex as re
from prodlint.flow.callers.path_patterns import matches
from prodlint.flow.interpret import folding
from prodlint.flow.knowledge import last_name
from prodlint.flow.values import EMPTY, FALSE, REQUEST, TRUE, Value
from prodlint.names import Definition, Scope, statements
from prodlint.routing.values import UNKNOWN, text
from prodlint.routing.walking import inside

PATTERN = "re.Pattern"
MATCHING = frozenset({"match", "search", "fullmatch"})
TRIMS = frozenset({"strip", "lstrip", "rstrip", "lower", "removeprefix", "removesuffix"})
REVERSES = frozenset(
    {"django.urls.reverse", "django.urls.reverse_lazy", "django.core.urlresolvers.reverse", "django.shortcuts.resolve_url", "flask.url_for"}
)
RESOLVES = frozenset({"django.urls.resolve", "django.core.urlresolvers.resolve"})
WRAPS = frozenset({"starlette.requests.Request", "starlette.requests.HTTPConnection", "fastapi.Request", "fastapi.requests.Request"})
PLACES = frozenset({"blueprint", "blueprints", "endpoint", "path", "path_info", "full_path", "url", "base_url", "url_rule", "view_args"})
DJANGO = "django.conf.settings."
CLASS_OF = frozenset({"view_class", "cls"})  # attributes by which `as_view` of Django and of DRF keep the class
MOST = 200  # words of a list
ELSEWHERE = "\0"  # the path of another route
_PARAMETER = re.compile(r"<(?:(\w+)(?:\([^<>]*\))?:)?\w+>|\{\w+(?::(\w+))?\}")
_UUID = "00000000-0000-4000-8000-000000000000"


def answer(run: Any, ref: object, receiver: Value | None, name: str, args: list[Value]) -> Value | None:
    """What a call makes of the path of the request; None where it is about something else."""
    if receiver is not None and receiver.ref == folding.PATH and name in TRIMS and receiver.const is not None:
        words = [arg.const for arg in args]
        return Value(ref=folding.PATH, const=getattr(receiver.const, name)(*words)) if None not in words and len(words) < 2 else None
    if receiver is not None and receiver.kind == PATTERN and name in MATCHING and args:
        return held(receiver, args[0], name)
    if receiver is not None and receiver.ref == folding.VIEWS and name == "get" and args and args[0].ref == folding.ENDPOINT:
        return Value(ref=folding.VIEW)
    if not isinstance(ref, str):
        return None
    if ref == "re.compile" and args and args[0].const is not None:
        return Value(kind=PATTERN, const=args[0].const)
    if ref.startswith("re.") and ref[3:] in MATCHING and len(args) > 1:
        return held(args[0], args[1], ref[3:])
    if ref in WRAPS and args and args[0].has(REQUEST):
        return Value(frozenset({REQUEST}))
    if ref in REVERSES and args and args[0].const is not None and run.path:
        mine = run.route_name if ref != "flask.url_for" else run.endpoint
        return Value(const=run.path if _last(args[0].const) == mine else ELSEWHERE)
    if ref in RESOLVES and args and args[0].ref == folding.PATH:
        return Value(ref=folding.MATCH)
    return None


def some_only(run: Any, test: ir.Expr, frame: Any) -> bool:
    """`request.blueprint == "api" and not current_user`: a part asks where the request goes, in a way that nobody can answer."""
    parts = test.values if isinstance(test, ir.Bool) else ()
    asking = [part for part in parts if isinstance(part, (ir.Cmp, ir.Call)) and run.knowledge.about(_where, part)]
    return any(run.eval(part, frame).truth is None for part in asking)


def _where(expr: ir.Expr) -> bool:
    asked = (part for part in inside(expr) if isinstance(part, ir.Attr) and part.name in PLACES)
    return any(isinstance(part.base, ir.Name) and part.base.id in ("request", "req") for part in asked)


def mark(run: Any, args: list[Value]) -> Value | None:
    """What what stands before every handler reads of the view of this route: `getattr(view, "is_public", False)`, `getattr(view.view_class,
    "login_required", True)`, `getattr(view, "view_class", None)`; the default where nothing sets it. None where something else is asked."""
    if run.began or run.view_frame is None or len(args) < 2 or not args[1].const:
        return None
    name, cls, default = args[1].const, run.view_frame.owner, args[2] if len(args) > 2 else FALSE
    if args[0].ref == folding.VIEW and name in CLASS_OF:
        return Value(ref=cls) if cls is not None else default
    if args[0].ref == folding.VIEW:
        told = _of_function(run, run.view, name) if run.view is not None and cls is None else []
    elif cls is not None and args[0].ref is cls:
        found = run.names.class_member(cls, name)
        told = [_says(found.node)] if isinstance(found, Definition) else []
    else:
        return None
    if None in told:
        return EMPTY
    return (TRUE if True in told else FALSE) if told else default


def _of_function(run: Any, view: Definition, name: str) -> list[bool | None]:
    """What sets a mark of a view: a statement beside it, or a decorator of the project; None for what nobody can tell."""
    told: list[bool | None] = [said for statement in statements(view.module.body) if (said := _sets(statement, name, view.name)) is not None]
    for decorator in view.node.decorators if not told else ():  # type: ignore[attr-defined]
        ref = run.names.resolve(decorator.func if isinstance(decorator, ir.Call) else decorator, run.names.scope_of(view))
        if isinstance(ref, Definition) and ref.kind == "function":
            bodies = [run.names.body(each.node) for each in (ref, *run.names.nested(ref))]
            told += [said for body in bodies for statement in statements(body) if (said := _sets(statement, name)) is not None]
        elif ref is not None and not isinstance(ref, str):
            told.append(None)
    return told


def _sets(statement: ir.Stmt, name: str, of: str = "") -> bool | None:
    """`view.name = True`"""
    if not isinstance(statement, ir.Assign):
        return None
    bases = [t.base for t in statement.targets if isinstance(t, ir.Attr) and t.name == name]
    return _says(statement) if any(not of or (isinstance(base, ir.Name) and base.id == of) for base in bases) else None


def _says(statement: object) -> bool | None:
    value = statement.value if isinstance(statement, ir.Assign) else None
    return value.value if isinstance(value, ir.Const) and isinstance(value.value, bool) else None


def held(pattern: Value, path: Value, how: str) -> Value | None:
    """Does a pattern fit the path? None where that cannot be told."""
    if path.ref != folding.PATH or path.const is None or pattern.const is None or folding.hangs_anywhere(path.const):
        return None
    fits = matches(pattern.const.replace(UNKNOWN, ".*"), plain(path.const), how)
    if fits is None or (fits and UNKNOWN in pattern.const):
        return None
    return TRUE if fits else FALSE


def plain(path: str) -> str:
    """The path with something in place of its parameters."""
    return _PARAMETER.sub(lambda found: _UUID if "uuid" in (found[1], found[2]) else "1", path)


def _last(name: str) -> str:
    return re.split(r"[.:]", name)[-1]


def are_words(items: tuple[Value, ...] | None) -> bool:
    """Strings and patterns, few enough to be held against a path one by one."""
    return items is not None and 0 < len(items) <= MOST and all(item.const is not None for item in items)


# ------------------------------------------------------------ lists
def of_global(run: Any, ref: Definition, depth: int = 6) -> tuple[Value, ...] | None:
    """The words of a list that a module keeps, with what statements of the module add to it; None where it holds something else."""
    if ref in run.lists:
        return run.lists[ref]
    run.lists[ref] = None
    found = listed(run, ref.node.value, run.names.scope_of(ref), depth) if isinstance(ref.node, ir.Assign) else None
    body = ref.module.body if ref.owner is None else ()
    for statement in statements(body) if found is not None else ():
        for more in _added(statement, ref.name):
            found = None if found is None or (new := listed(run, more, run.names.scope_of(ref), depth)) is None else (*found, *new)
    run.lists[ref] = found
    return found


def _added(statement: ir.Stmt, name: str) -> list[ir.Expr]:
    """Lists that a statement adds to the one of that name."""
    if isinstance(statement, ir.AugAssign) and isinstance(statement.target, ir.Name) and statement.target.id == name:
        return [statement.value]
    call = statement.value if isinstance(statement, ir.ExprStmt) else None
    if not isinstance(call, ir.Call) or not isinstance(call.func, ir.Attr) or not call.args:
        return []
    if not isinstance(call.func.base, ir.Name) or call.func.base.id != name or call.func.name not in ("append", "add", "extend", "update"):
        return []
    one = call.func.name in ("append", "add")
    return [ir.Seq("list", call.args[:1], call.at, call.end)] if one else [call.args[0]]


def setting(run: Any, name: str, depth: int = 6) -> Value | None:
    """A list of words among the settings of Django; None where no settings have it, or where they differ."""
    modules = run.settings.modules if run.settings is not None else ()
    run.names.touched |= {module.path for module in modules}
    found = {ref for module in modules if (ref := module.symbols.get(name)) is not None and ref.kind == "value"}
    lists = {of_global(run, ref, depth) for ref in found}
    items = lists.pop() if len(lists) == 1 else None
    return Value(ref=DJANGO + name, items=items) if items is not None else None


def listed(run: Any, expr: ir.Expr | None, scope: Scope, depth: int) -> tuple[Value, ...] | None:
    """The words that an expression lists, each a string or a pattern; None where it lists something else or cannot be told."""
    if depth <= 0 or expr is None:
        return None
    if isinstance(expr, ir.Seq):
        return _display(run, expr, scope, depth)
    if isinstance(expr, ir.Bin) and expr.op in "+|":
        parts = [listed(run, side, scope, depth - 1) for side in (expr.left, expr.right)]
        return None if None in parts else (*parts[0], *parts[1])  # type: ignore[misc]
    if isinstance(expr, ir.Bool):
        return next((found for part in expr.values if (found := listed(run, part, scope, depth - 1))), None)
    if isinstance(expr, ir.Comp):
        return _patterns(run, expr, scope, depth)
    if isinstance(expr, ir.Call):
        name = expr.args[1] if len(expr.args) > 1 else None
        if last_name(expr.func) == "getattr" and isinstance(name, ir.Const) and run.names.resolve(expr.args[0], scope) == DJANGO[:-1]:
            found = setting(run, str(name.value), depth - 1)
            return found.items if found is not None else listed(run, expr.args[2] if len(expr.args) > 2 else None, scope, depth - 1)
        copied = last_name(expr.func) in ("list", "tuple", "set", "frozenset", "sorted") and expr.args
        return listed(run, expr.args[0], scope, depth - 1) if copied else None
    ref = run.names.resolve(expr, scope) if isinstance(expr, (ir.Name, ir.Attr)) else None
    if isinstance(ref, str) and ref.startswith(DJANGO):
        found = setting(run, ref.removeprefix(DJANGO), depth - 1)
        return found.items if found is not None else None
    return of_global(run, ref, depth - 1) if isinstance(ref, Definition) and ref.kind == "value" else None


def _display(run: Any, expr: ir.Seq, scope: Scope, depth: int) -> tuple[Value, ...] | None:
    out: list[Value] = []
    for item in expr.items[:MOST]:
        if isinstance(item, ir.Star):
            more = listed(run, item.value, scope, depth - 1)
            if more is None:
                return None
            out.extend(more)
        elif (word := _word(run, item, scope)) is not None:
            out.append(word)
        else:
            return None
    return tuple(out) if len(expr.items) <= MOST else None


def _patterns(run: Any, expr: ir.Comp, scope: Scope, depth: int) -> tuple[Value, ...] | None:
    """`[re.compile(each) for each in settings.OPEN_PATHS]`, `tuple(each for each in OPEN)`."""
    clause = expr.fors[0]
    if len(expr.fors) != 1 or clause.ifs or not isinstance(clause.target, ir.Name):
        return None
    words, elt = listed(run, clause.iter, scope, depth - 1), expr.elt
    if words is None or (isinstance(elt, ir.Name) and elt.id == clause.target.id):
        return words
    first = elt.args[0] if isinstance(elt, ir.Call) and elt.args and run.names.resolve(elt.func, scope) == "re.compile" else None
    made = isinstance(first, ir.Name) and first.id == clause.target.id
    return tuple(Value(kind=PATTERN, const=word.const) for word in words) if made else None


def _word(run: Any, expr: ir.Expr, scope: Scope) -> Value | None:
    if isinstance(expr, ir.Call):
        ref = run.names.resolve(expr.func, scope)
        if ref == "re.compile" and expr.args:
            return _pattern(run, expr.args[0], scope)
        if ref in REVERSES and expr.args:
            return answer(run, ref, None, "", [Value(const=text(run.names, expr.args[0], scope))])
    said = text(run.names, expr, scope)
    return Value(const=said) if said is not None and said != UNKNOWN else None


def _pattern(run: Any, expr: ir.Expr, scope: Scope) -> Value | None:
    said = text(run.names, expr, scope)
    if said == UNKNOWN and any(isinstance(part, ir.Attr) and part.name == "LOGIN_URL" for part in inside(expr)):
        said = "/?accounts/login/"  # Django's own, where the environment says
    return Value(kind=PATTERN, const=said) if said is not None else None
