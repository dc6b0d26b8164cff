"""Apps that nobody has looked at: documents of a package beside MongoEngine, and what being a doctor, a seller or a teacher lets one do,
services behind interfaces that a container hands over, what a visitor may write into the session,
what people keep for themselves where no column says whose it is."""

from __future__ import annotations

import pytest

from prodlint.flow.questions import Handler
from tests.flow.apps import fastapi, flask, project

DOCUMENTS = """
from flask import Flask, request
from flask_login import UserMixin, current_user, login_required
from flask_mongoengine import MongoEngine
import mongoengine_goodjson as gj

app = Flask(__name__)
db = MongoEngine()


class User(gj.Document, UserMixin):
    email = db.StringField(required=True)
    role = db.StringField(required=True)


class Prescription(gj.Document):
    patientID = db.StringField(required=True)
    doctorID = db.StringField(required=True)


@app.route("/prescription", methods=["DELETE"])
@login_required
def remove():
"""


def read(text: str) -> Handler:
    """The last handler of an app of one file."""
    return list(project({"app.py": text}).handlers())[-1]


def test_a_document_is_one_whatever_package_its_base_is_from() -> None:
    handler = read(DOCUMENTS + "    Prescription.objects(id=request.json['id']).first().delete()\n    return ''\n")
    assert [(each.model, each.ownership) for each in handler.ids] == [("Prescription", "missing")]


def test_all_documents_are_a_list() -> None:
    mine = """

@app.route("/mine")
@login_required
def mine():
    return Prescription.objects(doctorID=str(current_user.id)).to_json()
"""
    handlers = project({"app.py": DOCUMENTS + "    return Prescription.objects().to_json()\n" + mine}).handlers()
    assert [(each.model, each.guarded) for handler in handlers for each in handler.lists] == [("Prescription", True)]


@pytest.mark.parametrize(("role", "verdict"), [("Doctor", "unknown"), ("Admin", "owned")])
def test_being_one_of_a_kind_proves_nothing_of_a_row_that_the_client_names(role: str, verdict: str) -> None:
    """A doctor is one among doctors; admins may."""
    body = f"""    if current_user.role == "{role}":
        Prescription.objects(id=request.json["id"]).first().delete()
    return ""
"""
    assert read(DOCUMENTS + body).route.ownership == verdict


LAYERS = """
from abc import ABC, abstractmethod
from dataclasses import dataclass

import punq
from shop.models import Project


class Projects(ABC):
    @abstractmethod
    def remove(self, session, project_id: int, owner_id: int) -> None: ...


class StoredProjects(Projects):
    def remove(self, session, project_id: int, owner_id: int) -> None:
        session.delete(session.query(Project).{narrowed}.one())


@dataclass
class RemoveProject:
    projects: Projects

    def execute(self, session, project_id: int, owner_id: int) -> None:
        self.projects.remove(session, project_id, owner_id)


def get_container() -> punq.Container:
    container = punq.Container()
    container.register(Projects, StoredProjects)
    container.register(RemoveProject)
    return container
"""
ASKED = """
    from shop.layers import RemoveProject, get_container


    @router.delete("/projects/{project_id}")
    def remove(project_id: int, session: SessionDep, user: CurrentUser):
        get_container().resolve(RemoveProject).execute(session, project_id, user.id)
"""
OTHER = """

class OtherProjects(Projects):
    def remove(self, session, project_id: int, owner_id: int) -> None: session.execute()
"""


@pytest.mark.parametrize(
    ("narrowed", "more", "verdict"),
    [
        ("filter_by(id=project_id)", "", "missing"),
        ("filter_by(id=project_id, owner_id=owner_id)", "", "owned"),
        ("filter_by(id=project_id, owner_id=owner_id)", OTHER, "unknown"),  # which of the two it is, is told when the program starts
    ],
)
def test_the_only_class_that_does_what_an_interface_declares(narrowed: str, more: str, verdict: str) -> None:
    layers = LAYERS.replace("{narrowed}", narrowed) + more
    assert fastapi(ASKED, {"shop/layers.py": layers})["remove"].route.ownership == verdict


ENTERED = """
    from flask import session


    @app.post("/enter")
    def enter():
        owner = User.query.filter_by(id=request.form["owner"]).first()
        {check}
        session["shop_owner"] = owner.id
        return ""


    @app.delete("/orders/<int:order_id>")
    def remove(order_id):
        if "shop_owner" not in session:
            abort(401)
        db.session.delete(Order.query.filter_by(id=order_id, user_id=session["shop_owner"]).one())
        return ""


    @app.get("/orders/<int:order_id>/mine")
    @login_required
    def mine(order_id):
        return jsonify(Order.query.filter_by(id=order_id, user_id=current_user.id).one().id)
"""


@pytest.mark.parametrize(
    ("check", "login", "verdict"),
    [
        ("pass", "none", "missing"),
        ("check_password_hash(owner.password, request.form['password'])", "required", "owned"),
        ("abort(403) if owner.senha != request.form['senha'] else None", "required", "owned"),
    ],
)
def test_what_a_visitor_writes_into_the_session_says_nothing_of_who_asks(check: str, login: str, verdict: str) -> None:
    handler = flask(ENTERED.replace("{check}", check))["remove"]
    assert (handler.route.authentication, handler.route.ownership) == (login, verdict)


KEPT = """
    class {model}(db.Model):
        id = db.Column(db.Integer, primary_key=True)
        text = db.Column(db.String)


    @app.get("/rows")
    @login_required
    def every():
        return jsonify([row.text for row in {model}.query.all()])


    @app.delete("/rows/<int:row_id>")
    @login_required
    def remove(row_id):
        db.session.delete({model}.query.get_or_404(row_id))
        db.session.commit()
        return ""


    {asked}
    def join():
        db.session.add(User(id=request.json["id"]))
        db.session.commit()
        return ""
"""
ANYBODY = '@app.post("/join")'
STAFF = '@app.post("/join")\n    @login_required'


@pytest.mark.parametrize(
    ("model", "asked", "verdict"),
    [("Expense", ANYBODY, "missing"), ("Expense", STAFF, "not-applicable"), ("Product", ANYBODY, "not-applicable")],
)
def test_whose_an_expense_is_where_no_column_says_so(model: str, asked: str, verdict: str) -> None:
    """Where anybody signs up, all may delete it; where staff makes the accounts, the house keeps it."""
    handlers = flask(KEPT.replace("{model}", model).replace("{asked}", asked))
    assert handlers["remove"].route.ownership == verdict
    assert [each.guarded for each in handlers["every"].lists] == ([True] if verdict == "missing" else [])


MANAGED = """
    @app.get("/auth/users")
    def every():
        return jsonify([user.id for user in User.query.filter_by(deleted=False).all()])


    @app.delete("/auth/users/<int:user_id>")
    def remove(user_id):
        db.session.delete(User.query.get(user_id))
        db.session.commit()
        return ""


    @app.patch("/auth/users/<int:user_id>/activate")
    {asked}
    def activate(user_id):
        User.query.get(user_id).active = True
        db.session.commit()
        return ""


    @app.get("/orders/<int:order_id>")
    @login_required
    def mine(order_id):
        return jsonify(Order.query.filter_by(id=order_id, user_id=current_user.id).one().id)
"""


@pytest.mark.parametrize(("asked", "exposed"), [("", "private"), ("@login_required", "")])
def test_accounts_that_strangers_change_are_not_meant_to_be_shown_to_them(asked: str, exposed: str) -> None:
    assert flask(MANAGED.replace("{asked}", asked or "# of all"))["every"].exposed[1] == exposed
