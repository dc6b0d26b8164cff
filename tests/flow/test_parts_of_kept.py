"""Routes without a login to parts of what all other routes keep."""

from __future__ import annotations

import pytest

from tests.flow.apps import fastapi

CODE = """
    class {name}(Base):
        __tablename__ = "parts"
        id: Mapped[int] = mapped_column(primary_key=True)
        project_id: Mapped[int] = mapped_column(ForeignKey("projects.id"))

    def mine(session, project_id, user):
        project = session.get(Project, project_id)
        if project.owner_id != user.id:
            raise HTTPException(404)
        return project

    @router.get("/projects/{{project_id}}")
    def show(project_id: int, session: SessionDep, user: CurrentUser):
        return mine(session, project_id, user)

    @router.put("/projects/{{project_id}}")
    def change(project_id: int, session: SessionDep, user: CurrentUser):
        mine(session, project_id, user).status = "changed"
        session.commit()

    @router.delete("/projects/{{project_id}}")
    def remove(project_id: int, session: SessionDep, {who}):
        session.delete({whose})
        session.commit()

    @router.get("{path}/{{part_id}}")
    def part(part_id: int, session: SessionDep{login}):
        return session.get({name}, part_id)
"""
MINE, ANY = "mine(session, project_id, user)", "session.get(Project, project_id)"


@pytest.mark.parametrize(
    ("name", "path", "who", "whose", "login", "why"),
    [
        ("Revision", "/revisions", "user: CurrentUser", MINE, "", "child"),
        ("Revision", "/shared/revisions", "user: CurrentUser", MINE, "", ""),  # strangers are meant to come
        ("Comment", "/comments", "user: CurrentUser", MINE, "", ""),  # what readers leave
        ("Revision", "/revisions", "again: int = 0", ANY, "", ""),  # what it belongs to is not kept by all
        ("Revision", "/revisions", "user: CurrentUser", MINE, ", user: CurrentUser", ""),
    ],
)
def test_a_part_of_what_is_kept(name: str, path: str, who: str, whose: str, login: str, why: str) -> None:
    found = fastapi(CODE.format(name=name, path=path, who=who, whose=whose, login=login))["part"]
    assert found.exposed[1] == why
    assert (found.route.ownership == "missing") is (why != "" or login != "")
