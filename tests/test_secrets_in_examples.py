"""What a value in an example of an environment file is worth, and one that a live file shares with it."""

from __future__ import annotations

import pytest

from prodlint.report import Finding
from prodlint.rulebook import Rulebook
from tests.facts.drawn import letters
from tests.operations.projects import project

KEY, OTHER = letters(40), letters(44)
LIVE = f"API_SECRET = '{KEY}'\n"


@pytest.mark.parametrize(
    ("files", "told"),
    [
        ({"shop.py": LIVE}, {("shop.py", "high", None)}),
        ({".env.example": f"API_SECRET={KEY}\n"}, {(".env.example", "medium", "info")}),
        ({"shop.py": LIVE, ".env.example": f"API_SECRET={OTHER}\n"}, {("shop.py", "high", None), (".env.example", "medium", "info")}),
        ({"shop.py": LIVE, ".env.example": f"API_SECRET={KEY}\n"}, {("shop.py", "medium", None), (".env.example", "medium", "info")}),
        ({".gitleaksignore": f"keys/api_secret.key:private-key:1\nAPI_SECRET={KEY}\n"}, set()),
    ],
)
def test_a_value_of_an_example(files, told):
    book = Rulebook(packs=False)
    rule = book.named("hardcoded-secret")
    found = [each for each in book.check(rule)(project(files)) if isinstance(each, Finding)]
    assert {(each.at.path, each.confidence, each.severity) for each in found} == told
