"""NestJS: decorators of parameters that a project makes itself and that give what the client sent, whatever they are called:
`export const TenantId = createParamDecorator((_, ctx) => ctx.switchToHttp().getRequest().headers["tenant-id"])`.

Knows: what such a decorator takes from the request, and whether something that runs before handlers speaks of the same header. Does not know: what
that does with it; decorators that hand the request on.
"""

from __future__ import annotations

from collections.abc import Iterable

from prodlint import regex as re

_MADE = re.compile(r"\b(?:const|let|var)\s+(\w+)\s*=\s*createParamDecorator\s*(?:<[^<>]{0,80}>)?\s*\(")
_REQUEST = re.compile(r"\b(\w+)\s*(?::[^=;]{0,60})?=\s*\w+(?:\s*\.\s*switchToHttp\(\))?\s*\.\s*getRequest\s*(?:<[^<>]{0,60}>)?\(\)")
_TAKES = re.compile(r"getRequest\s*(?:<[^<>]{0,60}>)?\(\)\s*\??\.\s*(\w+)")
_SENT = frozenset(("headers", "header", "query", "params", "body"))
_PROVES = re.compile(r"(?i)authorization|verif|jwt|decode|token|api-?key|secret|signature|cookie")
_KEY = re.compile(r"(?:headers|query|params|body)\??\.?\[?\s*\(?['\"]([\w-]{2,60})['\"]|\b(?:header|get)\(\s*['\"]([\w-]{2,60})['\"]")
_BEFORE = re.compile(r"\bcanActivate\b|\bNestMiddleware\b|\bNestInterceptor\b|\bintercept\s*\(")
MAX_BODY = 1500


def of_client(texts: Iterable[str]) -> frozenset[str]:
    """The names of such decorators."""
    every = [text for text in texts if "createParamDecorator" in text or _BEFORE.search(text)]
    running = [text for text in every if _BEFORE.search(text)]
    made: dict[str, list[str]] = {}
    for text in every:
        for found in _MADE.finditer(text):
            made.setdefault(found.group(1), []).append(re.split(r"\n\s*\);?\s*\n", text[found.end() : found.end() + MAX_BODY], maxsplit=1)[0])
    return frozenset(name for name, bodies in made.items() if all(_gives_sent(body, running) for body in bodies))


def _gives_sent(body: str, running: list[str]) -> bool:
    name = _REQUEST.search(body)
    taken = _TAKES.findall(body) + (re.findall(rf"\b{name.group(1)}\s*\??\.\s*(\w+)", body) if name is not None else [])
    if not taken or not _SENT.issuperset(taken) or _PROVES.search(body):
        return False
    keys = {key for pair in _KEY.findall(body) for key in pair if key}
    return not any(key in text for key in keys for text in running)
