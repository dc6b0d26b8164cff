"""Which exception leaves a place: try/except by class hierarchy, suppress, context managers and decorators of the project.

Knows: Names for the project's classes, Libraries for everybody else's. Does not know: who calls the function.

A raised class is a dotted name (of a library or Python) or the Definition of a class of the project. `covers` answers None where it cannot tell.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from prodlint import ir
from prodlint.calls.library import Libraries
from prodlint.calls.resolve import Resolver, last
from prodlint.calls.walk import Frame, Unit, Units, expressions
from prodlint.names import Definition, Names, Ref, Scope, statements

_BROAD = ("builtins.Exception", "builtins.BaseException")
_STATUS = frozenset({"status_code", "http_status", "http_status_code", "status", "http_code", "code"})
_DETACHES = frozenset({"create_task", "ensure_future", "run_coroutine_threadsafe", "start_soon", "start_soon_later", "spawn", "spawn_n"})


class Leaving(msgspec.Struct, eq=False):
    """What is still in the air: `classes`; `caught`, the handlers that took some, by path; `unsure`, a class of a handler could not be told."""

    classes: frozenset[Ref]
    caught: list[tuple[str, ir.Handler]] = msgspec.field(default_factory=list)
    narrow: list[str] = msgspec.field(default_factory=list)
    unsure: bool = False
    detached: bool = False

    def then(self, classes: Iterable[Ref]) -> Leaving:
        return Leaving(frozenset(classes), self.caught, self.narrow, self.unsure, self.detached)


class Outcome(msgspec.Struct, frozen=True):
    """What an except clause does: `again`, it lets the exception go on; `raises`, other classes that leave it."""

    again: bool
    raises: tuple[Ref, ...]


class Exceptions:
    """Answers about one project, memoised."""

    def __init__(
        self, names: Names, libraries: Libraries, units: Units, resolver: Resolver, answers: Iterable[str], again: Mapping[str, str] | None = None
    ) -> None:
        """answers: the section `exception_answers` of the models; again: decorators of queues that retry by themselves ->
        the keyword that stops it."""
        self.names, self.libraries, self.units, self.resolver = names, libraries, units, resolver
        self._answers, self._again = tuple(answers), dict(again or {})
        self._queues: dict[Definition, str] = {}
        self._outcomes: dict[ir.Handler, Outcome] = {}
        self._named: dict[ir.Handler, tuple[Ref | None, ...]] = {}
        self._types: dict[tuple[ir.Handler, Scope], tuple[Ref | None, ...]] = {}

    # ------------------------------------------------------------ classes
    def ancestors(self, raised: Ref) -> frozenset[Ref]:
        """A class and all it derives from."""
        if isinstance(raised, str):
            return frozenset(self.libraries.ancestors(raised))
        out: set[Ref] = set()
        for base in self.names.mro(raised):
            out |= {base} if isinstance(base, Definition) else self.libraries.ancestors(base)
        return frozenset(out)

    def covers(self, caught: Ref | None, raised: Ref) -> bool | None:
        """Does `except caught` catch `raised`? None: it cannot be told."""
        if caught is None:
            return None
        if isinstance(caught, str):
            caught = self.libraries.canonical(caught)
        if caught in _BROAD or caught in self.ancestors(raised):
            return True
        if isinstance(caught, str) and isinstance(raised, str) and not self.libraries.knows(caught) and caught.split(".")[0] == raised.split(".")[0]:
            return None
        return False

    def answers(self, raised: Ref) -> bool:
        """Is raising this class a way to answer? One that says which status it stands for is."""
        return self._has_status(raised) or any(
            name.startswith(known) if known.endswith(".") else name == known
            for name in self.ancestors(raised)
            if isinstance(name, str)
            for known in self._answers
        )

    def _has_status(self, raised: Ref) -> bool:
        """Does a class of the project say the status of the answer (`status_code = 409`, `http_status = HTTPStatus.CONFLICT`)?"""
        for base in self.names.mro(raised) if isinstance(raised, Definition) and raised.kind == "class" else ():
            members = self.names.members(base) if isinstance(base, Definition) else {}
            for name in _STATUS & set(members):
                node = members[name].node
                value = node.value if isinstance(node, ir.Assign) else None
                number = isinstance(value, ir.Const) and isinstance(value.value, int) and 400 <= value.value <= 599
                if number or (isinstance(value, ir.Attr) and (value.name.startswith("HTTP_") or last_name(value.base) == "HTTPStatus")):
                    return True
        return False

    def types(self, handler: ir.Handler, scope: Scope) -> tuple[Ref | None, ...]:
        """The classes an except clause names; bare is BaseException."""
        key = (handler, scope)
        if key not in self._types:
            self._types[key] = ("builtins.BaseException",) if handler.type is None else tuple(self._classes(handler.type, scope))
            self._named[handler] = self._types[key]
        return self._types[key]

    def named(self, handler: ir.Handler) -> tuple[Ref | None, ...]:
        """The classes of an except clause that `types` was asked about before."""
        return self._named.get(handler, ())

    def _classes(self, expr: ir.Expr, scope: Scope, depth: int = 4) -> list[Ref | None]:
        if isinstance(expr, ir.Seq):
            return [ref for item in expr.items for ref in self._classes(item.value if isinstance(item, ir.Star) else item, scope, depth)]
        if isinstance(expr, ir.Bin) and expr.op == "+":
            return self._classes(expr.left, scope, depth) + self._classes(expr.right, scope, depth)
        found = self.names.resolve(expr, scope)
        if isinstance(found, Definition) and found.kind == "value" and isinstance(found.node, ir.Assign) and found.node.value is not None and depth:
            return self._classes(found.node.value, self.names.scope_of(found), depth - 1)
        if isinstance(found, Definition) and found.kind != "class":
            return [None]
        return [found]

    # ------------------------------------------------------------ what a handler does
    def outcome(self, handler: ir.Handler, scope: Scope) -> Outcome:
        """Whether an except clause lets go on what it caught, and what else it raises."""
        known = self._outcomes.get(handler)
        if known is None:
            again, raises = False, []
            for statement in statements(handler.body):
                if not isinstance(statement, ir.Raise):
                    continue
                exc = statement.exc
                if exc is None or (isinstance(exc, ir.Name) and exc.id == handler.name):
                    again = True
                    continue
                head = exc.func if isinstance(exc, ir.Call) else exc
                if isinstance(head, ir.Attr) and head.name in ("retry", "with_traceback"):
                    again = again or head.name == "with_traceback"
                    continue
                found = self.names.resolve(head, scope)
                if isinstance(found, str) or (isinstance(found, Definition) and found.kind == "class"):
                    raises.append(self.libraries.canonical(found) if isinstance(found, str) else found)
            known = self._outcomes[handler] = Outcome(again, tuple(dict.fromkeys(raises)))
        return known

    # ------------------------------------------------------------ frames
    def leave(self, classes: Iterable[Ref], frames: tuple[Frame, ...], unit: Unit, inside: tuple[ir.Call, ...] = ()) -> Leaving:
        """What leaves a unit of `classes` raised within these frames."""
        state = Leaving(frozenset(classes))
        if any(last(call) in _DETACHES for call in inside):
            return Leaving(state.classes, detached=True)
        for frame in reversed(frames):
            if not state.classes:
                break
            if frame.kind == "lambda":
                state.unsure = True
            elif frame.kind == "try":
                state = self._catch(frame.node, state, unit)  # type: ignore[arg-type]
            elif frame.kind == "with":
                state = self._with(frame.node, state, unit)  # type: ignore[arg-type]
        return state

    def _catch(self, node: ir.Try, state: Leaving, unit: Unit) -> Leaving:
        left: set[Ref] = set()
        for raised in sorted(state.classes, key=_key):
            for handler in node.handlers:
                answers = [self.covers(caught, raised) for caught in self.types(handler, unit.scope)]
                if True in answers:
                    state.caught.append((unit.module.path, handler))
                    outcome = self.outcome(handler, unit.scope)
                    left |= {raised} if outcome.again else set()
                    left |= {other for other in outcome.raises if not self.answers(other)}
                    break
                if None in answers:
                    state.unsure = True
                state.narrow += [_words(c) for c in self.types(handler, unit.scope) if c is not None and raised in self.ancestors(c) and c != raised]
            else:
                left.add(raised)
        return state.then(left)

    def _with(self, value: ir.Expr, state: Leaving, unit: Unit) -> Leaving:
        if not isinstance(value, ir.Call):
            return state
        found = self.resolver.called(value, unit.scope)
        if found in ("contextlib.suppress", "suppress"):
            caught = [c for arg in value.args for c in self._classes(arg, unit.scope)]
            return state.then(c for c in state.classes if True not in [self.covers(each, c) for each in caught])
        if isinstance(found, Definition) and found.kind == "function" and any(last_name(d) in _MANAGERS for d in found.node.decorators):  # type: ignore[attr-defined]
            inner = self.units.of(found)
            frames = _yield_frames(inner)
            return state if frames is None else self._through(inner, frames, state)
        if isinstance(found, Definition) and found.kind == "class":
            method = self.names.class_member(found, "__exit__") or self.names.class_member(found, "__aexit__")
            if isinstance(method, Definition) and isinstance(method.node, ir.Function) and self._swallows(method):
                return Leaving(frozenset(), state.caught, state.narrow, state.unsure)
        return state

    def _swallows(self, method: Definition) -> bool:
        """Does this __exit__ return something that is not plainly false?"""
        returned = [s.value for s in statements(self.names.body(method.node)) if isinstance(s, ir.Return) and s.value is not None]  # type: ignore[arg-type]
        return any(not (isinstance(value, ir.Const) and not value.value) for value in returned)

    def _through(self, inner: Unit, frames: tuple[Frame, ...], state: Leaving) -> Leaving:
        passed = self.leave(state.classes, frames, inner)
        return Leaving(passed.classes, state.caught + passed.caught, state.narrow + passed.narrow, state.unsure or passed.unsure)

    def decorated(self, unit: Unit, state: Leaving) -> Leaving:
        """What leaves a function through its decorators."""
        node = unit.node
        if node is None or not state.classes:
            return state
        outer = self.names.scope_of(unit.definition)  # type: ignore[arg-type]
        for decorator in reversed(node.decorators):
            if isinstance(decorator, ir.Call):
                state = self._retries(decorator, state, outer)
            target = decorator.func if isinstance(decorator, ir.Call) else decorator
            found = self.names.resolve(target, outer)
            if self._runs_again(found, decorator):
                return state.then(())
            if isinstance(found, Definition) and found.kind == "function":
                state = self._wrapped(found, state)
        return state

    def _retries(self, decorator: ir.Call, state: Leaving, scope: Scope) -> Leaving:
        """Celery's autoretry_for takes these classes (the task runs again)."""
        for keyword in decorator.kwargs:
            if keyword.name in ("autoretry_for", "retry_for"):
                caught = self._classes(keyword.value, scope)
                return state.then(c for c in state.classes if True not in [self.covers(each, c) for each in caught])
        if self.names.resolve(decorator.func, scope) in ("tenacity.retry", "tenacity.retry.retry"):
            return self._given_up(decorator, state, scope)
        return state

    def _given_up(self, decorator: ir.Call, state: Leaving, scope: Scope) -> Leaving:
        """What tenacity raises in the end: RetryError for what it tried again, unless it is told to raise the last exception itself."""
        given = {keyword.name: keyword.value for keyword in decorator.kwargs}
        if "retry_error_callback" in given:
            return state.then(())
        again = given.get("reraise")
        if "" in given or "stop" not in given or (again is not None and not (isinstance(again, ir.Const) and not again.value)):
            return state
        which = given.get("retry")
        if which is None:
            return state.then(("tenacity.RetryError",) if state.classes else ())
        if not isinstance(which, ir.Call) or last(which) != "retry_if_exception_type" or not which.args:
            return state
        tried = self._classes(which.args[0], scope)
        changed = {c for c in state.classes if True in [self.covers(each, c) for each in tried]}
        return state.then((state.classes - changed) | ({"tenacity.RetryError"} if changed else set()))

    def _runs_again(self, found: Ref | None, decorator: ir.Expr) -> bool:
        """A queue that runs every failed job again, with a pause, unless it is told not to; also behind a decorator of the project."""
        switch = self._again.get(found, "") if isinstance(found, str) else self._queue_of(found)
        if not switch:
            return False
        given = decorator.kwargs if isinstance(decorator, ir.Call) else ()
        return not any(k.name == switch and isinstance(k.value, ir.Const) and not k.value.value for k in given)

    def _queue_of(self, found: Definition | None) -> str:
        """The keyword of the queue's own decorator that a decorator of the project applies, "" where it applies none."""
        if found is None or found.kind != "function" or not self._again:
            return ""
        known = self._queues.get(found)
        if known is None:
            places = [place for unit in self.units.family(found) for place in unit.places]
            called = [self.resolver.callee(place) for place in places]
            known = self._queues[found] = next((self._again[c] for c in called if isinstance(c, str) and c in self._again), "")
        return known

    def _wrapped(self, decorator: Definition, state: Leaving) -> Leaving:
        """Through a decorator of the project: the tries around the place where it calls the function it was given."""
        given: set[str] = set()
        passed: list[Leaving] = []
        for inner in self.units.family(decorator):
            given |= {param.name for param in inner.node.params} if inner.node is not None else set()
            for place in inner.places:
                func = place.call.func
                if isinstance(func, ir.Name) and func.id in given and func.id not in ("cls", "self") and place.call.args:
                    passed.append(self._through(inner, place.frames, state))
        if not passed:
            return state
        out = passed[0]
        for other in passed[1:]:
            out = Leaving(out.classes | other.classes, out.caught + other.caught, out.narrow + other.narrow, out.unsure or other.unsure)
        return out

    def detaches(self, unit: Unit) -> bool:
        """Does a decorator of the project run the function in a thread?"""
        node = unit.node
        for decorator in node.decorators if node is not None else ():
            target = decorator.func if isinstance(decorator, ir.Call) else decorator
            found = self.names.resolve(target, self.names.scope_of(unit.definition))  # type: ignore[arg-type]
            if not isinstance(found, Definition) or found.kind != "function" or not {"Thread", "submit", "run_in_executor"} & set(found.node.calls):  # type: ignore[attr-defined]
                continue
            given: set[str] = set()
            for inner in self.units.family(found):
                given |= {param.name for param in inner.node.params} if inner.node is not None else set()
                for place in inner.places:
                    values = [*place.call.args, *(keyword.value for keyword in place.call.kwargs)]
                    if last(place.call) in ("Thread", "submit", "run_in_executor") and any(isinstance(v, ir.Name) and v.id in given for v in values):
                        return True
        return False


