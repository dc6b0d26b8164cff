"""The contract's JSON: keys, their order, and the example of the contract."""

from __future__ import annotations

import json

from prodlint import __version__
from prodlint.render import render
from tests.reports import API, decided, ownership, sample, timeout


def test_the_contracts_example_whole():
    report = decided({"shop/api.py": API}, [ownership()], files=120)
    (verdict,) = report.verdicts
    assert render(report, "json") == (
        '{"schema": 1,\n'
        f' "tool": {{"name": "prodlint", "version": "{__version__}"}},\n'
        ' "findings": [\n'
        '  {"rule": "missing-ownership-check", "code": "PRD301", "item": "access", "severity": "error", "confidence": "high", '
        '"path": "shop/api.py", "line": 5, "column": 27, "end_line": 5, "end_column": 35, '
        '"message": "GET /orders/{order_id} returns an Order chosen by the client; nothing ties it to the caller", '
        '"symbol": "shop.api.get_order", '
        '"route": {"methods": ["GET"], "path": "/orders/{order_id}", "handler": "shop.api.get_order", '
        '"file": "shop/api.py", "line": 4}, '
        '"subject": {"id": "order_id", "source": "path", "model": "Order"}, '
        '"related": [{"path": "shop/crud.py", "line": 12, "column": 5, "message": "Order is looked up by id here"}], '
        f'"fingerprint": "{verdict.fingerprint}", "suppressed": null, "fix": null, '
        '"help": "https://prodlint.readthedocs.io/rules/access/missing-ownership-check"}],\n'
        ' "problems": [],\n'
        ' "summary": {"files": 120, "rules": 7, "findings": 1, "suppressed": 0, "baselined": 0}}\n'
    )


def test_a_fix_problems_and_what_is_hidden():
    data = json.loads(render(sample(), "json"))
    fixes = {finding["rule"]: finding["fix"] for finding in data["findings"]}
    assert fixes["external-call-without-timeout"] == {
        "message": "add timeout=10",
        "level": "safe",
        "edits": [{"path": "shop/api.py", "line": 8, "column": 41, "end_line": 8, "end_column": 41, "text": ", timeout=10"}],
    }
    assert data["problems"] == [
        {"path": "", "line": 0, "message": "rule unhandled-external-error crashed: KeyError\x07", "severity": "error"},
        {"path": "shop/odd.py", "line": 3, "message": "could not be parsed: unexpected <token>", "severity": "warning"},
    ]
    assert data["summary"] == {"files": 3, "rules": 7, "findings": 3, "suppressed": 1, "baselined": 0, "unexamined": 1}


def test_a_file_name_that_is_no_text_stays_valid_utf8():
    name = b"caf\xe9.py".decode("utf-8", "surrogateescape")
    text = render(decided({}, [timeout(1, name)]), "json")
    assert text.encode("utf-8") and json.loads(text)["findings"][0]["path"] == name
