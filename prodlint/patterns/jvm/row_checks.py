"""Java, Kotlin: rows that were looked up and are asked, or handed on together with who asks, so that something else looks whose they are.

Knows: checks that a row makes of whoever it is handed, `message.checkSenderCanRead(me)`, also in Kotlin's blocks whose receiver a row is,
`find(id).apply { isMine(me) }`; functions of the project that hold a field of the row that they are handed against who asks, and throw. Does not
know: which calls look data up (`lookups.py`), comparisons in the function itself (`comparisons.py`).
"""

from __future__ import annotations

from prodlint import regex as re
from prodlint.patterns.text.meanings import NOTHING, Meaning, Value
from prodlint.patterns.text.reader import Function
from prodlint.patterns.text.spans import DOTS, chain_start, split
from prodlint.patterns.ties.tables import Tables

_JVM = frozenset(("java", "kotlin"))
# `parent.checkActorCanAddFile(actor)`; what `checkNotFull(me)`, `validateDuplicate(me)` ask is nobody's right
_CHECKS = re.compile(
    r"(?:check|assert|ensure|validate|verify|require)(?!\w*(?:Not[A-Z]|Already|Duplicat|Unique|Full|Limit|Capacity"
    r"|Rating|Load|Logged|Name|Reach|Format|Status|State|Exist|Valid|Null|Count|Info|Email|Profile))"
    r"\w*(?:Can[A-Z]|Own|Author|Writer|Creator|Sender|Receiver|Mine|Actor|Host|Seller|Buyer|Editable|Deletable)\w*"
)
_ASKS = re.compile(r"(?:is|has|can|owned|belongs)[A-Z]\w*")
_ASKED_IN = frozenset(("if", "check", "require", "unless"))
_INSIDE = r"(?:[^(){};]|\((?:[^(){};]|\([^(){};]{0,60}\)){0,80}\)){1,200}"
_REFUSED = re.compile(rf"\bif\s*\(({_INSIDE})\)\s*\{{?\s*throw\b")
_LET_IN = re.compile(rf"\bif\s*\(({_INSIDE})\)\s*\{{?\s*return\s*[;}}\n]|\b(?:check|require)\s*\(({_INSIDE})\)")
_DIFFER = re.compile(
    r"!\s*(?:[\w.?]{1,60}(?:(?:\(\)|!!)[\w.?]{0,40}){0,3}\.)?equals\(|!=|!\s*(?:\w{1,40}\.)?(?:is|has|can|owned|belongs)\w*\(|\bisNot\w*\("
)
_OWNER = re.compile(r"(?i)author|owner|own\b|user|member|writer|creator|sender|receiver|buyer|seller|host|customer|account|mine")
_RECEIVES = frozenset(("apply", "run"))
# fields of a row that say whose it is
_WHOSE = re.compile(
    r"(?:\w+\.)?(?i:(?:author|owner|user|member|writer|creator|sender|buyer|seller|host|customer|account)(?:_?(?:id|uuid|email))?)(?:\.id)?"
)


class RowChecks(Tables):
    """The part of the sweep that sees rows asked of whoever calls."""

    def _row_before(self, name_at: int) -> Value:
        """Kotlin: the receiver of a call that names none, or `this`, in a block whose receiver is a row: `.apply { isMine(me) }`."""
        code = self.code
        if code.language != "kotlin":
            return NOTHING
        at = name_at
        while (at := self._opened(at)) > self.function.first:
            if code.texts[at] == "{" and code.texts[at - 1] in _RECEIVES and code.texts[at - 2] in DOTS:
                start = chain_start(code, at - 1)
                while code.texts[start] == "}" and code.mate[start] > self.function.first:  # `.orElseThrow { NotFound(id) }.apply {`
                    start = chain_start(code, code.mate[start] - 1)
                return self.value(start, at - 2)
        return NOTHING

    def _row_checks(self, name: str, start: int, name_at: int, first: int, last: int, receiver: Value) -> None:
        """A check that a row makes of who asks ties it; one that only answers does where somebody listens."""
        checks = _CHECKS.fullmatch(name) is not None
        if self.code.language not in _JVM or not (checks or _ASKS.fullmatch(name)):
            return
        bare = start == name_at or self.code.texts[start:name_at] == ["this", "."]
        row = self._row_before(name_at) if bare else receiver
        args = self.value(first, last) if row.objects else NOTHING
        if not args.principal or args.ids or args.objects:
            return
        known = self.resolve(name, "?", len(split(self.code, first, last)))
        heard = bare and self.code.texts[self._opened(name_at) - 1] in _ASKED_IN
        if heard or (known.asks if known is not None else checks):
            self.tied |= self._ids_of(row)

    def _held_below(self, first: int, last: int, meaning: Meaning) -> None:
        """`orders.cancel(order, me)`, where `cancel` holds `order.buyer` against what it is handed beside, and throws: the row is checked there."""
        if self.code.language not in _JVM or not (meaning.exact and meaning.throws):
            return
        values = self._slots(first, last, meaning)
        for group in meaning.held:
            if any(slot in values and values[slot].principal for slot in group):
                held = [slot for slot in group if isinstance(slot, tuple) and slot in values and _WHOSE.fullmatch(slot[1])]
                self.tied |= set().union(*(self._ids_of(values[slot]) for slot in held if values[slot].objects))


def asks(function: Function) -> bool:
    """Does a method that a row is asked by hold a field of it against what it is handed, and throw where they differ:
    `if (!owner.equals(who)) throw`?"""
    if len(function.params) != 1 or not re.search(r"\bthrow\b|\b(?:check|require)\b", function.body):
        return False
    who = re.compile(rf"(?<![\w.]){re.escape(function.params[0].name)}\b")
    refused = [said for said in _REFUSED.findall(function.body) if _DIFFER.search(_without_null(said))]
    let_in = [one or other for one, other in _LET_IN.findall(function.body) if not _DIFFER.search(one or other)]
    let_in = [said for said in let_in if "equals(" in said or "==" in _without_null(said)]
    return any(who.search(said) and _OWNER.search(who.sub(" ", _without_null(said))) for said in (*refused, *let_in))


def _without_null(said: str) -> str:
    return re.sub(r"[\w.()]{1,60}\s*[!=]==?\s*null\b", " ", said)
