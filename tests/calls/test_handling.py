"""Who takes what an external call raises: by class hierarchy, on the way up to the route or task that runs it."""

from __future__ import annotations

import pytest

from tests.calls.projects import fates, project

TASK = """
import builtins, contextlib, socket
import requests
from celery import shared_task

class Ours(Exception):
    pass

@shared_task
def work():
    {}
"""
CALL = "requests.get('https://example.com', timeout=5)"


def handled(body: str) -> str:
    lines = TASK.format(body.replace("\n", "\n    "))
    (found,) = fates(app=lines).values()
    return found[0]


@pytest.mark.parametrize(
    ("body", "state"),
    [
        (CALL, "unhandled"),
        (f"try:\n    {CALL}\nexcept Exception:\n    print('x')", "handled"),
        (f"try:\n    {CALL}\nexcept:\n    print('x')", "handled"),
        (f"try:\n    {CALL}\nexcept requests.RequestException:\n    print('x')", "handled"),
        (f"try:\n    {CALL}\nexcept requests.exceptions.RequestException as e:\n    print(e)", "handled"),
        (f"try:\n    {CALL}\nexcept OSError:\n    print('x')", "handled"),
        (f"try:\n    {CALL}\nexcept IOError:\n    print('x')", "handled"),
        (f"try:\n    {CALL}\nexcept (requests.ConnectionError, requests.Timeout):\n    print('x')", "handled"),
        (f"try:\n    {CALL}\nexcept ConnectionError:\n    print('Python means another one')", "unhandled"),
        (f"try:\n    {CALL}\nexcept ValueError:\n    print('x')", "unhandled"),
        (f"try:\n    {CALL}\nexcept requests.ConnectionError:\n    print('x')", "partial"),
        (f"try:\n    {CALL}\nexcept requests.RequestException:\n    raise", "unhandled"),
        (f"try:\n    {CALL}\nexcept requests.RequestException as e:\n    raise Ours() from e", "unhandled"),
        (f"try:\n    {CALL}\nexcept requests.RequestException as e:\n    raise work.retry(exc=e)", "handled"),
        (f"try:\n    print('x')\nexcept Exception:\n    pass\nelse:\n    {CALL}", "unhandled"),
        (f"try:\n    print('x')\nexcept Exception:\n    pass\nfinally:\n    {CALL}", "unhandled"),
        (f"try:\n    print('x')\nexcept Exception:\n    {CALL}", "unhandled"),
        (f"with contextlib.suppress(Exception):\n    {CALL}", "handled"),
        (f"with contextlib.suppress(ValueError):\n    {CALL}", "unhandled"),
        (f"try:\n    try:\n        {CALL}\n    except requests.Timeout:\n        raise\nexcept Exception:\n    print('x')", "handled"),
        (f"try:\n    {CALL}\nexcept ERRORS:\n    print('x')", "unknown"),
    ],
)
def test_try(body: str, state: str) -> None:
    found = handled(body)
    assert (found == state) or (state == "handled" and found == "unknown" and "suppress" in body)


def test_newer_syntax_is_read() -> None:
    body = f"try:\n    {CALL}\nexcept requests.ConnectionError, requests.Timeout:\n    print('x')"
    assert handled(body) == "handled"


def test_decorators_and_context_managers_of_the_project() -> None:
    found = fates(
        app="""
        import contextlib
        import functools
        import requests
        from celery import shared_task

        def safe(function):
            @functools.wraps(function)
            def inner(*args, **kwargs):
                try:
                    return function(*args, **kwargs)
                except requests.RequestException:
                    return None
            return inner

        @contextlib.contextmanager
        def guarded():
            try:
                yield
            except requests.RequestException:
                print("no")

        @shared_task
        @safe
        def one():
            requests.get("https://example.com", timeout=5)

        @shared_task
        def two():
            with guarded():
                requests.get("https://example.com", timeout=5)

        @shared_task(autoretry_for=(requests.RequestException,), max_retries=3)
        def three():
            requests.get("https://example.com", timeout=5)

        @shared_task
        def four():
            requests.get("https://example.com", timeout=5)
        """
    )
    assert [line for (_, line), (state, _) in found.items() if state == "unhandled"] == [max(line for _, line in found)], "the bare one"


