"""Rows that a client moves to something of somebody else's."""

from __future__ import annotations

import pytest

from tests.flow.apps import fastapi, ids

CODE = """
    from pydantic import BaseModel

    class TaskUpdate(BaseModel):
        status: str | None = None
        project_id: int | None = None
        country_id: int | None = None

    class Note(Base):
        __tablename__ = "notes"
        id: Mapped[int] = mapped_column(primary_key=True)
        task_id: Mapped[int] = mapped_column(ForeignKey("tasks.id"))

    def mine(session, project_id, user):
        project = session.get(Project, project_id)
        if project.owner_id != user.id:
            raise HTTPException(404)
        return project

    @router.get("/projects/{project_id}")
    def show(project_id: int, session: SessionDep, user: CurrentUser):
        return mine(session, project_id, user)

    @router.delete("/projects/{project_id}")
    def remove(project_id: int, session: SessionDep, user: CurrentUser):
        session.delete(mine(session, project_id, user))
        session.commit()

    @router.patch("/tasks/{task_id}")
    def change(task_id: int, data: TaskUpdate, session: SessionDep, user: CurrentUser):
        task = session.get(Task, task_id)
        if task.project.owner_id != user.id:
            raise HTTPException(403)
        BODY
        session.commit()
        return task
"""
LOOP = "for key, value in data.model_dump(exclude_unset=True).items():\n            "


@pytest.mark.parametrize(
    ("body", "moved"),
    [
        ("task.project_id = data.project_id", {"data.project_id"}),
        ("setattr(task, 'project_id', data.project_id)", {"data.project_id"}),
        (LOOP + "setattr(task, key, value)", {"data.project_id"}),
        ("task.status = data.status", set()),
        ("task.project_id = mine(session, data.project_id, user).id", set()),
        ("mine(session, data.project_id, user)\n        task.project_id = data.project_id", set()),
        ("mine(session, data.project_id, user)\n        " + LOOP + "setattr(task, key, value)", set()),
        ("if data.project_id is not None and session.get(Project, data.project_id).owner_id != user.id:\n"
         "            raise HTTPException(403)\n        " + LOOP + "setattr(task, key, value)", set()),
        (LOOP + "if key != 'project_id':\n                setattr(task, key, value)", set()),
        ("for key, value in data.model_dump(exclude={'project_id'}).items():\n            setattr(task, key, value)", set()),
        ("task.project_id = user.id", set()),
    ],
)  # fmt: skip
def test_what_a_row_is_moved_to(body: str, moved: set[str]) -> None:
    found = fastapi(CODE.replace("BODY", body))["change"]
    assert ids(found)["task_id"] == "owned"
    loose = {link.id.rpartition(".")[2] for link in found.links if link.ownership == "missing"}
    assert loose == {name.rpartition(".")[2] for name in moved}
    assert (found.route.ownership == "owned") is not bool(moved) or "exclude" in body or "key !=" in body


def test_a_comprehension_over_the_fields_of_a_body() -> None:
    body = "given = {key: value for key, value in data.model_dump().items()}\n        task.status = given['status']"
    assert ids(fastapi(CODE.replace("BODY", body))["change"])["task_id"] == "owned"
