"""Flask, Flask-Login and Peewee."""

from flask import Flask, abort, jsonify, request
from flask_login import UserMixin, current_user, login_required
from peewee import BooleanField, CharField, DoesNotExist, ForeignKeyField, Model, SqliteDatabase
from playhouse.flask_utils import get_object_or_404, object_list
from playhouse.shortcuts import model_to_dict

app = Flask(__name__)
database = SqliteDatabase("app.db")


class BaseModel(Model):
    class Meta:
        database = database


class User(UserMixin, BaseModel):
    username = CharField(unique=True)


class Project(BaseModel):
    name = CharField()
    owner = ForeignKeyField(User, backref="projects")


class Task(BaseModel):
    title = CharField()
    done = BooleanField(default=False)
    project = ForeignKeyField(Project, backref="tasks")


class Country(BaseModel):
    code = CharField()


@app.get("/projects/<int:project_id>")
@login_required
def missing_get_by_id(project_id):
    return jsonify(model_to_dict(Project.get_by_id(project_id)))


@app.get("/projects/<int:project_id>/get")
@login_required
def missing_get(project_id):
    try:
        project = Project.get(Project.id == project_id)
    except Project.DoesNotExist:
        abort(404)
    return jsonify(model_to_dict(project))


@app.get("/projects/<int:project_id>/or_none")
@login_required
def missing_get_or_none(project_id):
    project = Project.get_or_none(Project.id == project_id)
    return jsonify(model_to_dict(project))


@app.get("/projects/<int:project_id>/404")
@login_required
def missing_or_404(project_id):
    return jsonify(model_to_dict(get_object_or_404(Project, (Project.id == project_id))))


@app.get("/projects/<int:project_id>/subscript")
@login_required
def missing_subscript(project_id):
    return jsonify(Project[project_id].name)


@app.delete("/projects/<int:project_id>")
@login_required
def missing_delete(project_id):
    Project.delete().where(Project.id == project_id).execute()
    return ""


@app.delete("/tasks/<int:task_id>")
@login_required
def missing_delete_instance(task_id):
    task = Task.select().where(Task.id == task_id).first()
    task.delete_instance()
    return ""


@app.delete("/tasks/<int:task_id>/now")
@login_required
def missing_delete_by_id(task_id):
    Task.delete_by_id(task_id)
    return ""


@app.put("/tasks/<int:task_id>")
@login_required
def missing_update(task_id):
    Task.update(done=True).where(Task.id == task_id).execute()
    return ""


@app.put("/tasks/<int:task_id>/id")
@login_required
def missing_set_by_id(task_id):
    Task.set_by_id(task_id, {"done": True})
    return ""


@app.get("/projects/<int:project_id>/tasks")
@login_required
def missing_children(project_id):
    return jsonify([model_to_dict(t) for t in Task.select().where(Task.project == project_id).order_by(Task.id)])


@app.get("/projects/<int:project_id>/tasks/<int:task_id>")
@login_required
def child_loose(project_id, task_id):
    project = Project.get_or_none((Project.id == project_id) & (Project.owner == current_user.id))
    if project is None:
        abort(404)
    return jsonify(model_to_dict(Task.get_by_id(task_id)))


@app.get("/mine/<int:project_id>")
@login_required
def owned_get(project_id):
    return jsonify(model_to_dict(Project.get((Project.id == project_id) & (Project.owner == current_user.id))))


@app.get("/mine/<int:project_id>/where")
@login_required
def owned_where(project_id):
    project = Project.select().where(Project.id == project_id, Project.owner == current_user.id).get_or_none()
    return jsonify(model_to_dict(project))


@app.delete("/mine/<int:project_id>")
@login_required
def owned_guard_after(project_id):
    project = Project.get_by_id(project_id)
    if project.owner_id != current_user.id:
        abort(403)
    project.delete_instance(recursive=True)
    return ""


@app.get("/mine/tasks/<int:task_id>")
@login_required
def owned_join(task_id):
    task = Task.select().join(Project).where((Task.id == task_id) & (Project.owner == current_user.id)).first()
    return jsonify(model_to_dict(task))


@app.get("/mine/<int:project_id>/tasks/<int:task_id>")
@login_required
def owned_child(project_id, task_id):
    project = get_object_or_404(Project, Project.id == project_id, Project.owner == current_user.id)
    return jsonify(model_to_dict(Task.get(Task.id == task_id, Task.project == project)))


@app.get("/mine/<int:project_id>/backref")
@login_required
def owned_backref(project_id):
    return jsonify(model_to_dict(current_user.projects.where(Project.id == project_id).get()))


@app.get("/mine")
@login_required
def mine_list():
    return jsonify([model_to_dict(p) for p in Project.select().where(Project.owner == current_user.id)])


@app.get("/countries/<int:country_id>")
@login_required
def open_reference(country_id):
    return jsonify(model_to_dict(Country.get_by_id(country_id)))
