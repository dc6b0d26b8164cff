"""Names that are given a value in one function: assignments, patterns that take values apart, loops, functions that are handed to a call.

Knows: which value each name holds from there on. Does not know: what ties an id (`flow.py`).
"""

from __future__ import annotations

from collections.abc import Iterator

from prodlint import regex as re
from prodlint.patterns.javascript.sent_parts import part_sent
from prodlint.patterns.text.meanings import CALLER, NOTHING, Value
from prodlint.patterns.text.spans import DOTS, chain_start, expression_end, operand_end, split, taken
from prodlint.patterns.text.types import COMPILED
from prodlint.patterns.ties.values import LISTED, Values

# what another one answers to what the client sent is not the client's
_ANSWERED = re.compile(r"(?:\w+_)?resp(?:onse)?|\w*[a-z0-9]Resp(?:onse)?")
# Go: calls that fill what they are handed by its address with what the client sent (gin, echo, fiber, chi's render, encoding/json)
_FILLS = re.compile(
    r"(?:Should|Must)?Bind(?:JSON|Json|Uri|URI|Query|Form|Params?|PathParams|QueryParams|Body|XML|YAML|With\w*)?|(?:Body|Query|Params)Parser"
    r"|Decode(?:JSON|Json|Body)?|Unmarshal|(?i:(?:decode|read|bind|parse|unmarshal)_?(?:and_?validate_?)?(?:strict_?)?(?:json|body|request|req|input|payload|form)\w*)"
)
# Go: what registers a route, and reads nothing of a request
_ROUTES = re.compile(r"(?i)get|post|put|patch|delete|handle\w*|route|group|mount|use|run|transaction\w*")
_POINTS = r"\b{}\s*:?=\s*(?:&[\w.]+\{{|new\()"  # Go
_ASKS_DATA = re.compile(r"client|db|tx|conn|reader|writer|queries|store|repo|\w*(?:Client|D[bB]|T[xX]|Conn|Reader|Writer|Queries|Store|Repo)")
_VARIABLE = r"(?m)^(?:var[ \t]+|\t){}[ \t]+(?:=[ \t]*)?func\("
_MADE_FOR = re.compile(r"(?i)\w*(?:repo(?:sitory)?|dao|service|svc)")  # Go: what keeps rows, made for one request
_PATH, _CUTS = frozenset(("Path",)), frozenset(("strings", "path", "filepath", "r", "req", "request"))  # Go
# but what only brings it into a form is (the response to a survey): calls of zod, yup, joi, ajv, class-transformer
_FORMS = re.compile(r"(?i)(?:safe_?)?parse(?:_?async)?|\w*validat\w*|cast|coerce|transform|decode|assign|plainTo\w+|\w*schema|body|json")
# who shares the rows, as a wrapper tells its handler
_TENANT = re.compile(
    r"(?:school|clinic|practice|hospital|institution|branch|studio|agency|gym|salon|restaurant|hotel|shop|store|business|firm|club)_?[iI]d"
)
# a wrapper that says by its name that it is about who asks, and not about what was sent: `withBody(request, session.user, async ({ userId }) => ...)`
_TELLS_WHO = re.compile(
    r"(?i)(?!\w*(?:body|pars|valid|form(?!at)|input|payload|query|schema|json|data))"
    r"\w*(?:tenant|auth|session|user|caller|context|ctx|scope|org|account|workspace|member|school|rls)\w*"
)
# a wrapper that is handed the request and says that it checks whose something is: `withTenantIsolation(request, async (projectId) => ...)`
_CHECKS_WHOSE = re.compile(
    r"with(?=\w*(?:Tenant|Project|Workspace|Org|Team|Account|Membership|Auth))\w*(?:Isolat|Access|Auth(?!or\b)|Guard|Permission|Owner|Member|Valid|Protect)\w*"
)
_OF_TENANT = re.compile(r"(?:tenant|project|workspace|org(?:ani[sz]ation)?|team|account|company)_?[iI]d")
_WHO = re.compile(r"validated|auth|session|user|member(?:ship)?|tenant|access|scope")
_SENT_IN = (
    r"\b{0}\s*\??\.\s*(?:body|params|query|input|data|payload|form)\b"
    r"|\{{[^{{}}]*\b(?:body|params|query|input|data|payload)\b[^{{}}]*\}}\s*=\s*{0}\b"
)
_SETTER = re.compile(r"set([A-Z])(\w*)")


