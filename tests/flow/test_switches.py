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


SAID = """
    import json
    import os

    import jwt
    from fastapi import Header, HTTPException
    from pydantic_settings import BaseSettings


    class Settings(BaseSettings):
        off: bool = False
        on: bool = True
        api_key: str = ""
        secret: str


    settings = Settings()


    def read(session, token, secret=settings.secret):
        user = session.get(User, jwt.decode(token, secret, algorithms=["HS256"])["sub"])
        if user is None:
            raise HTTPException(401)
        return user


    def perhaps(session, token):
        if not token:
            return None
        return read(session, token)


    def somebody(session: SessionDep, token: str = Header()):
    BODY


    @router.get("/mine/{order_id}")
    def mine(order_id: int, session: SessionDep, user: User = Depends(somebody)):
        return session.query(Project).filter(Project.id == order_id, Project.owner_id == user.id).first()
"""
NOBODY = "    return User(id=1)\n"
LOGIN = "return read(session, token)"


def said(body: str) -> tuple[str, str]:
    route = fastapi(dedent(SAID).replace("BODY", "\n".join("    " + line for line in body.splitlines())))["mine"].route
    return route.authentication, route.ownership


@pytest.mark.parametrize(
    ("body", "proven"),
    [
        # what is refused without another setting says nothing of this one
        (f"if not os.getenv('K'):\n    raise HTTPException(500)\nif not settings.off:\n{NOBODY}{LOGIN}", False),
        (f"if not os.getenv('K'):\n    raise HTTPException(500)\nif not os.getenv('AUTH'):\n{NOBODY}{LOGIN}", False),
        (f"if not settings.api_key:\n    raise HTTPException(500)\nif not (settings.off and settings.api_key):\n{NOBODY}{LOGIN}", False),
        (f"if not settings.off:\n    raise HTTPException(503)\nif not settings.off:\n{NOBODY}{LOGIN}", True),
        (f"if not os.getenv('AUTH'):\n    raise HTTPException(503)\nif not os.getenv('AUTH'):\n{NOBODY}{LOGIN}", True),
        (f"if not os.getenv('K'):\n    raise HTTPException(500)\nif not settings.on:\n{NOBODY}{LOGIN}", True),
        # of several one may be missing
        (f"if not (settings.off or settings.api_key):\n    raise HTTPException(503)\nif not settings.off:\n{NOBODY}{LOGIN}", False),
        (f"if not os.getenv('A') and not os.getenv('B'):\n    raise HTTPException(503)\nif not os.getenv('A'):\n{NOBODY}{LOGIN}", False),
        (f"if not any([settings.off, settings.api_key]):\n    raise HTTPException(503)\nif not settings.off:\n{NOBODY}{LOGIN}", False),
        (f"if not settings.off or not settings.api_key:\n    raise HTTPException(503)\nif not settings.off:\n{NOBODY}{LOGIN}", True),
        (f"if not getattr(settings, 'off', False):\n{NOBODY}{LOGIN}", False),
        # how a setting is asked
        (f"if not (known := settings.off):\n{NOBODY}{LOGIN}", False),
        (f"if not (known := settings.on):\n{NOBODY}{LOGIN}", True),
        (f"if not int(os.getenv('AUTH', '0')):\n{NOBODY}{LOGIN}", False),
        (f"if not int(os.getenv('AUTH', '1')):\n{NOBODY}{LOGIN}", True),
        (f"if int(os.getenv('AUTH', 0)) == 0:\n{NOBODY}{LOGIN}", False),
        (f"if not json.loads(os.getenv('AUTH', 'false')):\n{NOBODY}{LOGIN}", False),
        (f"if not json.loads(os.getenv('AUTH', 'true')):\n{NOBODY}{LOGIN}", True),
        (f"if 'AUTH' not in os.environ:\n{NOBODY}{LOGIN}", False),
        (f"if not any([settings.off, settings.api_key]):\n{NOBODY}{LOGIN}", False),
        (f"if not any([settings.on, settings.api_key]):\n{NOBODY}{LOGIN}", True),
        (f"if not all([settings.on, settings.api_key]):\n{NOBODY}{LOGIN}", False),
        # in a block that ends before the login
        (f"try:\n    if not settings.off:\n    {NOBODY}except ValueError:\n    raise\n{LOGIN}", False),
        (f"try:\n    if not settings.on:\n    {NOBODY}except ValueError:\n    raise\n{LOGIN}", True),
        (f"with session:\n    if not settings.off:\n    {NOBODY}{LOGIN}", False),
        (f"with session:\n    if not settings.on:\n    {NOBODY}{LOGIN}", True),
        # a login on both sides is one
        (f"if settings.api_key:\n    {LOGIN}\n{LOGIN}", True),
        ("if settings.api_key:\n    user = read(session, token, settings.api_key)\nelse:\n    user = read(session, token)\nreturn user", True),
        ("return read(session, token, settings.api_key) if settings.api_key else read(session, token)", True),
        ("if settings.api_key:\n    return perhaps(session, token)\nreturn read(session, token)", False),
        (f"if settings.api_key:\n    {LOGIN}\nuser = User(id=1)\nif token:\n    user = read(session, token)\nreturn user", False),
        (f"if settings.off:\n    {LOGIN}\nif settings.api_key:\n    {LOGIN}\nreturn User(id=1)", False),
    ],
)  # fmt: skip
def test_how_a_setting_is_asked(body: str, proven: bool) -> None:
    assert said(body) == (("required", "owned") if proven else ("unknown", "unknown"))


