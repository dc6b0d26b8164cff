"""What except clauses do with what they catch: nothing, a word in the log, or everything to the client.

Knows: Exceptions for which class a clause takes, Inventory for external calls in the try, Callers for what runs in a request.
Does not know: rules, severities.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import msgspec

from prodlint import ir
from prodlint.calls.callers import Callers
from prodlint.calls.exceptions import Exceptions
from prodlint.calls.inventory import Inventory, Site
from prodlint.calls.resolve import chain, last
from prodlint.calls.walk import Place, Unit, children, every, expressions, heads
from prodlint.names import Definition, Ref, statements

_BROAD = frozenset({"builtins.Exception", "builtins.BaseException"})
_LEVELS = frozenset({"warning", "warn", "error", "critical", "fatal", "exception", "log"})
_LOGGER = frozenset({"logger", "log", "logging", "_logger", "_log", "LOG", "LOGGER", "Logger", "app_logger"})
_QUIETER = frozenset({"debug", "info", "trace"})
_RESPONDS = frozenset({"abort", "send_error", "write", "finish", "json_response"})
_DEPTH = 3


class Caught(msgspec.Struct, frozen=True, eq=False):
    """One except clause. `site`: an external call in the try that raises what it takes, None where there is none; `silent`: it does nothing
    ("pass", "return"), "" otherwise; `log`: a logging call that tells neither traceback nor value; `leaks`: where details go to the client;
    `through`: for each of them the function of the project that lets them through, None where they are sent as they are;
    `dropped`: a raise of another class that says nothing of what was caught, in a clause that logs nothing."""

    unit: Unit
    handler: ir.Handler
    broad: bool
    site: Site | None
    silent: str
    log: ir.Call | None
    leaks: tuple[ir.Expr, ...]
    through: tuple[Definition | None, ...] = ()
    dropped: ir.Raise | None = None


class Handlers:
    """All except clauses of a project that something can be said about."""

    def __init__(self, inventory: Inventory, exceptions: Exceptions, callers: Callers, inside: Iterable[str], meant: Iterable[str]) -> None:
        """inside, meant: the sections `exception_inside` and `exception_meant` of the models."""
        self._tell, self._meant = tuple(inside), tuple(meant)
        self.inventory, self.exceptions, self.callers = inventory, exceptions, callers
        self._inside: dict[Unit, Site | None] = {}
        self._through: dict[ir.Call, Definition] = {}

    def all(self, remote: frozenset[str]) -> Iterator[Caught]:
        """In file and source order."""
        for unit in sorted(self.inventory.walked, key=lambda u: (u.module.path, u.node.at if u.node is not None else 0)):
            for s in statements(unit.body):
                if isinstance(s, ir.Try):
                    for handler in s.handlers:
                        yield self._caught(unit, s, handler, remote)

    def _caught(self, unit: Unit, node: ir.Try, handler: ir.Handler, remote: frozenset[str]) -> Caught:
        types = self.exceptions.types(handler, unit.scope)
        broad = any(kind in _BROAD for kind in types)
        silent, log, dropped = _silent(handler), _bare_log(handler), self._dropped(unit, handler)
        site = self._site(unit, node, types, remote) if silent or log is not None or dropped is not None else None
        leaks = tuple(self._leaks(unit, node, handler, types)) if handler.name or "format_exc" in _called(handler.body) else ()
        through = tuple(self._lets_through(leak) for leak in leaks)
        return Caught(unit, handler, broad, site, silent, log, leaks, through, dropped if site is not None else None)

    def _dropped(self, unit: Unit, handler: ir.Handler) -> ir.Raise | None:
        """A raise of one of the project's own classes that does not name its cause, where nothing else tells what was caught."""
        body = list(statements(handler.body))
        told = any(isinstance(e, ir.Name) and e.id == handler.name for e in expressions(handler.body)) or any(
            isinstance(e, ir.Call) and (_logs(e) or last(e) in ("capture_exception", "format_exc")) for e in expressions(handler.body)
        )
        for s in body if not told else ():
            none = isinstance(s, ir.Raise) and isinstance(s.cause, ir.Const) and s.cause.value is None
            if isinstance(s, ir.Raise) and isinstance(s.exc, ir.Call) and (s.cause is None or none):
                found = self.exceptions.names.resolve(s.exc.func, unit.scope)
                if isinstance(found, Definition) and found.kind == "class" and not self.exceptions.answers(found):
                    return s
        return None

    # ------------------------------------------------------------ external calls in the try
    def _site(self, unit: Unit, node: ir.Try, types: tuple[Ref | None, ...], remote: frozenset[str]) -> Site | None:
        for place in unit.places:
            if not any(frame.kind == "try" and frame.node is node for frame in place.frames):
                continue
            site = self._reached(unit, place, remote, _DEPTH)
            if site is not None and any(self.exceptions.covers(kind, raised) for kind in types for raised in site.library.raises):
                return site
        return None

    def _reached(self, unit: Unit, place: Place, remote: frozenset[str], depth: int) -> Site | None:
        """The external call that a place is, or that the function it calls makes."""
        for site in self.inventory.by_unit.get(unit, ()):
            if site.place is place and site.role == "call" and site.library.kind in remote:
                return site
        found = self.inventory.resolver.callee(place)
        if depth <= 0 or not isinstance(found, Definition) or found.kind != "function":
            return None
        inner = self.inventory.units.of(found)
        if inner not in self._inside:
            self._inside[inner] = None
            self._inside[inner] = next((s for p in inner.places if (s := self._reached(inner, p, remote, depth - 1)) is not None), None)
        return self._inside[inner]

    # ------------------------------------------------------------ details to the client
    def _leaks(self, unit: Unit, node: ir.Try, handler: ir.Handler, types: tuple[Ref | None, ...]) -> Iterator[ir.Expr]:
        if (
            not any(self._telling(kind) for kind in types)
            or any(self._for_the_sender(kind) for kind in types)
            or not self._in_request(unit)
            or self._own_words(unit, node)
        ):
            return
        broad = any(kind in _BROAD for kind in types)
        carriers = {handler.name} if handler.name else set()
        for s in statements(handler.body):
            if isinstance(s, ir.Assign) and s.value is not None and _tells(s.value, carriers, self._lets(unit)):
                carriers |= {t.id for t in s.targets if isinstance(t, ir.Name)}
        derived = carriers - {handler.name}
        for s in statements(handler.body):
            # an exception that is returned as it is, is no text: the framework makes an answer of it, or fails
            yield from (e for e in self._sent(s, carriers, unit, broad) if not (isinstance(e, ir.Name) and e.id == handler.name))
        if derived and not (handler.body and isinstance(handler.body[-1], ir.Return | ir.Raise)):
            for s in _after(unit.body, node):
                if isinstance(s, ir.Assign):  # bound anew
                    derived -= {t.id for t in s.targets if isinstance(t, ir.Name)}
                if isinstance(s, ir.Return) and s.value is not None and any(isinstance(e, ir.Name) and e.id in derived for e in every(s.value)):
                    yield s.value
                    return

    def _lets(self, unit: Unit) -> Callable[[ir.Call, set[str]], bool | None]:
        """For calls in a unit: does a function of the project that is given the exception itself let its text through?"""

        def lets(call: ir.Call, carriers: set[str]) -> bool | None:
            given = [index for index, arg in enumerate(call.args) if isinstance(arg, ir.Name) and arg.id in carriers]
            named = [k.name for k in call.kwargs if isinstance(k.value, ir.Name) and k.value.id in carriers]
            found = self.inventory.resolver.called(call, unit.scope) if given or named else None
            if not isinstance(found, Definition) or found.kind != "function":
                return None
            params = [param.name for param in found.node.params if param.name not in ("self", "cls")]  # type: ignore[attr-defined]
            taken = {params[index] for index in given if index < len(params)} | set(named)
            body = self.inventory.units.of(found).body
            sorts = any(isinstance(e, ir.Call) and last(e) in ("isinstance", "type") and _tells_name(e, taken) for e in expressions(body))
            values = [s.value for s in statements(body) if isinstance(s, ir.Return) and s.value is not None]
            through = bool(taken) and not sorts and any(_tells(value, taken) for value in values)
            if through:
                self._through[call] = found
            return through

        return lets

    def _lets_through(self, leak: ir.Expr) -> Definition | None:
        """The function of the project through which an expression carries the text, None where it does so itself."""
        return next((self._through[call] for call in every(leak) if isinstance(call, ir.Call) and call in self._through), None)

    def _sent(self, s: ir.Stmt, carriers: set[str], unit: Unit, broad: bool) -> Iterator[ir.Expr]:
        if isinstance(s, ir.Return) and s.value is not None and _tells(s.value, carriers, self._lets(unit)) and not _only_logged(s.value):
            yield s.value
        elif isinstance(s, ir.Raise) and isinstance(s.exc, ir.Call) and _tells(s.exc, carriers, self._lets(unit)):
            found = self.exceptions.names.resolve(s.exc.func, unit.scope)
            if found == "django.http.Http404" and not _rest(unit):
                return  # whose page shows no text but where DEBUG is on; REST framework makes an answer of it
            if found is not None and self.exceptions.answers(self.exceptions.libraries.canonical(found) if isinstance(found, str) else found):
                yield s.exc
        elif isinstance(s, ir.ExprStmt):
            call = s.value.value if isinstance(s.value, ir.Await) else s.value
            if not isinstance(call, ir.Call) or not _tells(call, carriers, self._lets(unit)):
                return
            shown = last(call) == "flash" or chain(call.func) in ("messages.error", "messages.warning", "messages.add_message")
            # `finish` is Tornado's, of the handler itself; a record or a span is finished too
            if (last(call) in _RESPONDS and (last(call) != "finish" or chain(call.func) == "self.finish")) or (shown and broad):
                yield call

    def _telling(self, kind: Ref | None) -> bool:
        """Does the text of such an exception tell about the inside of the app?"""
        if not isinstance(kind, str):
            return False
        kind = self.exceptions.libraries.canonical(kind)
        return kind in _BROAD or kind.startswith(self._tell)

    def _for_the_sender(self, kind: Ref | None) -> bool:
        """Is the text of such an exception made for whoever sent the request?"""
        name = kind.rpartition(".")[2] if isinstance(kind, str) else kind.name if kind is not None else ""
        return any(word in name for word in self._meant)

    def _own_words(self, unit: Unit, node: ir.Try) -> bool:
        """Does the try, or a function that it calls, itself raise `Exception("words for the user")`?"""
        bodies = [(node.body, unit)]
        for place in unit.places:
            found = self.inventory.resolver.callee(place) if any(f.kind == "try" and f.node is node for f in place.frames) else None
            if isinstance(found, Definition) and found.kind == "function":
                inner = self.inventory.units.of(found)
                bodies.append((inner.body, inner))
        for body, where in bodies:
            for s in statements(body):
                if (
                    isinstance(s, ir.Raise)
                    and isinstance(s.exc, ir.Call)
                    and s.exc.args
                    and self.exceptions.names.resolve(s.exc.func, where.scope) in _BROAD
                ):
                    return True
        return False

    def _in_request(self, unit: Unit) -> bool:
        callers = self.callers.of(unit)
        entry = self.callers.entry(unit, any(caller.sure for caller in callers))
        return entry is not None and entry.kind == "route"


