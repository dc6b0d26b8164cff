"""Places where a key that passes all row policies would reach a browser.

Knows: the names that bundlers copy into what they send to browsers, settings of bundlers that do so for any name, and tokens of Supabase whose role
is written in them. Does not know: whether the file is used. The token itself is never kept.
"""

from __future__ import annotations

import binascii
import json
from base64 import urlsafe_b64decode
from collections.abc import Iterator
from itertools import islice

from prodlint import regex as re
from prodlint.model import Fact

KIND = "service-key"
MAX_FACTS = 50  # of one file
_READ = re.compile(r"\.(?:[mc]?[jt]sx?|vue|svelte|astro|html?|dart)$|(?:^|/)\.env[\w.-]*$|(?:^|/)[\w-]*\.env$")
# names that bundlers and frameworks send to browsers (sources: the documentation of Next.js, Vite, Create React App, Expo, Nuxt, SvelteKit and
# Astro, Gatsby, Vue CLI)
_NAME = re.compile(
    r"\b(?:NEXT_PUBLIC|VITE|REACT_APP|EXPO_PUBLIC|NUXT_PUBLIC|PUBLIC|GATSBY|VUE_APP|NG_APP)_(?:\w*SERVICE_?ROLE\w*|\w*SUPABASE_(?:SERVICE|SECRET)_KEY\w*)",
)
_TOKEN = re.compile(r"\beyJ[\w-]{8,}\.(eyJ[\w-]{20,})\.[\w-]{10,}")
_SECRET = re.compile(r"\bsb_secret_[\w-]{20,}")
_BUNDLER = re.compile(r"(?:^|/)(?:next|vite|webpack|nuxt|vue)\.config\.[mc]?[jt]s$")
_INLINED = re.compile(r"\b(?:env|define|public)\s*:\s*\{[^{}]*?\b(\w*SERVICE_?ROLE\w*)", re.S)
_COMPONENT = re.compile(r"\.(?:jsx|tsx|vue|svelte|html?|dart)$")
_ENV_FILE = re.compile(r"(?:^|/)\.env[\w.-]*$|(?:^|/)[\w-]*\.env$")
_READ_FROM = re.compile(r"""\benv\s*(?:\??\.\s*|\[\s*["']|\.get\(\s*["'])$""")  # before a name that is used, not only spoken of
_SERVER = re.compile(
    r"^[^/]+\.[mc]?[jt]s$|(?:^|/)(?:api|server|functions|scripts?|tools|workers?|backend|supabase)/|\.server\.|(?:^|/)route\.[jt]sx?$|\+server\.|\+page\.server"
)
_CLIENT = re.compile(r"""^\s*(?:/\*(?:[^*]|\*(?!/))*\*/\s*|//[^\n]*\n\s*)*['"]use client['"]""", re.S)
_COMMENT = re.compile(r"^\s*(?://|#|\*|/\*|<!--)")


def read(path: str, text: str) -> tuple[Fact, ...]:
    """Facts of kind "service-key": the name is the variable's, or "token"; `how` says why a browser would get it, or "name" where the name alone is
    public and the code that reads it is not."""
    if not _READ.search(path) or not ("SERVICE" in text or "SUPABASE_SECRET" in text or "eyJ" in text or "sb_secret_" in text):
        return ()
    found = sorted(islice(_found(path, text), MAX_FACTS), key=lambda each: (each[0], each[1]))
    out = []
    for at, name, how in found:
        start = text.rfind("\n", 0, at) + 1
        if not _COMMENT.match(text[start : text.find("\n", at) if "\n" in text[at:] else len(text)]):
            line = text.count("\n", 0, at) + 1
            out.append(Fact(KIND, name, line, at - start + 1, line, at - start + 1 + len(name), "", {"how": how}))
    return tuple(out)


def _found(path: str, text: str) -> Iterator[tuple[int, str, str]]:
    written = _ENV_FILE.search(path) is not None
    for name in _NAME.finditer(text):
        before = text[max(0, name.start() - 40) : name.start()]
        line = text[max(text.rfind("\n", 0, name.start()) + 1, name.start() - 300) : name.end() + 80].partition("\n")[0]
        if written or _READ_FROM.search(before) or "$env/static/public" in line:
            elsewhere = not written and (_SERVER.search(path) or (name.group().startswith("VITE_") and "process" in before))
            yield name.start(), name.group(), "name" if elsewhere else "prefix"
    if _BUNDLER.search(path):
        for inlined in _INLINED.finditer(text):
            if not _NAME.match(inlined.group(1)):
                yield inlined.start(1), inlined.group(1), "bundler"
    if not _SERVER.search(path) and (_COMPONENT.search(path) or _CLIENT.match(text[:2000])):
        for token in _TOKEN.finditer(text):
            if _role(token.group(1)) == "service_role":
                yield token.start(), "token", "client-code"
        for secret in _SECRET.finditer(text):
            yield secret.start(), "token", "client-code"


def _role(payload: str) -> str:
    """The role that a token of Supabase grants; "" where it is none, or the public one of local development."""
    try:
        claims = json.loads(urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    except (binascii.Error, ValueError, RecursionError):
        return ""
    if not isinstance(claims, dict) or claims.get("iss") == "supabase-demo":
        return ""
    return str(claims.get("role", ""))
