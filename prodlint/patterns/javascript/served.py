"""Entry points of JavaScript that a server calls with one event, or for a field of GraphQL: `defineEventHandler(async (event) => ...)` of Nuxt and
Nitro, `Deno.serve(async (req) => ...)` of edge functions, `handler(event)` of Lambda, fields of `Query` and `Mutation` in a map of resolvers.

Knows: the objects and exports in which such functions stand, what their parameters hold, what wraps one, rules of graphql-shield for a field. Does
not know: resolvers that are methods with decorators (`entries.py`), fields of other types, whose parent was asked for before; directives.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from prodlint import regex as re
from prodlint.model import Match
from prodlint.patterns.entries.parameters import Entry, entry_of
from prodlint.patterns.text.meanings import Value
from prodlint.patterns.text.reader import Function
from prodlint.patterns.text.tokens import Code
from prodlint.patterns.text.words import Words
from prodlint.patterns.ties.roles import is_staff

GRAPHQL, EVENT = "graphql", "event"
_ROOTS = re.compile(
    r"(?i)(?:root_?)?(?:quer(?:y|ies)|mutations?)(?:_?(?:type|resolvers?|fields))?|\w+(?-i:Quer(?:y|ies)|Mutations?)(?-i:Resolvers?)?"
)
_ROOT_FILE = re.compile(r"(?i)(?:^|/)(?:graphql|resolvers?|quer(?:y|ies)|mutations?)(?:/|\.)|(?:resolvers?|mutations?|quer(?:y|ies))\.[cm]?[jt]s$")
_PARENT = re.compile(r"_\w*|\$|parent|root|obj|source|rootValue|self")
_CONTEXT = re.compile(r"_?(?:ctx|context|contextValue|graphqlContext|gqlContext)")
_NEVER = re.compile(r"(?:^|/)(?:tests?|__tests__|mocks?|__mocks__|stories)/|\.(?:test|spec|stories)\.")
# Nuxt takes what lies in these for an answer to a request; a plugin or a middleware of it is none
_NITRO = re.compile(r"(?:^|/)(?:server|nitro)/(?:api|routes)/|(?:^|/)(?:api|routes)/.*\.[cm]?[jt]s$")
_METHOD = re.compile(r"\.(get|post|put|patch|delete)\.[cm]?[jt]s$")
_FUNCTION = re.compile(r"(?:^|/)functions/([\w-]+)/")
_LAMBDA = re.compile(r"\bevent\s*\??\.\s*(?:pathParameters|queryStringParameters|requestContext|body|arguments)\b")
MAX_UP = 400


def resolved(path: str, code: Code, found: Sequence[Function], match: Match, words: Words) -> Iterator[Entry]:
    """The function of a map of resolvers whose parameters stand where the pattern matched."""
    first, last = code.index_at(match.line, match.column), code.index_at(match.end_line, match.end_column)
    function = next((each for each in found if any(first <= at < last and code.texts[at] == "(" for at in range(each.head, each.first))), None)
    if function is None or not 2 <= len(function.params) <= 4 or _NEVER.search(path) or not _PARENT.fullmatch(function.params[0].name or "_"):
        return
    kind, name = _field(code, function, path)
    if not name:
        return
    entry = entry_of(function, GRAPHQL, (kind,), "", name, words, _around(code, function))
    entry.start.pop(function.params[0].name, None)
    arguments = function.params[1]
    for name, key in arguments.taken:
        last_key = key.rpartition(".")[2]
        entry.start[name] = Value(ids=frozenset((last_key,))) if words.is_id(last_key) else Value(container=True)
    if arguments.name:
        entry.start[arguments.name] = Value(container=True)
    for param in function.params[2:3]:
        if param.name:
            entry.start[param.name] = Value(request=True)
    yield entry


def _field(code: Code, function: Function, path: str) -> tuple[str, str]:
    """(MUTATION or QUERY, name of the field), the latter "" where the function stands for no field of a root."""
    opened = _around_object(code, function.head)
    if opened < 0:  # a function of the file: an index puts it into the map
        takes = len(function.params) > 2 and (function.params[2].taken or _CONTEXT.fullmatch(function.params[2].name))
        alone = re.sub(r"\.[cm]?[jt]s$", "", path.rpartition("/")[2])  # `module.exports = async (_, { id }, { user }) =>` in `deletePost.js`
        name = alone if function.name in ("", "exports", "default") else function.name
        return ("", name) if takes and _ROOT_FILE.search(path) else ("", "")
    for _ in range(2):  # `{ Mutation: { remove } }`, or the rows of one field, `{ resolve }`
        owner = _owner(code, opened)
        if _ROOTS.fullmatch(owner):
            return ("MUTATION" if "utation" in owner else "QUERY"), function.name or _key(code, function.head)
        if owner.lower() not in ("resolvers", "resolve", ""):
            return "", ""
        opened = _around_object(code, opened)
        if opened < 0:
            break
    return "", ""


def _key(code: Code, index: int) -> str:
    """The key of an object to which a call gives what it is handed: `remove` of `remove: combineResolvers(signedIn, async (_, { id }) => ...)`."""
    at = index - 1
    for _ in range(MAX_UP):
        if at < 1 or code.texts[at] in (";", "{", "}"):
            return ""
        if code.texts[at] == ":" and code.kinds[at - 1] == "n":
            return code.texts[at - 1]
        at = code.mate[at] - 1 if code.texts[at] in (")", "]") and code.mate[at] >= 0 else at - 1
    return ""


def _around_object(code: Code, index: int) -> int:
    """The brace of the object in which a token stands, -1 where it stands in a function's body, or nowhere."""
    at = index - 1
    for _ in range(MAX_UP):
        if at < 0:
            return -1
        if code.texts[at] in (")", "]", "}") and code.mate[at] >= 0:
            at = code.mate[at] - 1
            continue
        if code.texts[at] == "{":
            return at if at and code.texts[at - 1] in ("=", ":", "(", ",", "return", ">", "as") else -1
        at -= 1
    return -1