def _rest(unit: Unit) -> bool:
    """Does the module use Django's REST framework?"""
    symbols = unit.module.symbols.values()
    return any(isinstance(symbol.node, ir.Binding) and symbol.node.target.startswith("rest_framework") for symbol in symbols)


def _silent(handler: ir.Handler) -> str:
    """ "pass" for a body that does nothing, "return" for one that only returns nothing."""
    body = [s for s in handler.body if not (isinstance(s, ir.ExprStmt) and isinstance(s.value, ir.Const))]
    if all(isinstance(s, ir.Simple) and s.kind in ("pass", "continue") for s in body):
        return "pass"
    if len(body) == 1 and isinstance(body[0], ir.Return):
        value = body[0].value
        empty = (isinstance(value, ir.Seq) and not value.items) or (isinstance(value, ir.Map) and not value.items)
        if value is None or empty or (isinstance(value, ir.Const) and not isinstance(value.value, bool) and not value.value):
            return "return"
    return ""


def _bare_log(handler: ir.Handler) -> ir.Call | None:
    """The logging call of a clause whose records hold no traceback and no value; None where one does, or it goes on some other way."""
    found: ir.Call | None = None
    for s in statements(handler.body):
        if isinstance(s, ir.Raise):
            return None
        for e in (e for head in heads(s) for e in every(head)):
            if isinstance(e, ir.Name) and e.id == handler.name:
                return None
            if not isinstance(e, ir.Call) or not _logs(e):
                if isinstance(e, ir.Call) and last(e) in (
                    "capture_exception",
                    "format_exc",
                    "print_exc",
                    "report_exception",
                    "record_exception",
                    "notify",
                    "exc_info",
                ):
                    return None
                continue
            if last(e) == "exception" or e.kwargs or any(not _plain(arg) for arg in e.args):
                return None
            if last(e) in _LEVELS:
                found = found or e
    return found


