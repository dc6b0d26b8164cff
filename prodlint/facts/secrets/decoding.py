"""What is inside of an encoded value: a JSON web token, Basic credentials, base64.

Knows: how to take them apart. Does not know: where they stand. Nothing is verified, nothing is kept.
"""

from __future__ import annotations

import base64
import binascii
import json
from typing import Any

LONGEST = 8000
_CLAIMS = frozenset(
    {
        "sub",
        "iss",
        "aud",
        "exp",
        "iat",
        "nbf",
        "jti",
        "role",
        "roles",
        "scope",
        "scp",
        "email",
        "user_id",
        "uid",
        "client_id",
        "sid",
        "id",
        "user",
        "username",
    }
)
SAMPLE_SUBJECTS = ("1234567890", "John Doe", "test", "user", "username")


def text_of(encoded: str) -> str | None:
    """What base64 (either alphabet, padded or not) stands for; None where it is no printable text."""
    if not 4 <= len(encoded) <= LONGEST:
        return None
    try:
        text = bytes_of(encoded).decode()
    except UnicodeDecodeError:
        return None
    return text if text and text.replace("\n", "").replace("\r", "").replace("\t", "").isprintable() else None


def claims(token: str) -> dict[str, Any] | None:
    """The payload of a JSON web token; None where it is none."""
    pieces = token.split(".")
    if len(pieces) != 3:
        return None
    head, body = (text_of(piece) for piece in pieces[:2])
    try:
        header, payload = json.loads(head or ""), json.loads(body or "")
    except (ValueError, RecursionError):
        return None
    return payload if isinstance(header, dict) and isinstance(payload, dict) and "alg" in header else None


def token_kind(token: str) -> str:
    """What a JSON web token opens: "public" (Supabase's anon role), "service-role", "sample" (of a tutorial), "none" (no such token), "token",
    "odd" (nothing in it says whose it is)."""
    said = claims(token)
    if said is None:
        return "none"
    role = said.get("role")
    if role == "service_role":
        return "service-role"
    if role == "anon" or said.get("pk") is True:
        return "public"
    if str(said.get("sub", "")) in SAMPLE_SUBJECTS or said.get("name") == "John Doe" or not said:
        return "sample"
    return "token" if not _CLAIMS.isdisjoint(said) else "odd"


def brief(token: str) -> bool:
    """Did whoever made this JSON web token let it live for a day at most? What was written down has run out long since."""
    said = claims(token) or {}
    until, since = said.get("exp"), said.get("iat", said.get("nbf"))
    return isinstance(until, int) and isinstance(since, int) and 0 <= until - since <= 86_400


def bytes_of(encoded: str) -> bytes:
    """The bytes behind base64 of either alphabet; b"" where it is none."""
    plain = encoded.strip().rstrip("=").replace("-", "+").replace("_", "/")
    try:
        return base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)
    except (binascii.Error, ValueError):
        return b""


def basic(value: str) -> tuple[str, str] | None:
    """User and password of `Basic` credentials; None where the value holds none. A password need not be text."""
    user, colon, password = bytes_of(value).decode("utf-8", "replace").partition(":")
    return (user, password) if colon and password and "\n" not in password else None
