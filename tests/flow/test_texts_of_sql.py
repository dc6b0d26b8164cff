"""Statements of which one runs: filters that are added under a condition, one of two texts by a branch, each with its own parameters."""

from __future__ import annotations

import pytest

from tests.flow.apps import flask, ids

ROUTE = """
    @app.route("/lists/<int:list_id>")
    @login_required
    def show(list_id):
"""
FILTERS = "".join(
    f"""
        if request.args.get("{name}"):
            query += " AND {name} = ?"
            params.append(request.args["{name}"])"""
    for name in ("done", "due", "place", "kind", "size")
)
READ = """
        return jsonify(database.execute(query, params).fetchall())
"""
SHAPES = {
    "another condition, of the owner's rows": (
        """
        query, params = "SELECT task FROM tasks WHERE list_id = ? AND owner_id = ?", [list_id, current_user.id]
        if request.args.get("done"):
            query += " AND done = ?"
            params.append(request.args["done"])
        query += " ORDER BY task LIMIT ?"
        params.append(10)
        """,
        "owned",
    ),
    "another condition, of anybody's": (
        """
        query, params = "SELECT task FROM tasks WHERE list_id = ?", [list_id]
        if request.args.get("done"):
            query += " AND done = ?"
            params.append(request.args["done"])
        """,
        "missing",
    ),
    "the owner only when the client asks for it": (
        """
        query, params = "SELECT task FROM tasks WHERE list_id = ?", [list_id]
        if request.args.get("mine"):
            query += " AND owner_id = ?"
            params.append(current_user.id)
        """,
        "missing",
    ),
    "more rows by an OR": (
        """
        query, params = "SELECT task FROM tasks WHERE list_id = ? AND owner_id = ?", [list_id, current_user.id]
        if request.args.get("done"):
            query += " OR done = ?"
            params.append(request.args["done"])
        """,
        "missing",
    ),
    "two statements, both of the owner's": (
        """
        if request.args.get("done"):
            query = "SELECT task FROM tasks WHERE done = ? AND list_id = ? AND owner_id = ?"
            params = (request.args["done"], list_id, current_user.id)
        else:
            query = "SELECT task FROM tasks WHERE list_id = ? AND owner_id = ?"
            params = (list_id, current_user.id)
        """,
        "owned",
    ),
    "two statements, one of anybody's": (
        """
        if request.args.get("done"):
            query = "SELECT task FROM tasks WHERE done = ? AND list_id = ?"
            params = (request.args["done"], list_id)
        else:
            query = "SELECT task FROM tasks WHERE list_id = ? AND owner_id = ?"
            params = (list_id, current_user.id)
        """,
        "missing",
    ),
    "one of two texts": (
        """
        shown = "task" if request.args.get("short") else "task, due"
        query = (
            "SELECT task FROM tasks WHERE list_id = ? AND owner_id = ?"
            if request.args.get("short")
            else "SELECT task, due FROM tasks WHERE list_id = ? AND owner_id = ?"
        )
        params = (list_id, current_user.id)
        """,
        "owned",
    ),
    "many conditions, of the owner's rows": (
        f"""
        query, params = "SELECT task FROM tasks WHERE list_id = ? AND owner_id = ?", [list_id, current_user.id]{FILTERS}
        params = tuple(params)
        """,
        "owned",
    ),
    "many conditions, of anybody's": (
        f"""
        query, params = "SELECT task FROM tasks WHERE list_id = ?", [list_id]{FILTERS}
        """,
        "missing",
    ),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_each_statement_is_read_with_its_own_parameters(shape: str) -> None:
    code, verdict = SHAPES[shape]
    assert ids(flask(ROUTE + code + READ)["show"])["list_id"] == verdict


def test_of_too_many_ways_none_is_proven_by_the_others() -> None:
    opened = """
        query, params = "SELECT task FROM tasks WHERE list_id = ? AND owner_id = ?", [list_id, current_user.id]
        if request.args.get("shared"):
            query = "SELECT task FROM tasks WHERE list_id = ? AND shared = 1"
            params = [list_id]
    """
    assert ids(flask(ROUTE + opened + FILTERS + READ)["show"])["list_id"] == "missing"


def test_a_cursor_holds_what_either_statement_gives() -> None:
    code = """
        cursor = database.cursor()
        if request.args.get("all"):
            query, params = "SELECT task FROM tasks WHERE list_id = ?", (list_id,)
        else:
            query, params = "SELECT task FROM tasks WHERE list_id = ? AND owner_id = ?", (list_id, current_user.id)
        cursor.execute(query, params)
        return jsonify(cursor.fetchall())
    """
    assert ids(flask(ROUTE + code)["show"])["list_id"] == "missing"


SOME_COLUMNS = """
    import sqlite3


    @app.put("/orders/<int:order_id>")
    def change(order_id):
        user_id = session["user_id"]
        fields, values = [], []
        for key in ("status", "cover_url"):
            if key in request.json:
                fields.append(f"{key} = ?")
                values.append(request.json[key])
        if "rules" in request.json:
            fields.append("rules = ?")
            values.append(request.json["rules"])
        ENDS
        return "changed"
"""
MINE = 'sqlite3.connect("shop.db").execute(f"UPDATE orders SET {\', \'.join(fields)} WHERE id = ? AND user_id = ?", VALUES)'
ANY = 'sqlite3.connect("shop.db").execute(f"UPDATE orders SET {\', \'.join(fields)} WHERE id = ?", VALUES)'


@pytest.mark.parametrize(
    ("ends", "said"),
    [
        (f"values.append(order_id)\n        values.append(user_id)\n        {MINE.replace('VALUES', 'values')}", {"order_id": "owned"}),
        (f"values.extend([order_id, user_id])\n        {MINE.replace('VALUES', 'tuple(values)')}", {"order_id": "owned"}),
        (MINE.replace("VALUES", "values + [order_id, user_id]"), {"order_id": "owned"}),
        (MINE.replace("VALUES", "[*values, order_id, user_id]"), {"order_id": "owned"}),
        (ANY.replace("VALUES", "values + [order_id]"), {"order_id": "missing"}),
        (f"values.append(user_id)\n        values.append(order_id)\n        {ANY.replace('VALUES', 'values')}", {"order_id": "missing"}),
    ],
)
def test_the_values_of_a_where_are_those_that_the_list_ends_with(ends: str, said: dict[str, str]) -> None:
    assert ids(flask(SOME_COLUMNS.replace("ENDS", ends))["change"]) == said


def test_a_list_to_which_something_may_have_been_added_ends_with_nobody_knows_what() -> None:
    more = "values.append(order_id)\n        if request.args.get('mine'):\n            values.append(user_id)\n        "
    ends = more + MINE.replace("VALUES", "values")
    assert flask(SOME_COLUMNS.replace("ENDS", ends))["change"].route.ownership != "owned"
