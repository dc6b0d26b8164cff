"""Decorators and dependencies that are named for a login, and let everybody pass."""

from __future__ import annotations

import pytest

from tests.flow.apps import fastapi, flask

WRAPPERS = {
    "required": [
        """
        if "user_id" not in session:
            return jsonify({"error": "who are you?"}), 401
        return view(*args, **kwargs)
        """,
        """
        find_caller()
        return view(*args, **kwargs)
        """,
        """
        try:
            check_token(request.headers["x-token"])
        except KeyError:
            app.logger.error("no token")
        return view(*args, **kwargs)
        """,
        """
        sessions.require(request)
        return view(*args, **kwargs)
        """,
        # what raises for whoever is not known, and is not called so
        """
        request.user_id = session["user_id"]
        return view(*args, **kwargs)
        """,
        """
        request.payload = signer.loads(request.headers.get("x-token"))
        return view(*args, **kwargs)
        """,
        """
        request.caller = ApiKey.objects.get(key=request.headers.get("x-key"))
        return view(*args, **kwargs)
        """,
        """
        request.caller = User.query.filter_by(token=request.headers.get("x-token")).one()
        return view(*args, **kwargs)
        """,
    ],
    "none": [
        """
        session["seen"] = True
        request.caller = User.query.filter_by(id=session.get("user_id")).first()
        return view(*args, **kwargs)
        """,
        """
        try:
            request.user_id = session["user_id"]
        except Exception:
            request.user_id = None
        return view(*args, **kwargs)
        """,
        """
        if "user_id" not in session:
            jsonify({"error": "who are you?"}), 401
        return view(*args, **kwargs)
        """,
        """
        app.logger.info("%s", session.get("user_id"))
        return view(*args, **kwargs)
        """,
        """
        try:
            check_token(request.headers["x-token"])
        except Exception as wrong:
            app.logger.error(wrong)
        return view(*args, **kwargs)
        """,
    ],
}


@pytest.mark.parametrize(("word", "body"), [(word, body) for word, bodies in WRAPPERS.items() for body in bodies])
def test_what_a_wrapper_does_says_more_than_its_name(word: str, body: str) -> None:
    code = """
    import sessions
    from functools import wraps
    from flask import session


    def find_caller():
        if session.get("user_id") is None:
            abort(401)


    def token_required(view):
        @wraps(view)
        def inner(*args, **kwargs):
            {body}
        return inner


    @app.delete("/orders/<int:order_id>")
    @token_required
    def remove(order_id):
        db.session.delete(Order.query.get(order_id))
        db.session.commit()
        return ""
    """
    lines = [line[8:] for line in body.strip("\n").splitlines()]
    found = flask(code.replace("{body}", ("\n" + " " * 12).join(lines).strip()))
    assert found["remove"].route.authentication == word


@pytest.mark.parametrize(
    ("body", "word"),
    [
        ('if "authorization" not in request.headers:\n            raise HTTPException(401)', "required"),
        ("sessions.ensure_known(request)", "required"),
        ("log.info(request.headers.get('authorization'))", "none"),
    ],
)
def test_a_dependency_that_refuses_nobody_asks_for_no_login(body: str, word: str) -> None:
    code = """
    import logging
    import sessions

    log = logging.getLogger()


    def login_required(request: Request):
        {body}


    @router.delete("/projects/{project_id}", dependencies=[Depends(login_required)])
    def remove(project_id: int, session: SessionDep):
        session.delete(session.get(Project, project_id))
    """
    assert fastapi(code.replace("{body}", body))["remove"].route.authentication == word


@pytest.mark.parametrize(("given", "word"), [("user: CurrentUser", "required"), ("request: Request", "none")])
def test_what_a_package_gives_a_dependency_may_refuse(given: str, word: str) -> None:
    code = """
    from company_auth import CurrentUser


    def login_required({given}):
        return True


    @router.delete("/projects/{project_id}", dependencies=[Depends(login_required)])
    def remove(project_id: int, session: SessionDep):
        session.delete(session.get(Project, project_id))
    """
    assert fastapi(code.replace("{given}", given))["remove"].route.authentication == word
