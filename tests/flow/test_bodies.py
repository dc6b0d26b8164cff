"""Ids in bodies that a schema reads: marshmallow's hooks and nested schemas, dumps of pydantic, decorators of libraries that hand bodies over."""

from __future__ import annotations

from textwrap import dedent

import pytest

from tests.flow.apps import fastapi, flask, ids

SCHEMAS = """
    from marshmallow import Schema, ValidationError, fields, post_load, validates_schema


    class Invoice(db.Model):
        id = db.Column(db.Integer, primary_key=True)
        user_id = db.Column(db.Integer, db.ForeignKey("user.id"))
        order_id = db.Column(db.Integer, db.ForeignKey("order.id"))


    class OrderRef(Schema):
        id = fields.Int()

        @post_load
        def fetch(self, data, **kwargs):
            return Order.query.filter(Order.id == data["id"]).one()


    class InvoiceSchema(Schema):
        text = fields.String()
        order_id = fields.Int()
        order = fields.Nested(OrderRef)
"""

HANDED = {
    "marshmallow": """
        @app.post("/invoices")
        @login_required
        def make():
            data = InvoiceSchema().load(request.get_json())
            {use}
    """,
    "marshmallow 2 gives the errors beside": """
        schema = InvoiceSchema()


        @app.post("/invoices")
        @login_required
        def make():
            data, errors = schema.load(request.get_json())
            if errors:
                return errors, 400
            {use}
    """,
    "a decorator of the project": """
        from functools import wraps


        def validated(schema):
            def decorator(view):
                @wraps(view)
                def inner(*args, **kwargs):
                    kwargs["data"] = schema.load(request.get_json())
                    return view(*args, **kwargs)

                return inner

            return decorator


        @app.post("/invoices")
        @login_required
        @validated(InvoiceSchema())
        def make(data):
            {use}
    """,
    "flask-smorest": """
        from flask_smorest import Blueprint as ApiBlueprint

        blp = ApiBlueprint("invoices", __name__)


        @app.post("/invoices")
        @login_required
        @blp.arguments(InvoiceSchema)
        def make(data):
            {use}
    """,
    "webargs": """
        from webargs.flaskparser import use_args


        @app.post("/invoices")
        @login_required
        @use_args({{"order_id": fields.Int()}}, location="json")
        def make(data):
            {use}
    """,
}
LOOSE = 'return jsonify(Order.query.get_or_404(data["order_id"]).status)'
TIED = 'return jsonify(Order.query.filter_by(id=data["order_id"], user_id=current_user.id).first_or_404().status)'


@pytest.mark.parametrize("name", HANDED)
def test_an_id_in_a_body(name: str) -> None:
    assert ids(flask(dedent(SCHEMAS) + dedent(HANDED[name]).format(use=LOOSE))["make"]) == {"order_id": "missing"}
    assert ids(flask(dedent(SCHEMAS) + dedent(HANDED[name]).format(use=TIED))["make"]) == {"order_id": "owned"}


WRITES = """
    @app.post("/invoices")
    @login_required
    def make():
        data = InvoiceSchema().load(request.get_json())
        {guard}
        db.session.add(Invoice(user_id=current_user.id, order=data["order"]))
        db.session.commit()
        return "", 201


    @app.get("/orders/<int:order_id>")
    @login_required
    def show(order_id):
        return jsonify(Order.query.filter_by(id=order_id, user_id=current_user.id).first_or_404().status)
"""


@pytest.mark.parametrize(("guard", "word"), [("pass", "missing"), ("if data['order'].user_id != current_user.id:\n        abort(403)", "owned")])
def test_an_object_that_a_nested_schema_fetches_is_a_foreign_key(guard: str, word: str) -> None:
    made = flask(dedent(SCHEMAS) + dedent(WRITES).replace("{guard}", guard))["make"]
    assert {link.ownership for link in made.links if link.model == "Order"} == {word}
    assert made.route.ownership == ("unknown" if word == "missing" else "owned")


PAYLOAD = """
    class NewProject(BaseModel):
        name: str
        owner_id: int


    @router.post("/projects")
    def make(payload: NewProject, user: CurrentUser, session: SessionDep):
        session.add(Project({fields}))
        session.commit()
"""


def test_whose_a_row_is_by_a_dump_of_the_body() -> None:
    claimed = fastapi(PAYLOAD.format(fields="**payload.model_dump()"))["make"]
    assert [(owner.id, owner.model) for owner in claimed.owners] == [("owner_id", "Project")]
    for fields in ("name=payload.name, owner_id=user.id", '**payload.model_dump(exclude={"owner_id"}), owner_id=user.id'):
        made = fastapi(PAYLOAD.format(fields=fields))["make"]
        assert not made.owners
