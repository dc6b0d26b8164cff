"""What strangers may do in small apps where others log in: read one row that somebody keeps, fill a basket, see an advertisement."""

from __future__ import annotations

import pytest

from tests.flow.apps import django, flask, ids

MONGO = """
    from bson import ObjectId
    from pymongo import MongoClient

    mongo = MongoClient()["shop"]


    @app.get("/{path}")
    @login_required
    def mine():
        return jsonify(list(mongo.{path}.find({{"user_id": current_user.id}})))


    @app.post("/{path}")
    @login_required
    def make():
        mongo.{path}.insert_one({{"user_id": current_user.id, "name": request.json["name"]}})
        return "made"


    @app.get("/{path}/<one_id>")
    {login}
    def show(one_id):
        return jsonify(mongo.{path}.find_one({{"_id": ObjectId(one_id)}}))
"""


@pytest.mark.parametrize(
    ("path", "login", "exposed"),
    [
        ("user_skills", "", ("user_skills", "only")),
        ("user_skills", "@login_required", ("", "")),
        ("articles", "", ("", "")),  # made to be read
        ("talk_speakers", "", ("", "")),
    ],
)
def test_one_document_of_what_the_others_keep_for_themselves(path: str, login: str, exposed: tuple[str, str]) -> None:
    code = MONGO.replace("{path}", path).replace("{login}", login).replace("{{", "{").replace("}}", "}")
    assert flask(code)["show"].exposed == exposed


SKILLS = """
    from pymongo import MongoClient

    mongo = MongoClient()["shop"]


    @app.get("/me")
    @login_required
    def me():
        return current_user.email


    @app.put("/{path}/<one_id>")
    def change(one_id):
        mongo.skills.update_one({{"_id": one_id}}, {{"$set": request.json}})
        return "changed"


    @app.post("/{path}")
    def add():
        mongo.skills.insert_one(request.json)
        return "made"
"""


@pytest.mark.parametrize(("path", "why"), [("job-skills", "makes"), ("jobs/run", "")])
def test_a_word_for_work_is_no_word_for_what_a_clock_calls(path: str, why: str) -> None:
    assert flask(SKILLS.replace("{path}", path).replace("{{", "{").replace("}}", "}"))["add"].exposed[1] == why


BASKET = """
    class BasketItem(db.Model):
        id = db.Column(db.Integer, primary_key=True)
        product = db.Column(db.Integer)


    @app.post("/{path}/add")
    def add():
        db.session.add(BasketItem(product=request.json["product"]))
        db.session.commit()
        return "added"


    @app.post("/{path}/keep")
    @login_required
    def keep():
        db.session.add(BasketItem(product=request.json["product"]))
        db.session.commit()
        return "kept"
"""
CHANGES = """

    @app.post("/orders/{name}")
    @login_required
    def {name}():
        db.session.add(Order(user_id=current_user.id, status="{name}"))
        db.session.commit()
        return "done"
"""


@pytest.mark.parametrize(("path", "why"), [("basket", ""), ("depot", "changes")])
def test_guests_fill_a_basket_before_they_have_an_account(path: str, why: str) -> None:
    code = BASKET.replace("{path}", path) + "".join(CHANGES.replace("{name}", name) for name in ("open", "pack", "send", "close"))
    assert flask(code)["add"].exposed[1] == why


ADVERTISED = """
    class {model}(db.Model):
        id = db.Column(db.Integer, primary_key=True)
        user_id = db.Column(db.Integer, db.ForeignKey("user.id"))
        full_name = db.Column(db.String)
        email = db.Column(db.String)
        phone = db.Column(db.String)
        date_of_birth = db.Column(db.Date)


    @app.get("/me")
    @login_required
    def me():
        return current_user.email


    @app.get("/all")
    def everything():
        return jsonify([row.email for row in {model}.query.all()])
"""


@pytest.mark.parametrize(("model", "why"), [("JobPost", ""), ("Volunteer", "private")])
def test_who_advertises_a_job_says_how_to_reach_them(model: str, why: str) -> None:
    assert flask(ADVERTISED.replace("{model}", model))["everything"].exposed[1] == why


