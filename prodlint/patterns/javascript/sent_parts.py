"""JavaScript: what helpers read from a request, and the ids within lists and objects that were sent.

Knows: names of such helpers, of h3, of sveltekit-superforms, of a project; `order.id` and each of `orders`. Does not know: what a helper does.
"""

from __future__ import annotations

from prodlint import regex as re
from prodlint.patterns.text.meanings import Value
from prodlint.patterns.text.tokens import Code
from prodlint.patterns.text.words import Words

_READS_SENT = re.compile(
    r"(?i)(?:get|read|parse|extract|decode|load)_?(?:valid(?:ated)?_?|safe_?)?(?:json_?|raw_?|req(?:uest)?_?)?"
    r"(?:body|query(?:_?params?)?|(?:router_?|route_?|path_?|url_?|search_?)?params|form_?data|payload|json)(?:_?(?:as|from)_?\w{0,20})?"
    r"|req(?:uest)?_?(?:body|query|params|json|payload)|query_?params|validate_?(?:body|query|params)|super_?validate"
)
# an upload, and what it is read by
_NO_DATA = re.compile(r"(?:create|read|get|on|set|handle)[A-Z]\w*|(?i:\w*stream|\w*files?|\w*buffer|\w*images?)")


def reads_sent(code: Code, name: str) -> bool:
    """Does a helper give what the request that it is handed holds: `await readBody(event)`, `reqBody(request)`, `superValidate(event, schema)`?"""
    return code.language in ("javascript", "typescript") and _READS_SENT.fullmatch(name) is not None


def part_sent(words: Words, known: Value, member: str, language: str) -> str:
    """The id that a part of what was sent holds: `orderId` for `order.id` of `{ order: { id } }`, and for each of `orders`; "" where it holds none,
    or where the part itself is an id."""
    whole = next(iter(known.ids), "")
    if language not in ("javascript", "typescript") or len(known.ids) != 1 or known.principal or known.objects:
        return ""
    if words.is_id(whole) or not words.is_id(member) or _NO_DATA.fullmatch(whole):
        return ""
    stem = whole[:-1] if whole.endswith("s") and not whole.endswith("ss") else whole
    return f"{stem}Id" if member in ("id", "_id") else member
