"""Blocked loops, lost work, broken sessions, believed webhooks, errors under 200, payments twice, the app's last resort."""

from __future__ import annotations

import pytest

from tests.calls.projects import project


def test_a_coroutine_that_only_a_command_runs_may_wait() -> None:
    found = project(
        app="""
        import asyncio, click, time
        async def work():
            time.sleep(1)
        @click.command()
        def main():
            asyncio.run(work())
        """
    ).blocking_calls()
    assert [hazard.kinds for hazard in found] == [("command",)]


def test_what_runs_while_the_process_starts_may_wait() -> None:
    found = project(
        app="""
        import contextlib, time
        from fastapi import FastAPI
        @contextlib.asynccontextmanager
        async def lifespan(app):
            time.sleep(1)
            yield
        app = FastAPI(lifespan=lifespan)
        """
    ).blocking_calls()
    assert not found


def test_a_generator_or_a_decorated_function_is_not_followed() -> None:
    found = project(
        app="""
        import time
        from somewhere import in_thread
        @in_thread
        def slow():
            time.sleep(1)
        async def handler(request):
            await slow()
            slow()
        """
    ).blocking_calls()
    assert not found


@pytest.mark.parametrize(
    ("clause", "how"),
    [
        ("print('no')", "loop"),
        ("session.rollback()", None),
        ("raise", None),
        ("break", None),
        ("mend()", None),
        ("session.add(1)", "handler"),
    ],
)
def test_a_session_that_failed(clause: str, how: str | None) -> None:
    found = project(
        app=f"""
        from sqlalchemy.exc import IntegrityError
        from db import session
        def mend():
            session.rollback()
        def take_in(rows):
            for row in rows:
                try:
                    session.add(row)
                    session.commit()
                except IntegrityError:
                    {clause}
        """
    ).broken_sessions()
    assert [hazard.how for hazard in found] == ([how] if how else [])


@pytest.mark.parametrize(("behind", "how"), [("return", None), ("print(1)", "after"), ("if note: return", "after")])
def test_what_stands_behind_a_return_uses_no_session(behind: str, how: str | None) -> None:
    found = project(
        app=f"""
        from db import session
        from sqlalchemy import text
        def take_in(note):
            if note:
                try:
                    session.add(note)
                    session.commit()
                except Exception as error:
                    print(error)
                {behind}
            session.add(1)
        """
    ).broken_sessions()
    assert [hazard.how for hazard in found] == ([how] if how else [])


@pytest.mark.parametrize(("first", "how"), [("anew()", None), ("session.rollback()", None), ("look()", "loop"), ("if row: anew()", "loop")])
def test_a_session_that_each_round_begins_anew(first: str, how: str | None) -> None:
    found = project(
        app=f"""
        from db import session
        def anew():
            if session.in_transaction():
                session.rollback()
        def look():
            print(session)
        def take_in(rows):
            for row in rows:
                {first}
                try:
                    session.add(row)
                    session.commit()
                except Exception:
                    print("no")
        from sqlalchemy import text
        """
    ).broken_sessions()
    assert [hazard.how for hazard in found] == ([how] if how else [])


def test_a_webhook_that_asks_the_provider_again_is_not_believed_blindly() -> None:
    found = project(
        app="""
        import stripe
        from flask import Flask, request
        app = Flask(__name__)
        @app.post("/webhooks/stripe")
        def hook():
            intent = stripe.PaymentIntent.retrieve(request.json["id"])
            print(intent)
            return ""
        @app.post("/webhooks/paypal")
        def other():
            print(request.json)
            return ""
        @app.post("/webhooks/own")
        def own():
            if request.headers.get("X-Token") != "x":
                return "", 403
            print(request.json)
            return ""
        @app.post("/webhooks")
        def create_webhook():
            print(request.json)
            return ""
        """
    ).believed_webhooks()
    assert [(hazard.name, hazard.how) for hazard in found] == [("PayPal", "/webhooks/paypal")]


@pytest.mark.parametrize(
    "answer", ['jsonify(error="x"), 500', "jsonify(ok=True)", 'render_template("error.html")', '{"errors": []}', "helper()", "None"]
)
def test_answers_that_are_no_error_under_200(answer: str) -> None:
    found = project(
        app=f"""
        from flask import Flask, jsonify, render_template
        app = Flask(__name__)
        @app.get("/x")
        def x():
            try:
                return jsonify(x=1)
            except Exception:
                return {answer}
        """
    ).errors_answered_with_success()
    assert not found


