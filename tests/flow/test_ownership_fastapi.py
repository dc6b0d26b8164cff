"""Ids in FastAPI handlers: what ties them to the caller, and what only looks as if it did."""

from __future__ import annotations

from textwrap import dedent

import pytest

from tests.flow.apps import fastapi, ids

OWNED = {
    "term of the query": """
        @router.get("/projects/{project_id}")
        def show(project_id: int, session: SessionDep, user: CurrentUser):
            return session.scalars(select(Project).where(Project.id == project_id, Project.owner_id == user.id)).first()
    """,
    "terms one after the other": """
        @router.get("/projects/{project_id}")
        def show(project_id: int, session: SessionDep, user: CurrentUser):
            query = session.query(models.Project).filter(models.Project.id == project_id)
            query = query.filter(models.Project.owner_id == user.id)
            return query.first()
    """,
    "compared after the look-up": """
        @router.get("/projects/{project_id}")
        def show(project_id: int, session: SessionDep, user: CurrentUser):
            project = session.get(Project, project_id)
            if project is None or project.owner_id != user.id:
                raise HTTPException(404)
            return project
    """,
    "the owner or staff": """
        @router.delete("/projects/{project_id}")
        def show(project_id: int, session: SessionDep, user: CurrentUser):
            project = session.get(Project, project_id)
            if not user.is_admin and project.owner_id != user.id:
                raise HTTPException(403)
            session.delete(project)
    """,
    "used only where it fits": """
        @router.delete("/projects/{project_id}")
        def show(project_id: int, session: SessionDep, user: CurrentUser):
            project = session.get(Project, project_id)
            if project.owner_id == user.id:
                session.delete(project)
                return "gone"
            raise HTTPException(403)
    """,
    "a predicate in a helper": """
        def may_see(project, user) -> bool:
            if user.is_admin:
                return True
            return project.owner_id == user.id


        @router.get("/projects/{project_id}")
        def show(project_id: int, session: SessionDep, user: CurrentUser):
            project = session.get(Project, project_id)
            if not may_see(project, user):
                raise HTTPException(403)
            return project
    """,
    "a helper that loads and refuses": """
        def load(session, project_id, user_id):
            project = session.get(Project, project_id)
            member = session.get(ProjectMember, (project_id, user_id))
            if not project:
                raise HTTPException(404)
            if not member:
                raise HTTPException(403)
            return project


        @router.get("/projects/{project_id}")
        def show(project_id: int, session: SessionDep, user: CurrentUser):
            return load(session, project_id, user.id)
    """,
    "a refusal at the end of a helper": """
        def ensure(session, project_id, user):
            project = session.scalars(select(Project).where(Project.id == project_id)).one()
            if project.owner_id == user.id:
                return True
            if user.is_admin:
                return True
            raise HTTPException(403)


        @router.get("/projects/{project_id}/tasks")
        def show(project_id: int, session: SessionDep, user: CurrentUser):
            ensure(session, project_id, user)
            return session.scalars(select(Task).where(Task.project_id == project_id)).all()
    """,
    "a helper that gives nothing to strangers": """
        def remove_for(session, project, user):
            if project is None or project.owner_id != user.id:
                return False
            session.delete(project)
            return True


        @router.delete("/projects/{project_id}")
        def show(project_id: int, session: SessionDep, user: CurrentUser):
            remove_for(session, session.get(Project, project_id), user)
    """,
    "a dependency that loads and checks": """
        def owned_project(project_id: int, session: SessionDep, user: CurrentUser) -> Project:
            project = session.get(Project, project_id)
            if project is None or project.owner_id != user.id:
                raise HTTPException(404)
            return project


        @router.get("/projects/{project_id}")
        def show(project: Project = Depends(owned_project)):
            return project
    """,
    "a repository made for the caller": """
        class Projects:
            def __init__(self, session: SessionDep, user: CurrentUser):
                self.session, self.user = session, user

            def one(self, project_id: int):
                return self.session.scalars(select(Project).where(Project.id == project_id).where(Project.owner_id == self.user.id)).one()


        @router.get("/projects/{project_id}")
        def show(project_id: int, projects: Projects = Depends()):
            return projects.one(project_id)
    """,
    "a policy handed over as a function": """
        class ProjectPolicy:
            @classmethod
            def read(cls, project):
                async def allowed(actor) -> bool:
                    return project.owner_id == actor.id

                return allowed


        async def authorize(actor, allowed):
            if not await allowed(actor):
                raise HTTPException(403)


        @router.get("/projects/{project_id}")
        async def show(project_id: int, session: SessionDep, user: CurrentUser):
            project = session.get(Project, project_id)
            await authorize(user, ProjectPolicy.read(project))
            return project
    """,
    "the child in the query of the tied parent": """
        @router.get("/projects/{project_id}/tasks/{task_id}")
        def show(project_id: int, task_id: int, session: SessionDep, user: CurrentUser):
            project = session.scalars(select(Project).where(Project.id == project_id, Project.owner_id == user.id)).first()
            if project is None:
                raise HTTPException(404)
            return session.scalars(select(Task).where(Task.id == task_id, Task.project_id == project.id)).first()
    """,
    "the child compared with the tied parent": """
        def check(session, project_id, user):
            project = session.get(Project, project_id)
            if project.owner_id != user.id:
                raise HTTPException(403)


        @router.get("/projects/{project_id}/tasks/{task_id}")
        def show(project_id: int, task_id: int, session: SessionDep, user: CurrentUser):
            check(session, project_id, user)
            task = session.get(Task, task_id)
            if task.project_id != project_id:
                raise HTTPException(404)
            return task
    """,
    "the id of a row that is there in the tied parent": """
        @router.get("/projects/{project_id}/tasks/{task_id}/history")
        def show(project_id: int, task_id: int, session: SessionDep, user: CurrentUser):
            project = session.scalars(select(Project).where(Project.id == project_id, Project.owner_id == user.id)).one()
            task = session.scalars(select(Task).where(Task.id == task_id, Task.project_id == project.id)).one_or_none()
            if task is None:
                raise HTTPException(404)
            return session.scalars(select(Task).where(Task.id == task_id)).all()
    """,
    "held by its parent": """
        @router.delete("/tasks/{task_id}")
        def show(task_id: int, session: SessionDep, user: CurrentUser):
            task = session.get(Task, task_id)
            project = session.get(Project, task.project_id)
            if project.owner_id != user.id:
                raise HTTPException(403)
            session.delete(session.get(Task, task_id))
    """,
    "mine, or a guard for managers": """
        def ensure_manager(session, project_id, user):
            if session.get(ProjectMember, (project_id, user.id)) is None:
                raise HTTPException(403)


        @router.delete("/projects/{project_id}")
        def show(project_id: int, session: SessionDep, user: CurrentUser):
            project = session.get(Project, project_id)
            if project.owner_id != user.id:
                ensure_manager(session, project.id, user)
            session.delete(project)
    """,
    "joined to the owner": """
        @router.get("/tasks/{task_id}")
        def show(task_id: int, session: SessionDep, user: CurrentUser):
            query = select(Task).join(Project, Project.id == Task.project_id).where(Task.id == task_id)
            return session.scalars(query.where(Project.owner_id == user.id)).first()
    """,
    "an optional caller that is always given": """
        def find(session, project_id, owner_id=None):
            query = select(Project).where(Project.id == project_id)
            if owner_id is not None:
                query = query.where(Project.owner_id == owner_id)
            return session.scalars(query).first()


        @router.get("/projects/{project_id}")
        def show(project_id: int, session: SessionDep, user: CurrentUser):
            return find(session, project_id, owner_id=user.id)
    """,
    "staff sees all, others their own": """
        @router.get("/projects/{project_id}")
        def show(project_id: int, session: SessionDep, user: CurrentUser):
            query = select(Project).where(Project.id == project_id)
            if user.role != "admin":
                query = query.where(Project.owner_id == user.id)
            return session.scalars(query).first()
    """,
    "SQL with the caller among its terms": """
        @router.get("/projects/{project_id}")
        def show(project_id: int, session: SessionDep, user: CurrentUser):
            return session.execute(text("SELECT * FROM projects WHERE id = :id AND owner_id = :me"), {"id": project_id, "me": user.id}).first()
    """,
}

