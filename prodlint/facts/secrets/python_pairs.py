"""Names and values in Python code, from its lowered syntax: what is assigned, passed, defaulted, compared.

Knows: where Python gives a name a value: assignments, annotated defaults, parameters, keyword arguments, dict entries, subscripts, look-ups with a
default, wrappers (`SecretStr`, `Field`), command line options, comparisons. Does not know: whether a value is a credential; other files.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import msgspec

from prodlint import ir
from prodlint import regex as re

DEPTH = 40
_decode = msgspec.msgpack.Decoder(tuple[ir.Stmt, ...]).decode
# calls whose first argument names what the second is the default of
_LOOK_UPS = frozenset(
    {
        "get",
        "getenv",
        "env",
        "config",
        "setdefault",
        "pop",
        "str",
        "secret",
        "environ",
        "get_env",
        "getvalue",
        "get_setting",
        "value",
        "set",
        "put",
        "setenv",
        "Csv",
    }
)
# calls that pass their value on
_WRAPPERS = frozenset({
    "SecretStr", "Secret", "SecretBytes", "Field", "str", "bytes", "bytearray", "encode", "strip", "Final", "Var", "Setting", "Option", "Argument",
    "Parameter", "URL", "Fernet", "b64decode", "cast", "HTTPBasicAuth", "getpass", "Default", "field", "AnyUrl", "PostgresDsn",
})  # fmt: skip
_LOGINS = frozenset(
    {"login", "HTTPBasicAuth", "HTTPDigestAuth", "BasicAuth", "authenticate", "create_user", "create_superuser", "set_password", "PlainCredentials"}
)
# calls that take a credential at a place of its own: the name (or the end of the dotted name) and the position
_POSITIONS = {
    "jwt.encode": 1, "jwt.decode": 1, "jws.sign": 1, "jws.verify": 1, "hmac.new": 0, "hmac.digest": 0, "Fernet": 0, "AES.new": 0,
    "TimestampSigner": 0, "URLSafeTimedSerializer": 0, "URLSafeSerializer": 0, "TimedJSONWebSignatureSerializer": 0, "CookieStorage": 0,
    "EncryptedCookieStorage": 0, "create_client": 1, "Github": 0, "Gitlab": 1, "TelegramClient": 2, "TeleBot": 0, "Minio": 2, "PyMongo": 1,
    "StripeClient": 0, "SendGridAPIClient": 0, "PostmarkClient": 0, "WebClient": 0, "Anthropic": 0, "OpenAI": 0, "Groq": 0,
    "NewsApiClient": 0, "Pinecone": 0, "S3Connection": 1, "pymysql.connect": 2, "MySQLdb.connect": 2, "Airtable": 1, "Twilio": 1,
    "twilio.rest.Client": 1, "bot.run": 0,
}  # fmt: skip
_EXAMPLES = frozenset({"example", "examples", "json_schema_extra", "schema_extra", "openapi_examples"})  # what a schema shows to its reader
_USER_OF_ADDRESS = re.compile(r"^[a-z][a-z0-9+.-]*://[^\s:/@]*:$", re.I)  # what is joined to it is the password
Found = tuple[str, str, int, int, str]  # name, value, at, end, what the form promises
_DEBUG = re.compile(r"(?i)^(?:is_|use_)?(?:debug|testing|dev(?:elopment)?(?:_?mode)?|local(?:_?dev)?)$")
_PRODUCTION = re.compile(r"(?i)^(?:is_|in_)?prod(?:uction)?$")
_STAGES = re.compile(r"(?i)^(?:dev(?:el(?:opment)?)?|local|test(?:ing)?|ci)$")


def pairs(module: ir.Module, wanted: Sequence[int]) -> Iterator[tuple[Found, bool]]:
    """The names and values of a module, and whether each holds on a developer's machine only (`if DEBUG:`); functions are read only where one of
    the wanted lines stands in them."""
    reader = _Reader(wanted, always_debugging(module))
    for found in reader.block(module.body):
        yield found, found[2] in reader.thrown_away


def always_debugging(module: ir.Module) -> bool:
    """Does the module itself switch debugging on?"""
    given = (statement for statement in module.body if type(statement) is ir.Assign and type(statement.value) is ir.Const)
    return any(statement.value.value is True and any(_DEBUG.match(_name(target)) for target in statement.targets) for statement in given)


def side_of_developers(test: Any) -> bool | None:
    """On which side of a test the code runs on developers' machines only: True for its body, False for what follows else, None for neither."""
    kind = type(test)
    if kind is ir.Unary and test.op == "not":
        side = side_of_developers(test.value)
        return None if side is None else not side
    if kind is ir.Bool and test.op == "and":
        return True if any(side_of_developers(part) for part in test.values) else None
    if kind is ir.Cmp and len(test.rights) == 1 and test.ops[0] in ("==", "!=", "in", "not in"):
        said = test.rights[0]
        words = [_text(item) for item in (said.items if type(said) is ir.Seq else (said,))]
        known = [all(word and pattern.match(word) for word in words) for pattern in (_STAGES, _PRODUCTION)]
        positive = test.ops[0] in ("==", "in")
        return positive if words and known[0] else not positive if words and known[1] else None
    name = _name(test)
    return True if _DEBUG.match(name) else False if _PRODUCTION.match(name) else None


