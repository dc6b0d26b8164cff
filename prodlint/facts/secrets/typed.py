"""Tokens of a shape of their own, judged by what they are and where they stand.

Knows: which of them are made to be seen, which open only a sandbox, what their surroundings say (a Firebase web configuration, a map in a page).
Does not know: names that promise nothing by their shape (`named.py`).
"""

from __future__ import annotations

from collections.abc import Iterator

from prodlint import regex as re
from prodlint.facts.secrets import decoding, judgement, token_shapes, wording
from prodlint.facts.secrets.hits import Hit

_BRIEF = frozenset({"google-oauth-access-token"})  # that live for an hour: the token that renews them is the credential
_NAME = re.compile(r"([A-Za-z_][\w.-]*)[\"'`\])]{0,3}\s*(?::\s*[\w\[\]. ]{1,30}=|:=|=>|[:=,(])\s*(?:[\w.]+\()?[\"'`]?(?:Bearer\s+)?$")
# documentation of the providers themselves; their keys are everybody's
_PUBLISHED = (
    "4eC39HqLyjWDarjt", "Eby8vdM02xNOcq", "IOSFODNN7", "wJalrXUtnFEMI", "BQokikJOvBiI2HlWgH4olfQ2", "tGzv3JOkF0XG5Qx2TlKWIA", "i5TJQLKoU1nJTTwmJAZy",
    "2J0l093xOyW72XUY", "EeHnL644i6zo4Iyq", "LA7NfeLquW", "EhVjf3pduR", "AScliyLx7F", "asb-2pEZVq", "XIbFmlXbIE", "OS2zB6NCsk",
    "Wm6HmTMdYW", "UvH9H9BsUc", "_iVawFQ8AB", "UrcGxgwQFT", "b51JiIcB6O", "2RrAIm4a0m", "E-OOIbhjyR", "qGxt4ec15v", "vmApnrHNFE", "pdFZKVeTuE8sk7o",
    "A65lEHUEizIsNtlbNo",  # in Google's own script that counts visitors
)  # fmt: skip
_WEB_FIREBASE = re.compile(
    r"authDomain|projectId|storageBucket|messagingSenderId|measurementId|auth_domain|NEXT_PUBLIC_FIREBASE|VITE_FIREBASE|REACT_APP_FIREBASE"
)
_WEB_FILES = re.compile(
    r"(?:^|/)(?:google-services\.json|GoogleService-Info\.plist|firebase-messaging-sw\.js|firebase_options\.dart|__/firebase/init\.js(?:on)?)$"
)
_WEB_MAP = re.compile(
    r"(?:(?:maps|translate|youtube|www|fonts|customsearch)\.googleapis\.com|\bmaps\.google\.com)/[\w./-]*\?(?:[\w=&;.-]|[\"'`]\s?\+\s?[\w.]+\s?\+\s?[\"'`]|\$\{[\w.]+\})*key=$|(?i:public|browser|client|frontend|web)"
    r"[\w-]*key[\"'\s:=]*$"
)
_OF_A_GLOBE = "Ion.defaultAccessToken"  # by which a page asks Cesium for its maps: every visitor is sent it, and the account says what it may
# names of what a form shows to its user
_SHOWN = frozenset({"placeholder", "hint", "helptext", "help_text", "description", "label"})
# tests of what tells tokens by their form, or hides them
_OF_FORMS = re.compile(r"(?i)(?:validat|redact|detect|scan|mask|sanitiz|scrub|leak)\w*[^/]*$")
# the id of a key in an address or a form that was signed with it is meant to be passed on
_SIGNED = re.compile(r"(?i)(?:credential|accesskeyid)(?:=|%3D)$|x-amz-credential[\"']?\s*(?:[:=,]|=>)\s*[\"']?$")


def hits(path: str, text: str, place: str, workshop: str) -> Iterator[Hit]:
    """Every token of a known shape; confidence "" for one that is none, or that everybody may see: whatever its name promises."""
    if '\\"' in text and path.endswith(".ipynb"):
        text = text.replace('\\"', ' "')
    spans = token_shapes.places(text)
    for token in token_shapes.find(text, spans) if spans else ():
        value = text[token.value_start : token.value_end]
        line = text.rfind("\n", max(0, token.start - 120), token.start) + 1
        found = _NAME.search(text, line or max(0, token.start - 120), token.start)
        name = found.group(1) if found else ""
        confidence, kind, title = _judged(path, text, token, value, name, place)
        if _within_data(text, token):
            continue  # part of a picture or a font
        if confidence == "high" and workshop == "throw-away" and "private-key" in kind:
            confidence = "low"  # made for the test run that it stands in
        if confidence or (judged_whole(text, token) and not _unread(token, value)):
            yield Hit(token.value_start, token.value_end, 0, kind, name, confidence, title, token.shape.rotate)


def judged_whole(text: str, token: token_shapes.Token) -> bool:
    """Is the token all of what stands there, so that what was judged of it holds for the whole value?"""
    return not (text[token.end : token.end + 1].isalnum() or text[token.start - 1 : token.start].isalnum())


_DATA_BEFORE = re.compile(r"[A-Za-z0-9+/]{60}\Z")


