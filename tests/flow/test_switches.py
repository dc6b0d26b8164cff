"""Guards behind a setting that is off where nobody sets it, and those behind one that is on."""

from __future__ import annotations

from textwrap import dedent

import pytest

from tests.flow.apps import fastapi, flask

SETTINGS = """
    import os

    from fastapi import Header, HTTPException
    from pydantic_settings import BaseSettings


    class Settings(BaseSettings):
        auth_enabled: bool = False
        auth_on: bool = True
        api_key: str = ""
        needed: str


    settings = Settings()
    ON = os.getenv("AUTH", "true").lower() == "true"


    def is_true(value):
        return str(value or "").strip().lower() in {"1", "true", "yes", "on"}


    def guard(x_api_key: str | None = Header(default=None)) -> None:
    BODY


    @router.get("/orders/of/{user_id}", dependencies=[Depends(guard)])
    def show(user_id: int, session: SessionDep):
        return session.query(Project).filter(Project.owner_id == user_id).all()


    @router.delete("/orders/{order_id}", dependencies=[Depends(guard)])
    def erase(order_id: int, session: SessionDep):
        session.delete(session.get(Project, order_id))
"""
ASKS = "if x_api_key != settings.needed:\n    raise HTTPException(401)"


@pytest.mark.parametrize(
    ("body", "login", "ownership"),
    [
        (f"if not is_true(os.getenv('AUTH', 'false')):\n    return\n{ASKS}", "unknown", "unknown"),
        (f"if os.environ.get('AUTH') != '1':\n    return\n{ASKS}", "unknown", "unknown"),
        (f"if not settings.auth_enabled:\n    return\n{ASKS}", "unknown", "unknown"),
        ("if settings.auth_enabled and x_api_key != settings.needed:\n    raise HTTPException(401)", "unknown", "unknown"),
        (
            "if os.getenv('AUTH', 'no').lower() in ('1', 'yes'):\n    if x_api_key != settings.needed:\n        raise HTTPException(401)",
            "unknown",
            "unknown",
        ),
        ("if not settings.api_key:\n    return\nif x_api_key != settings.api_key:\n    raise HTTPException(401)", "unknown", "unknown"),
        ("known = os.getenv('KEY')\nif known and x_api_key != known:\n    raise HTTPException(401)", "unknown", "unknown"),
        # on where nobody says anything, or refuses then
        (f"if not settings.auth_on:\n    return\n{ASKS}", "required", "admin"),
        (f"if not ON:\n    return\n{ASKS}", "required", "admin"),
        (f"if not is_true(os.getenv('AUTH', 'true')):\n    return\n{ASKS}", "required", "admin"),
        (f"if not settings.needed:\n    return\n{ASKS}", "required", "admin"),
        (
            "if not settings.api_key:\n    raise HTTPException(503)\nif x_api_key != settings.api_key:\n    raise HTTPException(401)",
            "required",
            "admin",
        ),
        (ASKS, "required", "admin"),
    ],
)
def test_a_shared_secret_behind_a_setting(body: str, login: str, ownership: str) -> None:
    code = dedent(SETTINGS).replace("BODY", "\n".join("    " + line for line in body.splitlines()))
    found = fastapi(code)
    for name in ("show", "erase"):
        assert (found[name].route.authentication, found[name].route.ownership) == (login, ownership)


CALLER = """
    import jwt
    from fastapi import Header, HTTPException
    from pydantic_settings import BaseSettings


    class Settings(BaseSettings):
        auth_enabled: bool = SAYS
        verified_only: bool = False
        secret: str


    settings = Settings()


    def somebody(session: SessionDep, authorization: str = Header(None)):
        if not settings.auth_enabled:
            return User(id=1)
        if not authorization:
            raise HTTPException(401)
        user = session.get(User, jwt.decode(authorization, settings.secret, algorithms=["HS256"])["sub"])
        if user is None:
            raise HTTPException(401)
        if settings.verified_only and not user.name:
            raise HTTPException(403)
        return user


    @router.get("/mine/{order_id}")
    def mine(order_id: int, session: SessionDep, user: User = Depends(somebody)):
        return session.query(Project).filter(Project.id == order_id, Project.owner_id == user.id).first()


    @router.get("/any/{order_id}")
    def anybodys(order_id: int, session: SessionDep, user: User = Depends(somebody)):
        return session.get(Project, order_id)
"""


@pytest.mark.parametrize(
    ("says", "expected"), [("False", [("unknown", "unknown"), ("unknown", "missing")]), ("True", [("required", "owned"), ("required", "missing")])]
)
def test_a_caller_that_is_made_up_where_the_login_is_off(says: str, expected: list[tuple[str, str]]) -> None:
    found = fastapi(CALLER.replace("SAYS", says))
    assert [(found[name].route.authentication, found[name].route.ownership) for name in ("mine", "anybodys")] == expected


WRAPPED = """
    import os
    from functools import wraps

    API_KEY = os.environ.get("API_KEY", "")


    def require_api_key(view):
        @wraps(view)
        def inner(*args, **kwargs):
            if not API_KEY:
                SAYS
            if request.headers.get("X-API-Key") != API_KEY:
                abort(401)
            return view(*args, **kwargs)
        return inner


    @app.delete("/orders/<int:order_id>")
    @require_api_key
    def erase(order_id):
        db.session.delete(Order.query.get_or_404(order_id))
        return ""
"""


@pytest.mark.parametrize(("says", "login"), [("return view(*args, **kwargs)", "unknown"), ("abort(503)", "required")])
def test_a_decorator_that_leaves_off_without_a_key(says: str, login: str) -> None:
    assert flask(WRAPPED.replace("SAYS", says))["erase"].route.authentication == login