_MANAGERS = ("contextmanager", "asynccontextmanager")


def last_name(expr: ir.Expr) -> str:
    """The last segment of a decorator or name."""
    if isinstance(expr, ir.Call):
        expr = expr.func
    return expr.name if isinstance(expr, ir.Attr) else expr.id if isinstance(expr, ir.Name) else ""


def _yield_frames(unit: Unit) -> tuple[Frame, ...] | None:
    """The tries around the first yield of a generator."""

    def search(body: Iterable[ir.Stmt], frames: tuple[Frame, ...]) -> tuple[Frame, ...] | None:
        for s in body:
            if isinstance(s, ir.Try):
                found = search(s.body, (*frames, Frame("try", s)))
                if found is None:
                    found = search((*s.orelse, *s.final), frames)
            elif isinstance(s, ir.With | ir.For | ir.While):
                found = search(s.body, frames)
            elif isinstance(s, ir.If):
                found = search((*s.body, *s.orelse), frames)
            else:
                found = frames if any(isinstance(e, ir.Yield) for e in expressions((s,))) else None
            if found is not None:
                return found
        return None

    return search(unit.body, ())


def _words(ref: Ref) -> str:
    return ref.removeprefix("builtins.") if isinstance(ref, str) else ref.qualname


def _key(ref: Ref) -> str:
    return ref if isinstance(ref, str) else ref.dotted


words = _words
