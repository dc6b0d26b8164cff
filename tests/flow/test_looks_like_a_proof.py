"""What looks like a proof in hurried apps and is none, each with its twin that is: keys of something else, methods that nobody calls, names that keep
what the caller is like, and what those see who are no admins."""

from __future__ import annotations

import pytest

from prodlint.flow.questions import Handler
from tests.flow.apps import project

HEAD = """
import jwt
from fastapi import Depends, FastAPI, HTTPException
from fastapi.security import OAuth2PasswordBearer
from sqlalchemy import Boolean, Column, ForeignKey, Integer, String
from sqlalchemy.orm import Session, declarative_base, sessionmaker

Base = declarative_base()
Local = sessionmaker()
app = FastAPI()
scheme = OAuth2PasswordBearer(tokenUrl="token")


class User(Base):
    __tablename__ = "users"
    id = Column(Integer, primary_key=True)
    strict = Column(Boolean)
    admin = Column(Boolean)

    def is_admin(self):
        return self.admin

    @property
    def is_superuser(self):
        return self.admin


class Project(Base):
    __tablename__ = "projects"
    id = Column(Integer, primary_key=True)
    owner_id = Column(Integer, ForeignKey("users.id"))


class Folder(Base):
    __tablename__ = "folders"
    id = Column(Integer, primary_key=True)


class Task(Base):
    __tablename__ = "tasks"
    id = Column(Integer, primary_key=True)
    project_id = Column(Integer, ForeignKey("projects.id"))
    folder_id = Column(Integer, ForeignKey("folders.id"))
    category_id = Column(Integer)


class Loose(Base):
    __tablename__ = "loose"
    id = Column(Integer, primary_key=True)
    project = Column(Integer)


def get_db():
    yield Local()


def me(token: str = Depends(scheme), db: Session = Depends(get_db)) -> User:
    user = db.get(User, jwt.decode(token, "k", algorithms=["HS256"])["sub"])
    if user is None:
        raise HTTPException(401)
    return user


def verify(db, user, pid):
    project = db.get(Project, pid)
    if project is None or project.owner_id != user.id:
        raise HTTPException(403)
"""


def handler(body: str, path: str = "/tasks/{row_id}") -> Handler:
    lines = "\n".join(f"    {line}" for line in body.strip().splitlines())
    code = f'{HEAD}\n\n@app.get("{path}")\ndef show(row_id: int, db: Session = Depends(get_db), user: User = Depends(me)):\n{lines}\n'
    return next(found for found in project({"main.py": code}).handlers() if found.route.handler.endswith("show"))


FOUND_BY = {
    "db.get(Project, task.project_id)": "owned",
    "db.get(Project, task.folder_id)": "unknown",  # the number of a folder
    "db.get(Project, task.category_id)": "unknown",  # nobody says of what, and another column names the project
    "db.query(Project).filter(Project.id == task.project_id).first()": "owned",
    "db.query(Project).filter(Project.id == task.category_id).first()": "unknown",
    "db.query(Project).filter_by(id=task.folder_id).first()": "unknown",
    "db.query(Project).filter(Project.id == task.project_id, Project.owner_id == user.id).first()": "owned",
    "db.query(Project).filter(Project.id == task.category_id, Project.owner_id == user.id).first()": "unknown",
}


@pytest.mark.parametrize("found", FOUND_BY)
def test_a_parent_is_found_by_the_column_that_names_it(found: str) -> None:
    body = (
        f"task = db.get(Task, row_id)\nproject = {found}\nif not project or project.owner_id != user.id:\n    raise HTTPException(403)\nreturn task"
    )
    assert handler(f"{body}\nreturn task").route.ownership == FOUND_BY[found]


def test_a_column_without_a_foreign_key_is_believed_where_no_other_names_the_parent() -> None:
    body = "row = db.get(Loose, row_id)\nproject = db.get(Project, row.project)\nif project.owner_id != user.id:\n    raise HTTPException(403)"
    assert handler(f"{body}\nreturn row").route.ownership == "owned"


ROLES = {"user.is_admin()": "admin", "user.is_superuser": "admin", "user.admin": "admin", "user.is_admin": "missing"}