def _owner(code: Code, opened: int) -> str:
    """What an object is given to: `Mutation` of `Mutation: {`, `orderQueries` of `const orderQueries: QueryResolvers = {`."""
    at = opened - 1
    if code.texts[at] == ":":
        return code.texts[at - 1].strip("\"'`")
    names = [code.texts[back] for back in range(max(at - 12, 0), at) if code.kinds[back] == "n"]
    for word in ("const", "let", "var"):
        if word in names:
            return names[names.index(word) + 1] if names.index(word) + 1 < len(names) else ""
    return ""


def _around(code: Code, function: Function) -> str:
    """What wraps a resolver: `combineResolvers(isAuthenticated, async (parent, args, ctx) => ...)`."""
    start = function.head
    for _ in range(40):
        if start <= 0 or code.texts[start - 1] in (";", "{", "}", ":", "="):
            break
        start -= 1
        if code.texts[start] in (")", "]", "}") and code.mate[start] >= 0:
            start = code.mate[start]
        elif code.texts[start] == "," and _around_object(code, start) >= 0 and not _in_call(code, start):
            start += 1
            break
    return code.source(start, function.head)


def _in_call(code: Code, index: int) -> bool:
    at = index - 1
    for _ in range(MAX_UP):
        if at < 0 or code.texts[at] in ("{", "["):
            return False
        if code.texts[at] == "(":
            return True
        at = code.mate[at] - 1 if code.texts[at] in (")", "]", "}") and code.mate[at] >= 0 else at - 1
    return False


