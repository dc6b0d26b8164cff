"""Tokens of which nobody looks at the signature: whoever writes one is anybody they like."""

from __future__ import annotations

import pytest

from tests.flow.apps import fastapi

CODE = """
    import jwt
    from fastapi.security import HTTPBearer

    bearer = HTTPBearer()
    OPTIONS = {"verify_signature": False}
    STRICT = {"verify_aud": False}


    def read(token):
        try:
            return jwt.decode(token, "key", algorithms=["HS256"])
        except jwt.PyJWTError:
            return jwt.decode(token, options={"verify_signature": False})


    def somebody(session: SessionDep, given=Depends(bearer)):
        token = given.credentials
        claims = READS
        user = session.get(User, claims["sub"])
        if user is None:
            raise HTTPException(401)
        return user


    @router.delete("/projects/{project_id}")
    def erase(project_id: int, session: SessionDep, user: User = Depends(somebody)):
        session.delete(session.query(Project).filter(Project.id == project_id, Project.owner_id == user.id).first())
"""


@pytest.mark.parametrize(
    ("reads", "login", "ownership"),
    [
        ('jwt.decode(token, options={"verify_signature": False})', "unknown", "unknown"),
        ('jwt.decode(token, "key", algorithms=["HS256"], options={"verify_signature": False, "verify_exp": True})', "unknown", "unknown"),
        ('jwt.decode(token, "key", verify=False)', "unknown", "unknown"),
        ("jwt.decode(token, options=OPTIONS)", "unknown", "unknown"),
        ("read(token)", "required", "unknown"),  # where the signature is wrong, what it says is believed
        ('jwt.decode(token, "key", algorithms=["HS256"])', "required", "owned"),
        ('jwt.decode(token, "key", algorithms=["HS256"], options=STRICT)', "required", "owned"),
        ('jwt.decode(token, KEYS[jwt.decode(token, options=OPTIONS)["iss"]], algorithms=["RS256"])', "required", "owned"),
    ],
)
def test_whoever_writes_it_is_anybody(reads: str, login: str, ownership: str) -> None:
    route = fastapi(CODE.replace("READS", reads))["erase"].route
    assert (route.authentication, route.ownership) == (login, ownership)
