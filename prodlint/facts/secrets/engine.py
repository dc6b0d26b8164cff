"""detect-secrets as a second opinion, on lines that look as if they held a credential and that no other layer took.

Knows: detect-secrets' plugins, called line by line, without its settings, its filters, its verification (which would open connections), its
scan of files. Does not know: what a name promises.

It is asked late and little, because its import alone costs more than a small project, and because nine tenths of what it says about a whole
tree are lock files, digests and words.
"""

from __future__ import annotations

import sys
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from importlib import import_module
from types import ModuleType
from typing import Any

from prodlint import regex as re
from prodlint.facts.secrets import judgement

MOST = 200  # lines of one file
# a long value of mixed signs, quoted or after an equals sign
_CANDIDATE = re.compile(r"[\"'`=:\s][\"'`]?(?=[^\s\"'`]{0,40}\d)(?=[^\s\"'`]{0,40}[A-Za-z])[A-Za-z0-9+/=_.~!@#$%^&*-]{20,200}(?=[\"'`\s,;)\]}]|$)")
# plugins that know a provider's form or read names; the two of entropy alone find every digest there is
_PLUGINS = (
    "artifactory:ArtifactoryDetector", "cloudant:CloudantDetector", "discord:DiscordBotTokenDetector", "ibm_cloud_iam:IbmCloudIamDetector",
    "ibm_cos_hmac:IbmCosHmacDetector", "keyword:KeywordDetector", "mailchimp:MailchimpDetector", "softlayer:SoftlayerDetector",
    "square_oauth:SquareOAuthDetector", "twilio:TwilioKeyDetector", "aws:AWSKeyDetector",
)  # fmt: skip


# the plugin of IBM takes any "key" for one of IBM's, whose form is that of many public keys
_IBM = re.compile(r"(?i)\bibm|iam(?![a-z])|cloud[\w.-]{0,20}key")


class _Later(ModuleType):
    """A library that plugins name when they are imported and use only to verify what they find, which we never ask for: it is imported when it is
    used, because it costs three times what they cost."""

    Response = object  # an annotation

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(import_module(self.__name__), name)


@cache
def _plugins() -> tuple[Any, ...]:
    with _without("requests"):
        named = [name.split(":") for name in _PLUGINS]
        return tuple(getattr(import_module(f"detect_secrets.plugins.{module}"), plugin)() for module, plugin in named)


@contextmanager
def _without(name: str) -> Iterator[None]:
    """Imports find a stand-in for this library, where nobody has imported it."""
    if name in sys.modules:
        yield
        return
    later = sys.modules[name] = _Later(name)
    try:
        yield
    finally:
        if sys.modules.get(name) is later:
            del sys.modules[name]


def candidates(text: str, lines: Iterable[tuple[int, int]], taken: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """The lines worth a second opinion: a value that a machine may have drawn, and nothing found there yet."""
    found = sorted(begin for begin, _ in taken)
    out = []
    for start, end in lines:
        after = bisect_left(found, start)
        if not (after < len(found) and found[after] < end) and _CANDIDATE.search(text, start, end):
            out.append((start, end))
    return out[:MOST]


def find(path: str, text: str, lines: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int, str]]:
    """(start, end, type in words) of what the plugins say about these lines and our judgement does not take back."""
    for start, end in lines:
        line = text[start:end]
        for plugin in _plugins():
            for secret in plugin.analyze_line(filename=path, line=line, line_number=1):
                value = secret.secret_value
                at = line.find(value) if value and (secret.type != "IBM Cloud IAM Key" or _IBM.search(line)) else -1
                if at >= 0 and judgement.drawn(value) and not judgement.nothing(value):
                    yield start + at, start + at + len(value), str(secret.type)
