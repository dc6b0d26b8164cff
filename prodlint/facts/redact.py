"""Takes the values of found credentials out of a file's facts, before anything is kept or passed on.

Knows: that syntax, blocks and statements repeat the text of the file. Does not know: how credentials are found.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

import msgspec

from prodlint.model import FileFacts

HIDDEN = "****"
_KEY_BODY = re.compile(r"(-----BEGIN [A-Z ]*PRIVATE KEY[A-Z ]*-----)(?:(?!-----END).)*", re.S)


def redact(facts: FileFacts, text: str, found: Iterable[str]) -> FileFacts:
    """The same facts with each of the found values replaced by `****`, wherever it is repeated."""
    values = sorted({form for value in found for form in _forms(value) if len(form) > 3}, key=lambda value: (-len(value), value))
    if not values and not (facts.secrets and "PRIVATE KEY" in text):
        return facts
    one = re.compile("|".join(map(re.escape, values)) or r"(?!)")
    # through msgpack, because function bodies are kept encoded; the secrets themselves hold no value, and a hash must stay as it is
    plain = msgspec.msgpack.decode(msgspec.msgpack.encode(msgspec.structs.replace(facts, secrets=())))
    clean = msgspec.msgpack.decode(msgspec.msgpack.encode(_clean(plain, one)), type=FileFacts)
    return msgspec.structs.replace(clean, secrets=facts.secrets, path=facts.path)


def _forms(value: str) -> Iterable[str]:
    """A value as it stands in the file, and with escapes resolved, as a parser sees it."""
    yield value
    yield value.replace("\\\\", "\\").replace('\\"', '"').replace("\\'", "'")


def _clean(value: object, one: re.Pattern[str]) -> object:
    if isinstance(value, str):
        return one.sub(HIDDEN, _KEY_BODY.sub(rf"\g<1>{HIDDEN}", value))
    if isinstance(value, dict):
        return {key: _clean(each, one) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_clean(each, one) for each in value]
    return value
