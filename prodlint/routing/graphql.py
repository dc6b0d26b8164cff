"""GraphQL resolvers: the fields of the root types that a schema is made of, as strawberry and graphene declare them.

Knows: `Schema(query=..., mutation=..., subscription=...)`, decorated methods, `resolve_x`, `Mutation.Field()` (models/graphql.yaml), what the one
router that FastAPI serves them by depends on. Does not know: fields of other types, under which path the schema is served. A field is listed as
`/graphql#name`, the name as clients write it.
"""

from __future__ import annotations

from typing import Any

from prodlint import ir
from prodlint.models import Models
from prodlint.names import Definition, Names, Scope, statements
from prodlint.routing.table import Before, Endpoint, Table
from prodlint.routing.values import argument, follow, items
from prodlint.routing.walking import bodies, expressions, imported, last_name

ROOTS = {"query": "QUERY", "mutation": "MUTATION", "subscription": "SUBSCRIPTION"}
MAKERS = ("Schema", "build_schema")
OF_PACKAGES = "strawberry_django.permissions."
ROUTER = "strawberry.fastapi.GraphQLRouter"
# where strawberry-graphql 0.285 keeps what serves a schema beside that
SERVERS = tuple(f"strawberry.{each}." for each in ("asgi", "flask", "django", "aiohttp", "sanic", "quart", "litestar", "channels", "chalice"))


def find(names: Names, models: Models, table: Table) -> None:
    how = models["graphql"]
    if not imported(names).isdisjoint(how.get("imports", ())):
        Schemas(names, how, table).run()


