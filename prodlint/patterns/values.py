"""Values by name in one function: what comes from the client, what says who the caller is, what a lookup gave.

Knows: chains of names, calls and keys; assignments, patterns that take values apart, loops, functions that are handed to a call. Does not know: what
ties an id (`flow.py`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from prodlint.patterns.reader import Function, expression_end, split, taken
from prodlint.patterns.types import TYPED
from prodlint.patterns.words import Words

DOTS = frozenset((".", "?.", "->", "?->", "::"))
BOUND = "bound"  # a lookup that the framework makes for a parameter
_KEYED = frozenset(("{", ",", "(", "["))
_LITERAL = re.compile(r"^[:\"'`]:?[\w.\[\]-]+[\"'`]?$")
_INSIDE = re.compile(r"[$#]\{([^{}]*)\}|\$([A-Za-z_][\w>.-]*)|\{([A-Za-z_][\w.]*)")
_NOT_CLIENT = re.compile(r"header|cookie|session|locals|state|user|auth|log|app|db|ip|env|next|render|json|status|write|set|t$|i18n", re.I)
_LOADER = re.compile(
    r"get[A-Z](?!\w*(?:Request|Doctrine|Container|Manager|Repository|Parameter|Query|Service|Config|Logger|Form|Session|Response|Body|Input))\w+"
)
_GETS = re.compile(r"^(?:get|extract|resolve|require|read|decode|current|auth)_?(?=[A-Z_a-z])")
_ROUTED = re.compile(r"(?i)^(?:url|path|route|router)_?\w*param|^param$|^path_?value$")
_SET_BEFORE = re.compile(r"Get(?:String|Int|Int64|Uint|Uint64|Bool)\w*|MustGet")
_MADE = re.compile(r"(?:create|insert|enqueue|trigger|send)(?:[A-Z_]|$)")  # what such a call gives is new, and no longer the client's choice
LISTED = re.compile(
    r"then|map|each|forEach|flatMap|filter|find|some|every|tap|let|also|run|ifPresent|orElseThrow|subscribe|pipe|catchError|each_with_index|select|all|any"
)


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a call of a function of the project means: the arguments that select data, does it look at the caller itself, at data at all.

    exact: it surely is the function that runs; groups: arguments that go together into a query, a comparison or a call; changes: rows change;
    ties: the function itself checks an argument against the caller, or asks for a role."""

    selects: frozenset[int] = frozenset()
    caller: bool = False
    data: bool = False
    exact: bool = False
    groups: tuple[frozenset[int], ...] = ()
    changes: bool = False
    ties: bool = False


