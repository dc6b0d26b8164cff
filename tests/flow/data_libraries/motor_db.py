"""FastAPI and Motor: documents as dictionaries."""

import os

from bson import ObjectId
from fastapi import Depends, FastAPI, HTTPException
from fastapi.security import OAuth2PasswordBearer
from jose import JWTError, jwt
from motor.motor_asyncio import AsyncIOMotorClient
from pydantic import BaseModel

client = AsyncIOMotorClient(os.environ["MONGO_URL"])
db = client[os.environ["DB_NAME"]]
tasks_collection = db.get_collection("tasks")
app = FastAPI()
oauth2_scheme = OAuth2PasswordBearer(tokenUrl="auth/login")


class ProjectIn(BaseModel):
    name: str


class Move(BaseModel):
    task_id: str
    project_id: str


async def get_current_user(token: str = Depends(oauth2_scheme)) -> dict:
    try:
        payload = jwt.decode(token, os.environ["JWT_SECRET"], algorithms=["HS256"])
        user_id: str = payload.get("sub")
        if user_id is None:
            raise HTTPException(status_code=401, detail="Invalid token")
    except JWTError:
        raise HTTPException(status_code=401, detail="Invalid token")
    user = await db.users.find_one({"id": user_id}, {"_id": 0})
    if user is None:
        raise HTTPException(status_code=401, detail="User not found")
    return user


@app.get("/projects/{project_id}")
async def missing_find_one(project_id: str, current_user: dict = Depends(get_current_user)):
    project = await db.projects.find_one({"id": project_id}, {"_id": 0})
    if not project:
        raise HTTPException(status_code=404, detail="Project not found")
    return project


@app.get("/projects/{project_id}/raw")
async def missing_subscript(project_id: str, current_user: dict = Depends(get_current_user)):
    project = await db["projects"].find_one({"_id": ObjectId(project_id)})
    project["_id"] = str(project["_id"])
    return project


@app.put("/projects/{project_id}")
async def missing_update(project_id: str, body: ProjectIn, current_user: dict = Depends(get_current_user)):
    result = await db.projects.update_one({"id": project_id}, {"$set": body.model_dump()})
    if result.matched_count == 0:
        raise HTTPException(status_code=404)
    return {"ok": True}


@app.delete("/projects/{project_id}")
async def missing_delete(project_id: str, current_user: dict = Depends(get_current_user)):
    await db.projects.delete_one({"_id": ObjectId(project_id)})
    return {"ok": True}


@app.get("/projects/{project_id}/tasks")
async def missing_children(project_id: str, current_user: dict = Depends(get_current_user)):
    return await tasks_collection.find({"project_id": project_id}, {"_id": 0}).sort("created", -1).to_list(1000)


@app.get("/projects/{project_id}/loop")
async def missing_async_for(project_id: str, current_user: dict = Depends(get_current_user)):
    found = []
    async for task in tasks_collection.find({"project_id": project_id}):
        found.append({"id": str(task["_id"]), "title": task["title"]})
    return found


@app.get("/projects/{project_id}/count")
async def missing_aggregate(project_id: str, current_user: dict = Depends(get_current_user)):
    pipeline = [{"$match": {"project_id": project_id}}, {"$group": {"_id": "$status", "n": {"$sum": 1}}}]
    return await db.tasks.aggregate(pipeline).to_list(100)


@app.post("/move")
async def missing_body(move: Move, current_user: dict = Depends(get_current_user)):
    await db.tasks.update_one({"id": move.task_id}, {"$set": {"moved": True}})
    return {}


@app.get("/projects/{project_id}/tasks/{task_id}")
async def child_loose(project_id: str, task_id: str, current_user: dict = Depends(get_current_user)):
    project = await db.projects.find_one({"id": project_id, "user_id": current_user["id"]})
    if not project:
        raise HTTPException(status_code=404)
    return await db.tasks.find_one({"id": task_id}, {"_id": 0})


@app.get("/mine/{project_id}")
async def owned_find_one(project_id: str, current_user: dict = Depends(get_current_user)):
    return await db.projects.find_one({"id": project_id, "user_id": current_user["id"]}, {"_id": 0})


@app.get("/mine/{project_id}/query")
async def owned_query_variable(project_id: str, current_user: dict = Depends(get_current_user)):
    query = {"_id": ObjectId(project_id)}
    query["owner_id"] = str(current_user["_id"])
    return await db.projects.find_one(query)


@app.delete("/mine/{project_id}")
async def owned_delete(project_id: str, current_user: dict = Depends(get_current_user)):
    result = await db.projects.delete_one({"_id": ObjectId(project_id), "owner_id": current_user.get("_id")})
    return {"deleted": result.deleted_count}


@app.put("/mine/{project_id}")
async def owned_guard_after(project_id: str, body: ProjectIn, current_user: dict = Depends(get_current_user)):
    project = await db.projects.find_one({"id": project_id})
    if not project:
        raise HTTPException(status_code=404)
    if project["user_id"] != current_user["id"]:
        raise HTTPException(status_code=403, detail="Not your project")
    await db.projects.update_one({"id": project_id}, {"$set": body.dict()})
    return {}


@app.get("/mine/{project_id}/tasks/{task_id}")
async def owned_child(project_id: str, task_id: str, current_user: dict = Depends(get_current_user)):
    project = await db.projects.find_one({"id": project_id, "user_id": current_user["id"]})
    if project is None:
        raise HTTPException(404)
    return await db.tasks.find_one({"id": task_id, "project_id": project_id}, {"_id": 0})


@app.get("/mine/{project_id}/count")
async def owned_aggregate(project_id: str, current_user: dict = Depends(get_current_user)):
    return await db.tasks.aggregate([{"$match": {"project_id": project_id, "user_id": current_user["id"]}}]).to_list(100)


@app.get("/mine")
async def mine_list(current_user: dict = Depends(get_current_user)):
    return await db.projects.find({"user_id": current_user["id"]}).to_list(100)


@app.get("/others/{project_id}")
async def missing_somebody_elses(project_id: str, current_user: dict = Depends(get_current_user)):
    return await db.projects.find_one({"$and": [{"_id": project_id}, {"user_id": {"$ne": current_user["id"]}}]})


@app.get("/either/{project_id}")
async def owned_either(project_id: str, current_user: dict = Depends(get_current_user)):
    mine = {"$or": [{"user_id": current_user["id"]}, {"members": current_user["id"]}]}
    return await db.projects.find_one({"_id": project_id, **mine})


@app.put("/projects/{project_id}/like")
async def doubted_like(project_id: str, current_user: dict = Depends(get_current_user)):
    await db.projects.update_one({"_id": project_id}, {"$addToSet": {"likes": current_user["id"]}, "$inc": {"count": 1}})


@app.get("/search")
async def none_search(name: str, current_user: dict = Depends(get_current_user)):
    return await db.projects.find({"$or": [{"name": {"$regex": name}}, {"text": {"$regex": name}}]}).to_list(100)
