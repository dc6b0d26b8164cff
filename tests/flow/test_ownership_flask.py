"""Ids in Flask handlers: decorators, hooks, preprocessors, query classes, policy objects, and the project's own words."""

from __future__ import annotations

import pytest

from tests.flow.apps import flask, ids

OWNED = {
    "a decorator bound to the argument": """
        from functools import wraps


        def owns_order(view):
            @wraps(view)
            def inner(order_id, *args, **kwargs):
                order = Order.query.get_or_404(order_id)
                if order.user_id != current_user.id:
                    abort(403)
                return view(order_id, *args, **kwargs)

            return inner


        @app.route("/orders/<int:order_id>")
        @login_required
        @owns_order
        def show(order_id):
            return jsonify(Order.query.get(order_id).status)
    """,
    "a list that the caller may take from": """
        @app.route("/orders/<int:order_id>")
        @login_required
        def show(order_id):
            if order_id not in [order.id for order in current_user.orders]:
                abort(404)
            return jsonify(Order.query.get(order_id).status)
    """,
    "a key of the session": """
        @app.before_request
        def check_login():
            if "user_id" not in session:
                abort(401)


        @app.route("/orders/<int:order_id>")
        def show(order_id):
            return jsonify(Order.query.filter_by(id=order_id, user_id=session["user_id"]).first_or_404().status)
    """,
    "SQL with a list of conditions": """
        @app.route("/orders/<int:order_id>")
        @login_required
        def show(order_id):
            cursor = db.engine.raw_connection().cursor()
            cursor.execute("SELECT * FROM orders WHERE id = %s AND user_id = %s", (order_id, current_user.id))
            return jsonify(cursor.fetchone())
    """,
    "a policy object of Flask-Principal": """
        from flask_principal import Permission


        class OrderPermission(Permission):
            def __init__(self, order_id):
                super().__init__(("order", order_id))


        @app.route("/orders/<int:order_id>")
        @login_required
        def show(order_id):
            if not OrderPermission(order_id).can():
                abort(403)
            return jsonify(Order.query.get(order_id).status)
    """,
    "a tenant that a preprocessor puts on g": """
        class Shop(db.Model):
            id = db.Column(db.Integer, primary_key=True)
            user_id = db.Column(db.Integer, db.ForeignKey("user.id"))


        class Item(db.Model):
            id = db.Column(db.Integer, primary_key=True)
            shop_id = db.Column(db.Integer, db.ForeignKey("shop.id"))


        pages = Blueprint("pages", __name__)


        @pages.url_value_preprocessor
        def pull_shop(endpoint, values):
            shop = Shop.query.get(values.pop("shop_id"))
            if shop is None or not session.get(shop.id):
                abort(403)
            g.shop = shop


        @pages.route("/<int:shop_id>/items/<int:item_id>")
        def show(item_id):
            return jsonify(Item.query.filter_by(id=item_id, shop_id=g.shop.id).first_or_404().id)


        app.register_blueprint(pages)
    """,
}

MISSING = {
    "a decorator that asks for a login only": """
        @app.route("/orders/<int:order_id>")
        @login_required
        def show(order_id):
            return jsonify(Order.query.get_or_404(order_id).status)
    """,
    "SQL by id alone": """
        @app.route("/orders/<int:order_id>", methods=["DELETE"])
        @login_required
        def show(order_id):
            cursor = db.engine.raw_connection().cursor()
            cursor.execute("DELETE FROM orders WHERE id = %s", (order_id,))
            return ""
    """,
    "a token that is only there": """
        @app.route("/orders/<int:order_id>")
        def show(order_id):
            token = request.headers.get("Authorization")
            if not token:
                abort(401)
            return jsonify(Order.query.get_or_404(order_id).status)
    """,
    "a guard in the other branch": """
        settings = object()


        @app.route("/orders/<int:order_id>")
        @login_required
        def show(order_id):
            if settings.legacy:
                order = Order.query.get_or_404(order_id)
                return jsonify(order.status)
            order = Order.query.get_or_404(order_id)
            if order.user_id != current_user.id:
                abort(403)
            return ""
    """,
}


@pytest.mark.parametrize("name", OWNED)
def test_tied_to_the_caller(name: str) -> None:
    handler = flask(OWNED[name])["show"]
    assert ids(handler), handler
    assert set(ids(handler).values()) == {"owned"}, ids(handler)
    assert handler.route.authentication == "required"


@pytest.mark.parametrize("name", MISSING)
def test_tied_to_nobody(name: str) -> None:
    handler = flask(MISSING[name])["show"]
    assert ids(handler) == {"order_id": "missing"}


OWN_WORDS = """
    from shop.house import only_mine, staff_only, viewer


    @app.route("/a/<int:order_id>")
    @login_required
    def guarded(order_id):
        order = Order.query.get_or_404(order_id)
        only_mine(order)
        return jsonify(order.status)


    @app.route("/b/<int:order_id>")
    @login_required
    def filtered(order_id):
        return jsonify(Order.query.filter_by(id=order_id, user_id=viewer.id).first_or_404().status)


    @app.route("/c/<int:order_id>")
    @login_required
    @staff_only
    def for_staff(order_id):
        return jsonify(Order.query.get_or_404(order_id).status)


    @app.route("/badge/<int:order_id>")
    @login_required
    def badge(order_id):
        return jsonify(Order.query.get_or_404(order_id).status)
"""


def test_words_of_the_project_are_understood() -> None:
    said = {"guards": ("only_mine",), "principals": ("viewer",), "admin": ("staff_only",), "public": ("/badge/*",)}
    found = {name: handler.route.ownership for name, handler in flask(OWN_WORDS, **said).items()}
    assert found == {"guarded": "owned", "filtered": "owned", "for_staff": "admin", "badge": "public"}


def test_without_them_nothing_is_made_up() -> None:
    found = {name: handler.route.ownership for name, handler in flask(OWN_WORDS).items()}
    assert "owned" not in found.values()
    assert found["badge"] == "missing"
