"""Functions that give nothing back and raise where they have to refuse."""

from __future__ import annotations

import pytest

from tests.flow.apps import fastapi, ids

GUARDS = {
    "owned": [
        "if project.owner_id == user.id:\n            return\n        raise HTTPException(403)",
        "if user.is_admin:\n            return\n        if project.owner_id == user.id:\n            return\n        raise HTTPException(403)",
        "if user.is_admin or project.owner_id == user.id:\n            return\n        raise HTTPException(403)",
    ],
    "missing": [
        "if project.owner_id != user.id:\n            return\n        raise HTTPException(403)",
        "if project.status == 'open':\n            return\n        raise HTTPException(403)",
    ],
}


@pytest.mark.parametrize(("word", "guard"), [(word, guard) for word, guards in GUARDS.items() for guard in guards])
def test_a_guard_that_returns_nothing(word: str, guard: str) -> None:
    found = fastapi(
        f"""
    def check(user, project):
        {guard}


    @router.get("/projects/{{project_id}}")
    def show(project_id: int, user: CurrentUser, session: SessionDep):
        project = session.get(Project, project_id)
        check(user, project)
        return project
    """
    )
    assert ids(found["show"]) == {"project_id": word}


def test_a_plugin_that_configures_the_app_leaves_the_login_unknown() -> None:
    from tests.flow.apps import by_name, project

    files = {
        "app.py": """
from litestar import Litestar, get
from litestar.plugins import InitPluginProtocol


class Core(InitPluginProtocol):
    def on_app_init(self, app_config):
        app_config.on_app_init.append(jwt.on_app_init)
        return app_config


@get("/totals")
async def totals() -> int:
    return 1


app = Litestar(route_handlers=[totals], plugins=[Core()])
"""
    }
    assert by_name(project(files))["totals"].route.authentication == "unknown"


def test_rows_that_one_branch_narrows_prove_nothing_of_the_other() -> None:
    found = fastapi(
        """
        def find(session, project_id, user_id, settings):
            query = select(Project).where(Project.id == project_id)
            if settings.SINGLE_USER:
                query = query.where((Project.owner_id == user_id) | (Project.owner_id == None))
            return session.exec(query).first()


        @router.get("/projects/{project_id}")
        def show(project_id: int, user: CurrentUser, session: SessionDep):
            if project := find(session, project_id, user.id, load_settings()):
                return project
            raise HTTPException(404)
        """
    )
    assert ids(found["show"]) == {"project_id": "missing"}


def test_a_name_that_says_staff_is_no_role_where_nobody_is_looked_at() -> None:
    found = fastapi(
        """
        def get_staff_room(room: str):
            if room == "x":
                raise HTTPException(404)
            return room


        @router.delete("/projects/{project_id}")
        def remove(project_id: int, user: CurrentUser, session: SessionDep, room=Depends(get_staff_room)):
            session.delete(session.get(Project, project_id))
        """
    )
    assert ids(found["remove"]) == {"project_id": "missing"}


def test_what_a_call_selects_in_a_doubtful_branch_is_not_what_it_selects_elsewhere() -> None:
    found = fastapi(
        """
        def row(session, project_id):
            return session.get(Project, project_id)


        def pick(session, project_id, user):
            if user.is_external:
                return row(session, project_id)
            return None


        @router.delete("/projects/{project_id}")
        def remove(project_id: int, user: CurrentUser, session: SessionDep):
            pick(session, project_id, user)
            session.delete(row(session, project_id))
        """
    )
    assert ids(found["remove"]) == {"project_id": "missing"}


def test_whoever_has_a_password_is_who_signs_in() -> None:
    models = """
        from sqlalchemy import ForeignKey
        from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


        class Base(DeclarativeBase):
            pass


        class Principal(Base):
            __tablename__ = "principals"
            id: Mapped[int] = mapped_column(primary_key=True)
            hashed_password: Mapped[str]


        class Paper(Base):
            __tablename__ = "papers"
            id: Mapped[int] = mapped_column(primary_key=True)
            filed_for: Mapped[int] = mapped_column(ForeignKey("principals.id"))
    """
    found = fastapi(
        """
        from shop.papers import Paper

        @router.get("/papers/{paper_id}")
        def show(paper_id: int, user: CurrentUser, session: SessionDep):
            return session.get(Paper, paper_id)
        """,
        {"shop/papers.py": models},
    )
    assert ids(found["show"]) == {"paper_id": "missing"}
    assert found["show"].ids[0].owner_path == ("filed_for",)
