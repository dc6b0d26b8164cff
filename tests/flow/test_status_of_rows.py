"""Pages that tell how things are: of the app, and of somebody's row."""

from __future__ import annotations

import pytest

from tests.flow.apps import flask

APP = """
    @app.get("/orders")
    @login_required
    def mine():
        return jsonify(Order.query.filter_by(user_id=current_user.id).all())


    @app.get("/orders/<int:order_id>")
    @login_required
    def show(order_id):
        return jsonify(Order.query.filter_by(id=order_id, user_id=current_user.id).first_or_404())


    @app.delete("/orders/<int:order_id>")
    @login_required
    def remove(order_id):
        Order.query.filter_by(id=order_id, user_id=current_user.id).delete()
        return ""


    @app.put("/orders/<int:order_id>")
    @login_required
    def edit(order_id):
        Order.query.filter_by(id=order_id, user_id=current_user.id).first_or_404().status = "sent"
        return ""


    @app.{method}("{path}")
    def open_to_all(order_id):
        order = Order.query.get_or_404(order_id)
        {does}
        return jsonify(order.status)
"""


@pytest.mark.parametrize(
    ("method", "path", "does", "exposed"),
    [
        ("post", "/orders/<int:order_id>/status", "order.status = request.json['status']", True),
        ("post", "/orders/<int:order_id>/change", "order.status = request.json['status']", True),
        ("get", "/orders/<int:order_id>/status", "pass", True),
    ],
)
def test_the_status_of_a_row_is_the_rows_own(method: str, path: str, does: str, exposed: bool) -> None:
    handler = flask(APP.format(method=method, path=path, does=does))["open_to_all"]
    assert (handler.route.ownership == "missing") is exposed
