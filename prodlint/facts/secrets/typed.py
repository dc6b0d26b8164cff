"""Tokens of a shape of their own, judged by what they are and where they stand.

Knows: which of them are made to be seen, which open only a sandbox, what their surroundings say (a Firebase web configuration, a map in a page).
Does not know: names that promise nothing by their shape (`named.py`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from prodlint.facts.secrets import decoding, judgement, token_shapes
from prodlint.facts.secrets.hits import Hit

_NAME = re.compile(r"([A-Za-z_][\w.-]*)[\"'`\])]{0,3}\s*(?::\s*[\w\[\]. ]{1,30}=|:=|=>|[:=,(])\s*(?:[\w.]+\()?[\"'`]?$")
# documentation of the providers themselves; their keys are everybody's
_PUBLISHED = ("4eC39HqLyjWDarjt", "IOSFODNN7", "wJalrXUtnFEMI", "BQokikJOvBiI2HlWgH4olfQ2", "tGzv3JOkF0XG5Qx2TlKWIA", "i5TJQLKoU1nJTTwmJAZy")
_WEB_FIREBASE = re.compile(
    r"authDomain|projectId|storageBucket|messagingSenderId|measurementId|auth_domain|NEXT_PUBLIC_FIREBASE|VITE_FIREBASE|REACT_APP_FIREBASE"
)
_WEB_FILES = re.compile(
    r"(?:^|/)(?:google-services\.json|GoogleService-Info\.plist|firebase-messaging-sw\.js|firebase_options\.dart|__/firebase/init\.js(?:on)?)$"
)
_WEB_MAP = re.compile(
    r"(?:maps|translate|youtube|www|fonts|customsearch)\.googleapis\.com/[\w./-]*\?[\w=&;.-]*key=$|(?i:public|browser|client|frontend|web"
    r"|maps?)[\w-]*key[\"'\s:=]*$"
)
_IN_KEY = re.compile(r"[A-Za-z0-9+/=\s\\nr]{80}")


def hits(path: str, text: str, place: str) -> Iterator[Hit]:
    """Every token of a known shape that is worth a word."""
    if '\\"' in text and path.endswith(".ipynb"):
        text = text.replace('\\"', ' "')
    for start, end in token_shapes.lines_to_search(text):
        for token in token_shapes.find(text, start, end):
            value = text[token.value_start : token.value_end]
            found = _NAME.search(text, max(start, token.start - 120), token.start)
            name = found.group(1) if found else ""
            confidence, kind, title = _judged(path, text, token, value, name, place)
            if confidence:
                yield Hit(token.value_start, token.value_end, 0, kind, name, confidence, title, token.shape.rotate)


def _judged(path: str, text: str, token: token_shapes.Token, value: str, name: str, place: str) -> tuple[str, str, str]:
    """(confidence, kind, title); confidence "" for what is none."""
    shape = token.shape
    nothing = ("", "", "")
    if shape.public or (shape.named and not shape.named.search(name)):
        return nothing
    if shape.name in ("private-key", "putty-private-key"):
        return _private_key(text, token, place)
    if any(known in value for known in _PUBLISHED) or judgement.repeats(value) or _said(value):
        return nothing
    if shape.name == "json-web-token":
        return _web_token(value, place)
    if shape.name == "gcp-api-key" and (_WEB_FILES.search(path) or _seen_by_all(text, token.start)):
        return nothing
    if place == "live":
        return ("high" if shape.live else "medium"), shape.name, shape.title
    if not shape.live or ("crc32" in shape.checks and not token_shapes.checksum_holds(value)):
        return nothing
    if place in ("test", "documentation") and judgement.worded(value) > 0.25:
        return nothing
    return "medium", shape.name, shape.title


_FAKE = re.compile(
    r"(?i)example|placeholder|dummy|your[_-]|changeme|redacted|fake|sample|[_-]here$|insert|foobar|test[_-]|[_-]test|notreal|invalid|expired"
    r"|secret|token|xxx"
)


def _said(value: str) -> bool:
    """Words in the part that a machine should have drawn."""
    return _FAKE.search(value[4:]) is not None or judgement.worded(value) > 0.62


def _private_key(text: str, token: token_shapes.Token, place: str) -> tuple[str, str, str]:
    """A header with the body of a key behind it; a header alone is a pattern or a message."""
    body = text[token.end : token.end + 600]
    body = re.sub(r"^(?:[ \t\\nr\"'+,;]*\s*(?:Proc-Type|DEK-Info|Version|Comment)[^\n]*)+", "", body)
    plain = re.sub(r"[\s\\\"'+,]|(?<=\\)[nr]", "", body.replace("\\n", "").replace("\\r", ""))
    drawn = re.match(r"[A-Za-z0-9+/=]{60}", plain)
    if token.shape.name == "private-key" and (drawn is None or judgement.entropy(drawn.group()) < 3.5 or judgement.repeats(drawn.group())):
        return "", "", ""
    if place in ("documentation", "test"):
        return "low", token.shape.name, token.shape.title
    return "high" if place == "live" else "medium", token.shape.name, token.shape.title


def _web_token(value: str, place: str) -> tuple[str, str, str]:
    kind = decoding.token_kind(value)
    if kind == "service-role":
        return (
            ("high" if place == "live" else "medium"),
            "supabase-service-role-key",
            "Supabase service_role key, which passes by every row-level policy",
        )
    if kind != "token" or place != "live":
        return "", "", ""
    return "medium", "json-web-token", "JSON web token"


def _seen_by_all(text: str, at: int) -> bool:
    """A Google key that a page or an app hands to its visitors, which its owner limits by site instead."""
    around = text[max(0, at - 400) : at + 500]
    before = text[max(0, at - 160) : at]
    return _WEB_FIREBASE.search(around) is not None or _WEB_MAP.search(before) is not None
