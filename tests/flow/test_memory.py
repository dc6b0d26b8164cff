"""Apps without a database: dictionaries and lists of a module, and files of JSON, as what rows are kept in."""

from __future__ import annotations

from textwrap import dedent

import pytest

from prodlint.flow.questions import Handler
from tests.flow.apps import by_name, ids, project

HEAD = """
    import json
    import os
    import uuid

    from flask import Flask, abort, jsonify, request
    from flask_jwt_extended import get_jwt_identity, jwt_required

    app = Flask(__name__)
    todos = {}
    orders = []
    db = {"notes": [], "users": {}}
    _cache = {}
    ORDERS = os.path.join("data", "invoices.json")


    def read():
        with open(ORDERS) as file:
            return json.load(file)


    def save_all(rows):
        with open(ORDERS, "w") as file:
            json.dump(rows, file)


    @app.%s("/rows/<row_id>")
    @jwt_required()
    def show(row_id):
"""


def show(body: str, method: str = "get", head: str = HEAD) -> Handler:
    code = dedent(head % method) + "".join(f"    {line}\n" for line in dedent(body).strip().splitlines())
    return by_name(project({"app.py": code}))["show"]


LOOSE = {
    "a key": "return jsonify(todos[row_id])",
    "a key that is asked for first": """
        if row_id not in todos:
            abort(404)
        return jsonify(todos[row_id])
    """,
    "get": "return jsonify(todos.get(row_id))",
    "next": """
        order = next((o for o in orders if o["id"] == int(row_id)), None)
        return jsonify(order)
    """,
    "a loop": """
        for order in orders:
            if order["id"] == row_id:
                return jsonify(order)
        abort(404)
    """,
    "a loop that passes over the rest": """
        for note in db["notes"]:
            if note["id"] != row_id:
                continue
            return jsonify(note)
        abort(404)
    """,
    "keys and rows": """
        for key, todo in todos.items():
            if key == row_id:
                return jsonify(todo)
        abort(404)
    """,
    "a file": """
        for order in read():
            if order.get("id") == row_id:
                return jsonify(order)
        abort(404)
    """,
    "that the caller stands in a store says nothing of others": """
        if get_jwt_identity() not in db["users"]:
            abort(401)
        return jsonify(db["users"][row_id])
    """,
    "another row is the caller's": """
        mine = next(o for o in orders if o["owner"] == get_jwt_identity())
        order = next(o for o in orders if o["id"] == row_id)
        return jsonify(order)
    """,
    "the wrong side": """
        if todos[row_id]["owner"] == get_jwt_identity():
            abort(403)
        return jsonify(todos[row_id])
    """,
    "one or the other": """
        for order in orders:
            if order["id"] == row_id or order["owner"] == get_jwt_identity():
                return jsonify(order)
        return jsonify(todos[row_id])
    """,
}
HELD = {
    "a guard": """
        todo = todos.get(row_id)
        if todo is None or todo["owner"] != get_jwt_identity():
            abort(404)
        return jsonify(todo)
    """,
    "both in one test": """
        for order in orders:
            if order["id"] == row_id and order["owner"] == get_jwt_identity():
                return jsonify(order)
        abort(404)
    """,
    "both in one comprehension": """
        return jsonify(next(o for o in orders if o["id"] == row_id and o["owner"] == get_jwt_identity()))
    """,
    "a store for each user": "return jsonify(todos[get_jwt_identity()][row_id])",
    "the caller's, then one of them": """
        mine = [o for o in orders if o["owner"] == get_jwt_identity()]
        return jsonify(next(o for o in mine if o["id"] == row_id))
    """,
    "a tie under another name": """
        user = get_jwt_identity()
        order = next((o for o in read() if o["id"] == row_id), None)
        if order is None or order["made_for"] != user:
            abort(404)
        return jsonify(order)
    """,
}
CHANGES = {
    "a column": """
        todos[row_id]["done"] = True
        return ""
    """,
    "del": """
        del todos[row_id]
        return ""
    """,
    "pop": "return jsonify(todos.pop(row_id))",
    "remove": """
        order = next(o for o in orders if o["id"] == row_id)
        orders.remove(order)
        return ""
    """,
    "its position": """
        for position, order in enumerate(orders):
            if order["id"] == row_id:
                orders.pop(position)
        return ""
    """,
    "all but one are kept": """
        global orders
        orders = [o for o in orders if o["id"] != row_id]
        return ""
    """,
    "all but one are kept in place": """
        orders[:] = [o for o in orders if o["id"] != row_id]
        return ""
    """,
    "all but one are written": """
        rest = [o for o in read() if o["id"] != row_id]
        save_all(rest)
        return ""
    """,
    "another in its place": """
        todos[row_id] = request.json
        return ""
    """,
}
NOTHING = {
    "a cache": "return jsonify(_cache[row_id])",
    "the others are shown": """
        return jsonify([o["title"] for o in orders if o["id"] != row_id])
    """,
    "a new row under a new name": """
        todos[str(uuid.uuid4())] = {"owner": get_jwt_identity(), "title": row_id}
        return ""
    """,
}


