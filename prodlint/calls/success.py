"""Except clauses of a route that answer "error" under the status of a success.

Knows: how answers of the frameworks are made and where their status stands; the words that say "error" in a body. Does not know: rules.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from prodlint import ir
from prodlint import regex as re
from prodlint.calls.callers import Callers
from prodlint.calls.exceptions import Exceptions
from prodlint.calls.inventory import Inventory
from prodlint.calls.resolve import last
from prodlint.calls.walk import Unit, every
from prodlint.names import statements

_BODIES = frozenset({"jsonify", "JsonResponse", "JSONResponse", "Response", "json_response", "ORJSONResponse", "UJSONResponse", "dict"})
_FAILED = re.compile(r"^(?:error|errors|err|error_message|errorMessage|exception|traceback)$", re.I)
_STATE = re.compile(r"^(?:success|ok|succeeded)$", re.I)
_WORDS = re.compile(r"^(?:error|fail|failed|failure|exception)$", re.I)
_ANSWERED = re.compile(r"web[_-]?hook|callback|/hooks?/|rpc|graphql|health|status|ping|event", re.I)
_BROAD = frozenset({"builtins.Exception", "builtins.BaseException"})


class Praised(msgspec.Struct, frozen=True, eq=False):
    """A return in an except clause: `value` says error, the status says success. `broad`: the clause takes everything."""

    unit: Unit
    handler: ir.Handler
    value: ir.Expr
    broad: bool


class Successes:
    """Answers about one project."""

    def __init__(self, inventory: Inventory, callers: Callers, exceptions: Exceptions, inside: tuple[str, ...]) -> None:
        """inside: packages whose exceptions are failures of the app's own dependencies (section `exception_inside`)."""
        self.inventory, self.callers, self.exceptions, self._inside = inventory, callers, exceptions, inside

    def all(self) -> Iterator[Praised]:
        """In the order of the units."""
        for unit in self.inventory.walked:
            if not any(isinstance(s, ir.Try) for s in statements(unit.body)):
                continue
            entry = self.callers.entry(unit, True)
            if entry is None or entry.kind != "route" or entry.endpoint is None or _ANSWERED.search(f"{entry.endpoint.path} {unit.symbol}"):
                continue
            for s in statements(unit.body):
                for handler in s.handlers if isinstance(s, ir.Try) else ():
                    types = self.exceptions.types(handler, unit.scope)
                    broad = bool(_BROAD & set(types))
                    if broad or any(isinstance(t, str) and self.exceptions.libraries.canonical(t).startswith(self._inside) for t in types):
                        yield from (Praised(unit, handler, value, broad) for value in _praised(handler, _status_set(unit, handler)))


def _praised(handler: ir.Handler, status_set: bool) -> Iterator[ir.Expr]:
    for s in statements(handler.body):
        if isinstance(s, ir.Return) and s.value is not None and not status_set and _says_error(s.value) and _status(s.value) == "success":
            yield s.value


def _status_set(unit: Unit, handler: ir.Handler) -> bool:
    """Is the status set on a response object (`response.status_code = 500`)?"""
    return any(
        isinstance(t, ir.Attr) and t.name in ("status_code", "status")
        for s in statements(handler.body)
        if isinstance(s, ir.Assign)
        for t in s.targets
    )


def _status(value: ir.Expr) -> str:
    """ "success" where the answer carries 200 or no status at all, "other" where it carries another or one that cannot be told."""
    if isinstance(value, ir.Seq):
        codes = value.items[1:2]
        return "success" if codes and all(isinstance(c, ir.Const) and c.value in (200, "200") for c in codes) else "other"
    if isinstance(value, ir.Map):
        return "success"
    if not isinstance(value, ir.Call) or last(value) not in _BODIES:
        return "other"
    if any(k.name == "" for k in value.kwargs) or any(isinstance(a, ir.Star) for a in value.args):
        return "other"
    for keyword in value.kwargs:
        if keyword.name in ("status", "status_code") and last(value) != "jsonify":
            return "success" if _is_200(keyword.value) else "other"
    if last(value) in ("Response", "JSONResponse", "ORJSONResponse", "UJSONResponse") and len(value.args) > 1:
        return "success" if _is_200(value.args[1]) else "other"
    return "success"


def _is_200(expr: ir.Expr) -> bool:
    if isinstance(expr, ir.Const):
        return expr.value in (200, "200")
    return isinstance(expr, ir.Attr) and expr.name in ("HTTP_200_OK", "OK")


def _says_error(value: ir.Expr) -> bool:
    """Does the body have a key that says that it failed?"""
    if isinstance(value, ir.Seq):
        return bool(value.items) and _says_error(value.items[0])
    if isinstance(value, ir.Call):
        return any(_pair(k.name, k.value) for k in value.kwargs) or any(_says_error(a) for a in value.args[:1])
    pairs = value.items if isinstance(value, ir.Map) else ()
    if any(isinstance(key, ir.Const) and key.value in ("jsonrpc", "errors_by_field") for key, _ in pairs):
        return False
    return any(isinstance(key, ir.Const) and isinstance(key.value, str) and _pair(key.value, entry) for key, entry in pairs)


def _pair(key: str, value: ir.Expr) -> bool:
    if _FAILED.match(key):
        return not (isinstance(value, ir.Const) and not value.value) and not (isinstance(value, ir.Seq | ir.Map) and not value.items)
    if _STATE.match(key):
        return isinstance(value, ir.Const) and value.value is False
    texts = [e.value for e in every(value) if isinstance(e, ir.Const) and isinstance(e.value, str)] if key.lower() in ("status", "result") else []
    return any(_WORDS.match(text) for text in texts)