def test_boto_has_two_families() -> None:
    (call,) = project(
        app="""
        import boto3
        from botocore.exceptions import ClientError
        from celery import shared_task

        @shared_task
        def put(data):
            s3 = boto3.client("s3")
            try:
                s3.put_object(Bucket="b", Key="k", Body=data)
            except ClientError:
                return None
        """
    ).external_calls()[-1:]
    assert (call.handled, call.escapes) == ("partial", ("botocore.exceptions.BotoCoreError",))


def test_the_caller_decides_and_commands_are_not_judged() -> None:
    found = fates(
        shop__net="""
        import requests

        def rates():
            return requests.get("https://example.com/a", timeout=5)

        def names():
            return requests.get("https://example.com/b", timeout=5)

        def forgotten():
            return requests.get("https://example.com/c", timeout=5)
        """,
        shop__use="""
        import click
        import requests
        from celery import shared_task
        from shop.net import names, rates as current

        @shared_task
        def careful():
            try:
                return current()
            except requests.RequestException:
                return None

        @click.command()
        def by_hand():
            names()
        """,
    )
    assert found["shop/net.py", 5] == ("handled", "task")
    assert found["shop/net.py", 8] == ("unknown", "command")
    assert found["shop/net.py", 11] == ("unknown", "")


def test_a_wrapper_with_its_own_exception_is_judged_at_its_callers() -> None:
    found = fates(
        shop__net="""
        import requests

        class NetError(Exception):
            pass

        def send(method, url, data=None):
            try:
                return requests.request(method, url, data=data, timeout=5)
            except requests.RequestException as e:
                raise NetError() from e
        """,
        shop__use="""
        from celery import shared_task
        from shop.net import NetError, send

        @shared_task
        def careful():
            try:
                send("get", "https://example.com")
            except NetError:
                print("no")

        @shared_task
        def careless():
            send("get", "https://example.com")
        """,
    )
    assert found["shop/use.py", 8][0] == "handled"
    assert found["shop/use.py", 14][0] == "unhandled"


def test_a_lost_coroutine_is_not_called_handled_or_unhandled() -> None:
    found = fates(
        app="""
        import asyncio
        import httpx
        from celery import shared_task

        async def head(client: httpx.AsyncClient, url):
            return await client.head(url)

        @shared_task
        async def all_of_them(urls):
            async with httpx.AsyncClient() as client:
                return await asyncio.gather(*[head(client, url) for url in urls], return_exceptions=True)
        """
    )
    assert {state for state, _ in found.values()} == {"unknown"}


def test_recursion_ends() -> None:
    found = fates(
        app="""
        import requests
        from celery import shared_task

        def a(n):
            requests.get("https://example.com", timeout=5)
            return b(n - 1)

        def b(n):
            return a(n)

        @shared_task
        def start():
            a(3)
        """
    )
    assert found["app.py", 6] == ("unhandled", "task")


@pytest.mark.parametrize(
    "head",
    [
        "def generic[T: (int, str)](x: T) -> T:\n    return x\ntype Pair[A] = tuple[A, A]",
        'name = f"{\'a\' + "b"!r:>{10}}"',
        'name = t"{1 + 1}"',
        "match [1]:\n    case [int() as one, *_] if one:\n        pass",
        "try:\n    pass\nexcept* ValueError, TypeError:\n    pass",
        "class Box[T: int = int, *Ts, **P]:\n    pass",
        'name = f"{\n    1  # one\n}"',
        "with (open('a') as one, open('b') as two):\n    pass",
    ],
)
def test_a_file_with_newer_syntax_is_judged(head: str) -> None:
    text = f"import requests\n{head}\ndef fetch():\n    return requests.get('https://example.com')\n"
    assert [call.timeout for call in project(app=text).external_calls()] == ["missing"]


