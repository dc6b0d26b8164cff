"""Values by name in one function: what comes from the client, what says who the caller is, what a lookup gave.

Knows: chains of names, calls and keys. Does not know: which names are given what (`bindings.py`), what ties an id (`flow.py`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise

from prodlint import regex as re
from prodlint.patterns.reader import Function
from prodlint.patterns.spans import DOTS, split
from prodlint.patterns.types import COMPILED, TYPED
from prodlint.patterns.words import Words

BOUND = "bound"  # a lookup that the framework makes for a parameter
_KEYED = frozenset(("{", ",", "(", "["))
_LITERAL = re.compile(r"^[:\"'`]:?[\w.\[\]-]+[\"'`]?$")
_INSIDE = re.compile(r"[$#]\{([^{}]*)\}|\$([A-Za-z_][\w>.-]*)|\{([A-Za-z_][\w.]*)")
_NOT_CLIENT = re.compile(r"header|cookie|session|locals|state|user|auth|log|app|db|ip|env|next|render|json|status|write|set|t$|i18n", re.I)
_LOADER = re.compile(
    r"get[A-Z](?!\w*(?:Request|Doctrine|Container|Manager|Repository|Parameter|Query|Service|Config|Logger|Form|Session|Response|Body|Input))\w+"
)
_GETS = re.compile(
    r"^(?:get|extract|resolve|require|read|decode|current|auth|(?:Must)?(?:Get|Extract|Resolve|Require|Read|Load|Current))_?(?=[A-Z_a-z])"
)
_ROUTED = re.compile(r"(?i)^(?:url|path|route|router)_?\w*param|^param$|^path_?value$")
_SET_BEFORE = re.compile(r"Get(?:String|Int|Int64|Uint|Uint64|Bool)\w*|MustGet")
_KEPT_BEFORE = frozenset(("Value", "Get", "MustGet", "Locals", "UserValue"))  # Go: what a context gives by a key
_KEY = re.compile(r"(?i)^(?:ctx|context)_?(?:key)?_?(?=\w)|^key_?(?=[A-Z_])|_?(?:ctx|context)?_?(?:key|ctx|context)$")
_MADE = re.compile(r"(?:create|insert|enqueue|trigger|send)(?:[A-Z_]|$)")  # what such a call gives is new, and no longer the client's choice
# what a signature or a key of the server vouches for is no longer the client's choice
_VOUCHED = re.compile(
    r"(?i)(?:jwt_?)?verify(?:_?\w*(?:token|jwt|signature|signed|ticket|code|otp))?|verified!?|find_signed!?|(?:un_?sign|unseal|decrypt)(?:_?(?!password)\w+)?"
    r"|decode_?(?:\w*(?:jwt|token|auth)\w*)|jwtDecode"
)
_RESPONSE = re.compile(r"_?res(?:ponse)?|reply")
LISTED = re.compile(
    r"then|map|each|forEach|flatMap|filter|find|some|every|tap|let|also|run|ifPresent|orElseThrow|subscribe|pipe|catchError|each_with_index|select|all|any"
)


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a call of a function of the project means: the arguments that select data, does it look at the caller itself, at data at all.

    exact: it surely is the function that runs; groups: arguments that go together into a query, a comparison or a call; changes: rows change;
    ties: the function itself checks an argument against the caller, or asks for a role; queried: arguments that stand together in one query;
    gives: it looks at the caller and at no other data, as `userFromContext(ctx)`; models: what it surely selects; hinted: the type of the receiver
    says that it is the function that runs."""

    selects: frozenset[int] = frozenset()
    caller: bool = False
    data: bool = False
    exact: bool = False
    groups: tuple[frozenset[int], ...] = ()
    changes: bool = False
    ties: bool = False
    queried: tuple[frozenset[int], ...] = ()
    gives: bool = False
    models: tuple[str, ...] = ()
    hinted: bool = False


