"""Handlers that ask for too little, as small apps with raw SQL have them: what a GET deletes, lists beside one's own new row, paths that speak of
accounts, visits that are counted, and roles that a token says which nobody can trust."""

from __future__ import annotations

import pytest

from tests.flow.apps import flask, ids

MINE = """
    @app.get("/loans")
    @login_required
    def loans():
        cursor = connect().cursor()
        cursor.execute("SELECT amount FROM loans WHERE user_id = %s", (current_user.id,))
        return jsonify(cursor.fetchall())
"""

ERASING = {
    "by its name": ("/accounts/gone/<int:user_id>", "delete_user", "missing-authentication"),
    "by its path": ("/delete_user/<int:user_id>", "gone", "missing-authentication"),
}


@pytest.mark.parametrize("how", ERASING)
def test_a_get_that_deletes_asks_who_calls(how: str) -> None:
    path, name, _ = ERASING[how]
    code = f"""
    @app.get("{path}")
    def {name}(user_id):
        connect().execute("DELETE FROM users WHERE id = %s", (user_id,))
        return "gone"
    """
    assert flask(MINE + code)[name].exposed == ("users", "alters")


QUIET = {
    "it deletes nothing": 'return jsonify(connect().execute("SELECT name FROM users WHERE id = %s", (user_id,)).fetchone())',
    "it is called like what it shows": 'return render_template("delete_user.html", user_id=user_id)',
}


@pytest.mark.parametrize("how", QUIET)
def test_a_get_that_only_shows_is_no_deletion(how: str) -> None:
    code = f"""
    @app.get("/delete_user/<int:user_id>")
    def ask(user_id):
        {QUIET[how]}
    """
    assert flask(MINE + code)["ask"].exposed == ("", "")


def test_an_account_is_no_count() -> None:
    code = """
    @app.get("/transactions/<account_number>")
    def history(account_number):
        return jsonify(connect().execute("SELECT amount FROM transactions WHERE from_account = %s", (account_number,)).fetchall())

    @app.get("/transactions/count")
    def count():
        return jsonify(connect().execute("SELECT COUNT(*) FROM transactions").fetchone())
    """
    found = flask(MINE + code)
    assert found["history"].exposed == ("transactions", "private")
    assert found["count"].exposed == ("", "")


NOTES = """
    def everything():
        return connect().execute("SELECT id, body FROM notes").fetchall()

    @app.route("/notes", methods=["GET", "POST"])
    @login_required
    def notes():
        rows = {rows}
        if request.method == "POST":
            connect().execute("INSERT INTO notes (user_id, body) VALUES (%s, %s)", (current_user.id, request.form["body"]))
        return jsonify(rows)

    @app.post("/notes/<int:note_id>/delete")
    @login_required
    def drop(note_id):
        connect().execute("DELETE FROM notes WHERE id = %s AND user_id = %s", (note_id, current_user.id))
        return "gone"
"""


def test_rows_of_all_beside_ones_own_new_row_are_no_proof() -> None:
    handlers = flask(NOTES.format(rows="everything()"))
    assert handlers["notes"].route.ownership == "unknown"
    assert [(each.model, each.guarded) for each in handlers["notes"].lists] == [("notes", True)]
    assert handlers["drop"].route.ownership == "owned"


def test_ones_own_rows_beside_a_new_one_are_ones_own() -> None:
    rows = 'connect().execute("SELECT id, body FROM notes WHERE user_id = %s", (current_user.id,)).fetchall()'
    handlers = flask(NOTES.format(rows=rows))
    assert handlers["notes"].route.ownership in ("owned", "unknown")
    assert not handlers["notes"].lists


def test_a_list_of_what_nobody_keeps_for_themselves_is_not_told() -> None:
    code = """
    @app.get("/rooms")
    @login_required
    def rooms():
        return jsonify(connect().execute("SELECT id, name FROM rooms").fetchall())
    """
    assert not flask(MINE + code)["rooms"].lists


COUNTED = """
    @app.route("/orders/<int:order_id>", methods=["POST"])
    def visit(order_id):
        order = db.session.get(Order, order_id)
        {done}
        order.save()
        return ""

    @app.get("/mine")
    @login_required
    def mine():
        return jsonify(Order.query.filter_by(user_id=current_user.id).all())
"""


@pytest.mark.parametrize("done", ["order.views += 1", "order.click_count += 1", "order.page_views += 1"])
def test_a_visit_that_is_counted_changes_nothing(done: str) -> None:
    assert not any(choice.changed for choice in flask(COUNTED.format(done=done))["visit"].ids)


CHANGED = [
    "order.credits += 1",
    "order.views += 1; order.status = 'paid'",
    "order.views += step",
    "order.views -= 1",
    "order.quantity += 1",
]


@pytest.mark.parametrize("done", CHANGED)
def test_what_is_no_count_of_visits_changes_the_row(done: str) -> None:
    assert any(choice.changed for choice in flask(COUNTED.format(done=done))["visit"].ids)


TOKEN = """
    import jwt

    def claims_of(token):
        try:
            return jwt.decode(token, "key", algorithms=["HS256"])
        except jwt.InvalidSignatureError:
            return jwt.decode(token, options={{"verify_signature": False}})

    def token_required(view):
        def inner(*args, **kwargs):
            token = request.headers.get("Authorization")
            if not token:
                return jsonify(error="no token"), 401
            claims = claims_of(token)
            if claims is None:
                return jsonify(error="no token"), 401
            return view(claims, *args, **kwargs)
        return inner

    @app.post("/admin/loans/<int:loan_id>")
    @token_required
    def approve(claims, loan_id):
        {asked}
        connect().execute("UPDATE loans SET state = 'approved' WHERE id = %s", (loan_id,))
        return "done"
"""


def test_a_role_that_an_unsigned_token_says_is_asked_for_and_proves_nothing() -> None:
    asked = flask(TOKEN.format(asked='if not claims.get("is_admin"): return jsonify(error="staff only"), 403'))["approve"]
    assert ids(asked) == {"loan_id": "unknown"}
    assert asked.kinds
    loose = flask(TOKEN.format(asked="pass"))["approve"]
    assert ids(loose) == {"loan_id": "missing"}
    assert not loose.kinds


def test_a_role_that_a_signed_token_says_is_a_role() -> None:
    code = TOKEN.replace('jwt.decode(token, options={{"verify_signature": False}})', "None")
    asked = flask(code.format(asked='if not claims.get("is_admin"): return jsonify(error="staff only"), 403'))["approve"]
    assert ids(asked) == {"loan_id": "admin"}
