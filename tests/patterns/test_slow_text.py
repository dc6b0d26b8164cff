"""Text that somebody wrote to keep us waiting: comments of SQL without an end, one word over and over."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

import pytest

from prodlint.facts.sign_blocks import SIGNS
from prodlint.patterns.entries import around
from prodlint.patterns.evidence import linked, owners, scopes
from prodlint.patterns.go import types as go_types
from prodlint.patterns.php import attached, laravel
from prodlint.patterns.php import scripts as php_scripts
from prodlint.patterns.php import sql as php_sql
from prodlint.patterns.ruby import own as ruby_own
from prodlint.patterns.ruby import permits, pundit
from prodlint.patterns.ties import callees, queries

WAITING: list[tuple[Callable[[str], object], str]] = [
    (queries.KIND.match, "-- " * 400 + "x"),
    (lambda text: permits.held(text, 1), "params.permit(:user_id)\n" + ".merge(" * 4000),
    (lambda text: permits.held(text, 1), "params.permit(:user_id)\n" + ".new .create( " * 4000),
    (ruby_own._DECLARES.findall, "allow" * 8000),
    (ruby_own._HELD_IN_CONDITION.search, "if current_a.b.c " * 4000),
    (around.ties_by_name, "a" * 60000),
    (around.ties_by_name, "checkA" * 10000),
    (lambda text: attached.relations([text]), "function a(" * 20000),
    (laravel._SETTABLE.findall, "#[a] " * 10000),
    (lambda text: pundit.Policies([text]), "class AaPolicy\n" + "  def a\n" * 6000),
    (lambda text: pundit._LEADS_ON.sub(" ", text), "redirect_to " * 8000),
    (lambda text: [re.findall(form, text) for kind, _, form in SIGNS if kind == "last-resort"], "module.exports = (e:" + " " * 20000),
    (callees._WITHHOLDS.search, "a == b)" + " " * 60000 + "x"),
    (lambda text: php_sql._COMMENT.sub(" ", text), "/* " * 20000),
    (lambda text: list(php_sql._PLACE.finditer(text)), "/* " * 20000),
    (lambda text: linked._named_beside(text, "client", "client_id"), "authorize " * 6000),
    (lambda text: linked._named_beside(text, "client", "client_id"), "dig(" * 15000),
    (php_scripts._ROLE.findall, "if !($a->" * 7000),
    (php_scripts._ROLE.findall, "checkadmin" * 6000),
    (owners._OF_TABLE.search, "\n" * 60000),
    (lambda text: owners._RAILS_TABLE.findall(text) + scopes._TENANT.findall(text), "\n" * 60000),
    (go_types._PARAM.search, "a" * 60000),
    (go_types._PARAM.search, "A." * 30000),
    (lambda text: list(scopes._DECLARES.finditer(text)), "class a x\n" * 8000),
]


@pytest.mark.parametrize(("ask", "text"), WAITING, ids=[text[:12].strip() for _, text in WAITING])
def test_such_text_is_read_at_once(ask: Callable[[str], object], text: str) -> None:
    begun = time.process_time()
    ask(text)
    assert time.process_time() - begun < 2
