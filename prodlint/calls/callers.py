"""Who calls a function, and which functions a framework calls: routes, tasks, commands, threads.

Knows: Units and Resolver; the table of routes; habits of frameworks (decorators, base classes, a first parameter named request).
Does not know: exceptions, libraries.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec

from prodlint import ir
from prodlint import regex as re
from prodlint.calls.exceptions import last_name
from prodlint.calls.resolve import HANDS, Resolver, applied, hands_on, last
from prodlint.calls.walk import Place, Unit, Units
from prodlint.names import Definition, Names
from prodlint.routing.table import Endpoint

_FORM = re.compile(r"(?:Serializer|Form)$")
_HOOKS = frozenset({"is_valid", "save", "full_clean", "run_validation", "validate_on_submit"})
_REQUEST_NAMES = frozenset({"request", "req", "info"})
_BUILT_IN = frozenset(dir(str) + dir(list) + dir(dict) + dir(set) + dir(bytes) + dir(Exception))
_MAX_GUESSES = 3


class Caller(msgspec.Struct, frozen=True, eq=False):
    """A place that calls a function; `sure` is False where it was told by the method's name alone. `cls`: the class of the object whose method
    is called; `own`: it is the caller's own object (`self.method()`)."""

    place: Place
    sure: bool
    cls: Definition | None = None
    own: bool = False


class Entry(msgspec.Struct, frozen=True, eq=False):
    """A function that no code of the project needs to call. kind: "route", "task", "command", "thread"; `sure`: registered, not told by its looks."""

    kind: str
    unit: Unit
    endpoint: Endpoint | None = None
    sure: bool = True


