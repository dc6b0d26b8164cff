"""GraphQL resolvers as routes: strawberry and graphene."""

from tests.routing.tables import logins, routes, untold

STRAWBERRY = """
import strawberry
from strawberry.permission import BasePermission
class IsAuthenticated(BasePermission):
    def has_permission(self, source, info, **kwargs): return bool(info.context.user)
def all_orders() -> list[int]: ...
@strawberry.type
class Orders:
    @strawberry.field
    def last_order(self, info) -> int: ...
@strawberry.type
class Query(Orders):
    orders: list[int] = strawberry.field(resolver=all_orders)
    @strawberry.field(permission_classes=[IsAuthenticated])
    def order(self, info, order_id: int) -> int: ...
    def helper(self): ...
@strawberry.type
class Mutation:
    @strawberry.mutation
    def create_order(self, name: str) -> int: ...
schema = strawberry.Schema(query=Query, mutation=Mutation)
"""

GRAPHENE = """
import graphene
from graphql_jwt.decorators import login_required
class CreateOrder(graphene.Mutation):
    ok = graphene.Boolean()
    @login_required
    def mutate(root, info, name): ...
class Query(graphene.ObjectType):
    orders = graphene.List(graphene.Int)
    @login_required
    def resolve_orders(root, info): ...
    def resolve_health(root, info): ...
class Mutation(graphene.ObjectType):
    create_order = CreateOrder.Field()
schema = graphene.Schema(query=Query, mutation=Mutation)
"""


def test_strawberry():
    assert routes(STRAWBERRY) == [
        "MUTATION /graphql#createOrder app.Mutation.create_order",
        "QUERY /graphql#lastOrder app.Query.last_order",
        "QUERY /graphql#order app.Query.order",
        "QUERY /graphql#orders app.all_orders",
    ]
    assert logins(STRAWBERRY) == {
        "MUTATION /graphql#createOrder": "none",
        "QUERY /graphql#lastOrder": "none",
        "QUERY /graphql#order": "required",
        "QUERY /graphql#orders": "none",
    }


def test_graphene():
    assert routes(GRAPHENE) == [
        "MUTATION /graphql#createOrder app.CreateOrder.mutate",
        "QUERY /graphql#health app.Query.resolve_health",
        "QUERY /graphql#orders app.Query.resolve_orders",
    ]
    assert logins(GRAPHENE) == {
        "MUTATION /graphql#createOrder": "required",
        "QUERY /graphql#health": "none",
        "QUERY /graphql#orders": "required",
    }


ARIADNE = """
    from ariadne import MutationType, ObjectType, QueryType

    query = QueryType()
    mutation = MutationType()
    root = ObjectType("Query")
    order = ObjectType("Order")

    @query.field("order")
    def resolve_order(_, info, id):
        return Order.objects.get(id=id)

    @root.field("orders")
    def resolve_orders(_, info): ...

    @order.field("total")
    def resolve_total(order, info): ...

    def remove(_, info, id): ...

    mutation.set_field("removeOrder", remove)
"""


def test_ariadne_binds_resolvers_to_the_root_types():
    assert routes(ARIADNE) == [
        "MUTATION /graphql#removeOrder app.remove",
        "QUERY /graphql#order app.resolve_order",
        "QUERY /graphql#orders app.resolve_orders",
    ]


def test_strawberry_types_that_are_merged_into_a_root():
    text = """
        import strawberry
        from strawberry.tools import merge_types

        @strawberry.type
        class Orders:
            @strawberry.field
            def order(self, id: int) -> int: ...
        @strawberry.type
        class Users:
            @strawberry.field
            def user(self, id: int) -> int: ...
        @strawberry.type
        class Changes:
            @strawberry.mutation
            def remove(self, id: int) -> int: ...
        PARTS = (Orders, Users)
        Query = merge_types("Query", PARTS)
        schema = strawberry.Schema(query=Query, mutation=merge_types("Mutation", (Changes,)))
        """
    assert routes(text) == [
        "MUTATION /graphql#remove app.Changes.remove",
        "QUERY /graphql#order app.Orders.order",
        "QUERY /graphql#user app.Users.user",
    ]


PERMISSIONS = """
import jwt, strawberry
from fastapi import FastAPI
from strawberry import BasePermission
from strawberry.fastapi import GraphQLRouter
from strawberry.permission import PermissionExtension
class SignedIn(BasePermission):
    def has_permission(self, source, info, **kwargs) -> bool:
        if "Authorization" not in info.context["request"].headers:
            return False
        try:
            info.context["payload"] = jwt.decode(info.context["request"].headers["Authorization"], KEY, algorithms=["HS256"])
            return True
        except jwt.PyJWTError:
            return False
class Anybody(BasePermission):
    def has_permission(self, source, info, **kwargs) -> bool:
        return True
class Member(BasePermission):
    def has_permission(self, source, info, **kwargs) -> bool:
        return info.context["request"].user.is_authenticated
class Polite(BasePermission):
    def has_permission(self, source, info, **kwargs) -> bool:
        return info.context["request"].headers.get("X-Please") == "1"
@strawberry.type
class Query:
    @strawberry.field(permission_classes=[SignedIn])
    def signed(self, info) -> int: ...
    @strawberry.field(permission_classes=[Anybody])
    def anybody(self, info) -> int: ...
    @strawberry.field(extensions=[PermissionExtension(permissions=[Member()])])
    def member(self, info) -> int: ...
    @strawberry.field(permission_classes=[Polite])
    def polite(self, info) -> int: ...
class Schema(strawberry.Schema):
    def get_extensions(self): ...
class Other:
    def get_extensions(self): ...
@strawberry.type
class Mutation:
    @strawberry.mutation
    def ignored(self) -> int: ...
app = FastAPI()
app.include_router(GraphQLRouter(Schema(query=Query)), prefix="/graphql")
"""


def test_permissions_of_strawberry_are_told_by_what_they_ask():
    asked = logins(PERMISSIONS)
    assert asked.pop("QUERY /graphql#polite") != "required"
    assert asked == {"QUERY /graphql#signed": "required", "QUERY /graphql#anybody": "none", "QUERY /graphql#member": "required"}


def test_an_app_that_only_carries_a_schema_has_its_routes():
    assert untold(PERMISSIONS) == []


def test_a_schema_by_a_class_of_the_project_has_the_types_that_it_is_given_and_no_others():
    text = GRAPHENE.replace(
        "schema = graphene.Schema(", "class Atomic(graphene.Schema): ...\nclass AtomicSchema(Atomic): ...\nschema = AtomicSchema("
    )
    assert routes(text) == routes(GRAPHENE)
    assert [route for route in routes(PERMISSIONS) if "ignored" in route] == []
