"""tRPC: procedures of a service that only other services call, all with the one key that they share: `auth: token === env.BILLING_KEY`.

Knows: what the context of its procedures says of who calls, where that is no more than yes or no, and what that is held against. Does not know: who
has the key, but that one which is built into a page is nobody's; other frameworks (`verified.py`, `words.machine`).
"""

from __future__ import annotations

from collections.abc import Iterable

from prodlint import regex as re

_CONTEXT = re.compile(r"\binitTRPC\s*\.\s*context<\s*(?:(\w+)\s*>|(\{[^{}]{0,1500}\})\s*>)")
_YES_OR_NO = re.compile(r"\b(?:is)?_?\w{0,30}[aA]uth\w{0,30}\s*:\s*boolean\b")
_SOMEBODY = re.compile(
    r"(?i)\b(?:\w{0,30}(?:user|account|session|member|org|tenant|actor|customer|viewer|principal|e?mail|jwt|claims|identity|subject)\w{0,30}"
    r"|sub|uid|id|(?-i:\w{0,30}Id))\s*\??\s*:"
)
_HELD = re.compile(
    r"\b(?:is)?\w{0,30}[aA]uth\w{0,30}\s*[:=]\s*\w{1,40}\s*===\s*(?:process\.)?env\.(?!\w{0,30}PUBLIC|VITE_|REACT_APP_|GATSBY_)\w{0,60}(?:KEY|SECRET|TOKEN)\b"
)
_REFUSES = re.compile(r"!ctx\.(\w{1,40})\)")
_OF_CONTEXT = re.compile(r"\bctx\.(\w{1,40})")
MAX_CONTEXTS, MAX_NAMES = 8, 60  # of one package, and what one file asks its context for; beyond these nothing is said


def by_shared_key(texts: Iterable[str]) -> bool:
    """Do the files of one package say of who calls its procedures only that the shared key was right?"""
    every = list(texts)
    told = {(at, *found.groups()) for at, text in enumerate(every) if "initTRPC" in text for found in _CONTEXT.finditer(text)}
    if not told or len(told) > MAX_CONTEXTS:
        return False
    bodies = [inline or _declared(every, name) or _asked(every[at]) for at, name, inline in told]
    nobody = all(_YES_OR_NO.search(body) and not _SOMEBODY.search(body) for body in bodies)
    return nobody and any(_HELD.search(text) for text in every)


def _asked(text: str) -> str:
    """What the bases of procedures ask their context for, as if it were declared: `if (!ctx.auth) throw ...`, and nothing of anybody."""
    names, refuses = set(_OF_CONTEXT.findall(text)), set(_REFUSES.findall(text))
    if len(names) > MAX_NAMES:
        return ""
    return " ".join(f"{name}: {'boolean' if name in refuses else 'unknown'};" for name in sorted(names))


def _declared(texts: list[str], name: str) -> str:
    """The body of a type, where one file declares it; else nothing."""
    form = re.compile(rf"\b(?:type\s+{re.escape(name)}\s*=|interface\s+{re.escape(name)})\s*(\{{[^{{}}]{{0,1500}}\}})")
    found = [body.group(1) for text in texts if name in text for body in form.finditer(text)]
    return found[0] if len(found) == 1 else ""