class Schemas:
    """The schemas of one project."""

    def __init__(self, names: Names, how: dict[str, Any], table: Table) -> None:
        self.names, self.table = names, table
        self.schemas, self.fields, self.mutate = set(how["schemas"]), set(how["fields"]), how["mutate"]

        self.heirs = [cls.name for cls in names.classes() if cls.name.endswith(MAKERS) and names.is_a(cls, *self.schemas)]

    def run(self) -> None:
        self.around = self._served_by()
        found = False
        for scope, body in bodies(self.names, *MAKERS, *self.heirs):
            for expr in expressions(body):
                if isinstance(expr, ir.Call) and self._makes_schema(expr.func, scope):
                    for root, operation in ROOTS.items():
                        for ref in self._classes(argument(expr, [tuple(ROOTS).index(root), root]), scope):
                            found = True
                            self.root(ref, operation)
        for cls in self.names.classes() if not found else ():  # no schema in sight: root types by their usual names
            if cls.name.lower() in ROOTS and self._is_type(cls):
                self.root(cls, ROOTS[cls.name.lower()])

    def _served_by(self) -> tuple[Before, ...]:
        """`GraphQLRouter(schema, context_getter=get_context, dependencies=[Depends(member)])`: what is run before every field. Where there are
        several, or schemas, or something else that serves them, nobody here knows which field is served by which. Source: strawberry-graphql 0.285
        fastapi/router.py."""
        calls = [
            (call, scope)
            for scope, body in bodies(self.names, "GraphQLRouter")
            for call in expressions(body)
            if isinstance(call, ir.Call) and last_name(call.func) == "GraphQLRouter" and self._outside(call.func, scope) == ROUTER
        ]
        if len(calls) != 1 or self._made_schemas() != 1 or self._served_otherwise():
            return ()
        [(call, scope)] = calls
        getter = argument(call, "context_getter")
        if getter is not None and not isinstance(self.names.resolve(getter, scope) if isinstance(getter, (ir.Name, ir.Attr)) else None, Definition):
            return ()  # a parameter, a lambda
        # the getter's own parameters are dependencies, so it is run as if it stood in `Depends(get_context)`
        listed = [(ir.Call(ir.Name("Depends", call.at), (getter,), (), call.at, call.end), scope)] if getter is not None else []
        listed += items(self.names, argument(call, "dependencies"), scope) or ()
        return tuple(Before("dependency", each, where) for each, where in listed)

    def _made_schemas(self) -> int:
        found = ((expr, scope) for scope, body in bodies(self.names, *MAKERS, *self.heirs) for expr in expressions(body))
        return sum(isinstance(expr, ir.Call) and self._makes_schema(expr.func, scope) for expr, scope in found)

    def _served_otherwise(self) -> bool:
        """Is there an import of another server of strawberry's, or of this router under another name, or a class made of it?"""
        every = (statement for module in self.names.modules.values() for statement in statements(module.body))
        bindings = [binding for statement in every if isinstance(statement, ir.Import) for binding in statement.bindings if not binding.level]
        renamed = any(each.target == "strawberry.fastapi" or (each.target == ROUTER and each.name != "GraphQLRouter") for each in bindings)
        others = any(f"{each.target}.".startswith(SERVERS) for each in bindings)
        return renamed or others or any(ROUTER in self.names.mro(cls) for cls in self.names.classes())

    def _makes_schema(self, func: ir.Expr, scope: Scope) -> bool:
        """`Schema(...)`, or a class of the project that descends from it."""
        ref = self.names.resolve(func, scope) if last_name(func).endswith(MAKERS) else None
        return ref in self.schemas or (isinstance(ref, Definition) and ref.kind == "class" and self.names.is_a(ref, *self.schemas))

    def _class(self, expr: ir.Expr | None, scope: Scope) -> Definition | None:
        """A class by its name."""
        ref = self.names.resolve(expr, scope) if isinstance(expr, (ir.Name, ir.Attr)) else None
        return ref if isinstance(ref, Definition) and ref.kind == "class" else None

    def _classes(self, expr: ir.Expr | None, scope: Scope) -> list[Definition]:
        """A root type: a class, or those that `merge_types("Query", (Orders, Users))` makes one of."""
        followed = follow(self.names, expr, scope) if expr is not None else None
        made, where = followed if followed is not None and isinstance(followed[0], ir.Call) else (expr, scope)
        if isinstance(made, ir.Call) and last_name(made.func) == "merge_types":
            parts = items(self.names, argument(made, [1, "types"]), where) or ()
            return [ref for part, place in parts if (ref := self._class(part, place)) is not None]
        ref = self._class(expr, scope)
        return [ref] if ref is not None else []

    def _is_type(self, cls: Definition) -> bool:
        scope = self.names.class_scope(cls)
        decorated = any((self._outside(d.func if isinstance(d, ir.Call) else d, scope) or "").startswith("strawberry") for d in cls.node.decorators)  # type: ignore[attr-defined]
        return decorated or any(isinstance(a, str) and a.startswith("graphene") for a in self.names.mro(cls))

    def _outside(self, expr: ir.Expr, scope: Scope) -> str | None:
        ref = self.names.resolve(expr, scope)
        return ref if isinstance(ref, str) else None

    # ------------------------------------------------------------ fields
    def root(self, cls: Definition, operation: str) -> None:
        """Every field of a root type, its own and inherited ones."""
        seen: set[str] = set()
        for ancestor in self.names.mro(cls):
            if not isinstance(ancestor, Definition):
                continue
            for name, member in self.names.members(ancestor).items():
                if name in seen:
                    continue
                seen.add(name)
                if member.kind == "function":
                    self._method(member, cls, operation)
                elif member.kind == "value" and isinstance(member.node, ir.Assign) and isinstance(member.node.value, ir.Call):
                    self._value(name, member, member.node.value, cls, operation)

    def _method(self, member: Definition, cls: Definition, operation: str) -> None:
        scope = self.names.class_scope(member.owner or cls)
        decorators = member.node.decorators  # type: ignore[attr-defined]
        before: tuple[Before, ...] = ()
        made = False
        for decorator in decorators:
            call = decorator if isinstance(decorator, ir.Call) else None
            if self._outside(call.func if call is not None else decorator, scope) in self.fields:
                made = True
                before += self._permissions(call, scope)
            else:
                before += (Before("decorator", decorator, scope),)
        graphene = member.name.startswith("resolve_") and any(isinstance(a, str) and a.startswith("graphene") for a in self.names.mro(cls))
        if made or graphene:
            self._add("graphene" if graphene else "strawberry", member.name.removeprefix("resolve_"), member, cls, operation, before)

    def _value(self, name: str, member: Definition, call: ir.Call, cls: Definition, operation: str) -> None:
        """`orders: list[Order] = strawberry.field(resolver=all_orders)`, `create_order = CreateOrder.Field()`."""
        scope = self.names.class_scope(member.owner or cls)
        if self._outside(call.func, scope) in self.fields:
            given = argument(call, [0, "resolver"])
            handler = self.names.resolve(given, scope) if isinstance(given, (ir.Name, ir.Attr)) else None
            if isinstance(handler, Definition) and handler.kind == "function":
                inner = self.names.scope_of(handler)
                own = tuple(Before("decorator", d, inner) for d in handler.node.decorators)  # type: ignore[attr-defined]
                self._add("strawberry", name, handler, None, operation, own + self._permissions(call, scope))
            return
        mutation = self._class(call.func.base, scope) if isinstance(call.func, ir.Attr) and call.func.name == "Field" else None
        if mutation is None:
            return
        order = self.names.mro(mutation)
        methods = [m for n in self.mutate if isinstance(m := self.names.class_member(mutation, n), Definition) and m.kind == "function"]
        runs = min(methods, key=lambda m: order.index(m.owner) if m.owner in order else len(order), default=None)  # the nearest class's own
        own = tuple(Before("decorator", d, self.names.scope_of(runs)) for d in runs.node.decorators) if runs is not None else ()  # type: ignore[attr-defined]
        self._add("graphene", name, runs, mutation, operation, own)

    def _permissions(self, call: ir.Call | None, scope: Scope) -> tuple[Before, ...]:
        if call is None:
            return ()
        listed = list(items(self.names, argument(call, "permission_classes"), scope) or ())
        for extension, where in items(self.names, argument(call, "extensions"), scope) or ():
            if isinstance(extension, ir.Call) and last_name(extension.func) == "PermissionExtension":
                listed += items(self.names, argument(extension, [0, "permissions"]), where) or ()
            elif isinstance(extension, ir.Call) and self._may_refuse(
                extension.func, where
            ):  # `extensions=[IsAuthenticated()]` of strawberry_django, or one of the project's own
                listed.append((extension, where))
        return tuple(Before("permission", item, where) for item, where in listed)

    def _may_refuse(self, made: ir.Expr, scope: Scope) -> bool:
        """An extension of the project's, or one of the permissions of strawberry_django: `HasPerm("shop.view_order")`."""
        ref = self.names.resolve(made, scope)
        return isinstance(ref, Definition) or (isinstance(ref, str) and ref.startswith(OF_PACKAGES))

    def _add(self, framework: str, name: str, handler: Definition | None, cls: Definition | None, operation: str, before: tuple[Before, ...]) -> None:
        at = handler if handler is not None else cls
        assert at is not None
        dotted = handler.dotted if handler is not None else at.dotted
        if cls is not None and handler is not None and handler.owner is not cls and handler.owner is not None:
            dotted = f"{cls.dotted}.{handler.name}"  # inherited
        self.table.endpoints.append(
            Endpoint(
                framework,
                (operation,),
                f"/graphql#{_camel(name)}",
                handler,
                cls,
                dotted,
                at.module.path,
                ir.line_of(at.at),
                before=self.around + before,
            )
        )


def _camel(name: str) -> str:
    """As both libraries show names to clients: create_order -> createOrder."""
    first, *rest = name.split("_")
    return first + "".join(part.capitalize() for part in rest)
