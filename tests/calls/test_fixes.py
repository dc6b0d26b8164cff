"""What the fixes of these rules make of code: formatting and comments stay, and what would change the meaning is left alone."""

from __future__ import annotations

import ast
from textwrap import dedent

import pytest

from prodlint.rulebook import Rulebook
from tests.calls.projects import project

BOOK = Rulebook(packs=False)


def fixed(rule: str, text: str) -> str:
    """The text with all fixes of one rule applied, the last first."""
    text = dedent(text)
    named = BOOK.named(rule)
    assert named is not None
    edits = [edit for finding in BOOK.check(named)(project(app=text)) if getattr(finding, "fix", None) for edit in finding.fix.edits]
    lines = text.splitlines(keepends=True)
    for edit in sorted(edits, key=lambda edit: edit.at, reverse=True):
        line = lines[edit.at.line - 1]
        end = edit.at.end_column if edit.at.end_line == edit.at.line else edit.at.column
        lines[edit.at.line - 1] = line[: edit.at.column - 1] + edit.text + line[end - 1 :]
    ast.parse("".join(lines))
    return "".join(lines)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("requests.get(url)", "requests.get(url, timeout=10)"),
        ("requests.get(base + '/x')", "requests.get(base + '/x', timeout=10)"),
        ("requests.get(\n    url,  # where\n)", "requests.get(\n    url, timeout=10,  # where\n)"),
        ("requests.post(url, json={'a': 1},)", "requests.post(url, json={'a': 1}, timeout=10,)"),
        ("requests.get(url, **options)", "requests.get(url, **options)"),
        ("requests.get(url if url else other)", "requests.get(url if url else other, timeout=10)"),
        ("smtplib.SMTP('mail')", "smtplib.SMTP('mail', timeout=10)"),
        ("urllib.request.urlopen(url)", "urllib.request.urlopen(url, timeout=10)"),
        ("requests.get(url, timeout=None)", "requests.get(url, timeout=None)"),
    ],
)
def test_a_timeout_is_put_behind_the_last_argument(before: str, after: str) -> None:
    head = "import requests, smtplib, urllib.request\n"
    assert fixed("external-call-without-timeout", head + before + "\n") == head + after + "\n"


def test_a_traceback_is_logged() -> None:
    text = """
    import logging
    import requests
    from structlog import get_logger
    log = logging.getLogger(__name__)
    logger = get_logger()
    def one():
        try:
            requests.get("x", timeout=5)
        except requests.RequestException:
            log.error("no")  # why
    def two():
        try:
            requests.get("x", timeout=5)
        except requests.RequestException:
            log.warning("no")
    def three():
        try:
            requests.get("x", timeout=5)
        except requests.RequestException:
            logger.warning("no")
    """
    after = fixed("error-logged-without-context", text)
    assert 'log.exception("no")  # why' in after
    assert 'log.warning("no", exc_info=True)' in after
    assert 'logger.warning("no")' in after


def test_a_cause_is_named() -> None:
    text = """
    import requests
    class Failed(Exception):
        pass
    def one():
        try:
            requests.get("x", timeout=5)
        except requests.RequestException as error:
            raise Failed("no") from None  # why
    def two():
        try:
            requests.get("x", timeout=5)
        except requests.RequestException as error:
            raise Failed("no")
    """
    after = fixed("error-cause-dropped", text)
    assert 'raise Failed("no") from error  # why' in after
    assert after.count("from error") == 2