class Names(Values):
    """The part of the sweep that binds names."""

    def _assign(self, sign: int) -> None:
        code = self.code
        copied = code.language == "csharp" and code.texts[sign + 2 : sign + 3] == ["with"]  # `user with { Scopes = scopes }` is the same one
        value = self.value(sign + 1, sign + 2 if copied else self._found_end(sign + 1))
        before = sign - 1
        if before < self.function.first:
            return
        text = code.texts[before]
        if text == "}" and self._is_type(before):  # `const where: { id: string } = {...}`
            self.env[code.texts[code.mate[before] - 2]] = self._given(code.texts[code.mate[before] - 2], value)
        elif text == "}" and code.mate[before] >= 0:
            for name, key in taken(code, code.mate[before] + 1, before):
                self.env[name] = self._taken(key, value)
        elif text == "]" and code.mate[before] >= 0 and code.texts[code.mate[before] - 1] in ("const", "let", "var", "=", ";", "{", "}", "("):
            for start, end in split(code, code.mate[before] + 1, before):
                if end > start and code.kinds[end - 1] == "n":
                    self.env[code.texts[end - 1]] = self._given(code.texts[end - 1], value)
                elif end > start and code.texts[start] == "{":
                    for name, key in taken(code, start + 1, end - 1):
                        self.env[name] = self._taken(key, value)
        elif text == ")" and code.language == "csharp" and code.mate[before] > 0 and code.texts[code.mate[before] - 1] == "var":
            for start, end in split(code, code.mate[before] + 1, before):  # `var (order, error) = await Find(id)`
                if end == start + 1:
                    self.env[code.texts[start]] = self._given(code.texts[start], value)
        else:
            self._say_who(before, value)
            self._change(before)
            for name in self._targets(before):
                if value is NOTHING and self._only_where_empty(name, sign):
                    continue
                if code.language == "go" and value.ids and not value.principal and self._only_where_empty(name, sign):
                    value |= self.env.get(name, NOTHING)  # `if id == "" { id = c.Query("id") }`: one or the other
                if code.language == "go" and value.request and _MADE_FOR.fullmatch(name) and self._made_for_caller(sign):
                    value = CALLER
                if code.language == "go" and value.request and _ASKS_DATA.fullmatch(name):  # `client := s.db.Reader(ctx)`, whose `Tenant` is a table
                    value = Value(value.ids, value.principal, objects=value.objects)
                if value.ids == _PATH and code.texts[sign + 1] in _CUTS and self.words.is_id(name):
                    value = self._client(name)  # `id := strings.TrimPrefix(r.URL.Path, "/orders/")`
                empty = code.texts[sign + 1 : sign + 2] in (["null"], ["nil"], ["default"], ["undefined"])
                if empty and (known := self.env.get(name)) is not None and ((known.ids and not known.principal) or self._caught(sign)):
                    continue  # `if ($id === '0') { $id = null; }`: else it is what the client sent; `catch { claims = null }`: else who asks
                self.env[name] = self._given(name, value, empty, answered=self._asks_another(sign))
                if code.kinds[sign + 1 : sign + 2] == ["s"] and expression_end(code, sign + 1) == sign + 2:
                    self.texts[name] = code.texts[sign + 1]

    def _made_for_caller(self, sign: int) -> bool:
        """Go: is it given by a call that is handed the request and nothing else, which looks at who asks, or by a variable of the file, which may:
        `var getOrderDao func(c echo.Context) (OrderDao, error)`, `orderDao, err := getOrderDao(c)`?"""
        code = self.code
        opened = next((at for at in range(sign + 1, min(sign + 8, len(code))) if code.texts[at] == "("), -1)
        if opened < 0 or code.mate[opened] < 0 or len(split(code, opened + 1, code.mate[opened])) != 1:
            return False
        receiver = code.texts[opened - 3] if code.texts[opened - 2] == "." else ""
        name = code.texts[opened - 1]
        known = self.resolve(name, receiver, 1)
        return known.caller if known is not None else not receiver and re.search(_VARIABLE.format(re.escape(name)), code.text) is not None

    def _caught(self, sign: int) -> bool:
        """JavaScript: does it stand in what runs where something failed, `try { claims = await verify(token) } catch { claims = null }`?"""
        texts, opened = self.code.texts, self._opened(sign)
        if self.code.language not in ("javascript", "typescript") or opened < 1 or texts[opened] != "{":
            return False
        before = self.code.mate[opened - 1] - 1 if texts[opened - 1] == ")" else opened - 1
        return before >= 0 and texts[before] == "catch"

    def _found_end(self, start: int) -> int:
        """The end of what is assigned; C#: what stands in for a row that is not there, `await orders.Find(id) ?? new Order { Id = id }`, is none."""
        code, end = self.code, expression_end(self.code, start)
        at = next((at for at in range(start, end) if code.texts[at] == "??"), -1) if code.language == "csharp" else -1
        return at if at > 0 and self._opened(at) < start and self.value(start, at).objects else end

    def _fill_by_client(self, name: str, start: int, name_at: int, first: int, last: int) -> None:
        """Go: `c.ShouldBindUri(&query)`, `json.NewDecoder(r.Body).Decode(&input)`, `render.Bind(r, &input)`, and what the project wrote to do so,
        `handler.BindAndCheck(c, form)` where `form := &OrderForm{}`."""
        if not any(value.request or value.container for value in (self.value(start, name_at), self.value(first, last))):
            return
        filled = [each for part in split(self.code, first, last) if (each := self._pointer(*part))]
        if filled and (_FILLS.fullmatch(name) or self._binds_by_own(start, name_at, first, last)):
            self.env |= dict.fromkeys(filled, Value(container=True))

    def _continued(self, word: int) -> None:
        """Go: the function that a helper hands what it read of the request, `withID(ctx, "id", func(id uint) {`."""
        code, opened = self.code, self._opened(word)
        if opened < 1 or code.texts[opened] != "(" or _ROUTES.fullmatch(code.texts[opened - 1]) or code.texts[opened - 2] in DOTS:
            return
        said = [code.texts[start] for start, end in split(code, opened + 1, word - 1) if end == start + 1 and code.kinds[start] == "s"]
        params = [code.texts[start] for start, end in split(code, word + 2, code.mate[word + 1]) if end > start + 1]
        if len(said) == len(params) == 1 and self.value(opened + 1, word - 1).request:
            self.env[params[0]] = self._client(said[0].strip('"`'))

    def _pointer(self, start: int, end: int) -> str:
        """The name of which an argument is a pointer: `&form`, or `form` where it was made as one; "" where it is none."""
        texts = self.code.texts
        name = texts[end - 1] if self.code.kinds[end - 1] == "n" else ""
        if not name or end - start > 2 or (end - start == 2 and texts[start] != "&"):
            return ""
        return name if texts[start] == "&" or re.search(_POINTS.format(re.escape(name)), self.function.body) is not None else ""

    def _binds_by_own(self, start: int, name_at: int, first: int, last: int) -> bool:
        """Is a function of the project handed the request, which binds what was sent to what it is handed?"""
        before = [self.code.texts[at] for at in range(start, name_at) if self.code.kinds[at] == "n"]
        if not self.value(first, last).request:
            return False
        known = self.resolve(self.code.texts[name_at], before[-1] if before else "", len(split(self.code, first, last)))
        return known is not None and known.sent and not known.caller

    def _tried(self, name: str, first: int, last: int) -> None:
        """C#: `Guid.TryParse(userId, out var id)`: what is parsed is what was handed over; `headers.TryGetTenantId(out var id)` says who asks."""
        parts = split(self.code, first, last)
        into = [(start, end) for start, end in parts if end - start > 1 and self.code.texts[start] == "out" and self.code.kinds[end - 1] == "n"]
        if name.startswith("TryParse"):
            value = self.value(*parts[0])
        elif into == parts and self.words.member.fullmatch(name.removeprefix("TryGet")):
            value = self._caller()
        else:
            return
        for _, end in into:
            self.env[self.code.texts[end - 1]] = self._given(self.code.texts[end - 1], value)

    def _is_type(self, close: int) -> bool:
        """Are the braces that end here the type of a name that is declared, and no pattern?"""
        opened = self.code.mate[close]
        return opened > 2 and self.code.texts[opened - 1] == ":" and self.code.texts[opened - 3] in ("const", "let", "var")

    def _change(self, index: int) -> None:
        """Entity Framework: `order.Status = "paid"` changes the row, where what was changed is saved."""
        code = self.code
        if code.language != "csharp" or code.texts[index - 1] not in DOTS or "SaveChanges" not in self.function.body:
            return
        for number in self.value(chain_start(code, index), index - 1).objects:
            self.lookups[number].changes = True

    def _only_where_empty(self, name: str, sign: int) -> bool:
        """`if ids == nil { ids = []int{} }`: what the client sent stays, where it sent something."""
        known = self.env.get(name)
        if known is None or not known.ids:
            return False
        code = self.code
        brace = next((at for at in range(sign, max(self.function.first, sign - 12), -1) if code.texts[at] == "{" and code.mate[at] > sign), -1)
        head = code.texts[max(brace - 8, 0) : brace] if brace > 0 else []
        return name in head and "if" in head and bool({"==", "===", "!", "nil", "null", "len"} & set(head))

    def _say_who(self, index: int, value: Value) -> None:
        """`dto.userId = session.user.id`: what the client sent now says who the caller is."""
        code = self.code
        if value.principal and index > 1 and code.texts[index - 1] in DOTS and self._says_who(code.texts[index]):
            holder = self.env.get(code.texts[index - 2])
            if holder is not None and holder.container:
                self.env[code.texts[index - 2]] = holder | CALLER
        if value.principal and not value.ids and "script" in code.language and self._is_sent(index) and self._unconditional(index - 4):
            field = re.escape(code.texts[index])  # `req.body.id = req.user.id`: what was sent there is gone
            self.given = re.compile(f"{self.given.pattern}|{field}" if self.given is not None else field)

    def _is_sent(self, index: int) -> bool:
        """Is it a field of what a request holds, `req.body.id`, in a function that reads nothing of what else it holds?"""
        texts = self.code.texts[index - 4 : index + 1]
        if len(texts) < 5 or not self._is_request([texts[0]]) or self.code.texts[index - 5] in DOTS or not (texts[1] in DOTS and texts[3] in DOTS):
            return False
        return {texts[2]} == {"body", "params", "query"}.intersection(self.code.texts[self.function.first : self.function.last])

    def _set_who(self, name_at: int, value: Value) -> None:
        """Java: the same by a method, `body.setUserId(principal.getId())`."""
        texts = self.code.texts
        if value.principal and not value.ids and texts[name_at - 1] in DOTS and (found := _SETTER.fullmatch(texts[name_at])) is not None:
            holder = self.env.get(texts[name_at - 2])
            field = f"{found.group(1).lower()}{found.group(2)}"
            alone = sum(each.container for each in self.env.values()) == 1  # else nobody can tell of which of them
            if holder is not None and holder.container and alone and self._says_who(field) and self._always(name_at - 2):
                self.given = re.compile(f"{self.given.pattern}|{field}" if self.given is not None else field)

    def _unconditional(self, start: int) -> bool:
        """Is a statement the function's own, and not a branch's or a callback's? `if (!req.body.id) req.body.id = me` keeps what was sent."""
        texts, mate, first = self.code.texts, self.code.mate, self.function.first
        inside = any(texts[at] in ("{", "(", "[") and mate[at] > start for at in range(first, start))
        return not inside and texts[start - 1] in (";", "{", "}")

    def _says_who(self, field: str) -> bool:
        """Does a field that is given the caller's id say who a message is about: `dto.userId`, in a message about whoever asks `user.Id`?"""
        return bool(self.words.member.fullmatch(field)) or (self.code.language in COMPILED and field in ("Id", "ID"))

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

    def _asks_another(self, sign: int) -> bool:
        """Is what is assigned a call, and none that only brings what the client sent into a form?"""
        given = self.code.texts[sign + 1 : expression_end(self.code, sign + 1)]
        return "(" in given and given[0] != "{" and not any(map(_FORMS.fullmatch, given))

    def _given(self, name: str, value: Value, empty: bool = False, answered: bool = False) -> Value:
        """A name that says who it is, given something that is not the client's, is the caller."""
        if not (value.ids or value.container or value.objects or empty) and self.words.principal.fullmatch(name.lstrip("$@")):
            return self._caller()
        if answered and value.container and not value.request and _ANSWERED.fullmatch(name):  # `const answerResponse = await partner.ask(req.query)`
            return Value(value.ids, value.principal, objects=value.objects)
        return value

    def _instead(self, found: Value, index: int, last: int) -> tuple[Value, int]:
        """JavaScript: `input.userId ?? ctx.user.id` is whom the client names; who asks only stands in where it names nobody."""
        texts, script = self.code.texts, self.code.language in ("javascript", "typescript")
        if not script or index >= last or texts[index] not in ("??", "||") or not found.ids or found.principal or found.objects:
            return NOTHING, index
        end = min(operand_end(self.code, index + 1), last)
        other = self.value(index + 1, end)
        return Value(other.ids, False, other.container, other.request, other.objects), end

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
        return self._within(value, key) if key != "..." else value

    def _arrow(self, arrow: int) -> None:
        """The parameters of a function that is handed to `.then(...)`, `.map(...)`: what the receiver holds."""
        code = self.code
        start = arrow - 1
        if code.language == "kotlin" and start > 1 and code.texts[start - 1] == "{":  # `x?.let { book -> ... }`
            call = start - 2
            if code.texts[call] == ")" and code.mate[call] > 0:
                call = code.mate[call] - 1
            if code.kinds[call] == "n" and call > 1 and code.texts[call - 1] in DOTS:
                value = self.value(chain_start(self.code, call), call)
                if value.ids or value.objects or value.principal:
                    self.env[code.texts[start]] = value
            return
        if code.texts[start] == ")" and code.mate[start] >= 0:
            names = [name for name in code.texts[code.mate[start] + 1 : start] if name[0].isalpha() or name[0] == "$"]
            start = code.mate[start]
            start -= code.texts[start - 1] == "function"  # `.then(function (order) {`
        else:
            names = [code.texts[start]]
        opened = start - 1 - (code.texts[start - 1] == "async")
        if opened > 1 and code.texts[opened] == "(" and LISTED.fullmatch(code.texts[opened - 1]) and code.texts[opened - 2] in DOTS:
            begins = chain_start(self.code, opened - 1)
            value = self.value(begins, opened - 1)
            plain = bool(value.ids) and "(" not in code.texts[begins : opened - 2]  # the list itself, and nothing that was found by it
            if plain and code.texts[start : start + 2] == ["(", "{"]:
                self._take_parts(start + 1, value)
            elif value.ids or value.objects or value.principal:
                self.env |= dict.fromkeys(names[:1], value)
                self.elements |= set(names[:1]) if plain else set()
        elif code.texts[start : start + 2] == ["(", "{"] and code.texts[opened] == "," and self._given_who(opened):
            for name, key in taken(code, start + 2, max(code.mate[start + 1], 0)):
                if self.words.member.fullmatch(key) or _TENANT.fullmatch(key):
                    self.env[name] = self._caller()
        elif code.texts[opened] == "," and self._checked_by_wrapper(opened):
            self._take_checked(start, names)

    def _take_checked(self, start: int, names: list[str]) -> None:
        """What a wrapper that checks whose something is hands to the function whose parameters begin here."""
        code, held = self.code, [(name, name) for name in names[:1]]
        if code.texts[start : start + 2] == ["(", "{"]:
            held = list(taken(code, start + 2, max(code.mate[start + 1], 0)))
        for name, key in held:
            sent = _WHO.fullmatch(key) is None or re.search(_SENT_IN.format(re.escape(name)), self.function.body) is not None
            if _OF_TENANT.fullmatch(key) or not sent:
                self.env[name] = self._caller()

    def _checked_by_wrapper(self, comma: int) -> bool:
        """JavaScript: is the request handed, before this comma, to a wrapper of the project that says that it checks whose something is?"""
        texts, at = self.code.texts, self._opened(comma)
        name_at = at - 1
        if at < 1 or texts[at] != "(" or self.code.language not in ("javascript", "typescript"):
            return False
        if texts[name_at] == ">":  # `withProjectValidation<Order>(request, ...)`
            while name_at > max(0, at - 12) and texts[name_at] != "<":
                name_at -= 1
            name_at -= 1
        given = self.value(at + 1, comma)
        return _CHECKS_WHOSE.fullmatch(texts[name_at]) is not None and given.request and not (given.ids or given.container)

    def _given_who(self, comma: int) -> bool:
        """Is who asks among what a wrapper is handed before this comma: `withTenant(request, session.user, async ({ schoolId }) => ...)`?"""
        texts, mate, at = self.code.texts, self.code.mate, comma - 1
        while at > self.function.first and texts[at] not in ("(", "[", "{", ";"):
            at = mate[at] - 1 if texts[at] in (")", "]", "}") and mate[at] >= 0 else at - 1
        if texts[at] != "(" or not _TELLS_WHO.fullmatch(texts[at - 1]):
            return False
        given = self.value(at + 1, comma)
        return given.principal and not (given.ids or given.container)  # beside what was sent it is not told which of the two the handler gets

    def _it(self, brace: int) -> None:
        """Kotlin's `x.forEach { it.owner }`."""
        value = self.value(chain_start(self.code, brace - 1), brace - 1)
        if value.ids or value.objects or value.principal:
            self.env["it"] = value

    def _block(self, bar: int) -> None:
        code = self.code
        value = self.value(chain_start(self.code, bar - 2), bar - 1) if bar > 2 else NOTHING
        if bar + 1 < len(code) and (value.ids or value.objects or value.principal):
            self.env[code.texts[bar + 1]] = value

    def _loop(self, word: int) -> None:
        """`for (const x of xs)`, `foreach ($xs as $x)`, `for _, x := range xs`, `for (x in xs)`."""
        code, text = self.code, self.code.texts[word]
        if text == "as":
            if code.language == "php" and word + 1 < len(code):
                self.env[code.texts[word + 1]] = self.value(chain_start(self.code, word - 1), word)
            return
        name = word - 1 if text != "range" else word - 2
        value, _ = self._chain(word + 1, len(code)) if word + 1 < len(code) and code.kinds[word + 1] == "n" else (NOTHING, 0)
        plain = bool(value.ids) and "(" not in code.texts[word + 1 : operand_end(code, word + 1)]
        if name > 0 and code.kinds[name] == "n" and (value.ids or value.objects or value.principal):
            self.env[code.texts[name]] = value
            self.elements |= {code.texts[name]} if plain else set()
        elif name > 0 and code.texts[name] == "}" and code.mate[name] >= 0 and plain:
            self._take_parts(code.mate[name], value)

    def _take_parts(self, brace: int, value: Value) -> None:
        """What the pattern `({ id, total }) =>`, `for (const { id } of orders)` takes of each of a list that was sent."""
        for name, key in taken(self.code, brace + 1, self.code.mate[brace]):
            part = part_sent(self.words, value, key.rpartition(".")[2], self.code.language)
            self.env[name] = self._client(part) if part and not self.any_name else self._taken(key, value)
