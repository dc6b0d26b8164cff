"""What looks as if it turned somebody away and does not: sums of rows, marks beside a role, `finally`, tests that those who are known leave by, files
that nobody can read; each with its twin that does."""

from __future__ import annotations

import pytest

from tests.flow.apps import fastapi, flask

SUMS = """
    from sqlalchemy import func, select

    @app.get("/orders/<int:order_id>")
    @login_required
    def show(order_id):
        found = db.session.execute(select({columns}).where(Order.id == order_id, Order.user_id == current_user.id){more}){end}
        order = db.session.get(Order, order_id)
        return jsonify(status=order.status, found=str(found))
"""


@pytest.mark.parametrize(
    ("columns", "more", "end", "said"),
    [
        ("func.count(Order.id)", "", ".one()", "missing"),
        ("func.count(Order.id)", "", ".scalar_one()", "missing"),
        ('func.coalesce(func.sum(Order.id), 0).label("total")', "", ".one()", "missing"),
        ("Order", "", ".one()", "owned"),
        ("Order.status", "", ".scalar_one()", "owned"),
        ("Order.status, func.count(Order.id)", ".group_by(Order.status)", ".one()", "owned"),
    ],
)
def test_a_sum_is_there_without_any_row(columns: str, more: str, end: str, said: str) -> None:
    handler = flask(SUMS.format(columns=columns, more=more, end=end))["show"]
    assert handler.route.ownership == said


MARKS = """
    from flask_login import LoginManager, UserMixin

    manager = LoginManager(app)

    class Member(UserMixin, db.Model):
        id = db.Column(db.Integer, primary_key=True)
        is_admin = db.Column(db.Boolean)
        is_staff = db.Column(db.Boolean)
        beta = db.Column(db.Boolean)

        @property
        def may(self):
            return {test}

    @manager.user_loader
    def load(key):
        return db.session.get(Member, key)

    @app.delete("/orders/<int:order_id>")
    @login_required
    def remove(order_id):
        if not current_user.may:
            abort(403)
        db.session.delete(db.session.get(Order, order_id))
        db.session.commit()
        return ""
"""


@pytest.mark.parametrize(
    ("test", "said"), [("self.is_admin", True), ("self.is_admin or self.is_staff", True), ("bool(self.is_admin or self.beta)", False),
                       ("self.beta or self.is_admin", False)]
)  # fmt: skip
def test_a_mark_beside_a_role_is_what_lets_in(test: str, said: bool) -> None:
    handler = flask(MARKS.format(test=test))["remove"]
    assert (handler.route.ownership == "admin") is said


FINALLY = """
    @router.delete("/projects/{{project_id}}")
    def remove(project_id: int, session: SessionDep, user: CurrentUser):
        project = session.get(Project, project_id)
        try:
            if project.owner_id != user.id:
                raise HTTPException(403)
        finally:
            {last}
        session.delete(project)
        session.commit()
"""


@pytest.mark.parametrize(("last", "said"), [("session.delete(project)", False), ("print(project_id)", True)])
def test_what_stands_in_finally_is_done_for_whoever_was_refused(last: str, said: bool) -> None:
    handler = fastapi(FINALLY.format(last=last))["remove"]
    assert (handler.route.ownership == "owned") is said


LEFT = """
    @app.post("/orders/<int:order_id>")
    def change(order_id):
        {first}
        order = db.session.get(Order, order_id)
        order.status = request.form["status"]
        db.session.commit()
        return {last}
"""


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        ('if current_user.is_authenticated: return {"already": True}', "{}", "none"),
        ('if current_user.is_authenticated: return jsonify("already"), 400', "{}", "none"),
        ("if not current_user.is_anonymous: abort(403)", "{}", "none"),
        ('if "user_id" in session: return "already"', "{}", "none"),
        ('if not current_user.is_authenticated: return {"login": "please"}', "{}", "required"),
        ("if current_user.is_anonymous: abort(403)", "{}", "required"),
        ('if "user_id" not in session: return "please log in"', "{}", "required"),
    ],
)
def test_those_who_are_known_leave_and_strangers_go_on(first: str, last: str, said: str) -> None:
    assert flask(LEFT.format(first=first, last=last))["change"].route.authentication == said


def test_what_only_those_see_who_are_known() -> None:
    code = """
    @app.get("/orders")
    def shown():
        if current_user.is_authenticated:
            return jsonify([order.status for order in Order.query.all()])
        return jsonify([])

    @app.get("/again")
    def refused():
        if current_user.is_authenticated:
            return jsonify("yes")
        abort(401)
    """
    found = flask(code)
    assert [found[name].route.authentication for name in ("shown", "refused")] == ["required", "required"]


BROKEN = """
    from shop.gates import {name}

    @router.delete("/projects/{{project_id}}")
    def remove(project_id: int, session: SessionDep, user=Depends({name})):
        session.delete(session.get(Project, project_id))
        session.commit()

    @router.get("/projects/{{project_id}}")
    def show(project_id: int, session: SessionDep):
        return session.get(Project, project_id)
"""


@pytest.mark.parametrize(
    ("text", "login", "rows"), [("def somebody(:\n", "unknown", "unknown"), ("def somebody():\n    return None\n", "none", "missing")]
)
def test_what_stands_in_a_file_that_nobody_can_read(text: str, login: str, rows: str) -> None:
    found = fastapi(BROKEN.format(name="somebody"), {"shop/gates.py": text})
    route = found["remove"].route
    assert (route.authentication, route.ownership) == (login, rows)
    assert found["show"].route.authentication == "none"
