"""What hangs on a comparison or a check in one function: whether somebody is turned away by it, whether it only says or marks something, whether its
answer is dropped.

Knows: conditions, branches and what stands in them, answers that are given a name. Does not know: what is compared (`comparisons.py`).
"""

from __future__ import annotations

from prodlint import regex as re
from prodlint.patterns.ruby.handmade import source, turns_away
from prodlint.patterns.ruby.own import only_noted
from prodlint.patterns.text.spans import DOTS, begins, chain_start, expression_end
from prodlint.patterns.ties.bindings import Names

_CONDITIONS = frozenset(("if", "elseif", "elsif", "unless", "while", "when", "switch", "match"))
_REFUSES = re.compile(
    r"return|throw|raise|abort\w*|redirect\w*|next|reject|fail|deny|die|exit|break|continue|40[134]|(?i:\w*(?:forbid|unauthori[sz]ed|not_?found)\w*)"
)
# calls that only say something to somebody
_SPEAKS = re.compile(
    r"(?i)(?:console|logger|log|res|response|reply)|\w*(?:log|trace|debug|info|warn|audit|track|metric|notif)\w*|render|json|send|print\w*|t|__|translate"
)
_POLICY = re.compile(r"\w*Policy")
_TURNS_OUT = re.compile(r"throw|raise|abort|40[0-9]|422|(?i:\w*(?:forbid|unauthori[sz]ed|bad_?request|conflict|not_?allowed)\w*)")
_DENIES = re.compile(r"(?i)permission|denied|forbidden|not allowed|not authori[sz]ed|unauthori[sz]ed")
_LOGGER = re.compile(r"(?i)console|\w*log(?:ger|ging)?|winston|pino|sentry|rails|slog|zap|print\w*|toast|\w*notif\w*|audit\w*|track\w*|metrics")
_LOGS = re.compile(
    r"(?i)console|\w*log(?:ger|warning|error|info|debug)?|trace|debug|info|warn(?:ing|f|ln|w)?|\w*audit\w*|print\w*|errorf?|captureMessage|puts"
)
EQUALS = re.compile(r"equals|equal|eql\?|Equals")


class Consequences(Names):
    """The part of the sweep that asks what an answer decides."""

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