MISSING = {
    "looked up by id alone": """
        @router.get("/projects/{project_id}")
        def show(project_id: int, session: SessionDep, user: CurrentUser):
            return session.get(Project, project_id)
    """,
    "the id of a body": """
        class Change(BaseModel):
            project_id: int
            status: str


        @router.post("/rename")
        def show(change: Change, session: SessionDep, user: CurrentUser):
            project = session.get(Project, change.project_id)
            project.name = "x"
            session.commit()
    """,
    "a list of ids": """
        @router.delete("/tasks")
        def show(user: CurrentUser, session: SessionDep, task_ids: list[int] = Body()):
            session.execute(remove(Task).where(Task.id.in_(task_ids)))
    """,
    "in a function of another module": """
        from shop import crud


        @router.delete("/tasks/{task_id}")
        def show(task_id: int, session: SessionDep, user: CurrentUser):
            crud.tasks.remove(session, task_id)
    """,
    "guard-result dropped": """
        def may_see(project, user) -> bool:
            return project.owner_id == user.id


        @router.get("/projects/{project_id}")
        def show(project_id: int, session: SessionDep, user: CurrentUser):
            project = session.get(Project, project_id)
            may_see(project, user)
            return project
    """,
    "inverted test": """
        @router.get("/projects/{project_id}")
        def show(project_id: int, session: SessionDep, user: CurrentUser):
            project = session.get(Project, project_id)
            if project.owner_id == user.id:
                raise HTTPException(403)
            return project
    """,
    "refuses where there is already one": """
        @router.post("/projects/{project_id}/join")
        def show(project_id: int, session: SessionDep, user: CurrentUser):
            known = session.get(ProjectMember, (project_id, user.id))
            if known:
                raise HTTPException(409)
            return session.scalars(select(Task).where(Task.project_id == project_id)).all()
    """,
    "another object is checked": """
        @router.get("/projects/{project_id}/tasks/{task_id}")
        def show(project_id: int, task_id: int, session: SessionDep, user: CurrentUser):
            project = session.get(Project, project_id)
            if project.owner_id != user.id:
                raise HTTPException(403)
            return session.get(Task, task_id)
    """,
    "compared in what it is like, not in whose it is": """
        @router.get("/tasks/{task_id}")
        def show(task_id: int, session: SessionDep, user: CurrentUser):
            task = session.get(Task, task_id)
            if task.status != user.status:
                raise HTTPException(404)
            return task
    """,
    "the client may choose the way around": """
        @router.get("/projects/{project_id}")
        def show(project_id: int, force: bool, session: SessionDep, user: CurrentUser):
            project = session.get(Project, project_id)
            if force:
                return project
            if project.owner_id != user.id:
                raise HTTPException(403)
            return None
    """,
    "one branch is scoped": """
        settings = object()


        @router.get("/projects/{project_id}")
        def show(project_id: int, session: SessionDep, user: CurrentUser):
            query = select(Project).where(Project.id == project_id)
            if settings.private:
                query = query.where(Project.owner_id == user.id)
            return session.scalars(query).first()
    """,
    "the caller is not passed on": """
        def find(session, project_id, owner_id=None):
            query = select(Project).where(Project.id == project_id)
            if owner_id is not None:
                query = query.where(Project.owner_id == owner_id)
            return session.scalars(query).first()


        @router.get("/projects/{project_id}")
        def show(project_id: int, session: SessionDep, user: CurrentUser):
            return find(session, project_id)
    """,
    "a role that every user has": """
        class RoleChecker:
            def __init__(self, roles: list[str]):
                self.roles = roles

            def __call__(self, user: CurrentUser):
                if user.role not in self.roles:
                    raise HTTPException(403)
                return user


        @router.get("/projects/{project_id}")
        def show(project_id: int, session: SessionDep, user: User = Depends(RoleChecker(["customer"]))):
            return session.get(Project, project_id)
    """,
    "SQL by id alone": """
        @router.get("/projects/{project_id}")
        def show(project_id: int, session: SessionDep, user: CurrentUser):
            return session.execute(text("SELECT * FROM projects WHERE id = :id"), {"id": project_id}).first()
    """,
    "somebody's account by the name in a body": """
        class Profile(BaseModel):
            email: str
            name: str


        @router.put("/profile")
        def show(profile: Profile, session: SessionDep, user: CurrentUser):
            found = session.scalars(select(User).where(User.email == profile.email)).first()
            for name, value in profile.dict().items():
                setattr(found, name, value)
            session.commit()
    """,
}

