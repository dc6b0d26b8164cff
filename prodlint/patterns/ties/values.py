"""Values by name in one function: what comes from the client, what says who the caller is, what a lookup gave.

Knows: chains of names, calls and keys. Does not know: which names are given what (`bindings.py`), what ties an id (`flow.py`).
"""

from __future__ import annotations

from itertools import pairwise

from prodlint import regex as re
from prodlint.patterns.go.receivers import itself
from prodlint.patterns.javascript.sent_parts import part_sent, reads_sent
from prodlint.patterns.text.meanings import CALLER, NOTHING, Lookup, Resolve, Value
from prodlint.patterns.text.reader import Function, plain_name
from prodlint.patterns.text.spans import DOTS, split
from prodlint.patterns.text.types import COMPILED, TYPED
from prodlint.patterns.text.words import Words
from prodlint.patterns.ties import whose
from prodlint.patterns.ties.whose import ASKED, FIELD, HELD, HOLDER, HOLDS_SENT, KNOWS, NOBODY, OWN, asks_base, injected, is_member, put_there, sent

BOUND = "bound"  # a lookup that the framework makes for a parameter
_KEYED, _ENDS = frozenset(("{", ",", "(", "[")), frozenset((",", ")", "}"))
_LITERAL = re.compile(r"^[:\"'`]:?[\w.\[\]-]+[\"'`]?$")
_INSIDE = re.compile(r"[$#]\{([^{}]*)\}|\$([A-Za-z_][\w>.-]*)|\{([A-Za-z_][\w.]*)")
_NOT_CLIENT = re.compile(r"header|cookie|session|locals|state|user|auth|log|app|db|ip|env|next|render|json|status|write|set|^t$|i18n", re.I)
_LOADER = re.compile(
    r"get(?!\w*(?:Request|Doctrine|Container|Manager|Repository|Parameter|Query|Service|Config|Logger|Form|Session|Response|Body|Input))[A-Z]\w+"
)
_GETS = re.compile(
    r"^(?:get|extract|resolve|require|read|decode|current|auth|(?:Must)?(?:Get|Extract|Resolve|Require|Read|Load|Current))_?(?=[A-Z_a-z])"
)
_FROM = re.compile(r"(?<=[a-zD])From$")  # `UserIDFrom(ctx)`
_ROUTED = re.compile(r"(?i)^(?:url|path|route|router)_?\w*param|^param$|^path_?value$")
_MADE = re.compile(r"(?:create|insert|enqueue|trigger|send)(?:[A-Z_]|$)|With(?:Context|Ctx)$")  # gives what is new; is handed what narrows nothing
# helpers that read an id from a request: `getID(c)`, `parseOrderId(req)`
_READS_ID = re.compile(
    r"(?:get|parse|extract|read|require|must|url|path|route|param|query)_?(?!(?i:request|trace|session|correlation|client|span|device))(\w*?(?:ID|Id|UUID|Uuid|uuid)s?)"
    r"(?:From\w+|Of\w+|Param\w*)?",
    re.I,
)
_GETTER = re.compile(r"get[A-Z]")
_GETTER_GO = re.compile(r"Get[A-Z]\w*(?:Id|ID|Uid|UID|Uuid|Name|Slug)s?$|GetIds?$")
# the day on which something was, as text or number: no id, and no object
_OF_DATE = re.compile(
    r"format|to(?:ISO|UTC|Date|Time|LocaleDate|LocaleTime)String|strftime|getTime|getTimestamp|toUnixString|diffForHumans|iso8601|isoFormat"
)
_OF_TEXT = re.compile(r"(?i)(?:java\.)?str(?:ing)?s?|fmt|util|messageformat|text|template\w*|_|i18n")
MAX_PATH = 3  # parts of a field of a field
LISTED = re.compile(
    r"then|map|each|forEach|flatMap|filter|find|some|every|tap|let|also|run|takeIf|takeUnless|ifPresent|orElseThrow|subscribe|pipe|catchError|each_with_index|select|all|any"
)
# what a caller proves with who it is: a row that it names is the caller's
CREDENTIAL = re.compile(
    r"(?i)\$?(?:x_)?(?:authorization|(?:internal|service|admin|cron)?_?api_?key|(?:access|auth|session|bearer|api|id|refresh)_?token|otp|secret|signature"
    r"|(?:verification|confirm\w*|reset|invit\w*|activation|login)?_?(?:code|token|hash))"
)


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
        # in a called function: parameters of which it may use one field or another
        self.whole = {name for value in start.values() for name in value.ids} if any_name else set()
        self.code, self.function, self.words, self.resolve = function.code, function, words, resolve
        self.env = {itself(function): NOTHING, **start} if function.code.language == "go" else dict(start)
        self.lookups: list[Lookup] = []
        self.by_chain: dict[int, int] = {}  # where a chain of calls begins -> the number of its lookup
        self.at_call: dict[int, int] = {}  # the closing bracket of a lookup -> its number
        self.at_caller: set[int] = set()  # closing brackets of calls that give the caller
        self.at_both: set[int] = set()  # closing brackets of calls of the project that put the caller beside what they are handed
        self.at_row: set[int] = set()  # closing brackets of lookups by something that is no id: what they give is the app's, not the client's
        self.tied: set[str] = set(tied)
        self.guarded: list[frozenset[str]] = []
        self.edges, self.held = list[frozenset[str]](), list[frozenset[str]]()  # held: those that one comparison brings together
        self.ids: set[str] = {name for value in start.values() for name in value.ids}
        self.caller = any(value.principal for value in start.values())
        self.roles: list[str] = []
        self.staff = False
        self.texts: dict[str, str] = {}  # names that hold one literal text
        self.literals: dict[str, int] = {}  # names that hold an object written in the function -> its brace
        self.elements: set[str] = set()  # names that hold one of a list that was sent
        self.opened: set[str] = set()  # the same, of which a field was set later
        self.routed: set[str] = set()  # names of parts of the path
        for name, model in bound:
            key = plain_name(name)
            self.env[name] = Value(objects=frozenset((len(self.lookups),)))
            self.lookups.append(Lookup(BOUND, model, function.at, {key}, strong=True))
            self.ids.add(key)

    def value(self, first: int, last: int) -> Value:
        """What the tokens from `first` up to `last` carry."""
        out, index, code = NOTHING, first, self.code
        while index < last:
            if code.kinds[index] == "s":
                out |= self._in_string(code.texts[index])
                index += 1
            elif code.kinds[index] == "n" and not self._is_key(index, last):
                found, index = self._chain(index, last)
                if found.container and (part := whose.awaited_part(code, index, last)):  # `(await props.params).orderId`
                    found, index = self._client(part), index + 3
                instead, index = self._instead(found, index, last)
                out |= found | instead
            else:
                index += 1
        return out

    def _is_key(self, index: int, last: int) -> bool:
        """The key of `{ key: value }` or `key: value` in arguments; not the middle of `a ? b : c`."""
        texts = self.code.texts
        if index + 1 >= last or texts[index + 1] != ":" or index == 0:
            return False
        if self.code.language == "ruby" and texts[index + 2 : index + 3] and texts[index + 2] in _ENDS and texts[index - 1] in _KEYED:
            return False  # `find_by(id:)` hands on what is called so
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
        code, texts, mate = self.code, self.code.texts, self.code.mate
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
                if code.language in COMPILED and whose.LOGS_IN.fullmatch(parts[-1]):
                    found = CALLER
                elif number is not None:
                    found = Value(objects=frozenset((number,)), principal=self.lookups[number].tied)
                elif mate[at] in self.at_caller:
                    found = self._caller()
                elif mate[at] in self.at_row:
                    found = NOTHING
                elif (whose.VOUCHED.fullmatch(parts[-1]) or whose.decodes(parts)) and (told := self.value(at + 1, mate[at])).ids:
                    found = CALLER if self.words.verified or whose.VOUCHED.fullmatch(parts[-1]) else told
                else:
                    inside |= self.value(at + 1, mate[at]) if not _MADE.match(parts[-1]) else NOTHING
                    inside |= CALLER if mate[at] in self.at_both else NOTHING
                    literal = literal or self._literal(at) or whose.context_key(self.function, self.words, at, parts[-1])
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
            elif text == "." and (after := whose.asserted(code, at, last)) > 0 and self.words.member.fullmatch(texts[after + 1]):
                at = after
            elif text in ("!", "!!", "?") and at + 1 < last and texts[at + 1] in (*DOTS, "["):
                at += 1
            elif text in ("as", ")") and at == index + len(parts) * 2 - 1 and (after := whose.cast(code, index, at, last)) > 0:
                at = after
            elif text == "<" and (routed := whose.of_route(code, index)) is not None:
                found, at = self._client(routed[0]), routed[1]
            else:
                break
        if found is not None:
            return found, at
        if len(parts) - 1 in called and _OF_DATE.fullmatch(parts[-1]) and not _OF_TEXT.fullmatch(parts[0]):
            return NOTHING, at
        named = self._named(parts, called, literal, inside)
        if inside.request and code.language == "go" and (named.ids or named.container or inside.ids or inside.principal):  # no request any more
            inside = Value(inside.ids, inside.principal, inside.container, False, inside.objects)
        if inside.request and named.container and code.language in ("javascript", "typescript"):
            return named, at  # `await readBody(event)` is what was sent, and not the request
        return (named if named.principal and not inside.ids else named | inside), at

    def _adjacent(self, at: int) -> int:
        """A bracket belongs to the name before it where nothing stands between them (or in JS-like languages, where only a line end does)."""
        code = self.code
        end = code.starts[at - 1] + len(code.texts[at - 1])
        return at if code.starts[at] == end or (code.texts[at] == "(" and code.language != "ruby") else -1

    def _literal(self, opened: int) -> str:
        """The only text among the arguments of a call: `Param("id")`, `input('id')`, `URLParam(r, "id")`."""
        code = self.code
        for start, end in split(code, opened + 1, code.mate[opened]) if not whose.OF_SPAN.fullmatch(code.texts[opened - 1]) else ():
            if end == start + 1 and code.kinds[start] == "s" and _LITERAL.match(code.texts[start]):
                return code.texts[start].strip("\"'`:").strip(":")
        return ""

    def _named(self, parts: list[str], called: set[int] | tuple[()], literal: str = "", inside: Value = NOTHING) -> Value:
        if self.code.language == "csharp" and len(parts) > 2 and parts[-1] == "Value":
            parts = parts[:-1]  # `command.OrderId.Value`, where there may be none
        root = parts[0]
        if self.code.language == "go" and whose.of_app(parts):
            return NOTHING
        if parts[-1] == "getRawInput":  # tRPC: what a middleware asks for of all that was sent
            return Value(container=True)
        if literal and _ROUTED.search(parts[-1]):
            self.routed.add(literal)
        if len(parts) > 1 and root in ("this", "$this", "self") and f"{root}.{parts[1]}" in self.env:
            return self.env[f"{root}.{parts[1]}"]
        # `h.idOf(r, "order_id")`: the request is asked, not the receiver
        known = None if inside.request and self.code.language == "go" and self.env.get(root) == NOTHING else self.env.get(root)
        members = parts[1:]
        if known is None and root.startswith("@") and self.code.language == "ruby":
            return CALLER  # set by something that runs before; what it is is not known, and it is no client value
        if known is not None and known.ids and len(members) == 1 and not called and put_there(self.code, self.function.body, root):
            return self._caller()
        if known is not None and not known.request:
            if self.whole and known.ids and members:
                return self._member_of(known, members, called)
            if known.container and self.code.language == "go" and called and members and _GETTER_GO.match(members[-1]):  # `req.Msg.GetOrderId()`
                return self._client(members[-1][3:])
            if known.container and self.code.language == "java" and len(members) == 1 and 1 in called and _GETTER.match(members[0]):
                return self._client(f"{members[0][3].lower()}{members[0][4:]}")
            if known.container and members and members[0] in whose.PARTS and not literal:  # Next.js: `props.params`, `(await props.params).id`
                return self._client(members[1]) if len(members) > 1 and 2 not in called else Value(container=True)
            if members and not (called or literal or self.any_name) and (root in self.elements or root in known.ids):
                if part := part_sent(self.words, known, members[-1], self.code.language):
                    return self._client(part)
            if known.container and (members or literal):
                name = literal or members[-1 if len(parts) - 1 not in called else -2] if len(members) > 1 or literal or not called else ""
                return self._client(name or members[0]) if not (called and not literal and len(members) == 1) else known
            return known
        if (known is not None and known.request) or (known is None and self._is_request(parts)):
            return self._of_request(parts, called, literal)
        if literal and not known and (parts[-1] == "get" or (called and self.code.language == "go")) and len(parts) < 3:  # `get(req, "user.id")`
            if inside.request and parts[-1] == "get" and is_member(self.words, literal.partition(".")[0]):
                return self._caller()
            if inside.container:
                return self._client(literal)
        if inside.request and not known:
            if any(self.words.principal.fullmatch(part) or self.words.member.fullmatch(_FROM.sub("", _GETS.sub("", part))) for part in parts[-2:]):
                return self._caller()
            if literal:
                return self._caller() if whose.of_context(self.code, self.words, parts[-1], literal) else self._client(literal)
            if called and (read := _READS_ID.fullmatch(parts[-1]) or (None if inside.ids else whose.SOME_ID.fullmatch(parts[-1]))) is not None:
                if whose.vouches(self.resolve, parts, part := read.group(1)):
                    return self._caller()
                return self._client(part.lower() if len(part) < 4 else part)
            if self.code.language == "go" and (part := whose.sent_by(parts, called)) is not None:
                return self._client(part) if part else Value(container=True)
            form = parts[-1] in ("parse", "safeParse", "validate") or (called and reads_sent(self.code, parts[-1]))
            return Value(container=True) if form else NOTHING
        if self._is_caller(parts, called) or (called and inside is NOTHING and whose.asks_token(self.function, parts, literal, self.words)):
            return CALLER if literal else self._caller()  # put aside, it narrows where it stands: a service may only note it down
        if whose.held_row(self.function, parts):
            return CALLER
        if root == "$this" and len(parts) == 2 and called and inside is NOTHING and not literal and _LOADER.fullmatch(parts[1]):
            return self._caller()  # `$this->getProject()`: what the base class loads and checks for this request
        return NOTHING

    def _member_of(self, known: Value, members: list[str], called: set[int] | tuple[()]) -> Value:
        """`params.orderId`, `request.getOrderId()` in a called function; a method of the value says no more than the value."""
        path, go = [], self.code.language == "go"
        for place, member in enumerate(members, 1):
            if self.code.language in TYPED and self.words.principal.fullmatch(member) and place + 1 in called:
                return self._caller()  # `input.User.GetUserId()`
            if place in called:
                getter = _GETTER.match(member) if self.code.language in ("java", "kotlin") else _GETTER_GO.match(member) if go else None
                if getter is None:
                    break
                member = member[3:] if go else f"{member[3].lower()}{member[4:]}"  # of protobuf: `req.GetOrderId()`
            path.append(member)
        return self._within(known, ".".join(path[:MAX_PATH])) if path else known

    def _within(self, value: Value, path: str) -> Value:
        """The field of a parameter of a called function."""
        if not path or not value.ids & self.whole:
            return value
        ids = frozenset(f"{name}.{path}" if name in self.whole else name for name in value.ids)
        return Value(ids, value.principal, value.container, value.request, value.objects)

    def _is_request(self, parts: list[str]) -> bool:
        form = self.words.request
        if self._is_constant(parts[0]):
            return False
        return bool(form.fullmatch(parts[0]) or whose.is_locals(parts, self.code.language)) or (
            len(parts) > 1 and parts[0] in ("$this", "this") and bool(form.fullmatch(f"{parts[0]}->{parts[1]}"))
        )

    def _is_constant(self, name: str) -> bool:
        """Ruby: is it a class, `Request.find`, `Session.where`, and not what a request holds?"""
        return self.code.language == "ruby" and name[:1].isupper() and name != "Current"

    def _is_caller(self, parts: list[str], called: set[int] | tuple[()]) -> bool:
        form = self.words.principal
        if self._is_constant(parts[0]) or (parts[0] in NOBODY and self.code.language in TYPED):
            return False
        if form.fullmatch(parts[0]) or (len(parts) == 1 and 0 in called and asks_base(self.code, parts[0])):
            return True
        if self.code.language == "csharp" and OWN.fullmatch(parts[0]) and self.function.owner is not None:  # of the base class of a controller
            return ASKED.search(self.function.owner.name) is not None
        if parts[0] == "this" and len(parts) > 1 and FIELD.fullmatch(parts[1]) and self.code.language in ("javascript", "typescript"):
            return True  # `this.infoUser.id`: what the framework put into the controller of this request
        if parts[0] in ("this", "$this", "self", "@") and len(parts) > 1 and (form.fullmatch(parts[1]) or form.fullmatch(f"{parts[0]}->{parts[1]}")):
            return True
        if self.code.language == "php" and parts[:2] == ["$this", "user"] and 1 in called:
            return True  # `$this->user()` of a base controller; a property of that name may be a model that the client chose
        if injected(self.code, parts[1] if parts[0] == "this" and len(parts) > 1 else parts[0]):
            return True
        if self.code.language in TYPED and any(
            form.fullmatch(part)
            or (HOLDER.fullmatch(parts[at]) and (self.words.member.fullmatch(part) or HELD.fullmatch(part)))
            or (KNOWS.fullmatch(parts[at]) and self.words.member.fullmatch(part) and at + 1 not in called)
            for at, part in enumerate(parts[1:])
        ):
            return True  # `projectHolder.project`, `facade.authenticatedUser`: what something before the handler put aside
        if parts[0] == "this" and self.code.language in ("javascript", "typescript"):  # `this.tenantContext.tenantIdOrThrow()`
            if any(HOLDER.fullmatch(holder) and HELD.fullmatch(held) for holder, held in pairwise(parts[1:])):
                return True
        return any(form.fullmatch(parts[index]) for index in called)

    def _caller(self) -> Value:
        self.caller = True
        return CALLER

    def _client(self, name: str) -> Value:
        if self.given is not None and self.given.fullmatch(name):
            return self._caller()
        if self.code.language in COMPILED and CREDENTIAL.fullmatch(name):
            self.caller |= self.code.language == "go" and whose.OF_CALLER.fullmatch(name) is not None
            return CALLER
        self.ids.add(name)
        return Value(ids=frozenset((name,)))

    def _of_request(self, parts: list[str], called: set[int] | tuple[()], literal: str) -> Value:
        """`req.params.id`, `c.Param("id")`, `$request->input('id')`, `params[:id]`; and what a middleware put there: `req.user.id`."""
        words, members = self.words, parts[2 if parts[0] in ("this", "$this") or whose.is_locals(parts, self.code.language) else 1 :]
        if members[-1:] == ["header"] and literal.lower() in words.given:
            return self._caller()
        if members == ["request"] and not called and self.code.language in ("javascript", "typescript"):
            return Value(request=True)  # SvelteKit: `superValidate(event.request, schema)`
        if self.code.language == "ruby" and parts[0] == "params":
            keys = whose.keys_of_params(members)
            name = literal if any(part in ("fetch", "dig", "require") for part in members) and not keys else keys[-1] if keys else ""
            return self._client(name) if name and "permit" not in members else Value(container=True)
        if not members:
            return self.env.get(parts[0]) or (self._client(literal) if literal else Value(request=True))
        if len(members) == 1 and not called and sent(self.code, words, members[0]):
            return self._client(members[0])
        if members[0] in whose.BEARS and self.code.language in ("javascript", "typescript"):
            key = whose.BEARS[members[0]]
            if not words.verified and any(map(key.fullmatch, (literal, *members[1:2]))):
                return self._client("bearer")  # whatever it says
            if key.fullmatch(literal or members[-1]):
                return self._caller()  # `req.headers.authorization`, `req.cookies.token`: whose key it is, calls
        for place, member in enumerate(members):
            if words.container.fullmatch(member) or member in HOLDS_SENT:
                rest = [each for each in members[place + 1 :] if each not in whose.OF_SENT]
                plain = [each for at, each in enumerate(parts[1:], 1) if at not in called and each in rest]
                rest = plain or rest  # `call.parameters["id"]?.toIntOrNull()`
                if literal and member == "valid" and whose.PART.fullmatch(literal):  # `c.req.valid("param")`: all of a part of the request
                    return self._client(rest[-1]) if rest else Value(container=True)
                if literal:
                    return self._client(literal)
                return self._client(rest[-1]) if rest else Value(container=True)
            if words.member.fullmatch(member) or words.principal.fullmatch(member) or whose.holds_key(self.code.language, member):
                return self._caller()
        if literal and self.code.language in COMPILED and CREDENTIAL.fullmatch(literal.replace("-", "_")):
            return self._caller()
        held = is_member(words, literal) or whose.kept_id(self.code, parts, words, literal)
        if literal and not {members[0], members[-1]}.isdisjoint(whose.GIVEN_BACK) and held:  # `c.get("user").id`, `c.get("appId")`
            return self._caller()
        if literal and whose.was_put(self.function, members):
            return self._caller() if is_member(words, literal) or whose.its_id(self.function, words, literal) else NOTHING
        # `req.get("X-Trace")`, `c.get("session")`: a header, or what was put there; in PHP what was sent
        if literal and called and not _NOT_CLIENT.search(members[-1]) and (members[-1].lower() != "get" or self.code.language == "php"):
            return Value(container=True) if members[-1] == "Value" else self._client(literal)  # `r.Context().Value(CtxParams)`
        if self.code.language in ("javascript", "typescript") and not called and words.is_id(members[-1].lstrip("_")):
            if len(members) == 1 or not whose.OF_REQUEST.fullmatch(members[0]):
                return self._caller()  # `req.userId`, `req.dbUser._id`: no framework puts an id there, a middleware of the project did
        if members[-1] in ("json", "formData", "body", "valid", "Bind", "ShouldBindJSON", "all", "validated", "validate", "text"):
            return Value(container=True)
        return Value(request=True) if self.code.language == "go" and members[-1] == "Context" else NOTHING
