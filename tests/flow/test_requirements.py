"""Decorators and dependencies of libraries that ask what nobody can read: neither proven nor reported."""

from __future__ import annotations

import pytest

from tests.flow.apps import fastapi, flask, ids

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


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("verify_user_project_relation", "unknown"),
        ("ProjectAccess", "unknown"),
        ("verify_user_task_relation", "missing"),
        ("log_project_visits", "missing"),
        ("project_settings", "missing"),
    ],
)
def test_what_a_dependency_of_a_package_asks_of_a_part_of_the_path(name: str, said: str) -> None:
    code = f"""
        from commons.guards import {name}

        @router.get("/projects/{{project_id}}", dependencies=[Depends({name})])
        def show(project_id: int, session: SessionDep, user: CurrentUser):
            return session.get(Project, project_id)
    """
    assert ids(fastapi(code)["show"]) == {"project_id": said}