CRUD = """
from shop.models import Task


class Crud:
    def __init__(self, model):
        self.model = model

    def get(self, session, id):
        return session.get(self.model, id)

    def remove(self, session, id):
        found = self.get(session, id)
        session.delete(found)


tasks = Crud(Task)
"""


@pytest.mark.parametrize("name", OWNED)
def test_tied_to_the_caller(name: str) -> None:
    handler = fastapi(OWNED[name])["show"]
    assert handler.route.authentication == "required"
    assert set(ids(handler).values()) <= {"owned"}, ids(handler)
    assert handler.route.ownership == "owned"


@pytest.mark.parametrize("name", MISSING)
def test_tied_to_nobody(name: str) -> None:
    handler = fastapi(MISSING[name], {"shop/crud.py": CRUD})["show"]
    assert "missing" in ids(handler).values(), (handler.route.ownership, ids(handler))


def test_only_the_unbound_child_is_reported() -> None:
    assert ids(fastapi(MISSING["another object is checked"])["show"]) == {"task_id": "missing"}


def test_nobody_as_the_caller_proves_nothing() -> None:
    handler = fastapi("""
        def nobody():
            return None


        @router.get("/projects/{project_id}")
        def show(project_id: int, session: SessionDep, user: User | None = Depends(nobody)):
            return session.scalars(select(Project).where(Project.id == project_id, Project.owner_id == user)).first()
    """)["show"]
    assert "owned" not in ids(handler).values()


