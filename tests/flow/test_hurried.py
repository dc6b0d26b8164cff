"""Small apps that were written in a hurry: roles asked for in classes and at the end, shared helpers, sets of ids, tokens kept beside users."""

from __future__ import annotations

import pytest

from prodlint.flow.questions import Handler
from tests.flow.apps import fastapi

ASKS_FOR_A_ROLE = {
    "a class that lets the role pass and refuses at the end": """
        class RoleChecker:
            def __init__(self, allowed: list[str]) -> None:
                self.allowed = allowed

            def __call__(self, user: CurrentUser) -> bool:
                if user.role in self.allowed:
                    return True
                raise HTTPException(403)


        AdminOnly = Depends(RoleChecker(["admin"]))
        staff = APIRouter(dependencies=[AdminOnly])


        @staff.delete("/projects/{project_id}")
        def show(project_id: int, session: SessionDep):
            session.delete(session.get(Project, project_id))


        router.include_router(staff)
    """,
    "the token says which role, and its row what it may": """
        from sqlalchemy import JSON
        from sqlalchemy.orm import Mapped, mapped_column
        from shop.models import Base
        from shop.auth import scheme
        import jwt


        class Role(Base):
            __tablename__ = "roles"
            id: Mapped[int] = mapped_column(primary_key=True)
            permissions = mapped_column(JSON)


        def claims_of(token: str = Depends(scheme)) -> dict:
            return jwt.decode(token, "key", algorithms=["HS256"])


        class Permissions:
            def __init__(self, *needed: str) -> None:
                self.needed = needed

            def __call__(self, session: SessionDep, claims: dict = Depends(claims_of)):
                role = session.get(Role, claims["role_id"])
                for permission in self.needed:
                    if permission not in role.permissions:
                        raise HTTPException(403)


        @router.patch("/projects/{project_id}")
        def show(project_id: int, session: SessionDep, allowed=Depends(Permissions("project:update"))):
            project = session.get(Project, project_id)
            project.owner_id = 1
            session.commit()
    """,
    "any of several flags of a user who is found by the token too": """
        from shop.auth import scheme
        import jwt


        def get_staff(session: SessionDep, token: str = Depends(scheme)):
            claims = jwt.decode(token, "key", algorithms=["HS256"])
            user = session.scalars(select(User).where(User.email == claims["sub"], User.token == token)).first()
            if user is None:
                raise HTTPException(401)
            if any([user.is_admin, user.is_superuser, user.is_staff]) is False:
                raise HTTPException(403)
            return user


        @router.patch("/projects/{project_id}")
        def show(project_id: int, session: SessionDep, user: User = Depends(get_staff)):
            project = session.get(Project, project_id)
            project.owner_id = 1
            session.commit()
    """,
}


def show(code: str) -> Handler:
    return fastapi(code)["show"]


@pytest.mark.parametrize("name", ASKS_FOR_A_ROLE)
def test_who_comes_in_has_a_role(name: str) -> None:
    found = show(ASKS_FOR_A_ROLE[name])
    assert found.role
    assert all(choice.ownership in ("admin", "unknown") for choice in found.ids)


def test_a_way_in_without_a_role_is_no_role() -> None:
    found = show("""
        def somebody(user: CurrentUser) -> User:
            if user.is_admin:
                return user
            if user.email:
                return user
            raise HTTPException(403)


        @router.get("/projects/{project_id}")
        def show(project_id: int, session: SessionDep, user: User = Depends(somebody)):
            return session.get(Project, project_id)
    """)
    assert not found.role
    assert [choice.ownership for choice in found.ids] == ["missing"]


def test_what_is_joined_and_what_a_filter_is_made_of_name_no_row() -> None:
    found = show("""
        from fastapi_filter.contrib.sqlalchemy import Filter
        from fastapi_filter import FilterDepends


        class ProjectFilter(Filter):
            name: str | None = None


        @router.get("/projects")
        def show(session: SessionDep, user: CurrentUser, wanted: ProjectFilter = FilterDepends(ProjectFilter)):
            query = select(Project).where(Project.owner_id == user.id)
            query = query.join(wanted.Constants.model, isouter=True)
            return session.scalars(wanted.filter(query)).all()
    """)
    assert not [choice.id for choice in found.ids]


def test_a_field_that_the_body_does_not_have_is_not_the_clients() -> None:
    found = show("""
        from uuid import uuid4


        class NewProject(BaseModel):
            name: str


        @router.post("/projects")
        def show(body: NewProject, session: SessionDep, user: CurrentUser):
            data = body.model_dump()
            key = data.pop("id", None) or uuid4()
            session.add(Project(id=key, owner_id=user.id, **data))
            session.commit()
            return session.get(Project, key)
    """)
    assert not [choice.id for choice in found.ids]


def test_a_row_in_a_set_of_the_app_is_not_changed() -> None:
    found = show("""
        @router.get("/projects/{project_id}")
        def show(project_id: int, session: SessionDep, user: CurrentUser):
            seen = set()
            project = session.get(Project, project_id)
            seen.add(project.id)
            return project
    """)
    assert [choice.changed for choice in found.ids] == [False]


def test_a_row_of_somebody_that_is_only_asked_whether_it_exists_proves_nothing() -> None:
    found = show("""
        @router.post("/favourite")
        def show(project_id: int, session: SessionDep, user: CurrentUser):
            project = session.get(Project, project_id)
            if not project:
                raise HTTPException(404)
            user.favourite = project_id
            session.commit()
    """)
    assert found.route.ownership == "unknown"
