"""What ruff's S113, pylint's W3101 and bandit's B113 find and leave alone, in code of our own with the meaning of their tests."""

from __future__ import annotations

import pytest

from tests.calls.projects import timeouts

VERBS = ("get", "post", "put", "delete", "patch", "options", "head")


@pytest.mark.parametrize("verb", VERBS)
def test_functions_of_requests_and_httpx(verb: str) -> None:
    found = timeouts(
        f"""import requests, httpx
requests.{verb}("https://example.com")
requests.{verb}("https://example.com", timeout=None)
requests.{verb}("https://example.com", timeout=5)
httpx.{verb}("https://example.com")
httpx.{verb}("https://example.com", timeout=None)
httpx.{verb}("https://example.com", timeout=5)
"""
    )
    assert found == {2: "missing", 3: "removed", 4: "set", 5: "default", 6: "removed", 7: "set"}


def test_names_imported_in_several_ways() -> None:
    found = timeouts(
        """import not_requests
from requests import get, get as fetch, request
get("https://example.com")
fetch("https://example.com")
request("GET", "https://example.com")
fetch("https://example.com", timeout=1)
not_requests.get("https://example.com")
WITHOUT = {}
WITH = {"timeout": 10}
get("https://example.com", **WITHOUT)
get("https://example.com", **WITH)
"""
    )
    assert found == {3: "missing", 4: "missing", 5: "missing", 6: "set", 10: "missing", 11: "set"}


def test_sessions_and_clients() -> None:
    found = timeouts(
        """import requests, httpx
session = requests.Session()
session.get("https://example.com")
session.get("https://example.com", timeout=3)
requests.Session().get("https://example.com")
requests.Session.get(session, "https://example.com")
with requests.Session() as other:
    other.head("https://example.com")
class Mine(requests.Session):
    pass
Mine().get("https://example.com")
class Client:
    def __init__(self):
        self.session = requests.Session()
    def fetch(self):
        return self.session.get("https://example.com")
httpx.Client(timeout=None)
with httpx.Client() as polite:
    polite.get("https://example.com")
async def far():
    async with httpx.AsyncClient(timeout=None) as client:
        await client.get("https://example.com")
"""
    )
    assert {line for line, state in found.items() if state == "missing"} == {3, 5, 6, 8, 11, 16}
    assert {line for line, state in found.items() if state == "removed"} == {17, 21}
    assert {found[line] for line in (4, 19)} == {"set", "client"}
