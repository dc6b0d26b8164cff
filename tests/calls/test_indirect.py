"""Calls that are made on the way round: by a thread that somebody waits for, through a client out of a registry, by a factory's object."""

from __future__ import annotations

from tests.calls.projects import project

THREADS = """
    import asyncio
    from functools import partial

    import requests
    import stripe
    from asgiref.sync import sync_to_async
    from fastapi import FastAPI
    from fastapi.concurrency import run_in_threadpool

    app = FastAPI()

    def notify(text):
        requests.post("https://hooks.example.com", json={"text": text}, timeout=3)

    @app.get("/rates")
    async def rates():
        answer = await asyncio.to_thread(requests.get, "https://example.com/rates", timeout=3)
        return answer.json()

    @app.get("/pages")
    async def pages():
        loop = asyncio.get_running_loop()
        first = await loop.run_in_executor(None, partial(requests.get, "https://example.com/1"))
        second = await loop.run_in_executor(None, lambda: requests.get("https://example.com/2"))
        return first.status_code + second.status_code

    @app.post("/orders")
    async def order():
        await run_in_threadpool(notify, "an order")
        await sync_to_async(stripe.Refund.create)(charge="c")

    @app.post("/later")
    async def later():
        asyncio.get_running_loop().run_in_executor(None, requests.get, "https://example.com/later")
"""


def _found(**files: str) -> dict[int, tuple[str, str, str]]:
    calls = project(**files).external_calls()
    return {c.at.line: (c.timeout, c.handled, c.reached.label if c.reached else "") for c in calls if c.role == "call"}


def test_a_function_that_a_thread_is_given_is_called() -> None:
    assert _found(app=THREADS) == {
        14: ("set", "unhandled", "POST /orders"),
        18: ("set", "unhandled", "GET /rates"),
        24: ("missing", "unhandled", "GET /pages"),
        25: ("missing", "unhandled", "GET /pages"),
        31: ("default", "unhandled", "POST /orders"),
        35: ("missing", "unknown", ""),
    }


def test_what_a_thread_runs_does_not_block_and_its_answer_is_looked_at() -> None:
    found = project(app=THREADS)
    assert found.blocking_calls() == ()
    assert {answer.at.line: answer.how for answer in found.unchecked_answers()} == {14: "ignored", 18: "used"}


def test_no_keyword_is_put_into_a_call_of_something_else() -> None:
    assert {c.at.line: c.keyword for c in project(app=THREADS).external_calls() if c.timeout == "missing"} == {24: "", 25: "timeout", 35: ""}


REGISTRY = """
    import openai
    import requests
    import stripe
    from flask import Flask

    app = Flask(__name__)
    CLIENTS: dict[str, openai.OpenAI] = {}

    class Card:
        def send(self, amount):
            stripe.PaymentIntent.create(amount=amount, idempotency_key="k")

    class Invoice:
        def send(self, amount):
            requests.post("https://books.example.com", json=amount, timeout=5)

    WAYS = {"card": Card, "invoice": Invoice}

    def pick(kind):
        if kind == "card":
            return Card()
        return Invoice()

    def make(key):
        return openai.OpenAI(api_key=key, timeout=20)

    @app.post("/ask")
    def ask(key):
        client = CLIENTS.get(key)
        if client is None:
            client = make(key)
            CLIENTS[key] = client
        return client.beta.chat.completions.parse(model="small").choices[0]

    @app.post("/pay/{way}")
    def pay(way):
        WAYS[way]().send(3)

    @app.post("/pay")
    def pay_by(kind):
        pick(kind).send(3)
"""


def test_a_client_that_is_kept_in_a_dictionary_is_known() -> None:
    assert _found(app=REGISTRY)[34] == ("set", "unhandled", "POST /ask")


def test_classes_of_a_registry_and_of_a_factory_are_reached() -> None:
    found = _found(app=REGISTRY)
    assert found[12][1:] == ("unhandled", "POST /pay/{way}")
    assert found[16][1:] == ("unhandled", "POST /pay/{way}")
    factory = REGISTRY.replace("WAYS[way]().send(3)", "pass")
    assert {line: way[2] for line, way in _found(app=factory).items() if line in (12, 16)} == {12: "POST /pay", 16: "POST /pay"}


INJECTED = """
    import redis
    import requests
    from flask import Flask

    app = Flask(__name__)

    class Rates:
        def __init__(self, http, cache):
            self._http = http
            self._cache = cache

        @classmethod
        def connected(cls, url):
            return cls(requests.Session(), redis.Redis.from_url(url))

        def today(self):
            return self._cache.get("rates") or self._http.get("https://example.com/rates").json()

    def ask(session):
        return session.get("https://example.com/rates", timeout=3)

    @app.get("/rates")
    def rates():
        return ask(requests.Session()).text
"""


def test_clients_that_callers_give_are_known() -> None:
    calls = project(app=INJECTED).external_calls()
    assert [(c.at.line, c.call) for c in calls if c.role == "call"] == [
        (18, "redis.Redis.from_url.get"),
        (18, "requests.Session.get"),
        (21, "requests.Session.get"),
    ]
