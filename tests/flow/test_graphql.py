"""GraphQL of strawberry: who asks, as a permission puts it into the context."""

from __future__ import annotations

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
