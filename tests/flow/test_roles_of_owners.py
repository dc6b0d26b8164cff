"""A role that the owners of rows have, asked for instead of whose the row is: a teacher reaches the courses of other teachers."""

from __future__ import annotations

import pytest

from tests.flow.apps import project

CODE = """
import jwt
from fastapi import Depends, FastAPI, HTTPException
from fastapi.security import OAuth2PasswordBearer
from sqlalchemy import Column, ForeignKey, Integer, String
from sqlalchemy.orm import Session, declarative_base, sessionmaker

Base = declarative_base()
Local = sessionmaker()
app = FastAPI()
scheme = OAuth2PasswordBearer(tokenUrl="token")


class User(Base):
    __tablename__ = "users"
    id = Column(Integer, primary_key=True)
    hashed_password = Column(String)
    role = Column(String)


class Course(Base):
    __tablename__ = "courses"
    id = Column(Integer, primary_key=True)
    COLUMN = Column(Integer, ForeignKey("users.id"))


class Exam(Base):
    __tablename__ = "exams"
    id = Column(Integer, primary_key=True)
    course_id = Column(Integer, ForeignKey("courses.id"))


def get_db():
    yield Local()


def me(token: str = Depends(scheme), db: Session = Depends(get_db)) -> User:
    user = db.get(User, jwt.decode(token, "k", algorithms=["HS256"])["sub"])
    if user is None:
        raise HTTPException(401)
    return user


@app.patch("/courses/{course_id}")
def rename(course_id: int, name: str, db: Session = Depends(get_db), user: User = Depends(me)):
    course = db.get(Course, course_id)
    if FIRST:
        raise HTTPException(403)
    course.name = name
    db.commit()


@app.delete("/courses/{course_id}")
def close(course_id: int, db: Session = Depends(get_db), user: User = Depends(me)):
    course = db.get(Course, course_id)
    if course.COLUMN != user.id:
        raise HTTPException(403)
    db.delete(course)
    db.commit()


@app.delete("/exams/{exam_id}")
def cancel(exam_id: int, db: Session = Depends(get_db), user: User = Depends(me)):
    if user.role != "ROLE":
        raise HTTPException(403)
    MORE
    exam = db.get(Exam, exam_id)
    db.delete(exam)
    db.commit()
"""


def verdict(code: str) -> str:
    (found,) = [handler for handler in project({"app.py": code}).handlers() if handler.route.handler.endswith(".cancel")]
    return found.route.ownership


def cancel(column: str = "teacher_id", role: str = "teacher", first: str = "", more: str = "pass") -> str:
    code = CODE.replace("FIRST", first or f"course.{column} != user.id")
    return verdict(code.replace("COLUMN", column).replace("ROLE", role).replace("MORE", more))


def test_a_role_of_those_whose_rows_these_are() -> None:
    assert cancel() == "missing"


@pytest.mark.parametrize(("role", "said"), [("admin", "admin"), ("registrar", "unknown")])
def test_another_role(role: str, said: str) -> None:
    assert cancel(role=role) == said


def test_who_is_above_others_too() -> None:
    assert cancel("manager_id", "manager") == "unknown"


def test_no_habit() -> None:
    assert cancel(first="course.name == name") == "unknown"


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ("if db.get(Course, db.get(Exam, exam_id).course_id).teacher_id != user.id:\n        raise HTTPException(403)", "owned"),
        ('if user.role == "dean":\n        name = "x"', "unknown"),
    ],
)
def test_more_is_asked(more: str, said: str) -> None:
    assert cancel(more=more) == said


PROPERTY = """    is_superuser = Column(Integer)
    kind = Column(String)

    @property
    def role(self):
        if self.is_superuser:
            return "superuser"
        return self.kind
"""


def test_a_role_that_is_asked_of_a_property() -> None:
    """A property that asks first whether somebody runs the app: that it says "teacher" is another thing."""
    code = CODE.replace("FIRST", "course.teacher_id != user.id").replace("COLUMN", "teacher_id").replace("ROLE", "teacher").replace("MORE", "pass")
    assert verdict(code.replace("    role = Column(String)\n", PROPERTY)) == "missing"
