"""The app's own last resort: handlers that a framework calls for whatever nobody caught.

Knows: how FastAPI, Starlette, Flask, Quart, Django, DRF, aiohttp, Sanic and Litestar register them. Does not know: external calls, rules.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property

from prodlint import ir
from prodlint.calls.callers import Callers
from prodlint.calls.exceptions import Exceptions, last_name
from prodlint.calls.resolve import last
from prodlint.calls.walk import Unit, every
from prodlint.names import Definition, Names, Ref, Scope, statements

_EVERYTHING = "builtins.Exception"
_BROAD = frozenset({_EVERYTHING, "builtins.BaseException"})
_DECORATORS = frozenset({"errorhandler", "app_errorhandler", "exception_handler", "exception"})
_CALLS = frozenset({"register_error_handler", "add_exception_handler", "exception_handler"})
_NEXT = frozenset({"call_next", "handler", "app", "get_response", "next", "call_api"})


class Resort:
    """Answers about one project, memoised."""

    def __init__(self, names: Names, callers: Callers, exceptions: Exceptions) -> None:
        self.names, self.callers, self.exceptions = names, callers, exceptions

    def catches(self, raised: Ref) -> bool:
        """Does any handler of the app take this class?"""
        return any(self.exceptions.covers(handler, raised) for handler in self.handlers)

    def maps(self, raised: Ref) -> bool:
        """Does the app map this class (or one of its bases) to an answer, and not just everything?"""
        return any(self.exceptions.covers(handler, raised) for handler in self.handlers if handler not in _BROAD)

    @cached_property
    def everything(self) -> bool:
        """Is there a handler for whatever nobody expected?"""
        return any(handler in _BROAD for handler in self.handlers)

    @cached_property
    def handlers(self) -> tuple[Ref, ...]:
        """The classes that the app's own handlers take."""
        found = [*self._decorated(), *self._called(), *self._constructed(), *self._middleware(), *self._settings()]
        return tuple(dict.fromkeys(found))

    # ------------------------------------------------------------ registered
    def _decorated(self) -> Iterator[Ref]:
        for definition in self.names.functions():
            for decorator in definition.node.decorators:  # type: ignore[attr-defined]
                if isinstance(decorator, ir.Call) and isinstance(decorator.func, ir.Attr) and decorator.func.name in _DECORATORS:
                    yield from self._classes(decorator.args, self.names.scope_of(definition))
        for unit in self._inner():
            for decorator in unit.node.decorators:  # type: ignore[union-attr]
                if isinstance(decorator, ir.Call) and isinstance(decorator.func, ir.Attr) and decorator.func.name in _DECORATORS:
                    yield from self._classes(decorator.args, unit.scope)

    def _inner(self) -> Iterator[Unit]:
        """Functions defined in functions that make an app (`create_app`)."""
        for definition in self.names.functions():
            if _DECORATORS & set(definition.node.calls):  # type: ignore[attr-defined]
                yield from (unit for unit in self.callers.units.family(definition) if unit.definition is not definition)

    def _called(self) -> Iterator[Ref]:
        for name in sorted(_CALLS):
            for place in self.callers.calling(name):
                if isinstance(place.call.func, ir.Attr) and place.call.args:
                    table = self._looped(place.call.args[0], place.unit)
                    yield from self._keys(table, place.unit.scope) if table is not None else self._classes(place.call.args[:1], place.unit.scope)

    def _constructed(self) -> Iterator[Ref]:
        """`FastAPI(exception_handlers={...})`, `Litestar(exception_handlers={...})`."""
        for name in ("FastAPI", "Starlette", "Litestar", "NinjaAPI", "Router"):
            for place in self.callers.calling(name):
                for keyword in place.call.kwargs:
                    if keyword.name == "exception_handlers":
                        yield from self._keys(keyword.value, place.unit.scope)

    def _looped(self, arg: ir.Expr, unit: Unit) -> ir.Expr | None:
        """The table that a loop takes an argument from: `for kind, handler in HANDLERS.items(): app.add_exception_handler(kind, handler)`."""
        for s in statements(unit.body) if isinstance(arg, ir.Name) else ():
            if isinstance(s, ir.For) and any(isinstance(e, ir.Name) and e.id == arg.id for e in every(s.target)):  # type: ignore[union-attr]
                table = s.iter
                while isinstance(table, ir.Call) and isinstance(table.func, ir.Attr):
                    table = table.func.base
                return table
        return None

    def _keys(self, expr: ir.Expr, scope: Scope) -> Iterator[Ref]:
        """The classes that a table of handlers has as keys: those it is made with, and those that its module puts in."""
        found = self.names.resolve(expr, scope) if isinstance(expr, ir.Name | ir.Attr) else None
        if isinstance(found, Definition) and isinstance(found.node, ir.Assign):
            scope = self.names.scope_of(found)
            put = [t for s in found.module.body if isinstance(s, ir.Assign) for t in s.targets if isinstance(t, ir.Sub) and _is(t.base, found.name)]
            yield from self._classes([t.index for t in put], scope)
            expr = found.node.value or expr
        if isinstance(expr, ir.Map):
            yield from self._classes([key for key, _ in expr.items if key is not None], scope)
        elif isinstance(expr, ir.Seq):  # pairs of class and handler
            yield from self._classes([item.items[0] for item in expr.items if isinstance(item, ir.Seq) and item.items], scope)

    def _classes(self, args: Iterable[ir.Expr], scope: Scope) -> Iterator[Ref]:
        """Classes given to a registration; the status 500 stands for everything."""
        for arg in args:
            if isinstance(arg, ir.Seq):
                yield from self._classes(arg.items, scope)
            elif isinstance(arg, ir.Const):
                if arg.value == 500:
                    yield _EVERYTHING
            else:
                found = self.names.resolve(arg, scope)
                if isinstance(found, str):
                    known = self.exceptions.libraries.canonical(found)
                    if known == "werkzeug.exceptions.HTTPException":  # what nobody caught becomes one (flask 3.1 app.py, handle_exception)
                        yield _EVERYTHING
                    yield _EVERYTHING if known.endswith((".InternalServerError", ".HTTP_500_INTERNAL_SERVER_ERROR")) else known
                elif found is not None:
                    yield found

    # ------------------------------------------------------------ around every request
    def _middleware(self) -> Iterator[Ref]:
        """`process_exception` that answers, and middleware with a try around the rest of the app."""
        for unit in self.callers.units.modules():
            found = unit.module.symbols.get("process_exception")
            if found is not None and isinstance(found.node, ir.Function) and self._answers(found):
                yield _EVERYTHING
        for cls in self.names.classes():
            members = self.names.members(cls)
            for name in ("process_exception", "dispatch", "__call__"):
                method = members.get(name)
                if method is None or not isinstance(method.node, ir.Function):
                    continue
                if name == "process_exception":
                    if self._answers(method):
                        yield _EVERYTHING
                elif any(p.name in ("call_next", "receive") for p in method.node.params):
                    yield from self._around(method)
        for definition in self.names.functions():
            if any(last_name(decorator) == "middleware" for decorator in definition.node.decorators):  # type: ignore[attr-defined]
                yield from self._around(definition)

    def _answers(self, function: Definition) -> bool:
        """Does it return something that is not plainly None?"""
        body = self.names.body(function.node)  # type: ignore[arg-type]
        values = [s.value for s in statements(body) if isinstance(s, ir.Return) and s.value is not None]
        return any(not (isinstance(value, ir.Const) and value.value is None) for value in values)

    def _around(self, function: Definition) -> Iterator[Ref]:
        """What a middleware takes of what the rest of the app raises and does not raise again."""
        unit = self.callers.units.of(function)
        for place in unit.places:
            if last(place.call) not in _NEXT:
                continue
            for frame in place.frames:
                if frame.kind == "try":
                    for handler in frame.node.handlers:  # type: ignore[attr-defined]
                        if not self.exceptions.outcome(handler, unit.scope).again:
                            yield from (kind for kind in self.exceptions.types(handler, unit.scope) if kind is not None)

    # ------------------------------------------------------------ settings
    def _settings(self) -> Iterator[Ref]:
        """Django REST framework's EXCEPTION_HANDLER, where it makes an answer of its own."""
        for module in self.names.modules.values():
            symbol = module.symbols.get("REST_FRAMEWORK")
            value = symbol.node.value if symbol is not None and isinstance(symbol.node, ir.Assign) else None
            for key, entry in value.items if isinstance(value, ir.Map) else ():
                if isinstance(key, ir.Const) and key.value == "EXCEPTION_HANDLER" and isinstance(entry, ir.Const):
                    found = self._by_path(str(entry.value))
                    if found is not None and {"Response", "JsonResponse"} & set(found.node.calls):  # type: ignore[attr-defined]
                        yield _EVERYTHING

    def _by_path(self, dotted: str) -> Definition | None:
        """The function of the project that a settings string names."""
        module, _, name = dotted.rpartition(".")
        for known in self.names.modules.values():
            if known.dotted == module or known.dotted.endswith(f".{module}") or module.endswith(f".{known.dotted}"):
                found = known.symbols.get(name)
                if found is not None and isinstance(found.node, ir.Function):
                    return found
        return None


def _is(expr: ir.Expr, name: str) -> bool:
    return isinstance(expr, ir.Name) and expr.id == name
