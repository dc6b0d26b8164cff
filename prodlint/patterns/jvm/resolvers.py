"""Arguments of Spring's handlers that are more than what a client sends: a class of the project makes them for who asks, or an expression above the
handler looks at them.

Knows: `HandlerMethodArgumentResolver`, the types and annotations of parameters that one supports, whether it asks who calls; `#orderId` in
`@PreAuthorize`. Does not know: what is asked; resolvers of libraries.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from prodlint import regex as re
from prodlint.patterns.text.meanings import NOTHING, Value
from prodlint.patterns.text.reader import Parameter

_RESOLVER = re.compile(r"\bclass\s+\w+[^{]{0,400}?\bHandlerMethodArgumentResolver\b")
_SUPPORTS = re.compile(r"\bsupportsParameter\b(.*?)\bresolveArgument\b", re.S)
_NAMED = re.compile(r"\b([A-Z]\w*)(?:\.class\b|::class\b)")
_MAKES = re.compile(r"\bresolveArgument\b.*", re.S)
# a login; a token or a session is one only by what else is said: `pageToken` chooses a page
_ASKS = re.compile(
    r"SecurityContext|[pP]rincipal|[aA]uthenticat|[aA]uthori[sz]|AUTHORI[SZ]ATION|[uU]nauthori[sz]|[jJ]wt|JWT|[bB]earer|[cC]urrentUser|[lL]oginUser|[rR]emoteUser|[cC]laims"
    r"|(?:[aA]ccess|[aA]uth|[iI]d|[lL]ogin|[uU]ser)_?Token|[tT]oken_?(?:Provider|Util|Service|Parser|Verif|Valid|Extract|Manager|Helper)"
    r"|[gG]etHeader\([^)]*[tT]oken|[sS]ession[^;]{0,200}?(?:[uU]ser|[mM]ember|[aA]ccount|[lL]ogin|[cC]ustomer|[aA]uth|USER|MEMBER|LOGIN)"
)
_SENT = re.compile(r"@(?:Param|Path\w*|[rR]equest\w+|[qQ]uery\w*|Body|ModelAttribute|MatrixVariable|CookieValue)\b")
_EXPRESSION = re.compile(r"@(?:Pre|Post)Authorize\(((?:[^()\"]|\"[^\"]*\"|\([^()]*\))*)\)")
_ARGUMENT = re.compile(r"#(\w+)")
_CALL = re.compile(r"\w\(([^()]*(?:\([^()]*\)[^()]*)*)\)")
_WHO = r"(?:#root\.)?(?:principal|authentication)\b[\w.?()]*"
_SAME = re.compile(rf"#(\w+)[\w.?()]*\s*(?:==|\beq\b)\s*{_WHO}|{_WHO}\s*(?:==|\beq\b)\s*#(\w+)")
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


def for_staff(params: Iterable[Parameter], known: frozenset[str], admin: re.Pattern[str]) -> bool:
    """Is a parameter made for an administrator who asks: `@AdminAuth Admin admin`?"""
    made_of = (set(re.findall(r"\w+", param.text)) & known for param in params if known and not _SENT.search(param.text))
    return any(any(map(admin.fullmatch, words)) for words in made_of)


def looked_at(around: str, start: Mapping[str, Value]) -> frozenset[str]:
    """The ids that an expression above a handler hands to a call, `@PreAuthorize("@orders.isOwner(principal, #orderId)")`, or holds against who asks,
    `"#userId == principal.id"`. start: what the parameters hold."""
    said = "\n".join(_EXPRESSION.findall(around))
    named = [name for handed in _CALL.findall(said) for name in _ARGUMENT.findall(handed)]
    named += [one or other for one, other in _SAME.findall(said)]
    return frozenset(each for name in named for each in start.get(name, NOTHING).ids)
