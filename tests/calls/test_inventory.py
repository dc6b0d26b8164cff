"""The inventory as `prodlint calls` prints it: places, timeouts, who handles what, what tries again."""

from __future__ import annotations

import json

from prodlint.render.calls import render_calls
from tests.calls.projects import project, timeouts

APP = """
    import requests
    import stripe
    from celery import shared_task
    from flask import Flask

    app = Flask(__name__)
    session = requests.Session()

    @app.post("/rates/<name>")
    def rates(name):
        try:
            return session.get("https://example.com/rates", timeout=5).text
        except requests.RequestException:
            return "no rates today", 503

    @shared_task(autoretry_for=(stripe.StripeError,))
    def refund(charge):
        stripe.Refund.create(charge=charge)
"""


def test_the_json_says_who_runs_it_and_who_takes_it() -> None:
    answer = json.loads(render_calls(project(shop__app=APP).external_calls(), (), "json"))
    assert answer["schema"] == 1
    rates, refund = answer["calls"]
    assert (rates["library"], rates["kind"], rates["timeout"], rates["seconds"], rates["handled"]) == ("requests", "http", "set", 5.0, "handled")
    assert rates["reached"]["route"]["path"] == "/rates/<name>"
    assert rates["handlers"] == [{"path": "shop/app.py", "line": 14}]
    assert (refund["kind"], refund["handled"], refund["retried"], refund["tries"]) == ("payment", "handled", "@shared_task", 3)
    assert refund["reached"]["kind"] == "task"


def test_the_table_is_aligned_and_told_in_words() -> None:
    calls = project(shop__app=APP).external_calls()
    text = render_calls(calls, verbose=True)
    assert "payment  stripe.Refund.create" in text
    assert "tried again by @shared_task" in text
    assert render_calls((), ()) == "no external call was found\n"
    assert render_calls((), (), left_out=28) == "none of 28 external calls is one that was asked for\n"
    assert "| shop/app.py:13 | http |" in render_calls(calls, (), "markdown")


def test_a_bounded_client_bounds_its_calls() -> None:
    found = timeouts(
        """
        import urllib3
        http = urllib3.PoolManager(timeout=5)
        open_ended = urllib3.PoolManager()
        def one():
            return http.request("GET", "https://example.com")
        def two():
            return open_ended.request("GET", "https://example.com")
        def three(pool: urllib3.PoolManager):
            return pool.request("GET", "https://example.com")
        """
    )
    assert found == {3: "set", 4: "missing", 6: "set", 8: "client", 10: "unknown"}


def test_a_finite_default_stays_one_through_keyword_arguments() -> None:
    found = timeouts(
        """
        import httpx
        client = httpx.Client()
        def send(url, **kwargs):
            return client.get(url, **kwargs)
        def one():
            return send("https://example.com")
        """
    )
    assert "missing" not in found.values()


def test_what_is_asked_to_stay_at_home_is_no_external_call() -> None:
    calls = project(
        app="""
        from huggingface_hub import snapshot_download
        def load():
            return snapshot_download("x/y", local_files_only=True)
        """
    ).external_calls()
    assert not calls
