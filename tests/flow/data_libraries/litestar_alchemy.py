"""Litestar, its JWT login, and repositories and services of Advanced Alchemy that are handed to handlers by name."""

from typing import Any
from uuid import UUID

from advanced_alchemy.base import UUIDAuditBase
from advanced_alchemy.extensions.litestar import repository, service
from advanced_alchemy.filters import CollectionFilter
from litestar import Controller, Litestar, Request, Router, delete, get, patch
from litestar.connection import ASGIConnection
from litestar.di import Provide
from litestar.dto import DTOData
from litestar.exceptions import NotFoundException, PermissionDeniedException
from litestar.security.jwt import JWTAuth, Token
from sqlalchemy import ForeignKey, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column, relationship


class User(UUIDAuditBase):
    __tablename__ = "user_account"
    email: Mapped[str] = mapped_column(unique=True)


class Project(UUIDAuditBase):
    name: Mapped[str]
    owner_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"))


class Task(UUIDAuditBase):
    title: Mapped[str]
    project_id: Mapped[UUID] = mapped_column(ForeignKey("project.id"))
    project: Mapped[Project] = relationship()


class Currency(UUIDAuditBase):
    code: Mapped[str]


class ProjectRepository(repository.SQLAlchemyAsyncRepository[Project]):
    model_type = Project


class TaskService(service.SQLAlchemyAsyncRepositoryService[Task]):
    class Repo(repository.SQLAlchemyAsyncRepository[Task]):
        model_type = Task

    repository_type = Repo


class CurrencyRepository(repository.SQLAlchemyAsyncRepository[Currency]):
    model_type = Currency


async def provide_projects(db_session: AsyncSession) -> ProjectRepository:
    return ProjectRepository(session=db_session)


async def provide_tasks(db_session: AsyncSession):
    async with TaskService.new(session=db_session) as found:
        yield found


async def provide_currencies(db_session: AsyncSession):
    return CurrencyRepository(session=db_session)


async def retrieve_user(token: Token, connection: ASGIConnection[Any, Any, Any, Any]) -> User | None:
    return await find_user(token.sub)


auth = JWTAuth[User](retrieve_user_handler=retrieve_user, token_secret="secret", exclude=["^/login", "^/schema"])


class Projects(Controller):
    path = "/projects"
    dependencies = {"projects": Provide(provide_projects), "tasks": Provide(provide_tasks)}

    @get("/{project_id:uuid}")
    async def missing_get(self, projects: ProjectRepository, project_id: UUID) -> Project:
        return await projects.get(project_id)

    @get("/{project_id:uuid}/one")
    async def missing_get_one(self, projects: ProjectRepository, project_id: UUID) -> Project:
        return await projects.get_one_or_none(Project.id == project_id)

    @delete("/{project_id:uuid}")
    async def missing_delete(self, projects: ProjectRepository, project_id: UUID) -> None:
        await projects.delete(project_id)

    @patch("/{project_id:uuid}")
    async def missing_update(self, projects: ProjectRepository, project_id: UUID, data: DTOData[Project]) -> Project:
        return await projects.update(data.create_instance(id=project_id))

    @patch("/tasks/{task_id:uuid}")
    async def missing_service_update(self, tasks: TaskService, task_id: UUID, data: dict[str, str]) -> Task:
        return await tasks.update(item_id=task_id, data=data)

    @get("/{project_id:uuid}/tasks")
    async def missing_list(self, tasks: TaskService, project_id: UUID) -> list[Task]:
        return await tasks.list(Task.project_id == project_id)

    @get("/{project_id:uuid}/tasks/{task_id:uuid}")
    async def child_loose(self, request: Request[User, Token, Any], projects: ProjectRepository, tasks: TaskService, project_id: UUID, task_id: UUID) -> Task:
        project = await projects.get(project_id)
        if project.owner_id != request.user.id:
            raise PermissionDeniedException()
        return await tasks.get(task_id)

    @get("/mine/{project_id:uuid}")
    async def owned_get_one(self, request: Request[User, Token, Any], projects: ProjectRepository, project_id: UUID) -> Project:
        return await projects.get_one(Project.id == project_id, owner_id=request.user.id)

    @delete("/mine/{project_id:uuid}")
    async def owned_guard_after(self, request: Request, projects: ProjectRepository, project_id: UUID) -> None:
        project = await projects.get_one_or_none(id=project_id)
        if project is None or project.owner_id != request.user.id:
            raise NotFoundException()
        await projects.delete(project_id)

    @get("/mine/{project_id:uuid}/session")
    async def owned_session(self, request: Request, db_session: AsyncSession, project_id: UUID) -> Project:
        return await db_session.scalar(select(Project).where(Project.id == project_id, Project.owner_id == request.user.id))

    @get("/mine")
    async def mine_list(self, request: Request, projects: ProjectRepository) -> list[Project]:
        return await projects.list(owner_id=request.user.id)

    @get("/currencies/{currency_id:uuid}", dependencies={"currencies": Provide(provide_currencies)})
    async def open_reference(self, currencies: CurrencyRepository, currency_id: UUID) -> Currency:
        return await currencies.get(currency_id)


api = Router(path="/api", route_handlers=[Projects])
app = Litestar(route_handlers=[api], on_app_init=[auth.on_app_init])
