"""Owners that are words somebody typed, and permissions that a dependency is given as classes."""

from __future__ import annotations

from textwrap import dedent

import pytest

from tests.flow.apps import fastapi, ids

ASSET = """
from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column
from shop.models import Base


class Plugin(Base):
    __tablename__ = "plugins"
    id: Mapped[int] = mapped_column(primary_key=True)
    author: Mapped[str]


class Asset(Base):
    __tablename__ = "assets"
    id: Mapped[int] = mapped_column(primary_key=True)
    {column}
"""
SHOW = """
from shop.assets import Asset


@router.get("/assets/{asset_id}")
def show(session: SessionDep, user: CurrentUser, asset_id: int):
    return session.get(Asset, asset_id)
"""
MINE = """

@router.get("/mine")
def mine(session: SessionDep, user: CurrentUser):
    return session.scalars(select(Asset).where(Asset.owner == user.email)).all()
"""


@pytest.mark.parametrize(
    ("column", "more", "expected"),
    [
        ("owner: Mapped[str]", "", "unknown"),
        ("owner: Mapped[str]", MINE, "missing"),
        ("company: Mapped[str]", "", "not-applicable"),
        ("owner_id: Mapped[int] = mapped_column(ForeignKey('users.id'))", "", "missing"),
        ("plugin_id: Mapped[int] = mapped_column(ForeignKey('plugins.id'))", "", "not-applicable"),
    ],
)
def test_an_owner_that_is_a_word_is_the_callers_name_where_a_route_says_so(column: str, more: str, expected: str) -> None:
    """The address of whom to ask about a signal, typed by whoever made it, keeps nobody out."""
    found = fastapi(SHOW + more, {"shop/assets.py": dedent(ASSET).format(column=column)})["show"]
    assert ids(found) == {"asset_id": expected}


PERMISSIONS = """
def any_of(permissions, request):
    for each in permissions:
        try:
            each(request=request)
            return True
        except HTTPException:
            pass
    return False


class Permission:
    def __init__(self, request: Request):
        self.role = get_role(request)
        if not self.lets_in(request):
            raise HTTPException(403)


class IsOwner(Permission):
    def lets_in(self, request):
        return self.role == "owner"


class IsManager(Permission):
    def lets_in(self, request):
        if not any_of([IsOwner], request):
            if self.role == "manager":
                return True
        return any_of([IsOwner], request)


class {name}:
    def __init__(self, classes):
        self.classes = classes

    def __call__(self, request: Request, user: CurrentUser):
        for each in self.classes:
            each(request=request)


@router.delete("/projects/{{project_id}}", dependencies=[Depends({name}({given}))])
def remove(session: SessionDep, project_id: int):
    session.delete(session.get(Project, project_id))
"""


@pytest.mark.parametrize(
    ("name", "given", "expected"),
    [("PermissionsDependency", "[IsManager]", "unknown"), ("PermissionsDependency", "[]", "missing"), ("Throttle", "[]", "missing")],
)
def test_a_dependency_that_is_given_permissions_lets_in_whom_they_say(name: str, given: str, expected: str) -> None:
    """Whom the classes let in is not told; that it is not everybody is."""
    assert ids(fastapi(PERMISSIONS.format(name=name, given=given))["remove"]) == {"project_id": expected}


KINDS = """
from enum import Enum


class Kind(Enum):
    CUSTOMER = "customer"
    CHEF = "chef"


class RolesChecker:
    def __init__(self, allowed):
        self.allowed = allowed

    def __call__(self, user: CurrentUser):
        if user.role not in self.allowed:
            raise HTTPException(403)


@router.get("/projects/{project_id}", dependencies=[Depends(RolesChecker([Kind.CUSTOMER]))])
def show(session: SessionDep, project_id: int):
    return session.get(Project, project_id)
"""


def test_a_kind_that_a_dependency_is_given_is_no_permission() -> None:
    """Customers are everybody: what one of them may see of another is the question."""
    assert ids(fastapi(KINDS)["show"]) == {"project_id": "missing"}


OFFICE = """
class ProjectManager(models.Base):
    __tablename__ = "project_managers"
    id: int = Column(Integer, primary_key=True)
    user_id = Column(Integer, ForeignKey("users.id"))


class Basket(models.Base):
    __tablename__ = "baskets"
    id: int = Column(Integer, primary_key=True)
    user_id = Column(Integer, ForeignKey("users.id"))


@router.delete("/projects/{{project_id}}")
def remove(session: SessionDep, user: CurrentUser, project_id: int, manager_id: int):
    {test}
        raise HTTPException(403)
    session.delete(session.get(Project, project_id))
"""


@pytest.mark.parametrize(
    ("test", "expected"),
    [
        ("if session.query(ProjectManager).filter_by(user_id=user.id).count() < 1:", "unknown"),
        ("if not session.query(ProjectManager).filter_by(user_id=user.id).first():", "unknown"),
        ("if not session.query(ProjectManager).filter_by(user_id=user.id, id=manager_id).first():", "missing"),
        ("if not session.query(ProjectManager).filter_by(id=manager_id).first():", "missing"),
        ("if not session.query(Basket).filter_by(user_id=user.id).first():", "missing"),
    ],
)
def test_who_runs_one_of_them_is_some_kind_of_user(test: str, expected: str) -> None:
    assert ids(fastapi(OFFICE.format(test=test))["remove"])["project_id"] == expected
