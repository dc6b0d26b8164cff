"""Arguments that a class of the project makes for handlers of Spring: what it looks up or checks for who asks is no choice of the client.

Knows: `HandlerMethodArgumentResolver`, the types and annotations of parameters that one supports, whether it asks who calls. Does not know: what it
asks; resolvers of libraries.
"""

from __future__ import annotations

from collections.abc import Iterable

from prodlint import regex as re
from prodlint.patterns.reader import Parameter

_RESOLVER = re.compile(r"\bclass\s+\w+[^{]{0,400}?\bHandlerMethodArgumentResolver\b")
_SUPPORTS = re.compile(r"\bsupportsParameter\b(.*?)\bresolveArgument\b", re.S)
_NAMED = re.compile(r"\b([A-Z]\w*)(?:\.class\b|::class\b)")
_MAKES = re.compile(r"\bresolveArgument\b.*", re.S)
_ASKS = re.compile(
    r"SecurityContext|[pP]rincipal|[aA]uthenticat|[aA]uthori[sz]|[uU]nauthori[sz]|[tT]oken|\b[jJ]wt|[sS]ession|[cC]urrentUser|[lL]oginUser|[rR]emoteUser|[cC]laims"
)
_SENT = re.compile(r"@(?:Param|Path\w*|[rR]equest\w+|[qQ]uery\w*|Body|ModelAttribute|MatrixVariable|CookieValue)\b")
_PLAIN = frozenset(("String", "Long", "Integer", "Int", "UUID", "Boolean", "Object"))  # an annotation tells such a parameter from others


def made(texts: Iterable[str]) -> frozenset[str]:
    """The types and annotations of parameters that resolvers of the project make, which ask who calls."""
    out: set[str] = set()
    for text in texts:
        supports, makes = _SUPPORTS.search(text), _MAKES.search(text)
        if _RESOLVER.search(text) and supports is not None and makes is not None and _ASKS.search(makes.group()):
            out.update(_NAMED.findall(supports.group(1)))
    return frozenset(out - _PLAIN)


def of_caller(params: Iterable[Parameter], known: frozenset[str]) -> list[str]:
    """The parameters that are made so."""
    named = ((param.name, set(re.findall(r"\w+", param.text))) for param in params if known and not _SENT.search(param.text))
    return [name for name, words in named if words & known]
