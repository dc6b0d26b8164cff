"""Runs calls on abstract values: by what the callee is, builtins, and what lies outside the project.

Knows: how arguments are made and which callee takes them. Does not know: how the project's own functions run (`functions.py`), which calls select
data (`selecting.py`), Python's own functions (`builtins.py`), what a name alone says (`habits.py`), who calls (`principals.py`), the framework's own
base classes (`bases.py`), statements. What lies outside the project passes its arguments' origins on.
"""

from __future__ import annotations

from typing import Any

import msgspec

from prodlint import ir
from prodlint.flow.callers import open_paths, passwords, permissions
from prodlint.flow.callers.principals import Principals, reads_token
from prodlint.flow.callers.shared_secrets import brings_secret, holds_secret, known_by_secret
from prodlint.flow.frames import Frame
from prodlint.flow.frameworks import bases, bodies, forms, serializers
from prodlint.flow.interpret import cached, deferred, folding, function_tables, handing
from prodlint.flow.interpret.builtins import Builtins
from prodlint.flow.interpret.calling import Calling
from prodlint.flow.interpret.functions import Functions
from prodlint.flow.interpret.habits import Habits
from prodlint.flow.interpret.outside import Outside
from prodlint.flow.knowledge import USER_MODEL, last_name, scope_marks
from prodlint.flow.lookups import memory, narrowing, queries, stores
from prodlint.flow.lookups.selecting import Selecting
from prodlint.flow.proofs import comparisons
from prodlint.flow.values import ADMIN, CALLER, EMPTY, FALSE, ROLE, TRUE, Tie, Value, origins_of, union
from prodlint.names import Definition, is_super

DEPENDENCIES = frozenset({"fastapi.Depends", "fastapi.Security", "fastapi.params.Depends", "fastapi.params.Security"})
CASTS = frozenset({"typing.cast", "typing_extensions.cast"})


