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
    "session.query(Task).select_from(Project).join(Task).filter(Task.id == task_id, Project.owner_id == user.id).one()",
    "session.query(Task).select_from(Project).join(Project.tasks).filter(Task.id == task_id, Project.owner_id == user.id).one()",
    "session.query(Task).join(Project).join(ProjectMember).filter(Task.id == task_id, ProjectMember.user_id == user.id).one()",
    "session.query(Task, Project).join(Project).filter(Task.id == task_id, Project.owner_id == user.id).one()",
    "session.scalars(select(Task).join_from(Task, Project).where(Task.id == task_id, Project.owner_id == user.id)).one()",
    "session.query(Task).join(Project, and_(Project.id == Task.project_id, Project.owner_id == user.id)).filter(Task.id == task_id).one()",
]

MISSING = [
    "session.query(Task).filter(Task.id == task_id).filter(Project.owner_id == user.id).one()",
    "session.scalar(select(Task).where(Task.id == task_id, Project.owner_id == user.id))",
    "session.scalar(select(Task).where(and_(Task.id == task_id, Project.owner_id == user.id)))",
    "session.scalar(select(Project).where(or_(Project.id == task_id, Project.owner_id == user.id)))",
    "session.query(Task).select_from(Task).filter(Task.id == task_id, Project.owner_id == user.id).one()",
    "session.query(Task).join(Project).filter(Task.id == task_id, ProjectMember.user_id == user.id).one()",
    "session.query(Task).join(Country, Country.id == Task.id).filter(Task.id == task_id, Project.owner_id == user.id).one()",
]

UNKNOWN = [
    "session.scalars(select(Task).select_from(Project).where(Task.id == task_id, Project.owner_id == user.id)).one()",
    "session.query(Task).select_from(Project, Task).filter(Task.id == task_id, Project.owner_id == user.id).one()",
    "session.query(Task).join(Project, Project.id != Task.project_id).filter(Task.id == task_id, Project.owner_id == user.id).one()",
    "session.query(Task).join(Project, ~(Project.id == Task.project_id)).filter(Task.id == task_id, Project.owner_id == user.id).one()",
    "session.query(Task).join(Project, or_(Project.id == Task.project_id, Task.id > 0)).filter(Task.id == task_id, Project.owner_id == user.id)",
]


@pytest.mark.parametrize("query", OWNED)
def test_owned(query: str) -> None:
    assert ids(fastapi(ROUTE % query)["show"]) == {"task_id": "owned"}


@pytest.mark.parametrize("query", MISSING)
def test_missing(query: str) -> None:
    assert ids(fastapi(ROUTE % query)["show"]) == {"task_id": "missing"}


@pytest.mark.parametrize("query", UNKNOWN)
def test_what_is_tied_to_nothing(query: str) -> None:
    assert ids(fastapi(ROUTE % query)["show"]) == {"task_id": "unknown"}


AROUND_A_COLUMN = {
    "func.lower(Project.owner_id) == user.id": "owned",
    "func.coalesce(Project.owner_id, 0) == user.id": "owned",
    "func.coalesce(Project.owner_id, user.id) == user.id": "unknown",
    "func.coalesce(Project.owner_id, task_id) == user.id": "unknown",
    "func.nullif(Project.owner_id, user.id) == user.id": "unknown",
    "func.greatest(Project.owner_id, user.id) == user.id": "unknown",
}


@pytest.mark.parametrize("term", AROUND_A_COLUMN)
def test_what_is_made_of_a_column(term: str) -> None:
    query = f"session.query(Project).filter(Project.id == task_id, {term}).one()"
    assert ids(fastapi(ROUTE % query)["show"]) == {"task_id": AROUND_A_COLUMN[term]}


SWAPPED = {
    '"SELECT * FROM tasks WHERE id = %s AND owner_id = %s", (task_id, user.id)': "owned",
    '"SELECT * FROM tasks WHERE owner_id = %s AND id = %s", (user.id, task_id)': "owned",
    '"SELECT * FROM members WHERE owner_id = %s AND member_id = %s", (task_id, user.id)': "owned",
    '"SELECT * FROM tasks WHERE id = %s AND owner_id = %s", (user.id, task_id)': "unknown",
    '"SELECT * FROM tasks WHERE owner_id = %s AND id = %s", (task_id, user.id)': "unknown",
    "\"SELECT * FROM tasks WHERE id = %(id)s AND owner_id = %(me)s\", {'id': user.id, 'me': task_id}": "unknown",
}


@pytest.mark.parametrize("query", SWAPPED)
def test_the_caller_in_the_place_of_the_row(query: str) -> None:
    assert ids(fastapi(ROUTE % f"session.execute({query}).fetchone()")["show"]) == {"task_id": SWAPPED[query]}
