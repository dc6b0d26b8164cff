"""Routes that other companies call: is it told from the request that they did?

Knows: names of providers that sign what they send, the words with which code checks a signature, a shared secret or an address.
Does not know: who else may call a route (`Project.routes` does), rules.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from prodlint import ir
from prodlint import regex as re
from prodlint.calls.callers import Callers
from prodlint.calls.inventory import Inventory
from prodlint.calls.resolve import chain
from prodlint.calls.walk import Place, Unit, every, heads
from prodlint.names import Definition, Ref, statements
from prodlint.routing.table import Endpoint

_HOOK = re.compile(r"web[_-]?hooks?(?![a-z])|(?:^|[/_-])(?:ipn|hooks?)(?:$|[/_-])|event[_-]?(?:callback|notification)", re.I)
_CHECKS = re.compile(
    r"signature|hmac|digest|verif|construct_event|secret|unwrap|whsec|svix|token|auth|api_?key|certificate|ip_?addr|remote_addr|whitelist|allow_?list"
    r"|permission|credential|compare|password|is_valid_request|validate_request|request_?validator|from_provider|payload_?from|jwt|decode",
    re.I,
)
_ASKS_BACK = re.compile(r"(?:^|_)(?:retrieve|fetch|find|lookup|get)(?:_|$)", re.I)
_BODY = frozenset({"json", "get_json", "body", "data", "get_data", "form", "POST", "stream", "read", "loads", "text", "force_json"})
_DEPTH = 3
_REQUESTS = frozenset({"request", "req", "info", "event_request"})
_SIMPLE = frozenset({"str", "int", "bool", "float", "UUID", "Request", "Response", "HttpRequest", "Session", "AsyncSession", "BackgroundTasks"})


class Hook(msgspec.Struct, frozen=True, eq=False):
    """A route that believes what it is sent. `provider`: who is expected to send, "" where the names do not tell."""

    endpoint: Endpoint
    unit: Unit
    provider: str


class Webhooks:
    """Answers about one project."""

    def __init__(self, inventory: Inventory, callers: Callers, endpoints: tuple[Endpoint, ...], providers: dict[str, str]) -> None:
        """providers: word in a path or name -> how the provider is written, of those that sign their webhooks."""
        self.inventory, self.callers, self.endpoints, self.providers = inventory, callers, endpoints, providers

    def all(self) -> Iterator[Hook]:
        """In the order of the table of routes, each function once."""
        seen: set[object] = set()
        for endpoint in self.endpoints:
            for unit in self._units(endpoint):
                if unit.node in seen or not self._is_hook(endpoint, unit):
                    continue
                seen.add(unit.node)
                if self._acts(unit) and not self._checked(unit, endpoint, set(), _DEPTH):
                    yield Hook(endpoint, unit, self._provider(endpoint, unit))

    def _units(self, endpoint: Endpoint) -> Iterator[Unit]:
        if endpoint.handler is not None and isinstance(endpoint.handler.node, ir.Function):
            yield self.inventory.units.of(endpoint.handler)
        elif endpoint.cls is not None:
            method = self.inventory.names.members(endpoint.cls).get("post")
            if method is not None and isinstance(method.node, ir.Function):
                yield self.inventory.units.of(method)

    def _is_hook(self, endpoint: Endpoint, unit: Unit) -> bool:
        if endpoint.methods and "POST" not in endpoint.methods:
            return False
        last = [part for part in endpoint.path.split("/") if part and part[0] not in "<{(:"][-2:]
        name = unit.definition.qualname if unit.definition is not None else ""
        received = not re.match(r"(?:.*\.)?(?:create|add|list|delete|update|get|test|edit|new|register|set|save|remove)_", name)
        return received and (any(_HOOK.search(part) for part in last) or bool(_HOOK.search(name)))

    def _provider(self, endpoint: Endpoint, unit: Unit) -> str:
        text = f"{endpoint.path} {unit.symbol}".lower()
        return next((self.providers[word] for word in sorted(self.providers) if word in text), "")

    def _acts(self, unit: Unit) -> bool:
        """Does it read the body, or take one as a parameter (FastAPI), and do more than answer?"""
        reads = any(isinstance(e, ir.Attr) and e.name in _BODY for e in self._all(unit))
        typed = any(param.annotation is not None and not _simple(param) for param in unit.node.params)  # type: ignore[union-attr]
        return (reads or typed) and bool(unit.places)

    def _checked(self, unit: Unit, endpoint: Endpoint, seen: set[Unit], depth: int) -> bool:
        """Does a name on the way speak of a signature, a secret or a caller, or is the provider asked whether it is true?"""
        if unit in seen:
            return False
        seen.add(unit)
        node = unit.node
        if node is not None and depth == _DEPTH and self._guarded(unit, endpoint):
            return True
        for e in self._all(unit):
            word = e.name if isinstance(e, ir.Attr) else e.id if isinstance(e, ir.Name) else e.value if isinstance(e, ir.Const) else ""
            if isinstance(word, str) and len(word) < 80 and _CHECKS.search(word):
                return True
        for site in self.inventory.by_unit.get(unit, ()):
            if _ASKS_BACK.search(site.method):
                return True
        if depth <= 0:
            return False
        for place in unit.places:
            found = self.inventory.resolver.callee(place)
            if isinstance(found, Definition):
                found = self.inventory.names.class_member(found, "__init__") if found.kind == "class" else found  # type: ignore[assignment]
            if isinstance(found, Definition) and isinstance(found.node, ir.Function):
                if self._checked(self.inventory.units.of(found), endpoint, seen, depth - 1):
                    return True
            elif (not isinstance(found, Definition) or found.kind in ("value", "param")) and self._hands_on(place, found):
                return True
        return False

    def _hands_on(self, place: Place, found: Ref | None) -> bool:
        """Is the request given to something that cannot be looked into, or a method called that cannot be told? Either may check anything."""
        if not isinstance(found, str) and isinstance(place.call.func, ir.Attr) and chain(place.call.func).startswith(("self.", "cls.")):
            return True
        given = [*place.call.args, *(keyword.value for keyword in place.call.kwargs)]
        given = [arg.base if isinstance(arg, ir.Attr) and arg.name.endswith("request") else arg for arg in given]  # DRF's request._request
        return any(isinstance(arg, ir.Name) and arg.id in _REQUESTS for arg in given) and found not in ("builtins.print", "builtins.str")

    def _guarded(self, unit: Unit, endpoint: Endpoint) -> bool:
        """Do decorators, dependencies, or attributes and other methods of the class speak of it?"""
        node = unit.node
        assert node is not None
        given = (e for p in node.params for e in (p.default, p.annotation) if e is not None)
        heads_ = [*node.decorators, *given, *(before.expr for before in endpoint.before)]
        quiet = {"csrf_exempt", "require_POST", "post", "route", "api_route", "api_view", "async_unsafe"}
        for head in heads_:
            for e in every(head):
                word = e.name if isinstance(e, ir.Attr) else e.id if isinstance(e, ir.Name) else ""
                if word and word not in quiet and (_CHECKS.search(word) or word in ("Depends", "Security", "Header", "login_required")):
                    return True
        cls = endpoint.cls
        for owner in self.inventory.names.mro(cls) if cls is not None else ():
            if isinstance(owner, Definition):
                for name, member in self.inventory.names.members(owner).items():
                    if _CHECKS.search(name) and not _empty(member):
                        return True
                    if name in ("dispatch", "initial", "setup") and isinstance(member.node, ir.Function):
                        return True
        return False

    def _all(self, unit: Unit) -> Iterator[ir.Expr]:
        for s in statements(unit.body):
            for head in heads(s):
                yield from every(head)


def _simple(param: ir.Param) -> bool:
    """Is a parameter part of the path, the request itself, or something injected, and no body?"""
    named = (
        {e.id if isinstance(e, ir.Name) else e.name for e in every(param.annotation) if isinstance(e, ir.Name | ir.Attr)}
        if param.annotation
        else set()
    )
    return param.name in ("self", "request", "response", "cls") or bool(named & _SIMPLE) or any("Context" in n or "Depends" in n for n in named)


def _empty(member: Definition) -> bool:
    """`permission_classes = []`, `authentication_classes = ()`, `permission_classes = [AllowAny]`."""
    value = member.node.value if isinstance(member.node, ir.Assign) else None
    return isinstance(value, ir.Seq) and all(isinstance(item, ir.Name | ir.Attr) and chain(item).endswith("AllowAny") for item in value.items)
