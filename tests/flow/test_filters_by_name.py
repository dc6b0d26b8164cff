"""Conditions that a loop puts together from a dictionary, callers who may be nobody, and services that are called after users and are none."""

from __future__ import annotations

import pytest

from tests.flow.apps import fastapi, ids

FINDS = """
from sqlalchemy import or_, select


class Projects:
    model = Project

    def __init__(self, session):
        self.session = session

    def find(self, **filters):
        query = select(self.model)
        for name, value in filters.items():
            BODY
        return self.session.scalars(query).all()


@router.get("/projects/{project_id}")
def show(project_id: int, session: SessionDep, user: CurrentUser):
    return Projects(session).find(owner_id=user.id, id=project_id)


@router.get("/projects")
def every(session: SessionDep, user: CurrentUser):
    return Projects(session).find(owner_id=user.id)
"""


@pytest.mark.parametrize(
    ("body", "one", "every"),
    [
        (["query = query.where(getattr(self.model, name) == value)"], "owned", "owned"),
        (["if value is not None:", "    query = query.where(getattr(self.model, name) == value)"], "owned", "owned"),
        (["if name == 'owner_id':", "    continue", "query = query.where(getattr(self.model, name) == value)"], "missing", "unknown"),
        (["if name in ('id', 'status'):", "    query = query.where(getattr(self.model, name) == value)"], "missing", "unknown"),
        (["query = select(self.model).where(getattr(self.model, name) == value)"], "missing", "owned"),  # the last one alone
        (["query.where(getattr(self.model, name) == value)"], "unknown", "unknown"),
        (["query = query.where(getattr(self.model, name) != value)"], "unknown", "unknown"),
    ],
)
def test_which_of_the_conditions_are_put_together(body: list[str], one: str, every: str) -> None:
    found = fastapi(FINDS.replace("BODY", "\n            ".join(body)))
    assert (found["show"].route.ownership, found["every"].route.ownership) == (one, every)


def test_a_loop_that_ends_with_its_first_round_takes_the_first_condition_alone() -> None:
    first = FINDS.replace("BODY", "query = query.where(getattr(self.model, name) == value)\n            break")
    assert ids(fastapi(first.replace("owner_id=user.id, id=project_id", "id=project_id, owner_id=user.id"))["show"]) == {"project_id": "missing"}


GIVEN = """
from fastapi import Request
from sqlalchemy import select


def find(session, filters):
    query = select(Project)
    for name, value in filters.items():
        query = query.where(getattr(Project, name) == value)
    return session.scalars(query).all()


@router.get("/projects/{project_id}")
def show(project_id: int, request: Request, session: SessionDep, user: CurrentUser, all: bool = False, other: int | None = None):
    BODY
"""


@pytest.mark.parametrize(
    ("body", "verdict"),
    [
        (["return find(session, {'id': project_id, 'owner_id': user.id})"], "owned"),
        (["given = {'id': project_id, 'owner_id': user.id}", "given.clear()", "given['id'] = project_id", "return find(session, given)"], "missing"),
        (["given = {'id': project_id, 'owner_id': user.id}", "given.pop('owner_id')", "return find(session, given)"], "missing"),
        (["given = {'id': project_id, 'owner_id': user.id}", "del given['owner_id']", "return find(session, given)"], "missing"),
        (["given = {'id': project_id}", "if not all:", "    given['owner_id'] = user.id", "return find(session, given)"], "unknown"),
        (["given = {'id': project_id, 'owner_id': user.id}", "given.update(request.query_params)", "return find(session, given)"], "unknown"),
        (["return find(session, {'id': project_id, 'owner_id': other or user.id})"], "unknown"),
        (
            ["given = {'owner_id': user.id}", "given.clear()", "return session.scalars(select(Project).filter_by(id=project_id, **given)).one()"],
            "missing",
        ),
    ],
)
def test_what_is_left_in_a_dictionary_of_conditions(body: list[str], verdict: str) -> None:
    assert ids(fastapi(GIVEN.replace("BODY", "\n    ".join(body)))["show"])["project_id"] == verdict