# what a caller proves with who it is: a row that it names is the caller's
CREDENTIAL = re.compile(
    r"(?i)\$?(?:x_)?(?:authorization|(?:internal|service|admin|cron)?_?api_?key|(?:access|auth|session|bearer|api|id)_?token|otp|secret|signature"
    r"|(?:verification|confirm\w*|reset|invit\w*|activation|login)?_?(?:code|token|hash))"
)
_FIELD = re.compile(r"_?(?:user|(?!new|other|target|selected)[a-z]+User)(?:Info|Context|Session)?")
_HOLDER = re.compile(
    r"(?i)\w*(?:holder|facade|accessor|current|security)(?:service|context)?|\w*(?:tenant|user|request|auth\w*|security|work)_?context"
)
_HELD = re.compile(
    r"(?i)(?:project|repo(?:sitory)?|group|channel|household|library)(?:_?(?:id|entity|dto|or_?null))?|\w*(?:user|tenant|organi[sz]ation|account)(?:_?\w*)?"
)
# name of a called function, its receiver, the number of arguments -> what it means; None where it is not known
Resolve = Callable[[str, str, int], "Meaning | None"]
# what a request of a framework holds of the client
_OF_REQUEST = re.compile(
    r"(?i)\w*(?:params|query|body|headers?|cookies|files?|url|args|input|data|fields|payload|form|valid\w*|value|request|req|json|detail)"
)


@dataclass(frozen=True, slots=True)
class Value:
    """What is known of a value: client ids it carries, the caller in it, client data as a whole, the request, objects by number of their lookup."""

    ids: frozenset[str] = frozenset()
    principal: bool = False
    container: bool = False
    request: bool = False
    objects: frozenset[int] = frozenset()

    def __or__(self, other: Value) -> Value:
        if other is NOTHING:
            return self
        if self is NOTHING:
            return other
        return Value(
            self.ids | other.ids,
            self.principal or other.principal,
            self.container or other.container,
            self.request or other.request,
            self.objects | other.objects,
        )


NOTHING = Value()
CALLER = Value(principal=True)


@dataclass(slots=True)
class Lookup:
    """Data selected by client ids: the call's name, what it selects, whether something of the caller narrows it, how sure it is a lookup.

    of_caller: something of the caller stands in the same query; direct: it is a query, and no call of the project's own."""

    name: str
    model: str
    at: int
    ids: set[str] = field(default_factory=set)
    tied: bool = False
    strong: bool = False
    changes: bool = False
    made_of: set[int] = field(default_factory=set)
    of_caller: bool = False
    direct: bool = False
    inner: tuple[str, ...] = ()  # what the called function selects


def _is_member(words: Words, name: str) -> bool:
    return bool(words.member.fullmatch(name) or words.principal.fullmatch(name))


