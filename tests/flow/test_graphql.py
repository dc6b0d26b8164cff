"""GraphQL: who asks, as a permission of strawberry puts it into the context; what a mutation of graphene takes."""

from __future__ import annotations

import pytest

from tests.flow.apps import by_name, ids, project

APP = """
import jwt
import strawberry
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from strawberry import BasePermission


class Base(DeclarativeBase):
    pass


class Note(Base):
    __tablename__ = "notes"
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int]
    text: Mapped[str]


class SignedIn(BasePermission):
    def has_permission(self, source, info, **kwargs) -> bool:
        if "Authorization" not in info.context["request"].headers:
            return False
        try:
            payload = jwt.decode(info.context["request"].headers["Authorization"], KEY, algorithms=["HS256"])
            info.context["payload"] = payload
            return True
        except jwt.PyJWTError:
            return False


@strawberry.type
class Query:
    @strawberry.field(permission_classes=[SignedIn])
    def mine(self, info, id: int) -> str:
        db: Session = info.context["db"]
        return db.query(Note).filter(Note.id == id, Note.user_id == info.context["payload"]["sub"]).first().text

    @strawberry.field(permission_classes=[SignedIn])
    def anybodys(self, info, id: int) -> str:
        db: Session = info.context["db"]
        return db.query(Note).filter(Note.id == id).first().text


schema = strawberry.Schema(query=Query)
"""


def test_what_a_permission_put_into_the_context_is_the_caller() -> None:
    handlers = by_name(project({"app.py": APP}))
    assert ids(handlers["mine"])["id"] == "owned"
    assert ids(handlers["anybodys"])["id"] == "missing"


GRAPHENE = {
    "shop/__init__.py": "",
    "shop/models.py": """
from django.conf import settings
from django.db import models


class Note(models.Model):
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    text = models.TextField()
""",
    "shop/schema.py": """
import graphene
from django.conf import settings
from graphql_jwt.decorators import login_required

from shop.models import Note


class Write(graphene.Mutation):
    ok = graphene.Boolean()

    @classmethod
    @login_required
    def mutate(cls, root, info, **kwargs):
        pk = kwargs.pop("id", None)
        note = Note.objects.get(pk=pk) if pk else Note(owner=info.context.user)
        note.text = kwargs["text"]
        note.save()
        return cls(ok=True)


class Shared(graphene.InputObjectType):
    id = graphene.ID()


class AddNote(Write):
    class Arguments:
        text = graphene.String()


class ChangeNote(Write):
    class Arguments:
        id = graphene.ID(required=True)
        text = graphene.String()


class ShareNote(Write):
    class Arguments(Shared):
        text = graphene.String()


class MayChangeNote(Write):
    class Arguments:
        id = graphene.ID(required=True)
        text = graphene.String()

    @classmethod
    @login_required
    def mutate(cls, root, info, **kwargs):
        if not settings.{switch}:
            return super().mutate(root, info, **kwargs)
        if Note.objects.get(pk=kwargs["id"]).owner != info.context.user:
            raise PermissionError("not yours")
        return super().mutate(root, info, **kwargs)


class Mutation(graphene.ObjectType):
    add_note = AddNote.Field()
    change_note = ChangeNote.Field()
    share_note = ShareNote.Field()
    may_change_note = MayChangeNote.Field()


schema = graphene.Schema(mutation=Mutation)
""",
}


def graphene(switch: str = 'FLAGS["CHECK_PERMISSIONS"]') -> dict[str, dict[str, str]]:
    files = {path: text.replace("{switch}", switch) for path, text in GRAPHENE.items()}
    return {handler.route.path.partition("#")[2]: ids(handler) for handler in project(files).handlers()}


def test_a_mutation_takes_what_its_arguments_name() -> None:
    found = graphene()
    assert "id" not in found["addNote"]  # the schema lets nobody send one
    assert found["changeNote"]["id"] == "missing"
    assert found["shareNote"]["id"] == "missing"  # of arguments that stand elsewhere too, nobody knows all


@pytest.mark.parametrize(
    ("switch", "word"),
    [
        ('FLAGS["CHECK_PERMISSIONS"]', "unknown"),  # whoever runs it switches it on
        ("ENFORCE_OWNERSHIP", "unknown"),
        ("AUTH_ENABLED", "unknown"),
        ('FLAGS["DARK_MODE"]', "missing"),
        ("SEND_MAIL", "missing"),
        ("USE_GOOGLE_LOGIN", "missing"),  # how they come
        ("ENABLE_GUEST_ACCESS", "missing"),  # who else comes
    ],
)
def test_what_is_asked_where_a_setting_says_so(switch: str, word: str) -> None:
    assert graphene(switch)["mayChangeNote"]["id"] == word


