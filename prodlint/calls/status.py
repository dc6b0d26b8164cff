"""Does anybody look at the status of an HTTP answer, or at least at what its body says?

Knows: what happens to the value of a call in its unit, and where a function hands an answer on to its callers. Does not know: libraries beyond
"an error status does not raise", who handles exceptions.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from prodlint import ir
from prodlint.calls.callers import Callers
from prodlint.calls.resolve import chain, last
from prodlint.calls.walk import Place, Unit, children, every, heads
from prodlint.names import statements

_STATUS = frozenset({"status_code", "status", "ok", "raise_for_status", "is_success", "is_error", "is_client_error", "is_server_error",
                     "reason", "reason_phrase", "code", "getcode", "is_redirect", "next", "raise_for_status_code"})  # fmt: skip
_BODY = frozenset({"json", "text", "content", "data", "body", "read", "iter_content", "iter_lines", "iter_bytes", "iter_text", "aiter_bytes",
                   "aiter_lines", "aiter_text", "aread", "raw", "stream", "iter_chunked", "getvalue"})  # fmt: skip
_NEUTRAL = frozenset(
    {"headers", "cookies", "url", "history", "elapsed", "close", "aclose", "encoding", "apparent_encoding", "request", "release", "release_conn"}
)
_HARMLESS = frozenset({"print", "debug", "info", "warning", "error", "exception", "critical", "log", "str", "repr", "isinstance", "type", "bool"})
_WRITES = frozenset({"post", "put", "patch", "delete", "request"})
_PARSE_ERRORS = frozenset({"Exception", "BaseException", "ValueError", "KeyError", "TypeError", "JSONDecodeError", "LookupError", "IndexError",
                           "AttributeError", "ValidationError", "UnicodeDecodeError", "AssertionError", "InvalidJSONError",
                           "HTTPError", "RequestException"})  # fmt: skip
_DEPTH = 3


class _Seen(msgspec.Struct, eq=False):
    """What was seen of one answer."""

    status: bool = False
    body: bool = False
    tested: bool = False
    escapes: bool = False
    returned: bool = False
    derived: set[str] = msgspec.field(default_factory=set)


class Statuses:
    """Answers about one project."""

    def __init__(self, callers: Callers) -> None:
        self.callers = callers
        self._parse_tries: dict[ir.Try, bool] = {}

    def unchecked(self, place: Place, method: str, depth: int = _DEPTH) -> list[tuple[Place, str]]:
        """The places where the answer of a call is used with no look at its status, and how: "ignored" (nobody takes the answer) or
        "used". The call itself, or the calls of a function that hands the answer on."""
        if self._asks_to_raise(place.call):
            return []
        how = self._how(place)
        if how == "returned":
            callers = self.callers.of(place.unit) if depth > 0 else ()
            return [found for caller in callers if caller.sure for found in self.unchecked(caller.place, method, depth - 1)]
        if how == "ignored":
            return [(place, how)] if method in _WRITES else []
        return [(place, how)] if how == "used" else []

    def _asks_to_raise(self, call: ir.Call) -> bool:
        return any(k.name == "raise_for_status" and not (isinstance(k.value, ir.Const) and not k.value.value) for k in call.kwargs)

    def _how(self, place: Place) -> str:
        path = next((found for head in heads(place.statement) if (found := _path(head, place.call)) is not None), None)
        if path is None or any(frame.kind == "lambda" for frame in place.frames):
            return "unknown"
        seen = _Seen()
        names = self._bind(place, path, seen)
        if seen.escapes:
            return "unknown"
        if names is None:
            return "ignored" if not (seen.status or seen.body or seen.returned) else self._verdict(seen, place, set())
        return self._verdict(seen, place, names)

    # ------------------------------------------------------------ where the value goes
    def _bind(self, place: Place, path: list[ir.Expr], seen: _Seen) -> set[str] | None:
        """The names that the answer gets; None where it gets none."""
        inner: ir.Expr = place.call
        for outer in reversed(path):
            if isinstance(outer, ir.Attr):
                self._attribute(outer.name, inner, seen)
                self._into(place.statement, seen, outer.name in _BODY)
                return None
            if isinstance(outer, ir.Await | ir.IfExp | ir.Bool):
                inner = outer
            elif isinstance(outer, ir.Walrus):
                return {outer.target.id}
            else:
                seen.escapes = True
                return None
        s = place.statement
        if isinstance(s, ir.Return):
            seen.returned = True
            return None
        if isinstance(s, ir.Assign):
            return _targets(s.targets, seen)
        if isinstance(s, ir.With):
            target = next((t for value, t in s.items if value is inner or value is place.call or (path and value is path[0])), None)
            return _targets((target,), seen) if target is not None else None
        if isinstance(s, ir.If | ir.While):
            seen.status = True
        return None

    def _attribute(self, name: str, base: ir.Expr, seen: _Seen) -> None:
        if name in _STATUS:
            seen.status = True
        elif name in _BODY:
            seen.body = True
        elif name not in _NEUTRAL:
            seen.escapes = True

    def _into(self, s: ir.Stmt, seen: _Seen, body: bool) -> None:
        """A statement that takes something of the body."""
        if not body:
            return
        if isinstance(s, ir.Assign):
            seen.derived |= {e.id for t in s.targets for e in every(t) if isinstance(e, ir.Name)}
        elif isinstance(s, ir.For):
            seen.derived |= {e.id for e in every(s.target) if isinstance(e, ir.Name)}
        elif isinstance(s, ir.With):
            seen.derived |= {e.id for _, t in s.items if t is not None for e in every(t) if isinstance(e, ir.Name)}
        elif isinstance(s, ir.If | ir.While | ir.Assert | ir.Match):
            seen.tested = True

    # ------------------------------------------------------------ what is done with it
    def _verdict(self, seen: _Seen, place: Place, names: set[str]) -> str:
        unit = place.unit
        for s in statements(unit.body):
            for head in heads(s):
                for name in names:
                    for expr, parents in _uses(head, name):
                        self._use(expr, parents, s, seen)
        if seen.status:
            return "checked"
        if seen.escapes or self._closed_over(unit, names):
            return "unknown"
        if seen.returned:
            return "returned"
        if seen.tested or self._tested(unit, seen, place) or self._parsed_in_try(place, unit, names | seen.derived):
            return "body"
        return "used" if seen.body else "ignored"

    def _use(self, expr: ir.Expr, parents: list[ir.Expr], s: ir.Stmt, seen: _Seen) -> None:
        parent = parents[-1] if parents else None
        if isinstance(parent, ir.Attr):
            self._attribute(parent.name, expr, seen)
            if parent.name == "headers" and any(isinstance(p, ir.Call | ir.Sub) and _says_type(p) for p in parents):
                self._into(s, seen, True)  # an error page is seldom an image
            if parent.name in _BODY:
                self._into(s, seen, True)
                seen.tested = seen.tested or any(isinstance(p, ir.Cmp) or (isinstance(p, ir.IfExp) and _within(p.test, expr)) for p in parents)
            return
        if parent is None or (isinstance(parent, ir.Unary | ir.Bool) and isinstance(s, ir.If | ir.While | ir.Assert)):
            if isinstance(s, ir.If | ir.While | ir.Assert):
                seen.status = True
            elif isinstance(s, ir.Return) or (isinstance(s, ir.ExprStmt) and isinstance(s.value, ir.Yield)):
                seen.returned = True
            elif isinstance(s, ir.Assign) and s.value is expr:
                seen.escapes = True
            return
        if isinstance(parent, ir.Cmp):
            return
        if isinstance(parent, ir.Call):
            if last(parent) not in _HARMLESS and parent.func is not expr:
                seen.escapes = True
            return
        if isinstance(parent, ir.Sub) and parent.base is expr:  # httplib2 and friends: response["status"]
            seen.status = seen.status or (isinstance(parent.index, ir.Const) and parent.index.value == "status")
            return
        if not isinstance(parent, ir.Fstr | ir.Await | ir.IfExp):
            seen.escapes = True

    def _tested(self, unit: Unit, seen: _Seen, place: Place) -> bool:
        """Is something that comes from the body asked about anywhere?"""
        for _ in range(3):
            for s in statements(unit.body):
                if isinstance(s, ir.Assign) and s.value is not None and any(isinstance(e, ir.Name) and e.id in seen.derived for e in every(s.value)):
                    seen.derived |= {t.id for t in s.targets if isinstance(t, ir.Name)}
        if not seen.derived:
            return False
        for s in statements(unit.body):
            for test in _tests(s):
                if any(isinstance(e, ir.Name) and e.id in seen.derived for e in every(test)):
                    return True
        return False

    def _parsed_in_try(self, place: Place, unit: Unit, names: set[str]) -> bool:
        """Does a try around the call, or around a use of the answer, take what a wrong body would raise?"""
        frames = [frame.node for frame in place.frames if frame.kind == "try"]
        tries = [node for node in frames if isinstance(node, ir.Try)]
        for s in statements(unit.body):
            if isinstance(s, ir.Try) and any(
                isinstance(e, ir.Name) and e.id in names for inner in statements(s.body) for h in heads(inner) for e in every(h)
            ):
                tries.append(s)
        return any(self._takes_parse_errors(node) for node in tries)

    def _takes_parse_errors(self, node: ir.Try) -> bool:
        known = self._parse_tries.get(node)
        if known is None:
            known = self._parse_tries[node] = any(
                handler.type is None or any(chain(part).rpartition(".")[2] in _PARSE_ERRORS for part in _classes(handler.type))
                for handler in node.handlers
            )
        return known

    def _closed_over(self, unit: Unit, names: set[str]) -> bool:
        """Does a function inside the unit use the answer?"""
        for nested in unit.nested:
            inner = self.callers.units.of(nested)
            if any(isinstance(e, ir.Name) and e.id in names for s in statements(inner.body) for h in heads(s) for e in every(h)):
                return True
        return False


def _classes(expr: ir.Expr) -> Iterable[ir.Expr]:
    return expr.items if isinstance(expr, ir.Seq) else (expr,)


def _targets(targets: Iterable[ir.Expr | None], seen: _Seen) -> set[str]:
    out: set[str] = set()
    for target in targets:
        if isinstance(target, ir.Name):
            out.add(target.id)
        elif isinstance(target, ir.Seq) and target.items and isinstance(target.items[0], ir.Name):
            out.add(target.items[0].id)
        else:
            seen.escapes = True
    return out


def _tests(s: ir.Stmt) -> Iterator[ir.Expr]:
    """What a statement asks: its own test, and comparisons and conditions in its expressions."""
    if isinstance(s, ir.If | ir.While | ir.Assert):
        yield s.test
    elif isinstance(s, ir.Match):
        yield s.subject
    for head in heads(s):
        for e in every(head):
            if isinstance(e, ir.Cmp):
                yield e
            elif isinstance(e, ir.IfExp):
                yield e.test


def _says_type(e: ir.Expr) -> bool:
    """`headers["Content-Type"]`, `headers.get("content-type", ...)`."""
    key = e.index if isinstance(e, ir.Sub) else e.args[0] if e.args else None  # type: ignore[union-attr]
    return isinstance(key, ir.Const) and isinstance(key.value, str) and key.value.lower() == "content-type"


def _path(head: ir.Expr, target: ir.Expr) -> list[ir.Expr] | None:
    """The expressions from the head down to the target, the target left out; None where it is not there."""
    if head is target:
        return []
    for child in children(head):
        found = _path(child, target)
        if found is not None:
            return [head, *found]
    return None


def _uses(head: ir.Expr, name: str) -> Iterator[tuple[ir.Expr, list[ir.Expr]]]:
    """Every use of a name, with the expressions around it (outermost first)."""
    pending: list[tuple[ir.Expr, list[ir.Expr]]] = [(head, [])]
    while pending:
        expr, parents = pending.pop()
        if isinstance(expr, ir.Name):
            if expr.id == name:
                yield expr, parents
            continue
        deeper = [*parents, expr]
        pending.extend((child, deeper) for child in reversed(children(expr)))


def _within(outer: ir.Expr, inner: ir.Expr) -> bool:
    return any(e is inner for e in every(outer))
