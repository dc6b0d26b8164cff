"""Calls that select rows, and calls that only look like it."""

from __future__ import annotations

import pytest

from prodlint.model import FileFacts, Match
from prodlint.models import load
from prodlint.project import link

CONTROLLER = """\
<?php

class OrderController extends Controller
{
    public function lines($order_id)
    {
        foreach ($this->lines->sorted($order_id)->rows() as $line) {
            %s($line);
        }
    }
}
"""


@pytest.mark.parametrize(("name", "selects"), [("get_order_lines", True), ("get_object_vars", False), ("get_class_methods", False)])
def test_what_php_says_of_an_object_selects_nothing(name: str, selects: bool) -> None:
    text = CONTROLLER % name
    entry = Match("entries", 1, 1, 1, 1, "", {"role": "entry", "framework": "php"})
    facts = {"OrderController.php": FileFacts("OrderController.php", "x", 0, matches=(entry, Match("source-text", 1, 1, 1, 1, text, {})))}
    assert [loose.model for loose in link(facts, models=load()).loose_ids("php")] == ([name] if selects else [])