def called(path: str, code: Code, found: Sequence[Function], match: Match, words: Words) -> Iterator[Entry]:
    """The function that is handed one event."""
    first, last = code.index_at(match.line, match.column), code.index_at(match.end_line, match.end_column)
    inside = [each for each in found if first <= max(each.at, each.head) <= last and each.params]
    function = min(inside, key=lambda each: each.first, default=None)
    if function is None or _NEVER.search(path):
        return
    said, name, methods = match.message, path.rpartition("/")[2], tuple[str, ...]()
    if said == "h3":
        if not _NITRO.search(path):
            return
        verb = _METHOD.search(path)
        name, methods = "handler", (verb.group(1).upper(),) if verb is not None else ()
    elif said == "lambda":
        if not _LAMBDA.search(function.body.replace(function.params[0].name, "event") if function.params[0].name in ("evt", "e") else function.body):
            return
        name = function.name or "handler"
    else:
        inner = _FUNCTION.search(path)
        name = inner.group(1) if inner is not None else name
    entry = entry_of(function, EVENT, methods, _route(path) if said == "h3" else "", name, words, code.source(first, function.head))
    if function.params[0].name:
        entry.start[function.params[0].name] = Value(request=True)
    yield entry


def _route(path: str) -> str:
    """`/api/orders/{id}` for `server/api/orders/[id].delete.ts`."""
    found = re.search(r"(?:^|/)(?:server|nitro)/(?:routes/)?((?:api/)?.*?)(?:/?index)?(?:\.(?:get|post|put|patch|delete))?\.[cm]?[jt]s$", path)
    return "/" + re.sub(r"\[(?:\.\.\.)?(\w*)\]", r"{\1}", found.group(1)).strip("/") if found is not None else ""


# ---------------------------------------------------------------- what is asked before a field
_SHIELD = re.compile(r"\bshield\(\s*\{")
_RULE = re.compile(r"(?m)^[ \t]{0,40}['\"]?(\w+|\*)['\"]?[ \t]{0,9}:[ \t]{0,9}([^\n]{1,200}?),?[ \t]{0,9}$")
_SCHEMA = re.compile(r"\btype\s+\w{0,20}(?:Query|Mutation)\b")
_DIRECTED = re.compile(r"(?m)^[ \t]{0,40}(\w+)[ \t]{0,9}(?:\([^()]{0,3000}\))?[ \t]{0,9}:[ \t]{0,9}[\[\]\w!]{1,80}[ \t]{1,9}(@\w[^\n]{0,200})$")
_DIRECTS = re.compile(r"\bSchemaDirectiveVisitor\b|\bgetDirective\(|\bschemaDirectives\b")
_KNOWS = re.compile(r"(?i)\b(?:\w*user|me|viewer|session|auth|account|member)\b")
_MAY = re.compile(r"(?i)owner|permission|access|\bcan|belongs")
MAX_RULES = 1000


def asked_of_fields(texts: Iterable[str]) -> dict[str, str]:
    """Field -> what graphql-shield, or a directive of the schema, asks before it, in words that stand around handlers; "*" -> what any other field is
    asked; "" -> that nobody read the schema, in which directives may stand."""
    out: dict[str, str] = {}
    directs = seen = False
    for text in texts:
        found = _SHIELD.search(text)
        for name, rule in _RULE.findall(text, found.end())[:MAX_RULES] if found is not None else ():
            out.setdefault(name, rule)
        seen |= _SCHEMA.search(text) is not None
        for name, said in _DIRECTED.findall(text)[:MAX_RULES] if _SCHEMA.search(text) else ():
            out.setdefault(name, _in_words(said))
        directs |= _DIRECTS.search(text) is not None
    if directs and not out:
        out["*"] = "hasPermission"
    return out if seen or out else {"": "hasPermission"}


def asked(fields: dict[str, str], entry: Entry) -> str:
    """What is asked before a field; where nobody read the schema, one that looks at nobody who asks may leave that to a directive."""
    said = fields.get(entry.name, fields.get("*", ""))
    looks = "" not in fields or _KNOWS.search(f"{entry.function.header} {entry.function.body}") is not None
    return said if said or looks else fields[""]


def _in_words(said: str) -> str:
    """`@auth(requires: ADMIN)` lets in staff, `@isOwner` asks whose it is, `@auth` and `@hasRole(role: USER)` only for a login."""
    if any(is_staff(word) for word in re.findall(r"\w+", said)):
        return "requireAdmin"
    return "hasPermission" if _MAY.search(said) else "requireAuth"
