"""What runs before a handler of JavaScript, read from the project's own functions: middleware, the bases of procedures.

Knows: functions by the names that stand around a handler. Does not know: middleware of libraries; what the handler does; what routers are told to
`use` (`uses.py`, `mounts.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from posixpath import commonpath

from prodlint import regex as re
from prodlint.patterns.entries.parameters import http_start
from prodlint.patterns.text.meanings import Resolve
from prodlint.patterns.text.reader import Function
from prodlint.patterns.text.words import Words
from prodlint.patterns.ties.flow import Flow, Reading

# what may be called, `members.ensure`, `teamProcedure.use`: no keys of objects, nothing asked of a result, nothing that says of which form data is
_CALLED = re.compile(
    r"(?<![\w$.)])(?!(?:[jJ]oi|yup|z|v|t|Type|Segments)\b)(?:([a-z_$][\w$]*)\s*\.|[\w$]+\.)?(?:[\w$]+\.)*"
    r"([A-Za-z_$][\w$]*)(?![\w$.]|\s*:(?!:))"
)
_NO_FUNCTION = frozenset((
    "true", "false", "null", "undefined", "async", "await", "return", "new", "const", "let", "var", "if", "else", "function", "typeof", "as",
    "req", "res", "request", "reply", "response", "next", "done",
))  # fmt: skip
_TEXT = re.compile(r"'[^'\n]*'|\"[^\"\n]*\"|`[^`]*`")
_PASSES_ON = re.compile(r"\bnext\b|\breply\b|\b(?:handler|fn|inner|wrapped)\(\s*(?:req|request|ctx|context|c)\b")  # or wraps a handler
_NEXT = re.compile(r"\bnext\(\s*\)")
_REFUSES = re.compile(r"\bthrow\b|\b40[134]\b|\breject|\bredirect\b|\bdeny\b|[fF]orbidden|[uU]nauthorized|[nN]otFound|FORBIDDEN|UNAUTHORIZED")
_CHAINED = re.compile(r"\.\s*(?:use|concat|unstable_pipe)\(\s*(?:\w+\.)*([A-Za-z_$][\w$]*)")
_PUT = re.compile(r"\b(?:req|request)\.(?:body|params|query)\.(\w+)\s*=\s*((?:\w+\.)+_?(?:id|uuid))\b")
_SENT = re.compile(r"\b(?:req|request|body|params|query|input|data|files?)\b")
_FOLDER = re.compile(r"(?:^|/)middlewares?/")
# a parameter that nobody needs to hand over, and what it holds then: nothing
_LEFT_OUT = re.compile(r"\.\.\.|[\w$]+\s*\?\s*(?::|$)|[\w$]+\s*(?::[^=]{0,200})?=\s*(?:\[\s*\]|\{\s*\}|null|undefined|0|''|\"\"|false)\s*$")
MAX_NAMES = 12  # around one handler
MAX_BASE = 1200  # characters of what a base of procedures is made of


def candidates(around: str) -> list[str]:
    """The names around a handler that may be functions of the project, in order."""
    names = (name for pair in _CALLED.findall(_TEXT.sub(" ", around)) for name in pair if name and name not in _NO_FUNCTION)
    return list(dict.fromkeys(names))[:MAX_NAMES]


def bases(text: str, name: str) -> list[str]:
    """What a base of procedures is made of: `const teamProcedure = userProcedure.input(schema).use(inTeam(["owner"]))` -> userProcedure, inTeam."""
    made = re.search(rf"\b(?:const|let|var)\s+{re.escape(name)}\b[^=\n]{{0,80}}=\s*(?=([A-Za-z_$][\w$]*)\s*\.)", text)
    if made is None:
        return []
    chain = text[made.end() : made.end() + MAX_BASE].split(";", 1)[0].split("\n\n", 1)[0]
    return [made.group(1), *_CHAINED.findall(chain)]


def with_bases(names: list[str], texts_of: Callable[[str], Iterable[str]]) -> list[str]:
    """tRPC: names around a procedure, and what the bases among them are made of; `texts_of`: the files that may define a name."""
    every = list(names)
    for name in every:  # grows while it is read
        found = (each for text in texts_of(name) for each in bases(text, name))
        every += [each for each in dict.fromkeys(found) if each not in every][: 4 * MAX_NAMES - len(every)]
    return every


def is_middleware(function: Function) -> bool:
    """Does the function, or one that it makes, hand on to what comes after it, and can it refuse?"""
    code = function.code
    text = code.source(function.head, function.last)
    return len(text) < 6000 and bool(_PASSES_ON.search(text)) and bool(_REFUSES.search(text))


def stands_before(path: str, function: Function) -> bool:
    """Is it a middleware in a folder of these, which is read where it stands before a handler?"""
    return _FOLDER.search(path) is not None and is_middleware(function)


def hands_on(function: Function) -> bool:
    """Express: is it a middleware, which hands on what it has let in (`next()`) and turns others away?"""
    return any(param.name == "next" for param in function.params) and bool(_NEXT.search(function.body)) and is_middleware(function)


def put(texts: Iterable[str]) -> frozenset[str]:
    """Names under which a middleware of Express puts what it made or found itself into what the client sent: `req.body.orderId = order.id`."""
    found = (each for text in texts for each in _PUT.findall(text))
    return frozenset(name for name, value in found if not _SENT.search(value))


def asked_here(function: Function, roles: tuple[str, ...], around: str) -> tuple[str, ...]:
    """The roles that a middleware asks for where it stands: `isAuthenticated()` asks for none of the permissions that it could be handed, as by
    `isAuthenticated = (permissions?: Permission[]) => (req, res, next) => { if (!req.user.hasPermission(permissions)) ... }`."""
    params = function.params
    if not roles or not params or not all(_LEFT_OUT.match(param.text.strip()) for param in params):
        return roles
    if not function.name or re.search(rf"\b{re.escape(function.name)}\b(?!\s*\(\s*\))", around):
        return roles  # it is handed something, or stands there by its name alone
    text = function.code.source(function.head, function.last)
    named = "|".join(re.escape(param.name.lstrip(".")) for param in params if param.name.lstrip("."))
    handed = {role for role in roles if re.search(rf"\b{re.escape(role)}\(\s*(?:{named})\b", text)} if named else set()
    return tuple(role for role in roles if role not in handed)


def held_with(tied: set[str], held: Iterable[frozenset[str]]) -> frozenset[str]:
    """The ids that are tied, with those that one middleware holds against an id that another ties: `if (order.shopId !== shopId) return 403`."""
    pairs = [pair for pair in dict.fromkeys(held) if len(pair) > 1][: 4 * MAX_NAMES]
    for _ in pairs:
        tied = tied.union(*(pair for pair in pairs if pair & tied))
    return frozenset(tied)


def nearest(path: str, known: Sequence[tuple[str, Function, Reading]]) -> list[tuple[Function, Reading]]:
    """Of middleware of one name that several files define, what the file has itself, or the one that shares most of its folders."""
    shared = [len(commonpath((f"/{path}", f"/{file}"))) + (file == path) for file, _, _ in known]
    best = max(shared, default=0)
    return [(function, reading) for (_, function, reading), each in zip(known, shared, strict=True) if each == best]


def read(function: Function, words: Words, resolve: Resolve) -> Reading:
    """A middleware as the handler of the same request."""
    return Flow(function, words, http_start(function, words), resolve).read()
