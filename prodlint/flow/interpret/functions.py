"""Runs the project's own functions, classes and lambdas with abstract arguments.

Knows: how arguments reach parameters, what comes back, what held on the way out. Does not know: how a call is told apart (`calls.py`), statements
(`interpreter.py`).

A function is run with the abstract values of its arguments, so a guard or look-up counts at any depth up to MAX_DEPTH; the same call with the same
arguments is run once.
"""

from __future__ import annotations

from typing import Any

from prodlint import ir
from prodlint.flow.frames import ABORTS, ON, REFUSES, Frame, is_gate, is_stub
from prodlint.flow.frameworks import bases, parsers
from prodlint.flow.interpret import handed_in, handing, heirs, pairs, quiet
from prodlint.flow.knowledge import LOGIN_STRICT, SECRET_FIELDS, last_name
from prodlint.flow.lookups import queries
from prodlint.flow.proofs import refusals, skipping, ways
from prodlint.flow.values import (
    ADMIN,
    CALLER,
    EMPTY,
    FALSE,
    KIND,
    OPEN,
    PRESENCE,
    REQUEST,
    ROLE,
    ROLES,
    Client,
    Link,
    Selection,
    Tie,
    Value,
    origins_of,
    union,
)
from prodlint.names import Definition, Names

MAX_DEPTH = 7


