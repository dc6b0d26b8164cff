"""Objects of the project around the framework's: a session that is read by keys; a token against forged requests, which everybody has."""

from __future__ import annotations

import pytest

from tests.flow.apps import by_name, flask, ids, project

WRAPPED = """
    class Kept:
        def __init__(self, inner):
            self.inner = inner

        def __getitem__(self, key):
            return self.inner[key]

    @app.route("/orders/<int:order_id>")
    @login_required
    def show(order_id):
        mine = Kept({})
        return jsonify(Order.query.filter_by(id=order_id, user_id=mine["user_id"]).first_or_404().status)
"""


def test_an_item_of_an_own_class_is_what_its_method_gives() -> None:
    session = WRAPPED.replace("Kept({})", "Kept(session)")
    assert ids(flask(session)["show"])["order_id"] == "owned"
    asked = WRAPPED.replace("Kept({})", "Kept(request.args)")
    assert ids(flask(asked)["show"])["order_id"] == "missing"


FORGED = """
import hmac
from aiohttp import web

COOKIE, HEADER = "csrf_token", "X-CSRF-Token"


@web.middleware
async def checked(request, handler):
    sent = request.headers.get(HEADER)
    if not hmac.compare_digest(request.cookies.get(COOKIE), sent):
        raise web.HTTPForbidden()
    return await handler(request)


async def remove(request):
    await request.app["db"].execute("DELETE FROM orders WHERE id = $1", request.match_info["order_id"])
    return web.Response()


app = web.Application(middlewares=[checked])
app.router.add_delete("/orders/{order_id}", remove)
"""


def test_a_token_against_forged_requests_makes_nobody_an_administrator() -> None:
    route = by_name(project({"app.py": FORGED}))["remove"].route
    assert (route.authentication, route.ownership) == ("none", "missing")


def test_a_secret_that_is_brought_in_two_places_is_no_secret() -> None:
    twice = FORGED.replace("csrf_token", "form_token").replace("X-CSRF-Token", "X-Form-Token")
    assert by_name(project({"app.py": twice}))["remove"].route.ownership != "admin"


BY_AN_OBJECT = """
    import sqlite3
    from functools import wraps


    class Gate:
        def __init__(self, app):
            self.app = app

        def who(self):
            header = request.headers.get("Authorization", "")
            row = sqlite3.connect("auth.db").execute("SELECT user_id FROM logins WHERE token = ?", (header,)).fetchone()
            return row

        def required(self, view):
            @wraps(view)
            def wrapper(*args, **kwargs):
                login = self.who()
                if not login:
                    return jsonify(error="login"), 401
                ASKED
                session["user_id"] = login["user_id"]
                return view(*args, **kwargs)

            return wrapper


    gate = Gate(app)


    @app.route("/orders/<int:order_id>")
    @gate.required
    def show(order_id):
        return jsonify(Order.query.get(order_id).status)


    @app.route("/mine/<int:order_id>")
    @gate.required
    def mine(order_id):
        return jsonify(Order.query.filter_by(id=order_id, user_id=session["user_id"]).first_or_404().status)
"""


def test_a_decorator_that_is_a_method_knows_its_object() -> None:
    found = flask(BY_AN_OBJECT.replace("ASKED", "pass"))
    said = {name: (found[name].route.authentication, ids(found[name])["order_id"]) for name in ("show", "mine")}
    assert said == {"show": ("required", "missing"), "mine": ("required", "owned")}


def test_what_an_app_is_told_to_ask_of_an_id_is_asked_by_nobody_who_can_be_read() -> None:
    told = """check = self.app.config.get("ORDER_CHECK")
                if callable(check) and not check(kwargs.get("order_id"), login["user_id"]):
                    return jsonify(error="gone"), 404"""
    assert ids(flask(BY_AN_OBJECT.replace("ASKED", told))["show"]) == {"order_id": "unknown"}


@pytest.mark.parametrize(
    ("test", "said"),
    [
        ('user_id is None and g.get("user") is not None', "none"),  # who is somebody is sent away, and nobody else
        ("user_id is None and current_user is not None", "none"),
        ("user_id is None", "required"),
    ],
)
def test_a_hook_that_sends_away_only_whom_it_knows_asks_for_no_login(test: str, said: str) -> None:
    found = flask(f"""
        import sqlite3


        @app.before_request
        def load():
            user_id = session.get("user_id")
            if user_id is not None and g.get("user") is None:
                g.user = sqlite3.connect("shop.db").execute("SELECT * FROM doctors WHERE id = ?", (user_id,)).fetchone()
            if {test}:
                g.pop("user", None)
                abort(401)


        @app.post("/doctors/<int:doctor_id>/info")
        def save(doctor_id):
            sqlite3.connect("shop.db").execute("INSERT INTO infos (phone, doctor_id) VALUES (?, ?)", (request.json["phone"], doctor_id))
            return "saved"
    """)
    assert found["save"].route.authentication == said