# what a caller proves with who it is: a row that it names is the caller's
CREDENTIAL = re.compile(
    r"(?i)\$?(?:x_)?(?:api_?key|(?:access|auth|session|bearer|api|id)_?token|otp|secret|signature"
    r"|(?:verification|confirm\w*|reset|invit\w*|activation|login)?_?(?:code|token|hash))"
)
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
    """Data selected by client ids: the call's name, what it selects, whether something of the caller narrows it, how sure it is a lookup."""

    name: str
    model: str
    at: int
    ids: set[str] = field(default_factory=set)
    tied: bool = False
    strong: bool = False
    changes: bool = False
    made_of: set[int] = field(default_factory=set)


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
                else:
                    inside |= self.value(at + 1, mate[at]) if not _MADE.match(parts[-1]) else NOTHING
                    literal = literal or self._literal(at)
                at = mate[at] + 1
            elif text == "[" and mate[at] > 0 and at == self._adjacent(at):
                if mate[at] == at + 2 and code.kinds[at + 1] == "s":
                    parts.append(texts[at + 1].strip("\"'`:"))
                else:
                    inside |= self.value(at + 1, mate[at])
                at = mate[at] + 1
            elif text in ("!", "!!", "?") and at + 1 < last and texts[at + 1] in (*DOTS, "["):
                at += 1
            else:
                break
        if found is not None:
            return found, at
        named = self._named(parts, called, literal, inside)
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
        return bool(form.fullmatch(parts[0])) or (
            len(parts) > 1 and parts[0] in ("$this", "this") and bool(form.fullmatch(f"{parts[0]}->{parts[1]}"))
        )

    def _is_caller(self, parts: list[str], called: set[int] | tuple[()]) -> bool:
        form = self.words.principal
        if form.fullmatch(parts[0]):
            return True
        if parts[0] in ("this", "$this", "self", "@") and len(parts) > 1 and (form.fullmatch(parts[1]) or form.fullmatch(f"{parts[0]}->{parts[1]}")):
            return True
        if self.code.language in TYPED and any(
            form.fullmatch(part) or (_HOLDER.fullmatch(parts[at]) and (self.words.member.fullmatch(part) or _HELD.fullmatch(part)))
            for at, part in enumerate(parts[1:])
        ):
            return True  # `projectHolder.project`, `facade.authenticatedUser`: what something before the handler put aside
        return any(form.fullmatch(parts[index]) for index in called)

    def _caller(self) -> Value:
        self.caller = True
        return CALLER

    def _client(self, name: str) -> Value:
        if self.given is not None and self.given.fullmatch(name):
            return self._caller()
        if self.code.language in (*TYPED, "go") and CREDENTIAL.fullmatch(name):
            return CALLER
        self.ids.add(name)
        return Value(ids=frozenset((name,)))

    def _of_request(self, parts: list[str], called: set[int] | tuple[()], literal: str) -> Value:
        """`req.params.id`, `c.Param("id")`, `$request->input('id')`, `params[:id]`; and what a middleware put there: `req.user.id`."""
        words, members = self.words, parts[1:]
        if parts[0] in ("this", "$this"):
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

    # ------------------------------------------------------------ names that are given a value
    def _assign(self, sign: int) -> None:
        code = self.code
        value = self.value(sign + 1, expression_end(code, sign + 1))
        before = sign - 1
        if before < self.function.first:
            return
        text = code.texts[before]
        if text == "}" and code.mate[before] >= 0:
            for name, key in taken(code, code.mate[before] + 1, before):
                self.env[name] = self._taken(key, value)
        elif text == "]" and code.mate[before] >= 0 and code.texts[code.mate[before] - 1] in ("const", "let", "var", "=", ";", "{", "}", "("):
            for start, end in split(code, code.mate[before] + 1, before):
                if end > start and code.kinds[end - 1] == "n":
                    self.env[code.texts[end - 1]] = self._given(code.texts[end - 1], value)
                elif end > start and code.texts[start] == "{":
                    for name, key in taken(code, start + 1, end - 1):
                        self.env[name] = self._taken(key, value)
        else:
            for name in self._targets(before):
                self.env[name] = self._given(name, value, empty=code.texts[sign + 1 : sign + 2] in (["null"], ["nil"], ["default"], ["undefined"]))
                if code.kinds[sign + 1 : sign + 2] == ["s"] and expression_end(code, sign + 1) == sign + 2:
                    self.texts[name] = code.texts[sign + 1]

    def _targets(self, index: int) -> Iterator[str]:
        """The names left of an assignment sign: `x`, `x: Type`, `a, err`, `this.x`."""
        code = self.code
        texts = code.texts
        if code.kinds[index] != "n":
            while index > self.function.first and texts[index] not in (":", ";", "{", "}", "("):
                index -= 1
            index -= 1
        while index >= self.function.first and code.kinds[index] == "n":
            name = texts[index]
            if index > 1 and texts[index - 1] in DOTS:
                if texts[index - 2] in ("this", "$this", "self"):
                    yield f"{texts[index - 2]}.{name}"
                return
            if index > 1 and texts[index - 1] == ":" and code.kinds[index - 2] == "n" and texts[index - 2] not in ("case", "default"):
                yield texts[index - 2]
                return
            if name not in ("err", "ok", "error", "_"):
                yield name
            if code.language not in ("go", "ruby") or texts[index - 1] != ",":
                return
            index -= 2

    def _given(self, name: str, value: Value, empty: bool = False) -> Value:
        """A name that says who it is, given something that is not the client's, is the caller."""
        if not (value.ids or value.container or value.objects or empty) and self.words.principal.fullmatch(name.lstrip("$@")):
            return self._caller()
        return value

    def _taken(self, key: str, value: Value) -> Value:
        """What `{ key } = value` takes out."""
        last = key.rsplit(".", 1)[-1]
        if value.principal:
            return CALLER
        if value.container and key != "...":
            return Value(container=True) if self.words.container.fullmatch(last) else self._client(last)
        if value.request or not (value.ids or value.objects):
            if self.words.container.fullmatch(last):
                return Value(container=True)
            if self.words.injected.fullmatch(last) or self.words.member.fullmatch(last):
                return self._caller()
            if "." in key and self.words.container.fullmatch(key.split(".")[0]):
                return self._client(last)
        return value

    def _arrow(self, arrow: int) -> None:
        """The parameters of a function that is handed to `.then(...)`, `.map(...)`: what the receiver holds."""
        code = self.code
        start = arrow - 1
        if code.language == "kotlin" and start > 1 and code.texts[start - 1] == "{":  # `x?.let { book -> ... }`
            call = start - 2
            if code.texts[call] == ")" and code.mate[call] > 0:
                call = code.mate[call] - 1
            if code.kinds[call] == "n" and call > 1 and code.texts[call - 1] in DOTS:
                value = self.value(self._start_of(call), call)
                if value.ids or value.objects or value.principal:
                    self.env[code.texts[start]] = value
            return
        if code.texts[start] == ")" and code.mate[start] >= 0:
            names = [name for name in code.texts[code.mate[start] + 1 : start] if name[0].isalpha() or name[0] == "$"]
            start = code.mate[start]
        else:
            names = [code.texts[start]]
        opened = start - 1 - (code.texts[start - 1] == "async")
        if opened > 1 and code.texts[opened] == "(" and LISTED.fullmatch(code.texts[opened - 1]) and code.texts[opened - 2] in DOTS:
            value = self.value(self._start_of(opened - 1), opened - 1)
            if value.ids or value.objects or value.principal:
                for name in names[:1]:
                    self.env[name] = value

    def _it(self, brace: int) -> None:
        """Kotlin's `x.forEach { it.owner }`."""
        value = self.value(self._start_of(brace - 1), brace - 1)
        if value.ids or value.objects or value.principal:
            self.env["it"] = value

    def _block(self, bar: int) -> None:
        code = self.code
        value = self.value(self._start_of(bar - 2), bar - 1) if bar > 2 else NOTHING
        if bar + 1 < len(code) and (value.ids or value.objects or value.principal):
            self.env[code.texts[bar + 1]] = value

    def _loop(self, word: int) -> None:
        """`for (const x of xs)`, `foreach ($xs as $x)`, `for _, x := range xs`, `for (x in xs)`."""
        code, text = self.code, self.code.texts[word]
        if text == "as":
            if code.language == "php" and word + 1 < len(code):
                self.env[code.texts[word + 1]] = self.value(self._start_of(word - 1), word)
            return
        name = word - 1 if text != "range" else word - 2
        value, _ = self._chain(word + 1, len(code)) if word + 1 < len(code) and code.kinds[word + 1] == "n" else (NOTHING, 0)
        if name > 0 and code.kinds[name] == "n" and (value.ids or value.objects or value.principal):
            self.env[code.texts[name]] = value

    # ------------------------------------------------------------ places
    def _start_of(self, index: int) -> int:
        """Where the chain begins that ends with this token."""
        code = self.code
        texts, mate = code.texts, code.mate
        while index > 0:
            if texts[index] in (")", "]") and mate[index] >= 0:
                index = mate[index] - 1 if code.kinds[mate[index] - 1] == "n" or texts[mate[index] - 1] in (")", "]") else mate[index]
                if texts[index] in ("(", "["):
                    return index
                continue
            if index > 1 and texts[index - 1] in DOTS:
                index -= 2 if texts[index - 2] not in ("!", "!!", "?") else 3
                continue
            return index
        return index

    def _right_end(self, index: int) -> int:
        code = self.code
        while index < len(code) and code.texts[index] in ("!", "(", "await", "new", "-"):
            index = code.mate[index] + 1 if code.texts[index] == "(" and code.mate[index] == index + 2 else index + 1  # a cast
        if index >= len(code) or code.kinds[index] != "n":
            return index + 1
        at = index + 1
        while at < len(code):
            if code.texts[at] in DOTS:
                at += 2
            elif code.texts[at] in ("(", "[") and code.mate[at] > 0:
                at = code.mate[at] + 1
            else:
                return at
        return at
