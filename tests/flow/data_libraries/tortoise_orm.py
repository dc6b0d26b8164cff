"""FastAPI and Tortoise ORM."""

import jwt
from fastapi import Depends, FastAPI, HTTPException
from fastapi.security import OAuth2PasswordBearer
from pydantic import BaseModel
from tortoise import fields
from tortoise.contrib.fastapi import register_tortoise
from tortoise.contrib.pydantic import pydantic_model_creator
from tortoise.models import Model

app = FastAPI()
oauth2_scheme = OAuth2PasswordBearer(tokenUrl="token")


class User(Model):
    id = fields.IntField(pk=True)
    username = fields.CharField(50, unique=True)


class Project(Model):
    id = fields.IntField(pk=True)
    name = fields.CharField(max_length=100)
    owner = fields.ForeignKeyField("models.User", related_name="projects")


class Task(Model):
    id = fields.IntField(pk=True)
    title = fields.CharField(max_length=100)
    project = fields.ForeignKeyField("models.Project", related_name="tasks")


class Currency(Model):
    code = fields.CharField(max_length=3, pk=True)


ProjectOut = pydantic_model_creator(Project, name="Project")
ProjectIn = pydantic_model_creator(Project, name="ProjectIn", exclude_readonly=True)


class TaskIn(BaseModel):
    title: str
    project_id: int


async def get_current_user(token: str = Depends(oauth2_scheme)):
    try:
        payload = jwt.decode(token, "secret", algorithms=["HS256"])
        user = await User.get(id=payload.get("id"))
    except Exception:
        raise HTTPException(status_code=401, detail="Invalid username or password")
    return user


@app.get("/projects/{project_id}")
async def missing_get(project_id: int, user: User = Depends(get_current_user)):
    return await Project.get(id=project_id)


@app.get("/projects/{project_id}/name")
async def missing_get_or_none(project_id: int, user: User = Depends(get_current_user)):
    project = await Project.get_or_none(id=project_id)
    if not project:
        raise HTTPException(404)
    return project.name


@app.get("/out/{project_id}", response_model=ProjectOut)
async def missing_from_queryset(project_id: int, user: User = Depends(get_current_user)):
    return await ProjectOut.from_queryset_single(Project.get(id=project_id))


@app.delete("/projects/{project_id}")
async def missing_delete(project_id: int, user: User = Depends(get_current_user)):
    deleted_count = await Project.filter(id=project_id).delete()
    if not deleted_count:
        raise HTTPException(status_code=404, detail=f"Project {project_id} not found")
    return {"message": "deleted"}


@app.put("/projects/{project_id}")
async def missing_update(project_id: int, body: ProjectIn, user: User = Depends(get_current_user)):
    await Project.filter(id=project_id).update(**body.dict(exclude_unset=True))
    return {}


@app.put("/tasks/{task_id}")
async def missing_update_from_dict(task_id: int, body: TaskIn, user: User = Depends(get_current_user)):
    task = await Task.get(id=task_id)
    await task.update_from_dict({"title": body.title}).save()
    return {"id": task.id}


@app.get("/projects/{project_id}/tasks")
async def missing_children(project_id: int, user: User = Depends(get_current_user)):
    return await Task.filter(project_id=project_id).order_by("-id").prefetch_related("project")


@app.get("/projects/{project_id}/tasks/{task_id}")
async def child_loose(project_id: int, task_id: int, user: User = Depends(get_current_user)):
    await Project.get(id=project_id, owner=user)
    return await Task.get(id=task_id)


@app.get("/mine/{project_id}")
async def owned_get(project_id: int, user: User = Depends(get_current_user)):
    return await Project.get(id=project_id, owner=user)


@app.get("/mine/{project_id}/first")
async def owned_filter(project_id: int, user: User = Depends(get_current_user)):
    project = await Project.filter(id=project_id).filter(owner_id=user.id).first()
    if project is None:
        raise HTTPException(404)
    return project


@app.delete("/mine/{project_id}")
async def owned_guard_after(project_id: int, user: User = Depends(get_current_user)):
    project = await Project.get(id=project_id).prefetch_related("owner")
    if project.owner != user:
        raise HTTPException(status_code=403)
    await project.delete()
    return {}


@app.get("/mine/{project_id}/fetched")
async def owned_fetch_related(project_id: int, user: User = Depends(get_current_user)):
    project = await Project.get(id=project_id)
    await project.fetch_related("owner")
    if project.owner.id == user.id:
        return project
    raise HTTPException(status_code=403)


@app.get("/mine/tasks/{task_id}")
async def owned_through_relation(task_id: int, user: User = Depends(get_current_user)):
    return await Task.get(id=task_id, project__owner=user)


@app.get("/mine/{project_id}/tasks/{task_id}")
async def owned_child(project_id: int, task_id: int, user: User = Depends(get_current_user)):
    project = await Project.get(id=project_id, owner=user)
    return await Task.get(id=task_id, project=project)


@app.get("/mine/{project_id}/tasks/{task_id}/related")
async def owned_child_of_relation(project_id: int, task_id: int, user: User = Depends(get_current_user)):
    project = await user.projects.filter(id=project_id).first()
    if not project:
        raise HTTPException(404)
    return await project.tasks.filter(id=task_id).first()


@app.get("/mine")
async def mine_list(user: User = Depends(get_current_user)):
    return await ProjectOut.from_queryset(Project.filter(owner=user))


@app.get("/currencies/{code}")
async def open_reference(code: str, user: User = Depends(get_current_user)):
    return await Currency.get(code=code)


register_tortoise(app, db_url="sqlite://:memory:", modules={"models": ["app"]})
