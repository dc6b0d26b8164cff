"""FastAPI and supabase-py with the service key: only the code ties rows to who asks."""

import os

from fastapi import Depends, FastAPI, Header, HTTPException
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import BaseModel
from supabase import Client, create_client

app = FastAPI()
security = HTTPBearer()
supabase: Client = create_client(os.environ["SUPABASE_URL"], os.environ["SUPABASE_SERVICE_ROLE_KEY"])


class ProjectIn(BaseModel):
    name: str


class Done(BaseModel):
    task_id: str


async def get_current_user(credentials: HTTPAuthorizationCredentials = Depends(security)):
    try:
        response = supabase.auth.get_user(credentials.credentials)
        if not response or not response.user:
            raise HTTPException(status_code=401, detail="Invalid token")
        return response.user
    except Exception as e:
        raise HTTPException(status_code=401, detail=str(e))


@app.get("/projects/{project_id}")
async def missing_select(project_id: str, user=Depends(get_current_user)):
    result = supabase.table("projects").select("*").eq("id", project_id).single().execute()
    return result.data


@app.get("/projects/{project_id}/first")
async def missing_first(project_id: str, user=Depends(get_current_user)):
    response = supabase.table("projects").select("id, name, tasks(*)").eq("id", project_id).limit(1).execute()
    if not response.data:
        raise HTTPException(status_code=404)
    return response.data[0]


@app.get("/projects/{project_id}/from")
async def missing_from(project_id: str, user=Depends(get_current_user)):
    return supabase.from_("projects").select("*").match({"id": project_id}).maybe_single().execute().data


@app.patch("/projects/{project_id}")
async def missing_update(project_id: str, body: ProjectIn, user=Depends(get_current_user)):
    return supabase.table("projects").update(body.model_dump()).eq("id", project_id).execute().data


@app.delete("/projects/{project_id}")
async def missing_delete(project_id: str, user=Depends(get_current_user)):
    supabase.table("projects").delete().eq("id", project_id).execute()
    return {"ok": True}


@app.get("/projects/{project_id}/tasks")
async def missing_children(project_id: str, user=Depends(get_current_user)):
    tasks = supabase.table("tasks").select("*").eq("project_id", project_id).order("created_at", desc=True).execute()
    return {"tasks": tasks.data, "user": user.id}


@app.post("/done")
async def missing_body(body: Done, user=Depends(get_current_user)):
    supabase.table("tasks").update({"done": True, "done_by": user.id}).eq("id", body.task_id).execute()
    return {}


@app.get("/projects/{project_id}/tasks/{task_id}")
async def child_loose(project_id: str, task_id: str, user=Depends(get_current_user)):
    project = supabase.table("projects").select("id").eq("id", project_id).eq("user_id", user.id).execute()
    if not project.data:
        raise HTTPException(status_code=404)
    return supabase.table("tasks").select("*").eq("id", task_id).execute().data


@app.get("/mine/{project_id}")
async def owned_eq(project_id: str, user=Depends(get_current_user)):
    result = supabase.table("projects").select("*").eq("id", project_id).eq("user_id", user.id).single().execute()
    return result.data


@app.get("/mine/{project_id}/match")
async def owned_match(project_id: str, user=Depends(get_current_user)):
    return supabase.table("projects").select("*").match({"id": project_id, "user_id": user.id}).execute().data


@app.delete("/mine/{project_id}")
async def owned_delete(project_id: str, user=Depends(get_current_user)):
    supabase.table("projects").delete().eq("id", project_id).eq("user_id", str(user.id)).execute()
    return {}


@app.patch("/mine/{project_id}")
async def owned_guard_after(project_id: str, body: ProjectIn, user=Depends(get_current_user)):
    project = supabase.table("projects").select("user_id").eq("id", project_id).single().execute()
    if project.data["user_id"] != user.id:
        raise HTTPException(status_code=403, detail="Forbidden")
    return supabase.table("projects").update(body.model_dump()).eq("id", project_id).execute().data


@app.put("/mine/{project_id}")
async def owned_existing(project_id: str, body: ProjectIn, user=Depends(get_current_user)):
    existing = supabase.table("projects").select("*").eq("id", project_id).eq("user_id", user.id).execute()
    if not existing.data:
        raise HTTPException(status_code=404, detail="Project not found")
    updated = supabase.table("projects").update(body.model_dump()).eq("id", project_id).execute()
    return updated.data[0]


@app.get("/mine/{project_id}/tasks/{task_id}")
async def owned_child(project_id: str, task_id: str, user=Depends(get_current_user)):
    project = supabase.table("projects").select("id").eq("id", project_id).eq("user_id", user.id).execute()
    if not project.data:
        raise HTTPException(status_code=404)
    return supabase.table("tasks").select("*").eq("id", task_id).eq("project_id", project_id).execute().data


@app.get("/mine")
async def mine_list(user=Depends(get_current_user)):
    return supabase.table("projects").select("*").eq("user_id", user.id).execute().data
