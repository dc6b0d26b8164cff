"""Flask-RESTful, Flask-JWT-Extended and MongoEngine."""

from flask import Flask, Response, request
from flask_jwt_extended import JWTManager, current_user, get_jwt_identity, jwt_required
from flask_mongoengine import MongoEngine
from flask_restful import Api, Resource, abort
from mongoengine import CASCADE, DoesNotExist, Document, ListField, ReferenceField, StringField, connect
from mongoengine.queryset.visitor import Q

app = Flask(__name__)
db = MongoEngine(app)
api = Api(app)


class User(Document):
    email = StringField(unique=True)


class Project(Document):
    name = StringField()
    owner = ReferenceField(User, reverse_delete_rule=CASCADE)


class Task(db.Document):
    title = db.StringField()
    project = db.ReferenceField(Project)


class Country(Document):
    code = StringField(primary_key=True)


@app.get("/projects/<project_id>")
@jwt_required()
def missing_called(project_id):
    project = Project.objects(id=project_id).first()
    return Response(project.to_json(), mimetype="application/json")


@app.get("/projects/<project_id>/get")
@jwt_required()
def missing_get(project_id):
    try:
        return Project.objects.get(id=project_id).to_json()
    except DoesNotExist:
        abort(404)


@app.get("/tasks/<task_id>")
@jwt_required()
def missing_or_404(task_id):
    return Task.objects.get_or_404(id=task_id).to_json()


@app.put("/projects/<project_id>")
@jwt_required()
def missing_update(project_id):
    Project.objects.get(id=project_id).update(**request.get_json())
    return "", 200


@app.put("/projects/<project_id>/one")
@jwt_required()
def missing_update_one(project_id):
    Project.objects(id=project_id).update_one(set__name=request.json["name"])
    return "", 200


@app.patch("/projects/<project_id>")
@jwt_required()
def missing_modify(project_id):
    project = Project.objects(pk=project_id).modify(name=request.json["name"], new=True)
    return project.to_json()


@app.delete("/projects/<project_id>")
@jwt_required()
def missing_delete(project_id):
    Project.objects(id=project_id).delete()
    return "", 204


@app.get("/projects/<project_id>/tasks/<task_id>")
@jwt_required()
def child_loose(project_id, task_id):
    Project.objects.get(id=project_id, owner=get_jwt_identity())
    return Task.objects.get(id=task_id).to_json()


@app.get("/mine/<project_id>")
@jwt_required()
def owned_called(project_id):
    return Project.objects(id=project_id, owner=current_user).first_or_404().to_json()


@app.get("/mine/<project_id>/q")
@jwt_required()
def owned_q(project_id):
    return Project.objects(Q(id=project_id) & Q(owner=get_jwt_identity())).first().to_json()


@app.delete("/mine/<project_id>")
@jwt_required()
def owned_guard_after(project_id):
    user_id = get_jwt_identity()
    project = Project.objects.get(id=project_id)
    if str(project.owner.id) != user_id:
        return {"error": "forbidden"}, 403
    project.delete()
    return "", 200


@app.get("/mine/<project_id>/tasks/<task_id>")
@jwt_required()
def owned_child(project_id, task_id):
    user = User.objects.get(id=get_jwt_identity())
    project = Project.objects.get(id=project_id, owner=user)
    return Task.objects.get(id=task_id, project=project).to_json()


@app.get("/mine")
@jwt_required()
def mine_list():
    return Project.objects(owner=get_jwt_identity()).to_json()


@app.get("/countries/<code>")
@jwt_required()
def open_reference(code):
    return Country.objects.get(code=code).to_json()
