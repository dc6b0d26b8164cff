"""What a comparison says in one function: an id and the caller that meet are tied; a role of staff that is asked for is a check without an id.

Knows: signs and calls that compare or ask of what they are handed, names of roles. Does not know: what hangs on an answer (`consequences.py`),
lookups and checks by name (`flow.py`).
"""

from __future__ import annotations

from prodlint import regex as re
from prodlint.patterns.text.meanings import Value
from prodlint.patterns.text.spans import chain_start, operand_end, split
from prodlint.patterns.text.types import COMPILED
from prodlint.patterns.ties.consequences import Consequences
from prodlint.patterns.ties.roles import is_staff
from prodlint.patterns.ties.values import LISTED

PARENT = re.compile(r"(?i)repo(?:sitory)?|project|team|org(?:ani[sz]ation)?|workspace|store|channel|group|site|space|board")
_ROLE = re.compile(r"(?i)(?:user|account|member|system|global)?_?(?:roles?|role_?(?:name|id|type)|type|kind|permissions?|privileges?|level|access)")
STAFF_MEMBER = re.compile(r"(?:is_?)?(?:[sS]uper_?)?(?:[aA]dmin(?:istrator)?|[uU]ser_?[aA]dmin|[sS]uper_?[uU]ser|[sS]taff|[mM]oderator)\??")
_SECRET = re.compile(r"(?i)\w*(?:api_?key|secret|(?:expected|internal|shared|service|cron|webhook|configured|valid)_?(?:key|token))\w*")
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


class Comparisons(Consequences):
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