class Callers:
    """Memoised answers about one project."""

    def __init__(self, names: Names, units: Units, resolver: Resolver, endpoints: Iterable[Endpoint], entries: Mapping[str, Any]) -> None:
        """endpoints: the table of routes; entries: the section `entries` of the models."""
        self.names, self.units, self.resolver = names, units, resolver
        self._decorators = {name: kind for kind in ("route", "task", "command") for name in entries["decorators"][kind]}
        self._verbs = frozenset(entries["verbs"])
        self._views = tuple(entries["bases"])
        self._commands = frozenset(entries["commands"])
        self._takes: dict[str, str] = entries["takes"]
        self._listens = tuple(entries["listens"])
        self._common = _BUILT_IN | frozenset(entries["common"])
        self._endpoints: dict[object, list[Endpoint]] = {}
        for endpoint in endpoints:
            node = endpoint.handler.node if endpoint.handler is not None else endpoint.cls.node if endpoint.cls is not None else None
            if node is not None:
                self._endpoints.setdefault(node, []).append(endpoint)
        self._callers: dict[ir.Function, tuple[Caller, ...]] = {}
        self._module_calls: dict[str, list[Place]] | None = None
        self._renamed: dict[str, set[str]] | None = None
        self._referenced: dict[str, dict[object, str]] | None = None
        self._methods: dict[str, set[object]] | None = None
        self._given_on: dict[str, list[Place]] | None = None

    # ------------------------------------------------------------ callers
    def of(self, unit: Unit) -> tuple[Caller, ...]:
        """Every place that calls a unit's function, in file and source order."""
        node = unit.node
        if node is None:
            return ()
        found = self._callers.get(node)
        if found is None:
            self._callers[node] = ()
            found = self._callers[node] = tuple(self._find(unit.definition))  # type: ignore[arg-type]
        return found

    def _find(self, target: Definition) -> Iterator[Caller]:
        name = target.owner.name if target.name == "__init__" and target.owner is not None else target.name
        guess = self._may_guess(target)
        for alias in sorted({name, *self._aliases().get(name, ())}):
            for place in (*self.calling(alias), *self._handed().get(alias, ())):
                sure = self._calls(place, target, guess)
                if sure is not None:
                    yield self._caller(place, sure, target)

        yield from self._hooked(target)

    def _caller(self, place: Place, sure: bool, target: Definition) -> Caller:
        """The caller, with the class of the object where the target is a method."""
        func, definition = applied(place.call).func, place.unit.definition
        if target.owner is None or target.owner.kind != "class" or not isinstance(func, ir.Attr) or not sure:
            return Caller(place, sure)
        kind = self.names.type_of(func.base, place.unit.scope)
        cls = kind if isinstance(kind, Definition) and kind.kind == "class" else None
        if cls is not None and target.owner not in self.names.mro(cls) and cls not in self.names.mro(target.owner):
            cls = None  # one of several classes, and not the first
        return Caller(place, sure, cls, definition is not None and cls is not None and definition.owner is cls and isinstance(func.base, ir.Name))

    def _hooked(self, target: Definition) -> Iterator[Caller]:
        """A method of a form or serializer runs where a view asks an object of that class `is_valid` or to `save`."""
        owner = target.owner
        if (
            owner is None
            or owner.kind != "class"
            or not any(_FORM.search(chain_end(base)) for base in self.names.mro(owner) if isinstance(base, str))
        ):
            return
        seen: set[ir.Call] = set()
        for unit, cls in self._users(owner):
            for place in unit.places:
                if last(place.call) in _HOOKS and isinstance(place.call.func, ir.Attr) and place.call not in seen:
                    seen.add(place.call)
                    yield Caller(place, True, cls)

    def _users(self, form: Definition) -> Iterator[tuple[Unit, Definition]]:
        """Units that make an object of a form or serializer class (or of one that derives from it), and views that name it; with that class."""
        for cls in self.names.classes():
            if form in self.names.mro(cls):
                for place in self.calling(cls.name):
                    found = self.resolver.callee(place)
                    if isinstance(found, Definition) and found.node is cls.node:
                        yield place.unit, cls
            for field in ("serializer_class", "form_class"):
                member = self.names.members(cls).get(field)
                value = member.node.value if member is not None and isinstance(member.node, ir.Assign) else None
                named = self.names.resolve(value, self.names.class_scope(cls)) if isinstance(value, (ir.Name, ir.Attr)) else None
                if isinstance(named, Definition) and named.kind == "class" and form in self.names.mro(named):
                    for method in self.names.members(cls).values():
                        if method.kind == "function":
                            yield self.units.of(method), named

    def calling(self, name: str) -> Iterator[Place]:
        """Every place that calls something of that last name."""
        for definition in self.units.calling(name):
            for unit in self.units.family(definition):
                yield from (place for place in unit.places if last(place.call) == name)
        if self._module_calls is None:
            self._module_calls = {}
            for unit in self.units.modules():
                for place in unit.places:
                    self._module_calls.setdefault(last(place.call), []).append(place)
        yield from self._module_calls.get(name, ())

    def _handed(self) -> dict[str, list[Place]]:
        """Places where a function is given to something that calls it, by the function's last name."""
        if self._given_on is None:
            self._given_on = {}
            holders = {definition.node: definition for name in HANDS for definition in self.units.calling(name)}
            for unit in (unit for definition in holders.values() for unit in self.units.family(definition)):
                for place in unit.places:
                    if hands_on(place.call):
                        self._given_on.setdefault(last(applied(place.call)), []).append(place)
        return self._given_on

    def _calls(self, place: Place, target: Definition, guess: bool) -> bool | None:
        """Does a place call the target? True: surely; False: perhaps, by its name; None: no."""
        found, func = self.resolver.callee(place), applied(place.call).func
        if isinstance(found, Definition):
            if found.node is target.node or (
                target.name == "__init__" and found.kind == "class" and target.owner is not None and self._constructs(found, target)
            ):
                return True
            if found.kind == "function" and found.name == target.name and found.owner is not None and target.owner is not None:
                if target.owner.kind == "class" and found.owner in self.names.mro(target.owner):
                    return True
            return True if self._one_of(func, place, target) else None
        if self._one_of(func, place, target):
            return True
        if guess and isinstance(func, ir.Attr) and (found is None or found[: -len(target.name) - 1].endswith("()")):
            return False if self._likely(func.base, target) else None
        return None

    def _one_of(self, func: ir.Expr, place: Place, target: Definition) -> bool:
        """Is the target what one of the bindings, registry entries or returns behind a receiver would call?"""
        if target.owner is None or target.owner.kind != "class" or not isinstance(func, ir.Attr):
            return False
        others = self.resolver.options.references(func, place.unit.scope)
        return any(isinstance(other, Definition) and other.node is target.node for other in others)

    def _likely(self, receiver: ir.Expr, target: Definition) -> bool:
        """May an object of that name be of the target's class? Certainly where no other class of the project has such a method."""
        if self._roots(target.name) == 1:
            return True
        called = last_name(receiver).replace("_", "").lower()
        owners = [cls.name for cls in self.names.mro(target.owner) if isinstance(cls, Definition)]  # type: ignore[arg-type]
        return bool(called) and any(name.lower() == called or name.lower().endswith(called) for name in owners)

    def _constructs(self, cls: Definition, target: Definition) -> bool:
        found = self.names.class_member(cls, "__init__")
        return isinstance(found, Definition) and found.node is target.node

    def _may_guess(self, target: Definition) -> bool:
        """Is a method's name rare enough in this project to tell it by?"""
        if (
            target.owner is None
            or target.owner.kind != "class"
            or target.name in self._common
            or target.name.startswith("__")
            or len(target.name) < 4
        ):
            return False
        return self._roots(target.name) <= _MAX_GUESSES

    def _roots(self, name: str) -> int:
        """How many families of classes have a method of that name."""
        if self._methods is None:
            self._methods = {}
            for definition in self.names.functions():
                if definition.owner is not None:
                    self._methods.setdefault(definition.name, set()).add(self._root(definition))
        return len(self._methods.get(name, ()))

    def _root(self, method: Definition) -> object:
        ours = [cls for cls in self.names.mro(method.owner) if isinstance(cls, Definition) and method.name in self.names.members(cls)]  # type: ignore[arg-type]
        return ours[-1].node if ours else method.node

    def _aliases(self) -> dict[str, set[str]]:
        if self._renamed is None:
            self._renamed = {}
            for module in self.names.modules.values():
                for symbol in module.symbols.values():
                    if isinstance(symbol.node, ir.Binding):
                        original = symbol.node.target.rpartition(".")[2]
                        if original != symbol.name:
                            self._renamed.setdefault(original, set()).add(symbol.name)
        return self._renamed

    # ------------------------------------------------------------ entries
    def entry(self, unit: Unit, called: bool, cls: Definition | None = None) -> Entry | None:
        """What makes a unit run from outside; `called`: code of the project calls it, so looks alone do not count; `cls`: the class of the object
        whose method it is, which tells the route of a method that many inherit."""
        node = unit.node
        if node is None:
            return None
        definition = unit.definition
        assert definition is not None
        shared = self._endpoints.get(node)
        if shared is not None:
            return Entry("route", unit, self._of_class(shared, definition, cls))
        kinds = {self._decorated(decorator) for decorator in node.decorators if not self._answers_by_itself(decorator, definition)}
        for kind in ("task", "command", "route"):
            if kind in kinds:
                return Entry(kind, unit)
        referenced = self._references().get(definition.name, {}).get(node)
        if referenced is not None:
            return Entry(referenced, unit)
        if called:
            return None
        return self._looks(unit, definition, node)

    def _of_class(self, shared: list[Endpoint], definition: Definition, cls: Definition | None) -> Endpoint | None:
        """Which of the routes that share a handler is meant; None where a method serves the routes of several classes and none is known."""
        own = [endpoint for endpoint in shared if endpoint.cls is not None and cls is not None and endpoint.cls.node is cls.node]
        if own:
            return own[0]
        classes = {endpoint.cls.node for endpoint in shared if endpoint.cls is not None}
        return shared[0] if len(classes) <= 1 or cls is definition.owner is None else None

    def _answers_by_itself(self, decorator: ir.Expr, definition: Definition) -> bool:
        """Is it a listener of a framework that takes and logs whatever its listeners raise (a chat bot)?"""
        target = decorator.func if isinstance(decorator, ir.Call) else decorator
        base = target.base if isinstance(target, ir.Attr) else target
        found = self.names.type_of(base, self.names.scope_of(definition)) if isinstance(base, ir.Name | ir.Attr) else None
        return isinstance(found, str) and found.startswith(self._listens)

    def _decorated(self, decorator: ir.Expr) -> str:
        """What a decorator makes of a function: "route", "task", "command" or ""."""
        name = last_name(decorator)
        if name in self._verbs and isinstance(decorator, ir.Call) and isinstance(decorator.func, ir.Attr) and (decorator.args or decorator.kwargs):
            return "route"
        return self._decorators.get(name, "")

    def _looks(self, unit: Unit, definition: Definition, node: ir.Function) -> Entry | None:
        owner = definition.owner
        params = [param.name for param in node.params]
        if owner is not None and owner.kind == "class":
            bases = [chain_end(base) for base in self.names.mro(owner) if isinstance(base, str)]
            if self._commands & set(bases):
                return Entry("command", unit)
            if definition.name == "run" and "Thread" in bases:
                return Entry("thread", unit)
            if any(base.endswith(self._views) for base in bases):
                endpoint = next(iter(self._endpoints.get(owner.node, ())), None)
                return Entry("route", unit, endpoint, endpoint is not None)
            return (
                Entry("route", unit, None, False)
                if params[1:2] == ["request"] and definition.name in ("__call__", "process_request", "authenticate")
                else None
            )
        if params[:1] and params[0] in _REQUEST_NAMES and owner is None:
            return Entry("route", unit, None, False)
        return None

    def _references(self) -> dict[str, dict[object, str]]:
        """Functions given to somebody who will call them: name -> node -> kind (a thread's target, a FastAPI dependency, an event handler)."""
        if self._referenced is None:
            self._referenced = {}
            for call, kind, where in self._given():
                for expr in [*call.args, *(k.value for k in call.kwargs if k.name in ("target", "func", "dependency", "function"))]:
                    found = self.names.resolve(expr, where) if isinstance(expr, (ir.Name, ir.Attr)) else None
                    if isinstance(found, Definition) and found.kind == "function":
                        self._referenced.setdefault(found.name, {})[found.node] = kind
        return self._referenced

    def _given(self) -> Iterator[tuple[ir.Call, str, object]]:
        for name, kind in self._takes.items():
            for place in self.calling(name):
                yield place.call, kind, place.unit.scope
        for place in self.calling(""):  # `job = task(queue="x")(function)`: a decorator applied by hand
            func = place.call.func
            kind = self._decorators.get(last(func), "") if isinstance(func, ir.Call) else ""
            if kind:
                yield place.call, kind, place.unit.scope
        for definition in self.names.functions():
            for param in definition.node.params:  # type: ignore[attr-defined]
                for expr in (param.default, param.annotation):
                    for call in _depends(expr):
                        yield call, "route", self.names.scope_of(definition)


def _depends(expr: ir.Expr | None) -> Iterator[ir.Call]:
    if isinstance(expr, ir.Call) and last(expr) in ("Depends", "Security"):
        yield expr
    elif isinstance(expr, ir.Sub) and isinstance(expr.index, ir.Seq):
        for item in expr.index.items:
            yield from _depends(item)


def chain_end(dotted: str) -> str:
    """The last segment of a dotted name."""
    return dotted.removesuffix("()").rpartition(".")[2]
