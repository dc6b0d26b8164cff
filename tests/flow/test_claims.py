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
