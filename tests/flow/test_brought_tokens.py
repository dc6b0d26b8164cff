"""Tokens that a route asks for, and that nobody looks at."""

from __future__ import annotations

import pytest

from tests.flow.apps import fastapi, ids

READ = """
    from fastapi import Header
    from fastapi.security import HTTPBearer, OAuth2PasswordBearer

    from shop.auth import scheme

    bearer = HTTPBearer()


    def has_token(request: Request):
        if not request.headers.get("Authorization"):
            raise HTTPException(401)


    def cut(authorization: str = Header(None)):
        if not authorization or not authorization.startswith("Bearer "):
            raise HTTPException(401)
        return authorization.split(" ")[1]


    def known(token: str = Depends(cut)):
        return jwt.decode(token, "key", algorithms=["HS256"])["sub"]


    @router.get("/projects/{{project_id}}"{before})
    def read(project_id: int, session: SessionDep{param}):
        {first}
        return session.get(Project, project_id)
"""


@pytest.mark.parametrize(
    ("before", "param", "first", "login"),
    [
        ("", ", token: str = Depends(scheme)", "pass", "unknown"),
        ("", ", token: str = Depends(bearer)", "print(token)", "unknown"),
        ("", ", token: str = Depends(cut)", "pass", "unknown"),
        (", dependencies=[Depends(has_token)]", "", "pass", "unknown"),
        (", dependencies=[Depends(bearer)]", "", "pass", "unknown"),
        # whoever looks at it
        ("", ", token: str = Depends(scheme)", "check(token)", "required"),
        ("", ", token: str = Depends(scheme)", "owner = SESSIONS[token]", "required"),
        ("", ", token: str = Depends(scheme)", "owner = session.scalars(select(User).where(User.email == token)).one()", "required"),
        ("", ", caller: str = Depends(known)", "pass", "required"),
        ("", ", user: CurrentUser = None, token: str = Depends(scheme)", "pass", "required"),
    ],
)
def test_a_token_that_nobody_looks_at_is_no_login(before: str, param: str, first: str, login: str) -> None:
    handler = fastapi("    import jwt\n" + READ.format(before=before, param=param, first=first))["read"]
    assert handler.route.authentication == login
    assert ids(handler) == {"project_id": "missing"}  # told all the same
