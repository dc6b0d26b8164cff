"""Which Supabase client a handler of JavaScript uses: one that carries the user's token, for which the database's policies decide, or the service's.

Knows: names of service clients and keys, functions of the project that make a client. Does not know: the policies.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from prodlint import regex as re

_CLIENT = re.compile(r"(?i)\w*supabase\w*")
_SERVICE = re.compile(
    r"(?i)service_?role|supabase_?(?:admin|service)|(?:admin|service)_?(?:client|supabase|db)\b|\b(?:create|get|make|use)_?\w*(?:admin|service)\w*\("
)
_MADE = re.compile(r"\b\w+\s*=\s*(?:await\s+)?([A-Za-z_]\w*)\(")


def is_client(name: str) -> bool:
    """Is it the name of a Supabase client?"""
    return bool(_CLIENT.fullmatch(name))


def is_service(body: str, text_of: Callable[[str], Iterable[str]]) -> bool:
    """Does the handler speak to the database as the service, past every policy? text_of: texts of the project's functions of a name."""
    if _SERVICE.search(body):
        return True
    makers = [name for name in dict.fromkeys(_MADE.findall(body)) if "upabase" in name or "lient" in name]
    return any(re.search(r"(?i)service_?role", text) for name in makers for text in text_of(name))
