"""Passwords in connection strings: `Server=db;User Id=app;Password=...`, `host=db dbname=app password=...`.

Knows: the words that ADO.NET, ODBC, libpq and their kin use, hosts that are nobody's. Does not know: addresses (`urls.py`), the file.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from prodlint import regex as re
from prodlint.facts.secrets import judgement
from prodlint.facts.secrets.urls import near_or_nobodys

BEFORE = 400  # characters of the same string in which the server is named
_PASSWORD = re.compile(r"(?i)(?<![\w.-])(?:password|pwd)[ \t]?=[ \t]?(?P<quote>'?)(?P<value>[^\s;\"'`,&<>]{4,200})(?P=quote)(?=[\s;\"'`]|\\|$)", re.M)
_OTHERS = re.compile(
    r"(?i)(?<![\w.-])(?:server|data source|address|addr|host|hostname|dbname|database|initial catalog|user id|uid|user|username|accountname|port"
    r"|driver)[ \t]?=[ \t]?"
    r"(?P<value>[^;\"'\s]+)"
)
_HOST = re.compile(r"(?i)(?<![\w.-])(?:server|data source|address|addr|host|hostname)[ \t]?=[ \t]?(?:tcp:)?(?P<host>[^;\"'\s,:]+)")
_QUOTE = re.compile(r"[\"`\n]|(?<![=])'")


class Setting(NamedTuple):
    """Where the password of a connection string stands, and whether a machine drew it."""

    start: int
    end: int
    drawn: bool


def find(text: str) -> Iterator[Setting]:
    """Every connection string with a password that may open something: two of its settings at least, in one string."""
    for found in _PASSWORD.finditer(text):
        before = text[max(0, found.start() - BEFORE) : found.start()]
        behind = text[found.end() : found.end() + BEFORE]
        cut = _QUOTE.search(behind)
        whole = _QUOTE.split(before)[-1] + "; " + (behind[: cut.start()] if cut else behind)
        others = [*_OTHERS.finditer(whole)]
        host = _HOST.search(whole)
        if not others or (host and near_or_nobodys(host.group("host"))) or any(judgement.stands_for_another(each.group("value")) for each in others):
            continue
        sort = judgement.judge("password", found.group("value"), code=False)
        if sort in ("drawn", "thought-of"):
            yield Setting(found.start("value"), found.end("value"), sort == "drawn")
