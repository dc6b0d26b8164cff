"""What of an exception reaches the client."""

from __future__ import annotations

import pytest

from tests.calls.projects import project


@pytest.mark.parametrize(
    ("helper", "leaks"),
    [
        ("return {'error': str(error)}", True),
        ("return 'try again'", False),
        ("if isinstance(error, IntegrityError):\n            return 'known already'\n        return str(error)", False),
        ("text = f'{error}'\n        return 'no'", False),
    ],
)
def test_a_helper_that_is_given_the_exception(helper: str, leaks: bool) -> None:
    found = project(
        app=f"""
    from flask import Flask
    from sqlalchemy.exc import IntegrityError, SQLAlchemyError
    app = Flask(__name__)
    def words(error):
        {helper}
    @app.get("/x")
    def x():
        try:
            return load()
        except SQLAlchemyError as error:
            return words(error), 400
    """
    ).caught_errors()
    assert bool([at for caught in found for at in caught.leaks]) is leaks


@pytest.mark.parametrize(
    ("path", "low"), [("scripts/x.py", True), ("populate.py", True), ("shop/examples/x.py", True), ("shop/tools/x.py", False), ("shop/api.py", False)]
)
def test_scripts_and_examples_stand_beside_the_app(path: str, low: bool) -> None:
    from prodlint.calls.records import beside

    assert beside(path) is low


def test_a_name_that_is_bound_anew_carries_nothing() -> None:
    text = """
        from flask import Flask, jsonify
        app = Flask(__name__)

        @app.post("/a")
        def left():
            try:
                answer = work()
            except Exception as error:
                answer = {"error": str(error)}
                return "sorry", 500
            return jsonify(answer)

        @app.post("/b")
        def anew():
            try:
                work()
            except Exception as error:
                answer = {"error": str(error)}
            answer = {"ok": True}
            return jsonify(answer)

        @app.post("/c")
        def carried():
            try:
                answer = work()
            except Exception as error:
                answer = {"error": str(error)}
            return jsonify(answer)
    """
    found = [at.line for error in project(app=text).caught_errors() for at in error.leaks]
    assert found == [29]
