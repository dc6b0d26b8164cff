"""Habits of applications that are cared for, each beside what only looks like it."""

from __future__ import annotations

import pytest

from tests.flow.apps import fastapi, flask, ids

MADE = """
import functools
import flask_login
from flask import abort
from flask_login import current_user


def checked(check):
    def answer(view, args, kwargs, given):
        if not check(args, kwargs, *given):
            abort(403)
        return view(*args, **kwargs)
    if check.__code__.co_argcount > 2:
        def decorator(*given):
            def inner(view):
                @functools.wraps(view)
                def wrapper(*args, **kwargs):
                    return answer(view, args, kwargs, given)
                return {around}
            return inner
    else:
        def decorator(view):
            @functools.wraps(view)
            def wrapper(*args, **kwargs):
                return answer(view, args, kwargs, ())
            return {around}
    return decorator


@checked
def admins(args, kwargs):
    return {admin}


@checked
def owner(args, kwargs, model, key):
    found = model.query.get(kwargs[key])
    return found is not None and found.user_id == current_user.id


class Shelf(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    user_id = db.Column(db.Integer, db.ForeignKey("user.id"))


@app.get("/orders/<int:order_id>")
@{on}
def show(order_id):
    order = Order.query.get(order_id)
    return {{"order": order.user_id}}
"""
LOGIN, PLAIN = "flask_login.login_required(wrapper)", "wrapper"


@pytest.mark.parametrize(
    ("around", "admin", "on", "authentication", "expected"),
    [
        (LOGIN, "current_user.is_admin", "admins", "required", "admin"),
        (LOGIN, "True", "admins", "required", "missing"),
        (PLAIN, "True", "admins", "none", "public"),
        (LOGIN, "current_user.is_admin", 'owner(Order, "order_id")', "required", "owned"),
        (LOGIN, "current_user.is_admin", 'owner(Shelf, "order_id")', "required", "unknown"),
        (PLAIN, "current_user.is_admin", 'owner(Order, "order_id")', "required", "owned"),
    ],
)
def test_a_maker_of_decorators_that_looks_at_what_its_check_takes(around: str, admin: str, on: str, authentication: str, expected: str) -> None:
    found = flask(MADE.format(around=around, admin=admin, on=on))["show"]
    assert (found.route.authentication, ids(found).get("order_id")) == (authentication, expected)


NAMED = """
from functools import wraps

import flask_login
from flask import abort
from flask_login import current_user


def mine(view):
    @wraps(view)
    def wrapper(*args, **kwargs):
        {guard}
        return view(*args, **kwargs)
    return wrapper


class Zone(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    name = db.Column(db.String)
    kind = db.Column(db.String)
    owner_id = db.Column(db.Integer, db.ForeignKey("user.id"))


@app.get("/zones/<zone_name>")
@flask_login.login_required
@mine
def show(zone_name):
    zone = Zone.query.filter(Zone.{field} == {given}).first()
    return {{"zone": zone.owner_id}}
"""
HELD = """zone = Zone.query.filter(Zone.{field} == kwargs.get("zone_name")).first()
        if zone.owner_id != current_user.id:
            abort(403)"""


@pytest.mark.parametrize(
    ("guard", "field", "given", "expected"),
    [
        (HELD.format(field="name"), "name", "zone_name", {"zone_name": "unknown"}),
        (HELD.format(field="kind"), "kind", "zone_name", {"zone_name": "missing"}),  # two zones may be of one kind
        ("pass", "name", "zone_name", {"zone_name": "missing"}),
    ],
)
def test_the_words_by_which_a_guard_looked_up_the_row(guard: str, field: str, given: str, expected: dict[str, str]) -> None:
    """Another look-up of the same model by the same name finds the row that was held; whether only one is called so is not told."""
    assert ids(flask(NAMED.format(guard=guard, field=field, given=given))["show"]) == expected


KEYS = """
from typing import Annotated
from fastapi import Header
from sqlalchemy import ForeignKey, select
from sqlalchemy.orm import Mapped, mapped_column
from passlib.hash import argon2
from shop.models import Base


class ApiKey(Base):
    __tablename__ = "api_keys"
    id: Mapped[int] = mapped_column(primary_key=True)
    key_hash: Mapped[str]
    label: Mapped[str]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))


def verify_api_key(given, kept):
    return argon2.verify(given, kept)


def by_key(session: SessionDep, authorization: Annotated[str, Header()]):
    keys = session.execute(select(ApiKey)).scalars().all()
    found = None
    for key in keys:
        if {test}:
            found = key
            break
    if found is None:
        raise HTTPException(401)
    return session.get(User, found.user_id)


@router.get("/me")
def me(session: SessionDep, user: Annotated[User, Depends(by_key)]):
    return user


@router.get("/keys")
def mine(session: SessionDep, user: CurrentUser):
    return session.execute(select(ApiKey).where(ApiKey.user_id == user.id)).scalars().all()


@router.get("/all-keys")
def everybodys(session: SessionDep, user: CurrentUser):
    return session.execute(select(ApiKey)).scalars().all()
"""


def test_a_key_that_is_looked_for_among_all_is_no_list() -> None:
    found = fastapi(KEYS.format(test="verify_api_key(authorization, key.key_hash)"))
    assert [bool(found[name].lists) for name in ("me", "mine", "everybodys")] == [False, False, True]


LISTS = """
import functools
import flask_login
from flask import abort
from flask_login import current_user


def operators(view):
    @functools.wraps(view)
    def wrapper(*args, **kwargs):
        if {test}:
            abort(403)
        return view(*args, **kwargs)
    return wrapper


@app.get("/statistics")
@flask_login.login_required
@operators
def statistics():
    return {{"orders": Order.query.all()}}


@app.get("/orders")
@flask_login.login_required
def orders():
    return {{"orders": Order.query.filter(Order.user_id == current_user.id).all()}}


@app.get("/orders/<int:order_id>")
@flask_login.login_required
def show(order_id):
    return {{"x": Order.query.filter(Order.user_id == current_user.id, Order.id == order_id).first()}}
"""


@pytest.mark.parametrize(("test", "sure"), [("current_user.role not in ['administrator', 'operator']", False), ("current_user.email is None", True)])
def test_a_list_for_those_who_have_a_role_is_in_doubt(test: str, sure: bool) -> None:
    assert [each.guarded for each in flask(LISTS.format(test=test))["statistics"].lists] == [sure]
