"""Functions that a dictionary holds, one of which is called."""

from __future__ import annotations

import pytest

from tests.flow.apps import flask, ids

APP = """
    from functools import wraps


    def by_session(asked):
        return current_user.is_authenticated


    def by_token(asked):
        user = User.query.filter_by(token=asked.headers.get("X-Token")).first()
        if not user:
            return False
        login_user(user)
        return True


    def by_nothing(asked):
        return True


    def strict(order):
        if order.user_id != current_user.id:
            abort(403)


    def lax(order):
        log(order)


    def needs(view):
        @wraps(view)
        def inner(*args, **kwargs):
            ways = WAYS
            if not CALLED(request):
                return jsonify("who are you"), 401
            return view(*args, **kwargs)
        return inner


    @app.get("/orders/<int:order_id>")
    @needs
    def show(order_id):
        return jsonify(Order.query.get_or_404(order_id).status)


    @app.get("/checked/<int:order_id>")
    @needs
    def checked(order_id):
        order = Order.query.get_or_404(order_id)
        {"strict": strict, "lax": lax}[app.config["MODE"]](order)
        return jsonify(order.status)
"""


@pytest.mark.parametrize("called", ["ways[app.config['AUTH']]", "ways.get(app.config['AUTH'])"])
def test_one_of_several_ways_to_know_who_asks(called: str) -> None:
    ways = '{"local": by_session, "token": by_token, "ldap": by_session}'
    found = flask(APP.replace("WAYS", ways).replace("CALLED", called))
    assert found["show"].route.authentication == "required" and ids(found["show"]) == {"order_id": "missing"}
    assert ids(found["checked"]) == {"order_id": "unknown"}


def test_one_of_them_asks_nobody() -> None:
    ways = '{"local": by_nothing, "test": by_nothing}'
    assert flask(APP.replace("WAYS", ways).replace("CALLED", "ways['test']"))["show"].route.authentication == "none"
    assert flask(APP.replace("WAYS", ways).replace("CALLED", "ways[app.config['AUTH']]"))["show"].route.authentication == "none"
