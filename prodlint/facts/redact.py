"""Takes the values of found credentials out of a file's facts, before anything is kept or passed on.

Knows: that syntax, blocks and statements repeat the text of the file. Does not know: how credentials are found.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from prodlint import regex as re
from prodlint.model import Block, FileFacts, Secret

HIDDEN = "****"
_WORD = re.compile(r"[a-z]{4,14}")  # "postgres" as a password: the image and the service of that name are no secret
_KEY_BODY = re.compile(r"(-----BEGIN [A-Z ]*PRIVATE KEY[A-Z ]*-----)(?:(?!-----END).)*", re.S)


def redact(facts: FileFacts, text: str, found: Iterable[str]) -> FileFacts:
    """The same facts with each of the found values replaced by `****`, wherever it is repeated."""
    values = sorted({form for value in found for form in _forms(value) if len(form) > 3}, key=lambda value: (-len(value), value))
    if not values and not (facts.secrets and "PRIVATE KEY" in text):
        return facts
    words = [value for value in values if _WORD.fullmatch(value)]
    one = re.compile("|".join(map(re.escape, values)) or r"(?!)")
    kept = tuple(_values_only(block, values, words) for block in facts.blocks) if words else ()
    # through msgpack, because function bodies are kept encoded; the secrets themselves hold no value, and a hash must stay as it is
    plain = msgspec.msgpack.decode(msgspec.msgpack.encode(msgspec.structs.replace(facts, secrets=(), blocks=() if words else facts.blocks)))
    clean = msgspec.msgpack.decode(msgspec.msgpack.encode(_clean(plain, one)), type=FileFacts)
    return msgspec.structs.replace(clean, secrets=facts.secrets, path=facts.path, blocks=kept or clean.blocks)


def _values_only(block: Block, values: list[str], words: list[str]) -> Block:
    """A block without the values; one that is a plain word is taken out where it is a value, not where it is part of a name."""
    strong = [value for value in values if value not in words]
    plain = "|".join(words)
    form = re.compile("|".join([*map(re.escape, strong), rf"^(?:{plain})$", rf"(?<=[=:])(?:{plain})(?=@|$|[\s\"'&,;])"]), re.M)
    every = re.compile("|".join(map(re.escape, strong)) or r"(?!)")

    def hide(text: str, by: re.Pattern[str]) -> str:
        return by.sub(HIDDEN, _KEY_BODY.sub(rf"\g<1>{HIDDEN}", text))

    entries = tuple(msgspec.structs.replace(entry, key=hide(entry.key, every), value=hide(entry.value, form)) for entry in block.entries)
    return msgspec.structs.replace(block, name=hide(block.name, every), entries=entries)


def _forms(value: str) -> Iterable[str]:
    """A value as it stands in the file, and with escapes resolved, as a parser sees it."""
    yield value
    yield value.replace("\\\\", "\\").replace('\\"', '"').replace("\\'", "'")


def hide(text: str, secrets: Iterable[Secret], source: str) -> str:
    """A text taken from `source`, without the values of its secrets; its lines stay where they are."""
    values = sorted({value for value in _values(secrets, source) if len(value) > 3}, key=lambda value: (-len(value), value))
    for value in values:
        text = text.replace(value, HIDDEN)
    if "PRIVATE KEY" in text:
        text = _KEY_BODY.sub(lambda found: f"{found.group(1)}{HIDDEN}" + "\n" * found.group().count("\n"), text)
    return text


def _values(secrets: Iterable[Secret], text: str) -> Iterable[str]:
    """What stands in the file where the secrets are; also with escapes resolved, as a parser sees it."""
    lines = text.splitlines()
    for secret in secrets:
        if 0 < secret.line <= len(lines):
            yield from _forms(lines[secret.line - 1][secret.column - 1 : secret.end_column - 1].strip("\"'`"))


def _clean(value: object, one: re.Pattern[str]) -> object:
    if isinstance(value, str):
        return one.sub(HIDDEN, _KEY_BODY.sub(rf"\g<1>{HIDDEN}", value))
    if isinstance(value, dict):
        return {key: _clean(each, one) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_clean(each, one) for each in value]
    return value
