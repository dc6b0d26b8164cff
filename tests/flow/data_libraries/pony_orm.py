"""Flask, Flask-Login and Pony."""

from flask import Flask, abort, jsonify, request
from flask_login import LoginManager, UserMixin, current_user, login_required
from pony.flask import Pony
from pony.orm import Database, Optional, PrimaryKey, Required, Set, commit, db_session, get, select

app = Flask(__name__)
db = Database()
Pony(app)


class User(db.Entity, UserMixin):
    id = PrimaryKey(int, auto=True)
    login = Required(str, unique=True)
    projects = Set("Project")


class Project(db.Entity):
    id = PrimaryKey(int, auto=True)
    name = Required(str)
    owner = Required(User)
    tasks = Set("Task")


class Task(db.Entity):
    id = PrimaryKey(int, auto=True)
    title = Required(str)
    project = Required(Project)


class Country(db.Entity):
    code = PrimaryKey(str)


@app.route("/projects/<int:project_id>")
@login_required
def missing_subscript(project_id):
    return jsonify(Project[project_id].to_dict())


@app.route("/projects/<int:project_id>/get")
@login_required
@db_session
def missing_get(project_id):
    project = Project.get(id=project_id)
    if not project:
        abort(404)
    return jsonify(project.to_dict())


@app.route("/projects/<int:project_id>/lambda")
@login_required
def missing_lambda(project_id):
    return jsonify(Project.get(lambda p: p.id == project_id).to_dict())


@app.route("/projects/<int:project_id>", methods=["DELETE"])
@login_required
def missing_delete(project_id):
    Project[project_id].delete()
    commit()
    return ""


@app.route("/projects/<int:project_id>", methods=["PUT"])
@login_required
def missing_set(project_id):
    project = Project[project_id]
    project.set(**request.get_json())
    return ""


@app.route("/projects/<int:project_id>/tasks")
@login_required
def missing_generator(project_id):
    with db_session:
        return jsonify([t.title for t in select(t for t in Task if t.project.id == project_id)])


@app.route("/projects/<int:project_id>/tasks/<int:task_id>")
@login_required
def child_loose(project_id, task_id):
    project = Project.get(id=project_id, owner=current_user)
    if project is None:
        abort(404)
    return jsonify(Task[task_id].to_dict())


@app.route("/mine/<int:project_id>")
@login_required
def owned_get(project_id):
    return jsonify(Project.get(id=project_id, owner=current_user).to_dict())


@app.route("/mine/<int:project_id>/lambda")
@login_required
def owned_lambda(project_id):
    return jsonify(Project.get(lambda p: p.id == project_id and p.owner == current_user).to_dict())


@app.route("/mine/<int:project_id>", methods=["DELETE"])
@login_required
def owned_guard_after(project_id):
    project = Project[project_id]
    if project.owner.id != current_user.id:
        abort(403)
    project.delete()
    return ""


@app.route("/mine/tasks/<int:task_id>")
@login_required
def owned_generator(task_id):
    task = select(t for t in Task if t.id == task_id and t.project.owner.id == current_user.id).first()
    return jsonify(task.to_dict())


@app.route("/mine/first/<int:task_id>")
@login_required
def owned_get_generator(task_id):
    return jsonify(get(t for t in Task if t.id == task_id and t.project.owner == current_user).to_dict())


@app.route("/countries/<code>")
@login_required
def open_reference(code):
    return jsonify(Country[code].to_dict())
