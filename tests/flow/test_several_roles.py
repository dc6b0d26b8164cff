"""One of several roles is enough: what the least of them may is what the test proves."""

from __future__ import annotations

import pytest

from tests.flow.apps import fastapi, ids

READ = """
    STAFF, MEMBER, ADMIN = "staff", "member", "admin"


    @router.get("/projects/{{project_id}}")
    def read(project_id: int, user: CurrentUser, session: SessionDep):
        if {test}:
            raise HTTPException(403)
        return session.get(Project, project_id)
"""


@pytest.mark.parametrize(
    ("test", "word"),
    [
        ("not any(role in user.roles for role in [MEMBER, ADMIN])", "missing"),
        ('not any(role in user.roles for role in ("superadmin", "admin"))', "admin"),
        ("all(role not in user.roles for role in [MEMBER, ADMIN])", "missing"),
        ("not all(role in user.roles for role in [MEMBER, ADMIN])", "admin"),
        ('not (user.role == "member" or user.is_superuser)', "missing"),
        ('not (user.role == "admin" or user.is_superuser)', "admin"),
        ('not (user.role in ["clerk", "agent"] or user.is_superuser)', "unknown"),
        ('user.role != "admin" and not user.is_superuser', "admin"),
    ],
)
def test_the_least_of_several_roles_says_what_is_asked(test: str, word: str) -> None:
    assert ids(fastapi(READ.format(test=test))["read"]) == {"project_id": word}


KEPT = """
    @router.get("/projects/{{project_id}}")
    def read(project_id: int, user: CurrentUser, session: SessionDep):
        projects = select(Project).where(Project.id == project_id)
        if user.role == "{role}":
            projects = projects.where({own})
        return session.scalars(projects).first()
"""


@pytest.mark.parametrize(
    ("role", "own", "word"),
    [
        ("student", "Project.owner_id == user.id", "unknown"),  # whoever else comes is somebody who is not, a teacher
        ("employee", "Project.owner_id == user.id", "unknown"),
        ("doctor", "Project.owner_id == user.id", "missing"),  # patients see them all
        ("student", "Project.id > 3", "missing"),
    ],
)
def test_the_plainest_role_is_kept_to_its_own(role: str, own: str, word: str) -> None:
    assert ids(fastapi(KEPT.format(role=role, own=own))["read"]) == {"project_id": word}


@pytest.mark.parametrize(("role", "word"), [("student", "unknown"), ("employee", "missing")])
def test_where_employees_are_turned_away_customers_may_go_on(role: str, word: str) -> None:
    code = """
    @router.get("/projects/{project_id}")
    def read(project_id: int, user: CurrentUser, session: SessionDep):
        if user.role == "ROLE":
            raise HTTPException(403)
        return session.scalars(select(Project).where(Project.id == project_id)).first()
    """
    assert ids(fastapi(code.replace("ROLE", role))["read"]) == {"project_id": word}