@pytest.mark.parametrize("name", LOOSE)
def test_a_row_that_the_client_names_is_reached(name: str) -> None:
    assert ids(show(LOOSE[name])) == {"row_id": "missing"}


@pytest.mark.parametrize("name", HELD)
def test_a_row_that_is_held_against_the_caller_is_theirs(name: str) -> None:
    assert ids(show(HELD[name])) == {"row_id": "owned"}


@pytest.mark.parametrize("name", CHANGES)
def test_a_row_that_the_client_names_is_changed(name: str) -> None:
    found = show(CHANGES[name], "delete")
    assert [(choice.ownership, choice.changed) for choice in found.ids] == [("missing", True)]


@pytest.mark.parametrize("name", NOTHING)
def test_what_is_no_row_of_a_store_is_not_reached(name: str) -> None:
    assert "missing" not in ids(show(NOTHING[name])).values()


def test_beside_a_database_nothing_is_kept_in_memory() -> None:
    with_models = HEAD.replace(
        "    todos = {}\n",
        """    from flask_sqlalchemy import SQLAlchemy
    database = SQLAlchemy(app)


    class Todo(database.Model):
        id = database.Column(database.Integer, primary_key=True)


    todos = {}
""",
    )
    assert not show(LOOSE["get"], head=with_models).ids


def test_a_list_is_everybodys_or_the_callers() -> None:
    mine = """
    @app.get("/mine")
    @jwt_required()
    def mine():
        return jsonify([o for o in orders if o["owner"] == get_jwt_identity()])


    @app.post("/mine")
    @jwt_required()
    def add():
        orders.append({"owner": get_jwt_identity(), "title": request.json["title"]})
        return ""


    @app.%s("/rows/<row_id>")"""
    head = HEAD.replace('    @app.%s("/rows/<row_id>")', mine.lstrip("\n"), 1)
    assert [each.model for each in show("return jsonify(orders)", head=head).lists] == ["orders"]
    assert not show("return jsonify([o for o in orders if o['owner'] == get_jwt_identity()])").lists
    assert not show("return jsonify(list(filter(lambda o: o['owner'] == get_jwt_identity(), orders)))").lists
    assert not show("return jsonify([o for o in orders if o['shared']])").lists


TOKENS = """
    import json
    from functools import wraps

    from flask import Flask, jsonify, request

    app = Flask(__name__)


    def rows(name):
        with open(name) as file:
            return json.load(file)


    def who(token):
        for each in rows("tokens.json"):
            if each["token"] == token:
                return each["username"]
        return None


    def token_required(view):
        @wraps(view)
        def inner(*args, **kwargs):
            user = who(request.headers.get("X-Auth-Token"))
            if not user:
                return "no", 401
            return view(user, *args, **kwargs)
        return inner


    @app.get("/users/<name>")
    @token_required
    def show(user, name):
        return jsonify(next(u for u in rows("users.json") if u["username"] == name))


    @app.get("/me")
    @token_required
    def me(user):
        return jsonify(next(u for u in rows("users.json") if u["username"] == user))
"""


def test_a_token_that_is_looked_up_in_a_file_says_who_asks_and_nothing_of_a_role() -> None:
    found = by_name(project({"app.py": dedent(TOKENS)}))
    assert (found["show"].route.authentication, ids(found["show"])) == ("required", {"name": "missing"})
    assert found["me"].route.authentication == "required"
    assert "missing" not in (found["me"].route.ownership, *ids(found["me"]).values())
