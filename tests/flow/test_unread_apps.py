"""Apps that nobody has looked at: documents of a package beside MongoEngine, and what being a doctor, a seller or a teacher lets one do."""

from __future__ import annotations

import pytest

from prodlint.flow.questions import Handler
from tests.flow.apps import project

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


@pytest.mark.parametrize(("role", "verdict"), [("Doctor", "unknown"), ("Admin", "owned")])
def test_being_one_of_a_kind_proves_nothing_of_a_row_that_the_client_names(role: str, verdict: str) -> None:
    """A doctor is one among doctors; admins may."""
    body = f"""    if current_user.role == "{role}":
        Prescription.objects(id=request.json["id"]).first().delete()
    return ""
"""
    assert read(DOCUMENTS + body).route.ownership == verdict
