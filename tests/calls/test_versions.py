"""The version that a project pins decides the defaults of its libraries."""

from __future__ import annotations

import pytest

from prodlint.calls.versions import before, newest
from prodlint.facts import extract
from prodlint.project import link
from tests.pages import source

APP = """
import redis
import resend
client = redis.Redis("cache")
def mail():
    resend.Emails.send({})
"""
LOCK = """
[[package]]
name = "redis"
version = "7.4.0"
[[package]]
name = "resend"
version = "2.4.0"
"""


def states(**files: str) -> dict[int, str]:
    """Line -> state of the timeout in app.py; a file's name has `__` for a dot."""
    sources = [source("app.py", APP), *(source(name.replace("__", "."), text) for name, text in files.items())]
    facts, problems = extract(sources, jobs=1)
    assert not problems
    return {call.at.line: call.timeout for call in link(facts).external_calls()}


@pytest.mark.parametrize(
    ("files", "redis", "resend"),
    [
        ({}, "default", "default"),
        ({"requirements__txt": "redis==7.4.1\nresend>=2.4,<2.11\n"}, "missing", "missing"),
        ({"requirements__txt": "redis[hiredis] ~= 8.0\nresend==2.20\n"}, "default", "default"),
        ({"poetry__lock": LOCK}, "missing", "missing"),
        ({"uv__lock": LOCK, "requirements__txt": "redis>=5\n"}, "missing", "missing"),
        ({"Pipfile__lock": '{\n    "default": {\n        "redis": {\n            "version": "==7.0.0"\n        }\n    }\n}\n'}, "missing", "default"),
        ({"pyproject__toml": '[project]\ndependencies = ["redis >= 5, < 8", "resend"]\n'}, "missing", "default"),
        ({"pyproject__toml": '[tool.poetry.dependencies]\nredis = "^7.2"\nresend = {version = "2.0", optional = true}\n'}, "missing", "missing"),
    ],
)
def test_the_pin_decides(files: dict[str, str], redis: str, resend: str) -> None:
    assert states(**files) == {4: redis, 6: resend}


@pytest.mark.parametrize(
    ("spec", "mark", "older"),
    [("==7.4", "8", True), ("<8", "8", True), ("<=8.0", "8", False), (">=8", "8", False), ("", "8", False), ("~=7.4", "8", True),
     ("==2.7", "2.7", False), ("~=7.4.1", "7.5", True), ("^0.28", "1", True), ("==7.*", "8", True), ("!=8.0", "8", False)],
)  # fmt: skip
def test_specifiers(spec: str, mark: str, older: bool) -> None:
    assert before(newest(spec), mark) is older