class Values:
    """The names of one function, as they are when the sweep of `Flow` reaches a place."""

    def __init__(
        self,
        function: Function,
        words: Words,
        start: dict[str, Value],
        resolve: Resolve,
        any_name: bool = False,
        given: re.Pattern[str] | None = None,
        tied: frozenset[str] = frozenset(),
        bound: tuple[tuple[str, str], ...] = (),
    ) -> None:
        """any_name: whatever a client value is called, it may be an id; given: names that a middleware overwrites with the caller's own;
        tied: ids that something before the function checks; bound: (parameter, model) of objects that the framework looks up by the path."""
        self.any_name, self.given = any_name, given
        self.code, self.function, self.words, self.resolve = function.code, function, words, resolve
        self.env = dict(start)
        self.lookups: list[Lookup] = []
        self.by_chain: dict[int, int] = {}  # where a chain of calls begins -> the number of its lookup
        self.at_call: dict[int, int] = {}  # the closing bracket of a lookup -> its number
        self.at_caller: set[int] = set()  # closing brackets of calls that give the caller
        self.tied: set[str] = set(tied)
        self.edges: list[frozenset[str]] = []
        self.ids: set[str] = {name for value in start.values() for name in value.ids}
        self.caller = any(value.principal for value in start.values())
        self.roles: list[str] = []
        self.texts: dict[str, str] = {}  # names that hold one literal text
        self.routed: set[str] = set()  # names of parts of the path
        for name, model in bound:
            key = name.lstrip("$")
            self.env[name] = Value(objects=frozenset((len(self.lookups),)))
            self.lookups.append(Lookup(BOUND, model, function.at, {key}, strong=True))
            self.ids.add(key)

    # ------------------------------------------------------------ values
    def value(self, first: int, last: int) -> Value:
        """What the tokens from `first` up to `last` carry."""
        out, index, code = NOTHING, first, self.code
        while index < last:
            kind = code.kinds[index]
            if kind == "s":
                out |= self._in_string(code.texts[index])
                index += 1
            elif kind == "n" and not self._is_key(index, last):
                found, index = self._chain(index, last)
                out |= found
            else:
                index += 1
        return out

    def _is_key(self, index: int, last: int) -> bool:
        """The key of `{ key: value }` or `key: value` in arguments; not the middle of `a ? b : c`."""
        texts = self.code.texts
        if index + 1 >= last or texts[index + 1] != ":" or index == 0:
            return False
        return texts[index - 1] in _KEYED or (self.code.language == "ruby" and texts[index - 1] != "?")

    def _in_string(self, text: str) -> Value:
        out = NOTHING
        if "{" in text or "$" in text:
            for groups in _INSIDE.findall(text):
                for name in re.findall(r"[A-Za-z_@$][\w$]*(?:(?:\??\.|->)[A-Za-z_]\w*|\[:?['\"]?\w+['\"]?\])*", "".join(groups)):
                    parts = re.findall(r"[@$\w]+", name)
                    root = parts[0] if parts[0] in self.env else f"${parts[0]}" if f"${parts[0]}" in self.env else parts[0]
                    out |= self._named([root, *parts[1:]], ())
        return out

    def _chain(self, index: int, last: int) -> tuple[Value, int]:
        """The value of `a.b(c)[d].e` and the token after it."""
        code = self.code
        texts, mate = code.texts, code.mate
        parts, called = [texts[index]], set()
        inside, literal, at = NOTHING, "", index + 1
        found: Value | None = None
        while at < last:
            text = texts[at]
            if text in DOTS and at + 1 < last and code.kinds[at + 1] == "n":
                parts.append(texts[at + 1])
                at += 2
            elif text == "(" and mate[at] > 0 and at == self._adjacent(at):
                called.add(len(parts) - 1)
                number = self.at_call.get(mate[at])
                if number is not None:
                    found = Value(objects=frozenset((number,)), principal=self.lookups[number].tied)
                elif mate[at] in self.at_caller:
                    found = self._caller()
                elif (_VOUCHED.fullmatch(parts[-1]) or (parts[-1] == "decode" and parts[0].lower() == "jwt")) and self.value(at + 1, mate[at]).ids:
                    found = CALLER
                else:
                    inside |= self.value(at + 1, mate[at]) if not _MADE.match(parts[-1]) else NOTHING
                    literal = literal or self._literal(at) or (self._key(at) if parts[-1] in _KEPT_BEFORE else "")
                at = mate[at] + 1
            elif text == "[" and mate[at] > 0 and at == self._adjacent(at):
                if mate[at] == at + 2 and code.kinds[at + 1] == "s":
                    parts.append(texts[at + 1].strip("\"'`:"))
                else:
                    inside |= self.value(at + 1, mate[at])
                at = mate[at] + 1
            elif text == "{" and self.at_call.get(mate[at]) is not None:  # Kotlin's `find { ... }`
                number = self.at_call[mate[at]]
                found = Value(objects=frozenset((number,)), principal=self.lookups[number].tied)
                at = mate[at] + 1
            elif text in ("!", "!!", "?") and at + 1 < last and texts[at + 1] in (*DOTS, "["):
                at += 1
            else:
                break
        if found is not None:
            return found, at
        named = self._named(parts, called, literal, inside)
        if inside.request and code.language == "go" and (inside.ids or inside.principal):  # what `find(ctx, id)` gives is no request
            inside = Value(inside.ids, inside.principal, inside.container, False, inside.objects)
        return (named if named.principal and not inside.ids else named | inside), at

    def _adjacent(self, at: int) -> int:
        """A bracket belongs to the name before it where nothing stands between them (or in JS-like languages, where only a line end does)."""
        code = self.code
        end = code.starts[at - 1] + len(code.texts[at - 1])
        return at if code.starts[at] == end or (code.texts[at] == "(" and code.language != "ruby") else -1

    def _literal(self, opened: int) -> str:
        """The only text among the arguments of a call: `Param("id")`, `input('id')`, `URLParam(r, "id")`."""
        code = self.code
        for start, end in split(code, opened + 1, code.mate[opened]):
            if end == start + 1 and code.kinds[start] == "s" and _LITERAL.match(code.texts[start]):
                return code.texts[start].strip("\"'`:").strip(":")
        return ""

    def _key(self, opened: int) -> str:
        """Go: who the key of a context names, `ctx.Value(middleware.UserIDKey)`, `c.Value(contextKey("userID"))`; "" where it names nobody."""
        code = self.code
        if code.language != "go":
            return ""
        words = [code.texts[at].strip('"`') for at in range(opened + 1, code.mate[opened]) if code.kinds[at] in ("n", "s")]
        said = _KEY.sub("", words[-1]) if words else ""
        return said if said and _is_member(self.words, said) else ""

    def _named(self, parts: list[str], called: set[int] | tuple[()], literal: str = "", inside: Value = NOTHING) -> Value:
        root = parts[0]
        if literal and _ROUTED.search(parts[-1]):
            self.routed.add(literal)
        if len(parts) > 1 and root in ("this", "$this", "self") and f"{root}.{parts[1]}" in self.env:
            return self.env[f"{root}.{parts[1]}"]
        known = self.env.get(root)
        members = parts[1:]
        if known is None and root.startswith("@") and self.code.language == "ruby":
            return CALLER  # set by something that runs before; what it is is not known, and it is no client value
        if known is not None and not known.request:
            if known.container and (members or literal):
                name = literal or members[-1 if len(parts) - 1 not in called else -2] if len(members) > 1 or literal or not called else ""
                return self._client(name or members[0]) if not (called and not literal and len(members) == 1) else known
            return known
        if (known is not None and known.request) or (known is None and self._is_request(parts)):
            return self._of_request(parts, called, literal)
        if inside.request and not known:
            if any(self.words.principal.fullmatch(part) or self.words.member.fullmatch(_GETS.sub("", part)) for part in parts[-2:]):
                return self._caller()
            if literal:
                return self._client(literal)
            return Value(container=True) if parts[-1] in ("Vars", "URLVars", "parse", "safeParse", "validate") else NOTHING
        if self._is_caller(parts, called):
            return self._caller()
        if root == "$this" and len(parts) == 2 and called and inside is NOTHING and not literal and _LOADER.fullmatch(parts[1]):
            return self._caller()  # `$this->getProject()`: what the base class loads and checks for this request
        return NOTHING

    def _is_request(self, parts: list[str]) -> bool:
        form = self.words.request
        return bool(form.fullmatch(parts[0]) or self._is_locals(parts)) or (
            len(parts) > 1 and parts[0] in ("$this", "this") and bool(form.fullmatch(f"{parts[0]}->{parts[1]}"))
        )

    def _is_locals(self, parts: list[str]) -> bool:
        """Express: `res.locals`, where middleware puts who asks."""
        return parts[1:2] == ["locals"] and _RESPONSE.fullmatch(parts[0]) is not None and self.code.language in ("javascript", "typescript")

    def _is_caller(self, parts: list[str], called: set[int] | tuple[()]) -> bool:
        form = self.words.principal
        if form.fullmatch(parts[0]):
            return True
        if parts[0] == "this" and len(parts) > 1 and _FIELD.fullmatch(parts[1]) and self.code.language in ("javascript", "typescript"):
            return True  # `this.infoUser.id`: what the framework put into the controller of this request
        if parts[0] in ("this", "$this", "self", "@") and len(parts) > 1 and (form.fullmatch(parts[1]) or form.fullmatch(f"{parts[0]}->{parts[1]}")):
            return True
        if self.code.language in TYPED and any(
            form.fullmatch(part) or (_HOLDER.fullmatch(parts[at]) and (self.words.member.fullmatch(part) or _HELD.fullmatch(part)))
            for at, part in enumerate(parts[1:])
        ):
            return True  # `projectHolder.project`, `facade.authenticatedUser`: what something before the handler put aside
        if parts[0] == "this" and self.code.language in ("javascript", "typescript"):  # `this.tenantContext.tenantIdOrThrow()`
            if any(_HOLDER.fullmatch(holder) and _HELD.fullmatch(held) for holder, held in pairwise(parts[1:])):
                return True
        return any(form.fullmatch(parts[index]) for index in called)

    def _caller(self) -> Value:
        self.caller = True
        return CALLER

    def _client(self, name: str) -> Value:
        if self.given is not None and self.given.fullmatch(name):
            return self._caller()
        if self.code.language in COMPILED and CREDENTIAL.fullmatch(name):
            return CALLER
        self.ids.add(name)
        return Value(ids=frozenset((name,)))

    def _of_request(self, parts: list[str], called: set[int] | tuple[()], literal: str) -> Value:
        """`req.params.id`, `c.Param("id")`, `$request->input('id')`, `params[:id]`; and what a middleware put there: `req.user.id`."""
        words, members = self.words, parts[1:]
        if parts[0] in ("this", "$this") or self._is_locals(parts):
            members = parts[2:]
        if self.code.language == "ruby" and parts[0] == "params":
            keys = [part for part in members if part not in ("require", "permit", "fetch", "dig", "to_i", "to_s", "presence", "expect", "permit!")]
            name = literal if any(part in ("fetch", "dig", "require") for part in members) and not keys else keys[-1] if keys else ""
            return self._client(name) if name and "permit" not in members else Value(container=True)
        if not members:
            return self.env.get(parts[0]) or (Value(request=True) if not literal else self._client(literal))
        for place, member in enumerate(members):
            if words.container.fullmatch(member) or member in (
                "params",
                "query",
                "body",
                "valid",
                "Form",
                "PostForm",
                "URL",
                "files",
                "args",
                "rawInput",
            ):
                rest = [each for each in members[place + 1 :] if each not in ("get", "getAll", "Get", "Query", "data", "toString", "as")]
                if literal:
                    return self._client(literal)
                return self._client(rest[-1]) if rest else Value(container=True)
            if words.member.fullmatch(member) or words.principal.fullmatch(member):
                return self._caller()
        if literal and self.code.language in COMPILED and CREDENTIAL.fullmatch(literal.replace("-", "_")):
            return self._caller()
        if literal and members[-1] in ("MustGet", "Get", "Value", "Locals", "get", "var") and _is_member(words, literal):
            return self._caller()
        if literal and self.code.language == "go" and _SET_BEFORE.fullmatch(members[-1]):  # what a middleware put there
            return self._caller() if _is_member(words, literal) else NOTHING
        if literal and called and not _NOT_CLIENT.search(members[-1]):
            return self._client(literal)
        if self.code.language in ("javascript", "typescript") and not called and words.is_id(members[-1].lstrip("_")):
            if len(members) == 1 or not _OF_REQUEST.fullmatch(members[0]):
                return self._caller()  # `req.userId`, `req.dbUser._id`: no framework puts an id there, a middleware of the project did
        if members[-1] in ("json", "formData", "body", "valid", "Bind", "ShouldBindJSON", "all", "validated", "validate", "text"):
            return Value(container=True)
        return NOTHING