@pytest.mark.parametrize(
    "body",
    [
        "return read(session, token) if settings.off else session.get(User, 1)",
        "return session.get(User, 1) if not settings.off else read(session, token)",
        "return settings.off and read(session, token) or session.get(User, 1)",
        f"match settings.off:\n    case True:\n        {LOGIN}\n    case _:\n        return User(id=1)",
        f"match os.getenv('AUTH', 'none'):\n    case 'none':\n        return User(id=1)\n    case _:\n        {LOGIN}",
    ],
)
def test_a_login_that_a_setting_chooses(body: str) -> None:
    assert said(body) == ("unknown", "unknown")


def test_a_value_that_a_setting_chooses_and_that_is_refused_where_it_is_missing() -> None:
    body = "user = read(session, token) if settings.off else None\nif user is None:\n    raise HTTPException(401)\nreturn user"
    assert said(body) == ("required", "owned")


HTTP_401 = "raise HTTPException(401)"


@pytest.mark.parametrize(
    ("body", "login"),
    [
        (f"if token is None:\n    return User(id=1)\n{LOGIN}", "none"),
        (f"if not token:\n    return {{'id': 1, 'role': 'guest'}}\n{LOGIN}", "none"),
        (f"if token is None and not settings.off:\n    return User(id=1)\n{LOGIN}", "none"),
        (f"if token is None and settings.off:\n    return User(id=1)\n{LOGIN}", "required"),
        (f"if token is None:\n    if not settings.off:\n        return User(id=1)\n    {HTTP_401}\n{LOGIN}", "unknown"),
        (f"if token is None:\n    if settings.off:\n        {HTTP_401}\n    return User(id=1)\n{LOGIN}", "unknown"),
        (f"if token is None:\n    if not settings.on:\n        return User(id=1)\n    {HTTP_401}\n{LOGIN}", "required"),
        (f"if token is None:\n    print('nobody')\n    {HTTP_401}\n{LOGIN}", "required"),
        ("try:\n    return read(session, token)\nexcept HTTPException:\n    return User(id=1)", "none"),
        (f"try:\n    return read(session, token)\nexcept HTTPException:\n    {HTTP_401}", "required"),
    ],
)
def test_somebody_whom_the_app_names_for_strangers(body: str, login: str) -> None:
    assert said(body)[0] == login
