"""Quart, quart-auth and Piccolo."""

from piccolo.columns import ForeignKey, Varchar
from piccolo.table import Table
from quart import Quart, abort, request
from quart_auth import QuartAuth, current_user, login_required

app = Quart(__name__)
QuartAuth(app)


class User(Table):
    username = Varchar()


class Project(Table):
    name = Varchar()
    owner = ForeignKey(references=User)


class Task(Table):
    title = Varchar()
    project = ForeignKey(references=Project)


class Country(Table):
    name = Varchar()


@app.get("/projects/<int:project_id>")
@login_required
async def missing_select(project_id):
    return await Project.select().where(Project.id == project_id).first()


@app.get("/projects/<int:project_id>/object")
@login_required
async def missing_object(project_id):
    project = await Project.objects().get(Project.id == project_id)
    return project.to_dict()


@app.put("/projects/<int:project_id>")
@login_required
async def missing_update(project_id):
    data = await request.get_json()
    await Project.update({Project.name: data["name"]}).where(Project.id == project_id)
    return {}


@app.delete("/projects/<int:project_id>")
@login_required
async def missing_delete(project_id):
    await Project.delete().where(Project.id == project_id)
    return {}


@app.post("/done")
@login_required
async def missing_body():
    data = await request.get_json()
    await Task.delete().where(Task.id == data["task_id"])
    return {}


@app.get("/projects/<int:project_id>/tasks/<int:task_id>")
@login_required
async def child_loose(project_id, task_id):
    project = await Project.objects().where(Project.id == project_id, Project.owner == current_user.auth_id).first()
    if project is None:
        abort(404)
    return await Task.select().where(Task.id == task_id).first()


@app.get("/mine/<int:project_id>")
@login_required
async def owned_where(project_id):
    return await Project.select().where((Project.id == project_id) & (Project.owner == current_user.auth_id)).first()


@app.delete("/mine/<int:project_id>")
@login_required
async def owned_guard_after(project_id):
    project = await Project.objects().get(Project.id == project_id)
    if project is None or project.owner != current_user.auth_id:
        abort(404)
    await project.remove()
    return {}


@app.get("/mine/tasks/<int:task_id>")
@login_required
async def owned_through_relation(task_id):
    return await Task.select().where(Task.id == task_id, Task.project.owner == current_user.auth_id).first()


@app.get("/countries/<int:country_id>")
@login_required
async def open_reference(country_id):
    return await Country.select().where(Country.id == country_id).first()
