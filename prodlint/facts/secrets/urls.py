"""Passwords in addresses: `postgresql://app:...@host/db`, of every database and every scheme.

Knows: the form, hosts that are nobody's (localhost, example.com) and passwords that open nothing. Does not know: the file.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from prodlint import regex as re
from prodlint.facts.secrets import judgement

_URL = re.compile(
    r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]{1,30})://(?P<user>[^\s:/@'\"<>`|]{0,100}(?:@[\w.-]+)?):(?P<password>[^\s/'\"<>`|]{1,300})@(?P<host>\[[0-9a-fA-F:]+\]|[\w.-]+)"
)
_LOCAL = re.compile(
    r"(?i)^(?:localhost|127\.|0\.0\.0\.0|10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|\[::|host\.docker\.internal$)|\.(?:local|localhost|test|invalid|lan)$"
)
_EXAMPLE = re.compile(
    r"(?i)(?:^|\.)(?:example|domain|mydomain|yourdomain|acme|site|test|server|host|hostname|myhost|yourhost|company)\.(?:com|org|net|io|example)$|\.example$|^(?:host|hostname|server|address|ip|domain|dbhost|db_host)$"
)
_COMMON = frozenset({
    "password", "pass", "passwd", "pwd", "secret", "postgres", "postgresql", "root", "admin", "test", "user", "guest", "mysql", "mongo", "mongodb",
    "redis", "rabbitmq", "default", "changeme", "db", "database", "example", "dev", "local", "docker", "username", "token", "api", "key", "app",
})  # fmt: skip


class Address(NamedTuple):
    """Where the password of an address stands, and how sure it is that it opens something."""

    scheme: str
    start: int
    end: int
    confidence: str
    near: bool  # a host without a dot: a container next to this one


def find(text: str) -> Iterator[Address]:
    """Every address with a password that may open something."""
    at = text.find("://")
    while at >= 0:
        begin = at
        while begin > 0 and at - begin < 30 and (text[begin - 1].isalnum() or text[begin - 1] in "+.-"):
            begin -= 1
        found = _URL.match(text, begin)
        if found:
            confidence = _judged(found)
            if confidence:
                yield Address(
                    found.group("scheme").lower(), found.start("password"), found.end("password"), confidence, "." not in found.group("host")
                )
        at = text.find("://", at + 3)


def near_or_nobodys(host: str) -> bool:
    """This machine, its own network, or a name that stands for one."""
    return _LOCAL.search(host) is not None or _EXAMPLE.search(host) is not None or host in (".", "(local)", "(localdb)")


def _judged(found: re.Match[str]) -> str:
    user, password, host = found.group("user"), found.group("password"), found.group("host")
    lowered = password.lower()
    if (
        judgement.stands_for_another(password)
        or judgement.made_up(password)
        or (any(sign in password for sign in "{}$()[]*%") and "%40" not in password)
    ):
        return ""
    if user.lower() == "mailto":  # a link to an address of mail, behind a scheme that somebody put before it
        return ""
    if _LOCAL.search(host) or lowered in _COMMON or lowered == user.lower() or re.search(r"[{}$<>]", user) or len(password) < 5:
        return ""
    if re.fullmatch(r"(?i)(?:\w*_)?(?:pass|password|passwd|pwd|secret|token)\w{0,3}", password):
        return ""
    strong = judgement.drawn(password) or (judgement.thought_of(password) and judgement.worded(password) < 0.6)
    if _EXAMPLE.search(host):
        return ""
    if "." not in host:  # a container next to this one
        return "medium" if strong and len(password) >= 12 else ""
    return "high" if strong else "medium"