def test_reference_data_belongs_to_nobody() -> None:
    handler = fastapi("""
        @router.get("/countries/{country_id}")
        def show(country_id: int, session: SessionDep, user: CurrentUser):
            return session.get(Country, country_id)
    """)["show"]
    assert ids(handler) == {"country_id": "not-applicable"}


def test_staff_only() -> None:
    handler = fastapi("""
        def admin(user: CurrentUser):
            if not user.is_admin:
                raise HTTPException(403)
            return user


        @router.get("/projects/{project_id}", dependencies=[Depends(admin)])
        def show(project_id: int, session: SessionDep):
            return session.get(Project, project_id)
    """)["show"]
    assert handler.route.ownership == "admin"


LIMITED = """
        import time


        class Limiter:
            def __init__(self, most: int):
                self.most, self.seen = most, []

            async def __call__(self, request: Request):
                self.seen = [at for at in self.seen if at > time.time() - 60]
                if len(self.seen) >= self.most:
                    raise HTTPException(429)
                self.seen.append(time.time())


        {name} = Limiter(10)


        @router.delete("/projects/{project_id}", dependencies=[Depends({name})])
        def remove(project_id: int, session: SessionDep, user: CurrentUser):
            session.delete(session.get(Project, project_id))
            session.commit()
    """


@pytest.mark.parametrize("name", ["admin_limiter", "admin_rate_limit", "staff_throttle"])
def test_how_often_somebody_may_come_asks_for_no_role(name: str) -> None:
    handler = fastapi("from fastapi import Request\n" + dedent(LIMITED.replace("{name}", name)))["remove"]
    assert (handler.route.ownership, handler.role) == ("missing", False)


def test_pages_and_cursors_name_no_object() -> None:
    handler = fastapi("""
        @router.get("/tasks")
        def show(page: int, older_than: int, session: SessionDep, user: CurrentUser):
            newest = select(Task.id).where(Task.id == older_than)
            return session.scalars(select(Task).where(Task.id < newest).offset(page * 20).limit(20)).all()
    """)["show"]
    assert ids(handler) == {}


def test_what_strangers_may_read_may_be_commented_on() -> None:
    handlers = fastapi("""
        @router.get("/projects/{project_id}")
        def read(project_id: int, session: SessionDep):
            return session.get(Project, project_id)


        @router.post("/projects/{project_id}/tasks")
        def comment(project_id: int, session: SessionDep, user: CurrentUser):
            project = session.get(Project, project_id)
            if project is None:
                raise HTTPException(404)
            session.add(Task(project_id=project.id, status="new"))
            return project


        @router.delete("/projects/{project_id}")
        def remove(project_id: int, session: SessionDep, user: CurrentUser):
            session.delete(session.get(Project, project_id))
    """)
    assert ids(handlers["read"]) == {"project_id": "public"} and ids(handlers["remove"]) == {"project_id": "missing"}
    assert ids(handlers["comment"]) == {"project_id": "unknown"}


def test_a_guard_that_returns_where_it_lets_through() -> None:
    handlers = fastapi("""
        def may_change(project, user):
            if user.role == "admin":
                return
            if project.owner_id == user.id:
                return
            raise HTTPException(403)


        def may_do_anything(project, user):
            if project.status == "open":
                return
            if project.owner_id == user.id:
                return
            raise HTTPException(403)


        @router.delete("/projects/{project_id}")
        def mine(project_id: int, session: SessionDep, user: CurrentUser):
            project = session.get(Project, project_id)
            may_change(project, user)
            session.delete(project)


        @router.put("/projects/{project_id}")
        def half(project_id: int, session: SessionDep, user: CurrentUser):
            project = session.get(Project, project_id)
            may_do_anything(project, user)
            project.name = "x"
    """)
    assert ids(handlers["mine"]) == {"project_id": "owned"}
    assert ids(handlers["half"]) != {"project_id": "owned"}


def test_an_equality_of_columns_before_python_s_and_is_all_that_is_asked() -> None:
    app = fastapi("""
    @router.get("/a/{project_id}")
    def dropped(project_id: int, session: SessionDep, user: CurrentUser):
        return session.query(Project).filter(Project.id == project_id and Project.owner_id == user.id).first()

    @router.get("/b/{project_id}")
    def both(project_id: int, session: SessionDep, user: CurrentUser):
        return session.query(Project).filter(Project.id == project_id, Project.owner_id == user.id).first()

    @router.get("/c/{project_id}")
    def unsure(project_id: int, session: SessionDep, user: CurrentUser):
        return session.query(Project).filter(Project.id.in_([project_id]) and Project.owner_id == user.id).first()
    """)
    assert ids(app["dropped"]) == {"project_id": "missing"}
    assert ids(app["both"]) == {"project_id": "owned"}
    assert ids(app["unsure"]) == {"project_id": "unknown"}
