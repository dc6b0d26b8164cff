"""FastAPI and Beanie."""

from typing import Annotated, Optional

from beanie import Document, Indexed, Link, PydanticObjectId, WriteRules
from beanie.operators import In, Set
from fastapi import APIRouter, Depends, FastAPI, HTTPException, status
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from jose import JWTError, jwt
from pydantic import BaseModel

security = HTTPBearer()


class User(Document):
    email: Indexed(str, unique=True)
    is_admin: bool = False

    class Settings:
        name = "users"


class Project(Document):
    name: str
    owner_id: PydanticObjectId
    archived: bool = False

    class Settings:
        name = "projects"


class Board(Document):
    title: str
    owner: Link[User]


class Task(Document):
    title: str
    project_id: PydanticObjectId


class Plan(Document):
    name: str
    price: int


class ProjectUpdate(BaseModel):
    name: Optional[str] = None


async def current_user(credentials: HTTPAuthorizationCredentials = Depends(security)) -> User:
    try:
        claims = jwt.decode(credentials.credentials, "secret", algorithms=["HS256"])
    except JWTError:
        raise HTTPException(status.HTTP_401_UNAUTHORIZED)
    user = await User.get(claims["sub"])
    if user is None:
        raise HTTPException(status.HTTP_401_UNAUTHORIZED)
    return user


UserDep = Annotated[User, Depends(current_user)]
router = APIRouter(prefix="/api", tags=["projects"])


@router.get("/projects/{project_id}")
async def missing_get(project_id: PydanticObjectId, user: UserDep):
    project = await Project.get(project_id)
    if not project:
        raise HTTPException(404)
    return project


@router.get("/projects/{project_id}/one")
async def missing_find_one(project_id: PydanticObjectId, user: UserDep):
    return await Project.find_one(Project.id == project_id)


@router.get("/projects/{project_id}/dict")
async def missing_find_one_dict(project_id: str, user: UserDep):
    return await Project.find_one({"_id": PydanticObjectId(project_id)})


@router.patch("/projects/{project_id}")
async def missing_update(project_id: PydanticObjectId, body: ProjectUpdate, user: UserDep):
    project = await Project.get(project_id)
    await project.update({"$set": body.model_dump(exclude_unset=True)})
    return project


@router.put("/projects/{project_id}")
async def missing_set(project_id: PydanticObjectId, body: ProjectUpdate, user: UserDep):
    await Project.find_one(Project.id == project_id).update(Set({Project.name: body.name}))
    return {"ok": True}


@router.delete("/projects/{project_id}")
async def missing_delete(project_id: PydanticObjectId, user: UserDep):
    await Project.find_one(Project.id == project_id).delete()


@router.get("/projects/{project_id}/tasks")
async def missing_children(project_id: PydanticObjectId, user: UserDep):
    return await Task.find(Task.project_id == project_id).sort("-created").to_list()


@router.get("/boards/{board_id}", response_model=Board)
async def missing_link(board_id: PydanticObjectId, user: UserDep):
    return await Board.get(board_id, fetch_links=True)


@router.get("/projects/{project_id}/tasks/{task_id}")
async def child_loose(project_id: PydanticObjectId, task_id: PydanticObjectId, user: UserDep):
    project = await Project.find_one(Project.id == project_id, Project.owner_id == user.id)
    if project is None:
        raise HTTPException(404)
    return await Task.get(task_id)


@router.get("/mine/{project_id}")
async def owned_find_one(project_id: PydanticObjectId, user: UserDep):
    project = await Project.find_one(Project.id == project_id, Project.owner_id == user.id)
    if not project:
        raise HTTPException(404)
    return project


@router.get("/mine/{project_id}/dict")
async def owned_find_one_dict(project_id: PydanticObjectId, user: UserDep):
    return await Project.find_one({"_id": project_id, "owner_id": user.id})


@router.delete("/mine/{project_id}")
async def owned_guard_after(project_id: PydanticObjectId, user: UserDep):
    project = await Project.get(project_id)
    if not project or project.owner_id != user.id:
        raise HTTPException(404)
    await project.delete()


@router.get("/mine/boards/{board_id}")
async def owned_link(board_id: PydanticObjectId, user: UserDep):
    board = await Board.get(board_id, fetch_links=True)
    if board is None:
        raise HTTPException(404)
    if board.owner.id != user.id:
        raise HTTPException(403)
    return board


@router.get("/mine/boards/{board_id}/query")
async def owned_link_query(board_id: PydanticObjectId, user: UserDep):
    return await Board.find_one(Board.id == board_id, Board.owner.id == user.id, fetch_links=True)


@router.get("/mine/{project_id}/tasks/{task_id}")
async def owned_child(project_id: PydanticObjectId, task_id: PydanticObjectId, user: UserDep):
    project = await Project.get(project_id)
    if project.owner_id != user.id:
        raise HTTPException(403)
    task = await Task.get(task_id)
    if task is None or task.project_id != project.id:
        raise HTTPException(404)
    return task


@router.get("/mine")
async def mine_list(user: UserDep):
    return await Project.find(Project.owner_id == user.id, In(Project.archived, [False])).to_list()


@router.get("/plans/{plan_id}")
async def open_reference(plan_id: PydanticObjectId, user: UserDep):
    return await Plan.get(plan_id)


app = FastAPI()
app.include_router(router)
