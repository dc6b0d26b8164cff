"""Tables that a mixin names after their classes."""

from __future__ import annotations

from tests.flow.apps import by_name, ids, project

APP = """
import jwt
from fastapi import Depends, FastAPI, HTTPException
from fastapi.security import OAuth2PasswordBearer
from sqlalchemy import ForeignKey
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, declared_attr, mapped_column

app = FastAPI()
scheme = OAuth2PasswordBearer(tokenUrl="token")


class BaseORM(DeclarativeBase):
    @declared_attr
    def __tablename__(cls) -> str:
        return cls.__name__.replace("ORM", "").lower()


class UserORM(BaseORM):
    id: Mapped[int] = mapped_column(primary_key=True)
    password: Mapped[str]


class SourceDocumentORM(BaseORM):
    id: Mapped[int] = mapped_column(primary_key=True)
    reader_id: Mapped[int] = mapped_column(ForeignKey("user.id"))


class MarkORM(BaseORM):
    id: Mapped[int] = mapped_column(primary_key=True)
    place_id: Mapped[int] = mapped_column(ForeignKey("sourcedocument.id"))


def get_session() -> Session: ...


def current_user(token: str = Depends(scheme), db: Session = Depends(get_session)) -> UserORM:
    user = db.get(UserORM, jwt.decode(token, "key", algorithms=["HS256"])["sub"])
    if user is None:
        raise HTTPException(401)
    return user


@app.delete("/marks/{mark_id}")
def remove(mark_id: int, user: UserORM = Depends(current_user), db: Session = Depends(get_session)):
    db.delete(db.get(MarkORM, mark_id))
"""


def test_a_foreign_key_names_a_table_that_a_mixin_named() -> None:
    handler = by_name(project({"app.py": APP}))["remove"]
    assert ids(handler) == {"mark_id": "missing"}
    assert handler.ids[0].owner_path == ("place_id", "reader_id")
