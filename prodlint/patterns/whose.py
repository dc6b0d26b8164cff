"""Names that say who asks, or that hold what a client sent, by how a language's frameworks fill them.

Knows: fields that a container injects (Java, Kotlin), methods of a base class of handlers, properties of Laravel's request. Does not know: the
function in which a name stands (`values.py`).
"""

from __future__ import annotations

from prodlint import regex as re
from prodlint.patterns.tokens import Code
from prodlint.patterns.types import TYPED
from prodlint.patterns.words import Words

HOLDS_SENT = frozenset(("params", "query", "body", "valid", "Form", "PostForm", "URL", "files", "args", "rawInput"))
_GIVEN = re.compile(r"\$request->(?:get|input|attributes->get)\(\s*['\"]\w+['\"]\s*\)\s*;")
_OF_SYMFONY = frozenset(("request", "attributes", "headers", "cookies", "server", "session"))
_USER = re.compile(r"(?:current|logged|login|auth)?[uU]ser(?:Details|Info|Context|Session|Principal)?|(?:current)?[tT]enant")
_BEAN = re.compile(r"@(?:Rest)?Controller\b|@(?:Service|Component|Path)\b")
_OF_BASE = re.compile(r"get(?:Login)?(?:User(?:Id|Name|name)?|AccountId|MemberId|TenantId)")
FIELD = re.compile(r"_?(?:user|(?!new|other|target|selected)[a-z]+User)(?:Info|Context|Session)?")
OWN = re.compile(r"(?:Logged(?:In|On)|Signed(?:In)?|Auth(?:enticated)?)?(?:User|Account|Tenant|Organi[sz]ation|Customer)Id(?:entifier)?")
ASKED = re.compile(r"(?:Controller|Hub|Endpoint|PageModel)(?:Base)?$")
HOLDER = re.compile(
    r"(?i)\w*(?:holder|facade|accessor|current|security)(?:service|context)?|\w*(?:tenant|user|request|auth\w*|security|work)_?context"
)
# services that know who asks: what they have, and not what they answer, is the caller's
KNOWS = re.compile(r"(?i)\w*(?:identity|claims?|session|auth(?:entication)?|logged_?in)_?(?:service|provider|accessor|manager|helper|info)")
HELD = re.compile(
    r"(?i)(?:project|repo(?:sitory)?|group|channel|household|library)(?:_?(?:id|entity|dto|or_?null))?|\w*(?:user|tenant|organi[sz]ation|account)(?:_?\w*)?"
)


def injected(code: Code, name: str) -> bool:
    """Java, Kotlin: is it a field that the container fills with who asks, `@Autowired protected ClientDetails user`, and not what a client sends?"""
    if code.language not in TYPED or _USER.fullmatch(name) is None:
        return False
    if re.search(rf"@(?:Autowired|Inject)\b[^;{{}}()=]{{0,90}}\b{name}\s*[;:]", code.text) is not None:
        return True
    by_constructor = re.search(rf"\b(?:private|protected)\s+(?:final\s+)?[A-Z]\w*\s+{name}\s*;", code.text) and f"this.{name} = {name};" in code.text
    return bool(by_constructor) and _BEAN.search(code.text) is not None


def asks_base(code: Code, name: str) -> bool:
    """Java, Kotlin, C#: is it a method of a base class that gives who asks, where it is called on nothing: `getUserId()`?"""
    return code.language in TYPED and _OF_BASE.fullmatch(name) is not None


def sent(code: Code, words: Words, name: str) -> bool:
    """Laravel: does a property of the request hold what the client sent, `$request->order_id`? Not who asks, nor what Symfony's is made of."""
    if code.language != "php" or words.container.fullmatch(name) or name in HOLDS_SENT or name in _OF_SYMFONY:
        return False
    return words.is_id(name) or not (words.member.fullmatch(name) or words.principal.fullmatch(name))


def put_there(code: Code, body: str, name: str) -> bool:
    """PHP: is a variable, of which a property is used, what the request gives by a key, `$project = $request->get('project')`? A client sends texts
    and lists, so that a middleware put the object there."""
    if code.language != "php" or not name.startswith("$"):
        return False
    made = [_GIVEN.match(body, found.end()) for found in re.finditer(rf"{re.escape(name)}\s*=\s*(?!=)", body)]
    return bool(made) and all(made)
