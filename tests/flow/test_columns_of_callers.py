"""What a dependency writes into the row of who calls, before the handler compares with it: theirs, unless the client said it."""

from __future__ import annotations

import pytest

from tests.flow.apps import AUTH, fastapi, ids

DROP = """
@router.delete("/projects/{project_id}")
def drop(project_id: int, db: SessionDep, user: CurrentUser):
    project = db.query(Project).filter(Project.id == project_id, Project.owner_id == user.team_id).first()
    if not project:
        raise HTTPException(404)
    db.delete(project)
    db.commit()
"""
FIRST = "session.query(Country).filter(Country.name == 'first').first()"
SHAPES = {
    "nothing is written": ("pass", "", "owned"),
    "a team that the app chooses": (f"user.team_id = {FIRST}.id", "", "owned"),
    "where there was none": (f"user = ensure(session, user, {FIRST})", "", "owned"),
    "what a header says": ("user.team_id = team", ", team: str = Header()", "unknown"),
    "a row that a header names": ("user.team_id = session.get(Country, team).id", ", team: str = Header()", "missing"),
    "a row that the query names": (
        "user.team_id = session.query(Country).filter(Country.name == team).first().id",
        ", team: str = Query()",
        "missing",
    ),
    "in two steps": (
        "a = session.get(Country, team); user.team_id = session.query(Project).filter(Project.id == a.id).first().id",
        ", team: str = Query()",
        "missing",
    ),
    "what a function makes of the request": ("user.team_id = resolve(request)", ", request: Request", "unknown"),
    "a row by what a function makes of the request": (
        "user.team_id = session.query(Country).filter(Country.name == resolve(request)).first().id",
        ", request: Request",
        "missing",
    ),
    "a number": ("user.team_id = 7", "", "unknown"),
    "by its name": ("setattr(user, 'team_id', team)", ", team: str = Query()", "missing"),
    "one of two": (f"user.team_id = ({FIRST} if team == 'x' else session.get(Country, team)).id", ", team: str = Query()", "missing"),
}
ENSURE = """
def ensure(session, user: User, team) -> User:
    if user.team_id:
        return user
    user.team_id = team.id
    session.commit()
    return user


"""


@pytest.mark.parametrize("name", SHAPES)
def test_a_column_of_the_caller_that_was_written(name):
    written, params, said = SHAPES[name]
    auth = AUTH.replace("from fastapi import Depends", "from fastapi import Depends, Header, Query, Request").replace(
        "import User", "import Country, Project, User"
    )
    auth = auth.replace("Depends(scheme)])", f"Depends(scheme)]{params})").replace("    return user\n", f"    {written}\n    return user\n")
    handler = fastapi(DROP, {"shop/auth.py": auth.replace("def get_current_user", f"{ENSURE.lstrip()}def get_current_user")})["drop"]
    assert ids(handler)["project_id"] == said
