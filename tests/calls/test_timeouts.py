"""Which timeout holds: at the call, by the client, by a parameter, by a setting."""

from __future__ import annotations

import pytest

from tests.calls.projects import project, timeouts


@pytest.mark.parametrize(
    ("line", "state"),
    [
        ("requests.get(URL)", "missing"),
        ("requests.get(URL, timeout=None)", "removed"),
        ("requests.get(URL, timeout=5)", "set"),
        ("requests.get(URL, timeout=TIMEOUT)", "set"),
        ("requests.get(URL, timeout=NEVER)", "removed"),
        ("requests.get(URL, **WITHOUT)", "missing"),
        ("requests.get(URL, **WITH)", "set"),
        ("requests.get(URL, **load())", "unknown"),
        ("requests.Session().get(URL)", "missing"),
        ("requests.session().request('GET', URL, timeout=1)", "set"),
        ("api_delete(URL)", "missing"),
        ("httpx.get(URL)", "default"),
        ("httpx.get(URL, timeout=None)", "removed"),
        ("httpx.AsyncClient(timeout=None)", "removed"),
        ("httpx.Client(timeout=httpx.Timeout(None))", "removed"),
        ("httpx.Client(timeout=httpx.Timeout(None, connect=5))", "set"),
        ("urllib.request.urlopen(URL)", "missing"),
        ("urllib.request.urlopen(URL, None, 5)", "set"),
        ("smtplib.SMTP('mail', 25)", "missing"),
        ("smtplib.SMTP('mail', 25, None, 10)", "set"),
        ("smtplib.SMTP_SSL('mail', timeout=10)", "set"),
        ("twilio.rest.Client('a', 'b')", "missing"),
        ("stripe.Charge.create(amount=1)", "default"),
        ("socket.create_connection(('a', 1))", "missing"),
    ],
)
def test_call(line: str, state: str) -> None:
    text = f"""
    import smtplib, socket, urllib.request
    import httpx, requests, stripe, twilio.rest
    from requests import delete as api_delete
    from settings import URL
    TIMEOUT, NEVER, WITHOUT, WITH = 5, None, {{"verify": True}}, {{"timeout": 5}}
    NEVER = None
    WITHOUT = {{"verify": True}}
    WITH = {{"timeout": 5}}
    def load(): return {{}}
    {line}
    """
    if line.split(", ")[-1] in ("timeout=NEVER)", "**WITHOUT)", "**WITH)"):
        text = text.replace('    TIMEOUT, NEVER, WITHOUT, WITH = 5, None, {"verify": True}, {"timeout": 5}\n', "")
    found = timeouts(text)
    assert state in found.values()


def test_a_parameter_is_judged_where_it_is_left_out() -> None:
    calls = project(
        shop__net="""
        import requests

        def send(url, timeout=None):
            return requests.get(url, timeout=timeout)

        def fetch(url, timeout=None):
            return send(url, timeout=timeout)
        """,
        shop__use="""
        from shop.net import fetch, send

        def one():
            return fetch("https://example.com")

        def two():
            return fetch("https://example.com", 5)

        def three():
            return send("https://example.com", timeout=3)
        """,
    ).external_calls()
    assert [(c.at.path, c.at.line) for c in calls if c.timeout == "missing"] == [("shop/use.py", 5)]


def test_a_wrapper_that_takes_anything_is_reported_once() -> None:
    calls = project(
        shop__net="""
        import requests

        class Client:
            def __init__(self):
                self.session = requests.Session()

            def call(self, path, **kwargs):
                return self.session.get("https://example.com" + path, **kwargs)

            def rates(self):
                return self.call("/rates")

            def names(self):
                return self.call("/names", params={})
        """
    ).external_calls()
    assert [(c.at.line, c.timeout) for c in calls] == [(9, "missing")]


def test_a_session_that_sets_one_itself_is_left_alone() -> None:
    found = timeouts(
        """
        import requests
        from requests.adapters import HTTPAdapter

        class Patient(HTTPAdapter):
            def send(self, request, **kwargs):
                kwargs.setdefault("timeout", 5)
                return super().send(request, **kwargs)

        class Bounded(requests.Session):
            def request(self, *args, **kwargs):
                kwargs.setdefault("timeout", 5)
                return super().request(*args, **kwargs)

        def one():
            session = requests.Session()
            session.mount("https://", Patient())
            return session.get("https://example.com")

        def two():
            return Bounded().get("https://example.com")
        """
    )
    assert "missing" not in found.values()


def test_settings() -> None:
    mail = """
    from django.core.mail import send_mail

    def go():
        send_mail("a", "b", "c", ["d"])
    """
    assert [c.timeout for c in project(shop__mail=mail).external_calls()] == ["missing"]
    assert [c.timeout for c in project(shop__mail=mail, shop__settings="EMAIL_TIMEOUT = 10").external_calls()] == ["set"]
    other = 'EMAIL_BACKEND = "anymail.backends.mailgun.EmailBackend"'
    assert [c.timeout for c in project(shop__mail=mail, shop__settings=other).external_calls()] == ["unknown"]


def test_what_another_mail_backend_raises_is_not_what_smtp_does() -> None:
    views = """
    from django.core.mail import send_mail

    def invite(request):
        send_mail("a", "b", "c", ["d"])
    """
    urls = """
    from django.urls import path
    from shop import views

    urlpatterns = [path("invite/", views.invite)]
    """
    smtp = project(shop__views=views, shop__urls=urls)
    assert [c.handled for c in smtp.external_calls()] == ["unhandled"]
    other = project(shop__views=views, shop__urls=urls, shop__settings='EMAIL_BACKEND = "shop.mail.QueueBackend"')
    assert [c.handled for c in other.external_calls()] == ["unknown"]


def test_a_block_that_gives_up_bounds_what_is_in_it() -> None:
    found = timeouts(
        """
        import asyncio
        import httpx

        async def one():
            client = httpx.AsyncClient(timeout=5)
            async with asyncio.timeout(3):
                return await client.get("https://example.com", timeout=None)

        async def two(client: httpx.AsyncClient):
            return await asyncio.wait_for(client.get("https://example.com", timeout=None), 3)
        """
    )
    assert "removed" not in found.values()


def test_stubs_of_grpc_have_no_deadline_of_their_own() -> None:
    found = timeouts(
        """
        import grpc
        from shop.protos import rates_pb2_grpc
        stub = rates_pb2_grpc.RatesStub(grpc.insecure_channel("rates:1"))
        def one():
            return stub.Today(1)
        def two():
            return stub.Today(1, timeout=3)
        """
    )
    assert found == {6: "missing", 8: "set"}
