"""Which timeout holds for an external call: given at the call, by the client, by a parameter of the function around it, by a setting.

Knows: what the models say about a library's default and how to set one; Resolver for clients; Callers for parameters. Does not know: routes.
"""

from __future__ import annotations

import msgspec

from prodlint import ir
from prodlint.calls.callers import Callers
from prodlint.calls.inventory import Inventory, Site, argument
from prodlint.calls.library import Library
from prodlint.calls.resolve import applied, chain, last
from prodlint.calls.walk import Place, Unit, every
from prodlint.names import Definition, Scope, is_static, statements

_BOUNDS = frozenset({"timeout", "timeout_at", "fail_after", "move_on_after", "Timeout", "time_limit", "wait_for"})
_DEPTH = 5


class Bound(msgspec.Struct, frozen=True, eq=False):
    """state: "set", "default" (a finite one), "missing", "removed" (None is given), "client" (told where the client is made), "unknown".

    places: where a caller of this function leaves it out ("missing" through a parameter), else empty; seconds: how long one try can take, where
    that is known."""

    state: str
    places: tuple[Place, ...] = ()
    seconds: float | None = None


class _Given(msgspec.Struct, frozen=True, eq=False):
    """What stands for the timeout at one call. kind: "absent", "none", "value", "param" (with its name), "unknown"."""

    kind: str
    name: str = ""
    seconds: float | None = None


