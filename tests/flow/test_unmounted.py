"""Routers that nobody mounts, beside others that are: nobody comes there, so no login was forgotten."""

from __future__ import annotations

import pytest

from tests.flow.apps import by_name, project

APP = """
from flask import Blueprint, Flask, request
from flask_login import login_required
from flask_sqlalchemy import SQLAlchemy

app = Flask(__name__)
db = SQLAlchemy(app)


class Order(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    user_id = db.Column(db.Integer, db.ForeignKey("user.id"))


class User(db.Model):
    id = db.Column(db.Integer, primary_key=True)


first, second, third, old = (Blueprint("first", __name__), Blueprint("second", __name__), Blueprint("third", __name__), Blueprint("old", __name__))
"""
ROUTES = """

{name} = Blueprint("{name}", __name__)


@{name}.delete("/{name}/<int:order_id>")
{login}
def erase_{name}(order_id):
    db.session.delete(Order.query.get_or_404(order_id))
    db.session.commit()
    return ""
"""


@pytest.mark.parametrize(
    ("mounts", "ownership"),
    [
        ("", "unknown"),
        ("app.register_blueprint(old)\n", "missing"),
        ("app.register_blueprint(load())\n", "missing"),  # which one that is cannot be told
    ],
)
def test_what_nobody_mounts_forgot_no_login(mounts: str, ownership: str) -> None:
    code = APP.rpartition("\nfirst,")[0] + "\n"
    for name in ("first", "second", "third", "old"):
        code += ROUTES.format(name=name, login="@login_required" if name != "old" else "").replace("\n\ndef", "\ndef")
    code += "\n\nfor each in (first, second, third):\n    app.register_blueprint(each)\n" + mounts
    found = by_name(project({"app.py": code, "loading.py": ""}))
    assert found["erase_old"].route.ownership == ownership
    assert found["erase_first"].route.authentication == "required"
