"""Decorators of libraries that are handed requirements which nobody can read: neither proven nor reported."""

from __future__ import annotations

from tests.flow.apps import flask

HANDLER = """
from flask_allows import Allows, Or, Requirement

allows = Allows(app=app)


class Mine(Requirement):
    def fulfill(self, user, request):
        return user.orders.has(request.view_args["order_id"])


@app.route("/orders/<int:order_id>", methods=["POST"])
@login_required
{decorator}
def change(order_id):
    order = Order.query.get_or_404(order_id)
    order.status = "paid"
    db.session.commit()
    return jsonify(order.id)
"""


def verdict(decorator: str) -> str:
    return flask(HANDLER.format(decorator=decorator))["change"].route.ownership


def test_a_requirement_of_a_library_leaves_a_doubt():
    assert verdict("@allows.requires(Or(Mine(), Mine()))") == "unknown"


def test_no_requirement_is_reported():
    assert verdict("") == "missing"


def test_a_word_is_no_requirement_of_this_object():
    assert verdict('@allows.requires("authenticated")') == "missing"