def test_calls_within_newer_syntax_and_classes_without_brackets() -> None:
    found = fates(
        app="""
        import requests
        from celery import shared_task

        @shared_task
        def one[T](x: T):
            try:
                return f"{requests.get(f"https://example.com/{x["id"]}", timeout=3).text}"
            except requests.ConnectionError, requests.Timeout:
                raise LookupError from None

        @shared_task
        def two():
            try:
                return t"{requests.get("https://example.com", timeout=3).text}"
            except ValueError, KeyError:
                return None

        @shared_task
        def three():
            try:
                return requests.get("https://example.com", timeout=3).text
            except requests.ConnectionError, requests.Timeout:
                return None
        """
    )
    assert {line: fate[0] for (_, line), fate in found.items()} == {8: "unhandled", 15: "unhandled", 22: "handled"}


def test_a_decorator_applied_by_hand_makes_a_task() -> None:
    found = fates(
        app="""
        import requests
        from celery import shared_task
        def send():
            requests.get("https://example.com", timeout=5)
        task = shared_task(name="send")(send)
        """
    )
    assert found == {("app.py", 5): ("unhandled", "task")}


@pytest.mark.parametrize(
    ("given", "caught", "state"),
    [
        ("stop=stop_after_attempt(3)", "requests.RequestException", "unhandled"),
        ("stop=stop_after_attempt(3)", "RetryError", "handled"),
        ("stop=stop_after_attempt(3), reraise=True", "requests.RequestException", "handled"),
        ("stop=stop_after_attempt(3), retry=retry_if_exception_type(requests.Timeout)", "(RetryError, requests.ConnectionError)", "handled"),
        ("stop=stop_after_attempt(3), retry_error_callback=print", "KeyError", "handled"),
    ],
)
def test_what_tenacity_raises_in_the_end(given: str, caught: str, state: str) -> None:
    found = fates(
        app=f"""
        import requests
        from celery import shared_task
        from tenacity import RetryError, retry, retry_if_exception_type, stop_after_attempt

        @retry({given})
        def fetch():
            return requests.get("https://example.com", timeout=5)

        @shared_task
        def task():
            try:
                fetch()
            except {caught}:
                print("no")
        """
    )
    assert found["app.py", 8][0] == state


def test_an_exception_that_says_its_status_is_an_answer() -> None:
    found = fates(
        shop__errors="""
            class Refused(Exception):
                status_code = 409

            class Broken(Exception):
                pass
        """,
        shop__api="""
            import requests
            from flask import Flask
            from shop.errors import Broken, Refused
            app = Flask(__name__)

            @app.get("/one")
            def one():
                try:
                    requests.get("https://example.com", timeout=3)
                except requests.RequestException:
                    raise Refused from None

            @app.get("/two")
            def two():
                try:
                    requests.get("https://example.com", timeout=3)
                except requests.RequestException:
                    raise Broken from None
        """,
    )
    assert found == {("shop/api.py", 10): ("handled", "route"), ("shop/api.py", 17): ("unhandled", "route")}


def test_handlers_out_of_a_table_are_registered() -> None:
    handlers = """
        class Refused(Exception):
            pass

        class Gone(Exception):
            pass

        HANDLERS = {Gone: None}
        HANDLERS[Refused] = None
    """
    api = """
        import httpx
        from fastapi import FastAPI
        from shop.handlers import HANDLERS, Gone, Refused
        app = FastAPI()
        for kind, handler in HANDLERS.items():
            app.add_exception_handler(kind, handler)

        @app.get("/one")
        def one():
            try:
                httpx.get("https://example.com")
            except httpx.HTTPError as error:
                raise Refused from error

        @app.get("/two")
        def two():
            try:
                httpx.get("https://example.com")
            except httpx.HTTPError as error:
                raise Gone from error
    """
    assert {fate[0] for fate in fates(shop__handlers=handlers, shop__api=api).values()} == {"handled"}