class Timeouts:
    """Answers about one project."""

    def __init__(self, inventory: Inventory, callers: Callers) -> None:
        self.inventory, self.callers = inventory, callers
        self.names, self.resolver = inventory.names, inventory.resolver
        self._socket: bool | None = None
        self._assigned: dict[str, list[ir.Expr | None]] = {}

    def of(self, site: Site) -> Bound:
        """The bound of a site."""
        library = site.library
        if not library.at:
            return Bound("default")
        if any(next(self.callers.calling(name), None) is not None for name in library.anywhere):
            return Bound("set")
        if self._bounded(site.place) or (library.socket and self._socket_default()):
            return Bound("set")
        if library.at == "setting":
            return self._setting(site)
        if site.role == "client" and self._attribute(site):
            return Bound("set")
        return self._judge(site, self._given(site))

    def _judge(self, site: Site, given: _Given) -> Bound:
        here = site.library.at == "both" or (site.library.at == "client") == (site.role == "client")
        if given.kind == "value":
            return Bound("set", (), given.seconds)
        if given.kind == "none":
            return Bound("removed")
        if given.kind == "unknown":
            return Bound("unknown")
        if given.kind == "param":
            return self._from_callers(site.place, given.name, site.library)
        if site.role == "call" and site.library.at != "call":
            return self._by_client(site)
        if not here or not site.library.forever:
            return Bound("default", (), self._seconds(site))
        return Bound("unknown") if site.role == "call" and self._session(site) else Bound("missing")

    def _by_client(self, site: Site) -> Bound:
        """The bound of a call through a client: what stands where the client is made."""
        func = site.call.func
        made: list[tuple[ir.Call, Scope]] = []
        while isinstance(func, ir.Attr) and not made:
            func = func.base
            made = [found for found in self.resolver.origins(func, site.unit.scope) if self._makes(site, *found)]
        if "with_options" in site.dotted or "options()" in site.dotted:
            return Bound("unknown")
        if not made:
            alone = not any(site.dotted.startswith((f"{client}.", f"{client}().")) for client in site.library.clients)
            if not alone:
                return Bound("unknown")
            return Bound("missing") if site.library.forever and site.library.at == "both" else Bound("default", (), self._seconds(site))
        given = [self._at_client(site.library, call, scope) for call, scope in made]
        if all(one.kind == "absent" for one in given):
            return Bound("client", (), self._seconds(site))
        seconds = given[0].seconds if len(given) == 1 else None
        return Bound("set" if all(one.kind == "value" for one in given) else "client", (), seconds)

    def _makes(self, site: Site, call: ir.Call, scope: Scope) -> bool:
        found = self.resolver.called(call, scope)
        return not isinstance(found, str) or found in site.library.clients or not site.library.clients

    def _at_client(self, library: Library, call: ir.Call, scope: Scope) -> _Given:
        """What a constructor says about the timeout of its client."""
        for keyword in library.keywords:
            value = argument(call, keyword)
            if value is not None:
                return _Given("none" if _is_none(value) else "value", "", _number(value))
        return _Given("unknown" if any(k.name == "" for k in call.kwargs) else "absent")

    def _seconds(self, site: Site) -> float | None:
        """The library's own bound."""
        return float(site.library.timeout) if isinstance(site.library.timeout, (int, float)) else None

    # ------------------------------------------------------------ what stands at the call
    def _given(self, site: Site) -> _Given:
        call, library = site.call, site.library
        position = library.position.get(site.dotted) if isinstance(library.position, dict) else library.position
        position = position if (library.at == "client") == (site.role == "client") else None
        for keyword in library.keywords:
            value = argument(call, keyword, position if keyword == library.keywords[0] else None)
            if value is not None:
                return self._value(value, site.place.unit)
        if library.setters:
            return self._setter(site)
        if any(isinstance(arg, ir.Star) for arg in call.args) and position is not None:
            return _Given("unknown")
        for given in call.kwargs:
            if given.name == "":
                found = self._spread(given.value, site.place.unit, library.keywords)
                if found.kind != "absent":
                    return found
        if "dsn" in library.keywords and call.args:
            return _Given("unknown") if not _plain_text(call.args[0]) else _Given("value" if "timeout" in _plain_text(call.args[0]) else "absent")
        return _Given("absent")

    def _value(self, value: ir.Expr, unit: Unit) -> _Given:
        if isinstance(value, ir.Const):
            return _Given("none" if value.value is None and not value.kind else "value", "", _number(value))
        if isinstance(value, ir.Call) and last(value) in ("Timeout", "ClientTimeout") and value.args and _is_none(value.args[0]) and not value.kwargs:
            return _Given("none")
        if isinstance(value, ir.Name):
            if unit.node is not None and any(param.name == value.id for param in unit.node.params):
                return _Given("value") if self._assigned_in(unit, value.id) else _Given("param", value.id)
            made = self._assigned_once(unit, value.id)
            if made is not None and _is_none(made):
                return _Given("none")
            return _Given("value", "", _number(made) if made is not None else None)
        return _Given("value")

    def _spread(self, value: ir.Expr, unit: Unit, keywords: tuple[str, ...]) -> _Given:
        """`**value`."""
        if isinstance(value, ir.Map):
            return self._mapping(value, unit, keywords)
        if not isinstance(value, ir.Name):
            return _Given("unknown")
        if any(_sets_key(s, value.id, keywords) for s in statements(unit.body)):
            return _Given("value")
        if unit.node is not None and any(param.name == value.id and param.kind == "**" for param in unit.node.params):
            return _Given("param", value.id)
        made = self._assigned_once(unit, value.id)
        if isinstance(made, ir.Map):
            return self._mapping(made, unit, keywords)
        if isinstance(made, ir.Call) and last(made) == "dict" and not made.args:
            return _Given(
                "value" if any(k.name in keywords for k in made.kwargs) else "unknown" if any(k.name == "" for k in made.kwargs) else "absent"
            )
        return _Given("unknown")

    def _assigned_once(self, unit: Unit, name: str) -> ir.Expr | None:
        """What a name of the unit stands for, where one assignment tells."""
        symbols = unit.scope.symbols if unit.node is not None else unit.module.symbols
        local = symbols.get(name) or unit.module.symbols.get(name)
        return local.node.value if local is not None and isinstance(local.node, ir.Assign) and not local.again else None

    def _mapping(self, value: ir.Map, unit: Unit, keywords: tuple[str, ...]) -> _Given:
        for key, entry in value.items:
            if isinstance(key, ir.Const) and key.value in keywords:
                return self._value(entry, unit)
        return _Given("unknown") if any(key is None for key, _ in value.items) else _Given("absent")

    def _setter(self, site: Site) -> _Given:
        """A method of the same object that sets it (`c.setopt(pycurl.TIMEOUT, n)`), anywhere in the unit."""
        func = site.call.func
        holder = chain(func.base) if isinstance(func, ir.Attr) else ""
        unit, s = site.unit, site.place.statement
        holders = {holder, *(chain(t) for t in s.targets if site.role == "client")} - {""} if isinstance(s, ir.Assign) else {holder} - {""}
        for place in unit.places:
            how = site.library.setters.get(last(place.call))
            if how is None or not isinstance(place.call.func, ir.Attr) or chain(place.call.func.base) not in holders:
                continue
            if "first" in how:
                first = self.names.resolve(place.call.args[0], unit.scope) if place.call.args else None
                if first not in how["first"]:
                    continue
            value = argument(place.call, "", how["value"])
            if value is not None:
                return self._value(value, unit)
        if isinstance(func, ir.Attr) and holder.startswith("self."):
            return _Given("unknown")
        return _Given("absent")

    # ------------------------------------------------------------ parameters
    def _from_callers(self, place: Place, name: str, library: Library, depth: int = _DEPTH) -> Bound:
        """The bound of a call whose timeout is a parameter of the function around it: what its callers give."""
        unit = place.unit
        node = unit.node
        assert node is not None
        param = next(p for p in node.params if p.name == name)
        default = "absent" if param.default is None else "none" if _is_none(param.default) else "value"
        callers = self.callers.of(unit)
        if not callers or depth <= 0:
            return Bound("set" if default == "value" else "unknown")
        missing: list[Place] = []
        given = 0
        for caller in callers:
            found = self._passed(caller.place, unit, param, library.keywords)
            if found.kind == "param":
                deeper = self._from_callers(caller.place, found.name, library, depth - 1)
                missing += deeper.places
                given += deeper.state == "set"
            elif found.kind == "none" or (found.kind == "absent" and (default == "none" or (param.kind == "**" and library.forever))):
                missing.append(caller.place)
            else:
                given += found.kind in ("value", "absent")
        if param.kind == "**" and not given and missing:
            return Bound("missing")
        return Bound("missing", tuple(missing)) if missing else Bound("set" if given else "unknown")

    def _passed(self, caller: Place, unit: Unit, param: ir.Param, keywords: tuple[str, ...]) -> _Given:
        call = applied(caller.call)
        if param.kind == "**":
            for keyword in keywords:
                value = argument(call, keyword)
                if value is not None:
                    return self._value(value, caller.unit)
        else:
            value = argument(call, param.name, self._index(unit, param, caller))
            if value is not None:
                return self._value(value, caller.unit)
        for given in call.kwargs:
            if given.name == "":
                return self._spread(given.value, caller.unit, keywords if param.kind == "**" else (param.name,))
        return _Given("unknown") if any(isinstance(arg, ir.Star) for arg in call.args) else _Given("absent")

    def _index(self, unit: Unit, param: ir.Param, caller: Place) -> int | None:
        node, definition = unit.node, unit.definition
        if param.kind not in ("any", "pos") or node is None or definition is None:
            return None
        index = list(node.params).index(param)
        method = definition.owner is not None and definition.owner.kind == "class"
        return index - 1 if method and not is_static(node) else index

    def _assigned_in(self, unit: Unit, name: str) -> bool:
        return any(isinstance(s, ir.Assign) and any(isinstance(t, ir.Name) and t.id == name for t in s.targets) for s in statements(unit.body))

    # ------------------------------------------------------------ settings, sessions, blocks
    def _setting(self, site: Site) -> Bound:
        """A setting of the project; another mail backend than SMTP has bounds of its own."""
        call = site.call
        if argument(call, "connection") is not None:
            return Bound("unknown")
        values = [value for name in site.library.settings for value in self._settings(name)]
        if any(value is not None and not _is_none(value) for value in values):
            return Bound("set")
        return Bound("unknown" if self.mailed_otherwise() else "missing")

    def mailed_otherwise(self) -> bool:
        """Do settings name another mail backend than SMTP, such as a provider's or one of the project's own?"""
        for value in self._settings("EMAIL_BACKEND"):
            texts = [e.value for e in every(value) if isinstance(e, ir.Const) and isinstance(e.value, str)] if value is not None else []
            if any("." in text and "smtp" not in text.lower() and not text.endswith(_LOCAL_BACKENDS) for text in texts):
                return True
        return False

    def _settings(self, name: str) -> list[ir.Expr | None]:
        if name not in self._assigned:
            out: list[ir.Expr | None] = []
            for module in self.names.modules.values():
                symbol = module.symbols.get(name)
                for node in (symbol.node, *symbol.again) if symbol is not None else ():
                    if isinstance(node, ir.Assign):
                        out.append(node.value)
            self._assigned[name] = out
        return self._assigned[name]

    def _socket_default(self) -> bool:
        """Does a module of the project set a default for all sockets when it is imported?"""
        if self._socket is None:
            self._socket = any(
                self.resolver.callee(place) == "socket.setdefaulttimeout" and place.call.args and not _is_none(place.call.args[0])
                for place in self.callers.calling("setdefaulttimeout")
                if place.unit.definition is None
            )
        return self._socket

    def _attribute(self, site: Site) -> bool:
        """Is the attribute that bounds this client assigned in the same unit?"""
        name = site.library.attribute
        return bool(name) and any(
            isinstance(s, ir.Assign) and any(isinstance(t, ir.Attr) and t.name == name for t in s.targets) for s in statements(site.unit.body)
        )

    def _bounded(self, place: Place) -> bool:
        """Inside a block or a call that gives up after a while (`async with asyncio.timeout(5)`, `asyncio.wait_for(...)`)."""
        blocks = [frame.node for frame in place.frames if frame.kind == "with"]
        return any(isinstance(call, ir.Call) and last(call) in _BOUNDS for call in (*blocks, *place.inside))

    def _session(self, site: Site) -> bool:
        """May the object itself carry a bound: a subclass that sets one, an adapter of its own, a replaced method?"""
        func = site.call.func
        if not isinstance(func, ir.Attr):
            return False
        kind = self.names.type_of(func.base, site.unit.scope)
        if isinstance(kind, Definition) and kind.kind == "class":
            return any(self._mentions_timeout(cls) for cls in self.names.mro(kind) if isinstance(cls, Definition))
        return any(self._mounted(made, where.function, where.module.body) for made, where in self.resolver.origins(func.base, site.unit.scope))

    def _mentions_timeout(self, cls: Definition) -> bool:
        for member in self.names.members(cls).values():
            if isinstance(member.node, ir.Function):
                for place in self.inventory.units.of(member).places:
                    if any("timeout" in k.name for k in place.call.kwargs) or any(
                        isinstance(a, ir.Const) and isinstance(a.value, str) and "timeout" in a.value.lower() for a in place.call.args
                    ):
                        return True
                if any(_sets_key(s, "kwargs", ("timeout",)) for s in statements(self.names.body(member.node))):
                    return True
        return False

    def _mounted(self, made: ir.Call, function: Definition | None, top: tuple[ir.Stmt, ...]) -> bool:
        body = self.names.body(function.node) if function is not None else top  # type: ignore[arg-type]
        for s in statements(body):
            if isinstance(s, ir.Assign) and any(isinstance(t, ir.Attr) and t.name in ("request", "send", "get", "post") for t in s.targets):
                return True
            if isinstance(s, ir.ExprStmt) and isinstance(s.value, ir.Call) and last(s.value) == "mount" and len(s.value.args) == 2:
                adapter = s.value.args[1]
                if not (isinstance(adapter, ir.Call) and last(adapter) == "HTTPAdapter"):
                    return True
        return False


