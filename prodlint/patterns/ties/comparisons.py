"""What a comparison says in one function: an id and the caller that meet are tied; a role of staff that is asked for is a check without an id.

Knows: signs and calls that compare or ask of what they are handed, names of roles, and whether anything hangs on one. Does not know: lookups and
checks by name (`flow.py`).
"""

from __future__ import annotations

from prodlint import regex as re
from prodlint.patterns.ruby.handmade import source, turns_away
from prodlint.patterns.ruby.own import only_noted
from prodlint.patterns.text.meanings import Value
from prodlint.patterns.text.spans import DOTS, begins, chain_start, expression_end, operand_end, split
from prodlint.patterns.text.types import COMPILED
from prodlint.patterns.ties.bindings import Names
from prodlint.patterns.ties.roles import is_staff
from prodlint.patterns.ties.values import LISTED

PARENT = re.compile(r"(?i)repo(?:sitory)?|project|team|org(?:ani[sz]ation)?|workspace|store|channel|group|site|space|board")
_ROLE = re.compile(r"(?i)(?:user|account|member|system|global)?_?(?:roles?|role_?(?:name|id|type)|type|kind|permissions?|privileges?|level|access)")
STAFF_MEMBER = re.compile(r"(?:is_?)?(?:[sS]uper_?)?(?:[aA]dmin(?:istrator)?|[uU]ser_?[aA]dmin|[sS]uper_?[uU]ser|[sS]taff|[mM]oderator)\??")
_SECRET = re.compile(r"(?i)\w*(?:api_?key|secret|(?:expected|internal|shared|service|cron|webhook|configured|valid)_?(?:key|token))\w*")
_CONDITIONS = frozenset(("if", "elseif", "elsif", "unless", "while", "when", "switch", "match"))
_REFUSES = re.compile(
    r"return|throw|raise|abort\w*|redirect\w*|next|reject|fail|deny|die|exit|break|continue|40[134]|(?i:\w*(?:forbid|unauthori[sz]ed|not_?found)\w*)"
)
# calls that only say something to somebody
_SPEAKS = re.compile(
    r"(?i)(?:console|logger|log|res|response|reply)|\w*(?:log|trace|debug|info|warn|audit|track|metric|notif)\w*|render|json|send|print\w*|t|__|translate"
)
_POLICY = re.compile(r"\w*Policy")
EQUALS = re.compile(r"equals|equal|eql\?|Equals")
_TURNS_OUT = re.compile(r"throw|raise|abort|40[0-9]|422|(?i:\w*(?:forbid|unauthori[sz]ed|bad_?request|conflict|not_?allowed)\w*)")
_DENIES = re.compile(r"(?i)permission|denied|forbidden|not allowed|not authori[sz]ed|unauthori[sz]ed")
_LOGGER = re.compile(r"(?i)console|\w*log(?:ger|ging)?|winston|pino|sentry|rails|slog|zap|print\w*|toast|\w*notif\w*|audit\w*|track\w*|metrics")
_LOGS = re.compile(
    r"(?i)console|\w*log(?:ger|warning|error|info|debug)?|trace|debug|info|warn(?:ing|f|ln|w)?|\w*audit\w*|print\w*|errorf?|captureMessage|puts"
)
_SAYS_WHOSE = re.compile(
    r"(?:is|has)\w*(?:Editor|Author|Manager|Moderator|Creator|Viewer|Collaborator|Participant|Organi[sz]er|Leader|Teacher|Keeper|Of|In|On)(?:Of|In|On)?"
)
_HAS_SOMEBODY = re.compile(r"(?:has|isFor)_?(?:[uU]ser|[mM]ember|[oO]wner|[pP]articipant|[eE]mployee|[aA]uthor|[tT]eacher|[sS]tudent)(?:With\w+)?")
_SECRET_OF = re.compile(r"(?:verif(?:y|ies)|check|validate|matches|confirm)\w*(?:Secret|Signature|Hmac|Token|Hash)")
_OF_FORM = re.compile(r"(?i)\w*(?:csrf|xsrf|forger)\w*")  # such a token goes with a session, whichever row is named beside it
_HELD_SECRET = re.compile(r"(?i)(?:get_?)?\w*(?:secret|token|hash|signature|hmac|key)")
_SIGNED_PATH = re.compile(r"has(?:Valid|Correct)(?:Relative)?Signature(?:WhileIgnoring)?")

