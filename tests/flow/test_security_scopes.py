"""Scopes that `Security(...)` of FastAPI asks of the caller: what a dependency makes of them, and one that makes nothing of them."""

from __future__ import annotations

import pytest

from tests.flow.apps import fastapi, ids

CODE = """
import jwt
from fastapi import Security
from fastapi.security import OAuth2PasswordBearer, SecurityScopes

oauth2 = OAuth2PasswordBearer(tokenUrl="token")


class Payload(BaseModel):
    sub: int
    scopes: list[str] = []


def any_of(security_scopes: SecurityScopes, token: str = Depends(oauth2)) -> Payload:
    payload = Payload(**jwt.decode(token, "key", algorithms=["HS256"]))
    if set(payload.scopes).isdisjoint(security_scopes.scopes):
        raise HTTPException(403)
    return payload


def each_of(security_scopes: SecurityScopes, token: str = Depends(oauth2)) -> Payload:
    payload = Payload(**jwt.decode(token, "key", algorithms=["HS256"]))
    for scope in security_scopes.scopes:
        if scope not in payload.scopes:
            raise HTTPException(403)
    return payload


def toothless(security_scopes: SecurityScopes, token: str = Depends(oauth2)) -> Payload:
    return Payload(**jwt.decode(token, "key", algorithms=["HS256"]))


def upside_down(security_scopes: SecurityScopes, token: str = Depends(oauth2)) -> Payload:
    payload = Payload(**jwt.decode(token, "key", algorithms=["HS256"]))
    if not set(payload.scopes).isdisjoint(security_scopes.scopes):
        raise HTTPException(403)
    return payload


def swallows(security_scopes: SecurityScopes, token: str = Depends(oauth2)) -> Payload:
    payload = Payload(**jwt.decode(token, "key", algorithms=["HS256"]))
    try:
        for scope in security_scopes.scopes:
            if scope not in payload.scopes:
                raise HTTPException(403)
    except HTTPException:
        pass
    return payload


def reversed_sets(security_scopes: SecurityScopes, token: str = Depends(oauth2)) -> Payload:
    payload = Payload(**jwt.decode(token, "key", algorithms=["HS256"]))
    if not set(payload.scopes) <= set(security_scopes.scopes):
        raise HTTPException(403)
    return payload


def nested(payload: Payload = Depends(each_of)) -> Payload:
    return payload


@router.get("/projects/{project_id}"BEFORE)
def show(session: SessionDep, project_id: int, me: Payload = ASKED):
    return session.get(Project, project_id)


@router.get("/other/{project_id}")
def other(session: SessionDep, user: CurrentUser, project_id: int):
    project = session.get(Project, project_id)
    if project.owner_id != user.id:
        raise HTTPException(403)
    return project
"""


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ('Security(any_of, scopes=["admin"])', "admin"),
        ('Security(any_of, scopes=["admin", "user"])', "missing"),
        ('Security(each_of, scopes=["admin"])', "admin"),
        ('Security(each_of, ["admin"])', "admin"),
        ('Security(each_of, scopes=["projects:read"])', "missing"),  # anybody's token may have it
        ("Security(each_of, scopes=[])", "missing"),
        ("Depends(each_of)", "missing"),
        ('Security(nested, scopes=["admin"])', "admin"),
        ('Security(toothless, scopes=["admin"])', "missing"),
        ('Security(upside_down, scopes=["admin"])', "missing"),
        ('Security(swallows, scopes=["admin"])', "missing"),
        ('Security(reversed_sets, scopes=["admin"])', "unknown"),
        ('Security(each_of, scopes=["tenant_admin"])', "unknown"),
    ],
)
def test_what_scopes_ask_of_the_caller(asked: str, expected: str) -> None:
    found = fastapi(CODE.replace("BEFORE", "").replace("ASKED", asked))["show"]
    assert (ids(found)["project_id"], found.route.authentication) == (expected, "required")


@pytest.mark.parametrize(("name", "expected"), [("each_of", "admin"), ("toothless", "missing")])
def test_scopes_that_the_route_asks(name: str, expected: str) -> None:
    code = CODE.replace("BEFORE", f', dependencies=[Security({name}, scopes=["admin"])]').replace("ASKED", "None")
    assert ids(fastapi(code)["show"])["project_id"] == expected


def test_scopes_of_a_dependency_that_asks_for_itself() -> None:
    code = (
        CODE.replace("BEFORE", "")
        .replace("ASKED", "Security(circle, scopes=['admin'])")
        .replace("def nested(", "def circle(payload: Payload = Security(circle, scopes=['admin'])) -> Payload:\n    return payload\n\n\ndef nested(")
    )
    assert "show" in fastapi(code)


DISJOINT = """
@router.post("/projects/tasks")
def remove(session: SessionDep, user: CurrentUser, ids: list[int] = Body()):
    mine = {project.id for project in session.scalars(select(Project).where(Project.owner_id == user.id))}
    if set(ids).isdisjoint(mine):
        raise HTTPException(403)
    session.execute(remove_(Task).where(Task.project_id.in_(ids)))
    return {}
"""


def test_one_of_several_rows_says_nothing_of_the_others() -> None:
    found = fastapi("from sqlalchemy import delete as remove_\n" + DISJOINT)["remove"]
    assert ids(found)["ids"] == "missing"
