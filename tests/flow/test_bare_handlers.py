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


COUNTS = [
    "order.views += 1",
    "order.click_count += 1",
    "order.page_views += 1",
    "order.views = order.views + 1",
    "order.views = (order.views or 0) + 1",
    "order.views = F('views') + 1",
]


@pytest.mark.parametrize("done", COUNTS)
def test_a_visit_that_is_counted_changes_nothing(done: str) -> None:
    assert not any(choice.changed for choice in flask(COUNTED.format(done=done))["visit"].ids)


CHANGED = [
    "order.credits += 1",
    "order.views += 1; order.status = 'paid'",
    "order.views += step",
    "order.views -= 1",
    "order.quantity += 1",
    "order.quantity = (order.quantity or 0) + 1",
    "order.views = (order.credits or 0) + 1",
    "order.views = (order.views or step) + 1",
    "order.views = other.views + 1",
    "order.views = F('credits') + 1",
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


SCHEMA = """
CREATE TABLE users (id SERIAL PRIMARY KEY, name TEXT, password TEXT, balance DECIMAL(15, 2));
CREATE TABLE members (id SERIAL PRIMARY KEY, name TEXT, password TEXT);
CREATE TABLE letters (id SERIAL PRIMARY KEY, sender_id INTEGER, receiver_id INTEGER, body TEXT);
CREATE TABLE pages (id SERIAL PRIMARY KEY, author_id INTEGER, body TEXT);
CREATE TABLE rooms (id SERIAL PRIMARY KEY, name TEXT);
"""

EXPOSED = {
    "money": ("SELECT name, balance FROM accounts_of WHERE id = %s", "private"),
    "a password that is listed": ("SELECT name, password FROM members WHERE id = %s", "private"),
    "all of a row that keeps money": ("SELECT * FROM users WHERE id = %s", "private"),
    "what goes from one to another": ("SELECT * FROM letters WHERE id = %s", "private"),
    "all of a row that keeps a password only": ("SELECT * FROM members WHERE id = %s", ""),
    "nothing of that": ("SELECT id, name FROM users WHERE id = %s", ""),
    "a room": ("SELECT * FROM rooms WHERE id = %s", ""),
    "how much there is": ("SELECT SUM(balance) FROM users WHERE id = %s", ""),
    "whose password it is, to let them in": ("SELECT id, password FROM members WHERE username = %s", ""),
}


@pytest.mark.parametrize("how", EXPOSED)
def test_what_the_columns_of_a_row_say(how: str) -> None:
    statement, why = EXPOSED[how]
    code = f"""
    @app.get("/people/<name>")
    def show(name):
        return jsonify(connect().execute("{statement}", (name,)).fetchone())
    """
    if "username =" in statement:
        code = code.replace("/people/<name>", "/people").replace("show(name)", "show()").replace("(name,)", '(request.args["username"],)')
    assert flask(MINE + code, {"schema.sql": SCHEMA})["show"].exposed[1] == why


def test_a_list_with_passwords_is_for_nobody() -> None:
    code = """
    @app.get("/everybody")
    def everybody():
        return jsonify(connect().execute("SELECT id, name, password FROM members").fetchall())
    """
    assert flask(MINE + code)["everybody"].exposed == ("members", "private")


CHANGING = """
    @app.post("/things")
    @login_required
    def add():
        connect().execute("INSERT INTO pages (author_id, body) VALUES (%s, %s)", ({author}, request.form["body"]))
        return "done"

    @app.post("/things/<int:thing_id>")
    @login_required
    def change(thing_id):
        connect().execute("UPDATE {table} SET body = %s WHERE id = %s", (request.form["body"], thing_id))
        return "done"
"""


OWNERS = {
    "the caller": ("pages", "current_user.id", "missing"),
    "whom the client names": ("pages", 'request.form["author"]', "missing"),
    "nobody": ("pages", "None", "unknown"),
    "of another table": ("rooms", "current_user.id", "unknown"),
}


@pytest.mark.parametrize("owner", OWNERS)
def test_who_changes_a_row_with_an_owner_is_asked(owner: str) -> None:
    table, author, said = OWNERS[owner]
    assert ids(flask(CHANGING.format(table=table, author=author), {"schema.sql": SCHEMA})["change"]) == {"thing_id": said}


def test_an_owner_that_is_asked_for_is_enough() -> None:
    code = """
    @app.post("/things/<int:thing_id>")
    @login_required
    def change(thing_id):
        connect().execute("UPDATE pages SET body = 'x' WHERE id = %s AND author_id = %s", (thing_id, current_user.id))
        return "done"
    """
    assert ids(flask(code, {"schema.sql": SCHEMA})["change"]) == {"thing_id": "owned"}


def test_reading_a_page_of_somebody_is_no_change() -> None:
    code = """
    @app.get("/things/<int:thing_id>")
    @login_required
    def show(thing_id):
        return jsonify(connect().execute("SELECT * FROM pages WHERE id = %s", (thing_id,)).fetchone())
    """
    assert ids(flask(code, {"schema.sql": SCHEMA})["show"]) == {"thing_id": "unknown"}


def test_rows_that_are_made_into_objects_leave_with_them() -> None:
    code = """
    class Person:
        def __init__(self, number, name):
            self.number, self.name = number, name

    @app.get("/admin")
    def people():
        rows = connect().cursor().execute("SELECT * FROM users")
        return render_template("people.html", people=[Person(number, name) for (number, name, _, _) in rows])
    """
    assert flask(MINE + code)["people"].exposed == ("", "staff")


BEHIND = """
    @app.get("/members")
    @login_required
    def inside():
        return jsonify(User.query.all())

    @app.get("/overview")
    def outside():
        return jsonify(User.query.{rest})
"""


def test_a_list_of_users_that_others_keep_behind_a_login() -> None:
    account = """
    class Account(db.Model):
        email = db.Column(db.String)
        password = db.Column(db.String)
    """
    with_mail = account + BEHIND.replace("User.query", "Account.query")
    assert flask(with_mail.format(rest="all()"))["outside"].exposed == ("Account", "users")
    assert flask(with_mail.format(rest="count()"))["outside"].exposed == ("", "")


RETURNING = """
    @app.post("/notes/new")
    @login_required
    def add():
        made = connect().execute("INSERT INTO notes (user_id, body) VALUES (%s, %s) RETURNING id", (current_user.id, request.form["body"]))
        return jsonify(made.fetchall())
"""


def test_what_a_statement_makes_is_no_list() -> None:
    handlers = flask(NOTES.format(rows="everything()") + RETURNING)
    assert handlers["notes"].lists and not handlers["add"].lists


def test_a_list_for_some_kind_of_user_is_not_told() -> None:
    code = TOKEN.replace(
        'connect().execute("UPDATE loans',
        'return jsonify(connect().execute("SELECT * FROM loans").fetchall())\n        connect().execute("UPDATE loans',
    )
    assert not flask(MINE + code.format(asked='if not claims.get("is_admin"): return jsonify(error="staff only"), 403'))["approve"].lists
    assert flask(MINE + code.format(asked="pass"))["approve"].lists


def test_what_a_session_names_is_changed_by_its_owner_where_no_route_asks_for_a_login() -> None:
    code = """
    @app.route("/admin", methods=["GET", "POST"])
    def admin():
        return jsonify(connect().execute("SELECT id, name, role FROM users").fetchall())

    @app.route("/mail", methods=["GET", "POST"])
    def mail():
        if request.method == "POST":
            connect().execute("UPDATE users SET email = %s WHERE id = %s", (request.form["email"], {who}))
        return "done"
    """
    handlers = flask(code.replace("{who}", 'session["user_id"]'))
    assert handlers["admin"].exposed[1] == "nobody"
    assert handlers["mail"].route.ownership == "owned" and handlers["mail"].exposed == ("", "")
    assert flask(code.replace("{who}", 'request.form["user_id"]'))["mail"].exposed[1] == "nobody"


@pytest.mark.parametrize(("path", "told"), [("/clubs/staff", True), ("/clubs/public/staff", False)])
def test_an_address_that_says_it_is_public_is_no_route_for_staff(path: str, told: bool) -> None:
    code = f"""
    @app.get("{path}")
    def working_there():
        return jsonify(connect().cursor().execute("SELECT name FROM pages").fetchall())
    """
    assert (flask(MINE + code)["working_there"].exposed[1] == "staff") is told


QUEUE = """
    @app.get("/tasks/<int:task_id>")
    @login_required
    def task(task_id):
        return jsonify(connect().execute("SELECT * FROM tasks WHERE id = %s", (task_id,)).fetchone())
"""


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        ("type TEXT, status TEXT, progress TEXT, params_json JSONB, error TEXT", "unknown"),  # jobs of the program
        ("type TEXT, status TEXT, progress TEXT, params_json JSONB, error TEXT, created_by INTEGER", "missing"),
        ("title TEXT, done BOOLEAN, progress TEXT", "missing"),  # what people have to do
        ("document_id INTEGER, status TEXT, progress TEXT, result TEXT, error TEXT", "missing"),  # what was made of somebody's document
        ("worker_id TEXT, status TEXT, progress TEXT, result TEXT, error TEXT", "unknown"),
    ],
)
def test_a_queue_of_jobs_is_nobodys(columns: str, expected: str) -> None:
    found = flask(QUEUE, {"schema.sql": f"CREATE TABLE tasks (id SERIAL PRIMARY KEY, {columns});"})
    assert ids(found["task"]) == {"task_id": expected}