class _Reader:
    def __init__(self, wanted: Sequence[int], always_debugging: bool) -> None:
        self.wanted, self.always_debugging = wanted, always_debugging
        self.thrown_away: set[int] = set()  # where values stand that hold on a developer's machine only

    def touches(self, first: int, last: int) -> bool:
        return any(first <= line <= last for line in self.wanted)

    # ------------------------------------------------------------ statements
    def block(self, body: Iterable[Any], depth: int = DEPTH) -> Iterator[Found]:
        if depth <= 0:
            return
        for statement in body:
            kind = type(statement)
            if kind is ir.Function:
                if self.touches(ir.line_of(statement.at) - 40, ir.line_of(statement.end)):
                    yield from self.function(statement, depth)
            elif kind is ir.Class:
                for keyword in statement.keywords:
                    yield from self.value(keyword.name, keyword.value, depth)
                yield from self.block(statement.body, depth - 1)
            elif kind is ir.Assign:
                if statement.value is not None:
                    name = next((text for target in statement.targets if (text := _name(target))), "")
                    yield from self.value(name, statement.value, depth)
            elif kind is ir.Match:
                yield from self.value("", statement.subject, depth)
                for case in statement.cases:
                    yield from self.block(case.body, depth - 1)
            else:
                yield from self.other(statement, depth)

    def function(self, function: ir.Function, depth: int) -> Iterator[Found]:
        for decorator in function.decorators:
            yield from self.value("", decorator, depth)
        for param in function.params:
            if param.default is not None:
                yield from self.value(param.name, param.default, depth)
        yield from self.block(_decode(function.body), depth - 1)

    def other(self, statement: Any, depth: int) -> Iterator[Found]:
        """Every other statement: its expressions, then its blocks."""
        for field in ("value", "test", "exc", "iter", "message"):
            inner = getattr(statement, field, None)
            if inner is not None and not isinstance(inner, (str, int)):
                yield from self.value("", inner, depth)
        if type(statement) is ir.AugAssign:
            return
        for context, _ in getattr(statement, "items", ()) if type(statement) is ir.With else ():
            yield from self.value("", context, depth)
        developers = side_of_developers(statement.test) if type(statement) is ir.If and not self.always_debugging else None
        for field in ("body", "orelse", "final"):
            for found in self.block(getattr(statement, field, ()) or (), depth - 1):
                if developers is (field == "body"):
                    self.thrown_away.add(found[2])
                yield found
        for handler in getattr(statement, "handlers", ()):
            yield from self.block(handler.body, depth - 1)

    # ------------------------------------------------------------ expressions
    def value(self, name: str, expr: Any, depth: int) -> Iterator[Found]:
        if depth <= 0 or name in _EXAMPLES:
            return
        kind = type(expr)
        if kind is ir.Const:
            if isinstance(expr.value, str) and expr.kind in ("", "bytes") and name:
                yield name, expr.value, expr.at, expr.end, ""
        elif kind is ir.Call:
            yield from self.call(name, expr, depth - 1)
        elif kind is ir.Map:
            for key, inner in expr.items:
                yield from self.value(_text(key) or "", inner, depth - 1)
        elif kind is ir.Seq:
            yield from self.sequence(name, expr, depth - 1)
        elif kind is ir.Bin:
            yield from self.joined(name, expr, depth - 1)
        elif kind is ir.Cmp:
            yield from self.compared(expr, depth - 1)
        elif kind is ir.Bool:
            first = next((text for each in expr.values if (text := _looked_up(each))), "")
            for inner in expr.values:
                for known in {name: None, first: None}:
                    yield from self.value(known, inner, depth - 1)
        elif kind is ir.IfExp:
            first = next((text for each in (expr.body, expr.orelse) if (text := _looked_up(each))), "")
            for inner in (expr.body, expr.orelse):
                for known in {name: None, first: None}:
                    yield from self.value(known, inner, depth - 1)
        elif kind in (ir.Await, ir.Star, ir.Walrus, ir.Yield, ir.Unary):
            target = _name(expr.target) if kind is ir.Walrus else ""
            if expr.value is not None:
                yield from self.value(target or name, expr.value, depth - 1)
        elif kind is ir.Lambda:
            yield from self.value("", expr.body, depth - 1)
        elif kind is ir.Comp:
            yield from self.value("", expr.elt, depth - 1)
        elif kind is ir.Other:
            for inner in expr.children:
                yield from self.value("", inner, depth - 1)
        elif kind is ir.Attr:
            yield from self.value(name, expr.base, depth - 1)

    def sequence(self, name: str, expr: ir.Seq, depth: int) -> Iterator[Found]:
        """A pair of user and password under `auth`; else the items carry the name of the list."""
        if expr.kind == "tuple" and len(expr.items) == 2 and name in ("auth", "basic_auth", "http_auth", "credentials", "login"):
            for found in self.value("password", expr.items[1], depth):
                yield (*found[:4], "password")
            return
        for item in expr.items:
            yield from self.value(name, item, depth)

    def call(self, name: str, call: ir.Call, depth: int) -> Iterator[Found]:
        func = call.func
        last = func.name if type(func) is ir.Attr else func.id if type(func) is ir.Name else ""
        first = _text(call.args[0]) if call.args else None
        inner = ""
        if first is not None and (last in _LOOK_UPS or first.startswith("-")):
            inner = first.lstrip("-")
        elif last in _WRAPPERS:
            inner = name
        rest = call.args[1:] if first is not None and inner and inner != name else call.args
        if last in _LOGINS and len(call.args) > 1:
            rest = call.args[:1]
            for found in self.value("password", call.args[-1], depth):
                yield (*found[:4], "password")
        at = _position(func, last)
        if 0 <= at < len(call.args):
            for found in self.value("secret", call.args[at], depth):
                yield (*found[:4], "secret")
        for argument in rest:
            yield from self.value(inner, argument, depth)
        for keyword in call.kwargs:
            said = (inner or name) if keyword.name in ("default", "default_value", "fallback", "value", "cast") else keyword.name
            yield from self.value(said, keyword.value, depth)
        if type(func) is ir.Attr:
            yield from self.value(name if last in _WRAPPERS else "", func.base, depth)

    def joined(self, name: str, expr: ir.Bin, depth: int) -> Iterator[Found]:
        """`"...?api_key=" + "..."`: what stands before names what follows."""
        before = _text(expr.left) or (_text(expr.left.right) if type(expr.left) is ir.Bin else None)
        if expr.op == "+" and before and before.endswith("="):
            word = before[:-1].replace("?", "&").rpartition("&")[2]
            yield from self.value(word, expr.right, depth)
        elif expr.op == "+" and before and _USER_OF_ADDRESS.search(before):
            yield from self.value("password", expr.right, depth)
        else:
            yield from self.value("", expr.right, depth)
        yield from self.value("", expr.left, depth)

    def compared(self, expr: ir.Cmp, depth: int) -> Iterator[Found]:
        """`if token == "..."`: a credential that is checked against is one that stands in the code."""
        sides = (expr.left, *expr.rights)
        name = next((text for side in sides if (text := _name(side) or _looked_up(side))), "")
        for side in sides:
            yield from self.value(name if type(side) is ir.Const else "", side, depth)


def _position(func: Any, last: str) -> int:
    """Where this call takes a credential; -1 where it takes none, or nobody knows."""
    base = func.base if type(func) is ir.Attr else None
    owner = base.name if type(base) is ir.Attr else base.id if type(base) is ir.Name else ""
    return _POSITIONS.get(f"{owner}.{last}", _POSITIONS.get(last, -1))


def _text(expr: Any) -> str | None:
    return expr.value if type(expr) is ir.Const and isinstance(expr.value, str) else None


def _name(expr: Any) -> str:
    """What a target is called: `x`, `self.x`, `x["y"]`."""
    if type(expr) is ir.Name:
        return expr.id
    if type(expr) is ir.Attr:
        return expr.name
    if type(expr) is ir.Sub:
        return _text(expr.index) or ""
    return ""


def _looked_up(expr: Any) -> str:
    """The name that a look-up asks for: `os.environ.get("X")`, `os.environ["X"]`."""
    if type(expr) is ir.Call and expr.args:
        return _text(expr.args[0]) or ""
    return _name(expr) if type(expr) is ir.Sub else ""