def _within_data(text: str, token: token_shapes.Token) -> bool:
    """Is the token a part of something far longer in base64, which holds every run of letters sooner or later?"""
    if text[token.start - 1 : token.start] not in ("+", "/"):  # nothing else of the alphabet lets a token begin
        return False
    return _DATA_BEFORE.search(text, max(0, token.start - 60), token.start) is not None


def _unread(token: token_shapes.Token, value: str) -> bool:
    """Does it only look like a web token, so that nothing was judged of it?"""
    return token.shape.name == "json-web-token" and decoding.token_kind(value) == "none"


def _judged(path: str, text: str, token: token_shapes.Token, value: str, name: str, place: str) -> tuple[str, str, str]:
    """(confidence, kind, title); confidence "" for what is none."""
    shape = token.shape
    nothing = ("", "", "")
    if shape.public or (shape.named and not shape.named.search(name)):
        return nothing
    if name.lower() in _SHOWN:
        return nothing
    if shape.name in ("private-key", "putty-private-key"):
        return _private_key(text, token, place)
    if shape.name == "json-web-token":
        return nothing if name.endswith(_OF_A_GLOBE) else _web_token(value, name, place)
    if any(known in value for known in _PUBLISHED) or _unlikely(shape, value):
        return nothing
    if shape.name == "aws-access-key-id" and _SIGNED.search(text, max(0, token.start - 60), token.start):
        return nothing
    if shape.name == "gcp-api-key" and (_WEB_FILES.search(path) or _seen_by_all(text, token.start)):
        return nothing
    if place == "test" and _OF_FORMS.search(path):
        return nothing
    if place == "live":
        return ("high" if shape.live else "low" if shape.name in _BRIEF else "medium"), shape.name, shape.title
    if (
        not shape.live
        or judgement.repeats(value)
        or (place != "example" and _HEX.fullmatch(value.rpartition("_")[2]))
        or ("crc32" in shape.checks and not token_shapes.checksum_holds(value))
    ):
        return nothing
    if place in ("test", "documentation") and judgement.worded(value) > 0.25:
        return nothing
    return "medium", shape.name, shape.title


_FAKE = re.compile(
    r"(?i)example|placeholder|changeme|redacted|your[_-]|abcdefghij|12345678?9?0?abc|(?<![A-Za-z0-9])(?:dummy|fake|sample|here|insert|foobar|test|notreal|invalid|expired|secret|token|key|my)"
    r"(?![A-Za-z0-9])|xxxx|MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"  # of the specification of Standard Webhooks
)


_WRITTEN = re.compile(rb"[\x20-\x7e]{12,}")
# a hash or a UUID behind a short prefix: in a test or a document it is somebody's invention
_HEX = re.compile(r"(?:[A-Za-z]{2,8}-)?[0-9a-f-]+(?:-us\d+)?", re.I)


def _unlikely(shape: token_shapes.Shape, value: str) -> bool:
    """Words, or runs of one sign, in the part that a machine should have drawn."""
    body = value[max((len(prefix) for prefix in shape.prefixes if value.startswith(prefix)), default=0) :]
    if shape.name == "webhook-signing-secret" and _WRITTEN.fullmatch(decoding.bytes_of(body)):
        return True  # drawn bytes are no text
    if _FAKE.search(body) or ("words" not in shape.checks and judgement.worded(value) > 0.62):
        return True
    return "encoding" not in shape.checks and judgement.runs(body) > 0.3


def _private_key(text: str, token: token_shapes.Token, place: str) -> tuple[str, str, str]:
    """A header with the body of a key behind it; a header alone is a pattern or a message."""
    body = text[token.end : token.end + 600]
    body = re.sub(r"^(?:[ \t\\nr\"'+,;]*\s*(?:Proc-Type|DEK-Info|Version|Comment)[^\n]*)+", "", body)
    plain = re.sub(r"[\s\\\"'+,]|(?<=\\)[nr]", "", body.replace("\\n", "").replace("\\r", ""))
    drawn = re.match(r"[A-Za-z0-9+/=]{60}", plain)
    if token.shape.name == "private-key" and (drawn is None or judgement.entropy(drawn.group()) < 3.5 or judgement.repeats(drawn.group())):
        return "", "", ""
    return "high" if place == "live" else "low", token.shape.name, token.shape.title


def _web_token(value: str, name: str, place: str) -> tuple[str, str, str]:
    kind = decoding.token_kind(value)
    if kind == "odd" and wording.promise(name) == "token":
        kind = "token"
    if kind == "service-role":
        return (
            ("high" if place == "live" else "medium"),
            "supabase-service-role-key",
            "Supabase service_role key, which passes by every row-level policy",
        )
    if kind != "token" or place != "live":
        return "", "", ""
    return "low" if decoding.brief(value) else "medium", "json-web-token", "JSON web token"


def _seen_by_all(text: str, at: int) -> bool:
    """A Google key that a page or an app hands to its visitors, which its owner limits by site instead."""
    around = text[max(0, at - 400) : at + 500]
    before = text[max(0, at - 160) : at]
    return _WEB_FIREBASE.search(around) is not None or _WEB_MAP.search(before) is not None