def _logs(call: ir.Call) -> bool:
    func = call.func
    if not isinstance(func, ir.Attr) or func.name not in _LEVELS | _QUIETER:
        return False
    return bool(_LOGGER & set(chain(func.base).split("."))) or (isinstance(func.base, ir.Call) and last(func.base) in ("getLogger", "get_logger"))


def _plain(arg: ir.Expr) -> bool:
    """Text that is the same each time."""
    if isinstance(arg, ir.Const):
        return True
    if isinstance(arg, ir.Attr):  # logging.ERROR
        return chain(arg).isupper() or arg.name.isupper()
    if isinstance(arg, ir.Call) and last(arg) in ("_", "gettext", "ugettext"):
        return all(_plain(inner) for inner in arg.args)
    return isinstance(arg, ir.Fstr) and all(isinstance(part, ir.Const) for part in arg.parts)


def _called(body: tuple[ir.Stmt, ...]) -> set[str]:
    return {last(e) for e in expressions(body) if isinstance(e, ir.Call)}


def _tells(expr: ir.Expr, carriers: set[str], lets: Callable[[ir.Call, set[str]], bool | None] | None = None) -> bool:
    """Does an expression carry the text of the exception (`e`, `str(e)`, `f"{e}"`, `e.args`, `traceback.format_exc()`)? lets: whether a function of
    the project that is given the exception lets its text through, None where that cannot be told."""
    pending = [expr]
    while pending:
        e = pending.pop()
        if isinstance(e, ir.Name):
            if e.id in carriers:
                return True
        elif isinstance(e, ir.Attr):
            if isinstance(e.base, ir.Name) and e.base.id in carriers:
                if e.name in ("args", "message", "orig", "statement", "msg", "reason", "strerror"):
                    return True
            else:
                pending.append(e.base)
        elif isinstance(e, ir.Call):
            if last(e) == "format_exc":
                return True
            if last(e) in ("type", "isinstance", "getattr", "hasattr", "len", "bool") or _logs(e):
                continue
            through = lets(e, carriers) if lets is not None else None
            if through is not None:
                if through:
                    return True
                continue
            pending += [*e.args, *(k.value for k in e.kwargs if k.name not in ("exc_info", "exc"))]
            if isinstance(e.func, ir.Attr):
                pending.append(e.func.base)
        else:
            pending += children(e)
    return False


def _tells_name(call: ir.Call, names: set[str]) -> bool:
    return any(isinstance(arg, ir.Name) and arg.id in names for arg in call.args)


def _only_logged(expr: ir.Expr) -> bool:
    return isinstance(expr, ir.Call) and _logs(expr)


def _after(body: tuple[ir.Stmt, ...], node: ir.Try) -> Iterator[ir.Stmt]:
    """The statements of a unit that stand behind a try."""
    for s in statements(body):
        if getattr(s, "at", 0) > node.at and not any(s is inner for inner in statements((node,))):
            yield s
