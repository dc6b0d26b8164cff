"""What staff are given in a branch of their own, and functions of packages that refuse by what they are called."""

from __future__ import annotations

import pytest

from tests.flow.apps import fastapi, flask, ids

STAFF = """
@router.get("/projects/{project_id}")
def show(session: SessionDep, user: CurrentUser, project_id: int, force: bool = False):
    project = session.get(Project, project_id)
    if TEST:
        return project
    if project.owner_id != user.id:
        raise HTTPException(403)
    return project
"""


@pytest.mark.parametrize(
    ("test", "expected"),
    [
        ("user.is_admin", "unknown"),  # those who run the app; that they do is not proven
        ("user.role == 'admin'", "unknown"),
        ("user.role == 'agent'", "missing"),
        ("user.is_org_admin", "missing"),  # the admin of one company, and the project of another
        ("user.role == 'org_admin'", "missing"),
        ("user.admin_projects", "missing"),
        ("'admin' in user.email", "missing"),
        ("user.email", "missing"),
        ("force", "missing"),
        ("project.id", "missing"),
    ],
)
def test_rows_that_only_staff_are_given_before_the_check(test: str, expected: str) -> None:
    assert ids(fastapi(STAFF.replace("TEST", test))["show"])["project_id"] == expected


@pytest.mark.parametrize(
    ("rest", "expected"),
    [("return project", "missing"), ("if project.owner_id != user.id:\n        print(project)\n    return project", "missing")],
)
def test_others_get_it_too(rest: str, expected: str) -> None:
    code = STAFF.replace("TEST", "user.is_admin").partition("    if project.owner_id")[0] + f"    {rest}\n"
    assert ids(fastapi(code)["show"])["project_id"] == expected


RAISES = """
from acme_shared.errors import raise_error, raise_flask_error, raise_for_status, raise_if, raise_alert, log_error


@app.get("/users/<int:user_id>/orders/<int:order_id>")
@login_required
def show(user_id, order_id):
    if current_user.id != user_id:
        REFUSED
    return jsonify(Order.query.filter_by(user_id=user_id, id=order_id).first_or_404().status)
"""


@pytest.mark.parametrize(
    ("refused", "expected"),
    [
        ("raise_error(403, 'Forbidden')", "owned"),
        ("raise_flask_error(403, 'Forbidden')", "owned"),
        ("raise_error(status_code=404)", "owned"),
        ("raise_error(HTTPStatus.FORBIDDEN)", "owned"),
        ("raise_error(500)", "missing"),
        ("raise_for_status(403)", "missing"),
        ("raise_if(403)", "missing"),
        ("raise_alert(403, user_id)", "missing"),
        ("errors.raise_error(403)", "missing"),
        ("log_error(403, 'Forbidden')", "missing"),
    ],
)
def test_a_function_of_a_package_that_raises(refused: str, expected: str) -> None:
    assert ids(flask(RAISES.replace("REFUSED", refused))["show"])["order_id"] == expected


def test_a_function_of_the_project_is_read() -> None:
    own = "\n\ndef raise_error(status, message=''):\n    print(status)\n"
    code = RAISES.replace("import raise_error, ", "import ").replace("REFUSED", "raise_error(403)") + own
    assert ids(flask(code)["show"])["order_id"] == "missing"


CONVERTS = """
from flask.views import MethodView
from werkzeug.routing import BaseConverter


class OrderConverter(BaseConverter):
    model = Order

    def to_python(self, value):
        model = getattr(self, "model", None)
        return Order.query.filter_by(id=getattr(value, "id", value), user_id=owner_of(value)).first_or_404()


app.url_map.converters["order"] = OrderConverter


class Orders(MethodView):
    @login_required
    def get(self, order):
        return jsonify(order.status)


app.add_url_rule("/orders/<order:order>", view_func=Orders.as_view("orders"))
"""


def test_a_converter_that_asks_for_attributes_and_looks_rows_up() -> None:
    """It runs before the view is known, and has to be read all the same."""
    found = flask(CONVERTS)["get"]
    assert found.failed is None or not found.failed
    assert found.route.authentication == "required"
