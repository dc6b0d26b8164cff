"""GraphQL resolvers of ariadne: functions that are bound to the fields of the root types.

Knows: `QueryType()`, `MutationType()`, `SubscriptionType()`, `ObjectType("Query")`, their `field`, `source` and `set_field` (ariadne 0.26
objects.py and subscriptions.py). Does not know: fields of other types, the schema itself, where it is served.
"""

from __future__ import annotations

from prodlint import ir
from prodlint.models import Models
from prodlint.names import Definition, Names, Scope
from prodlint.routing.table import Before, Endpoint, Table
from prodlint.routing.values import UNKNOWN, argument, text
from prodlint.routing.walking import bodies, expressions, imported

ROOTS = {"QueryType": "QUERY", "MutationType": "MUTATION", "SubscriptionType": "SUBSCRIPTION"}
NAMED = {"Query": "QUERY", "Mutation": "MUTATION", "Subscription": "SUBSCRIPTION"}


def find(names: Names, models: Models, table: Table) -> None:
    if "ariadne" in imported(names):
        Bound(names, table).run()


class Bound:
    """The resolvers of one project."""

    def __init__(self, names: Names, table: Table) -> None:
        self.names, self.table = names, table

    def run(self) -> None:
        for definition in self.names.functions():
            scope = self.names.scope_of(definition)
            for decorator in definition.node.decorators:  # type: ignore[attr-defined]
                if isinstance(decorator, ir.Call):
                    self.bound(decorator, definition, scope, ("field", "source"))
        for scope, body in bodies(self.names, "set_field"):
            for expr in expressions(body):
                given = argument(expr, [1, "resolver"]) if isinstance(expr, ir.Call) else None
                if isinstance(expr, ir.Call) and isinstance(given, (ir.Name, ir.Attr)):
                    handler = self.names.resolve(given, scope)
                    if isinstance(handler, Definition) and handler.kind == "function":
                        self.bound(expr, handler, scope, ("set_field",))

    def bound(self, call: ir.Call, handler: Definition, scope: Scope, methods: tuple[str, ...]) -> None:
        func = call.func
        operation = self.operation(func.base, scope) if isinstance(func, ir.Attr) and func.name in methods else ""
        if not operation:
            return
        field = text(self.names, argument(call, [0, "name"]), scope) or UNKNOWN
        where = self.names.scope_of(handler)
        before = tuple(Before("decorator", d, where) for d in handler.node.decorators if d is not call)  # type: ignore[attr-defined]
        self.table.endpoints.append(
            Endpoint("ariadne", (operation,), f"/graphql#{field}", handler, None, handler.dotted, handler.module.path, ir.line_of(handler.at),
                     before=before)
        )  # fmt: skip

    def operation(self, expr: ir.Expr, scope: Scope) -> str:
        """The operation whose root type an object stands for; "" where it is another type, or none."""
        ref = self.names.resolve(expr, scope) if isinstance(expr, (ir.Name, ir.Attr)) else None
        made = ref.node.value if isinstance(ref, Definition) and ref.kind == "value" and isinstance(ref.node, ir.Assign) else None
        if not isinstance(made, ir.Call) or not isinstance(ref, Definition):
            return ""
        inner = self.names.scope_of(ref)
        kind = self.names.resolve(made.func, inner)
        if not isinstance(kind, str) or kind.partition(".")[0] != "ariadne":
            return ""
        last = kind.rpartition(".")[2]
        return ROOTS.get(last) or NAMED.get(text(self.names, argument(made, [0, "name"]), inner) or "", "")