WORKS = """
class Users:
    def __init__(self, session):
        self.session = session

    def _validate_unique_email(self, email: str, ours=None):
        if self.session.scalars(select(User).where(User.email == email, User.id != ours)).first():
            raise HTTPException(400)

    def update(self, user_id: int, email: str):
        row = self.session.get(User, user_id)
        self._validate_unique_email(email, ours=row.id)
        row.email = email
        self.session.commit()
        return row


def get_user_service(session: SessionDep):
    return Users(session)


def get_user_repository():
    return made_elsewhere()


@router.patch("/users/{user_id}")
def update(user_id: int, email: str, users=Depends(get_user_service), caller=Depends(get_current_user)):
    return users.update(user_id, email)


@router.get("/projects/{project_id}")
def compared(project_id: int, session: SessionDep, users=Depends(get_user_service), caller=Depends(get_current_user)):
    project = session.get(Project, project_id)
    if project.owner_id != users.default_owner:
        raise HTTPException(403)
    return project


@router.get("/others/{project_id}")
def narrowed(project_id: int, session: SessionDep, users=Depends(get_user_repository), caller=Depends(get_current_user)):
    return session.scalars(select(Project).where(Project.id == project_id, Project.owner_id == users.default_owner)).one()
"""


def test_what_works_on_users_is_none_of_them() -> None:
    found = fastapi("\nfrom sqlalchemy import select\n" + WORKS)
    assert ids(found["update"])["user_id"] == "missing"
    assert ids(found["compared"])["project_id"] == "missing"
    assert ids(found["narrowed"])["project_id"] == "unknown"  # held against a key that nobody could read


MAYBE = """
def find(session, project_id, owner=None):
    query = session.query(Project).filter(Project.id == project_id)
    if owner is not None:
        query = query.filter(Project.owner_id == owner)
    return query.first()


@router.get("/projects/{project_id}")
def show(project_id: int, session: SessionDep, user: CurrentUser, mine: bool = True):
    BODY
    return find(session, project_id, owner)
"""


@pytest.mark.parametrize(
    ("body", "verdict"),
    [
        (["owner = user.id"], "owned"),
        (["owner = user.id if mine else None"], "unknown"),
        (["owner = mine and user.id or None"], "unknown"),
        (["owner = None", "if mine:", "    owner = user.id"], "unknown"),
        (["owner = user.id", "if not mine:", "    owner = None"], "unknown"),
        (["owner = None"], "missing"),
    ],
)
def test_a_caller_who_is_nobody_where_the_client_says_so(body: list[str], verdict: str) -> None:
    assert ids(fastapi(MAYBE.replace("BODY", "\n    ".join(body)))["show"])["project_id"] == verdict


STANDS_IN = """
import functools


def owner_only(view):
    @functools.wraps(view)
    def wrapper(project_id, session, user):
        if session.get(Project, project_id).owner_id != user.id:
            raise HTTPException(403)
        return view(project_id, session, user)
    return GIVEN


@router.get("/projects/{project_id}")
@owner_only
def show(project_id: int, session: SessionDep, user: CurrentUser):
    return session.get(Project, project_id)
"""


@pytest.mark.parametrize(("given", "verdict"), [("wrapper", "owned"), ("view", "missing")])
def test_a_decorator_that_gives_the_view_back_asks_nothing(given: str, verdict: str) -> None:
    assert ids(fastapi(STANDS_IN.replace("GIVEN", given))["show"])["project_id"] == verdict


@pytest.mark.parametrize(("name", "verdict"), [("get_user_settings", "public"), ("get_user_agent", "public"), ("get_user_or_401", "owned")])
def test_what_is_of_a_user_is_no_user(name: str, verdict: str) -> None:
    code = f"""
from fastapi import Request


def {name}(request: Request):
    return request.app.state.kept


@router.get("/projects/{{project_id}}")
def show(project_id: int, session: SessionDep, kept=Depends({name})):
    return session.query(Project).filter(Project.id == project_id, Project.owner_id == kept.id).first()
"""
    assert ids(fastapi(code)["show"])["project_id"] == verdict
