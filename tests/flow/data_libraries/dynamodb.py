"""FastAPI and DynamoDB through boto3's resources and clients."""

import boto3
import jwt
from boto3.dynamodb.conditions import Attr, Key
from fastapi import Depends, FastAPI, HTTPException
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import BaseModel

dynamodb = boto3.resource("dynamodb", region_name="eu-west-1")
client = boto3.client("dynamodb")
projects_table = dynamodb.Table("projects")
tasks_table = dynamodb.Table("tasks")
app = FastAPI()
bearer = HTTPBearer()


class ProjectIn(BaseModel):
    name: str


def get_current_user(credentials: HTTPAuthorizationCredentials = Depends(bearer)):
    try:
        return jwt.decode(credentials.credentials, "secret", algorithms=["HS256"])
    except jwt.PyJWTError:
        raise HTTPException(status_code=401)


@app.get("/projects/{project_id}")
def missing_get_item(project_id: str, user: dict = Depends(get_current_user)):
    response = projects_table.get_item(Key={"id": project_id})
    item = response.get("Item")
    if not item:
        raise HTTPException(status_code=404)
    return item


@app.get("/projects/{project_id}/client")
def missing_client(project_id: str, user: dict = Depends(get_current_user)):
    return client.get_item(TableName="projects", Key={"id": {"S": project_id}})["Item"]


@app.get("/projects/{project_id}/tasks")
def missing_query(project_id: str, user: dict = Depends(get_current_user)):
    result = tasks_table.query(IndexName="by-project", KeyConditionExpression=Key("project_id").eq(project_id))
    return result["Items"]


@app.get("/projects/{project_id}/scan")
def missing_scan(project_id: str, user: dict = Depends(get_current_user)):
    return tasks_table.scan(FilterExpression=Attr("project_id").eq(project_id)).get("Items", [])


@app.put("/projects/{project_id}")
def missing_update(project_id: str, body: ProjectIn, user: dict = Depends(get_current_user)):
    projects_table.update_item(
        Key={"id": project_id}, UpdateExpression="SET #n = :n", ExpressionAttributeNames={"#n": "name"}, ExpressionAttributeValues={":n": body.name}
    )
    return {}


@app.delete("/projects/{project_id}")
def missing_delete(project_id: str, user: dict = Depends(get_current_user)):
    dynamodb.Table("projects").delete_item(Key={"id": project_id})
    return {}


@app.get("/projects/{project_id}/tasks/{task_id}")
def child_loose(project_id: str, task_id: str, user: dict = Depends(get_current_user)):
    project = projects_table.get_item(Key={"id": project_id}).get("Item")
    if not project or project["user_id"] != user["sub"]:
        raise HTTPException(status_code=404)
    return tasks_table.get_item(Key={"id": task_id})["Item"]


@app.get("/mine/{project_id}")
def owned_composite_key(project_id: str, user: dict = Depends(get_current_user)):
    return projects_table.get_item(Key={"user_id": user["sub"], "id": project_id}).get("Item")


@app.get("/mine/{project_id}/single-table")
def owned_single_table(project_id: str, user: dict = Depends(get_current_user)):
    return projects_table.get_item(Key={"PK": f"USER#{user['sub']}", "SK": f"PROJECT#{project_id}"})["Item"]


@app.get("/mine/{project_id}/query")
def owned_query(project_id: str, user: dict = Depends(get_current_user)):
    found = projects_table.query(KeyConditionExpression=Key("user_id").eq(user["sub"]) & Key("id").eq(project_id))
    return found["Items"]


@app.get("/mine/{project_id}/filter")
def owned_filter(project_id: str, user: dict = Depends(get_current_user)):
    found = tasks_table.query(KeyConditionExpression=Key("project_id").eq(project_id), FilterExpression=Attr("user_id").eq(user["sub"]))
    return found["Items"]


@app.delete("/mine/{project_id}")
def owned_guard_after(project_id: str, user: dict = Depends(get_current_user)):
    response = projects_table.get_item(Key={"id": project_id})
    if "Item" not in response:
        raise HTTPException(status_code=404)
    if response["Item"]["user_id"] != user["sub"]:
        raise HTTPException(status_code=403)
    projects_table.delete_item(Key={"id": project_id})
    return {}


@app.put("/mine/{project_id}")
def owned_condition(project_id: str, body: ProjectIn, user: dict = Depends(get_current_user)):
    projects_table.update_item(
        Key={"id": project_id},
        UpdateExpression="SET title = :t",
        ConditionExpression=Attr("user_id").eq(user["sub"]),
        ExpressionAttributeValues={":t": body.name},
    )
    return {}


@app.get("/mine")
def mine_list(user: dict = Depends(get_current_user)):
    return projects_table.query(KeyConditionExpression=Key("user_id").eq(user["sub"]))["Items"]
