"""Methods of the class whose row `current_user` of flask-login is."""

from __future__ import annotations

from textwrap import dedent, indent

import pytest

from prodlint.flow.questions import Handler
from tests.flow.apps import by_name, ids, project

APP = """
from flask import Flask, abort
from flask_login import AnonymousUserMixin, LoginManager, UserMixin, current_user, login_required
from flask_sqlalchemy import SQLAlchemy

app = Flask(__name__)
db = SQLAlchemy(app)
login = LoginManager(app)


class User(UserMixin, db.Model):
    id = db.Column(db.Integer, primary_key=True)
    role = db.Column(db.String)

    def is_admin(self):
        return self.role == "admin"

    def can_see(self, thing):
{asked}


class Bill(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    user_id = db.Column(db.Integer, db.ForeignKey("user.id"))
    status = db.Column(db.String)

{more}

@login.user_loader
def load(user_id):
    return db.session.get(User, user_id)


@app.route("/bills/<int:bill_id>")
@login_required
def show(bill_id):
{body}
"""
GUARDED = """
    bill = Bill.query.get_or_404(bill_id)
    if not current_user.can_see(bill):
        abort(403)
    return bill.status
"""


def show(asked: str, body: str = GUARDED, more: str = "") -> Handler:
    code = APP.format(asked=indent(dedent(asked).strip(), "        "), body=body.strip("\n"), more=dedent(more))
    return by_name(project({"app.py": code}))["show"]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("return self.is_admin() or thing.user_id == self.id", "owned"),
        ("if self.is_admin():\n    return True\nif hasattr(thing, 'user_id'):\n    return thing.user_id == self.id\nreturn False", "owned"),
        ("return getattr(thing, 'user_id', None) == self.id", "owned"),
        ("return True", "missing"),
        ("return thing.user_id != self.id", "missing"),
        ("return getattr(thing, 'user_id', self.id) == self.id", "unknown"),
        ("return thing.user_id == self.id or thing.status == 'open'", "unknown"),
        ("if hasattr(thing, 'owner_id'):\n    return thing.owner_id == self.id\nreturn True", "unknown"),  # bills have no such column
    ],
)
def test_who_is_logged_in_says_whose_a_row_is(asked: str, said: str) -> None:
    assert ids(show(asked)) == {"bill_id": said}


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("return Bill.query.filter_by(id=thing, user_id=self.id).first_or_404()", "owned"),
        ("return Bill.query.get_or_404(thing)", "missing"),
    ],
)
def test_who_is_logged_in_gives_a_row(asked: str, said: str) -> None:
    assert ids(show(asked, "    return current_user.can_see(bill_id).status")) == {"bill_id": said}


MINE = "return thing.user_id == self.id"


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ("class Guest(AnonymousUserMixin):\n    def can_see(self, thing):\n        return False\n", "owned"),
        ("class Guest(AnonymousUserMixin):\n    def can_see(self, thing):\n        return True\n", "unknown"),
        ("class Guest:\n    def can_see(self, thing):\n        return True\n\n\nlogin.anonymous_user = Guest\n", "unknown"),
        ("def start():\n    login.anonymous_user = type('Guest', (), {'can_see': lambda self, thing: True})\n", "unknown"),
        ("class Guest(UserMixin):\n    def can_see(self, thing):\n        return True\n", "unknown"),
    ],
)
def test_another_class_may_answer(more: str, said: str) -> None:
    assert ids(show(MINE, more=more)) == {"bill_id": said}


@pytest.mark.parametrize(("called", "expected"), [("current_user.is_admin()", "admin"), ("current_user.is_admin", "missing")])
def test_a_method_that_nobody_calls_is_true_whoever_asks(called: str, expected: str) -> None:
    body = GUARDED.replace("current_user.can_see(bill)", called)
    assert show(MINE, body).route.ownership == expected
