"""Results that say whether a call failed: who asks, where they go, and what other ways of asking there are."""

from __future__ import annotations

from prodlint.facts import extract
from prodlint.project import link
from tests.calls.projects import project
from tests.pages import source


def _found(text: str) -> dict[int, str]:
    return {answer.at.line: answer.how for answer in project(app=text).unchecked_results()}


def test_a_result_that_a_function_returns_is_followed_to_its_callers() -> None:
    assert _found(
        """
        import braintree

        def sell(nonce):
            return braintree.Transaction.sale({"payment_method_nonce": nonce})

        def careless(nonce):
            return sell(nonce).transaction.id

        def careful(nonce):
            result = sell(nonce)
            return result.transaction.id if result.is_success else None
        """
    ) == {8: "used"}


def test_keys_and_get_ask_as_attributes_do() -> None:
    assert _found(
        """
        import boto3, mercadopago
        sdk = mercadopago.SDK("t")
        events = boto3.client("events")

        def pay(data):
            answer = sdk.payment().create(data)
            return answer["response"]["id"]

        def refund(data):
            answer = sdk.refund().create(data)
            if answer.get("status") != 201:
                raise ValueError(answer)

        def tell(entries):
            answer = events.put_events(Entries=entries)
            assert answer["FailedEntryCount"] == 0

        def shout(entries):
            print(events.put_events(Entries=entries))
        """
    ) == {7: "used", 20: "used"}


def test_a_login_by_ldap3_is_asked_for_its_answer() -> None:
    assert _found(
        """
        from ldap3 import Connection, Server

        def let_in(user, password):
            connection = Connection(Server("ldap.example.com", connect_timeout=3), user, password)
            connection.bind()
            return user

        def ask(user, password):
            connection = Connection(Server("ldap.example.com", connect_timeout=3), user, password)
            return connection.bind()

        def look(user, password):
            connection = Connection(Server("ldap.example.com", connect_timeout=3), user, password)
            connection.bind()
            return user if connection.bound else None
        """
    ) == {6: "ignored"}


def test_what_is_handed_on_is_left_alone() -> None:
    assert not _found(
        """
        from slack_sdk.webhook import WebhookClient

        def send(text, check):
            check(WebhookClient("https://hooks.example.com").send(text=text))

        async def later(gather, text):
            await gather(WebhookClient("https://hooks.example.com").send(text=text))
        """
    )


def test_square_raises_since_its_version_42() -> None:
    text = """
from square.client import Client
client = Client(access_token="t")
def pay(body):
    client.payments.create_payment(body)
"""
    for pin, lines in (("squareup==41.0.0", [5]), ("squareup==43.0.0", [])):
        facts, _ = extract([source("app.py", text), source("requirements.txt", pin)], jobs=1)
        assert [answer.at.line for answer in link(facts).unchecked_results()] == lines
