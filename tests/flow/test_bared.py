"""Passwords, or their hashes, that leave with an answer to strangers."""

from __future__ import annotations

from textwrap import dedent

import pytest

from tests.flow.apps import fastapi, flask

USERS = """
    from sqlalchemy.orm import Mapped, mapped_column

    from shop.models import Base


    class Person(Base):
        __tablename__ = "people"
        id: Mapped[int] = mapped_column(primary_key=True)
        name: Mapped[str]
        hashed_password: Mapped[str]


    class Shown(BaseModel):
        id: int
        name: str


    class Whole(Shown):
        hashed_password: str


    class Sent(BaseModel):
        name: str
        hashed_password: str


    def rows(session):
        return session.query(Person).all()


    class Hidden(Shown):
        hashed_password: str = Field(exclude=True)


    @router.get("/me")
    def me(user: CurrentUser):
        return user.email
"""

LISTED = "@router.get('/p')\ndef show(session: SessionDep):\n    return [ROW for p in rows(session)]"
REPOSITORY = """
    class People:
        @staticmethod
        def get_by_id(session, id):
            return session.query(Person).filter(Person.id == id).first()

        @classmethod
        async def one(cls, session, id):
            found = cls.get_by_id(session, id)
            if not found:
                return None
            return found

        @classmethod
        def brief(cls, session, id):
            found = cls.get_by_id(session, id)
            return {"name": found.name}

        @classmethod
        def perhaps(cls, session, id):
            found = cls.get_by_id(session, id)
            if not found.open:
                return {"name": found.name}
            return found

        @staticmethod
        def names(session):
            return session.execute(select(Person.id, Person.name)).all()


    people = People()
"""


@pytest.mark.parametrize(
    ("handler", "why"),
    [
        ("@router.get('/people')\ndef show(session: SessionDep):\n    return session.query(Person).all()", "passwords"),
        ("@router.get('/people')\ndef show(session: SessionDep):\n    rows = session.query(Person).all()\n    return {'people': rows}", "passwords"),
        ("@router.get('/people', response_model=list[Whole])\ndef show(session: SessionDep):\n    return session.query(Person).all()", "passwords"),
        ("@router.get('/people')\ndef show(session: SessionDep) -> list[Whole]:\n    return session.query(Person).all()", "passwords"),
        ("@router.get('/people', response_model=list[Shown])\ndef show(session: SessionDep):\n    return session.query(Person).all()", ""),
        ("@router.get('/people', response_model=list[Hidden])\ndef show(session: SessionDep):\n    return session.query(Person).all()", ""),
        ("@router.get('/people')\ndef show(session: SessionDep):\n    return [p.name for p in session.query(Person).all()]", ""),
        ("@router.get('/people')\ndef show(user: CurrentUser, session: SessionDep):\n    return session.query(Person).all()", ""),
        ("@router.get('/people')\ndef show(session: SessionDep):\n    return session.query(Person.id, Person.name).all()", ""),
        (
            "@router.get('/p/{id}')\ndef show(id: int, session: SessionDep):\n    person = People.get_by_id(session, id)\n    return person",
            "passwords",
        ),
        ("@router.get('/p/{id}')\nasync def show(id: int, session: SessionDep):\n    return await people.one(session, id)", "passwords"),
        ("@router.get('/p/{id}', response_model=Shown)\ndef show(id: int, session: SessionDep):\n    return People.get_by_id(session, id)", ""),
        ("@router.get('/p/{id}')\ndef show(id: int, session: SessionDep):\n    return People.brief(session, id)", ""),
        ("@router.get('/p/{id}')\ndef show(id: int, session: SessionDep):\n    return People.names(session)", ""),
        ("@router.get('/p/{id}')\ndef show(id: int, session: SessionDep):\n    return People.perhaps(session, id)", ""),
        (
            LISTED.replace("ROW", "Sent(name=p.name, hashed_password=p.hashed_password)"),
            "passwords",
        ),
        (
            LISTED.replace("ROW", "Shown(id=p.id, hashed_password=p.hashed_password)"),
            "",
        ),
        (
            LISTED.replace("ROW", "Hidden(id=p.id, hashed_password=p.hashed_password)"),
            "",
        ),
        ("@router.post('/people')\ndef show(session: SessionDep):\n    return session.query(Person).all()", ""),
    ],
)
def test_what_fastapi_makes_of_rows(handler: str, why: str) -> None:
    code = "from pydantic import Field\n" + dedent(USERS + REPOSITORY) + "\n\n" + handler
    assert fastapi(code)["show"].exposed[1] == why


ACCOUNTS = """
    class Account(db.Model):
        id = db.Column(db.Integer, primary_key=True)
        name = db.Column(db.String)
        password = db.Column(db.String)

        def to_dict(self):
            return {"id": self.id, "password": self.password}

        def brief(self):
            return {"id": self.id, "name": self.name}


    @app.get("/me")
    @login_required
    def me():
        return current_user.name


    @app.get("/accounts")
    def show():
        return jsonify([SAYS for a in Account.query.all()])
"""


@pytest.mark.parametrize(
    ("says", "why"),
    [
        ('{"name": a.name, "password": a.password}', "passwords"),
        ("a.to_dict()", "passwords"),
        ("a.brief()", ""),
        ('{"name": a.name, "password": "***"}', ""),
    ],
)
def test_an_answer_that_names_the_column(says: str, why: str) -> None:
    assert flask(ACCOUNTS.replace("SAYS", says))["show"].exposed[1] == why


def test_passwords_of_a_list_that_is_declared_public_are_for_nobody() -> None:
    code = "from pydantic import Field\n" + dedent(USERS + REPOSITORY)
    listed = "\n\n@router.get('/people')\ndef show(session: SessionDep):\n    return session.query(Person).all()"
    assert fastapi(code + listed, public=("show",))["show"].exposed[1] == "passwords"
