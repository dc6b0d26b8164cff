"""Decorators above the one that registers a route wrap what nobody calls."""

from __future__ import annotations

import pytest

from tests.flow.apps import fastapi, flask

FLASK = """
    from functools import wraps

    def signed_in(view):
        @wraps(view)
        def wrapper(*args, **kwargs):
            if not current_user.is_authenticated:
                abort(401)
            return view(*args, **kwargs)
        return wrapper

    def needs(role):
        def decorate(view):
            @wraps(view)
            def wrapper(*args, **kwargs):
                if not current_user.is_authenticated:
                    abort(401)
                return view(*args, **kwargs)
            return wrapper
        return decorate

    {above}
    @app.route("/orders")
    {below}
    def orders():
        return jsonify([order.total for order in Order.query.all()])
"""


@pytest.mark.parametrize("guard", ["@login_required", "@signed_in", "@needs('clerk')"])
def test_only_what_stands_below_asks(guard: str) -> None:
    assert flask(FLASK.format(above="", below=guard))["orders"].route.authentication == "required"
    assert flask(FLASK.format(above=guard, below=""))["orders"].route.authentication == "none"
    assert flask(FLASK.format(above=guard, below=guard))["orders"].route.authentication == "required"


def test_two_routes_of_one_function() -> None:
    both = FLASK.format(above="@app.route('/all')", below="@login_required")
    assert flask(both)["orders"].route.authentication == "required"


def test_fastapi() -> None:
    code = """
    from functools import wraps

    def signed_in(view):
        @wraps(view)
        async def wrapper(*args, user: CurrentUser, **kwargs):
            return await view(*args, **kwargs)
        return wrapper

    @signed_in
    @router.get("/projects")
    async def show(session: SessionDep):
        return session.query(Project).all()
    """
    assert fastapi(code)["show"].route.authentication == "none"