@pytest.mark.parametrize("test", ROLES)
def test_a_method_of_the_user_that_nobody_calls_is_always_true(test: str) -> None:
    body = f"if not {test}:\n    raise HTTPException(403)\nreturn db.get(Project, row_id)"
    assert handler(body).route.ownership == ROLES[test]


FLAGS = {
    "if user.strict:": "unknown",
    "strict = user.strict\nif strict:": "unknown",
    "strict = row_id and user.strict\nif strict:": "unknown",
    "strict = user.strict\nstrict = user.id\nif strict:": "owned",
    "number = user.id\nif number:": "owned",
    "if user:": "owned",
}


@pytest.mark.parametrize("test", FLAGS)
def test_what_a_guard_asks_of_some_callers_only_whatever_it_is_called(test: str) -> None:
    assert handler(f"{test}\n    verify(db, user, row_id)\nreturn db.get(Project, row_id)").route.ownership == FLAGS[test]


LESSER = {
    "if not user.admin:\n    return row\nverify(db, user, row_id)\nreturn row": "not admin",
    "if user.admin:\n    return row\nverify(db, user, row_id)\nreturn row": "unknown or owned",
    "if not user.admin:\n    if row.owner_id != user.id:\n        raise HTTPException(403)\n    return row\nreturn row": "owned",
    "if not user.admin:\n    return {'error': 'staff only'}\nreturn row": "admin",
    "if not user.admin:\n    raise HTTPException(403, row.id)\nreturn row": "admin",
    "if not user.admin:\n    return db.query(Project).filter_by(id=row_id, owner_id=user.id).first()\nreturn row": "owned or admin",
}


@pytest.mark.parametrize("body", LESSER)
def test_what_those_see_who_are_no_admins(body: str) -> None:
    said = handler(f"row = db.get(Project, row_id)\n{body}").route.ownership
    assert said not in ("owned", "admin") if LESSER[body] == "not admin" else said in LESSER[body].split(" or ")


ROLE_ROWS = """
from flask import Flask, request
from flask.ext.login import current_user, login_required
from flask_sqlalchemy import SQLAlchemy

app = Flask(__name__)
db = SQLAlchemy(app)


class Role(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    name = db.Column(db.String)


class Plan(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    name = db.Column(db.String)


class User(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    role_id = db.Column(db.Integer, db.ForeignKey("role.id"))
    plan_id = db.Column(db.Integer, db.ForeignKey("plan.id"))
    password_hash = db.Column(db.String)


class Booking(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    owner_id = db.Column(db.Integer, db.ForeignKey("user.id"))
    reason = db.Column(db.String)


@app.route("/bookings", methods=["POST"])
@login_required
def show():
    row = Booking.query.get(request.form["id"])
"""
ASKED = {
    "role = Role.query.get(current_user.role_id).name\n    if role != 'admin':\n        return 'no'": "admin",
    "role = Role.query.filter_by(id=current_user.role_id).first()\n    if role.name != 'admin':\n        return 'no'": "admin",
    "role = Role.query.get(current_user.role_id)\n    if not (row.owner_id == current_user.id or role.name == 'admin'):\n        return ''": "owned",
    "role = Role.query.get(current_user.role_id).name\n    if role == 'admin':\n        return 'no'": "missing",
    "role = Role.query.get(request.form['role_id']).name\n    if role != 'admin':\n        return 'no'": "missing",
    "role = Role.query.get(row.owner.role_id).name\n    if role != 'admin':\n        return 'no'": "missing",
    "plan = Plan.query.get(current_user.plan_id).name\n    if plan != 'admin':\n        return 'no'": "not admin",
}


@pytest.mark.parametrize("asked", ASKED)
def test_the_row_of_the_callers_role_says_what_they_may(asked: str) -> None:
    code = f"{ROLE_ROWS}    {asked}\n    row.reason = request.form['reason']\n    db.session.commit()\n    return 'done'\n"
    said = next(iter(project({"main.py": code}).handlers())).route.ownership
    assert said not in ("owned", "admin") if ASKED[asked] == "not admin" else said == ASKED[asked]
