"""What a call hands over: argument by argument, and field by field where the called function only uses fields of one.

Knows: literals of objects (`{ id, userId: user.id }`), initialisers of C# (`new Command { Id = id }`), what a client sent as a whole. Does not know:
which fields the called function uses (`callees.py`), what a lookup is (`lookups.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from prodlint import regex as re
from prodlint.patterns.text.meanings import CALLER, NOTHING, Meaning, Slot, Value, merged
from prodlint.patterns.text.spans import DOTS, chain_start, expression_end, split
from prodlint.patterns.text.types import COMPILED
from prodlint.patterns.ties.either import Either

_UPDATES = re.compile(r"update(?:One|Many)?|find(?:ById|One)AndUpdate")
_LISTS = frozenset(("$push", "$pull", "$addToSet"))


_PLAIN = re.compile(
    r"(?:[a-z]|^)(?:Type|Status|State|Name|Title|Count|Total|Amount|Price|Quantity|Date|Time|At|Currency|Language|Locale|Seats|Format)$"
)
_READS = re.compile(r"(?:maybe|try)?(?i:find|get|fetch|retrieve|count)(?!\w*Or(?:Throw|Fail|404|Reject))\w*|maybe\w+")
_BESIDE_WHERE = re.compile(r"not|NOT|none|isNot|notIn|include|select|orderBy|ne|\$ne|\$nin")


class Slots(Either):
    """The part of the sweep that reads arguments."""

    def _hands_on_request(self, first: int, last: int) -> bool:
        """JavaScript: is the whole request an argument beside the id, so that whoever is called may ask who sends it?"""
        if self.code.language not in ("javascript", "typescript"):
            return False
        parts = split(self.code, first, last)
        return len(parts) > 1 and any(end - start == 1 and self.code.kinds[start] == "n" and self.value(start, end).request for start, end in parts)

    def _looks_at_nothing(self, name: str, start: int, name_at: int, first: int, last: int, given: Value) -> bool:
        """JavaScript: can a check of the project not tell whose the ids are that it is handed, because it never looks at them, as
        `validateAccess(request, orderId)` that only asks for a login, or because it asks data alone, and nobody tells it who calls?"""
        if self.code.language not in ("javascript", "typescript") or first >= last or not self._ids_of(given):
            return False
        receiver = self._named_receiver([self.code.texts[at] for at in range(start, name_at) if self.code.kinds[at] == "n"])
        known = self.resolve(name, receiver, len(split(self.code, first, last)))
        if known is None or not (known.sole or known.hinted):
            return False
        if known.blind and not (given.principal or given.request or given.objects):
            return True
        looked = merged(value for slot, value in self._slots(first, last, known).items() if slot not in known.idle)
        plain = [self.value(*part) for at, part in enumerate(split(self.code, first, last)) if at not in known.idle]
        if self._ids_of(merged(plain) | looked) or not known.idle:
            return False
        self.caller |= known.caller
        return True

    def _unheard(self, name: str, start: int, close: int, meaning: Meaning) -> bool:
        """JavaScript: is a row asked for and never looked at, by a call that ends nothing where there is none: `await findOf(user.id, id);`?"""
        if self.code.language not in ("javascript", "typescript") or meaning.throws or not _READS.fullmatch(name):
            return False
        known = self.resolve(name, "", 0) if self.code.texts[start] == name else None  # `await getAuthorizedMember(user.id, id)`: a check that throws
        return not (known is not None and known.ties and known.throws) and self._is_dropped(start, self._chain_end(close))

    def _held_by_where(self, first: int, last: int) -> bool:
        """JavaScript: does who asks stand in what a query must fulfil, and not only in what it must not, or in what it takes along:
        `{ where: { id, userId: { not: me } }, include: { likes: { where: { userId: me } } } }`?"""
        code, texts, at, from_ = self.code, self.code.texts, first, first
        if code.language not in ("javascript", "typescript"):
            return True
        while at < last - 1:
            if code.kinds[at] == "n" and _BESIDE_WHERE.fullmatch(texts[at]) and texts[at + 1] == ":":
                if self.value(from_, at).principal:
                    return True
                at = from_ = min(expression_end(code, at + 2), last)
            at += 1
        return self.value(from_, last).principal

    def _apart_from_taken(self, first: int, last: int, meaning: Meaning) -> bool:
        """JavaScript: does a helper that takes ids from the request keep them apart from who asks, whom it is handed as well?"""
        if self.code.language not in ("javascript", "typescript"):
            return False
        slots = self._slots(first, last, meaning)
        return not any(slot in slots and slots[slot].principal for slot in meaning.beside)

    def _models(self, first: int, last: int, meaning: Meaning) -> tuple[str, ...]:
        """What a called function selects by the ids that it is handed here, where that is known, else all that it selects."""
        values = self._slots(first, last, meaning) if meaning.exact and meaning.of and self.code.language in COMPILED else {}
        found = [model for slot, models in meaning.of if slot in values and self._ids_of(values[slot]) for model in models]
        return tuple(dict.fromkeys(found)) or meaning.models

    def _without_plain(self, first: int, last: int, apart: frozenset[int] = frozenset()) -> Value:
        """What is handed over, but for words and numbers of a row: `UpdateSeats(user, order.PlanType)` says of no row whose it is. apart: arguments
        that the called function never brings together with who asks."""
        code, out = self.code, NOTHING
        for place, (start, end) in enumerate(split(code, first, last)):
            if place in apart:
                continue
            value = self.value(start, end)
            plain = end - start > 2 and code.texts[end - 2] in DOTS and _PLAIN.search(code.texts[end - 1]) is not None
            out |= Value(value.ids, value.principal, value.container, value.request) if plain and value.objects else value
        return out

    def _assign(self, sign: int) -> None:
        """Go, JavaScript: also which literal a name holds, `input := orders.Filter{ID: id, UserID: me}`, and what is put into it later."""
        super()._assign(sign)
        code = self.code
        if sign > 3 and code.texts[sign - 2] == "." and code.texts[sign - 4] not in DOTS and self._always(sign):
            self._put[code.texts[sign - 3], code.texts[sign - 1].lower()] = self.value(sign + 1, expression_end(code, sign + 1))
        if code.language not in ("go", "javascript", "typescript") or code.kinds[sign - 1] != "n":
            return
        if code.texts[sign - 2] in DOTS:
            root = code.texts[chain_start(code, sign - 1)]
            if self.literals.pop(root, -1) >= 0:  # `where.userId = user.id`
                self.env[root] = self.env.get(root, NOTHING) | self.value(sign + 1, expression_end(code, sign + 1))
                self.opened.add(root)
            elif root in self.opened:
                self.env[root] |= self.value(sign + 1, expression_end(code, sign + 1))
        for name in self._targets(sign - 1):
            self.literals[name] = self._literal_of(sign + 1, expression_end(code, sign + 1))

    def _always(self, index: int) -> bool:
        """Does a statement stand in no branch, or only in a `try`?"""
        while (opened := self._opened(index)) >= 0:
            if self.code.texts[opened - 1] != "try":
                return False
            index = opened
        return True

    @cached_property
    def _put(self) -> dict[tuple[str, str], Value]:
        """(name, field) -> what the function itself puts there whatever happens: `upload.ParentId = photoId`."""
        return {}

    def _slots(self, first: int, last: int, meaning: Meaning) -> dict[Slot, Value]:
        """The value of every argument, and of every field of one that the meaning names."""
        parts = split(self.code, first, last) if first < last else []
        out: dict[Slot, Value] = {place: self.value(*part) for place, part in enumerate(parts)}
        wanted = {slot for group in (meaning.selects, meaning.beside, *meaning.groups, *meaning.queried) for slot in group if isinstance(slot, tuple)}
        for place, path in wanted:
            if place < len(parts):
                out[place, path] = self._field(*parts[place], path)
        return out

    def _field(self, start: int, end: int, path: str) -> Value:
        """The field of an argument: by its key in a literal, what was put there before, else what the whole of it says."""
        if end - start == 1 and (put := self._put.get((self.code.texts[start], path.lower()))) is not None:
            return put
        brace = self._literal_of(start, end)
        if brace < 0 and end - start < 3:  # `input`, `&input`
            brace = self.literals.get(self.code.texts[end - 1], -1)
        if brace < 0:
            return self._field_of(self.value(start, end), path)
        name, _, rest = path.partition(".")
        spread = NOTHING
        for key, first, last in self._entries(brace):
            if key.lower() == name.lower():
                return self._field_of(self.value(first, last), rest) if rest else self.value(first, last)
            if key == "...":
                spread |= self._field_of(self.value(first, last), path)
        return spread

    def _literal_of(self, start: int, end: int) -> int:
        """The brace of an object that is written where it is handed over, -1 where there is none."""
        texts = self.code.texts
        if start < end and texts[start] == "{":
            return start if self.code.mate[start] == end - 1 else -1
        if start + 2 < end and texts[end - 1] == "}":
            if (self.code.language == "csharp" and texts[start] == "new") or (
                self.code.language == "go" and self.code.kinds[self.code.mate[end - 1] - 1] == "n"
            ):
                return self.code.mate[end - 1]
        return -1

    def _entries(self, brace: int) -> Iterator[tuple[str, int, int]]:
        """(key, first and last token of the value) of what stands in a literal; "..." for what is spread."""
        code = self.code
        for start, end in split(code, brace + 1, code.mate[brace]):
            if start < end and code.texts[start] == "...":
                yield "...", start + 1, end
            elif start + 1 < end and code.texts[start + 1] in (":", "="):
                yield code.texts[start].strip("\"'"), start + 2, end
            elif start + 1 == end:
                yield code.texts[start], start, end

    def _enters_caller(self, name: str, first: int, last: int) -> bool:
        """Mongoose: does all that is written put who calls into lists of the row, or take them out: `updateOne({ _id: id }, { $push: { followers:
        req.userId } })`? Whoever follows or joins somebody changes that one's row, and owns it as little as all others."""
        parts = split(self.code, first, last)
        if not _UPDATES.fullmatch(name) or len(parts) < 2 or (brace := self._literal_of(*parts[1])) < 0:
            return False
        written, keys = self.value(*parts[1]), {key for key, _, _ in self._entries(brace)}
        if any(map(self.words.is_id, written.ids)) or written.container or not keys:
            return False
        counts = keys == {"$inc"} and not written.ids  # nobody's
        return counts or (written.principal and keys <= _LISTS)

    def _field_of(self, value: Value, path: str) -> Value:
        """The field of what a name holds."""
        if value.container:
            name = path.rsplit(".", 1)[-1]
            found = self._client(name) if self.words.is_id(name) else Value(container=True)
            return found | CALLER if value.principal else found
        if value.request and any(self.words.member.fullmatch(part) or self.words.principal.fullmatch(part) for part in path.split(".")):
            return self._caller()
        return self._within(value, path)
