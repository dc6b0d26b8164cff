"""FastAPI and SQLModel with an async session."""

import uuid
from collections.abc import AsyncGenerator
from typing import Annotated, Any

import jwt
from fastapi import APIRouter, Depends, FastAPI, HTTPException
from fastapi.security import OAuth2PasswordBearer
from sqlalchemy.ext.asyncio import create_async_engine
from sqlmodel import Field, Relationship, SQLModel, col, delete, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

engine = create_async_engine("sqlite+aiosqlite://")
reusable_oauth2 = OAuth2PasswordBearer(tokenUrl="login")


class UserBase(SQLModel):
    email: str = Field(unique=True, index=True, max_length=255)
    is_superuser: bool = False


class User(UserBase, table=True):
    id: uuid.UUID = Field(default_factory=uuid.uuid4, primary_key=True)
    projects: list["Project"] = Relationship(back_populates="owner", cascade_delete=True)


class ProjectBase(SQLModel):
    name: str


class ProjectUpdate(ProjectBase):
    name: str | None = None


class Project(ProjectBase, table=True):
    id: uuid.UUID = Field(default_factory=uuid.uuid4, primary_key=True)
    owner_id: uuid.UUID = Field(foreign_key="user.id", nullable=False, ondelete="CASCADE")
    owner: User | None = Relationship(back_populates="projects")
    tasks: list["Task"] = Relationship(back_populates="project")


class Task(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    title: str
    project_id: uuid.UUID = Field(foreign_key="project.id")
    project: Project = Relationship(back_populates="tasks")


class Country(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    name: str


async def get_db() -> AsyncGenerator[AsyncSession, None]:
    async with AsyncSession(engine) as session:
        yield session


SessionDep = Annotated[AsyncSession, Depends(get_db)]
TokenDep = Annotated[str, Depends(reusable_oauth2)]


async def get_current_user(session: SessionDep, token: TokenDep) -> User:
    try:
        payload = jwt.decode(token, "secret", algorithms=["HS256"])
    except jwt.InvalidTokenError:
        raise HTTPException(status_code=403)
    user = await session.get(User, payload["sub"])
    if not user:
        raise HTTPException(status_code=404, detail="User not found")
    return user


CurrentUser = Annotated[User, Depends(get_current_user)]
router = APIRouter(prefix="/projects")


@router.get("/{id}")
async def missing_get(session: SessionDep, current_user: CurrentUser, id: uuid.UUID) -> Any:
    project = await session.get(Project, id)
    if not project:
        raise HTTPException(status_code=404)
    return project


@router.get("/{id}/exec")
async def missing_exec(session: SessionDep, current_user: CurrentUser, id: uuid.UUID) -> Any:
    return (await session.exec(select(Project).where(Project.id == id))).first()


@router.put("/{id}")
async def missing_update(*, session: SessionDep, current_user: CurrentUser, id: uuid.UUID, body: ProjectUpdate) -> Any:
    project = (await session.exec(select(Project).where(Project.id == id))).one_or_none()
    project.sqlmodel_update(body.model_dump(exclude_unset=True))
    session.add(project)
    await session.commit()
    await session.refresh(project)
    return project


@router.delete("/{id}/tasks")
async def missing_delete(session: SessionDep, current_user: CurrentUser, id: uuid.UUID) -> Any:
    await session.exec(delete(Task).where(col(Task.project_id) == id))
    await session.commit()


@router.get("/{project_id}/tasks/{task_id}")
async def child_loose(session: SessionDep, current_user: CurrentUser, project_id: uuid.UUID, task_id: int) -> Any:
    project = await session.get(Project, project_id)
    if project.owner_id != current_user.id:
        raise HTTPException(403)
    return await session.get(Task, task_id)


@router.get("/mine/{id}")
async def owned_guard_after(session: SessionDep, current_user: CurrentUser, id: uuid.UUID) -> Any:
    project = await session.get(Project, id)
    if not project:
        raise HTTPException(status_code=404)
    if not current_user.is_superuser and (project.owner_id != current_user.id):
        raise HTTPException(status_code=400, detail="Not enough permissions")
    return project


@router.get("/mine/{id}/where")
async def owned_where(session: SessionDep, current_user: CurrentUser, id: uuid.UUID) -> Any:
    statement = select(Project).where(Project.id == id).where(Project.owner_id == current_user.id)
    result = await session.exec(statement)
    return result.first()


@router.get("/mine/tasks/{task_id}")
async def owned_join(session: SessionDep, current_user: CurrentUser, task_id: int) -> Any:
    statement = select(Task).join(Project).where(Task.id == task_id, Project.owner_id == current_user.id)
    return (await session.exec(statement)).one()


@router.get("/mine/{project_id}/tasks/{task_id}")
async def owned_child(session: SessionDep, current_user: CurrentUser, project_id: uuid.UUID, task_id: int) -> Any:
    task = await session.get(Task, task_id)
    if task is None or task.project_id != project_id:
        raise HTTPException(404)
    project = await session.get(Project, project_id)
    if project.owner_id != current_user.id:
        raise HTTPException(403)
    return task


@router.get("/")
async def mine_list(session: SessionDep, current_user: CurrentUser, skip: int = 0, limit: int = 100) -> Any:
    statement = select(Project).where(Project.owner_id == current_user.id).offset(skip).limit(limit)
    return (await session.exec(statement)).all()


@router.get("/countries/{country_id}")
async def open_reference(session: SessionDep, current_user: CurrentUser, country_id: int) -> Any:
    return await session.get(Country, country_id)


app = FastAPI()
app.include_router(router)
