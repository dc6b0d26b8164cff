"""FastAPI, Firebase tokens and Firestore."""

import firebase_admin
from fastapi import Depends, FastAPI, HTTPException
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from firebase_admin import auth, credentials, firestore
from google.cloud.firestore_v1.base_query import FieldFilter
from pydantic import BaseModel

firebase_admin.initialize_app(credentials.ApplicationDefault())
db = firestore.client()
app = FastAPI()
bearer = HTTPBearer()


class ProjectIn(BaseModel):
    name: str


async def get_current_user(cred: HTTPAuthorizationCredentials = Depends(bearer)):
    try:
        return auth.verify_id_token(cred.credentials)
    except Exception:
        raise HTTPException(status_code=401, detail="Invalid authentication")


@app.get("/projects/{project_id}")
async def missing_document(project_id: str, user=Depends(get_current_user)):
    doc = db.collection("projects").document(project_id).get()
    if not doc.exists:
        raise HTTPException(status_code=404)
    return doc.to_dict()


@app.get("/projects/{project_id}/tasks")
async def missing_where(project_id: str, user=Depends(get_current_user)):
    docs = db.collection("tasks").where("project_id", "==", project_id).stream()
    return [{**doc.to_dict(), "id": doc.id} for doc in docs]


@app.get("/projects/{project_id}/filter")
async def missing_filter(project_id: str, user=Depends(get_current_user)):
    docs = db.collection("tasks").where(filter=FieldFilter("project_id", "==", project_id)).get()
    return [doc.to_dict() for doc in docs]


@app.put("/projects/{project_id}")
async def missing_update(project_id: str, body: ProjectIn, user=Depends(get_current_user)):
    db.collection("projects").document(project_id).update({"name": body.name})
    return {}


@app.put("/projects/{project_id}/ref")
async def missing_reference(project_id: str, body: ProjectIn, user=Depends(get_current_user)):
    ref = db.collection("projects").document(project_id)
    if not ref.get().exists:
        raise HTTPException(status_code=404)
    ref.set(body.dict(), merge=True)
    return {}


@app.delete("/projects/{project_id}")
async def missing_delete(project_id: str, user=Depends(get_current_user)):
    db.document(f"projects/{project_id}").delete()
    return {}


@app.get("/projects/{project_id}/tasks/{task_id}")
async def child_loose(project_id: str, task_id: str, user=Depends(get_current_user)):
    project = db.collection("projects").document(project_id).get().to_dict()
    if project["owner"] != user["uid"]:
        raise HTTPException(status_code=403)
    return db.collection("tasks").document(task_id).get().to_dict()


@app.get("/mine/{project_id}")
async def owned_subcollection(project_id: str, user=Depends(get_current_user)):
    return db.collection("users").document(user["uid"]).collection("projects").document(project_id).get().to_dict()


@app.get("/mine/{project_id}/where")
async def owned_where(project_id: str, user=Depends(get_current_user)):
    docs = db.collection("tasks").where("project_id", "==", project_id).where("owner", "==", user["uid"]).stream()
    return [doc.to_dict() for doc in docs]


@app.delete("/mine/{project_id}")
async def owned_guard_after(project_id: str, user=Depends(get_current_user)):
    ref = db.collection("projects").document(project_id)
    snapshot = ref.get()
    if not snapshot.exists or snapshot.to_dict().get("owner") != user["uid"]:
        raise HTTPException(status_code=404)
    ref.delete()
    return {}


@app.get("/mine/{project_id}/tasks/{task_id}")
async def owned_child(project_id: str, task_id: str, user=Depends(get_current_user)):
    ref = db.collection("projects").document(project_id)
    if ref.get().to_dict()["owner"] != user["uid"]:
        raise HTTPException(status_code=403)
    return ref.collection("tasks").document(task_id).get().to_dict()


@app.get("/mine")
async def mine_list(user=Depends(get_current_user)):
    return [doc.to_dict() for doc in db.collection("projects").where(filter=FieldFilter("owner", "==", user["uid"])).stream()]