PAGE = """
    @app.get("/me")
    @login_required
    def me():
        return current_user.email


    @app.route("/orders/<int:order_id>", methods=[{methods}])
    def show(order_id):
        order = Order.query.get_or_404(order_id)
        {does}
        return jsonify(order.status)
"""


@pytest.mark.parametrize(
    ("methods", "does", "expected"),
    [
        ('"GET", "POST"', "pass", "public"),
        ('"POST"', "pass", "missing"),
        ('"GET", "POST"', 'order.status = request.form["status"]; db.session.commit()', "missing"),
    ],
)
def test_a_page_with_a_form_shows_what_a_page_without_one_shows(methods: str, does: str, expected: str) -> None:
    assert ids(flask(PAGE.replace("{methods}", methods).replace("{does}", does))["show"]) == {"order_id": expected}


@pytest.mark.parametrize(
    ("decorator", "expected"),
    [('lastuser.requires_permission("siteadmin")', "unknown"), ("lastuser.requires_login", "missing"), ('lastuser.requires_scope("id")', "missing")],
)
def test_of_whom_the_permission_of_a_package_speaks_nobody_can_tell(decorator: str, expected: str) -> None:
    code = f"""
        from flask_lastuser import Lastuser

        lastuser = Lastuser(app)


        @app.post("/orders/<int:order_id>/pin")
        @{decorator}
        def pin(order_id):
            order = Order.query.get_or_404(order_id)
            order.status = "pinned"
            db.session.commit()
            return "pinned"
    """
    assert ids(flask(code)["pin"]) == {"order_id": expected}


NINJA = """
    from ninja import NinjaAPI
    from ninja.security import APIKeyHeader
    from supabase import create_client

    supabase = create_client("https://x.supabase.co", "key")

    class ByToken(APIKeyHeader):
        param_name = "X-JWT"

        def authenticate(self, request, key):
            found = supabase.auth.get_user(key)
            if {test}:
                return {{"user": found.user}}
            return None

    api = NinjaAPI(auth=ByToken())

    @api.delete("/notes/{{pk}}")
    def remove(request, pk: int):
        get_object_or_404(Note, pk=pk).delete()
        return {{"gone": True}}

"""


@pytest.mark.parametrize(("test", "expected"), [('found.user.role == "authenticated"', "missing"), ("key == settings.KEY", "admin")])
def test_what_is_said_of_whom_a_header_brought_is_no_secret(test: str, expected: str) -> None:
    code = (
        NINJA.replace("{test}", test)
        .replace("{{", "{")
        .replace("}}", "}")
        .replace("from ninja import", "from django.conf import settings\n    from ninja import")
    )
    assert ids(django(code, "path('api/', api.urls)")["remove"]) == {"pk": expected}


def test_who_signs_in_by_a_password_names_their_own_row() -> None:
    code = """
        from supabase import create_client

        supabase = create_client("https://x.supabase.co", "key")


        @app.post("/password")
        @login_required
        def change():
            given = request.get_json()
            supabase.auth.{call}({"email": given["email"], "password": given["password"]})
            user = User.query.filter_by(email=given["email"]).first_or_404()
            user.changed = True
            db.session.commit()
            return "changed"
    """
    assert [choice.ownership for choice in flask(code.replace("{call}", "sign_in_with_password"))["change"].ids] in ([], ["unknown"])
    assert [choice.ownership for choice in flask(code.replace("{call}", "send_mail"))["change"].ids] == ["missing"]


def test_the_table_of_a_statement_is_none_of_a_part_of_it() -> None:
    code = """
        @app.get("/results/<int:result_id>")
        @login_required
        def show(result_id):
            cursor = db.connection.cursor()
            cursor.execute(
                "SELECT r.score, (SELECT c.text FROM choices c WHERE c.question = r.question) FROM results r WHERE r.id = %s", (result_id,)
            )
            return jsonify(cursor.fetchone())
    """
    assert [choice.model for choice in flask(code)["show"].ids] == ["results"]


NAMES = """
    import sqlite3

    conn = sqlite3.connect("shop.db")


    @app.get("/me")
    @login_required
    def me():
        return jsonify(conn.execute("SELECT * FROM {table} WHERE id = ?", (current_user.id,)).fetchone())


    @app.post("/me")
    @login_required
    def change():
        conn.execute("UPDATE {table} SET name = ? WHERE id = ?", (request.form["name"], current_user.id))
        return "changed"


    @app.get("/")
    def index():
        return jsonify([row["name"] for row in conn.execute("SELECT * FROM {table}").fetchall()])
"""