class Functions:
    """A part of `calls.Calls`: project functions inlined."""

    def call_function(
        self: Any, function: Definition, args: list[Value], kwargs: dict[str, Value], frame: Frame, expr: ir.Expr, closure: object = None,
        answers: bool = False, speaks: bool = False,
    ) -> Value:  # fmt: skip
        """Runs a project function with these arguments; EMPTY origins plus its arguments' where it is too deep or runs already.

        answers: what it returns is the response, as that of a hook is; speaks: the handler itself returns it."""
        if args and isinstance(args[0].kind, Definition) and (heir := heirs.instead(self, function)) is not None:
            return self.call_function(heir[1], [args[0].of(heir[0]), *args[1:]], kwargs, frame, expr, closure, answers, speaks)
        node = function.node
        assert isinstance(node, ir.Function)
        if frame.depth >= MAX_DEPTH or node in self.active:
            given = (*args, *kwargs.values())
            if node not in self.active and any(v.has(CALLER) or v.has(REQUEST) or v.fields for v in given):
                self.truncated.update(target for v in given for target in (*(c.plain for c in v.clients), *v.selections))
            return self.too_deep(function, args, kwargs)
        if node.decorators:
            kwargs = handed_in.arguments(self, function, args, kwargs, frame.depth)
        key = (
            node,
            tuple(a.signature() for a in args),
            tuple((k, kwargs[k].signature()) for k in sorted(kwargs)),
            (*self.branch, *self.tried),
            tuple(self.held),
            self.admin_depth,
            self.kind_depth,
            self.lesser_depth > 0,
            self.rehearsing > 0,
            bool(self.doubtful),
            bool(self.strangers),
            speaks,
            expr is self.dropped,
            len(self.contexts),
            told := () if self.began else tuple(word.const for a in (*args, *kwargs.values()) for word in a.items or ()),  # `allowed(request, rules)`
        )
        known = self.memo.get(key)
        if known is not None:
            if known[3]:
                self.raised_in.add(expr)
                self.raising += 1
            return known[0]

        onward = self.onward.get(node, frozenset())
        wherever = None if closure is not None or answers or onward or told else quiet.key(self, node, args, kwargs, speaks)
        noted = quiet.noted(self) if wherever is not None else ()
        if (known := self.memo.get(wherever)) is not None:
            if known[3]:
                self.raised_in.add(expr)
                self.raising += 1
            return known[0]
        scope = self.names.scope(function)
        outer = closure if isinstance(closure, Frame) else None
        if function.name in self.knowledge.own_admin:
            self.roles.append((scope.module.path, node.at, frozenset(self.branch), True))
        body = self.names.body(node)
        gate = is_gate(body)
        if is_stub(body):  # what it does stands in a class that nobody can tell from here
            self.lost.update(client for value in (*args, *kwargs.values()) for client in value.clients)
        raising = self.raising
        inner = Frame(scope, {}, frame.depth + 1, owner=function.owner, outer=outer, answers=answers or speaks, speaks=speaks, onward=onward,
                      gate=gate, staff=self.admin_depth, gives_nothing=expr is self.dropped or skipping.gives_nothing(body))  # fmt: skip
        self.bind_parameters(node, args, kwargs, inner)
        if function.owner is not None and function.owner.kind == "class" and args:
            inner.me = args[0]
        self.active.append(node)
        self.chain.append((frame.scope.module.path, ir.start_of(expr), function.name))
        before, held, logins, aside = len(self.selections), len(self.held), len(self.login), len(self.logins_aside)
        end = self.block(body, inner)
        self.active.pop()
        self.chain.pop()
        if end == ON and any(value.truth is True for value in inner.returns):
            self.given_back(FALSE, True, inner, None)  # `if mine: return True`, and nothing after it: none is a no
            self.silent.add(node)
        del self.held[held:]
        if frame.depth and not frame.answers and not frame.onward and any(value.ref == "builtins.None" for value in frame.returns):
            self.maybe_login += len(self.login) > logins  # `if not token: return None` came before: strangers never come here
            del self.login[logins:], self.logins_aside[aside:]
        if node.decorators:
            self.guarded_by_decorator(function, frozenset(self.selections[before:]))
            self.asked_by_decorator(function)
        mine = self.released(inner, end == REFUSES, frozenset(self.selections[before:]), expr)
        if end == REFUSES:
            self.kept_to_role(inner, node.at)
            self.kept_to_keys(inner, node.at)
        result = ways.returned(self.with_roles(union(inner.returns), inner), inner.ways)
        if end == REFUSES and not inner.returns:
            result = Value(ref="builtins.NoReturn")
        else:
            result = self.by_habit(function.name, result, args, kwargs)
            result = self.guard_by_habit(function.name, result, args, kwargs)
            result = self.shown_to(function, result, args, kwargs, expr, inner)
            if result.kind is None and (kind := self.names.return_type(function)) is not None:
                result = result.of(kind)
        result = self.only_what_came_out(pairs.told(result, inner.sides), mine, inner, expr, frame)
        handed_on = self.raising > raising and function.name in node.calls  # `return super().check_permissions(...)`
        raises = not gate and (self.names.raises(node) or not ABORTS.isdisjoint(node.calls) or handed_on)
        if raises:
            self.raised_in.add(expr)
            self.raising += 1
        self.memo[key] = (result, args, kwargs, raises)  # the key names dicts by their address: as long as it stands, these live
        if wherever is not None and noted == quiet.noted(self) and quiet.is_quiet(result):
            self.memo[wherever] = self.memo[key]
        return result

    def guarded_by_decorator(self: Any, function: Definition, made: frozenset[Selection]) -> None:
        """`@membership_required def load(request, project): ...` that a handler calls: what the decorator asks of the arguments is not followed."""
        scope = self.names.scope_of(function)
        for decorator in function.node.decorators:  # type: ignore[attr-defined]
            ref = self.names.resolve(decorator.func if isinstance(decorator, ir.Call) else decorator, scope)
            if isinstance(ref, Definition) and ref.kind == "function" and (self.knowledge.names_guard(ref.name) or LOGIN_STRICT.search(ref.name)):
                for selection in queries.in_order(made):
                    self.bind(selection, frozenset(self.branch), True, selection.path, selection.at)

    def asked_by_decorator(self: Any, function: Definition) -> None:
        """`@jwt_required() def remove(order_id): ...` that the method of a resource calls: it asks for a login as it would before a handler."""
        scope = self.names.scope_of(function)
        for decorator in function.node.decorators:  # type: ignore[attr-defined]
            ref = self.names.resolve(decorator.func if isinstance(decorator, ir.Call) else decorator, scope)
            level = self.knowledge.guards.get(ref) if isinstance(ref, str) else None
            optional = isinstance(decorator, ir.Call) and any(keyword.name == "optional" for keyword in decorator.kwargs)
            if level not in ("required", "admin") or optional:
                continue
            self.caller_seen = True
            if self.branch:
                self.maybe_login += 1
                continue
            self.verified += 1
            if self.trying:  # `except Exception: pass` may come after
                continue
            self.login.append((function.module.path, function.at))
            if level == "admin":
                self.roles.append((function.module.path, function.at, frozenset(), True))

    @staticmethod
    def with_roles(result: Value, inner: Frame) -> Value:
        """A function asks for a role where every way to a yes does: `if user.is_superuser: return True` before other tests asks nobody."""
        if inner.responses and inner.quiet and len(inner.returns) == inner.responses + len(inner.quiet):
            marks = frozenset.intersection(*inner.quiet)
            if marks:  # `error = ask_for_admin(request); if error: return error`
                return Value(result.origins - ROLES | marks, ref=refusals.OR_NOTHING)  # type: ignore[arg-type]
        if inner.open:
            result = result.plus({OPEN})
        if inner.known and all(inner.known):  # `if user.is_authenticated: return True` and at last `return False`
            result = result.plus({PRESENCE})
        marks = {ROLE, ADMIN}.intersection(*inner.passes) if inner.passes else set()
        if not marks and inner.passes and all(inner.passes):  # `if user.is_superuser: return True`, `if user.is_editor: return True`
            marks = {KIND}
        return result.made_of(result.origins - {ROLE, ADMIN} | marks)

    def released(self: Any, inner: Frame, refuses: bool, made: frozenset[Selection], expr: ir.Expr) -> frozenset[Tie | Link]:
        """What held at every return that gave something back: proven where the function refuses else. Where it gives nothing then, only what comes
        out is held."""
        if not inner.kept:
            return frozenset()
        common = queries.on_all_ways([queries.implied(outcomes, self.named) for outcomes, _ in inner.kept])
        if not refuses or inner.noes:  # who only says yes or no hands nothing over
            handed = frozenset().union(*(data for _, data in inner.kept)) & made
            common = frozenset(o for o in common if not handed.isdisjoint(o.targets))
            common |= self.held_on_way_out(inner, made)
            if not refuses:
                return common
        self.prove(common, frozenset(self.branch), inner.scope.module.path, getattr(expr, "at", 0))
        return frozenset()

    def only_what_came_out(self: Any, result: Value, mine: frozenset[Tie | Link], inner: Frame, expr: ir.Expr, frame: Frame) -> Value:
        """The rows that a function gives where they fit and keeps where they do not: whoever does not look whether there is one knows nothing of the
        id."""
        parts: dict[Selection, Selection] = {}
        where = frozenset(self.branch)
        given = pairs.rows_in(result) if mine else ()
        for row in sorted({t for o in mine for t in o.targets if t in given}, key=lambda s: (s.path, s.at, s.end)):
            part = parts[row] = self.select(row.model, expr, frame, (row,), part=True)
            self.came_out.setdefault(row, []).append(part)
            for outcome in mine:
                if isinstance(outcome, Tie) and outcome.target is row:
                    self.bind(part, where, outcome.weak, row.path, row.at)
                elif isinstance(outcome, Link) and row in outcome.targets:
                    other = outcome.other if outcome.one is row else outcome.one
                    if isinstance(other, Client):  # the id that found it: nobody has looked yet whether there is a row
                        continue
                    self.prove([Link(part, other, outcome.sign)], where, row.path, row.at)
        return pairs.swapped(result, inner.sides, parts, mine) if parts else result

    def kept_to_role(self: Any, inner: Frame, at: int) -> None:
        """`if user.role in self.allowed: return user` and at last `raise Forbidden()`: whoever comes out has the role."""
        asked = frozenset().union(*inner.passes) if inner.passes else frozenset()
        if ROLE in asked and not inner.unasked and not inner.noes:
            where = frozenset(self.branch)
            self.roles.append((inner.scope.module.path, at, where, all(ADMIN in way for way in inner.passes)))
            self.login.extend([] if where else [(inner.scope.module.path, at)])

    def kept_to_keys(self: Any, inner: Frame, at: int) -> None:
        """`if client is not None and client.enabled: return client` and at last `raise Forbidden()`: whoever comes out brought a key."""
        if not inner.keys or not all(inner.keys) or inner.noes or self.branch:
            return
        place = (inner.scope.module.path, at)
        self.login.append(place)
        if all(any(self.key_of_nobody(row) for row in way) for way in inner.keys):
            self.roles.append((*place, frozenset(), False))

    def key_of_nobody(self: Any, selection: Selection) -> bool:
        """A key or token that a header carries, looked up in a table of keys that belong to no user: machines hold it, for all rows alike."""
        if not isinstance(selection.model, Definition) or self.schema is None or self.schema.owner_path(selection.model) is not None:
            return False
        terms = queries.client_terms(selection)
        return any(client.source in ("header", "cookie") and SECRET_FIELDS.search(name) for name, client in terms)

    @staticmethod
    def held_on_way_out(inner: Frame, made: frozenset[Selection]) -> frozenset[Link | Tie]:
        """What held at each return that hands a row over which was selected here: other returns say nothing of it."""
        out: set[Link | Tie] = set()
        for selection in frozenset().union(*(data for _, data in inner.kept)) & made:
            ways = [outcomes for outcomes, data in inner.kept if selection in data]
            out.update(o for o in queries.on_all_ways(ways) if selection in o.targets)
        return frozenset(out)

    def too_deep(self: Any, function: Definition, args: list[Value], kwargs: dict[str, Value]) -> Value:
        value = Value(origins_of([*args, *kwargs.values()]))
        return self.guard_by_habit(function.name, value, args, kwargs)

    def bind_parameters(self: Any, node: ir.Function, args: list[Value], kwargs: dict[str, Value], inner: Frame) -> None:
        left = dict(kwargs)
        spread = left.pop("**", None)
        position = 0
        for param in node.params:
            if param.kind == "*":
                rest = tuple(args[position:])
                inner.env[param.name] = Value(origins_of(rest), items=rest)
                position = len(args)
                continue
            if param.kind == "**":
                inner.env[param.name] = Value(origins_of(left.values()) | (spread.origins if spread else frozenset()), fields=left)
                continue
            if param.kind != "kw" and position < len(args):
                value = args[position]
                position += 1
            elif param.name in left:
                value = left.pop(param.name)
            elif param.default is not None:
                value = self.eval(param.default, inner)
            else:
                value = spread if spread is not None else EMPTY
            inner.env[param.name] = self.typed(value, param, inner)

    def typed(self: Any, value: Value, param: ir.Param, inner: Frame) -> Value:
        """A parameter's value with the class its annotation names, where the value does not say itself."""
        if value.kind is not None or value.ref is not None or param.annotation is None or value.has(REQUEST):  # a request is known by what it is
            return value
        outer = self.names.scope_of(inner.scope.function) if inner.scope.function is not None else inner.scope
        kind = self.names.annotated(param.annotation, outer)
        return value if kind is None else value.of(kind)

    def declared(self: Any, value: Value, annotation: ir.Expr | None, frame: Frame) -> Value:
        """`orders: OrderService = container.resolve("orders")`: an object of the project's own that only the annotation tells."""
        told = value.origins or value.fields or value.items or value.closure or value.receiver or value.const is not None or value.truth is not None
        if annotation is None or told or isinstance(value.kind, Definition) or isinstance(value.ref, Definition):
            return value
        kind = self.names.annotated(annotation, frame.scope)
        return Value(kind=kind) if isinstance(kind, Definition) and kind.kind == "class" and not self.knowledge.is_model(kind) else value

    def construct(self: Any, cls: Definition, args: list[Value], kwargs: dict[str, Value], frame: Frame, expr: ir.Expr) -> Value:
        """An instance: its fields are what the constructor was given or what __init__ sets."""
        if parsers.is_form(self.names, cls):
            return Value(frozenset({Client("*", "form", (frame.scope.module.path, getattr(expr, "at", 0)))}), cls)
        fields: dict[str, Value] = {k: v for k, v in kwargs.items() if k != "**"}
        init = self.names.class_member(cls, "__init__")
        origins = origins_of([*args, *kwargs.values()])
        me = Value(frozenset(), cls, None, None, fields)
        if self.knowledge.is_model(cls):
            if "**" in kwargs:
                fields["**"] = kwargs["**"]
            self.made_row(cls, fields, expr, frame)
        if isinstance(init, Definition) and init.kind == "function" and frame.depth < MAX_DEPTH - 1:
            self.call_function(init, [me, *args], kwargs, frame, expr)
            if self.knowledge.is_policy(cls):
                return Value(origins, cls, None, None, fields)
            rows = kwargs["**"].selections if "**" in kwargs else ()
            return me.plus(rows)  # Order(**row)
        if self.knowledge.is_model(cls):  # a new row: it has the fields it was given, and an id that nobody chose
            return Value(frozenset(), cls, None, None, fields)
        if not isinstance(init, Definition) and args:  # a dataclass, a named tuple: its parts in their order
            fields.update(zip(declared(self.names, cls), args, strict=False))
        if not isinstance(self.names.class_member(cls, "__bool__"), Definition):  # that it is there says nothing of its parts
            told = {o for part in fields.values() for o in part.origins if o in ROLES or isinstance(o, (Tie, Link))}
            origins -= told
        return Value(origins, cls, None, None, fields)

    def local_function(self: Any, node: ir.Function, frame: Frame) -> Definition:
        found = frame.scope.symbols.get(node.name)
        if found is not None and found.node is node:
            return found
        return Definition("function", node.name, frame.scope.module, node, frame.scope.function)

    def call_lambda(self: Any, closure: tuple[ir.Lambda, Frame], args: list[Value]) -> Value:
        expr, outer = closure

        inner = Frame(outer.scope, {}, outer.depth + 1, me=outer.me, owner=outer.owner, outer=outer)
        for param, value in zip(expr.params, args, strict=False):
            inner.env[param.name] = value
        return self.eval(expr.body, inner) if inner.depth < MAX_DEPTH else EMPTY

    def own_class(self: Any, frame: Frame) -> Definition | None:
        """The class of the object whose method this is; None in a function of no object."""
        cls = frame.me.kind if frame.me is not None and isinstance(frame.me.kind, Definition) else frame.owner
        return cls if frame.me is not None and isinstance(cls, Definition) and cls.kind == "class" else None

    def overridden(self: Any, name: str, cls: Definition, frame: Frame) -> list[Definition]:
        """What `super().name` may mean in this function, the nearest first: members of the classes after the one that it stands in."""
        order = list(self.names.mro(cls))
        after = order[order.index(frame.owner) + 1 if frame.owner in order else 1 :]
        found = [self.names.members(ancestor).get(name) for ancestor in after if isinstance(ancestor, Definition)]
        return [each for each in found if each is not None]

    def super_call(self: Any, name: str, args: list[Value], kwargs: dict[str, Value], frame: Frame, expr: ir.Call) -> Value:
        """`super().name(...)`: the next class after the one this function stands in, in the order of the object's own class."""
        me, cls = frame.me, self.own_class(frame)
        if me is None or cls is None:
            return Value(origins_of([*args, *kwargs.values()]))
        for found in self.overridden(name, cls, frame):
            if found.kind == "function":
                if answers := name == "dispatch" and frame.answers:
                    self.onward[found.node] = frozenset({"dispatch"})
                return self.call_function(found, [me, *args], kwargs, frame, expr, answers=answers, speaks=expr is self.answering)
        if (token := self.scheme(cls, me, name, kwargs, frame, expr)) is not None:
            return token
        if name == "dispatch" and frame.answers:
            handing.dispatched(self, frame)
        if name == "dispatch" and frame.answers and (expr is not frame.leaving or self.tried):
            self.goes()
        if name == "filter_queryset" and len(args) > 1:  # a filter backend over one of a package
            return bases.by_package(self, cls, args[1], frame, expr)
        known = bases.method(self, name, args, kwargs, expr, frame)
        if known is not None:
            return known
        if me.selections:  # a manager or queryset of the project: what it inherits selects
            return me if name == "get_queryset" else self.narrowing(me, name, args, kwargs, expr, frame) or me
        return Value(origins_of([*args, *kwargs.values()]))


def declared(names: Names, cls: Definition) -> list[str]:
    """The fields of a dataclass or named tuple in the order in which its constructor takes them; none of any other class."""
    above = names.mro(cls)
    own = [base for base in reversed(above) if isinstance(base, Definition)]
    marked = any(last_name(d) in ("dataclass", "define", "frozen", "attrs", "s") for base in own for d in getattr(base.node, "decorators", ()))
    if not marked and "typing.NamedTuple" not in above:
        return []
    members = {name: member.node for base in own for name, member in names.members(base).items()}
    return [name for name, node in members.items() if isinstance(node, ir.Assign) and node.annotation is not None]
