"""Who the caller says to be in a header, and what a developer's own machine may believe."""

from __future__ import annotations

import pytest

from tests.flow.apps import fastapi

CODE = """
import os

from fastapi import Header
from shop.settings import settings

def caller(session: SessionDep, x_user_id: int | None = Header(None), x_debug: bool = Header(False)) -> User:
    user = None
    if TEST:
        user = session.get(User, x_user_id)
    if user is None:
        raise HTTPException(401)
    return user

@router.get("/me")
def me(user: User = Depends(caller)):
    return user
"""
SETTINGS = {"shop/settings.py": "class Settings:\n    debug: bool = False\n    env: str = 'production'\n\n\nsettings = Settings()\n"}


@pytest.mark.parametrize(
    ("test", "believed"),
    [
        ("x_user_id", True),
        ("settings.contested and x_user_id", True),
        ("x_user_id and x_debug", True),  # the client says so itself
        ("settings.debug or x_user_id", True),
        ("not settings.debug and x_user_id", True),
        ("settings.debug and x_user_id", False),
        ("settings.allow_dev_auth and x_user_id", False),
        ("settings.env == 'development' and x_user_id", False),
        ("os.getenv('ALLOW_TEST_LOGIN') and x_user_id", False),
    ],
)
def test_a_header_that_says_who_somebody_is(test: str, believed: bool) -> None:
    me = fastapi(CODE.replace("TEST", test), SETTINGS)["me"]
    assert [claim.id for claim in me.claims] == (["x_user_id"] if believed else [])
    assert me.route.ownership == ("missing" if believed else "not-applicable")


BESIDE = (
    CODE.replace("import os", "import os\n\nimport jwt")
    .replace("user = None", "user = load(session, token)")
    .replace(
        "def caller(",
        """def load(session, token):
    if not token:
        return None
    claims = jwt.decode(token, "k", algorithms=["HS256"])
    user = session.get(User, claims["sub"])
    if user is None or user.email != claims["email"]:
        return None
    return user

def caller(token: str | None = Header(None), *, """,
    )
)


@pytest.mark.parametrize(
    ("test", "believed"), [("user is None and x_user_id", True), ("user is None and settings.allow_dev_auth and x_user_id", False)]
)
def test_a_header_beside_a_token(test: str, believed: bool) -> None:
    me = fastapi(BESIDE.replace("TEST", test), SETTINGS)["me"]
    assert bool(me.claims) is believed


NOTES = """
    from fastapi import Header
    from sqlalchemy import Integer, String
    from sqlalchemy.orm import Mapped, mapped_column

    from shop.models import Base


    class Note(Base):
        __tablename__ = "notes"
        id: Mapped[int] = mapped_column(primary_key=True)
        COLUMN: Mapped[str] = mapped_column(String)


    def somebody(x_user_id: str | None = Header(None)) -> str:
        if not x_user_id:
            raise HTTPException(401)
        return x_user_id


    @router.get("/notes/{note_id}")
    def show(note_id: int, session: SessionDep, HEADER: str = Header(None)):
        return session.scalar(select(Note).where(Note.id == note_id, Note.COLUMN == HEADER))


    @router.delete("/notes/{note_id}")
    def erase(note_id: int, session: SessionDep, who: str = Depends(somebody)):
        session.delete(session.scalar(select(Note).where(Note.id == note_id, Note.COLUMN == who)))


    @router.delete("/all/{note_id}")
    def other(note_id: int, session: SessionDep, user: CurrentUser):
        session.delete(session.get(Note, note_id))
"""


@pytest.mark.parametrize("column", ["user_id", "session_user_id", "owner"])
def test_rows_of_whom_a_header_names_are_anybodys(column: str) -> None:
    found = fastapi(NOTES.replace("COLUMN", column).replace("HEADER", "x_user_id"))
    for name in ("show", "erase"):
        assert found[name].route.ownership == "missing"
        assert [claim.id for claim in found[name].claims] == ["x_user_id"]
        assert "missing" not in {choice.ownership for choice in found[name].ids}  # told once, of the header
    assert not found["other"].claims


@pytest.mark.parametrize("header", ["x_session_id", "authorization", "x_api_key", "x_forwarded_user"])
def test_what_a_session_or_a_gateway_says_is_no_claim(header: str) -> None:
    found = fastapi(NOTES.replace("COLUMN", "session_user_id").replace("HEADER", header))
    assert not found["show"].claims
