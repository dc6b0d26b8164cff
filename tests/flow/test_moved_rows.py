"""Rows that a client moves to something of somebody else's."""

from __future__ import annotations

import pytest

from tests.flow.apps import AUTH, DB, by_name, fastapi, ids, project

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
        ("task.sqlmodel_update(data.model_dump(exclude_unset=True))", {"data.project_id"}),
        ("task.sqlmodel_update(data)", {"data.project_id"}),
        ("task.sqlmodel_update(data.model_dump(exclude={'project_id'}))", set()),
        ("task.sqlmodel_update(data, update={'project_id': task.project_id})", set()),
        ("mine(session, data.project_id, user)\n        task.sqlmodel_update(data.model_dump())", set()),
        ("session.query(Task).filter(Task.id == task_id).update(data.model_dump())", {"data.project_id"}),
        ("session.query(Task).filter(Task.id == task_id).update(data.model_dump(include={'status'}))", set()),
        ("session.query(Task).filter(Task.id == task_id).update(data.model_dump(include=None))", {"data.project_id"}),
        ("session.query(Task).filter(Task.id == task_id).update(data.model_dump(include={'status': True, 'project_id': True}))", {"data.project_id"}),
        ("given = data.model_dump()\n        given.pop('project_id')\n        session.query(Task).filter(Task.id == task_id).update(given)", set()),
        ("given = data.model_dump()\n        if not given['status']:\n            given.pop('project_id')\n"
         "        session.query(Task).filter(Task.id == task_id).update(given)", {"data.project_id"}),
        ("given = {}\n        given.update(data.model_dump())\n        task.status = given['status']", set()),
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


TABLES = """
from sqlmodel import Field, SQLModel


class User(SQLModel, table=True):
    id: int = Field(primary_key=True)


class Project(SQLModel, table=True):
    id: int = Field(primary_key=True)
    owner_id: int = Field(foreign_key="user.id")


class TaskBase(SQLModel):
    status: str
    project_id: int = Field(foreign_key="project.id")


class Task(TaskBase, table=True):
    id: int = Field(primary_key=True)


class TaskCreate(TaskBase):
    pass


class TaskShown(TaskBase):
    id: int
"""
ROUTES = """
from fastapi import APIRouter, FastAPI, HTTPException
from shop.auth import CurrentUser
from shop.db import SessionDep
from shop.models import Project, Task, TaskCreate, TaskShown

app = FastAPI()


def mine(session, project_id, user):
    project = session.get(Project, project_id)
    if project is None or project.owner_id != user.id:
        raise HTTPException(404)
    return project


@app.get("/projects/{project_id}")
def show(project_id: int, session: SessionDep, user: CurrentUser):
    return mine(session, project_id, user)


@app.delete("/projects/{project_id}")
def remove(project_id: int, session: SessionDep, user: CurrentUser):
    session.delete(mine(session, project_id, user))


@app.post("/tasks")
def make(data: TaskCreate, session: SessionDep, user: CurrentUser):
    BODY
    session.add(task)
    session.commit()
    return TaskShown.model_validate(task)
"""


@pytest.mark.parametrize(
    ("body", "open_keys"),
    [
        ("task = Task.model_validate(data)", ["project_id"]),
        ("task = Task.model_validate(data, update={'status': 'new'})", ["project_id"]),
        ("task = Task.from_orm(data)", ["project_id"]),
        ("task = Task.model_validate(data, update={'project_id': mine(session, data.project_id, user).id})", []),
        ("mine(session, data.project_id, user)\n    task = Task.model_validate(data)", []),
        ("task = Task(status=data.status, project_id=None)", []),
    ],
)
def test_a_row_that_takes_all_of_a_body(body: str, open_keys: list[str]) -> None:
    files = {"shop/__init__.py": "", "shop/models.py": TABLES, "shop/db.py": DB, "shop/auth.py": AUTH, "shop/api.py": ROUTES.replace("BODY", body)}
    assert [link.id for link in by_name(project(files))["make"].links if link.ownership == "missing"] == open_keys


SIGN_UP = """
class UserCreate(BaseModel):
    email: str
    password: str
    is_admin: bool = False

class UserRegister(BaseModel):
    email: str
    password: str

def create(session, given):
    user = User.model_validate(given, update={"role": "user"})
    session.add(user)
    session.commit()
    return user

@router.post("/signup")
def sign_up(data: GIVEN, session: SessionDep):
    return create(session, UserCreate.model_validate(data))
"""


@pytest.mark.parametrize(("given", "told"), [("UserRegister", False), ("UserCreate", True)])
def test_what_a_body_is_made_into_has_no_more_of_the_client_than_the_body_has(given: str, told: bool) -> None:
    """FastAPI's own template signs people up in this way."""
    made = fastapi(SIGN_UP.replace("GIVEN", given))["sign_up"]
    assert ("is_admin" in str(made.promotes)) is told