# `role !== "admin" && role !== "manager"`: none of several
_NONE_OF = re.compile(r"([\w.?]+)\s*!==?\s*(['\"`][\w-]+['\"`]|[\w.]+)(?:\s*&&\s*\1\s*!==?\s*(?:['\"`][\w-]+['\"`]|[\w.]+))+")


class Comparisons(Names):
    """The part of the sweep that compares."""

    def _compare(self, sign: int) -> None:
        if self._decides_nothing(sign):
            return
        left = self.value(chain_start(self.code, sign - 1), sign)
        end = operand_end(self.code, sign + 1)
        right = self.value(sign + 1, end)
        if left.principal and ((self._asks_role(sign - 1, sign + 1, end) and self._decides(sign, end)) or self._turns_away(sign, end)):
            self.roles.append(self.code.texts[sign - 1])
            others = self.code.texts[sign] in ("!=", "!==") and self._asks_role(sign - 1, sign + 1, end)
            self.staff |= others and self._end_here(sign, end)
        if self.code.language in COMPILED and self._is_shared_key(sign, end):
            self.roles.append(self.code.texts[sign - 1])
        kept = self._is_optional(sign) or self._only_said(sign, end) or self._leaves_out(sign)
        if not kept and not self._answers_own(sign, end, left if left.ids else right):
            self._tie_together(left, right)

    def _is_shared_key(self, sign: int, end: int) -> bool:
        """`apiKey != expectedKey`: a machine says who it is by a secret that both know."""
        texts, kinds = self.code.texts, self.code.kinds
        left = next((texts[at] for at in range(sign - 1, max(sign - 4, 0), -1) if kinds[at] == "n"), "")
        right = next((texts[at] for at in range(end - 1, sign, -1) if kinds[at] == "n"), "")
        return bool(_SECRET.fullmatch(left) and _SECRET.fullmatch(right)) and left != right

    def _is_optional(self, sign: int) -> bool:
        """`object.owner != user && !ctx.Repo.IsAdmin()` lets in who rules another parent: the comparison does not tie the object to this one."""
        code = self.code
        if code.texts[sign] not in ("!=", "!=="):
            return False
        at = operand_end(self.code, sign + 1)
        if code.texts[at : at + 2] != ["&&", "!"]:
            return False
        chain = [code.texts[index] for index in range(at + 2, operand_end(self.code, at + 2)) if code.kinds[index] == "n"]
        return len(chain) > 2 and bool(PARENT.fullmatch(chain[-2])) and self.words.is_guard(chain[-1])

    def _answers_own(self, sign: int, end: int, asked: Value) -> bool:
        """Go, C#: is only who asks for what is their own answered at once, and are all others looked up below:
        `if me.ID == id { return me, nil }; return r.Find(id)`?"""
        code = self.code
        if code.language not in ("go", "csharp") or code.texts[sign] != "==" or asked.objects or not asked.ids or asked.principal:
            return False
        start, condition = self._branch(sign, end)
        if start < 0 or self._turns_out(start) or not {"||", "!", "or"}.isdisjoint(code.texts[condition:start]):
            return False
        if any(code.texts[at] == "!=" and code.texts[at + 1] not in ("nil", "null") for at in range(condition, start)):
            return False
        inside = self._alone(start)
        names = (code.texts[at] for at in (sign - 1, end - 1) if code.kinds[at] == "n")
        held = {name for name in names if (known := self.env.get(name)) is not None and known.ids & asked.ids}
        return "return" in code.texts[inside.start : inside.stop] and not held.isdisjoint(code.texts[inside.stop : self.function.last])

    def _leaves_out(self, sign: int) -> bool:
        """JavaScript: `mine.filter((each) => each.id !== id)` gives the others, whether or not the one was among them."""
        code = self.code
        if code.texts[sign] not in ("!=", "!==") or code.language not in ("javascript", "typescript"):
            return False
        opened = self._opened(sign)
        return opened > 0 and code.texts[opened] == "(" and code.texts[opened - 1] == "filter" and "=>" in code.texts[opened:sign]

    def _decides_nothing(self, sign: int) -> bool:
        """Is the comparison the answer of a function that is handed to a call which neither filters nor selects?"""
        code = self.code
        brace = next((at for at in range(sign, self.function.first, -1) if code.texts[at] in ("{", "(") and code.mate[at] > sign), -1)
        while brace > 0 and code.texts[brace] == "(":
            if code.texts[brace - 1] in ("if", "while", "unless", "assert", "elseif", "when"):
                return False
            brace = next((at for at in range(brace - 1, self.function.first, -1) if code.texts[at] in ("{", "(") and code.mate[at] > sign), -1)
        if brace <= 0 or code.texts[brace - 1] != "=>" or "return" not in code.texts[brace:sign]:
            return False
        opened = next((at for at in range(brace, self.function.first, -1) if code.texts[at] == "(" and code.mate[at] > brace), -1)
        return (
            opened > 0
            and code.kinds[opened - 1] == "n"
            and not LISTED.fullmatch(code.texts[opened - 1])
            and not self.words.is_guard(code.texts[opened - 1])
        )

    def _tie_together(self, left: Value, right: Value) -> None:
        a, b = self._ids_of(left), self._ids_of(right)
        if left.principal and b:
            self.tied |= b
        if right.principal and a:
            self.tied |= a
        if a and b and a != b:
            self.edges.append(frozenset(a | b))
            self.held.append(frozenset(a | b))

    def _vouched(self, name: str, receiver: Value, first: int, last: int) -> None:
        """PHP: a condition that asks who calls of a row, `$user->isEditor($order->shop)`, a secret that goes with one,
        `verifySecret($secret, $order)`, or the signature of the path."""
        if receiver.principal and _SAYS_WHOSE.fullmatch(name):
            self.tied |= self._ids_of(self.value(first, last))
        elif _HAS_SOMEBODY.fullmatch(name) and self.value(first, last).principal and not self._sent_away(first - 2, last):
            self.tied |= self._ids_of(receiver)
        elif _SECRET_OF.fullmatch(name) and not _OF_FORM.fullmatch(name):
            for start, end in split(self.code, first, last):
                if self._holds_secret(start, end):
                    self.tied |= self._ids_of(self.value(start, end))
        elif _SIGNED_PATH.fullmatch(name) and receiver.request:
            self.tied |= self.ids

    def _sent_away(self, name_at: int, close: int) -> bool:
        """Is it who is one of them that is led elsewhere, `if ($team->hasUser($user)) { return redirect(...); }`, and nobody else?"""
        code = self.code
        start, _ = self._branch(name_at, close)
        affirmed = code.texts[chain_start(code, name_at) - 1] != "!"
        return (
            affirmed and start > 0 and not {"redirect", "back", "abort", "throw", "to_route"}.isdisjoint(code.texts[at] for at in self._alone(start))
        )

    def _holds_secret(self, start: int, end: int) -> bool:
        """Is an argument a row that was looked up, `$order`, or the secret that one holds, `$order->secret`, and not its id or text made of it?"""
        texts = self.code.texts
        if not self.value(start, end).objects or chain_start(self.code, end - 1) != start:
            return False
        names = [texts[at] for at in range(start, end) if self.code.kinds[at] == "n" and texts[at] != "$this"]
        return len(names) == 1 or (bool(names) and _HELD_SECRET.fullmatch(names[-1]) is not None)

    def _ids_of(self, value: Value) -> set[str]:
        """The ids of a value, and those by which its objects were looked up, or what these were taken out of: `job.getCustomer().getUser()`."""
        found = [self.lookups[number] for number in sorted(value.objects)]
        above = (self.lookups[number] for each in found if not each.ids for number in sorted(each.made_of))
        return set(value.ids).union(*(each.ids for each in (*found, *above)))

    def _asks_role(self, name_at: int, first: int, last: int) -> bool:
        """Is it a role that stands at `name_at`, and does what it is compared with say staff?"""
        code = self.code
        while name_at > 0 and code.texts[name_at] in (")", "]") and code.mate[name_at] > 0:
            name_at = code.mate[name_at] - 1
        if not _ROLE.fullmatch(code.texts[name_at].lstrip("$@")):
            return False
        literals = [code.texts[at].strip("\"'`:") for at in range(first, last) if code.kinds[at] in ("s", "y")]
        names = [code.texts[at] for at in range(first, last) if code.kinds[at] == "n"]
        said = literals or names[-1:]  # `["admin", "root"]`, `Role.ADMIN`
        return bool(said) and all(is_staff(each) for each in said)

    def _turns_away(self, sign: int, end: int) -> bool:
        """`if (user.role === "employee") return res.status(403)`: who has the plain role is refused."""
        texts = self.code.texts
        if texts[sign] not in ("==", "===") or not _ROLE.fullmatch(texts[sign - 1].lstrip("$@")) or self.code.kinds[end - 1] != "s":
            return False
        return any(text.strip("'\"") in ("403", "401", "abort", "forbidden", "Forbidden") for text in texts[end : end + 12])

    def _end_here(self, index: int, end: int) -> bool:
        """`if (user.role !== "admin") return { error: "Forbidden" }`: do those of whom it holds come no further, whatever else holds?"""
        texts = self.code.texts
        start, asked = self._branch(index, end)
        if start > 0 and "&&" in texts[asked:start] and "&&" in _NONE_OF.sub("", self.code.source(asked, start)):
            return False
        return start > 0 and not {"return", "throw"}.isdisjoint(texts[at] for at in self._alone(start))

    def _asks_staff(self, index: int) -> None:
        """`session.user.isAdmin`, `current_user.admin?`."""
        start = chain_start(self.code, index)
        if self.value(start, index + 1).principal and self._decides(index, index + 1):
            self.roles.append(self.code.texts[index])
            self.staff |= self.code.texts[start - 1] == "!" and self._end_here(index, index + 1)

    # ------------------------------------------------------------ does anything hang on it?
    def _decides(self, index: int, end: int) -> bool:
        """Does anything hang on a role that is asked for, or is it only written down, said, or put into words? In doubt it decides."""
        code = self.code
        question = next((at for at in range(end, min(end + 12, len(code))) if code.texts[at] in ("?", ";", ",", ")", "{", "}", "=>")), end)
        if code.texts[question : question + 1] == ["?"]:
            return self._chooses(question)
        at = index
        while (at := self._opened(at)) > self.function.first:
            before = code.texts[at - 1]
            if code.texts[at] == "(" and before in _CONDITIONS:
                return self._branches_act(code.mate[at] + 1)
            if code.texts[at] == "(" and code.kinds[at - 1] == "n":
                return not _SPEAKS.fullmatch(before) or self.words.is_guard(before)
            if code.texts[at] == "{" and before in (")", "=>", "else", "do", "try"):
                return True
        return True

    def _only_said(self, index: int, end: int) -> bool:
        """Does all that hangs on a comparison only tell somebody of it, as `if (order.userId !== user.id) console.warn("odd")`, or is it who is the
        same that is turned away, as `if (target.id === user.id) throw new Error("not yourself")`?"""
        code = self.code
        if code.language == "ruby":  # `Rails.logger.warn("odd") if order.user_id != current_user.id`
            start = index
            while start > self.function.first and code.line(start - 1) == code.line(index):
                start -= 1
            alone = {";", "and", "or", "&&", "||"}.isdisjoint(code.texts[start:index])
            told = start != index and alone and code.texts[start] in ("Rails", "logger", "puts")
            return told or only_noted(self.function, index)
        start, asked = self._branch(index, end)
        if start > 0 and code.language == "php" and self._marks_only(index, end, asked, start):
            return True
        return start > 0 and (self._speaks_only(start) or (self._is_same(index, asked, start) and self._turns_out(start)))

    def _policy_decides(self, name_at: int, close: int) -> bool:
        """Ruby: is it a policy made by hand whose answer turns somebody away: `error!(401) unless OrderPolicy.new(current_user, order).read?`, also
        where the policy is asked later by the name that it is given?"""
        code = self.code
        if code.language != "ruby" or code.texts[name_at] != "new" or not _POLICY.fullmatch(code.texts[name_at - 2]):
            return False
        start, end = (max(0, code.starts[name_at] - 200), code.starts[close] if close < len(code) else len(code.text))
        line = code.text[code.text.rfind("\n", start, code.starts[name_at]) + 1 : code.starts[name_at]]
        body = source(self.function)
        if re.match(r"\)?\s*\.\w+\?", code.text[end : end + 80]):
            return turns_away(body, rf"\b{code.texts[name_at - 2]}\.new\b[^\n]{{0,200}}?\)\s*\.\w+\?")
        named = re.match(r"\s*(@?\w+)\s*(?:\|\|)?=", line)
        return named is not None and turns_away(body, rf"(?<![\w.@]){named.group(1)}\.\w+\?")

    def _in_condition(self, index: int) -> bool:
        """Does a token stand in the brackets of a condition, and in no function of its own there?"""
        texts, at = self.code.texts, index
        while (at := self._opened(at)) > self.function.first:
            if texts[at] == "(" and texts[at - 1] in ("if", "elseif", "while", "unless"):
                return True
            if texts[at] == "{":
                return False
        return False

    def _branch(self, index: int, end: int) -> tuple[int, int]:
        """(where that begins which is done if it holds, where the condition begins) for a comparison in a condition; -1 for one that is none."""
        code = self.code
        texts = code.texts
        if code.language == "go":
            at = index
            while at > self.function.first and texts[at] not in ("{", "}", "if") and code.line(at) == code.line(index):
                at -= 1
            brace = next((at for at in range(end, min(end + 60, len(code))) if texts[at] == "{" and code.mate[at] > at), -1)
            return (brace, at + 1) if texts[at] == "if" else (-1, -1)
        at = index
        while (at := self._opened(at)) > self.function.first:
            if texts[at] == "(" and texts[at - 1] == "if":
                return code.mate[at] + 1, at + 1
            if texts[at] != "(" or code.kinds[at - 1] == "n":
                break
        return -1, -1

    def _is_same(self, index: int, asked: int, start: int) -> bool:
        """Is a whole condition that two are the same?"""
        texts = self.code.texts
        same = texts[index] in ("==", "===") or EQUALS.fullmatch(texts[index]) is not None
        return same and {"||", "!", "!=", "!==", "or"}.isdisjoint(texts[asked:start])

    def _alone(self, start: int) -> range:
        """The tokens of a branch, without its braces; none where another branch stands beside it."""
        code = self.code
        block = start < len(code) and code.texts[start] == "{" and code.mate[start] > 0
        end = code.mate[start] + 1 if block else expression_end(code, start)
        after = end + (code.texts[end : end + 1] == [";"])
        return range(0) if code.texts[after : after + 1] == ["else"] else range(start + block, min(end - block, len(code)))

    def _turns_out(self, start: int) -> bool:
        """Does a branch that has no other beside it refuse?"""
        code = self.code
        return any(code.kinds[at] != "s" and _TURNS_OUT.fullmatch(code.texts[at]) for at in self._alone(start))

    def _speaks_only(self, start: int) -> bool:
        """Is a branch, that has no other beside it, made of nothing but calls that say something to somebody who keeps a log?"""
        code, inside = self.code, self._alone(start)
        calls = [at for at in inside if code.kinds[at] == "n" and code.texts[at + 1 : at + 2] == ["("]]
        if any(_DENIES.search(code.texts[at]) for at in inside if code.kinds[at] == "s") and not any(
            _LOGGER.fullmatch(code.texts[at]) for at in inside
        ):
            return False  # `provider.error("id", "Permission denied!")`: a validator is told to refuse
        plain = not any(
            code.texts[at] in ("=", "+=", ":=", "{", "++") or (code.kinds[at] != "s" and _REFUSES.fullmatch(code.texts[at])) for at in inside
        )
        return plain and bool(calls) and all(_LOGS.fullmatch(code.texts[at]) for at in calls)

    def _marks_only(self, index: int, end: int, asked: int, start: int) -> bool:
        """Does a branch, that has no other beside it, only write something down in the row for whose it is, which is given away to all below:
        `if ($ticket->user_id == $me->id) { $ticket->read = true; $ticket->save(); } return view("ticket", compact("ticket"))`?"""
        code, inside = self.code, self._alone(start)
        texts = code.texts
        if not inside or texts[index] not in ("==", "===") or not {"&&", "||", "and", "or", "!"}.isdisjoint(texts[asked : start - 1]):
            return False
        rows = {texts[at] for at in (chain_start(code, index - 1), index + 1) if self.value(at, at + 1).objects}
        row = next(iter(rows), "")
        others = any(texts[at - 1] in ("{", ";") and texts[at] != row for at in inside)
        if len(rows) != 1 or others or any(code.kinds[at] != "s" and _REFUSES.fullmatch(texts[at]) for at in inside):
            return False
        return any(row in text or row[1:] == text.strip("'\"") for text in texts[inside.stop : self.function.last])

    def _is_dropped(self, start: int, close: int) -> bool:
        """Is a call a statement of its own, so that nobody hears what it answers?"""
        code = self.code
        texts = code.texts
        if close + 1 >= self.function.last or expression_end(code, start) != close + 1:  # the last one may be what the function answers
            return False
        before = start - 1
        while before >= self.function.first and texts[before] == "await":
            before -= 1
        if before < self.function.first or texts[before] in (";", "{", "}"):
            return True
        if code.language == "go":
            return texts[before] == "=" and texts[before - 1] == "_"
        return code.language in ("ruby", "javascript", "typescript", "kotlin") and code.line(before) != code.line(start) and begins(code, start)

    def _heard(self, first: int) -> bool:
        """JavaScript: does anybody look at what a call with these arguments gives? Not where it stands alone, or under a name nobody uses."""
        code = self.code
        close, start = code.mate[first - 1], chain_start(code, first - 2)
        start -= code.texts[start - 1] == "await"
        if close < 0 or self._is_dropped(start, close):
            return False
        sign = start - 1
        named = code.texts[sign] == "=" and code.kinds[sign - 1] == "n"
        return not named or code.texts[sign - 1] in code.texts[close : self.function.last]

    def _chain_end(self, close: int) -> int:
        """The last bracket of a chain of calls: `policy(order).destroy?`, `can(user, order).valueOf()`."""
        code, at = self.code, close
        while at + 2 < len(code) and code.texts[at + 1] in DOTS and code.kinds[at + 2] == "n":
            at += 2
            if code.texts[at + 1 : at + 2] == ["("] and code.mate[at + 1] > 0:
                at = code.mate[at + 1]
        return at

    def _opened(self, index: int) -> int:
        """The bracket in which a token stands, -1 for none in this function."""
        code, at = self.code, index - 1
        while at >= self.function.first:
            if code.texts[at] in ("(", "[", "{") and code.mate[at] > index:
                return at
            at = code.mate[at] - 1 if code.texts[at] in (")", "]", "}") and code.mate[at] >= 0 else at - 1
        return -1

    def _chooses(self, question: int) -> bool:
        """`role === "admin" ? {} : { owner }` chooses what is looked up, `? "Staff" : "You"` a word."""
        code = self.code
        arms = range(question + 1, expression_end(code, question + 1))
        return not all(code.kinds[at] in ("s", "d") or code.texts[at] in (":", "(", ")") or _SPEAKS.fullmatch(code.texts[at]) for at in arms)

    def _branches_act(self, start: int) -> bool:
        """Does one side of a condition refuse, narrow, or do what the role is asked for?"""
        code = self.code
        while start < len(code):
            block = code.texts[start] == "{" and code.mate[start] > 0
            end = code.mate[start] + 1 if block else expression_end(code, start)
            if any(self._acts(at) for at in range(start, min(end, len(code)))):
                return True
            start = end + (code.texts[end : end + 1] == [";"])
            if code.texts[start : start + 1] != ["else"]:
                return False
            start += 1
        return False

    def _acts(self, at: int) -> bool:
        code, words = self.code, self.words
        text = code.texts[at]
        if text in ("=", "+=", ":=") or (code.kinds[at] != "s" and _REFUSES.fullmatch(text)):
            return True
        if code.kinds[at] != "n" or code.texts[at + 1 : at + 2] != ["("] or _SPEAKS.fullmatch(text):
            return False
        return bool(words.is_guard(text) or words.lookup.fullmatch(text) or words.change.fullmatch(text) or words.verb.match(text))
