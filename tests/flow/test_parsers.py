"""Ids that request parsers hand to a handler: webargs, flask-smorest, RequestParser, forms."""

from __future__ import annotations

from tests.flow.apps import flask, ids

APP = """
from flask_smorest import Blueprint as Blp
from webargs.flaskparser import use_args, use_kwargs
from flask_restful import Api, Resource, reqparse
from flask_wtf import FlaskForm
from wtforms import IntegerField
api = Api(app)
parser = reqparse.RequestParser()
parser.add_argument("order_id", type=int)
blp = Blp("orders", __name__, url_prefix="/s")

class OrderForm(FlaskForm):
    order_id = IntegerField()

@blp.route("/<int:order_id>", methods=["PUT"])
@login_required
@blp.arguments(OrderSchema)
@blp.response(200, OrderSchema)
def smorest(data, order_id):
    order = Order.query.get_or_404(order_id)
    order.status = data["status"]
    return order

@blp.route("/move", methods=["POST"])
@login_required
@blp.arguments(MoveSchema)
def smorest_body(data):
    return Order.query.get_or_404(data["order_id"])

@app.post("/w")
@login_required
@use_args({"order_id": 1}, location="query")
def webargs(args):
    return Order.query.get(args["order_id"]).status

@app.post("/k")
@login_required
@use_kwargs({"order_id": 1})
def webkwargs(order_id):
    return Order.query.get(order_id).status

@app.post("/f")
@login_required
def form():
    form = OrderForm()
    if form.validate_on_submit():
        return Order.query.get(form.order_id.data).status

class R(Resource):
    @login_required
    def post(self):
        args = parser.parse_args()
        return Order.query.get(args["order_id"]).status
api.add_resource(R, "/r")
app.register_blueprint(blp)
"""


def test_what_parsers_read_is_the_clients() -> None:
    handlers = flask(APP)
    expected = {name: {"order_id": "missing"} for name in ("smorest", "smorest_body", "webargs", "webkwargs", "form", "post")}
    assert {name: ids(handlers[name]) for name in expected} == expected


def test_a_parser_of_a_command_line_reads_no_request() -> None:
    handlers = flask(
        """
        import argparse


        @app.get("/")
        @login_required
        def show():
            args = argparse.ArgumentParser().parse_args()
            return Order.query.get(args.order_id).status
        """
    )
    assert not ids(handlers["show"])
