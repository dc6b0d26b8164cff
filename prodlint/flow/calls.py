"""Runs calls on abstract values: project functions inlined, queries recognised, guards by what they do and only then by name.

Knows: how arguments reach parameters, when a call selects data, when an unknown call may be a guard. Does not know: statements, what the
framework's own base classes do (`bases.py`).

A project function is run with the abstract values of its arguments, so a guard or look-up counts at any depth up to MAX_DEPTH; the same call
with the same arguments is run once. What lies outside the project passes its arguments' origins on.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from prodlint import ir
from prodlint.flow import bases, bodies, deferred, folding, handing, parsers, queries, refusals, serializers, sql, stores
from prodlint.flow.expressions import holds_secret
from prodlint.flow.judge import narrowed_from
from prodlint.flow.knowledge import AUTHENTICATES, KEY_FIELDS, ROLE_WORDS, SECRET_FIELDS, last_name, role_marks
from prodlint.flow.values import (
    ADMIN,
    CALLER,
    CHOSEN,
    EMPTY,
    FALSE,
    OPEN,
    PRESENCE,
    REQUEST,
    ROLE,
    TRUE,
    Client,
    Link,
    Made,
    Origin,
    Selection,
    Tie,
    Value,
    origins_of,
    union,
)
from prodlint.names import Definition, Ref

if TYPE_CHECKING:
    from prodlint.flow.interpreter import Frame

MAX_DEPTH = 7
STRONG_GUARD = re.compile(r"(?:^|_)(?:check|ensure|require|verify|assert|authorize|enforce|validate_access|guard|must)(?:_|$)", re.I)
SHOWN_TO = re.compile(
    r"(?:visible|view(?:able)?|access\w*|permitted|allowed|available|restrict\w*|scoped?|authori[sz]ed|edit(?:able)?|read(?:able)?|manage\w*|owned)(?:_|$)"
    r"|(?:^|_)(?:for|to|of|by)_(?:the_)?(?:current_)?(?:user|viewer|account|member|actor|request|principal)$",
    re.I,
)
DECORATES = re.compile(
    r"(?:with|annotate|prefetch|include|order|sort|search|log|create|notify|send|mark|set|add|update|get_\w*_display)(?:_|$)", re.I
)
NO_GUARD = re.compile(
    r"^(?:log|logger|info|debug|warning|error|exception|print|send|notify|emit|publish|track|serialize|dump|create|add|append|render|jsonify)", re.I
)
MAKES = re.compile(r"^(?:create|insert|sign_?up|register|sign_?in|log_?in)(?:_|$)", re.I)  # what they give is new, or who has just logged in
WRAPPERS = frozenset(
    {"sync_to_async", "async_to_sync", "run_in_threadpool", "to_thread", "partial", "run_sync", "iscoroutine", "gather", "ensure_sync"}
)


class Calls:
    """The other half of `interpreter.Run`."""

    def call(self: Any, expr: ir.Call, frame: Frame) -> Value:
        func = expr.func
        receiver: Value | None = None
        if isinstance(func, ir.Attr):
            if isinstance(func.base, ir.Call) and isinstance(func.base.func, ir.Name) and func.base.func.id == "super":
                args, kwargs = self.arguments(expr, frame)
                return self.super_call(func.name, args, kwargs, frame, expr)
            receiver = self.eval(func.base, frame)
            callee = self.attr(receiver, func.name, func, frame)
        else:
            callee = self.eval(func, frame)
        args, kwargs = self.arguments(expr, frame)
        name = "" if isinstance(func, ir.Call) else last_name(func)  # what `login_required(view)(request)` is called says nothing of this call
        if isinstance(func, ir.Name) and isinstance(callee.ref, str):
            name = callee.ref.rpartition(".")[2] or name  # from sqlalchemy import delete as remove
        return self.dispatch(callee, receiver, name, args, kwargs, expr, frame)

    def arguments(self: Any, expr: ir.Call, frame: Frame) -> tuple[list[Value], dict[str, Value]]:
        args: list[Value] = []
        for arg in expr.args:
            value = self.eval(arg, frame)
            if isinstance(arg, ir.Star) and value.items is not None:
                args.extend(value.items)
            else:
                args.append(value)
        kwargs: dict[str, Value] = {}
        for keyword in expr.kwargs:
            value = self.eval(keyword.value, frame)
            if keyword.name:
                kwargs[keyword.name] = value
            elif value.fields:
                kwargs.update({k: v for k, v in value.fields.items() if k not in kwargs})
            elif value.origins:
                kwargs["**"] = value
        return args, kwargs

    def dispatch(
        self: Any, callee: Value, receiver: Value | None, name: str, args: list[Value], kwargs: dict[str, Value], expr: ir.Call, frame: Frame
    ) -> Value:
        """What a call gives: by what the callee is, then by the shape of the call."""
        ref = callee.ref
        if receiver is not None and receiver.ref == folding.PATH and (known := folding.begins(name, receiver, args)) is not None:
            return known
        if receiver is not None and isinstance(receiver.ref, Definition) and receiver.kind == "contextvars.ContextVar" and name in ("set", "get"):
            return self.context(receiver.ref, name, args)
        if name in self.knowledge.own_guards:  # the configuration says that it refuses
            for value in (*args, *kwargs.values(), *([receiver] if receiver is not None else [])):
                for target in value.targets if not value.has(CALLER) else ():
                    self.bind(target, frozenset(self.branch), False, frame.scope.module.path, expr.at)
        if (ref is None or (isinstance(ref, Definition) and ref.kind == "value")) and receiver is None and isinstance(callee.kind, Definition):
            method = self.names.class_member(callee.kind, "__call__")
            if isinstance(method, Definition):
                return self.call_function(method, [callee, *args], kwargs, frame, expr)
        if handing.wrapped(self, ref):
            handing.hand(self, args, kwargs, frame)
            return EMPTY
        if isinstance(ref, Definition) and ref.kind == "function":
            bound = callee.receiver if callee.receiver is not None else receiver if self.is_method(ref, receiver) else None
            return self.call_function(ref, ([bound] if bound is not None else []) + args, kwargs, frame, expr, callee.closure)
        if isinstance(ref, Definition) and ref.kind == "class" and "data" in kwargs and serializers.is_serializer(self, ref):
            return serializers.instance(self, ref, kwargs, args, frame, expr)
        if isinstance(ref, Definition) and ref.kind == "class":
            return self.construct(ref, args, kwargs, frame, expr)
        if isinstance(callee.closure, tuple):
            return self.call_lambda(callee.closure, args)
        if name in queries.COLUMN_TESTS and isinstance(expr.func, ir.Attr):
            column = self.column(expr.func.base, frame)
            if column is not None:
                inner = [value for arg in args if arg.fields for value in arg.fields.values()] if name in ("any", "has") else []
                key = queries.Column(queries.term_name(expr.func.base), column if column.kind == "class" else None)
                return Value(origins_of(args), fields={key: union(inner or args[:1])})
        if isinstance(ref, str):
            if ref in self.knowledge.principal_calls:
                return self.principal(ref, args, kwargs, frame, expr)
            if ref in self.knowledge.signed:
                return self.signed(frame, expr)
            if ref in self.knowledge.compares and len(args) > 1 and any(holds_secret(a, EMPTY, expr) for a in args):
                return Value(frozenset({ROLE, ADMIN}))
            if ref.startswith("builtins.") and "." not in ref[9:]:  # a method of a dict says no more than that of any object
                return self.builtin(ref[9:], args, kwargs, expr, frame)
        if name == "save" and receiver is not None and receiver.fields and "validated_data" in receiver.fields:
            return serializers.save(self, receiver, kwargs, frame, expr)
        if frame.me is not None and receiver is frame.me:
            known = bases.method(self, name, args, kwargs, expr, frame)
            if known is not None:
                return known
        if name in bodies.LOADS and receiver is not None and args and bodies.is_schema(self, receiver.kind):
            return bodies.load(self, receiver.kind, args[0], frame, expr)
        if name in bodies.DUMPS and (fields := bodies.dumped(self, receiver, kwargs)) is not None:
            return fields
        if deferred.run(self, receiver, name, args, kwargs, expr, frame):
            return EMPTY
        known = self.policy(receiver, name, frame, expr) or stores.condition(self, receiver, callee, name, args, expr)
        if known is not None:
            return known
        found = self.selecting(receiver, name, args, kwargs, expr, frame)
        if found is not None:
            return found
        return self.unknown(callee, receiver, name, args, kwargs, expr, frame)

    def principal(self: Any, ref: str, args: list[Value], kwargs: dict[str, Value], frame: Frame, expr: ir.Call) -> Value:
        """The caller, or claims of a verified token; what a login form or a link in a mail carries only names somebody."""
        values = [*args, *kwargs.values()]
        if any(value.chosen for value in values):
            return Value(origins_of(values))
        self.caller_seen = True
        lenient = any(
            keyword.name == "optional" and not (isinstance(keyword.value, ir.Const) and keyword.value.value is False) for keyword in expr.kwargs
        )
        passed = frame.depth and any(value.truth is not None for value in frame.returns)  # `if token is None: return None` came before
        if ref in self.knowledge.verifying and not self.branch and not lenient and not passed:  # it raises where the token is not right
            self.verified += 1
            if not self.trying:
                self.login.append((frame.scope.module.path, expr.at))
        return Value(frozenset({CALLER}))

    def signed(self: Any, frame: Frame, expr: ir.Call) -> Value:
        """A message whose signature is verified: it comes from who knows the secret, and names what they choose to."""
        place = (frame.scope.module.path, expr.at)
        where = frozenset(self.branch)
        self.roles.append((*place, where, True))
        self.login.extend([] if where else [place])
        return EMPTY

    def context(self: Any, variable: Definition, name: str, args: list[Value]) -> Value:
        """`user_id_var.set(user.id)` in a dependency or middleware, `user_id_var.get()` anywhere after."""
        if name == "set" and args:
            self.contexts[variable] = args[0]
            return EMPTY
        known = self.contexts.get(variable, EMPTY)
        return known.plus({CALLER}) if self.knowledge.names_caller(variable.name.lower()) else known

    @staticmethod
    def is_method(ref: Definition, receiver: Value | None) -> bool:
        if receiver is None or ref.owner is None or ref.owner.kind != "class":
            return False
        decorators = {last_name(d) for d in ref.node.decorators}  # type: ignore[attr-defined]
        if "staticmethod" in decorators:
            return False
        return "classmethod" in decorators or not (isinstance(receiver.ref, Definition) and receiver.ref.kind == "class")

    def policy(self: Any, receiver: Value | None, name: str, frame: Frame, expr: ir.Call) -> Value | None:
        """`OrderPermission(order_id).can()`: a policy object of a library that knows the caller by itself; None where it is none."""
        how = self.knowledge.policy_methods.get(name)
        if how is None or receiver is None or not self.knowledge.is_policy(receiver.kind):
            return None
        self.caller_seen = True
        targets = [t for t in (*receiver.selections, *receiver.clients) if not isinstance(t, Client) or t.name != "*"]
        answer: set[Origin] = {Tie(target) for target in targets} or set(role_marks(last_name(expr.func.base)) | {ROLE})
        if how == "refuses":
            where = frozenset(self.branch)
            self.prove([o for o in answer if isinstance(o, Tie)], where, frame.scope.module.path, expr.at)
            if not targets:
                self.roles.append((frame.scope.module.path, expr.at, where, ADMIN in answer))
        return Value(frozenset(answer))

    # ------------------------------------------------------------ project functions
    def call_function(
        self: Any, function: Definition, args: list[Value], kwargs: dict[str, Value], frame: Frame, expr: ir.Expr, closure: object = None,
        answers: bool = False,
    ) -> Value:  # fmt: skip
        """Runs a project function with these arguments; EMPTY origins plus its arguments' where it is too deep or runs already.

        answers: what it returns is the response, as that of a hook is."""
        node = function.node
        assert isinstance(node, ir.Function)
        if frame.depth >= MAX_DEPTH or node in self.active:
            given = (*args, *kwargs.values())
            if node not in self.active and any(v.has(CALLER) or v.has(REQUEST) or v.fields for v in given):
                self.truncated.update(target for v in given for target in (*v.clients, *v.selections))
            return self.too_deep(function, args, kwargs)
        key = (
            node,
            tuple(a.signature() for a in args),
            tuple((k, kwargs[k].signature()) for k in sorted(kwargs)),
            tuple(self.branch),
            tuple(self.held),
            self.admin_depth,
        )
        known = self.memo.get(key)
        if known is not None:
            return known
        from prodlint.flow.interpreter import REFUSES, Frame, is_gate

        scope = self.names.scope(function)
        outer = closure if isinstance(closure, Frame) else None
        if function.name in self.knowledge.own_admin:
            self.roles.append((scope.module.path, node.at, frozenset(self.branch), True))
        onward = self.onward.get(node, frozenset())
        gate = is_gate(self.names.body(node))
        inner = Frame(scope, {}, frame.depth + 1, owner=function.owner, outer=outer, answers=answers, onward=onward, gate=gate)
        self.bind_parameters(node, args, kwargs, inner)
        if function.owner is not None and function.owner.kind == "class" and args:
            inner.me = args[0]
        self.active.append(node)
        before, held = len(self.selections), len(self.held)
        end = self.block(self.names.body(node), inner)
        self.active.pop()
        del self.held[held:]
        self.released(inner, end == REFUSES, frozenset(self.selections[before:]), expr)
        result = self.with_roles(union(inner.returns), inner)
        if end == REFUSES and not inner.returns:
            result = Value(ref="builtins.NoReturn")
        else:
            result = self.by_habit(function.name, result, args, kwargs)
            result = self.guard_by_habit(function.name, result, args, kwargs)
            result = self.shown_to(function, result, args, kwargs, expr, inner)
            if result.kind is None and (kind := self.names.return_type(function)) is not None:
                result = result.of(kind)
        self.memo[key] = result
        return result

    @staticmethod
    def with_roles(result: Value, inner: Frame) -> Value:
        """A function asks for a role where every way to a yes does: `if user.is_superuser: return True` before other tests asks nobody."""
        if inner.open:
            result = result.plus({OPEN})
        marks = {ROLE, ADMIN}.intersection(*inner.passes) if inner.passes else set()
        return result.made_of(result.origins - {ROLE, ADMIN} | marks)

    def released(self: Any, inner: Frame, refuses: bool, made: frozenset[Selection], expr: ir.Expr) -> None:
        """What held at every return that gave something back: proven where the function refuses else, or where only this way leads to what it
        selected itself."""
        if not inner.kept:
            return
        common = frozenset.intersection(*(queries.implied(outcomes) for outcomes, _ in inner.kept))
        if not refuses or inner.noes:
            common = frozenset(o for o in common if not made.isdisjoint(o.targets))
            common |= self.held_on_way_out(inner, made)
        self.prove(common, frozenset(self.branch), inner.scope.module.path, getattr(expr, "at", 0))

    @staticmethod
    def held_on_way_out(inner: Frame, made: frozenset[Selection]) -> frozenset[Link | Tie]:
        """What held at each return that hands a row over which was selected here: other returns say nothing of it."""
        out: set[Link | Tie] = set()
        for selection in frozenset().union(*(data for _, data in inner.kept)) & made:
            ways = [outcomes for outcomes, data in inner.kept if selection in data]
            out.update(o for o in frozenset.intersection(*ways) if selection in o.targets)
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

    def by_habit(self: Any, name: str, result: Value, args: list[Value], kwargs: dict[str, Value]) -> Value:
        """`get_current_user(...)` gives the caller even where its body cannot be read that far, unless the client chooses who."""
        given = [value for value in (*args, *kwargs.values()) if value.has(REQUEST) or any(c.source in ("header", "cookie") for c in value.clients)]
        if CALLER in result.origins or not (self.knowledge.names_caller(name) or (given and AUTHENTICATES.match(name))):
            return result
        if any(value.chosen for value in (*args, *kwargs.values())):
            return result
        if any(c.source in CHOSEN for s in result.selections for _, c in queries.client_terms(s)):
            return result
        self.caller_seen = True
        return result.plus({CALLER})

    def guard_by_habit(self: Any, name: str, result: Value, args: list[Value], kwargs: dict[str, Value]) -> Value:
        """A function named like a guard that takes the caller and a target, and whose body did not tell: weak."""
        if not self.knowledge.names_guard(name) or NO_GUARD.match(name):
            return result
        values = [*args, *kwargs.values()]
        if name not in self.knowledge.own_guards and not any(value.has(CALLER) or value.has(REQUEST) for value in values):
            return result
        targets = [target for value in values if not value.has(CALLER) for target in value.targets]
        strong = name in self.knowledge.own_guards
        told = {target for outcome in result.outcomes for target in outcome.targets}
        signs = {o.sign for o in result.outcomes}
        sign = signs.pop() if len(signs) == 1 else 1
        return result.plus({Tie(t, weak=not strong, sign=sign) for t in targets if t not in self.bound and t not in told})

    def shown_to(self: Any, function: Definition, result: Value, args: list[Value], kwargs: dict[str, Value], expr: ir.Expr, frame: Frame) -> Value:
        """`Project.objects.visible_to(user)`: a method of a queryset that keeps what a user may see is a guard, weak where only its name says so."""
        if not args or not args[0].selections or not SHOWN_TO.search(function.name) or function.owner is None:
            return result
        if not any(value.has(CALLER) or value.has(REQUEST) for value in (*args[1:], *kwargs.values())):
            return result
        out: set[Origin] = set()
        for origin in result.origins:
            if isinstance(origin, Selection) and not origin.admin and not queries.of_caller(origin):
                rows = self.select(origin.model, expr, frame, (origin,), part=True)
                self.bind(rows, frozenset(self.branch), True, rows.path, rows.at)
                out.add(rows)
                for element in narrowed_from(origin):  # what names one of these rows may be seen if any is left
                    out.update(Tie(target, weak=True) for _, value in element.terms for target in (*value.clients, *value.selections))
            else:
                out.add(origin)
        return result.made_of(frozenset(out))

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
        return Value(origins, cls, None, None, fields)

    def made_row(self: Any, model: Any, fields: dict[str, Value], expr: ir.Call, frame: Frame) -> None:
        """A row is made: a model's instance, `Model.objects.create(...)`, an INSERT."""
        held = frozenset(o for o in self.held if isinstance(o, (Tie, Link)) and o.sign > 0)
        self.created.append(Made(model, fields, frame.scope.module.path, ir.start_of(expr), held))

    def call_lambda(self: Any, closure: tuple[ir.Lambda, Frame], args: list[Value]) -> Value:
        expr, outer = closure
        from prodlint.flow.interpreter import Frame

        inner = Frame(outer.scope, {}, outer.depth + 1, me=outer.me, owner=outer.owner, outer=outer)
        for param, value in zip(expr.params, args, strict=False):
            inner.env[param.name] = value
        return self.eval(expr.body, inner) if inner.depth < MAX_DEPTH else EMPTY

    def super_call(self: Any, name: str, args: list[Value], kwargs: dict[str, Value], frame: Frame, expr: ir.Call) -> Value:
        """`super().name(...)`: the next class after the one this function stands in, in the order of the object's own class."""
        me = frame.me
        cls = me.kind if me is not None and isinstance(me.kind, Definition) else frame.owner
        if me is None or not isinstance(cls, Definition) or cls.kind != "class":
            return Value(origins_of([*args, *kwargs.values()]))
        order = list(self.names.mro(cls))
        owner = frame.owner
        start = order.index(owner) + 1 if owner in order else 1
        for ancestor in order[start:]:
            if isinstance(ancestor, Definition):
                found = self.names.members(ancestor).get(name)
                if found is not None and found.kind == "function":
                    return self.call_function(found, [me, *args], kwargs, frame, expr)
        known = bases.method(self, name, args, kwargs, expr, frame)
        if known is not None:
            return known
        if me.selections:  # a manager or queryset of the project: what it inherits selects
            return me if name == "get_queryset" else self.narrowing(me, name, args, kwargs, expr, frame) or me
        return Value(origins_of([*args, *kwargs.values()]))

    # ------------------------------------------------------------ builtins
    def builtin(self: Any, name: str, args: list[Value], kwargs: dict[str, Value], expr: ir.Call, frame: Frame) -> Value:
        if name == "getattr" and len(args) >= 2:
            if args[1].const is not None and isinstance(expr.args[0], (ir.Name, ir.Attr)):
                return self.attr(args[0], args[1].const, ir.Attr(expr.args[0], args[1].const, expr.at, expr.end), frame)
            return Value(args[0].origins)
        if name == "setattr" and args:
            self.use(args[0])
            self.use_changed(args[0])
            return EMPTY
        if name == "dict":
            return Value(origins_of([*args, *kwargs.values()]), fields={**(args[0].fields or {} if args else {}), **kwargs})
        if name == "isinstance" and len(args) == 2 and refusals.is_response_class(args[1]):
            return Value(frozenset(o.signed(-1) for o in args[0].outcomes))
        if name in ("isinstance", "hasattr", "callable", "issubclass", "print", "type", "super", "len"):
            return Value(frozenset(o for value in args[:1] for o in value.origins if isinstance(o, (Selection, Tie)))) if name == "len" else EMPTY
        if name in ("any", "all") and args and args[0].items and all(item.truth is not None for item in args[0].items):
            answers = [item.truth for item in args[0].items]
            return TRUE if (any(answers) if name == "any" else all(answers)) else FALSE
        if name == "filter" and len(args) == 2:
            kept = self.call_lambda(args[0].closure, [self.element(args[1])]) if isinstance(args[0].closure, tuple) else EMPTY
            return args[1].plus(kept.outcomes)
        if name in ("str", "int", "bool", "float", "list", "tuple", "set", "sorted", "reversed", "iter", "next", "frozenset") and args:
            first = args[0]
            return Value(first.origins, None, None, first.const, None, None, first.items) if name != "bool" else Value(first.origins)
        return Value(origins_of([*args, *kwargs.values()]))

    # ------------------------------------------------------------ selections
    def selecting(
        self: Any, receiver: Value | None, name: str, args: list[Value], kwargs: dict[str, Value], expr: ir.Call, frame: Frame
    ) -> Value | None:
        """The selection a call makes; None where it makes none."""
        model = self.model_argument(args, expr, frame)
        if model is not None and name in queries.STARTERS:
            found = self.narrowed((), model, name, args[1:], kwargs, expr, frame)
            for selection in found.selections if len(expr.args) > 1 and name in ("query", "select") else ():
                selection.joined = True
            return found
        if receiver is not None and isinstance(receiver.ref, Definition) and self.knowledge.is_model(receiver.ref) and not receiver.selections:
            if name == "update":  # what the rows get; which rows comes next
                for value in (*args, *kwargs.values()):
                    self.use(value)
                return self.narrowed((), receiver.ref, name, [], {}, expr, frame)
            if name in queries.CLASS_METHODS:
                return self.narrowed((), receiver.ref, name, args, kwargs, expr, frame)
            return None
        found = stores.selecting(self, receiver, name, args, kwargs, expr, frame)
        if found is not None:
            return found
        given = (*args[:3], *(kwargs[key] for key in ("query", "sql", "statement", "stmt", "text") if key in kwargs))
        statement = next((v for v in given if sql.is_sql(v.const)), None) if sql.runs(name) else None
        if statement is not None:
            return sql.run(self, statement, args, {k: v for k, v in kwargs.items() if v is not statement}, expr, frame)
        if name in queries.MONGO and args and (args[0].fields is not None or args[0].clients) and not (receiver and receiver.clients):
            return self.mongo(receiver, name, args, expr, frame)
        if receiver is None:
            if name.endswith("_or_404") and args and args[0].selections:
                return self.mixed(args[0], self.narrowed(tuple(args[0].selections), "", name, args[1:], kwargs, expr, frame))
            return None
        return self.narrowing(receiver, name, args, kwargs, expr, frame)

    def narrowing(self: Any, receiver: Value, name: str, args: list[Value], kwargs: dict[str, Value], expr: ir.Call, frame: Frame) -> Value | None:
        selections = tuple(sorted(receiver.selections, key=lambda s: (s.path, s.at)))
        if selections:
            if name == "get" and args and args[0].const is not None and not args[0].origins:  # a part of a document or row: order.get("owner")
                return self.named_part(receiver, args, expr, frame)
            if name in queries.LISTS:
                for selection in selections:
                    selection.listing = True
            if name in queries.JOINS:
                for selection in selections:
                    selection.joined = True
            if name in queries.CHANGING:
                self.use(receiver)
                self.use_changed(receiver)
            if name == "exclude" and any(mine(value) for value in (*args, *kwargs.values(), *(v for a in args for v in (a.fields or {}).values()))):
                return receiver.plus(Tie(selection, sign=-1) for selection in selections)  # what is left is not the caller's
            if name == "none" and not args:
                return Value(receiver.origins - frozenset(selections), receiver.kind)
            if name in queries.TERMLESS:
                for value in (*args, *kwargs.values()) if name in ("update", "aupdate") else ():
                    self.use(value)
                if name in ("update", "delete") and not any(s.terms or s.parents for s in selections):  # a statement whose rows come next
                    return Value(frozenset({self.select(selections[0].model, expr, frame, selections, changes=True)}))
                return receiver.plus(o for value in args for o in value.selections) if name == "union" else receiver
            if name in queries.NARROW or name in queries.CLASS_METHODS:
                if args or kwargs:
                    rows = self.mixed(receiver, self.narrowed(selections, "", name, args, kwargs, expr, frame))
                    return rows if name in queries.ONE else rows.of(receiver.kind if self.is_queryset(receiver.kind) else None)
                found = receiver if name not in queries.RAISING else self.raised(receiver)
                return found.of(row_class(receiver)) if name in queries.ROW else found
            return None
        given = (*args, *kwargs.values())
        chosen = any(v.clients or any(part.clients for part in (v.fields or {}).values()) for v in given)
        owned = receiver.has(CALLER) and not receiver.clients and not receiver.fields and not isinstance(receiver.ref, str)
        if owned and chosen and name in queries.NARROW:
            return self.narrowed((), "", name, args, kwargs, expr, frame, True)
        return None

    def mixed(self: Any, source: Value, rows: Value) -> Value:
        """Narrowed from a value that is the caller's in one way and rows of anybody in another: whose they are cannot be told."""
        if source.has(CALLER) and not all(queries.of_caller(selection) for selection in source.selections):
            if rows.origins <= source.origins:
                return source
            for selection in rows.selections:
                if selection not in source.origins:
                    self.bind(selection, frozenset(self.branch), True, selection.path, selection.at)
        return rows

    def raised(self: Any, value: Value) -> Value:
        for selection in value.selections:
            self.proves(selection, frozenset(self.branch))
        return value

    def model_argument(self: Any, args: list[Value], expr: ir.Call, frame: Frame) -> Definition | str | None:
        """The model that the first argument names: `query(Order)`, `select(Order.id)`."""
        if not args or not expr.args or args[0].selections:
            return None
        ref = args[0].ref
        if isinstance(ref, (Definition, str)) and self.knowledge.is_model(ref):
            return ref
        first = expr.args[0]
        if isinstance(first, ir.Seq) and first.items:  # select([orders.c.id, orders.c.total])
            first = first.items[0]
            ref = self.names.resolve(first, frame.scope) if isinstance(first, (ir.Name, ir.Attr)) else None
            if isinstance(ref, Definition) and self.knowledge.is_model(ref):
                return ref
        while isinstance(first, (ir.Attr, ir.Call)) and not (isinstance(first, ir.Call) and not first.args):
            first = first.base if isinstance(first, ir.Attr) else first.args[0]
            found = self.names.resolve(first, frame.scope) if isinstance(first, (ir.Name, ir.Attr)) else None
            if isinstance(found, Definition) and self.knowledge.is_model(found):
                return found
        return None

    def narrowed(
        self: Any, parents: tuple[Selection, ...], model: object, name: str, args: list[Value], kwargs: dict[str, Value], expr: ir.Call,
        frame: Frame, from_caller: bool = False,
    ) -> Value:  # fmt: skip
        if not model and parents:
            model = parents[0].model
        args = [self.tested(arg, model) for arg in args]
        terms = self.terms(args, kwargs)
        joined = name in queries.JOINS or any(isinstance(key, queries.Column) and key.across for key, _ in terms)
        if isinstance(model, Definition) and not joined and not any(part.joined for parent in parents for part in narrowed_from(parent)):
            terms = [term for term in terms if not self.elsewhere(term[0], model)]
        if parents and not terms and not from_caller:
            return Value(frozenset(parents))
        changes = name in queries.CHANGING or any(parent.changes for parent in parents)
        raising = name in queries.RAISING and (name not in ("get", "aget") or self.knowledge.get_raises(model))
        selection = self.select(model, expr, frame, parents, terms=terms, raising=raising, from_caller=from_caller, changes=changes,
                                joined=joined)  # fmt: skip
        if changes:
            for parent in parents:  # one statement: delete(Order).where(...).where(...)
                if parent.changes and (parent.path, parent.at) == (selection.path, selection.at):
                    parent.uses.clear()
            self.use_changed(Value(frozenset({selection})))
        return self.selected(selection)

    def tested(self: Any, value: Value, model: object) -> Value:
        """`Order.get(lambda o: o.id == order_id)`: what the function asks of a row."""
        return self.call_lambda(value.closure, [Value(ref=model)]) if isinstance(value.closure, tuple) and isinstance(model, Definition) else value

    def elsewhere(self: Any, key: str, model: Definition) -> bool:
        """Is a term about a table that stands in the query without a join? Then every row goes with every row of that table."""
        other = key.model if isinstance(key, queries.Column) else None
        if other is None or other is model or not self.knowledge.is_model(other):
            return False
        return other not in self.names.mro(model) and model not in self.names.mro(other)

    def selected(self: Any, selection: Selection) -> Value:
        """The value of a selection: the caller too where it is the caller's own record; an outcome where it holds a client value against them."""
        origins: set[Origin] = {selection}
        if self.is_callers_record(selection):
            self.caller_seen = True
            origins.add(CALLER)
        where = frozenset(self.branch)
        if selection.raising:
            self.proves(selection, where)
        origins.update(Tie(target) for target in self.proven_by(selection))
        origins.update(self.named_by(selection))
        return Value(frozenset(origins), selection.model if isinstance(selection.model, Definition) else None)

    def proves(self: Any, selection: Selection, where: frozenset[tuple[int, bool]]) -> None:
        for target in self.proven_by(selection):
            self.bind(target, where, False, selection.path, selection.at)
        self.links.extend(link for link in self.named_by(selection) if link not in self.links)

    @staticmethod
    def named_by(selection: Selection) -> list[Link]:
        """What it says that this selection is not empty: an id beside other terms names one of its rows, and is tied if they are."""
        chain = narrowed_from(selection)
        if sum(len(element.terms) for element in chain) < 2:
            return []
        named = [client for element in chain for name, client in queries.client_terms(element) if KEY_FIELDS.search(name)]
        return [Link(client, selection) for client in dict.fromkeys(named) if client.name not in ("*", "?")]

    @staticmethod
    def proven_by(selection: Selection) -> list[Any]:
        """What it proves that this selection is not empty: each client value or record in its terms, if another term is the caller."""
        if not queries.of_caller(selection):
            return []
        terms = [*selection.terms, *(term for parent in selection.parents for term in parent.terms)]
        return [
            t
            for _, value in terms
            if not value.has(CALLER)
            for t in (*value.clients, *value.selections)
            if not isinstance(t, Client) or t.name != "*"
        ]

    def is_callers_record(self: Any, selection: Selection) -> bool:
        """A user looked up by what identifies the caller: an id from the token, a session, a secret key they hold."""
        if not selection.terms or not self.knowledge.is_user(selection.model or ""):
            return False
        if any(value.has(CALLER) for _, value in selection.terms) and not any(value.clients for _, value in selection.terms):
            return True
        return any(SECRET_FIELDS.search(name) and any(c.source in ("header", "cookie") for c in value.clients) for name, value in selection.terms)

    @staticmethod
    def terms(args: list[Value], kwargs: dict[str, Value]) -> list[tuple[str, Value]]:
        """(field, value) of what a query is given: keywords, comparisons (their fields), a positional id."""
        out: list[tuple[str, Value]] = []
        if len(args) >= 2 and args[0].const is not None and not args[0].origins and args[0].fields is None:
            return [(args[0].const, args[-1])]
        for value in args:
            if value.fields:
                out.extend(value.fields.items())
            elif value.items and len(value.items) > 1:  # a composite key: get(Member, (project_id, user.id))
                out.extend(("id", item) for item in value.items if item.origins)
            elif value.origins:
                out.append(("id", value))
        for name, value in kwargs.items():
            if name not in ("defaults", "description", "options", "with_for_update") and (value.origins or value.items):
                out.append((name, value.plus(origins_of(value.items)) if value.items else value))
        return out

    def mongo(self: Any, receiver: Value | None, name: str, args: list[Value], expr: ir.Call, frame: Frame) -> Value:
        base = expr.func.base if isinstance(expr.func, ir.Attr) else expr.func
        terms = list((args[0].fields or {}).items()) or self.terms(args[:1], {})
        selection = self.select(stores.model_called(self, stores.label_of(base)), expr, frame, terms=terms)
        if name in queries.CHANGING:
            self.mark(selection)
        return self.selected(selection)

    # ------------------------------------------------------------ everything else
    def unknown(
        self: Any, callee: Value, receiver: Value | None, name: str, args: list[Value], kwargs: dict[str, Value], expr: ir.Call, frame: Frame
    ) -> Value:
        """A call of something outside the project, or that could not be resolved."""
        if (text := sql.built(receiver, name, args, kwargs)) is not None:
            return text
        values = [*args, *kwargs.values()]
        if name in parsers.READERS and receiver is not None and self.frameworked(receiver):
            return Value(frozenset({Client("*", "body", (frame.scope.module.path, expr.at))}))
        if receiver is not None and receiver.has(REQUEST) and receiver.kind is None and callee.origins:
            return callee  # request.get_json(), await request.form()
        if (name == "get" and receiver is not None and args and (receiver.clients or receiver.has(CALLER) or receiver.fields is not None)) or (
            name in _PARTS and args and receiver
        ):
            return self.named_part(receiver, args, expr, frame)
        if name == "update" and receiver is not None and receiver.fields is not None and any(c.name == "*" for v in args for c in v.clients):
            overwritten(receiver, args)
        if name in ("append", "extend", "add", "insert", "appendleft", "update") and isinstance(expr.func, ir.Attr) and args:
            if isinstance(expr.func.base, ir.Name):
                self.appended(expr.func.base.id, args[-1], frame)
            else:
                self.stored(expr.func.base, args[-1], frame)
        if name in WRAPPERS and args:
            called = args[0].ref.rpartition(".")[2] if isinstance(args[0].ref, str) else name
            return args[0] if len(args) == 1 and not kwargs else self.dispatch(args[0], None, called, args[1:], kwargs, expr, frame)
        if name in queries.CREATING and receiver is not None and (model := self.rows_of(receiver)) is not None:
            return self.created_row(model, name, receiver, args, kwargs, expr, frame)
        if name in queries.CHANGING or name in ("delete", "add", "merge", "render", "emit"):
            for value in (*values, *([receiver] if receiver else [])):
                self.use(value)
                if name not in ("render", "emit"):
                    self.use_changed(value)
        origins = origins_of([*values, *([receiver] if receiver is not None else [])])
        rows = receiver is not None and bool(receiver.selections) and not self.knowledge.is_model(receiver.kind) and not receiver.has(CALLER)
        if rows and any(value.has(CALLER) for value in values):
            origins = self.for_caller(receiver, name, origins, expr, frame)
        if MAKES.match(name):  # what is new has an id that nobody chose
            origins = frozenset(o for o in origins if not isinstance(o, Client))
        if isinstance(callee.ref, str) and callee.kind is None and not origins:
            return Value(ref=callee.ref + "()", kind=callee.ref if name[:1].isupper() else callee.ref + "()")
        fields: dict[str, Value] = {k: v for k, v in kwargs.items() if k != "**"}
        for value in args:
            if value.fields and value.receiver is None:
                fields.update(value.fields)
        if name == "or_":
            fields = queries.either(args)
        if callee.ref is None and (receiver is None or not receiver.origins) and not NO_GUARD.match(name):
            self.lost.update(c for value in values for c in value.clients)
        if self.knowledge.names_caller(name) and not any(c.source not in ("header", "cookie") for c in Value(origins).clients):
            self.caller_seen = True
            origins |= {CALLER}
        result = Value(origins, self.made(callee, name), const=args[0].const if len(args) == 1 and not receiver else None, fields=fields or None,
                       items=args[0].items if len(args) == 1 else None)  # fmt: skip
        return self.guarding(result, receiver, name, values, expr, frame)

    def for_caller(self: Any, receiver: Value, name: str, origins: frozenset[Origin], expr: ir.Call, frame: Frame) -> frozenset[Origin]:
        """`Order.objects.mine(user)`, a method of rows that cannot be read: it may keep the caller's only, and that is no proof."""
        if DECORATES.match(name):
            return origins
        rows = self.select(receiver.selections[0].model, expr, frame, tuple(receiver.selections), part=True)
        self.bind(rows, frozenset(self.branch), True, frame.scope.module.path, expr.at)
        return frozenset(o for o in origins if o not in receiver.selections) | {rows}

    def created_row(
        self: Any, model: Any, name: str, receiver: Value, args: list[Value], kwargs: dict[str, Value], expr: ir.Call, frame: Frame
    ) -> Value:
        """`Model.objects.create(owner=user, ...)`: a new row has the fields it was given; one that may be there already is selected by them."""
        fields = {key: value for value in (*args, kwargs.get("defaults", EMPTY)) for key, value in (value.fields or {}).items()}
        fields.update((key, value) for key, value in kwargs.items() if key not in ("defaults", "**"))
        self.made_row(model, {**fields, **({"**": kwargs["**"]} if "**" in kwargs else {})}, expr, frame)
        if name not in queries.FINDING:
            return Value(frozenset(), model if isinstance(model, Definition) else None, fields=fields)
        found = {key: value for key, value in kwargs.items() if key not in ("defaults", "**")}
        return self.narrowed(tuple(receiver.selections), "" if receiver.selections else model, "filter", [], found, expr, frame)

    def rows_of(self: Any, receiver: Value) -> Any:
        """The model whose rows a manager, a class or an `insert(Model)` makes."""
        if isinstance(receiver.ref, Definition) and self.knowledge.is_model(receiver.ref):
            return receiver.ref
        return next((selection.model for selection in receiver.selections if not queries.client_terms(selection)), None)

    @staticmethod
    def frameworked(receiver: Value) -> bool:
        """A parser of a web framework, not one of command lines."""
        return any(isinstance(kind, str) and "RequestParser" in kind for kind in (receiver.kind, receiver.ref))

    @staticmethod
    def made(callee: Value, name: str) -> Any:
        if isinstance(callee.ref, str):
            return callee.ref if (callee.ref.rpartition(".")[2] or name)[:1].isupper() else None
        return None

    def guarding(self: Any, result: Value, receiver: Value | None, name: str, values: list[Value], expr: ir.Call, frame: Frame) -> Value:
        """An unknown call as a guard: by its name, and because it takes the caller and a target."""
        if receiver is not None and receiver.has(CALLER) and ROLE_WORDS.search(name) and not any(v.selections or v.clients for v in values):
            return Value(frozenset(role_marks(name) or {ROLE}))
        if receiver is not None and receiver.has(CALLER) and re.match(r"is_(?:authenticated|anonymous|active)$", name):
            return Value(frozenset({PRESENCE}))
        if not self.knowledge.names_guard(name) or NO_GUARD.match(name):
            return result
        everyone = [*values, *([receiver] if receiver is not None else [])]
        if not any(v.has(CALLER) or v.has(REQUEST) for v in everyone):
            return result
        targets = [target for value in everyone if not value.has(CALLER) for target in value.targets]
        ties = {Tie(target, weak=True) for target in targets}
        if ties and STRONG_GUARD.search(name):
            for tie in ties:
                self.bind(tie.target, frozenset(self.branch), True, frame.scope.module.path, expr.at)
        if not targets and any(v.has(CALLER) for v in everyone):
            return result.plus(role_marks(name) | {ROLE})
        return result.plus(ties)

    def named_part(self: Any, receiver: Value, args: list[Value], expr: ir.Call, frame: Frame) -> Value:
        """`container.get("name", default)`, `self.get_argument("name")`."""
        default = args[1].origins if len(args) > 1 else frozenset()
        if receiver.fields is not None and args[0].const in receiver.fields:
            return receiver.fields[args[0].const].plus(default)
        return self.part(receiver, args[0], expr, frame).plus(default)

    def appended(self: Any, name: str, value: Value, frame: Frame) -> None:
        known = frame.env.get(name, EMPTY)
        fields = {**(known.fields or {}), **(value.fields or {})} or None
        items = (*known.items, value) if known.items is not None and len(known.items) < 40 else None
        frame.env[name] = Value(known.origins | value.origins, known.kind, known.ref, None, fields, None, items)


def row_class(value: Value) -> Ref | None:
    """The class of one of these rows."""
    models = {selection.model for selection in value.selections}
    model = models.pop() if len(models) == 1 else None
    return model if isinstance(model, Definition) else value.kind


def mine(value: Value) -> bool:
    """Does a term name the caller, or rows of theirs?"""
    rows = [selection for selection in value.selections if not selection.admin]
    return value.has(CALLER) or bool(rows and all(queries.of_caller(selection) for selection in rows))


_PARTS = frozenset({"getlist", "getone", "getall", "pop", "setdefault", "__getitem__"})


def overwritten(container: Value, args: list[Value]) -> None:
    """`data.update(request.get_json())`: whatever the container holds, the client may say something else."""
    assert container.fields is not None
    for body in [client for value in args for client in value.clients if client.name == "*"]:
        for name, value in container.fields.items():
            container.fields[name] = Value(value.origins - {CALLER} | {body.part(name)})