@pytest.mark.parametrize(
    ("text", "handled"),
    [
        ("@app.errorhandler(ValueError)\ndef on(e):\n    return 'x', 400", False),
        ("@app.errorhandler(Exception)\ndef on(e):\n    return 'x', 500", True),
        ("app.register_error_handler(500, print)", True),
        ("from werkzeug.exceptions import HTTPException\n@app.errorhandler(HTTPException)\ndef on(e):\n    return e", True),
        ("from werkzeug.exceptions import NotFound\n@app.errorhandler(NotFound)\ndef on(e):\n    return e", False),
    ],
)
def test_the_last_resort_of_flask(text: str, handled: bool) -> None:
    (app,) = project(app=f"from flask import Flask\napp = Flask(__name__)\n{text}\n").web_apps()
    assert (app.how == "handled") is handled


def test_the_last_resort_may_be_a_middleware_or_given_to_the_app() -> None:
    for text in (
        "async def on(request, error):\n    return None\napp = FastAPI(exception_handlers={Exception: on})",
        "app = FastAPI()\n@app.middleware('http')\nasync def around(request, call_next):\n    try:\n        return await call_next(request)\n"
        "    except Exception:\n        return None",
    ):
        (app,) = project(app=f"from fastapi import FastAPI\n{text}\n").web_apps()
        assert app.how == "handled"


def test_a_queue_that_retries_by_itself_takes_what_a_job_raises() -> None:
    calls = project(
        app="""
        import requests
        import dramatiq
        from dramatiq import actor as _actor

        def job(**options):
            def decorator(function):
                return _actor(function, **options)
            return decorator

        @job(queue="x")
        def one():
            requests.get("https://example.com", timeout=5)

        @dramatiq.actor(max_retries=0)
        def two():
            requests.get("https://example.com", timeout=5)
        """
    ).external_calls()
    assert [(call.symbol, call.handled == "unhandled") for call in calls] == [("app.one", False), ("app.two", True)]


def test_tasks_that_somebody_keeps() -> None:
    found = project(
        app="""
        import asyncio
        async def work():
            print(1)
        async def one():
            tasks = [asyncio.create_task(work())]
            await asyncio.gather(*tasks)
            task = asyncio.create_task(work())
            return task
        async def two(self):
            self.task = asyncio.create_task(work())
            asyncio.create_task(work()).add_done_callback(print)
            dropped = asyncio.ensure_future(work())
        """
    ).lost_work()
    assert [(hazard.at.line, hazard.name) for hazard in found] == [(13, "work")]


@pytest.mark.parametrize(("caught", "sure"), [("Exception", False), ("ValueError", True)])
def test_a_task_that_waits_for_what_it_was_handed(caught: str, sure: bool) -> None:
    found = project(
        app=f"""
        import asyncio, logging
        log = logging.getLogger(__name__)
        def push(coro):
            async def run():
                try:
                    await coro
                except {caught}:
                    log.exception("not pushed")
            asyncio.create_task(run())
        """
    ).lost_work()
    assert [hazard.sure for hazard in found] == [sure]


def test_a_webhook_that_hands_the_request_to_a_view_from_a_table_may_be_checked_there() -> None:
    text = """
        from rest_framework.views import APIView

        class HookView(APIView):
            VIEWS = {}

            def post(self, request, kind):
                request.data
                view = self.VIEWS[kind].as_view()
                return view(request._request, kind)
    """
    urls = """
        from django.urls import path
        from shop.views import HookView
        urlpatterns = [path("webhook/<str:kind>/", HookView.as_view())]
    """
    assert project(shop__views=text, shop__urls=urls, settings='ROOT_URLCONF = "shop.urls"').believed_webhooks() == ()


def test_a_service_that_collects_errors_is_named() -> None:
    text = """
        import sentry_sdk
        from fastapi import FastAPI
        sentry_sdk.init()
        app = FastAPI()
    """
    assert [(app.name, app.how, app.other) for app in project(app=text).web_apps()] == [("FastAPI", "", "sentry_sdk")]


def test_an_app_that_a_script_of_migrations_makes_serves_nobody() -> None:
    text = "from flask import Flask\napp = Flask(__name__)\n"
    assert not project(alembic_users__env=text).web_apps()
    assert project(alembic_users__envs=text).web_apps()


@pytest.mark.parametrize(("body", "lacks"), [("sleep(0.1)", []), ("print(start)", ["backoff"])])
def test_a_loop_may_wait_in_a_function_of_its_own(body: str, lacks: list[str]) -> None:
    found = project(
        app=f"""
        import http.client
        from time import sleep, time
        def ping(host):
            start = time()
            def check():
                if time() - start < 15:
                    {body}
                else:
                    return "late"
            while True:
                try:
                    connection = http.client.HTTPConnection(host)
                    connection.request("GET", "/ping")
                    break
                except OSError:
                    late = check()
                    if late is not None:
                        return late
        """
    ).retries()
    assert [each.lacks for each in found] == lacks
