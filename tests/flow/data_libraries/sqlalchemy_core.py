"""FastAPI, tables of SQLAlchemy Core, and encode/databases."""

import databases
import jwt
import sqlalchemy
from fastapi import Depends, FastAPI, HTTPException
from fastapi.security import HTTPBearer
from pydantic import BaseModel
from sqlalchemy import Column, ForeignKey, Integer, MetaData, String, Table, and_, select

database = databases.Database("sqlite:///./test.db")
metadata = MetaData()
users = Table("users", metadata, Column("id", Integer, primary_key=True), Column("email", String))
projects = sqlalchemy.Table(
    "projects",
    metadata,
    sqlalchemy.Column("id", sqlalchemy.Integer, primary_key=True),
    sqlalchemy.Column("name", sqlalchemy.String),
    sqlalchemy.Column("owner_id", sqlalchemy.ForeignKey("users.id")),
)
tasks = Table("tasks", metadata, Column("id", Integer, primary_key=True), Column("project_id", ForeignKey("projects.id")))
countries = Table("countries", metadata, Column("id", Integer, primary_key=True), Column("name", String))
app = FastAPI()
bearer = HTTPBearer()


class ProjectIn(BaseModel):
    name: str


async def get_current_user(credentials=Depends(bearer)):
    claims = jwt.decode(credentials.credentials, "secret", algorithms=["HS256"])
    user = await database.fetch_one(users.select().where(users.c.id == claims["sub"]))
    if user is None:
        raise HTTPException(401)
    return user


@app.get("/projects/{project_id}")
async def missing_fetch_one(project_id: int, user=Depends(get_current_user)):
    query = projects.select().where(projects.c.id == project_id)
    return await database.fetch_one(query)


@app.get("/projects/{project_id}/select")
async def missing_select(project_id: int, user=Depends(get_current_user)):
    return await database.fetch_one(select([projects.c.id, projects.c.name]).where(projects.c.id == project_id))


@app.put("/projects/{project_id}")
async def missing_update(project_id: int, body: ProjectIn, user=Depends(get_current_user)):
    query = projects.update().where(project_id == projects.c.id).values(**body.dict())
    await database.execute(query)
    return {**body.dict(), "id": project_id}


@app.delete("/projects/{project_id}")
async def missing_delete(project_id: int, user=Depends(get_current_user)):
    await database.execute(projects.delete().where(projects.c.id == project_id))
    return {}


@app.delete("/projects/{project_id}/core")
async def missing_delete_core(project_id: int, user=Depends(get_current_user)):
    await database.execute(sqlalchemy.delete(projects).where(projects.c.id == project_id))
    return {}


@app.get("/projects/{project_id}/sql")
async def missing_sql(project_id: int, user=Depends(get_current_user)):
    return await database.fetch_one(query="SELECT * FROM projects WHERE id = :id", values={"id": project_id})


@app.get("/projects/{project_id}/tasks/{task_id}")
async def child_loose(project_id: int, task_id: int, user=Depends(get_current_user)):
    project = await database.fetch_one(projects.select().where(and_(projects.c.id == project_id, projects.c.owner_id == user.id)))
    if project is None:
        raise HTTPException(404)
    return await database.fetch_one(tasks.select().where(tasks.c.id == task_id))


@app.get("/mine/{project_id}")
async def owned_and(project_id: int, user=Depends(get_current_user)):
    query = projects.select().where(and_(projects.c.id == project_id, projects.c.owner_id == user["id"]))
    return await database.fetch_one(query)


@app.get("/mine/{project_id}/chained")
async def owned_chained(project_id: int, user=Depends(get_current_user)):
    query = select(projects).where(projects.c.id == project_id)
    query = query.where(projects.c.owner_id == user.id)
    return await database.fetch_one(query)


@app.get("/mine/{project_id}/sql")
async def owned_sql(project_id: int, user=Depends(get_current_user)):
    query = "SELECT * FROM projects WHERE id = :id AND owner_id = :owner"
    return await database.fetch_one(query=query, values={"id": project_id, "owner": user["id"]})


@app.delete("/mine/{project_id}")
async def owned_guard_after(project_id: int, user=Depends(get_current_user)):
    project = await database.fetch_one(projects.select().where(projects.c.id == project_id))
    if project["owner_id"] != user["id"]:
        raise HTTPException(403)
    await database.execute(projects.delete().where(projects.c.id == project_id))
    return {}


@app.get("/mine/{project_id}/tasks/{task_id}")
async def owned_join(project_id: int, task_id: int, user=Depends(get_current_user)):
    query = (
        select(tasks)
        .select_from(tasks.join(projects, tasks.c.project_id == projects.c.id))
        .where(tasks.c.id == task_id, projects.c.id == project_id, projects.c.owner_id == user.id)
    )
    return await database.fetch_one(query)


@app.get("/mine")
async def mine_list(user=Depends(get_current_user)):
    return await database.fetch_all(projects.select().where(projects.c.owner_id == user.id))


@app.get("/countries/{country_id}")
async def open_reference(country_id: int, user=Depends(get_current_user)):
    return await database.fetch_one(countries.select().where(countries.c.id == country_id))
