"""Shapes of real fixes: what was forgotten before them has to be told, and nothing after them."""

from __future__ import annotations

from textwrap import dedent

import pytest

from tests.flow.apps import API, AUTH, DB, MODELS, by_name, fastapi, flask, ids, project

JOBS = """
    class Job(Base):
        __tablename__ = "jobs"
        id: Mapped[int] = mapped_column(primary_key=True)
        user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
"""
SETTINGS = """
from pydantic_settings import BaseSettings


class Settings(BaseSettings):
    login: bool = True
    key: str
    open_paths: list[str]


settings = Settings()
"""
READS = """
from starlette.middleware.base import BaseHTTPMiddleware
from starlette.responses import JSONResponse
import jwt

from shop.config import settings
from shop.models import Job


class Login(BaseHTTPMiddleware):
    async def dispatch(self, request, call_next):
        if not settings.login or request.url.path in settings.open_paths:
            return await call_next(request)
        token = request.cookies.get("session")
        if token is None:
            return JSONResponse({}, status_code=401)
        request.state.user_id = jwt.decode(token, settings.key, algorithms=["HS256"])["sub"]
        return await call_next(request)


def current_user_id(request: Request):
    return getattr(request.state, "user_id", None) or "anonymous"


@router.get("/jobs")
def all_of_them(session: SessionDep, user_id: str = Depends(current_user_id)):
    rows = select(Job)
    NARROWED
    return session.scalars(rows).all()


@router.get("/jobs/{job_id}")
def read(job_id: int, session: SessionDep, user_id: str = Depends(current_user_id)):
    return session.get(Job, job_id)


app = FastAPI()
app.add_middleware(Login)
app.include_router(router)
"""


@pytest.mark.parametrize(("narrowed", "ownership"), [("if user_id: rows = rows.where(Job.user_id == user_id)", "missing"), ("", "unknown")])
def test_a_list_of_their_own_shows_nothing_to_all(narrowed: str, ownership: str) -> None:
    files = {
        "shop/__init__.py": "",
        "shop/config.py": SETTINGS,
        "shop/models.py": MODELS + dedent(JOBS),
        "shop/db.py": DB,
        "shop/auth.py": AUTH,
        "shop/api.py": API + READS.replace("NARROWED", narrowed),
    }
    assert ids(by_name(project(files))["read"]) == {"job_id": ownership}


def test_a_project_of_many_users_where_all_classes_are_called_by_the_mapper() -> None:
    models = """
    from sqlalchemy import ForeignKey
    from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column, relationship


    class ORMBase(DeclarativeBase):
        @declared_attr
        def __tablename__(cls) -> str:
            return cls.__name__.replace("ORM", "").lower()


    class UserORM(ORMBase):
        id: Mapped[int] = mapped_column(primary_key=True)
        projects: Mapped[list["ProjectORM"]] = relationship("ProjectORM", secondary="projectuser", back_populates="users")


    class ProjectORM(ORMBase):
        id: Mapped[int] = mapped_column(primary_key=True)
        users: Mapped[list["UserORM"]] = relationship("UserORM", secondary="projectuser", back_populates="projects")


    User = UserORM
    Country = Project = ProjectMember = Task = ProjectORM
    """
    found = fastapi(
        """
        @router.get("/projects/{project_id}")
        def read(project_id: int, session: SessionDep, user: CurrentUser):
            return session.get(models.ProjectORM, project_id)
        """,
        {"shop/models.py": models},
    )
    assert ids(found["read"]) == {"project_id": "missing"}


def test_a_function_that_makes_the_dependency_of_a_route() -> None:
    found = fastapi("""
    def allowed(model, key):
        def ask(request: Request, session: SessionDep, user: CurrentUser):
            row = session.get(model, int(request.path_params[key]))
            if row is None or row.owner_id != user.id:
                raise HTTPException(403)

        return Depends(ask)


    @router.get("/projects/{project_id}", dependencies=[allowed(Project, "project_id")])
    def read(project_id: int, session: SessionDep):
        return session.get(Project, project_id)


    @router.get("/projects/{project_id}/tasks", dependencies=[Depends(get_current_user)])
    def tasks(project_id: int, session: SessionDep):
        return session.get(Project, project_id)
    """)
    assert ids(found["read"]) == {"project_id": "owned"}
    assert ids(found["tasks"]) == {"project_id": "missing"}


def test_whom_a_login_looks_up_is_no_answer() -> None:
    found = fastapi("""
    import jwt
    from fastapi.security import OAuth2PasswordBearer
    from pymongo import MongoClient

    db = MongoClient()["shop"]
    scheme = OAuth2PasswordBearer(tokenUrl="token")


    def who(token: str = Depends(scheme)):
        claims = jwt.decode(token, "key", algorithms=["HS256"])
        found = list(db["accounts"].find({"name": claims["sub"]}))
        if not found:
            raise HTTPException(401)
        account = found.pop()
        account["id"] = account.pop("_id")
        return account


    @router.get("/search", dependencies=[Depends(who)])
    def search(words: str):
        return [read_back(each["id"]) for each in index().query(words)]


    @router.get("/me")
    def me(account=Depends(who)):
        return account
    """)
    assert found["search"].route.ownership != "owned"
    assert found["me"].route.ownership == "owned"


@pytest.mark.parametrize(
    ("handed", "ownership"),
    [
        ('kwargs["query"] = select(Project)\n                return function(*args, **kwargs)', "missing"),
        ("return function(*args, query=select(Project), **kwargs)", "missing"),
        ('kwargs["query"] = select(Country)\n                return function(*args, **kwargs)', "not-applicable"),
    ],
)
def test_a_query_that_a_decorator_hands_to_a_service(handed: str, ownership: str) -> None:
    found = fastapi(f"""
    def with_query(function):
        def wrapper(*args, **kwargs):
                {handed}

        return wrapper


    @with_query
    def load(session, key, query=None):
        return session.scalar(query.filter_by(id=key).limit(1))


    @router.get("/projects/{{project_id}}")
    def read(project_id: int, session: SessionDep, user: CurrentUser):
        return load(session, project_id)
    """)
    assert ids(found["read"]) == {"project_id": ownership}


@pytest.mark.parametrize(
    ("cookie", "looked", "powers"),
    [
        ("staff_user", "is None: return\n        g.seen = User.query.get(seen)", []),
        ("staff_user", "is None: return\n        g.seen = load(seen)", []),
        ("staff_user", "== '': return\n        g.seen = User.query.get(seen)", []),
        ("is_staff", "is None: return\n        g.all = True", ["is_staff"]),
    ],
)
def test_whom_staff_look_at_the_app_as_is_no_power(cookie: str, looked: str, powers: list[str]) -> None:
    found = flask(f"""
    @app.before_request
    def look_as():
        seen = request.cookies.get("{cookie}")
        if seen {looked}


    @app.get("/orders")
    @login_required
    def orders():
        return jsonify([order.id for order in Order.query.filter_by(user_id=current_user.id)])
    """)
    assert [power.id for power in found["orders"].powers] == powers