class Calls(Functions, Selecting, Habits, Principals, Builtins, Outside):
    """The other half of `interpreter.Run`."""

    def call(self: Any, expr: ir.Call, frame: Frame) -> Value:
        func = expr.func
        receiver: Value | None = None
        if isinstance(func, ir.Attr):
            if is_super(func.base):
                args, kwargs = self.arguments(expr, frame)
                return self.super_call(func.name, args, kwargs, frame, expr)
            receiver = self.eval(func.base, frame)
            callee = self.attr(receiver, func.name, func, frame)
        elif several := function_tables.meant(self, func, frame):
            return function_tables.call(self, several, *self.arguments(expr, frame), expr, frame)
        else:
            callee = self.eval(func, frame)
        args, kwargs = self.arguments(expr, frame)
        name = "" if isinstance(func, ir.Call) else last_name(func)  # what `login_required(view)(request)` is called says nothing of this call
        if isinstance(func, ir.Name) and isinstance(callee.ref, str):
            name = callee.ref.rpartition(".")[2] or name  # from sqlalchemy import delete as remove
        if self.kept_here and memory.WRITES.search(name):
            for value in (*args, *kwargs.values()):
                memory.rewritten(self, value)
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
        self.token_read = self.token_read or reads_token(name, args, kwargs)
        passwords.note(self, name, receiver, args, kwargs, expr)
        call = Calling(callee, receiver, name, args, kwargs, expr, frame)
        for stage in (self.known_thing, self.of_project, self.of_terms, self.of_library, self.of_object):
            if (known := stage(call)) is not None:
                return known
        return self.unknown(call)

    def known_thing(self: Any, call: Calling) -> Value | None:
        """A model, a file, a path, a variable of the context, an object that can be called."""
        callee, receiver, name, args, ref = call.callee, call.receiver, call.name, call.args, call.callee.ref
        if ref == USER_MODEL:
            return self.static(self.knowledge.django_user)
        if (model := self.model_called(call.expr)) is not None:
            return Value(ref=model)
        if (file := memory.opened(name, ref, receiver, args)) is not None:
            return file
        if receiver is not None and receiver.ref == folding.PATH and (known := folding.begins(name, receiver, args)) is not None:
            return known
        if not self.began and (known := open_paths.answer(self, ref, receiver, name, args)) is not None:
            return known
        if receiver is not None and isinstance(receiver.ref, Definition) and receiver.kind == "contextvars.ContextVar" and name in ("set", "get"):
            return self.context(receiver.ref, name, args)
        if name in self.knowledge.own_guards:  # the configuration says that it refuses
            for target in (each for value in call.everything for each in value.targets if not value.has(CALLER)):
                self.bind(target, frozenset(self.branch), False, call.frame.scope.module.path, call.expr.at)
        if (ref is None or (isinstance(ref, Definition) and ref.kind == "value")) and receiver is None and isinstance(callee.kind, Definition):
            method = self.names.class_member(callee.kind, "__call__")
            if isinstance(method, Definition):
                return self.call_function(method, [callee, *args], call.kwargs, call.frame, call.expr)
        return None

    def of_project(self: Any, call: Calling) -> Value | None:
        """A function, class or lambda of the project, and what wrappers hand on to the handler."""
        callee, receiver, args, kwargs, expr, frame, ref = call.callee, call.receiver, call.args, call.kwargs, call.expr, call.frame, call.callee.ref
        if (named := handing.by_name(self, receiver, call.name, ref, args, kwargs)) is not None:
            return named
        if handing.wrapped(self, ref):
            handing.hand(self, args, kwargs, frame, for_good=expr is frame.leaving and not self.tried)
            return EMPTY
        if isinstance(ref, Definition) and ref.kind == "function":
            bound = callee.receiver if callee.receiver is not None else receiver if self.is_method(ref, receiver) else None
            given = ([bound] if bound is not None else []) + args
            speaks = expr is self.answering
            return cached.called(self, ref, given, kwargs, lambda: self.call_function(ref, given, kwargs, frame, expr, callee.closure, speaks=speaks))
        if isinstance(ref, Definition) and ref.kind == "class" and "data" in kwargs and serializers.is_serializer(self, ref):
            return serializers.instance(self, ref, kwargs, args, frame, expr)
        if isinstance(ref, Definition) and ref.kind == "class":
            return forms.filled(self, ref, self.construct(ref, args, kwargs, frame, expr), args, kwargs)
        return self.call_lambda(callee.closure, args) if isinstance(callee.closure, tuple) else None

    def of_terms(self: Any, call: Calling) -> Value | None:
        """Permissions, sets, and what a column is tested for."""
        name, args, func = call.name, call.args, call.expr.func
        if permissions.called(call.callee, call.expr, call.frame):
            return call.callee
        if name in comparisons.SETS and call.receiver is not None and args:
            return self.of_sets(name, call.receiver, args[0])
        if name in queries.COLUMN_TESTS and isinstance(func, ir.Attr):
            column = self.column(func.base, call.frame)
            if column is not None:
                inner = [v for arg in args for v in (arg.fields or {}).values()] + [*call.kwargs.values()] if name in ("any", "has") else []
                key = queries.Column(self.column_name(func.base, call.frame), column if column.kind == "class" else None, many=name in queries.ANY_OF)
                return Value(origins_of(args), fields={key: narrowing.tested(name, key, union(inner or args[:2]))})
        tested = name in queries.NOT_TESTS and isinstance(func, ir.Attr) and self.column(func.base, call.frame) is not None
        return EMPTY if tested or (name == "not_" and args and args[0].fields) else None  # everybody else's

    def of_library(self: Any, call: Calling) -> Value | None:
        """What is known by its full name outside the project."""
        args, kwargs, expr, frame, ref = call.args, call.kwargs, call.expr, call.frame, call.callee.ref
        if not isinstance(ref, str):
            return None
        if ref in self.knowledge.guards and len(args) == 1 and isinstance(args[0].closure, Frame) and isinstance(args[0].ref, Definition):
            return Value(kind=ref, ref=args[0].ref, closure=args[0].closure)  # `return login_required(wrapper)`
        if (kept := memory.loaded(self, ref, args, expr, frame)) is not None:
            return kept
        if ref in self.knowledge.principal_calls:
            return self.principal(ref, args, kwargs, frame, expr)
        shown = self.shown_elsewhere(ref, args, kwargs, frame, expr)
        if shown is not None:
            return shown
        if ref in CASTS and len(args) == 2:
            return args[1] if args[1].kind is not None or not isinstance(args[0].ref, Definition) else args[1].of(args[0].ref)
        if ref in DEPENDENCIES and (args or "dependency" in kwargs):
            return kwargs["dependency"] if "dependency" in kwargs else args[0]
        if ref in self.knowledge.scope_calls:  # asks for scopes of the caller
            return Value(scope_marks([word for value in call.values for word in comparisons.words(value)]))
        if ref in self.knowledge.signed:
            return self.signed(frame, expr)
        if ref in self.knowledge.compares and (compared := self.secrets_compared(call)) is not None:
            return compared
        if ref in ("inspect.isclass", "inspect.isfunction") and args and isinstance(args[0].ref, Definition) and not args[0].origins:
            return TRUE if args[0].ref.kind == ref.removeprefix("inspect.is") else FALSE
        if ref.startswith("builtins.") and "." not in ref[9:]:  # a method of a dict says no more than that of any object
            return self.builtin(msgspec.structs.replace(call, name=ref[9:]))
        return None

    def secrets_compared(self: Any, call: Calling) -> Value | None:
        """`hmac.compare_digest(sent, kept)`: who knows a secret of the app is a machine, who knows that of a row may have it."""
        args, given = call.args, call.expr.args
        if len(args) > 1 and any(holds_secret(each, EMPTY, call.expr) for each in args) and not all(map(brings_secret, args[:2])):
            self.machine = True
            return Value(frozenset({ROLE, ADMIN}))
        rows = known_by_secret(*args[:2], *given[:2], call.frame) if len(given) > 1 else ()
        return Value(frozenset(Tie(row, weak=True) for row in rows)) if rows else None

    def of_object(self: Any, call: Calling) -> Value | None:
        """A method of something that is known: a serializer, a form, the view itself, a body, a policy, a query."""
        receiver, name, args, kwargs, expr, frame = call.receiver, call.name, call.args, call.kwargs, call.expr, call.frame
        if name == "save" and receiver is not None and receiver.fields and "validated_data" in receiver.fields:
            return serializers.save(self, receiver, kwargs, frame, expr)
        if name == "save" and receiver is not None and (row := forms.saved(self, receiver, frame, expr)) is not None:
            return row
        if frame.me is not None and receiver is frame.me and (known := bases.method(self, name, args, kwargs, expr, frame)) is not None:
            return known
        if receiver is not None and (read := bodies.read(self, name, receiver, args, kwargs, frame, expr)) is not None:
            return read
        if deferred.run(self, receiver, name, args, kwargs, expr, frame):
            return EMPTY
        known = self.policy(receiver, name, frame, expr) or stores.condition(self, receiver, call.callee, name, args, expr)
        return known if known is not None else self.selecting(receiver, name, args, kwargs, expr, frame)

    @staticmethod
    def is_method(ref: Definition, receiver: Value | None) -> bool:
        decorators = {last_name(d) for d in ref.node.decorators}  # type: ignore[attr-defined]
        if receiver is None or ref.owner is None or ref.owner.kind != "class" or "staticmethod" in decorators:
            return False
        return "classmethod" in decorators or not (isinstance(receiver.ref, Definition) and receiver.ref.kind == "class")
