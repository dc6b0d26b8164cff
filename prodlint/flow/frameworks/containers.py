"""What a container of dependencies hands over: `orders: Orders = Provide[Container.orders]`.

Knows: dependency-injector 4.48 (providers.pyx, wiring.py): providers that make an instance of a class, made of other providers, and the marker in
the signature; what a call asks the container of punq, lagom and the like for. Does not know: providers that are overridden when the program starts.
"""

from __future__ import annotations

from typing import Any

from prodlint import ir
from prodlint.flow.frames import Frame
from prodlint.flow.knowledge import last_name
from prodlint.flow.values import EMPTY, Value
from prodlint.names import Definition, Scope

PROVIDERS = "dependency_injector.providers."
MAKERS = frozenset({"Factory", "Singleton", "ThreadSafeSingleton", "ThreadLocalSingleton", "ContextLocalSingleton"})
MARKERS = frozenset({"Provide", "Closing"})
CONTAINERS = frozenset({"punq", "lagom", "injector", "rodi", "svcs", "wireup", "anydi"})
GIVES = frozenset({"resolve", "get"})  # punq 0.7, rodi 2 · injector 0.22, svcs 25, wireup 2
DEEP = 6  # providers that are made of providers


def provided(run: Any, expr: ir.Expr | None, scope: Scope) -> Value | None:
    """What the marker in a signature stands for; None where there is no marker."""
    while isinstance(expr, ir.Sub) and last_name(expr.base) in MARKERS:
        expr = expr.index
        if not isinstance(expr, ir.Sub):
            return made(run, expr, scope, DEEP)
    return None


def made(run: Any, expr: ir.Expr, scope: Scope, depth: int) -> Value:
    """The value of an expression in a container: the instance that a provider makes, where it is one."""
    ref = run.names.resolve(expr, scope) if isinstance(expr, (ir.Name, ir.Attr)) else None
    node = ref.node if isinstance(ref, Definition) and ref.kind == "value" else None
    call = node.value if isinstance(node, ir.Assign) else None
    if depth == 0 or not isinstance(call, ir.Call) or not call.args:
        return EMPTY if depth == 0 else run.eval(expr, Frame(scope, {}, 1))
    inside = run.names.class_scope(ref.owner) if ref.owner is not None else run.names.scope_of(ref)
    maker = run.names.resolve(call.func, inside) if isinstance(call.func, (ir.Name, ir.Attr)) else None
    cls = run.names.resolve(call.args[0], inside) if isinstance(call.args[0], (ir.Name, ir.Attr)) else None
    known = isinstance(maker, str) and maker.startswith(PROVIDERS) and maker.removeprefix(PROVIDERS) in MAKERS
    if not known or not isinstance(cls, Definition) or cls.kind != "class":
        return run.eval(expr, Frame(scope, {}, 1))
    args = [made(run, arg, inside, depth - 1) for arg in call.args[1:]]
    kwargs = {keyword.name: made(run, keyword.value, inside, depth - 1) for keyword in call.kwargs if keyword.name}
    return run.construct(cls, args, kwargs, Frame(inside, {}, 1), call)


def resolved(name: str, receiver: Value | None, args: list[Value]) -> Value | None:
    """`container.resolve(PlaceOrder)`: an instance of the class that a container is asked for; None where this is something else. What it is made of
    is known by the annotations of its fields. `terms.copy()`: a dictionary with the same parts, which may get more of its own."""
    plain = receiver is not None and receiver.fields is not None and receiver.receiver is None and not isinstance(receiver.kind, Definition)
    if name == "copy" and not args and plain:
        return Value(receiver.origins, ref=receiver.ref, fields=dict(receiver.fields))
    kind = receiver.kind if receiver is not None and isinstance(receiver.kind, str) else ""
    asked = args[0].ref if name in GIVES and len(args) == 1 and kind.partition(".")[0] in CONTAINERS else None
    return Value(kind=asked) if isinstance(asked, Definition) and asked.kind == "class" else None