@pytest.mark.parametrize(("table", "why"), [("users", ""), ("wishes", "only")])
def test_a_page_that_names_who_is_there_is_no_lone_reader_of_what_others_keep(table: str, why: str) -> None:
    assert flask(NAMES.replace("{table}", table))["index"].exposed[1] == why


PARTS = """
    class Skill(db.Model):
        id = db.Column(db.Integer, primary_key=True)
        name = db.Column(db.String)


    @app.get("/me")
    @login_required
    def me():
        return current_user.email


    @app.put("/skills/<int:one_id>")
    def change(one_id):
        skill = Skill.query.get_or_404(one_id)
        skill.name = request.json["name"]
        db.session.commit()
        return "changed"


    @app.post("/orders/<int:order_id>/skills")
    def add(order_id):
        order = Order.query.get_or_404(order_id)
        {asked}
        db.session.add(Skill(name=request.json["name"]))
        db.session.commit()
        return "made"
"""


@pytest.mark.parametrize(
    ("asked", "why"),
    [("assert order.status", "makes"), ("if order.user_id != current_user.id and request.args['by'] != order.status: abort(403)", "")],
)
def test_what_refuses_whom_a_row_does_not_belong_to_makes_none_for_whoever_asks(asked: str, why: str) -> None:
    assert flask(PARTS.replace("{asked}", asked))["add"].exposed[1] == why


FORGOTTEN = """
    class Department(db.Model):
        id = db.Column(db.Integer, primary_key=True)
        user_id = db.Column(db.Integer, db.ForeignKey("user.id"))
        name = db.Column(db.String)


    @app.get("/departments")
    @login_required
    def departments():
        return jsonify([each.name for each in Department.query.filter_by(user_id=current_user.id)])


    @app.post("/departments")
    @login_required
    def add():
        db.session.add(Department(user_id=current_user.id, name=request.json["name"]))
        return "made"


    @app.get("/orders")
    @login_required
    def orders():
        return jsonify([each.id for each in Order.query.filter_by(user_id=current_user.id)])


    @app.get("/me")
    @login_required
    def me():
        return current_user.email


    @app.put("/names/<int:one_id>")
    def rename(one_id):
        one = {changed}.query.get_or_404(one_id)
        one.name = request.json["name"]
        db.session.commit()
        return "renamed"


    @app.get("/departments/<int:one_id>")
    def show(one_id):
        return Department.query.get_or_404(one_id).name


    {more}
"""
FOR_ALL = """@app.get("/directory")
    def directory():
        return jsonify([each.name for each in Department.query.all()])"""


@pytest.mark.parametrize(
    ("changed", "more", "name", "why"),
    [
        ("Department", "", "Department", "only"),  # who forgot it where rows are changed forgot it where one is shown
        ("Order", "", "Department", ""),
        ("Department", FOR_ALL, "Department", ""),  # all are shown to everybody: that is meant
        ("Department", "", "Article", ""),  # made to be read
    ],
)
def test_what_strangers_may_change_was_not_meant_for_them_to_read(changed: str, more: str, name: str, why: str) -> None:
    code = FORGOTTEN.replace("{changed}", changed).replace("{more}", more).replace("Department", name)
    assert flask(code)["show"].exposed[1] == why


JOINING = """
    class Department(db.Model):
        id = db.Column(db.Integer, primary_key=True)
        user_id = db.Column(db.Integer, db.ForeignKey("user.id"))


    @app.get("/me")
    @login_required
    def me():
        return current_user.email


    @app.post("/people")
    def {name}():
        made = {made}
        db.session.add(made)
        db.session.add(Department(user_id=made.id))
        db.session.commit()
        return "made"
"""


@pytest.mark.parametrize(
    ("name", "made", "why"),
    [
        ("create_user", 'User(email=request.json["email"])', ""),  # an account begins with one
        ("create_department", "Order()", "offers"),
    ],
)
def test_who_signs_up_makes_what_an_account_begins_with(name: str, made: str, why: str) -> None:
    assert flask(JOINING.replace("{name}", name).replace("{made}", made))[name].exposed[1] == why
