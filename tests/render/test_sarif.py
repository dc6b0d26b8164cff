"""SARIF: what GitHub requires of a log, and what must not break it."""

from __future__ import annotations

import json

import jsonschema

from prodlint.model import Span
from prodlint.render import render, sarif
from prodlint.report import Finding, Said
from tests.reports import OWNERSHIP, decided, ownership, sample, sources

TEXT = {
    "type": "object",
    "required": ["text"],
    "properties": {"text": {"type": "string", "minLength": 1}, "markdown": {"type": "string", "minLength": 1}},
}
SHORT = {**TEXT, "properties": {"text": {"type": "string", "minLength": 1, "maxLength": 1024}}}
NUMBER = {"type": "integer", "minimum": 1}
REGION = {
    "type": "object",
    "required": ["startLine", "startColumn", "endLine", "endColumn"],
    "properties": dict.fromkeys(("startLine", "startColumn", "endLine", "endColumn"), NUMBER),
}
PLACE = {
    "type": "object",
    "required": ["artifactLocation"],
    "properties": {
        "artifactLocation": {
            "type": "object",
            "required": ["uri"],
            "properties": {"uri": {"type": "string", "pattern": r"^(?!/)([A-Za-z0-9._~/-]|%[0-9A-F]{2})+$"}},
        },
        "region": REGION,
    },
}
LOCATION = {"type": "object", "required": ["physicalLocation"], "properties": {"physicalLocation": PLACE, "message": TEXT}}
RULE = {
    "type": "object",
    "required": ["id", "name", "shortDescription", "fullDescription", "help", "helpUri", "defaultConfiguration", "properties"],
    "properties": {
        "id": {"type": "string", "pattern": "^[a-z0-9-]+$"},
        "shortDescription": SHORT,
        "fullDescription": SHORT,
        "help": TEXT,
        "properties": {
            "type": "object",
            "required": ["tags", "precision", "problem.severity"],
            "properties": {
                "tags": {"type": "array", "maxItems": 10},
                "precision": {"enum": ["very-high", "high", "medium", "low"]},
                "problem.severity": {"enum": ["error", "warning", "recommendation"]},
                "security-severity": {"type": "string", "pattern": r"^(10\.0|\d\.\d)$"},
            },
        },
    },
}
RESULT = {
    "type": "object",
    "required": ["ruleId", "ruleIndex", "level", "message", "locations", "partialFingerprints"],
    "properties": {
        "level": {"enum": ["error", "warning", "note"]},
        "message": TEXT,
        "locations": {"type": "array", "minItems": 1, "maxItems": 1, "items": {**LOCATION}},
        "relatedLocations": {"type": "array", "items": LOCATION},
        "partialFingerprints": {"type": "object", "additionalProperties": {"type": "string", "minLength": 1}},
    },
    "not": {"required": ["suppressions"]},
}
LOG = {
    "type": "object",
    "required": ["$schema", "version", "runs"],
    "properties": {
        "version": {"const": "2.1.0"},
        "runs": {
            "type": "array",
            "minItems": 1,
            "maxItems": 1,
            "items": {
                "required": ["tool", "invocations", "columnKind", "results"],
                "properties": {
                    "columnKind": {"const": "unicodeCodePoints"},
                    "tool": {"properties": {"driver": {"properties": {"rules": {"items": RULE}}}}},
                    "results": {"type": "array", "items": RESULT},
                },
            },
        },
    },
}


def run(report, files=None):
    log = json.loads(render(report, "sarif", sources() if files is None else files))
    jsonschema.validate(log, LOG)
    return log["runs"][0]


def test_results_point_at_their_rules_and_hold_both_fingerprints():
    done = run(sample())
    rules = done["tool"]["driver"]["rules"]
    for result in done["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert set(result["partialFingerprints"]) == {"prodlint/v1", "primaryLocationLineHash"}
    assert [result["ruleId"] for result in done["results"]] == [v.rule.name for v in sample().shown]


def test_problems_are_notifications_and_an_error_is_no_success():
    invocation = run(sample())["invocations"][0]
    assert invocation["executionSuccessful"] is False
    assert [note["level"] for note in invocation["toolExecutionNotifications"]] == ["error", "warning"]
    assert run(decided({}, []))["invocations"] == [{"executionSuccessful": True, "toolExecutionNotifications": []}]


def test_paths_are_percent_encoded():
    assert sarif.uri("we ird%/é:#?.py") == "we%20ird%25/%C3%A9%3A%23%3F.py"
    assert sarif.uri(b"caf\xe9.py".decode("utf-8", "surrogateescape")) == "caf%E9.py"


def test_a_span_without_an_end_reaches_to_the_end_of_its_line_and_one_without_a_line_is_anchored():
    said = [Said(OWNERSHIP, Finding(Span("b.tf", 1), "x")), Said(OWNERSHIP, Finding(Span("none.tf", 0, 0), ""))]
    results = run(decided({}, said))["results"]
    regions = {r["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]: r for r in results}
    assert regions["b.tf"]["locations"][0]["physicalLocation"]["region"] == {
        "startLine": 1,
        "startColumn": 1,
        "endLine": 1,
        "endColumn": 16,
    }
    assert set(regions["none.tf"]["partialFingerprints"]) == {"prodlint/v1"}


def test_brackets_in_a_message_are_no_link():
    said = Said(OWNERSHIP, Finding(Span("b.tf", 1), "see [this](http://x)"))
    assert run(decided({}, [said]))["results"][0]["message"]["text"] == "see \\[this\\](http://x)"


def test_what_github_would_refuse_is_left_out_aloud(monkeypatch):
    monkeypatch.setattr(sarif, "MOST", 1)
    done = run(decided({}, [ownership(1), ownership(2), ownership(3)]))
    assert len(done["results"]) == 1
    assert [note["message"]["text"] for note in done["invocations"][0]["toolExecutionNotifications"]] == [
        "2 results left out: GitHub accepts 1 in a run"
    ]
