"""FastAPI and asyncpg: SQL with numbered places."""

import asyncpg
from fastapi import Depends, FastAPI, HTTPException, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from jose import jwt
from pydantic import BaseModel

app = FastAPI()
security = HTTPBearer()
pool: asyncpg.Pool | None = None


class Rename(BaseModel):
    name: str


async def get_conn():
    async with pool.acquire() as conn:
        yield conn


async def current_user_id(credentials: HTTPAuthorizationCredentials = Depends(security)) -> str:
    claims = jwt.decode(credentials.credentials, "secret", algorithms=["HS256"])
    return claims["sub"]


@app.get("/projects/{project_id}")
async def missing_fetchrow(project_id: int, conn=Depends(get_conn), user_id: str = Depends(current_user_id)):
    row = await conn.fetchrow("SELECT * FROM projects WHERE id = $1", project_id)
    if row is None:
        raise HTTPException(404)
    return dict(row)


@app.get("/projects/{project_id}/tasks")
async def missing_pool(project_id: int, user_id: str = Depends(current_user_id)):
    async with pool.acquire() as connection:
        rows = await connection.fetch("SELECT id, title FROM tasks WHERE project_id = $1 ORDER BY id", project_id)
    return [dict(row) for row in rows]


@app.get("/projects/{project_id}/name")
async def missing_fetchval(project_id: int, request: Request, user_id: str = Depends(current_user_id)):
    return await request.app.state.pool.fetchval("SELECT name FROM projects WHERE id=$1", project_id)


@app.put("/projects/{project_id}")
async def missing_update(project_id: int, body: Rename, conn=Depends(get_conn), user_id: str = Depends(current_user_id)):
    await conn.execute("UPDATE projects SET name = $1 WHERE id = $2", body.name, project_id)
    return {}


@app.put("/projects/{project_id}/returning")
async def missing_returning(project_id: int, body: Rename, conn=Depends(get_conn), user_id: str = Depends(current_user_id)):
    query = """
        UPDATE projects
           SET name = $2, edited_by = $3
         WHERE id = $1
     RETURNING *
    """
    return await conn.fetchrow(query, project_id, body.name, user_id)


@app.delete("/projects/{project_id}")
async def missing_delete(project_id: int, conn=Depends(get_conn), user_id: str = Depends(current_user_id)):
    async with conn.transaction():
        await conn.execute("DELETE FROM tasks WHERE project_id = $1", project_id)
        await conn.execute("DELETE FROM projects WHERE id = $1", project_id)


@app.get("/projects/{project_id}/tasks/{task_id}")
async def child_loose(project_id: int, task_id: int, conn=Depends(get_conn), user_id: str = Depends(current_user_id)):
    project = await conn.fetchrow("SELECT id FROM projects WHERE id = $1 AND user_id = $2", project_id, user_id)
    if not project:
        raise HTTPException(404)
    return await conn.fetchrow("SELECT * FROM tasks WHERE id = $1", task_id)


@app.get("/mine/{project_id}")
async def owned_fetchrow(project_id: int, conn=Depends(get_conn), user_id: str = Depends(current_user_id)):
    return await conn.fetchrow("SELECT * FROM projects WHERE id = $1 AND user_id = $2", project_id, user_id)


@app.put("/mine/{project_id}")
async def owned_update(project_id: int, body: Rename, conn=Depends(get_conn), user_id: str = Depends(current_user_id)):
    done = await conn.execute("UPDATE projects SET name = $3 WHERE id = $1 AND user_id = $2", project_id, user_id, body.name)
    if done == "UPDATE 0":
        raise HTTPException(404)
    return {}


@app.delete("/mine/{project_id}")
async def owned_guard_after(project_id: int, conn=Depends(get_conn), user_id: str = Depends(current_user_id)):
    owner = await conn.fetchval("SELECT user_id FROM projects WHERE id = $1", project_id)
    if owner != user_id:
        raise HTTPException(403)
    await conn.execute("DELETE FROM projects WHERE id = $1", project_id)


@app.get("/mine/tasks/{task_id}")
async def owned_join(task_id: int, conn=Depends(get_conn), user_id: str = Depends(current_user_id)):
    return await conn.fetchrow(
        "SELECT t.* FROM tasks t JOIN projects p ON p.id = t.project_id WHERE t.id = $1 AND p.user_id = $2", task_id, user_id
    )


@app.get("/mine/{project_id}/tasks/{task_id}")
async def owned_child(project_id: int, task_id: int, conn=Depends(get_conn), user_id: str = Depends(current_user_id)):
    project = await conn.fetchrow("SELECT id FROM projects WHERE id = $1 AND user_id = $2", project_id, user_id)
    if project is None:
        raise HTTPException(404)
    return await conn.fetchrow("SELECT * FROM tasks WHERE id = $1 AND project_id = $2", task_id, project_id)


@app.get("/mine")
async def mine_list(conn=Depends(get_conn), user_id: str = Depends(current_user_id)):
    return await conn.fetch("SELECT * FROM projects WHERE user_id = $1", user_id)