def test_the_type_of_the_content_is_a_look_at_the_answer() -> None:
    text = """
        import http.client
        import requests

        def picture():
            answer = requests.get("https://example.com/picture", timeout=3)
            kind = answer.headers.get("Content-Type", "")
            if not kind.startswith("image/"):
                raise LookupError(kind)
            return answer.content

        def page():
            answer = requests.get("https://example.com/page", timeout=3)
            kind = answer.headers.get("X-Kind", "")
            return answer.content, kind

        def old():
            connection = http.client.HTTPSConnection("example.com")
            connection.request("POST", "/token", "")
            return connection.getresponse().read()
    """
    found = project(app=text)
    assert {answer.at.line for answer in found.unchecked_answers()} == {13, 20}
    assert [(call.at.line, call.timeout) for call in found.external_calls() if call.timeout == "missing"] == [(18, "missing")]


def test_one_clause_that_takes_too_little_is_one_finding() -> None:
    from prodlint.rulebook import Rulebook

    text = """
        import boto3
        from botocore.exceptions import ClientError
        from celery import shared_task

        @shared_task
        def make():
            ec2 = boto3.client("ec2")
            try:
                vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")
                ec2.create_subnet(VpcId=vpc["Vpc"]["VpcId"])
            except ClientError:
                return None
    """
    book = Rulebook(packs=False)
    rule = book.named("partially-handled-error")
    assert rule is not None
    found = list(book.check(rule)(project(app=text)))
    assert [(finding.at.line, [related.at.line for related in finding.related]) for finding in found] == [(10, [12, 11])]


def test_how_grave_it_is_that_nobody_catches_it() -> None:
    from prodlint.report import Finding
    from prodlint.rulebook import Rulebook

    text = """
    import requests, stripe
    from celery import shared_task
    from flask import Flask
    app = Flask(__name__)
    @app.post("/orders")
    def order():
        return requests.post("https://a.io", timeout=5).json()
    @app.post("/payments")
    def ask():
        return requests.get("https://a.io", timeout=5).json()
    @app.post("/pay")
    def pay():
        return stripe.Charge.create(amount=1)
    @shared_task
    def later():
        requests.post("https://a.io", timeout=5)
    @app.post("/offers")
    def offer():
        return stripe.Coupon.create(amount_off=1)
    @shared_task
    def charge_later():
        stripe.Charge.create(amount=1)
    """
    book = Rulebook(packs=False)
    found = [each for each in book.check(book.named("unhandled-external-error"))(project(app=text)) if isinstance(each, Finding)]
    assert {each.at.line: each.severity for each in found} == {8: "warning", 11: "warning", 14: "error", 17: "info", 20: "warning", 23: "warning"}


def test_how_grave_it_is_to_wait_for_ever() -> None:
    from prodlint.report import Finding
    from prodlint.rulebook import Rulebook

    text = """
    import httpx, requests
    from flask import Flask
    app = Flask(__name__)
    @app.post("/orders")
    def order():
        return requests.post("https://a.io")
    @app.post("/payments")
    def pay():
        return requests.post("https://a.io")
    @app.post("/payments/listen")
    def listen():
        return httpx.post("https://a.io", timeout=None)
    @app.post("/payments/paypal")
    def paypal():
        return paypalrestsdk.Payment.find("x").id
    """
    book = Rulebook(packs=False)
    text = text.replace("import httpx, requests", "import httpx, paypalrestsdk, requests")
    found = [each for each in book.check(book.named("external-call-without-timeout"))(project(app=text)) if isinstance(each, Finding)]
    assert {each.at.line: each.severity for each in found} == {7: "warning", 10: "error", 13: "info", 16: "warning"}