EXTENDED = """
import strawberry
import strawberry_django
from acme.extensions import AuthorLoader, Limits
from django.conf import settings
from django.db import models
from strawberry.extensions import FieldExtension
from strawberry_django.permissions import HasPerm, IsAuthenticated, IsStaff


class Project(models.Model):
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)


class Mine(FieldExtension):
    async def resolve_async(self, next_, source, info, **kwargs):
        if not may(info, kwargs):
            raise PermissionError()
        return await next_(source, info, **kwargs)


class Short(FieldExtension):
    def resolve(self, next_, source, info, **kwargs):
        if len(kwargs["project_id"]) > 40:
            raise ValueError("too long")
        return next_(source, info, **kwargs)


class Timed(FieldExtension):
    def resolve(self, next_, source, info, **kwargs):
        return next_(source, info, **kwargs)


@strawberry.type
class Query:
    pass


@strawberry.type
class Mutation:
    @strawberry_django.mutation(EXTENSIONS)
    def remove(self, info, project_id: strawberry.ID) -> bool:
        Project.objects.get(pk=project_id).delete()
        return True


schema = strawberry.Schema(query=Query, mutation=Mutation)
"""


@pytest.mark.parametrize(
    ("given", "authentication", "said"),
    [
        ("extensions=[IsAuthenticated()]", "required", "missing"),
        ("extensions=[IsStaff()]", "required", "admin"),
        ("extensions=[HasPerm('shop.delete_project')]", "required", "unknown"),  # for the row, or for the table
        ("extensions=[Mine()]", "unknown", "unknown"),
        ("extensions=[Timed()]", "none", "missing"),
        ("extensions=[Short()]", "none", "missing"),
        ("extensions=[AuthorLoader()]", "none", "missing"),
        ("extensions=[Limits()]", "none", "missing"),
        ("extensions=[]", "none", "missing"),
        ("", "none", "missing"),
    ],
)
def test_extensions_of_a_field(given: str, authentication: str, said: str) -> None:
    found = by_name(project({"shop/__init__.py": "", "shop/schema.py": EXTENDED.replace("EXTENSIONS", given)}))["remove"]
    assert (found.route.authentication, ids(found)["project_id"]) == (authentication, said)


SERVED = """
import strawberry
from fastapi import Depends, FastAPI
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from strawberry.fastapi import GraphQLRouter

from shop.auth import get_current_user


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "users"
    id: Mapped[int] = mapped_column(primary_key=True)


class Note(Base):
    __tablename__ = "notes"
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int]


async def get_context(user=Depends(get_current_user)):
    return {"user": user}


async def open_context():
    return {}


@strawberry.type
class Query:
    @strawberry.field
    def note(self, info, id: int) -> str:
        return session.get(Note, id).text


schema = strawberry.Schema(query=Query)
app = FastAPI()
"""
AUTH = """
import jwt
from fastapi import HTTPException, Request


def get_current_user(request: Request):
    try:
        return jwt.decode(request.headers["Authorization"], KEY, algorithms=["HS256"])["sub"]
    except jwt.PyJWTError:
        raise HTTPException(401)
"""


GUARDED = "app.include_router(GraphQLRouter(schema, context_getter=get_context))\n"


@pytest.mark.parametrize(
    ("mounted", "authentication"),
    [
        ("app.include_router(GraphQLRouter(schema, context_getter=get_context), prefix='/graphql')", "required"),
        ("app.include_router(GraphQLRouter(schema, dependencies=[Depends(get_current_user)]), prefix='/graphql')", "required"),
        ("app.include_router(GraphQLRouter(schema, context_getter=open_context), prefix='/graphql')", "none"),
        ("app.include_router(GraphQLRouter(schema), prefix='/graphql')", "none"),
        # which of them serves the field nobody can tell
        ("app.include_router(GraphQLRouter(schema, context_getter=get_context))\napp.include_router(GraphQLRouter(schema))", "none"),
        (f"{GUARDED}from strawberry.asgi import GraphQL\napp.mount('/open', GraphQL(schema))", "none"),
        (f"{GUARDED}class Mine(GraphQLRouter):\n    pass\napp.include_router(Mine(schema))", "none"),
        (f"{GUARDED}from strawberry.fastapi import GraphQLRouter as Served\napp.include_router(Served(schema))", "none"),
        (f"{GUARDED}other = strawberry.Schema(query=Query)\nserve(other)", "none"),
        ("def make(getter):\n    return GraphQLRouter(schema, context_getter=getter)\n", "none"),
    ],
)
def test_what_the_router_of_a_schema_depends_on(mounted: str, authentication: str) -> None:
    found = by_name(project({"shop/__init__.py": "", "shop/auth.py": AUTH, "shop/schema.py": SERVED + mounted}))["note"]
    assert (found.route.authentication, ids(found)["id"]) == (authentication, "missing" if authentication == "required" else "public")
