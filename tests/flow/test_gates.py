"""Routes for staff of one tenant: what comes in by the same gate, and what is held against who asks behind it."""

from __future__ import annotations

import pytest

from tests.flow.apps import fastapi, ids

GATES = """
    RANKS = {{"super": 0, "admin": 1, "user": 2}}

    def require_role(least):
        def check(user: CurrentUser):
            if RANKS.get(user.role, 999) > RANKS[least]:
                raise HTTPException(403)
            return user
        return check

    def require_admin(user: CurrentUser):
        if not user.is_admin:
            raise HTTPException(403)
        return user

    def mine(session, project_id, user):
        project = session.get(Project, project_id)
        if project.owner_id != user.id:
            raise HTTPException(404)
        return project

    @router.get("/projects/{{project_id}}")
    def show(project_id: int, session: SessionDep, user: User = Depends({held})):
        return mine(session, project_id, user)

    @router.put("/projects/{{project_id}}")
    def change(project_id: int, session: SessionDep, user: User = Depends({held})):
        project = mine(session, project_id, user)
        project.status = "changed"
        session.commit()

    @router.delete("/projects/{{project_id}}")
    def remove(project_id: int, session: SessionDep, user: User = Depends({loose})):
        {first}
        session.delete(session.get(Project, project_id))
        session.commit()
"""
ONE, OTHER = "require_role('admin')", "require_role('super')"


@pytest.mark.parametrize(
    ("held", "loose", "first", "said"),
    [
        (ONE, ONE, "", "missing"),
        ("require_admin", "require_admin", "", "missing"),
        (ONE, OTHER, "", "unknown"),  # another gate, of which nobody knows whom it lets in
        ("get_current_user", "require_admin", "", "admin"),
        ("get_current_user", ONE, "", "unknown"),
        (ONE, ONE, "mine(session, project_id, user)", "owned"),
    ],
)
def test_what_the_same_gate_leaves_to_be_asked(held: str, loose: str, first: str, said: str) -> None:
    assert ids(fastapi(GATES.format(held=held, loose=loose, first=first))["remove"]) == {"project_id": said}


def test_one_other_route_is_no_habit() -> None:
    code = GATES.format(held="require_admin", loose="require_admin", first="").replace('@router.put("/projects/{project_id}")', "")
    assert ids(fastapi(code)["remove"]) == {"project_id": "admin"}


def test_what_a_token_says_it_is_for_is_no_secret_of_the_app() -> None:
    code = """
    import base64
    import json

    from fastapi import Request

    def payload_of(request: Request):
        token = request.headers.get("Authorization").split(" ")[1]
        payload = json.loads(base64.b64decode(token.split(".")[1]))
        if payload.get("type") != "{word}":
            raise HTTPException(401)
        return payload

    @router.get("/projects/{{project_id}}")
    def show(project_id: int, session: SessionDep, user: CurrentUser, payload = Depends(payload_of)):
        return session.get(Project, project_id)
    """
    assert ids(fastapi(code.format(word="access"))["show"]) == {"project_id": "missing"}


@pytest.mark.parametrize(
    ("test", "said"),
    [
        ("RANKS.get(user.role) > RANKS['admin']", "unknown"),
        ("RANKS['admin'] < RANKS.get(user.role)", "unknown"),
        ("len(session.query(Project).all()) > LIMITS[user.role]", "missing"),  # what a plan allows is no role
        ("count + 1 > LIMITS[user.role]", "missing"),
    ],
)
def test_ranks_and_what_a_plan_allows(test: str, said: str) -> None:
    code = """
    RANKS = {"super": 0, "admin": 1, "user": 2}
    LIMITS = {"user": 5, "admin": 100}

    @router.get("/projects/{project_id}")
    def show(project_id: int, count: int, session: SessionDep, user: CurrentUser):
        if TEST:
            raise HTTPException(403)
        return session.get(Project, project_id)
    """
    assert ids(fastapi(code.replace("TEST", test))["show"])["project_id"] == said


PARTS = """
    def require_role(*roles):
        def check(user: CurrentUser):
            if user.role not in roles:
                raise HTTPException(403)
            return user
        return check

    STAFF = [Depends(require_role("admin"))]

    def mine(session, project_id, user):
        project = session.scalar(select(Project).where(Project.id == project_id, Project.owner_id == user.id))
        if project is None:
            raise HTTPException(404)
        return project

    @router.get("/projects/{project_id}", dependencies=[Depends(require_role("admin"))])
    def show(project_id: int, session: SessionDep, user: CurrentUser):
        return mine(session, project_id, user)

    @router.put("/projects/{project_id}", dependencies=[Depends(require_role("admin"))])
    def change(project_id: int, session: SessionDep, user: CurrentUser):
        mine(session, project_id, user).status = "changed"
        session.commit()

    @router.delete("/projects/{project_id}", dependencies=[Depends(require_role("admin"))])
    def remove_one(project_id: int, session: SessionDep, user: CurrentUser):
        session.delete({removed})
        session.commit()

    @router.get("/projects/{project_id}/tasks/{task_id}", dependencies={gate})
    def part(project_id: int, task_id: int, session: SessionDep):
        if session.get(Project, project_id) is None:
            raise HTTPException(404)
        return session.scalar(select(Task).where(Task.project_id == project_id, Task.id == task_id))
"""


@pytest.mark.parametrize(
    ("gate", "removed", "said"),
    [
        ("STAFF", "mine(session, project_id, user)", "missing"),
        ("[Depends(require_role('admin'))]", "mine(session, project_id, user)", "missing"),
        ("[Depends(require_role('support'))]", "mine(session, project_id, user)", "unknown"),
        ("STAFF", "session.get(Project, project_id)", "admin"),  # staff may do so with any project
    ],
)
def test_parts_of_what_staff_is_asked_for(gate: str, removed: str, said: str) -> None:
    found = fastapi(PARTS.replace("{gate}", gate).replace("{removed}", removed))
    assert ids(found["part"])["task_id"] == said
