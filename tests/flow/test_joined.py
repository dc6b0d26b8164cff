"""Terms of a query on other tables: what is not joined narrows nothing."""

from __future__ import annotations

import pytest

from tests.flow.apps import fastapi, ids

ROUTE = """
    @router.get("/tasks/{task_id}")
    def show(task_id: int, user: CurrentUser, session: SessionDep):
        return %s
"""

OWNED = [
    "session.query(Task).join(Project).filter(Task.id == task_id, Project.owner_id == user.id).one()",
    "session.query(Task).filter(Task.id == task_id).join(Task.project).filter(Project.owner_id == user.id).one()",
    "session.query(Task, Project).filter(Task.id == task_id, Task.project_id == Project.id, Project.owner_id == user.id).one()",
    "session.query(Task).filter(Task.id == task_id, Task.project_id == Project.id, Project.owner_id == user.id).one()",
    "session.scalar(select(Task).where(Task.id == task_id, Task.project.has(Project.owner_id == user.id)))",
    "session.scalar(select(Task).where(Task.id == task_id, Task.project_id.in_(select(Project.id).where(Project.owner_id == user.id))))",
    "session.scalar(select(Task).select_from(Task).join(Project).where(and_(Task.id == task_id, Project.owner_id == user.id)))",
]

MISSING = [
    "session.query(Task).filter(Task.id == task_id).filter(Project.owner_id == user.id).one()",
    "session.scalar(select(Task).where(Task.id == task_id, Project.owner_id == user.id))",
    "session.scalar(select(Task).where(and_(Task.id == task_id, Project.owner_id == user.id)))",
    "session.scalar(select(Project).where(or_(Project.id == task_id, Project.owner_id == user.id)))",
]


@pytest.mark.parametrize("query", OWNED)
def test_owned(query: str) -> None:
    assert ids(fastapi(ROUTE % query)["show"]) == {"task_id": "owned"}


@pytest.mark.parametrize("query", MISSING)
def test_missing(query: str) -> None:
    assert ids(fastapi(ROUTE % query)["show"]) == {"task_id": "missing"}
