"""Flask, Flask-JWT-Extended and PyMongo."""

from bson.objectid import ObjectId
from flask import Flask, abort, jsonify, request
from flask_jwt_extended import JWTManager, get_jwt_identity, jwt_required
from flask_pymongo import PyMongo
from pymongo import MongoClient, ReturnDocument

app = Flask(__name__)
mongo = PyMongo(app)
jwt = JWTManager(app)
notes = MongoClient("mongodb://localhost")["shop"]["notes"]


@app.route("/projects/<project_id>")
@jwt_required()
def missing_find_one(project_id):
    project = mongo.db.projects.find_one({"_id": ObjectId(project_id)})
    return jsonify(project)


@app.route("/404/<project_id>")
@jwt_required()
def missing_or_404(project_id):
    return jsonify(mongo.db.projects.find_one_or_404({"_id": ObjectId(project_id)}))


@app.route("/notes/<note_id>", methods=["PUT"])
@jwt_required()
def missing_find_and_update(note_id):
    found = notes.find_one_and_update({"_id": note_id}, {"$set": request.get_json()}, return_document=ReturnDocument.AFTER)
    return jsonify(found)


@app.route("/notes", methods=["DELETE"])
@jwt_required()
def missing_in_body():
    data = request.get_json()
    notes.delete_many({"_id": {"$in": [ObjectId(each) for each in data["ids"]]}})
    return "", 204


@app.route("/mine/<project_id>")
@jwt_required()
def owned_find_one(project_id):
    user_id = get_jwt_identity()
    project = mongo.db.projects.find_one({"_id": ObjectId(project_id), "owner": user_id})
    if project is None:
        abort(404)
    return jsonify(project)


@app.route("/mine/notes/<note_id>", methods=["DELETE"])
@jwt_required()
def owned_guard_after(note_id):
    note = notes.find_one({"_id": note_id})
    if not note or note.get("user") != get_jwt_identity():
        return jsonify({"error": "not found"}), 404
    notes.delete_one({"_id": note_id})
    return "", 204


@app.route("/mine/notes", methods=["POST"])
@jwt_required()
def owned_in_body():
    data = request.get_json()
    notes.update_one({"_id": ObjectId(data["note_id"]), "user": get_jwt_identity()}, {"$set": {"text": data["text"]}})
    return ""