_LOCAL_BACKENDS = ("locmem.EmailBackend", "console.EmailBackend", "dummy.EmailBackend", "filebased.EmailBackend")


def _number(expr: ir.Expr) -> float | None:
    return float(expr.value) if isinstance(expr, ir.Const) and isinstance(expr.value, (int, float)) and not isinstance(expr.value, bool) else None


def _is_none(expr: ir.Expr) -> bool:
    return isinstance(expr, ir.Const) and expr.value is None and not expr.kind


def _plain_text(expr: ir.Expr) -> str:
    if isinstance(expr, ir.Const) and isinstance(expr.value, str):
        return expr.value
    if isinstance(expr, ir.Fstr):
        return "".join(part.value for part in expr.parts if isinstance(part, ir.Const) and isinstance(part.value, str))
    return ""


def _sets_key(s: ir.Stmt, name: str, keys: tuple[str, ...]) -> bool:
    """`name["timeout"] = ...`, `name.setdefault("timeout", ...)`, `name.update(timeout=...)`."""
    if isinstance(s, ir.Assign):
        return any(
            isinstance(t, ir.Sub) and isinstance(t.base, ir.Name) and t.base.id == name and isinstance(t.index, ir.Const) and t.index.value in keys
            for t in s.targets
        )
    call = s.value if isinstance(s, ir.ExprStmt) else None
    if isinstance(call, ir.Call) and isinstance(call.func, ir.Attr) and isinstance(call.func.base, ir.Name) and call.func.base.id == name:
        if call.func.name == "setdefault":
            return bool(call.args) and isinstance(call.args[0], ir.Const) and call.args[0].value in keys
        return call.func.name == "update"
    return False
