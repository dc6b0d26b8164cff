"""By which gate a route lets in staff, or some kind of user: what asks for the role, and what it was told to ask for.

Knows: the shapes in which handlers name their gates (dependencies, decorators, permission classes). Does not know: what a role means.

`require_role(Role.admin)` and `require_role(Role.superadmin)` are two gates, though one function asks. What a handler asks for in its own body has
no name by which another handler could be compared.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from prodlint import ir
from prodlint import regex as re
from prodlint.flow.knowledge import last_name
from prodlint.routing.table import Endpoint
from prodlint.routing.walking import inside

DEPENDS = frozenset({"Depends", "Security"})
ASKS = re.compile(r"role|perm|admin|staff|super|require|guard|scope|allow|owner|polic|access|can_|is_|level", re.I)
# what asks whether there is a caller, and not of which kind
ANY_USER = re.compile(
    r"log_?in|jwt|token|session|bearer|authenticated|auth(?:_required|entication)?$|current_(?:active_)?user\)|protected|middleware", re.I
)


def gate(run: Any, endpoint: Endpoint, levels: list[tuple[str, str, int, str]]) -> str:
    """What tells this gate from others; "" where there is none that has a name."""
    handler = endpoint.handler
    if handler is None:
        return ""
    places = {(path, ir.line_of(at)) for path, at, where, _ in run.roles if not where}
    first, last = ir.line_of(handler.at), ir.line_of(getattr(handler.node, "end", handler.at))
    if any(path == handler.module.path and first <= line <= last for path, line in places):
        return ""
    found = {f"{path}:{line}" for path, line in places}
    found |= {words for level, _, _, words in levels if level == "admin"}
    if not found:
        return ""
    named = (*_named(handler.node), *(_asked(before.expr) for before in endpoint.before if before.kind == "dependency"))
    found |= {words for words in map(_words, named) if ASKS.search(words)}
    return " ".join(sorted(found))


def kinds(levels: list[tuple[str, str, int, str]], run: Any, endpoint: Endpoint, by: str) -> tuple[str, ...]:
    """What kind of user comes in, by what asks for it: `@employers_only`, `IsTeacher`, `@needs("board.hide")`, the gate; "" where the handler asks by
    itself."""
    words = {words for level, _, _, words in levels if level in ("required", "admin", "unknown") and not ANY_USER.search(words)}
    here = run.requirements or any(path == endpoint.file for path, *_ in run.roles)
    return tuple(sorted({each for word in words for each in told(word, endpoint)})) if words else (by,) if here else ()


def told(words: str, endpoint: Endpoint) -> list[str]:
    """What a guard is told, beside what it is called: `@needs("read", "board")` lets in others than `@needs("read", "report")` does."""
    out = []
    for before in endpoint.before:
        asked = before.expr
        if isinstance(asked, ir.Call) and last_name(asked) in DEPENDS and asked.args:
            asked = asked.args[0]
        if isinstance(asked, ir.Call) and last_name(asked) == words.removeprefix("@").removeprefix("Depends(").removesuffix(")"):
            given = [*asked.args, *(keyword.value for keyword in asked.kwargs)]
            several = next((arg.items for arg in given if isinstance(arg, ir.Seq)), ())  # any of these may come in
            rest = " ".join(filter(None, (_words(arg) for arg in given if not isinstance(arg, ir.Seq))))
            out += [f"{words} {rest} {each}" for each in map(_words, several)] or ([f"{words} {rest}"] if rest else [])
    return out or [words]


def _named(node: Any) -> Iterator[ir.Expr]:
    """What a handler's parameters and decorators ask for."""
    where = [part for param in node.params for part in (param.default, param.annotation)]
    for expr in (*where, *node.decorators):
        for part in inside(expr):
            if isinstance(part, ir.Call) and last_name(part.func) in DEPENDS and part.args:
                yield part.args[0]
    yield from (
        d for d in node.decorators if not (isinstance(d, ir.Call) and isinstance(d.func, ir.Attr) and d.args and isinstance(d.args[0], ir.Const))
    )


def _asked(expr: ir.Expr) -> ir.Expr:
    """What a dependency of the route, its router or its app stands for: `dependencies=STAFF` is read like one that stands at the handler."""
    return expr.args[0] if isinstance(expr, ir.Call) and last_name(expr.func) in DEPENDS and expr.args else expr


def _words(expr: ir.Expr) -> str:
    """An expression as its names and literals, one after the other."""
    words = []
    for part in inside(expr):
        if isinstance(part, ir.Attr):
            words.append(part.name)
        elif isinstance(part, ir.Name):
            words.append(part.id)
        elif isinstance(part, ir.Const) and isinstance(part.value, str):
            words.append(part.value)
    return ".".join(words)
