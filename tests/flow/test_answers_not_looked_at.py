"""Functions that give a row where it fits and nothing where it does not: whoever does not look knows nothing of the id."""

from __future__ import annotations

import pytest

from tests.flow.apps import fastapi

BODIES = {
    "membership(session, user, project_id)": "missing",
    "member = membership(session, user, project_id)": "missing",
    "member = membership(session, user, project_id)\n        if member is None:\n            raise HTTPException(403)": "owned",
    "if not membership(session, user, project_id):\n            raise HTTPException(403)": "owned",
    "member = membership(session, user, project_id)\n        project_id = member.project_id": "owned",
}


@pytest.mark.parametrize("body", BODIES)
def test_a_membership_that_is_looked_up_has_to_be_asked_for(body: str) -> None:
    code = f"""
    def membership(session, user, project_id):
        member = session.query(ProjectMember).filter(ProjectMember.user_id == user.id, ProjectMember.project_id == project_id).first()
        if not member:
            return None
        return member

    @router.get("/projects/{{project_id}}/tasks")
    def show(project_id: int, session: SessionDep, user: CurrentUser):
        {body}
        return session.query(Task).filter(Task.project_id == project_id).all()
    """
    assert fastapi(code)["show"].route.ownership == BODIES[body]
